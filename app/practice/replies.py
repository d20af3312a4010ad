"""Made-up answers: drawn from the schema and the text, the same for the same request.

They are practice, and nothing here speaks in Claude's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

import msgspec

from app.practice.in_words import asked_in_words
from app.practice.schema import resolve
from app.practice.several import Listed, rows_asked
from app.practice.words import PRESSING, Heard, Label, hear, read_label, score, stems

_READ_AT_MOST = 3_000
_QUOTE_FROM = 500
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:[.,]\d+)?(?![\w.]*\d)")
_RANGE = re.compile(r"(?<![\d-])(\d{1,3}) ?(?:to|-|–|bis|à) ?(\d{1,4})(?![\d-])")
_NAMED_VALUE = re.compile(r"^[^\W_][^:\n.,]{0,30}: +(?=\S)", re.MULTILINE)
_TELLING = re.compile(r"[^\W\d_]{4,}")
_WANTS_SENTENCE = re.compile(
    r"summar|explain|reason|translat|why|long|sentence|paragraph|detail|describe|reply|draft",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"([^"]+)":\s*([^"]*)')
_FORMATTED = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "P1D",
    "email": "practice@example.com",
    "hostname": "practice.example.com",
    "uri": "https://practice.example.com/",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


@dataclass(frozen=True)
class Ask:
    """What an answer is made from: the last user text, the background, the wanted shape."""

    text: str
    system: str = ""
    schema: dict[str, Any] | None = None
    effort: str = "high"

    @cached_property
    def heard(self) -> Heard:
        """What the row says, as far as it is understood."""
        return hear(self._row)

    @cached_property
    def passage(self) -> str:
        """The beginning of the row, to quote from."""
        return self._row[:_QUOTE_FROM]

    @cached_property
    def _row(self) -> str:
        """The part of the text that most likely is the row and not the instructions."""
        text = self.text[-_READ_AT_MOST:]
        named = _NAMED_VALUE.search(text)
        if named is not None:
            return _NAMED_VALUE.sub("", text[named.start() :])
        later = text.split("\n\n")[1:]
        return max(later or text.splitlines() or [""], key=len)

    def dice(self, salt: str, sides: int) -> int:
        """Return a number below `sides` that only this text and the salt decide."""
        digest = blake2b(f"{salt}\0{self.text}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") % sides


def reply(ask: Ask) -> str:
    """Return the answer's text: JSON where a schema asks for it, else a short sentence."""
    schema = ask.schema or asked_in_words(f"{ask.system}\n{ask.text}")
    if schema is not None and (listed := rows_asked(ask.text, schema)) is not None:
        return msgspec.json.encode(_of_rows(ask, listed)).decode()
    if schema is None:
        return f"Practice answer: the text speaks of {_some_words(ask, 5, 'reply')}."
    return msgspec.json.encode(_Filler(ask, schema).value(schema, "answer", "")).decode()


def _of_rows(ask: Ask, listed: Listed) -> dict[str, Any]:
    """Answer each row as if it were asked alone, under its own number."""
    answers = []
    for number, text in listed.rows:
        alone = Ask(text, ask.system, listed.shape, ask.effort)
        answers.append(_Filler(alone, listed.shape).value(listed.shape, "answer", ""))
        answers[-1][listed.key] = number
    return {listed.name: answers}


def fill(ask: Ask, schema: dict[str, Any]) -> Any:
    """Return made-up values for any JSON schema; an empty object for one that is too odd."""
    try:
        return _Filler(ask, schema).value(schema, "input", "")
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError):
        return {}


def thinking_tokens(ask: Ask) -> int:
    """Return how many tokens of thinking go before an answer."""
    weight = {"low": 0.4, "medium": 0.7, "high": 1.0, "xhigh": 1.6, "max": 2.5}[ask.effort]
    return int((80 + ask.dice("thinking", 240)) * weight)


def _some_words(ask: Ask, count: int, salt: str) -> str:
    words = list(dict.fromkeys(_TELLING.findall(ask.passage)))
    if not words:
        return ask.passage[:40].strip() or "nothing in particular"
    start = ask.dice(salt, max(1, len(words) - count + 1))
    return " ".join(words[start : start + count]).lower()


