"""CSV exports are exact, complete or not there at all, and run nothing when opened."""

from __future__ import annotations

import csv
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from app.core.errors import SheafError
from app.core.table import Row
from app.files import target
from app.files.csv_file import CsvStyle, write_csv
from app.files.outgoing import Written
from app.files.target import check_target

HEADER = ("id", "text", "answer")


def written(path: Path, rows: list[Row], style: CsvStyle | None = None) -> str:
    """Write the rows and return the file's text."""
    write_csv(path, HEADER, [rows], style=style)
    return path.read_bytes().decode("utf-8")


def test_the_default_opens_in_excel(tmp_path: Path) -> None:
    """By default: byte-order mark, commas, CRLF, quotes only where needed."""
    text = written(tmp_path / "a.csv", [("1", "plain", "x"), ("2", "a, b", 'say "hi"')])
    assert text == '\ufeffid,text,answer\r\n1,plain,x\r\n2,"a, b","say ""hi"""\r\n'


def test_the_style_is_the_persons(tmp_path: Path) -> None:
    """Separator, line end and mark can be chosen."""
    style = CsvStyle(delimiter=";", bom=False, newline="\n")
    assert written(tmp_path / "a.csv", [("1", "a,b", "c;d")], style) == (
        'id;text;answer\n1;a,b;"c;d"\n'
    )


@pytest.mark.parametrize("cell", ["a\nb", "a\rb", "a\r\nb", " a", "a ", "\ta", '"', '""', ","])
def test_an_independent_reader_finds_the_same_cells(tmp_path: Path, cell: str) -> None:
    """Whatever is in a cell, the standard reader gives it back."""
    path = tmp_path / "a.csv"
    style = CsvStyle(raw_cells=True)
    write_csv(path, HEADER, [[(cell, cell, cell)], [("", cell, "")]], style=style)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file, strict=True)) == [list(HEADER), [cell] * 3, ["", cell, ""]]


def test_outer_spaces_are_quoted(tmp_path: Path) -> None:
    """Programs that trim plain cells must not trim what a person wrote."""
    assert written(tmp_path / "a.csv", [(" a", "b ", "c d")]).endswith('\r\n" a","b ",c d\r\n')


def test_an_empty_cell_of_a_one_column_table_is_a_row(tmp_path: Path) -> None:
    """A lone empty cell is written so that its row still exists."""
    path = tmp_path / "a.csv"
    write_csv(path, ("text",), [[("a",), ("",), ("b",)]])
    assert path.read_bytes().decode("utf-8-sig") == 'text\r\na\r\n""\r\nb\r\n'


@pytest.mark.parametrize("cell", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "--", "+a"])
def test_what_would_run_is_guarded(tmp_path: Path, cell: str) -> None:
    """A cell that a spreadsheet program would run gets an apostrophe, and is counted."""
    path = tmp_path / "a.csv"
    result = write_csv(path, HEADER, [[("1", "x", cell)]])
    assert result == Written(rows=1, guarded=1)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == ["1", "x", "'" + cell]


@pytest.mark.parametrize(
    "cell",
    ["-", "+", "-12.50", "+49", "-1,234.5", "-5 %", "+1.5e-3", "-.5", "1=1", "a@b", "'x", "", "−5"],
)
def test_numbers_and_texts_that_run_nothing_stay(tmp_path: Path, cell: str) -> None:
    """Plain numbers and harmless texts are never touched."""
    path = tmp_path / "a.csv"
    assert write_csv(path, HEADER, [[("1", "x", cell)]]).guarded == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == ["1", "x", cell]


def test_names_of_columns_are_guarded_too(tmp_path: Path) -> None:
    """A header is written by strangers as much as a cell is."""
    path = tmp_path / "a.csv"
    result = write_csv(path, ("=id", "text", "@answer"), [[("=1", "@x", "-5")]])
    assert result == Written(rows=1, guarded=4)
    assert path.read_text(encoding="utf-8-sig").splitlines() == [
        "'=id,text,'@answer",
        "'=1,'@x,-5",
    ]


