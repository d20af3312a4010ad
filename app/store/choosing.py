"""Finding source rows by what stands in one of their columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from app.core.errors import SheafError
from app.core.row_choice import Holds, Where, fold
from app.store.database import fetch

_CELL = "folded(json_extract(cells, ?))"
_TESTS = {
    Holds.EMPTY: f"{_CELL} = ?",
    Holds.FILLED: f"{_CELL} <> ?",
    Holds.EQUALS: f"{_CELL} = ?",
    Holds.DIFFERS: f"{_CELL} <> ?",
    Holds.CONTAINS: f"instr({_CELL}, ?) > 0",
}


class Choosing:
    """The source rows of an open job file, as a condition finds them."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def matching(self, columns: Sequence[str], where: Where) -> list[int]:
        """Return the numbers of the rows where a condition holds, in order.

        Raises:
            SheafError: the table, which has these columns, has not that one.
        """
        if where.column not in columns:
            raise SheafError(
                f'The table has no column "{where.column}".',
                f"Its columns are: {', '.join(columns[:12])}.",
                "Choose the rows by another column.",
            )
        self._database.create_function("folded", 1, fold, deterministic=True)
        value = "" if where.test in {Holds.EMPTY, Holds.FILLED} else fold(where.value)
        place = f"$[{columns.index(where.column)}]"
        sql = f"select row from source where {_TESTS[where.test]} order by row"  # noqa: S608
        return [row for (row,) in fetch(self._database, sql, (place, value))]
