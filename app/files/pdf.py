"""PDFs: how many pages, whether they can be opened, and the text that is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import SEEK_END
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO

from app.files import file_errors
from app.files.documents.extracted import Lines, naming
from app.files.file_errors import FileError
from app.files.source import Cancelled, never

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

WHAT = "PDF"

_one_at_a_time = Lock()
"""The library must never be entered by two threads, each job having one of its own."""

MOST_BYTES = 2_000_000_000
"""A larger PDF is not opened, not even for its text."""

_PASSWORD_ERROR = 4
_LAST_BYTES = 1 << 16
_FEW_LETTERS = 20
"""A page with fewer is a picture with a stamp or a page number on it."""
_NO_LETTERS = re.compile("[\\s\ufffd\ue000-\uf8ff]+")
"""White space, and what comes out of fonts that do not say which letters they draw."""
_HYPHEN = re.compile("[\x02\ufffe](\n)?")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class PdfContent:
    """What was found in a PDF: `text` is that of all pages, each begun by its number."""

    pages: int
    text: str
    pages_with_text: int
    notes: tuple[str, ...] = ()

    @property
    def has_text_layer(self) -> bool:
        """Whether its text stands for it: most pages have some."""
        return self.pages_with_text * 2 > self.pages


def read_pdf(path: Path, cancelled: Cancelled = never) -> PdfContent:
    """Open a PDF and read the text of its pages.

    Raises:
        SheafError: it is encrypted, damaged, without pages, or `cancelled` said so.
    """
    if path.stat().st_size > MOST_BYTES:
        raise file_errors.too_large(path, "It has more than 2 GB.", "Split it into several files.")
    with naming(path, WHAT), path.open("rb") as file, _opened(path, file) as document:
        pages, with_text = len(document), 0
        if not pages:
            raise file_errors.no_pages(path)
        lines = Lines(path)
        for number, text in _texts(document):
            if cancelled():
                raise file_errors.stopped(path)
            with_text += _is_text(text)
            if text:
                lines.add(f"Page {number}\n{text}")
                lines.add("")
        notes = (*_about_end(file), *_about_pages(document, pages, with_text))
        return PdfContent(pages, lines.text(), with_text, notes)


@contextmanager
def _opened(path: Path, file: BinaryIO) -> Iterator[PdfDocument]:
    # Imported late: loading the library takes longer than looking through a folder.
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_GetSecurityHandlerRevision

    with _one_at_a_time:
        try:
            document = PdfDocument(file)
        except PdfiumError as error:
            raise _refusal(path, file) from error
        try:
            if FPDF_GetSecurityHandlerRevision(document) >= 0:
                raise file_errors.restricted(path)
            yield document
        finally:
            document.close()


def _refusal(path: Path, file: BinaryIO) -> FileError:
    """Say why the library does not open a PDF.

    Its error names the last failure, whichever file that was of: only a fresh one can be believed.
    """
    from pypdfium2.raw import FPDF_CloseDocument, FPDF_GetLastError, FPDF_LoadMemDocument64

    file.seek(0)
    data = file.read(MOST_BYTES)
    document = FPDF_LoadMemDocument64(data, len(data), None)
    if document:
        FPDF_CloseDocument(document)
        return file_errors.no_pages(path)
    if FPDF_GetLastError() == _PASSWORD_ERROR:
        return file_errors.encrypted(path)
    return file_errors.damaged(path, WHAT)


def _texts(document: PdfDocument) -> Iterator[tuple[int, str]]:
    for number in range(len(document)):
        page = document[number]
        try:
            yield number + 1, _text(page)
        finally:
            page.close()


def _text(page: PdfPage) -> str:
    textpage = page.get_textpage()
    try:
        raw: str = textpage.get_text_bounded()
    finally:
        textpage.close()
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", _HYPHEN.sub("-", text)).strip()


def _is_text(text: str) -> bool:
    letters = len(_NO_LETTERS.sub("", text))
    seen = len("".join(text.split()))
    return letters >= _FEW_LETTERS and letters * 3 > seen * 2


def _about_end(file: BinaryIO) -> Iterator[str]:
    """The library mends what is cut short; the pages that are lost stay lost."""
    size = file.seek(0, SEEK_END)
    file.seek(max(0, size - _LAST_BYTES))
    if b"startxref" not in file.read():
        yield "Its end is missing; some of its pages may be too."


def _about_pages(document: PdfDocument, pages: int, with_text: int) -> Iterator[str]:
    if 0 < with_text < pages:
        yield f"{pages - with_text:,} of its {pages:,} pages are pictures without text."
    if document.get_formtype():
        yield "What is filled into its form fields is on its pages, but not in its text."
