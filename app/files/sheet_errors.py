"""Cells of a workbook that hold an error such as #N/A, which the parser leaves blank."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from app.files.binary_errors import xls_errors, xlsb_errors
from app.files.package import ErrorCell, sheet_part, whole_cells

_UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, struct.error, LookupError, ValueError)
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*\bt=[\"']e[\"'][^>]*)(?<!/)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")
_PLACE = re.compile(rb"\br=[\"']([A-Z]+)(\d+)[\"']")


class ErrorCells:
    """Puts the errors of a sheet into its rows as they pass; `failed` when they cannot be read."""

    def __init__(self, found: Iterator[ErrorCell], left: int) -> None:
        """Take the cells in their order, and the column at which the rows begin."""
        self.failed = False
        self._found = found
        self._left = left
        self._next = self._take()

    def fill(self, number: int, texts: list[str]) -> int:
        """Write the errors of this row into its texts; return how many there were."""
        filled = 0
        while self._next is not None and self._next[0] <= number:
            row, column, text = self._next
            if row == number and 0 <= column - self._left < len(texts):
                texts[column - self._left] = text
                filled += 1
            self._next = self._take()
        return filled

    def _take(self) -> ErrorCell | None:
        try:
            return next(self._found, None)
        except _UNREADABLE:
            self.failed = True
            return None


def find_errors(path: Path, kind: str, sheet: str, place: int) -> Iterator[ErrorCell]:
    """Yield the error cells of a sheet in their order; ODS has been mended before reading.

    Args:
        path: the workbook.
        kind: its format.
        sheet: the sheet's name.
        place: the sheet's place among all sheets of the workbook.
    """
    if kind == "xls":
        yield from xls_errors(path, place)
    elif kind == "xlsb":
        yield from xlsb_errors(path, sheet)
    elif kind in {"xlsx", "xlsm"}:
        yield from _xlsx_errors(path, sheet)


def _xlsx_errors(path: Path, sheet: str) -> Iterator[ErrorCell]:
    with zipfile.ZipFile(path) as archive:
        part = sheet_part(archive, sheet)
        if part is not None:
            with archive.open(part) as stream:
                yield from _scan(stream)


def _scan(stream: IO[bytes]) -> Iterator[ErrorCell]:
    for piece in whole_cells(stream):
        if has_errors(piece):
            yield from _cells(piece)


def has_errors(piece: bytes) -> bool:
    """Say whether cells of this piece hold an error."""
    return b't="e"' in piece or b"t='e'" in piece


def _cells(xml: bytes) -> Iterator[ErrorCell]:
    for attributes, inside in _CELL.findall(xml):
        place, value = _PLACE.search(attributes), _VALUE.search(inside)
        if place and value:
            column = 0
            for letter in place[1]:
                column = column * 26 + letter - 64
            yield int(place[2]), column - 1, value[1].decode("utf-8", "replace")
