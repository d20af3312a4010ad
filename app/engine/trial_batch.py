"""A trial for those who can wait: a small job of its own, at half the price.

It is sent, looked up when in doubt, fetched and audited as every job is. The job that is tried
knows its rows by the trial's file and their place in it, and takes over what came of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.core.errors import SheafError
from app.core.job import Job, JobSettings, JobState, Outcome, Rows
from app.core.plan import new_tag
from app.core.trial import MOST_ROWS, Tried
from app.engine.bench import Bench
from app.engine.connection import Connection
from app.engine.home import home_of
from app.engine.trial import noted
from app.engine.trial_rows import Errand
from app.store.job_file import JobFile
from app.store.library import new_path
from app.store.reader import JobReader, ResultRow

_OVER = frozenset({JobState.FINISHED, JobState.CANCELLED})


def make_jobs(
    bench: Bench,
    job_file: JobFile,
    way: Connection,
    wanted: Sequence[Errand],
    limits: JobSettings,
) -> list[Path]:
    """Make a job for each model and note its rows; nothing is sent before it is submitted.

    `limits` are settings whose spend limits say what may still be spent.
    """
    number = job_file.trials.next_round()
    made = []
    for model in dict.fromkeys(errand.asking.model.id for errand in wanted):
        own = [errand for errand in wanted if errand.asking.model.id == model]
        tag = new_tag()
        made.append(_make_job(bench, job_file, own, way, limits, tag))
        _note(bench, job_file, way, own, number, made[-1], tag)
    return made


def _make_job(
    bench: Bench,
    job_file: JobFile,
    wanted: Sequence[Errand],
    way: Connection,
    limits: JobSettings,
    tag: str,
) -> Path:
    job = job_file.head()
    path = new_path(bench.places.jobs, f"{job.name}, trial")
    settings = replace(
        wanted[0].asking.ready.job.settings,
        rows=Rows(),
        max_cost_usd=limits.max_cost_usd,
        max_tokens_total=limits.max_tokens_total,
        agreed=True,
        twins=False,
        keep_trial=False,
        rows_per_request=1,
    )
    head = Job(
        tag=tag,
        name=f"{job.name}, trial",
        state=JobState.LOADING,
        mode=way.mode,
        rows=0,
        created_at=bench.clock(),
        settings=settings,
        home=home_of(bench.places, path),
    )
    with JobFile.create(path, head) as made, made.at_once():
        made.begin_loading(job.source)
        made.add_rows(1, [errand.cells for errand in wanted])
        made.finish_loading(job.columns, (), len(wanted))
    return path


def _note(
    bench: Bench,
    job_file: JobFile,
    way: Connection,
    wanted: Sequence[Errand],
    number: int,
    path: Path,
    tag: str,
) -> None:
    with job_file.at_once():
        for place, errand in enumerate(wanted, 1):
            tried = noted(errand, number, job_file.trials.next_number(), way, bench, None)
            job_file.trials.note(replace(tried, job=path.name, tag=tag, place=place))


def take_over(bench: Bench, job_file: JobFile) -> int:
    """Take over what has come of the rows in trial jobs; return how many came.

    Rows of a job that is not there are in doubt until it is back.
    """
    asked = [one for one in job_file.trials.all() if one.job and one.outcome is None]
    # Without its tag a job that is back could not be told from another of its name.
    asked = [one for one in asked if one.tag or not one.unsure]
    came = 0
    for name, tag in dict.fromkeys((one.job, one.tag) for one in asked):
        own = [one for one in asked if (one.job, one.tag) == (name, tag)]
        came += _take_from(bench.places.jobs / name, tag, own, job_file, bench)
    return came


def _take_from(
    path: Path, tag: str, tried: Sequence[Tried], job_file: JobFile, bench: Bench
) -> int:
    try:
        is_there = path.exists() and _is_its_job(path, tag)
        outcomes = _outcomes(path, tried) if is_there else []
    except SheafError:
        return 0  # it is being written just now, or by a newer Sheaf
    for one in tried:
        if is_there and one.unsure:
            job_file.trials.mark_on_its_way(one.number)
        elif not is_there and not one.unsure:
            job_file.trials.mark_unsure(one.number)
    for one, outcome in outcomes:
        job_file.trials.keep(one.number, outcome, bench.clock())
    return len(outcomes)


def _is_its_job(path: Path, tag: str) -> bool:
    """Say whether this is the trial's job: another may have been given its name since."""
    with JobReader(path) as reader:
        return tag in ("", reader.head().tag)


def _outcomes(path: Path, tried: Sequence[Tried]) -> list[tuple[Tried, Outcome]]:
    """Return what the rows of a trial job have come to; nothing before it is over."""
    with JobReader(path) as reader:
        if reader.head().state not in _OVER:
            return []
        found = {result.row: result for result in reader.results(1, MOST_ROWS)}
    return [(one, _outcome(one, found[one.place])) for one in tried if one.place in found]


def _outcome(tried: Tried, result: ResultRow) -> Outcome:
    if result.outcome is None:
        return Outcome(tried.row, result.state, reason=result.reason)
    return replace(result.outcome, row=tried.row)
