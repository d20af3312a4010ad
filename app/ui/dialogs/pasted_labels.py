"""Labels copied from a spreadsheet: one to three columns of label, definition and examples."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from app.core.answers import AnswerLabel, fold

_BETWEEN_EXAMPLES = re.compile(r"\s*[;|]\s*")
_HEADINGS = frozenset({"label", "labels", "category", "code"})


def read_labels(text: str) -> tuple[AnswerLabel, ...]:
    """Return the labels in a text as spreadsheets copy it; the later of two equal ones wins."""
    found: dict[str, AnswerLabel] = {}
    for place, cells in enumerate(csv.reader(io.StringIO(text), delimiter="\t")):
        label = _label(cells)
        if label.name and not (place == 0 and fold(label.name) in _HEADINGS):
            found[fold(label.name)] = label
    return tuple(found.values())


def _label(cells: Sequence[str]) -> AnswerLabel:
    name, use_when, examples = [*(" ".join(cell.split()) for cell in cells[:3]), "", "", ""][:3]
    return AnswerLabel(name, use_when, _quoted(examples))


def _quoted(examples: str) -> str:
    """Write several examples as they stand elsewhere: each in quotes, with commas between."""
    parts = [part for part in _BETWEEN_EXAMPLES.split(examples) if part]
    return ", ".join(f"“{part}”" for part in parts) if len(parts) > 1 else examples


def merged(
    labels: Sequence[AnswerLabel], pasted: Sequence[AnswerLabel]
) -> tuple[tuple[AnswerLabel, ...], int]:
    """Return the labels with the pasted ones in their place or at the end, and how many replace."""
    new = {fold(label.name): label for label in pasted}
    replaced = sum(1 for label in labels if fold(label.name) in new)
    kept = tuple(new.pop(fold(label.name), label) for label in labels)
    return (*kept, *new.values()), replaced
