"""Requests that ask several rows: a line of JSON for each, a list of answers by their numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

_LINE = re.compile(r"^\{.*\}$", re.MULTILINE)
_RANK = re.compile(r"number of the row", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows that are asked, by number, with their own words.

    `name` is the key of the list, `shape` that of each answer in it, and `key` its row's number.
    """

    name: str
    key: str
    shape: dict[str, Any]
    rows: tuple[tuple[int, str], ...]


def rows_asked(text: str, schema: Mapping[str, Any]) -> Listed | None:
    """Return the rows that a text asks for, where a schema wants a list with an answer for each."""
    properties = schema.get("properties", {})
    if len(properties) != 1:
        return None
    ((name, wanted),) = properties.items()
    shape = wanted.get("items", {}) if wanted.get("type") == "array" else {}
    key = _number_key(shape.get("properties", {}))
    if key is None:
        return None
    others = [other for other in shape["properties"] if other != key]
    alone = {
        **shape,
        "properties": {other: shape["properties"][other] for other in others},
        "required": others,
    }
    return Listed(name, key, alone, tuple(_rows(text, key)))


def _number_key(properties: Mapping[str, Any]) -> str | None:
    about = {name: str(part.get("description", "")) for name, part in properties.items()}
    return next((name for name, words in about.items() if _RANK.search(words)), None)


def _rows(text: str, key: str) -> list[tuple[int, str]]:
    found = []
    for line in _LINE.findall(text):
        try:
            row = msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.DecodeError:
            continue
        if isinstance(number := row.pop(key, None), int):
            found.append((number, "\n\n".join(str(cell) for cell in row.values())))
    return found
