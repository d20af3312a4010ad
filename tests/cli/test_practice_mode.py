"""Practice from the command line: no key, the detached service, everything marked."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.practice import audit
from tests.cli.running import QUICK, Ran, run_program, wait_until
from tests.echo import read_table, write_table

SORT = ("--instructions", "Sort this: {{text}}", "--answer", "topic: category = Food | Other")


@pytest.fixture
def practice_home(sheaf_home: Path) -> Iterator[Path]:
    """Give the home of practice; the service that was started there is ended by its own id."""
    home = sheaf_home / "practice"
    yield home
    port_file = home / "port.json"
    if port_file.exists():
        pid = json.loads(port_file.read_text(encoding="utf-8"))["pid"]
        os.kill(pid, signal.SIGINT)
        wait_until(lambda: not port_file.exists(), "the practice service has ended")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write three rows."""
    return write_table(tmp_path / "data.csv", [(str(n), f"m{n}", f"soup {n}") for n in range(3)])


def practise(home: Path, *arguments: object) -> Ran:
    """Run a command without any key."""
    return run_program(home, None, *arguments)


def test_practice_needs_no_key_and_is_marked_everywhere(
    tmp_path: Path, sheaf_home: Path, practice_home: Path, data: Path
) -> None:
    """Banner, mode and status column say practice; the ledger is on this computer."""
    out = tmp_path / "out.csv"
    asked = ("run", data, *SORT, "--export", out, "--practice", "--yes", "--json", *QUICK)
    ran = practise(sheaf_home, *asked)
    assert ran.code == 0, ran.err
    assert "PRACTICE" in ran.err
    assert ran.json["mode"] == "practice"
    assert {row["sheaf_status"] for row in read_table(out)} == {"practice: answered"}
    assert {row["topic"] for row in read_table(out)} <= {"Food", "Other"}
    assert list(audit.bought(practice_home).values()) == [1, 1, 1]
    status = practise(sheaf_home, "status", ran.json["job"])
    assert status.out.startswith("PRACTICE")
    assert "Free; real price" in status.out
    again = practise(sheaf_home, "resume", ran.json["job"], "--export", tmp_path / "2.csv", *QUICK)
    assert again.code == 0
    assert (tmp_path / "2.csv").read_bytes() == out.read_bytes()


def test_the_demonstration_writes_its_result(
    tmp_path: Path, sheaf_home: Path, practice_home: Path
) -> None:
    """One command: the bundled sample, several batches, the table of them, an export."""
    out = tmp_path / "demo.csv"
    ran = practise(sheaf_home, "demo", "--export", out)
    assert ran.code == 0, ran.err
    assert ran.out.count("msgbatch_") >= 2
    assert "PRACTICE" in ran.err
    written = read_table(out)
    assert len(written) >= 100
    for row in written:
        # Reviews that say the same are asked once.
        known = ("answered", "copied") if row["review_text"].strip() else ("skipped",)
        assert row["sheaf_status"].removeprefix("practice: ") in known


def test_practice_goes_nowhere_else(
    tmp_path: Path,
    sheaf_home: Path,
    practice_home: Path,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A proxy of the network is not asked: practice stays on this computer."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    asked = ("run", data, *SORT, "--export", tmp_path / "out.csv", "--practice", "--yes", *QUICK)
    ran = practise(sheaf_home, *asked)
    assert ran.code == 0, ran.err
