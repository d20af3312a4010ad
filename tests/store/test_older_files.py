"""Job files of an older Sheaf are looked at and exported, and say which batches are theirs."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.core.errors import SheafError
from app.core.job import JobSettings, RowState
from app.store.job_file import JobFile
from app.store.job_lock import JobLock
from app.store.library import known_batches, known_jobs, note_elsewhere
from app.store.migrations import APPLICATION_ID, MIGRATIONS, VERSION
from app.store.reader import JobReader
from app.store.records import settings_to_json, to_json
from tests.store.test_library import make_job

LONG_AGO = 1_700_000_000


def old_job(path: Path, version: int = 1, remote_id: str = "msgbatch_old") -> Path:
    """Leave a job of one row, sent in one batch, as an older Sheaf made it."""
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as database:
        for change in MIGRATIONS[:version]:
            change(database)
        database.execute(f"pragma application_id = {APPLICATION_ID}")
        database.execute(f"pragma user_version = {version}")
        database.execute(
            "insert into job (one, tag, name, state, mode, rows, created_at, settings, source) "
            "values (1, 'shabcdefghij', 'Old', 'running', 'real', 1, '2026-11-01T00:00:00+00:00',"
            ' ?, \'{"path": "old.csv"}\')',
            (settings_to_json(JobSettings()),),
        )
        database.execute("insert into source values (1, ?)", (to_json(("a",)),))
        database.execute("insert into status (row, state) values (1, 'sent')")
        database.execute(
            "insert into batch (number, state, rows, bytes, remote_id) "
            "values (1, 'working', 1, 9, ?)",
            (remote_id,),
        )
        database.commit()
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


@pytest.mark.parametrize("version", [1, VERSION - 1])
def test_an_older_job_can_be_looked_at(tmp_path: Path, version: int) -> None:
    """Nobody has to go on with it first, and its place in the list stays."""
    path = old_job(tmp_path / "old.sheaf", version)
    with JobReader(path) as reader:
        assert reader.head().name == "Old"
        assert reader.counts() == {RowState.SENT: 1}
        assert [batch.remote_id for batch in reader.batches()] == ["msgbatch_old"]
    assert path.stat().st_mtime == LONG_AGO
    with JobFile.open(path) as opened:
        assert opened.head().name == "Old"


def test_older_jobs_are_known(tmp_path: Path) -> None:
    """They are in the books, and among the jobs that may be asking the same."""
    folder = tmp_path / "jobs"
    paths = [old_job(folder / "old.sheaf"), old_job(tmp_path / "elsewhere.sheaf")]
    note_elsewhere(folder, paths[1])
    assert [reader.path for reader in known_jobs(folder)] == paths


def test_an_older_job_that_is_worked_on_is_left_alone(tmp_path: Path) -> None:
    """Its own Sheaf would not understand it any more; the sentence says what helps."""
    path = old_job(tmp_path / "old.sheaf")
    before = path.read_bytes()
    lock = JobLock(path)
    try:
        with pytest.raises(SheafError, match="older Sheaf"):
            JobReader(path)
    finally:
        lock.release()
    assert path.read_bytes() == before


def test_batches_of_jobs_that_cannot_be_looked_at_are_known(tmp_path: Path) -> None:
    """No batch of theirs is ever taken for one in doubt; what was not proven may be another's."""
    folder = tmp_path / "jobs"
    first = old_job(folder / "first.sheaf", 1, "msgbatch_1")
    second = old_job(folder / "second.sheaf", 2, "msgbatch_2")
    newer = old_job(folder / "newer.sheaf", VERSION, "msgbatch_3")
    unsure = old_job(tmp_path / "unsure.sheaf", 2, "msgbatch_4")
    note_elsewhere(folder, unsure)
    with closing(sqlite3.connect(newer)) as database:
        database.execute(f"pragma user_version = {VERSION + 1}")
    with closing(sqlite3.connect(unsure)) as database, database:
        database.execute("update batch set proven = 0")
    (folder / "text.sheaf").write_text("no job")
    (folder / "empty.sheaf").write_bytes(b"")
    locks = [JobLock(path) for path in (first, second)]
    try:
        assert known_batches(folder) == {"msgbatch_1", "msgbatch_2", "msgbatch_3"}
    finally:
        for lock in locks:
            lock.release()


def test_a_file_without_a_job_is_not_made_one_by_looking(tmp_path: Path) -> None:
    """A kill leaves empty files; only whoever makes a job writes into them."""
    path = tmp_path / "empty.sheaf"
    path.write_bytes(b"")
    with pytest.raises(SheafError):
        JobReader(path)
    assert path.read_bytes() == b""
    make_job(path).close()
