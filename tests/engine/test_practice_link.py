"""The practice service is this very program, and finds its parts wherever it is started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.engine.practice_link import program


def test_nothing_of_the_folder_that_sheaf_was_started_in_is_run(tmp_path: Path) -> None:
    """A stranger's file that is named like a package of ours stays a file."""
    marker = tmp_path / "was-run"
    trap = f"open({str(marker)!r}, 'w').close()\n"
    (tmp_path / "platformdirs.py").write_text(trap, encoding="utf-8")
    done = subprocess.run(
        [*program(), "--version"], cwd=tmp_path, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not marker.exists()


def test_frozen_it_is_the_program_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frozen program takes no options of Python's."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert program() == [sys.executable]
