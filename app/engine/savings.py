"""What it saves to ask several rows in one request, and what is to be known of it before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from app.claude.remembered import most_remembered
from app.claude.requests import RequestWriter
from app.core import forecast
from app.core.catalog import Model
from app.core.cost import CENT, Estimate
from app.core.instructions import parse
from app.core.job import Job, JobSettings
from app.core.measured import Measured
from app.core.money_words import about
from app.core.together import USUAL_TOGETHER, alone, intro, rows_together, why_alone
from app.core.volume import Volume
from app.engine.replies import Note

_TINY = 200
"""Tokens of a row that is worth asking with others."""
_WORTH = Decimal("0.15")
_QUALITY = (
    "Claude answers {rows} rows at once, so one answer can influence another; a row that it leaves "
    "out is asked again alone. A trial asks one row at a time: to see answers that are given "
    "together, run a few rows first."
)
_WOULD = "Asking {rows} rows at a time would cost {less} less."
_DEARER = "{rows} rows per request cost {more} more here: the instructions are short."


@dataclass(frozen=True, slots=True)
class Saving:
    """So many rows in a request cost less than one, by so many dollars; less than 0 is more."""

    rows: int = 0
    usd: Decimal = Decimal(0)

    def noted_in(self, found: Estimate) -> Estimate:
        """Return a forecast that says what is saved, if anything."""
        if self.usd <= 0:
            return found
        return replace(found, together=self.rows, together_usd=self.usd)


NO_SAVING = Saving()


@dataclass(frozen=True, slots=True)
class Pricing:
    """What a forecast is made from, but for how many rows share a request."""

    job: Job
    model: Model
    read: Volume
    measured: Measured

    def price(self, settings: JobSettings) -> Estimate:
        """Forecast with these settings."""
        envelope = RequestWriter(self.job.tag, alone(settings), self.model).size("")
        shared, rows = 0, rows_together(settings, self.model)
        if rows > 1:
            writer = RequestWriter(self.job.tag, settings, self.model, rows)
            shared = writer.size(intro(settings))
        kept = most_remembered(settings, self.model)
        found = (settings, self.model, self.read, envelope, self.measured, kept, shared)
        return forecast.estimate(*found)


def as_it_can_be(job: Job, settings: JobSettings) -> JobSettings:
    """Return the settings with a request for each row where they cannot share any."""
    return alone(settings) if _why_alone(job, settings) else settings


def _why_alone(job: Job, settings: JobSettings) -> str:
    named = set(parse(settings.instructions).columns)
    leads = replace(job, settings=settings).file_columns
    return why_alone(settings, files=bool(named & leads))


def saving_of(pricing: Pricing, settings: JobSettings, found: Estimate) -> Saving:
    """Return what several rows per request save, or would save where that is worth it."""
    rows = rows_together(settings, pricing.model)
    if rows > 1:
        return Saving(rows, _less(pricing.price(alone(settings)), found))
    several = replace(settings, rows_per_request=USUAL_TOGETHER)
    rows = rows_together(several, pricing.model)
    if rows == 1 or found.rows < rows or _why_alone(pricing.job, settings) or not _is_tiny(found):
        return NO_SAVING
    less = _less(found, pricing.price(several))
    is_worth_it = less >= max(CENT, (found.expected_usd or Decimal(0)) * _WORTH)
    return Saving(rows, less) if is_worth_it else NO_SAVING


def _is_tiny(found: Estimate) -> bool:
    """Say whether rows are short beside what each repeats."""
    own = found.input_tokens / max(found.rows, 1) - found.fixed_tokens
    return own <= min(_TINY, found.fixed_tokens)


def _less(dearer: Estimate, cheaper: Estimate) -> Decimal:
    if dearer.expected_usd is None or cheaper.expected_usd is None:
        return Decimal(0)
    return dearer.expected_usd - cheaper.expected_usd


def notes_on(job: Job, wanted: JobSettings, model: Model, saving: Saving) -> list[Note]:
    """Say what several rows per request would save, or mean for the answers."""
    if wanted.rows_per_request > 1 and (why := _why_alone(job, wanted)):
        return [Note("alone", f"Each row has a request of its own. {why}")]
    rows, less = rows_together(wanted, model), saving.usd
    if rows == 1 and less > 0:
        return [Note("together", _WOULD.format(rows=saving.rows, less=about(less)))]
    if rows == 1:
        return []
    notes = [Note("together_quality", _QUALITY.format(rows=rows))]
    if less < 0:
        notes.append(Note("together_dearer", _DEARER.format(rows=rows, more=about(-less))))
    return notes
