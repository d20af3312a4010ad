"""The old container of Office files (OLE compound file): its streams and what is in them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")

_END = 0xFFFFFFFA
"""Sector numbers from here on are marks, not sectors."""
_SMALL = 4096
"""Shorter streams are kept elsewhere; no workbook's is."""


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    first: int
    size: int


class CompoundFile:
    """An opened compound file.

    Raises:
        ValueError: the container is damaged.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        try:
            head = file.read(512)
            self._sector_size = 1 << struct.unpack_from("<H", head, 30)[0]
            self._most = file.seek(0, 2) // self._sector_size + 1
            self._table = self._read_table(head)
            directory = self._read_chain(struct.unpack_from("<I", head, 48)[0])
            self._entries = {entry.name: entry for entry in _entries(directory)}
        except (struct.error, IndexError, OverflowError, MemoryError) as error:
            raise ValueError("damaged container") from error

    @property
    def names(self) -> frozenset[str]:
        """The names of all streams and folders."""
        return frozenset(self._entries)

    def read(self, name: str) -> bytes:
        """Return the content of a stream; nothing when it is too short to be a workbook's."""
        entry = self._entries[name]
        if entry.size < _SMALL:
            return b""
        return self._read_chain(entry.first)[: entry.size]

    def _read_table(self, head: bytes) -> tuple[int, ...]:
        """Read which sector follows which."""
        places = list(struct.unpack_from("<109I", head, 76))
        further = struct.unpack_from("<I", head, 68)[0]
        while further < _END:
            *numbers, further = self._numbers(further)
            places += numbers
            self._check(len(places) // self._sector_size)
        return tuple(number for place in places if place < _END for number in self._numbers(place))

    def _read_chain(self, first: int) -> bytes:
        sectors: list[bytes] = []
        while first < _END:
            sectors.append(self._sector(first))
            first = self._table[first]
            self._check(len(sectors))
        return b"".join(sectors)

    def _check(self, passed: int) -> None:
        """Refuse a chain that bites its own tail: it would never end."""
        if passed > self._most:
            raise ValueError("damaged container")

    def _sector(self, number: int) -> bytes:
        self._file.seek((number + 1) * self._sector_size)
        data = self._file.read(self._sector_size)
        if not data:
            raise ValueError("damaged container")
        return data

    def _numbers(self, sector: int) -> tuple[int, ...]:
        return struct.unpack(f"<{self._sector_size // 4}I", self._sector(sector))


def stream_names(path: Path) -> frozenset[str]:
    """Return the names of the streams in a compound file; none when it is damaged."""
    try:
        with path.open("rb") as file:
            return CompoundFile(file).names
    except ValueError:
        return frozenset()


def _entries(directory: bytes) -> Iterator[_Entry]:
    for start in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, start + 64)[0]
        if 2 <= length <= 64:
            name = directory[start : start + length - 2].decode("utf-16-le", "replace")
            yield _Entry(name, *struct.unpack_from("<II", directory, start + 116))
