"""How long an answer is likely to be, judged from its columns alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.answers import AnswerColumn, AnswerKind
from app.core.catalog import Model
from app.core.cost import size_of
from app.core.job import JobSettings
from app.core.quality import approach

FREE_TEXT_TOKENS = 120
_SHORT, _SHORT_MOST = 14, 40
_LONG, _LONG_MOST = 90, 400


@dataclass(frozen=True, slots=True)
class AnswerSize:
    """Tokens of one answer: the usual, and what all columns together may need."""

    usual: int
    most: int


def answer_size(columns: Sequence[AnswerColumn]) -> AnswerSize:
    """Judge how long an answer with these columns is."""
    if not columns:
        return AnswerSize(FREE_TEXT_TOKENS, FREE_TEXT_TOKENS)
    sizes = [_cell_size(column) for column in columns]
    return AnswerSize(4 + sum(s.usual for s in sizes), 4 + sum(s.most for s in sizes))


def _cell_size(column: AnswerColumn) -> AnswerSize:
    key = 4 + round(size_of(column.name).tokens())
    if column.kind is AnswerKind.SHORT_TEXT:
        return AnswerSize(key + _SHORT, key + _SHORT_MOST)
    if column.kind is AnswerKind.LONG_TEXT:
        return AnswerSize(key + _LONG, key + _LONG_MOST)
    labels = [2 + round(size_of(choice).tokens()) for choice in column.choices] or [4]
    if column.kind is AnswerKind.LABELS:
        return AnswerSize(key + 2 * max(labels), key + sum(labels))
    return AnswerSize(key + max(labels), key + max(labels) + 2)


def thought(settings: JobSettings, model: Model) -> int:
    """Return about how many tokens of thinking an answer begins with; they are billed too."""
    longest = settings.max_tokens or model.max_output_tokens
    return approach(model, settings.quality, longest).thought


def most_written(settings: JobSettings, model: Model) -> float:
    """Return how many tokens an answer may have that nothing but the columns holds back.

    Labels and numbers are as long as they are, but for the model that takes them only in words.
    Free text and thinking end where the longest answer does.
    """
    free = not settings.answers or any(one.kind in _FREE for one in settings.answers)
    if free or thought(settings, model) or not model.structured_outputs:
        return float(settings.max_tokens)
    return min(answer_size(settings.answers).most * model.token_factor, settings.max_tokens)


_FREE = frozenset({AnswerKind.SHORT_TEXT, AnswerKind.LONG_TEXT})


def usual_longest_answer(settings: JobSettings, model: Model) -> int:
    """Suggest a longest answer: four times what the columns need, and room to think."""
    needed = answer_size(settings.answers).most
    thinking = 8 * approach(model, settings.quality, model.max_output_tokens).thought
    wanted = 4 * needed + thinking if settings.answers else 1000 + thinking
    rounded = -(-wanted // 100) * 100
    return min(rounded, model.max_output_tokens)
