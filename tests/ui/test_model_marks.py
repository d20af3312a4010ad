"""Promises of the model cards: what speaks against a model is on its card, with the day."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from app.core.model_marks import mark
from app.engine.estimate import estimate
from app.engine.replies import EstimateReply, ModelList, Note
from app.engine.verbs import EstimateJob
from app.ui.steps.model_cards import ModelCards
from app.ui.steps.model_cost import ModelCostStep
from app.ui.theme import THEME
from app.ui.widgets.label import Label
from tests.ui.draft_job import CATALOG, desk_for, draft_job, head, line
from tests.ui.fake_desk import A_KEY
from tests.ui.looking import picture

ENDS, ENDED = "claude-sonnet-4-5", "claude-opus-4-1"
LISTED = ModelList(
    CATALOG.offered(),
    CATALOG.suggested().id,
    CATALOG.as_of,
    live=False,
    marks={model.id: said for model in CATALOG.models if (said := mark(model))},
    others=tuple(model for model in CATALOG.models if model not in CATALOG.offered()),
)


@pytest.fixture
def cards(qtbot: QtBot) -> ModelCards:
    """Give the cards, unfolded."""
    made = ModelCards()
    qtbot.addWidget(made)
    made.show_models(LISTED)
    made.resize(560, made.sizeHint().height())
    made.show()
    made._fold()
    return made


def test_a_model_that_ends_says_when(cards: ModelCards) -> None:
    """In words, for the eye and for a screen reader; it can still be chosen."""
    card = cards._cards[ENDS]
    assert "Retires 30 November 2026" in card.accessibleDescription()
    assert "Retires 30 November 2026" in card.toolTip()
    card.click()
    assert cards.current == ENDS
    assert "Retire" not in cards._cards[CATALOG.suggested().id].accessibleDescription()


def test_a_model_that_has_ended_is_there_and_cannot_be_chosen(cards: ModelCards) -> None:
    """Somebody who looks for it learns why."""
    card = cards._cards[ENDED]
    assert card.isVisible()
    assert "Retired 5 August 2026" in card.accessibleDescription()
    card.click()
    assert cards.current == ""
    cards.show_prices({})
    assert "not known" not in card.accessibleDescription()


def test_the_mark_is_painted_before_the_hint(cards: ModelCards) -> None:
    """The second line is another with the mark, which has its room at every size of text."""
    for theme, percent in (("light", 100), ("dark", 130)):
        THEME.apply(theme, percent)
        card = cards._cards[ENDS]
        marked = picture(card)
        card._mark = ""
        assert picture(card) != marked
        card._mark = "Retires 30 November 2026"
        needed = THEME.width(card._mark, "smallM") + THEME.px(14) + 6
        assert card.width() - 30 - THEME.px(16) - card._price_width() - 32 >= needed


def test_a_draft_whose_model_has_ended_shows_what_became_of_it(
    tmp_path: Path, qtbot: QtBot
) -> None:
    """Another model is suggested, and beside it the old one stands with its mark."""
    path = draft_job(tmp_path)
    step = ModelCostStep(desk_for(tmp_path, path, key=A_KEY, models=LISTED))
    qtbot.addWidget(step)
    step.show_job(line(path), head(path, model=ENDED))
    step.show()
    assert step._cards.current == CATALOG.suggested().id
    assert step._cards._cards[ENDED].isVisible()
    step._cards.fold()
    assert not step._cards._cards[ENDED].isVisible()


def test_an_end_is_said_beside_the_price(tmp_path: Path, qtbot: QtBot) -> None:
    """The panel shows the engine's note about it."""
    path = draft_job(tmp_path)
    said = "Claude Sonnet 4.5 retires on 30 November 2026, in 9 days."

    def ends(verb: EstimateJob) -> EstimateReply:
        found = estimate(head(path), verb.settings, CATALOG)
        return msgspec.structs.replace(found, notes=(Note("ending", said),))

    desk = desk_for(tmp_path, path, {EstimateJob: ends}, key=A_KEY, models=LISTED)
    step = ModelCostStep(desk)
    qtbot.addWidget(step)
    step.show_job(line(path), head(path))
    step.entered()
    step._estimator.ask_now()
    assert said in [label.text() for label in step._cost.findChildren(Label)]
