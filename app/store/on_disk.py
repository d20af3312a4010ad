"""A job's file as the disk has it: which file it is, whether a job is in it, and its folder."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

from app.core.errors import SheafError
from app.store.database import connect, fetch


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one at the same place; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def is_shell(path: Path) -> bool:
    """Say whether a kill caught this file while it was being made: no job is in it yet."""
    with suppress(SheafError), closing(connect(path, read_only=True)) as database:
        tables = fetch(database, "select name from sqlite_schema where type = 'table'")
        return not tables or (("job",) in tables and not fetch(database, "select 1 from job"))
    return False


def need_folder(path: Path) -> None:
    """Make the folder of a job that is to be made.

    Raises:
        SheafError: it cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SheafError(
            f'The folder "{path.parent}" cannot be made: {error.strerror}.',
            fix="Choose a folder that you may write to.",
        ) from error
