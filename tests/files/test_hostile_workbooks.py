"""Workbooks made to break a reader are refused in a sentence, or read; nothing ends the program."""

from __future__ import annotations

import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt

from app.core.errors import SheafError
from app.core.table import Action
from app.files import old_workbook_bounds
from app.files.describe import describe_path
from app.files.formats import open_source
from app.files.package import whole_cells
from app.files.parser import stoppable
from app.files.sheet_extent import XmlReading
from app.files.xls_extent import most_xls_cells
from tests.files.makers import make_ods, make_xlsb, ods_text

Edit = Callable[[str, bytes], bytes]


def rewritten(source: Path, target: Path, edit: Edit) -> Path:
    """Copy a package, with its parts edited."""
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, edit(name, old.read(name)))
    return target


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A small sound workbook whose texts are shared."""
    path = tmp_path / "plain.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(1, 0, ["x", "y"])
    return path


def refused(path: Path) -> str:
    """Open a workbook that must be refused; return the sentence."""
    with pytest.raises(SheafError) as caught:
        list(open_source(path).rows())
    assert path.name in caught.value.what
    assert caught.value.fix
    return caught.value.what


def test_a_cell_in_the_farthest_corner(tmp_path: Path) -> None:
    """Two cells so far apart that laying them out would take half a terabyte are refused."""
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write(1_048_575, 16_383, "far")
    assert 'The sheet "Data"' in refused(path)


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="XFD1048576" t="n"><v>1</v></c>',
        b"<c r='XFD1048576'><v>1</v></c>",
        b'<c\n\tr="XFD1048576"><v>1</v></c>',
        b'<c s="0" r="XFD1048576"><v>1</v></c>',
    ],
)
def test_a_far_cell_however_it_is_written(tmp_path: Path, plain: Path, cell: bytes) -> None:
    """The place of a cell is seen in every way of writing it, in whatever row it hides."""

    def edit(name: str, part: bytes) -> bytes:
        is_sheet = name.startswith("xl/worksheets/")
        return part.replace(b"</row>", cell + b"</row>", 1) if is_sheet else part

    assert "too large" in refused(rewritten(plain, tmp_path / "far.xlsx", edit))


def test_a_far_cell_of_xlsb(tmp_path: Path) -> None:
    """The binary format is looked through before it is laid out, too."""
    path = make_xlsb(tmp_path / "a.xlsb", [["a"], ["b"]])
    far = b"\x00\x19" + (1_048_575).to_bytes(4, "little") + b"\0" * 21
    far += b"\x05\x10" + (16_383).to_bytes(4, "little") + b"\0" * 12

    def edit(name: str, part: bytes) -> bytes:
        return part.replace(b"\x92\x01\x00", far + b"\x92\x01\x00") if "sheet1" in name else part

    assert "too large" in refused(rewritten(path, tmp_path / "far.xlsb", edit))


def patched_xls(path: Path, kind: int, at: int, value: bytes) -> Path:
    """Write an XLS and put other bytes into the first record of this kind."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    for row in range(300):
        sheet.write(row, 0, f"text {row}")
        sheet.write(row, 1, row * 1.5)
    book.save(path)
    raw = bytearray(path.read_bytes())
    place = 512
    while struct.unpack_from("<H", raw, place)[0] != kind:
        place += 4 + struct.unpack_from("<H", raw, place + 2)[0]
        if struct.unpack_from("<H", raw, place)[0] == 0x0A and kind != 0xFC:
            place += 4  # from the book's part to the sheet's
    raw[place + 4 + at : place + 4 + at + len(value)] = value
    path.write_bytes(raw)
    return path


_BELIEVED = pytest.mark.parametrize(
    ("kind", "at", "value"),
    [
        (0x200, 0, b"\0\x95\0\0"),  # the sheet begins after its end
        (0x200, 4, b"\xff\xff\xff\x7f"),  # it ends two thousand million rows further
        (0xFC, 4, b"\xff\xff\xff\x7f"),  # there are as many texts
        (0xFD, 0, b"\xff\xff\xff\xff"),  # a cell lies at row and column 65,536
    ],
)


@_BELIEVED
def test_an_xls_in_a_folder_is_not_believed_either(
    tmp_path: Path, kind: int, at: int, value: bytes
) -> None:
    """What is read as a document goes through the same checks as a table."""
    patched_xls(tmp_path / "a.xls", kind, at, value)
    assert describe_path(tmp_path / "a.xls", tmp_path).problem is not None


