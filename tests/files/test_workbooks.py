"""Workbooks of every kind give plain, unambiguous text, and nothing of them goes missing."""

from __future__ import annotations

import datetime as dt
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from app.core.errors import SheafError
from app.core.table import Notice, Row
from app.files import binary_errors, workbook
from app.files.cell_text import plain, plain_float
from app.files.formats import open_source
from tests.files.makers import make_ods, make_xlsb, ods_text, ods_value

FORMATS = ("0%", "0.00E+00", "#,##0 €")


def at(*parts: int) -> dt.datetime:
    """A time as workbooks have it: without a zone."""
    return dt.datetime(*parts)  # type: ignore[arg-type,misc]  # noqa: DTZ001 (workbooks know none)


def read(path: Path, sheet: str | None = None) -> tuple[tuple[str, ...], list[Row]]:
    """Open and read a table."""
    source = open_source(path, sheet=sheet)
    return source.header, list(source.rows())


def notices(path: Path) -> dict[str, Notice]:
    """Read a table and return its notices by code."""
    source = open_source(path)
    list(source.rows())
    return {notice.code: notice for notice in source.notices()}


def test_every_kind_of_value_in_xlsx(tmp_path: Path) -> None:
    """Numbers, dates, times, booleans and texts come out as one would write them down."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        shown = {
            name: book.add_format({"num_format": name}) for name in ("0%", "0.00E+00", "#,##0 €")
        }
        day, clock, long = (
            book.add_format({"num_format": name}) for name in ("dd/mm/yy", "h:mm AM/PM", "[h]:mm")
        )
        cells = [
            (1, None, "1"),
            (-12.5, None, "-12.5"),
            (1.23e15, shown["0.00E+00"], "1230000000000000"),
            (123456789012345, None, "123456789012345"),
            (1e-7, None, "0.0000001"),
            (1e22, None, "10000000000000000000000"),
            (0.25, shown["0%"], "0.25"),
            (1999.99, shown["#,##0 €"], "1999.99"),
            (dt.date(2024, 2, 29), day, "2024-02-29"),
            (at(2024, 2, 29, 13, 5, 7), day, "2024-02-29 13:05:07"),
            (dt.time(13, 5), clock, "13:05:00"),
            (dt.timedelta(hours=30, minutes=4), long, "30:04:00"),
            (True, None, "TRUE"),
            (False, None, "FALSE"),
            ("0012", None, "0012"),
            ("12345678901234567890", None, "12345678901234567890"),
            (" two\nlines ", None, " two\nlines "),
            ("=not a formula", None, "=not a formula"),
        ]
        for column, (value, form, _) in enumerate(cells):
            sheet.write_string(0, column, f"c{column}")
            if isinstance(value, str):
                sheet.write_string(1, column, value)
            else:
                sheet.write(1, column, value, form)
    assert read(path)[1] == [tuple(text for _, _, text in cells)]


def test_numbers_never_have_an_exponent_and_read_back_the_same() -> None:
    """The text of a float is plain digits and means exactly that float."""
    for value in (1e300, 1e-300, 0.1 + 0.2, -5e-324, 1.7976931348623157e308, 123456.789, -0.0):
        text = plain_float(value)
        assert "e" not in text.lower()
        assert float(text) == value
    assert plain(2**60) == str(2**60)
    assert plain_float(1.23e25) == "12300000000000000000000000"


def test_formulas_give_their_values_and_errors_their_names(tmp_path: Path) -> None:
    """A formula's stored value is read; an error is text and is told with its row."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(1, 1, ["n", "sum", "error"])
        for row in range(2, 300):
            sheet.write_number(row, 1, row)
            sheet.write_formula(row, 2, "=B3&1", None, f"text {row}")
            sheet.write_formula(row, 3, "=1/0", None, "#DIV/0!" if row % 2 else row)
    rows = read(path)[1]
    assert rows[0] == ("2", "text 2", "2")
    assert [row[2] for row in rows[1::2]] == ["#DIV/0!"] * 149
    told = notices(path)["error_cells"]
    assert told.count == 149
    assert "rows 4, 6, 8" in told.text


def test_errors_survive_in_xls(tmp_path: Path) -> None:
    """Error cells of the old binary format are text too, in the sheet they belong to."""
    path = tmp_path / "a.xls"
    book = xlwt.Workbook()
    book.add_sheet("Empty")
    sheet = book.add_sheet("Data")
    sheet.write(1, 2, "h")
    sheet.row(2).set_cell_error(2, 0x2A)
    sheet.write(3, 2, 12345678901.0)
    sheet.row(4).set_cell_error(2, 0x07)
    book.save(path)
    assert read(path) == (("h",), [("#N/A",), ("12345678901",), ("#DIV/0!",)])
    assert notices(path)["error_cells"].count == 2