@dataclass(frozen=True, slots=True)
class _Filler:
    """Fills one schema for one ask."""

    ask: Ask
    root: dict[str, Any]

    def value(self, schema: dict[str, Any], name: str, about: str) -> Any:
        """Return a value that fits a schema; `about` is what is said of the place around it."""
        about = schema.get("description", about)
        if "$ref" in schema:
            return self.value(resolve(self.root, schema["$ref"]) or {}, name, about)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._choice(schema["enum"], name, about)
        if "anyOf" in schema or "allOf" in schema:
            return self._one_of(schema.get("anyOf") or schema["allOf"], name, about)
        return self._by_type(schema, name, about)

    def _by_type(self, schema: dict[str, Any], name: str, about: str) -> Any:
        kind = schema.get("type")
        if isinstance(kind, list):
            return self._one_of([{**schema, "type": one} for one in kind], name, about)
        if kind == "object":
            return self._object(schema)
        if kind == "array":
            return self._list(schema, name, about)
        if kind in {"number", "integer"}:
            found = self._number(name, about, whole=kind == "integer")
            return 0 if found is None else found
        if kind == "boolean":
            return self._is_so(name, about)
        return None if kind == "null" else self._text(schema, name, about)

    def _object(self, schema: dict[str, Any]) -> dict[str, Any]:
        properties = schema.get("properties", {})
        required = schema.get("required", ())
        order = [*required, *(name for name in properties if name not in required)]
        return {name: self.value(properties[name], name, "") for name in order}

    def _one_of(self, options: Sequence[dict[str, Any]], name: str, about: str) -> Any:
        kinds = [option.get("type") for option in options]
        numeric = bool({"number", "integer"} & {str(kind) for kind in kinds})
        if "null" in kinds and numeric and self._number(name, about, whole=False) is None:
            return None
        solid = [option for option in options if option.get("type") != "null"]
        return self.value(solid[0], name, about) if solid else None

    def _list(self, schema: dict[str, Any], name: str, about: str) -> list[Any]:
        items = schema.get("items", {"type": "string"})
        if "enum" not in items:
            return [self.value(items, name, about)]
        labels = self._labels(items["enum"], about)
        marks = [score(label, self.ask.heard) for label in labels]
        chosen = [label.name for label, mark in zip(labels, marks, strict=True) if mark]
        if not chosen and schema.get("minItems"):
            chosen = [self._choice(items["enum"], name, about)]
        return chosen[:3]

    def _labels(self, choices: Sequence[Any], about: str) -> list[Label]:
        defined = dict(_QUOTED.findall(about))
        return [read_label(str(choice), defined.get(str(choice), "")) for choice in choices]

    def _choice(self, choices: Sequence[Any], name: str, about: str) -> Any:
        folded = {str(choice).casefold(): choice for choice in choices}
        if {"yes", "no"} <= folded.keys():
            return folded["yes" if self._is_so(name, about) else "no"]
        labels = self._labels(choices, about)
        marks = [score(label, self.ask.heard) for label in labels]
        best = max(marks)
        usual = [place for place, label in enumerate(labels) if not label.is_generic]
        if best == 0 and len(usual) < len(choices) and self.ask.dice(f"{name}?", 3) == 0:
            usual = [place for place in range(len(choices)) if place not in usual]
        tied = [place for place in usual if marks[place] == best or best == 0]
        return choices[tied[self.ask.dice(name, len(tied))]] if tied else choices[0]

    def _is_so(self, name: str, about: str) -> bool:
        wanted = {word for word in stems(f"{name} {about}") if len(word) > 3}
        present = self.ask.heard.counts.keys()
        if wanted & PRESSING or "urgent" in name:
            return bool(PRESSING & present)
        return bool(wanted & present) or self.ask.dice(name, 4) == 0

    def _number(self, name: str, about: str, *, whole: bool) -> float | None:
        asked = _RANGE.search(about) or _RANGE.search(self.ask.text[:_READ_AT_MOST])
        if asked:
            return self._rate(int(asked[1]), int(asked[2]), name)
        found = _NUMBER.findall(self.ask.passage)
        if not found:
            return None
        value = float(found[-1].replace(",", "."))
        return int(value) if whole or value.is_integer() else value

    def _rate(self, low: int, high: int, name: str) -> int:
        low, high = min(low, high), max(low, high)
        mood = self.ask.heard.mood
        middle = (low + high) // 2
        if mood == 0:
            return min(high, middle + self.ask.dice(name, 2))
        step = max(1, (high - low) // 4)
        return max(low, min(high, middle + step * mood))

    def _text(self, schema: dict[str, Any], name: str, about: str) -> str:
        if schema.get("format") in _FORMATTED:
            return _FORMATTED[schema["format"]]
        if "words" not in about and _WANTS_SENTENCE.search(f"{name} {about}"):
            return f"Practice text about {_some_words(self.ask, 14, name)}."
        return _some_words(self.ask, 4, name)
