"""The old container of Office files (OLE compound file): which streams are inside."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")

_END = 0xFFFFFFFA
"""Sector numbers from here on are marks, not sectors."""
_MOST_SECTORS = 4096


def stream_names(path: Path) -> frozenset[str]:
    """Return the names of the streams in a compound file; empty when it is damaged."""
    try:
        with path.open("rb") as file:
            data = file.read(512)
            size = 1 << struct.unpack_from("<H", data, 30)[0]
            table = list(struct.unpack_from("<109I", data, 76))
            sector = struct.unpack_from("<I", data, 48)[0]
            names: set[str] = set()
            for _ in range(_MOST_SECTORS):
                if sector >= _END:
                    break
                file.seek((sector + 1) * size)
                names.update(_names(file.read(size)))
                place = table[sector * 4 // size]
                file.seek((place + 1) * size + sector * 4 % size)
                sector = struct.unpack("<I", file.read(4))[0]
    except (struct.error, IndexError, OverflowError):
        return frozenset()
    return frozenset(names)


def _names(directory: bytes) -> Iterator[str]:
    for start in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, start + 64)[0]
        if 2 <= length <= 64:
            yield directory[start : start + length - 2].decode("utf-16-le", "replace")
