"""Where a table begins: the row that names its columns, and what is above and beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.core.table import Action, Notice, name_columns, plain_name
from app.files.tally import say_count

Record = tuple[int, list[str]]
"""A row as it stands in the file: its number there, counted from 1, and its cells."""

LOOKED_AT = 25
"""How many filled rows are enough to find the header."""

_MOST_TITLES = 8
_NUMBER = re.compile(r"[+-]?[\d.,]*\d[\d.,]*%?")
_WHOLE = re.compile(r"\d{1,9}")
_DATA = re.compile(
    r"[^@\s]+@[^@\s]+\.[a-z]{2,}|https?://\S+|\d{4}-\d\d-\d\d\b.*|\d\d?[./]\d\d?[./]\d{2,4}"
)
"""Addresses and dates, which stand in rows and never name a column."""

_SENTENCE = 4
"""So many words make a sentence rather than a name."""

_NUMBERED = Notice(
    "no_header",
    "The first row is read as data; the columns are numbered.",
    action=Action.FIRST_ROW_IS_HEADER,
)


@dataclass(frozen=True, slots=True)
class Head:
    """The columns of a table: `named` of them by its header, the rest only by longer rows."""

    names: tuple[str, ...]
    named: int
    last_row: int
    """The number of the header's row; rows after it are data."""
    notices: tuple[Notice, ...] = ()


def is_blank(cells: Sequence[str]) -> bool:
    """Say whether a row holds nothing but white space."""
    return not "".join(cells).strip()


def used(cells: Sequence[str]) -> int:
    """Return how many cells a row has up to its last one that is not empty."""
    width = len(cells)
    while width and not cells[width - 1]:
        width -= 1
    return width


def header_place(first: Sequence[Record]) -> int:
    """Return which of the first filled rows names the columns.

    Only lines that cannot be anything but titles are passed over: lines of a single cell, or a
    block of short lines with a blank one below it, above a row of names about as wide as the rows
    below it.
    """
    filled = [sum(1 for cell in cells if cell.strip()) for _, cells in first]
    usual = max(Counter(filled).items(), key=lambda item: (item[1], item[0]), default=(0, 0))[0]
    for place, count in enumerate(filled[: _MOST_TITLES + 1]):
        is_wide = count >= max(2, usual * 0.6)
        if is_wide and _is_below_titles(first, filled, place, usual) and is_names(first[place][1]):
            return place
    return 0


def _is_below_titles(
    first: Sequence[Record], filled: Sequence[int], place: int, usual: int
) -> bool:
    if place == 0:
        return True
    is_after_gap = first[place][0] - first[place - 1][0] > 1
    if max(filled[:place]) == 1:
        return usual > 2 or is_after_gap
    return is_after_gap and filled[place] >= usual * 0.8


def is_names(cells: Sequence[str]) -> bool:
    """Say whether a row could name columns: its numbers, if any, are years or count on by one."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    numbers = [cell for cell in filled if _NUMBER.fullmatch(cell)]
    if not numbers:
        return not any(map(_DATA.fullmatch, filled))
    if len(numbers) == len(filled) or not all(map(_WHOLE.fullmatch, numbers)):
        return False
    whole = list(map(int, numbers))
    are_years = all(1900 <= number <= 2100 for number in whole)
    steps = {after - before for before, after in pairwise(whole)}
    return are_years or (len(whole) > 2 and steps == {1})


def _repeats(first: Sequence[Record], place: int) -> bool:
    """Say whether a cell of the row stands in its column again, as names never do."""
    cells = first[place][1]
    below = [row for _, row in first[place + 1 :] if row != cells]
    return any(
        cell.strip() and any(at < len(row) and row[at] == cell for row in below)
        for at, cell in enumerate(cells)
    )


def _is_sentence(cells: Sequence[str], first: Sequence[Record], place: int) -> bool:
    """Say whether a cell of the row is a sentence like those below it, not a name for them."""
    return any(_reads_on(cell, first, place, at) for at, cell in enumerate(cells))


def _reads_on(cell: str, first: Sequence[Record], place: int, at: int) -> bool:
    words = len(cell.split())
    if words >= _SENTENCE and cell.rstrip().endswith((".", "!", "…")):
        return True
    # Statements of a survey stand above numbers and short answers; sentences above sentences.
    below = [len(row[at].split()) for _, row in first[place + 1 :] if at < len(row) and row[at]]
    return words >= _SENTENCE and bool(below) and sum(below) >= _SENTENCE * len(below)


def make_head(first: Sequence[Record], width: int, *, header: bool) -> Head:
    """Name the columns of a table that is `width` cells wide.

    Cells beyond the header get columns of their own, "extra_1" and so on: nothing is cut off.
    """
    place = header_place(first) if header else 0
    number, cells = first[place]
    named = min(len(cells), width)
    own = [cell if header else "" for cell in cells[:named]]
    extra = [f"extra_{count}" for count in range(1, width - named + 1)]
    names = name_columns((*own, *extra))
    if not header:
        return Head(names, named, number - 1, (_NUMBERED,))
    notices = (*_about_titles(first[:place]), *_about_names(own, names))
    is_odd = not is_names(cells) or _repeats(first, place) or _is_sentence(cells, first, place)
    if place == 0 and is_odd:
        notices = (*notices, _about_first_row(cells))
    return Head(names, named, number, notices)


def _about_first_row(cells: Sequence[str]) -> Notice:
    shown = " · ".join(plain_name(cell)[:40] for cell in cells[:4] if cell.strip())
    return Notice(
        "header_doubtful",
        f"The first row looks like data, not like column names: {shown}",
        1,
        Action.FIRST_ROW_IS_DATA,
    )


def _about_titles(titles: Sequence[Record]) -> tuple[Notice, ...]:
    if not titles:
        return ()
    shown = " · ".join(" ".join(" ".join(cells).split())[:60] for _, cells in titles[:3])
    what = say_count(len(titles), "line above the header was", "lines above the header were")
    text = f"{what} left out: {shown}"
    return (Notice("title_rows", text, len(titles), Action.FIRST_ROW_IS_DATA),)


def _about_names(own: Sequence[str], names: Sequence[str]) -> tuple[Notice, ...]:
    notices = []
    blank = [names[at] for at, cell in enumerate(own) if not cell.strip()]
    if blank:
        what = say_count(len(blank), "column has", "columns have")
        notices.append(
            Notice("blank_headers", f"{what} no name and got one: {_list(blank)}.", len(blank))
        )
    wanted = [plain_name(cell) for cell in own]
    again = [names[at] for at, name in enumerate(wanted) if name and name != names[at]]
    if again:
        what = say_count(len(again), "column has", "columns have")
        text = f"{what} the name of another and got a number: {_list(again)}."
        notices.append(Notice("duplicate_headers", text, len(again)))
    return tuple(notices)


def _list(names: Sequence[str]) -> str:
    quoted = ", ".join(f'"{name}"' for name in names[:5])
    return quoted if len(names) <= 5 else f"{quoted} …"
