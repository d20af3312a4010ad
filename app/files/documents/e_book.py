"""E-books (EPUB): the chapters in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.files import file_errors
from app.files.documents import web_page
from app.files.documents.archive import Archive, opened, target
from app.files.documents.extracted import Extracted, Lines, naming
from app.files.documents.xml_stream import Mark, Step, texts_in, walk

_WHAT = "e-book"
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = frozenset({"application/xhtml+xml", "text/html"})
_ABOUT = frozenset({"title", "creator"})


def text_of(path: Path) -> Extracted:
    """Return a book's title, author and chapters as text.

    Raises:
        SheafError: it is copy-protected, damaged, empty or too large.
    """
    with naming(path, _WHAT), opened(path, _WHAT) as archive:
        package = _package(archive)
        marks = list(texts_in(walk(archive.chunks(package)), _ABOUT))
        protected = set(_protected(archive))
        lines, words = Lines(path), False
        lines.add("\n".join(_about(marks)))
        for part in _chapters(marks, package):
            if part in protected:
                raise file_errors.copy_protected(path)
            if part in archive:
                text = web_page.all_text(path, archive.read(part).decode("utf-8", "replace"))
                words = words or bool(text)
                lines.add("")
                lines.add(text)
        if not words:
            raise file_errors.no_text(path)
        return Extracted(lines.text())


def _package(archive: Archive) -> str:
    """Find the part that lists the book's parts."""
    for mark in walk(archive.chunks(_CONTAINER)):
        if mark.step is Step.START and mark.name == "rootfile":
            return mark.attributes.get("full-path", "")
    raise file_errors.damaged(archive.path, _WHAT)


def _about(marks: list[Mark]) -> Iterator[str]:
    return (mark.name.strip() for mark in marks if mark.step is Step.TEXT and mark.name.strip())


def _chapters(marks: list[Mark], package: str) -> Iterator[str]:
    begun = [mark for mark in marks if mark.step is Step.START]
    parts = {
        mark.attributes.get("id", ""): target(package, mark.attributes.get("href", ""))
        for mark in begun
        if mark.name == "item" and mark.attributes.get("media-type") in _PAGES
    }
    for mark in begun:
        if mark.name == "itemref" and mark.attributes.get("idref") in parts:
            yield parts[mark.attributes["idref"]]


def _protected(archive: Archive) -> Iterator[str]:
    """Yield the parts that are encrypted: all of a protected book's, else its fonts at most."""
    if _ENCRYPTION in archive:
        for mark in walk(archive.chunks(_ENCRYPTION)):
            if mark.step is Step.START and mark.name == "CipherReference":
                yield target("", mark.attributes.get("URI", ""))
