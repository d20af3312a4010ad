"""A practice service whose batches end when the test says so, found by Sheaf as its own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from app.practice import audit
from app.practice.batches import Conduct
from app.practice.server import PracticeServer
from app.practice.service import Service

_STEP = 1.0
"""Seconds of the service's own time from the end of one batch to the end of the next."""


@dataclass(frozen=True)
class _Pace(Conduct):
    """Lets each batch take as long as it is told to."""

    lasting: Callable[[], float] = time.time

    def seconds_for(self, requests: int) -> float:
        return self.lasting()


class PacedPractice:
    """Stands where the window looks for its practice service; its own clock stands still.

    Batches end one after the other, in the order in which they were sent, when they are let.
    `token` and `address` serve as a real key and a real address as well.
    """

    def __init__(self, sheaf_home: Path) -> None:
        self._folder = sheaf_home / "practice"
        self.begin()

    def begin(self) -> None:
        """Set the clock, and count the batches of the next job from one."""
        self._began, self._sent, self._ended = time.time(), 0, 0

    def let_finish(self, batches: int) -> None:
        """Let so many batches have ended, counted from the first."""
        self._ended = batches

    @property
    def creates(self) -> int:
        """How many batches were asked for, whatever became of the call."""
        return len(audit.creates(self._folder))

    def _clock(self) -> float:
        return self._began + self._ended * _STEP

    def _lasting(self) -> float:
        self._sent += 1
        return (self._sent - self._ended) * _STEP

    def __enter__(self) -> Self:
        service = Service(self._folder, _Pace(clock=self._clock, lasting=self._lasting))
        self._server = PracticeServer(service)
        self.address, self.token = self._server.address, service.token
        facts = {"port": self._server.port, "token": service.token}
        (self._folder / "port.json").write_text(json.dumps(facts), encoding="utf-8")
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
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
