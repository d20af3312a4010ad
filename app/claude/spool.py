"""The body of a create call, in a file beside the job: written once, sent without being held."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from app.core.errors import Halt, SheafError, Standing

_CHUNK = 256 * 1024


class Spool:
    """A body on disk that can be read again from its start; `begun` once reading has started.

    It holds people's rows: mode 0600, deleted when the outcome of its call is known.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        self.begun = False

    def __iter__(self) -> Iterator[bytes]:
        self.begun = True
        with self.path.open("rb", buffering=0) as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    def delete(self) -> None:
        """Remove the file; a missing one is fine."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)


def spool_path(job: Path, number: int) -> Path:
    """Return where the body of a job's batch is kept while it is sent."""
    return job.with_name(f".{job.name}.batch-{number}.spool")


def write_spool(path: Path, lines: Iterable[bytes]) -> Spool:
    """Write requests as the body of a create call.

    Raises:
        SheafError: the disk is full or cannot be written; nothing was sent.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb", buffering=1024 * 1024) as file:
            separator = b'{"requests":['
            for line in lines:
                file.write(separator)
                file.write(line)
                separator = b","
            file.write(b"]}")
    except OSError as error:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise SheafError(
            f"A batch could not be prepared on this computer's disk: {error.strerror}.",
            "Nothing of it was sent.",
            "Make room beside the job file, then go on.",
            standing=Standing.NEEDS_PERSON,
            halt=Halt.DISK,
        ) from error
    return Spool(path)


def sweep(job: Path) -> None:
    """Delete bodies that a killed Sheaf left beside a job."""
    for path in job.parent.glob("*.spool"):
        if path.name.startswith(f".{job.name}.batch-"):
            with suppress(OSError):
                path.unlink(missing_ok=True)
