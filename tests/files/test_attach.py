"""Files as parts of a request: read late, checked against what was known, found where allowed."""

from __future__ import annotations

import os
import sys
import unicodedata
from pathlib import Path

import pytest

from app.core.parts import Cause, DocumentPart, Family, FileFacts, ImagePart, TextPart
from app.files.attach import load_part
from app.files.cell_files import MOST_FILES, CellFiles
from app.files.describe import describe, describe_path
from app.files.file_errors import FileError
from app.files.folder import Choice, Folder
from tests.files import corpus
from tests.files.corpus import CORPUS, make_corpus
from tests.files.pdf_maker import make_pdf

LONG = "A page with enough letters to be read as text."


def refused(base: Path, facts: FileFacts) -> Cause:
    """Return why a file is not read any more."""
    with pytest.raises(FileError) as caught:
        load_part(base, facts)
    return caught.value.cause


def test_every_good_file_becomes_a_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the whole corpus the good ones can be sent, and the broken ones say again why not."""
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    make_corpus(tmp_path)
    wanted = {made.path: made for made in CORPUS}
    kinds = {Family.PDF: DocumentPart, Family.PICTURE: ImagePart}
    for found in Folder(tmp_path, Choice(families=frozenset(Family))).find():
        facts, made = describe(found), wanted.pop(found.path)
        if made.cause is not None:
            assert refused(tmp_path, facts) is made.cause
            continue
        part = load_part(tmp_path, facts)
        assert isinstance(part, kinds.get(facts.family, TextPart)), found.path
        if isinstance(part, TextPart):
            assert made.says in part.text
    assert not wanted


def test_a_pdf_is_sent_with_its_own_bytes(tmp_path: Path) -> None:
    """Its pages are Claude's to see; as text only, where that is asked for and there is any."""
    path = make_pdf(tmp_path / "x.pdf", [LONG])
    facts = describe_path(path, tmp_path)
    assert load_part(tmp_path, facts) == DocumentPart("application/pdf", path.read_bytes(), 1)
    assert load_part(tmp_path, facts, text_only=True) == TextPart(f"Page 1\n{LONG}")
    corpus.scan(path)
    scanned = describe_path(path, tmp_path)
    assert isinstance(load_part(tmp_path, scanned, text_only=True), DocumentPart)


@pytest.mark.parametrize("name", ["x.txt", "x.pdf", "x.png", "x.docx"])
def test_a_changed_file_is_not_sent(tmp_path: Path, name: str) -> None:
    """Neither a longer file nor one of the same length is taken for the one that was checked."""
    path = tmp_path / name
    makers = {
        "x.txt": corpus.text("words"),
        "x.pdf": lambda p: make_pdf(p, [LONG]),
        "x.png": corpus.picture("PNG"),
        "x.docx": corpus.word,
    }
    makers[name](path)
    facts, sound = describe_path(path, tmp_path), path.read_bytes()
    path.write_bytes(sound + b" ")
    assert refused(tmp_path, facts) is Cause.CHANGED
    path.write_bytes(sound[:-1] + bytes((sound[-1] ^ 1,)))
    assert refused(tmp_path, facts) is Cause.CHANGED
    path.unlink()
    assert refused(tmp_path, facts) is Cause.MISSING
    path.mkdir()
    assert refused(tmp_path, facts) in {Cause.CHANGED, Cause.UNREADABLE}
    path.rmdir()
    path.write_bytes(sound)
    load_part(tmp_path, facts)


