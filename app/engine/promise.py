"""The forecast with which a job is started, kept to be compared with its bill."""

from __future__ import annotations

from contextlib import suppress

from app.clock import now
from app.core.catalog import Catalog
from app.core.cost import Estimate
from app.core.errors import SheafError
from app.core.history import Forecast, kind_of
from app.core.job import Job, Mode
from app.core.ready_made import is_ready_made
from app.engine.estimator import Estimator
from app.store.reader import JobReader


def kept_estimate(reader: JobReader, job: Job) -> Estimate | None:
    """Return what was forecast when a job was begun; None of a draft, and where nothing was."""
    forecast = reader.forecasts.read() if job.started_at is not None else None
    return None if forecast is None else forecast.estimate


def forecast_for(
    estimator: Estimator, reader: JobReader, catalog: Catalog, mode: Mode
) -> Forecast | None:
    """Return the forecast of a job as it stands; None where there can be none."""
    with suppress(SheafError):
        job = reader.head()
        found = estimator.estimate(reader, job.settings, catalog, mode, every_row=True)
        if is_ready_made(job):
            return Forecast(found.estimate, "", now())
        guess = estimator.guess(reader, job.settings, catalog).estimate
        kind, read, written = kind_of(job.settings), guess.input_tokens, guess.output_tokens
        return Forecast(found.estimate, kind, now(), read, written)
    return None
