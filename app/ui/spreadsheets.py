"""Which files a person may choose or drop, and how files are spoken of on screen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

PATTERNS = "Spreadsheets (*.csv *.tsv *.tab *.txt *.xlsx *.xlsm *.xlsb *.xls *.ods);;All files (*)"
"""What the file dialog offers; the engine looks at the bytes, not at the name."""

ENCODINGS = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "cp1252": "Western European (Windows)",
    "cp1250": "Central European (Windows)",
    "cp1251": "Cyrillic (Windows)",
    "cp1253": "Greek (Windows)",
    "cp1254": "Turkish (Windows)",
    "cp1255": "Hebrew (Windows)",
    "cp1256": "Arabic (Windows)",
    "cp1257": "Baltic (Windows)",
    "cp932": "Japanese (Shift JIS)",
    "gb18030": "Chinese, simplified (GB 18030)",
    "big5": "Chinese, traditional (Big5)",
    "cp949": "Korean (Windows)",
    "mac_roman": "Western European (Mac)",
}
"""The encodings to choose from, by the name that Python knows them under."""

SEPARATORS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Pipe"}
"""What may separate the columns of a text."""

_ALIASES = {"utf_8": "utf-8", "utf-8-sig": "utf-8", "ascii": "utf-8"}


def encoding_words(codec: str) -> str:
    """Return what an encoding is called."""
    codec = _ALIASES.get(codec, codec)
    return ENCODINGS.get(codec, codec)


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
    """Return the files on this computer that are held over the window; folders are left out."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix]
