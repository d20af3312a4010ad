"""What the practice service remembers, in SQLite: batches, their requests, and what was bought.

WAL with synchronous=NORMAL: a killed process loses nothing that was committed. Only a power cut
could take the last moments, and with them practice answers that cost nothing.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE_NAME = "practice.sqlite"
_LOG_BYTES = 1 << 25
_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS batches (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, requests INTEGER NOT NULL,
    created_at REAL NOT NULL, seconds REAL NOT NULL, cancelled_at REAL, ended_at REAL,
    deleted_at REAL, first_item INTEGER NOT NULL, answered INTEGER NOT NULL DEFAULT 0,
    succeeded INTEGER NOT NULL DEFAULT 0, errored INTEGER NOT NULL DEFAULT 0,
    canceled INTEGER NOT NULL DEFAULT 0, expired INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS items (
    number INTEGER PRIMARY KEY, batch INTEGER NOT NULL REFERENCES batches, custom_id TEXT NOT NULL,
    outcome TEXT, input_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0, params BLOB, line BLOB,
    cache_write_5m INTEGER NOT NULL DEFAULT 0, cache_write_1h INTEGER NOT NULL DEFAULT 0,
    cache_read INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS creates (
    number INTEGER PRIMARY KEY, seen_at REAL NOT NULL, retry_count INTEGER,
    batch INTEGER REFERENCES batches);
CREATE TABLE IF NOT EXISTS messages (
    number INTEGER PRIMARY KEY, sold_at REAL NOT NULL, retry_count INTEGER, asked TEXT NOT NULL);
"""
_SINCE = ("cache_write_5m", "cache_write_1h", "cache_read")
"""Columns of items that a home of an older Sheaf lacks."""
_BATCH_COLUMNS = (
    "number, id, requests, created_at, seconds, cancelled_at, ended_at, deleted_at,"
    " first_item, answered, succeeded, errored, canceled, expired"
)


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """One batch: its four counts stay zero until `ended_at` is set.

    Its items have consecutive numbers from `first_item` on and are answered in that order.
    """

    number: int
    id: str
    requests: int
    created_at: float
    seconds: float
    cancelled_at: float | None
    ended_at: float | None
    deleted_at: float | None
    first_item: int
    answered: int
    succeeded: int
    errored: int
    canceled: int
    expired: int


@dataclass(frozen=True, slots=True)
class Answered:
    """One request with its result line; errored, cancelled and expired ones have no tokens.

    `input_tokens` are those that were neither found in memory nor put there.
    """

    number: int
    outcome: str
    line: bytes
    input_tokens: int = 0
    output_tokens: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0


@dataclass(frozen=True, slots=True)
class Create:
    """One create call that the service saw, and the batch that came of it, if one did."""

    seen_at: float
    retry_count: int | None
    batch: str | None


