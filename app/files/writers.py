"""Which kind of file an export is, by its name or by choice, and the writer for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from app.core.errors import SheafError
from app.files.csv_file import CsvStyle, write_csv
from app.files.json_lines_file import write_json_lines
from app.files.outgoing import Blocks, OutColumn, Written
from app.files.regional import usual_separator
from app.files.target import Announce


class Form(StrEnum):
    """The kinds of file that Sheaf writes, by their usual endings."""

    CSV = "csv"
    EXCEL = "xlsx"
    JSON_LINES = "jsonl"


_ENDINGS = {
    **dict.fromkeys((".csv", ".tsv", ".tab", ".txt"), Form.CSV),
    ".xlsx": Form.EXCEL,
    **dict.fromkeys((".jsonl", ".ndjson"), Form.JSON_LINES),
}
_WITH_TABS = frozenset({".tsv", ".tab"})


@dataclass(frozen=True, slots=True)
class Manner:
    """How a table is written, besides its rows.

    `csv` is how a CSV is written down; a workbook says that it was made at `created`, and has
    `about` on a sheet of its own.
    """

    form: Form = Form.CSV
    csv: CsvStyle | None = None
    created: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    about: Sequence[tuple[str, str]] = ()


def form_of(target: Path) -> Form:
    """Return what a file's name says it is to be.

    Raises:
        SheafError: its ending is none of those that Sheaf writes.
    """
    found = _ENDINGS.get(target.suffix.lower())
    if found is None:
        raise SheafError(
            f'"{target.name}" does not end in .xlsx, .csv or .jsonl.',
            "Sheaf writes Excel workbooks, CSV and JSON Lines, and goes by the ending.",
            f'Call it "{target.stem}.xlsx" or "{target.stem}.csv".',
        )
    return found


def separator_for(target: Path) -> str:
    """Return what stands between the cells of a CSV unless somebody chooses it."""
    return "\t" if target.suffix.lower() in _WITH_TABS else usual_separator()


def write_table(
    path: Path,
    columns: Sequence[OutColumn],
    blocks: Blocks,
    manner: Manner,
    never_over: Sequence[Path] = (),
    announce: Announce | None = None,
) -> Written:
    """Write a table, complete or not at all; `announce` hears of it before it takes its place.

    Raises:
        SheafError: it cannot be written there, or not in this form.
    """
    if manner.form is Form.JSON_LINES:
        return write_json_lines(path, columns, blocks, never_over=never_over, announce=announce)
    if manner.form is Form.CSV:
        names = [column.name for column in columns]
        return write_csv(
            path, names, blocks(), style=manner.csv, never_over=never_over, announce=announce
        )
    # Imported late: nobody else pays for loading it.
    from app.files.excel_file import write_excel

    return write_excel(
        path,
        columns,
        blocks,
        created=manner.created,
        about=manner.about,
        never_over=never_over,
        announce=announce,
    )
