"""Where a job is at home: on the installation and at the place where it was made.

A job file from somebody else, a copy or one that was moved can be looked at and exported. Nothing
is sent or read for it before the person has said that it is to go on here: its other copy may be
at work, and its rows would be paid for twice.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from app.core.errors import Halt, SheafError, Standing
from app.core.job import Job
from app.paths import Places

_FILE = "installation"


def installation(places: Places) -> str:
    """Return the name of this installation, making it at the first call."""
    file = places.settings / _FILE
    try:
        return file.read_text(encoding="ascii").strip() or _name(file)
    except (OSError, UnicodeDecodeError):
        return _name(file)


def _name(file: Path) -> str:
    name = secrets.token_hex(8)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.write_text(name, encoding="ascii")
    except OSError as error:
        raise SheafError(
            f'Sheaf cannot write to its folder "{file.parent}": {error.strerror}.',
            fix="Make the folder writable, then start Sheaf again.",
        ) from error
    return name


def home_of(places: Places, path: Path) -> str:
    """Return what a job made here, at this path, has as its home."""
    return f"{installation(places)}:{path.resolve()}"


def is_home(places: Places, home: str, path: Path) -> bool:
    """Say whether a job's file is where it was made."""
    return home == home_of(places, path)


def check_home(places: Places, job: Job, path: Path) -> None:
    """Refuse to work on a job that was made elsewhere, copied or moved.

    Raises:
        SheafError: it is not at home; nothing was sent.
    """
    if not is_home(places, job.home, path):
        raise SheafError(
            f'The job "{job.name}" was made on another computer, or its file was copied or moved.',
            "If its other copy goes on as well, rows are paid for twice. Nothing was sent.",
            "If this is the only copy, continue it here (sheaf resume --take-over).",
            standing=Standing.NEEDS_PERSON,
            halt=Halt.ELSEWHERE,
        )
