"""One job, one thread: between two rounds of the run it does what the window has asked.

When nothing runs and nothing is asked, it lets go of the file, so that others may work on it, and
ends; the next verb makes another.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from app.core.errors import SheafError
from app.engine.bench import Bench, Control
from app.engine.job_run import own_fault
from app.engine.job_work import JobWork
from app.engine.key_case import KeyCase
from app.engine.money_verbs import StopTrial
from app.engine.verbs import StopLoading, Verb

log = logging.getLogger(__name__)

Answer = Callable[[Any], None]
Refuse = Callable[[SheafError], None]
_IDLE_SECONDS = 1.0


class Worker:
    """Works on one job file, on a daemon thread of its own."""

    def __init__(self, bench: Bench, keys: KeyCase, path: Path) -> None:
        self._control = Control()
        self._work = JobWork(bench, keys, path, self._control)
        self._asked: SimpleQueue[tuple[Verb, Answer, Refuse] | None] = SimpleQueue()
        self._door = threading.Lock()
        self._is_over = False
        self._thread = threading.Thread(target=self._live, name=f"job {path.name}", daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether the thread takes nothing more."""
        return self._is_over

    def ask(self, verb: Verb, answer: Answer, refuse: Refuse) -> bool:
        """Queue a verb, done between two rounds of the run; False when the thread is over."""
        with self._door:
            if self._is_over:
                return False
            if isinstance(verb, StopLoading):
                self._work.stop_reading()
            if isinstance(verb, StopTrial):
                self._work.stop_trial()
            self._asked.put((verb, answer, refuse))
        self._control.nudge()
        return True

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
                if self._work.keep_an_eye():
                    continue
                self._work.let_go()
                if self._is_left():
                    return
                continue
            if asked is not None:
                self._do(*asked)
            elif self._work.is_running:
                self._work.step()
        self._work.let_go()
        self._is_over = True

    def _next(self) -> tuple[Verb, Answer, Refuse] | None:
        """Return what is asked next; None when the run is to go on.

        Raises:
            Empty: nothing runs and nothing was asked for a while.
        """
        if not self._work.is_running:
            return self._asked.get(timeout=_IDLE_SECONDS)
        try:
            return self._asked.get_nowait()
        except Empty:
            return None

    def _is_left(self) -> bool:
        """Say whether nothing more was asked; from then on nothing is taken."""
        with self._door:
            self._is_over = self._asked.empty()
        return self._is_over

    def _do(self, verb: Verb, answer: Answer, refuse: Refuse) -> None:
        try:
            answer(self._work.do(verb))
        except SheafError as error:
            refuse(error)
        except Exception as error:
            log.exception("a verb failed")
            refuse(own_fault(error))
