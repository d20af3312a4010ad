"""What was odd about the rows as they passed: counts, and the first row numbers of each."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.table import Action, Notice

_NAMED = 5
_KEPT = 200
"""How many rows of an oddity a person can be shown."""


class Tally:
    """Counts oddities by code and remembers in which rows the first ones stood."""

    def __init__(self) -> None:
        self.coming = 1
        """The number that the row which is being read will have in the job."""
        self._counts: dict[str, int] = {}
        self._rows: dict[str, dict[int, None]] = {}
        self._shown: dict[str, dict[int, None]] = {}

    def add(self, code: str, row: int, count: int = 1) -> None:
        """Count an oddity of this row of the file."""
        self._counts[code] = self._counts.get(code, 0) + count
        _remember(self._rows.setdefault(code, {}), row, _NAMED + 1)
        _remember(self._shown.setdefault(code, {}), self.coming, _KEPT)

    def count(self, code: str) -> int:
        """Return how often this oddity was met."""
        return self._counts.get(code, 0)

    def notice(
        self, code: str, one: str, many: str, action: Action = Action.NONE
    ) -> tuple[Notice, ...]:
        """Word the oddity, if there was any; `{n}` is its count, `{where}` names the rows."""
        count = self.count(code)
        if not count:
            return ()
        words = one if count == 1 else many
        rows = tuple(self._rows[code])
        where = where_rows(rows[:_NAMED], more=len(rows) > _NAMED)
        shown = tuple(self._shown[code]) if action is not Action.NONE else ()
        return (Notice(code, words.format(n=f"{count:,}", where=where), count, action, shown),)


def _remember(rows: dict[int, None], row: int, most: int) -> None:
    if len(rows) < most:
        rows[row] = None


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
