"""Sizes of batches in flight or in doubt, over all jobs of this computer.

Nothing but its number of requests tells one listed batch from another until its results are
there. So no two batches that may be looked for at the same time have the same number.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from app.core.errors import Halt, SheafError, Standing
from app.core.job import IN_DOUBT, UNSENT, BatchState
from app.store.reader import JobReader

FILE = ".in-doubt.json"
_DRAFT = ".in-doubt.part"
_LOCK = ".in-doubt.lock"
_LOCK_SECONDS = 30.0


_CLAIM_SECONDS = 1800.0
"""How long a claim counts by itself: from before the send until the batch is in doubt or known."""


class _Entry(msgspec.Struct, frozen=True):
    job: str
    batch: int
    size: int
    at: float = 0.0


class SizeRegistry:
    """The sizes that are taken, in one small file under a lock."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._lock = FileLock(folder / _LOCK, timeout=_LOCK_SECONDS, mode=0o600)

    def claim(self, job: Path, batch: int, size: int) -> bool:
        """Take a size for a batch that is about to be sent; False when another has it."""
        mine = _Entry(str(job), batch, size, time.time())
        with self._held():
            others = [e for e in self._entries() if (e.job, e.batch) != (mine.job, mine.batch)]
            alive = [entry for entry in others if _counts(entry, mine.job)]
            if any(entry.size == size for entry in alive):
                self._write(alive)
                return False
            self._write([*alive, mine])
            return True

    def release(self, job: Path, batch: int) -> None:
        """Give a size back: its batch is settled."""
        with self._held():
            self._write([e for e in self._entries() if (e.job, e.batch) != (str(job), batch)])

    @contextmanager
    def _held(self) -> Iterator[None]:
        try:
            with self._lock:
                yield
        except (Timeout, OSError) as error:
            raise SheafError(
                "Sheaf cannot note which batches are on their way.",
                f'The folder "{self._file.parent}" is locked or cannot be written.',
                "Close other copies of Sheaf, make room, then go on.",
                standing=Standing.NEEDS_PERSON,
                halt=Halt.DISK,
            ) from error

    def _entries(self) -> list[_Entry]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=list[_Entry])
        except (OSError, ValueError, RecursionError):
            return []

    def _write(self, entries: list[_Entry]) -> None:
        """Replace the file in one step; what a kill leaves of it, the next one writes over."""
        draft = self._file.with_name(_DRAFT)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(entries))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._file)


def _counts(entry: _Entry, asking_job: str) -> bool:
    """Say whether a claim still holds, as its job tells: one that was killed gave nothing back.

    What a job has not sent is perhaps just leaving; not so of the job that asks, since it sends
    one batch at a time and nobody else works on it.
    """
    state = _state_of(entry)
    if state in IN_DOUBT:
        return True
    is_settled = state is not None and state not in UNSENT
    return not is_settled and entry.job != asking_job and _is_young(entry)


def _is_young(entry: _Entry) -> bool:
    return 0 <= time.time() - entry.at < _CLAIM_SECONDS


def _state_of(entry: _Entry) -> BatchState | None:
    """Return how its batch stands; None where the job does not tell."""
    with suppress(SheafError), JobReader(Path(entry.job)) as reader:
        return next((b.state for b in reader.batches() if b.number == entry.batch), None)
    return None
