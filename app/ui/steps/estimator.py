"""Asks for the price while a person is deciding: soon after a change, newest answer wins."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.core.errors import SheafError
from app.core.job import JobSettings
from app.engine.replies import EstimateReply
from app.engine.verbs import EstimateJob
from app.ui.desk import Desk

PAUSE_MS = 150
"""How long typing must rest before the price is asked for."""


class Estimator(QObject):
    """One screen's question for the price of the settings on it."""

    estimated = Signal(object)
    """An EstimateReply for the settings asked about last."""
    failed = Signal(object)
    """The SheafError that says why there is no estimate."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._wanted: EstimateJob | None = None
        self._asked = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self.ask_now)

    def ask(self, job: str, settings: JobSettings) -> bool:
        """Ask once nothing more has changed for a moment; False when the same was asked last."""
        wanted = EstimateJob(job, settings)
        if wanted == self._wanted:
            return False
        self._wanted = wanted
        self._asked += 1
        self._timer.start()
        return True

    def forget(self) -> None:
        """Take no answer any more, and ask afresh next time."""
        self._wanted = None
        self._asked += 1
        self._timer.stop()

    @Slot()
    def ask_now(self) -> None:
        """Ask without waiting any longer."""
        self._timer.stop()
        if self._wanted is None:
            return
        self._desk.ask(
            self._wanted,
            owner=self,
            done=partial(self._take, self._asked),
            failed=partial(self._fail, self._asked),
        )

    def _take(self, number: int, reply: EstimateReply) -> None:
        if number == self._asked:
            self.estimated.emit(reply)

    def _fail(self, number: int, error: SheafError) -> None:
        if number == self._asked:
            self._wanted = None
            self.failed.emit(error)
