"""How much memory an XLS would make its parser ask for: it believes what the records say."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from app.files.binary_errors import xls_book, xls_starts
from app.files.sheet_extent import Extent

_END, _DIMENSIONS, _TEXTS = 0x0A, 0x200, 0xFC
_SEVERAL = frozenset({0xBD, 0xBE})
_CELLS = _SEVERAL | {0x06, 0xD6, 0xFD, 0x201, 0x203, 0x204, 0x205, 0x27E, 0x206, 0x406}
"""The kinds of records that hold a cell, or several in a row."""
_SHORTEST_TEXT = 3


def most_xls_cells(path: Path) -> int:
    """Return how many cells the largest sheet of an XLS would be laid out as.

    Raises:
        ValueError, LookupError, OSError: the workbook is damaged.
    """
    book = xls_book(path)
    check_texts(book)
    return max((cells_laid_out(book, start) for start in xls_starts(book)), default=0)


def records(book: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Go from record to record as the parser does, until one says that this part is over."""
    while start + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, start)
        if kind == _END:
            return
        yield kind, book[start + 4 : start + 4 + length]
        start += 4 + length


def check_texts(book: bytes) -> None:
    """Refuse a workbook that announces more shared texts than it has room for.

    Raises:
        ValueError: it does, and the parser would ask for memory for all of them.
    """
    for kind, data in records(book, 0):
        if kind == _TEXTS and len(data) >= 8:
            announced = max(struct.unpack_from("<II", data))
            if announced > len(book) // _SHORTEST_TEXT + 1 and announced > 1 << 20:
                raise ValueError("more texts than there is room for")


def cells_laid_out(book: bytes, start: int) -> int:
    """Return how many cells the sheet that begins there would be laid out as.

    Raises:
        ValueError: it ends before it begins.
    """
    extent = Extent()
    announced = 0
    for kind, data in records(book, start):
        if kind == _DIMENSIONS:
            announced = max(announced, _announced(data))
        elif kind in _CELLS and len(data) >= 6:
            row, column = struct.unpack_from("<HH", data)
            if kind in _SEVERAL:
                column = max(column, struct.unpack_from("<H", data, len(data) - 2)[0])
            extent.add_row(row)
            extent.add_columns(column + 1)
    return max(extent.cells, announced)


def _announced(data: bytes) -> int:
    """Return how many cells a sheet says that it has.

    Raises:
        ValueError: its end lies before its beginning.
    """
    if len(data) >= 14:
        first, last, left, right = struct.unpack_from("<IIHH", data)
    elif len(data) >= 8:
        first, last, left, right = struct.unpack_from("<HHHH", data)
    else:
        return 0
    if last < first or right < left:
        raise ValueError("a sheet that ends before it begins")
    return int((last - first) * (right - left))
