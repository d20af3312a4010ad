"""What happened to a job on the way: batches looked up, sent again, bought twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from app.core.doubt import HistoryLine
from app.ui.job.moments import day_and_clock
from app.ui.layouts import box, column, row
from app.ui.theme import THEME
from app.ui.widgets.card import Card
from app.ui.widgets.label import Label

_MOST = 30
_WHEN_WIDTH = 112


class HistoryCard(Card):
    """The newest lines first; hidden while nothing has happened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._shown: tuple[HistoryLine, ...] = ()
        self._lines = column(gap=6)
        heading = Label("What happened", "smallS", "text2")
        super().__init__(
            column(heading, self._lines, gap=8, margins=(20, 12, 20, 14)), parent=parent
        )
        self.setObjectName("history")
        self.setAccessibleName("What happened")
        THEME.changed.connect(self._write)
        self.hide()

    @property
    def words(self) -> list[str]:
        """What stands on the card, from top to bottom."""
        return [line.what for line in reversed(self._shown[-_MOST:])]

    def show_history(self, history: Sequence[HistoryLine]) -> None:
        """Show what happened to a job."""
        if tuple(history) == self._shown:
            return
        self._shown = tuple(history)
        self._write()
        self.setVisible(bool(self._shown))

    @Slot()
    def _write(self) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        now = datetime.now().astimezone()
        for line in reversed(self._shown[-_MOST:]):
            self._lines.addWidget(_line(line, now))


def _line(line: HistoryLine, now: datetime) -> QWidget:
    when = Label(day_and_clock(line.at, now), "small", "text3")
    when.setMinimumWidth(THEME.px(_WHEN_WIDTH))
    parts = row(gap=8)
    parts.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
    parts.addWidget(Label(line.what, "small", wrap=True), 1)
    return box(parts)
