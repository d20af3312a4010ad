"""Lines of separated text into rows of cells, exactly as they stand, or a refusal by row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from app.files.head import Record
from app.files.tally import Tally

CELL_LIMIT = 64 * 1024 * 1024
"""No honest cell is longer; a quotation mark that is never closed would fill the memory."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the cells of a text are written down."""

    separator: str
    has_declaration: bool = False
    """The first line is `sep=…` and no row."""
    quoting: bool = True
    spaced: bool = False
    """Blanks between separators and quotation marks belong to neither cell."""


class UnclosedQuoteError(Exception):
    """A quotation mark that opens a cell and is not closed: the rest of the file runs into it."""

    def __init__(self, row: int, line: int) -> None:
        super().__init__(row, line)
        self.row = row
        self.line = line


class _Lines:
    """Passes lines on and remembers the last one."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.last = ""

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.last = line
            yield line


def read_records(lines: Iterator[str], dialect: Dialect, tally: Tally) -> Iterator[Record]:
    """Yield each row with its number, counted from 1; blank lines count and have no cells.

    The strict reading finds the very row where quotation marks go wrong. A stray one that
    stays within its line is read leniently and counted.

    Raises:
        UnclosedQuoteError: a cell's quotation mark is not closed where it should be.
    """
    csv.field_size_limit(CELL_LIMIT)
    remembered = _Lines(lines)
    reader = csv.reader(
        remembered,
        delimiter=dialect.separator,
        quoting=csv.QUOTE_MINIMAL if dialect.quoting else csv.QUOTE_NONE,
        skipinitialspace=dialect.spaced,
        strict=True,
    )
    number = 0
    while True:
        number += 1
        before = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if reader.line_num - before != 1:
                raise UnclosedQuoteError(number, before + 1) from error
            found = _lenient(remembered.last, dialect)
            if found is None:
                raise UnclosedQuoteError(number, before + 1) from error
            cells = found
            tally.add("stray_quotes", number)
        yield number, cells


def _lenient(line: str, dialect: Dialect) -> list[str] | None:
    # A second line shows whether the first one ends inside a cell: it would run into it.
    spaced = dialect.spaced
    lines = [line, "end"]
    rows = list(csv.reader(lines, delimiter=dialect.separator, skipinitialspace=spaced))
    return rows[0] if len(rows) == 2 else None
