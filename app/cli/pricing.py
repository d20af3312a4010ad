"""What a command says of a job's price: the same figures, from the same function, as the window."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from app.cli import report
from app.cli.reach import Reach
from app.core import instructions
from app.core.cost import Estimate
from app.core.errors import SheafError
from app.core.history import Forecast
from app.core.job import Job, Mode
from app.core.quality import Quality, meaning
from app.core.ready_made import is_ready_made
from app.engine.counting import BETWEEN_COUNTS
from app.engine.estimate import advise, model_of
from app.engine.estimator import Estimator
from app.engine.promise import forecast_for, kept_estimate
from app.engine.replies import EstimateReply
from app.engine.trial_rows import rows_in_doubt, sent_again_words
from app.paths import Places
from app.store.bills import Bills
from app.store.reader import JobReader


class Pricing:
    """Prices jobs for one command, and remembers what was counted for them."""

    def __init__(self, places: Places, reach: Reach, wait: Callable[[float], bool]) -> None:
        """`wait` waits so many seconds, and says whether the person wants to stop."""
        self._reach = reach
        self._wait = wait
        self.estimator = Estimator(Bills(places.jobs))

    def count(self, path: Path) -> None:
        """Let the service count a sample of the rows, free, for every price from now on.

        Without a key, or where the service does not count, prices come from the text alone.
        """
        with JobReader(path) as reader:
            job = reader.head()
            if job.mode is not Mode.REAL or is_ready_made(job):
                return
            try:
                with closing(self._reach.connect(job.mode)) as way:
                    self._reach.look(way)
                    settings, catalog = job.settings, self._reach.catalog
                    self.estimator.count(reader, settings, catalog, way, self._pause)
            except SheafError as error:
                report.say(f"Note: the price is from the text alone. {error.what}")

    def _pause(self) -> bool:
        return self._wait(BETWEEN_COUNTS)

    def _estimate(self, job: Job, path: Path, *, every_row: bool) -> EstimateReply:
        with JobReader(path) as reader:
            catalog, settings = self._reach.catalog, job.settings
            return self.estimator.estimate(reader, settings, catalog, job.mode, every_row=every_row)

    def said(self, job: Job, path: Path) -> Estimate:
        """Return what was forecast when a job was started; of a draft, its price as it stands."""
        with JobReader(path) as reader:
            if (said := kept_estimate(reader, job)) is not None:
                return said
        return self._estimate(job, path, every_row=job.started_at is None).estimate

    def promise(self, job: Job, path: Path) -> Forecast | None:
        """Return the forecast to be kept with a job that is started now."""
        with JobReader(path) as reader:
            return forecast_for(self.estimator, reader, self._reach.catalog, job.mode)

    def show(self, job: Job, path: Path) -> None:
        """Say what a job would cost, before anybody agrees to it."""
        self.count(path)
        found = self._estimate(job, path, every_row=True)
        report.say(report.estimate_words(found.estimate, job.mode))
        self._say_notes(job, found)
        if is_ready_made(job):
            report.say_requests(job, found)
        elif not instructions.parse(job.settings.instructions).columns:
            report.say("Note: the instructions name no column, so every row asks the same.")
        self._say_doubt(job, path)

    def _say_doubt(self, job: Job, path: Path) -> None:
        """Say of rows that a trial has perhaps paid for that they are bought with the job."""
        if is_ready_made(job):
            return
        with JobReader(path) as reader:
            found = rows_in_doubt(reader, job.settings, self._reach.catalog, job.mode)
        if found:
            report.say(f"Note: {sent_again_words(len(found))}: it may be paid for twice.")

    def say_notes(self, path: Path) -> None:
        """Say what is to be known about a price besides the price."""
        with JobReader(path) as reader:
            job = reader.head()
        self._say_notes(job, self._estimate(job, path, every_row=True))

    def _say_notes(self, job: Job, found: EstimateReply) -> None:
        for note in found.notes:
            report.say(f"Note: {note.text}")
        if not is_ready_made(job):
            self.say_answers(job)
        elif found.tight:
            report.say(f"Note: {found.advice}")

    def say_answers(self, job: Job) -> None:
        """Say what a chosen quality means for the model, and when answers may be cut off."""
        settings, model = job.settings, model_of(job.settings, self._reach.catalog)
        if settings.quality is not Quality.QUICK:
            report.say(f"Note: {meaning(model, settings.quality, settings.max_tokens)}")
        words, tight = advise(settings, model)
        if tight:
            report.say(f"Note: {words}")
