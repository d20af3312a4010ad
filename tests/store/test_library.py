"""The folder of jobs: names that every file system takes, and no rows of people left over."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core.errors import SheafError
from app.core.job import Job, JobState, Mode
from app.store.job_file import JobFile
from app.store.library import (
    ELSEWHERE,
    delete,
    jobs_elsewhere,
    known_jobs,
    new_path,
    note_elsewhere,
    sweep_spools,
)
from app.store.ordering import Arrangement, arrange

LONGEST_NAME = 255
"""What file systems take, in bytes."""


def make_job(path: Path) -> JobFile:
    """Make a job without rows."""
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    return JobFile.create(
        path, Job("shabcdefghij", "Reviews", JobState.DRAFT, Mode.REAL, 0, moment)
    )


def spool_of(job: Path, number: int = 1) -> Path:
    """Leave a body of a batch beside a job, as a kill does."""
    spool = job.with_name(f".{job.name}.batch-{number}.spool")
    spool.write_bytes(b"{}")
    return spool


@pytest.fixture
def job(tmp_path: Path) -> Path:
    """A job on which nobody works, with a name that is a pattern too."""
    path = tmp_path / "reviews [1].sheaf"
    make_job(path).close()
    return path


@pytest.mark.parametrize("name", ["雨" * 80, "😀" * 80, "é" * 200, "a" * 300], ids="1234")
def test_a_long_name_leaves_room_for_what_stands_beside(tmp_path: Path, name: str) -> None:
    """The tenth job of that name has a path, and its last batch a body, on every file system."""
    paths: list[Path] = []
    for _ in range(10):
        paths.append(new_path(tmp_path, name, paths))
    make_job(paths[-1]).close()
    body = f".{paths[-1].name}.batch-999999999.spool"
    assert len(body.encode()) <= LONGEST_NAME
    (tmp_path / body).write_bytes(b"")
    assert name.startswith(paths[0].stem)
    assert len(set(paths)) == 10


def test_a_name_that_is_no_text_still_makes_a_path(tmp_path: Path) -> None:
    """File names of other systems may hold bytes that no encoding knows."""
    make_job(new_path(tmp_path, "caf\udce9")).close()
    assert [path.name for path in tmp_path.glob("*.sheaf")] == ["caf.sheaf"]


def test_a_taken_name_is_not_given_twice(tmp_path: Path) -> None:
    """Before its file is there a path is taken already, in capitals too."""
    first = new_path(tmp_path, "Reviews")
    second = new_path(tmp_path, "reviews", [first])
    assert second.name == "reviews (2).sheaf"


def test_deleting_leaves_no_rows_behind(job: Path) -> None:
    """Bodies of batches go with their job, and only with theirs."""
    spool_of(job, 1)
    spool_of(job, 12)
    other = spool_of(job.with_name("reviews 1.sheaf"))
    delete(job)
    assert list(job.parent.iterdir()) == [other]


def test_bodies_that_a_kill_left_are_swept(job: Path) -> None:
    """Beside a job that nobody works on, and beside one that is gone."""
    left = [spool_of(job), spool_of(job.with_name("gone.sheaf"))]
    sweep_spools(job.parent)
    assert not any(path.exists() for path in left)
    assert not job.with_name("gone.sheaf.lock").exists()
    with JobFile.open(job) as opened:
        assert opened.head().name == "Reviews"


def test_a_body_that_is_being_sent_is_left(job: Path) -> None:
    """Whoever works on the job holds its lock, and needs the body."""
    spool = spool_of(job)
    with JobFile.open(job):
        sweep_spools(job.parent)
        assert spool.exists()


def test_nothing_that_a_job_s_schema_holds_is_run(job: Path, tmp_path: Path) -> None:
    """A view in the place of a table could ask SQLite for more than rows."""
    database = sqlite3.connect(job)
    database.executescript(
        "drop table source; "
        "create view source as select seq as row, file as cells from pragma_database_list; "
        "insert into status (row, state) values (0, 'waiting');"
    )
    database.close()
    with pytest.raises(SheafError):
        arrange(job, tmp_path / "ordering.sqlite", Arrangement())


def test_jobs_elsewhere_are_remembered_once(tmp_path: Path) -> None:
    """Newest first, only while they are there; a damaged list is no list."""
    folder = tmp_path / "jobs"
    assert jobs_elsewhere(folder) == []
    own = folder / "own.sheaf"
    others = [tmp_path / "a b.sheaf", tmp_path / "ü.sheaf"]
    for path in (*others, *others, own):
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            make_job(path).close()
        note_elsewhere(folder, path)
    assert jobs_elsewhere(folder) == others[::-1]
    assert [reader.path for reader in known_jobs(folder)] == [own, *others[::-1]]
    others[0].unlink()
    assert jobs_elsewhere(folder) == [others[1]]
    with (folder / ELSEWHERE).open("ab") as file:
        file.write(b'"half a line\n[]\n\xff\n"\\u0000"\n')
    assert jobs_elsewhere(folder) == [others[1]]
