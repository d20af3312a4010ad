"""A first look over an ODS: how far its cells are spread, what is merged, what needs mending."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

# It only replaces entities in a string; no XML is parsed by it.
from xml.sax.saxutils import unescape  # nosec B406

from app.files.sheet_extent import Extent

CONTENT = "content.xml"
GAPS = (b"<text:tab", b"<text:line-break", b'calcext:value-type="error"')
"""What the parser leaves out of cells: tabs, line breaks and errors."""

_CHUNK = 1 << 20
_LONGEST = 64 * _CHUNK
_TAG = re.compile(
    rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*?)(/?)>"
)
_NAME = re.compile(rb'\btable:name="([^"]*)"')
_COLUMNS = re.compile(rb'table:number-columns-repeated="(\d+)"')
_ROWS = re.compile(rb'table:number-rows-repeated="(\d+)"')
_SPANNED = re.compile(rb'table:number-(?:columns|rows)-spanned="(?!1")\d')
_QUOTES = {"&quot;": '"', "&apos;": "'"}


@dataclass(slots=True)
class OdsLook:
    """What an ODS holds besides its values; `cells` is how many its largest sheet is laid out as.

    `merged` counts the merged areas of each sheet.
    """

    cells: int = 0
    has_gaps: bool = False
    merged: Counter[str] = field(default_factory=Counter)


def content_size(archive: zipfile.ZipFile) -> int:
    """Return how many bytes the content has."""
    return archive.getinfo(CONTENT).file_size


def pieces(archive: zipfile.ZipFile) -> Iterator[bytes]:
    """Yield the content in pieces that cut no tag in two.

    Raises:
        ValueError: a tag in it never ends.
    """
    rest = b""
    with archive.open(CONTENT) as stream:
        while chunk := stream.read(_CHUNK):
            rest += chunk
            cut = rest.rfind(b">") + 1
            if not cut and len(rest) > _LONGEST:
                raise ValueError("a tag without an end")
            yield rest[:cut]
            rest = rest[cut:]
    yield rest


class OdsReading:
    """Takes in the content of an ODS piece by piece."""

    def __init__(self) -> None:
        self.look = OdsLook()
        self._sheet = ""
        self._extent = Extent()
        self._row = self._column = self._filled = 0
        self._repeated = 1

    def add(self, piece: bytes) -> None:
        """Take in the next piece, in which no tag is cut in two."""
        look = self.look
        look.has_gaps = look.has_gaps or any(gap in piece for gap in GAPS)
        for closing, name, attributes, empty in _TAG.findall(piece):
            if name == b"table":
                self._begin_sheet(attributes)
            elif name == b"table-row":
                self._add_row(attributes, is_start=not closing, is_end=bool(closing or empty))
            elif not closing:
                self._add_cell(attributes, is_empty=bool(empty))
        look.cells = max(look.cells, self._extent.cells)

    def _begin_sheet(self, attributes: bytes) -> None:
        self.look.cells = max(self.look.cells, self._extent.cells)
        self._extent, self._row = Extent(), 0
        if found := _NAME.search(attributes):
            self._sheet = unescape(found[1].decode("utf-8", "replace"), _QUOTES)

    def _add_row(self, attributes: bytes, *, is_start: bool, is_end: bool) -> None:
        if is_start:
            self._column = self._filled = 0
            self._repeated = _times(_ROWS, attributes)
        if is_end:
            if self._filled:
                self._extent.add_row(self._row)
                self._extent.add_row(self._row + self._repeated - 1)
                self._extent.add_columns(self._filled)
            self._row += self._repeated

    def _add_cell(self, attributes: bytes, *, is_empty: bool) -> None:
        self._column += _times(_COLUMNS, attributes)
        if not is_empty or b"value" in attributes:
            self._filled = self._column
        if b"-spanned" in attributes and _SPANNED.search(attributes):
            self.look.merged[self._sheet] += 1


def _times(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes) if b"repeated" in attributes else None
    return int(found[1]) if found else 1


def look_at_ods(found: Iterator[bytes]) -> OdsLook:
    """Look through the content once."""
    reading = OdsReading()
    for piece in found:
        reading.add(piece)
    return reading.look
