"""Which files Sheaf has exported, and of which job: only those may be replaced without asking."""

from __future__ import annotations

import os
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

    def note(self, path: Path, tag: str) -> None:
        """Remember an export; where that cannot be kept, the person is asked once more."""
        with suppress(OSError):
            entry = _entry(path, tag)
            others = [known for known in self._entries() if known.path != entry.path]
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
        found: dict[str, _Entry] = {}
        for line in lines:
            with suppress(ValueError):
                entry = msgspec.json.decode(line, type=_Entry)
                found.pop(entry.path, None)
                found[entry.path] = entry
        return list(found.values())


def _entry(path: Path, tag: str) -> _Entry:
    real = path.resolve()
    about = real.stat()
    # Names that are no text in UTF-8 are kept by their bytes.
    name = os.fsencode(real).decode("utf-8", "backslashreplace")
    return _Entry(name, tag, about.st_size, about.st_mtime_ns)
