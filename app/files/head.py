"""Where a table begins: the row that names its columns, and what is above and beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.table import Notice, name_columns
from app.files.tally import say_count

Record = tuple[int, list[str]]
"""A row as it stands in the file: its number there, counted from 1, and its cells."""

LOOKED_AT = 25
"""How many filled rows are enough to find the header."""

_MOST_TITLES = 8
_NUMBER = re.compile(r"\s*[+-]?[\d.,]+%?\s*")


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

    Only lines that cannot be anything but titles are passed over: a single filled cell each,
    above a row of names about as wide as the rows below it.
    """
    filled = [sum(1 for cell in cells if cell.strip()) for _, cells in first]
    if not filled:
        return 0
    usual = max(Counter(filled).items(), key=lambda item: (item[1], item[0]))[0]
    place = next((at for at, count in enumerate(filled) if count > 1), 0)
    if usual < 3 or place > _MOST_TITLES or filled[place] < usual * 0.6:
        return 0
    is_names = not any(_NUMBER.fullmatch(cell) for cell in first[place][1])
    return place if is_names else 0


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
    notices = (*_about_titles(first[:place]), *(_about_names(own, names) if header else ()))
    return Head(names, named, number if header else number - 1, notices)


def _about_titles(titles: Sequence[Record]) -> tuple[Notice, ...]:
    if not titles:
        return ()
    shown = " · ".join(" ".join(" ".join(cells).split())[:60] for _, cells in titles[:3])
    what = say_count(len(titles), "line above the header was", "lines above the header were")
    return (Notice("title_rows", f"{what} left out: {shown}", len(titles)),)


def _about_names(own: Sequence[str], names: Sequence[str]) -> tuple[Notice, ...]:
    notices = []
    blank = [names[at] for at, cell in enumerate(own) if not cell.strip()]
    if blank:
        what = say_count(len(blank), "column has", "columns have")
        notices.append(
            Notice("blank_headers", f"{what} no name and got one: {_list(blank)}.", len(blank))
        )
    wanted = [" ".join(cell.split()) for cell in own]
    again = [names[at] for at, name in enumerate(wanted) if name and name != names[at]]
    if again:
        what = say_count(len(again), "column has", "columns have")
        text = f"{what} the name of another and got a number: {_list(again)}."
        notices.append(Notice("duplicate_headers", text, len(again)))
    return tuple(notices)


def _list(names: Sequence[str]) -> str:
    quoted = ", ".join(f'"{name}"' for name in names[:5])
    return quoted if len(names) <= 5 else f"{quoted} …"
