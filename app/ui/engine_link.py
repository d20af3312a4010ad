"""Starts the engine process, feeds it, hears it, and starts it again when it has died."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from functools import partial
from queue import SimpleQueue
from weakref import WeakMethod

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.engine.events import Progress
from app.engine.protocol import AnyVerb, Ask, Done, EngineLine, Failed, Said
from app.engine.replies import Welcome
from app.engine.verbs import PROTOCOL, Hello
from app.ui.tasks import Relay, call_if_there

PROGRESS_EVERY_MS = 100
HOPELESS_AFTER_S = 30.0
"""An engine that dies again within this time is not started again by itself."""
HELLO = 0
"""The number of the handshake; verbs count from 1."""

STOPPED = "The part of Sheaf that does the work stopped."
STARTED_AGAIN = "It was started again. Nothing is lost, and nothing is sent twice."
HOPELESS = "It stopped twice in a row. Close Sheaf and open it again; your jobs are safe."
OTHER_VERSION = (
    "This window and the part of Sheaf that does the work are of different versions. "
    "Sheaf was probably updated while it was open: close it and open it again."
)
_log = logging.getLogger(__name__)


def engine_command() -> list[str]:
    """Return the command that starts this copy of Sheaf as an engine.

    With -P Python imports nothing from the folder in which Sheaf was started.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, "engine"]
    return [sys.executable, "-P", "-m", "app", "engine"]


class _Pipe:
    """One engine process with a thread that writes to it and one that reads from it.

    Both are daemon threads that touch no widget: what they hear is handed over by the relay. They
    outlive the window's end of the pipe, so they must not be what keeps it alive: an object of Qt
    that is let go on another thread is destroyed there, and that ends the program.
    """

    def __init__(
        self,
        command: Sequence[str],
        heard: Callable[[Done | Failed | Said], None],
        ended: Callable[[int], None],
    ) -> None:
        self._heard, self._ended = WeakMethod(heard), WeakMethod(ended)
        self._relay = Relay.of_window()
        self._letters: SimpleQueue[bytes | None] = SimpleQueue()
        self._progress: dict[str, Progress] = {}
        self._lock = threading.Lock()
        self._process = _spawn(command)
        for name, work in (("engine-writer", self._write), ("engine-reader", self._read)):
            threading.Thread(target=work, name=name, daemon=True).start()

    def post(self, letter: bytes | None) -> None:
        """Queue one line for the engine; None closes its input, after which it ends by itself."""
        self._letters.put(letter)

    def take_progress(self) -> list[Progress]:
        """Return the newest progress of each job since the last call."""
        with self._lock:
            taken = list(self._progress.values())
            self._progress.clear()
        return taken

    def _write(self) -> None:
        stream = self._process.stdin
        try:
            while stream is not None and (letter := self._letters.get()) is not None:
                stream.write(letter + b"\n")
                stream.flush()
        except OSError:
            _log.info("The engine takes no more requests.")
        finally:
            if stream is not None:
                with suppress(OSError):  # what is left in the buffer has nobody to go to
                    stream.close()

    def _read(self) -> None:
        decoder = msgspec.json.Decoder(EngineLine)
        with self._process.stdout or nullcontext(()) as lines:
            for line in lines:
                try:
                    self._hear(decoder.decode(line))
                except (ValueError, RecursionError):
                    _log.warning("A line of the engine could not be read: %d bytes", len(line))
        code = self._process.wait()
        self.post(None)
        self._relay.post(partial(call_if_there, self._ended, code))

    def _hear(self, line: Done | Failed | Said) -> None:
        if isinstance(line, Said) and isinstance(line.event, Progress):
            with self._lock:
                waiting = bool(self._progress)
                self._progress[line.event.path] = line.event
            if waiting:
                return
        self._relay.post(partial(call_if_there, self._heard, line))


def _spawn(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start the engine out of reach of a terminal's Ctrl-C: it is told by closing its input."""
    pipe = subprocess.PIPE
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, creationflags=flags)
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, start_new_session=True)


class EngineLink(QObject):
    """The window's end of the pipe: verbs in, replies and events out, all on the UI thread."""

    replied = Signal(object)
    """A Done or a Failed."""
    said = Signal(object)
    """An event; of progress only the newest of each job, at most ten times a second."""
    stopped = Signal(object)
    """The sentence to show after the engine died, whether or not it could be started again."""
    started_again = Signal()
    """The engine that died has a successor, which knows nothing of what was asked before."""

    def __init__(self, command: Sequence[str]) -> None:
        super().__init__()
        self._command = list(command)
        self._pipe: _Pipe | None = None
        self._open: set[int] = set()
        self._last = HELLO
        self._died_at: float | None = None
        self._closing = False
        self._flush = QTimer(self)
        self._flush.setSingleShot(True)
        self._flush.setInterval(PROGRESS_EVERY_MS)
        self._flush.timeout.connect(self._say_progress)

    def start(self) -> None:
        """Start the engine and greet it."""
        self._pipe = _Pipe(self._command, self._heard, self._ended)
        self._pipe.post(_letter(HELLO, Hello(protocol=PROTOCOL)))

    def send(self, verb: AnyVerb) -> int:
        """Send a verb and return the number that its reply will carry."""
        if self._pipe is None:
            self.start()
        assert self._pipe is not None  # noqa: S101 - start() has just made it
        self._last += 1
        self._open.add(self._last)
        self._pipe.post(_letter(self._last, verb))
        return self._last

    def close(self) -> None:
        """Close the engine's input and do not wait: it ends once it is safe to end."""
        self._closing = True
        if self._pipe is not None:
            self._pipe.post(None)

    def _heard(self, line: Done | Failed | Said) -> None:
        if isinstance(line, Said):
            self._hear_event(line)
        elif line.id == HELLO:
            self._check_welcome(line)
        else:
            self._say_progress()
            self._open.discard(line.id)
            self.replied.emit(line)

    def _hear_event(self, line: Said) -> None:
        if not isinstance(line.event, Progress):
            self._say_progress()
            self.said.emit(line.event)
        elif not self._flush.isActive():
            self._flush.start()

    @Slot()
    def _say_progress(self) -> None:
        for event in self._pipe.take_progress() if self._pipe is not None else ():
            self.said.emit(event)

    def _check_welcome(self, line: Done | Failed) -> None:
        if isinstance(line, Done):
            welcome = msgspec.json.decode(line.value, type=Welcome)
            _log.info("Engine %s runs as process %d.", welcome.version, welcome.pid)
            if welcome.protocol == PROTOCOL:
                return
        self.stopped.emit(OTHER_VERSION)

    def _ended(self, code: int) -> None:
        self._pipe = None
        if self._closing:
            return
        _log.warning("The engine ended with code %s.", code)
        died_before, self._died_at = self._died_at, time.monotonic()
        hopeless = died_before is not None and self._died_at - died_before < HOPELESS_AFTER_S
        self._fail_open()
        if not hopeless:
            self.start()
            self.started_again.emit()
        self.stopped.emit(f"{STOPPED} {HOPELESS if hopeless else STARTED_AGAIN}")

    def _fail_open(self) -> None:
        lost, self._open = sorted(self._open), set()
        for number in lost:
            self.replied.emit(Failed(number, STOPPED, fix="Try again in a moment."))


def _letter(number: int, verb: AnyVerb) -> bytes:
    return msgspec.json.encode(Ask(number, verb))
