"""One job opened for work, and the run over it; a run that stops says in the job why."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from app.core.errors import Halt, SheafError, Standing
from app.core.job import JobState, Mode
from app.engine.bench import PRACTICE_PATIENCE, Bench, Control
from app.engine.events import JobChanged, Trouble
from app.engine.key_case import KeyCase
from app.engine.late_twins import LateTwins
from app.engine.replies import JobLine
from app.engine.run import Run
from app.engine.view import job_line
from app.store.job_file import JobFile

log = logging.getLogger(__name__)
_PAUSE = timedelta(seconds=60)


class JobRun:
    """One job's file while it is open, and its run while there is one."""

    def __init__(self, bench: Bench, keys: KeyCase, path: Path, control: Control) -> None:
        self._bench = bench
        self._keys = keys
        self._path = path
        self._control = control
        self._job_file: JobFile | None = None
        self._run: Run | None = None
        self._way_close: Callable[[], None] | None = None
        self._eye: LateTwins | None = None
        self._look_at = bench.clock()

    @property
    def is_running(self) -> bool:
        """Whether there is a run to go on with."""
        return self._run is not None

    def step(self) -> None:
        """Do one round of the run and rest; trouble that needs a person ends it."""
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
            self._stand_still(error)
            self._say_trouble(error)
        except Exception as error:
            log.exception("a run failed")
            self._end_run()
            self._stand_still(own_fault(error))
            self._say_trouble(own_fault(error))

    def keep_an_eye(self) -> bool:
        """Look for late twins of a job whose run is over; False once there is none to look for.

        A batch that was sent again is watched for an hour, also when the job has ended meanwhile.
        """
        now = self._bench.clock()
        if self._job_file is None or not self._job_file.doubts.resent(now):
            self._eye = None
            return False
        if now < self._look_at:
            return True
        self._look_at = now + _PAUSE
        self._eye = self._eye or LateTwins(self._bench, self._job_file)
        # Without a connection just now the next look has to do.
        with suppress(SheafError), closing(self._keys.connect(self._job_file.head().mode)) as way:
            self._eye.look(way.service)
        return True

    def _stand_still(self, error: SheafError) -> None:
        """Say in the job itself that nobody works on it any more, and why."""
        try:
            job = self._file().head()
            if job.state in (JobState.RUNNING, JobState.CANCELLING) and not job.trouble:
                state = JobState.PAUSED if job.state is JobState.RUNNING else job.state
                self._file().set_state(state, error.sentence, error.halt)
                self._line()
        except SheafError:
            log.exception("a job that stopped could not be marked")

    def _say_trouble(self, error: SheafError) -> None:
        needs = error.standing is Standing.NEEDS_PERSON
        said = (error.what, error.why, error.fix, needs, error.halt)
        self._bench.publish(Trouble(str(self._path), *said))

    def _file(self) -> JobFile:
        if self._job_file is None:
            self._job_file = JobFile.open(self._path)
        return self._job_file

    def let_go(self) -> None:
        """End the run where it is and close the file."""
        self._end_run()
        if self._job_file is not None:
            self._job_file.close()
            self._job_file = None
            self._eye = None

    def _end_run(self) -> None:
        self._run = None
        if self._way_close is not None:
            self._way_close()
            self._way_close = None

    def _line(self) -> JobLine:
        line = job_line(self._path, self._bench.clock())
        self._bench.publish(JobChanged(line))
        return line

    def _begin_run(self) -> JobLine:
        try:
            self._run = self._new_run()
        except SheafError as error:
            self._end_run()
            self._stand_still(error)
            raise
        except Exception as error:
            self._end_run()
            self._stand_still(own_fault(error))
            raise
        return self._line()

    def _new_run(self) -> Run:
        mode = self._file().head().mode
        way = self._keys.connect(mode)
        self._way_close = way.close
        run = Run(self._paced(mode), self._file(), way, self._control)
        run.begin()
        return run

    def _paced(self, mode: Mode) -> Bench:
        """Return the bench with the models of now, and practice's shorter patience."""
        patience = PRACTICE_PATIENCE if mode is Mode.PRACTICE else self._bench.patience
        return replace(self._bench, catalog=self._keys.catalog, patience=patience)


def own_fault(error: Exception) -> SheafError:
    """Say in plain words that Sheaf itself went wrong."""
    return SheafError(
        "Sheaf made a mistake of its own and stopped this job.",
        f"What was journalled is safe ({type(error).__name__}).",
        "Continue the job; if it stops again, report it with the log.",
        standing=Standing.NEEDS_PERSON,
        halt=Halt.FAULT,
    )
