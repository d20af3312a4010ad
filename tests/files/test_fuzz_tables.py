"""Whatever bytes a person opens as a table: rows as wide as the header, or a plain refusal."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import xlwt
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.errors import SheafError
from app.core.table import Row, blocks
from app.files.csv_source import MOST_COLUMNS
from app.files.formats import open_source
from tests.files.makers import make_ods, ods_text, ods_value
from tests.fuzzing import ODD_SIGNS, searched, spoilt

ENDINGS = st.sampled_from([".csv", ".tsv", ".txt", ".xlsx", ".xls", ".xlsb", ".ods", ".jsonl", ""])
CODECS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp1252",
    "cp932", "gb18030", "big5", "euc_kr", "euc_jp", "koi8_r", "iso2022_jp", "hz", "cp037",
    "shift_jisx0213", "mac_roman", "punycode", "unicode_escape", "raw_unicode_escape", "idna",
    "undefined", "rot13", "base64", "hex", "zlib", "ascii", "mbcs", "none such", "\x00", "", "ü",
)  # fmt: skip
_STARTS = (
    b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff",
    b"sep=;\n", b"sep=\x00\r\n", b'"sep=\\t"\n', b"SEP= \n", b"sep=\xe4\n", b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF", b"{\\rtf", b"<html", b"<?xml", b'{"custom_id": ',
    b"\x1f\x8b", b"SQLite format 3\x00",
)  # fmt: skip
_PIECES = st.sampled_from(
    [
        b",",
        b";",
        b"\t",
        b"|",
        b'"',
        b'""',
        b"\n",
        b"\r\n",
        b"\r",
        b"a",
        b"7",
        b" ",
        b"\x00",
        b"\xe4",
    ]
)
TABLE_BYTES = st.lists(_PIECES | st.binary(max_size=4), max_size=60).map(b"".join)
BYTES = st.builds(bytes.__add__, st.sampled_from(_STARTS), TABLE_BYTES | st.binary(max_size=200))
_SEPARATORS = st.sampled_from(["", "comma", "tab", "\\t", ",", " ", "\x00", "ä", '"', "\n", "::"])
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "encoding": st.sampled_from(CODECS),
        "delimiter": _SEPARATORS | st.characters(),
        "header": st.booleans(),
        "sheet": st.sampled_from(["Sheet", "Visible", "", "\x00"]),
    },
)


def read(content: bytes, ending: str = ".csv", **options: Any) -> list[Row] | None:
    """Read content as a table twice; None where it is refused in plain words."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"table{ending}"
        path.write_bytes(content)
        try:
            source = open_source(path, **options)
            rows = list(source.rows())
        except SheafError as refused:
            return _refused(refused)
        _check_header(source.header)
        assert all(len(row) == len(source.header) for row in rows)
        assert all("".join(row).strip() for row in rows)
        assert all(notice.text for notice in source.notices())
        assert list(source.rows()) == rows
        return [source.header, *rows]


def _refused(refused: SheafError) -> None:
    assert refused.what.endswith(".")
    assert "Error" not in refused.what


def _check_header(header: Row) -> None:
    assert header
    assert all(name.strip() for name in header)
    assert len(set(header)) == len(header)


@searched(250)
@given(BYTES, ENDINGS, OPTIONS)
@example(b"a,b\n1,2\n", ".csv", {"encoding": "utf-16"})
@example(b"sep=\x00\na\x00b\n1\x002\n", ".csv", {})
def test_any_bytes_are_a_table_or_refused(
    content: bytes, ending: str, options: dict[str, Any]
) -> None:
    """No file and no choice of how to read it makes more than a plain refusal."""
    read(content, ending, **options)


@searched(100)
@given(
    st.lists(st.text(st.sampled_from(ODD_SIGNS) | st.characters(), max_size=30), max_size=9),
    st.sampled_from(CODECS[:15]),
    st.booleans(),
)
def test_any_text_is_a_table_or_refused(lines: list[str], codec: str, named: bool) -> None:
    """Nor does any text in any encoding, said or not."""
    content = "\n".join(lines).encode(codec, "ignore")
    read(content, encoding=codec) if named else read(content)


def test_a_table_that_is_too_wide_is_refused() -> None:
    """A small file with very many separators never becomes a table that fills the memory."""
    for width in (MOST_COLUMNS, MOST_COLUMNS + 1):
        content = b",".join([b"a"] * width) + b"\n" + b"1\n" * 9
        assert (read(content) is None) == (width > MOST_COLUMNS)


def test_wide_rows_are_held_a_few_at_a_time() -> None:
    """Blank cells count as well when rows are taken together."""
    rows = [("",) * MOST_COLUMNS] * 50
    held = list(blocks(rows, 2_000, 100_000))
    assert max(map(len, held)) * MOST_COLUMNS <= 100_000
    assert sum(map(len, held)) == len(rows)


_CELL = st.sampled_from(["", " ", "7", "a b", "ä", "\u2028", "\x85", "\x00", "=1+1", "é́", "'"])


@searched(150)
@given(
    st.lists(st.lists(_CELL, min_size=1, max_size=5), min_size=1, max_size=12),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_no_row_and_no_cell_is_lost(table: list[list[str]], separator: str, newline: str) -> None:
    """Every line that holds something is a row, in order, with its cells as they stand."""
    content = newline.join(separator.join(row) for row in table) + newline
    found = read(content.encode(), encoding="utf-8", delimiter=separator, header=False)
    filled = [row for row in table if "".join(row).strip()]
    if found is None:
        assert not filled
        return
    width = max(len("\0".join(row).rstrip("\0").split("\0")) for row in table)
    assert len(found[0]) >= min(width, 1)
    assert [[*_until_last(row)] for row in found[1:]] == [[*_until_last(row)] for row in filled]


def _until_last(row: Any) -> list[str]:
    """Return the cells up to the last one that is not empty."""
    cells = list(row)
    while cells and not cells[-1]:
        cells.pop()
    return cells


@cache
def _workbooks() -> tuple[tuple[str, bytes], ...]:
    """Make one small workbook of each kind that can be written here."""
    rows = [("id", "text", "on"), (1, "Kettle, broken", 2.5), (2, "äöü \u2028", True)]
    xlsx = openpyxl.Workbook()
    for row in rows:
        xlsx.active.append(row)
    xls = xlwt.Workbook()
    sheet = xls.add_sheet("Sheet")
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write(at, place, cell)
    found = []
    for ending, workbook in ((".xlsx", xlsx), (".xls", xls)):
        content = io.BytesIO()
        workbook.save(content)
        found.append((ending, content.getvalue()))
    with TemporaryDirectory() as folder:
        cells = [
            [ods_text("id"), ods_text("text")],
            [ods_value("float", "value", "1"), ods_text("x")],
        ]
        found.append((".ods", make_ods(Path(folder) / "a.ods", cells).read_bytes()))
    return tuple(found)


@st.composite
def _spoilt_workbooks(draw: st.DrawFn) -> tuple[str, bytes]:
    ending, content = draw(st.sampled_from(_workbooks()))
    return ending, draw(spoilt(content))


@searched(150)
@given(_spoilt_workbooks(), OPTIONS)
def test_any_damaged_workbook_is_a_table_or_refused(
    workbook: tuple[str, bytes], options: dict[str, Any]
) -> None:
    """A workbook with bytes cut out, changed or doubled never makes more than a refusal."""
    ending, content = workbook
    read(content, ending, **options)
