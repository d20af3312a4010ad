"""What a power cut leaves of the journal: a whole number of commits, from the first one on.

The pragmas see to it that a commit which has returned is on the disk (tests/store/test_job_file.py
holds them); here the log is cut off anywhere and spoilt anywhere, as a commit may be that has not
returned yet.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.core.job import Job, JobState, Mode, Outcome, RowState
from app.core.plan import Parcel
from app.store.job_file import JobFile

MOMENT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
_STEP = 331
"""A number of bytes that is no part of a page, so that cuts fall everywhere in them."""

Standing = tuple[object, ...]


def _standing(job_file: JobFile) -> Standing:
    """Return all that a job says of its batches and rows."""
    journal = job_file.journal
    return (job_file.head(), tuple(journal.batches()), journal.counts(), journal.received(1))


def _made(path: Path) -> JobFile:
    """Make a job of forty rows in two batches, closed once so that its log is empty."""
    job = Job("shabcdefghij", "Reviews", JobState.LOADING, Mode.REAL, 0, MOMENT)
    with JobFile.create(path, job) as made:
        made.begin_loading(job.source)
        made.add_rows(1, [("a", "b" * 400)] * 40)
        made.finish_loading((), (), 40)
        made.journal.plan([Parcel(tuple(range(1, 21)), 10), Parcel(tuple(range(21, 41)), 10)])
    return JobFile.open(path)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes, list[Standing]]:
    """Return a job file and its log after seven commits, and how it stood after each of them."""
    path = tmp_path_factory.mktemp("power") / "job.sheaf"
    outcomes = [Outcome(row, RowState.ANSWERED, "yes" * 50, ("yes",)) for row in range(1, 21)]
    with _made(path) as job_file:
        journal = job_file.journal
        stood = [_standing(job_file)]
        for commit in (
            lambda: journal.mark_sending(1, MOMENT, 10),
            lambda: journal.mark_sent(1, "msgbatch_1", MOMENT, None),
            lambda: journal.mark_sending(2, MOMENT, 10),
            lambda: journal.mark_unsure(2, "Lost.", MOMENT),
            lambda: journal.take(1, outcomes[:12]),
            lambda: journal.take(1, outcomes[12:]),
            lambda: journal.finish(1, MOMENT, Decimal("0.01")),
        ):
            commit()
            stood.append(_standing(job_file))
        return path.read_bytes(), path.with_name("job.sheaf-wal").read_bytes(), stood


def _after_cut(folder: Path, main: bytes, log: bytes) -> Standing:
    """Open what a power cut has left, as for work, and return how it stands."""
    path = folder / "left.sheaf"
    path.write_bytes(main)
    path.with_name("left.sheaf-wal").write_bytes(log)
    path.with_name("left.sheaf-shm").unlink(missing_ok=True)
    with JobFile.open(path) as job_file:
        return _standing(job_file)


def test_a_log_that_was_cut_off_holds_whole_commits(
    tmp_path: Path, story: tuple[bytes, bytes, list[Standing]]
) -> None:
    """Wherever the log ends, the job stands as after some commit, never between two."""
    main, log, stood = story
    cuts = [*range(0, len(log), _STEP), len(log)]
    found = [stood.index(_after_cut(tmp_path, main, log[:cut])) for cut in cuts]
    assert found == sorted(found)
    assert set(found) == set(range(len(stood)))


def test_a_log_that_was_spoilt_holds_the_commits_before(
    tmp_path: Path, story: tuple[bytes, bytes, list[Standing]]
) -> None:
    """A page that reached the disk as something else ends the log there: its checksum tells."""
    main, log, stood = story
    for place in range(32, len(log), 5 * _STEP):
        spoilt = bytearray(log)
        spoilt[place] ^= 0xFF
        assert _after_cut(tmp_path, main, bytes(spoilt)) in stood[:-1]


def test_pages_that_came_before_others_count_for_nothing(
    tmp_path: Path, story: tuple[bytes, bytes, list[Standing]]
) -> None:
    """A disk may write the end of a commit before its beginning: it is no commit then."""
    main, log, stood = story
    for begin in range(32, len(log) - 9_000, 12 * _STEP):
        hole = log[:begin] + bytes(8_192) + log[begin + 8_192 :]
        assert _after_cut(tmp_path, main, hole) in stood[:-1]
