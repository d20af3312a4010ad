"""A field inside a table's row: plain text until it is chosen, a field while it is being edited."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.paint import line_of_text
from app.ui.plain_text import plain_tooltip
from app.ui.theme import THEME
from app.ui.widgets.field import mark_bad
from app.ui.widgets.text_field import TextField

_MISSING = "—"


class CellField(TextField):
    """A text field that looks like a table's cell while neither it nor its row is in use.

    `role` and `ink` are the cell's type and colour; `wrong` says what is wrong with the text.
    """

    def __init__(
        self,
        text: str = "",
        *,
        name: str,
        placeholder: str = "",
        role: str = "body",
        ink: str = "text2",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, name=name, placeholder=placeholder, parent=parent)
        self._role, self._ink = role, ink
        self._open = False
        self._wrong = ""
        self.setCursorPosition(0)

    def set_open(self, *, is_open: bool) -> None:
        """Show the field, or the plain cell."""
        self._open = is_open
        self.update()

    @property
    def is_open(self) -> bool:
        """Whether the field is drawn as one."""
        return self._open or self.hasFocus() or bool(self._wrong)

    @property
    def wrong(self) -> str:
        """What is wrong with the text; empty when nothing is."""
        return self._wrong

    def set_wrong(self, sentence: str) -> None:
        """Mark the field and say why, or take the mark away."""
        if sentence == self._wrong:
            return
        self._wrong = sentence
        mark_bad(self, bad=bool(sentence))
        self.setAccessibleDescription(sentence)
        plain_tooltip(self, sentence)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the beginning of the text again."""
        super().focusOutEvent(event)
        self.setCursorPosition(0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field, or its text as a cell."""
        if self.is_open:
            super().paintEvent(event)
            return
        text, ink = self.text(), self._ink
        if not text:
            text, ink = self.placeholderText() or _MISSING, "text3"
        area = QRectF(self.rect()).adjusted(0, 0, -THEME.px(4), 0)
        line_of_text(QPainter(self), area, text, self._role, ink)
