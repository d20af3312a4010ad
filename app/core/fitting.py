"""A reply becomes typed cells, or it is said in plain words why it does not fit the columns."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.core.answers import SEVERAL_SEPARATOR, AnswerColumn, AnswerKind, fold, keys

_FENCE = re.compile(r"\A\s*```[a-zA-Z]*\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
_MISSING = object()
_SHAPELESS = "The answer is not in the shape that was asked for."
_MOST_MISFITS = 3
"""How many wrong labels of one cell are named; a reply may hold thousands."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """A checked reply: typed cells in the order of the columns, or why it does not fit."""

    cells: tuple[str, ...]
    misfit: str = ""


def check_reply(columns: Sequence[AnswerColumn], reply: str) -> Fitting:
    """Turn a reply into cells, or say in plain words why it does not fit; never raises.

    Without answer columns the reply itself is the one cell. A misfit still carries the cells
    that could be read, so that they can be shown.
    """
    if not columns:
        return Fitting((reply,)) if reply.strip() else Fitting(("",), "Claude's answer was empty.")
    found = read_object(reply)
    return shapeless(columns) if found is None else fit_object(columns, found)


def shapeless(columns: Sequence[AnswerColumn]) -> Fitting:
    """Return what is said of a reply in which nothing can be found."""
    return Fitting(("",) * len(columns), _SHAPELESS)


def fit_object(columns: Sequence[AnswerColumn], found: Mapping[str, Any]) -> Fitting:
    """Turn the JSON object of a reply into cells, or say why it does not fit; never raises."""
    try:
        fitted = [
            _fit_cell(column, found.get(key, _MISSING))
            for key, column in zip(keys(columns), columns, strict=True)
        ]
    except RecursionError:  # nested just so deep that it could be read, and not be shown
        return shapeless(columns)
    misfits = [misfit for _, misfit in fitted if misfit]
    return Fitting(tuple(cell for cell, _ in fitted), " ".join(misfits))


def read_object(reply: str) -> dict[str, Any] | None:
    """Return the JSON object that a reply is, in a fence or not; None where it is none."""
    fenced = _FENCE.match(reply)
    try:
        found = json.loads(fenced.group(1) if fenced else reply)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _fit_cell(column: AnswerColumn, value: Any) -> tuple[str, str]:
    if value is _MISSING:
        return "", f'"{column.name}" is missing.'
    if column.kind is AnswerKind.LABELS:
        return _fit_labels(column, value)
    if column.choices:
        return _fit_choice(column, value)
    if column.kind is AnswerKind.NUMBER:
        return _fit_number(column, value)
    if isinstance(value, str):
        return value, ""
    return _as_text(value), f'"{column.name}" is not a text.'


def _fit_choice(column: AnswerColumn, value: Any) -> tuple[str, str]:
    if isinstance(value, bool) and column.kind is AnswerKind.YES_NO:
        return ("Yes" if value else "No"), ""
    text = _as_text(value)
    match = next((choice for choice in column.choices if fold(choice) == fold(text)), None)
    if match is not None and isinstance(value, str):
        return match, ""
    return text, f'"{column.name}" says "{_short(text)}", which is not one of its labels.'


def _fit_labels(column: AnswerColumn, value: Any) -> tuple[str, str]:
    if not isinstance(value, list):
        return _as_text(value), f'"{column.name}" is not a list of labels.'
    single = replace(column, kind=AnswerKind.CATEGORY, cannot_tell=False)
    fitted = [_fit_choice(single, item) for item in value]
    cells = list(dict.fromkeys(cell for cell, _ in fitted))
    misfits = [misfit for _, misfit in fitted if misfit][:_MOST_MISFITS]
    return SEVERAL_SEPARATOR.join(cells), " ".join(misfits)


def labels_in(column: AnswerColumn, cell: str) -> list[str]:
    """Return the labels of a cell that `check_reply` made, even such as hold the separator.

    What is none of the column's labels, as in an answer that does not fit, comes apart plainly.
    """
    left, found = cell, list[str]()
    longest_first = sorted((label.name for label in column.labels), key=len, reverse=True)
    while left:
        head = next((name for name in longest_first if _begins(left, name)), None)
        label = left.split(SEVERAL_SEPARATOR, 1)[0] if head is None else head
        found.append(label)
        left = left[len(label) + len(SEVERAL_SEPARATOR) :]
    return found


def count_labels(column: AnswerColumn, found: Mapping[str, int]) -> list[tuple[str, int]]:
    """Count rows by label in the column's order; cells with several labels count for each."""
    counts = dict.fromkeys(column.choices, 0)
    for cell, rows in found.items():
        for part in [cell] if cell in counts else labels_in(column, cell):
            if part in counts:
                counts[part] += rows
    return list(counts.items())


def _begins(cell: str, label: str) -> bool:
    return cell == label or cell.startswith(label + SEVERAL_SEPARATOR)


def _fit_number(column: AnswerColumn, value: Any) -> tuple[str, str]:
    if value is None and column.cannot_tell:
        return "", ""
    # A whole number may be too long for math.isfinite.
    is_finite = isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
    if is_finite and not isinstance(value, bool):
        return plain_number(value), ""
    return _as_text(value), f'"{column.name}" is not a number.'


def plain_number(value: float) -> str:
    """Write a number without exponent and without a needless ".0"."""
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    text = repr(value)
    if "e" not in text:
        return text
    return f"{value:.20f}".rstrip("0").rstrip(".")


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
