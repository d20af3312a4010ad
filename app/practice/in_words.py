"""A schema that was asked for in words: one line per key, for models that take no schema."""

from __future__ import annotations

import re
from typing import Any

_WANTS_JSON = re.compile(r"\bJSON object\b", re.IGNORECASE)
_KEY_LINE = re.compile(r'^[ \t]*[-*] "([^"\n]+)": (.+)$', re.MULTILINE)
_LISTED = re.compile(r'"([^"\n]+)" holds a list with one object for each row')
_CHOICES = re.compile(r'(one of|list of)((?:,? "[^"]+")+)')
_QUOTED = re.compile(r'"([^"]+)"')


def asked_in_words(text: str) -> dict[str, Any] | None:
    """Return the schema that a text describes as a JSON object with listed keys, or None."""
    keys = _KEY_LINE.findall(text) if _WANTS_JSON.search(text) else []
    if not keys:
        return None
    properties = {key: _property(meaning) for key, meaning in keys}
    shape = {"type": "object", "properties": properties, "required": list(properties)}
    listed = _LISTED.search(text)
    if listed is None:
        return shape
    parts = {listed[1]: {"type": "array", "items": shape}}
    return {"type": "object", "properties": parts, "required": [listed[1]]}


def _property(meaning: str) -> dict[str, Any]:
    choices = _CHOICES.search(meaning)
    if choices is None:
        kind = "number" if meaning.startswith("a number") else "string"
        return {"type": kind, "description": meaning}
    one = {"enum": _QUOTED.findall(choices[2]), "description": meaning[choices.end() :]}
    return one if choices[1] == "one of" else {"type": "array", "items": one}
