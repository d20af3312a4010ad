"""Word documents: paragraphs, tables, text boxes, form fields, notes, headers and footers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.files import file_errors
from app.files.documents.archive import Archive, opened
from app.files.documents.blocks import Blocks
from app.files.documents.extracted import Extracted, Lines, naming
from app.files.documents.xml_stream import Mark, Step, leave_out, texts_in, walk

_WHAT = "Word document"
_FOLDER = "word/"

_UNWANTED = frozenset(
    {"del", "moveFrom", "instrText", "pPr", "rPr", "rt"}
    | {"Fallback"}  # the second copy of each text box, for old programs
)
"""What was deleted or moved away, codes of fields, looks, and reading aids above letters."""
_TEXT = frozenset({"t"})
_SIGNS = {
    "tab": "\t",
    "br": "\n",
    "cr": "\n",
    "noBreakHyphen": "-",
    "ptab": "\t",
}
_REFERENCES = {"footnoteReference": "", "endnoteReference": "e"}


def text_of(path: Path) -> Extracted:
    """Return a Word document's text.

    Raises:
        SheafError: it is protected, damaged, empty or too large.
    """
    with naming(path, _WHAT), opened(path, _WHAT) as archive:
        lines = Lines(path)
        main = _main_part(archive)
        for name in archive.named(f"{_FOLDER}header"):
            _add_once(archive, name, lines)
        _add(archive, main, lines)
        _add_notes(archive, lines)
        for name in archive.named(f"{_FOLDER}footer"):
            _add_once(archive, name, lines)
        if not lines.text():
            raise file_errors.no_text(path)
        return Extracted(lines.text(), _notes(archive))


def _main_part(archive: Archive) -> str:
    """Find the document among the parts: some programs number it."""
    found = archive.named(f"{_FOLDER}document")
    if not found:
        raise file_errors.damaged(archive.path, _WHAT)
    return found[0]


def _add(archive: Archive, name: str, lines: Lines) -> None:
    blocks = Blocks(lines)
    for mark in _marks(archive, name):
        _take(mark, blocks)
    blocks.finish()


def _add_once(archive: Archive, name: str, lines: Lines) -> None:
    """Add a header or footer: first, odd and even pages often repeat the same one."""
    own = Lines(archive.path)
    _add(archive, name, own)
    text = own.text()
    if text and text not in lines.parts:
        lines.add(text)


def _add_notes(archive: Archive, lines: Lines) -> None:
    for part, title, mark in (("footnotes", "Footnotes", ""), ("endnotes", "Endnotes", "e")):
        name = f"{_FOLDER}{part}.xml"
        found = list(_numbered(archive, name)) if name in archive else []
        if found:
            lines.add("")
            lines.add(f"{title}:")
        for number, text in found:
            lines.add(f"[{mark}{number}] {text}")


def _numbered(archive: Archive, name: str) -> Iterator[tuple[str, str]]:
    """Yield each note with its number; the lines that separate notes are stored as notes too."""
    own, blocks, number = Lines(archive.path), None, ""
    for mark in _marks(archive, name):
        if mark.name in {"footnote", "endnote"} and mark.step is Step.START:
            own, number = Lines(archive.path), mark.attributes.get("id", "")
            blocks = None if "type" in mark.attributes else Blocks(own)
        elif mark.name in {"footnote", "endnote"} and blocks is not None:
            blocks.finish()
            if text := own.text():
                yield number, " ".join(text.split())
            blocks = None
        elif blocks is not None:
            _take(mark, blocks)


def _marks(archive: Archive, name: str) -> Iterator[Mark]:
    return texts_in(leave_out(walk(archive.chunks(name)), _UNWANTED), _TEXT)


def _take(mark: Mark, blocks: Blocks) -> None:
    if mark.step is Step.TEXT:
        blocks.write(mark.name)
    elif mark.step is Step.END:
        _end(mark.name, blocks)
    elif mark.name == "p":
        blocks.finish()  # of a text box, in the middle of another paragraph
    elif mark.name == "tr":
        blocks.begin_row()
    elif mark.name == "tc":
        blocks.begin_cell()
    elif mark.name in _REFERENCES:
        blocks.write(f"[{_REFERENCES[mark.name]}{mark.attributes.get('id', '')}]")
    else:
        blocks.write(_SIGNS.get(mark.name, ""))


def _end(name: str, blocks: Blocks) -> None:
    if name == "p":
        blocks.end_paragraph()
    elif name == "tc":
        blocks.end_cell()
    elif name == "tr":
        blocks.end_row()


def _notes(archive: Archive) -> tuple[str, ...]:
    found = []
    if any(name.startswith(f"{_FOLDER}media/") for name in archive.names):
        found.append("Its pictures are left out; save it as PDF to send them too.")
    if f"{_FOLDER}comments.xml" in archive:
        found.append("Comments in its margin are left out.")
    return tuple(found)
