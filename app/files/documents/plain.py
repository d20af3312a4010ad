"""Plain text, Markdown, CSV, JSON and XML: sent as they are, decoded."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from app.core.encodings import encoding_words
from app.files import file_errors
from app.files.documents.extracted import MOST_CHARACTERS, Extracted, naming, too_much_text
from app.files.encoding import Encoding, find_encoding
from app.files.tally import say_count

_WHAT = "text"
_MOST_BYTES = 4 * MOST_CHARACTERS
_DECLARED = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']"
    rb"|<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})",
    re.IGNORECASE,
)


def text_of(path: Path) -> Extracted:
    """Return a text file's text.

    Nothing in it is expanded or followed: XML and JSON stay the text that they are.

    Raises:
        SheafError: it cannot be read, has no text, or too much.
    """
    with naming(path, _WHAT):
        text, found = _decoded(path)
        if not text.strip():
            raise file_errors.no_text(path, "Leave it out, or get the file again.")
        return Extracted(text.replace("\r\n", "\n").replace("\r", "\n"), _notes(found))


def read_plain(path: Path) -> str:
    """Return a file's text in whatever encoding it says, or shows, to have."""
    return _decoded(path)[0]


def _decoded(path: Path) -> tuple[str, Encoding]:
    if path.stat().st_size > _MOST_BYTES:
        raise too_much_text(path)
    found = _encoding(path)
    text = path.read_bytes().decode(found.codec, "replace").removeprefix("\ufeff")
    if len(text) > MOST_CHARACTERS:
        raise too_much_text(path)
    return text.replace("\0", "\ufffd"), found


def _encoding(path: Path) -> Encoding:
    """Take the encoding that XML or HTML declares, if the file's bytes agree; else find it."""
    found = find_encoding(path)
    if found.certain and not found.broken:
        return found
    with path.open("rb") as file:
        declared = _DECLARED.search(file.read(2048))
    name = (declared[1] or declared[2]).decode("ascii") if declared else ""
    return Encoding(name) if name and _reads(path, name) else found


def _reads(path: Path, name: str) -> bool:
    try:
        codecs.lookup(name)
        path.read_bytes().decode(name)
    except (LookupError, UnicodeError, ValueError):
        return False
    return True


def _notes(found: Encoding) -> tuple[str, ...]:
    notes = []
    if not found.certain:
        notes.append(f"Its encoding was judged from its letters: {encoding_words(found.codec)}.")
    if found.broken:
        what = say_count(found.broken, "letter", "letters")
        notes.append(f"{what} could not be read and show as \ufffd.")
    return tuple(notes)
