"""Makes PDFs byte by byte, encrypted ones too."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from pathlib import Path

_PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
"""What the PDF format fills passwords up with."""
_FILE_ID = b"0123456789abcdef"
_PERMISSIONS = -44


def make_pdf(path: Path, pages: Sequence[str], *, password: str | None = None) -> Path:
    """Write a PDF with a page for each text; with a password, "" too, it is encrypted (RC4)."""
    lock = _Lock(password) if password is not None else None
    count = len(pages)
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(count))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {count}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for at, text in enumerate(pages):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>"
            b"/Contents %d 0 R>>" % (5 + 2 * at)
        )
        lines = b"".join(
            b"(" + line.encode("cp1252").replace(b"(", b"\\(").replace(b")", b"\\)") + b")Tj T*"
            for line in text.split("\n")
            if line
        )
        stream = b"BT /F1 12 Tf 14 TL 72 770 Td " + lines + b" ET"
        data = lock.closed(stream, 5 + 2 * at) if lock else stream
        objects.append(b"<</Length %d>>stream\n%b\nendstream" % (len(data), data))
    if lock:
        objects.append(lock.dictionary())
    return _written(path, objects, lock)


def _written(path: Path, objects: Sequence[bytes], lock: _Lock | None) -> Path:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    about = b"/Encrypt %d 0 R" % len(objects) if lock else b""
    identity = _FILE_ID.hex().encode()
    out += b"trailer<</Size %d/Root 1 0 R/ID[<%b><%b>]%b>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        identity,
        identity,
        about,
        start,
    )
    path.write_bytes(out)
    return path


class _Lock:
    """The oldest encryption of PDF: 40 bits, without which no reader opens the file."""

    def __init__(self, password: str) -> None:
        user = (password.encode("latin-1") + _PAD)[:32]
        self._owner = _rc4(hashlib.md5(user, usedforsecurity=False).digest()[:5], user)
        seed = user + self._owner + struct.pack("<i", _PERMISSIONS) + _FILE_ID
        self._key = hashlib.md5(seed, usedforsecurity=False).digest()[:5]

    def closed(self, data: bytes, number: int) -> bytes:
        """Encrypt the stream of an object."""
        seed = self._key + struct.pack("<I", number)[:3] + b"\0\0"
        return _rc4(hashlib.md5(seed, usedforsecurity=False).digest()[:10], data)

    def dictionary(self) -> bytes:
        """Say how the file is encrypted."""
        user = _rc4(self._key, _PAD)
        return b"<</Filter/Standard/V 1/R 2/O<%b>/U<%b>/P %d>>" % (
            self._owner.hex().encode(),
            user.hex().encode(),
            _PERMISSIONS,
        )


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    at = 0
    for place in range(256):
        at = (at + state[place] + key[place % len(key)]) % 256
        state[place], state[at] = state[at], state[place]
    out = bytearray()
    first = second = 0
    for byte in data:
        first = (first + 1) % 256
        second = (second + state[first]) % 256
        state[first], state[second] = state[second], state[first]
        out.append(byte ^ state[(state[first] + state[second]) % 256])
    return bytes(out)
