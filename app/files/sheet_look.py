"""A first look over a sheet of a workbook, before the parser lays out its cells."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.files import refusals
from app.files.binary_errors import records, xlsb_part
from app.files.package import sheet_part, whole_cells
from app.files.sheet_errors import has_errors
from app.files.sheet_extent import Extent, XmlReading, add_record
from app.files.source import Cancelled, tell

_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s([^<>]*[^<>/])>\s*<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>\s*|<(?:\w+:)?v>\s*</(?:\w+:)?v>\s*)?</(?:\w+:)?c>"
)
_PLACE = re.compile(rb"\br=[\"'][A-Z]+(\d+)")
_TYPED = re.compile(rb"\bt=[\"'](?:str|e|b|s)[\"']")
_XLSB_MERGED = 176
_RECORDS_BETWEEN = 20_000
_MOST_ROWS = 6
_SHARE = 0.5
"""How much of an opening is over when the sheet has been looked through; the parser follows."""


@dataclass(slots=True)
class Look:
    """What a sheet holds besides its values.

    `unstored` counts formulas of which no result is stored, `rows` the first rows of such;
    `merged` counts merged areas where the parser does not tell them.
    """

    extent: Extent
    has_errors: bool = True
    unstored: int = 0
    rows: list[int] = field(default_factory=list)
    merged: int = 0


def look_at(path: Path, kind: str, sheet: str, cancelled: Cancelled) -> Look:
    """Look through a sheet of an XLSX, XLSM or XLSB piece by piece.

    Raises:
        SheafError: `cancelled` said so.
        ValueError, OSError, zipfile.BadZipFile: the workbook is damaged.
    """
    with zipfile.ZipFile(path) as archive:
        part = xlsb_part(archive, sheet) if kind == "xlsb" else sheet_part(archive, sheet)
        if part is None:
            return Look(Extent())
        size = archive.getinfo(part).file_size
        with archive.open(part) as stream:
            if kind == "xlsb":
                return _of_records(_watched_records(path, records(stream), cancelled, size))
            return _of_xml(watched(path, whole_cells(stream), cancelled, size))


def watched(
    path: Path, pieces: Iterator[bytes], cancelled: Cancelled, size: int
) -> Iterator[bytes]:
    """Pass the pieces of a part on, and ask at each whether to stop.

    Raises:
        SheafError: `cancelled` said so.
    """
    done = 0
    for piece in pieces:
        tell(cancelled, _SHARE * done / max(1, size))
        if cancelled():
            raise refusals.stopped(path)
        yield piece
        done += len(piece)
    tell(cancelled, _SHARE)


def _watched_records(
    path: Path, found: Iterator[tuple[int, bytes]], cancelled: Cancelled, size: int
) -> Iterator[tuple[int, bytes]]:
    done = 0
    for count, record in enumerate(found):
        if not count % _RECORDS_BETWEEN:
            tell(cancelled, _SHARE * done / max(1, size))
            if cancelled():
                raise refusals.stopped(path)
        yield record
        done += len(record[1]) + 2
    tell(cancelled, _SHARE)


def _of_xml(pieces: Iterator[bytes]) -> Look:
    reading = XmlReading()
    look = Look(reading.extent, has_errors=False)
    for piece in pieces:
        reading.add(piece)
        look.has_errors = look.has_errors or has_errors(piece)
        if b"<f" in piece or b":f" in piece:
            _count_unstored(piece, look)
    return look


def _count_unstored(piece: bytes, look: Look) -> None:
    """Count formulas without a value, but for those whose type says that it is an empty text."""
    for attributes in _FORMULA.findall(piece):
        if not _TYPED.search(attributes):
            look.unstored += 1
            if len(look.rows) < _MOST_ROWS and (place := _PLACE.search(attributes)):
                look.rows.append(int(place[1]))


def _of_records(found: Iterator[tuple[int, bytes]]) -> Look:
    look = Look(Extent())
    for kind, data in found:
        add_record(look.extent, kind, data)
        look.merged += kind == _XLSB_MERGED
    return look
