"""The package of an XLSX workbook: which part of the ZIP holds which sheet."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator

# It only replaces entities in a string; no XML is parsed by it.
from xml.sax.saxutils import unescape  # nosec B406

ErrorCell = tuple[int, int, str]
"""Row counted from 1, column counted from 0, and the error as the workbook shows it."""

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


def _tags(pattern: re.Pattern[str], xml: str) -> Iterator[dict[str, str]]:
    for tag in pattern.findall(xml):
        yield {
            name: unescape(double or single, _QUOTES)
            for name, double, single in _ATTRIBUTE.findall(tag)
        }
