"""Which batches this computer has sent for which job: what an older copy of its file lacks.

A backup put back in the place of a job's file knows nothing of what was sent since, and would send
it again. The list is kept apart from the jobs, so that it does not come back with them.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

import msgspec

from app.store.settings import write_privately

FILE = "sent.jsonl"


class _Sent(msgspec.Struct, frozen=True):
    """One batch: the tag of its job, and the service's id."""

    job: str
    id: str


class SentRegister:
    """The batches that were sent, one to a line of a small file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self, job: str, remote_id: str) -> None:
        """Remember a batch; where that is not possible, the job's own file has to do."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            with os.fdopen(os.open(self._folder / FILE, flags, 0o600), "ab") as file:
                file.write(msgspec.json.encode(_Sent(job, remote_id)) + b"\n")

    def unknown_to(self, job: str, known: Collection[str]) -> int:
        """Return how many batches of a job were sent of which its file knows nothing."""
        return len({sent.id for sent in self._all() if sent.job == job} - set(known))

    def forget(self, job: str) -> None:
        """Take the job's file as it is from now on."""
        others = [sent for sent in self._all() if sent.job != job]
        lines = b"".join(msgspec.json.encode(sent) + b"\n" for sent in others)
        with suppress(OSError):
            write_privately(self._folder, FILE, lines)

    def _all(self) -> list[_Sent]:
        try:
            lines = (self._folder / FILE).read_bytes().split(b"\n")
        except OSError:
            return []
        found = []
        for line in lines:
            with suppress(ValueError, RecursionError):
                found.append(msgspec.json.decode(line, type=_Sent))
        return found
