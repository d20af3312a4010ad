"""Trying rows of a draft: planned, held against the limit, asked, and reported."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import msgspec

from app.claude.translate import Verdict
from app.core.errors import Halt, SheafError, Standing
from app.core.job import JobSettings
from app.core.limit import Unit, added, limits_of, with_limit
from app.core.states import Mode
from app.engine.bench import Bench
from app.engine.books import keep_books
from app.engine.connection import Connection
from app.engine.estimator import Estimator
from app.engine.home import check_home
from app.engine.load import never
from app.engine.look_into import look_into_files
from app.engine.money_replies import TrialReply
from app.engine.trial import Trial
from app.engine.trial_batch import make_jobs, take_over
from app.engine.trial_plan import Planned, plan_trial
from app.engine.trial_report import report
from app.engine.trial_rows import Wish
from app.store.job_file import JobFile
from app.store.reader import JobReader


def try_rows(
    bench: Bench,
    job_file: JobFile,
    way: Connection,
    estimator: Estimator,
    settings: JobSettings,
    wish: Wish,
    stopped: Callable[[], bool] = never,
) -> TrialReply:
    """Answer a few rows, or make the jobs that will; say what that shows.

    Raises:
        SheafError: nothing was asked, for a reason that a person must mend.
    """
    check_draft(bench, job_file)
    look_into_files(bench, job_file, stopped)
    job_file.trials.mark_left_over()
    take_over(bench, job_file)
    with JobReader(job_file.path) as reader:
        planned = plan_trial(estimator, reader, settings, bench.catalog, way.mode, wish)
        if planned.problem:
            raise SheafError(
                planned.problem,
                "Nothing was sent.",
                "Raise the limit, or try fewer rows.",
                standing=Standing.NEEDS_PERSON,
                halt=Halt.SPEND_LIMIT,
            )
        why, halt = _ask(bench, job_file, way, settings, planned, stopped, in_batch=wish.in_batch)
        keep_books(bench.places, job_file.path)
        came = report(estimator, reader, settings, bench.catalog, way.mode, planned.rows)
        return msgspec.structs.replace(came, stopped=why, halt=halt)


def check_draft(bench: Bench, job_file: JobFile) -> None:
    """Refuse to try rows of a job that is bought already, or belongs elsewhere.

    Raises:
        SheafError: it is not a draft of this place.
    """
    job = job_file.head()
    check_home(bench.places, job, job_file.path)
    if job.started_at is not None:
        raise SheafError(
            "This job has been submitted, so there is nothing to try any more.",
            fix="Duplicate the job to try it with other settings.",
        )


def _ask(
    bench: Bench,
    job_file: JobFile,
    way: Connection,
    settings: JobSettings,
    planned: Planned,
    stopped: Callable[[], bool],
    *,
    in_batch: bool,
) -> tuple[str, Halt]:
    """Ask what is to be bought; return why not all of it was, if so, and of what kind that is."""
    if not planned.bought:
        return "", Halt.NONE
    if in_batch:
        make_jobs(bench, job_file, way, planned.bought, _left(job_file, settings, way.mode))
        return "", Halt.NONE
    trial = Trial(bench, job_file, way, stopped)
    trial.run(planned.bought)
    if trial.refusal is not None:
        needs_person = trial.refusal.verdict is Verdict.REFUSED
        return trial.refusal.what, trial.refusal.halt if needs_person else Halt.NONE
    return ("Stopped." if stopped() else ""), Halt.NONE


def _left(job_file: JobFile, settings: JobSettings, mode: Mode) -> JobSettings:
    """Return the settings with what its spend limits still leave, where it has any."""
    tried = [one for one in job_file.trials.all() if one.mode is mode]
    for unit, limit in limits_of(settings):
        if unit is Unit.TOKENS:
            held = Decimal(sum(one.held_tokens for one in tried))
        else:
            held = added(one.held_usd for one in tried) or Decimal(0)
        settings = with_limit(settings, unit, limit - held)
    return settings


def so_far(
    bench: Bench, job_file: JobFile, estimator: Estimator, settings: JobSettings, mode: Mode
) -> TrialReply:
    """Say what was tried, with what has come meanwhile of rows in batches."""
    if job_file.head().started_at is None:
        job_file.trials.mark_left_over()
        take_over(bench, job_file)
    with JobReader(job_file.path) as reader:
        return report(estimator, reader, settings, bench.catalog, mode)
