"""Instructions with {{column}} placeholders: find them, check them, fill them in.

Spaces inside the braces are allowed; `{{{{` stands for two literal braces.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from operator import itemgetter

from app.core.errors import SheafError
from app.core.table import Column, Kind, Row

TOKEN = re.compile(r"\{\{\{\{|\{\{\s*+(?P<column>(?!\{)(?:(?!\{\{|\}\})[^\n])++)\s*+\}\}")
"""A literal pair of braces, or a placeholder with its column's name and blanks after it.

It never goes back over what it has read: pasted texts may be long.
"""

_SHOWN = 24
"""How many signs of a placeholder that is not closed are shown."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A place where a cell goes: the column's name and its span in the instructions."""

    column: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Instructions:
    """Parsed instructions: literal texts and column names in turn, texts first and last."""

    text: str
    literals: tuple[str, ...]
    placeholders: tuple[Placeholder, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns named, each once, in the order of their first use."""
        return tuple(dict.fromkeys(place.column for place in self.placeholders))


def parse(text: str) -> Instructions:
    """Find the placeholders of the instructions; every text is allowed."""
    literals = [""]
    places: list[Placeholder] = []
    last = 0
    for match in TOKEN.finditer(text):
        literals[-1] += text[last : match.start()]
        last = match.end()
        if (name := match["column"]) is None:
            literals[-1] += "{{"
            continue
        places.append(Placeholder(name.rstrip(), match.start(), match.end()))
        literals.append("")
    literals[-1] += text[last:]
    return Instructions(text, tuple(literals), tuple(places))


def unclosed(text: str) -> str:
    """Return the beginning of a placeholder that is not closed, as it stands; blank for none."""
    rest = TOKEN.sub(" ", text)
    start = rest.find("{{")
    return rest[start : start + _SHOWN].splitlines()[0] if start >= 0 else ""


def unknown_columns(instructions: Instructions, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the named columns that the table does not have."""
    known = set(columns)
    return tuple(name for name in instructions.columns if name not in known)


def check(instructions: Instructions, columns: Sequence[str]) -> None:
    """Refuse empty instructions and columns that do not exist.

    Raises:
        SheafError: nothing is written, or an unknown column is named.
    """
    if not instructions.text.strip():
        raise SheafError(
            "There are no instructions yet.",
            fix="Write what Claude should do with each row.",
        )
    missing = unknown_columns(instructions, columns)
    if not missing:
        return
    near = difflib.get_close_matches(missing[0], columns, n=1)
    have = ", ".join(columns[:12]) + (" …" if len(columns) > 12 else "")
    raise SheafError(
        f'The instructions name a column "{missing[0]}", which the table does not have.',
        f"Its columns are: {have}.",
        f'Did you mean "{near[0]}"?' if near else "Correct the name between the braces.",
    )


def filler(instructions: Instructions, columns: Sequence[str]) -> Callable[[Row], str]:
    """Return a function that fills a row into the instructions.

    One precompiled %-format is several times faster than replacing column by column.

    Raises:
        SheafError: an unknown column is named.
    """
    check(instructions, columns)
    where = [columns.index(place.column) for place in instructions.placeholders]
    pattern = "%s".join(literal.replace("%", "%%") for literal in instructions.literals)
    if not where:
        fixed = "".join(instructions.literals)
        return lambda _row: fixed
    if len(where) == 1:
        only = where[0]
        return lambda row: pattern % (row[only],)
    pick = itemgetter(*where)
    return lambda row: pattern % pick(row)


@dataclass(frozen=True, slots=True)
class FileCell:
    """A place where the content of files goes: the cell that leads to them."""

    cell: str


def cutter(
    instructions: Instructions, columns: Sequence[str], files: Collection[str]
) -> Callable[[Row], list[str | FileCell]]:
    """Return a function that fills a row in and leaves a mark where content of files goes.

    Raises:
        SheafError: an unknown column is named.
    """
    check(instructions, columns)
    places = [(p.column in files, columns.index(p.column)) for p in instructions.placeholders]
    first, *literals = instructions.literals

    def cut(row: Row) -> list[str | FileCell]:
        found: list[str | FileCell] = []
        words = first
        for (is_file, place), literal in zip(places, literals, strict=True):
            if is_file:
                found += [words, FileCell(row[place])]
                words = literal
            else:
                words += row[place] + literal
        return [*found, words]

    return cut


def columns_to_read(instructions: Instructions, columns: Sequence[Column]) -> tuple[str, ...]:
    """Return the named columns that a row is read for: long texts and files, or else all of them.

    A row in which all of these are blank has nothing to read, whatever its other cells hold. Where
    only files are read, a short question beside them may stand for itself.
    """
    kinds = {column.name: column.kind for column in columns}
    named = tuple(name for name in instructions.columns if name in kinds)
    if not any(kinds[name] is Kind.LONG_TEXT for name in named):
        return named
    return tuple(name for name in named if kinds[name] in (Kind.LONG_TEXT, Kind.FILE))


def blank_test(instructions: Instructions, columns: Sequence[Column]) -> Callable[[Row], bool]:
    """Return a test for rows that have nothing to read; none has where no column is named."""
    names = [column.name for column in columns]
    where = [names.index(name) for name in columns_to_read(instructions, columns)]
    if not where:
        return lambda _row: False
    return lambda row: not any(row[place].strip() for place in where)


def as_placeholder(column: str) -> str:
    """Write a column's name the way the instructions take it."""
    return "{{" + column + "}}"
