"""The chip of an answer label."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.layouts import row
from app.ui.paint import rounded
from app.ui.theme import THEME
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.label import Label


class LabelChip(QWidget):
    """A label that Claude may answer with; emits `removed` with its text, if it can be removed."""

    removed = Signal(object)

    def __init__(
        self, text: str, *, removable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._text = text
        parts: list[QWidget] = [Label(text, "smallM", "answerText")]
        if removable:
            cross = IconButton("x", f"Remove {text}", size=24, ink="answerText", icon_size=12)
            cross.clicked.connect(self._remove)
            parts.append(cross)
        self.setLayout(row(*parts, gap=0, margins=(9, 0, 0 if removable else 9, 0)))
        self.setFixedHeight(THEME.px(24))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        THEME.changed.connect(self._restyle)

    def text(self) -> str:
        """Return the label."""
        return self._text

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the chip behind its words."""
        rounded(QPainter(self), QRectF(self.rect()), 6, "answerHead")

    @Slot()
    def _remove(self) -> None:
        self.removed.emit(self._text)

    @Slot()
    def _restyle(self) -> None:
        self.setFixedHeight(THEME.px(24))
        self.update()
