"""Which family reads which kind of document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from app.core.parts import KINDS, Family, FileKind
from app.files.documents import (
    e_book,
    mail,
    open_document,
    outlook,
    plain,
    rich_text,
    slides,
    web_page,
    word,
    workbook_text,
)
from app.files.documents.extracted import Extracted

_FAMILIES: Mapping[FileKind, Callable[[Path], Extracted]] = {
    FileKind.HTML: web_page.text_of,
    FileKind.RTF: rich_text.text_of,
    FileKind.EMAIL: mail.text_of,
    FileKind.OUTLOOK: outlook.text_of,
    FileKind.WORD: word.text_of,
    FileKind.SLIDES: slides.text_of,
    FileKind.WORKBOOK: workbook_text.text_of,
    FileKind.OPEN_TEXT: open_document.text_of,
    FileKind.OPEN_SLIDES: open_document.text_of,
    FileKind.OPEN_SHEET: workbook_text.text_of_ods,
    FileKind.EPUB: e_book.text_of,
}


def is_read_as_text(kind: FileKind) -> bool:
    """Say whether files of a kind are sent as text that is taken out of them."""
    return KINDS[kind].family in {Family.TEXT, Family.DOCUMENT}


def read_document(path: Path, kind: FileKind) -> Extracted:
    """Return the text of a text file or document.

    Raises:
        SheafError: it cannot be read; it says why and what to do.
    """
    found = _FAMILIES.get(kind, plain.text_of)(path)
    # Half characters, which damaged mails and codes can hold, fit into no request.
    whole = found.text.encode("utf-8", "replace").decode()
    return found if whole == found.text else replace(found, text=whole)
