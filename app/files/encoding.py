"""How a text file was saved: finds its encoding from its bytes."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import Halt, SheafError
from app.files.recognition import recognise

CHUNK = 1 << 20
SAMPLE = 1 << 14
"""Bytes of telling lines that are enough to recognise an encoding."""

REPLACEMENT = "\ufffd"
"""What stands for bytes that do not decode, visibly."""

_WIDE = ("utf-16-le", "utf-16-be")
_NO_TEXT = frozenset({"Cc", "Cn", "Co", "Cs"})
"""Kinds of characters that no text has: controls, and those that mean nothing."""
_ALLOWED = frozenset("\t\r\n\0")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec's name, whether the bytes prove it, and how many of them it cannot read."""

    codec: str
    certain: bool = True
    broken: int = 0


def find_encoding(path: Path) -> Encoding:
    """Find a text file's encoding: byte-order mark, UTF-8, UTF-16, then recognition by letters."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if marked := _marked(head):
        return Encoding(marked, broken=count_broken(path, marked))
    if wide := wide_encoding(head):
        return Encoding(wide, broken=count_broken(path, wide))
    if _decodes(path, "utf-8"):
        return Encoding("utf-8")
    if broken := _few_broken(path):
        return Encoding("utf-8", broken=broken)
    return _recognised(path)


def named_encoding(path: Path, name: str) -> Encoding:
    """Take the encoding that the person named.

    Raises:
        SheafError: no encoding of that name exists, or it has no way to read this file.
    """
    try:
        codec = codecs.lookup(name.strip())
        # Some codecs turn bytes into bytes; this refuses them.
        b"a".decode(codec.name, "replace")
    except (LookupError, UnicodeError, ValueError) as error:
        raise SheafError(
            f'"{name}" is not the name of a text encoding.',
            fix="Use a name such as utf-8, utf-16, windows-1252 or shift_jis.",
        ) from error
    with path.open("rb") as file:
        found = _suited(codec.name, file.read(SAMPLE))
    try:
        return Encoding(found, broken=count_broken(path, found))
    except UnicodeError as error:
        raise unsuited(path, name) from error


def _suited(codec: str, head: bytes) -> str:
    """Return the form of a named codec that goes with the file's byte-order mark, or its lack."""
    marked = _marked(head)
    if codec == "utf-8" and marked == "utf-8-sig":
        # The mark must not end up in the first column's name.
        return marked
    if codec in ("utf-16", "utf-32") and marked != codec:
        wide = wide_encoding(head) if codec == "utf-16" else None
        return wide or f"{codec}-le"
    return codec


def unsuited(path: Path, name: str) -> SheafError:
    """An encoding cannot read a file at all, not even with marks for what it does not know."""
    return SheafError(
        f'"{path.name}" does not read as {name}.',
        fix="Choose another encoding, or let Sheaf find it.",
        halt=Halt.READING,
    )


def count_broken(path: Path, codec: str) -> int:
    """Count the places of the file that do not decode."""
    if _decodes(path, codec):
        return 0
    decoder = codecs.getincrementaldecoder(codec)("replace")
    broken = sum(decoder.decode(chunk).count(REPLACEMENT) for chunk in _chunks(path))
    return broken + decoder.decode(b"", final=True).count(REPLACEMENT)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _marked(head: bytes) -> str | None:
    return next((codec for mark, codec in _MARKS if head.startswith(mark)), None)


def wide_encoding(head: bytes) -> str | None:
    """Recognise UTF-16 without a mark: read the right way round its line ends are line ends."""
    if b"\0" not in head or _is_plain_with_zeros(head):
        return None
    whole = head[: len(head) // 2 * 2]
    found = {codec: _wide_signs(whole.decode(codec, "replace")) for codec in _WIDE}
    best = max(found, key=lambda codec: found[codec])
    return best if found[best] > 4 * min(found.values()) else None


def _is_plain_with_zeros(head: bytes) -> bool:
    """Say whether a few zero bytes stand in what else is UTF-8 without any other controls."""
    controls = sum(byte < 9 or 13 < byte < 32 for byte in head)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return controls == head.count(0) <= len(head) * 0.4


def _wide_signs(text: str) -> int:
    """Count the signs of a table in what may be UTF-16; none when it cannot be a text at all."""
    if "\n" not in text and "\r" not in text:
        return 0
    if text.count(REPLACEMENT) > 1:  # the last character may be cut in two
        return 0
    if any(unicodedata.category(character) in _NO_TEXT for character in set(text) - _ALLOWED):
        return 0
    return sum(1 for character in text if character < "\x7f")


def _decodes(path: Path, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)("strict")
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _few_broken(path: Path) -> int:
    """Return how many places are not UTF-8 when the rest clearly is, else 0."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    broken = beyond_ascii = 0
    for chunk in _chunks(path):
        text = decoder.decode(chunk)
        broken += text.count(REPLACEMENT)
        beyond_ascii += len(text) - len(text.encode("ascii", "ignore"))
    return broken if beyond_ascii - broken >= 3 * broken else 0


def _recognised(path: Path) -> Encoding:
    # Some bytes may be broken in a file that is clearly in this encoding: they are shown.
    best = recognise(_telling_lines(path))[0]
    return Encoding(best, certain=False, broken=count_broken(path, best))


def _telling_lines(path: Path) -> bytes:
    """Gather lines with bytes beyond ASCII: the others say nothing about the encoding."""
    lines: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        for line in iter(lambda: file.readline(CHUNK), b""):
            if not line.isascii():
                lines.append(line[:SAMPLE])
                size += len(lines[-1])
            if size >= SAMPLE:
                break
    return b"".join(lines)


_MISTAKEN_FOR = {"cp1252": "cp1250", "iso8859_15": "cp1250", "cp1251": "koi8_r"}
"""What is most often meant where one of these was found; the others are mistaken for cp1252."""


def other_reading(path: Path, codec: str) -> str | None:
    """Return the next likely encoding that reads the file without a gap, and otherwise."""
    sample = _telling_lines(path)
    found = sample.decode(codec, "replace")
    best, *rest = recognise(sample)
    for other in (best, _MISTAKEN_FOR.get(codec, "cp1252"), *rest):
        if sample.decode(other, "replace") != found and _decodes(path, other):
            return other
    return None
