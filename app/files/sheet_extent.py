"""How far the cells of a workbook are spread.

The parser lays out every cell between the first and the last one: two cells in opposite corners of
a sheet would make it ask for more memory than there is, and end the whole program.
"""

from __future__ import annotations

import re
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.files.binary_errors import records
from app.files.package import whole_cells

MOST_CELLS = 50_000_000
"""Laid out, so many cells take about 1.6 GB."""

_ROW = re.compile(rb"<(?:\w+:)?row\s(?:[^<>]*?\s)?r\s*=\s*[\"'](\d+)")
_CELL = re.compile(rb"<(?:\w+:)?c\s(?:[^<>]*?\s)?r\s*=\s*[\"']([A-Z]+)(\d+)")
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_USUAL_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"(?>[^<>]*)(?<!/)>')
"""A cell that has anything in it: blank ones, often of formatted columns, are not laid out."""
_PREFIXED = re.compile(rb"<\w+:(?:c|row)[\s/>]")
_TAG = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])")
_XLSB_ROW, _XLSB_PLACES = 0, range(12)


@dataclass(slots=True)
class Extent:
    """The rows and columns between which a sheet's cells lie."""

    first_row: int = 1 << 40
    last_row: int = 0
    columns: int = 0

    def add_row(self, row: int) -> None:
        """Take in a row."""
        self.first_row = min(self.first_row, row)
        self.last_row = max(self.last_row, row)

    def add_columns(self, columns: int) -> None:
        """Take in as many columns."""
        self.columns = max(self.columns, columns)

    @property
    def cells(self) -> int:
        """How many cells would be laid out."""
        return max(0, self.last_row - self.first_row + 1) * self.columns


def most_cells(path: Path) -> int:
    """Return how many cells the largest sheet of an XLSX, XLSM or XLSB would be laid out as.

    Raises:
        ValueError, OSError, zipfile.BadZipFile: the workbook is damaged.
    """
    most = 0
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/") or "sharedStrings" in name:
                continue
            if name.endswith(".xml"):
                with archive.open(name) as stream:
                    most = max(most, _of_xml(stream).cells)
            elif name.endswith(".bin") and "sheet" in name.lower():
                with archive.open(name) as stream:
                    most = max(most, _of_records(stream).cells)
    return most


def _of_xml(stream: IO[bytes]) -> Extent:
    reading = XmlReading()
    for piece in whole_cells(stream):
        reading.add(piece)
    return reading.extent


class XmlReading:
    """Takes in the XML of a sheet piece by piece."""

    def __init__(self) -> None:
        self.extent = Extent()
        self._in_row = 0

    def add(self, piece: bytes) -> None:
        """Take in the next piece, in which no cell is cut in two."""
        rows, named, are_all = _places(piece)
        for row in map(int, rows):
            self.extent.add_row(row)
        for column in {column for column, _ in named}:
            self.extent.add_columns(_number(column))
        for row in map(int, {row for _, row in named}):
            self.extent.add_row(row)
        if not are_all:  # some only follow the one before
            self._count_in_rows(piece)

    def _count_in_rows(self, piece: bytes) -> None:
        """Count the cells of each row; the last one may go on in the next piece."""
        for tag in _TAG.findall(piece):
            if tag == b"row":
                self._in_row = 0
            else:
                self._in_row += 1
                self.extent.add_columns(self._in_row)


def _places(piece: bytes) -> tuple[list[bytes], list[tuple[bytes, bytes]], bool]:
    """Return the rows and cells that say where they are, and whether all cells do."""
    # Nearly all programs write places like this, which is found three times as fast.
    if piece.count(b'<c r="') == piece.count(b"<c") and not _PREFIXED.search(piece):
        return [], _USUAL_CELL.findall(piece), True
    cells = _CELL.findall(piece)
    return _ROW.findall(piece), cells, len(cells) == len(_ANY_CELL.findall(piece))


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def _of_records(stream: IO[bytes]) -> Extent:
    extent = Extent()
    for kind, data in records(stream):
        add_record(extent, kind, data)
    return extent


def add_record(extent: Extent, kind: int, data: bytes) -> None:
    """Take in a record of an XLSB's sheet."""
    if kind not in _XLSB_PLACES or len(data) < 4:
        return
    number = struct.unpack_from("<I", data)[0]
    if kind == _XLSB_ROW:
        extent.add_row(number)
    else:
        extent.add_columns(number + 1)
