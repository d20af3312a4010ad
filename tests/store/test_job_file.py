"""Promises of the job file: kept whole, one writer, newer and foreign files left alone."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.core.cost import TextSize, Usage
from app.core.errors import SheafError
from app.core.job import (
    BatchState,
    Changes,
    ColumnFacts,
    Job,
    JobSettings,
    JobState,
    Mode,
    Outcome,
    RowState,
    SourceFile,
)
from app.core.plan import Parcel
from app.core.table import Kind
from app.store.job_file import JobFile
from app.store.library import delete, jobs_in, new_path
from app.store.migrations import VERSION
from app.store.ordering import Arrangement, arrange, rows_at
from app.store.reader import JobReader

MOMENT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ROWS = [(f"R{number}", f'text "{number}" — 雨') for number in range(1, 7)]


def a_job(path: Path, rows: list[tuple[str, str]] = ROWS) -> JobFile:
    """Make a job with rows."""
    job = Job("shabcdefghij", "Reviews", JobState.LOADING, Mode.REAL, 0, MOMENT, JobSettings())
    job_file = JobFile.create(path, job)
    job_file.begin_loading(SourceFile("reviews.csv"))
    job_file.add_rows(1, rows)
    facts = [ColumnFacts(name, Kind.TEXT, 6, 9, TextSize()) for name in ("id", "text")]
    job_file.finish_loading(facts, (), len(rows))
    return job_file


@pytest.fixture
def job_file(tmp_path: Path) -> Iterator[JobFile]:
    """A job with six rows, open for work."""
    with a_job(tmp_path / "reviews.sheaf") as opened:
        yield opened


def _answered(row: int, text: str = "yes") -> Outcome:
    return Outcome(row, RowState.ANSWERED, text, (text,), usage=Usage(input=10, output=2))


def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    """Head, rows and states survive closing."""
    path = tmp_path / "reviews.sheaf"
    a_job(path).close()
    with JobFile.open(path) as again:
        assert again.head().state is JobState.DRAFT
        assert again.head().column_names == ("id", "text")
        assert again.source_rows() == list(enumerate(ROWS, 1))
        assert again.journal.counts() == {RowState.WAITING: 6}


def test_a_job_file_is_for_its_owner_alone(job_file: JobFile) -> None:
    """It holds people's rows."""
    assert job_file.path.stat().st_mode & 0o077 == 0


def test_the_pragmas_that_survive_a_power_cut_are_set(job_file: JobFile) -> None:
    """WAL with extra sync: what was committed is on the disk, without a log too."""
    database = job_file.journal._database
    assert database.execute("pragma journal_mode").fetchone() == ("wal",)
    assert database.execute("pragma synchronous").fetchone() == (3,)
    assert database.execute("pragma trusted_schema").fetchone() == (0,)


def test_a_second_writer_is_refused(job_file: JobFile) -> None:
    """Only one may work on a job, so that no row is bought twice."""
    with pytest.raises(SheafError, match="open in another Sheaf"):
        JobFile.open(job_file.path)


def test_the_lock_is_freed_by_death(tmp_path: Path) -> None:
    """A killed Sheaf does not lock its job for ever."""
    path = tmp_path / "reviews.sheaf"
    a_job(path).close()
    code = (
        "import os, sys; from pathlib import Path; from app.store.job_file import JobFile;"
        "JobFile.open(Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    JobFile.open(path).close()


def test_an_existing_job_is_not_made_anew(job_file: JobFile) -> None:
    """Creating over a job is refused, and resume is named."""
    with pytest.raises(SheafError, match="sheaf resume"):
        JobFile.create(job_file.path, job_file.head())


def test_a_newer_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A newer Sheaf's file is not touched."""
    path = tmp_path / "reviews.sheaf"
    a_job(path).close()
    database = sqlite3.connect(path)
    database.execute(f"pragma user_version = {VERSION + 1}")
    database.close()
    before = path.read_bytes()
    for opening in (JobFile.open, JobReader):
        with pytest.raises(SheafError, match="newer Sheaf"):
            opening(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"not a database at all, only text" * 100])
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """Any other file is named as not a job."""
    path = tmp_path / "other.sheaf"
    path.write_bytes(content)
    with pytest.raises(SheafError):
        JobFile.open(path)


def test_a_database_of_another_program_is_refused_unchanged(tmp_path: Path) -> None:
    """No tables are added to somebody else's SQLite file."""
    path = tmp_path / "other.sheaf"
    database = sqlite3.connect(path)
    database.execute("create table theirs (x)")
    database.commit()
    database.close()
    with pytest.raises(SheafError, match="not a Sheaf job"):
        JobFile.open(path)
    database = sqlite3.connect(path)
    assert database.execute("select name from sqlite_schema").fetchall() == [("theirs",)]
    database.close()


