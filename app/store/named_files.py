"""The files that a job's cells lead to: what was known of each when it was read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from app.core.parts import FileFacts
from app.store.database import fetch, transaction
from app.store.records import from_json, to_json

_PAGE = 500


class NamedFiles:
    """The files of one open job file, by the cell that leads to them."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def add(self, found: Iterable[tuple[str, Sequence[FileFacts]]]) -> None:
        """Keep what each of these cells leads to, in place of what it led to before."""
        records = [(cell, to_json(tuple(facts))) for cell, facts in found]
        with transaction(self._database):
            sql = "insert or replace into named_file values (?, ?)"
            self._database.executemany(sql, records)

    def forget(self) -> None:
        """Forget all files: the cells are read anew."""
        with transaction(self._database):
            self._database.execute("delete from named_file")

    def of(self, cell: str) -> tuple[FileFacts, ...] | None:
        """Return the files that a cell leads to; None where nobody has looked yet."""
        found = fetch(self._database, "select facts from named_file where cell = ?", (cell,))
        return from_json(found[0][0], tuple[FileFacts, ...]) if found else None

    def paths(self) -> Iterator[str]:
        """Yield the path of every file that any cell leads to."""
        last = ""
        sql = "select cell, facts from named_file where cell > ? order by cell limit ?"
        while found := fetch(self._database, sql, (last, _PAGE)):
            for cell, facts in found:
                yield from (known.path for known in from_json(facts, tuple[FileFacts, ...]))
                last = cell

    def of_all(self, cells: Sequence[str]) -> dict[str, tuple[FileFacts, ...]]:
        """Return the files of several cells at once; cells that nobody looked at are left out."""
        sql = """select cell, facts from named_file
                 where cell in (select value from json_each(?))"""
        found = fetch(self._database, sql, (to_json(tuple(cells)),))
        return {cell: from_json(facts, tuple[FileFacts, ...]) for cell, facts in found}
