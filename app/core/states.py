"""The states of a job, of its batches and of its rows, and the moves that are allowed."""

from __future__ import annotations

from enum import StrEnum


class RowState(StrEnum):
    """The one state that a row is in; the same words stand in the JSON and the export."""

    WAITING = "waiting"
    SENT = "sent"
    ANSWERED = "answered"
    DOES_NOT_FIT = "does_not_fit"
    CUT_OFF = "cut_off"
    DECLINED = "declined"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    COPIED = "copied"


FINE = frozenset({RowState.ANSWERED, RowState.SKIPPED, RowState.COPIED})
"""Rows that need nothing more."""

RETRYABLE = frozenset(
    {
        RowState.DOES_NOT_FIT,
        RowState.CUT_OFF,
        RowState.DECLINED,
        RowState.FAILED,
        RowState.EXPIRED,
        RowState.CANCELLED,
    }
)
"""Rows that a new batch may ask again."""


class BatchState(StrEnum):
    """Where a batch is between the plan and its last answer."""

    PLANNED = "planned"
    SENDING = "sending"
    UNSURE = "unsure"
    WORKING = "working"
    CANCELLING = "cancelling"
    FINISHED = "finished"
    PAUSED = "paused"


_MOVES: dict[BatchState, frozenset[BatchState]] = {
    BatchState.PLANNED: frozenset({BatchState.SENDING, BatchState.PAUSED, BatchState.FINISHED}),
    BatchState.SENDING: frozenset(
        {BatchState.WORKING, BatchState.UNSURE, BatchState.PLANNED, BatchState.PAUSED}
    ),
    BatchState.UNSURE: frozenset({BatchState.WORKING, BatchState.PLANNED}),
    BatchState.WORKING: frozenset({BatchState.CANCELLING, BatchState.FINISHED, BatchState.UNSURE}),
    BatchState.CANCELLING: frozenset({BatchState.FINISHED, BatchState.UNSURE}),
    # Opened again only to fetch rows that never came; nothing is bought by it.
    BatchState.FINISHED: frozenset({BatchState.WORKING}),
    BatchState.PAUSED: frozenset({BatchState.PLANNED, BatchState.SENDING, BatchState.FINISHED}),
}

OPEN = frozenset({BatchState.WORKING, BatchState.CANCELLING})
"""Batches that Anthropic has and has not ended."""
IN_DOUBT = frozenset({BatchState.SENDING, BatchState.UNSURE})
"""Batches of which nobody knows yet whether Anthropic has them."""
UNSENT = frozenset({BatchState.PLANNED, BatchState.PAUSED})
"""Batches that certainly were not sent."""


def may_move(old: BatchState, new: BatchState) -> bool:
    """Say whether a batch may go from one state to the other."""
    return new in _MOVES[old]


class JobState(StrEnum):
    """What a job as a whole is doing."""

    LOADING = "loading"
    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class Mode(StrEnum):
    """Whether a job is practice on this computer or real work at Anthropic; it never changes."""

    PRACTICE = "practice"
    REAL = "real"
