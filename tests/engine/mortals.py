"""The command line in processes that are forked, so that each costs little, and that can be killed.

A nursery is one process that has imported everything and has one thread. For each order it forks a
mortal, which does one command of Sheaf and counts its events: what it changes on the disk, every
step of a transaction, every piece that it sends or receives. At the event that is its last it
kills itself; nothing is tidied up, as nothing is when somebody else kills it.
"""

from __future__ import annotations

import contextlib
import io
import json
import mmap
import os
import signal
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_ROOT = Path(__file__).parents[2]
_LONGEST_LIFE_SECONDS = 60
_LONGEST_WAIT = timedelta(days=2)
_BEGINNING = datetime(2026, 11, 1, 8, tzinfo=UTC)
_FACTS = struct.Struct("dq96p")
Moment = int | str | None
"""The event at which a life ends: its number, words that stand in its name, or none."""
_CHANGES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.truncate"})
_WRITING = os.O_WRONLY | os.O_RDWR
_PIECE = 900
"""How many bytes are sent or received at once, so that there are moments in between."""
_BLOCK = 2
"""How many rows are written at once, for the same reason."""
_COUNTED = 3
"""How many rows are counted: each in the same way, and nothing is written in between."""


class World:
    """What outlives a mortal and is seen by the service too: the time, and the last life's events.

    It is a piece of memory in a file, so that nothing of it is lost with a process.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        if not file.exists():
            file.write_bytes(bytes(_FACTS.size))
        with file.open("r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), _FACTS.size)

    def _facts(self) -> tuple[float, int, bytes]:
        turned, events, last = _FACTS.unpack(self._memory[:])
        return turned, events, last

    @property
    def events(self) -> int:
        """How many events the last life had."""
        return self._facts()[1]

    @property
    def last(self) -> str:
        """What its last event was."""
        return self._facts()[2].decode("utf-8", "replace")

    def now(self) -> datetime:
        """Return the time, which only waiting moves."""
        return _BEGINNING + timedelta(seconds=self._facts()[0])

    def seconds(self) -> float:
        """Return the time as the service counts it."""
        return self.now().timestamp()

    def turn(self, seconds: float) -> None:
        """Let time pass."""
        turned, events, last = self._facts()
        self._memory[:] = _FACTS.pack(turned + seconds, events, last)

    def begin_life(self) -> None:
        """Count anew."""
        self._memory[:] = _FACTS.pack(self._facts()[0], 0, b"")

    def note(self, event: str) -> int:
        """Count an event, and return which one it is."""
        turned, events, _ = self._facts()
        self._memory[:] = _FACTS.pack(turned, events + 1, event.encode()[:95])
        return events + 1


# --- the tests' side --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ended:
    """How a life ended: its exit code, or minus the signal; its events; what it said."""

    code: int
    events: int
    last: str
    said: str

    @property
    def was_killed(self) -> bool:
        """Whether it came to the event that was its last."""
        return self.code == -signal.SIGKILL


class Nursery:
    """The process that forks mortals, one at a time."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.engine.mortals"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def live(
        self,
        world: World,
        arguments: Sequence[object],
        environment: dict[str, str],
        last_event: Moment = None,
    ) -> Ended:
        """Let a mortal do one command, and die at this event if it comes to it."""
        output = world.file.with_name("said.txt")
        order = [str(world.file), str(output), [str(a) for a in arguments], environment, last_event]
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        return Ended(code, world.events, world.last, output.read_text("utf-8", "replace"))


# --- the nursery's side -----------------------------------------------------------------------


def _serve() -> None:
    replies = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    _import_everything()
    for line in sys.stdin.buffer:
        mortal = os.fork()
        if mortal == 0:
            _live(*json.loads(line))
        _, status = os.waitpid(mortal, 0)
        replies.write(b"%d\n" % os.waitstatus_to_exitcode(status))


def _import_everything() -> None:
    """Import what every life needs, down to what the SDK imports when it is first used."""
    import httpcore2  # noqa: F401
    from anthropic.types.messages import MessageBatch  # noqa: F401

    import app.claude.keys
    import app.cli.verbs
    import app.engine.sweep
    import app.main
    from app.claude.service import Service

    with contextlib.redirect_stderr(io.StringIO()):
        app.main.main(["status", "no job"])
    Service("http://127.0.0.1:9", "no key").close()


