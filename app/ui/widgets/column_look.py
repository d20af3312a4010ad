"""How the kinds of columns look wherever a column is named: colour, icon and word."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.answers import AnswerKind
from app.core.table import Kind
from app.ui.widgets.column_chip import ChipColour

_CHIPS: Mapping[Kind, ChipColour] = {
    Kind.LONG_TEXT: ChipColour.LONG_TEXT,
    Kind.FILE: ChipColour.LONG_TEXT,
    Kind.TEXT: ChipColour.TEXT,
    Kind.NUMBER: ChipColour.NUMBER,
}
_ICONS: Mapping[Kind, str] = {
    Kind.TEXT: "type",
    Kind.LONG_TEXT: "align-left",
    Kind.NUMBER: "hash",
    Kind.DATE: "calendar",
    Kind.YES_NO: "toggle-left",
    Kind.EMPTY: "circle-dashed",
    Kind.FILE: "file-text",
}
_ANSWER_LOOKS: Mapping[AnswerKind, tuple[str, str]] = {
    AnswerKind.CATEGORY: ("tag", "Category"),
    AnswerKind.LABELS: ("tags", "Several labels"),
    AnswerKind.YES_NO: ("toggle-left", "Yes / No"),
    AnswerKind.NUMBER: ("hash", "Number"),
    AnswerKind.SHORT_TEXT: ("type", "Short text"),
    AnswerKind.LONG_TEXT: ("align-left", "Long text"),
}


def chip_colour(kind: Kind) -> ChipColour:
    """Return the colour of a column's chips and placeholders."""
    return _CHIPS.get(kind, ChipColour.OTHER)


def column_icon(kind: Kind) -> str:
    """Return the icon of a source column's kind."""
    return _ICONS[kind]


def answer_icon(kind: AnswerKind) -> str:
    """Return the icon of an answer column's kind."""
    return _ANSWER_LOOKS[kind][0]


def answer_word(kind: AnswerKind) -> str:
    """Return the name of an answer column's kind."""
    return _ANSWER_LOOKS[kind][1]
