"""One job, one thread: it alone opens the job for work, runs it, and does what is asked of it.

Between two rounds of the run it looks at what the window has asked. When nothing runs and nothing
is asked, it lets go of the file, so that others may work on it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from app.core.errors import SheafError, Standing
from app.core.job import RETRYABLE, JobState, Mode
from app.engine.begin import retry, start
from app.engine.bench import PRACTICE_PATIENCE, Bench, Control
from app.engine.events import JobChanged, Trouble
from app.engine.key_case import KeyCase
from app.engine.load import Wanted, load_again, wanted_again
from app.engine.protocol import Cancel, Load, Rename, Resume, Retry, Save, Submit, Verb
from app.engine.replies import JobLine
from app.engine.run import Run
from app.engine.view import job_line
from app.store.job_file import JobFile
from app.store.settings import read_settings

log = logging.getLogger(__name__)

Answer = Callable[[Any], None]
Refuse = Callable[[SheafError], None]
_IDLE_SECONDS = 1.0


class Worker:
    """Works on one job file, on a daemon thread of its own."""

    def __init__(self, bench: Bench, keys: KeyCase, path: Path) -> None:
        self.path = path
        self._bench = bench
        self._keys = keys
        self._control = Control()
        self._asked: SimpleQueue[tuple[Verb, Answer, Refuse] | None] = SimpleQueue()
        self._job_file: JobFile | None = None
        self._run: Run | None = None
        self._way_close: Callable[[], None] | None = None
        self._thread = threading.Thread(target=self._live, name=f"job {path.name}", daemon=True)
        self._thread.start()

    def ask(self, verb: Verb, answer: Answer, refuse: Refuse) -> None:
        """Queue a verb; it is done between two rounds of the run."""
        self._asked.put((verb, answer, refuse))
        self._control.nudge()

    def stop(self) -> None:
        """Ask the thread to end after the call in flight."""
        self._control.stop()
        self._asked.put(None)

    def join(self, seconds: float) -> bool:
        """Wait for the thread; True when it has ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    # --- the thread -------------------------------------------------------------------------

    def _live(self) -> None:
        while not self._control.stopping.is_set():
            try:
                asked = self._next()
            except Empty:
                self._let_go()
                continue
            if asked is not None:
                self._do(*asked)
            elif self._run is not None:
                self._step()
        self._let_go()

    def _next(self) -> tuple[Verb, Answer, Refuse] | None:
        """Return what is asked next; None when the run is to go on.

        Raises:
            Empty: nothing runs and nothing was asked for a while.
        """
        if self._run is None:
            return self._asked.get(timeout=None if self._job_file is None else _IDLE_SECONDS)
        try:
            return self._asked.get_nowait()
        except Empty:
            return None

    def _do(self, verb: Verb, answer: Answer, refuse: Refuse) -> None:
        try:
            answer(self._VERBS[type(verb)](self, verb))
        except SheafError as error:
            refuse(error)
        except Exception as error:
            log.exception("a verb failed")
            refuse(_fault(error))

    def _step(self) -> None:
        run = self._run
        if run is None:
            return
        try:
            if run.step():
                self._end_run()
            else:
                run.rest()
        except SheafError as error:
            self._end_run()
            self._say_trouble(error)
        except Exception as error:
            log.exception("a run failed")
            self._end_run()
            self._say_trouble(_fault(error))

    def _say_trouble(self, error: SheafError) -> None:
        needs = error.standing is Standing.NEEDS_PERSON
        self._bench.publish(Trouble(str(self.path), error.what, error.why, error.fix, needs))

    def _file(self) -> JobFile:
        if self._job_file is None:
            self._job_file = JobFile.open(self.path)
        return self._job_file

    def _let_go(self) -> None:
        self._end_run()
        if self._job_file is not None:
            self._job_file.close()
            self._job_file = None

    def _end_run(self) -> None:
        self._run = None
        if self._way_close is not None:
            self._way_close()
            self._way_close = None

    def _line(self) -> JobLine:
        line = job_line(self.path)
        self._bench.publish(JobChanged(line))
        return line

    # --- verbs ------------------------------------------------------------------------------

    def _save(self, verb: Save) -> JobLine:
        job = self._file().head()
        if job.started_at is not None:
            raise SheafError(
                "This job has been submitted, so its settings stay as they are.",
                fix="Duplicate the job to run it with other settings.",
            )
        self._file().save_settings(verb.settings)
        return self._rename(Rename(str(self.path), verb.name or job.name))

    def _rename(self, verb: Rename) -> JobLine:
        self._file().set_name(verb.name.strip()[:120] or self._file().head().name)
        return self._line()

    def _load(self, verb: Load) -> JobLine:
        job = self._file().head()
        wanted = Wanted(Path(verb.source), verb.sheet, verb.encoding, verb.delimiter, verb.header)
        if not verb.source:
            wanted = wanted_again(job)
        if verb.settings is not None:
            self._file().save_settings(verb.settings)
        load_again(self._bench, self._file(), wanted, self._control.stopping.is_set)
        return self._line()

    def _submit(self, verb: Submit) -> JobLine:
        if self._run is not None:
            return self._line()
        way = self._keys.connect(verb.mode)
        usual = read_settings(self._bench.places.settings).rows_per_batch
        try:
            start(self._paced(verb.mode), self._file(), way, rows_per_batch=usual)
        finally:
            way.close()
        return self._begin_run()

    def _resume(self, _verb: Resume) -> JobLine:
        job = self._file().head()
        if job.state is JobState.LOADING:
            return self._load(Load(source="", job=str(self.path)))
        if self._run is not None or job.started_at is None:
            return self._line()
        if job.state in (JobState.FINISHED, JobState.CANCELLED):
            return self._line()
        return self._begin_run()

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
        states = verb.states if verb.states or verb.rows else tuple(RETRYABLE)
        if not retry(self._paced(self._file().head().mode), self._file(), states, verb.rows):
            raise SheafError("There is no row to ask again.", fix="Choose other rows.")
        return self._line() if self._run is not None else self._begin_run()

    def _begin_run(self) -> JobLine:
        mode = self._file().head().mode
        way = self._keys.connect(mode)
        self._way_close = way.close
        run = Run(self._paced(mode), self._file(), way, self._control)
        try:
            run.begin()
        except SheafError:
            self._end_run()
            raise
        self._run = run
        return self._line()

    def _paced(self, mode: Mode) -> Bench:
        """Return the bench with the models of now, and practice's shorter patience."""
        patience = PRACTICE_PATIENCE if mode is Mode.PRACTICE else self._bench.patience
        return replace(self._bench, catalog=self._keys.catalog, patience=patience)

    _VERBS: dict[type[Verb], Callable[[Any, Any], JobLine]] = {  # noqa: RUF012 never changed
        Save: _save,
        Rename: _rename,
        Load: _load,
        Submit: _submit,
        Resume: _resume,
        Cancel: _cancel,
        Retry: _retry,
    }


def _fault(error: Exception) -> SheafError:
    return SheafError(
        "Sheaf made a mistake of its own and stopped this job.",
        f"What was journalled is safe ({type(error).__name__}).",
        "Continue the job; if it stops again, report it with the log.",
        standing=Standing.NEEDS_PERSON,
    )
