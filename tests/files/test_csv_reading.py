"""Text tables are read cell for cell, whatever wrote them, and oddities are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.errors import SheafError
from app.core.table import Action
from app.files.formats import open_source
from app.files.source import Source

Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a text file and return its path."""

    def make(content: str | bytes) -> Path:
        path = tmp_path / "table.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def said(source: Source) -> dict[str, tuple[int, str]]:
    """Read all rows and return the notices by code."""
    list(source.rows())
    return {notice.code: (notice.count, notice.text) for notice in source.notices()}


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_separator_is_found(write: Write, sign: str) -> None:
    """Comma, semicolon, tab and pipe are recognised, also when cells hold the others."""
    text = sign.join(["id", "text", "price"]) + "\n"
    text += "".join(sign.join([str(n), f'"a,b;c|d\te {n}"', "1.5"]) + "\n" for n in range(9))
    source = open_source(write(text))
    assert source.delimiter == sign
    assert source.header == ("id", "text", "price")
    assert next(source.rows()) == ("0", "a,b;c|d\te 0", "1.5")
    assert source.format == ("tsv" if sign == "\t" else "csv")


def test_decimal_commas_do_not_pass_for_separators(write: Write) -> None:
    """A table of semicolons with decimal commas in most rows keeps its columns."""
    source = open_source(write("a;b\n1,5;2,5\n3,5;4,5\n5,5;6,5\n"))
    assert list(source.rows()) == [("1,5", "2,5"), ("3,5", "4,5"), ("5,5", "6,5")]


def test_sentences_of_a_one_column_file_stay_whole(write: Write) -> None:
    """Commas in sentences do not cut a file of one column into pieces."""
    source = open_source(write("answer\nYes, always\nno\nred, green, or blue\n"))
    assert source.delimiter == ""
    assert list(source.rows()) == [("Yes, always",), ("no",), ("red, green, or blue",)]


def test_a_declared_separator_is_obeyed(write: Write) -> None:
    """A `sep=` line decides, and is no row."""
    source = open_source(write(b"\xef\xbb\xbfsep=|\r\na,b|c\r\n1,2|3\r\n"))
    assert source.header == ("a,b", "c")
    assert list(source.rows()) == [("1,2", "3")]


@pytest.mark.parametrize("name", ["semicolon", ";", " Semicolon "])
def test_a_named_separator_wins(write: Write, name: str) -> None:
    """The person's separator is taken, as a character or as a word."""
    source = open_source(write("a,b;c\n1,2;3\n"), delimiter=name)
    assert source.header == ("a,b", "c")


@pytest.mark.parametrize("name", ["  ", "ab", '"', "\n"])
def test_an_impossible_separator_is_refused(write: Write, name: str) -> None:
    """A separator that cannot be one gives a plain sentence."""
    with pytest.raises(SheafError, match="cannot separate columns"):
        open_source(write("a,b\n1,2\n"), delimiter=name)


def test_what_was_found_can_be_named_again(write: Write) -> None:
    """A file is read the same way again when given the separator and encoding that were found."""
    for text in (
        "answer\nYes, always\nno, never\nwell; perhaps\n",
        "a;b\n1;é\n",
        "sep=|\na|b\n1|2\n",
    ):
        path = write(text.encode("cp1252"))
        first = open_source(path)
        again = open_source(path, delimiter=first.delimiter, encoding=first.encoding)
        assert (again.header, list(again.rows())) == (first.header, list(first.rows()))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_works_and_quoted_ones_are_kept(write: Write, end: str) -> None:
    """Rows may end in LF, CRLF or CR alone; inside quotes a line end stays as it is."""
    source = open_source(write(end.join(["a,b", f'1,"x{end}y"', "2,z", ""])))
    assert list(source.rows()) == [("1", f"x{end}y"), ("2", "z")]


def test_mixed_line_ends_in_one_file(write: Write) -> None:
    """A file pasted together from several systems has all its rows."""
    source = open_source(write('a,b\r\n1,x\n2,"y\r\nz"\r3,w'))
    assert list(source.rows()) == [("1", "x"), ("2", "y\r\nz"), ("3", "w")]


def test_doubled_quotes_become_one(write: Write) -> None:
    """Two quotation marks inside a quoted cell are one of text."""
    source = open_source(write('a,b\n1,"say ""hi"", then ""bye"""\n2,""\n'))
    assert list(source.rows()) == [("1", 'say "hi", then "bye"'), ("2", "")]


