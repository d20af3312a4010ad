"""The editor of the instructions: plain text whose {{column}} placeholders look and move as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from app.core.instructions import as_placeholder
from app.core.table import Column
from app.ui.paint import rounded, square
from app.ui.theme import THEME
from app.ui.widgets.column_completer import ColumnCompleter, opening
from app.ui.widgets.instruction_highlighter import InstructionHighlighter
from app.ui.widgets.instruction_tokens import Token, tokens

_KEEP = QTextCursor.MoveMode.KeepAnchor
_MOVE = QTextCursor.MoveMode.MoveAnchor
_LIST_KEYS = frozenset(
    {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab}
)
_ENDS_OF_LINE = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_KEYPAD = Qt.KeyboardModifier.KeypadModifier


@dataclass(frozen=True, slots=True)
class _Pill:
    """The box behind a placeholder, or behind the part of it on one line."""

    box: QRectF
    column: str
    first: bool


class InstructionEditor(QTextEdit):
    """A text field for instructions; `edited` tells that its text is another one."""

    edited = Signal()

    def __init__(
        self, lowest: int = 128, highest: int = 320, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._bounds = (lowest, highest)
        self._text = ""
        self._last_position = 0
        self._highlighter = InstructionHighlighter(self.document())
        self.completer = ColumnCompleter(self)
        self.completer.activated.connect(self.complete_with)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.textChanged.connect(self._notice_text)
        self.cursorPositionChanged.connect(self._keep_out_of_tokens)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        THEME.changed.connect(self._dress)
        self._dress()

    # --- text and columns -------------------------------------------------------------------

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Know these columns: others are marked as unknown, and { offers these."""
        self._highlighter.set_columns({column.name: column.kind for column in columns})
        self.completer.set_columns(columns)

    def show_text(self, text: str) -> None:
        """Put a job's text in, with nothing to undo."""
        if text == self.toPlainText():
            return
        self._text = text
        self.setPlainText(text)
        self._set_lines()

    def replace_text(self, text: str) -> None:
        """Put another text in as one edit, which the person can undo."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)

    @Slot(str)
    def insert_column(self, column: str) -> None:
        """Insert a placeholder at the cursor, kept apart from the word before it."""
        cursor = self.textCursor()
        start = cursor.selectionStart()
        before = self.document().characterAt(start - 1) if start else " "
        gap = " " if before.isalnum() or before in ",.;:!?)}" else ""
        cursor.insertText(gap + as_placeholder(column))
        self.setTextCursor(cursor)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def complete_with(self, column: str) -> None:
        """Finish the placeholder that is being typed."""
        cursor = self.textCursor()
        begun = opening(self._text_before(cursor))
        if begun is not None:
            typed = len(self._text_before(cursor)) - begun[0]
            cursor.movePosition(QTextCursor.MoveOperation.Left, _KEEP, typed)
        cursor.insertText(as_placeholder(column))
        self.setTextCursor(cursor)

    @staticmethod
    def _text_before(cursor: QTextCursor) -> str:
        line = QTextCursor(cursor)
        line.setPosition(cursor.position())
        line.setPosition(cursor.block().position(), _KEEP)
        return line.selectedText()

    @Slot()
    def _notice_text(self) -> None:
        # Recolouring counts as a change for Qt; people change words.
        if (text := self.toPlainText()) != self._text:
            self._text = text
            self.edited.emit()

    # --- tokens as one thing ----------------------------------------------------------------

    def _token_at(self, position: int, edge: str = "") -> tuple[int, int] | None:
        """Return the token around a position, or the one whose `edge` the position is."""
        block = self.document().findBlock(position)
        for token in tokens(block.text()):
            start, end = block.position() + token.start, block.position() + token.end
            if (edge == "start" and position == start) or (edge == "end" and position == end):
                return start, end
            if not edge and start < position < end:
                return start, end
        return None

    @Slot()
    def _keep_out_of_tokens(self) -> None:
        cursor = self.textCursor()
        span = self._token_at(cursor.position())
        if span is not None:
            onwards = cursor.position() > self._last_position
            far_jump = not span[0] <= self._last_position <= span[1]
            middle = sum(span) / 2
            after = cursor.position() >= middle if far_jump else onwards
            keep = _KEEP if cursor.hasSelection() else _MOVE
            cursor.setPosition(span[1] if after else span[0], keep)
            self._last_position = cursor.position()
            self.setTextCursor(cursor)
        self._last_position = self.textCursor().position()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete tokens whole, and lead the list of columns."""
        if self.completer.is_open and event.key() in _LIST_KEYS:
            event.ignore()  # the list takes these keys itself
            return
        if event.key() in _ENDS_OF_LINE and not event.modifiers() & ~_KEYPAD:
            # Qt's own Return on an empty line takes the line's height away instead of adding one.
            self.textCursor().insertBlock()
            self.ensureCursorVisible()
        elif not self._delete_token(event.key()):
            super().keyPressEvent(event)
        if event.text() or event.key() == Qt.Key.Key_Backspace:
            self._offer_columns()

    def _delete_token(self, key: int) -> bool:
        cursor = self.textCursor()
        if key not in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) or cursor.hasSelection():
            return False
        edge = "end" if key == Qt.Key.Key_Backspace else "start"
        span = self._token_at(cursor.position(), edge)
        if span is None:
            return False
        cursor.setPosition(span[0])
        cursor.setPosition(span[1], _KEEP)
        cursor.removeSelectedText()
        return True

    def _offer_columns(self) -> None:
        begun = opening(self._text_before(self.textCursor()))
        if begun is None:
            self.completer.withdraw()
        else:
            self.completer.offer(begun[1])

    # --- look -------------------------------------------------------------------------------

    @Slot()
    def _dress(self) -> None:
        self.setFont(THEME.font("prompt"))
        self.document().setDefaultFont(THEME.font("prompt"))
        self._set_lines()
        self._highlighter.rehighlight()

    def _set_lines(self) -> None:
        """Set the line height anew: Qt forgets it with every new text."""
        document = self.document()
        lines = QTextBlockFormat()
        lines.setLineHeight(
            THEME.line("prompt"), QTextBlockFormat.LineHeightTypes.FixedHeight.value
        )
        document.setUndoRedoEnabled(False)
        cursor = QTextCursor(document)
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(lines)
        document.setUndoRedoEnabled(True)

    @Slot()
    def _fit(self) -> None:
        """Grow with the text between the two bounds, then scroll."""
        # A pill reaches a little below its line.
        wanted = self.document().size().height() + THEME.px(4)
        lowest, highest = (THEME.px(bound) for bound in self._bounds)
        self.setFixedHeight(int(min(max(wanted, lowest), highest)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pills, the text over them, and the marks of unknown columns over that."""
        pills = list(self._pills())
        painter = QPainter(self.viewport())
        for pill in pills:
            rounded(painter, pill.box, 6, self._highlighter.look(pill.column)[0])
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        for pill in pills:
            if pill.first and not self._highlighter.knows(pill.column):
                ink = self._highlighter.look(pill.column)[1]
                THEME.paint_icon(painter, "circle-x", _mark_in(pill.box), ink)
        painter.end()

    def _pills(self) -> Iterator[_Pill]:
        """Yield the pills of the paragraphs in sight."""
        left, top = -self.horizontalScrollBar().value(), -self.verticalScrollBar().value()
        layout = self.document().documentLayout()
        block = self.document().begin()
        while block.isValid():
            box = layout.blockBoundingRect(block).translated(left, top)
            if box.bottom() >= 0 and box.top() <= self.viewport().height():
                for token in tokens(block.text()):
                    yield from _pills_of(block, token, box.topLeft())
            block = block.next()


def _mark_in(box: QRectF) -> QRectF:
    """Return the place of an unknown column's mark: over the braces, before the first letter."""
    braces = THEME.width("{{", "prompt")
    size = min(THEME.px(10), braces - 1)
    return square(box.left() + (braces - size) / 2, box.center().y(), size)


def _pills_of(block: QTextBlock, token: Token, origin: QPointF) -> Iterator[_Pill]:
    """Yield a pill for each line that the token reaches into."""
    for number in range(block.layout().lineCount()):
        line = block.layout().lineAt(number)
        first, last = line.textStart(), line.textStart() + line.textLength()
        start, end = max(token.start, first), min(token.end, last)
        if start < end:
            x1, x2 = _x(line.cursorToX(start)), _x(line.cursorToX(end))
            base = origin.y() + line.y() + line.ascent() - THEME.px(15)
            box = QRectF(origin.x() + x1, base, x2 - x1, THEME.px(21))
            yield _Pill(box, token.column, start == token.start)


def _x(position: object) -> float:
    """PySide returns the position alone or with the cursor it was found for."""
    return float(position[0] if isinstance(position, tuple) else position)  # type: ignore[arg-type]
