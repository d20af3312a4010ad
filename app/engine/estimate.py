"""What a job's settings would cost, for the chosen model and all others; nothing is billed."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from itertools import takewhile

from app.claude.requests import RequestWriter
from app.core import forecast
from app.core.answer_size import answer_size, thought, usual_longest_answer
from app.core.catalog import Catalog, Model
from app.core.errors import SheafError
from app.core.job import Job, JobSettings
from app.core.quality import ROOM_TO_THINK, can_think
from app.core.volume import Count, Volume, judge, reach
from app.engine.filled import filled_for
from app.engine.prepare import Pages, Sorting, each_row
from app.engine.replies import EstimateReply, ModelPrice

WORDS_PER_TOKEN = 0.75
NEAR_ROWS, NEAR_BYTES = 10_000, 5_000_000
"""So much is read and counted each time the settings change, without a noticeable wait."""


def estimate(
    job: Job,
    settings: JobSettings,
    catalog: Catalog,
    pages: Pages | None = None,
    *,
    every_row: bool = False,
) -> EstimateReply:
    """Forecast the cost of a job with these settings.

    `pages` gives the source rows, so that those to send can be counted: when all of them are
    near the table's beginning, or when `every_row` is wanted however long it takes. Otherwise
    they are judged from what was measured of the columns while reading.
    """
    model = _model(settings, catalog)
    read = None
    if pages is not None and (every_row or _is_near(job, settings)):
        read = _counted(replace(job, settings=settings), model, pages)
    return price(job, settings, catalog, read or judge(settings, job.columns, job.rows))


def price(job: Job, settings: JobSettings, catalog: Catalog, read: Volume) -> EstimateReply:
    """Put a price on what would be sent, for the chosen model and all others."""
    model = _model(settings, catalog)
    prices = tuple(
        ModelPrice(other.id, forecast.per_thousand(settings, other, read))
        for other in catalog.offered()
    )
    envelope = RequestWriter(job.tag, settings, model).size("")
    found = forecast.estimate(settings, model, read, envelope)
    return EstimateReply(found, prices, *advise(settings, model))


def _model(settings: JobSettings, catalog: Catalog) -> Model:
    """A model that only the live list knows has no price here; another's would be a wrong one."""
    stranger = Model(settings.model, settings.model) if settings.model else catalog.suggested()
    return catalog.find(settings.model) or stranger


def _is_near(job: Job, settings: JobSettings) -> bool:
    """Say whether the rows to send are counted in a moment."""
    rows = reach(settings.rows, job.rows)
    most = sum(min(column.size.bytes, rows * column.most_bytes) for column in job.columns)
    return rows <= NEAR_ROWS and most <= NEAR_BYTES


def _counted(job: Job, model: Model, pages: Pages) -> Volume | None:
    """Count the rows to send one by one; None while the instructions cannot be filled in."""
    try:
        ready = filled_for(job, model)
    except SheafError:
        return None
    count = Count()
    last = reach(job.settings.rows, job.rows)
    near = takewhile(lambda pair: pair[0] <= last, each_row(pages))
    deque(Sorting(ready, count).to_send(near), maxlen=0)
    return count.volume()


def advise(settings: JobSettings, model: Model) -> tuple[str, bool]:
    """Compare the longest answer with what the columns need; True when it is tight."""
    needed = answer_size(settings.answers).most
    words = f"About {round(settings.max_tokens * WORDS_PER_TOKEN):,} words."
    thinking = 4 * thought(settings, model)
    if not can_think(model, settings.quality, settings.max_tokens):
        return (
            f"{words} That leaves {model.name} no room to think: it would answer quickly. "
            f"Allow {needed + ROOM_TO_THINK:,} tokens or more.",
            True,
        )
    if thinking and settings.max_tokens < needed + thinking:
        return (
            f"{words} {model.name} thinks before it answers, and that counts too: "
            f"allow {needed + thinking:,} tokens or more.",
            True,
        )
    if not settings.answers:
        return words, False
    columns = (
        "Your answer column needs"
        if len(settings.answers) == 1
        else (f"Your {len(settings.answers)} answer columns need")
    )
    said = f"{words} {columns} about {needed:,} tokens"
    if settings.max_tokens < 2 * needed:
        return f"{said}. Some answers may be cut off.", True
    return f"{said}, so this leaves plenty of room.", False


def with_usual_longest_answer(settings: JobSettings, model: Model) -> JobSettings:
    """Return the settings with the suggested longest answer."""
    return replace(settings, max_tokens=usual_longest_answer(settings, model))