def test_quotation_marks_inside_plain_cells_stay(write: Write) -> None:
    """Inches and the like in unquoted cells are text."""
    source = open_source(write('a,b\n5" pipe,12"\n'))
    assert list(source.rows()) == [('5" pipe', '12"')]


def test_cells_are_kept_exactly(write: Write) -> None:
    """Spaces, leading zeros, long digits, NBSP and U+2028 are neither trimmed nor changed."""
    cells = ("0012", "  x ", "12345678901234567890", "1.50", "\u00a0a\u2028b\u0085c")
    source = open_source(write("a,b,c,d,e\n" + ",".join(cells) + "\n"))
    assert list(source.rows()) == [cells]
    assert source.notices() == ()


def test_zero_characters_are_kept_and_told(write: Write) -> None:
    """A stray zero byte does not end a cell or the file."""
    source = open_source(write(b"a,b\nx\0y,2\n3,4\n"))
    assert list(source.rows()) == [("x\0y", "2"), ("3", "4")]
    assert said(source)["nul"] == (
        1,
        "1 invisible zero character was found (row 2) and kept.",
    )


@pytest.mark.parametrize("text", ["a,b\n\0001,x\0\n2,\0\0y\n", "a,b\n1,\0\0\0\0\0x\n"])
def test_zero_characters_hide_nothing(write: Write, text: str) -> None:
    """Zero characters in a small file make it neither binary nor UTF-16."""
    source = open_source(write(text))
    assert [list(source.header), *map(list, source.rows())] == [
        line.split(",") for line in text.splitlines()
    ]


def test_a_cell_of_a_megabyte(write: Write) -> None:
    """A very long cell is read whole."""
    long = "word " * 300_000
    source = open_source(write(f'a,b\n1,"{long}"\n'))
    assert list(source.rows()) == [("1", long)]


def test_ten_thousand_columns(write: Write) -> None:
    """A very wide table keeps all its columns."""
    names = [f"c{n}" for n in range(10_000)]
    source = open_source(write(",".join(names) + "\n" + ",".join(names) + "\n"))
    assert source.header == tuple(names)
    assert list(source.rows()) == [tuple(names)]


def test_long_rows_get_columns_of_their_own(write: Write) -> None:
    """No cell beyond the header is cut off; the rows are named."""
    source = open_source(write("a,b\n1,2\n1,2,3\n1,2,,\n1,2,,4\n"))
    assert source.header == ("a", "b", "extra_1", "extra_2")
    assert list(source.rows()) == [
        ("1", "2", "", ""),
        ("1", "2", "3", ""),
        ("1", "2", "", ""),
        ("1", "2", "", "4"),
    ]
    count, text = said(source)["long_rows"]
    assert count == 2
    assert "rows 3 and 5" in text


def test_a_late_long_row_is_seen_before_the_first(write: Write) -> None:
    """The header is final from the start, even when the long row comes after thousands."""
    source = open_source(write("a,b\n" + "1,2\n" * 5000 + "1,2,late\n"))
    assert source.header == ("a", "b", "extra_1")
    assert list(source.rows())[-1] == ("1", "2", "late")


def test_short_rows_are_filled(write: Write) -> None:
    """Missing cells become blank ones, with the rows named."""
    source = open_source(write("a,b,c\n1\n1,2,3\n1,2\n"))
    assert list(source.rows()) == [("1", "", ""), ("1", "2", "3"), ("1", "2", "")]
    assert "rows 2 and 4" in said(source)["short_rows"][1]


def test_empty_rows_are_left_out_and_counted(write: Write) -> None:
    """Blank lines, rows of separators and rows of spaces are no rows, wherever they stand."""
    source = open_source(write("a,b\n\n1,2\n,\n  , \n3,4\n\n\n"))
    assert list(source.rows()) == [("1", "2"), ("3", "4")]
    assert said(source)["empty_rows"] == (5, "5 empty rows were left out.")


def test_blank_and_repeated_headers_are_named(write: Write) -> None:
    """Every column has a name of its own, and what was changed is told."""
    source = open_source(write("a,,a,b,a\n1,2,3,4,5\n"))
    assert source.header == ("a", "Column 2", "a (2)", "b", "a (3)")
    notices = said(source)
    assert notices["blank_headers"][0] == 1
    assert notices["duplicate_headers"][0] == 2


