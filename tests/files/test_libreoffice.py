"""LibreOffice opens every export and gives back the same cells; it runs where it is installed.

CSV is imported with every column as text, as its import dialogue offers; workbooks as they are.
"""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.core.table import Row
from app.files.csv_file import CsvStyle
from app.files.outgoing import OutColumn, Written
from app.files.records import CELL_LIMIT
from app.files.writers import Form, Manner, write_table
from tests.files.hostile_tables import tables

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
PATIENCE_SECONDS = 110
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("libreoffice"),
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed"),
]

TABLES = tables()
_OUT = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
"""Commas, quotation marks, UTF-8, cells as they are shown, every sheet in a file of its own."""
_TEXT_COLUMNS = "/".join(f"{place}/2" for place in range(1, 400))
_IN = f"CSV:44,34,76,1,{_TEXT_COLUMNS}"
_LONGEST_IMPORT = 65_535
"""LibreOffice cuts longer cells of a CSV off; of a workbook it reads all that Excel would."""
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def convert(files: list[Path], out: Path, profile: Path, *how: str) -> None:
    """Let LibreOffice open the files and save what it sees as CSV."""
    command = [
        str(SOFFICE),
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        *how,
        "--convert-to",
        _OUT,
        "--outdir",
        str(out),
        *map(str, files),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr


class Seen:
    """All tables as they were written, and as LibreOffice sees them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written: dict[tuple[str, Form], Written] = {}
        for form in (Form.CSV, Form.EXCEL):
            (folder / form).mkdir()
            for name, (header, rows) in TABLES.items():
                columns = [
                    OutColumn(title, is_number=title in {"count", "price"}) for title in header
                ]
                path = folder / form / f"{name}.{form}"
                manner = Manner(form, CsvStyle(), about=[("Job", name)])
                made = write_table(path, columns, lambda rows=rows: [rows], manner)  # type: ignore[misc]
                self.written[name, form] = made
        convert(self._files(Form.CSV), folder / "from-csv", folder / "profile", f"--infilter={_IN}")
        convert(self._files(Form.EXCEL), folder / "from-xlsx", folder / "profile")

    def _files(self, form: Form) -> list[Path]:
        return sorted((self.folder / form).iterdir())

    def rows(self, name: str, form: Form) -> list[Row]:
        """Return a table as LibreOffice sees it, its header first."""
        sheet = "Answers" if form is Form.EXCEL else name
        path = self.folder / f"from-{form}" / f"{name}-{sheet}.csv"
        csv.field_size_limit(CELL_LIMIT)
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [tuple(row) for row in csv.reader(file, strict=True)]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Convert everything once: LibreOffice takes ten seconds to start."""
    return Seen(tmp_path_factory.mktemp("office"))


@pytest.mark.parametrize("name", TABLES)
def test_a_csv_is_seen_as_it_was_written(seen: Seen, name: str) -> None:
    """Every cell is the same but for the guarded ones, which are as many as were counted."""
    header, rows = TABLES[name]
    found = seen.rows(name, Form.CSV)
    assert len(found) == 1 + len(rows)
    guarded = 0
    for before, after in zip([header, *rows], found, strict=True):
        for old, new in zip(before, after, strict=True):
            expected = _as_imported(old)
            if new != expected:
                assert new == f"'{expected}"
                guarded += 1
    assert guarded == seen.written[name, Form.CSV].guarded


@pytest.mark.parametrize("name", TABLES)
def test_a_workbook_is_seen_as_it_was_written(seen: Seen, name: str) -> None:
    """Every cell is the same to the last digit, numbers too; nothing is run, and none is cut."""
    header, rows = TABLES[name]
    names, *found = seen.rows(name, Form.EXCEL)
    assert names[: len(header)] == header
    assert len(found) == len(rows)
    for before, after in zip(rows, found, strict=True):
        own, further = after[: len(header)], after[len(header) :]
        titles = names[len(header) :]
        for title, old, new in zip(header, before, own, strict=True):
            rest = [
                cell
                for at, cell in zip(titles, further, strict=True)
                if at.startswith(f"{title} (continued")
            ]
            assert "".join([new, *rest]) == _NO_XML.sub("", _one_line_end(old))


def _as_imported(cell: str) -> str:
    """Return a cell of a CSV as LibreOffice imports it."""
    return _one_line_end(cell).replace("\0", "")[:_LONGEST_IMPORT]


def _one_line_end(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n")
