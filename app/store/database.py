"""Opening a job file's SQLite: the pragmas that survive a kill and a power cut, and transactions.

WAL with synchronous=FULL: a commit is on the disk before it returns, so what was journalled
before a POST is there after any crash; a half-written commit is dropped by its checksum.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.core.errors import SheafError

_PATIENCE_SECONDS = 30.0


def connect(path: Path, *, create: bool = False, read_only: bool = False) -> sqlite3.Connection:
    """Open a job file, for work or for reading only.

    Raises:
        SheafError: the file is missing, damaged, or its disk does not let Sheaf in.
    """
    mode = "rwc" if create else "rw"
    try:
        database = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=_PATIENCE_SECONDS,
            isolation_level=None,
        )
        _set_up(database, read_only=read_only)
    except sqlite3.Error as error:
        raise unreadable(path, error) from error
    return database


def _set_up(database: sqlite3.Connection, *, read_only: bool) -> None:
    database.execute("pragma trusted_schema = off")
    if read_only:
        database.execute("pragma query_only = on")
        database.execute("select count(*) from sqlite_schema").fetchall()
        return
    database.execute("pragma journal_mode = wal").fetchall()
    database.execute("pragma synchronous = full")
    database.execute("pragma wal_autocheckpoint = 2000")
    if sys.platform == "darwin":
        database.execute("pragma fullfsync = on")


def unreadable(path: Path, error: sqlite3.Error) -> SheafError:
    """Say in plain words what SQLite could not do with a job file."""
    if not path.exists():
        return SheafError(f'There is no job file "{path}".', fix="Check its name and its folder.")
    if "not a database" in str(error) or "malformed" in str(error):
        return SheafError(
            f'"{path.name}" is not a Sheaf job, or it is damaged.',
            fix="Choose a file that Sheaf itself has saved.",
        )
    if "full" in str(error):
        return SheafError(
            f'The disk is full, so "{path.name}" could not be saved.',
            "What was saved before is safe.",
            "Make room and go on.",
        )
    return SheafError(
        f'The job file "{path.name}" cannot be used: {error}.',
        fix="Check that its folder can be written and is not on a sleeping network drive.",
    )


@contextmanager
def in_plain_words(database: sqlite3.Connection) -> Iterator[None]:
    """Turn what SQLite raises inside into a SheafError that names the file."""
    try:
        yield
    except sqlite3.Error as error:
        raise unreadable(_path_of(database), error) from error


def _path_of(database: sqlite3.Connection) -> Path:
    try:
        return Path(database.execute("pragma database_list").fetchone()[2])
    except sqlite3.Error:
        return Path("job.sheaf")


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """Everything inside is committed together, or nothing of it; a part of a whole with the whole.

    Raises:
        SheafError: the disk is full or gone; nothing of it was kept.
    """
    is_part = database.in_transaction
    if is_part:
        yield
        return
    with in_plain_words(database):
        database.execute("begin immediate")
        try:
            yield
            database.execute("commit")
        except BaseException:
            if database.in_transaction:
                database.execute("rollback")
            raise


def fetch(
    database: sqlite3.Connection, sql: str, values: Sequence[object] = ()
) -> list[tuple[Any, ...]]:
    """Run a query and return all of its records at once, so that no cursor stays open."""
    with in_plain_words(database):
        return database.execute(sql, values).fetchall()
