"""The page of a job whose spreadsheet is still being read."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from app.engine.events import Progress
from app.engine.replies import JobLine
from app.ui.layouts import column, row
from app.ui.widgets.button import Button
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.label import Label

_WIDTH = 420
_STEPS = 1000


class LoadingView(QWidget):
    """How far the reading is, and a button that stops it."""

    stop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ElidedLabel("", "title")
        self._words = Label("", "body", "text2")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._bar.setAccessibleName("Reading")
        self._stop = Button("Stop", icon="circle-stop")
        self._stop.setObjectName("stop-loading")
        self._stop.clicked.connect(self.stop_asked)
        middle = column(self._name, self._words, 4, self._bar, 8, row(self._stop, None), gap=8)
        inside = QWidget()
        inside.setLayout(middle)
        inside.setFixedWidth(_WIDTH)
        self.setLayout(column(None, row(None, inside, None), None))

    @property
    def words(self) -> str:
        """What is said about the progress."""
        return self._words.text()

    def show_line(self, line: JobLine) -> None:
        """Begin with a job of which nothing is known yet but its name."""
        self._name.setText(line.name)
        self._words.setText("Reading your file…")
        self._bar.setRange(0, 0)

    def show_progress(self, progress: Progress) -> None:
        """Show how far the reading is."""
        if progress.stage != "loading":
            return
        if progress.total:
            self._bar.setRange(0, _STEPS)
            self._bar.setValue(progress.done * _STEPS // progress.total)
        self._words.setText(_said(progress))


def _said(progress: Progress) -> str:
    if progress.unit == "rows":
        of = f" of {progress.total:,}" if progress.total else ""
        return f"Reading your file: {progress.done:,}{of} rows"
    percent = f" {progress.done * 100 // progress.total}%" if progress.total else "…"
    return f"Reading your file:{percent}"