@pytest.mark.parametrize("kind", [0x206, 0x406])
def test_formulas_of_old_programs_are_cells_too(tmp_path: Path, kind: int) -> None:
    """One of them far away is laid out like any other cell."""
    path = patched_xls(tmp_path / "a.xls", 0xFD, 0, b"\xff\xff\xff\xff")
    raw = bytearray(path.read_bytes())
    place = raw.index(struct.pack("<HHHH", 0xFD, 10, 0xFFFF, 0xFFFF))
    struct.pack_into("<H", raw, place, kind)
    path.write_bytes(raw)
    assert old_workbook_bounds.most_cells(path) == most_xls_cells(path) == 65_536**2


@_BELIEVED
def test_what_an_xls_announces_is_not_believed(
    tmp_path: Path, kind: int, at: int, value: bytes
) -> None:
    """The parser would ask for hundreds of gigabytes, and end the program."""
    assert refused(patched_xls(tmp_path / "a.xls", kind, at, value))


def test_a_sound_xls_is_read(tmp_path: Path) -> None:
    """The same workbook without the harm is a table."""
    source = open_source(patched_xls(tmp_path / "a.xls", 0x200, 0, b"\0\0\0\0"))
    assert len(list(source.rows())) == 299


def test_a_cell_of_ods_repeated_everywhere(tmp_path: Path) -> None:
    """A handful of bytes that stand for seventeen thousand million cells is refused."""
    cell = (
        '<table:table-cell office:value-type="string" table:number-columns-repeated="16384">'
        "<text:p>x</text:p></table:table-cell>"
    )
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    assert "too large" in refused(make_ods(tmp_path / "a.ods", [[ods_text("a")]], after=row))


