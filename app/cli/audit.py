"""The evidence of a job, printed as it is read: for people as a table, for programs as JSON lines.

Sums are exact, so that they can be added up and compared with Anthropic's own figures.
"""

from __future__ import annotations

import json
from contextlib import closing, suppress
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.cli import report
from app.core.cost import Usage
from app.core.doubt import HistoryLine
from app.core.job import Batch
from app.engine.audit import Attempt, Audit, RowAudit, Sums, tokens

_LINES = 500
"""How many lines are printed at once."""
_ROW = "{:>9}  {:<12}  {:>5}  {:<33}  {:<19}  {:<19}  {:<12}  {:>9}  {:>9}  {:>12}"
_ROW_NAMES = (
    "Row", "State", "Batch", "Batch ID", "Sent (UTC)", "Ended (UTC)", "Attempt", "Read",
    "Written", "Cost",
)  # fmt: skip
_BATCH = "{:>5}  {:<33}  {:<10}  {:>9}  {:>9}  {:>12}  {:>12}  {:>14}  {:>8}"
_BATCH_NAMES = (
    "Batch", "Batch ID", "Status", "Rows", "Billed", "Read", "Written", "Cost", "No figure",
)  # fmt: skip


class _Printer:
    """Prints lines in blocks, and stops without a word when nobody reads on."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def __call__(self, line: str) -> None:
        self._lines.append(line)
        if len(self._lines) >= _LINES:
            self.flush()

    def flush(self) -> None:
        """Print what is there."""
        if self._lines:
            report.out("\n".join(self._lines))
            self._lines.clear()


def show(path: Path, *, as_json: bool) -> None:
    """Print every attempt of every row, then the batches' totals.

    Raises:
        SheafError: the file is not a job, or cannot be read.
    """
    with closing(Audit(path)) as audit, suppress(BrokenPipeError):
        printer = _Printer()
        tell = _tell_json if as_json else _tell
        tell(audit, path, printer)
        printer.flush()


# --- for people -------------------------------------------------------------------------------


def _tell(audit: Audit, path: Path, say: _Printer) -> None:
    say(_ROW.format(*_ROW_NAMES))
    for row in audit.rows():
        for line in _row_lines(row):
            say(line)
    say("")
    say(_BATCH.format(*_BATCH_NAMES))
    for batch in audit.batches:
        say(_batch_line(batch, audit.by_batch[batch.number]))
    say(_BATCH.format("Total", "", "", *_sum_cells(audit.total)))
    for happened in audit.history:
        say(f"{_moment(happened.at)}  {report.one_line(happened.what)}")
    for sentence in _conclusions(audit):
        say(sentence)
    say(report.one_line(f"Job: {path}"))


def _row_lines(row: RowAudit) -> list[str]:
    if not row.attempts:
        said = f"{row.row:>9,}  {row.state.value:<12}  {report.one_line(row.reason)}"
        return [said.rstrip()]
    return [_attempt_line(row, attempt).rstrip() for attempt in row.attempts]


def _attempt_line(row: RowAudit, attempt: Attempt) -> str:
    batch, usage = attempt.batch, attempt.usage
    cells = (
        f"{row.row:,}",
        row.state.value,
        batch.number,
        report.one_line(batch.remote_id or "—"),
        _moment(batch.sent_at),
        _moment(batch.ended_at),
        attempt.state.value,
        f"{usage.prompt:,}" if usage else "—",
        f"{usage.output:,}" if usage else "—",
        _dollars(attempt.cost_usd),
    )
    return f"{_ROW.format(*cells)}  {report.one_line(attempt.reason)}"


def _batch_line(batch: Batch, sums: Sums) -> str:
    name, state = report.one_line(batch.remote_id or "—"), batch.state.value
    line = _BATCH.format(batch.number, name, state, *_sum_cells(sums))
    return f"{line}  {report.one_line(batch.reason)}".rstrip()


def _sum_cells(sums: Sums) -> tuple[str, ...]:
    read = sums.usage.total() - sums.usage["output"]
    numbers = (sums.attempts, sums.billed, read, sums.usage["output"])
    return (*(f"{number:,}" for number in numbers), _dollars(sums.known_usd), f"{sums.unknown:,}")


def _conclusions(audit: Audit) -> list[str]:
    states = audit.rows_by_state
    listed = ", ".join(f"{states[state]:,} {state}" for state in sorted(states)) or "none"
    sums = audit.total
    said = [f"Rows: {listed}.", f"{sums.attempts:,} attempts; {sums.billed:,} of them billed."]
    if sums.unknown:
        said.append(f"No figures (not ended, never came, or no price known): {sums.unknown:,}.")
    wrong = ", ".join(str(batch.number) for batch in audit.wrong())
    adds_up = "The rows of every finished batch add up to what the batch cost."
    return [*said, f"Does not add up: batch {wrong}." if wrong else adds_up]


def _moment(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else "—"


def _dollars(amount: Decimal | None) -> str:
    return "—" if amount is None else f"${_exact(amount)}"


def _exact(amount: Decimal) -> str:
    return format(amount.normalize(), "f")


# --- for programs -----------------------------------------------------------------------------


def _tell_json(audit: Audit, path: Path, say: _Printer) -> None:
    job = audit.job
    say(_json("job", job=str(path), name=job.name, mode=job.mode, state=job.state, rows=job.rows))
    for row in audit.rows():
        say(_row_json(row))
    for batch in audit.batches:
        say(_batch_json(batch, audit.by_batch[batch.number]))
    for happened in audit.history:
        say(_history_json(happened))
    wrong = [batch.number for batch in audit.wrong()]
    rows = dict(audit.rows_by_state)
    say(_json("total", rows=rows, **_sums_json(audit.total), does_not_add_up=wrong))


def _row_json(row: RowAudit) -> str:
    attempts = [_attempt_json(attempt) for attempt in row.attempts]
    return _json(
        "row",
        row=row.row,
        state=row.state,
        reason=row.reason,
        copied_from=row.copied_from,
        attempts=attempts,
    )


def _attempt_json(attempt: Attempt) -> dict[str, Any]:
    batch = attempt.batch
    return {
        "batch": batch.number,
        "id": batch.remote_id,
        "sent_at": _iso(batch.sent_at),
        "ended_at": _iso(batch.ended_at),
        "state": attempt.state,
        "reason": attempt.reason,
        "usage": tokens(attempt.usage) if attempt.usage else None,
        "cost_usd": _text(attempt.cost_usd),
        "request_id": attempt.request_id,
        "shown": attempt.shown,
    }


def _batch_json(batch: Batch, sums: Sums) -> str:
    return _json(
        "batch",
        batch=batch.number,
        id=batch.remote_id,
        state=batch.state,
        sent_at=_iso(batch.sent_at),
        ended_at=_iso(batch.ended_at),
        is_retry=batch.is_retry,
        reason=batch.reason,
        noted_cost_usd=batch.cost_usd,
        **_sums_json(sums),
    )


def _history_json(line: HistoryLine) -> str:
    return _json("history", at=_iso(line.at), batch=line.batch, what=line.what)


def _sums_json(sums: Sums) -> dict[str, Any]:
    return {
        "attempts": sums.attempts,
        "states": dict(sums.states),
        "billed": sums.billed,
        "usage": {kind: sums.usage[kind] for kind in tokens(Usage())},
        "cost_usd": _text(sums.known_usd),
        "unknown": sums.unknown,
    }


def _json(kind: str, **said: Any) -> str:
    """Write one line of nothing but ASCII, so that no encoding of the output can spoil it."""
    return json.dumps({"kind": kind, **said})


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else _exact(amount)
