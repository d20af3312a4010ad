"""What several verbs of the command line share: loading, agreeing, working, writing."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import FrameType

from app import logs
from app.cli import options as read
from app.cli import report
from app.core import instructions
from app.core.catalog import Catalog, merge_live
from app.core.errors import SheafError, Standing
from app.core.job import FINE, RETRYABLE, Job, JobSettings, JobState, Mode
from app.engine import connection, export, prepare
from app.engine.begin import retry, start
from app.engine.bench import PRACTICE_PATIENCE, Bench, Control, Patience, bundled_catalog
from app.engine.connection import Connection
from app.engine.estimate import estimate
from app.engine.load import Draft, Wanted, load_again, new_job, unfinished_like, wanted_again
from app.engine.run import Ended, Run
from app.engine.view import JobView
from app.paths import Places
from app.store.job_file import JobFile
from app.store.settings import read_settings

INTERRUPTED = 130


class Command:
    """One command with its options, the folders, and the models it knows."""

    def __init__(self, options: argparse.Namespace, places: Places) -> None:
        self.options = options
        self.places = places
        self.control = Control()
        self._ticker = report.Ticker()
        # Read now: the service room empties the environment of all that the SDK would read.
        self._key = os.environ.get("ANTHROPIC_API_KEY") or None
        logs.hide(self._key or "")
        self._address = os.environ.get("ANTHROPIC_BASE_URL") or self._saved_address()
        self._catalog = bundled_catalog()

    def _saved_address(self) -> str:
        return read_settings(self.places.settings).address

    def bench(self, mode: Mode) -> Bench:
        """Return the place of work, with the patience that was asked for."""
        usual = PRACTICE_PATIENCE if mode is Mode.PRACTICE else Patience()
        patience = read.patience(self.options, usual)
        return Bench(self.places, self._catalog, self._ticker.hear, patience)

    # --- models, key, address ---------------------------------------------------------------

    def catalog_for(self, mode: Mode, model: str) -> Catalog:
        """Return the models; an unknown id is looked up in the live list, where a key is there."""
        if model and self._catalog.find(model) is None:
            with suppress(SheafError), closing(self.connect(mode)) as way:
                self._catalog = merge_live(self._catalog, way.service.models())
        return self._catalog

    def connect(self, mode: Mode) -> Connection:
        """Return the way to the service.

        Raises:
            SheafError: there is no key.
        """
        if mode is Mode.PRACTICE:
            return connection.practice(self.places)
        if self._address:
            report.say(f"Service address: {self._address} (not Anthropic's own).")
        return connection.real(self._address, self._key or _stored_key())

    # --- steps ------------------------------------------------------------------------------

    def load(self, wanted: Wanted, settings: JobSettings, mode: Mode, path: Path | None) -> Path:
        """Read the data into a new job, after its settings were checked against the columns."""
        bench = self.bench(mode)

        def check(columns: tuple[str, ...]) -> None:
            prepare.check_settings(settings, columns, self._catalog)
            self._check_id_column(settings, columns)

        stopped = self.control.stopping.is_set
        try:
            return new_job(bench, wanted, Draft(settings, mode, path), stopped=stopped, check=check)
        except SheafError:
            if stopped():
                raise KeyboardInterrupt from None
            raise
        finally:
            self._ticker.done()

    def _check_id_column(self, settings: JobSettings, columns: tuple[str, ...]) -> None:
        if settings.id_column is not None and settings.id_column not in columns:
            raise SheafError(
                f'The table has no column "{settings.id_column}" to use as the row ID.',
                f"Its columns are: {', '.join(columns[:12])}.",
                "Correct --id-column.",
            )

    def load_rest(self, path: Path) -> None:
        """Read the data of a job whose loading was cut short, from its beginning."""
        with JobFile.open(path) as job_file:
            job = job_file.head()
            if job.state is JobState.LOADING:
                report.say(f'Reading "{job.source.path}" again: the loading was cut short.')
                stopped = self.control.stopping.is_set
                load_again(self.bench(job.mode), job_file, wanted_again(job), stopped)

    def refuse_twin(self, wanted: Wanted, settings: JobSettings, mode: Mode) -> None:
        """Refuse to start what is unfinished already.

        Raises:
            SheafError: there is such a job; it is named.
        """
        twin = unfinished_like(self.bench(mode), wanted, settings, mode)
        if twin is not None:
            raise SheafError(
                f'An unfinished job with the same data and settings is there: "{twin}".',
                "Starting another would pay for the same rows again.",
                f'Go on with it: sheaf resume "{twin}". Or start another one with --new.',
            )

    def work(self, path: Path, target: Path | None) -> int:
        """Submit or go on, wait, export; return the exit code."""
        with JobFile.open(path) as job_file:
            job = job_file.head()
            if job.mode is Mode.PRACTICE:
                report.say(report.PRACTICE_BANNER)
            try:
                ended = self._run(job_file, job)
            except SheafError as error:
                self._ticker.done()
                if error.standing is Standing.NEEDS_PERSON:
                    report.say(_resume_hint(path))
                raise
            except KeyboardInterrupt:
                ended = Ended.STOPPED
        self._ticker.done()
        if ended is Ended.STOPPED:
            report.say(f"Stopped. Nothing that is paid for is lost. {_resume_hint(path)}")
            return INTERRUPTED
        if target is not None:
            self._write_paid(path, target)
        self.show_status(path, path)
        return self._code(path)

    def _run(self, job_file: JobFile, job: Job) -> Ended:
        if job.state in (JobState.FINISHED, JobState.CANCELLED) and not self._wants_retry():
            return Ended.FINISHED
        self.catalog_for(job.mode, job.settings.model)
        bench = self.bench(job.mode)
        way = self.connect(job.mode)
        try:
            if job.started_at is None:
                self._agree(job)
                start(bench, job_file, way, rows_per_batch=None)
            elif self._wants_retry():
                retry(bench, job_file, tuple(RETRYABLE))
            return Run(bench, job_file, way, self.control).go()
        finally:
            way.close()

    def _wants_retry(self) -> bool:
        return bool(getattr(self.options, "retry", False))

    def _agree(self, job: Job) -> None:
        """Show the price and let the person agree to it.

        Raises:
            SheafError: nobody can be asked, or the answer is no.
        """
        found = estimate(job, job.settings, self._catalog)
        report.say(report.estimate_words(found.estimate, job.mode))
        if found.tight:
            report.say(f"Note: {found.advice}")
        if not instructions.parse(job.settings.instructions).columns:
            report.say("Note: the instructions name no column, so every row asks the same.")
        if job.settings.agreed or getattr(self.options, "yes", False):
            return
        if not sys.stdin.isatty():
            raise SheafError(
                "Nothing was sent: nobody is here to agree to the price.",
                fix="Add --yes to agree beforehand, and --max-cost USD to set a limit.",
            )
        report.say("Submit? [y/N] ")
        with _hasty_interrupts():
            answer = sys.stdin.readline()
        if answer.strip().lower() not in ("y", "yes"):
            raise SheafError("Nothing was sent.", fix="The job is kept as a draft.")

    def _write_paid(self, path: Path, target: Path) -> None:
        """Write the output table of a job that has run; when that fails, say what is safe.

        Raises:
            SheafError: it cannot be written any more.
        """
        try:
            self.write(path, target)
        except SheafError as error:
            raise SheafError(
                error.what,
                "All answers are safe in the job.",
                f'Write them to another place: sheaf export "{path}" OUT.csv',
                standing=Standing.NEEDS_PERSON,
            ) from error

    def write(self, path: Path, target: Path) -> None:
        """Write the output table."""
        choices = export.Choices(
            with_usage=getattr(self.options, "usage", False),
            delimiter=getattr(self.options, "separator", ","),
            bom=not getattr(self.options, "no_bom", False),
            newline="\n" if getattr(self.options, "newline", "crlf") == "lf" else "\r\n",
        )
        written = export.export(path, target, choices, self._ticker.hear)
        self._ticker.done()
        report.say(f"Wrote {written.rows:,} rows to {target}.")

    def show_status(self, path: Path, named: Path | None) -> None:
        """Print a job's batches and row states, as a table or as one JSON object."""
        view = JobView(path)
        try:
            job, line, batches = view.head(), view.line(), view.batches()
        finally:
            view.close()
        forecast = estimate(job, job.settings, self._catalog).estimate
        if getattr(self.options, "json", False):
            report.out(report.as_json(named, job, line.counts, batches, forecast))
            return
        if batches:
            report.out(report.batches_table(batches, job.mode))
            report.out(f"Rows: {report.counts_words(line.counts)}.")
        else:
            report.out(report.estimate_words(forecast, job.mode))
        if job.trouble:
            report.out(f"Stopped: {job.trouble}")
        if named is not None:
            report.out(f"Job: {named}")

    def _code(self, path: Path) -> int:
        view = JobView(path)
        try:
            counts = view.line().counts
        finally:
            view.close()
        return 0 if all(state in FINE for state, count in counts.items() if count) else 1


def _stored_key() -> str | None:
    from app.claude.keys import KeyOutcome, read_key

    found = read_key()
    if found.outcome in (KeyOutcome.LOCKED, KeyOutcome.SILENT):
        report.say(found.sentence)
    return found.key


def _resume_hint(path: Path) -> str:
    return f'Go on with: sheaf resume "{path}"'


@contextmanager
def _hasty_interrupts() -> Iterator[None]:
    """While a question is open nothing is in flight: the first Ctrl-C stops at once."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def polite_interrupts(control: Control) -> Iterator[None]:
    """The first Ctrl-C finishes the create in flight, then stops; the second stops at once."""

    def first(_signal: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        control.stop()
        report.say("\nStopping after the call in flight. Press Ctrl-C again to stop at once.")

    before = signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
