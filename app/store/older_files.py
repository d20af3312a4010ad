"""Job files of an older Sheaf: brought up to date to be looked at, or asked for their batches."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from app.core.errors import SheafError
from app.store.database import connect, fetch, in_plain_words
from app.store.job_file import JobFile
from app.store.migrations import is_job, is_older


def up_to_date(database: sqlite3.Connection, path: Path) -> None:
    """Bring an older job file, that is being looked at, up to date where nobody works on it.

    Where that is not possible, because it is locked or protected, it stays as it is. When it was
    last changed stays too: jobs are listed by that.
    """
    if not is_older(database, path.name) or not is_job(database):
        return
    with suppress(SheafError, OSError):
        before = path.stat()
        JobFile.open(path).close()
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def remote_ids_in(path: Path) -> list[str]:
    """Return the ids of all batches that are certainly a job's, whichever Sheaf made its file.

    One that it only took for its own may be another job's. Nothing but the ids is read, so that a
    job that cannot be looked at, or is damaged elsewhere, still says which batches are its own.
    """
    with suppress(SheafError), closing(connect(path, read_only=True)) as database:
        with in_plain_words(database):
            if not is_job(database):
                return []
        # Before there was a word for it, every batch was certain.
        columns = fetch(database, "select name from pragma_table_info('batch')")
        certain = " and proven" if ("proven",) in columns else ""
        sql = f"select remote_id from batch where remote_id is not null{certain}"  # noqa: S608 constants
        return [remote for (remote,) in fetch(database, sql) if isinstance(remote, str)]
    return []
