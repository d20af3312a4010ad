"""What the estimate says of a job that is at work, asked for once for each job that is shown."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.core.errors import SheafError
from app.core.job import Job, Mode
from app.engine.replies import EstimateReply, JobLine
from app.engine.verbs import EstimateJob
from app.ui.desk import Desk
from app.ui.job.header import ENDED


class Expectation(QObject):
    """Does without the estimate where there is none: it is an addition, not what a page is for."""

    arrived = Signal(object)
    """What the whole job probably costs, a Decimal."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._path = ""
        self.per_row: Decimal | None = None
        """What one row of the job probably costs; None while that is not known."""

    def ask(self, line: JobLine, job: Job) -> None:
        """Ask for the estimate of a job, unless it was asked for already."""
        if line.path == self._path:
            return
        self._path, self.per_row = line.path, None
        if line.mode is Mode.REAL and line.state not in ENDED:
            done = partial(self._take, line.path)
            verb = EstimateJob(line.path, job.settings)
            self._desk.ask(verb, owner=self, done=done, failed=_without)

    def _take(self, path: str, reply: EstimateReply) -> None:
        expected = reply.estimate.expected_usd
        if path == self._path and expected is not None:
            self.per_row = expected / max(reply.estimate.rows, 1)
            self.arrived.emit(expected)


def _without(_error: SheafError) -> None:
    """Leave out what could not be estimated."""
