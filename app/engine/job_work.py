"""What is done with one job: the verbs that need a hold on it, and the run over it.

It belongs to the thread of the job's worker, which alone opens the job for work.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.core.errors import SheafError
from app.core.history import Forecast
from app.core.job import Changes, JobState, Mode
from app.core.limit import read_limit, with_limit
from app.engine.begin import Again, retry, start
from app.engine.bench import Bench, Control
from app.engine.decisions import delete_at_service, send_again
from app.engine.events import JobRemoved
from app.engine.job_run import JobRun
from app.engine.key_case import KeyCase
from app.engine.load import load_again, wanted_again, wanted_by
from app.engine.look_into import look_into_files
from app.engine.money_replies import TrialReply
from app.engine.money_verbs import StopTrial, TrialSoFar, TryRows
from app.engine.newest import take_over
from app.engine.promise import forecast_for
from app.engine.removal import check_removable
from app.engine.replies import Deleted, JobLine
from app.engine.trial_plan import wish_of
from app.engine.try_rows import so_far, try_rows
from app.engine.verbs import (
    Cancel,
    Delete,
    DeleteRemote,
    Load,
    RaiseLimit,
    Rename,
    Resume,
    Retry,
    Save,
    SettleDoubt,
    StopLoading,
    Submit,
    TakeOver,
    Verb,
)
from app.store.library import delete
from app.store.reader import JobReader
from app.store.settings import read_settings

log = logging.getLogger(__name__)

_Reply = JobLine | Deleted | TrialReply | None


class JobWork(JobRun):
    """One job, opened when it is needed, and the verbs that are done with it."""

    def __init__(self, bench: Bench, keys: KeyCase, path: Path, control: Control) -> None:
        super().__init__(bench, keys, path, control)
        self._reading_stopped = threading.Event()
        self._trial_stopped = threading.Event()

    def do(self, verb: Verb) -> _Reply:
        """Do what a verb asks.

        Raises:
            SheafError: it cannot be done.
        """
        return self._VERBS[type(verb)](self, verb)

    def stop_reading(self) -> None:
        """Stop the reading that goes on or is asked for already; any thread may say so."""
        self._reading_stopped.set()

    def stop_trial(self) -> None:
        """Let no more row of a trial leave; any thread may say so."""
        self._trial_stopped.set()

    # --- verbs ------------------------------------------------------------------------------

    def _save(self, verb: Save) -> JobLine:
        job = self._file().head()
        if job.started_at is not None:
            raise SheafError(
                "This job has been submitted, so its settings stay as they are.",
                fix="Duplicate the job to run it with other settings.",
            )
        self._file().save_settings(verb.settings)
        look_into_files(self._bench, self._file(), self._must_stop)
        return self._rename(Rename(str(self._path), verb.name or job.name))

    def _rename(self, verb: Rename) -> JobLine:
        self._file().set_name(verb.name.strip()[:120] or self._file().head().name)
        return self._line()

    def _load(self, verb: Load) -> JobLine:
        job = self._file().head()
        wanted = wanted_by(verb)
        settings = verb.settings
        if not verb.source:
            wanted = wanted_again(job)
        elif str(wanted.path.absolute()) != job.source.path:
            # A sample is for practice only; what a person brings instead of it is their own.
            settings = replace(settings or job.settings, practice_only=False)
        try:
            load_again(self._bench, self._file(), wanted, self._must_stop, settings)
        finally:
            # The window showed the reading: the job is as it is now, or as it was before.
            line = self._line()
        return line

    def _must_stop(self) -> bool:
        return self._control.stopping.is_set() or self._reading_stopped.is_set()

    def _stop_loading(self, _verb: StopLoading) -> None:
        """Remove a job that was never read to its end; another one keeps its former rows."""
        self._reading_stopped.clear()
        if self._file().head().state is JobState.LOADING:
            self._remove()

    def _delete(self, _verb: Delete) -> None:
        check_removable(self._file().head(), self._file().journal.batches())
        self._remove()

    def _remove(self) -> None:
        self.let_go()
        delete(self._path)
        self._bench.publish(JobRemoved(str(self._path)))

    def _try(self, verb: TryRows) -> TrialReply:
        mode = self._keys.mode_of(self._file().head(), verb.settings)
        with closing(self._keys.connect(mode)) as way:
            return try_rows(
                self._paced(mode),
                self._file(),
                way,
                self._keys.estimator,
                verb.settings,
                wish_of(verb),
                lambda: self._control.stopping.is_set() or self._trial_stopped.is_set(),
            )

    def _trial_so_far(self, verb: TrialSoFar) -> TrialReply:
        mode = self._keys.mode_of(self._file().head(), verb.settings)
        estimator = self._keys.estimator
        return so_far(self._paced(mode), self._file(), estimator, verb.settings, mode)

    def _stop_trial(self, _verb: StopTrial) -> None:
        self._trial_stopped.clear()

    def _submit(self, verb: Submit) -> JobLine:
        job = self._file().head()
        if job.started_at is not None:
            # It goes on where it was begun, whatever the window now thinks of it.
            return self._resume(Resume(verb.job))
        if job.state is JobState.LOADING:
            raise SheafError(
                f'The rows of "{job.name}" are not all read yet.',
                "Nothing was sent.",
                "Wait until the reading has ended, or read the file again.",
            )
        mode = Mode.PRACTICE if job.settings.practice_only else verb.mode
        way = self._keys.connect(mode)
        usual = read_settings(self._bench.places.settings).rows_per_batch
        try:
            bench, promised = self._paced(mode), self._forecast(mode)
            start(bench, self._file(), way, rows_per_batch=usual, forecast=promised)
        finally:
            way.close()
        return self._begin_run()

    def _forecast(self, mode: Mode) -> Forecast | None:
        with JobReader(self._path) as reader:
            return forecast_for(self._keys.estimator, reader, self._keys.catalog, mode)

    def _resume(self, _verb: Resume) -> JobLine:
        job = self._file().head()
        if job.state is JobState.LOADING:
            return self._load(Load(source="", job=str(self._path)))
        if self._run is not None:
            self._run.unblock()
            return self._line()
        if job.started_at is None:
            return self._line()
        if job.state in (JobState.FINISHED, JobState.CANCELLED):
            return self._line()
        return self._begin_run()

    def _take_over(self, verb: TakeOver) -> JobLine:
        take_over(self._bench.places, self._file())
        return self._resume(Resume(verb.job))

    def _settle_doubt(self, verb: SettleDoubt) -> JobLine:
        send_again(self._bench, self._file(), verb.batch)
        return self._go_on(verb.job)

    def _raise_limit(self, verb: RaiseLimit) -> JobLine:
        limit = None if verb.limit is None else read_limit(verb.limit, verb.unit)
        settings = self._file().head().settings
        self._file().save_settings(with_limit(settings, verb.unit, limit))
        return self._go_on(verb.job)

    def _go_on(self, job: str) -> JobLine:
        if self._run is None:
            return self._resume(Resume(job))
        self._run.unblock()
        return self._line()

    def _delete_remote(self, _verb: DeleteRemote) -> Deleted:
        way = self._keys.connect(self._file().head().mode)
        try:
            return delete_at_service(self._bench, self._file(), way)
        finally:
            way.close()
            self._line()

    def _cancel(self, verb: Cancel) -> JobLine:
        self._control.cancelling.set()
        if self._run is not None:
            return self._line()
        try:
            return self._resume(Resume(verb.job))
        finally:
            # What does not run now must not be cancelled when it is run another day.
            if self._run is None:
                self._control.cancelling.clear()

    def _retry(self, verb: Retry) -> JobLine:
        again = Again(
            frozenset(verb.states),
            frozenset(verb.causes),
            verb.rows,
            Changes(verb.model, verb.max_tokens),
        )
        if not retry(self._paced(self._file().head().mode), self._file(), again):
            raise SheafError(
                "There is no row to ask again.",
                "Rows of a batch whose answers are still being fetched are not asked again.",
                "Wait until it has ended, or choose other rows.",
            )
        return self._go_on(verb.job) if self._run is not None else self._begin_run()

    _VERBS: dict[type[Verb], Callable[[Any, Any], _Reply]] = {  # noqa: RUF012 never changed
        Save: _save,
        Rename: _rename,
        Load: _load,
        StopLoading: _stop_loading,
        Delete: _delete,
        Submit: _submit,
        Resume: _resume,
        TakeOver: _take_over,
        SettleDoubt: _settle_doubt,
        TryRows: _try,
        TrialSoFar: _trial_so_far,
        StopTrial: _stop_trial,
        RaiseLimit: _raise_limit,
        DeleteRemote: _delete_remote,
        Cancel: _cancel,
        Retry: _retry,
    }
