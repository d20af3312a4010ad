"""Work that was under way goes on when the window opens, and after the engine died."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.core.errors import Halt, SheafError
from app.core.job import JobState
from app.engine.verbs import Resume
from app.ui.desk import Desk

UNDER_WAY = frozenset({JobState.LOADING, JobState.RUNNING, JobState.CANCELLING})
"""Jobs that go on by themselves; a paused one waits for the person, and so does one that was made
elsewhere: its other copy may be at work."""


class Resuming(QObject):
    """Asks the engine to go on whenever the library has been listed; emits `refused`."""

    refused = Signal(object)
    """The sentence why a job does not go on."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        desk.jobs_listed.connect(self._go_on)

    @Slot()
    def _go_on(self) -> None:
        for line in list(self._desk.jobs.values()):
            is_ours = not line.read_only and line.halt is not Halt.ELSEWHERE
            if line.state in UNDER_WAY and is_ours:
                self._desk.ask(Resume(line.path), owner=self, failed=self._refused)

    def _refused(self, error: SheafError) -> None:
        self.refused.emit(error.sentence)
