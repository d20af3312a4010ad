"""A folder of files: finds every file that can be a row, and counts what it passes over."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.core.errors import SheafError
from app.core.parts import KINDS, Family, FileKind
from app.core.table import Notice
from app.files.file_names import Passed, kept_name, passed_by_name, shown_name, sort_key
from app.files.file_patterns import Patterns
from app.files.folder_notices import notices_of
from app.files.kinds import ending_kind, find_kind
from app.files.source import Cancelled, never

MOST_NAMED = 1000
"""How many of the files left out are kept by name; all are counted."""

MOST_SHOWN = 200
"""How many are named of those that were passed over for one reason."""

_HIDDEN_OR_SYSTEM = 0x2 | 0x4
"""Attributes by which Windows hides a file."""
_HIDDEN_ON_MAC = 0x8000


@dataclass(frozen=True, slots=True)
class Choice:
    """Which files of a folder are wanted.

    `patterns` such as "*.pdf" or "2025/**" narrow the choice; none takes every name.
    `follow_links` also takes what links lead to outside of the folder.
    """

    recursive: bool = True
    families: frozenset[Family] = frozenset(Family) - {Family.OTHER}
    patterns: tuple[str, ...] = ()
    follow_links: bool = False


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of the folder, looked at but not read; `real` is its path on this computer."""

    real: Path
    path: str
    kind: FileKind
    size: int
    modified: datetime

    @property
    def name(self) -> str:
        """Its name, for people."""
        return shown_name(self.path.rpartition("/")[2])

    @property
    def folder(self) -> str:
        """The folder it lies in, below the chosen one, for people."""
        return shown_name(self.path.rpartition("/")[0])


