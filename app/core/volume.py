"""How much a job sends: its rows and their filled instructions.

Counted row by row where the rows are at hand; otherwise judged from what was measured of each
column while reading. Either way the most that can be sent is bounded for whatever rows are chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Protocol

from app.core.cost import TextSize
from app.core.instructions import columns_to_read, parse
from app.core.job import ColumnFacts, JobSettings, Rows, as_asked
from app.core.row_sizes import Population

COUNTED = "Estimated from the text of each row to send"
MEASURED = "Estimated from the length of your text"
AVERAGE = "Estimated from the average row of your table"


class Guess(Protocol):
    """Something whose tokens can be guessed."""

    def tokens(self, *, most: bool = False) -> float:
        """Return the expected number of tokens, or the most that is likely."""
        ...


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens as they were guessed before."""

    usual: float
    most: float

    def tokens(self, *, most: bool = False) -> float:
        """Return the expected number of tokens, or the most that is likely."""
        return self.most if most else self.usual


@dataclass(frozen=True, slots=True)
class Volume:
    """The rows to send, with their filled instructions together.

    `rows`, `texts` and `large` (the long rows among them, one by one) are what is expected;
    `least_rows`, `most_rows`, `most_bytes` of all texts and `longest_bytes` of one are bounds.
    `population` are the rows one by one, where they were measured; `literals` the words around
    the cells of each.
    """

    rows: int
    texts: Guess
    least_rows: int
    most_rows: int
    most_bytes: int
    longest_bytes: int
    basis: str
    large: tuple[Guess, ...] = ()
    population: Population | None = None
    literals: Guess = Tokens(0, 0)


def literals_of(settings: JobSettings) -> TextSize:
    """Measure the words around the cells, which every row repeats."""
    size = TextSize()
    for literal in parse(settings.instructions).literals:
        size.add(literal)
    return size


def of_population(settings: JobSettings, population: Population) -> Volume:
    """Return what is sent for rows that were measured one by one; nothing of it is a guess."""
    literals, rows = literals_of(settings), len(population)
    usual, most = literals.tokens(), literals.tokens(most=True)
    return Volume(
        rows=rows,
        texts=Tokens(population.total + rows * usual, population.most + rows * most),
        least_rows=rows,
        most_rows=rows,
        most_bytes=population.bytes + rows * literals.bytes,
        longest_bytes=population.longest + literals.bytes if rows else 0,
        basis=COUNTED,
        large=tuple(Tokens(one.usual + usual, one.most + most) for one in population.large),
        population=population,
        literals=literals,
    )


def chosen_rows(choice: Rows, rows: int) -> int:
    """Return how many of a table's rows are chosen to run."""
    first = _first(choice, rows)
    if choice.picked:
        return sum(1 for row in set(choice.picked) if 1 <= row <= first)
    return first


def reach(choice: Rows, rows: int) -> int:
    """Return the number of the last row that may be chosen: none after it need be looked at."""
    first = _first(choice, rows)
    return min(first, max(choice.picked)) if choice.picked else first


def _first(choice: Rows, rows: int) -> int:
    return rows if choice.first is None else max(0, min(rows, choice.first))


def judge(settings: JobSettings, columns: Sequence[ColumnFacts], rows: int) -> Volume:
    """Judge what would be sent from the columns' facts, without looking at any row.

    Chosen rows may all be the longest ones of the table, and be filled where others are blank:
    the bounds allow for both.
    """
    instructions = parse(settings.instructions)
    facts = {column.name: column for column in columns}
    places = [facts[p.column] for p in instructions.placeholders if p.column in facts]
    chosen = chosen_rows(settings.rows, rows)
    needed = needed_columns(settings, columns)
    sent = _rows_to_send([facts[name] for name in needed], chosen, rows)
    literals = literals_of(settings)
    texts = TextSize()
    texts.merge(literals, sent.expected)
    for place in places:
        # Rows that are left out take none of the needed columns' text with them.
        texts.merge(_share(place.size, chosen if place.name in needed else sent.expected, rows))
    longest = sum(place.most_bytes for place in places)
    cells = min(sum(place.size.bytes for place in places), chosen * longest)
    exact = sent.least == rows or all(place.name in needed for place in places)
    whole = chosen == rows and sent.least == sent.most and exact
    return Volume(
        rows=sent.expected,
        texts=texts,
        least_rows=sent.least,
        most_rows=sent.most,
        most_bytes=sent.most * literals.bytes + cells,
        longest_bytes=literals.bytes + longest,
        basis=MEASURED if whole else AVERAGE,
        literals=literals,
    )


@dataclass(frozen=True, slots=True)
class _RowsToSend:
    least: int
    expected: int
    most: int


def needed_columns(settings: JobSettings, columns: Sequence[ColumnFacts]) -> tuple[str, ...]:
    """Return the columns of which one must be filled in a row that is sent; none: every row is.

    Blank rows that are wanted are sent for the words around their cells, if there are any.
    """
    instructions = parse(settings.instructions)
    if settings.skip_blank:
        return columns_to_read(instructions, as_asked(columns, settings))
    if "".join(instructions.literals).strip():
        return ()
    known = {facts.name for facts in columns}
    return tuple(name for name in instructions.columns if name in known)


def _rows_to_send(needed: Sequence[ColumnFacts], chosen: int, rows: int) -> _RowsToSend:
    """Say how many of the chosen rows are not blank: filled cells may meet in a row or not."""
    if not needed or not rows:
        return _RowsToSend(chosen, chosen, chosen)
    filled = [column.filled for column in needed]
    least = max(0, max(filled) - (rows - chosen))
    most = min(chosen, sum(filled))
    blank = prod(1 - share / rows for share in filled)
    return _RowsToSend(least, min(max(round(chosen * (1 - blank)), least), most), most)


def _share(size: TextSize, part: int, whole: int) -> TextSize:
    if not whole:
        return TextSize()
    return TextSize(
        size.characters * part // whole,
        size.alphabetic * part // whole,
        size.ideographic * part // whole,
        size.bytes * part // whole,
    )
