"""Which files Sheaf has exported, and of which job: only those may be replaced without asking."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

FILE = ".exports.jsonl"
_MOST = 2000


class _Entry(msgspec.Struct, frozen=True):
    path: str
    job: str
    size: int
    at: int


class ExportBook:
    """The exports of this computer, one to a line, newest last; `folder` is that of the jobs."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE

    def is_own(self, path: Path, tag: str) -> bool:
        """Say whether a file is an export of the job with this tag, just as Sheaf wrote it."""
        try:
            return _entry(path, tag) in self._entries()
        except OSError:
            return False

    def announcing(self, path: Path, tag: str) -> Callable[[Path], None]:
        """Return what remembers an export under its name before it has it.

        So a kill between the two leaves neither it nor what it was to replace a stranger.
        """
        return lambda written: self._note(written, path, tag)

    def _note(self, written: Path, path: Path, tag: str) -> None:
        """Remember an export; where that cannot be kept, the person is asked once more."""
        with suppress(OSError):
            entry, others = _entry(written, tag, path), self._entries()
            if len(others) < _MOST:
                self._add(entry)
            else:
                self._replace([*others[_MOST // 2 :], entry])

    def _add(self, entry: _Entry) -> None:
        handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(entry) + b"\n")

    def _replace(self, entries: list[_Entry]) -> None:
        """Begin the file anew with the younger half, in one step."""
        draft = self._file.with_name(f"{FILE}.{os.getpid()}.part")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.writelines(msgspec.json.encode(entry) + b"\n" for entry in entries)
        draft.replace(self._file)

    def _entries(self) -> list[_Entry]:
        """Return what is remembered; a line that a kill cut short is none."""
        try:
            lines = self._file.read_bytes().splitlines()
        except OSError:
            return []
        found: list[_Entry] = []
        for line in lines:
            with suppress(ValueError):
                found.append(msgspec.json.decode(line, type=_Entry))
        return found


def _entry(written: Path, tag: str, path: Path | None = None) -> _Entry:
    """Describe a file as it lies there, under the name that it has or is going to have."""
    about, real = written.resolve().stat(), (path or written).resolve()
    # Names that are no text in UTF-8 are kept by their bytes.
    name = os.fsencode(real).decode("utf-8", "backslashreplace")
    return _Entry(name, tag, about.st_size, about.st_mtime_ns)