class Folder:
    """A folder that is looked through file by file, in the same order each time.

    Raises:
        SheafError: there is no such folder, or it may not be read.
    """

    def __init__(self, root: Path, choice: Choice | None = None) -> None:
        self.root = root
        self.choice = choice or Choice()
        self.passed: Counter[Passed] = Counter()
        self.passed_names: dict[Passed, list[str]] = {}
        """The first that were passed over, for each reason."""
        self.left_out: list[tuple[str, FileKind]] = []
        """The first files that the filter leaves out, and what they are."""
        self.unreadable: list[str] = []
        """Sub-folders and files that could not be looked at."""
        self.folders = 0
        """Sub-folders that were looked through."""
        self.files = 0
        """Files found."""
        self._patterns = Patterns(self.choice.patterns)
        self._real_root = _checked(root)

    def find(self, cancelled: Cancelled = never) -> Iterator[FoundFile]:
        """Yield every wanted file: those of a folder by name, then those of its sub-folders.

        Raises:
            SheafError: the folder itself cannot be read, or `cancelled` said so.
        """
        self._forget()
        entered = {_identity(self._real_root)}
        waiting = [(str(self._real_root), "")]
        while waiting:
            place, path = waiting.pop()
            if path and not self._enter(place, path, entered):
                continue
            deeper: list[tuple[str, str]] = []
            for entry in self._entries(place, path):
                if cancelled():
                    raise _stopped(self.root)
                below = f"{path}/{entry.name}" if path else entry.name
                found = self._look_at(entry, below)
                if isinstance(found, FoundFile):
                    self.files += 1
                    yield found
                elif found is not None:
                    deeper.append((found, below))
            waiting += reversed(deeper)

    def notices(self) -> tuple[Notice, ...]:
        """Say what was passed over; complete once all files have been found."""
        return notices_of(self.passed, self.unreadable, self.passed_names)

    def _forget(self) -> None:
        self.passed.clear()
        self.passed_names.clear()
        self.left_out.clear()
        self.unreadable.clear()
        self.folders = self.files = 0

    def _entries(self, place: str, path: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(place) as listing:
                return sorted(listing, key=lambda entry: sort_key(entry.name))
        except OSError as error:
            if not path:
                raise _unreadable(self.root, error) from error
            self.unreadable.append(shown_name(path))
            return []

    def _look_at(self, entry: os.DirEntry[str], path: str) -> FoundFile | str | None:
        """Return a wanted file, or the place of a folder to go into."""
        try:
            if reason := self._passed(entry):
                self._pass_over(path, reason)
                return None
            if entry.is_dir():
                return entry.path
            return self._chosen(Path(entry.path), path, entry.stat())
        except OSError:
            self.unreadable.append(shown_name(path))
            return None

    def _enter(self, place: str, path: str, entered: set[tuple[int, int]]) -> bool:
        """Enter a folder once only: links and mounts can lead back to it."""
        try:
            identity = _identity(Path(place))
        except OSError:
            self.unreadable.append(shown_name(path))
            return False
        if identity in entered:
            self._pass_over(path, Passed.LINK)
            return False
        entered.add(identity)
        self.folders += 1
        return True

    def _chosen(self, real: Path, path: str, about: os.stat_result) -> FoundFile | None:
        if self._patterns and not self._patterns.fit(path):
            self._leave_out(path, ending_kind(path))
            return None
        kind = find_kind(real, about.st_size)
        if KINDS[kind].family not in self.choice.families:
            self._leave_out(path, kind)
            return None
        modified = datetime.fromtimestamp(about.st_mtime, UTC)
        return FoundFile(real, kept_name(path), kind, about.st_size, modified)

    def _leave_out(self, path: str, kind: FileKind) -> None:
        self._pass_over(path, Passed.NOT_CHOSEN)
        if len(self.left_out) < MOST_NAMED:
            self.left_out.append((shown_name(path), kind))

    def _pass_over(self, path: str, reason: Passed) -> None:
        self.passed[reason] += 1
        names = self.passed_names.setdefault(reason, [])
        if len(names) < MOST_SHOWN:
            names.append(shown_name(path))

    def _passed(self, entry: os.DirEntry[str]) -> Passed | None:
        if reason := passed_by_name(entry.name):
            return reason
        if _is_hidden(entry):
            return Passed.HIDDEN
        if _is_link(entry) and self._is_idle_link(entry):
            return Passed.LINK
        if entry.is_dir():
            return None if self.choice.recursive else Passed.SUB_FOLDER
        return None if stat.S_ISREG(entry.stat().st_mode) else Passed.SPECIAL

    def _is_idle_link(self, entry: os.DirEntry[str]) -> bool:
        """A link counts if it leads to a file of the folder, or anywhere when that is asked for."""
        target = Path(os.path.realpath(entry.path))
        if not target.exists():
            return True
        if target.is_relative_to(self._real_root):
            return target.is_dir()  # its files are found in their own place
        return not self.choice.follow_links


def _checked(root: Path) -> Path:
    try:
        if not root.is_dir():
            raise SheafError(
                f'There is no folder "{shown_name(str(root))}".',
                fix="Check its name, or whether it was moved.",
            )
        return Path(os.path.realpath(root))
    except OSError as error:
        raise _unreadable(root, error) from error


def _unreadable(root: Path, error: OSError) -> SheafError:
    return SheafError(
        f'The folder "{shown_name(root.name)}" could not be read.',
        f"The computer says: {error.strerror}.",
        "Choose another folder, or copy it to your own.",
    )


def _stopped(root: Path) -> SheafError:
    return SheafError(
        f'Reading the folder "{shown_name(root.name)}" was stopped.', fix="Open it again."
    )


def _identity(folder: Path) -> tuple[int, int]:
    about = folder.stat()
    return about.st_dev, about.st_ino


def _is_hidden(entry: os.DirEntry[str]) -> bool:
    about = entry.stat(follow_symlinks=False)
    return bool(
        getattr(about, "st_file_attributes", 0) & _HIDDEN_OR_SYSTEM
        or getattr(about, "st_flags", 0) & _HIDDEN_ON_MAC
    )


def _is_link(entry: os.DirEntry[str]) -> bool:
    if entry.is_symlink():
        return True
    about = entry.stat(follow_symlinks=False)
    junction = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)
    return getattr(about, "st_reparse_tag", 0) == junction
