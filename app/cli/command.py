"""What several verbs of the command line share: loading, agreeing, working, writing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app import clock
from app.cli import options as read
from app.cli import report
from app.cli.batch_lines import batch_json, batches_table
from app.cli.deadline import deadline_words
from app.cli.going_on import resume_hint
from app.cli.interrupts import INTERRUPTED, hasty_interrupts
from app.cli.noticed import noticed_json, say_noticed
from app.cli.pricing import Pricing
from app.cli.reach import Reach
from app.cli.settings_check import check_settings
from app.core.errors import SheafError, Standing
from app.core.job import FINE, Job, JobSettings, JobState, Mode
from app.engine import export
from app.engine.begin import Again, retry, start
from app.engine.bench import PRACTICE_PATIENCE, Bench, Control, Patience
from app.engine.load import (
    Draft,
    Twin,
    Wanted,
    load_again,
    new_job,
    unfinished_like,
    wanted_again,
)
from app.engine.run import Ended, Run
from app.engine.view import JobView
from app.paths import Places
from app.store.exports import ExportBook
from app.store.job_file import JobFile
from app.store.job_lock import is_held_elsewhere

NOT_ALL = 1
"""The exit code where rows, or the export, are missing."""


class Command:
    """One command with its options, the folders, and the models it knows."""

    def __init__(self, options: argparse.Namespace, places: Places) -> None:
        self.options = options
        self.places = places
        self.control = Control()
        self.begun = False
        """Whether rows may have been sent: from then on no error means that nothing was."""
        self.reach = Reach(places)
        self.pricing = Pricing(places, self.reach, self.control.stopping.wait)
        self.book = ExportBook(places.jobs)
        self._ticker = report.Ticker()

    def bench(self, mode: Mode) -> Bench:
        """Return the place of work, with the patience that was asked for."""
        usual = PRACTICE_PATIENCE if mode is Mode.PRACTICE else Patience()
        patience = read.patience(self.options, usual)
        return Bench(self.places, self.reach.catalog, self._ticker.hear, patience)

    # --- reading ----------------------------------------------------------------------------

    def job_of(self, wanted: Wanted, settings: JobSettings, mode: Mode) -> Path:
        """Return a job that is to do this: the draft that is there already, or a new one.

        Raises:
            SheafError: such a job was begun and is not finished; it is named.
        """
        path: Path | None = self.options.job
        twins = [] if self.options.new else self._twins(wanted, settings, mode)
        for twin in twins:
            if twin.job.started_at is not None:
                raise _twin_refusal(twin.path)
        if twins and path is None:
            return self._take_up(twins[0].path, wanted, settings)
        return self.load(wanted, settings, mode, path)

    def _twins(self, wanted: Wanted, settings: JobSettings, mode: Mode) -> list[Twin]:
        return unfinished_like(self.bench(mode), wanted, settings, mode)

    def load(self, wanted: Wanted, settings: JobSettings, mode: Mode, path: Path | None) -> Path:
        """Read the data into a new job, after its settings were checked against the columns."""

        def check(columns: tuple[str, ...]) -> None:
            check_settings(settings, columns, self.reach.catalog)

        stopped = self.control.stopping.is_set
        draft = Draft(settings, mode, path)
        with self._reading():
            path = new_job(self.bench(mode), wanted, draft, stopped=stopped, check=check)
        say_noticed(path)
        return path

    def _take_up(self, path: Path, wanted: Wanted, settings: JobSettings) -> Path:
        """Go on with a draft; its data are read anew, since cells may have been changed."""
        report.say(f'Going on with the draft "{path}".')
        with JobFile.open(path) as job_file, self._reading():
            job = job_file.head()
            stopped = self.control.stopping.is_set
            load_again(self.bench(job.mode), job_file, wanted, stopped, settings)
            check_settings(settings, job_file.head().column_names, self.reach.catalog)
        say_noticed(path)
        return path

    def load_rest(self, path: Path) -> None:
        """Read the data of a job whose loading was cut short, from its beginning."""
        with JobFile.open(path) as job_file, self._reading():
            job = job_file.head()
            if job.state is JobState.LOADING:
                report.say(f'Reading "{job.source.path}" again: the loading was cut short.')
                stopped = self.control.stopping.is_set
                load_again(self.bench(job.mode), job_file, wanted_again(job), stopped)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """A reading that Ctrl-C has stopped ends as that, whatever the reader says."""
        try:
            yield
        except SheafError:
            if self.control.stopping.is_set():
                raise KeyboardInterrupt from None
            raise
        finally:
            self._ticker.done()

    # --- working ----------------------------------------------------------------------------

    def work(self, path: Path, target: Path | None) -> int:
        """Submit or go on, wait, export; return the exit code."""
        if self.carry_on(path) is Ended.STOPPED:
            return INTERRUPTED
        written = target is None or self._write_paid(path, target)
        self.show_status(path, path)
        return self._code(path) if written else NOT_ALL

    def carry_on(self, path: Path) -> Ended:
        """Submit or go on, and wait until the job ends or is stopped."""
        with JobFile.open(path) as job_file:
            job = job_file.head()
            if job.mode is Mode.PRACTICE:
                report.say(report.PRACTICE_BANNER)
            try:
                ended = self._run(job_file, job)
            except SheafError as error:
                self._ticker.done()
                if self.begun or error.standing is Standing.NEEDS_PERSON:
                    report.say(resume_hint(path, error.halt))
                raise
            except KeyboardInterrupt:
                ended = Ended.STOPPED
        self._ticker.done()
        if ended is Ended.STOPPED:
            report.say(f"Stopped. Nothing that is paid for is lost. {resume_hint(path)}")
        return ended

    def _run(self, job_file: JobFile, job: Job) -> Ended:
        if job.state in (JobState.FINISHED, JobState.CANCELLED) and not self._wants_retry():
            return Ended.FINISHED
        for model in job_file.requests.models() or [job.settings.model]:
            self.reach.catalog_for(job.mode, model)
        way = self.reach.connect(job.mode)
        try:
            self.reach.look(way)
            bench = self.bench(job.mode)
            self._agree(job, job_file.path)
            if job.started_at is None:
                forecast = self.pricing.promise(job, job_file.path)
                start(bench, job_file, way, rows_per_batch=None, forecast=forecast)
            self.begun = True
            if job.started_at is not None and self._wants_retry():
                retry(bench, job_file, Again())
            return Run(bench, job_file, way, self.control).go()
        finally:
            way.close()

    def _wants_retry(self) -> bool:
        return bool(getattr(self.options, "retry", False))

    def _agree(self, job: Job, path: Path) -> None:
        """Let the person agree to the price: the one place that decides on consent.

        Raises:
            SheafError: nobody can be asked, or the answer is no.
        """
        if job.started_at is not None:
            return
        self.pricing.show(job, path)
        if not job.settings.agreed:
            made_at = getattr(self.options, "verb", "") == "run" and self.options.job
            agree = f'Use sheaf resume "{path}" --yes' if made_at else "Add --yes"
            self.consent("Submit? [y/N] ", agree)

    def consent(self, question: str, agree: str) -> None:
        """Ask whether the price that was said is agreed; `agree` says how to do so beforehand.

        Raises:
            SheafError: nobody can be asked, or the answer is no.
        """
        if getattr(self.options, "yes", False):
            return
        if not sys.stdin.isatty():
            raise SheafError(
                "Nothing was sent: nobody is here to agree to the price.",
                fix=f"{agree} to agree beforehand, and --max-cost USD to set a limit.",
            )
        with hasty_interrupts():
            if self.control.stopping.is_set():
                raise KeyboardInterrupt
            report.say(question)
            answer = sys.stdin.readline()
        if answer.strip().lower() not in ("y", "yes"):
            raise SheafError("Nothing was sent.", fix="The job is kept as a draft.")

    # --- telling ----------------------------------------------------------------------------

    def quiet(self) -> None:
        """Leave the living line: what follows are results."""
        self._ticker.done()

    def _write_paid(self, path: Path, target: Path) -> bool:
        """Write the output table of a job that has run; when that fails, say what is safe."""
        try:
            self.write(path, target)
        except SheafError as error:
            self._ticker.done()
            safe, way = "All answers are safe in the job.", f'sheaf export "{path}" OUT.csv'
            report.complain(SheafError(error.what, safe, f"Write them to another place: {way}"))
            return False
        return True

    def write(self, path: Path, target: Path) -> None:
        """Write the output table."""
        choices = read.writing(self.options)
        written = export.export(path, target, choices, self._ticker.hear, self.book)
        self._ticker.done()
        report.say(report.written_words(written))

    def show_status(self, path: Path, named: Path | None) -> None:
        """Print a job's batches and row states, as a table or as one JSON object."""
        view = JobView(path)
        try:
            job, line, batches = view.head(), view.line(), view.batches()
            aside = view.tried_aside()
        finally:
            view.close()
        forecast = self.pricing.said(job, path)
        if getattr(self.options, "json", False):
            noticed = noticed_json(path)
            listed = [batch_json(batch, job, aside) for batch in batches]
            report.out(report.as_json(named, job, line, listed, forecast, noticed))
            return
        if job.mode is Mode.PRACTICE and job.started_at:
            report.out(report.PRACTICE_BANNER)
        if batches:
            report.out(batches_table(batches, job, aside))
            report.out(f"Rows: {report.counts_words(line.counts)}.")
        else:
            report.out(report.estimate_words(forecast, job.mode))
        if is_held_elsewhere(path):
            report.out("It is open in another Sheaf.")
        if line.fetch_by:
            report.out(deadline_words(line.fetch_by, clock.now()))
        if job.trouble:
            report.out(report.one_line(f"Stopped: {job.trouble}"))
        if named is not None:
            report.out(report.one_line(f"Job: {named}"))

    def _code(self, path: Path) -> int:
        view = JobView(path)
        try:
            counts = view.line().counts
        finally:
            view.close()
        return 0 if all(state in FINE for state, count in counts.items() if count) else NOT_ALL


def _twin_refusal(twin: Path) -> SheafError:
    return SheafError(
        f'An unfinished job with the same data and settings was begun already: "{twin}".',
        "Starting another would pay for the same rows again.",
        f'Go on with it: sheaf resume "{twin}". Or start another one with --new.',
    )
