"""The page of a job whose spreadsheet is still being read."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.engine.events import Progress
from app.engine.replies import JobLine
from app.ui.layouts import column, row
from app.ui.paint import hatch, round_path, rounded
from app.ui.theme import THEME
from app.ui.widgets.button import Button
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.label import Label

_WIDTH = 420
_PATIENCE_MS = 3000
"""How long a job that says it is being read may be silent before it is read again."""


class _Bar(QWidget):
    """A filled part of a track; striped while the whole is not known."""

    def __init__(self) -> None:
        super().__init__()
        self._share: float | None = None
        self.setFixedHeight(6)
        THEME.changed.connect(self.update)

    def show_share(self, share: float | None) -> None:
        """Fill this share; None stripes the whole track."""
        self._share = share
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the track and what is filled of it."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        if self._share is None:
            hatch(painter, round_path(area, 3))
            return
        rounded(painter, area, 3, "track")
        area.setWidth(max(6.0, area.width() * min(self._share, 1.0)))
        rounded(painter, area, 3, "accent")


class LoadingView(QWidget):
    """How far the reading is, and a button that stops it."""

    stop_asked = Signal()
    silent = Signal()
    """Nobody has said for a while how far the reading is: perhaps nobody reads."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ElidedLabel("", "title")
        self._words = Label("", "body", "text2")
        self._bar = _Bar()
        self._stop = Button("Stop", icon="circle-stop")
        self._stop.setObjectName("stop-loading")
        self._stop.clicked.connect(self.stop_asked)
        middle = column(self._name, self._words, 4, self._bar, 8, row(self._stop, None), gap=8)
        inside = QWidget()
        inside.setLayout(middle)
        inside.setFixedWidth(_WIDTH)
        self.setLayout(column(None, row(None, inside, None), None))
        self.patience = QTimer(self)
        self.patience.setSingleShot(True)
        self.patience.setInterval(_PATIENCE_MS)
        self.patience.timeout.connect(self.silent)

    @property
    def words(self) -> str:
        """What is said about the progress."""
        return self._words.text()

    def show_line(self, line: JobLine) -> None:
        """Begin with a job of which nothing is known yet but its name."""
        self._name.setText(line.name)
        self._words.setText("Reading your data…")
        self._bar.show_share(None)
        self.patience.start()

    def show_progress(self, progress: Progress) -> None:
        """Show how far the reading is."""
        self.patience.stop()
        if progress.stage != "loading":
            return
        self._bar.show_share(progress.done / progress.total if progress.total else None)
        self._words.setText(_said(progress))


def _said(progress: Progress) -> str:
    if progress.unit == "rows":
        of = f" of {progress.total:,}" if progress.total else ""
        return f"Reading your data: {progress.done:,}{of} rows"
    percent = f" {progress.done * 100 // progress.total}%" if progress.total else "…"
    return f"Reading your data:{percent}"
