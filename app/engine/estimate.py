"""What a job's settings would cost, for the chosen model and all others; nothing is billed."""

from __future__ import annotations

from dataclasses import replace

from app.core import forecast
from app.core.catalog import Catalog, Model
from app.core.job import Job, JobSettings
from app.engine.replies import EstimateReply, ModelPrice

WORDS_PER_TOKEN = 0.75


def estimate(job: Job, settings: JobSettings, catalog: Catalog) -> EstimateReply:
    """Forecast the cost of a job with these settings."""
    model = catalog.find(settings.model) or _stranger(settings.model) or catalog.suggested()
    needed = forecast.answer_size(settings.answers).most
    read = forecast.volume(settings, job.columns, job.rows, model)
    prices = tuple(
        ModelPrice(other.id, forecast.per_thousand(settings, other, read))
        for other in catalog.offered()
    )
    advice, tight = advise(settings, model, needed)
    return EstimateReply(forecast.estimate(settings, model, read), prices, needed, advice, tight)


def _stranger(model_id: str) -> Model | None:
    """A model that only the live list knows has no price here; another's would be a wrong one."""
    return Model(model_id, model_id) if model_id else None


def advise(settings: JobSettings, model: Model, needed: int) -> tuple[str, bool]:
    """Compare the longest answer with what the columns need; True when it is tight."""
    words = f"About {round(settings.max_tokens * WORDS_PER_TOKEN):,} words."
    thinking = forecast.THINKING_TOKENS * 4 if model.thinks_in_short_answers else 0
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
    return replace(settings, max_tokens=forecast.usual_longest_answer(settings, model))
