"""The spend limit before each send: a batch may go, waits, is made smaller, or nothing fits.

What was spent, the worst case of everything open and the worst case of this batch together must
stay within the limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from app.core.catalog import Model
from app.core.errors import Halt, SheafError, Standing
from app.core.job import IN_DOUBT, OPEN, Batch, Job, JobSettings
from app.core.limit import Room, Unit, free, room, worst
from app.core.request_size import NO_REQUEST, RequestSize
from app.engine.as_written import AsWritten
from app.engine.dividing import Part, divide
from app.engine.filled import Filled
from app.store.job_file import JobFile


def check_limit(job_file: JobFile, ready: Filled | AsWritten, batch: Batch) -> str:
    """Say why the spend limit does not let this batch go now; empty when it may go.

    While others are open it waits for what they cost. After that it is made smaller, so that the
    batch of this number may be another one afterwards.

    Raises:
        SheafError: nothing is open any more, and not even one row of the batch fits.
    """
    found = _room(job_file, batch)
    if found is None or found.is_enough:
        return ""
    if found.needed is None:
        raise _halt(*_cannot_hold(unseen=batch.changes.unseen_tokens is None))
    say = found.unit.say
    if any(held.state in OPEN | IN_DOUBT for held in job_file.journal.batches()):
        return (
            f"Waiting so that your limit of {say(found.limit)} cannot be passed: the next "
            f"batch needs a limit of {say(found.needed)}, in the worst case."
        )
    if not _make_smaller(job_file, ready, batch):
        raise _nothing_fits(_room(job_file, job_file.journal.batch(batch.number)) or found)
    return ""


def check_price(settings: JobSettings, model: Model) -> None:
    """Refuse a limit in dollars where no price is known, before anything is made or sent.

    Raises:
        SheafError: there is such a limit; it says what to do instead.
    """
    if settings.max_cost_usd is not None and model.prices is None:
        raise SheafError(*_cannot_hold(unseen=False))


def check_can_hold(job_file: JobFile) -> None:
    """Refuse a limit that cannot be reckoned for a batch of the plan, before anything is sent.

    Raises:
        SheafError: the price of one, or what it may read, is not known.
    """
    job, batches = job_file.head(), job_file.journal.batches()
    for batch in batches:
        found = room(job, batches, batch)
        if found is not None and found.needed is None:
            raise SheafError(*_cannot_hold(unseen=batch.changes.unseen_tokens is None))


def _room(job_file: JobFile, batch: Batch) -> Room | None:
    return room(job_file.head(), job_file.journal.batches(), batch)


def _make_smaller(job_file: JobFile, ready: Filled | AsWritten, batch: Batch) -> bool:
    """Leave in a batch as many requests as fit the limit; False when not even one does.

    Then the smallest is noted, so that the sum can be named with which it goes on.
    """
    fit = _Fit(job_file.head(), job_file.journal.batches(), batch)
    if divide(job_file, ready, batch.number, fit.takes).requests:
        return True
    job_file.journal.note_least(batch.number, fit.least.most_read, fit.least.rows)
    return False


class _Fit:
    """Says whether a request still fits the limit besides others, and which is the smallest."""

    def __init__(self, job: Job, batches: Sequence[Batch], batch: Batch) -> None:
        self.least = NO_REQUEST
        self._job, self._batch = job, batch
        self._free = free(job, batches)

    def takes(self, kept: Part, size: RequestSize) -> bool:
        """Look at one more request."""
        if self.least == NO_REQUEST or self._tokens(size) < self._tokens(self.least):
            self.least = size
        together = kept.size.together(size)
        changes = together.laid_over(self._batch.changes)
        rows, shared = together.rows, together.rows - len(kept.requests) - 1
        wanted = replace(
            self._batch, rows=rows, shared=shared, bytes=together.bytes, changes=changes
        )
        cases = [(worst(self._job, wanted, unit), most) for unit, most in self._free]
        return all(case is not None and most is not None and case <= most for case, most in cases)

    def _tokens(self, size: RequestSize) -> int:
        longest = self._batch.changes.max_tokens or self._job.settings.max_tokens
        return size.most_read + size.rows * longest


# --- what is said -------------------------------------------------------------------------------


def _cannot_hold(*, unseen: bool) -> tuple[str, str, str]:
    if unseen:
        what = "What these requests may read is not known, so that no limit can hold."
        return what, "Nothing more was sent.", "Remove the limit to send them."
    return (
        "The price of this model is not known, so a limit in dollars cannot hold.",
        "Nothing more was sent.",
        "Set a limit in tokens instead, or none, or ask another model in a new job.",
    )


def _nothing_fits(found: Room) -> SheafError:
    say, spent = found.unit.say, found.spent or Decimal(0)
    least = found.least if found.least is not None else found.needed
    used = "is spent" if found.unit is Unit.DOLLARS else "were used"
    one, rows = ("row", "") if found.together == 1 else ("request", f" of {found.together} rows")
    return _halt(
        f"The spend limit of {say(found.limit)} does not let one more {one} go.",
        f"{say(spent)} {used}, and with the next {one}{rows} it could come to "
        f"{say(least or Decimal(0))}, in the worst case.",
        "Raise the limit to go on; unsent rows are waiting and cost nothing.",
    )


def _halt(what: str, why: str, fix: str) -> SheafError:
    return SheafError(what, why, fix, standing=Standing.NEEDS_PERSON, halt=Halt.SPEND_LIMIT)
