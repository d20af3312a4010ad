"""The practice service for tests: in this process with faults, or as a process to be killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.practice import audit
from app.practice.batches import Conduct
from app.practice.faults import Faults
from app.practice.ledger import Create
from app.practice.server import PracticeServer
from app.practice.service import Service

_START = "import sys; from app.practice.server import run; sys.exit(run(sys.argv[1:]))"
_DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); "
"""What a shell does to a program that it starts in the background."""
_ROOT = Path(__file__).parents[1]


class _Books:
    """What the service sold, read from its home."""

    home: Path

    def bought(self) -> dict[str, int]:
        """Return, per custom_id, in how many created batches it stands."""
        return audit.bought(self.home)

    def billed(self) -> dict[str, int]:
        """Return, per custom_id, how often it succeeded in an ended batch."""
        return audit.billed(self.home)

    def messages(self) -> dict[str, int]:
        """Return, per fingerprint of a request, how often it was answered at once."""
        return audit.messages(self.home)

    def creates(self) -> list[Create]:
        """Return every create call that arrived, with the SDK's retry count."""
        return audit.creates(self.home)


class PracticeService(_Books):
    """A service in a thread of this process.

    `conduct` names anything else of app.practice.batches.Conduct: models, voice, clock, limits.
    Entering it again on the same home goes on with the same batches and the same token.
    """

    def __init__(
        self,
        home: Path,
        *,
        finish_seconds: float = 0.05,
        faults: Faults | None = None,
        port: int = 0,
        **conduct: Any,
    ) -> None:
        self.home = home
        self._faults = faults
        self._port = port
        self._conduct = replace(Conduct(), finish_seconds=finish_seconds, **conduct)

    def __enter__(self) -> Self:
        self.service = Service(self.home, self._conduct, self._faults)
        self._server = PracticeServer(self.service, self._port)
        self.address = self._server.address
        self.port = self._server.port
        self.token = self.service.token
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.close()


class PracticeProcess(_Books):
    """A service in a process of its own, which can be killed and started again."""

    def __init__(
        self, home: Path, *, finish_seconds: float = 0.05, port: int = 0, deaf: bool = False
    ) -> None:
        self.home = home
        self._program = _DEAF + _START if deaf else _START
        self.port_file = home.parent / f"{home.name}.port.json"
        self._options = ["--port", str(port), "--finish-seconds", str(finish_seconds)]

    def start(self) -> None:
        """Start it and wait until it listens."""
        self.port_file.unlink(missing_ok=True)
        self.process = self.spawn()
        facts = json.loads(_content_of(self.port_file, self.process))
        self.address = f"http://127.0.0.1:{facts['port']}"
        self.token = str(facts["token"])

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start a process on this home, as often as wanted, and wait for nothing."""
        places = ["--home", str(self.home), "--port-file", str(self.port_file)]
        command = [sys.executable, "-c", self._program, *places, *self._options]
        return subprocess.Popen(command, cwd=_ROOT)

    def kill(self) -> None:
        """End it without any warning."""
        self.process.kill()
        self.process.wait()

    def interrupt(self) -> int:
        """Ask it to end, as Ctrl-C does, and return its exit code."""
        os.kill(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=20)


@contextlib.contextmanager
def practice_process(home: Path, **options: Any) -> Iterator[PracticeProcess]:
    """Give a started process; it is killed at the end."""
    service = PracticeProcess(home, **options)
    service.start()
    try:
        yield service
    finally:
        service.kill()


def _content_of(file: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + 20
    while not file.exists():
        assert process.poll() is None, "the practice service ended at once"
        assert time.monotonic() < deadline, "the practice service did not start in time"
        time.sleep(0.01)
    return file.read_text(encoding="utf-8")
