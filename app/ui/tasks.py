"""The only place where two threads meet: work goes to a lane, its answer comes back to the window.

No QThread, QRunnable or thread pool: they delete objects on the wrong thread, or keep a closed
program alive until the network has answered.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from shiboken6 import isValid


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[], Any]
    owner: QObject
    on_done: Callable[[Any], object] | None
    on_error: Callable[[Any], object]


class Relay(QObject):
    """Lives on the UI thread and runs there what any other thread posts to it."""

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # A bound method of a QObject runs on that object's thread; anything else would not.
        self._posted.connect(self._run)

    def post(self, call: Callable[[], object]) -> None:
        """Have a call made on the UI thread; from any thread, and also too late."""
        try:
            self._posted.emit(call)
        except RuntimeError:  # the application is already gone, and with it whoever would listen
            return

    @Slot(object)
    def _run(self, call: Callable[[], object]) -> None:
        call()


class Lane:
    """One background thread that does its jobs in the order they were given.

    Made on the UI thread. The thread is a daemon: closing Sheaf never waits for a slow reply,
    because what must not be lost is written down before it is sent.
    """

    def __init__(self, name: str) -> None:
        self._relay = Relay()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._stopped = False
        self._thread = threading.Thread(target=self._loop, name=f"sheaf-{name}", daemon=True)
        self._thread.start()

    def submit(
        self,
        work: Callable[[], Any],
        *,
        owner: QObject,
        on_done: Callable[[Any], object] | None = None,
        on_error: Callable[[Any], object] | None = None,
    ) -> None:
        """Do work in the background and hand its answer to the owner, unless that is gone by then.

        `work` touches no widget. One of the callbacks is called, on the UI thread: `on_done`
        with what work returned, or `on_error` with what it raised. Without `on_error` the error is
        raised on the UI thread, where the crash hook sees it.
        """
        if not self._stopped:
            self._jobs.put(_Job(work, owner, on_done, on_error or _raise))

    def stop(self, timeout: float) -> bool:
        """Take no more work, wait this many seconds, and say whether the thread has ended."""
        self._stopped = True
        self._jobs.put(None)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _loop(self) -> None:
        while (job := self._jobs.get()) is not None:
            if self._stopped:
                continue
            self._do(job)
            # The last job's objects must not be kept, nor freed later on this thread.
            del job

    def _do(self, job: _Job) -> None:
        try:
            result = job.work()
        except Exception as error:  # noqa: BLE001  # whatever it is, the window has to hear of it
            # The name `error` is cleared after this block, so the callback gets its own.
            self._answer(job, job.on_error, error)
        else:
            if job.on_done is not None:
                self._answer(job, job.on_done, result)

    def _answer(self, job: _Job, callback: Callable[[Any], object], value: object) -> None:
        def deliver() -> None:
            if isValid(job.owner):
                callback(value)

        self._relay.post(deliver)


def _raise(error: Exception) -> None:
    raise error


class _Sweeper(QObject):
    """Collects cyclic garbage on the UI thread only."""

    def __init__(self, parent: QObject, milliseconds: int) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(milliseconds)
        self._timer.timeout.connect(self._sweep)
        self._timer.start()

    @Slot()
    def _sweep(self) -> None:
        gc.collect()


def freeze_and_collect_on_ui_thread(parent: QObject, milliseconds: int = 5000) -> None:
    """Stop Python's automatic collector and collect from a timer on the UI thread instead.

    The automatic collector runs in whichever thread happens to allocate, and would destroy widgets
    there, which ends the program. What exists now is frozen, so that each sweep is short. Call it
    once, on the UI thread, when the window has been built.
    """
    gc.collect()
    gc.freeze()
    gc.disable()
    _Sweeper(parent, milliseconds)
