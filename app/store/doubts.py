"""What a job remembers of batches in doubt: strangers that fitted, candidates, its history."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from app.core.doubt import Candidate, HistoryLine, Resent
from app.core.job import Batch
from app.store.database import fetch, transaction
from app.store.records import from_time, to_time
from app.store.soundness import sound

TWIN_WATCH = timedelta(hours=1)
"""How long after a resend a late twin of the first send is looked for."""


class Doubts:
    """The doubts of one open job file."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def strangers(self) -> set[str]:
        """Return the ids of batches that turned out to be somebody else's."""
        found = fetch(self._database, "select remote_id from stranger")
        return {remote for (remote,) in found}

    def add_stranger(self, remote_id: str, at: datetime, why: str) -> None:
        """Remember that a batch is not ours, so that it is never taken for one again."""
        with transaction(self._database):
            self._database.execute(
                "insert or replace into stranger values (?, ?, ?)", (remote_id, to_time(at), why)
            )
            self._database.execute("delete from candidate where remote_id = ?", (remote_id,))

    def candidates(self, number: int | None = None) -> list[Candidate]:
        """Return the batches that may be ours: those of one batch in doubt, or all."""
        found = fetch(
            self._database,
            "select batch, remote_id, created_at, ended, seen_at from candidate "
            "where ? is null or batch = ? order by batch, created_at",
            (number, number),
        )
        with sound():
            return [
                Candidate(int(batch), str(remote), _moment(created), bool(ended), _moment(seen))
                for batch, remote, created, ended, seen in found
            ]

    def set_candidates(self, number: int, found: Iterable[Candidate]) -> None:
        """Note which listed batches fit a batch in doubt; earlier ones are forgotten."""
        with transaction(self._database):
            self._database.execute("delete from candidate where batch = ?", (number,))
            self._database.executemany(
                "insert into candidate values (?, ?, ?, ?, ?)",
                [
                    (number, c.remote_id, to_time(c.created_at), c.ended, to_time(c.seen_at))
                    for c in found
                ],
            )

    def watch_for_twin(self, batch: Batch, now: datetime) -> None:
        """Remember that a batch is sent again, so that a late twin of it is noticed."""
        with transaction(self._database):
            self._database.execute(
                "insert into resent values (?, ?, ?, ?, ?)",
                (
                    batch.number,
                    batch.requests,
                    to_time(batch.sending_at or now),
                    batch.clock_offset,
                    to_time(now + TWIN_WATCH),
                ),
            )

    def was_resent(self, number: int) -> bool:
        """Say whether an earlier send of a batch may have left a twin, however long ago."""
        return bool(fetch(self._database, "select 1 from resent where batch = ?", (number,)))

    def resent(self, now: datetime) -> list[Resent]:
        """Return the sends that a late twin may still turn up of."""
        found = fetch(
            self._database,
            "select batch, rows, sent_at, watch_until, clock_offset from resent "
            "where watch_until > ?",
            (to_time(now),),
        )
        return [
            Resent(batch, requests, _moment(sent), _moment(until) - TWIN_WATCH, offset)
            for batch, requests, sent, until, offset in found
        ]

    def note(self, number: int | None, at: datetime, what: str) -> None:
        """Write a sentence into the job's history."""
        with transaction(self._database):
            self._database.execute(
                "insert into history (at, batch, what) values (?, ?, ?)",
                (to_time(at), number, what),
            )

    def history(self) -> list[HistoryLine]:
        """Return the job's history, oldest first."""
        found = fetch(self._database, "select at, batch, what from history order by number")
        with sound():
            return [HistoryLine(_moment(at), batch, str(what)) for at, batch, what in found]


def _moment(text: str) -> datetime:
    moment = from_time(text)
    if moment is None:
        raise ValueError("a moment is missing")
    return moment
