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
"""How long after its reply was lost a batch may have been created: its body may lie in the
network."""
CLOCK_MARGIN = timedelta(minutes=2)
"""How far a batch's time may be before our send where the service's clock is known."""
CLOCK_UNKNOWN = timedelta(hours=24)
"""How far it may be where the service's clock is not known: tags must then tell."""
ADOPT_AFTER_SECONDS = 30.0
"""How long a lone candidate is looked at before it is taken: the list may lag behind ours."""
FEWEST_LOOKS = 2


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


@dataclass(frozen=True, slots=True)
class Resent:
    """A send that counts as lost, after which its rows were sent again."""

    batch: int
    requests: int
    sent_at: datetime
    given_up_at: datetime
    """When it was decided that the send was lost."""
    clock_offset: float | None


class Whose(Enum):
    """What the results of an ended batch say of its owner."""

    OURS = auto()
    FOREIGN = auto()
    UNREADABLE = auto()


class Finding(Enum):
    """What the looks at the list mean for a batch in doubt."""

    ADOPT = auto()
    """Exactly one fits: it is taken for ours, provisionally until its tags are seen."""
    NOT_CREATED = auto()
    """None fits, and patience has passed: sending is safe."""
    LOOK_AGAIN = auto()
    """Too early to tell; the list may lag."""
    SEVERAL = auto()
    """More than one fits, and none has shown its tags yet."""


def judge(candidates: Sequence[Candidate], looks: int, waited: float, patience: float) -> Finding:
    """Say what the candidates that are left mean after some looks.

    `waited` is how long the batch has been looked for and `patience` how long it must be before
    it counts as not created, both in seconds. One look never decides anything.
    """
    if len(candidates) > 1:
        return Finding.SEVERAL
    needed = min(patience, ADOPT_AFTER_SECONDS) if candidates else patience
    if looks < FEWEST_LOOKS or waited < needed:
        return Finding.LOOK_AGAIN
    return Finding.ADOPT if candidates else Finding.NOT_CREATED


def window(
    sent_at: datetime, lost_at: datetime | None, clock_offset: float | None
) -> tuple[datetime, datetime]:
    """Return between which moments of the service's clock a batch sent then was created.

    An upload may take hours: `lost_at` is when its reply was lost, None where nothing is known of
    that. `clock_offset` is the service's clock minus ours in seconds; None where it was not known.
    """
    margin = CLOCK_UNKNOWN if clock_offset is None else CLOCK_MARGIN
    offset = timedelta(seconds=clock_offset or 0.0)
    ended = max(sent_at, lost_at or sent_at)
    return sent_at + offset - margin, ended + offset + AFTER + margin
