"""The surfaces that things lie on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLayout, QWidget

from app.ui.paint import rounded
from app.ui.theme import THEME


class Card(QFrame):
    """A rounded surface with a thin edge; never a card inside a card."""

    def __init__(
        self,
        layout: QLayout | None = None,
        *,
        fill: str = "surface",
        edge: str = "line",
        radius: int = 12,
        padding: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._fill, self._edge, self._radius = fill, edge, radius
        if layout is not None:
            self.setLayout(layout)
        if padding and layout is not None:
            layout.setContentsMargins(padding, padding, padding, padding)
        THEME.changed.connect(self._restyle)

    def set_look(self, fill: str, edge: str) -> None:
        """Draw the card with other tokens, as a chosen or a warning one."""
        self._fill, self._edge = fill, edge
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface and its edge."""
        rounded(QPainter(self), QRectF(self.rect()), self._radius, self._fill, self._edge)

    @Slot()
    def _restyle(self) -> None:
        self.update()
