"""Rows that need somebody, by cause: how many, what they cost, and the one fix with its price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from app.core import forecast
from app.core.catalog import Catalog
from app.core.causes import FIXES, Cause, Fix
from app.core.cost import Usage, price_of
from app.core.job import Batch, BatchState, Changes, Job
from app.core.limit import added
from app.core.ready_made import is_ready_made
from app.core.volume import judge
from app.engine.replies import CauseGroup, ModelPrice
from app.engine.request_review import price_again
from app.store.reader import JobReader
from app.store.ready_made import ReadyMade

_LONGER = 2
"""How many times longer an answer may be when it was cut off."""
_ENOUGH = 10
"""Answers that say better than a forecast what another one costs."""


def groups(reader: JobReader, catalog: Catalog) -> tuple[CauseGroup, ...]:
    """Return the groups in the order in which they are shown; only those that exist."""
    job, batches = reader.head(), reader.batches()
    found = {cause: (rows, used) for cause, rows, used in reader.causes()}
    return tuple(
        _group(job, batches, catalog, reader.requests, cause, *found[cause])
        for cause in FIXES
        if cause in found
    )


def _group(
    job: Job,
    batches: Sequence[Batch],
    catalog: Catalog,
    requests: ReadyMade,
    cause: Cause,
    rows: int,
    used: Sequence[tuple[int, Usage]],
) -> CauseGroup:
    fix = FIXES[cause]
    cost = _cost(job, batches, used)
    if is_ready_made(job):
        again = price_again(job, catalog, requests, cause, _LONGER)
        return CauseGroup(
            cause, fix, rows, cost, again.retry_usd, again.longer_answer, again.models
        )
    prices = _Prices(job, batches, catalog, rows, used)
    longer = prices.longer_answer if fix is Fix.LONGER_ANSWER else None
    return CauseGroup(
        cause=cause,
        fix=fix,
        rows=rows,
        cost_usd=cost,
        retry_usd=prices.again() if longer is None else prices.longer(longer),
        longer_answer=longer,
        models=prices.other_models() if fix is Fix.OTHER_MODEL else (),
        asked_tokens=prices.asked if fix is Fix.LONGER_ANSWER else None,
    )


def _cost(job: Job, batches: Sequence[Batch], used: Sequence[tuple[int, Usage]]) -> Decimal | None:
    """Add up what all attempts of the group's rows cost."""
    prices = {batch.number: batch.prices(job) for batch in batches}
    known = ((usage, prices.get(number)) for number, usage in used)
    return added(None if price is None else price_of(usage, price) for usage, price in known)


class _Prices:
    """About what asking the rows of one cause again costs; None without a known price.

    What rows of this job have really cost says it best; the forecast stands in until enough have.
    """

    def __init__(
        self,
        job: Job,
        batches: Sequence[Batch],
        catalog: Catalog,
        rows: int,
        used: Sequence[tuple[int, Usage]],
    ) -> None:
        # Rows are asked again alone, whatever they were asked with before.
        settings = replace(job.settings, rows_per_request=1)
        self._job, self._catalog = replace(job, settings=settings), catalog
        self._rows, self._used = rows, used
        self._shared = {batch.number for batch in batches if batch.shared}
        self._paid = _paid_per_answer(batches)
        allowed = {batch.number: batch.changes.max_tokens for batch in batches}
        usual = job.settings.max_tokens
        self.asked = max((allowed.get(number) or usual for number, _ in used), default=usual)

    @property
    def longer_answer(self) -> int:
        """The longest answer to suggest, from the longest that was not enough."""
        model = self._catalog.find(self._job.settings.model)
        most = model.max_output_tokens if model else self.asked * _LONGER
        return max(self.asked, min(self.asked * _LONGER, most))

    def again(self) -> Decimal | None:
        """Price asking the same once more."""
        if self._paid is not None:
            return self._paid * self._rows
        return self._forecast(self._job.settings.model)

    def longer(self, max_tokens: int) -> Decimal | None:
        """Price an answer that is certainly longer than all that was allowed."""
        prices = self._job.prices
        if prices is None or not self._used or self._shared & {n for n, _ in self._used}:
            return self._again_with(max_tokens)
        read = sum(usage.prompt for _, usage in self._used) // len(self._used)
        written = min(2 * self.asked, max_tokens)
        return price_of(Usage(read, written), prices) * self._rows

    def _again_with(self, max_tokens: int) -> Decimal | None:
        """Price an answer of at most so many tokens, where what was read says nothing of it."""
        again, prices = self.again(), self._job.prices
        if again is None or prices is None or not self._used:
            return again
        return again + price_of(Usage(0, max_tokens), prices) * self._rows

    def other_models(self) -> tuple[ModelPrice, ...]:
        """Price the same with every other model, as much dearer as its forecast is."""
        own = self._forecast(self._job.settings.model)
        scale = self._paid * self._rows / own if self._paid is not None and own else Decimal(1)
        mine = self._job.settings.model
        others = (m for m in self._catalog.offered() if m.id != mine and not m.limited_access)
        priced = ((other.id, self._forecast(other.id)) for other in others)
        return tuple(
            ModelPrice(name, None if price is None else price * scale) for name, price in priced
        )

    def _forecast(self, model_id: str) -> Decimal | None:
        model = self._catalog.find(model_id)
        if model is None:
            return None
        settings = replace(self._job.settings, model=model_id)
        read = judge(settings, self._job.columns, self._job.rows)
        each = forecast.per_thousand(settings, model, read)
        return None if each is None else each * self._rows / 1000


def _paid_per_answer(batches: Sequence[Batch]) -> Decimal | None:
    """Return what an answer has cost that was asked as the job asks; None before some are here."""
    ended = [b for b in batches if b.state is BatchState.FINISHED and not b.shared]
    plain = [batch for batch in ended if batch.changes == Changes()]
    answers = sum(batch.answered for batch in plain)
    paid = added(None if b.cost_usd is None else Decimal(b.cost_usd) for b in plain)
    return paid / answers if paid and answers >= _ENOUGH else None
