"""A batch in doubt: which listed batches may be it, and what follows from that.

A candidate has our number of requests, was created about when ours was sent, and is known to no
job of ours. Only the tag in the custom_ids of its results proves whose it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

AFTER = timedelta(minutes=30)
"""How long after our send a batch may have been created: an upload can be slow."""
CLOCK_MARGIN = timedelta(seconds=90)
"""How far a batch's time may be before our send once the service's clock is known."""
CLOCK_UNKNOWN = timedelta(minutes=15)
"""How far it may be when the service's clock is not known."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A listed batch that may be the one in doubt."""

    batch: int
    remote_id: str
    created_at: datetime
    ended: bool
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Something that happened to a job, in one sentence."""

    at: datetime
    batch: int | None
    what: str


class Finding(Enum):
    """What a look at the list means for a batch in doubt."""

    ADOPT = auto()
    """Exactly one fits: it is taken for ours, provisionally until its tags are seen."""
    NOT_CREATED = auto()
    """None fits, and patience has passed: sending is safe."""
    LOOK_AGAIN = auto()
    """None fits yet; the list may lag."""
    SEVERAL = auto()
    """More than one fits, and none has shown its tags yet."""


def judge(candidates: Sequence[Candidate], waited: float, patience: float) -> Finding:
    """Say what the candidates that are left mean; `waited` and `patience` in seconds."""
    if len(candidates) == 1:
        return Finding.ADOPT
    if candidates:
        return Finding.SEVERAL
    return Finding.NOT_CREATED if waited >= patience else Finding.LOOK_AGAIN


def window(sent_at: datetime, offset: timedelta | None) -> tuple[datetime, datetime]:
    """Return between which moments of the service's clock our batch was created.

    `offset` is the service's clock minus ours; None when no reply has told it.
    """
    margin = CLOCK_UNKNOWN if offset is None else CLOCK_MARGIN
    moment = sent_at + (offset or timedelta())
    return moment - margin, moment + AFTER + margin
