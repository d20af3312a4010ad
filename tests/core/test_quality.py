"""Promises of the answer quality: plain words become what each model takes, at its price."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.core.answer_size import thought
from app.core.answers import parse_definition
from app.core.catalog import Model
from app.core.job import JobSettings
from app.core.quality import Quality, approach, can_think, choices, meaning, same_choice
from app.engine.bench import bundled_catalog
from app.engine.estimate import advise, with_usual_longest_answer

CATALOG = bundled_catalog()
QUICK, CAREFUL, THOROUGH = Quality
TOPIC = (parse_definition("topic: category = Delivery | Quality"),)


@pytest.mark.parametrize(
    ("model", "quality", "thinking", "effort"),
    [
        ("claude-haiku-5-5", QUICK, {"type": "disabled"}, ""),
        ("claude-haiku-5-5", CAREFUL, None, "medium"),
        ("claude-haiku-5-5", THOROUGH, None, "high"),
        ("claude-sonnet-5-5", QUICK, {"type": "between_tools"}, "low"),
        ("claude-sonnet-5-5", THOROUGH, None, "high"),
        ("claude-opus-5-5", QUICK, None, "low"),
        ("claude-opus-5-5", CAREFUL, None, "medium"),
        ("claude-opus-4-8", QUICK, None, ""),
        ("claude-opus-4-8", CAREFUL, {"type": "adaptive"}, "medium"),
        ("claude-sonnet-4-6", THOROUGH, {"type": "adaptive"}, "high"),
        ("claude-haiku-4-5", QUICK, None, ""),
        ("claude-haiku-4-5", CAREFUL, {"type": "enabled", "budget_tokens": 2_048}, ""),
        ("claude-opus-4-5", THOROUGH, {"type": "enabled", "budget_tokens": 4_096}, "high"),
        ("claude-mythos-preview", CAREFUL, None, ""),
    ],
)
def test_plain_words_become_what_the_model_takes(
    model: str, quality: Quality, thinking: Any, effort: str
) -> None:
    """Switches, efforts and budgets differ by model; the person chooses one of three words."""
    found = approach(CATALOG.need(model), quality, 20_000)
    assert (found.thinking, found.effort) == (thinking, effort)


@pytest.mark.parametrize("model", CATALOG.offered(), ids=lambda model: model.id)
def test_more_care_never_thinks_less(model: Model) -> None:
    """What is expected of thinking grows with the quality, and so does the price."""
    thought = [approach(model, quality, 20_000).thought for quality in Quality]
    assert thought == sorted(thought)
    assert thought[0] < thought[2] or not model.efforts


def test_a_budget_fits_below_the_longest_answer() -> None:
    """The service refuses a budget that is not smaller; without room the model does not think."""
    haiku = CATALOG.need("claude-haiku-4-5")
    for longest in (1, 300, 2_047, 2_048, 3_000, 64_000):
        asked = approach(haiku, THOROUGH, longest)
        assert can_think(haiku, THOROUGH, longest) is (asked.thinking is not None)
        if asked.thinking is not None:
            assert 1_024 <= asked.thinking["budget_tokens"] < longest


@pytest.mark.parametrize("model", ["claude-haiku-5-5", "claude-opus-5-5", "claude-haiku-4-5"])
@pytest.mark.parametrize("quality", [CAREFUL, THOROUGH])
def test_a_longest_answer_that_thinking_would_eat_is_said(model: str, quality: Quality) -> None:
    """A small one is warned about with the number that is enough; the suggested one is not."""
    known = CATALOG.need(model)
    small = JobSettings("{{a}}", answers=TOPIC, model=model, max_tokens=100, quality=quality)
    words, tight = advise(small, known)
    assert tight
    assert "think" in words
    assert advise(with_usual_longest_answer(small, known), known)[1] is False


def test_thinking_is_in_the_price() -> None:
    """The same job costs more when the answers are thought over."""
    settings = JobSettings("{{a}}", answers=TOPIC, model="claude-haiku-5-5", max_tokens=9_000)
    haiku = CATALOG.need("claude-haiku-5-5")
    usual = [thought(replace(settings, quality=q), haiku) for q in Quality]
    assert usual[0] == 0 < usual[1] < usual[2]


@pytest.mark.parametrize("model", CATALOG.offered(), ids=lambda model: model.id)
def test_only_what_differs_is_offered(model: Model) -> None:
    """Two choices never send the same request, and each quality means the same as one of them."""
    offered = choices(model)
    asked = [approach(model, quality, model.max_output_tokens) for quality in offered]
    assert all(asked.count(one) == 1 for one in asked)
    for quality in Quality:
        same = same_choice(model, quality)
        assert same in offered
        assert approach(model, same, model.max_output_tokens) == approach(
            model, quality, model.max_output_tokens
        )


@pytest.mark.parametrize(
    ("model", "quality", "longest", "said"),
    [
        ("claude-haiku-5-5", QUICK, 400, "answers at once, without thinking"),
        ("claude-haiku-5-5", CAREFUL, 4_000, "thinks first, about 300 words a row"),
        ("claude-haiku-5-5", THOROUGH, 9_000, "thinks first, about 700 words a row"),
        ("claude-opus-5-5", QUICK, 4_000, "always thinks first, here about 100 words"),
        ("claude-mythos-preview", CAREFUL, 4_000, "nothing to choose"),
        ("claude-haiku-4-5", CAREFUL, 400, "no room to think"),
        ("claude-haiku-4-5", THOROUGH, 3_000, "means the same to Claude Haiku 4.5 as careful"),
    ],
)
def test_what_a_quality_means_is_said_for_the_model(
    model: str, quality: Quality, longest: int, said: str
) -> None:
    """One sentence says whether the model thinks first, and when two choices are one."""
    assert said in meaning(CATALOG.need(model), quality, longest)
