"""Where an export goes: checked before any work, and replaced in one step when complete."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from app.core.errors import SheafError

if sys.platform != "win32":
    import fcntl

Announce = Callable[[Path], None]
"""Hears of a complete file, under the name that it has for now."""

_PART = re.compile(r"\.sheaf-[0-9a-f]{16}\.part")
"""The name of an export that is not complete."""
_PARTS = re.compile(_PART.pattern + "s")
"""The name of the folder beside it, where a writer keeps what it puts together at the end."""


def check_target(path: Path, never_over: Sequence[Path] = ()) -> None:
    """Refuse a path that an export could not be written to, before anything else is done.

    Args:
        path: the file that is to be written.
        never_over: files that must stay as they are, such as the source and the job.

    Raises:
        SheafError: it is a folder, one of those files, or its folder cannot be written to.
    """
    _check_place(path, never_over)
    temporary = _temporary(path)
    _clear(temporary.parent)
    try:
        temporary.touch(exist_ok=False)
        temporary.unlink()
    except OSError as error:
        raise _refusal(path, error) from error


@contextmanager
def replacing(
    path: Path, never_over: Sequence[Path] = (), announce: Announce | None = None
) -> Iterator[BinaryIO]:
    """Give a file to write to, which takes the place of `path` only when all went well.

    `announce` hears of the complete file just before.

    Raises:
        SheafError: as in `check_target`, or the disk is full.
    """
    _check_place(path, never_over)
    temporary = _temporary(path)
    _clear(temporary.parent)
    try:
        with temporary.open("xb") as file:
            with suppress(OSError):
                _hold(file)
            yield file
            file.flush()
            os.fsync(file.fileno())
        if announce is not None:
            announce(temporary)
        # A link keeps its place: what it points to is replaced.
        temporary.replace(path.resolve())
        _settle(temporary.parent)
    except OSError as error:
        raise _refusal(path, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _temporary(path: Path) -> Path:
    return path.resolve().parent / f".sheaf-{secrets.token_hex(8)}.part"


def _clear(folder: Path) -> None:
    """Remove what killed exports have left in a folder; what is being written is held."""
    with suppress(OSError):
        for left in [path for path in folder.iterdir() if _PART.fullmatch(path.name)]:
            with suppress(OSError):
                with left.open("rb") as file:
                    _hold(file)
                left.unlink()
        for left in [path for path in folder.iterdir() if _PARTS.fullmatch(path.name)]:
            if not left.with_name(left.name[:-1]).exists():
                shutil.rmtree(left, ignore_errors=True)


def _hold(file: BinaryIO) -> None:
    """Hold a file until it is closed, be it by death; on Windows an open file is held anyway.

    Raises:
        OSError: another Sheaf writes it, or files cannot be held there.
    """
    if sys.platform != "win32":
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _check_place(path: Path, never_over: Sequence[Path]) -> None:
    if path.is_dir():
        raise SheafError(
            f'"{path}" is a folder.', fix="Give the export a file name inside a folder."
        )
    check_kept(path, never_over)


def check_kept(path: Path, never_over: Iterable[Path]) -> None:
    """Refuse a path that is one of these files, be it by another name or a link.

    Raises:
        SheafError: it is one of them.
    """
    for kept in never_over:
        if _is_same(path, kept):
            raise SheafError(
                f'The export would overwrite "{kept.name}", which Sheaf reads from.',
                fix="Choose another name for the export.",
            )


def _is_same(path: Path, kept: Path) -> bool:
    try:
        return path.samefile(kept)
    except OSError:
        return path.resolve() == kept.resolve()
    except ValueError:  # a cell that names a file with signs that no name can have
        return False


def _settle(folder: Path) -> None:
    """Make the new name survive a power cut, where folders can be synced."""
    if os.name != "posix":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _refusal(path: Path, error: OSError) -> SheafError:
    what = f'"{path.name}" could not be written to "{path.parent}"'
    if isinstance(error, FileNotFoundError) and path.resolve().parent.is_dir():
        return SheafError(
            f"{what}: that folder takes no new files.",
            "The system keeps it for itself.",
            "Choose a folder of your own.",
        )
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return SheafError(f"{what}: there is no such folder.", fix="Choose a folder that exists.")
    if error.errno == errno.ENOSPC:
        return SheafError(f"{what}: the disk is full.", fix="Free some space, then export again.")
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return SheafError(
            f"{what}: that is not allowed.",
            "The folder is protected, or the file is open in another program.",
            "Close the file there, or choose another folder.",
        )
    return SheafError(f"{what}: {error.strerror or error}.", fix="Choose another place for it.")
