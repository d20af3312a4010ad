"""The first screen: the invitation, the samples, and that it fits."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine.samples import Sample, samples
from app.ui.first_run import FirstRun
from app.ui.placing import LEAST_SIZE
from app.ui.sidebar import RAIL
from app.ui.theme import THEME
from app.ui.widgets.sample_card import SampleCard


@pytest.fixture
def screen(qtbot: QtBot) -> FirstRun:
    """The screen as it stands in the least window."""
    made = FirstRun(samples())
    qtbot.addWidget(made)
    made.resize(LEAST_SIZE.width() - RAIL, LEAST_SIZE.height())
    made.show()
    return made


def test_every_sample_has_a_card_that_chooses_it(qtbot: QtBot, screen: FirstRun) -> None:
    """Three cards, each with the sample's own words, each usable by keyboard."""
    cards = screen.findChildren(SampleCard)
    assert [card.text() for card in cards] == [sample.title for sample in samples()]
    wanted: list[Sample] = []
    screen.sample_wanted.connect(wanted.append)
    qtbot.mouseClick(cards[0], Qt.MouseButton.LeftButton)
    qtbot.keyClick(cards[2], Qt.Key.Key_Space)
    assert wanted == [samples()[0], samples()[2]]
    assert "500 rows" in cards[0].accessibleName()


@pytest.mark.parametrize("percent", [100, 115, 130])
def test_it_fits_the_least_window(screen: FirstRun, percent: int) -> None:
    """At every text size nothing is cut at the right."""
    THEME.apply("light", percent)
    content = screen._content
    assert content.minimumSizeHint().width() + 80 <= LEAST_SIZE.width() - RAIL
