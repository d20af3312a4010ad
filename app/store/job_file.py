"""One job, one file: opening it for work, its head, and its source rows.

Who opens a job for work holds an OS lock beside it, freed by death; everybody else may read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from app.core.cost import PriceList
from app.core.errors import Halt, SheafError, Standing
from app.core.job import (
    Account,
    ColumnFacts,
    Job,
    JobSettings,
    JobState,
    Mode,
    RowState,
    SourceFile,
)
from app.core.table import Notice, Row
from app.store.choosing import Choosing
from app.store.database import connect, fetch, transaction, unreadable
from app.store.doubts import Doubts
from app.store.forecasts import Forecasts
from app.store.job_lock import JobLock
from app.store.journal import Journal
from app.store.migrations import migrate
from app.store.named_files import NamedFiles
from app.store.on_disk import identity, is_shell, need_folder
from app.store.ready_made import ReadyMade
from app.store.records import SELECT_JOB, rows_to_cells, settings_to_json, to_job, to_json, to_time
from app.store.trials import Trials

SUFFIX = ".sheaf"

_INSERT_JOB = """insert into job (one, tag, name, state, mode, rows, created_at, settings, source,
    columns, notices, account, prices, started_at, trouble, halt, home, longest, overhead)
    values (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


class JobFile:
    """A job file opened for work; every change is on the disk when the call returns."""

    def __init__(self, path: Path, database: sqlite3.Connection, lock: JobLock) -> None:
        self.path = path
        self.journal = Journal(database)
        self.doubts = Doubts(database)
        self.choosing = Choosing(database)
        self.files = NamedFiles(database)
        self.requests = ReadyMade(database)
        self.trials = Trials(database)
        self.forecasts = Forecasts(database)
        self._database = database
        self._lock = lock
        self._identity = identity(path)

    @classmethod
    def create(cls, path: Path, job: Job) -> JobFile:
        """Make a new job file.

        Raises:
            SheafError: there is one already, or the folder cannot be written.
        """
        if path.exists() and not is_shell(path):
            raise SheafError(
                f'There is a job "{path.name}" already.',
                fix=f'Go on with it: sheaf resume "{path}", or choose another name.',
            )
        need_folder(path)
        job_file = cls._open(path, create=True)
        with _undone_on_failure(job_file):
            job_file.write_head(job)
        return job_file

    @classmethod
    def open(cls, path: Path) -> JobFile:
        """Open a job file for work, bringing an older one up to date.

        Raises:
            SheafError: it is missing, not a job, newer than this Sheaf, or open elsewhere.
        """
        if not path.is_file():
            raise SheafError(f'There is no job file "{path}".', fix="Check its name and folder.")
        job_file = cls._open(path, create=False)
        with _undone_on_failure(job_file):
            job_file.head()
        return job_file

    @classmethod
    def _open(cls, path: Path, *, create: bool) -> JobFile:
        lock = JobLock(path)
        try:
            database = connect(path, create=create)
            try:
                migrate(database, path.name)
            except sqlite3.Error as error:
                database.close()
                raise unreadable(path, error) from error
            except SheafError:
                database.close()
                raise
        except SheafError:
            lock.release()
            raise
        with suppress(OSError):  # some drives know no such rights
            path.chmod(0o600)
        return cls(path, database, lock)

    def close(self) -> None:
        """Fold the log into the file and let go of it."""
        self._fold()
        self._database.close()
        self._lock.release()

    def _fold(self) -> None:
        with suppress(sqlite3.Error):
            self._database.execute("pragma wal_checkpoint(truncate)").fetchall()

    def __enter__(self) -> JobFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def check_place(self) -> None:
        """Refuse to go on when the file is no longer where it was opened.

        What is written into a file that was deleted would be lost, and with it what was bought.

        Raises:
            SheafError: it was moved or deleted, or its drive is gone.
        """
        if identity(self.path) != self._identity:
            self._fold()  # all of it moves with the file; a file in its place gets nothing of it
            raise SheafError(
                f'The job file "{self.path.name}" was moved or deleted while Sheaf worked on it.',
                "Nothing more is sent. What was sent before goes on at Anthropic.",
                f'Put the file back into "{self.path.parent}", then continue the job.',
                standing=Standing.NEEDS_PERSON,
                halt=Halt.DISK,
            )

    def _change(self, sql: str, values: Sequence[object]) -> None:
        with transaction(self._database):
            self._database.execute(sql, values)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """All changes inside are kept together, or none of them; until then nobody sees any."""
        with transaction(self._database):
            yield

    # --- the head ---------------------------------------------------------------------------

    def head(self) -> Job:
        """Return the job's head."""
        found = fetch(self._database, SELECT_JOB)
        if not found:
            raise SheafError(f'"{self.path.name}" was never finished being made.', fix="Delete it.")
        return to_job(found[0], self.path.name)

    def write_head(self, job: Job) -> None:
        """Write the head of a new job."""
        self._change(_INSERT_JOB, _record(job))

    def set_state(self, state: JobState, trouble: str = "", halt: Halt = Halt.NONE) -> None:
        """Note what the job is doing, in one sentence why it stands still, and of what kind."""
        self._change(
            "update job set state = ?, trouble = ?, halt = ?", (state.value, trouble, halt.value)
        )

    def set_home(self, home: str) -> None:
        """Take a job over that was made elsewhere, copied or moved."""
        self._change("update job set home = ?", (home,))

    def set_name(self, name: str) -> None:
        """Give the job another name."""
        self._change("update job set name = ?", (name,))

    def save_settings(self, settings: JobSettings) -> None:
        """Keep the settings of a draft."""
        self._change("update job set settings = ?", (settings_to_json(settings),))

    def begin(
        self,
        mode: Mode,
        account: Account,
        prices: PriceList | None,
        most: tuple[int, int],
        at: datetime,
    ) -> None:
        """Note where and at which prices the job is bought, before its first batch is sent.

        `most` is how many bytes any of its requests has, and how many tokens it reads besides.
        """
        self._change(
            "update job set state = 'running', mode = ?, account = ?, prices = ?, trouble = '', "
            "halt = '', longest = ?, overhead = ?, started_at = coalesce(started_at, ?)",
            (mode.value, to_json(account), to_json(prices), *most, to_time(at)),
        )

    def note_account(self, account: Account) -> None:
        """Note where a job buys that did not know it when it began."""
        self._change("update job set account = ?", (to_json(account),))

    # --- source rows ------------------------------------------------------------------------

    def begin_loading(self, source: SourceFile) -> None:
        """Forget the rows read so far and mark the job as loading."""
        with transaction(self._database):
            self._database.execute("delete from source")
            self._database.execute("delete from status")
            self._database.execute("delete from named_file")
            self._database.execute("delete from ready_made")
            self._database.execute(
                "update job set state = 'loading', source = ?, rows = 0", (to_json(source),)
            )

    def add_rows(self, first: int, rows: Sequence[Row]) -> None:
        """Stage a block of source rows, numbered from `first` (1 is the first data row)."""
        encoded = [(number, to_json(row)) for number, row in enumerate(rows, first)]
        waiting = RowState.WAITING.value
        with transaction(self._database):
            self._database.executemany("insert into source values (?, ?)", encoded)
            self._database.executemany(
                "insert into status (row, state) values (?, ?)",
                [(number, waiting) for number, _ in encoded],
            )

    def finish_loading(
        self, columns: Sequence[ColumnFacts], notices: Sequence[Notice], rows: int
    ) -> None:
        """Note what was read; from now on the job is a draft."""
        self._change(
            "update job set state = 'draft', columns = ?, notices = ?, rows = ?",
            (to_json(tuple(columns)), to_json(tuple(notices)), rows),
        )

    def source_rows(self, after: int = 0, most: int = 2000) -> list[tuple[int, Row]]:
        """Return up to `most` source rows with numbers above `after`."""
        sql = "select row, cells from source where row > ? order by row limit ?"
        return rows_to_cells(fetch(self._database, sql, (after, most)))

    def row_cells(self, row: int) -> Row:
        """Return the cells of one source row."""
        return self.source_rows(row - 1, 1)[0][1]

    def rows_of_batch(self, number: int, after: int, most: int = 2000) -> list[tuple[int, Row]]:
        """Return up to `most` source rows of one batch with numbers above `after`."""
        sql = """select s.row, s.cells from request r join source s on s.row = r.row
                 where r.batch = ? and r.row > ? order by r.row limit ?"""
        return rows_to_cells(fetch(self._database, sql, (number, after, most)))


def _record(job: Job) -> tuple[object, ...]:
    return (
        job.tag,
        job.name,
        job.state.value,
        job.mode.value,
        job.rows,
        to_time(job.created_at),
        settings_to_json(job.settings),
        to_json(job.source),
        to_json(job.columns),
        to_json(job.notices),
        to_json(job.account),
        to_json(job.prices),
        to_time(job.started_at),
        job.trouble,
        job.halt.value,
        job.home,
        job.longest,
        job.overhead,
    )


@contextmanager
def _undone_on_failure(job_file: JobFile) -> Iterator[None]:
    try:
        yield
    except BaseException:
        job_file.close()
        raise
