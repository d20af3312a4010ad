"""PDFs: pages, text by page, and what cannot be opened."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.core.errors import SheafError
from app.core.parts import Cause
from app.files.describe import describe_path
from app.files.file_errors import FileError
from app.files.pdf import read_pdf
from tests.files import corpus
from tests.files.pdf_maker import make_pdf

LONG = "A page with enough letters to be read as text."


def test_pages_and_their_text_are_read(tmp_path: Path) -> None:
    """Each page's text stands under its number."""
    found = read_pdf(make_pdf(tmp_path / "x.pdf", [f"{LONG}\nTotal 5 €", f"(2) {LONG}"]))
    assert found.pages == 2
    assert found.text == f"Page 1\n{LONG}\nTotal 5 €\n\nPage 2\n(2) {LONG}"
    assert found.has_text_layer
    assert found.notes == ()


def test_a_scan_has_no_text_layer(tmp_path: Path) -> None:
    """A PDF of pictures is no damaged one: Claude sees its pages."""
    corpus.scan(tmp_path / "x.pdf")
    facts = describe_path(tmp_path / "x.pdf", tmp_path)
    assert (facts.problem, facts.is_scan, facts.pages, facts.text_tokens) == (None, True, 1, 0)


@pytest.mark.parametrize(
    ("pages", "has_layer", "note"),
    [
        ([LONG, ""], False, "1 of its 2 pages are pictures without text."),
        ([LONG, LONG, ""], True, "1 of its 3 pages are pictures without text."),
        (["ACME 000123", "ACME 000124"], False, None),
        ([LONG], True, None),
    ],
)
def test_a_text_layer_stands_for_most_pages(
    tmp_path: Path, pages: list[str], has_layer: bool, note: str | None
) -> None:
    """Stamps and page numbers on scans are no text that could be sent instead of the pages."""
    found = read_pdf(make_pdf(tmp_path / "x.pdf", pages))
    assert found.has_text_layer is has_layer
    assert found.notes == ((note,) if note else ())


@pytest.mark.parametrize(
    ("password", "words"),
    [("secret", "protected by a password"), ("", "although it opens without a password")],
)
def test_encrypted_pdfs_are_named(tmp_path: Path, password: str, words: str) -> None:
    """Both kinds of encryption are refused, each with what to do."""
    with pytest.raises(FileError, match=words) as caught:
        read_pdf(make_pdf(tmp_path / "x.pdf", [LONG], password=password))
    assert caught.value.cause is Cause.ENCRYPTED


def test_each_failure_is_the_file_s_own(tmp_path: Path) -> None:
    """The library remembers the last failure of any file; no other file is blamed for it."""
    empty = make_pdf(tmp_path / "empty.pdf", [])
    causes = []
    for before in (b"%PDF-1.4 nonsense", None):
        other = tmp_path / "other.pdf"
        other.write_bytes(before) if before else make_pdf(other, [LONG], password="x")
        for path in (other, empty):
            with pytest.raises(FileError) as caught:
                read_pdf(path)
            causes.append(caught.value.cause)
    assert causes == [Cause.DAMAGED, Cause.EMPTY, Cause.ENCRYPTED, Cause.EMPTY]


def test_a_pdf_that_was_cut_short_says_so(tmp_path: Path) -> None:
    """What the library mends is read, with a note that pages may be missing."""
    path = make_pdf(tmp_path / "x.pdf", [LONG, LONG])
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"startxref")])
    assert read_pdf(path).notes == ("Its end is missing; some of its pages may be too.",)


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    """A PDF of many pages is left at the next page."""
    path = make_pdf(tmp_path / "x.pdf", [LONG] * 5)
    with pytest.raises(SheafError, match="was stopped"):
        read_pdf(path, lambda: True)


def test_several_threads_read_one_after_the_other(tmp_path: Path) -> None:
    """The library is entered by one thread at a time, each job having one of its own."""
    path = make_pdf(tmp_path / "x.pdf", [LONG] * 40)
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(read_pdf(path).text)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(texts) == 4
    assert len(set(texts)) == 1


def test_the_file_is_let_go(tmp_path: Path) -> None:
    """After reading, and after failing to, the file can be moved and deleted, on Windows too."""
    good = make_pdf(tmp_path / "good.pdf", [LONG])
    bad = make_pdf(tmp_path / "bad.pdf", [LONG], password="x")
    read_pdf(good)
    with pytest.raises(FileError):
        read_pdf(bad)
    good.unlink()
    bad.unlink()