def test_errors_inside_a_chart_of_a_sheet_are_not_its_cells() -> None:
    """An embedded chart brings records of its own; those are not the sheet's."""
    begin, end = struct.pack("<HH", 0x809, 0), struct.pack("<HH", 0x0A, 0)
    inner, outer = (struct.pack("<HHHHHBB", 0x205, 8, row, 1, 0, 0x2A, 1) for row in (3, 5))
    book = begin + begin + inner + end + outer + end + outer
    assert list(binary_errors.xls_cells(book, 0)) == [(6, 1, "#N/A")]


def test_values_of_xls(tmp_path: Path) -> None:
    """Dates, times, numbers and texts of XLS come out plain."""
    path = tmp_path / "a.xls"
    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    day, clock = (xlwt.easyxf(num_format_str=name) for name in ("dd.mm.yyyy", "hh:mm"))
    for column, name in enumerate("abcde"):
        sheet.write(0, column, name)
    sheet.write(1, 0, at(2024, 1, 2), day)
    sheet.write(1, 1, dt.time(3, 4), clock)
    sheet.write(1, 2, 7.0)
    sheet.write(1, 3, "007")
    sheet.write(1, 4, True)
    book.save(path)
    assert read(path)[1] == [("2024-01-02", "03:04:00", "7", "007", "TRUE")]


def test_values_of_xlsb(tmp_path: Path) -> None:
    """The binary XLSX is read like its sibling, errors included."""
    path = make_xlsb(
        tmp_path / "a.xlsb", [["a", "b", "c"], ["0012", 12345678901.0, True], ["x", 1.5, b"\x2a"]]
    )
    assert open_source(path).format == "xlsb"
    assert read(path)[1] == [("0012", "12345678901", "TRUE"), ("x", "1.5", "#N/A")]


def test_values_of_ods(tmp_path: Path) -> None:
    """Typed values of OpenDocument are read, not what their cells show."""
    columns = [ods_text(name) for name in "abcdefgh"]
    cells = [
        ods_value("float", "value", "12345678901", "1.23E+10"),
        ods_value("percentage", "value", "0.25", "25 %"),
        ods_value("currency", "value", "1.5", "1,50 €"),
        ods_value("date", "date-value", "2024-01-02", "02.01.24"),
        ods_value("date", "date-value", "2024-01-02T03:04:05"),
        ods_value("time", "time-value", "PT30H04M05S"),
        ods_value("boolean", "boolean-value", "true"),
        ods_text("0012\nsecond line"),
    ]
    path = make_ods(tmp_path / "a.ods", [columns, cells])
    assert read(path)[1] == [
        (
            "12345678901",
            "0.25",
            "1.5",
            "2024-01-02",
            "2024-01-02 03:04:05",
            "30:04:05",
            "TRUE",
            "0012\nsecond line",
        )
    ]


def test_tabs_breaks_and_errors_of_ods_are_not_lost(tmp_path: Path) -> None:
    """Tabs and line breaks inside cells, and error cells, keep their text."""
    inside = (
        '<table:table-cell office:value-type="string"><text:p>a<text:tab/>b'
        '<text:line-break/>c<text:s text:c="2"/>d</text:p></table:table-cell>'
    )
    error = (
        '<table:table-cell office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
    )
    path = make_ods(tmp_path / "a.ods", [[ods_text("x"), ods_text("y")], [inside, error]])
    assert read(path)[1] == [("a\tb\nc  d", "#N/A")]
    assert notices(path)["error_cells"].count == 1


def test_a_million_repeated_empty_rows_cost_nothing(tmp_path: Path) -> None:
    """The repeated blank rows that end every OpenDocument sheet are no rows."""
    blank = (
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    path = make_ods(tmp_path / "a.ods", [[ods_text("x")], [ods_text("1")]], after=blank)
    assert read(path) == (("x",), [("1",)])


def test_the_1904_calendar_is_honoured(tmp_path: Path) -> None:
    """Workbooks that count days from 1904 give the same dates."""
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["when"])
    book.active.append([at(2024, 1, 2, 3, 4, 5)])
    book.save(path)
    assert read(path)[1] == [("2024-01-02 03:04:05",)]


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """A workbook with an empty, a hidden, a chart and two filled sheets."""
    path = tmp_path / "several.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Empty")
        hidden = book.add_worksheet("Secret")
        hidden.write_column(0, 0, ["h", "hidden"])
        hidden.hide()
        book.add_worksheet("Déjà & <co>").write_column(0, 0, ["a", "first"])
        book.add_worksheet("Last").write_column(0, 0, ["b", "last"])
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Last!$A$1:$A$2"})
        book.add_chartsheet("Chart").set_chart(chart)
    return path


