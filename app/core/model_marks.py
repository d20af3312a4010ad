"""What speaks against a model: that it ends, or that a batch or this key cannot use it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from app.core import days
from app.core.catalog import Lifecycle, Model

SOON_DAYS = 60
"""So long before its end a model is warned about."""
BATCH_HOURS = timedelta(hours=24)
"""The longest that a batch may take."""


class MarkKind(StrEnum):
    """What speaks against a model."""

    RETIRED = "retired"
    RETIRING = "retiring"
    NO_BATCHES = "no_batches"
    UNLISTED = "unlisted"
    LIMITED = "limited"


@dataclass(frozen=True, slots=True)
class Mark:
    """What speaks against a model, in a few words and in a sentence; `on` is its day, in ISO."""

    kind: MarkKind
    short: str
    sentence: str
    on: str = ""


def mark(model: Model) -> Mark | None:
    """Return the worst that speaks against a model; None for one that is simply there."""
    day = days.in_words(model.retires)
    if model.lifecycle is Lifecycle.RETIRED:
        on, short = (f" on {day}", f"Retired {day}") if day else ("", "Retired")
        sentence = f"Retired{on}: it answers nothing any more."
        return Mark(MarkKind.RETIRED, short, sentence, model.retires)
    if not model.batches:
        return Mark(MarkKind.NO_BATCHES, "Not in batches", "Cannot be used in batches.")
    if model.unlisted:
        sentence = "Not among the models that your key may use."
        return Mark(MarkKind.UNLISTED, "Not for your key", sentence)
    if model.retires or model.lifecycle is Lifecycle.DEPRECATED:
        return _retiring(model, day)
    if model.limited_access:
        sentence = "For organisations that Anthropic has let in."
        return Mark(MarkKind.LIMITED, "Limited access", sentence)
    return None


def _retiring(model: Model, day: str) -> Mark:
    short = f"Retires {day}" if day else "Will be retired"
    when = f"Retires on {day}" if day else "Will be retired, no day is named yet"
    sentence = f"{when}: choose another one for new work."
    return Mark(MarkKind.RETIRING, short, sentence, model.retires)


@dataclass(frozen=True, slots=True)
class Ending:
    """That a model ends before long, in a sentence without its stop, and what that means."""

    text: str
    detail: str

    @property
    def sentence(self) -> str:
        """Both in a line."""
        return f"{self.text}. {self.detail}"


def ending(model: Model, now: datetime) -> Ending | None:
    """Return what is to be said before work is given to a model that ends soon, or some day."""
    last = model.retires_on()
    if model.lifecycle is Lifecycle.RETIRED:
        return None
    if last is None:
        if model.lifecycle is Lifecycle.ACTIVE:
            return None
        said = f"{model.name} will be retired; no day is named yet"
        return Ending(said, "Choose another model for new work.")
    left = (last - now.astimezone(UTC).date()).days
    if left > SOON_DAYS:
        return None
    day = days.in_words(model.retires)
    said = f"{model.name} was to retire on {day}" if left <= 0 else _in_days(model.name, day, left)
    if now + BATCH_HOURS < datetime.combine(last, time(), UTC):
        return Ending(said, "Choose another model for new work.")
    detail = "A batch may take 24 hours: rows that are not answered by then fail, and cost nothing."
    return Ending(said, detail)


def _in_days(name: str, day: str, left: int) -> str:
    return f"{name} retires on {day}, {'tomorrow' if left == 1 else f'in {left} days'}"
