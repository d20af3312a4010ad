"""What a job was: its settings, model, dates, prices and totals, as lines of labels and values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from app import __version__
from app.core.answers import CANNOT_TELL, CANNOT_TELL_CODE, AnswerColumn
from app.core.cost import BATCH_FACTOR, Estimate, PriceList, in_figures
from app.core.job import Batch, Job, Mode, RowState
from app.core.money_words import at_least, in_fine_dollars

Fact = tuple[str, str]

_STATES = {
    RowState.WAITING: "Waiting",
    RowState.SENT: "At Anthropic",
    RowState.ANSWERED: "Answered",
    RowState.DOES_NOT_FIT: "Answer does not fit",
    RowState.CUT_OFF: "Answer cut off",
    RowState.DECLINED: "Declined",
    RowState.FAILED: "Failed",
    RowState.EXPIRED: "Expired",
    RowState.CANCELLED: "Cancelled",
    RowState.SKIPPED: "Left out",
    RowState.COPIED: "Copied from a row that asks the same",
}


def job_facts(
    job: Job,
    batches: Sequence[Batch],
    counts: Mapping[RowState, int],
    forecast: Estimate | None = None,
) -> list[Fact]:
    """Return what somebody else would need to check or repeat the job; `forecast` at its start."""
    return [
        *_about_job(job),
        *_about_settings(job),
        *_about_money(job, batches),
        *(_about_forecast(forecast) if forecast and job.mode is not Mode.PRACTICE else ()),
        *_about_rows(job, counts),
    ]


def _about_job(job: Job) -> Iterator[Fact]:
    source = job.source
    yield "Job", job.name
    if job.mode is Mode.PRACTICE:
        yield "Practice", "The answers are made up; nothing was sent to Anthropic or charged."
    yield "Sheaf", __version__
    yield "Read from", source.path
    if source.sheet:
        yield "Sheet", source.sheet
    yield "Created", _moment(job.created_at)
    if job.started_at is not None:
        yield "Submitted", _moment(job.started_at)


def _about_settings(job: Job) -> Iterator[Fact]:
    settings = job.settings
    if settings.instructions:
        yield "Instructions", settings.instructions
    if settings.background:
        yield "Background", settings.background
    for column in settings.answers:
        yield f"Answer column {column.name}", _definition(column)
    yield "Model", settings.model
    yield "Answer quality", settings.quality.value.capitalize()
    yield "Longest answer", f"{settings.max_tokens:,} tokens"


def _definition(column: AnswerColumn) -> str:
    parts = [column.kind.value.replace("_", " ")]
    if column.description:
        parts.append(column.description)
    for code, label in enumerate(column.labels, 1):
        meant = f": {label.use_when}" if label.use_when else ""
        parts.append(f"{code} {label.name}{meant}")
    if CANNOT_TELL in column.choices:
        parts.append(f"{CANNOT_TELL_CODE} {CANNOT_TELL}")
    return "\n".join(parts)


def _about_money(job: Job, batches: Sequence[Batch]) -> Iterator[Fact]:
    if job.mode is Mode.PRACTICE:
        return
    if job.prices is not None:
        yield "Prices", _prices(job.prices)
    ended = [batch.ended_at for batch in batches if batch.ended_at is not None]
    if ended:
        yield "Last batch ended", _moment(max(ended))
    yield "Batches", str(len(batches))
    yield "Cost", _cost(job, batches)


def _cost(job: Job, batches: Sequence[Batch]) -> str:
    """Say what was paid, what was tried before apart; nothing known is not nothing paid."""
    paid, tried = _paid(batches), _paid([batch for batch in batches if batch.changes.tried])
    of_trial = f", of it {in_fine_dollars(tried)} for trying rows before" if tried else ""
    if all(batch.cost_usd is not None and batch.prices(job) for batch in batches):
        return in_fine_dollars(paid) + of_trial
    if not paid:
        return "The price is not known."
    least = at_least(paid).removeprefix("at")
    return f"At{least}{of_trial}; the price of some rows is not known"


def _paid(batches: Sequence[Batch]) -> Decimal:
    return sum((Decimal(batch.cost_usd or 0) for batch in batches), Decimal(0))


def _about_forecast(forecast: Estimate) -> Iterator[Fact]:
    """Say what was expected before the start, for whoever checks the cost against it."""
    if forecast.expected_usd is None:
        tokens = f"About {forecast.tokens:,} tokens read and written"
        yield "Forecast", f"{tokens}; no price of the model was known at the start."
        return
    yield "Forecast", in_fine_dollars(forecast.expected_usd)
    if forecast.low_usd is not None and forecast.high_usd is not None:
        low, high = in_fine_dollars(forecast.low_usd), in_fine_dollars(forecast.high_usd)
        yield "Forecast range", f"{low} to {high}"
    if forecast.max_usd is not None:
        yield "Never more than", in_figures(forecast.max_usd)
    yield "Forecast from", forecast.basis


def _prices(prices: PriceList) -> str:
    whose = "your own prices" if prices.own else prices.source
    lines = []
    for tier in prices.tiers:
        read, written = (format(price * BATCH_FACTOR, "f") for price in (tier.input, tier.output))
        bound = f", requests up to {tier.up_to:,} tokens" if tier.up_to is not None else ""
        lines.append(f"${read} read, ${written} written, per million tokens in batches{bound}")
    return "\n".join([*lines, f"as of {prices.as_of}, {whose}"])


def _about_rows(job: Job, counts: Mapping[RowState, int]) -> Iterator[Fact]:
    yield "Rows", f"{job.rows:,}"
    for state, words in _STATES.items():
        if counts.get(state):
            yield words, f"{counts[state]:,}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
