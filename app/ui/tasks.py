"""The only place where two threads meet: work goes to a lane, its answer comes back to the window.

No QThread, QRunnable or thread pool: they delete objects on the wrong thread, or keep a closed
program alive until the network has answered.
"""

from __future__ import annotations

import gc
import itertools
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot
from shiboken6 import isValid


class Relay(QObject):
    """Lives on the UI thread and runs there what any other thread posts to it.

    It belongs to the application, so that no thread that still holds it is ever the last to let it
    go: an object of Qt that is destroyed on another thread ends the program.
    """

    _posted = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        # A bound method of a QObject runs on that object's thread; anything else would not.
        self._posted.connect(self._run)

    @classmethod
    def of_window(cls) -> Relay:
        """Return the application's one relay; called on the UI thread."""
        application = QCoreApplication.instance()
        assert application is not None  # noqa: S101 - there is no UI thread without it
        found: Relay | None = application.findChild(cls)
        return found or cls(application)

    def post(self, call: Callable[[], object]) -> None:
        """Have a call made on the UI thread; from any thread, and also too late.

        The call must not hold the last reference to an object of Qt: it may be let go here.
        """
        try:
            self._posted.emit(call)
        except RuntimeError:  # the application is already gone, and with it whoever would listen
            return

    @Slot(object)
    def _run(self, call: Callable[[], object]) -> None:
        call()


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asked, and what to do with the answer: kept on the UI thread and never elsewhere."""

    owner: QObject
    on_done: Callable[[Any], object] | None
    on_error: Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class _Answer:
    ticket: int
    value: Any
    failed: bool = False


class Lane:
    """One background thread that does its jobs in the order they were given.

    Made on the UI thread. The thread is a daemon: closing Sheaf never waits for a slow reply,
    because what must not be lost is written down before it is sent. The thread knows the work and
    the number of its ticket, and nothing of Qt.
    """

    def __init__(self, name: str) -> None:
        self._asked: dict[int, _Asked] = {}
        self._tickets = itertools.count()
        self._stopped = threading.Event()
        self._work: SimpleQueue[tuple[int, Callable[[], Any]] | None] = SimpleQueue()
        answer = partial(_hand_over, Relay.of_window(), weakref.WeakMethod(self._take))
        self._thread = threading.Thread(
            target=_work_off,
            args=(self._work, self._stopped, answer),
            name=f"sheaf-{name}",
            daemon=True,
        )
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

        `work` touches no widget and holds none. One of the callbacks is called, on the UI thread:
        `on_done` with what work returned, or `on_error` with what it raised. Without `on_error`
        the error is raised on the UI thread, where the crash hook sees it.
        """
        if self._stopped.is_set():
            return
        ticket = next(self._tickets)
        self._asked[ticket] = _Asked(owner, on_done, on_error or _raise)
        self._work.put((ticket, work))

    def stop(self, timeout: float) -> bool:
        """Take no more work, wait this many seconds, and say whether the thread has ended."""
        self._stopped.set()
        self._work.put(None)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _take(self, answer: _Answer) -> None:
        asked = self._asked.pop(answer.ticket)
        callback = asked.on_error if answer.failed else asked.on_done
        if callback is not None and isValid(asked.owner):
            callback(answer.value)


def _work_off(
    waiting: SimpleQueue[tuple[int, Callable[[], Any]] | None],
    stopped: threading.Event,
    answer: Callable[[_Answer], None],
) -> None:
    """Do what waits until the lane is stopped."""
    while (next_one := waiting.get()) is not None:
        if not stopped.is_set():
            answer(_outcome(*next_one))
        # What the last work held must not be kept until the next comes.
        del next_one


def _outcome(ticket: int, work: Callable[[], Any]) -> _Answer:
    try:
        return _Answer(ticket, work())
    except Exception as error:  # noqa: BLE001  # whatever it is, the window has to hear of it
        return _Answer(ticket, error, failed=True)


def _hand_over(
    relay: Relay, taker: weakref.WeakMethod[Callable[[_Answer], None]], answer: _Answer
) -> None:
    relay.post(partial(call_if_there, taker, answer))


def call_if_there(method: weakref.WeakMethod[Any], *values: object) -> None:
    """Call a method of an object that may be gone by now; on the UI thread."""
    if (call := method()) is not None:
        call(*values)


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
