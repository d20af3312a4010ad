"""Which rows to run: each choice becomes what the engine runs, and is shown again as it was."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.core.job import Rows
from app.core.row_choice import Holds, RowRule, Where
from app.engine.replies import FoundRows
from app.ui.steps.rows_card import RowsCard

COLUMNS = ("id", "city", "note")


@pytest.fixture
def card(qtbot: QtBot) -> RowsCard:
    """The card of a table of 400 rows."""
    made = RowsCard()
    qtbot.addWidget(made)
    made.show_columns(COLUMNS)
    made.show_rows(Rows(), 400)
    made.show()
    return made


def test_a_sample_is_looked_up_by_the_engine(qtbot: QtBot, card: RowsCard) -> None:
    """The rule is asked for at once; the rows that come back are the choice."""
    with qtbot.waitSignal(card.rule_asked) as asked:
        card._radio(3).click()
    rule = RowRule(sample=100)
    assert asked.args == [Rows(rule=rule)]
    assert card.chosen == Rows(rule=rule)
    found = Rows(picked=(3, 9), rule=rule)
    card.take(FoundRows(found, 2))
    assert card.chosen == found
    assert not card.picking


def test_a_condition_needs_its_value(qtbot: QtBot, card: RowsCard) -> None:
    """Nothing is looked up until there is something to compare with; then the count is said."""
    asked: list[Rows] = []
    card.rule_asked.connect(asked.append)
    card._radio(4).click()
    where = card._where
    assert where.isVisible()
    assert asked == [Rows(rule=RowRule(where=Where("id", Holds.EMPTY)))]
    where._column.setCurrentIndex(1)
    where._holds.setCurrentIndex(2)
    where._on_chosen()
    assert len(asked) == 1
    qtbot.keyClicks(where._value, "Ulm")
    qtbot.waitUntil(lambda: len(asked) == 2)
    rule = RowRule(where=Where("city", Holds.EQUALS, "Ulm"))
    assert asked[-1] == Rows(rule=rule)
    card.take(FoundRows(Rows(picked=(7,), rule=rule), 1))
    assert card._said.text() == "1 row to run."


def test_an_answer_to_another_rule_is_dropped(card: RowsCard) -> None:
    """Whoever has gone on meanwhile keeps the newer choice."""
    card._radio(3).click()
    card.take(FoundRows(Rows(picked=(1,), rule=RowRule(sample=7)), 1))
    assert card.chosen == Rows(rule=RowRule(sample=100))


@pytest.mark.parametrize(
    "rows",
    [
        Rows(),
        Rows(first=7),
        Rows(picked=(2, 5)),
        Rows(picked=(2, 5), rule=RowRule(sample=2)),
        Rows(picked=(8,), rule=RowRule(where=Where("note", Holds.CONTAINS, "late"))),
    ],
)
def test_a_choice_is_shown_as_it_was(card: RowsCard, rows: Rows) -> None:
    """Filling the card is no edit, and gives the same choice back."""
    edits: list[object] = []
    card.changed.connect(lambda: edits.append(None))
    card.rule_asked.connect(edits.append)
    card.show_rows(rows, 400)
    assert card.chosen == rows
    assert not edits


def test_a_sample_has_a_seed_that_can_be_chosen(qtbot: QtBot) -> None:
    """Whoever draws again may draw other rows, or the same; the seed is kept with the choice."""
    card = RowsCard()
    qtbot.addWidget(card)
    card.show_rows(Rows(), 500)
    assert card._seeding.isHidden()
    card._radio(3).click()
    assert not card._seeding.isHidden()
    asked: list[Rows] = []
    card.rule_asked.connect(asked.append)
    card._seed.setValue(7)
    assert asked[-1].rule == RowRule(sample=100, seed=7)
    other = RowsCard()
    qtbot.addWidget(other)
    other.show_rows(asked[-1], 500)
    assert other._seed.value() == 7
