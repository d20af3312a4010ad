"""A job's head and batches, read anew as often as they change but never twice at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.core.doubt import HistoryLine
from app.core.errors import Halt, SheafError
from app.core.job import Batch, Job, JobState
from app.core.limit import room
from app.engine.view import JobView
from app.ui.desk import Desk
from app.ui.job.words import NO_NOTES, BatchNotes

_CANCELS = frozenset({JobState.CANCELLING, JobState.CANCELLED})
_GAVE_OUT = frozenset({Halt.CREDIT, Halt.USAGE_LIMIT, Halt.KEY})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A job at one moment."""

    path: str
    job: Job
    batches: tuple[Batch, ...]
    notes: BatchNotes = NO_NOTES
    history: tuple[HistoryLine, ...] = ()


class Snapshots(QObject):
    """Reads the job that was named last; changes that come while it reads are read once more."""

    arrived = Signal(object)
    """A Snapshot of the job that was named last."""
    lost = Signal()
    """The job could not be read."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._path = ""
        self._reading = self._again = False

    def read(self, path: str) -> None:
        """Read a job, soon."""
        self._path = path
        if self._reading:
            self._again = True
            return
        self._reading, self._again = True, False
        work = partial(_snapshot, path)
        self._desk.read(path, work, owner=self, done=self._take, failed=self._not_read)

    def _take(self, snapshot: Snapshot) -> None:
        self._reading = False
        if snapshot.path == self._path:
            self.arrived.emit(snapshot)
        self._go_on()

    def _not_read(self, error: Exception) -> None:
        self._reading = False
        if isinstance(error, SheafError) and not self._again:
            self._desk.questions.show_error(error)
            self.lost.emit()
        self._go_on()

    def _go_on(self) -> None:
        if self._again:
            self.read(self._path)


def _snapshot(path: str, view: JobView) -> Snapshot:
    job = view.head()
    batches = view.batches()
    limit = room(job, batches)
    notes = BatchNotes(
        most={} if limit is None else view.most_of_unsent(limit.unit),
        not_run=view.not_run() if job.halt in _GAVE_OUT else {},
        cancelled=view.cancelled() if job.state in _CANCELS else {},
    )
    return Snapshot(path, job, batches, notes, view.history())