def test_trailing_blank_columns_are_dropped(write: Write) -> None:
    """Columns with neither name nor content are not columns; one with content is."""
    assert open_source(write("a,b,,,\n1,2,,,\n3,4,,,\n")).header == ("a", "b")
    assert open_source(write("a,b,,,\n1,2,,,\n3,4,,x,\n")).header == (
        "a",
        "b",
        "Column 3",
        "Column 4",
    )


def test_title_lines_above_the_header_are_passed_over(write: Write) -> None:
    """A report's title is not the header; it is named, so nobody misses it."""
    source = open_source(write("Sales in March\n\nid,name,stars\n1,A,3\n2,B,4\n"))
    assert source.header == ("id", "name", "stars")
    assert list(source.rows()) == [("1", "A", "3"), ("2", "B", "4")]
    assert "Sales in March" in said(source)["title_rows"][1]


@pytest.mark.parametrize(
    "text",
    [
        "Report\nMade 2024\n\nid,text\n1,a\n2,b\n3,c\n",
        "Report:,March\nDate:,2024-01-01\n\nid,text,stars,country\n1,a,2,DE\n2,b,3,FR\n",
        "Visitors;;\n;;\ncountry;2019;2020\nDE;1;2\nFR;3;4\n",
    ],
)
def test_blocks_above_a_gap_are_titles(write: Write, text: str) -> None:
    """Several lines, also of two cells, above a blank one are titles of the table below."""
    source = open_source(write(text))
    assert source.header[0] in {"id", "country"}
    notice = next(notice for notice in source.notices() if notice.code == "title_rows")
    assert notice.count == (2 if "Report" in text else 1)


def test_a_short_header_is_no_title(write: Write) -> None:
    """A header with names missing stays the header, with or without text below it."""
    for text in ("id,,\n1,a,b\n2,c,d\n", "name,\nAnn,a\nBob,b\n", "a,b,,\nx,y,z,w\np,q,r,s\n"):
        assert open_source(write(text)).header[0] in {"id", "name", "a"}


@pytest.mark.parametrize(
    "text",
    [
        "1,Great product,5\n2,Bad product,1\n",
        "2024-01-01,good\n2024-01-02,bad\n",
        "ann@example.org,Ann\nbob@example.org,Bob\n",
        "Delivery,late\nQuality,poor\nDelivery,early\n",
        "1,2,3\n4,5,6\n",
        "11.03.24,x\n12.03.24,y\n",
        "The kettle broke after two days and nobody answered me,Anna\n"
        "Lovely mug and quick delivery to my home,Ben\nToo small for my kitchen sadly,Cleo\n",
        "Ann,It never arrived at all.\nBob,Fine\n",
    ],
)
def test_a_first_row_of_data_is_doubted(write: Write, text: str) -> None:
    """Where no row names the columns, the person is offered to take the first row as data."""
    path = write(text)
    notice = next(n for n in open_source(path).notices() if n.code == "header_doubtful")
    assert notice.action is Action.FIRST_ROW_IS_DATA
    again = open_source(path, header=False)
    assert len(list(again.rows())) == text.count("\n")
    told = {notice.code: notice.action for notice in again.notices()}
    assert told == {"no_header": Action.FIRST_ROW_IS_HEADER}


@pytest.mark.parametrize(
    "header",
    [
        "country,2019,2020",
        "id,1,2,3,4",
        "name,name,total",
        "How old are you?,Why?",
        "I would recommend this shop to a friend,My order came in time",
        "Tel. no.,Street and no.",
    ],
)
def test_names_of_columns_are_not_doubted(write: Write, header: str) -> None:
    """Years, numbered questions and repeated names are names, and cause no notice."""
    cells = ",".join("x7"[place % 2] for place in range(header.count(",") + 1))
    source = open_source(write(f"{header}\n{cells}\n{cells}\n"))
    assert "header_doubtful" not in {notice.code for notice in source.notices()}


def test_without_header_the_first_row_is_data(write: Write) -> None:
    """The person may say that there is no header; columns are numbered then."""
    source = open_source(write("1,x\n2,y\n"), header=False)
    assert source.header == ("Column 1", "Column 2")
    assert list(source.rows()) == [("1", "x"), ("2", "y")]


def test_invisible_signs_are_no_part_of_a_name(write: Write) -> None:
    """A second byte-order mark or a zero character does not hide in a column's name."""
    source = open_source(write("\ufeff\ufeffid,te\0xt\n1,a\n"))
    assert source.header == ("id", "te xt")


