"""Sorted, filtered and searched views of a job's results: an ordering is a small SQLite file.

It holds (position, row), so that a table can jump to any place at once; OFFSET would be some
70 times slower (performance.md section 2).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.core.causes import Cause
from app.core.errors import SheafError
from app.core.job import RowState
from app.store.database import fetch, in_plain_words, transaction

_FILL = """
    insert into main.ordering (row)
    select s.row from job.source s join job.status t on t.row = s.row
    left join job.outcome o on o.row = s.row and o.batch = t.shown
    where (:states = '[]' or t.state in (select value from json_each(:states)))
      and (:causes = '[]' or (t.cause in (select value from json_each(:causes))
           and t.state not in ('waiting', 'sent', 'answered')))
      and (:needle = '' or s.cells like :needle escape '!' or o.cells like :needle escape '!'
           or t.reason like :needle escape '!')
      and (:answer_path = '' or (t.state in ('answered', 'copied', 'does_not_fit')
           and json_extract(o.cells, :answer_path) = :answer))
    order by """
_ORDERS = {
    "row": "s.row",
    "state": "t.state {way}, s.row",
    "source": "json_extract(s.cells, :sort_path) collate nocase {way}, s.row",
    "source_number": "cast(json_extract(s.cells, :sort_path) as real) {way}, s.row",
    "answer": "json_extract(o.cells, :sort_path) collate nocase {way}, s.row",
    "answer_number": "cast(json_extract(o.cells, :sort_path) as real) {way}, s.row",
}


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What to show and how to sort it; `sort` is a key of the known orders, `place` its column."""

    states: tuple[RowState, ...] = ()
    search: str = ""
    answer: tuple[int, str] | None = None
    sort: str = "row"
    place: int = 0
    down: bool = False
    causes: tuple[Cause, ...] = ()


def arrange(job: Path, file: Path, wanted: Arrangement) -> int:
    """Write an ordering of a job's rows into a new file; return how many rows it has.

    Raises:
        SheafError: the job cannot be read or the cache cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file, uri=True, isolation_level=None)) as database:
        with in_plain_words(database):
            # The job may be a stranger's: nothing that its schema holds is run.
            database.execute("pragma trusted_schema = off")
            database.execute("pragma synchronous = off")
            database.execute("attach ? as job", (f"{job.absolute().as_uri()}?mode=rw",))
            database.execute(
                "create table main.ordering (position integer primary key, row integer)"
            )
        with transaction(database):
            database.execute(_FILL + _order(wanted), _values(wanted))
        return int(fetch(database, "select count(*) from main.ordering")[0][0])


def _order(wanted: Arrangement) -> str:
    return _ORDERS[wanted.sort].format(way="desc" if wanted.down else "asc")


def _values(wanted: Arrangement) -> dict[str, object]:
    place, answer = wanted.answer or (None, "")
    return {
        "states": json.dumps([state.value for state in wanted.states]),
        "causes": json.dumps([cause.value for cause in wanted.causes]),
        "needle": _needle(wanted.search),
        "answer_path": "" if place is None else f"$[{place}]",
        "answer": answer,
        "sort_path": f"$[{wanted.place}]",
    }


def _needle(search: str) -> str:
    """Write the searched text as it stands inside JSON, with LIKE's own signs escaped."""
    if not search:
        return ""
    inside = json.dumps(search, ensure_ascii=False)[1:-1]
    for sign in "!%_":
        inside = inside.replace(sign, "!" + sign)
    return f"%{inside}%"


def rows_at(file: Path, first: int, count: int) -> Sequence[int]:
    """Return the rows at `count` positions from `first` (0 is the first) of an ordering.

    Raises:
        SheafError: the ordering is gone, because the cache was cleared.
    """
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
            sql = "select row from ordering where position > ? and position <= ? order by position"
            return [row for (row,) in database.execute(sql, (first, first + count))]
    except sqlite3.Error as error:
        raise SheafError("The sorted view is gone.", fix="Sort or search again.") from error
