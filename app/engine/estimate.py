"""What a job's settings would cost, for the chosen model and all others; nothing is billed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from app.clock import now
from app.core import forecast
from app.core.answer_size import answer_size, thought, usual_longest_answer
from app.core.catalog import Catalog, Model
from app.core.cost import Estimate, are_old
from app.core.errors import SheafError
from app.core.job import Job, JobSettings
from app.core.measured import NOTHING, Measured
from app.core.model_marks import ending
from app.core.money_words import in_fine_dollars
from app.core.quality import ROOM_TO_THINK, WORDS_PER_TOKEN, can_think
from app.core.together import alone
from app.core.volume import Volume, judge, of_population, reach
from app.engine.prepare import Pages
from app.engine.replies import EstimateReply, ModelPrice, Note
from app.engine.savings import Pricing, as_it_can_be, notes_on, saving_of
from app.engine.sizing import Sizing, Table

NEAR_ROWS, NEAR_BYTES = 10_000, 5_000_000
"""So much is read and measured at once, without a noticeable wait."""
_MUCH_REPEATED = 500
_REPEATED_SHARE = 0.3

MeasuredFor = Callable[[Model], Measured]
"""Says what was measured of a job, for each model that it may be asked with."""


def nothing_for(_model: Model) -> Measured:
    """Nothing was measured."""
    return NOTHING


def estimate(
    job: Job,
    settings: JobSettings,
    catalog: Catalog,
    pages: Pages | None = None,
    *,
    every_row: bool = False,
) -> EstimateReply:
    """Forecast the cost of a job with these settings, from its rows alone."""
    table = None if pages is None else Table(job, pages)
    read = volume_of(job, settings, catalog, Sizing(), table, every_row=every_row)
    return price(job, settings, catalog, read)


def volume_of(
    job: Job,
    settings: JobSettings,
    catalog: Catalog,
    sizing: Sizing,
    table: Table | None,
    kept: frozenset[int] = frozenset(),
    *,
    every_row: bool = False,
) -> Volume:
    """Return how much a job would send, but for the rows that are `kept`.

    The rows are measured when they were before, when all that count are near the table's
    beginning, or when `every_row` is wanted however long it takes. Otherwise they are judged from
    what was measured of the columns while reading.
    """
    model = model_of(settings, catalog)
    population = sizing.known(job, settings, model, kept)
    if population is None and table is not None and (every_row or is_near(job, settings)):
        try:
            population = sizing.population(table, settings, model, kept)
        except SheafError:
            population = None
    if population is None:
        return judge(settings, job.columns, job.rows)
    return of_population(settings, population)


def price(
    job: Job,
    settings: JobSettings,
    catalog: Catalog,
    read: Volume,
    measured_for: MeasuredFor = nothing_for,
) -> EstimateReply:
    """Put a price on what would be sent, for the chosen model and all others."""
    model, wanted = model_of(settings, catalog), settings
    settings = as_it_can_be(job, wanted)
    prices = tuple(
        ModelPrice(
            other.id,
            forecast.per_thousand(settings, other, read, measured_for(other)),
            forecast.per_thousand(alone(settings), other, read, measured_for(other)),
        )
        for other in catalog.offered()
    )
    pricing = Pricing(job, model, read, measured_for(model))
    found = pricing.price(settings)
    saving = saving_of(pricing, settings, found)
    found = saving.noted_in(found)
    words, tight = advise(settings, model)
    of_price = _notes(found, model, now().date())
    notes = (*_endings(model), *of_price, *notes_on(job, wanted, model, saving))
    return EstimateReply(found, prices, words, tight, notes=notes)


def _endings(model: Model) -> list[Note]:
    """Say when the model ends, before anybody counts on it."""
    found = ending(model, now())
    return [Note("ending", found.sentence)] if found else []


def _notes(found: Estimate, model: Model, today: date) -> list[Note]:
    """Say what is to be known about a price besides the price."""
    if model.prices is None:
        said = f"The price of {model.name} is not known, so no sum can be named or limited."
        return [Note("unknown_price", said)]
    notes = []
    if are_old(model.prices.as_of, today):
        said = f"These prices are of {model.prices.as_of}: compare them with Anthropic's page."
        notes.append(Note("old_prices", said))
    rows, requests = max(found.rows, 1), found.requests or found.rows
    own = (found.input_tokens - found.fixed_tokens * requests) / rows
    share = (found.fixed_usd or 0) / (found.expected_usd or 1)
    if found.fixed_tokens >= max(_MUCH_REPEATED, own) and share >= _REPEATED_SHARE:
        one = "row" if requests == found.rows else "request"
        repeated, whole = in_fine_dollars(found.fixed_usd), in_fine_dollars(found.expected_usd)
        said = (
            f"Every {one} repeats {found.fixed_tokens:,} tokens of instructions for about "
            f"{max(0, round(own)):,} of its own: that makes {repeated} of the {whole}."
        )
        notes.append(Note("fixed_part", said))
    return notes


def model_of(settings: JobSettings, catalog: Catalog) -> Model:
    """A model that only the live list knows has no price here; another's would be a wrong one."""
    stranger = Model(settings.model, settings.model) if settings.model else catalog.suggested()
    return catalog.find(settings.model) or stranger


def is_near(job: Job, settings: JobSettings) -> bool:
    """Say whether the rows to send are measured in a moment."""
    rows = reach(settings.rows, job.rows)
    most = sum(min(column.size.bytes, rows * column.most_bytes) for column in job.columns)
    return rows <= NEAR_ROWS and most <= NEAR_BYTES


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
