"""What is read and exported without answers has the same cells, for independent readers too."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from app.core.job import JobSettings, Mode
from app.core.table import Row
from app.engine.bench import Bench, bundled_catalog
from app.engine.export import Choices, export
from app.engine.load import Draft, Wanted, new_job
from app.engine.replies import Exported
from app.paths import places
from app.store.job_file import JobFile
from tests.files.hostile_tables import Table, tables

TABLES = tables()
_ILLEGAL = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
RISKY = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture
def bench(sheaf_home: Path) -> Bench:
    """A place of work without any service."""
    made = Bench(places(os.environ), bundled_catalog(), lambda _: None)
    made.places.create()
    return made


def load(bench: Bench, path: Path, **how: str) -> Path:
    """Read a file into a job."""
    return new_job(bench, Wanted(path, **how), Draft(JobSettings(), Mode.REAL))  # type: ignore[arg-type]


def written(path: Path, table: Table, encoding: str = "utf-8", **dialect: str) -> Path:
    """Write a table with the standard library."""
    with path.open("w", encoding=encoding, newline="") as file:
        # Left to itself the writer leaves line ends of another kind than its own unquoted.
        quoting = csv.QUOTE_ALL if "lineterminator" in dialect else csv.QUOTE_MINIMAL
        writer = csv.writer(file, quoting=quoting, **dialect)  # type: ignore[arg-type]
        writer.writerow(table[0])
        writer.writerows(table[1])
    return path


def exported(bench: Bench, job: Path, name: str, **choices: object) -> tuple[Path, Exported]:
    """Export a job."""
    out = job.with_name(name)
    return out, export(job, out, Choices(**choices), bench.publish)  # type: ignore[arg-type]


def read_csv(path: Path, **dialect: str) -> Iterator[Row]:
    """Read a CSV with the standard library."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from map(tuple, csv.reader(file, strict=True, **dialect))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(("delimiter", "newline"), [(",", "\r\n"), (";", "\n"), ("\t", "\r")])
def test_csv_in_and_out_has_the_same_cells(
    tmp_path: Path, bench: Bench, name: str, delimiter: str, newline: str
) -> None:
    """Whatever separates the cells and ends the lines; raw cells are raw."""
    header, rows = TABLES[name]
    path = written(tmp_path / "a.csv", TABLES[name], delimiter=delimiter, lineterminator=newline)
    job = load(bench, path, delimiter=delimiter)
    out, _ = exported(bench, job, "out.csv", raw_cells=True, delimiter=delimiter)
    read = [row[: len(header)] for row in read_csv(out, delimiter=delimiter)]
    if name != "headers":
        assert read[0] == header
    assert read[1:] == rows


@pytest.mark.parametrize("name", TABLES)
def test_guarded_cells_are_the_only_ones_that_change(
    tmp_path: Path, bench: Bench, name: str
) -> None:
    """Just an apostrophe is put before them, and they are counted."""
    header, rows = TABLES[name]
    job = load(bench, written(tmp_path / "a.csv", TABLES[name]), delimiter=",")
    out, done = exported(bench, job, "out.csv", delimiter=",")
    read = [row[: len(header)] for row in read_csv(out)]
    changed = 0
    for before, after in zip(rows, read[1:], strict=True):
        for old, new in zip(before, after, strict=True):
            if old != new:
                assert new == f"'{old}"
                assert old.startswith(RISKY)
                changed += 1
    names = sum(name.startswith(RISKY) for name in header)
    assert done.guarded == changed + names


@pytest.mark.parametrize("name", TABLES)
def test_excel_has_the_same_cells(tmp_path: Path, bench: Bench, name: str) -> None:
    """Numbers come back as they were shown, long cells in pieces; controls are left out."""
    header, rows = TABLES[name]
    job = load(bench, written(tmp_path / "a.csv", TABLES[name]), delimiter=",")
    out, done = exported(bench, job, "out.xlsx")
    sheet = openpyxl.load_workbook(out)["Answers"]
    names, *read = [["" if cell is None else cell for cell in row] for row in sheet.values]
    assert done.rows == len(rows) == len(read)
    width = len(header)
    for before, after in zip(rows, read, strict=True):
        whole = [
            str(cell)
            + "".join(
                str(more)
                for title, more in zip(names[width:], after[width:], strict=True)
                if str(title).startswith(f"{own} (continued")
            )
            for own, cell in zip(header, after, strict=False)
        ]
        assert [_plain(cell) for cell in whole] == [_plain(cell) for cell in before]


def _plain(cell: str) -> str:
    """Bring a cell to what a workbook can hold, and a number to what it means."""
    text = cell.replace("\r\n", "\n").replace("\r", "\n").translate(_ILLEGAL)
    # An escape that is only a look-alike is read raw by this reader.
    text = text.replace("_x005F_", "_")
    return text.removesuffix("0").removesuffix("0").removesuffix(".") if _is_price(text) else text


def _is_price(text: str) -> bool:
    whole, dot, rest = text.removeprefix("-").partition(".")
    return bool(dot) and whole.isdecimal() and rest.isdecimal()


@pytest.mark.parametrize("name", TABLES)
def test_json_lines_have_the_same_cells(tmp_path: Path, bench: Bench, name: str) -> None:
    """Every text is there to the last character; numbers mean the same."""
    header, rows = TABLES[name]
    job = load(bench, written(tmp_path / "a.csv", TABLES[name]), delimiter=",")
    out, _ = exported(bench, job, "out.jsonl")
    read = [json.loads(line) for line in out.read_bytes().decode().split("\n")[:-1]]
    with JobFile.open(job) as job_file:
        names = job_file.head().column_names
    for before, after in zip(rows, read, strict=True):
        cells = [after[name] for name in names]
        assert [_plain(str(cell)) for cell in cells] == [_plain(cell) for cell in before]
    assert len(names) == len(header)


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
@pytest.mark.parametrize("name", ["looks", "signs", "scripts", "numbers", "random", "blanks"])
def test_an_export_can_be_read_as_data_again(
    tmp_path: Path, bench: Bench, name: str, form: str
) -> None:
    """What Sheaf writes, Sheaf reads: the same rows as before."""
    job = load(bench, written(tmp_path / "a.csv", TABLES[name]), delimiter=",")
    out, _ = exported(bench, job, f"out.{form}", raw_cells=True, delimiter=",")
    again = load(bench, out, **({"delimiter": ","} if form == "csv" else {}))
    width = len(TABLES[name][0])
    with JobFile.open(job) as first, JobFile.open(again) as second:
        before = [row for _, row in first.source_rows()]
        after = [row[:width] for _, row in second.source_rows()]
    assert [list(map(_plain, row)) for row in after] == [list(map(_plain, row)) for row in before]