def test_a_file_that_changes_while_it_is_read_is_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the hash and the reading somebody may save the file."""
    path = tmp_path / "x.txt"
    path.write_text("words", encoding="utf-8")
    facts = describe_path(path, tmp_path)

    def meddling(changed: Path, _: object) -> object:
        changed.write_text("other", encoding="utf-8")
        os.utime(changed, ns=(1, 1))
        return type("Extracted", (), {"text": "other"})

    monkeypatch.setattr("app.files.attach.read_document", meddling)
    assert refused(tmp_path, facts) is Cause.CHANGED


def test_facts_tell_what_a_row_shows(tmp_path: Path) -> None:
    """Name, folder, size, pages, and the beginning of the text on one line."""
    (tmp_path / "2025").mkdir()
    make_pdf(tmp_path / "2025/Rechnung.pdf", [f"First line\n{LONG}", LONG])
    (found,) = Folder(tmp_path).find()
    facts = describe(found)
    assert (facts.path, facts.name, facts.folder) == ("2025/Rechnung.pdf", "Rechnung.pdf", "2025")
    assert (facts.pages, facts.media_type) == (2, "application/pdf")
    assert facts.preview.startswith("Page 1 First line A page with enough letters")
    assert facts.text_bytes >= facts.text_tokens > 20
    assert facts.modified.tzinfo is not None


def test_a_wrong_ending_is_noted(tmp_path: Path) -> None:
    """A picture that is called .pdf is read as a picture, and says so."""
    corpus.picture("PNG")(tmp_path / "x.pdf")
    facts = describe_path(tmp_path / "x.pdf", tmp_path)
    assert facts.problem is None
    assert facts.notes == (
        'It is named .pdf, but its content is "PNG picture"; it is read as that.',
    )


def place(folder: Path, *paths: str) -> CellFiles:
    """Write small files below a folder, and find files there."""
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("words", encoding="utf-8")
    return CellFiles(folder)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("a.pdf", ["a.pdf"]),
        (" ./a.pdf ", ["a.pdf"]),
        ('"a.pdf"', ["a.pdf"]),
        ("a.pdf; scans/1.jpg", ["a.pdf", "scans/1.jpg"]),
        ("a.pdf\r\nscans/1.jpg\n", ["a.pdf", "scans/1.jpg"]),
        ("a.pdf;a.pdf;", ["a.pdf"]),
        ("b;c.pdf", ["b;c.pdf"]),
        ("scans\\1.jpg", ["scans/1.jpg"]),
        ("scans/../a.pdf", ["a.pdf"]),
        ("scans/*.jpg", ["scans/1.jpg", "scans/2.JPG", "scans/10.jpg"]),
        ("SCANS/*.jpg", None),
        ("*.jpg", None),
        ("**/*.jpg", ["scans/1.jpg", "scans/2.JPG", "scans/10.jpg", "scans/old/3.jpg"]),
        ("scans/[12].jpg", ["scans/1.jpg", "scans/2.JPG"]),
        ("[draft] plan.pdf", ["[draft] plan.pdf"]),
        ("", []),
        (" ; \n", []),
        ("gone.pdf", None),
        ("*.xyz", None),
        ("a" * 9000, None),
        ("a\0.pdf", None),
    ],
)
def test_cells_name_files(tmp_path: Path, cell: str, expected: list[str] | None) -> None:
    """One path, several, or a pattern, relative to the spreadsheet; None means it is missing."""
    files = place(
        tmp_path,
        *("a.pdf", "b;c.pdf", "[draft] plan.pdf", "scans/1.jpg", "scans/10.jpg", "scans/2.JPG"),
        *("scans/old/3.jpg", "scans/.hidden.jpg"),
    )
    if cell.startswith("SCANS") and (tmp_path / "SCANS").exists():
        pytest.skip("capitals make no difference on this disk")
    if expected is None:
        with pytest.raises(FileError) as caught:
            files.find(cell)
        assert caught.value.cause is Cause.MISSING
        assert len(caught.value.sentence) < 500
        return
    assert [path.relative_to(tmp_path).as_posix() for path in files.find(cell)] == expected


def test_accents_may_be_written_in_either_form(tmp_path: Path) -> None:
    """Spreadsheets and disks store "é" in different ways; the file is found anyway."""
    files = place(tmp_path, unicodedata.normalize("NFD", "Café.pdf"))
    for form in ("NFC", "NFD"):
        (path,) = files.find(unicodedata.normalize(form, "Café.pdf"))  # type: ignore[arg-type]
        assert path.is_file()
        assert files.find(unicodedata.normalize(form, "Caf*é.pdf")) == (path,)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cell",
    [
        "../secret.txt",
        "../*.txt",
        "in/../../secret.txt",
        "/etc/hosts",
        "/etc/*",
        "/*",
        "\\\\server\\share\\x.pdf",
        "out.txt",
        "out/secret.txt",
        ".hidden",
        ".ssh/id",
        "in/.git/config",
        "https://example.org/x.pdf",
        "file:///etc/hosts",
        "in",
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="makes links")
def test_cells_cannot_reach_what_lies_elsewhere(tmp_path: Path, cell: str) -> None:
    """A stranger's spreadsheet cannot have files sent that are none of its business."""
    base = tmp_path / "base"
    files = place(base, "in/a.pdf", ".hidden", ".ssh/id", "in/.git/config")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (base / "out.txt").symlink_to(tmp_path / "secret.txt")
    (base / "out").symlink_to(tmp_path)
    with pytest.raises(FileError) as caught:
        files.find(cell)
    assert caught.value.cause is Cause.NOT_ALLOWED
    assert caught.value.fix


def test_a_folder_that_the_person_allowed_is_reached(tmp_path: Path) -> None:
    """Whoever keeps the files elsewhere names that folder once; nothing else is opened by it."""
    place(tmp_path / "archive", "a.pdf")
    place(tmp_path / "other", "b.pdf")
    base = tmp_path / "base"
    base.mkdir()
    files = CellFiles(base, also_from=[tmp_path / "archive"])
    inside = tmp_path / "archive/a.pdf"
    assert files.find(str(inside)) == (inside,)
    assert files.find("../archive/a.pdf") == (inside,)
    assert files.find(f"{tmp_path / 'archive'}/*.pdf") == (inside,)
    with pytest.raises(FileError):
        files.find("../other/b.pdf")


def test_a_path_elsewhere_is_not_even_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Merely asking for a path on another computer can give a password's hash away."""
    files = place(tmp_path, "a.pdf")
    looked_at: list[str] = []
    real = os.stat

    def watched(path: object, **how: object) -> os.stat_result:
        looked_at.append(str(path))
        return real(path, **how)  # type: ignore[arg-type, call-overload, no-any-return]

    monkeypatch.setattr(os, "stat", watched)
    with pytest.raises(FileError):
        files.find("//server/share/x.pdf")
    assert [path for path in looked_at if "server" in path] == []


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    """A pattern that fits a whole archive is named as such."""
    files = place(tmp_path, *(f"{at}.txt" for at in range(MOST_FILES + 1)))
    with pytest.raises(FileError, match="more than 600 files"):
        files.find("*.txt")


def test_a_folder_is_listed_once_for_all_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred thousand rows with patterns do not list the folder a hundred thousand times."""
    files = place(tmp_path, *(f"{at}-{page}.txt" for at in range(50) for page in "ab"))
    listed: list[object] = []
    real = os.scandir
    monkeypatch.setattr(os, "scandir", lambda place: listed.append(place) or real(place))
    for at in range(50):
        assert [path.name for path in files.find(f"{at}-*.txt")] == [f"{at}-a.txt", f"{at}-b.txt"]
    assert len(listed) == 1
