"""What was odd about the rows as they passed: counts, and the first row numbers of each."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.table import Notice

_SHOWN = 5


class Tally:
    """Counts oddities by code and remembers in which rows the first ones stood."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._rows: dict[str, list[int]] = {}

    def add(self, code: str, row: int, count: int = 1) -> None:
        """Count an oddity of this row."""
        self._counts[code] = self._counts.get(code, 0) + count
        rows = self._rows.setdefault(code, [])
        if len(rows) < _SHOWN and row not in rows:
            rows.append(row)

    def count(self, code: str) -> int:
        """Return how often this oddity was met."""
        return self._counts.get(code, 0)

    def notice(self, code: str, one: str, many: str) -> tuple[Notice, ...]:
        """Word the oddity, if there was any; `{n}` is its count, `{where}` names the rows."""
        count = self.count(code)
        if not count:
            return ()
        words = one if count == 1 else many
        where = where_rows(self._rows[code], more=count > len(self._rows[code]))
        return (Notice(code, words.format(n=f"{count:,}", where=where), count),)


def where_rows(rows: Sequence[int], *, more: bool) -> str:
    """Name rows as in "row 5", "rows 5 and 9" or "rows 5, 9, 12 …"."""
    numbers = [f"{row:,}" for row in rows]
    if more:
        return f"{'row' if len(numbers) == 1 else 'rows'} {', '.join(numbers)} …"
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    return f"rows {', '.join(numbers[:-1])} and {numbers[-1]}"


def say_count(count: int, one: str, many: str) -> str:
    """Write a count with its noun."""
    return f"{count:,} {one if count == 1 else many}"