def test_ten_thousand_columns_of_one_name(write: Write) -> None:
    """Giving every column a name of its own takes no longer for many."""
    source = open_source(write("x," * 9_999 + "x\n" + "1," * 9_999 + "1\n"))
    assert len(set(source.header)) == 10_000


def test_blanks_before_quotation_marks_are_no_cells(write: Write) -> None:
    """Hand-made files with a blank after each comma keep their quoted commas."""
    path = write('id, text\n1, "a, b"\n2, "c ""d"""\n')
    source = open_source(path)
    assert (source.header, list(source.rows())) == (
        ("id", "text"),
        [("1", "a, b"), ("2", 'c "d"')],
    )
    assert next(open_source(path, delimiter=",").rows()) == ("1", "a, b")


def test_two_possible_separators_are_told(write: Write) -> None:
    """Where another separator divides the rows as evenly, the person can choose it."""
    source = open_source(write("a;b,c;d\n1;2,3;4\n5;6,7;8\n"))
    told = {notice.code: notice for notice in source.notices()}
    assert told["separator_guessed"].action is Action.CHOOSE_SEPARATOR
    assert source.delimiter == ";"


def test_what_was_noticed_leads_to_its_rows(write: Write) -> None:
    """Rows are told by their place in the file, and shown by their number in the job."""
    source = open_source(write("a,b\n1,2\n\n3\n4,5,6\n7,8\n9\n"))
    list(source.rows())
    told = {notice.code: notice for notice in source.notices()}
    assert told["short_rows"].rows == (2, 5)
    assert "rows 4 and 7" in told["short_rows"].text
    assert (told["long_rows"].rows, told["long_rows"].action) == ((3,), Action.SHOW_ROWS)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('a,b\n1,x\n2,"never closed\n3,y\n4,z\n', "row 3"),
        ('a,b\n1,"open\n2,"quoted"\n3,"more"\n', "row 2"),
        ('a,b\n1,"two\nlines"\n2,"open', r"row 3 \(line 4\)"),
        ('a,b\n1,"x"y,"open\n2,z\n', "row 2"),
    ],
)
def test_an_unclosed_quotation_mark_names_its_row(write: Write, text: str, row: str) -> None:
    """The row where it begins is named; the rest of the file never becomes one cell."""
    with pytest.raises(SheafError, match=f'In {row} of "table.csv"'):
        open_source(write(text))


def test_a_stray_quotation_mark_within_a_line_is_told(write: Write) -> None:
    """Sloppy quoting that stays in its line costs a notice, not the file."""
    source = open_source(write('a,b\n1,"say "hi" now"\n2,y\n'))
    assert len(list(source.rows())) == 2
    assert said(source)["stray_quotes"][0] == 1


def test_tab_separated_text_may_know_no_quoting(write: Write) -> None:
    """In tab-separated text a lone quotation mark at a cell's start is text."""
    source = open_source(write('a\tb\n5\t"open\n2\t3\n'))
    assert list(source.rows()) == [("5", '"open'), ("2", "3")]


def test_the_rows_can_be_read_again(write: Write) -> None:
    """A second reading gives the same rows and the same counts."""
    source = open_source(write("a,b\n1,2\n\n3\n"))
    first = (list(source.rows()), said(source))
    assert (list(source.rows()), said(source)) == first


def test_reading_tells_how_far_it_is_and_can_be_stopped(write: Write) -> None:
    """The position grows from 0 to 1; a cancelled reading raises instead of ending early."""
    source = open_source(write("a,b\n" + "1,2\n" * 20_000))
    positions = [source.position() for _ in source.rows()]
    assert positions == sorted(positions)
    assert positions[0] < 0.2
    assert source.position() == 1.0
    rows = source.rows(lambda: source.position() > 0.5)
    with pytest.raises(SheafError, match="was stopped"):
        list(rows)
    assert 0.5 < source.position() < 1


def test_a_file_that_grew_meanwhile_is_not_cut(write: Write, tmp_path: Path) -> None:
    """When another program widens a row between opening and reading, the reading stops."""
    source = open_source(write("a,b\n1,2\n"))
    (tmp_path / "table.csv").write_text("a,b\n1,2,3\n")
    with pytest.raises(SheafError, match="changed while it was being read: row 2"):
        list(source.rows())
