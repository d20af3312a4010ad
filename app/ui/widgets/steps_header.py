"""The four steps of a new job, with the ones behind as the way back."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QRectF, QSize, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from app.ui.layouts import row
from app.ui.paint import CENTRE, line_of_text, rounded
from app.ui.theme import THEME
from app.ui.widgets.painted_button import PaintedButton


class _Step(PaintedButton):
    """One step: behind, now, or ahead."""

    focus_radius = 12

    def __init__(self, number: int, text: str) -> None:
        self._number = number
        self._now, self._done = False, False
        super().__init__(text)

    def renumber(self, number: int) -> None:
        """Give the step another number: one before it came or went."""
        self._number = number
        self.update()

    def place(self, *, now: bool, done: bool, reachable: bool) -> None:
        """Say where the step stands."""
        self._now, self._done = now, done
        self.setEnabled(reachable)
        state = "done" if done else "current step" if now else "not reached yet"
        self.setAccessibleDescription(f"Step {self._number}, {state}")
        self._restyle()

    def sizeHint(self) -> QSize:
        """Return the size of the circle and the words."""
        # Sized by the heaviest weight, so that nothing moves when a step becomes the current one.
        width = THEME.px(32) + int(THEME.width(self.text(), "bodyS")) + 2
        return QSize(width, THEME.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the circle and the words."""
        painter = QPainter(self)
        circle = QRectF(0, 0, self.height(), self.height())
        self._paint_circle(painter, circle)
        words = QRectF(THEME.px(32), 0, self.width() - THEME.px(32), self.height())
        ink = "text" if self._now or self._done else "text2"
        if self.hovered and not self._now:
            ink = "accentText"
        line_of_text(painter, words, self.text(), "bodyS" if self._now else "bodyM", ink)

    def _paint_circle(self, painter: QPainter, circle: QRectF) -> None:
        radius = circle.height() / 2
        if self._done:
            rounded(painter, circle, radius, "accentSoft")
            THEME.paint_icon(painter, "check", circle.adjusted(5, 5, -5, -5), "accentText", 2.5)
            return
        if self._now:
            rounded(painter, circle, radius, "accent")
        else:
            rounded(painter, circle, radius, "canvas", "input", 1.25)
        ink = "onAccent" if self._now else "text2"
        line_of_text(painter, circle, str(self._number), "smallS", ink, CENTRE)


class _Connector(QWidget):
    """The dash between two steps."""

    def __init__(self) -> None:
        super().__init__()
        self.behind = False
        self.setFixedSize(28, 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the dash, in the accent once it lies behind."""
        line = QRectF(0, 0.25, 28, 1.5)
        rounded(QPainter(self), line, 0.75, "accent" if self.behind else "lineStrong")


class StepsHeader(QWidget):
    """The names of the steps; emits `step_chosen` with the number (from 0) of a step to go to."""

    step_chosen = Signal(object)

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._connectors: list[_Connector] = []
        line = row(gap=12)
        for number, name in enumerate(names):
            if number:
                self._connectors.append(_Connector())
                line.addWidget(self._connectors[-1])
            step = _Step(number + 1, name)
            self._group.addButton(step, number)
            line.addWidget(step)
        self.setLayout(line)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Steps")
        self._group.buttonClicked.connect(self._on_clicked)
        THEME.changed.connect(self._restyle)
        self.show_step(0)

    def leave_out(self, places: Collection[int]) -> None:
        """Show all steps but these (from 0); those that are shown are numbered through."""
        shown = 0
        for place, button in enumerate(self._group.buttons()):
            is_shown = place not in places
            button.setVisible(is_shown)
            if place:
                self._connectors[place - 1].setVisible(is_shown)
            if is_shown and isinstance(button, _Step):
                shown += 1
                button.renumber(shown)

    def show_step(self, current: int, reached: int = -1) -> None:
        """Show which step is open, and up to which the person may go on by a click."""
        reached = max(current, reached)
        for number, button in enumerate(self._group.buttons()):
            if isinstance(button, _Step):
                button.place(
                    now=number == current,
                    done=number < current or current < number < reached,
                    reachable=number <= reached,
                )
        for number, connector in enumerate(self._connectors):
            connector.behind = number < max(current, reached - 1)
            connector.update()

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        self.step_chosen.emit(self._group.id(button))

    @Slot()
    def _restyle(self) -> None:
        self.update()
