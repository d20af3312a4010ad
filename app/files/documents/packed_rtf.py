"""The compressed RTF in which Outlook keeps a message's text."""

from __future__ import annotations

import struct

_COMPRESSED = b"LZFu"
_STORED = b"MELA"
_WINDOW = 4096
_MOST = 50_000_000

_BEGINNING = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}"
    rb"{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New Roman"
    rb"Courier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
"""What the format takes as already seen: each message refers back to it."""


def unpacked(data: bytes) -> bytes:
    """Return the RTF code.

    Raises:
        ValueError: the data are damaged, or unpack to too much.
    """
    if len(data) < 16:
        raise ValueError("cut short")
    _, size, kind, _ = struct.unpack_from("<II4sI", data)
    if size > _MOST:
        raise ValueError("too much")
    if kind == _STORED:
        return data[16 : 16 + size]
    if kind != _COMPRESSED:
        raise ValueError("unknown packing")
    return _unpacked(data, size)


def _unpacked(data: bytes, size: int) -> bytes:
    window = _Window()
    at = 16
    while at < len(data) and len(window.out) < size:
        flags = data[at]
        at += 1
        for bit in range(8):
            if not flags >> bit & 1:
                window.put(data[at : at + 1])
                at += 1
                continue
            pair = int.from_bytes(data[at : at + 2].ljust(2, b"\0"), "big")
            at += 2
            if pair >> 4 == window.place or at > len(data):  # the mark of the end
                return bytes(window.out[:size])
            window.repeat(pair >> 4, (pair & 15) + 2)
    return bytes(window.out[:size])


class _Window:
    """The last bytes that were unpacked, to which later ones refer."""

    def __init__(self) -> None:
        self.out = bytearray()
        self.place = len(_BEGINNING)
        self._bytes = bytearray(_BEGINNING.ljust(_WINDOW, b" "))

    def put(self, piece: bytes) -> None:
        """Unpack bytes that stand for themselves."""
        self.out += piece
        for byte in piece:
            self._bytes[self.place] = byte
            self.place = (self.place + 1) % _WINDOW

    def repeat(self, start: int, length: int) -> None:
        """Unpack bytes that were seen before; they may run into what they write."""
        for step in range(length):
            self.put(bytes((self._bytes[(start + step) % _WINDOW],)))
