"""Disks that are full, small, protected or without locks, as far as a test can have them."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# --- full -------------------------------------------------------------------------------------


class Disk:
    """The disk of job files: from a chosen commit on nothing more can be written to it."""

    def __init__(self) -> None:
        self.commits = 0
        self.room: int | None = None
        """How many more commits find room; None: all."""

    def take(self) -> None:
        """Let a commit through, or say what SQLite says on a full disk."""
        self.commits += 1
        if self.room is None:
            return
        self.room -= 1
        if self.room < 0:
            raise sqlite_error("SQLITE_FULL", "database or disk is full")


def sqlite_error(code: str, words: str) -> sqlite3.OperationalError:
    """Return an error as SQLite raises it."""
    error = sqlite3.OperationalError(words)
    error.sqlite_errorname = code
    return error


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Put every job file on a disk that can be filled."""
    disk, connect = Disk(), sqlite3.connect

    class OnDisk(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            if sql == "commit":
                disk.take()
            return super().execute(sql, *values)

    def connect_there(where: Any, **named: Any) -> sqlite3.Connection:
        if ".sheaf" in str(where):
            named["factory"] = OnDisk
        return connect(where, **named)

    monkeypatch.setattr(sqlite3, "connect", connect_there)
    return disk


@contextlib.contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """Give a real disk of this size at a folder; skip the test where none can be had."""
    folder.mkdir(exist_ok=True)
    options = ["-t", "tmpfs", "-o", f"size={kilobytes}k,mode=700", "tmpfs", str(folder)]
    made = subprocess.run(["/bin/mount", *options], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("no disk may be mounted here; the disk that is played is tested everywhere")
    try:
        yield folder
    finally:
        subprocess.run(["/bin/umount", "--lazy", str(folder)], check=True)


class Filler:
    """A file that takes all the room of a disk but a little."""

    def __init__(self, folder: Path, leaving: int = 0) -> None:
        self._file = folder / "filler"
        free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
        self._file.write_bytes(bytes(max(0, free - leaving)))

    def clear(self) -> None:
        """Make room."""
        self._file.unlink()


# --- protected --------------------------------------------------------------------------------


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Rights(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


_VERSION_3 = 0x20080522
_OVERRIDES = 0b110
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: what lets root write to what is protected."""


@contextlib.contextmanager
def protected(*paths: Path) -> Iterator[None]:
    """Protect files and folders from being written, also by a test that root runs."""
    modes = [(path, path.stat().st_mode & 0o777) for path in paths]
    for path, mode in modes:
        path.chmod(mode & ~0o222)
    try:
        with _as_anybody():
            yield
    finally:
        for path, mode in modes:
            path.chmod(mode)


@contextlib.contextmanager
def _as_anybody() -> Iterator[None]:
    if sys.platform != "linux" or os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header, rights = _Header(_VERSION_3, 0), (_Rights * 2)()
    assert libc.capget(ctypes.byref(header), rights) == 0
    before = rights[0].effective
    rights[0].effective = before & ~_OVERRIDES
    assert libc.capset(ctypes.byref(header), rights) == 0
    try:
        yield
    finally:
        rights[0].effective = before
        assert libc.capset(ctypes.byref(header), rights) == 0


# --- without locks ----------------------------------------------------------------------------

NO_LOCKS = ("ENOLCK", "EOPNOTSUPP", "ENOSYS", "EINVAL")
"""What drives without locks answer."""


def without_locks(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let every file lie on a drive that cannot lock files."""

    def refuse(*_: object) -> None:
        number = getattr(errno, name)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)


def without_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every job lie on a drive where SQLite cannot share memory, and so can have no log."""
    connect = sqlite3.connect

    def connect_there(where: Any, **named: Any) -> sqlite3.Connection:
        there = f"{where}&vfs=unix-none" if ".sheaf" in str(where) else where
        return connect(there, **named)

    monkeypatch.setattr(sqlite3, "connect", connect_there)
