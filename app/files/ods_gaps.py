"""What the parser leaves out of an ODS: tabs, line breaks and errors inside cells."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

_CHUNK = 1 << 20
_MARKS = (b"<text:tab", b"<text:line-break", b'calcext:value-type="error"')
_LONGEST_MARK = max(map(len, _MARKS))
_TAB = re.compile(rb"<text:tab(?:\s[^>]*)?/>")
_BREAK = re.compile(rb"<text:line-break(?:\s[^>]*)?/>")
_ERROR_CELL = re.compile(rb'<table:table-cell\s[^>]*calcext:value-type="error"[^>]*>')
_VALUE = re.compile(rb'\soffice:(?:value|string-value|value-type)="[^"]*"')


def without_gaps(path: Path) -> tuple[io.BytesIO | None, int]:
    """Return the workbook in a form that loses nothing, and how many cells hold an error.

    Most files need none, and None is returned for them: the file itself is right.
    """
    with zipfile.ZipFile(path) as archive:
        if not _has_gaps(archive):
            return None, 0
        content = archive.read("content.xml")
    content = _BREAK.sub(b"&#10;", _TAB.sub(b"&#9;", content))
    content, errors = _ERROR_CELL.subn(_as_text, content)
    mended = io.BytesIO()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(mended, "w") as copy:
        for name in archive.namelist():
            if name in {"mimetype", "META-INF/manifest.xml", "styles.xml", "settings.xml"}:
                copy.writestr(name, archive.read(name))
        copy.writestr("content.xml", content)
    mended.seek(0)
    return mended, errors


def _has_gaps(archive: zipfile.ZipFile) -> bool:
    with archive.open("content.xml") as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            seen = rest + chunk
            if any(mark in seen for mark in _MARKS):
                return True
            rest = seen[-_LONGEST_MARK:]
    return False


def _as_text(cell: re.Match[bytes]) -> bytes:
    """Make an error's cell one of text, so that what it shows is read."""
    return _VALUE.sub(b"", cell[0]).replace(
        b"<table:table-cell", b'<table:table-cell office:value-type="string"', 1
    )
