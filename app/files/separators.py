"""What separates the cells of a text table: found by which separator gives even rows."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence

from app.core.errors import SheafError

CANDIDATES = (",", ";", "\t", "|")

ONE_COLUMN = "\x1f"
"""A separator that no text contains: the whole line is one cell."""

_NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|"}
_DECLARED = re.compile(r'\A"?sep=(?P<sign>[^"\r\n])"?[\r\n]*\Z', re.IGNORECASE)
_LOOKED_AT = 200


def declared_separator(first_line: str) -> str | None:
    """Return the separator of a `sep=;` line, which spreadsheet programs put above a table."""
    match = _DECLARED.match(first_line)
    return match["sign"] if match else None


def named_separator(text: str) -> str:
    """Take the separator that the person named: one character, its name, or "" for one column.

    Raises:
        SheafError: the text is neither.
    """
    if not text:
        return ONE_COLUMN
    sign = _NAMES.get(text.strip().lower(), text)
    if len(sign) != 1 or sign in '"\r\n':
        raise SheafError(
            f'"{text}" cannot separate columns.',
            fix="Use one character, or a word: comma, semicolon, tab or pipe.",
        )
    return sign


def find_separator(lines: Sequence[str]) -> str:
    """Return the separator that gives the evenest rows of two or more cells, else one column."""
    text = "".join(lines)
    if not text.strip(" \r\n" + "".join(CANDIDATES)):
        return max(CANDIDATES, key=text.count)
    best = max(CANDIDATES, key=lambda sign: _score(lines, sign))
    return best if _score(lines, best) > (0.0, 0) else ONE_COLUMN


def _score(lines: Sequence[str], sign: str) -> tuple[float, int]:
    every = [len(row) for row in _rows(lines, sign) if any(row)]
    widths = _below_titles(every)
    if not widths:
        return 0.0, 0
    usual, share = _usual(widths)
    # Commas in the sentences of a one-column file must not pass for separators, nor decimal
    # commas between semicolons: what the first row says counts for more than the rest.
    if usual > 1 and every[0] == usual:
        return 1 + share, usual
    if usual > 1 and share >= 0.8:
        return share, usual
    return (share / 2, widths[0]) if widths[0] > 1 else (0.0, 0)


def _usual(widths: Sequence[int]) -> tuple[int, float]:
    usual, often = max(Counter(widths).items(), key=lambda item: (item[1], item[0]))
    return usual, often / len(widths)


def _below_titles(widths: list[int]) -> list[int]:
    """Leave out lines of one cell above rows that agree: they are titles, not the header."""
    titles = next((at for at, width in enumerate(widths) if width > 1), 0)
    rest = widths[titles:]
    if len(rest) < 2:
        return widths
    usual, share = _usual(rest)
    return rest if usual > 2 and share > 0.9 else widths


def _rows(lines: Sequence[str], sign: str) -> list[list[str]]:
    rows = []
    try:
        for row in csv.reader(lines, delimiter=sign):
            rows.append(row)
            if len(rows) == _LOOKED_AT:
                break
    except csv.Error:
        pass
    return rows
