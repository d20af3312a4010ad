"""Every file that cannot be read gives one clear sentence that names it and says what to do."""

from __future__ import annotations

import contextlib
import gzip
import os
import random
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt

from app.core.errors import SheafError
from app.files.formats import open_source
from tests.files.makers import make_compound, make_ods, make_xlsb, ods_text


def refusal(path: Path) -> SheafError:
    """Open the file and return what was said; it names the file and what to do."""
    with pytest.raises(SheafError) as caught:
        list(open_source(path).rows())
    assert path.name in caught.value.sentence
    assert caught.value.fix
    return caught.value


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A sound workbook."""
    path = tmp_path / "book.xlsx"
    made = openpyxl.Workbook()
    for number in range(50):
        made.active.append([f"a{number}", number] if number else ["name", "number"])
    made.save(path)
    return path


def test_a_missing_file(tmp_path: Path) -> None:
    """A file that is not there."""
    assert "There is no file" in refusal(tmp_path / "lost.csv").what


def test_a_folder(tmp_path: Path) -> None:
    """A folder instead of a file."""
    assert "is a folder" in refusal(tmp_path).what


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    """A file without read permission."""
    path = tmp_path / "secret.csv"
    path.write_text("a,b\n1,2\n")
    path.chmod(0)
    assert "may not be read" in refusal(path).what


def test_a_file_that_another_program_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the system refuses to open."""
    path = tmp_path / "held.csv"
    path.write_text("a,b\n1,2\n")

    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "held", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    assert "may not be read" in refusal(path).what


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.ods"])
def test_an_empty_file(tmp_path: Path, name: str) -> None:
    """A file of no bytes, whatever its name."""
    path = tmp_path / name
    path.touch()
    assert "is empty" in refusal(path).what


@pytest.mark.parametrize("text", ["\n\n  \n", "\ufeff", ",,\n,,\n", "sep=;\n"])
def test_a_file_without_any_text(tmp_path: Path, text: str) -> None:
    """A file of line ends and separators only."""
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    assert "is empty" in refusal(path).what


def test_a_header_without_rows(tmp_path: Path) -> None:
    """A table whose only row is its header."""
    path = tmp_path / "a.csv"
    path.write_text("a,b,c\n\n")
    assert "no rows below" in refusal(path).what


def test_a_workbook_without_rows(tmp_path: Path) -> None:
    """A sheet with only a header is named; a workbook without any cell is too."""
    path = tmp_path / "a.xlsx"
    made = openpyxl.Workbook()
    made.active.title = "Data"
    made.save(path)
    assert "No sheet" in refusal(path).what
    made.active.append(["a", "b"])
    made.save(path)
    assert 'The sheet "Data"' in refusal(path).what


def test_a_password_protected_xlsx(tmp_path: Path) -> None:
    """An encrypted XLSX is an OLE file with an encrypted package."""
    path = make_compound(
        tmp_path / "a.xlsx", ["DataSpaces", "Version", "EncryptionInfo", "EncryptedPackage"]
    )
    assert "password" in refusal(path).what


def test_a_password_protected_ods(tmp_path: Path) -> None:
    """An encrypted ODS says so in its manifest."""
    assert "password" in refusal(make_ods(tmp_path / "a.ods", [], encrypted=True)).what


def test_a_password_protected_xls(tmp_path: Path) -> None:
    """An encrypted XLS has the record that says so right after its beginning."""
    path = tmp_path / "a.xls"
    made = xlwt.Workbook()
    made.add_sheet("Data").write(0, 0, "a")
    made.save(path)
    raw = path.read_bytes()
    start = raw.index(b"\x09\x08")
    second = start + 4 + raw[start + 2]
    path.write_bytes(raw[:second] + b"\x2f\x00" + raw[second + 2 :])
    assert "password" in refusal(path).what


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_truncated_workbook(book: Path, share: float) -> None:
    """A download that was cut short, wherever."""
    raw = book.read_bytes()
    book.write_bytes(raw[: int(len(raw) * share)])
    assert "damaged" in refusal(book).what


