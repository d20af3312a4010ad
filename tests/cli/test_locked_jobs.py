"""A job that another Sheaf holds, on the command line: looked at and exported, never worked on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Sheaf
from tests.cli.running import QUICK
from tests.cli.test_other_verbs import run_of
from tests.echo import check_export
from tests.engine.another_sheaf import another_sheaf
from tests.practice_service import PracticeService

Rows = list[tuple[str, str, str]]
WORKING = (
    ("resume",),
    ("resume", "--retry"),
    ("resume", "--take-over"),
    ("resume", "--max-cost", "9"),
    ("cancel",),
)
"""The commands that would work on a job."""


@pytest.fixture
def job(sheaf: Sheaf, data: Path, tmp_path: Path) -> Path:
    """Return a finished job of 25 rows."""
    path = tmp_path / "kept.sheaf"
    assert sheaf(*run_of(data, tmp_path / "first.csv", "--yes", "--job", path)).code == 0
    return path


def content(job: Path) -> list[str]:
    """Return all that stands in a job file."""
    with closing(sqlite3.connect(job)) as database:
        return list(database.iterdump())


@pytest.mark.parametrize("command", WORKING, ids=" ".join)
def test_a_held_job_is_refused_in_one_sentence(
    sheaf: Sheaf, job: Path, service: PracticeService, command: tuple[str, ...]
) -> None:
    """Exit 3, what and why and what to do; nothing is changed or bought."""
    bought = len(service.creates())
    with another_sheaf(job):
        before = content(job)
        ran = sheaf(command[0], job, *command[1:], *QUICK)
        assert content(job) == before
    assert ran.code == 3
    (line,) = [line for line in ran.err.splitlines() if line.startswith("sheaf: ")]
    assert line == (
        'sheaf: The job "kept.sheaf" is open in another Sheaf. Only one at a time may work on it, '
        "so that no row is bought twice. Close it there, or wait until its upload is finished."
    )
    assert ran.out == ""
    assert len(service.creates()) == bought
    assert sheaf(command[0], job, *command[1:], *QUICK).code == 0


def test_a_held_draft_is_not_run_by_another(
    sheaf: Sheaf, data: Path, tmp_path: Path, sheaf_home: Path, service: PracticeService
) -> None:
    """The same data and settings wait as a draft that is open elsewhere."""
    assert sheaf(*run_of(data, tmp_path / "o.csv")).code == 2
    (draft,) = sheaf_home.glob("jobs/*.sheaf")
    with another_sheaf(draft):
        ran = sheaf(*run_of(data, tmp_path / "o.csv", "--yes"))
        assert ran.code == 3
        assert "open in another Sheaf" in ran.err
    assert service.creates() == []
    assert sheaf(*run_of(data, tmp_path / "o.csv", "--yes")).code == 0


def test_a_held_job_is_shown_audited_and_exported(
    sheaf: Sheaf, job: Path, tmp_path: Path, rows: Rows
) -> None:
    """Whatever only looks works, and says that somebody is at it."""
    out = tmp_path / "out.csv"
    with another_sheaf(job):
        shown = sheaf("status", job)
        audited = sheaf("status", job, "--audit")
        exported = sheaf("export", job, out)
    assert (shown.code, audited.code, exported.code) == (0, 0, 0)
    assert "25 answered" in shown.out
    assert "It is open in another Sheaf." in shown.out
    check_export(out, rows)
    assert "another Sheaf" not in sheaf("status", job).out
