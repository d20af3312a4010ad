"""How carefully a model answers, in a person's words, as the thinking and effort of each model.

What models do when nothing is said, and what each lets one ask, is in claude-batch-api section 4.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.catalog import Model, Thinking


class Quality(StrEnum):
    """How much a model is to think before it answers: thinking is billed as writing."""

    QUICK = "quick"
    CAREFUL = "careful"
    THOROUGH = "thorough"


@dataclass(frozen=True, slots=True)
class Approach:
    """What a request asks for besides the answer.

    `thinking` and `effort` are sent where they are set; `thought` is about how many tokens of
    thinking an answer then begins with, a guess until some were measured.
    """

    thinking: Mapping[str, Any] | None = None
    effort: str = ""
    thought: int = 0


WORDS_PER_TOKEN = 0.75
"""About how many English words a token is."""
_EFFORTS = {Quality.QUICK: "low", Quality.CAREFUL: "medium", Quality.THOROUGH: "high"}
_THOUGHT = {"low": 150, "medium": 400, "high": 900}
_BUDGETS = {Quality.CAREFUL: 2_048, Quality.THOROUGH: 4_096}
_SMALLEST_BUDGET = 1_024
ROOM_TO_THINK = 2 * _SMALLEST_BUDGET
"""The longest answer from which on a model thinks that takes a budget for it."""


def approach(model: Model, quality: Quality, max_tokens: int) -> Approach:
    """Return what to ask of a model for this quality, with answers of at most so many tokens."""
    if quality is Quality.QUICK:
        return _quick(model)
    effort = _effort(model, quality)
    if model.thinking is Thinking.OFF:
        return _switched_on(model, quality, effort, max_tokens)
    return Approach(None, effort, _thought(model, effort))


def _quick(model: Model) -> Approach:
    """Switch thinking off where that is possible, and ask for little effort where it is not."""
    switch = {"type": model.thinking_off} if model.thinking_off else None
    thinking = switch if model.thinking is Thinking.ON else None
    if not model.thinks_in_short_answers:
        return Approach(thinking)
    effort = _effort(model, Quality.QUICK)
    return Approach(thinking, effort, _thought(model, effort))


def _switched_on(model: Model, quality: Quality, effort: str, max_tokens: int) -> Approach:
    """Ask a model to think that does not by itself.

    A budget of tokens must be smaller than the longest answer; where there is no room for one,
    the model does not think.
    """
    if model.thinking_on != "enabled":
        thinking = {"type": model.thinking_on} if model.thinking_on else None
        return Approach(thinking, effort, _thought(model, effort) if thinking else 0)
    budget = min(_BUDGETS[quality], max_tokens // 2)
    if budget < _SMALLEST_BUDGET:
        return Approach(None, effort)
    return Approach({"type": "enabled", "budget_tokens": budget}, effort, budget // 3)


def _effort(model: Model, quality: Quality) -> str:
    wanted = _EFFORTS[quality]
    return wanted if wanted in model.efforts else ""


def _thought(model: Model, effort: str) -> int:
    return _THOUGHT.get(effort or model.default_effort, _THOUGHT["high"])


def can_think(model: Model, quality: Quality, max_tokens: int) -> bool:
    """Say whether answers may be long enough for the thinking that this quality asks for."""
    if quality is Quality.QUICK or model.thinking_on != "enabled":
        return True
    return model.thinking is not Thinking.OFF or max_tokens >= ROOM_TO_THINK


def choices(model: Model) -> tuple[Quality, ...]:
    """Return the qualities that differ for a model whose answers may be as long as it can."""
    return tuple(quality for quality in Quality if same_choice(model, quality) is quality)


def same_choice(model: Model, quality: Quality) -> Quality:
    """Return the first of a model's choices that means the same to it as this quality."""
    most = model.max_output_tokens
    wanted = approach(model, quality, most)
    return next(each for each in Quality if approach(model, each, most) == wanted)


def meaning(model: Model, quality: Quality, max_tokens: int) -> str:
    """Say in a sentence what a quality means for this model: whether it thinks, and who pays."""
    if len(choices(model)) == 1:
        return f"{model.name} {_only_way(model)}, so there is nothing to choose."
    if not can_think(model, quality, max_tokens):
        return f"With answers this short {model.name} has no room to think first."
    asked = approach(model, quality, max_tokens)
    if same := _same_now(model, quality, max_tokens):
        return f"With answers this short it means the same to {model.name} as {same.value}."
    if not asked.thought:
        return f"{model.name} answers at once, without thinking first: the lowest price."
    words = _hundreds(asked.thought * WORDS_PER_TOKEN)
    if quality is Quality.QUICK:
        return f"{model.name} always thinks first, here about {words} words, paid like writing."
    return f"{model.name} thinks first, about {words} words a row, which are paid like writing."


def _only_way(model: Model) -> str:
    thinks = approach(model, Quality.QUICK, model.max_output_tokens).thought
    return "decides itself how long it thinks" if thinks else "always answers without thinking"


def _same_now(model: Model, quality: Quality, max_tokens: int) -> Quality | None:
    """Return a lesser choice that is sent as the same request, with answers of this length."""
    asked = approach(model, quality, max_tokens)
    lesser = choices(model)[: choices(model).index(same_choice(model, quality))]
    return next((each for each in lesser if approach(model, each, max_tokens) == asked), None)


def _hundreds(words: float) -> str:
    return f"{max(100, round(words / 100) * 100):,}"
