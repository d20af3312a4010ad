"""Whatever is written is read back the same, by Sheaf and by an independent reader."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.table import Row, name_columns
from app.files.csv_file import CsvStyle, write_csv
from app.files.formats import open_source

NASTY = st.sampled_from(
    [
        "",
        " ",
        "0012",
        '"',
        '""',
        ",",
        ";",
        "\t",
        "|",
        "\n",
        "\r",
        "\r\n",
        "=1",
        "'",
        "a b",
        "é",
        "😀",
    ]
)
CELL = st.lists(
    NASTY | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12), max_size=4
).map("".join)
STYLES = st.builds(
    CsvStyle,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    bom=st.booleans(),
    newline=st.sampled_from(["\n", "\r\n"]),
    raw_cells=st.just(True),
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[tuple[str, ...], list[Row]]:
    """Draw a table whose rows all hold some text."""
    width = draw(st.integers(1, 5))
    names = draw(
        st.lists(st.from_regex(r"[a-zA-Zé_]{1,8}", fullmatch=True), min_size=width, max_size=width)
    )
    row = st.tuples(*[CELL] * width).filter(lambda cells: bool("".join(cells).strip()))
    return name_columns(names), draw(st.lists(row, min_size=1, max_size=8))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(tables(), STYLES)
def test_written_tables_are_read_back_equal(
    tmp_path: Path, table: tuple[tuple[str, ...], list[Row]], style: CsvStyle
) -> None:
    """Every cell of every table survives, in every style, with the separator named."""
    header, rows = table
    path = tmp_path / "a.csv"
    assert write_csv(path, header, [rows], style=style).rows == len(rows)
    source = open_source(path, encoding="utf-8", delimiter=style.delimiter)
    read = list(source.rows())
    assert source.header == header
    assert read == rows
    with path.open(encoding="utf-8-sig", newline="") as file:
        independent = list(csv.reader(file, delimiter=style.delimiter, strict=True))
    assert independent == [list(header), *map(list, rows)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(tables())
def test_reading_and_writing_again_changes_nothing(
    tmp_path: Path, table: tuple[tuple[str, ...], list[Row]]
) -> None:
    """What was read from a file, written and read again is the same."""
    header, rows = table
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    write_csv(first, header, [rows], style=CsvStyle(raw_cells=True))
    source = open_source(first, delimiter=",")
    write_csv(second, source.header, [list(source.rows())], style=CsvStyle(raw_cells=True))
    assert second.read_bytes() == first.read_bytes()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_twenty_thousand_reviews_survive_with_everything_found(
    tmp_path: Path, delimiter: str
) -> None:
    """Real-looking texts in several languages come back the same without naming anything."""
    from benchmarks.make_rows import HEADER, rows

    made = list(rows(20_000))
    path = tmp_path / "a.csv"
    write_csv(path, HEADER, [made], style=CsvStyle(delimiter=delimiter, raw_cells=True))
    source = open_source(path)
    assert source.header == HEADER
    assert list(source.rows()) == made
    assert source.notices() == ()
