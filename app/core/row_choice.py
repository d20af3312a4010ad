"""Which rows to run by a rule: those where a column says something, the first of them, a sample."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

NONE_CHOSEN = (0,)
"""Stands for a choice without any row: no row has this number."""


class Holds(StrEnum):
    """What holds of a cell; capitals and outer blanks never matter."""

    EMPTY = "empty"
    FILLED = "filled"
    EQUALS = "equals"
    DIFFERS = "differs"
    CONTAINS = "contains"


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on one column."""

    column: str
    test: Holds
    value: str = ""


@dataclass(frozen=True, slots=True)
class RowRule:
    """Rows where the condition holds, of these the first `first`, of these a sample of `sample`.

    The same `seed` draws the same rows of the same table, on every computer.
    """

    where: Where | None = None
    first: int | None = None
    sample: int | None = None
    seed: int = 0


def choose(rule: RowRule, rows: int, matching: Callable[[Where], Sequence[int]]) -> tuple[int, ...]:
    """Return the numbers of the rows that a rule means, in order; `NONE_CHOSEN` for none.

    Args:
        rule: the rule.
        rows: how many rows the table has.
        matching: finds the rows where a condition holds, in order.
    """
    found: Sequence[int] = range(1, rows + 1) if rule.where is None else matching(rule.where)
    if rule.first is not None:
        found = found[: rule.first]
    if rule.sample is not None and rule.sample < len(found):
        lot = _lots(rule.seed)
        found = sorted(heapq.nsmallest(rule.sample, found, key=lot))
    return tuple(found) or NONE_CHOSEN


def _lots(seed: int) -> Callable[[int], bytes]:
    """Give each row a lot, so that a row that is added changes the draw as little as it can."""
    key = f"{seed}".encode()[:64]
    return lambda row: blake2b(row.to_bytes(8, "big"), key=key, digest_size=8).digest()


def fold(text: str) -> str:
    """Bring a cell to the form in which it is compared."""
    return " ".join(text.split()).casefold()
