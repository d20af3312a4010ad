"""Where the placeholders stand in a line of the editor, counted the way Qt counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.core import instructions


@dataclass(frozen=True, slots=True)
class Token:
    """A placeholder: its column, its span, and the span of the name inside the braces."""

    column: str
    start: int
    name_start: int
    name_end: int
    end: int


def tokens(text: str) -> list[Token]:
    """Return the placeholders of one line, with positions in Qt's UTF-16 units."""
    at = _position_in_qt(text)
    found = []
    for place in instructions.parse(text).placeholders:
        name = text.index(place.column, place.start)
        spans = (place.start, name, name + len(place.column), place.end)
        found.append(Token(place.column, *(at(position) for position in spans)))
    return found


def _position_in_qt(text: str) -> Callable[[int], int]:
    """Python counts an emoji once, Qt twice."""
    wide = [position for position, letter in enumerate(text) if letter > "\uffff"]
    if not wide:
        return lambda position: position
    return lambda position: position + sum(1 for before in wide if before < position)
