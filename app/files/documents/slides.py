"""PowerPoint presentations: each slide's text in order, its tables, and the speaker's notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.files import file_errors
from app.files.documents.archive import Archive, opened, target
from app.files.documents.blocks import Blocks
from app.files.documents.extracted import Extracted, Lines, naming
from app.files.documents.xml_stream import Mark, Step, leave_out, texts_in, walk

_WHAT = "PowerPoint presentation"
_MAIN = "ppt/presentation.xml"
_UNWANTED = frozenset({"Fallback", "pPr", "rPr", "fld"})
"""Second copies, looks, and fields such as the slide's number and today's date."""
_TEXT = frozenset({"t"})


def text_of(path: Path) -> Extracted:
    """Return a presentation's text, slide by slide.

    Raises:
        SheafError: it is protected, damaged, empty or too large.
    """
    with naming(path, _WHAT), opened(path, _WHAT) as archive:
        if _MAIN not in archive:
            raise file_errors.damaged(path, _WHAT)
        lines, words = Lines(path), 0
        slides = list(_slides(archive))
        for number, slide in enumerate(slides, 1):
            own = _text(archive, slide)
            notes = "".join(f"\n\nNotes:\n{text}" for text in _speaker_notes(archive, slide))
            words += len(own) + len(notes)
            lines.add(f"Slide {number}\n{own}{notes}".strip())
            lines.add("")
        if not words:
            raise file_errors.no_text(path)
        return Extracted(lines.text(), _notes(archive), len(slides))


def _slides(archive: Archive) -> Iterator[str]:
    """Yield the slides' parts in the order in which they are shown."""
    places = _targets(archive, _MAIN)
    for mark in walk(archive.chunks(_MAIN)):
        if mark.step is Step.START and mark.name == "sldId":
            part = places.get(mark.attributes.get("r:id", ""), "")
            if part in archive:
                yield part


def _targets(archive: Archive, part: str) -> dict[str, str]:
    """Return what a part's links lead to."""
    folder, _, name = part.rpartition("/")
    links = f"{folder}/_rels/{name}.rels"
    if links not in archive:
        return {}
    return {
        mark.attributes.get("Id", ""): target(part, mark.attributes.get("Target", ""))
        for mark in walk(archive.chunks(links))
        if mark.step is Step.START and mark.attributes.get("TargetMode") != "External"
    }


def _speaker_notes(archive: Archive, slide: str) -> Iterator[str]:
    for part in _targets(archive, slide).values():
        if part.startswith("ppt/notesSlides/") and part in archive:
            text = _text(archive, part)
            if text:
                yield text


def _text(archive: Archive, part: str) -> str:
    lines = Lines(archive.path)
    blocks = Blocks(lines)
    for mark in texts_in(leave_out(walk(archive.chunks(part)), _UNWANTED), _TEXT):
        _take(mark, blocks)
    blocks.finish()
    return lines.text()


def _take(mark: Mark, blocks: Blocks) -> None:
    match mark.step, mark.name:
        case Step.TEXT, text:
            blocks.write(text)
        case Step.START, "br":
            blocks.write("\n")
        case Step.START, "tr":
            blocks.begin_row()
        case Step.START, "tc":
            blocks.begin_cell()
        case Step.END, "p":
            blocks.end_paragraph()
        case Step.END, "tc":
            blocks.end_cell()
        case Step.END, "tr":
            blocks.end_row()


def _notes(archive: Archive) -> tuple[str, ...]:
    if any(name.startswith(("ppt/media/", "ppt/charts/")) for name in archive.names):
        return ("Its pictures and charts are left out; save it as PDF to send them too.",)
    return ()
