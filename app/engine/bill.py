"""The bill of a job, from what its answers used: by kind, by batch, and beside its forecast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from app.core.bill import Item, PaidFor, Savings, Verdict, deviation, items, judge, savings
from app.core.bill import without_cache as uncached_price
from app.core.catalog import Catalog
from app.core.cost import Estimate, PriceList, Usage, price_of
from app.core.history import Forecast, PastBill
from app.core.job import Batch, Job, JobState, RowState
from app.core.trial import Tried
from app.engine.bill_replies import (
    BatchBill,
    BillReply,
    PaidLine,
    PastForecast,
    Promised,
    StateBill,
    TrialBill,
)
from app.engine.books import bought
from app.store.reader import JobReader
from app.store.usages import Used, batches_used

_ZERO = Decimal(0)
_MUCH = Decimal("0.03")
"""What is otherwise by this share of the forecast is named as a cause."""


@dataclass(slots=True)
class _Sums:
    """What a job's answers add up to."""

    cost: Decimal = _ZERO
    uncached: Decimal = _ZERO
    unknown: int = 0
    rows: int = 0
    read: int = 0
    written: int = 0
    retried: Decimal = _ZERO
    by_batch: Counter[int] = field(default_factory=Counter)
    batch_cost: dict[int, Decimal] = field(default_factory=dict)
    by_state: dict[RowState, StateBill] = field(default_factory=dict)
    lines: dict[tuple[str, PaidFor, Decimal, bool], tuple[int, int]] = field(default_factory=dict)

    def add(self, used: Used, batch: Batch, prices: PriceList | None) -> None:
        """Count outcomes that ended alike and used the same."""
        cost = self._pay(used, batch, prices) if used.usage is not None else _ZERO
        billed = 0 if used.usage is None else used.count
        before = self.by_state.get(used.state) or StateBill(used.state, 0, 0, _ZERO)
        self.by_state[used.state] = StateBill(
            used.state, before.attempts + used.count, before.billed + billed, before.cost_usd + cost
        )

    def _pay(self, used: Used, batch: Batch, prices: PriceList | None) -> Decimal:
        usage = used.usage or Usage()
        self.rows += used.count
        self.read += usage.prompt * used.count
        self.written += usage.output * used.count
        self.by_batch[batch.number] += used.count
        if prices is None:
            self.unknown += used.count
            return _ZERO
        cost = price_of(usage, prices) * used.count
        self.cost += cost
        self.uncached += uncached_price(usage, prices) * used.count
        self.retried += cost if batch.is_retry else _ZERO
        self.batch_cost[batch.number] = self.batch_cost.get(batch.number, _ZERO) + cost
        long = prices.tier(usage.prompt) is not prices.tiers[0]
        for item in items(usage, prices):
            self._add_item(item, used.count, batch.changes.model or "", long=long)
        return cost

    def _add_item(self, item: Item, count: int, model: str, *, long: bool) -> None:
        key = (model, item.what, item.per_million, long)
        rows, tokens = self.lines.get(key, (0, 0))
        self.lines[key] = (rows + count, tokens + item.tokens * count)


def bill_of(reader: JobReader, catalog: Catalog) -> BillReply:
    """Return what a job has cost so far, and how that stands to its forecast.

    Raises:
        SheafError: the job's file is damaged.
    """
    job, batches = reader.head(), reader.batches()
    ended = bought(batches)
    numbers = {batch.number: batch for batch in ended}
    sums = _Sums()
    for used in batches_used(reader):
        if (batch := numbers.get(used.batch)) is not None:
            sums.add(used, batch, batch.prices(job))
    forecast = reader.forecasts.read()
    trial = _trial([t for t in reader.trials.all() if t.mode is job.mode])
    return _reply(job, ended, sums, forecast, trial, catalog)


def _reply(
    job: Job,
    ended: Sequence[Batch],
    sums: _Sums,
    forecast: Forecast | None,
    trial: TrialBill | None,
    catalog: Catalog,
) -> BillReply:
    found = forecast.estimate if forecast else None
    whole = job.state is JobState.FINISHED and not sums.unknown
    verdict = judge(sums.cost, found) if found and whole else Verdict.NOT_COMPARED
    model = catalog.find(job.settings.model)
    return BillReply(
        name=job.name,
        mode=job.mode,
        ended=job.state in (JobState.FINISHED, JobState.CANCELLED),
        model=job.settings.model,
        model_name=model.name if model else job.settings.model,
        cost_usd=sums.cost + (trial.cost_usd or _ZERO if trial else _ZERO),
        unknown=sums.unknown,
        lines=tuple(_lines(sums)),
        batches=tuple(_batches(ended, sums, found)),
        states=tuple(sums.by_state[state] for state in RowState if state in sums.by_state),
        verdict=verdict,
        forecast=_promised(found) if found else None,
        compared_usd=sums.cost,
        deviation=deviation(sums.cost, found.expected_usd) if found and whole else None,
        cause=_cause(verdict, sums, found),
        limit_usd=Decimal(job.settings.max_cost_usd) if job.settings.max_cost_usd else None,
        savings=None if sums.unknown else _saved(sums, found, trial),
        twins=found.twins if found else 0,
        blank=found.blank if found else 0,
        trial=trial,
        prices_as_of=job.prices.as_of if job.prices else "",
        own_prices=bool(job.prices and job.prices.own),
    )


