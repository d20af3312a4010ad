"""Which files and folders a person may choose or drop, and how files are spoken of on screen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

from app.core.job import SourceFile

PATTERNS = (
    "Spreadsheets (*.csv *.tsv *.tab *.txt *.xlsx *.xlsm *.xlsb *.xls *.ods *.json *.jsonl);;"
    "All files (*)"
)
"""What the file dialog offers; the engine looks at the bytes, not at the name."""

SEPARATORS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Pipe"}
"""What may separate the columns of a text."""


def unit_of(source: SourceFile) -> str:
    """Return what the rows of a job are called: files, where each row is one."""
    return "file" if source.folder is not None else "row"


def counted(count: int, unit: str) -> str:
    """Return a number of rows or files in words."""
    return f"{count:,} {unit}" if count == 1 else f"{count:,} {unit}s"


def size_words(size: int) -> str:
    """Return a file's size as a person reads it."""
    if size < 1000:
        return f"{size} bytes"
    for unit, factor in (("kB", 1e3), ("MB", 1e6), ("GB", 1e9)):
        if size < factor * 1000 or unit == "GB":
            amount = size / factor
            return f"{amount:.0f} {unit}" if amount >= 10 else f"{amount:.1f} {unit}"
    raise AssertionError("every size has a unit")


def dropped_files(data: QMimeData) -> list[Path]:
    """Return the files and folders on this computer that are held over the window."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
