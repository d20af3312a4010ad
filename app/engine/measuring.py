"""What the columns of a table hold, learnt while its rows pass."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.core.cost import TextSize
from app.core.job import ColumnFacts
from app.core.table import Action, KindCounter, Notice, Row

_KINDS = (
    "pdf png jpg jpeg gif webp tif tiff bmp heic doc docx ppt pptx odt odp rtf epub htm html eml "
    "msg txt md"
)
_FILE_NAME = re.compile(
    rf"(?![a-z]+://)[^\n]{{1,250}}\.({'|'.join(_KINDS.split())})\s*", re.IGNORECASE
)
_PATTERN = re.compile(r"(?![a-z]+://)(?=[^\n]*[/\\.])[^\n*]{0,200}\*[^\n]{0,50}", re.IGNORECASE)
"""Stands for several files: "photos/p1*" or "*.png"."""
_MOST = 0.8
"""From this share of cells on a column is offered as one of files."""


class Meter:
    """What a column holds: its kind, and its text by script."""

    __slots__ = ("files", "kind", "longest_bytes", "size")

    def __init__(self) -> None:
        self.kind = KindCounter()
        self.size = TextSize()
        self.longest_bytes = 0
        self.files = 0

    def add(self, cells: Row) -> None:
        """Measure cells of this column."""
        add_kind, size = self.kind.add, self.size
        for cell in cells:
            before = size.bytes
            add_kind(cell)
            size.add(cell)
            self.longest_bytes = max(self.longest_bytes, size.bytes - before)
            is_name = "." in cell[-6:] and _FILE_NAME.fullmatch(cell)
            if is_name or ("*" in cell and _PATTERN.fullmatch(cell)):
                self.files += 1

    def facts(self, name: str) -> ColumnFacts:
        """Return the column as measured."""
        kind = self.kind
        return ColumnFacts(
            name, kind.kind(), kind.filled, kind.longest, self.size, self.longest_bytes
        )


def measure(meters: Sequence[Meter], block: list[Row]) -> None:
    """Measure a block of rows, each column by its own meter."""
    for meter, cells in zip(meters, zip(*block, strict=True), strict=True):
        meter.add(cells)


def about_files(meters: Sequence[Meter], names: Sequence[str]) -> Iterator[Notice]:
    """Offer to send the files that the cells of a column name, where most of them look so."""
    for meter, name in zip(meters, names, strict=True):
        if meter.files and meter.files >= _MOST * meter.kind.filled:
            text = f'"{name}" holds names of files. Only the names are sent.'
            yield Notice("names_files", text, meter.files, Action.ATTACH, column=name)
