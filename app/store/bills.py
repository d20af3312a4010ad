"""What was spent on this computer, and how forecasts came out: kept when jobs are deleted.

A small SQLite file beside the jobs. Every ended batch and every trial is noted under its job's tag
and a name of its own, so that noting it again changes nothing. Practice is never noted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from app.core.errors import SheafError
from app.core.history import PastBill
from app.store.database import connect, fetch, transaction
from app.store.records import from_json, from_time, to_json, to_time
from app.store.soundness import check_money, sound

FILE = "bills.sqlite"
_MADE = """
    create table if not exists bill (
        job text primary key, ended_at text not null, what text not null);
    create table if not exists payment (
        job text not null, part text not null, at text not null, cost_usd text,
        primary key (job, part)) without rowid;"""
_MOST = 1000
"""So many past jobs are remembered when a forecast is made."""


@dataclass(frozen=True, slots=True)
class Payment:
    """What was paid for one part of a job, a batch or a trial; None where no price is known."""

    job: str
    part: str
    at: datetime
    cost_usd: Decimal | None


class Bills:
    """The history of one computer; every call opens the file, any thread or process may."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def pay(self, payments: Iterable[Payment]) -> None:
        """Note payments; one that was noted before is noted as it is now.

        Raises:
            SheafError: the file cannot be written.
        """
        values = [
            (p.job, p.part, to_time(p.at), None if p.cost_usd is None else str(p.cost_usd))
            for p in payments
        ]
        if not values:
            return
        with self._open() as database, transaction(database):
            database.executemany("insert or replace into payment values (?, ?, ?, ?)", values)

    def note(self, bill: PastBill) -> None:
        """Keep how a job's forecast came out; the newest bill of a job counts.

        Raises:
            SheafError: the file cannot be written.
        """
        values = (bill.job, to_time(bill.ended_at), to_json(bill))
        with self._open() as database, transaction(database):
            database.execute("insert or replace into bill values (?, ?, ?)", values)

    def past(self, most: int = _MOST) -> list[PastBill]:
        """Return how forecasts came out, the newest first.

        Raises:
            SheafError: the file cannot be read.
        """
        if not self._path.exists():
            return []
        with self._open() as database:
            sql = "select what from bill order by ended_at desc limit ?"
            found = fetch(database, sql, (most,))
        return list(_readable(text for (text,) in found))

    def payments(self) -> list[Payment]:
        """Return everything that was paid, the oldest first.

        Raises:
            SheafError: the file cannot be read.
        """
        if not self._path.exists():
            return []
        with self._open() as database:
            found = fetch(database, "select job, part, at, cost_usd from payment order by at")
        return [_payment(*record) for record in found]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with closing(connect(self._path, create=True)) as database:
            with suppress(OSError):  # some drives know no such rights
                self._path.chmod(0o600)
            for statement in filter(str.strip, _MADE.split(";")):
                database.execute(statement)
            yield database


def _readable(texts: Iterable[str]) -> Iterator[PastBill]:
    """Read what can be read: a newer Sheaf may have kept something else."""
    for text in texts:
        with suppress(SheafError):
            yield from_json(text, PastBill)


def _payment(job: str, part: str, at: str, cost: str | None) -> Payment:
    moment = from_time(at)
    with sound(FILE):
        check_money(cost or "")
        if moment is None:
            raise ValueError("no moment")
        return Payment(job, part, moment, None if cost is None else Decimal(cost))
