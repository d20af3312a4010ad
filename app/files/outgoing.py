"""A table on its way out: its columns, what is a number in it, and what became of its cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.core.table import Row

Blocks = Callable[[], Iterable[Sequence[Row]]]
"""Gives the rows in lists, from the first, as often as it is called."""

_MOST_DIGITS = 15
"""Spreadsheet programs and most readers of JSON keep no more of a whole number."""
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d*)(?:\.(\d+))?")


@dataclass(frozen=True, slots=True)
class OutColumn:
    """A column that is written; the cells of one that `is_list` are lists, written as JSON."""

    name: str
    is_number: bool = False
    is_answer: bool = False
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: rows below the header, and how many cells had to be changed for it.

    `guarded` were kept from running, `removed` counts characters that the format cannot hold,
    `continued` cells that go on in further columns, `rebroken` cells whose lines end otherwise now.
    """

    rows: int
    guarded: int = 0
    removed: int = 0
    continued: int = 0
    rebroken: int = 0


def decimals(text: str) -> int | None:
    """Return how many decimals a number has, or None if it is none or would lose whole digits.

    A fraction is a measure, however long; a long whole number is mostly an id, which has to stay.
    """
    found = _PLAIN_NUMBER.fullmatch(text)
    if found is None or text in {"-0", "-0.0"}:
        return None
    whole, part = found[1], found[2] or ""
    kept = whole if part else whole.rstrip("0")
    return len(part) if len(kept) <= _MOST_DIGITS else None


def to_unicode(text: str) -> bytes:
    """Encode a text as UTF-8."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair, as JSON may carry it, is no character: show that.
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
