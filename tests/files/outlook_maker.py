"""Makes Outlook messages, and the compound files that they are."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SECTOR, _SMALL_SECTOR, _SMALL = 512, 64, 4096

SENT = datetime(2025, 3, 14, 9, 26, tzinfo=UTC)
"""When every made message was sent."""


def make_msg(
    path: Path,
    texts: Mapping[str, str],
    *,
    attached: Sequence[str] = (),
    streams: Mapping[str, bytes] | None = None,
) -> Path:
    """Write an Outlook message with these properties, each by its number."""
    ticks = (SENT - datetime(1601, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 10
    fixed = b"\0" * 32 + struct.pack("<IIQ", 0x00390040, 6, ticks)
    content = {"__properties_version1.0": fixed, **(streams or {})}
    for number, text in texts.items():
        content[f"__substg1.0_{number}001F"] = text.encode("utf-16-le")
    for at, name in enumerate(attached):
        folder = f"__attach_version1.0_#{at:08X}"
        content[f"{folder}/__substg1.0_3707001F"] = name.encode("utf-16-le")
        content[f"{folder}/__substg1.0_37010102"] = b"x" * 5000
    return make_compound_of(path, content)


def make_compound_of(path: Path, streams: Mapping[str, bytes]) -> Path:
    """Write an OLE compound file; "/" in a name puts the stream into a folder of that name."""
    entries = _entries(streams)
    small = _Chains(_SMALL_SECTOR)
    large = _Chains(_SECTOR)
    starts = [(small if len(e.data) < _SMALL else large).add(e.data) for e in entries]
    starts[0] = large.add(bytes(small.content))
    entries[0].data = bytes(small.content)
    small_table = large.add(b"".join(struct.pack("<I", number) for number in small.table))
    listing = large.add(_listing(entries, starts))
    first = len(large.table)
    count = next(n for n in range(1, 100) if first + n <= n * 128)
    table = [*large.table, *[_TABLE] * count]
    table += [_FREE] * (count * 128 - len(table))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    small_count = -(-len(small.table) * 4 // _SECTOR)
    numbers = (0, count, listing, 0, _SMALL, small_table, small_count, _END, 0)
    header += struct.pack("<9I", *numbers)
    header += struct.pack("<109I", *range(first, first + count), *[_FREE] * (109 - count))
    path.write_bytes(header + large.content + struct.pack(f"<{len(table)}I", *table))
    return path


class _Chains:
    """Sectors of one size, and which of them follows which."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.table: list[int] = []
        self.content = bytearray()

    def add(self, data: bytes) -> int:
        """Store some bytes; return their first sector."""
        first, count = len(self.table), -(-len(data) // self._size)
        if not count:
            return _END
        self.table += [*range(first + 1, first + count), _END]
        self.content += data.ljust(count * self._size, b"\0")
        return first


@dataclass
class _Entry:
    """A stream, or a folder of streams, and the place of the folder it lies in."""

    name: str
    folder: int
    kind: int
    data: bytes = b""


def _entries(streams: Mapping[str, bytes]) -> list[_Entry]:
    entries = [_Entry("Root Entry", -1, 5)]
    folders = {"": 0}
    for name, content in streams.items():
        folder, _, last = name.rpartition("/")
        if folder not in folders:
            folders[folder] = len(entries)
            entries.append(_Entry(folder, 0, 1))
        entries.append(_Entry(last, folders[folder], 2, content))
    return entries


def _listing(entries: Sequence[_Entry], starts: Sequence[int]) -> bytes:
    """List the entries; those of a folder hang on one another like beads."""
    out = b""
    for at, entry in enumerate(entries):
        inside = [place for place, other in enumerate(entries) if other.folder == at]
        beside = [p for p, other in enumerate(entries) if other.folder == entry.folder and p > at]
        raw = entry.name.encode("utf-16-le") + b"\0\0"
        out += raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), entry.kind, 1)
        next_one = beside[0] if beside and at else _FREE
        out += struct.pack("<III", _FREE, next_one, inside[0] if inside else _FREE)
        out += b"\0" * 36
        out += struct.pack("<IQ", starts[at] if entry.data else 0, len(entry.data))
    return out
