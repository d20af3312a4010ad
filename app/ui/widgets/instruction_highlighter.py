"""Colours the placeholders in the instructions, so that their pills read as one thing."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from app.core.table import Kind
from app.ui.theme import THEME
from app.ui.widgets.column_look import chip_colour
from app.ui.widgets.instruction_tokens import tokens
from app.ui.widgets.tone import Tone


class InstructionHighlighter(QSyntaxHighlighter):
    """Inks each placeholder's name and hides its braces in the pill that is painted behind it."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._kinds: Mapping[str, Kind] = {}

    def set_columns(self, kinds: Mapping[str, Kind]) -> None:
        """Know these columns from now on."""
        self._kinds = dict(kinds)
        self.rehighlight()

    def look(self, column: str) -> tuple[str, str]:
        """Return the tokens of a column's pill: fill and ink."""
        if column not in self._kinds:
            return Tone.BAD.soft, Tone.BAD.ink
        chip = chip_colour(self._kinds[column])
        return chip.value, chip.ink

    def knows(self, column: str) -> bool:
        """Say whether the table has this column."""
        return column in self._kinds

    def highlightBlock(self, text: str) -> None:
        """Colour one paragraph."""
        for token in tokens(text):
            fill, ink = self.look(token.column)
            hidden, shown = QTextCharFormat(), QTextCharFormat()
            hidden.setForeground(THEME.colour(fill))
            shown.setForeground(THEME.colour(ink))
            shown.setFontWeight(QFont.Weight.Medium)
            self.setFormat(token.start, token.end - token.start, hidden)
            self.setFormat(token.name_start, token.name_end - token.name_start, shown)