class Ledger:
    """The database of one home; every method may be called from any thread."""

    def __init__(self, home: Path) -> None:
        self._lock = threading.RLock()
        self._database = sqlite3.connect(
            home / FILE_NAME, check_same_thread=False, isolation_level=None
        )
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
        self._database.executescript(_TABLES)
        self._bring_up_to_date()

    def _bring_up_to_date(self) -> None:
        there = {name for _, name, *_ in self._database.execute("PRAGMA table_info(items)")}
        for name in _SINCE:
            if name not in there:
                self._database.execute(
                    f"ALTER TABLE items ADD COLUMN {name} INTEGER NOT NULL DEFAULT 0"
                )

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._database.close()

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def _all(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._lock:
            return self._database.execute(sql, values).fetchall()

    def fact(self, name: str, first: str = "") -> str:
        """Return a remembered fact; `first` is what it becomes when there is none yet."""
        with self._change() as database:
            if first:
                database.execute("INSERT OR IGNORE INTO facts VALUES (?, ?)", (name, first))
            found = database.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return found[0] if found else ""

    def set_fact(self, name: str, value: str) -> None:
        """Remember a fact, whatever it was before."""
        with self._change() as database:
            database.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def note_create(self, seen_at: float, retry_count: int | None) -> int:
        """Write down that a create call arrived, and return its number."""
        with self._change() as database:
            done = database.execute(
                "INSERT INTO creates (seen_at, retry_count) VALUES (?, ?)", (seen_at, retry_count)
            )
        return int(done.lastrowid or 0)

    def note_message(self, sold_at: float, retry_count: int | None, asked: str) -> None:
        """Write down that a message was answered at once; `asked` is its request's fingerprint."""
        with self._change() as database:
            database.execute(
                "INSERT INTO messages (sold_at, retry_count, asked) VALUES (?, ?, ?)",
                (sold_at, retry_count, asked),
            )

    def add_batch(
        self,
        batch_id: str,
        items: Iterable[tuple[str, Any]],
        timing: tuple[float, float],
        call: int,
    ) -> None:
        """Store a batch with its (custom_id, params) in one transaction.

        Args:
            batch_id: its id on the wire.
            items: its requests, in the order in which they are answered and listed.
            timing: when it is created, and how many seconds it takes.
            call: the number that `note_create` gave.
        """
        with self._change() as database:
            (first,) = database.execute("SELECT ifnull(max(number), 0) + 1 FROM items").fetchone()
            number = database.execute(
                "INSERT INTO batches (id, requests, created_at, seconds, first_item)"
                " VALUES (?, 0, ?, ?, ?)",
                (batch_id, *timing, first),
            ).lastrowid
            stored = database.executemany(
                "INSERT INTO items (batch, custom_id, params) VALUES (?, ?, ?)",
                ((number, custom_id, params) for custom_id, params in items),
            )
            database.execute(
                "UPDATE batches SET requests = ? WHERE number = ?", (stored.rowcount, number)
            )
            database.execute("UPDATE creates SET batch = ? WHERE number = ?", (number, call))

    def batch(self, batch_id: str) -> StoredBatch | None:
        """Return the batch with this id, deleted or not."""
        found = self._all(f"SELECT {_BATCH_COLUMNS} FROM batches WHERE id = ?", (batch_id,))  # noqa: S608
        return StoredBatch(*found[0]) if found else None

    def page(self, limit: int, *, older_than: int | None, newer_than: int) -> list[StoredBatch]:
        """Return up to `limit` batches that are not deleted.

        They are the newest ones, newest first; with `newer_than` the ones just after that number,
        oldest first.
        """
        order = "ASC" if newer_than else "DESC"
        found = self._all(
            f"SELECT {_BATCH_COLUMNS} FROM batches WHERE deleted_at IS NULL"  # noqa: S608 - fixed words
            f" AND number > ? AND number < ? ORDER BY number {order} LIMIT ?",
            (newer_than, older_than if older_than is not None else 1 << 62, limit),
        )
        return [StoredBatch(*row) for row in found]

    def unanswered(self, batch: StoredBatch, limit: int) -> list[tuple[int, str, bytes]]:
        """Return the next requests without a line: number, custom_id, params."""
        first = batch.first_item + batch.answered
        return self._all(
            "SELECT number, custom_id, params FROM items WHERE number >= ? AND number < ?"
            " ORDER BY number",
            (first, min(first + limit, batch.first_item + batch.requests)),
        )

    def store_answers(self, batch: StoredBatch, answers: Sequence[Answered]) -> None:
        """Keep the next result lines; the requests' own contents are no longer needed."""
        rows = [
            (
                a.outcome, a.line, a.input_tokens, a.output_tokens,
                a.cache_write_5m, a.cache_write_1h, a.cache_read, a.number,
            )
            for a in answers
        ]  # fmt: skip
        with self._change() as database:
            database.executemany(
                "UPDATE items SET params = NULL, outcome = ?, line = ?, input_tokens = ?,"
                " output_tokens = ?, cache_write_5m = ?, cache_write_1h = ?, cache_read = ?"
                " WHERE number = ?",
                rows,
            )
            database.execute(
                "UPDATE batches SET answered = max(answered, ?) WHERE number = ?",
                (batch.answered + len(rows), batch.number),
            )

    def end(self, batch: StoredBatch, ended_at: float) -> None:
        """Freeze a batch: from now on its counts are those of its lines."""
        with self._change() as database:
            database.execute(
                "UPDATE batches SET ended_at = ?, (succeeded, errored, canceled, expired) ="
                " (SELECT sum(outcome = 'succeeded'), sum(outcome = 'errored'),"
                " sum(outcome = 'canceled'), sum(outcome = 'expired')"
                " FROM items WHERE number >= ? AND number < ?)"
                " WHERE number = ? AND ended_at IS NULL",
                (ended_at, *_span(batch), batch.number),
            )

    def cancel(self, batch: StoredBatch, now: float) -> None:
        """Write down that a cancel was asked for; the first time counts."""
        with self._change() as database:
            database.execute(
                "UPDATE batches SET cancelled_at = ? WHERE number = ? AND cancelled_at IS NULL",
                (now, batch.number),
            )

    def delete(self, batch: StoredBatch, now: float) -> None:
        """Forget a batch's lines; what was bought stays in the books."""
        with self._change() as database:
            database.execute(
                "UPDATE batches SET deleted_at = ? WHERE number = ?", (now, batch.number)
            )
            database.execute(
                "UPDATE items SET line = NULL WHERE number >= ? AND number < ?", _span(batch)
            )

    def forget_lines(self, created_before: float) -> None:
        """Drop the lines of batches whose results nobody can fetch any more."""
        with self._change() as database:
            database.execute(
                "UPDATE items SET line = NULL WHERE line IS NOT NULL AND batch IN"
                " (SELECT number FROM batches WHERE created_at < ? AND ended_at IS NOT NULL)",
                (created_before,),
            )

    def lines(self, batch: StoredBatch, start: int, limit: int) -> list[bytes]:
        """Return the result lines of a batch from the `start`th on."""
        first, end = _span(batch)
        found = self._all(
            "SELECT line FROM items WHERE number >= ? AND number < ? ORDER BY number",
            (first + start, min(first + start + limit, end)),
        )
        return [line for (line,) in found]


def _span(batch: StoredBatch) -> tuple[int, int]:
    return batch.first_item, batch.first_item + batch.requests
