"""What a job's answers add up to: tokens of each kind, and money where a price is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from app.core.bill import Item, PaidFor, items, kinds
from app.core.bill import without_cache as uncached_price
from app.core.cost import PriceList, Usage, price_of
from app.core.job import Batch, RowState
from app.core.limit import added
from app.engine.bill_replies import PaidLine, StateBill
from app.store.usages import Used

_ZERO = Decimal(0)

_Key = tuple[str, PaidFor, Decimal | None, bool]


@dataclass(slots=True)
class BillSums:
    """Sums are of what has a known price; `unknown` counts billed answers without one."""

    cost: Decimal = _ZERO
    uncached: Decimal = _ZERO
    unknown: int = 0
    rows: int = 0
    read: int = 0
    written: int = 0
    retried: Decimal = _ZERO
    by_batch: Counter[int] = field(default_factory=Counter)
    by_state: dict[RowState, StateBill] = field(default_factory=dict)
    _batch_cost: dict[int, Decimal | None] = field(default_factory=dict)
    _lines: dict[_Key, tuple[int, int]] = field(default_factory=dict)

    def add(self, used: Used, batch: Batch, prices: PriceList | None) -> None:
        """Count outcomes that ended alike and used the same."""
        usage = used.usage
        cost = _ZERO if usage is None else self._pay(usage, used.count, batch, prices)
        billed = 0 if usage is None else used.count
        before = self.by_state.get(used.state) or StateBill(used.state, 0, 0, _ZERO)
        self.by_state[used.state] = StateBill(
            used.state,
            before.attempts + used.count,
            before.billed + billed,
            added([before.cost_usd, cost]),
        )

    def _pay(
        self, usage: Usage, count: int, batch: Batch, prices: PriceList | None
    ) -> Decimal | None:
        self.rows += count
        self.read += usage.prompt * count
        self.written += usage.output * count
        self.by_batch[batch.number] += count
        self._add_lines(usage, count, batch.changes.model or "", prices)
        cost = None if prices is None else price_of(usage, prices) * count
        self._batch_cost[batch.number] = added([self.cost_of(batch), cost])
        if prices is None or cost is None:
            self.unknown += count
            return None
        self.cost += cost
        self.uncached += uncached_price(usage, prices) * count
        self.retried += cost if batch.is_retry else _ZERO
        return cost

    def cost_of(self, batch: Batch) -> Decimal | None:
        """Return what the answers of a batch cost; None where a price is not known."""
        return self._batch_cost.get(batch.number, _ZERO)

    def _add_lines(self, usage: Usage, count: int, model: str, prices: PriceList | None) -> None:
        if prices is None:
            for what, tokens in kinds(usage):
                self._add_line((model, what, None, False), tokens, count)
            return
        long = prices.tier(usage.prompt) is not prices.tiers[0]
        for item in items(usage, prices):
            self._add_line((model, item.what, item.per_million, long), item.tokens, count)

    def _add_line(self, key: _Key, tokens: int, count: int) -> None:
        rows, before = self._lines.get(key, (0, 0))
        self._lines[key] = (rows + count, before + tokens * count)

    def lines(self) -> Iterator[PaidLine]:
        """Yield what was paid for, the job's own model first."""
        order = list(PaidFor)

        def place(key: _Key) -> tuple[str, int, bool, Decimal]:
            return key[0], order.index(key[1]), key[3], key[2] or _ZERO

        for key in sorted(self._lines, key=place):
            model, what, per_million, long = key
            rows, tokens = self._lines[key]
            cost = None if per_million is None else Item(what, tokens, per_million).cost_usd
            yield PaidLine(what, rows, tokens, per_million, cost, long, model)
