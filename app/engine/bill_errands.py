"""Errands about bills: what a job has cost, how forecasts came out, what was spent in a month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.clock import now
from app.engine import bill_verbs as ask
from app.engine.bill import bill_of, past_forecast
from app.engine.bill_file import save_bill
from app.engine.bill_replies import BillReply, Month, PastForecast, SpendingReply
from app.engine.books import keep_all_books, keep_books
from app.engine.key_case import KeyCase
from app.engine.replies import Exported
from app.engine.verbs import Verb
from app.paths import Places
from app.store.bills import Bills, Payment
from app.store.exports import ExportBook
from app.store.reader import JobReader


class BillErrands:
    """Runs errands about bills; each call may come on a thread of its own."""

    def __init__(self, places: Places, keys: KeyCase) -> None:
        self._places = places
        self._keys = keys

    def takes(self, verb: Verb) -> bool:
        """Say whether this is an errand about bills."""
        return type(verb) in self._VERBS

    def run(self, verb: Verb) -> Any:
        """Do what a verb asks; return its reply.

        Raises:
            SheafError: it cannot be done.
        """
        return self._VERBS[type(verb)](self, verb)

    def _bill(self, verb: ask.Bill) -> BillReply:
        path = Path(verb.job)
        keep_books(self._places, path)
        with JobReader(path) as reader:
            return bill_of(reader, self._keys.catalog)

    def _save(self, verb: ask.SaveBill) -> Exported:
        book = ExportBook(self._places.jobs)
        return save_bill(Path(verb.job), Path(verb.path), book, overwrite=verb.overwrite)

    def _past(self, verb: ask.PastForecasts) -> tuple[PastForecast, ...]:
        found = Bills(self._places.jobs).past()
        catalog = self._keys.catalog
        return tuple(past_forecast(bill, catalog) for bill in found[: verb.most or None])

    def _spending(self, _verb: ask.Spending) -> SpendingReply:
        keep_all_books(self._places)
        return spending(Bills(self._places.jobs).payments(), now())

    _VERBS: dict[type[Verb], Callable[[Any, Any], Any]] = {  # noqa: RUF012 never changed
        ask.Bill: _bill,
        ask.SaveBill: _save,
        ask.PastForecasts: _past,
        ask.Spending: _spending,
    }


def spending(payments: list[Payment], at: datetime) -> SpendingReply:
    """Add payments up by the month of this computer's calendar."""
    by_month: dict[str, list[Payment]] = {}
    for payment in payments:
        by_month.setdefault(_month(payment.at), []).append(payment)
    this = _month(at)
    months = tuple(_sum(name, by_month[name]) for name in sorted(by_month, reverse=True))
    return SpendingReply(_sum(this, by_month.get(this, [])), months)


def _month(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m}"


def _sum(month: str, payments: list[Payment]) -> Month:
    costs = [payment.cost_usd for payment in payments]
    known = sum((cost for cost in costs if cost is not None), Decimal(0))
    return Month(month, known, len({payment.job for payment in payments}), costs.count(None))
