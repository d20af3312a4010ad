"""The OS lock beside a job file: who works on a job holds it, and death frees it.

It is a lock of the file system, so that it holds between the computers of a shared drive as well;
a file that merely exists would outlive a killed Sheaf.
"""

from __future__ import annotations

import errno
import threading
import time
from pathlib import Path

from filelock import FileLock, Timeout

from app.core.errors import Halt, SheafError, Standing

_PATIENCE_SECONDS = 0.5
"""Somebody who only looks whether a job is held holds it for a moment."""
_PAUSE_SECONDS = 0.02
_NO_LOCKS = frozenset(
    {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL, errno.ENOTTY}
)

_door = threading.Lock()
_mine: set[Path] = set()
"""The locks that this process holds: to itself they would look like somebody else's."""


class JobLock:
    """A hold on one job, until it is given back or its process dies."""

    def __init__(self, path: Path) -> None:
        """Take the hold on a job.

        Raises:
            SheafError: another Sheaf has it, or the drive or folder does not let Sheaf take it.
        """
        self._file = lock_path(path)
        self._lock = lock_on(self._file)
        end = time.monotonic() + _PATIENCE_SECONDS
        while not self._try(path):
            if time.monotonic() > end:
                raise _held_elsewhere(path)
            time.sleep(_PAUSE_SECONDS)

    def _try(self, path: Path) -> bool:
        with _door:
            try:
                self._lock.acquire()
            except Timeout:
                return False
            except OSError as error:
                raise _refused(path, error) from error
            _mine.add(self._file)
            return True

    def release(self) -> None:
        """Give the hold back."""
        with _door:
            self._lock.release()
            _mine.discard(self._file)


def lock_path(path: Path) -> Path:
    """Return the lock that stands beside a job file, by whichever name that is reached."""
    real = path.resolve()
    return real.with_name(real.name + ".lock")


def is_held_elsewhere(path: Path) -> bool:
    """Say whether another process works on a job."""
    file = lock_path(path)
    with _door:
        if file in _mine or not file.exists():
            return False
        lock = lock_on(file)
        try:
            lock.acquire()
        except Timeout:
            return True
        except OSError:  # what cannot be locked is held by nobody
            return False
        lock.release()
        return False


def lock_on(file: Path) -> FileLock:
    """Return a lock that is not taken yet, and that is taken at once or not at all.

    It is never one by mere existence, as the library would have it where a drive has no locks:
    nothing would free it when its Sheaf is killed.
    """
    return FileLock(file, blocking=False, mode=0o600, thread_local=False, fallback_to_soft=False)


def _held_elsewhere(path: Path) -> SheafError:
    return SheafError(
        f'The job "{path.name}" is open in another Sheaf.',
        "Only one at a time may work on it, so that no row is bought twice.",
        "Close it there, or wait until its upload is finished.",
        standing=Standing.NEEDS_PERSON,
        halt=Halt.LOCKED,
    )


def _refused(path: Path, error: OSError) -> SheafError:
    if error.errno in _NO_LOCKS:
        return SheafError(
            f'The drive on which "{path.name}" lies cannot keep others from working on it.',
            "It does not let programs lock a file, so two Sheafs could buy the same rows.",
            "Move the job to a disk of this computer; looking at it and exporting work here.",
            halt=Halt.DISK,
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return SheafError(
            f'The disk is full, so "{path.name}" could not be opened for work.',
            "What was saved before is safe.",
            "Make room and go on.",
            standing=Standing.NEEDS_PERSON,
            halt=Halt.DISK,
        )
    return SheafError(
        f'The folder of "{path.name}" cannot be written: {error.strerror}.',
        "Sheaf notes there what is sent before it is sent. Nothing was sent.",
        "Move the job to a folder that you may write to; looking at it and exporting work here.",
        halt=Halt.DISK,
    )
