"""Errands about money: what models and prices there are, and what a job would cost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.core.ready_made import is_ready_made
from app.engine import money_verbs as ask
from app.engine.estimate import estimate
from app.engine.key_case import KeyCase
from app.engine.prepare import pages_of
from app.engine.replies import EstimateReply, ModelList, PriceTable
from app.engine.request_review import estimate_requests
from app.engine.verbs import EstimateJob, Models, Verb
from app.store.reader import JobReader


class MoneyErrands:
    """Runs errands about money; each call may come on a thread of its own."""

    def __init__(self, keys: KeyCase) -> None:
        self._keys = keys

    def takes(self, verb: Verb) -> bool:
        """Say whether this is an errand about money."""
        return type(verb) in self._VERBS

    def run(self, verb: Verb) -> Any:
        """Do what a verb asks; return its reply.

        Raises:
            SheafError: it cannot be done.
        """
        return self._VERBS[type(verb)](self, verb)

    def _estimate(self, verb: EstimateJob) -> EstimateReply:
        with JobReader(Path(verb.job)) as reader:
            job, catalog = reader.head(), self._keys.catalog
            if is_ready_made(job):
                return estimate_requests(job, verb.settings, catalog, reader.requests)
            pages = pages_of(reader.source_rows)
            return estimate(job, verb.settings, catalog, pages)

    def _models(self, _verb: Models) -> ModelList:
        return self._keys.models()

    def _prices(self, _verb: ask.Prices) -> PriceTable:
        return self._keys.known.prices()

    def _set_prices(self, verb: ask.SetPrices) -> PriceTable:
        return self._keys.known.set_prices(verb.model, verb.tiers)

    _VERBS: dict[type[Verb], Callable[[Any, Any], Any]] = {  # noqa: RUF012 never changed
        EstimateJob: _estimate,
        Models: _models,
        ask.Prices: _prices,
        ask.SetPrices: _set_prices,
    }
