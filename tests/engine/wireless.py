"""The practice service without sockets, under the real SDK; and what a kill leaves of a Sheaf.

A call goes straight from the SDK's transport into the service, so that thousands of them take
seconds. A life is one process of Sheaf at work on one job: it can be killed at every journal write
and every network event, and from then on it writes nothing, not even what its clean-up would.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest

from app.claude import spool
from app.claude.service import Service
from app.core.errors import SheafError
from app.core.job import BatchState, Mode, may_move
from app.engine import job_run
from app.engine.bench import Bench, Control, bundled_catalog
from app.engine.connection import Connection
from app.engine.estimator import Estimator
from app.engine.job_work import JobWork
from app.engine.verbs import Verb
from app.practice.body import Body
from app.practice.faults import Hangup
from app.practice.service import Service as Practice
from app.practice.wire import Call, Endpoint, Reply, find_endpoint
from app.store import job_file, job_lock, size_registry
from app.store.bills import Bills
from app.store.database import connect as connect_database
from app.store.job_file import JobFile

_ADDRESS = "http://127.0.0.1:9"
_FRAMING = ("transfer-encoding", "content-length")


class Killed(BaseException):
    """The process is gone; nothing but a test may catch this."""


class NoConnectionError(Exception):
    """The service cannot be reached: no byte of a body leaves."""


class Clock:
    """A clock that moves only when it is turned; the service's own may differ from Sheaf's."""

    def __init__(self) -> None:
        self._true = datetime(2026, 11, 1, 8, tzinfo=UTC)
        self._ours = timedelta()
        self.skew = timedelta()
        self.has_date = True
        """Whether replies tell the service's time."""

    def __call__(self) -> datetime:
        return self._true + self._ours

    def turn(self, seconds: float) -> None:
        """Let time pass."""
        self._true += timedelta(seconds=seconds)

    def set_back(self, seconds: float) -> None:
        """Set this computer's clock back, and no other."""
        self._ours -= timedelta(seconds=seconds)

    def service_seconds(self) -> float:
        """Return the time as the service has it."""
        return (self._true + self.skew).timestamp()

    def of_a_life(self) -> LifeClock:
        """Return what a process that begins now goes by until its end (app.clock)."""
        return LifeClock(self, self._ours)

    def true(self) -> datetime:
        """Return the moment by no computer's clock."""
        return self._true


class LifeClock:
    """The clock of one process: this computer's as it was set when the process began."""

    def __init__(self, clock: Clock, ours: timedelta) -> None:
        self._clock = clock
        self._ours = ours

    def __call__(self) -> datetime:
        return self._clock.true() + self._ours

    def date(self) -> dict[str, str]:
        """Return the header that tells the service's time to somebody who looks at a real clock."""
        if not self._clock.has_date:
            return {}
        told = datetime.now(UTC) + self._clock.skew - self._ours
        return {"date": format_datetime(told, usegmt=True)}


class _Upload:
    """A request's body, read only when the service wants it."""

    def __init__(self, request: httpx2.Request) -> None:
        self._pieces = iter(request.stream)  # type: ignore[arg-type]
        self._left = b""

    def read(self, size: int, /) -> bytes:
        while len(self._left) < size and (piece := next(self._pieces, b"")):
            self._left += piece
        taken, self._left = self._left[:size], self._left[size:]
        return taken

    def readline(self, size: int, /) -> bytes:
        return BytesIO(self.read(size)).readline()


class _Stream(httpx2.SyncByteStream):
    """A reply's body as it arrives; a kill may come at every piece."""

    def __init__(self, pieces: Iterator[bytes], tick: Callable[[], None]) -> None:
        self._pieces = pieces
        self._tick = tick

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self._tick()
            try:
                piece = next(self._pieces)
            except StopIteration:
                return
            except Hangup as hangup:
                raise _broken(reset=hangup.reset) from hangup
            yield piece


def _broken(*, reset: bool) -> httpx2.TransportError:
    return httpx2.ReadError("reset") if reset else httpx2.RemoteProtocolError("closed early")


class Wire(httpx2.BaseTransport):
    """Carries one life's calls to a practice service."""

    def __init__(self, practice: Practice, clock: LifeClock, tick: Callable[[], None]) -> None:
        self._practice = practice
        self._clock = clock
        self._tick = tick

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self._tick()
        upload = _Upload(request)
        try:
            reply = self._practice.answer(self._call(request, upload))
        except NoConnectionError as error:
            raise httpx2.ConnectError("refused") from error
        except Hangup as hangup:
            upload.read(1)
            raise _broken(reset=hangup.reset) from hangup
        self._tick()
        headers = {k: v for k, v in reply.headers.items() if k.lower() not in _FRAMING}
        return httpx2.Response(
            reply.status,
            headers={**headers, **self._clock.date()},
            stream=_Stream(iter(reply.body), self._tick),
        )

    def _call(self, request: httpx2.Request, upload: _Upload) -> Call:
        endpoint, subject = find_endpoint(request.method, request.url.path)
        size = int(request.headers.get("content-length", "0"))
        return Call(
            endpoint,
            1,
            request.method,
            request.url.path,
            dict(request.url.params),
            dict(request.headers),
            Body(upload, size, self._practice.home),
            _ADDRESS,
            subject,
        )


def connect(practice: Practice, clock: LifeClock, tick: Callable[[], None]) -> Connection:
    """Return a connection to a practice service as if it were Anthropic."""

    def make() -> Service:
        service = Service(_ADDRESS, practice.token)
        client: Any = service._client._client
        client._mounts, client._transport = {}, Wire(practice, clock, tick)
        return service

    return Connection(Mode.REAL, make)


