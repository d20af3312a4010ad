"""The params of ready-made requests, kept beside the rows that they belong to, byte for byte.

They may be megabytes each, as with pictures in them: pages end early, so that none is large.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.core.causes import Cause
from app.core.ready_made import COLUMNS
from app.core.table import Row
from app.store.database import fetch, in_plain_words, transaction
from app.store.records import rows_to_cells

_MOST_ROWS = 500
_MOST_BYTES = 8_000_000

_SELECT = """select r.row, s.cells, r.params, r.problem from ready_made r
    join source s on s.row = r.row"""


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """One row's request: its params, or why its line is none."""

    row: int
    cells: Row
    params: bytes
    problem: str = ""


class ReadyMade:
    """The ready-made requests of one open job file."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def add(self, first: int, requests: Sequence[tuple[bytes, str]]) -> None:
        """Keep (params, problem) of rows, numbered from `first`."""
        records = [(row, params, problem) for row, (params, problem) in enumerate(requests, first)]
        with transaction(self._database):
            self._database.executemany("insert into ready_made values (?, ?, ?)", records)

    def copy_from(self, other: ReadyMade) -> None:
        """Keep all requests of another job."""
        for page in other.pages():
            self.add(page[0].row, [(found.params, found.problem) for found in page])

    def pages(self, after: int = 0) -> Iterator[list[StoredRequest]]:
        """Yield all requests from after a row on, in order, a page at a time."""
        while page := self._page(f"{_SELECT} where r.row > ? order by r.row", (after,)):
            yield page
            after = page[-1].row

    def pages_of_batch(self, number: int) -> Iterator[list[StoredRequest]]:
        """Yield the requests of one batch in order, a page at a time."""
        sql = f"""{_SELECT} join request b on b.row = r.row
                  where b.batch = ? and r.row > ? order by r.row"""
        after = 0
        while page := self._page(sql, (number, after)):
            yield page
            after = page[-1].row

    def pages_because(self, cause: Cause) -> Iterator[list[StoredRequest]]:
        """Yield the requests that have no fitting answer for a cause, a page at a time."""
        sql = f"""{_SELECT} join status t on t.row = r.row
                  where t.cause = ? and t.state not in ('waiting', 'sent', 'answered')
                  and r.row > ? order by r.row"""
        after = 0
        while page := self._page(sql, (cause.value, after)):
            yield page
            after = page[-1].row

    def models(self) -> list[str]:
        """Return the models that the requests name, as they are written."""
        sql = """select distinct json_extract(s.cells, ?) from source s
                 join ready_made r on r.row = s.row"""
        where = f"$[{COLUMNS.index('model')}]"
        return [name for (name,) in fetch(self._database, sql, (where,)) if name]

    def one(self, row: int) -> StoredRequest | None:
        """Return the request of one row."""
        found = self._page(f"{_SELECT} where r.row = ?", (row,))
        return found[0] if found else None

    def _page(self, sql: str, values: Sequence[object]) -> list[StoredRequest]:
        """Fetch rows until the page is full or large enough; the cursor is closed at once."""
        found: list[StoredRequest] = []
        size = 0
        with in_plain_words(self._database):
            cursor = self._database.execute(sql, values)
            for row, cells, params, problem in cursor:
                [(_, read)] = rows_to_cells([(row, cells)])
                found.append(StoredRequest(row, read, bytes(params), problem))
                size += len(params)
                if len(found) == _MOST_ROWS or size > _MOST_BYTES:
                    break
            cursor.close()
        return found
