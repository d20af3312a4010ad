"""The package of an XLSX workbook: which part of the ZIP holds which sheet, read in pieces."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import IO

# It only replaces entities in a string; no XML is parsed by it.
from xml.sax.saxutils import unescape  # nosec B406

ErrorCell = tuple[int, int, str]
"""Row counted from 1, column counted from 0, and the error as the workbook shows it."""

MOST_UNPACKED = 6_000_000_000
"""No workbook that a parser could hold unpacks to more bytes."""
_SUSPECT_BYTES, _SUSPECT_TIMES = 200_000_000, 150
"""Beyond so many bytes no honest part is packed so tightly: cells of one word are, 28 times."""

_CHUNK = 1 << 20
_LONGEST = 16 * _CHUNK
_ENDS = (b"</c>", b":c>", b"</row>", b":row>")

_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_QUOTES = {"&quot;": '"', "&apos;": "'"}


def sheet_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the name of the part that holds the sheet of an XLSX workbook."""
    workbook = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    found = next((tag for tag in _tags(_SHEET, workbook) if tag.get("name") == sheet), {})
    relation = next((value for name, value in found.items() if name.endswith(":id")), "")
    return related_part(archive, "xl/_rels/workbook.xml.rels", relation)


def related_part(archive: zipfile.ZipFile, relations: str, relation: str) -> str | None:
    """Return the part that a relation of the workbook points to, if it is there."""
    xml = archive.read(relations).decode("utf-8", "replace")
    targets = {tag.get("Id"): tag.get("Target", "") for tag in _tags(_RELATION, xml)}
    target = targets.get(relation, "")
    part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return part if part in archive.namelist() else None


def is_bomb(archive: zipfile.ZipFile) -> bool:
    """Say whether a package would unpack to far more than any workbook has."""
    parts = archive.infolist()
    return sum(part.file_size for part in parts) > MOST_UNPACKED or any(
        part.file_size > _SUSPECT_BYTES and part.file_size > part.compress_size * _SUSPECT_TIMES
        for part in parts
    )


def check_sizes(archive: zipfile.ZipFile, beginning: str) -> None:
    """Unpack the parts with such a name once, piece by piece, to see that their sizes are true.

    Raises:
        zipfile.BadZipFile: a part is larger than the package says.
    """
    for name in archive.namelist():
        if name.startswith(beginning):
            with archive.open(name) as stream:
                while stream.read(_CHUNK):
                    pass


def whole_cells(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield a sheet's XML in pieces that cut no cell in two.

    Raises:
        ValueError: something in it goes on for longer than any cell.
    """
    rest = b""
    while chunk := stream.read(_CHUNK):
        rest += chunk
        # Many blank rows have no end of their own; a piece of some megabytes is no cell any more.
        ends = _ENDS if len(rest) < 4 * _CHUNK else (*_ENDS, b"/>")
        last = max(rest.rfind(end) for end in ends)
        if last >= 0:
            cut = rest.index(b">", last) + 1
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > _LONGEST:
            raise ValueError("a cell without an end")
    yield rest


def _tags(pattern: re.Pattern[str], xml: str) -> Iterator[dict[str, str]]:
    for tag in pattern.findall(xml):
        yield {
            name: unescape(double or single, _QUOTES)
            for name, double, single in _ATTRIBUTE.findall(tag)
        }
