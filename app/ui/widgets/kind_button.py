"""The button that shows an answer column's type and offers the others."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QRectF, QSize, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.core.answers import AnswerKind
from app.ui.paint import line_of_text, rounded, square
from app.ui.theme import THEME
from app.ui.widgets.column_look import answer_icon, answer_word
from app.ui.widgets.menu import Menu
from app.ui.widgets.painted_button import PaintedButton

_ICON = 16


class KindButton(PaintedButton):
    """A type with its icon; `chosen` gives the type that the person chose instead."""

    chosen = Signal(object)

    def __init__(self, kind: AnswerKind, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(answer_word(kind), parent)
        self._kind = kind
        self.setAccessibleName(name)
        self.setAccessibleDescription(answer_word(kind))
        self.clicked.connect(self._open)

    def show_kind(self, kind: AnswerKind) -> None:
        """Show another type."""
        self._kind = kind
        self.setText(answer_word(kind))
        self.setAccessibleDescription(answer_word(kind))
        self.update()

    def sizeHint(self) -> QSize:
        """Return one width for all types, so that a list of them lines up."""
        return QSize(THEME.px(136), THEME.px(28))

    def menu(self) -> Menu:
        """Return the menu of all types."""
        menu = Menu(self)
        for kind in AnswerKind:
            entry = menu.add(answer_word(kind), partial(self.choose, kind), icon=answer_icon(kind))
            entry.setCheckable(True)
            entry.setChecked(kind is self._kind)
        return menu

    @Slot()
    def _open(self) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def choose(self, kind: AnswerKind) -> None:
        """Take the type that the person chose."""
        if kind is not self._kind:
            self.show_kind(kind)
            self.chosen.emit(kind)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw icon, word and arrow; the edge shows under the pointer."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        if self.hovered or self.isDown():
            rounded(painter, area, 6, "hover", "lineStrong")
        middle = area.center().y()
        THEME.paint_icon(painter, answer_icon(self._kind), square(4, middle, _ICON), "text2")
        words = area.adjusted(_ICON + 12, 0, -_ICON - 6, 0)
        line_of_text(painter, words, self.text(), "body", "text")
        arrow = square(area.right() - _ICON - 4, middle, _ICON)
        THEME.paint_icon(painter, "chevron-down", arrow, "text2")
