"""How large a picture is, and how many pages a PDF has, by their bytes alone."""

from __future__ import annotations

import re
import struct

Size = tuple[int, int]
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
_USUAL_PAGE_BYTES = 22_000
"""A page of a scanned or written PDF rarely takes less."""
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def picture_size(data: bytes) -> Size | None:
    """Return width and height of a PNG, GIF, JPEG or WebP; None where they are not found."""
    try:
        if data.startswith(b"\x89PNG"):
            return struct.unpack(">II", data[16:24])
        if data.startswith(b"GIF8"):
            return struct.unpack("<HH", data[6:10])
        if data.startswith(b"\xff\xd8"):
            return _jpeg(data)
        return _webp(data) if data[8:12] == b"WEBP" else None
    except (struct.error, IndexError):
        return None


def _jpeg(data: bytes) -> Size | None:
    place = 2
    while data[place] == 0xFF:
        mark, length = data[place + 1], struct.unpack(">H", data[place + 2 : place + 4])[0]
        if mark in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        place += 2 + length
    return None


def _webp(data: bytes) -> Size | None:
    kind = data[12:16]
    if kind == b"VP8X":
        wide, high = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        return wide, high
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    wide, high = struct.unpack("<HH", data[26:30])
    return wide & 0x3FFF, high & 0x3FFF


def count_pages(data: bytes) -> int:
    """Return how many pages a PDF has; judged from its size where it hides them."""
    return len(_PAGE.findall(data)) or max(1, len(data) // _USUAL_PAGE_BYTES)
