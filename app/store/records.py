"""Values to and from the columns of a job file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from app.core.causes import Cause
from app.core.cost import PriceList, Usage
from app.core.errors import Halt
from app.core.job import (
    Account,
    Batch,
    BatchState,
    ColumnFacts,
    Job,
    JobSettings,
    JobState,
    Mode,
    Outcome,
    RowState,
    SourceFile,
)
from app.core.table import Notice

SELECT_JOB = """select tag, name, state, mode, rows, created_at, settings, source, columns,
    notices, account, prices, started_at, trouble, halt, home from job"""
SELECT_BATCHES = """select number, state, rows, bytes, remote_id, sending_at, sent_at, expires_at,
    ended_at, answered, failed, cost_usd, reason, is_retry, proven, model, max_tokens,
    clock_offset, doubt_since
    from batch order by number"""
SELECT_ATTEMPTS = """select batch, row, state, reply, cells, reason, usage, stop_reason, request_id,
    raw, cause from outcome where row = ? order by batch"""

_Value = TypeVar("_Value")


def to_json(value: object) -> str:
    """Write a value as JSON text."""
    return msgspec.json.encode(value).decode()


def from_json(text: str, kind: type[_Value]) -> _Value:
    """Read a value of this kind from JSON text."""
    return msgspec.json.decode(text, type=kind)


def to_time(moment: datetime | None) -> str | None:
    """Write a moment as ISO text in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else None


def from_time(text: str | None) -> datetime | None:
    """Read a moment from ISO text."""
    return datetime.fromisoformat(text) if text else None


def to_job(record: tuple[Any, ...]) -> Job:
    """Read a job's head from `SELECT_JOB`."""
    tag, name, state, mode, rows, created, settings, source, columns, notices, *rest = record
    account, prices, started, trouble, halt, home = rest
    return Job(
        tag=tag,
        name=name,
        state=JobState(state),
        mode=Mode(mode),
        rows=rows,
        created_at=datetime.fromisoformat(created),
        settings=from_json(settings, JobSettings),
        source=from_json(source, SourceFile),
        columns=from_json(columns, tuple[ColumnFacts, ...]),
        notices=from_json(notices, tuple[Notice, ...]),
        account=from_json(account, Account),
        prices=msgspec.json.decode(prices, type=PriceList | None),
        started_at=from_time(started),
        trouble=trouble,
        halt=Halt(halt),
        home=home,
    )


def to_batch(record: tuple[Any, ...]) -> Batch:
    """Read a batch from `SELECT_BATCHES`."""
    number, state, rows, size, remote, sending, sent, expires, ended, *rest = record
    answered, failed, cost, reason, is_retry, proven, model, max_tokens, offset, since = rest
    return Batch(
        number=number,
        state=BatchState(state),
        rows=rows,
        bytes=size,
        remote_id=remote,
        sending_at=from_time(sending),
        sent_at=from_time(sent),
        expires_at=from_time(expires),
        ended_at=from_time(ended),
        answered=answered,
        failed=failed,
        cost_usd=cost,
        reason=reason,
        is_retry=bool(is_retry),
        proven=bool(proven),
        model=model,
        max_tokens=max_tokens,
        clock_offset=offset,
        doubt_since=from_time(since),
    )


_USAGE_ENCODER = msgspec.json.Encoder()
_USAGE_DECODER = msgspec.json.Decoder(Usage | None)
_CELLS_DECODER = msgspec.json.Decoder(tuple[str, ...])


def from_outcome(outcome: Outcome, batch: int) -> tuple[object, ...]:
    """Write an outcome as the values of the table's columns, row and batch first."""
    return (
        outcome.row,
        batch,
        outcome.state.value,
        outcome.reply,
        to_json(outcome.cells),
        outcome.reason,
        outcome.stop_reason,
        outcome.request_id,
        _USAGE_ENCODER.encode(outcome.usage).decode(),
        outcome.raw,
        outcome.cause.value,
    )


def to_outcome(record: tuple[Any, ...]) -> Outcome:
    """Read an outcome from its columns, row first."""
    row, state, reply, cells, reason, usage, stop, request, raw, cause = record
    return Outcome(
        row,
        RowState(state),
        reply,
        _CELLS_DECODER.decode(cells),
        reason,
        _USAGE_DECODER.decode(usage),
        stop,
        request,
        raw,
        Cause(cause),
    )


def rows_to_cells(records: list[tuple[int, str]]) -> list[tuple[int, tuple[str, ...]]]:
    """Read (row, cells) pairs."""
    decode = _CELLS_DECODER.decode
    return [(row, decode(cells)) for row, cells in records]
