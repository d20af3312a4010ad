"""The shape of a job file, as numbered changes; each is made in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from app.core.errors import SheafError

APPLICATION_ID = 0x53484546
"""Marks a SQLite file as Sheaf's: "SHEF"."""
TOKENS_USED = """coalesce(sum(case when json_valid(usage) then
    coalesce(json_extract(usage, '$.input'), 0) + coalesce(json_extract(usage, '$.output'), 0)
    + coalesce(json_extract(usage, '$.cache_write_5m'), 0)
    + coalesce(json_extract(usage, '$.cache_write_1h'), 0)
    + coalesce(json_extract(usage, '$.cache_read'), 0) end), 0)"""
"""The tokens of outcomes together, read and written, cached or not."""


def _first(database: sqlite3.Connection) -> None:
    """Job head, source rows, row states, batches, who is in which batch, outcomes."""
    database.execute(
        """create table job (
            one integer primary key check (one = 1), tag text not null, name text not null,
            state text not null, mode text not null, rows integer not null default 0,
            created_at text not null, started_at text, settings text not null,
            source text not null, columns text not null default '[]',
            notices text not null default '[]', account text not null default '{}',
            prices text not null default 'null', trouble text not null default '')"""
    )
    database.execute("create table source (row integer primary key, cells text not null)")
    database.execute(
        """create table status (
            row integer primary key, state text not null, reason text not null default '',
            shown integer)"""
    )
    database.execute(
        """create table batch (
            number integer primary key, state text not null, rows integer not null,
            bytes integer not null, remote_id text unique, sending_at text, sent_at text,
            expires_at text, ended_at text, answered integer not null default 0,
            failed integer not null default 0, cost_usd text not null default '0',
            reason text not null default '', is_retry integer not null default 0)"""
    )
    database.execute(
        """create table request (
            batch integer not null, row integer not null, primary key (batch, row))
            without rowid"""
    )
    database.execute(
        """create table outcome (
            row integer not null, batch integer not null, state text not null, reply text not null,
            cells text not null, reason text not null, stop_reason text not null,
            request_id text not null, usage text not null, raw text not null,
            primary key (row, batch)) without rowid"""
    )


def _second(database: sqlite3.Connection) -> None:
    """Causes of what went wrong; batches that were found again; settings of one batch alone."""
    database.execute("alter table status add column cause text not null default ''")
    database.execute("alter table outcome add column cause text not null default ''")
    database.execute("alter table batch add column proven integer not null default 1")
    database.execute("alter table batch add column changes text not null default '{}'")
    database.execute("alter table batch add column clock_offset real")
    database.execute("alter table batch add column doubt_since text")
    database.execute("alter table batch add column deleted_at text")
    database.execute("alter table batch add column reopened integer not null default 0")
    database.execute("alter table job add column longest integer not null default 0")
    database.execute("alter table job add column halt text not null default ''")
    database.execute("alter table job add column home text not null default ''")
    database.execute("create index request_row on request (row)")
    database.execute(
        """create table resent (
            batch integer not null, rows integer not null, sent_at text not null,
            clock_offset real, watch_until text not null)"""
    )
    database.execute(
        """create table stranger (
            remote_id text primary key, seen_at text not null, why text not null)"""
    )
    database.execute(
        """create table candidate (
            batch integer not null, remote_id text not null, created_at text not null,
            ended integer not null, seen_at text not null, primary key (batch, remote_id))"""
    )
    database.execute("create table twin (row integer primary key, original integer not null)")
    database.execute("create index twin_original on twin (original)")
    database.execute("create table named_file (cell text primary key, facts text not null)")
    database.execute(
        """create table ready_made (
            row integer primary key, params blob not null, problem text not null)"""
    )
    database.execute(
        """create table history (
            number integer primary key, at text not null, batch integer, what text not null)"""
    )


def _tokens_of_batches(database: sqlite3.Connection) -> None:
    """What each batch read and wrote, for limits in tokens; ended ones are added up."""
    database.execute("alter table batch add column tokens integer not null default 0")
    sums = f"select batch, {TOKENS_USED} from outcome group by batch"  # noqa: S608 a constant
    used = [(tokens, batch) for batch, tokens in database.execute(sums).fetchall()]
    database.executemany("update batch set tokens = ? where number = ?", used)


