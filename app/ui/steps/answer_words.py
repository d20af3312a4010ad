"""What is said about answer columns, and how a row's cells stand in the instructions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.core.answers import AnswerColumn, AnswerKind, describe
from app.core.instructions import Instructions, as_placeholder
from app.core.merge import ANSWER
from app.core.table import Kind, Row
from app.ui.widgets.column_look import chip_colour
from app.ui.widgets.rich_lines import Piece

MOST_ADDED = 100
"""How much is shown of a column's labels, and of what it asks for, in characters."""
LONGEST_CELL = 1_200
"""How much of one cell the preview shows, in characters."""
_SHAPES: Mapping[AnswerKind, str] = {
    AnswerKind.YES_NO: "yes or no",
    AnswerKind.NUMBER: "a number",
    AnswerKind.SHORT_TEXT: "a few words",
    AnswerKind.LONG_TEXT: "a text",
}


def shape(column: AnswerColumn) -> str:
    """Say in three words what comes back in this column."""
    count = len(column.labels)
    if column.kind is AnswerKind.CATEGORY:
        return f"one of {count} labels"
    if column.kind is AnswerKind.LABELS:
        return f"any of {count} labels"
    return _SHAPES[column.kind]


def added_pieces(columns: Sequence[AnswerColumn], *, whole: bool = True) -> list[Piece]:
    """Say what Sheaf adds to each row's text for these columns; long words only in part."""
    if not columns:
        words = f"Nothing: Claude's whole reply goes into one column called “{ANSWER}”."
        return [Piece(words, "text2")]
    pieces = [Piece("Fill in: ", "text2")]
    for place, column in enumerate(columns):
        end = "." if place == len(columns) - 1 else ", "
        wanted = ": ".join(part if whole else _beginning(part) for part in _wanted(column))
        pieces.append(Piece(column.name, "text2", bold=True))
        pieces.append(Piece((f" ({wanted})" if wanted else "") + end, "text2"))
    return pieces


def _wanted(column: AnswerColumn) -> list[str]:
    """Say which answers a column takes, and what it asks for."""
    choices = ", ".join(column.choices)
    if column.kind is AnswerKind.LABELS:
        choices = f"any of {', '.join(label.name for label in column.labels)}"
    elif column.kind is AnswerKind.YES_NO:
        choices = "yes, no or Cannot tell" if column.cannot_tell else "yes or no"
    elif choices:
        choices = f"one of {choices}"
    elif column.kind is AnswerKind.NUMBER:
        choices = "a number"
    about = describe(column).rstrip(".")
    return [part for part in (choices, about) if part]


def _beginning(words: str) -> str:
    """Return the first line or so of a text, cut between words where it has any."""
    if len(words) <= MOST_ADDED:
        return words
    cut = words[:MOST_ADDED]
    return (cut[: cut.rfind(" ")] if " " in cut[MOST_ADDED // 2 :] else cut).rstrip(" ,.") + " …"


def filled_pieces(
    parsed: Instructions, kinds: Mapping[str, Kind], cells: Row | None
) -> list[Piece]:
    """Return the text that is sent for a row, its cells in the colours of their columns.

    `kinds` names the table's columns in order; without cells the placeholders stay.
    """
    places = {name: place for place, name in enumerate(kinds)}
    pieces = []
    for literal, placeholder in zip(parsed.literals, parsed.placeholders, strict=False):
        pieces.append(Piece(literal))
        name = placeholder.column
        if name not in places:
            pieces.append(Piece(as_placeholder(name), "badText", "badSoft"))
        else:
            colour = chip_colour(kinds[name])
            text = as_placeholder(name) if cells is None else _shortened(cells[places[name]])
            if kinds[name] is Kind.FILE and cells is not None:
                text = f"[all of {text}]"
            pieces.append(Piece(text, colour.ink, colour.value))
    pieces.append(Piece(parsed.literals[-1]))
    return [piece for piece in pieces if piece.text]


def _shortened(cell: str) -> str:
    if len(cell) <= LONGEST_CELL:
        return cell
    more = len(cell) - LONGEST_CELL
    return f"{cell[:LONGEST_CELL]} … (and {more:,} more characters, which are sent too)"
