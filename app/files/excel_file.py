"""Tables out as an Excel workbook: texts stay texts, nothing can run, nothing is cut off."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from app.core.errors import SheafError
from app.core.table import Row, name_columns
from app.files.excel_sheets import Sheets
from app.files.outgoing import Blocks, OutColumn, Written
from app.files.target import Announce, replacing

MOST_COLUMNS = 16_384
MOST_UNITS = 32_767
"""So much a cell of Excel holds; characters beyond the first 65,536 of Unicode count twice."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SURE = MOST_UNITS // 2
"""No text of so few characters is too long."""
_MEASURED_ROWS = 2_000
_WIDEST = 60


def write_excel(
    path: Path,
    columns: Sequence[OutColumn],
    blocks: Blocks,
    *,
    created: datetime,
    about: Sequence[tuple[str, str]] = (),
    never_over: Sequence[Path] = (),
    announce: Announce | None = None,
) -> Written:
    """Write a table as a workbook, into a temporary file that is renamed when it is complete.

    The rows are gone through twice: what is too long for one cell needs columns of its own, which
    stand in the header. The same rows give the same bytes.

    Args:
        path: the file to make or replace.
        columns: the columns; each row is as wide.
        blocks: the rows in lists.
        created: the moment that the workbook says it was made; it is not now, but fixed.
        about: the lines of a sheet "Job", as labels with their values.
        never_over: files that must not be replaced.
        announce: hears of the complete file before it takes its place.

    Raises:
        SheafError: the table is too wide, or the file cannot be written there.
    """
    plan = _Plan(columns)
    for block in blocks():
        plan.measure(block)
    with replacing(path, never_over, announce) as file, _work_folder(file) as folder:
        sheets = Sheets(file, folder, plan.all_columns(path), plan.widths(), created)
        try:
            for row in chain.from_iterable(blocks()):
                sheets.add(plan.cells(row))
            sheets.close((*about, *plan.about_itself()))
        except BaseException:
            sheets.abandon()
            raise
        return Written(
            sheets.rows,
            removed=plan.removed,
            continued=plan.continued,
            rebroken=plan.rebroken,
        )


class _Plan:
    """Which columns are needed for cells that go on, and how a row is spread over them."""

    def __init__(self, columns: Sequence[OutColumn]) -> None:
        self.removed = 0
        self.continued = 0
        self.rebroken = 0
        self._columns = columns
        self._pieces = [1] * len(columns)
        self._widths = [len(column.name) + 4 for column in columns]
        self._measured = 0

    def measure(self, block: Sequence[Row]) -> None:
        """Take in rows that are to be written."""
        for place, cells in enumerate(zip(*block, strict=True)):
            longest = max(map(len, cells))
            if longest > _SURE:
                most = max(len(_split(_plain(cell)[0])) for cell in cells)
                self._pieces[place] = max(self._pieces[place], most)
            if self._measured < _MEASURED_ROWS:
                self._widths[place] = max(self._widths[place], longest + 2)
        self._measured += len(block)

    def all_columns(self, path: Path) -> list[OutColumn]:
        """Return the columns with those that cells go on in.

        Raises:
            SheafError: they are too many.
        """
        names = [column.name for column in self._columns]
        for column, pieces in zip(self._columns, self._pieces, strict=True):
            names += [f"{column.name} (continued)"] * (pieces - 1)
        if len(names) > MOST_COLUMNS:
            raise SheafError(
                f'"{path.name}" would have {len(names):,} columns.',
                f"An Excel workbook holds {MOST_COLUMNS:,} at most.",
                "Export as CSV, which has no such bound.",
            )
        further = name_columns(names)[len(self._columns) :]
        return [*self._columns, *map(OutColumn, further)]

    def widths(self) -> list[int]:
        """Return how wide each column is to be, in characters."""
        own = [min(width, _WIDEST) for width in self._widths]
        return own + [_WIDEST] * sum(pieces - 1 for pieces in self._pieces)

    def cells(self, row: Row) -> list[str]:
        """Return a row as it is written."""
        cells: list[str] = []
        further: list[str] = []
        for cell, pieces in zip(row, self._pieces, strict=True):
            text, removed = _plain(cell)
            self.removed += removed
            self.rebroken += "\r" in cell
            if pieces == 1:
                cells.append(text)
                continue
            first, *rest = _split(text)[:pieces]
            cells.append(first)
            further += [*rest, *[""] * (pieces - 1 - len(rest))]
            self.continued += bool(rest)
        return cells + further

    def about_itself(self) -> Iterator[tuple[str, str]]:
        """Yield what had to be changed for the workbook's sake."""
        if self.continued:
            yield (
                "Long cells",
                (
                    f"{self.continued:,}, longer than the {MOST_UNITS:,} characters that a cell of "
                    'Excel holds. They go on in the columns named "(continued)", at the right.'
                ),
            )
        if self.rebroken:
            yield (
                "Line ends",
                (
                    f"{self.rebroken:,} cells had carriage returns, which Excel does not keep; "
                    "they became plain line breaks."
                ),
            )
        if self.removed:
            yield (
                "Characters left out",
                (f"{self.removed:,} control characters, which no workbook can hold."),
            )


def _plain(cell: str) -> tuple[str, int]:
    """Return a text without what no workbook holds, and how many characters that was."""
    # A lone carriage return in a cell has made Excel call whole workbooks damaged.
    text = cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell
    return _ILLEGAL.subn("", text) if _ILLEGAL.search(text) else (text, 0)


def _split(text: str) -> list[str]:
    """Cut a text into pieces that each fit a cell, between characters."""
    if len(text) <= _SURE:
        return [text]
    pieces: list[str] = []
    rest = text.encode("utf-16-le")
    while len(rest) > MOST_UNITS * 2:
        cut = MOST_UNITS * 2
        if 0xD8 <= rest[cut - 1] <= 0xDB:  # half of a character would be left at the end
            cut -= 2
        pieces.append(rest[:cut].decode("utf-16-le"))
        rest = rest[cut:]
    return [*pieces, rest.decode("utf-16-le")]


@contextmanager
def _work_folder(file: BinaryIO) -> Iterator[Path]:
    """Give a folder beside the file for its parts, which a later export clears away if killed."""
    folder = Path(f"{file.name}s")
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