@pytest.mark.parametrize("name", ["a.xls", "a.xlsb", "a.ods"])
def test_other_truncated_workbooks(tmp_path: Path, name: str) -> None:
    """The other kinds too."""
    path = tmp_path / name
    if name == "a.xls":
        made = xlwt.Workbook()
        made.add_sheet("Data").write(0, 0, "a")
        made.save(path)
    elif name == "a.xlsb":
        make_xlsb(path, [["a"], ["b"]])
    else:
        make_ods(path, [[ods_text("a")], [ods_text("b")]])
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 3])
    assert "damaged" in refusal(path).what


def test_scrambled_bytes_never_crash(book: Path, tmp_path: Path) -> None:
    """Two hundred workbooks with random damage are read or refused; nothing else happens."""
    rng = random.Random(5)
    sound = book.read_bytes()
    path = tmp_path / "hurt.xlsx"
    for _ in range(200):
        raw = bytearray(sound)
        for _ in range(rng.randint(1, 30)):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
        path.write_bytes(raw)
        with contextlib.suppress(SheafError):
            list(open_source(path).rows())


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"SQLite format 3\x00", "a database"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0), "a compressed file"),
        (b"<!DOCTYPE html>\n<html><table>", "a web page"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<Workbook/>', "an XML file"),
        (random.Random(1).randbytes(4000), "neither text nor a workbook"),
    ],
)
def test_other_kinds_of_files_are_named(tmp_path: Path, start: bytes, what: str) -> None:
    """A file of another kind is called what it is, even under a spreadsheet's name."""
    for name in ("a.csv", "a.xls"):
        path = tmp_path / name
        path.write_bytes(start)
        assert what in refusal(path).what


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("word/document.xml", "a Word document"),
        ("ppt/presentation.xml", "a PowerPoint presentation"),
        ("photo.jpg", "a ZIP archive"),
    ],
)
def test_other_packages_are_named(tmp_path: Path, part: str, what: str) -> None:
    """A Word file or an archive under a spreadsheet's name is called what it is."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "content")
    assert what in refusal(path).what


@pytest.mark.parametrize(
    ("stream", "what"),
    [("WordDocument", "a Word document"), ("PowerPoint Document", "a PowerPoint presentation")],
)
def test_old_office_files_are_named(tmp_path: Path, stream: str, what: str) -> None:
    """Old Word and PowerPoint files share the container of XLS."""
    assert what in refusal(make_compound(tmp_path / "a.xls", [stream])).what


def test_text_under_a_workbooks_name_is_read(tmp_path: Path) -> None:
    """A CSV file named .xlsx is read as what it is, with a notice."""
    path = tmp_path / "a.xlsx"
    path.write_text("a;b\n1;2\n")
    source = open_source(path)
    assert list(source.rows()) == [("1", "2")]
    assert [notice.code for notice in source.notices()] == ["misnamed"]


@pytest.mark.parametrize("name", ["a.csv", "a.xls", "a.ods", "a.xlsb", "a", "a.XLSX"])
def test_a_workbook_under_any_name_is_read(book: Path, tmp_path: Path, name: str) -> None:
    """Content decides, not the name."""
    path = tmp_path / name
    shutil.copy(book, path)
    source = open_source(path)
    assert source.format == "xlsx"
    assert len(list(source.rows())) == 49
    misnamed = name not in {"a", "a.XLSX"}
    assert [notice.code for notice in source.notices()] == ["misnamed"] * misnamed


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.xlsx", "hello this is not a zip", "is no workbook, though it is named .xlsx"),
        ("a.json", "[1,2,3]", "holds no objects"),
        ("a.jsonl", "{'a':1}", "holds no objects"),
    ],
)
def test_a_text_that_is_not_what_it_is_named_is_said_so(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    """Nobody is told to add rows to what was never a table."""
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(SheafError, match=said):
        open_source(path)
