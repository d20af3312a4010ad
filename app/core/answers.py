"""Answer columns: what Claude is asked to decide about each row, in words and as JSON schema.

The JSON schema follows claude-batch-api facts on structured outputs: every property required, no
additional properties, no numeric or length bounds, letter case of labels not guaranteed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.errors import SheafError

CANNOT_TELL = "Cannot tell"
"""The label offered so that Claude need not guess."""
CANNOT_TELL_CODE = 99
SEVERAL_SEPARATOR = "; "
"""Between the labels of one cell when a row may have several."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
_NAME = re.compile(r"[^\x00-\x1f]{1,80}")


class AnswerKind(StrEnum):
    """The kinds of answer column."""

    CATEGORY = "category"
    LABELS = "labels"
    YES_NO = "yes_no"
    NUMBER = "number"
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"


LABELLED = frozenset({AnswerKind.CATEGORY, AnswerKind.LABELS})


@dataclass(frozen=True, slots=True)
class AnswerLabel:
    """One label: its name, when to use it, and examples from the person's rows."""

    name: str
    use_when: str = ""
    examples: str = ""


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """One answer column; `cannot_tell` lets Claude say so instead of guessing."""

    name: str
    kind: AnswerKind = AnswerKind.SHORT_TEXT
    description: str = ""
    labels: tuple[AnswerLabel, ...] = ()
    cannot_tell: bool = False

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that a cell of this column may hold; empty when it is free."""
        if self.kind in LABELLED:
            own = tuple(label.name for label in self.labels)
        elif self.kind is AnswerKind.YES_NO:
            own = ("Yes", "No")
        else:
            return ()
        return (
            (*own, CANNOT_TELL) if self.cannot_tell and self.kind is not AnswerKind.LABELS else own
        )


_KIND_WORDS = {
    "category": AnswerKind.CATEGORY,
    "label": AnswerKind.CATEGORY,
    "labels": AnswerKind.LABELS,
    "several labels": AnswerKind.LABELS,
    "yes/no": AnswerKind.YES_NO,
    "yes / no": AnswerKind.YES_NO,
    "number": AnswerKind.NUMBER,
    "short text": AnswerKind.SHORT_TEXT,
    "text": AnswerKind.SHORT_TEXT,
    "long text": AnswerKind.LONG_TEXT,
}


def parse_definition(text: str) -> AnswerColumn:
    """Read `NAME: KIND [= LABEL | LABEL …] [?] [-- description]`; a "?" offers "Cannot tell".

    Raises:
        SheafError: the definition cannot be read; its text and a right example are named.
    """
    head, _, description = text.partition(" -- ")
    name, colon, rest = head.partition(":")
    if not colon:
        raise _unreadable(text, "it has no colon between name and kind")
    kind_words, _, label_words = rest.partition("=")
    words = " ".join(kind_words.split()).lower()
    unsure = words.endswith("?")
    kind = _KIND_WORDS.get(words.rstrip("? "))
    if kind is None:
        raise _unreadable(text, f'"{kind_words.strip()}" is not a kind of answer')
    labels = tuple(AnswerLabel(part.strip()) for part in label_words.split("|") if part.strip())
    column = AnswerColumn(name.strip(), kind, description.strip(), labels, unsure)
    check_columns((column,))
    return column


def _unreadable(text: str, why: str) -> SheafError:
    kinds = "category, labels, yes/no, number, short text or long text"
    return SheafError(
        f'The answer column "{text}" cannot be read: {why}.',
        fix=f'Write it like "topic: category = Delivery | Quality | Other"; the kind is {kinds}.',
    )


def check_columns(columns: Sequence[AnswerColumn]) -> None:
    """Refuse columns that cannot be asked for.

    Raises:
        SheafError: a name or label is missing, repeated, or not allowed.
    """
    seen: set[str] = set()
    for column in columns:
        _check_name(column.name, seen)
        if column.kind in LABELLED:
            _check_labels(column)
        elif column.labels:
            raise SheafError(
                f'The answer column "{column.name}" has labels, but its kind takes none.',
                fix="Make it a category, or remove the labels.",
            )


def _check_name(name: str, seen: set[str]) -> None:
    if not _NAME.fullmatch(name):
        raise SheafError(
            f'"{name}" cannot be the name of an answer column.',
            fix="Give it a name of 1 to 80 characters on one line.",
        )
    if name.casefold() in seen:
        raise SheafError(
            f'Two answer columns are called "{name}".', fix="Give each a name of its own."
        )
    seen.add(name.casefold())


def _check_labels(column: AnswerColumn) -> None:
    names = [label.name for label in column.labels]
    folded = [fold(name) for name in names]
    if len(names) < 2:
        raise SheafError(
            f'The answer column "{column.name}" needs at least two labels.',
            fix=f'Write them like "{column.name}: category = Delivery | Quality | Other".',
        )
    if column.cannot_tell and column.kind is AnswerKind.CATEGORY:
        folded.append(fold(CANNOT_TELL))
    for place, label in enumerate(folded):
        if not label or label in folded[:place]:
            raise SheafError(
                f'The answer column "{column.name}" has a blank label or one label twice.',
                "Labels that differ only in capitals or spaces cannot be told apart.",
                "Rename or remove one of them.",
            )
    if column.kind is AnswerKind.LABELS:
        _check_apart(column)


def _check_apart(column: AnswerColumn) -> None:
    """Refuse labels that a cell with several could not be taken apart into again."""
    pieces = [part for label in column.labels for part in label.name.split(SEVERAL_SEPARATOR)]
    for label in column.labels:
        parts = label.name.split(SEVERAL_SEPARATOR)
        if len(parts) > 1 and any(pieces.count(part) > 1 for part in parts):
            raise SheafError(
                f'The label "{label.name}" of "{column.name}" cannot be told from others together.',
                f'Several labels stand in one cell with "{SEVERAL_SEPARATOR}" between them.',
                "Write it without the semicolon.",
            )


def fold(label: str) -> str:
    """Bring a label to the form in which two labels count as the same."""
    return " ".join(label.split()).casefold()


def keys(columns: Sequence[AnswerColumn]) -> tuple[str, ...]:
    """Return the property name of each column: its own name when plain, else `answer_n`.

    No two are the same, even where another column is called `answer_n`.
    """
    plain = {column.name for column in columns if _PLAIN_KEY.fullmatch(column.name)}
    return tuple(
        column.name if column.name in plain else _free(f"answer_{place}", plain)
        for place, column in enumerate(columns, 1)
    )


def _free(key: str, taken: set[str]) -> str:
    while key in taken:
        key += "_"
    return key


def schema(columns: Sequence[AnswerColumn]) -> dict[str, Any]:
    """Return the JSON schema that `output_config.format` takes for these columns."""
    names = keys(columns)
    properties = {key: _property(column) for key, column in zip(names, columns, strict=True)}
    return {
        "type": "object",
        "properties": properties,
        "required": list(names),
        "additionalProperties": False,
    }


def _property(column: AnswerColumn) -> dict[str, Any]:
    shape: dict[str, Any]
    if column.kind is AnswerKind.LABELS:
        shape = {"type": "array", "items": {"type": "string", "enum": list(column.choices)}}
    elif column.choices:
        shape = {"type": "string", "enum": list(column.choices)}
    elif column.kind is AnswerKind.NUMBER:
        shape = _number_shape(column)
    else:
        shape = {"type": "string"}
    about = describe(column)
    return {**shape, "description": about} if about else shape


def _number_shape(column: AnswerColumn) -> dict[str, Any]:
    if not column.cannot_tell:
        return {"type": "number"}
    return {"anyOf": [{"type": "number"}, {"type": "null"}]}


def describe(column: AnswerColumn) -> str:
    """Say in words what the column asks for: name where needed, description, label definitions."""
    parts = [] if _PLAIN_KEY.fullmatch(column.name) else [f"{column.name}."]
    if column.description:
        parts.append(column.description.rstrip(".") + ".")
    if column.kind is AnswerKind.LABELS:
        parts.append("All labels that apply; an empty list when none does.")
    if column.kind is AnswerKind.SHORT_TEXT and not column.description:
        parts.append("A few words.")
    if column.kind is AnswerKind.NUMBER and column.cannot_tell:
        parts.append("null when the text does not say.")
    parts += [_define(label) for label in column.labels if label.use_when or label.examples]
    if CANNOT_TELL in column.choices:
        parts.append(f'Use "{CANNOT_TELL}" when the text does not say.')
    return " ".join(parts)


def _define(label: AnswerLabel) -> str:
    examples = f" (for example {label.examples})" if label.examples else ""
    return f'"{label.name}": {label.use_when.rstrip(".") or "use it"}{examples}.'


def in_words(columns: Sequence[AnswerColumn]) -> str:
    """Describe the wanted reply for a model that takes no schema."""
    head = "Reply with one JSON object and nothing else. Its keys:"
    return "\n".join((head, *key_lines(columns)))


def key_lines(columns: Sequence[AnswerColumn]) -> list[str]:
    """Describe each key of a wanted JSON object on a line."""
    return [
        f'- "{key}": {_value_in_words(column)} {describe(column)}'.rstrip()
        for key, column in zip(keys(columns), columns, strict=True)
    ]


def _value_in_words(column: AnswerColumn) -> str:
    words = ", ".join(json.dumps(choice, ensure_ascii=False) for choice in column.choices)
    if column.kind is AnswerKind.LABELS:
        return f"a list of {words}."
    if column.choices:
        return f"one of {words}."
    return "a number." if column.kind is AnswerKind.NUMBER else "a text."
