"""Whether an old workbook (XLS) can be handed to the parser, which has no bounds of its own.

A chain of sectors that bites its own tail, or a length that is nowhere near the file's, makes the
parser ask for memory until the whole program ends. Both come from damage, not only from malice.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.files.xls_extent import cells_laid_out, check_texts, records

_END = 0xFFFFFFFA
"""Sector numbers from here on are marks, not sectors."""
_COUNTS = (40, 44, 64, 72)
"""Where the header says how many sectors its lists take."""
_ENTRY = 128
_SMALL_SECTOR = 64

_SHEET, _LOCKED = 0x85, 0x2F


def most_cells(path: Path) -> int:
    """Return how many cells the largest sheet of an XLS would be laid out as.

    Raises:
        ValueError: its container is damaged.
    """
    try:
        book = _Container(path.read_bytes()).book()
        return max((cells_laid_out(book, place) for place in _sheets(book)), default=0)
    except (struct.error, IndexError) as error:
        raise ValueError("damaged container") from error


class _Container:
    """An OLE compound file of which every chain ends and every length is possible."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, small_shift = struct.unpack_from("<HH", data, 30)
        if shift not in {9, 12} or small_shift != 6:
            raise ValueError("damaged container")
        self._size = 1 << shift
        self._sectors = len(data) // self._size
        self._table = self._read_table()
        if max(_number(data, at) for at in _COUNTS) > self._sectors:
            raise ValueError("damaged container")
        self._entries = self._chain(_number(data, 48))
        self._small_table = _numbers(self._chain(_number(data, 60)))

    def book(self) -> bytes:
        """Return the stream that holds the workbook."""
        root, found = b"", b""
        for start in range(0, len(self._entries) - _ENTRY + 1, _ENTRY):
            entry = self._entries[start : start + _ENTRY]
            name = entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)]
            first, size = _number(entry, 116), _number(entry, 120)
            if entry[66] and size > len(self._data):
                raise ValueError("damaged container")
            if entry[66] == 5:
                root = self._chain(first)
            elif name.decode("utf-16-le", "replace") in {"Workbook", "Book"} and not found:
                found = (
                    self._chain(first)[:size] if size >= 4096 else self._small(root, first, size)
                )
        return found

    def _read_table(self) -> array[int]:
        places = list(struct.unpack_from("<109I", self._data, 76))
        further = _number(self._data, 68)
        per_sector = self._size // 4 - 1
        while further < _END:
            *numbers, further = _numbers(self._sector(further))
            places += numbers
            if len(places) > 109 + per_sector * self._sectors:
                raise ValueError("damaged container")
        return _numbers(b"".join(self._sector(place) for place in places if place < _END))

    def _chain(self, first: int) -> bytes:
        return b"".join(self._sector(number) for number in _followed(self._table, first))

    def _small(self, root: bytes, first: int, size: int) -> bytes:
        places = [number * _SMALL_SECTOR for number in _followed(self._small_table, first)]
        return b"".join(root[place : place + _SMALL_SECTOR] for place in places)[:size]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        if start >= len(self._data):
            raise ValueError("damaged container")
        return self._data[start : start + self._size].ljust(self._size, b"\0")


def _number(data: bytes, place: int) -> int:
    return int.from_bytes(data[place : place + 4], "little")


def _numbers(data: bytes) -> array[int]:
    return array("I", struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))


def _followed(table: Sequence[int], first: int) -> Iterator[int]:
    """Follow a chain; one that is longer than the table goes round in a circle."""
    for _ in range(len(table) + 1):
        if first >= _END:
            return
        yield first
        first = table[first]
    raise ValueError("damaged container")


def _sheets(book: bytes) -> set[int]:
    """Return where in the book its sheets begin; none where what follows is encrypted."""
    places = set()
    for kind, data in records(book, 0):
        if kind == _LOCKED:  # the parser will say so
            return set()
        if kind == _SHEET:
            places.add(_number(data, 0))
    check_texts(book)
    return places
