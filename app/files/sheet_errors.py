"""Cells of a workbook that hold an error such as #N/A, which the parser leaves blank."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.sax.saxutils import unescape

ErrorCell = tuple[int, int, str]
"""Row counted from 1, column counted from 0, and the error as the workbook shows it."""

_CHUNK = 1 << 20
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*\bt=[\"']e[\"'][^>]*)(?<!/)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")
_PLACE = re.compile(rb"\br=[\"']([A-Z]+)(\d+)[\"']")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_QUOTES = {"&quot;": '"', "&apos;": "'"}


def find_errors(path: Path, kind: str, sheet: str) -> Iterator[ErrorCell]:
    """Yield the error cells of a sheet in their order; only XLSX and XLSM are looked into."""
    if kind not in {"xlsx", "xlsm"}:
        return
    with zipfile.ZipFile(path) as archive:
        part = _sheet_part(archive, sheet)
        if part is None:
            return
        with archive.open(part) as stream:
            yield from _scan(stream)


def _sheet_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the name of the part that holds the sheet."""
    workbook = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    found = next((tag for tag in _tags(_SHEET, workbook) if tag.get("name") == sheet), {})
    wanted = next((value for name, value in found.items() if name.endswith(":id")), None)
    target = next(
        (tag.get("Target") for tag in _tags(_RELATION, relations) if tag.get("Id") == wanted), None
    )
    part = posixpath.normpath(posixpath.join("/xl", target or "")).lstrip("/")
    return part if part in archive.namelist() else None


def _tags(pattern: re.Pattern[str], xml: str) -> Iterator[dict[str, str]]:
    for tag in pattern.findall(xml):
        yield {
            name: unescape(double or single, _QUOTES)
            for name, double, single in _ATTRIBUTE.findall(tag)
        }


def _scan(stream: IO[bytes]) -> Iterator[ErrorCell]:
    rest = b""
    while chunk := stream.read(_CHUNK):
        rest += chunk
        # The chunk's end may cut a cell in two: what follows the last whole one is kept.
        last = max(rest.rfind(b"</c>"), rest.rfind(b":c>"))
        cut = rest.find(b">", last) + 1 if last >= 0 else 0
        whole, rest = rest[:cut], rest[cut:]
        if b't="e"' in whole or b"t='e'" in whole:
            yield from _cells(whole)
    yield from _cells(rest)


def _cells(xml: bytes) -> Iterator[ErrorCell]:
    for attributes, inside in _CELL.findall(xml):
        place, value = _PLACE.search(attributes), _VALUE.search(inside)
        if place and value:
            column = 0
            for letter in place[1]:
                column = column * 26 + letter - 64
            yield int(place[2]), column - 1, value[1].decode("utf-8", "replace")
