"""The bill of a job as a CSV: every attempt of every row with its tokens and its cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from app.core.job import Mode
from app.core.table import Row
from app.engine.audit import Attempt, Audit, RowAudit
from app.engine.overwriting import check_place
from app.engine.replies import Exported
from app.files.csv_file import CsvStyle, write_csv
from app.files.writers import separator_for
from app.store.exports import ExportBook
from app.store.reader import JobReader

_BLOCK = 1000
_COLUMNS = (
    "row", "state", "batch", "batch_id", "model", "attempt", "input_tokens",
    "cache_write_5m_tokens", "cache_write_1h_tokens", "cache_read_tokens", "output_tokens",
    "thinking_tokens", "cost_usd",
)  # fmt: skip


def save_bill(job: Path, target: Path, book: ExportBook, *, overwrite: bool = False) -> Exported:
    """Write a job's bill; a row without any attempt stands there too, and cost nothing.

    Raises:
        SheafError: the file cannot be written there, is the job's own, or foreign and there.
    """
    with JobReader(job) as reader:
        check_place(reader, target, book, overwrite=overwrite)
    with closing(Audit(job)) as audit:
        practice = ("practice",) if audit.job.mode is Mode.PRACTICE else ()
        style = CsvStyle(separator_for(target))
        keep = (job, Path(audit.job.source.path))
        columns = (*_COLUMNS, *practice)
        announce = book.announcing(target, audit.job.tag)
        written = write_csv(
            target, columns, _blocks(audit), style=style, never_over=keep, announce=announce
        )
    return Exported(str(target), written.rows, written.guarded)


def _blocks(audit: Audit) -> Iterator[list[Row]]:
    block: list[Row] = []
    for row in audit.rows():
        block += _lines(audit, row)
        if len(block) >= _BLOCK:
            yield block
            block = []
    yield block


def _lines(audit: Audit, row: RowAudit) -> list[Row]:
    head = (str(row.row), row.state.value)
    mark = ("yes",) if audit.job.mode is Mode.PRACTICE else ()
    if not row.attempts:
        return [(*head, *[""] * (len(_COLUMNS) - 3), "0", *mark)]
    model = audit.job.settings.model
    return [(*head, *_cells(attempt, model), *mark) for attempt in row.attempts]


def _cells(attempt: Attempt, model: str) -> Row:
    batch, used = attempt.batch, attempt.usage
    tokens = (
        used.input, used.cache_write_5m, used.cache_write_1h, used.cache_read, used.output,
        used.thinking,
    ) if used else (0,) * 6  # fmt: skip
    return (
        str(batch.number),
        batch.remote_id or "",
        batch.changes.model or model,
        attempt.state.value,
        *map(str, tokens),
        _money(attempt.cost_usd),
    )


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else format(amount.normalize(), "f")
