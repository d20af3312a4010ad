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
        made.append(_make_job(bench, job_file, own, way, limits))
        _note(bench, job_file, way, own, number, made[-1])
    return made


def _make_job(
    bench: Bench,
    job_file: JobFile,
    wanted: Sequence[Errand],
    way: Connection,
    limits: JobSettings,
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
    )
    head = Job(
        tag=new_tag(),
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
) -> None:
    with job_file.at_once():
        for place, errand in enumerate(wanted, 1):
            tried = noted(errand, number, job_file.trials.next_number(), way, bench, None)
            job_file.trials.note(replace(tried, job=path.name, place=place))


def on_their_way(bench: Bench, tried: Sequence[Tried]) -> list[Path]:
    """Return the trial jobs whose rows have not come."""
    names = dict.fromkeys(one.job for one in tried if one.is_on_its_way)
    return [bench.places.jobs / name for name in names]


def take_over(bench: Bench, job_file: JobFile) -> int:
    """Take over what has come of the rows in trial jobs; return how many came."""
    came = 0
    for path in on_their_way(bench, job_file.trials.all()):
        own = [one for one in job_file.trials.all() if one.job == path.name and one.is_on_its_way]
        if not path.exists():
            for one in own:
                job_file.trials.mark_unsure(one.number)
            continue
        for one, outcome in _outcomes(path, own):
            job_file.trials.keep(one.number, outcome, bench.clock())
            came += 1
    return came


def _outcomes(path: Path, tried: Sequence[Tried]) -> list[tuple[Tried, Outcome]]:
    """Return what the rows of a trial job have come to; nothing before it is over."""
    try:
        with JobReader(path) as reader:
            if reader.head().state not in _OVER:
                return []
            found = {result.row: result for result in reader.results(1, MOST_ROWS)}
    except SheafError:
        return []  # it is being written just now, or by a newer Sheaf
    return [(one, _outcome(one, found[one.place])) for one in tried if one.place in found]


def _outcome(tried: Tried, result: ResultRow) -> Outcome:
    if result.outcome is None:
        return Outcome(tried.row, result.state, reason=result.reason)
    return replace(result.outcome, row=tried.row)