def _lines(sums: _Sums) -> Iterator[PaidLine]:
    order = list(PaidFor)
    keys = sorted(sums.lines, key=lambda key: (key[0], order.index(key[1]), key[3], key[2]))
    for key in keys:
        model, what, per_million, long = key
        rows, tokens = sums.lines[key]
        cost = Item(what, tokens, per_million).cost_usd
        yield PaidLine(what, rows, tokens, per_million, cost, long, model)


def _batches(ended: Sequence[Batch], sums: _Sums, found: Estimate | None) -> Iterator[BatchBill]:
    each = found.per_thousand_usd if found else None
    for batch in ended:
        is_forecast = each is not None and not batch.is_retry
        yield BatchBill(
            number=batch.number,
            rows=batch.rows,
            billed=sums.by_batch[batch.number],
            cost_usd=None if batch.cost_usd is None else sums.batch_cost.get(batch.number, _ZERO),
            expected_usd=each * batch.rows / 1000 if each is not None and is_forecast else None,
            is_retry=batch.is_retry,
        )


def _promised(found: Estimate) -> Promised:
    return Promised(
        found.expected_usd,
        found.low_usd,
        found.high_usd,
        found.max_usd,
        found.rows,
        found.input_tokens,
        found.output_tokens,
        found.basis,
        found.prices_as_of,
    )


def _saved(sums: _Sums, found: Estimate | None, trial: TrialBill | None) -> Savings:
    saved = savings(sums.cost, sums.uncached, found)
    tried = trial.cost_usd if trial and trial.cost_usd else _ZERO
    return Savings(
        saved.standard_usd + tried,
        saved.half_usd,
        saved.cache_usd,
        saved.twins_usd,
        saved.blank_usd,
        saved.paid_usd + tried,
    )


def _trial(tried: Sequence[Tried]) -> TrialBill | None:
    asked = [one for one in tried if one.outcome is not None or one.unsure]
    if not asked:
        return None
    costs = [one.held_usd for one in asked]
    usages = [one.outcome.usage for one in asked if one.outcome and one.outcome.usage]
    return TrialBill(
        rows=len(asked),
        models=len({one.model for one in asked}),
        tokens=sum(usage.prompt + usage.output for usage in usages),
        cost_usd=None if None in costs else sum((cost or _ZERO for cost in costs), _ZERO),
        unsure=sum(one.unsure for one in asked),
    )


# --- why it was otherwise ---------------------------------------------------------------------


def _cause(verdict: Verdict, sums: _Sums, found: Estimate | None) -> str:
    """Say what was measured to be otherwise, where the bill is outside the range."""
    if found is None or verdict not in (Verdict.BELOW, Verdict.ABOVE) or not sums.rows:
        return ""
    longer = verdict is Verdict.ABOVE
    wrote = _otherwise(sums.written, found.output_tokens, sums.rows, found.rows)
    read = _otherwise(sums.read, found.input_tokens, sums.rows, found.rows)
    parts = [
        (abs(wrote), _said("Answers were", wrote)) if (wrote > 0) is longer else (_ZERO, ""),
        (abs(read), _said("Rows were", read)) if (read > 0) is longer else (_ZERO, ""),
        _again(sums) if longer else _unbilled(sums, found),
        _remembered(sums, longer=longer),
    ]
    share, sentence = max(parts)
    return sentence if share >= _MUCH else ""


def _otherwise(tokens: int, expected: int, rows: int, expected_rows: int) -> Decimal:
    """Return by which share of the forecast a row used more or fewer tokens."""
    if not expected:
        return _ZERO
    return Decimal(tokens) * expected_rows / (Decimal(expected) * rows) - 1


def _said(what: str, share: Decimal) -> str:
    return f"{what} {abs(share):.0%} {'longer' if share > 0 else 'shorter'} than expected."


def _again(sums: _Sums) -> tuple[Decimal, str]:
    share = sums.retried / sums.cost if sums.cost else _ZERO
    return share, f"Rows that were asked again made {share:.0%} of it."


def _remembered(sums: _Sums, *, longer: bool) -> tuple[Decimal, str]:
    """Return by which share of the price without it memory has made the bill other."""
    share = (sums.cost - sums.uncached) / sums.uncached if sums.uncached else _ZERO
    if longer:
        return share, f"Instructions that were kept and seldom reused made it {share:.0%} dearer."
    return -share, f"Instructions that Claude remembered made it {-share:.0%} cheaper."


def _unbilled(sums: _Sums, found: Estimate) -> tuple[Decimal, str]:
    missing = found.rows - sums.rows
    share = Decimal(missing) / found.rows if found.rows else _ZERO
    return share, f"{missing:,} rows were not answered, and cost nothing."


# --- earlier jobs -----------------------------------------------------------------------------


def past_forecast(bill: PastBill, catalog: Catalog) -> PastForecast:
    """Return how the forecast of an earlier job came out."""
    found, model = bill.forecast.estimate, catalog.find(bill.model)
    return PastForecast(
        name=bill.name,
        model_name=model.name if model else bill.model,
        ended_at=bill.ended_at.isoformat(),
        cost_usd=bill.cost_usd,
        expected_usd=found.expected_usd,
        verdict=judge(bill.cost_usd, found) if bill.finished else Verdict.NOT_COMPARED,
        deviation=deviation(bill.cost_usd, found.expected_usd) if bill.finished else None,
    )
