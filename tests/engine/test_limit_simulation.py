"""Promises of the spend limit: never passed by a cent, with several batches open, at the worst."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.core.amounts import fixed_tokens
from app.core.calibration import Layer, Line
from app.core.cost import Usage, price_of
from app.core.forecast import estimate
from app.core.job import Batch, BatchState, Changes, Job, JobSettings, JobState, Mode
from app.core.limit import room
from app.core.measured import NOTHING, Measured, Reading
from app.core.request_size import MOST_OVERHEAD_TOKENS
from app.core.volume import Tokens, Volume
from app.engine.bench import bundled_catalog

CATALOG = bundled_catalog()
JOBS = 200
PRICED = [model for model in CATALOG.offered() if model.prices is not None]


ENVELOPE = 150
"""Bytes of a request that are the same for every row; the service makes a token of each."""


class _Bought:
    """A job with a spend limit, at a service that bills as much as it ever can.

    How many tokens it adds to what is sent nobody knows but by counting; uncounted, it is what is
    assumed at most.
    """

    def __init__(self, dice: random.Random, luck: float | None) -> None:
        self.dice = dice
        self.luck = luck
        self.model = dice.choice(PRICED)
        assert self.model.prices is not None
        settings = JobSettings(
            "{{a}}",
            model=self.model.id,
            max_tokens=dice.choice((20, 300, 4_000)),
            max_cost_usd=str(round(dice.uniform(0.001, 3), 4)),
        )
        self.rows = [
            [self._bytes() for _ in range(dice.randint(1, 40))] for _ in range(dice.randint(2, 25))
        ]
        longest = max(size for batch in self.rows for size in batch)
        is_counted = dice.random() < 0.6
        self.hidden = dice.choice((0, 600, 2_500, 20_000)) if is_counted else MOST_OVERHEAD_TOKENS
        self.job = Job(
            "tag", "job", JobState.RUNNING, Mode.REAL, 1, datetime.now(UTC), settings,
            prices=self.model.prices, longest=longest,
            overhead=self._overhead(settings) if is_counted else 0,
        )  # fmt: skip
        self.batches = [
            Batch(number, BatchState.PLANNED, len(sizes), sum(sizes), changes=self._changes(sizes))
            for number, sizes in enumerate(self.rows)
        ]

    def _overhead(self, settings: JobSettings) -> int:
        """Forecast what is added at most, from a count that is right to one percent."""
        read = Volume(1, Tokens(0, 0), 1, 1, 1, 1, "")
        guess = fixed_tokens(settings, self.model, read, NOTHING)
        counted = (ENVELOPE + self.hidden) * self.dice.uniform(0.99, 1.01)
        layers, factor = (Layer(1, Line(1, 0)),), self.model.token_factor
        known = Reading(layers, counted - guess, 40, token_factor=factor)
        return estimate(settings, self.model, read, ENVELOPE, Measured(known)).overhead

    def _changes(self, sizes: list[int]) -> Changes:
        """Let some batches have what their rows share remembered."""
        if self.luck is None or self.dice.random() < 0.3:
            return Changes(remembered=0)
        return Changes(remembered=self.dice.randint(1, min(sizes)))

    def _bytes(self) -> int:
        return self.dice.choice((200, 900, 5_000, 99_300, 99_500, 250_000))

    def bill(self, batch: Batch) -> Decimal:
        """Every byte a token, all hidden tokens added, answers as long as allowed, in one region.

        Some batches end well below that, and some rows fail and cost nothing.
        """
        assert self.model.prices is not None
        share = self.dice.choice((1.0, 1.0, 1.0, 0.4))
        cost = Decimal(0)
        for size in self.rows[batch.number]:
            if self.dice.random() < 0.02:
                continue
            read = int((size + self.hidden) * share)
            usage = Usage(read, self.job.settings.max_tokens, us_only=True)
            cost += price_of(self._kept(usage, batch, share), self.model.prices)
        return cost

    def _kept(self, usage: Usage, batch: Batch, share: float) -> Usage:
        """Return what was used, with the beginning found in memory or put there."""
        if self.luck is None or not batch.changes.remembered:
            return usage
        kept = int((batch.changes.remembered + self.hidden) * share)
        found = self.dice.random() < self.luck
        part = {"cache_read": kept} if found else {"cache_write_1h": kept}
        return replace(usage, input=usage.input - kept, **part)

    def next_unsent(self) -> int | None:
        """Return the next batch to send."""
        unsent = (n for n, b in enumerate(self.batches) if b.state is BatchState.PLANNED)
        return next(unsent, None)

    def finish_one(self) -> bool:
        """End one of the open batches; False when none is open."""
        opened = [n for n, b in enumerate(self.batches) if b.state in _OPEN]
        if not opened:
            return False
        number = self.dice.choice(opened)
        batch = self.batches[number]
        cost = str(self.bill(batch))
        self.batches[number] = replace(batch, state=BatchState.FINISHED, cost_usd=cost)
        return True

    def send(self, number: int) -> None:
        """Send a batch; some stay in doubt for a while, and count as sent."""
        state = self.dice.choice((BatchState.WORKING, BatchState.WORKING, BatchState.UNSURE))
        self.batches[number] = replace(self.batches[number], state=state)

    @property
    def spent(self) -> Decimal:
        """What the finished batches cost."""
        return sum((Decimal(batch.cost_usd or 0) for batch in self.batches), Decimal(0))


_OPEN = (BatchState.WORKING, BatchState.UNSURE)


@pytest.mark.parametrize("luck", [None, 0.0, 0.3, 0.6, 0.98])
@pytest.mark.parametrize("seed", range(4))
def test_no_bill_passes_the_limit_by_a_cent(seed: int, luck: float | None) -> None:
    """Two hundred jobs: batches leave while others are open and in doubt; all bill the worst.

    What rows share may be remembered, with any luck, in some batches and not in others; and the
    service may add far more to each request than usual, where that was counted.
    """
    most_open, closest = 0, Decimal(0)
    for number in range(JOBS // 4):
        bought = _Bought(random.Random(f"{seed} {number}"), luck)
        limit = Decimal(bought.job.settings.max_cost_usd or 0)
        while True:
            following = bought.next_unsent()
            found = following is not None and room(
                bought.job, bought.batches, bought.batches[following]
            )
            if following is not None and found and found.is_enough:
                bought.send(following)
            elif not bought.finish_one():
                break
            most_open = max(most_open, sum(b.state in _OPEN for b in bought.batches))
            assert bought.spent <= limit
        closest = max(closest, bought.spent / limit)
    assert most_open > 2
    assert closest > Decimal("0.4" if luck else "0.5")