class _Impatient(Control):
    """Notes how long a run would have waited, and does not wait."""

    asked = 0.0

    def wait(self, seconds: float) -> None:
        self.asked = seconds


class _Journal:
    """A job file's database: it counts a life's transactions and looks at every batch's moves."""

    def __init__(self, database: sqlite3.Connection, tick: Callable[[], None]) -> None:
        self.raw = database
        self._tick = tick
        self._states = self._read_states()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if sql in ("begin immediate", "commit", "rollback"):
            self._tick()
        done = self.raw.execute(sql, *values)
        if sql == "commit":
            self._check_moves()
            self._tick()
        return done

    def _read_states(self) -> dict[int, BatchState]:
        try:
            found = self.raw.execute("select number, state from batch").fetchall()
        except sqlite3.OperationalError:
            return {}
        return {number: BatchState(state) for number, state in found}

    def _check_moves(self) -> None:
        before, self._states = self._states, self._read_states()
        for number, new in self._states.items():
            old = before.get(number, BatchState.PLANNED)
            assert new is old or may_move(old, new), f"batch {number} went from {old} to {new}"


class Life:
    """One process of Sheaf that works on one job, until it is killed or ends."""

    def __init__(
        self, bench: Bench, path: Path, clock: Clock, way: Callable[[Life], Connection]
    ) -> None:
        self.path = path
        self.clock = clock.of_a_life()
        self.fuse: int | None = None
        """After how many journal writes and network events the kill comes."""
        self.is_dead = False
        self.control = _Impatient()
        self.job_files: list[JobFile] = []
        keys: Any = SimpleNamespace(
            connect=lambda _mode: way(self),
            catalog=bundled_catalog(),
            estimator=Estimator(Bills(bench.places.jobs)),
        )
        self.work = JobWork(replace(bench, clock=self.clock), keys, path, self.control)

    def tick(self) -> None:
        """Come to a point where a kill may come; a dead process gets no further."""
        if self.fuse is not None:
            self.fuse -= 1
            self.is_dead = self.is_dead or self.fuse <= 0
        if self.is_dead:
            raise Killed

    def die(self) -> None:
        """Leave the job file as the disk has it at this moment, and the lock free."""
        for opened in self.job_files:
            images = {file: file.read_bytes() for file in _files(opened.path) if file.exists()}
            raw: sqlite3.Connection = opened._database.raw  # type: ignore[attr-defined]
            raw.close()
            for file in _files(opened.path, "-shm"):
                file.unlink(missing_ok=True)
            for file, content in images.items():
                file.write_bytes(content)
            opened._lock.release()


def _files(path: Path, *more: str) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in ("", "-wal", *more)]


class Machine:
    """A computer on which lives begin, work and die; the patches that make this possible."""

    def __init__(self, bench: Bench, clock: Clock) -> None:
        self._bench = bench
        self._acting: Life | None = None
        self.figures: Counter[str] = Counter()
        self._patch = pytest.MonkeyPatch()
        self._open, self._delete = connect_database, spool.Spool.delete
        self._patch.setattr(job_file, "connect", self._connect)
        machine = self

        def delete(one: spool.Spool) -> None:
            if machine._acting is None or not machine._acting.is_dead:
                machine._delete(one)

        self._patch.setattr(spool.Spool, "delete", delete)
        self._patch.setattr(job_run, "own_fault", _raise_again)
        clocked = SimpleNamespace(time=lambda: clock().timestamp())
        self._patch.setattr(size_registry, "time", clocked)
        # Who looks whether a job is held waits in real time, and here nobody lets go meanwhile.
        self._patch.setattr(job_lock, "_PATIENCE_SECONDS", 0.0)

    def close(self) -> None:
        """Take the patches back."""
        self._patch.undo()

    def do(self, life: Life, act: Callable[[], object]) -> SheafError | None:
        """Let a life do something; return what it says to the person.

        Raises:
            Killed: the kill came; the life is to be buried.
        """
        self._acting = life
        try:
            act()
        except SheafError as error:
            return error
        except Killed:
            self._note_file(life)
            life.die()
            self.figures["kills"] += 1
            raise
        finally:
            self._note_file(life)
            self._acting = None
        return None

    def ask(self, life: Life, verb: Verb) -> SheafError | None:
        """Ask a life something, as window and command line do."""
        return self.do(life, lambda: life.work.do(verb))

    def _note_file(self, life: Life) -> None:
        opened = life.work._job_file
        if opened is None:
            life.job_files.clear()
        elif not life.is_dead:
            life.job_files = [opened]
        elif not life.job_files:
            life.job_files.append(opened)

    def _connect(self, path: Path, *, create: bool = False, **options: bool) -> Any:
        database = self._open(path, create=create, **options)
        unforced(database)
        life = self._acting
        return database if life is None or create else _Journal(database, life.tick)


def _raise_again(error: Exception) -> SheafError:
    """Let Sheaf's own mistakes through to the test."""
    raise error


def unforced(database: sqlite3.Connection) -> None:
    """Spare a database the forced writes: nobody cuts the power here, and they take long."""
    database.execute("pragma synchronous = off")


def batch_ids(reply: Reply) -> list[str]:
    """Return the ids of a reply that is one batch or a list of them."""
    import json

    found = json.loads(b"".join(reply.body))
    return [one["id"] for one in found.get("data", [found])]


__all__ = ["Clock", "Endpoint", "Killed", "Life", "Machine", "NoConnectionError", "Wire", "connect"]
