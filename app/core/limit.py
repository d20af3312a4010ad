"""Spend-limit arithmetic: what is spent, what is held by open batches, what waits.

A limit holds against the worst case: every token of what is sent, every answer as long as allowed.
It is in dollars, or in tokens where no price is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from enum import StrEnum

from app.core.cost import in_figures
from app.core.errors import SheafError
from app.core.job import IN_DOUBT, OPEN, UNSENT, Batch, BatchState, Job, JobSettings
from app.core.most import most_added, worst_case
from app.core.request_size import MOST_OVERHEAD_TOKENS


class Unit(StrEnum):
    """What a spend limit is counted in."""

    DOLLARS = "dollars"
    TOKENS = "tokens"

    def say(self, amount: Decimal) -> str:
        """Write an amount for a person, in figures that never read smaller than it is."""
        if self is Unit.DOLLARS:
            return in_figures(amount)
        return f"{amount.to_integral_value(ROUND_CEILING):,} tokens"


_LEAST = {Unit.DOLLARS: Decimal("0.000001"), Unit.TOKENS: Decimal(1)}
_MOST = {Unit.DOLLARS: Decimal(10**9), Unit.TOKENS: Decimal(10**15)}


def read_limit(text: str, unit: Unit = Unit.DOLLARS) -> Decimal:
    """Read a spend limit that somebody wrote.

    Raises:
        SheafError: it is none.
    """
    amount = _amount_in(text)
    fits = amount.is_finite() and _LEAST[unit] <= amount <= _MOST[unit]
    if fits and (unit is Unit.DOLLARS or amount == int(amount)):
        return amount
    if unit is Unit.DOLLARS:
        raise SheafError(
            f'"{text}" is not a sum of dollars.', fix="Write the spend limit like 6.00."
        )
    raise SheafError(
        f'"{text}" is not a number of tokens.', fix="Write the limit in tokens like 2000000."
    )


def _amount_in(text: str) -> Decimal:
    try:
        return Decimal(text.strip().removeprefix("$"))
    except InvalidOperation:
        return Decimal("NaN")


def check_limits(settings: JobSettings) -> None:
    """Refuse settings whose spend limits could not be reckoned with; nothing to spend is fine.

    Raises:
        SheafError: one of them is no limit.
    """
    dollars, tokens = settings.max_cost_usd, settings.max_tokens_total
    if dollars is not None and _amount_in(dollars) != 0:
        read_limit(dollars)
    if tokens:
        read_limit(str(tokens), Unit.TOKENS)


def limits_of(settings: JobSettings) -> Iterator[tuple[Unit, Decimal]]:
    """Yield the limits that a job has; none is no limit."""
    if settings.max_cost_usd is not None:
        yield Unit.DOLLARS, Decimal(settings.max_cost_usd)
    if settings.max_tokens_total is not None:
        yield Unit.TOKENS, Decimal(settings.max_tokens_total)


def without_limits(settings: JobSettings) -> JobSettings:
    """Return settings without any limit."""
    return replace(settings, max_cost_usd=None, max_tokens_total=None)


def limit_words(settings: JobSettings) -> str:
    """Say what a job may cost at most, in dollars or tokens or both; blank without a limit."""
    return " and ".join(unit.say(limit) for unit, limit in limits_of(settings))


def with_limit(settings: JobSettings, unit: Unit, limit: Decimal | None) -> JobSettings:
    """Return settings with another limit of this kind; None takes it away."""
    if unit is Unit.TOKENS:
        return replace(settings, max_tokens_total=None if limit is None else int(limit))
    return replace(settings, max_cost_usd=None if limit is None else format(limit, "f"))


@dataclass(frozen=True, slots=True)
class Room:
    """How a job stands to one of its limits; amounts are None where they cannot be known.

    `needed` is the limit that the next unsent batch asks for, `least` the one under which a
    single request of it could go, None until somebody has looked; `for_all` the one under which
    every unsent batch could go, one at a time. `together` is how many rows that single request
    asks.
    """

    unit: Unit
    limit: Decimal
    spent: Decimal | None
    needed: Decimal | None
    least: Decimal | None
    for_all: Decimal | None
    batches: int
    rows: int
    together: int = 1

    @property
    def is_enough(self) -> bool:
        """Whether the next batch may go now."""
        return self.needed is not None and self.needed <= self.limit


def room(job: Job, batches: Sequence[Batch], following: Batch | None = None) -> Room | None:
    """Reckon a job's spend limit for its next unsent batch; None without a limit or a batch.

    Of two limits it is the one that is not enough, if any.
    """
    unsent = [batch for batch in batches if batch.state in UNSENT]
    following = following or next(iter(unsent), None)
    if following is None:
        return None
    found = [_room(job, batches, unsent, following, *limit) for limit in limits_of(job.settings)]
    return next((one for one in found if not one.is_enough), next(iter(found), None))


def free(job: Job, batches: Sequence[Batch]) -> list[tuple[Unit, Decimal | None]]:
    """Return what each of a job's limits leaves beside what is spent and held; None: not known."""
    found: list[tuple[Unit, Decimal | None]] = []
    for unit, limit in limits_of(job.settings):
        begun = _begun(job, batches, unit)
        found.append((unit, None if begun is None else limit - begun))
    return found


