"""Makes a price better while a person looks at it: rows are counted by the service, or measured."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.core.errors import SheafError
from app.core.job import JobSettings, Mode
from app.engine.money_verbs import CountRows, StopCounting
from app.engine.replies import EstimateReply
from app.engine.verbs import EstimateJob
from app.ui.desk import Desk

REST_MS = 500
"""How long nothing may have changed before the service is asked to count."""


class Sampler(QObject):
    """Follows the prices of one screen; a better one comes when nothing changes for a moment.

    With a key the service counts a sample, free; without one every row is measured here, where a
    large table was only judged. What cannot be counted stays as it was estimated.
    """

    improved = Signal(object)
    """An EstimateReply for the settings that were followed last."""
    counting = Signal(object)
    """Whether a better price is on its way."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._wanted: CountRows | EstimateJob | None = None
        self._number = 0
        self._counts_for = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self.ask_now)

    def follow(self, job: str, settings: JobSettings, reply: EstimateReply) -> None:
        """Take note of a price that was just shown."""
        self.forget()
        if self._desk.mode_of(settings) is Mode.REAL:
            self._wanted = CountRows(job, settings)
        elif reply.measuring:
            self._wanted = EstimateJob(job, settings, every_row=True)
        if self._wanted is not None:
            self._timer.start()

    def forget(self) -> None:
        """Take no better price any more; the service is not asked on."""
        self._timer.stop()
        self._wanted = None
        self._number += 1
        if self._counts_for:
            self._desk.ask(StopCounting(self._counts_for), owner=self)
            self._rest()

    @Slot()
    def ask_now(self) -> None:
        """Ask without waiting any longer."""
        self._timer.stop()
        wanted, self._wanted = self._wanted, None
        if wanted is None:
            return
        self._counts_for = wanted.job if isinstance(wanted, CountRows) else ""
        self.counting.emit(True)
        self._desk.ask(
            wanted,
            owner=self,
            done=partial(self._take, self._number),
            failed=partial(self._leave, self._number),
        )

    def _take(self, number: int, reply: EstimateReply) -> None:
        if number == self._number:
            self._rest()
            self.improved.emit(reply)

    def _leave(self, number: int, _error: SheafError) -> None:
        if number == self._number:
            self._rest()

    def _rest(self) -> None:
        self._counts_for = ""
        self.counting.emit(False)
