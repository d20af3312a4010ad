"""Mends an ODS for the parser, which leaves tabs, line breaks and errors inside cells out."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from app.files.ods_look import CONTENT

_TAB = re.compile(rb"<text:tab(?:\s[^>]*)?/>")
_BREAK = re.compile(rb"<text:line-break(?:\s[^>]*)?/>")
_ERROR_CELL = re.compile(rb'<table:table-cell\s[^>]*calcext:value-type="error"[^>]*>')
_VALUE = re.compile(rb'\soffice:(?:value|string-value|value-type)="[^"]*"')


def without_gaps(path: Path) -> tuple[io.BytesIO, int]:
    """Return the workbook in a form that loses nothing, and how many cells hold an error."""
    with zipfile.ZipFile(path) as archive:
        content = archive.read(CONTENT)
    content = _BREAK.sub(b"&#10;", _TAB.sub(b"&#9;", content))
    content, errors = _ERROR_CELL.subn(_as_text, content)
    mended = io.BytesIO()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(mended, "w") as copy:
        for name in archive.namelist():
            if name in {"mimetype", "META-INF/manifest.xml", "styles.xml", "settings.xml"}:
                copy.writestr(name, archive.read(name))
        copy.writestr(CONTENT, content)
    mended.seek(0)
    return mended, errors


def _as_text(cell: re.Match[bytes]) -> bytes:
    """Make an error's cell one of text, so that what it shows is read."""
    return _VALUE.sub(b"", cell[0]).replace(
        b"<table:table-cell", b'<table:table-cell office:value-type="string"', 1
    )
