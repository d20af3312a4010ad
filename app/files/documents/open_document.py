"""OpenDocument texts, sheets and slides: paragraphs, tables and notes, as they are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from app.files import file_errors
from app.files.documents.archive import Archive, opened
from app.files.documents.blocks import Blocks
from app.files.documents.extracted import Extracted, Lines, naming
from app.files.documents.xml_stream import Mark, Step, leave_out, walk

_WHAT = "OpenDocument file"
_CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_UNWANTED = frozenset({"annotation", "tracked-changes", "note-citation", "ruby-text", "forms"})
_SPACES = re.compile(r"[ \t\r\n]+")
_MOST_REPEATS = 1000
"""Empty cells are stored as one that is repeated to the sheet's end; so may be others."""


def text_of(path: Path) -> Extracted:
    """Return the text of an OpenDocument file.

    Raises:
        SheafError: it is protected, damaged, empty or too large.
    """
    with naming(path, _WHAT), opened(path, _WHAT) as archive:
        if _CONTENT not in archive:
            raise file_errors.damaged(path, _WHAT)
        _refuse_encrypted(archive)
        reader = _Reader(path)
        for mark in _shown(leave_out(walk(archive.chunks(_CONTENT)), _UNWANTED)):
            reader.take(mark)
        text = reader.finish()
        if not reader.has_words:
            raise file_errors.no_text(path)
        return Extracted(text, _notes(archive), reader.slides or None)


def _refuse_encrypted(archive: Archive) -> None:
    if _MANIFEST in archive and b"encryption-data" in archive.read(_MANIFEST):
        raise file_errors.encrypted(archive.path)


def _notes(archive: Archive) -> tuple[str, ...]:
    if any(name.startswith("Pictures/") for name in archive.names):
        return ("Its pictures are left out; save it as PDF to send them too.",)
    return ()


def _shown(marks: Iterable[Mark]) -> Iterator[Mark]:
    """Leave out the sheets of a workbook that are hidden, as their style says."""
    hidden: set[str] = set()
    style, inside = "", 0
    for mark in marks:
        begins = mark.step is Step.START
        if begins and mark.name == "style":
            style = mark.attributes.get("name", "")
        elif begins and mark.name == "table-properties" and _is_off(mark, "display"):
            hidden.add(style)
        elif begins and mark.name == "table":
            inside += bool(inside) or mark.attributes.get("style-name") in hidden
        elif mark.step is Step.END and mark.name == "table" and inside:
            inside -= 1
            continue
        if not inside:
            yield mark


def _is_off(mark: Mark, attribute: str) -> bool:
    return mark.attributes.get(attribute) == "false"


class _Reader:
    """Follows the tags of a content part, and gathers what is shown."""

    def __init__(self, path: Path) -> None:
        self._lines = Lines(path)
        self._blocks = Blocks(self._lines)
        self._paragraphs = 0
        self._footnotes = 0
        self._repeats: list[int] = []
        """How often each row or cell that is open stands in the table."""
        self._is_workbook = False
        self.slides = 0
        self.has_words = False

    def take(self, mark: Mark) -> None:
        """Take the next tag or text."""
        if mark.step is Step.TEXT:
            self._write(mark.name)
        elif mark.step is Step.START:
            self._start(mark.name, mark.attributes)
        else:
            self._end(mark.name)

    def finish(self) -> str:
        """Return all text."""
        self._blocks.finish()
        return self._lines.text()

    def _write(self, text: str) -> None:
        if self._paragraphs:
            self.has_words = self.has_words or not text.isspace()
            self._blocks.write(_SPACES.sub(" ", text))

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        match name:
            case "p" | "h":
                self._paragraphs += 1
                if not self._footnotes:
                    self._blocks.finish()  # of a frame, in the middle of another paragraph
            case "tab":
                self._blocks.write("\t")
            case "line-break":
                self._blocks.write("\n")
            case "s":
                self._blocks.write(" " * _count(attributes, "c"))
            case "note-body":
                self._footnotes += 1
                self._blocks.write(" [")
            case _:
                self._start_block(name, attributes)

    def _start_block(self, name: str, attributes: Mapping[str, str]) -> None:
        match name:
            case "table-row":
                self._repeats.append(_count(attributes, "number-rows-repeated"))
                self._blocks.begin_row()
            case "table-cell" | "covered-table-cell":
                self._repeats.append(_count(attributes, "number-columns-repeated"))
                self._blocks.begin_cell()
            case "spreadsheet":
                self._is_workbook = True
            case "table" if self._is_workbook:
                self._head(attributes.get("name", ""))
            case "page":
                self.slides += 1
                self._head(f"Slide {self.slides}")
            case "notes" if self.slides:
                self._head("Notes:")

    def _head(self, title: str) -> None:
        self._lines.add("")
        self._lines.add(title)

    def _end(self, name: str) -> None:
        match name:
            case "p" | "h":
                self._paragraphs -= 1
                if self._footnotes:
                    self._blocks.write(" ")
                else:
                    self._blocks.end_paragraph()
            case "note-body":
                self._footnotes -= 1
                self._blocks.write("] ")
            case "table-cell" | "covered-table-cell":
                self._blocks.end_cell(self._repeats.pop())
            case "table-row":
                self._blocks.end_row(self._repeats.pop())


def _count(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return min(int(text), _MOST_REPEATS) if text.isdecimal() else 1
