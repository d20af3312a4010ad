"""Reading ready-made requests: their params are kept beside the rows of the table."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from app.core import ready_made
from app.core.errors import SheafError
from app.core.job import JobSettings
from app.core.table import Row
from app.files.formats import find_format
from app.store.job_file import JobFile


def brings_requests(path: Path) -> bool:
    """Say whether a file holds ready-made requests; what cannot be read holds none."""
    with suppress(SheafError):
        return find_format(path) == ready_made.FORMAT
    return False


def table_columns(format_: str, header: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns that the table of a file has once params are set aside."""
    return ready_made.COLUMNS if format_ == ready_made.FORMAT else header


def settings_for(format_: str, settings: JobSettings) -> JobSettings:
    """Return the settings of a job with this file: requests bring most of them themselves."""
    if format_ != ready_made.FORMAT:
        return settings
    is_id = settings.id_column == "" or settings.id_column in ready_made.COLUMNS
    return replace(
        settings,
        instructions="",
        background="",
        answers=(),
        model="",
        max_tokens=0,
        id_column=settings.id_column if is_id else ready_made.COLUMNS[0],
        recipe="custom",
        attached=(),
        rows_per_request=1,
    )


def set_requests_aside(job_file: JobFile, first: int, rows: list[Row], width: int) -> list[Row]:
    """Return the rows of the table; the params of ready-made requests are kept beside them."""
    if not rows or len(rows[0]) == width:
        return rows
    job_file.requests.add(first, [(row[-2].encode(), row[-1]) for row in rows])
    return [row[:width] for row in rows]