def test_the_first_visible_sheet_with_content_is_taken(several: Path) -> None:
    """Empty and hidden sheets are passed over; hidden ones are marked, charts not offered."""
    source = open_source(several)
    assert source.sheet == "Déjà & <co>"
    assert list(source.rows()) == [("first",)]
    assert [(sheet.name, sheet.hidden) for sheet in source.sheets] == [
        ("Empty", False),
        ("Secret", True),
        ("Déjà & <co>", False),
        ("Last", False),
    ]
    assert {sheet.name: sheet.rows for sheet in source.sheets}["Déjà & <co>"] == 2


@pytest.mark.parametrize(("sheet", "cell"), [("Secret", "hidden"), ("Last", "last")])
def test_a_sheet_can_be_chosen(several: Path, sheet: str, cell: str) -> None:
    """Any sheet can be read by its name, a hidden one too."""
    assert read(several, sheet)[1] == [(cell,)]


def test_a_sheet_that_is_not_there_is_named(several: Path) -> None:
    """The refusal says which sheets there are."""
    with pytest.raises(SheafError, match=r'no sheet "Lost".*"Empty", "Secret"'):
        open_source(several, sheet="Lost")


def test_an_empty_sheet_is_named(several: Path) -> None:
    """A chosen sheet without cells is refused by name."""
    with pytest.raises(SheafError, match=r'The sheet "Empty" of "several.xlsx" is empty'):
        open_source(several, sheet="Empty")


def test_a_table_that_does_not_begin_in_the_corner(tmp_path: Path) -> None:
    """Blank rows and columns before the table are passed over; row numbers stay the sheet's own."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(3, 2, ["a", "b"])
        sheet.write_row(4, 2, ["1", "2"])
        sheet.write_formula(6, 3, "=NA()", None, "#N/A")
    assert read(path) == (("a", "b"), [("1", "2"), ("", "#N/A")])
    assert "(row 7)" in notices(path)["error_cells"].text


def test_merged_cells_keep_their_first(tmp_path: Path) -> None:
    """A merged area gives its text once, and is told."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.merge_range(1, 0, 1, 1, "both")
    assert read(path)[1] == [("both", "")]
    assert notices(path)["merged_cells"].count == 1


def test_a_long_sheet_streams_with_progress(tmp_path: Path) -> None:
    """Twenty thousand rows pass one by one, the position grows, and stopping raises."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(20_001):
            sheet.write_row(row, 0, ["n", "text"] if not row else [row, f"text {row}"])
    source = open_source(path)
    positions = []
    for number, row in enumerate(source.rows(), 1):
        assert row == (str(number), f"text {number}")
        positions.append(source.position())
    assert positions == sorted(positions)
    assert 0.4 < positions[10_000] < 0.6
    with pytest.raises(SheafError, match="was stopped"):
        list(source.rows(lambda: True))


def test_a_panic_of_the_parser_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash inside the Rust parser, which no `except Exception` sees, becomes a SheafError."""
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.save(path)
    panic = type("PanicException", (BaseException,), {})

    class Panicking:
        @staticmethod
        def from_path(_: Path) -> object:
            raise panic("index out of bounds")

    monkeypatch.setattr(workbook, "CalamineWorkbook", Panicking)
    with pytest.raises(SheafError, match=r'workbook "a.xlsx" is damaged'):
        open_source(path)


def test_ctrl_c_passes_through_the_parser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only panics are translated; an interruption stays one."""
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.save(path)

    class Interrupted:
        @staticmethod
        def from_path(_: Path) -> object:
            raise KeyboardInterrupt

    monkeypatch.setattr(workbook, "CalamineWorkbook", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        open_source(path)


def test_a_damaged_sheet_names_the_sheet(tmp_path: Path) -> None:
    """When one sheet of a sound package is broken, the refusal names it."""
    whole, broken = tmp_path / "whole.xlsx", tmp_path / "broken.xlsx"
    with xlsxwriter.Workbook(whole) as book:
        book.add_worksheet("Data").write_column(0, 0, ["a", "1"])
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            is_sheet = name.startswith("xl/worksheets/")
            target.writestr(name, content[: len(content) // 2] + b"<" if is_sheet else content)
    with pytest.raises(SheafError, match=r'The sheet "Data" of "broken.xlsx" is damaged'):
        open_source(broken)
