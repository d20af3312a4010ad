"""The line above a trial's answers: what came, and the buttons that try and compare."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.ui.actions import command
from app.ui.layouts import box, row
from app.ui.widgets.button import Button
from app.ui.widgets.flow import Flow
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.label import Label
from app.ui.widgets.menu import Menu
from app.ui.widgets.pill import Pill
from app.ui.widgets.tone import Tone

_MORE, _FEWER = "Choose which rows to try", "Hide which rows to try"
_STOP = "Stop"


class TrialHead(QWidget):
    """Emits `pressed` for the button that tries or stops, and `compare` with a model's id."""

    pressed = Signal()
    compare = Signal(object)
    unfolded = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models: Sequence[tuple[str, str]] = ()
        self._pill = Pill()
        self._pill.hide()
        self._menu = Menu(self)
        self._with = Button("Compare with", trailing="chevron-down")
        self._with.setObjectName("trial-compare")
        self._button = Button("Try 5 rows", icon="play")
        self._button.setObjectName("trial-try")
        self._more = IconButton("ellipsis", _MORE, size=32, edge=True)
        self._more.setObjectName("trial-more")
        self._more.setCheckable(True)
        said = box(row(Label("Try rows now", "heading"), self._pill, gap=8, margins=(0, 4, 0, 4)))
        line = Flow(8, spread=True)
        line.addWidget(said)
        line.addWidget(box(row(self._with, self._button, self._more, gap=8)))
        self.setLayout(line)
        self._button.clicked.connect(self.pressed)
        self._with.clicked.connect(self._offer)
        self._more.toggled.connect(self._unfold)
        command(self, "try_rows", self._press, everywhere=True)

    def offer_models(self, models: Sequence[tuple[str, str]]) -> None:
        """Offer models to compare with, as (id, words); none takes the button away."""
        self._models = models
        self._with.setVisible(bool(models))

    def show_verdict(self, text: str, tone: Tone, icon: str) -> None:
        """Say what came, or how far the trial is; an empty text says nothing."""
        self._pill.show_status(text, tone, icon)
        self._pill.setVisible(bool(text))

    def show_button(self, text: str, *, again: bool, possible: bool) -> None:
        """Offer to try rows, in these words."""
        self._button.setText(text)
        self._button.set_icon("refresh-cw" if again else "play")
        self._button.setEnabled(possible)
        self._with.setEnabled(True)
        self._more.setEnabled(True)

    def show_stop(self, *, possible: bool = True) -> None:
        """Offer to stop the trial that goes on, and nothing else."""
        self._button.setText(_STOP)
        self._button.set_icon("circle-stop")
        self._button.setEnabled(possible)
        self._with.setEnabled(False)
        self._more.setEnabled(False)

    def fold(self) -> None:
        """Hide which rows are tried."""
        self._more.setChecked(False)

    @Slot()
    def _press(self) -> None:
        if self._button.isEnabled():
            self.pressed.emit()

    @Slot()
    def _offer(self) -> None:
        self._menu.clear()
        for model, words in self._models:
            self._menu.add(words, partial(self.compare.emit, model))
        self._menu.popup(self._with.mapToGlobal(QPoint(0, self._with.height() + 4)))

    @Slot(bool)
    def _unfold(self, shown: bool) -> None:
        self._more.rename(_FEWER if shown else _MORE)
        self.unfolded.emit(shown)