def test_a_job_with_a_trigger_inside_is_refused(tmp_path: Path) -> None:
    """A file from somebody else cannot make Sheaf do anything."""
    path = tmp_path / "reviews.sheaf"
    a_job(path).close()
    database = sqlite3.connect(path)
    database.execute("create trigger t after insert on batch begin delete from source; end")
    database.close()
    with pytest.raises(SheafError, match="not a Sheaf job"):
        JobFile.open(path)


def test_loading_again_begins_from_nothing(job_file: JobFile) -> None:
    """A load that was killed half-way leaves no double rows."""
    job_file.begin_loading(SourceFile("reviews.csv"))
    assert job_file.head().state is JobState.LOADING
    assert job_file.source_rows() == []
    job_file.add_rows(1, ROWS[:2])
    assert len(job_file.source_rows()) == 2


def test_a_batch_is_written_down_before_and_after(job_file: JobFile) -> None:
    """Planned, sending, working, finished; its rows follow."""
    journal = job_file.journal
    assert journal.plan([Parcel((1, 2), 100), Parcel((3,), 50)]) == [1, 2]
    assert journal.unplanned() == [4, 5, 6]
    journal.mark_sending(1, MOMENT, 120)
    assert journal.batch(1).sending_at == MOMENT
    journal.mark_sent(1, "msgbatch_1", MOMENT, None)
    assert journal.counts() == {RowState.SENT: 2, RowState.WAITING: 4}
    journal.take(1, [_answered(2), Outcome(1, RowState.FAILED, reason="why")])
    journal.finish(1, MOMENT, Decimal("0.01"))
    done = journal.batch(1)
    assert (done.state, done.answered, done.failed) == (BatchState.FINISHED, 1, 1)
    assert journal.counts()[RowState.ANSWERED] == 1
    assert journal.known_ids() == {"msgbatch_1"}


def test_a_forbidden_move_is_a_mistake(job_file: JobFile) -> None:
    """A batch in doubt cannot be sent, and nothing is changed by trying."""
    journal = job_file.journal
    journal.plan([Parcel((1,), 10)])
    journal.mark_sending(1, MOMENT, 10)
    journal.mark_unsure(1, "lost", MOMENT)
    with pytest.raises(ValueError, match="cannot go"):
        journal.mark_sending(1, MOMENT, 10)
    assert journal.batch(1).state is BatchState.UNSURE


def _sent(job_file: JobFile, rows: tuple[int, ...], number: int, *, retry: bool = False) -> None:
    journal = job_file.journal
    journal.plan([Parcel(rows, 10)], is_retry=retry)
    journal.mark_sending(number, MOMENT, 10)
    journal.mark_sent(number, f"msgbatch_{number}", MOMENT, None)


def _shown(job_file: JobFile, row: int) -> tuple[RowState, str]:
    with JobReader(job_file.path) as reader:
        result = reader.results(row, 1)[0]
    return result.state, result.outcome.reply if result.outcome else ""


def test_the_newest_good_outcome_wins(job_file: JobFile) -> None:
    """A better answer replaces, a worse one does not; every attempt is kept."""
    _sent(job_file, (1, 2), 1)
    job_file.journal.take(1, [Outcome(1, RowState.CUT_OFF, "half"), _answered(2, "first")])
    _sent(job_file, (1, 2), 2, retry=True)
    assert job_file.journal.counts()[RowState.SENT] == 2
    job_file.journal.take(2, [_answered(1, "whole"), Outcome(2, RowState.FAILED, reason="x")])
    assert _shown(job_file, 1) == (RowState.ANSWERED, "whole")
    assert _shown(job_file, 2) == (RowState.ANSWERED, "first")
    with JobReader(job_file.path) as reader:
        assert [batch for batch, _ in reader.attempts(1)] == [1, 2]


def test_a_doubled_line_keeps_the_first_outcome(job_file: JobFile) -> None:
    """The same row twice in one batch is counted once."""
    _sent(job_file, (1,), 1)
    job_file.journal.take(1, [_answered(1, "one")])
    job_file.journal.take(1, [_answered(1, "two")])
    assert _shown(job_file, 1) == (RowState.ANSWERED, "one")
    assert len(job_file.journal.usages(1)) == 1


