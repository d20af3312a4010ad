"""What a killed export leaves in the person's folder is gone with the next export there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import app
from app.files.target import check_target, replacing

_KILLED = """
import os, signal, sys
from pathlib import Path
from app.files.target import replacing
with replacing(Path(sys.argv[1])) as file:
    file.write(b"rows of a person")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""

needs_kill = pytest.mark.skipif(os.name == "nt", reason="this system knows no kill")


def parts(folder: Path) -> list[Path]:
    """Return the exports of a folder that are not complete."""
    return list(folder.glob(".sheaf-*.part"))


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """Kill an export half-way; return its target."""
    target = tmp_path / "out.csv"
    ended = subprocess.run(
        [sys.executable, "-c", _KILLED, str(target)],
        cwd=Path(app.__file__).parents[1],
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert len(parts(tmp_path)) == 1
    return target


@needs_kill
def test_the_next_export_clears_away_a_killed_one(killed: Path) -> None:
    """The rows of a killed export do not stay in a hidden file; another target will do."""
    with replacing(killed.with_name("other.csv")) as file:
        file.write(b"all rows")
    assert parts(killed.parent) == []
    assert not killed.exists()


@needs_kill
def test_looking_whether_an_export_can_be_written_clears_too(killed: Path) -> None:
    """It is gone before the work that the next export waits for."""
    check_target(killed)
    assert parts(killed.parent) == []


def test_an_export_that_is_being_written_is_left_alone(tmp_path: Path) -> None:
    """Two exports into one folder at the same time are both complete in the end."""
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    with replacing(first) as one:
        one.write(b"first ")
        with replacing(second) as other:
            other.write(b"second")
        check_target(second)
        one.write(b"still")
    assert (first.read_bytes(), second.read_bytes()) == (b"first still", b"second")


def test_other_hidden_files_are_left_alone(tmp_path: Path) -> None:
    """Only names that Sheaf itself gives are cleared away."""
    kept = [tmp_path / ".sheaf-notes.part", tmp_path / ".sheaf-0123456789abcdef.part.txt"]
    for path in kept:
        path.touch()
    with replacing(tmp_path / "out.csv") as file:
        file.write(b"rows")
    assert all(path.exists() for path in kept)
