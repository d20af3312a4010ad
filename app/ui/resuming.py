"""Work that was under way goes on when the window opens, and after the engine died."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.core.errors import Halt, SheafError
from app.core.job import JobState
from app.engine.replies import JobLine
from app.engine.verbs import Resume
from app.ui.desk import Desk

UNDER_WAY = frozenset({JobState.LOADING, JobState.RUNNING, JobState.CANCELLING})
"""Jobs that go on by themselves; a paused one waits for the person, and so does one that was made
elsewhere: its other copy may be at work. One that is open in another Sheaf waits for that to end.
"""


class Resuming(QObject):
    """Asks the engine to go on whenever the library has been listed; emits `refused`."""

    refused = Signal(object)
    """The sentence why a job does not go on."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._theirs: set[str] = set()
        desk.jobs_listed.connect(self._go_on)
        desk.job_changed.connect(self._take_over)

    @Slot()
    def _go_on(self) -> None:
        for line in list(self._desk.jobs.values()):
            self._note(line)
            self._resume(line)

    @Slot(object)
    def _take_over(self, line: JobLine) -> None:
        """Go on with a job that another Sheaf has let go of."""
        was_theirs = line.path in self._theirs
        self._note(line)
        if was_theirs:
            self._resume(line)

    def _note(self, line: JobLine) -> None:
        (self._theirs.add if line.read_only else self._theirs.discard)(line.path)

    def _resume(self, line: JobLine) -> None:
        is_ours = not line.read_only and line.halt is not Halt.ELSEWHERE
        if line.state in UNDER_WAY and is_ours:
            self._desk.ask(Resume(line.path), owner=self, failed=self._refused)

    def _refused(self, error: SheafError) -> None:
        self.refused.emit(error.sentence)
