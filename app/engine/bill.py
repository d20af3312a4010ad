"""The bill of a job, from what its answers used: by kind, by batch, and beside its forecast."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from app.core.bill import Savings, Verdict, deviation, judge, savings
from app.core.catalog import Catalog
from app.core.cost import Estimate
from app.core.history import Forecast, PastBill
from app.core.job import Batch, Job, JobState, RowState
from app.core.limit import added
from app.core.money_words import times
from app.core.trial import Tried
from app.engine.bill_replies import (
    BatchBill,
    BillReply,
    PastForecast,
    Promised,
    TrialBill,
)
from app.engine.bill_sums import BillSums
from app.engine.books import bought
from app.store.reader import JobReader
from app.store.usages import batches_used

_ZERO = Decimal(0)
_MUCH = Decimal("0.03")
"""What is otherwise by this share of the forecast is named as a cause."""


def bill_of(reader: JobReader, catalog: Catalog) -> BillReply:
    """Return what a job has cost so far, and how that stands to its forecast.

    Raises:
        SheafError: the job's file is damaged.
    """
    job, batches = reader.head(), reader.batches()
    ended = bought(batches)
    numbers = {batch.number: batch for batch in ended}
    sums = BillSums()
    for used in batches_used(reader):
        if (batch := numbers.get(used.batch)) is not None:
            sums.add(used, batch, batch.prices(job))
    forecast = reader.forecasts.read()
    trial = _trial([t for t in reader.trials.all() if t.mode is job.mode])
    return _reply(job, ended, sums, forecast, trial, catalog)


def _reply(
    job: Job,
    ended: Sequence[Batch],
    sums: BillSums,
    forecast: Forecast | None,
    trial: TrialBill | None,
    catalog: Catalog,
) -> BillReply:
    found = forecast.estimate if forecast else None
    whole = found if job.state is JobState.FINISHED else None
    priced = None if sums.unknown else whole
    verdict = judge(sums.cost, priced) if priced else Verdict.NOT_COMPARED
    model = catalog.find(job.settings.model)
    unknown = sums.unknown + (trial.unknown if trial else 0)
    of_trial = _ZERO if trial is None else trial.known_usd
    known = sums.cost + of_trial
    return BillReply(
        name=job.name,
        mode=job.mode,
        ended=job.state in (JobState.FINISHED, JobState.CANCELLED),
        model=job.settings.model,
        model_name=model.name if model else job.settings.model,
        cost_usd=None if unknown else known,
        known_usd=known if known or not unknown else None,
        unknown=unknown,
        read_tokens=sums.read,
        written_tokens=sums.written,
        lines=tuple(sums.lines()),
        batches=tuple(_batches(ended, sums, found)),
        states=tuple(sums.by_state[state] for state in RowState if state in sums.by_state),
        verdict=verdict,
        forecast=_promised(found) if found else None,
        compared_usd=None if sums.unknown else sums.cost,
        deviation=deviation(sums.cost, priced.expected_usd) if priced else None,
        tokens_deviation=_of_tokens(sums, whole) if whole else None,
        cause=_cause(verdict, sums, found),
        limit_usd=Decimal(job.settings.max_cost_usd) if job.settings.max_cost_usd else None,
        savings=None if unknown else _saved(sums, found, trial),
        twins=found.twins if found else 0,
        blank=found.blank if found else 0,
        trial=trial,
        prices_as_of=job.prices.as_of if job.prices else "",
        own_prices=bool(job.prices and job.prices.own),
    )


def _of_tokens(sums: BillSums, found: Estimate) -> int | None:
    return deviation(Decimal(sums.read + sums.written), Decimal(found.tokens))


def _batches(ended: Sequence[Batch], sums: BillSums, found: Estimate | None) -> Iterator[BatchBill]:
    each = found.per_thousand_usd if found else None
    for batch in ended:
        is_forecast = each is not None and not batch.is_retry
        yield BatchBill(
            number=batch.number,
            rows=batch.rows,
            billed=sums.by_batch[batch.number],
            cost_usd=None if batch.cost_usd is None else sums.cost_of(batch),
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


def _saved(sums: BillSums, found: Estimate | None, trial: TrialBill | None) -> Savings:
    saved = savings(sums.cost, sums.uncached, found)
    tried = trial.known_usd if trial else _ZERO
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
        cost_usd=added(costs),
        known_usd=sum((cost for cost in costs if cost is not None), _ZERO),
        unknown=costs.count(None),
        unsure=sum(one.unsure for one in asked),
    )


# --- why it was otherwise ---------------------------------------------------------------------


def _cause(verdict: Verdict, sums: BillSums, found: Estimate | None) -> str:
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
    if many := times(share):
        return f"{what} {many} as long as expected."
    return f"{what} {abs(share):.0%} {'longer' if share > 0 else 'shorter'} than expected."


def _again(sums: BillSums) -> tuple[Decimal, str]:
    share = sums.retried / sums.cost if sums.cost else _ZERO
    return share, f"Rows that were asked again made {share:.0%} of it."


def _remembered(sums: BillSums, *, longer: bool) -> tuple[Decimal, str]:
    """Return by which share of the price without it memory has made the bill other."""
    share = (sums.cost - sums.uncached) / sums.uncached if sums.uncached else _ZERO
    if longer:
        return share, f"Instructions that were kept and seldom reused made it {share:.0%} dearer."
    return -share, f"Instructions that Claude remembered made it {-share:.0%} cheaper."


def _unbilled(sums: BillSums, found: Estimate) -> tuple[Decimal, str]:
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
