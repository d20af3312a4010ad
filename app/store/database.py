"""Opening a job file's SQLite: the pragmas that survive a kill and a power cut, and transactions.

A kill takes nothing that was committed: it is with the system by then, and what was not committed
is not in the log, or is passed over there.

Against a power cut the log (WAL) is forced to the disk before a commit returns, and its name in the
folder when it is made; so what was journalled before a POST is there after any crash. Pages of a
commit that has not returned may have come in any order, or half: each has a checksum that goes on
from the one before, and the first that is wrong ends the log. Folding the log into the file forces
the log first and the file before the log is used again; cut off, it is begun anew.

Where there can be no log, SQLite keeps a rollback journal: a commit is then that this file is gone,
and EXTRA, other than FULL, forces that to the disk too. macOS leaves writes in the drive's own
memory unless fullfsync says otherwise.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.core.errors import Halt, SheafError, Standing

_PATIENCE_SECONDS = 30.0


def connect(path: Path, *, create: bool = False, read_only: bool = False) -> sqlite3.Connection:
    """Open a job file, for work or for reading only.

    Raises:
        SheafError: the file is missing, damaged, or its disk does not let Sheaf in.
    """
    try:
        return _connect(path, "mode=rwc" if create else "mode=rw", read_only=read_only)
    except sqlite3.Error as error:
        if read_only and _code(error).startswith(_PROTECTED) and path.is_file():
            return _connect_protected(path)
        raise unreadable(path, error) from error


def _connect_protected(path: Path) -> sqlite3.Connection:
    """Read a job in a folder that cannot be written, where SQLite cannot have its other files.

    Raises:
        SheafError: it is not complete without its log.
    """
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise _disk_error(
            f'The job file "{path.name}" cannot be read in this folder, which is protected.',
            f'Its newest changes are in "{log.name}" beside it.',
            "Copy both files to a folder that you may write to, and open the copy.",
        )
    try:
        return _connect(path, "mode=ro&immutable=1", read_only=True)
    except sqlite3.Error as error:
        raise unreadable(path, error) from error


def _connect(path: Path, how: str, *, read_only: bool) -> sqlite3.Connection:
    database = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}",
        uri=True,
        timeout=_PATIENCE_SECONDS,
        isolation_level=None,
    )
    try:
        _set_up(database, read_only=read_only)
    except BaseException:
        database.close()
        raise
    return database


def _set_up(database: sqlite3.Connection, *, read_only: bool) -> None:
    database.execute("pragma trusted_schema = off")
    if read_only:
        database.execute("pragma query_only = on")
        database.execute("select count(*) from sqlite_schema").fetchall()
        return
    # A network drive cannot have the log; the journal that is kept there instead is as safe.
    database.execute("pragma journal_mode = wal").fetchall()
    database.execute("pragma synchronous = extra")
    database.execute("pragma wal_autocheckpoint = 2000")
    if sys.platform == "darwin":
        database.execute("pragma fullfsync = on")
    # A protected file opens without a word; it is found out before anything depends on it.
    database.execute("begin immediate")
    try:
        (version,) = database.execute("pragma user_version").fetchone()
        database.execute(f"pragma user_version = {version:d}")
    finally:
        database.execute("rollback")


_PROTECTED = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")
_NO_LOCKS = ("SQLITE_IOERR_LOCK", "SQLITE_IOERR_SHM", "SQLITE_IOERR_RDLOCK", "SQLITE_PROTOCOL")
_SAFE = "What was saved before is safe."


def _code(error: sqlite3.Error) -> str:
    """Return SQLite's name for what went wrong; errors of the module itself have none."""
    return getattr(error, "sqlite_errorname", "")


def unreadable(path: Path, error: sqlite3.Error) -> SheafError:
    """Say in plain words what SQLite could not do with a job file."""
    code = _code(error)
    if not path.is_file():
        return SheafError(f'There is no job file "{path}".', fix="Check its name and its folder.")
    if code.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return SheafError(
            f'"{path.name}" is not a Sheaf job, or it is damaged.',
            fix="Choose a file that Sheaf itself has saved.",
        )
    if code.startswith(_PROTECTED):
        return _disk_error(
            f'The job file "{path.name}" cannot be written: it or its folder is protected.',
            "Sheaf notes there what is sent before it is sent.",
            "Allow writing to both, or move the job to a folder that you may write to.",
        )
    if code.startswith(_NO_LOCKS):
        return _disk_error(
            f'The drive of "{path.name}" does not let Sheaf work on a job there.',
            "It does not keep others out while something is written.",
            "Move the job to a disk of this computer, then go on.",
        )
    if code.startswith("SQLITE_FULL"):
        return _disk_error(
            f'The disk is full, so "{path.name}" could not be saved.', _SAFE, "Make room and go on."
        )
    return _disk_error(
        f'The job file "{path.name}" cannot be used: {error}.',
        _SAFE,
        "Check that its disk has room and is connected, then go on.",
    )


def _disk_error(what: str, why: str, fix: str) -> SheafError:
    return SheafError(what, why, fix, standing=Standing.NEEDS_PERSON, halt=Halt.DISK)


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