def _forecast(database: sqlite3.Connection) -> None:
    """What was forecast of the job when it was started."""
    database.execute(
        "create table forecast (one integer primary key check (one = 1), what text not null)"
    )


def _trials(database: sqlite3.Connection) -> None:
    """The rows that were tried before the job was submitted, each with what came of it."""
    database.execute(
        """create table trial (
            number integer primary key, round integer not null, job text not null,
            facts text not null, batch integer, state text not null default 'sending',
            reply text not null default '', cells text not null default '[]',
            reason text not null default '', stop_reason text not null default '',
            request_id text not null default '', usage text not null default 'null',
            raw text not null default '', cause text not null default '', ended_at text)"""
    )


def _overhead_of_requests(database: sqlite3.Connection) -> None:
    """What the service adds to each request may be more than usual, where it was counted."""
    database.execute("alter table job add column overhead integer not null default 0")


def _several_rows_per_request(database: sqlite3.Connection) -> None:
    """Rows that are asked in one request: its first row, and how many share those of a batch."""
    database.execute("alter table request add column lead integer")
    database.execute("alter table batch add column shared integer not null default 0")


def _remembered(database: sqlite3.Connection) -> None:
    """Jobs that were begun without asking Claude to remember anything go on without."""
    database.execute(
        "update job set settings = json_set(settings, '$.remember', json('false'))"
        " where started_at is not null"
    )


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _first,
    _second,
    _tokens_of_batches,
    _forecast,
    _trials,
    _overhead_of_requests,
    _several_rows_per_request,
    _remembered,
)
VERSION = len(MIGRATIONS)
_RUN = frozenset({"trigger", "view"})
"""What a schema may hold that is run when tables are read or written."""


def migrate(database: sqlite3.Connection, name: str) -> None:
    """Bring an open job file to this version; `name` is the file's name for the errors.

    Raises:
        SheafError: the file is not a job file, or a newer Sheaf wrote it.
    """
    version = _version(database, name)
    for number in range(version, VERSION):
        database.execute("begin immediate")
        try:
            MIGRATIONS[number](database)
            database.execute(f"pragma application_id = {APPLICATION_ID}")
            database.execute(f"pragma user_version = {number + 1}")
            database.execute("commit")
        except BaseException:
            database.execute("rollback")
            raise


def check(database: sqlite3.Connection, name: str) -> None:
    """Refuse, without changing anything, what is not a job file of this version.

    Raises:
        SheafError: the file is not a job file, is older, or a newer Sheaf wrote it.
    """
    if is_older(database, name):
        raise SheafError(
            f'The job file "{name}" was made by an older Sheaf.',
            fix="Open it for work once; Sheaf then brings it up to date.",
        )


def is_older(database: sqlite3.Connection, name: str) -> bool:
    """Say whether a job file lacks changes of this version.

    Raises:
        SheafError: the file is not a job file, or a newer Sheaf wrote it.
    """
    return _version(database, name) < VERSION


def is_job(database: sqlite3.Connection) -> bool:
    """Say whether this is a job file of any Sheaf, with nothing in it that would be run."""
    mark = int(database.execute("pragma application_id").fetchone()[0])
    return mark == APPLICATION_ID and not _kinds(database).keys() & _RUN


def _kinds(database: sqlite3.Connection) -> dict[str, int]:
    found = database.execute("select type, count(*) from sqlite_schema group by type").fetchall()
    return dict(found)


def _version(database: sqlite3.Connection, name: str) -> int:
    version = int(database.execute("pragma user_version").fetchone()[0])
    mark = int(database.execute("pragma application_id").fetchone()[0])
    is_new = version == 0 and mark == 0 and not _kinds(database)
    if not is_new and not is_job(database):
        raise SheafError(
            f'"{name}" is not a Sheaf job.', fix="Choose a file that Sheaf itself has saved."
        )
    if version > VERSION:
        raise SheafError(
            f'The job file "{name}" was made by a newer Sheaf.',
            "This one would not understand all of it and leaves it untouched.",
            "Install the newest Sheaf and open it there.",
        )
    return version
