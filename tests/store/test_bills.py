"""Promises of the books: noted once however often, kept when jobs go, and never in the way."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.core.cost import Estimate
from app.core.errors import SheafError
from app.core.history import Forecast, PastBill
from app.store.bills import FILE, Bills, Payment

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def bill(tag: str = "a", at: datetime = NOW, cost: str = "1.25") -> PastBill:
    """Return how a job came out."""
    found = Estimate(10, 1_000, 200, "Counted on 10 rows", Decimal("1.5"), Decimal(1), Decimal(2))
    forecast = Forecast(found, "custom quick", at, 900, 300)
    return PastBill(tag, "Reviews", "claude-haiku-5-5", at, Decimal(cost), 10, 1_010, 190, forecast)


def test_what_is_noted_comes_back_as_it_was(tmp_path: Path) -> None:
    """To the last digit, with its forecast."""
    books = Bills(tmp_path)
    books.note(bill(cost="0.00003565"))
    assert books.past() == [bill(cost="0.00003565")]


def test_noting_again_changes_nothing(tmp_path: Path) -> None:
    """A job that is asked again has one bill, the newest; a batch is paid once."""
    books = Bills(tmp_path)
    payment = Payment("a", "batch 1", NOW, Decimal("0.7"))
    for _ in range(3):
        books.note(bill(cost="1"))
        books.pay([payment, Payment("a", "batch 2", NOW, None)])
    books.note(bill(cost="2"))
    assert [past.cost_usd for past in books.past()] == [Decimal(2)]
    assert books.payments() == [payment, Payment("a", "batch 2", NOW, None)]


def test_the_newest_come_first(tmp_path: Path) -> None:
    """As many as are asked for."""
    books = Bills(tmp_path)
    for days in (3, 1, 2):
        books.note(bill(str(days), NOW - timedelta(days=days)))
    assert [past.job for past in books.past(2)] == ["1", "2"]


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    """A computer on which nothing was bought has no such file."""
    assert (Bills(tmp_path).past(), Bills(tmp_path).payments()) == ([], [])
    Bills(tmp_path).pay([])
    assert not (tmp_path / FILE).exists()


def test_it_is_for_the_person_alone(tmp_path: Path) -> None:
    """It names jobs."""
    Bills(tmp_path / "new").note(bill())
    assert (tmp_path / "new" / FILE).stat().st_mode & 0o077 == 0


def test_what_a_newer_sheaf_noted_is_passed_over(tmp_path: Path) -> None:
    """One odd bill hides no other."""
    books = Bills(tmp_path)
    books.note(bill())
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        database.execute("insert into bill values ('b', '2027-01-01', '{\"other\": 1}')")
        database.commit()
    assert books.past() == [bill()]


def test_a_damaged_file_is_said_in_plain_words(tmp_path: Path) -> None:
    """Whoever asks hears what is wrong; those who need not know it go on."""
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    with pytest.raises(SheafError):
        Bills(tmp_path).past()
