"""The folder of jobs: which there are, and names for new ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from app.core.errors import SheafError
from app.store.job_file import SUFFIX, lock_path
from app.store.reader import JobReader

_UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_BESIDE = ("-wal", "-shm", ".lock")


def jobs_in(folder: Path) -> list[Path]:
    """Return the job files of a folder, last changed first."""
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if path.suffix == SUFFIX and path.is_file()]
    return sorted(found, key=_changed, reverse=True)


def _changed(path: Path) -> float:
    """Return when a job file was last written; in WAL mode the log is newer than the file."""
    times = [0.0]
    for name in (path.name, path.name + "-wal"):
        with suppress(OSError):
            times.append(path.with_name(name).stat().st_mtime)
    return max(times)


def readable_jobs(folder: Path) -> Iterator[JobReader]:
    """Yield a reader for each job that can be read, and close it afterwards."""
    for path in jobs_in(folder):
        with suppress(SheafError), JobReader(path) as reader:
            yield reader


def new_path(folder: Path, name: str) -> Path:
    """Return a path for a new job of this name that no file has yet."""
    stem = _UNSAFE.sub(" ", name).strip(" .")[:80] or "job"
    path = folder / f"{stem}{SUFFIX}"
    number = 1
    while path.exists() or lock_path(path).exists():
        number += 1
        path = folder / f"{stem} ({number}){SUFFIX}"
    return path


def delete(path: Path) -> None:
    """Delete a job file and all that stands beside it.

    Raises:
        SheafError: the system does not let Sheaf delete it.
    """
    try:
        path.unlink(missing_ok=True)
        for ending in _BESIDE:
            path.with_name(path.name + ending).unlink(missing_ok=True)
    except OSError as error:
        raise SheafError(
            f'"{path.name}" could not be deleted: {error.strerror}.',
            fix="Close every program that has it open, then try again.",
        ) from error
