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
    # The parser's search for links is slow on long lines, and line ends mean nothing in RTF.
    lines = code.decode("cp1252", "replace").replace("\\par", "\n\\par")
    text: str = rtf_to_text(lines.replace("{\\field", "\n{\\field"), errors="replace")  # type: ignore[no-untyped-call]
    # Letters beyond the first plane come as two halves.
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "\n".join(line.rstrip() for line in whole.split("\n")).strip("\n")


def _too_large(path: Path) -> file_errors.FileError:
    return file_errors.too_large(
        path, "Reading it would take too long.", "Save it as .docx or as PDF."
    )
