"""Rules for the rows to run become their numbers, once the rows are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from app.core.job import JobSettings, Rows
from app.core.row_choice import Where, choose
from app.core.volume import chosen_rows
from app.engine.replies import FoundRows
from app.store.job_file import JobFile
from app.store.reader import JobReader

Matching = Callable[[Where], Sequence[int]]


def resolved(rows: Rows, total: int, matching: Matching) -> Rows:
    """Return a choice of rows with the numbers that its rule means.

    Raises:
        SheafError: the rule names a column that is not there.
    """
    if rows.rule is None:
        return rows
    return Rows(picked=choose(rows.rule, total, matching), rule=rows.rule)


def resolve(job_file: JobFile) -> None:
    """Write the numbers of a draft's rows down, where a rule says which they are.

    Raises:
        SheafError: the rule names a column that is not there.
    """
    job = job_file.head()
    matching = partial(job_file.choosing.matching, job.column_names)
    rows = resolved(job.settings.rows, job.rows, matching)
    if rows != job.settings.rows:
        job_file.save_settings(replace(job.settings, rows=rows))


def find_rows(path: Path, wanted: Rows) -> FoundRows:
    """Return which rows of a job a rule means, and how many they are.

    Raises:
        SheafError: the rule names a column that is not there.
    """
    with JobReader(path) as reader:
        job = reader.head()
        matching = partial(reader.choosing.matching, job.column_names)
        rows = resolved(wanted, job.rows, matching)
        return FoundRows(rows, chosen_rows(rows, job.rows))


def unresolved(settings: JobSettings) -> JobSettings:
    """Return settings as the person made them, without the numbers that a rule stands for."""
    if settings.rows.rule is None:
        return settings
    return replace(settings, rows=Rows(rule=settings.rows.rule))
