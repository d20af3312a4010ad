"""The engine process: hears verbs on its standard input, answers and announces on its output.

Each job that is worked on has a thread of its own; errands run beside them. When the input
closes, calls in flight are finished and the process ends; work goes on at the service.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from app import __version__, logs
from app.core.errors import Halt, SheafError, Standing
from app.engine.bench import Bench
from app.engine.errands import Errands
from app.engine.events import AnyEvent, JobChanged
from app.engine.key_case import KeyCase
from app.engine.neighbours import Neighbours, seen_from_here
from app.engine.protocol import Ask, Done, Failed, Said
from app.engine.removal import look_whether_removable
from app.engine.replies import Welcome
from app.engine.sweep import sweep
from app.engine.verbs import PROTOCOL, Delete, Hello, Verb
from app.engine.view import job_line
from app.engine.worker import Worker
from app.paths import Places

log = logging.getLogger(__name__)

LAST_WAIT_SECONDS = 600.0
"""How long a create in flight may still take once the window is gone."""


class Host:
    """Hands each verb to the job's worker or runs it as an errand; writes lines as they come."""

    def __init__(self, places: Places, output: BinaryIO) -> None:
        self._output = output
        self._writing = threading.Lock()
        self._keys = KeyCase(places)
        self._bench = Bench(places, self._keys.catalog, self.publish)
        self._errands = Errands(self._bench, self._keys)
        # Before the first verb: nobody of this engine works on a job yet.
        sweep(places)
        self._neighbours = Neighbours(places.jobs, self.publish)
        self._neighbours.start()
        self._workers: dict[str, Worker] = {}
        self._hiring = threading.Lock()

    def publish(self, event: AnyEvent) -> None:
        """Announce an event."""
        self._write(Said(event))

    def hear(self, line: bytes) -> None:
        """Take one line from the window."""
        try:
            asked = msgspec.json.decode(line, type=Ask)
        except (ValueError, RecursionError):
            log.warning("a line from the window could not be read")
            return
        verb = asked.ask
        if isinstance(verb, Hello):
            self._done(asked.id, Welcome(__version__, PROTOCOL, os.getpid()))
        elif isinstance(verb, Delete) or self._errands.takes(verb):
            threading.Thread(target=self._errand, args=(asked.id, verb), daemon=True).start()
        else:
            self._to_worker(asked.id, verb)

    def _errand(self, number: int, verb: Verb) -> None:
        try:
            if isinstance(verb, Delete):
                # At work it is refused at once; else its worker may have the file open.
                look_whether_removable(Path(verb.job))
                self._to_worker(number, verb)
            else:
                self._done(number, self._errands.run(verb))
        except SheafError as error:
            self._failed(number, error)
        except Exception:
            log.exception("an errand failed")
            self._failed(number, _OWN_FAULT)

    def _to_worker(self, number: int, verb: Verb) -> None:
        path = str(getattr(verb, "job", ""))

        def answer(value: Any) -> None:
            self._done(number, value)

        def refuse(error: SheafError) -> None:
            if error.halt is Halt.LOCKED:
                self._show_only(path)
            self._failed(number, error)

        while not self._worker(path).ask(verb, answer, refuse):
            pass

    def _show_only(self, path: str) -> None:
        """Say that another Sheaf works on a job, and watch for its end."""
        with suppress(SheafError):
            self._neighbours.met(Path(path))
            self.publish(JobChanged(seen_from_here(job_line(path))))

    def _worker(self, path: str) -> Worker:
        """Return the job's worker; one that has ended for want of work is made anew."""
        with self._hiring:
            found = self._workers.get(path)
            if found is None or found.is_over:
                self._workers = {p: w for p, w in self._workers.items() if not w.is_over}
                found = self._workers[path] = Worker(self._bench, self._keys, Path(path))
            return found

    def close(self, seconds: float = LAST_WAIT_SECONDS) -> None:
        """Let every worker finish the call in flight; all of them together have so long."""
        self._neighbours.close()
        last = time.monotonic() + seconds
        workers = list(self._workers.values())
        for worker in workers:
            worker.stop()
        for worker in workers:
            worker.join(max(0.0, last - time.monotonic()))

    # --- writing ------------------------------------------------------------------------------

    def _done(self, number: int, value: Any) -> None:
        self._write(Done(number, msgspec.Raw(msgspec.json.encode(value))))

    def _failed(self, number: int, error: SheafError) -> None:
        needs = error.standing is Standing.NEEDS_PERSON
        self._write(Failed(number, error.what, error.why, error.fix, needs, error.halt))

    def _write(self, line: Done | Failed | Said) -> None:
        encoded = msgspec.json.encode(line) + b"\n"
        try:
            with self._writing:
                self._output.write(encoded)
                self._output.flush()
        except (OSError, ValueError):
            log.warning("the window is gone")


_OWN_FAULT = SheafError(
    "Sheaf made a mistake of its own and could not do that.",
    fix="Try again; if it happens again, report it with the log.",
)


def serve(places: Places) -> int:
    """Be the engine until the window closes our input."""
    logs.start(places.logs, "engine")
    output = _take_output(places)
    host = Host(places, output)
    with os.fdopen(os.dup(0), "rb") as lines:
        for line in lines:
            host.hear(line)
    host.close()
    return 0


def _take_output(places: Places) -> BinaryIO:
    """Keep descriptor 1 for the protocol and point it at the log, so that no print breaks it."""
    output = os.fdopen(os.dup(1), "wb")
    places.logs.mkdir(parents=True, exist_ok=True)
    stray = os.open(
        places.logs / "engine-output.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600
    )
    os.dup2(stray, 1)
    os.dup2(stray, 2)
    os.close(stray)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    return output
