"""At a terminal: the price is agreed by hand, and one living line shows how it goes."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import PATIENCE_SECONDS, QUICK, ROOT, environment
from tests.echo import INSTRUCTIONS, check_export, made_rows, write_table
from tests.practice_service import PracticeService

if sys.platform == "win32":
    pytest.skip("terminals of this kind are not known there", allow_module_level=True)

import pty


class Terminal:
    """A terminal with `sheaf` in it: what it says on stderr is read, and keys are pressed."""

    def __init__(self, home: Path, service: PracticeService, *arguments: object) -> None:
        self._screen, inside = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app", *map(str, arguments)],
            cwd=ROOT,
            env=environment(home, service),
            stdin=inside,
            stdout=subprocess.DEVNULL,
            stderr=inside,
            start_new_session=True,
        )
        os.close(inside)
        self.said = ""

    def hear(self, words: str) -> None:
        """Wait until these words were said."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while words not in self.said:
            assert time.monotonic() < deadline, self.said
            assert self._listen(), f"it ended without saying {words!r}: {self.said}"

    def _listen(self) -> bool:
        if select.select([self._screen], [], [], 1.0)[0]:
            try:
                heard = os.read(self._screen, 4096)
            except OSError:
                return False
            self.said += heard.decode()
            return bool(heard)
        return True

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._screen, text.encode())

    def end(self) -> int:
        """Listen to the end, and return the exit code."""
        while self._listen():
            pass
        return self.process.wait(timeout=PATIENCE_SECONDS)

    def close(self) -> None:
        """Be gone, whatever happened."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._screen)


@pytest.fixture
def terminal(tmp_path: Path, sheaf_home: Path, service: PracticeService) -> Iterator[Terminal]:
    """Give a run that asks whether it may submit."""
    data = write_table(tmp_path / "data.csv", made_rows(25))
    running = Terminal(
        sheaf_home, service, "run", data, "--instructions", INSTRUCTIONS, "--answer",
        "echo: short text", "--export", tmp_path / "out.csv", *QUICK,
    )  # fmt: skip
    try:
        running.hear("Submit? [y/N]")
        yield running
    finally:
        running.close()


def test_a_yes_is_a_yes(terminal: Terminal, tmp_path: Path) -> None:
    """The price stands before the question, and the living line is redrawn in its place."""
    assert "25 rows, " in terminal.said.partition("Submit?")[0]
    assert "$" in terminal.said.partition("Submit?")[0]
    terminal.type("y\n")
    assert terminal.end() == 0
    assert "\r\x1b[K" in terminal.said
    check_export(tmp_path / "out.csv", made_rows(25))


@pytest.mark.parametrize("answer", ["n\n", "\n", "yesterday\n"])
def test_everything_else_is_a_no(terminal: Terminal, service: PracticeService, answer: str) -> None:
    """Nothing is sent, and the job is kept."""
    terminal.type(answer)
    assert terminal.end() == 2
    assert "Nothing was sent" in terminal.said
    assert service.creates() == []


def test_an_interrupt_at_the_question_is_a_no_at_once(
    terminal: Terminal, service: PracticeService
) -> None:
    """Nobody has to press it twice where nothing is in flight."""
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == 130
    assert "sheaf resume" in terminal.said
    assert "Traceback" not in terminal.said
    assert service.creates() == []