def test_giving_up_a_retry_brings_back_the_earlier_outcome(job_file: JobFile) -> None:
    """Rows of an unsent retry are what they were before."""
    _sent(job_file, (1,), 1)
    job_file.journal.take(1, [Outcome(1, RowState.DECLINED, reason="no")])
    job_file.journal.plan([Parcel((1, 2), 10)], is_retry=True)
    job_file.journal.drop_unsent(2, "given up")
    assert _shown(job_file, 1)[0] is RowState.DECLINED
    assert _shown(job_file, 2)[0] is RowState.CANCELLED


def test_an_unsent_batch_is_cut_into_smaller_ones(job_file: JobFile) -> None:
    """Every row is in one of the parts, and each part has its own figures."""
    job_file.journal.plan([Parcel((1, 2, 3, 4, 5), 100)], is_retry=True)
    job_file.journal.note_least(1, 7)
    assert job_file.journal.batch(1).changes.least_read == 7
    parts = [
        (Parcel((1, 4), 60), Changes(most_read=9)),
        (Parcel((2, 3, 5), 40), Changes(most_read=4)),
    ]
    job_file.journal.divide(1, parts)
    assert [job_file.journal.rows_of(number) for number in (1, 2)] == [[1, 4], [2, 3, 5]]
    batches = job_file.journal.batches()
    assert [(b.rows, b.bytes, b.changes, b.is_retry) for b in batches] == [
        (2, 60, Changes(most_read=9), True),
        (3, 40, Changes(most_read=4), True),
    ]


def test_the_plan_of_an_unsent_job_can_be_made_anew(job_file: JobFile) -> None:
    """Settings may change until the first batch has left, not after."""
    journal = job_file.journal
    journal.plan([Parcel((1, 2), 10)])
    journal.set_aside([3], RowState.SKIPPED, "blank")
    journal.forget_plan()
    assert journal.counts() == {RowState.WAITING: 6}
    _sent(job_file, (1,), 1)
    with pytest.raises(ValueError, match="has been sent"):
        journal.forget_plan()


def test_a_reader_sees_what_the_writer_has_committed(job_file: JobFile) -> None:
    """Tables read the file while the engine writes it, from another thread."""
    seen: list[int] = []

    def look() -> None:
        with JobReader(job_file.path) as reader:
            seen.append(len(reader.source_rows(1, 100)))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [6]


def test_a_reader_cannot_write(job_file: JobFile) -> None:
    """query_only holds."""
    with JobReader(job_file.path) as reader, pytest.raises(sqlite3.OperationalError):
        reader.database.execute("delete from source")


def test_orderings_sort_filter_and_search(job_file: JobFile, tmp_path: Path) -> None:
    """A table can show the rows by state, text or answer, and jump to any position."""
    _sent(job_file, (1, 2, 3), 1)
    job_file.journal.take(
        1, [_answered(1, "b"), _answered(2, "a"), Outcome(3, RowState.FAILED, reason="broken")]
    )
    file = tmp_path / "o.sqlite"

    def rows(wanted: Arrangement) -> list[int]:
        count = arrange(job_file.path, file, wanted)
        found = list(rows_at(file, 0, 100))
        assert len(found) == count
        return found

    assert rows(Arrangement((RowState.ANSWERED,), sort="answer")) == [2, 1]
    assert rows(Arrangement(search='"3"')) == [3]
    assert rows(Arrangement(search="broken")) == [3]
    assert rows(Arrangement(search="100%")) == []
    assert rows(Arrangement(answer=(0, "b"))) == [1]
    assert rows(Arrangement(sort="source", place=0, down=True))[:2] == [6, 5]
    assert list(rows_at(file, 2, 2)) == [4, 3]


def test_repeats_and_blanks_of_an_id_column_are_counted(tmp_path: Path) -> None:
    """The Data step says whether an ID column is good."""
    rows = [("a", "1"), ("a", "2"), ("", "3"), ("b", "4")]
    with a_job(tmp_path / "x.sheaf", rows) as opened, JobReader(opened.path) as reader:
        assert reader.repeats(0) == (2, 1)
        assert reader.repeats(1) == (0, 0)


def test_names_of_new_jobs_are_free_and_safe(tmp_path: Path) -> None:
    """Two jobs of one name get files of their own; odd characters do no harm."""
    first = new_path(tmp_path, 'a/b: "c"')
    a_job(first).close()
    second = new_path(tmp_path, 'a/b: "c"')
    assert first != second
    assert first.parent == second.parent == tmp_path
    assert jobs_in(tmp_path) == [first]
    delete(first)
    assert not list(tmp_path.glob("a*"))
