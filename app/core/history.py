"""What earlier jobs came to, compared with what was guessed of them: the next guess is better.

The rule. Of every job that was bought, two ratios are kept: tokens read and tokens written per
row, each divided by what had been guessed from the text and the answer columns alone. The next job
of the same model and kind multiplies its guess by the geometric mean of these ratios, to a power
that grows with the number of jobs (core.calibration.level). What was counted or tried for the job
itself is always better, and is used instead. Practice jobs are never kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import blake2b

from app.core.calibration import level
from app.core.catalog import Model
from app.core.cost import Estimate
from app.core.job import JobSettings
from app.core.measured import History
from app.core.remembered import Hits

CUSTOM = "custom"
_JOBS = 8
"""Older jobs say less of how a model answers now."""
_ODD = 50.0
"""A ratio beyond this says that something else than a guess was wrong."""


def kind_of(settings: JobSettings) -> str:
    """Return what is the same for jobs that are likely to be answered alike.

    Jobs of a recipe are of one kind; without one, those with the same instructions and columns.
    """
    kind = f"{settings.recipe} {settings.quality.value}"
    if settings.rows_per_request > 1:
        kind += f" {settings.rows_per_request} together"
    if settings.recipe != CUSTOM:
        return kind
    asked = (settings.instructions, settings.background, [asdict(a) for a in settings.answers])
    digest = blake2b(json.dumps(asked, default=str).encode(), digest_size=8)
    return f"{kind} {digest.hexdigest()}"


@dataclass(frozen=True, slots=True)
class Forecast:
    """What was said of a job's price before it was started, kept to be compared with its bill.

    `guessed_read` and `guessed_written` are the tokens that were guessed of all rows with nothing
    counted, tried or learnt; a job of ready-made requests has none.
    """

    estimate: Estimate
    kind: str
    made_at: datetime
    guessed_read: int = 0
    guessed_written: int = 0


@dataclass(frozen=True, slots=True)
class PastBill:
    """A job that was bought: what was forecast of it, and what it came to.

    `job` is its tag, `rows` how many were billed, `read` and `written` the tokens of these;
    `finished` that it was not cancelled on the way. `asked` names its instructions, and `hits` are
    what its answers tell of remembered beginnings, where some were to be.
    """

    job: str
    name: str
    model: str
    ended_at: datetime
    cost_usd: Decimal
    rows: int
    read: int
    written: int
    forecast: Forecast
    finished: bool = True
    asked: str = ""
    hits: Hits | None = None


A_WHILE = timedelta(days=30)
"""How long it is believed what an earlier job has measured of the service's memory."""


def instructions_name(settings: JobSettings) -> str:
    """Return a name that jobs with the same instructions and background share."""
    asked = json.dumps((settings.instructions, settings.background))
    return blake2b(asked.encode(), digest_size=8).hexdigest()


def earlier_hits(
    past: Iterable[PastBill], settings: JobSettings, model: Model, now: datetime
) -> Hits | None:
    """Return what the newest job with these instructions has measured, at today's prices.

    The bills come newest first; None where none of the last month has measured anything.
    """
    name = instructions_name(settings)
    for bill in past:
        alike = (bill.model, bill.asked) == (model.id, name) and now - bill.ended_at < A_WHILE
        if alike and bill.hits is not None and bill.hits.tell:
            return bill.hits.at(model.prices)
    return None


def history_of(past: Iterable[PastBill], model: str, kind: str) -> History | None:
    """Return what earlier jobs of this model and kind say, the newest first; None without any."""
    alike = [bill for bill in past if (bill.model, bill.forecast.kind) == (model, kind)]
    ratios = [pair for bill in alike if (pair := _ratios(bill)) is not None][:_JOBS]
    if not ratios:
        return None
    read, written = (level(column) for column in zip(*ratios, strict=True))
    return History(len(ratios), read.factor, written.factor, read.reach, written.reach)


def _ratios(bill: PastBill) -> tuple[float, float] | None:
    """Return how many times as much a row read and wrote as was guessed; None if that is odd."""
    guess, rows = bill.forecast, bill.forecast.estimate.rows
    if not (bill.rows and rows and guess.guessed_read and guess.guessed_written):
        return None
    share = rows / bill.rows
    found = bill.read * share / guess.guessed_read, bill.written * share / guess.guessed_written
    return found if all(1 / _ODD < ratio < _ODD for ratio in found) else None
