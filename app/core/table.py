"""A table as it was read: columns with their kinds, rows of text cells, and what was noticed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

Row = tuple[str, ...]
"""One row: as many text cells as the table has columns."""

LONG_TEXT_CHARACTERS = 40
"""A column whose mean cell is longer than this counts as long text."""

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)?|[.,]\d+)([eE][+-]?\d+)?%?")
_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
)
_LEADING_ZERO = re.compile(r"[+-]?0\d")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f\ufeff\u200b]+")
_YES_NO = frozenset({"yes", "no", "true", "false", "y", "n", "ja", "nein", "oui", "non"})


class Kind(StrEnum):
    """What a column holds, as detected from its cells; every cell stays text."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    EMPTY = "empty"
    FILE = "file"
    """Each cell leads to a file, whose content is what the instructions are filled with."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name and the kind of its cells."""

    name: str
    kind: Kind = Kind.TEXT


class Action(StrEnum):
    """What a person can do about something that was noticed in their file."""

    NONE = ""
    SHOW_ROWS = "show_rows"
    FIRST_ROW_IS_DATA = "first_row_is_data"
    FIRST_ROW_IS_HEADER = "first_row_is_header"
    CHOOSE_ENCODING = "choose_encoding"
    CHOOSE_SEPARATOR = "choose_separator"
    CHOOSE_SHEET = "choose_sheet"
    LEAVE_OUT = "leave_out"
    """Send ready-made requests without the parameters that the service refuses."""
    TEXT_ONLY = "text_only"
    """Send of PDFs only their text, where they have any."""
    ATTACH = "attach"
    """Send the files that a column names, in place of their names."""
    SHOW_NAMES = "show_names"
    """Tell the names of files that are no rows."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know about their file: a code for Sheaf, words for the person.

    `count` is how often it was met, `rows` the first rows it was met in, as the job numbers them;
    `column` is the column that it is about, if it is about one; `names` are the first files that it
    is about, where those are no rows.
    """

    code: str
    text: str
    count: int = 0
    action: Action = Action.NONE
    rows: tuple[int, ...] = ()
    column: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook; `rows` is None when counting it would mean reading it."""

    name: str
    rows: int | None = None
    hidden: bool = False


@dataclass(slots=True)
class KindCounter:
    """Learns a column's kind from its cells as they pass, in constant memory."""

    filled: int = 0
    numbers: int = 0
    dates: int = 0
    yes_no: int = 0
    characters: int = 0
    longest: int = 0

    def add(self, cell: str) -> None:
        """Count one cell."""
        if not cell or cell.isspace():
            return
        size = len(cell)
        self.filled += 1
        self.characters += size
        self.longest = max(self.longest, size)
        if size <= 32:
            self._classify(cell.strip())

    def _classify(self, cell: str) -> None:
        if _NUMBER.fullmatch(cell) and not _LEADING_ZERO.match(cell):
            self.numbers += 1
        elif _DATE.fullmatch(cell):
            self.dates += 1
        elif cell.lower() in _YES_NO:
            self.yes_no += 1

    def kind(self) -> Kind:
        """Return the kind that every filled cell agrees on, else text or long text."""
        if not self.filled:
            return Kind.EMPTY
        for count, kind in (
            (self.numbers, Kind.NUMBER),
            (self.dates, Kind.DATE),
            (self.yes_no, Kind.YES_NO),
        ):
            if count == self.filled:
                return kind
        long = self.characters > self.filled * LONG_TEXT_CHARACTERS
        return Kind.LONG_TEXT if long else Kind.TEXT


def plain_name(cell: str) -> str:
    """Return a header cell on one line, without characters that nobody can see."""
    return " ".join(_INVISIBLE.sub(" ", cell).split())


def name_columns(header: Sequence[str]) -> tuple[str, ...]:
    """Give every column a name of its own: blanks become "Column n", repeats get a number."""
    wanted = [plain_name(cell) or f"Column {place}" for place, cell in enumerate(header, 1)]
    reserved = set(wanted)
    taken: set[str] = set()
    repeats: dict[str, int] = {}
    names: list[str] = []
    for name in wanted:
        free, count = name, repeats.get(name, 1)
        while free in taken or (count > 1 and free in reserved):
            count += 1
            free = f"{name} ({count})"
        # Counting on from here keeps ten thousand columns of one name from taking minutes.
        repeats[name] = count
        taken.add(free)
        names.append(free)
    return tuple(names)


def fit(cells: Sequence[str], width: int) -> Row:
    """Return the cells as a row of exactly `width` cells; the caller reports what is cut."""
    if len(cells) == width:
        return tuple(cells)
    return tuple(cells[:width]) + ("",) * (width - len(cells))


def blocks(rows: Iterable[Row], most_rows: int, most_characters: int) -> Iterator[list[Row]]:
    """Yield the rows in lists within both limits, so that no step holds a whole table.

    A row that is larger than the limit comes alone; a blank cell counts too, for wide tables.
    """
    block: list[Row] = []
    size = 0
    for row in rows:
        length = len(row) + sum(map(len, row))
        if block and (len(block) == most_rows or size + length > most_characters):
            yield block
            block, size = [], 0
        block.append(row)
        size += length
    if block:
        yield block
