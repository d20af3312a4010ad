"""How a text file was saved: finds its encoding from its bytes."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import SheafError

CHUNK = 1 << 20
SAMPLE = 1 << 16
"""Bytes of telling lines that are enough to recognise an encoding."""

REPLACEMENT = "\ufffd"
"""What stands for bytes that do not decode, visibly."""

LAST_RESORT = "cp1252"
"""What most spreadsheet programs of the West save when they do not save Unicode."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_CANDIDATES = [
    "cp1252",
    "cp1250",
    "cp1251",
    "cp932",
    "gb18030",
    "big5",
    "euc_kr",
    "euc_jp",
    "iso8859_15",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "koi8_r",
    "mac_roman",
]

_WESTERN = frozenset({"cp1252", "cp1250", "cp1257", "iso8859_15", "mac_roman"})
"""Encodings that agree in most letters, so that little text cannot tell them apart."""


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
    if wide := _wide(head):
        return Encoding(wide, broken=count_broken(path, wide))
    if _decodes(path, "utf-8"):
        return Encoding("utf-8")
    if broken := _few_broken(path):
        return Encoding("utf-8", broken=broken)
    return _recognised(path)


def named_encoding(path: Path, name: str) -> Encoding:
    """Take the encoding that the person named.

    Raises:
        SheafError: no encoding of that name exists.
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
        marked = _marked(file.read(4))
    # A byte-order mark must not end up in the first column's name.
    is_marked_utf8 = codec.name == "utf-8" and marked == "utf-8-sig"
    found = "utf-8-sig" if is_marked_utf8 else codec.name
    return Encoding(found, broken=count_broken(path, found))


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


def _wide(head: bytes) -> str | None:
    """Recognise UTF-16 without a mark by where the zero bytes of plain letters stand."""
    pairs = len(head) // 2
    if pairs < 2:
        return None
    first, second = head[0::2].count(0), head[1::2].count(0)
    if second > pairs * 0.4 and first < pairs * 0.05:
        return "utf-16-le"
    if first > pairs * 0.4 and second < pairs * 0.05:
        return "utf-16-be"
    return None


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
    # Imported late: only files that are not Unicode pay for loading it.
    from charset_normalizer import from_bytes

    sample = _telling_lines(path)
    matches = [match.encoding for match in from_bytes(sample, cp_isolation=_CANDIDATES)]
    best = _prefer_western(matches, sample)
    for codec in dict.fromkeys((best, *matches, LAST_RESORT)):
        if _decodes(path, codec):
            return Encoding(codec, certain=False)
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


def _prefer_western(matches: list[str], sample: bytes) -> str:
    best = matches[0] if matches else LAST_RESORT
    if best not in _WESTERN:
        return best
    beyond_ascii = sum(byte > 127 for byte in sample)
    if best not in {"cp1252", "iso8859_15"} and "cp1252" not in matches and beyond_ascii > 12:
        return best
    # 0xA4 is the euro sign of Latin-9; the currency sign that cp1252 has there is never meant.
    is_latin9 = b"\xa4" in sample and not any(0x80 <= byte < 0xA0 for byte in sample)
    return "iso8859_15" if is_latin9 else LAST_RESORT


def other_reading(path: Path, codec: str) -> str | None:
    """Return the next likely encoding that reads the file without a gap, and otherwise."""
    from charset_normalizer import from_bytes

    sample = _telling_lines(path)
    matches = [match.encoding for match in from_bytes(sample, cp_isolation=_CANDIDATES)]
    found = sample.decode(codec, "replace")
    for other in dict.fromkeys((*matches, *_CANDIDATES)):
        if sample.decode(other, "replace") != found and _decodes(path, other):
            return other
    return None
