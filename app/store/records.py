"""Values to and from the columns of a job file.

A job file may be damaged, changed by another program, or a stranger's: what does not read as what
it should be is a SheafError, so that one odd job hinders no other.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import msgspec

from app.core import limit
from app.core.causes import Cause
from app.core.cost import PriceList, Usage
from app.core.errors import Halt
from app.core.job import (
    Account,
    Batch,
    BatchState,
    Changes,
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
from app.store.soundness import (
    check_moment,
    check_moments,
    check_money,
    check_prices,
    check_settings,
    check_shared,
    check_tag,
    sound,
)

SELECT_JOB = """select tag, name, state, mode, rows, created_at, settings, source, columns,
    notices, account, prices, started_at, trouble, halt, home, longest, overhead from job"""
SELECT_BATCHES = """select number, state, rows, bytes, remote_id, sending_at, sent_at, expires_at,
    ended_at, answered, failed, cost_usd, reason, is_retry, proven, changes,
    clock_offset, doubt_since, deleted_at, reopened, tokens, shared from batch order by number"""
SELECT_ATTEMPTS = """select batch, row, state, reply, cells, reason, usage, stop_reason, request_id,
    raw, cause from outcome where row = ? order by batch"""

_Value = TypeVar("_Value")
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_Count = Annotated[int, msgspec.Meta(ge=0)]


class _JobRecord(msgspec.Struct, array_like=True):
    """The columns of `SELECT_JOB`; what is text here and more there is JSON."""

    tag: str
    name: str
    state: JobState
    mode: Mode
    rows: _Count
    created_at: _Moment
    settings: str
    source: str
    columns: str
    notices: str
    account: str
    prices: str
    started_at: _Moment | None
    trouble: str
    halt: Halt
    home: str
    longest: _Count
    overhead: _Count


class _BatchRecord(msgspec.Struct, array_like=True):
    """The columns of `SELECT_BATCHES`."""

    number: _Count
    state: BatchState
    rows: _Count
    bytes: _Count
    remote_id: str | None
    sending_at: _Moment | None
    sent_at: _Moment | None
    expires_at: _Moment | None
    ended_at: _Moment | None
    answered: _Count
    failed: _Count
    cost_usd: str
    reason: str
    is_retry: int
    proven: int
    changes: str
    clock_offset: float | None
    doubt_since: _Moment | None
    deleted_at: _Moment | None
    reopened: _Count
    tokens: _Count
    shared: _Count


class _OutcomeRecord(msgspec.Struct, array_like=True):
    """The columns of `SELECT_ATTEMPTS` from the row on."""

    row: _Count
    state: RowState
    reply: str
    cells: str
    reason: str
    usage: str
    stop_reason: str
    request_id: str
    raw: str
    cause: Cause


def to_json(value: object) -> str:
    """Write a value as JSON text."""
    return msgspec.json.encode(value).decode()


def settings_to_json(settings: JobSettings) -> str:
    """Write a job's settings as JSON text.

    Raises:
        SheafError: a spend limit in them is none.
    """
    limit.check_limits(settings)
    return to_json(settings)


def from_json(text: str, kind: type[_Value]) -> _Value:
    """Read a value of this kind from JSON text.

    Raises:
        SheafError: it is something else.
    """
    with sound():
        return msgspec.json.decode(text, type=kind)


def to_time(moment: datetime | None) -> str | None:
    """Write a moment as ISO text in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else None


def from_time(text: str | None) -> datetime | None:
    """Read a moment from ISO text.

    Raises:
        SheafError: it is something else.
    """
    with sound():
        moment = msgspec.convert(text, _Moment | None)
        check_moment(moment)
        return moment


def to_row_state(text: object) -> RowState:
    """Read the state of a row.

    Raises:
        SheafError: there is no such state.
    """
    with sound():
        return RowState(str(text))


def to_job(record: tuple[Any, ...], name: str = "") -> Job:
    """Read a job's head from `SELECT_JOB`; `name` is its file's name for the error.

    Raises:
        SheafError: the file is damaged.
    """
    with sound(name):
        found = msgspec.convert(record, _JobRecord)
        decode = msgspec.json.decode
        settings = decode(found.settings, type=JobSettings)
        prices = decode(found.prices, type=PriceList | None)
        check_tag(found.tag)
        check_settings(settings)
        check_prices(prices)
        check_moments(found)
        return Job(
            tag=found.tag,
            name=found.name,
            state=found.state,
            mode=found.mode,
            rows=found.rows,
            created_at=found.created_at,
            settings=settings,
            source=decode(found.source, type=SourceFile),
            columns=decode(found.columns, type=tuple[ColumnFacts, ...]),
            notices=decode(found.notices, type=tuple[Notice, ...]),
            account=decode(found.account, type=Account),
            prices=prices,
            started_at=found.started_at,
            trouble=found.trouble,
            halt=found.halt,
            home=found.home,
            longest=found.longest,
            overhead=found.overhead,
        )


def to_batch(record: tuple[Any, ...], name: str = "") -> Batch:
    """Read a batch from `SELECT_BATCHES`; `name` is its file's name for the error.

    Raises:
        SheafError: the file is damaged.
    """
    with sound(name):
        found = msgspec.convert(record, _BatchRecord)
        changes = msgspec.json.decode(found.changes, type=Changes)
        check_money(found.cost_usd)
        check_prices(changes.prices)
        check_moments(found)
        check_shared(found.rows, found.shared)
        return Batch(
            number=found.number,
            state=found.state,
            rows=found.rows,
            bytes=found.bytes,
            remote_id=found.remote_id,
            sending_at=found.sending_at,
            sent_at=found.sent_at,
            expires_at=found.expires_at,
            ended_at=found.ended_at,
            answered=found.answered,
            failed=found.failed,
            cost_usd=found.cost_usd or None,
            reason=found.reason,
            is_retry=bool(found.is_retry),
            proven=bool(found.proven),
            changes=changes,
            clock_offset=found.clock_offset,
            doubt_since=found.doubt_since,
            deleted_at=found.deleted_at,
            reopened=found.reopened,
            tokens=found.tokens,
            shared=found.shared,
        )


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
        to_json(outcome.usage),
        outcome.raw,
        outcome.cause.value,
    )


def to_outcome(record: tuple[Any, ...], name: str = "") -> Outcome:
    """Read an outcome from its columns, row first; `name` is its file's name for the error.

    Raises:
        SheafError: the file is damaged.
    """
    with sound(name):
        found = msgspec.convert(record, _OutcomeRecord)
        return Outcome(
            found.row,
            found.state,
            found.reply,
            _CELLS_DECODER.decode(found.cells),
            found.reason,
            _USAGE_DECODER.decode(found.usage),
            found.stop_reason,
            found.request_id,
            found.raw,
            found.cause,
        )


def rows_to_cells(records: list[tuple[int, str]]) -> list[tuple[int, tuple[str, ...]]]:
    """Read (row, cells) pairs.

    Raises:
        SheafError: the file is damaged.
    """
    with sound():
        return [(row, _CELLS_DECODER.decode(cells)) for row, cells in records]
