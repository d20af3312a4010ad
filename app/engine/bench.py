"""What every step of the work needs: folders, models, a clock, patience, and ways to be heard."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from app.clock import now
from app.core.catalog import Catalog, read_catalog
from app.engine.events import AnyEvent
from app.paths import Places, resource

Publish = Callable[[AnyEvent], None]


def bundled_catalog() -> Catalog:
    """Return the models of the bundled table."""
    return read_catalog(msgspec.json.decode(resource("models.json").read_bytes()))


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: between polls (first, longest), and for a batch in doubt."""

    poll_first: float = 30.0
    poll_longest: float = 180.0
    reconcile: float = 300.0
    look_again: float = 5.0
    trouble_first: float = 5.0
    trouble_longest: float = 300.0
    queue_longest: float = 900.0
    fetches: int = 12
    """How often an incomplete stream of results is fetched before its missing rows are given up."""


PRACTICE_PATIENCE = Patience(
    poll_first=0.5, poll_longest=0.5, reconcile=5.0, look_again=0.5, trouble_first=0.5, fetches=4
)


@dataclass(slots=True)
class Control:
    """How others reach a job that is being worked on: stop it, cancel it, or wake it early."""

    stopping: threading.Event = field(default_factory=threading.Event)
    cancelling: threading.Event = field(default_factory=threading.Event)
    _nudge: threading.Event = field(default_factory=threading.Event)

    def stop(self) -> None:
        """Ask the work to stop after the call in flight; nothing that is paid for is cancelled."""
        self.stopping.set()
        self._nudge.set()

    def cancel(self) -> None:
        """Ask for the job to be cancelled."""
        self.cancelling.set()
        self._nudge.set()

    def nudge(self) -> None:
        """Wake the work to look at what was asked."""
        self._nudge.set()

    def wait(self, seconds: float) -> None:
        """Wait, unless somebody asks for something."""
        if not self.stopping.is_set():
            self._nudge.wait(seconds)
        self._nudge.clear()


@dataclass(frozen=True, slots=True)
class Bench:
    """The place of work of one engine."""

    places: Places
    catalog: Catalog
    publish: Publish
    patience: Patience = Patience()
    clock: Callable[[], datetime] = now
