"""Promises of the answer quality in Model & cost: what differs is offered, explained and priced."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QAbstractButton

from app.core.answer_size import usual_longest_answer
from app.core.quality import Quality
from app.engine.verbs import EstimateJob
from app.ui.steps.model_cost import ModelCostStep
from app.ui.theme import THEME
from tests.ui.cost_step import desk, path, step
from tests.ui.draft_job import CATALOG, SETTINGS, head, line
from tests.ui.fake_desk import FakeDesk

__all__ = ["desk", "path", "step"]


def _segment(step: ModelCostStep, word: str) -> QAbstractButton:
    buttons = step._quality.choice.findChildren(QAbstractButton)
    return next(button for button in buttons if button.text() == word)


def _choose_model(step: ModelCostStep, model: str) -> None:
    step._cards._cards[model].click()


def test_the_price_follows_at_once(step: ModelCostStep, desk: FakeDesk) -> None:
    """Choosing Careful asks for the new price with the new quality, and the panel shows it."""
    before = step._cost._figure.text()
    _segment(step, "Careful").click()
    step._estimator.ask_now()
    asked = desk.verbs_of(EstimateJob)[-1].settings
    assert asked.quality is Quality.CAREFUL
    assert step.apply(SETTINGS).quality is Quality.CAREFUL
    assert step._cost._figure.text() != before
    assert "thinks first, about 300 words" in step._quality._hint.text()


def test_a_suggested_longest_answer_leaves_room_to_think(step: ModelCostStep) -> None:
    """The suggestion follows the quality; a number of the person's own stays and is warned of."""
    haiku = CATALOG.need("claude-haiku-5-5")
    step._longest.field.setValue(usual_longest_answer(SETTINGS, haiku))
    _segment(step, "Thorough").click()
    thorough = replace(SETTINGS, quality=Quality.THOROUGH)
    assert step._longest.field.value() == usual_longest_answer(thorough, haiku)
    step._longest.field.setValue(130)
    _segment(step, "Careful").click()
    step._estimator.ask_now()
    assert step._longest.field.value() == 130
    assert "thinks before it answers, and that counts too" in step._longest._advice.text()
    assert step._longest._icon.isVisible()


def test_only_what_the_model_can_is_offered(step: ModelCostStep) -> None:
    """A model with one way of answering has no choice, and says so; the job keeps its setting."""
    _segment(step, "Careful").click()
    step._cards._fold()
    _choose_model(step, "claude-mythos-preview")
    assert not step._quality.choice.isVisible()
    assert "nothing to choose" in step._quality._hint.text()
    assert step.apply(SETTINGS).quality is Quality.CAREFUL
    _choose_model(step, "claude-haiku-5-5")
    assert _segment(step, "Careful").isVisible()
    assert _segment(step, "Careful").isChecked()


def test_what_means_the_same_is_said(step: ModelCostStep) -> None:
    """A longest answer without room to think makes a choice mean less, and the line says that."""
    step._cards._fold()
    _choose_model(step, "claude-haiku-4-5")
    _segment(step, "Thorough").click()
    step._longest.field.setValue(3_000)
    assert "means the same to Claude Haiku 4.5 as careful" in step._quality._hint.text()
    step._longest.field.setValue(500)
    assert "no room to think" in step._quality._hint.text()


def test_the_quality_of_a_job_is_shown(step: ModelCostStep, path: str) -> None:
    """A draft that was set to Thorough comes back as that, and goes out as that."""
    step.show_job(line(path), head(path, quality=Quality.THOROUGH))
    assert _segment(step, "Thorough").isChecked()
    thorough = replace(SETTINGS, quality=Quality.THOROUGH)
    assert step.apply(thorough) == thorough


@pytest.mark.parametrize("percent", [100, 130])
def test_the_choice_fits_the_smallest_window(step: ModelCostStep, percent: int) -> None:
    """All three words are readable beside the explanation at 1024 pixels of width."""
    THEME.apply("dark", percent)
    step.resize(1024 - 64, 640)
    assert step.minimumSizeHint().width() <= 1024 - 64
    for word in ("Quick", "Careful", "Thorough"):
        assert _segment(step, word).width() >= THEME.width(word, "bodyM") + 16
