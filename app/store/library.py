"""The folder of jobs: which there are, and names for new ones."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
from filelock import Timeout

from app.core.errors import SheafError
from app.store.job_file import SUFFIX
from app.store.job_lock import lock_on, lock_path
from app.store.older_files import remote_ids_in
from app.store.reader import JobReader

_UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_BESIDE = ("-wal", "-shm", ".lock")
_SPOOL = re.compile(r"\.(?P<job>.+)\.batch-[0-9]+\.spool")
"""The name of a batch's body, which stands beside its job only while it is being sent."""
ELSEWHERE = ".elsewhere.jsonl"
"""The paths of jobs that are kept outside the folder, one to a line, as they were begun."""
_MOST_ELSEWHERE = 500
_LONGEST_STEM = 150
"""In bytes: file systems take 255, and a number and the endings of what stands beside follow."""


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


def note_elsewhere(folder: Path, path: Path) -> None:
    """Remember a job that is kept outside the folder, so that its rows are not bought again."""
    path = path.absolute()
    if path.parent == folder.absolute() or path in jobs_elsewhere(folder):
        return
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(folder / ELSEWHERE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(os.fsdecode(path)) + b"\n")


def jobs_elsewhere(folder: Path) -> list[Path]:
    """Return the remembered job files outside the folder, newest first, that are there now."""
    try:
        lines = (folder / ELSEWHERE).read_bytes().split(b"\n")
    except OSError:
        return []
    found: dict[Path, None] = {}
    for line in reversed(lines):
        with suppress(ValueError, OSError):
            path = Path(msgspec.json.decode(line, type=str))
            if path.is_file():
                found[path] = None
    return list(found)[:_MOST_ELSEWHERE]


def known_jobs(folder: Path) -> Iterator[JobReader]:
    """Yield a reader for each job that can be read, in the folder or remembered elsewhere."""
    yield from readable_jobs(folder)
    for path in jobs_elsewhere(folder):
        with suppress(SheafError), JobReader(path) as reader:
            yield reader


def known_batches(folder: Path) -> set[str]:
    """Return the ids of the batches of all jobs, in the folder or remembered elsewhere.

    Those of jobs that cannot be looked at are among them: they are nobody else's.
    """
    paths = [*jobs_in(folder), *jobs_elsewhere(folder)]
    return {remote for path in paths for remote in remote_ids_in(path)}


def new_path(folder: Path, name: str, taken: Collection[Path] = ()) -> Path:
    """Return a path for a new job of this name that no file has yet, and that is not `taken`."""
    stem = _stem(name)
    path = folder / f"{stem}{SUFFIX}"
    number = 1
    # Many file systems take "Reviews" and "reviews" for one name.
    names = {other.name.casefold() for other in taken}
    while path.name.casefold() in names or path.exists() or lock_path(path).exists():
        number += 1
        path = folder / f"{stem} ({number}){SUFFIX}"
    return path


def _stem(name: str) -> str:
    text = name.encode("utf-8", "replace").decode("utf-8")
    text = _UNSAFE.sub(" ", text).strip(" .")[:80]
    text = text.encode("utf-8")[:_LONGEST_STEM].decode("utf-8", "ignore")
    return text.strip(" .") or "job"


def delete(path: Path) -> None:
    """Delete a job file and all that stands beside it.

    Raises:
        SheafError: the system does not let Sheaf delete it.
    """
    beside = [path.with_name(path.name + ending) for ending in _BESIDE]
    try:
        for file in (path, *beside, *_spools(path.parent, path.name)):
            file.unlink(missing_ok=True)
    except OSError as error:
        raise SheafError(
            f'"{path.name}" could not be deleted: {error.strerror}.',
            fix="Close every program that has it open, then try again.",
        ) from error


def sweep_spools(folder: Path) -> None:
    """Delete bodies of batches that a killed Sheaf left, beside jobs that nobody works on."""
    for spool in _spools(folder):
        job = folder / str(_SPOOL.sub(r"\g<job>", spool.name))
        with suppress(OSError):
            if not job.exists():
                spool.unlink(missing_ok=True)
                continue
            with suppress(Timeout), lock_on(lock_path(job)):
                spool.unlink(missing_ok=True)


def _spools(folder: Path, job: str | None = None) -> list[Path]:
    """Return the bodies of batches in a folder, of one job or of all."""
    found = ((path, _SPOOL.fullmatch(path.name)) for path in folder.glob(".*.spool"))
    return [path for path, match in found if match and job in (None, match["job"])]
