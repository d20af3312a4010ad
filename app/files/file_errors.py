"""Files of a folder that cannot be sent, each said in plain words with what to do."""

from __future__ import annotations

import errno
from pathlib import Path

from app.core.errors import SheafError
from app.core.parts import Cause, FileProblem
from app.files.file_names import shown_name

_MOST_SHOWN = 200
"""A cell that was meant for something else can hold a whole text."""


class FileError(SheafError):
    """A file that cannot be sent, and why."""

    def __init__(self, cause: Cause, what: str, why: str = "", fix: str = "") -> None:
        super().__init__(what, why, fix)
        self.cause = cause

    @property
    def problem(self) -> FileProblem:
        """The same as a value, to be kept with the file's row."""
        return FileProblem(self.cause, self.what, self.why, self.fix)


def of_problem(problem: FileProblem) -> FileError:
    """Make an error again of what was kept with the file's row."""
    return FileError(problem.cause, problem.what, problem.why, problem.fix)


def stopped(path: Path) -> SheafError:
    """Somebody stopped the reading; nothing is wrong with the file."""
    return SheafError(f'Reading "{_name(path)}" was stopped.', fix="Open it again.")


def missing(path: Path) -> FileError:
    """It is not there any more."""
    return FileError(
        Cause.MISSING,
        f'There is no file "{_name(path)}" any more.',
        "It was moved, renamed or deleted after the folder was read.",
        "Put it back, or read the folder again.",
    )


def changed(path: Path) -> FileError:
    """It is not the file that was checked."""
    return FileError(
        Cause.CHANGED,
        f'"{_name(path)}" is not the file you checked.',
        "It was changed after the folder was read, so it was not sent.",
        "Read the folder again to send it as it is now.",
    )


def unreadable(path: Path, error: OSError) -> FileError:
    """The computer does not let us read it."""
    if isinstance(error, FileNotFoundError):
        return missing(path)
    if isinstance(error, PermissionError):
        why = "Its permissions do not allow it, or another program holds it."
        fix = "Close it elsewhere, or copy it to your own folder."
    else:
        reason = error.strerror or errno.errorcode.get(error.errno or 0, "unknown reason")
        why = f"The computer says: {reason}."
        fix = "Copy it to this computer and try again."
    return FileError(Cause.UNREADABLE, f'"{_name(path)}" could not be read.', why, fix)


def empty(path: Path) -> FileError:
    """It has no bytes."""
    return FileError(
        Cause.EMPTY,
        f'"{_name(path)}" is empty.',
        "A download or a copy may have been cut short.",
        "Get the file again, or leave it out.",
    )


def no_text(path: Path, fix: str = "If its pages are pictures, save it as PDF.") -> FileError:
    """It can be opened, but there is nothing in it to read."""
    return FileError(Cause.EMPTY, f'"{_name(path)}" has no text in it.', fix=fix)


def no_pages(path: Path) -> FileError:
    """A PDF without a page."""
    return FileError(Cause.EMPTY, f'"{_name(path)}" has no pages.', fix="Save or scan it again.")


def encrypted(path: Path) -> FileError:
    """It needs a password."""
    return FileError(
        Cause.ENCRYPTED,
        f'"{_name(path)}" is protected by a password.',
        "Neither Sheaf nor Claude can open it.",
        "Open it in its own program, remove the password, and save a copy.",
    )


def restricted(path: Path) -> FileError:
    """A PDF that opens without a password, but is encrypted to forbid changes or copies."""
    return FileError(
        Cause.ENCRYPTED,
        f'"{_name(path)}" is encrypted, although it opens without a password.',
        "Claude takes only PDFs without encryption.",
        "Open it and print it to a new PDF, then use that one.",
    )


def copy_protected(path: Path) -> FileError:
    """An e-book that only its seller's program opens."""
    return FileError(
        Cause.ENCRYPTED,
        f'"{_name(path)}" is copy-protected.',
        "Only its seller's own program can open it.",
        "Use an edition without copy protection.",
    )


def damaged(path: Path, what: str) -> FileError:
    """It begins as its kind does, but cannot be read; `what` names the kind."""
    return FileError(
        Cause.DAMAGED,
        f'The {what} "{_name(path)}" is damaged or incomplete.',
        "A download may have been cut short.",
        "Get the file again, or open it in its own program and save it under a new name.",
    )


def wrong_kind(path: Path, what: str, fix: str) -> FileError:
    """It is a file of a kind that cannot be sent; `what` names the kind."""
    return FileError(
        Cause.WRONG_KIND, f'"{_name(path)}" is {what}, which Claude cannot read.', fix=fix
    )


def too_large(path: Path, why: str, fix: str) -> FileError:
    """It is more than a request may hold, or more than can be unpacked."""
    return FileError(Cause.TOO_LARGE, f'"{_name(path)}" is too large.', why, fix)


def bomb(path: Path) -> FileError:
    """It would unpack to far more than its size: made to exhaust the computer."""
    return too_large(
        path,
        "Unpacked it would fill this computer's memory; files like that are made to do harm.",
        "Leave it out, or ask whoever sent it for another copy.",
    )


def needs_heic(path: Path) -> FileError:
    """HEIC pictures need a library that Sheaf does not bring."""
    return FileError(
        Cause.NEEDS_EXTRA,
        f'"{_name(path)}" is a HEIC picture.',
        "The library that opens HEIC is not installed with Sheaf.",
        'Save it as JPEG, or install the extra "sheaf[heic]".',
    )


def not_named(text: str, base: Path) -> FileError:
    """A cell names a file that is not there."""
    return FileError(
        Cause.MISSING,
        f'There is no file "{shown_name(text[:_MOST_SHOWN])}".',
        f'It was looked for in the folder "{shown_name(base.name)}".',
        "Check the name in the cell, or put the file there.",
    )


def not_allowed(text: str, why: str, fix: str) -> FileError:
    """A cell names a file that Sheaf does not send because of where it lies."""
    return FileError(
        Cause.NOT_ALLOWED, f'"{shown_name(text[:_MOST_SHOWN])}" is not sent.', why, fix
    )


def _name(path: Path) -> str:
    return shown_name(path.name)
