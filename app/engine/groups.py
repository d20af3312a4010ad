"""Rows that need somebody, by cause: how many, what they cost, and the one fix with its price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from app.core import forecast
from app.core.catalog import Catalog
from app.core.causes import FIXES, Cause, Fix
from app.core.cost import Usage, price_of
from app.core.job import Batch, Job, JobSettings
from app.core.limit import added
from app.core.ready_made import is_ready_made
from app.core.volume import judge
from app.engine.replies import CauseGroup, ModelPrice
from app.engine.request_review import price_again
from app.store.reader import JobReader
from app.store.ready_made import ReadyMade

_LONGER = 4
"""How many times longer an answer may be when it was cut off."""


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
    longer = _longer_answer(job, catalog) if fix is Fix.LONGER_ANSWER else None
    settings = replace(job.settings, max_tokens=longer or job.settings.max_tokens)
    models = _other_models(job, settings, catalog, rows) if fix is Fix.OTHER_MODEL else ()
    return CauseGroup(
        cause=cause,
        fix=fix,
        rows=rows,
        cost_usd=cost,
        retry_usd=_price(job, settings, catalog, rows, job.settings.model),
        longer_answer=longer,
        models=models,
    )


def _cost(job: Job, batches: Sequence[Batch], used: Sequence[tuple[int, Usage]]) -> Decimal | None:
    """Add up what all attempts of the group's rows cost."""
    prices = {batch.number: batch.prices(job) for batch in batches}
    known = ((usage, prices.get(number)) for number, usage in used)
    return added(None if price is None else price_of(usage, price) for usage, price in known)


def _longer_answer(job: Job, catalog: Catalog) -> int:
    model = catalog.find(job.settings.model)
    most = model.max_output_tokens if model else job.settings.max_tokens * _LONGER
    return min(job.settings.max_tokens * _LONGER, most)


def _other_models(
    job: Job, settings: JobSettings, catalog: Catalog, rows: int
) -> tuple[ModelPrice, ...]:
    others = (m for m in catalog.offered() if m.id != settings.model and not m.limited_access)
    return tuple(
        ModelPrice(other.id, _price(job, settings, catalog, rows, other.id)) for other in others
    )


def _price(
    job: Job, settings: JobSettings, catalog: Catalog, rows: int, model_id: str
) -> Decimal | None:
    """Return about what asking so many rows costs with a model; None without a known price."""
    model = catalog.find(model_id)
    if model is None:
        return None
    read = judge(settings, job.columns, job.rows)
    each = forecast.per_thousand(replace(settings, model=model_id), model, read)
    return None if each is None else each * rows / 1000
