"""How these tests run the command line: in this process, or as a program that can be stopped."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import app
from tests.practice_service import PracticeService

ROOT = Path(app.__file__).resolve().parents[1]
PATIENCE_SECONDS = 60
LONG_SECONDS = 400
QUICK = ("--poll-seconds", "0.05", "--reconcile-seconds", "1")


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code and its two outputs."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


def environment(home: Path, service: PracticeService | None) -> dict[str, str]:
    """Return the environment of a program that works against this service."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANTHROPIC_")}
    there = {"SHEAF_HOME": str(home), "PYTHONUTF8": "1"}
    if service is not None:
        there |= {"ANTHROPIC_BASE_URL": service.address, "ANTHROPIC_API_KEY": service.token}
    return kept | there


class Program:
    """`sheaf` as a process of its own."""

    def __init__(self, home: Path, service: PracticeService | None, *arguments: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app", *map(str, arguments)],
            cwd=ROOT,
            env=environment(home, service),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def end(self) -> Ran:
        """Wait until it has ended."""
        out, err = self.process.communicate(timeout=LONG_SECONDS)
        return Ran(self.process.returncode, out.decode(), err.decode())

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()


@contextlib.contextmanager
def program(home: Path, service: PracticeService | None, *arguments: object) -> Iterator[Program]:
    """Give a started program; it is gone at the end, whatever happens."""
    running = Program(home, service, *arguments)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.process.communicate()


def run_program(home: Path, service: PracticeService | None, *arguments: object) -> Ran:
    """Run the program to its end."""
    with program(home, service, *arguments) as running:
        return running.end()


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Wait for a condition, with a deadline."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.005)
