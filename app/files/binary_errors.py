"""Error cells of the binary workbooks XLS and XLSB, record by record."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, BinaryIO, cast

from app.files.ole import CompoundFile
from app.files.package import ErrorCell, related_part

_WORDS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}

_XLS_SHEET, _XLS_BEGIN, _XLS_END, _XLS_FORMULA, _XLS_VALUE = 0x85, 0x809, 0x0A, 0x06, 0x205
_XLSB_ROW, _XLSB_VALUE, _XLSB_FORMULA, _XLSB_SHEET = 0, 3, 11, 156


def xls_errors(path: Path, place: int) -> list[ErrorCell]:
    """Return the error cells of the sheet at this place among all sheets, in their order."""
    book = xls_book(path)
    starts = xls_starts(book)
    if place >= len(starts):
        return []
    return sorted(xls_cells(book, starts[place]))


def xls_book(path: Path) -> bytes:
    """Return the stream of an XLS that holds the workbook.

    Raises:
        ValueError, LookupError: the container is damaged.
    """
    with path.open("rb") as file:
        container = CompoundFile(file)
        return container.read("Workbook" if "Workbook" in container.names else "Book")


def xls_starts(book: bytes) -> list[int]:
    """Return where in the stream each sheet begins."""
    return [
        struct.unpack_from("<I", data)[0]
        for kind, data in _xls_records(book, 0)
        if kind == _XLS_SHEET and len(data) >= 4
    ]


def _xls_records(book: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one part of the book; charts inside it are passed over."""
    depth = 0
    while start + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, start)
        depth += (kind == _XLS_BEGIN) - (kind == _XLS_END)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, book[start + 4 : start + 4 + length]
        start += 4 + length


def xls_cells(book: bytes, start: int) -> Iterator[ErrorCell]:
    """Yield the error cells of the sheet that begins there in the book's stream."""
    for kind, data in _xls_records(book, start):
        code = None
        if kind == _XLS_VALUE and len(data) >= 8 and data[7]:
            code = data[6]
        elif kind == _XLS_FORMULA and data[6:7] == b"\x02" and data[12:14] == b"\xff\xff":
            code = data[8]
        if code is not None:
            row, column = struct.unpack_from("<HH", data)
            yield row + 1, column, _WORDS.get(code, "#ERROR")


def xlsb_errors(path: Path, sheet: str) -> Iterator[ErrorCell]:
    """Yield the error cells of the sheet, in their order."""
    with zipfile.ZipFile(path) as archive:
        part = xlsb_part(archive, sheet)
        if part is None:
            return
        row = 0
        with archive.open(part) as stream:
            for kind, data in records(stream):
                if kind == _XLSB_ROW:
                    row = struct.unpack_from("<I", data)[0] + 1
                elif kind in {_XLSB_VALUE, _XLSB_FORMULA}:
                    column = struct.unpack_from("<I", data)[0]
                    yield row, column, _WORDS.get(data[8], "#ERROR")


def records(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a part of an XLSB, each by its kind.

    Raises:
        ValueError: the part is cut short.
    """
    # Byte by byte from the package itself would take ten times as long.
    buffered = BufferedReader(cast("RawIOBase", stream), 1 << 20)
    while first := buffered.read(1):
        kind = first[0]
        if kind & 0x80:
            kind = kind & 0x7F | (_byte(buffered) & 0x7F) << 7
        yield kind, buffered.read(_length(buffered))


def _length(stream: BinaryIO) -> int:
    length = 0
    for shift in (0, 7, 14, 21):
        byte = _byte(stream)
        length |= (byte & 0x7F) << shift
        if not byte & 0x80:
            break
    return length


def _byte(stream: BinaryIO) -> int:
    data = stream.read(1)
    if not data:
        raise ValueError("cut short")
    return data[0]


def xlsb_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the name of the part that holds the sheet of an XLSB workbook."""
    with archive.open("xl/workbook.bin") as stream:
        for kind, data in records(stream):
            if kind != _XLSB_SHEET:
                continue
            relation, after = _wide_text(data, 8)
            name, _ = _wide_text(data, after)
            if name == sheet:
                return related_part(archive, "xl/_rels/workbook.bin.rels", relation)
    return None


def _wide_text(data: bytes, start: int) -> tuple[str, int]:
    end = start + 4 + 2 * struct.unpack_from("<I", data, start)[0]
    return data[start + 4 : end].decode("utf-16-le"), end
