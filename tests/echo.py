"""A voice for the practice service that repeats the mark of its row: it proves who was answered."""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.practice.message import Voice
from app.practice.replies import Ask

INSTRUCTIONS = "Repeat the mark <{{mark}}> of this text: {{text}}"
_MARK = re.compile(r"<(\w+)>")
_PLACES = ("Hamburg", "Zürich", "København", "東京", "São Paulo", "Łódź")


def mark_in(text: str) -> str:
    """Return the mark that stands in a request's text."""
    found = _MARK.search(text)
    return found[1] if found else ""


def _value(schema: dict[str, Any], mark: str) -> Any:
    if "anyOf" in schema:
        return _value(schema["anyOf"][0], mark)
    if "enum" in schema:
        return schema["enum"][sum(mark.encode()) % len(schema["enum"])]
    if schema.get("type") == "number":
        return sum(mark.encode())
    return mark


def _reply(ask: Ask) -> str:
    mark = mark_in(ask.text)
    if ask.schema is None:
        return mark
    properties = ask.schema["properties"]
    return json.dumps({name: _value(shape, mark) for name, shape in properties.items()})


ECHO = Voice(reply=_reply)
"""Answers every row with the row's own mark."""


def made_rows(count: int, seed: int = 7) -> list[tuple[str, str, str]]:
    """Return rows of (number, mark, text); marks are in no order, texts hold what is hard."""
    dice = random.Random(seed)
    marks = dice.sample(range(10**6, 10**7), count)
    return [
        (f"{place:05}", f"m{mark}", f'"{dice.choice(_PLACES)}", row {place};\nsecond line, 1.50 €')
        for place, mark in enumerate(marks, 1)
    ]


def write_table(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """Write rows of (number, mark, text) as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("no", "mark", "text"))
        writer.writerows(rows)
    return path


def read_table(path: Path) -> list[dict[str, str]]:
    """Read an exported CSV."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def check_export(path: Path, rows: Sequence[Sequence[str]], column: str = "echo") -> None:
    """Assert that an export holds all rows in order, untouched, each with its own answer."""
    written = read_table(path)
    assert [(row["no"], row["mark"], row["text"]) for row in written] == [tuple(r) for r in rows]
    assert [row[column] for row in written] == [mark for _, mark, _ in rows]