def _live(
    world_file: str,
    output: str,
    arguments: list[str],
    environment: dict[str, str],
    last_event: Moment,
) -> None:
    code = 71
    try:
        signal.alarm(_LONGEST_LIFE_SECONDS)
        os.environ.update(environment)
        _redirect(output)
        world = World(Path(world_file))
        world.begin_life()
        _Events(world, last_event).watch()
        _work_in_pieces()
        code = _do(world, arguments)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _redirect(output: str) -> None:
    handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(handle, 1)
    os.dup2(handle, 2)


def _work_in_pieces() -> None:
    """Let fifteen rows come in as many pieces as thousands would."""
    from app.claude import spool
    from app.engine import collect, counting, load

    patched: Any = spool
    patched._CHUNK = _PIECE
    patched = load
    patched.BLOCK = 3 * _BLOCK
    patched = collect
    patched.BLOCK = _BLOCK
    patched = counting
    patched.COUNTED_ROWS = patched._FEWEST = _COUNTED


def _do(world: World, arguments: list[str]) -> int:
    """Do a command, by the world's time and without a wait."""
    from app.cli import command, pricing
    from app.engine.bench import Bench, Control
    from app.main import main

    class Hurrying(Control):
        def wait(self, seconds: float) -> None:
            assert world.now() < _BEGINNING + _LONGEST_WAIT, "the run goes round in circles"
            world.turn(seconds)

    patched: Any = command
    patched.Control = Hurrying
    patched.Bench = partial(Bench, clock=world.now)
    patched = pricing
    patched.BETWEEN_COUNTS = 0
    return main(arguments)


class _Events:
    """Where a mortal may die: it counts, and at its last event it kills its own process."""

    def __init__(self, world: World, last_event: Moment) -> None:
        self._world = world
        self._last_event = last_event

    def happen(self, event: str) -> None:
        """Come to an event; nobody who is dead gets any further."""
        number, last = self._world.note(event), self._last_event
        if number == last or (isinstance(last, str) and last in event):
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """See the journal, the network, and every change of a file."""
        self._watch_journal()
        self._watch_network()
        self._watch_bodies()
        sys.addaudithook(self._see_change)

    def _see_change(self, event: str, values: tuple[Any, ...]) -> None:
        """See a change of a file just before it is made."""
        is_opened = event == "open" and not isinstance(values[0], int) and values[2] & _WRITING
        if is_opened or event in _CHANGES:
            path = Path(os.fsdecode(values[0]))
            is_there = event == "os.mkdir" and path.is_dir()
            if path.parent.name != "logs" and not is_there:
                self.happen(f"before {event} {path.name}")

    def _watch_journal(self) -> None:
        happen = self.happen

        class Journal(sqlite3.Connection):
            wrote = ""

            def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:  # type: ignore[override]
                is_step = sql == "commit" or "checkpoint(" in sql
                if is_step:
                    happen(f"before {sql}: {self.wrote}")
                done = super().execute(sql, *values)
                if is_step:
                    happen(f"after {sql}: {self.wrote}")
                elif not sql.startswith(("select", "begin", "pragma")):
                    self.wrote = " ".join(sql.split())[:60]
                return done

            def close(self) -> None:
                happen("before the job is closed")
                super().close()
                happen("after the job is closed")

        connect: Any = sqlite3.connect
        sqlite3.connect = partial(connect, factory=Journal)  # type: ignore[assignment]

    def _watch_network(self) -> None:
        from httpcore2._backends.sync import SyncBackend, SyncStream

        happen, stream = self.happen, SyncStream
        connect, write, read = SyncBackend.connect_tcp, stream.write, stream.read

        def connect_and_tell(*values: Any, **named: Any) -> Any:
            connected = connect(*values, **named)
            happen("after connecting")
            return connected

        def write_and_tell(self: Any, buffer: bytes, timeout: float | None = None) -> None:
            write(self, buffer, timeout)
            if buffer:
                happen(f"after sending {buffer[:30]!r}")

        def read_and_tell(self: Any, size: int, timeout: float | None = None) -> bytes:
            received = read(self, min(size, _PIECE), timeout)
            happen(f"after receiving {received[:30]!r}")
            return received

        patched: Any = SyncBackend
        patched.connect_tcp = connect_and_tell
        patched = stream
        patched.write, patched.read = write_and_tell, read_and_tell

    def _watch_bodies(self) -> None:
        """See each request of a batch's body as it is written."""
        from app.claude import spool
        from app.engine import submit

        write = spool.write_spool

        def told(lines: Iterable[bytes]) -> Iterator[bytes]:
            for number, line in enumerate(lines, 1):
                self.happen(f"before row {number} of a body is written")
                yield line

        patched: Any = submit
        patched.write_spool = lambda path, lines: write(path, told(lines))


if __name__ == "__main__":
    _serve()
