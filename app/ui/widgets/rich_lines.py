"""A paragraph in which some words stand out, made of plain pieces and never of HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFont, QResizeEvent, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from app.ui.theme import THEME


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words: their ink, the tint behind them, and whether they are bold."""

    text: str
    ink: str = "text"
    fill: str = ""
    bold: bool = False


class RichLines(QTextEdit):
    """Pieces of text in one flow, as high as they need; they can be selected and copied."""

    def __init__(self, *, name: str, role: str = "body", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self._pieces: tuple[Piece, ...] = ()
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        THEME.changed.connect(self._write)

    def show_pieces(self, pieces: Sequence[Piece]) -> None:
        """Show other words."""
        if tuple(pieces) != self._pieces:
            self._pieces = tuple(pieces)
            self._write()

    def text(self) -> str:
        """Return all words in one string."""
        return "".join(piece.text for piece in self._pieces)

    def sizeHint(self) -> QSize:
        """Return the height of the text at the present width."""
        return QSize(THEME.px(200), int(self.document().size().height()))

    def minimumSizeHint(self) -> QSize:
        """Return a narrow width at the height that the text needs."""
        return QSize(THEME.px(80), int(self.document().size().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height that the words need at the new width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    @Slot()
    def _write(self) -> None:
        self.setFont(THEME.font(self._role))
        self.document().setDefaultFont(THEME.font(self._role))
        self.clear()
        cursor = QTextCursor(self.document())
        lines = QTextBlockFormat()
        fixed = QTextBlockFormat.LineHeightTypes.FixedHeight.value
        lines.setLineHeight(THEME.line(self._role), fixed)
        cursor.mergeBlockFormat(lines)
        for piece in self._pieces:
            cursor.insertText(piece.text, _format(piece))
        self.updateGeometry()


def _format(piece: Piece) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setForeground(THEME.colour(piece.ink))
    if piece.fill:
        look.setBackground(THEME.colour(piece.fill))
    if piece.bold:
        look.setFontWeight(QFont.Weight.DemiBold)
    return look
