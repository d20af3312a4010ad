"""How far the cells of a workbook are spread.

The parser lays out every cell between the first and the last one: two cells in opposite corners of
a sheet would make it ask for more memory than there is, and end the whole program.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

MOST_CELLS = 50_000_000
"""Laid out, so many cells take about 1.6 GB."""

_CHUNK = 1 << 20
_ROW = re.compile(rb"<(?:\w+:)?row\s(?:[^<>]*?\s)?r\s*=\s*[\"'](\d+)")
_CELL = re.compile(rb"<(?:\w+:)?c\s(?:[^<>]*?\s)?r\s*=\s*[\"']([A-Z]+)(\d+)")
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_TAG = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])")
_XLSB_ROW, _XLSB_CELLS = 0, range(1, 12)


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
    extent = Extent()
    in_row = 0
    for piece in _whole_tags(stream):
        for row in map(int, _ROW.findall(piece)):
            extent.add_row(row)
        named = _CELL.findall(piece)
        for column in {column for column, _ in named}:
            extent.add_columns(_number(column))
        for row in map(int, {row for _, row in named}):
            extent.add_row(row)
        if len(named) != len(_ANY_CELL.findall(piece)):  # some only follow the one before
            in_row = _count_in_rows(piece, in_row, extent)
    return extent


def _count_in_rows(piece: bytes, in_row: int, extent: Extent) -> int:
    """Count the cells of each row; the last one may go on in the next piece."""
    for tag in _TAG.findall(piece):
        in_row = 0 if tag == b"row" else in_row + 1
        extent.add_columns(in_row)
    return in_row


def _whole_tags(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the XML in pieces that end with a tag, so that none is cut in two."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        rest += chunk
        cut = rest.rfind(b">") + 1
        if cut:
            yield rest[:cut]
            rest = rest[cut:]
    yield rest


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def _of_records(stream: IO[bytes]) -> Extent:
    extent = Extent()
    while first := stream.read(1):
        kind = first[0]
        if kind & 0x80:
            kind = kind & 0x7F | (_byte(stream) & 0x7F) << 7
        data = stream.read(_length(stream))
        if len(data) < 4:
            continue
        number = struct.unpack_from("<I", data)[0]
        if kind == _XLSB_ROW:
            extent.add_row(number)
        elif kind in _XLSB_CELLS:
            extent.add_columns(number + 1)
    return extent


def _length(stream: IO[bytes]) -> int:
    length = 0
    for shift in (0, 7, 14, 21):
        byte = _byte(stream)
        length |= (byte & 0x7F) << shift
        if not byte & 0x80:
            break
    return length


def _byte(stream: IO[bytes]) -> int:
    data = stream.read(1)
    if not data:
        raise ValueError("cut short")
    return data[0]
