"""Workbooks are written exactly, open safely, and lose nothing of what a cell cannot hold."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from app.core.errors import SheafError
from app.core.table import Row
from app.files import excel_sheets
from app.files.excel_file import MOST_COLUMNS, MOST_UNITS, write_excel
from app.files.formats import open_source
from app.files.outgoing import OutColumn, Written, decimals

MADE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
COLUMNS = (OutColumn("id"), OutColumn("text"), OutColumn("score", is_number=True, is_answer=True))


def write(
    path: Path, rows: list[Row], columns: tuple[OutColumn, ...] = COLUMNS, **named: object
) -> Written:
    """Write the rows, in two blocks."""
    blocks = [rows[: len(rows) // 2], rows[len(rows) // 2 :]]
    return write_excel(path, columns, lambda: filter(None, blocks), created=MADE, **named)  # type: ignore[arg-type]


def cells(path: Path, sheet: str = "Answers") -> list[list[object]]:
    """Read a sheet with an independent reader, blanks as empty texts."""
    book = openpyxl.load_workbook(path)
    return [["" if value is None else value for value in row] for row in book[sheet].values]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "@SUM(A1)",
        "http://example.org",
        "mailto:a@b.org",
        "0012",
        "12345678901234567890",
        "1.23E+15",
        "TRUE",
        "2026-03-01",
        "5%",
        "{=1}",
        " a ",
        "a\nb",
        "\ta",
        "<b>&amp;</b>",
        "😀 žluť 柔",
        "'quoted",
        "#N/A",
        "-",
    ],
)
def test_texts_stay_texts(tmp_path: Path, text: str) -> None:
    """Nothing that looks like a formula, a link, a number or a date becomes one."""
    path = tmp_path / "a.xlsx"
    write(path, [(text, text, text)])
    book = openpyxl.load_workbook(path)
    row = next(book["Answers"].iter_rows(min_row=2))
    assert [cell.value for cell in row] == [text] * 3
    assert {cell.data_type for cell in row} == {"s"}
    assert all(cell.hyperlink is None for cell in row)


def test_what_looks_like_an_escape_is_text(tmp_path: Path) -> None:
    """Excel writes odd characters like _x0041_; a text that just looks like it comes back."""
    path = tmp_path / "a.xlsx"
    write(path, [("_x0041_", "_x000D_", "")])
    assert next(open_source(path).rows())[:2] == ("_x0041_", "_x000D_")


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("5", 5, "0"),
        ("-12.50", -12.5, "0.00"),
        ("0.1", 0.1, "0.0"),
        ("123456789012", 123456789012, "0"),
        ("0.333333333333333", 0.333333333333333, "0.000000000000000"),
        ("0.3333333333333333", 0.3333333333333333, "General"),
        ("14.28571428571429", 14.28571428571429, "0.00000000000000"),
        ("-1000000000000000", -1000000000000000, "0"),
    ],
)
def test_numbers_of_number_columns_are_numbers(
    tmp_path: Path, text: str, value: float, shown: str
) -> None:
    """They are shown with just the decimals that they have; elsewhere they stay texts."""
    path = tmp_path / "a.xlsx"
    write(path, [("x", text, text)])
    row = next(openpyxl.load_workbook(path)["Answers"].iter_rows(min_row=2))
    assert (row[1].value, row[1].data_type) == (text, "s")
    assert (row[2].value, row[2].data_type, row[2].number_format) == (value, "n", shown)


@pytest.mark.parametrize(
    "text",
    ["0012", "1234567890123456", "1e5", "+5", "1,5", "5 %", "-0", ".5", "5.", "NaN", "٣", "", " 5"],
)
def test_what_would_change_is_no_number(text: str) -> None:
    """A long whole number, or what a spreadsheet program would rewrite, is kept as text."""
    assert decimals(text) is None


def test_control_characters_are_left_out_and_counted(tmp_path: Path) -> None:
    """No workbook can hold them; how many there were is said, on the sheet about the job too."""
    path = tmp_path / "a.xlsx"
    written = write(path, [("a\0b", "\x1b[31mred\x0b", "x\ud83dy\uffff")])
    assert written == Written(1, removed=5)
    assert cells(path)[1] == ["ab", "[31mred", "xy"]
    assert cells(path, "Job")[-1][0] == "Characters left out"


def test_line_ends_inside_cells_become_plain_ones(tmp_path: Path) -> None:
    """Carriage returns inside cells have made Excel call workbooks damaged; it is said how many."""
    path = tmp_path / "a.xlsx"
    assert write(path, [("a\r\nb", "c\rd", "e\nf")]) == Written(1, rebroken=2)
    assert cells(path)[1] == ["a\nb", "c\nd", "e\nf"]
    assert cells(path, "Job")[-1][0] == "Line ends"


@pytest.mark.parametrize("sign", ["x", "柔", "😀", "x😀"])
@pytest.mark.parametrize("more", [-1, 0, 1, 70_000])
def test_long_cells_go_on_in_named_columns(tmp_path: Path, sign: str, more: int) -> None:
    """What is too long for a cell of Excel is continued at the right; nothing is cut off."""
    path = tmp_path / "a.xlsx"
    text = (sign * (MOST_UNITS + 70_000))[: MOST_UNITS + more]
    units = len(text.encode("utf-16-le")) // 2
    written = write(path, [("1", "short", "x"), ("2", text, "y")])
    header, first, second = cells(path)
    assert all(len(str(cell).encode("utf-16-le")) // 2 <= MOST_UNITS for cell in second)
    assert "".join(map(str, [second[1], *second[3:]])) == text
    assert first[:3] == ["1", "short", "x"]
    assert written.continued == (units > MOST_UNITS)
    further = header[3:]
    if units > MOST_UNITS:
        assert further[0] == "text (continued)"
        assert "Long cells" in [row[0] for row in cells(path, "Job")]
    else:
        assert further == []


def test_more_rows_than_a_sheet_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest goes on a second sheet, with the header again."""
    monkeypatch.setattr(excel_sheets, "MOST_ROWS", 11)
    path = tmp_path / "a.xlsx"
    written = write(path, [(str(n), "t", "") for n in range(25)])
    assert written.rows == 25
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Answers", "Answers 2", "Answers 3"]
    read = [cell for name in book.sheetnames for cell, *_ in cells(path, name)[1:]]
    assert read == [str(n) for n in range(25)]
    for sheet in book:
        assert [cell.value for cell in next(sheet.iter_rows())] == ["id", "text", "score"]
        assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", sheet.dimensions)


