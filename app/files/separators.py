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
_PLURALS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}
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


def other_separator(lines: Sequence[str], found: str) -> str | None:
    """Return a separator that divides the lines as evenly as the one that was found, if any."""
    best = _score(lines, found)[0]
    others = [sign for sign in CANDIDATES if sign != found]
    return next((sign for sign in others if _score(lines, sign)[0] > max(1.0, best - 0.1)), None)


def separator_words(sign: str) -> str:
    """Return what a separator is called in the plural."""
    return _PLURALS.get(sign, f'"{sign}"')


def are_quotes_spaced(lines: Sequence[str], sign: str) -> bool:
    """Say whether blanks stand between separators and quotation marks, as hand-made files have."""
    if not re.search(re.escape(sign) + ' +"', "".join(lines)):
        return False
    plain, spaced = (
        [len(row) for row in _rows(lines, sign, spaced=spaced) if any(row)]
        for spaced in (False, True)
    )
    return len(set(spaced)) == 1 < len(set(plain))


def _score(lines: Sequence[str], sign: str) -> tuple[float, int]:
    every = [len(row) if any(row) else 0 for row in _rows(lines, sign)]
    widths = _below_titles(every)
    if not widths:
        return 0.0, 0
    usual, share = _usual(widths)
    # Commas in the sentences of a one-column file must not pass for separators, nor decimal
    # commas between semicolons: what the first row says counts for more than the rest.
    if usual > 1 and next(filter(None, every)) == usual:
        return 1 + share, usual
    if usual > 1 and share >= 0.8:
        return share, usual
    return (share / 2, widths[0]) if widths[0] > 1 else (0.0, 0)


def _usual(widths: Sequence[int]) -> tuple[int, float]:
    usual, often = max(Counter(widths).items(), key=lambda item: (item[1], item[0]))
    return usual, often / len(widths)


def _below_titles(every: list[int]) -> list[int]:
    """Return the filled rows' widths without titles: lines of one cell above rows that agree."""
    start = next((at for at, width in enumerate(every) if width > 1), 0)
    is_after_gap = start > 0 and every[start - 1] == 0
    rest = [width for width in every[start:] if width]
    if len(rest) > 1:
        usual, share = _usual(rest)
        if (usual > 2 and share > 0.9) or (is_after_gap and len(rest) > 2 and share == 1):
            return rest
    return [width for width in every if width]


def _rows(lines: Sequence[str], sign: str, *, spaced: bool = False) -> list[list[str]]:
    rows = []
    try:
        for row in csv.reader(lines, delimiter=sign, skipinitialspace=spaced):
            rows.append(row)
            if len(rows) == _LOOKED_AT:
                break
    except csv.Error:
        pass
    return rows