def test_raw_cells_leaves_everything(tmp_path: Path) -> None:
    """The person may have the cells as they are."""
    path = tmp_path / "a.csv"
    result = write_csv(path, HEADER, [[("=1", "=2", "=3")]], style=CsvStyle(raw_cells=True))
    assert result.guarded == 0
    assert "=1,=2,=3" in path.read_text(encoding="utf-8-sig")


def test_half_a_character_becomes_a_visible_mark(tmp_path: Path) -> None:
    """A lone surrogate, as JSON may carry it, does not break the export."""
    assert "x\ufffdy 😀" in written(tmp_path / "a.csv", [("1", "x\ud83dy 😀", "")])


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """An export can be repeated byte for byte, over itself."""
    path = tmp_path / "a.csv"
    rows: list[Row] = [("1", "a\nb", "=x"), ("2", "", "")]
    first = written(path, rows)
    assert written(path, rows) == first


def breaks_off() -> Iterator[list[Row]]:
    """Give a block of rows, then fail."""
    yield [("1", "x", "y")] * 5000
    raise SheafError("The job cannot be read.")


def test_a_failed_export_leaves_nothing_behind(tmp_path: Path) -> None:
    """When the rows break off, the old file is untouched and no temporary file stays."""
    path = tmp_path / "a.csv"
    path.write_text("before")
    with pytest.raises(SheafError, match="cannot be read"):
        write_csv(path, HEADER, breaks_off())
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_seen_before_it_is_complete(tmp_path: Path) -> None:
    """While rows are written the target does not change."""
    path = tmp_path / "a.csv"

    def watched() -> Iterator[list[Row]]:
        yield [("1", "x", "y")] * 5000
        assert not path.exists()

    write_csv(path, HEADER, watched())
    assert path.exists()


def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Running out of space is told, and nothing half-written stays."""

    def full(_: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(target.os, "fsync", full)
    with pytest.raises(SheafError, match="the disk is full"):
        write_csv(tmp_path / "a.csv", HEADER, [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("way", ["same", "link", "dotted"])
def test_the_source_is_never_overwritten(tmp_path: Path, way: str) -> None:
    """The input file is refused as a target, under any of its names."""
    source = tmp_path / "data.csv"
    source.write_text("a,b\n1,2\n")
    path = source
    if way == "link":
        path = tmp_path / "other.csv"
        path.symlink_to(source)
    elif way == "dotted":
        (tmp_path / "sub").mkdir()
        path = tmp_path / "sub" / ".." / "data.csv"
    for attempt in (
        lambda: write_csv(path, HEADER, [], never_over=[source]),
        lambda: check_target(path, [source]),
    ):
        with pytest.raises(SheafError, match="would overwrite"):
            attempt()
    assert source.read_text() == "a,b\n1,2\n"


def test_a_link_is_written_through(tmp_path: Path) -> None:
    """Exporting to a link replaces what it points to and keeps the link."""
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("before")
    link.symlink_to(real)
    write_csv(link, HEADER, [])
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8-sig").startswith("id,text")


def test_targets_that_cannot_be(tmp_path: Path) -> None:
    """A missing folder, a folder as the file, and a file as the folder are refused beforehand."""
    (tmp_path / "file").touch()
    for path, said in (
        (tmp_path / "missing" / "a.csv", "no such folder"),
        (tmp_path, "is a folder"),
        (tmp_path / "file" / "a.csv", "no such folder"),
    ):
        with pytest.raises(SheafError, match=said):
            check_target(path)
        with pytest.raises(SheafError, match=said):
            write_csv(path, HEADER, [])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_protected_folder(tmp_path: Path) -> None:
    """A folder without write permission is refused beforehand."""
    tmp_path.chmod(0o500)
    with pytest.raises(SheafError, match="not allowed"):
        check_target(tmp_path / "a.csv")


def test_checking_leaves_no_trace(tmp_path: Path) -> None:
    """Checking a target neither makes nor changes a file."""
    path = tmp_path / "a.csv"
    check_target(path)
    assert list(tmp_path.iterdir()) == []
    path.write_text("before")
    check_target(path)
    assert path.read_text() == "before"