def test_the_looks(tmp_path: Path) -> None:
    """The header stays in view, columns can be filtered, answers are tinted, widths fit."""
    path = tmp_path / "a.xlsx"
    write(
        path,
        [("1", "word " * 100, "5"), ("2", "x", "")],
        about=[("Job", "=Reviews"), ("Rows", "2")],
    )
    book = openpyxl.load_workbook(path)
    sheet = book["Answers"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:C3")
    tinted = [sheet.cell(row, 3).fill.bgColor.rgb for row in (2, 3)]
    assert [sheet.cell(2, place).fill.fill_type for place in (1, 2, 3)] == [None, None, "solid"]
    assert tinted[0] == tinted[1]
    widths = [sheet.column_dimensions[letter].width for letter in "ABC"]
    assert widths[0] < 10
    assert 50 < widths[1] < 70
    assert cells(path, "Job") == [["Job", "=Reviews"], ["Rows", "2"]]
    assert book["Job"]["B1"].data_type == "s"


def test_a_workbook_without_rows(tmp_path: Path) -> None:
    """Only the header is written when no row is chosen."""
    path = tmp_path / "a.xlsx"
    assert write(path, []) == Written(0)
    assert cells(path) == [["id", "text", "score"]]


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """An export can be repeated byte for byte, over itself; the parts stand in one order."""
    path = tmp_path / "a.xlsx"
    rows: list[Row] = [("1", "a\nb", "5"), ("2", "x" * 40_000, "")]
    write(path, rows, about=[("Made", "2026-03-01")])
    first = path.read_bytes()
    write(path, rows, about=[("Made", "2026-03-01")])
    assert path.read_bytes() == first
    with zipfile.ZipFile(path) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 31, 0, 0, 0)}


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    """A table wider than a sheet is refused before anything is written; CSV is named."""
    columns = tuple(OutColumn(f"c{n}") for n in range(MOST_COLUMNS + 1))
    with pytest.raises(SheafError, match="16,385 columns") as caught:
        write(tmp_path / "a.xlsx", [tuple("x" * len(columns))], columns)
    assert "CSV" in caught.value.fix
    assert list(tmp_path.iterdir()) == []


def test_a_failed_export_leaves_nothing_behind(tmp_path: Path) -> None:
    """When the rows break off, the old file is untouched and nothing temporary stays."""
    path = tmp_path / "a.xlsx"
    path.write_text("before")
    gone_through: list[int] = []

    def rows() -> object:
        gone_through.append(1)
        yield [("1", "x", "y")] * 100
        if len(gone_through) == 2:
            raise SheafError("The job cannot be read.")

    with pytest.raises(SheafError, match="cannot be read"):
        write_excel(path, COLUMNS, rows, created=MADE)  # type: ignore[arg-type]
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_export_left_is_cleared_away(tmp_path: Path) -> None:
    """The folder of a killed export's parts goes with the next export."""
    left = tmp_path / f".sheaf-{'0' * 16}.parts"
    left.mkdir()
    (left / "sheet1.xml").write_text("rows")
    write(tmp_path / "a.xlsx", [("1", "x", "")])
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]
