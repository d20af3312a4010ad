"""Tables that break careless programs: what spreadsheets really hold, and worse."""

from __future__ import annotations

import random

from app.core.table import Row

Table = tuple[Row, list[Row]]
"""The header and the rows."""

_LOOKS = (
    "0012",
    "00",
    "12345678901234567890",
    "1.50",
    "1,5",
    "1,234.50",
    "-12.50",
    "+49",
    "1e5",
    "1.23E+15",
    "5%",
    "$5",
    "€ 5",
    "2024-02-29",
    "29.02.24",
    "3/4",
    "1-2",
    "MARCH1",
    "12:30",
    "TRUE",
    "false",
    "NULL",
    "#N/A",
    "NaN",
    "Inf",
    "1_000",
    "0x1F",
    "٣",
)
_RISKS = (
    "=1+1",
    '=HYPERLINK("http://example.org","x")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "-",
    "+",
    "@SUM(A1)",
    "\t=1",
    "=",
    "=žluť 柔",
    "@",
    "{=1}",
    "'=1",
)
_SIGNS = (
    '"',
    '""',
    '"quoted"',
    'say "hi", then',
    ",",
    ";",
    "|",
    "a,b;c|d\te",
    "'",
    "\\",
    "\\n",
    "\\t",
    "<b>&amp;</b>",
    "]]>",
    "_x0041_",
    "%s{0}",
    "a\u00a0b",
    "a\u2028b",
    "a\u200bb",
    "\ufeffa",
    "e\u0301",
    "ﬁ",
)
_SPACES = (" a", "a ", "  a  b  ", "a\tb", "\u00a0a", "a\n", "\na", "a\nb", "a\n\nb", " \na")
_SCRIPTS = (
    "žluťoučký kůň",
    "Größe",
    "Качество",
    "生地は柔らかく",
    "布料比我想",
    "원단이",
    "مرحبا",
    "שלום",
    "สวัสดี",
    "नमस्ते",
    "😀👩‍👩‍👧🏳️‍🌈",
    "𝕬𠜎",
)


def tables() -> dict[str, Table]:
    """Return the tables by name; every row of each has some text."""
    dice = random.Random(11)
    letters = "ab \u00e9\u67d4\U0001f600,;\"'\n"
    return {
        "looks": _column(_LOOKS),
        "risks": _column(_RISKS),
        "signs": _column(_SIGNS),
        "spaces": _column(_SPACES),
        "scripts": _column(_SCRIPTS),
        "line ends": _column(("a\r\nb", "a\rb", "\r\n", "x\r", "\ry", "a\r\n\r\nb")),
        "controls": _column(("a\x01b", "\x0b", "x\x1b[31m", "\x7f", "\x85", "a\x00b")),
        "long": _column(("x" * 32_767, "y" * 32_768, "word é " * 20_000, "😀" * 20_000)),
        "numbers": (
            ("id", "count", "price"),
            [(f"R-{n}", str(n * 7 - 50), f"{n / 4:.2f}") for n in range(1, 200)],
        ),
        "wide": (
            tuple(f"c{n}" for n in range(300)),
            [tuple(f"{row}-{n}" for n in range(300)) for row in range(5)],
        ),
        "one column": (("text",), [("a",), ("b, c",), ('"d"',), ("e\nf",)]),
        "headers": (
            ("a b", "=sum", "Ä", "name, with", 'quo"ted', "0012", "x" * 200),
            [("1", "2", "3", "4", "5", "6", "7")],
        ),
        "blanks": (
            ("id", "a", "b", "c"),
            [("1", "", "", "x"), ("2", "", "y", ""), ("3", "", "", ""), ("4", " ", "", "")],
        ),
        "random": (
            ("id", "text", "more"),
            [
                (str(n), *("".join(dice.choices(letters, k=dice.randrange(30))) for _ in "ab"))
                for n in range(1, 400)
            ],
        ),
    }


def _column(cells: tuple[str, ...]) -> Table:
    """Put the cells between others, in the middle and at the end of a row."""
    rows = [(f"R-{n}", cell, "between", cell) for n, cell in enumerate(cells, 1)]
    return ("id", "text", "fixed", "last"), rows
