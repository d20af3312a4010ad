"""A job file that is damaged, or was changed by a stranger: an error in words, for it alone."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.core.errors import SheafError
from app.core.job import Job, JobState, Mode, Outcome, RowState
from app.core.plan import Parcel
from app.store.job_file import JobFile
from app.store.reader import JobReader

MOMENT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A job of one answered row and one batch."""
    made = tmp_path / "odd.sheaf"
    job = Job("shabcdefghij", "Reviews", JobState.LOADING, Mode.REAL, 0, MOMENT)
    with JobFile.create(made, job) as job_file:
        job_file.begin_loading(job.source)
        job_file.add_rows(1, [("a", "b")])
        job_file.finish_loading((), (), 1)
        job_file.journal.plan([Parcel((1,), 10)])
        job_file.journal.mark_sending(1, MOMENT, 10)
        job_file.journal.mark_sent(1, "msgbatch_1", MOMENT, None)
        job_file.journal.take(1, [Outcome(1, RowState.ANSWERED, "yes", ("yes",))])
        job_file.journal.finish(1, MOMENT, Decimal("0.01"))
    return made


def read_all(path: Path) -> None:
    """Read everything that a job file holds."""
    with JobReader(path) as reader:
        reader.head()
        reader.batches()
        reader.counts()
        reader.source_rows(1, 10)
        reader.results(1, 10)
        reader.attempts(1)


ODD = [
    "job set state = 'flying'",
    "job set mode = 'free'",
    "job set rows = 'many'",
    "job set rows = -1",
    "job set created_at = 'yesterday'",
    "job set created_at = '2026-11-21T09:30:00'",
    "job set created_at = 5",
    "job set started_at = '2026-13-41'",
    "job set settings = '{'",
    "job set settings = '[]'",
    "job set settings = '{\"rows\": 5}'",
    'job set settings = \'{"max_cost_usd": "all of it"}\'',
    'job set settings = \'{"max_cost_usd": "NaN"}\'',
    'job set settings = \'{"max_cost_usd": "-1"}\'',
    "job set source = x'00ff'",
    "job set columns = '" + "[" * 100_000 + "'",
    "job set notices = 'null'",
    "job set prices = '{}'",
    "job set name = cast(x'ff' as text)",
    'job set tag = \'","x":"\'',
    "job set tag = ''",
    "job set tag = 'shabcdefghij' || char(10)",
    "batch set state = 'lost'",
    "batch set rows = 'x'",
    "batch set sent_at = 'noon'",
    "batch set sent_at = '2026-11-21T09:30:00'",
    "batch set cost_usd = 'cheap'",
    "batch set cost_usd = 'Infinity'",
    "status set state = 'gone'",
    "source set cells = '['",
    "source set cells = 7",
    "outcome set state = 'sure'",
    "outcome set cells = '{\"a\": 1}'",
    'outcome set usage = \'{"input": "x"}\'',
    "outcome set cause = 'weather'",
    "outcome set reply = x'00'",
]


@pytest.mark.parametrize("change", ODD, ids=[change[:40] for change in ODD])
def test_odd_values_are_an_error_in_words(path: Path, change: str) -> None:
    """Whatever a column holds, nobody meets a mistake of Sheaf's own."""
    read_all(path)
    database = sqlite3.connect(path)
    database.execute(f"update {change}")
    database.commit()
    database.close()
    with pytest.raises(SheafError) as error:
        read_all(path)
    assert error.value.fix


def test_an_odd_state_of_a_row_is_an_error_to_the_worker_too(path: Path) -> None:
    """Who works on the job counts its rows as carefully as who only looks at it."""
    database = sqlite3.connect(path)
    database.execute("update status set state = 'gone'")
    database.commit()
    database.close()
    with JobFile.open(path) as job_file, pytest.raises(SheafError) as error:
        job_file.journal.counts()
    assert error.value.fix


def test_the_error_names_the_file(path: Path) -> None:
    """A person who has many jobs learns which one it is."""
    database = sqlite3.connect(path)
    database.execute("update job set state = 'flying'")
    database.commit()
    database.close()
    with pytest.raises(SheafError, match=r"odd\.sheaf"):
        JobFile.open(path)
    with pytest.raises(SheafError, match=r"odd\.sheaf"), JobReader(path) as reader:
        reader.head()