def test_formats_far_away_are_no_cells(tmp_path: Path) -> None:
    """Columns formatted to the last row, as people do, cost nothing."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(1, 0, [1, 2])
        sheet.write_blank(1_048_575, 5, None, bold)
        sheet.write_blank(9, 16_383, None, bold)
    assert list(open_source(path).rows()) == [("1", "2")]


def test_cells_that_do_not_say_where_they_are() -> None:
    """Cells without a place follow the one before; they are counted by row."""
    reading = XmlReading()
    reading.add(b"<row r='3'><c><v>1</v></c><c><v>2</v></c></row><row r='9'><c/></row>")
    assert (reading.extent.columns, reading.extent.cells) == (2, 14)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_zip_bomb(tmp_path: Path, plain: Path, part: str) -> None:
    """A few hundred kilobytes that unpack to hundreds of megabytes are refused at once."""

    def edit(name: str, content: bytes) -> bytes:
        return content.replace(b">", b">" + b" " * (1 << 28), 1) if name == part else content

    path = rewritten(plain, tmp_path / "bomb.xlsx", edit)
    assert path.stat().st_size < 1_000_000
    assert "packed so tightly" in refused(path)


def test_a_zip_bomb_that_lies_about_its_size(tmp_path: Path, plain: Path) -> None:
    """A part that is larger than the package says is found before the parser unpacks it."""

    def edit(name: str, content: bytes) -> bytes:
        is_shared = name == "xl/sharedStrings.xml"
        return content.replace(b">", b">" + b" " * (1 << 28), 1) if is_shared else content

    path = rewritten(plain, tmp_path / "bomb.xlsx", edit)
    raw = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/sharedStrings.xml").file_size
    path.write_bytes(raw.replace(size.to_bytes(4, "little"), (500).to_bytes(4, "little")))
    assert "damaged" in refused(path)


def test_something_without_an_end_is_not_gathered() -> None:
    """A cell that goes on for ever is refused before it fills the memory."""

    class Endless:
        read_so_far = 0

        def read(self, size: int) -> bytes:
            self.read_so_far += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(ValueError, match="without an end"):
        list(whole_cells(stream))  # type: ignore[arg-type]
    assert stream.read_so_far < 32 * (1 << 20)


@pytest.mark.parametrize("target", ["text", "sheet"])
def test_entity_bombs_do_nothing(tmp_path: Path, plain: Path, target: str) -> None:
    """Entities that multiply, or that name a file, are neither unfolded nor followed."""
    secret = tmp_path / "secret.txt"
    secret.write_text("never to be seen")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    kind = f'<!DOCTYPE x [<!ENTITY l0 "lol">{laughs}<!ENTITY f SYSTEM "{secret.as_uri()}">]>'

    def edit(name: str, part: bytes) -> bytes:
        if target == "text" and name == "xl/sharedStrings.xml":
            start = part.replace(b"<sst", kind.encode() + b"<sst", 1)
            return start.replace(b"<t>x</t>", b"<t>&l11;</t>").replace(b"<t>y</t>", b"<t>&f;</t>")
        if target == "sheet" and name.startswith("xl/worksheets/"):
            start = part.replace(b"<worksheet", kind.encode() + b"<worksheet", 1)
            return start.replace(b"<v>2</v>", b"<v>&l11;</v>").replace(b"<v>3</v>", b"<v>&f;</v>")
        return part

    path = rewritten(plain, tmp_path / "entities.xlsx", edit)
    try:
        read = "".join(cell for row in open_source(path).rows() for cell in row)
    except SheafError as error:
        read = error.sentence
    assert "lollol" not in read
    assert "never to be seen" not in read


def test_formulas_without_a_result_are_told(tmp_path: Path) -> None:
    """Programs that store formulas without results leave blanks: how many, where, what to do."""
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    for row in range(2, 10):
        book.active.append([row, f"=A{row}+1"])
    book.save(path)
    source = open_source(path)
    assert next(source.rows()) == ("2", "")
    notice = next(notice for notice in source.notices() if notice.code == "unstored_formulas")
    assert notice.count == 8
    assert "rows 2, 3, 4, 5, 6 …" in notice.text


def test_formulas_that_give_an_empty_text_are_not_told(tmp_path: Path, plain: Path) -> None:
    """An empty text is a result."""

    def edit(name: str, part: bytes) -> bytes:
        formula = b'<c r="B2" t="str"><f>IF(A1=2,"x","")</f><v></v></c>'
        return part.replace(b'<c r="B2" t="s"><v>3</v></c>', formula)

    source = open_source(rewritten(plain, tmp_path / "a.xlsx", edit))
    assert list(source.rows()) == [("x", "")]
    assert source.notices() == ()


def test_merged_areas_of_every_kind_are_told(tmp_path: Path) -> None:
    """XLSB and OpenDocument tell of merged cells too."""
    xlsb = make_xlsb(tmp_path / "a.xlsb", [["a", "b"], ["x", "y"]])
    merged = b"\xb1\x01\x04\x01\x00\x00\x00\xb0\x01\x10" + b"\x01\0\0\0" * 2 + b"\0\0\0\0\x01\0\0\0"

    def edit(name: str, part: bytes) -> bytes:
        return part.replace(b"\x82\x01\x00", merged + b"\x82\x01\x00") if "sheet1" in name else part

    spanned = (
        '<table:table-cell office:value-type="string" table:number-columns-spanned="2" '
        'table:number-rows-spanned="1"><text:p>x</text:p></table:table-cell>'
    )
    ods = make_ods(tmp_path / "a.ods", [[ods_text("a"), ods_text("b")], [spanned, ods_text("y")]])
    for path in (rewritten(xlsb, tmp_path / "b.xlsb", edit), ods):
        told = {notice.code: notice.count for notice in open_source(path).notices()}
        assert told["merged_cells"] == 1


def test_errors_lead_to_their_rows(tmp_path: Path) -> None:
    """The rows with errors can be shown."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["a", "1", "2"])
        sheet.write_formula(2, 0, "=NA()", None, "#N/A")
    source = open_source(path)
    list(source.rows())
    notice = next(notice for notice in source.notices() if notice.code == "error_cells")
    assert (notice.action, notice.rows) == (Action.SHOW_ROWS, (2,))


def test_macros_are_no_reason_to_refuse(tmp_path: Path, plain: Path) -> None:
    """A workbook with macros is read as a table; the macros stay where they are."""
    path = tmp_path / "a.xlsm"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/vbaProject.bin", b"\0" * 100)
    source = open_source(path)
    assert (source.format, list(source.rows())) == ("xlsm", [("x", "y")])


def test_the_opening_of_a_workbook_can_be_stopped(plain: Path) -> None:
    """A person who stops while the parser is busy is not kept waiting for it."""
    with pytest.raises(SheafError, match="was stopped"):
        open_source(plain, cancelled=lambda: True)


def test_a_busy_parser_is_left_alone() -> None:
    """While a step takes its time, stopping takes effect within a moment."""
    started = time.monotonic()
    with pytest.raises(SheafError, match="was stopped"):
        stoppable(Path("a.xlsx"), lambda: time.sleep(30), lambda: True)
    assert time.monotonic() - started < 20


def test_what_breaks_in_a_step_reaches_the_caller() -> None:
    """An error or panic in the parser's thread is raised where the person is told."""
    panic = type("PanicException", (BaseException,), {})

    def step() -> None:
        raise panic("index out of bounds")

    with pytest.raises(panic):
        stoppable(Path("a.xlsx"), step, lambda: False)
    assert stoppable(Path("a.xlsx"), lambda: 5, lambda: False) == 5
