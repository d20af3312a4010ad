"""How much each row of a table adds to a request: measured once, then every estimate is quick.

The sizes are those of the columns that the instructions name, without the words around them, so
that these may change without looking at any row again.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import blake2b
from itertools import accumulate

from app.core.cost import TextSize


class Holds(IntEnum):
    """What there is to read in a row."""

    SOMETHING = 0
    BLANK = 1
    """Nothing in the columns that it is read for."""
    NOTHING = 2
    """Nothing in any named column."""
    TROUBLE = 3
    """A file that cannot be sent."""


@dataclass(frozen=True, slots=True)
class RowSize:
    """What one row adds: bytes of words and files, tokens that are likely, and at the very most.

    `unseen` is how many more tokens than bytes its files may make.
    """

    bytes: int
    usual: float
    most: float
    unseen: int = 0


def of_text(text: str) -> RowSize:
    """Measure the words of a row."""
    size = TextSize()
    size.add(text)
    return RowSize(size.bytes, size.tokens(), size.tokens(most=True))


@dataclass(slots=True)
class RowSizes:
    """The sizes of all rows of a table, from row 1 on."""

    sent_bytes: array[int] = field(default_factory=lambda: array("Q"))
    usual: array[float] = field(default_factory=lambda: array("d"))
    most: array[float] = field(default_factory=lambda: array("d"))
    unseen: array[int] = field(default_factory=lambda: array("Q"))
    holds: bytearray = field(default_factory=bytearray)
    first: array[int] = field(default_factory=lambda: array("Q"))
    """The first row with the very same cells: itself, for most."""
    _seen: dict[bytes, int] = field(default_factory=dict)

    def add(self, size: RowSize, cells: Iterable[str], holds: Holds) -> None:
        """Add the next row."""
        self.sent_bytes.append(size.bytes)
        self.usual.append(size.usual)
        self.most.append(size.most)
        self.unseen.append(size.unseen)
        self.holds.append(holds)
        self.first.append(self._seen.setdefault(fingerprint(cells), len(self.sent_bytes)))

    def close(self) -> None:
        """Give back the memory that only measuring needed."""
        self._seen = {}

    def __len__(self) -> int:
        return len(self.sent_bytes)


def fingerprint(cells: Iterable[str]) -> bytes:
    """Return what tells different cells apart, in a few bytes."""
    joined = "\x1f".join(cells).encode("utf-8", "surrogatepass")
    return blake2b(joined, digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows of a table are sent: chosen ones, not blank, and of twins only the first.

    `words_around` says that there are words around the cells, so that a row without cells is sent
    for them. The `kept` rows have their answers already.
    """

    is_chosen: Callable[[int], bool]
    skip_blank: bool = True
    twins: bool = True
    words_around: bool = True
    kept: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Population:
    """The rows to send, in order, with their sizes; and those that are left out, counted."""

    rows: array[int]
    usual: array[float]
    most: float
    bytes: int
    longest: int
    twins: int
    twin_tokens: float
    blank: int
    large: tuple[RowSize, ...]
    _sorted: tuple[float, ...]
    _sums: tuple[float, ...]

    def __len__(self) -> int:
        """Return how many rows are sent."""
        return len(self.rows)

    @property
    def total(self) -> float:
        """The tokens that all rows together are likely to add."""
        return self._sums[-1] if self._sums else 0.0

    def parts(self, bounds: Sequence[float]) -> list[tuple[int, float]]:
        """Return (rows, tokens) of the rows up to each bound, and of those above the last."""
        places = [*(bisect_right(self._sorted, bound) for bound in bounds), len(self._sorted)]
        sums = [self._sums[place - 1] if place else 0.0 for place in places]
        before = [0, *places[:-1]]
        return [
            (place - start, total - (self._sums[start - 1] if start else 0.0))
            for place, start, total in zip(places, before, sums, strict=True)
        ]


LARGE_BYTES = 50_000
"""Rows above this are kept apart: each may be priced as a long prompt of its own."""


def select(sizes: RowSizes, selection: Selection) -> Population:
    """Return the rows to send."""
    sent: list[int] = []
    seen = {sizes.first[row - 1] for row in selection.kept if row <= len(sizes)}
    twins, twin_tokens, blank = 0, 0.0, 0
    for row, holds, first in zip(range(1, len(sizes) + 1), sizes.holds, sizes.first, strict=True):
        if row in selection.kept or not selection.is_chosen(row):
            continue
        if holds and _is_left_out(holds, selection):
            blank += holds != Holds.TROUBLE
            continue
        if selection.twins and first in seen:
            twins += 1
            twin_tokens += sizes.usual[row - 1]
            continue
        seen.add(first)
        sent.append(row - 1)
    return _population(sizes, sent, (twins, twin_tokens, blank))


def _is_left_out(holds: int, selection: Selection) -> bool:
    if holds == Holds.TROUBLE:
        return True
    return selection.skip_blank or (holds == Holds.NOTHING and not selection.words_around)


def _population(sizes: RowSizes, sent: Sequence[int], aside: tuple[int, float, int]) -> Population:
    usual = array("d", [sizes.usual[place] for place in sent])
    weights = [sizes.sent_bytes[place] + sizes.unseen[place] for place in sent]
    ordered = tuple(sorted(usual))
    twins, twin_tokens, blank = aside
    return Population(
        rows=array("Q", [place + 1 for place in sent]),
        usual=usual,
        most=sum(sizes.most[place] for place in sent),
        bytes=sum(weights),
        longest=max(weights, default=0),
        twins=twins,
        twin_tokens=twin_tokens,
        blank=blank,
        large=tuple(
            RowSize(weight, sizes.usual[place], sizes.most[place])
            for place, weight in zip(sent, weights, strict=True)
            if weight > LARGE_BYTES
        ),
        _sorted=ordered,
        _sums=tuple(accumulate(ordered)),
    )
