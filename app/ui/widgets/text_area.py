"""The field for several lines of plain text."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from app.ui.layouts import column
from app.ui.theme import THEME
from app.ui.widgets.field_frame import FieldFrame


class TextArea(FieldFrame):
    """A framed editor; `editor` is the control that takes the focus."""

    def __init__(self, *, name: str, height: int = 96, parent: QWidget | None = None) -> None:
        self.editor = QPlainTextEdit()
        self.editor.setAccessibleName(name)
        self.editor.setTabChangesFocus(True)
        self.editor.setFrameShape(QFrame.Shape.NoFrame)
        self.editor.viewport().setAutoFillBackground(False)
        self.editor.setFixedHeight(THEME.px(height))
        inside = column(self.editor, margins=(8, 6, 4, 4))
        super().__init__(self.editor, column(inside), parent)

    def text(self) -> str:
        """Return the text."""
        return self.editor.toPlainText()

    def show_text(self, text: str) -> None:
        """Show another text, with nothing to undo."""
        if text != self.text():
            self.editor.setPlainText(text)
