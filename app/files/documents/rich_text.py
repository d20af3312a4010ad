"""RTF: the text that word processors and old mail programs save."""

from __future__ import annotations

import re
from pathlib import Path

from app.files import file_errors
from app.files.documents.extracted import Extracted, naming

_WHAT = "RTF document"
_MOST_BYTES = 500_000_000
_MOST_CODE = 20_000_000
"""Characters of RTF without its pictures; the parser takes seconds for each million."""

_HEX = re.compile(rb"[0-9a-fA-F\s]{512,}")
"""Pictures are long runs of such digits."""

_FONT = re.compile(r"\\f\d")
_BRACE = re.compile(r"[{}]")


def text_of(path: Path) -> Extracted:
    """Return an RTF document's text.

    Raises:
        SheafError: it cannot be read, has no text, or too much.
    """
    with naming(path, _WHAT):
        if path.stat().st_size > _MOST_BYTES:
            raise _too_large(path)
        raw = path.read_bytes()
        code, pictures = _HEX.subn(b" ", raw)
        if len(code) > _MOST_CODE:
            raise _too_large(path)
        text = plain(code)
        if not text.strip():
            raise file_errors.no_text(path)
        notes = ("Its pictures are left out; save it as PDF to send them too.",) if pictures else ()
        return Extracted(text, notes)


def plain(code: bytes) -> str:
    """Return the text of RTF code."""
    # Imported late: few folders hold RTF.
    from striprtf.striprtf import rtf_to_text

    # RTF is ASCII by definition; letters beyond it are in the Windows encoding of their writer.
    lines = _in_short_lines(code.decode("cp1252", "replace"))
    text: str = rtf_to_text(lines, errors="replace")  # type: ignore[no-untyped-call]
    # Letters beyond the first plane come as two halves.
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "\n".join(line.rstrip() for line in whole.split("\n")).strip("\n")


def _in_short_lines(code: str) -> str:
    """Break the code where line ends mean nothing: the parser searches each line to its end.

    It does so from every link and from every font; in one long line that would take hours.
    """
    short = code.replace("\\par", "\n\\par").replace("{\\field", "\n{\\field")
    start = short.find("\\fonttbl")
    if start < 0:
        return short
    end = _group_end(short, start)
    return short[:start] + _FONT.sub(r";\n\g<0>", short[start:end]) + short[end:]


def _group_end(code: str, start: int) -> int:
    depth = 1
    for brace in _BRACE.finditer(code, start):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.start()
    return len(code)


def _too_large(path: Path) -> file_errors.FileError:
    return file_errors.too_large(
        path, "Reading it would take too long.", "Save it as .docx or as PDF."
    )