def _begun(job: Job, batches: Sequence[Batch], unit: Unit) -> Decimal | None:
    """Return what is spent, and what open batches may cost at most."""
    held = (worst(job, b, unit) for b in batches if b.state in OPEN | IN_DOUBT)
    return added([*(_spent(batch, unit) for batch in batches), *held])


def _room(
    job: Job,
    batches: Sequence[Batch],
    unsent: Sequence[Batch],
    following: Batch,
    unit: Unit,
    limit: Decimal,
) -> Room:
    begun = _begun(job, batches, unit)
    single = _smallest(following)
    return Room(
        unit=unit,
        limit=limit,
        spent=added(_spent(batch, unit) for batch in batches),
        needed=added([begun, worst(job, following, unit)]),
        least=added([begun, worst(job, single, unit)]) if single is not None else None,
        for_all=_for_all(job, batches, unsent, begun, unit),
        batches=len(unsent),
        rows=sum(batch.rows for batch in unsent),
        together=following.changes.least_rows,
    )


def _spent(batch: Batch, unit: Unit) -> Decimal | None:
    if unit is Unit.TOKENS:
        return Decimal(batch.tokens)
    return None if batch.cost_usd is None else Decimal(batch.cost_usd)


def _smallest(batch: Batch) -> Batch | None:
    """Return a batch's smallest request as a batch of its own; None before it was looked for."""
    least = batch.changes.least_read
    if least is None:
        return None
    changes = replace(batch.changes, most_read=least, unseen_tokens=0)
    rows = batch.changes.least_rows
    return replace(batch, rows=rows, shared=rows - 1, bytes=least, changes=changes)


def worst(job: Job, batch: Batch, unit: Unit = Unit.DOLLARS) -> Decimal | None:
    """Return what a batch may cost at most, asked as it is; None when nobody can say."""
    prices, unseen = batch.prices(job), batch.changes.unseen_tokens
    if unseen is None:
        return None
    max_tokens = batch.changes.max_tokens or job.settings.max_tokens
    read = batch.changes.most_read or batch.bytes + unseen
    overhead = job.overhead or MOST_OVERHEAD_TOKENS
    if unit is Unit.TOKENS:
        return Decimal(read + batch.requests * overhead + batch.rows * max_tokens)
    if prices is None:
        return None
    longest, requests = job.longest or read, batch.requests
    most = worst_case(
        prices, batch.rows, read, max_tokens, longest, requests=requests, overhead=overhead
    )
    if kept := batch.changes.remembered:
        most += most_added(prices, requests, kept + overhead, longest + overhead)
    return most


def _for_all(
    job: Job,
    batches: Sequence[Batch],
    unsent: Sequence[Batch],
    begun: Decimal | None,
    unit: Unit,
) -> Decimal | None:
    """Return the limit that lets every unsent batch through when they go one at a time.

    What went before counts as it will probably cost, the batch that goes in its worst case.
    """
    share = _usual_share(job, batches, unit)
    if begun is None or share is None:
        return None
    highest = before = begun
    for batch in unsent:
        case = worst(job, batch, unit)
        if case is None:
            return None
        highest = max(highest, before + case)
        before += case * share
    return highest


def _usual_share(job: Job, batches: Sequence[Batch], unit: Unit) -> Decimal | None:
    """Return which part of their worst case the finished batches cost; all of it before any."""
    ended = [b for b in batches if b.state is BatchState.FINISHED and b.remote_id is not None]
    cost = added(_spent(batch, unit) for batch in ended)
    cases = added(worst(job, batch, unit) for batch in ended)
    if cost is None or cases is None:
        return None
    return min(cost / cases, Decimal(1)) if cases else Decimal(1)


def added(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Add amounts up; one that is not known makes the sum unknown."""
    together = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        together += amount
    return together
