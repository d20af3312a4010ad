"""A larger text, chosen while the window is open, cuts no word that counts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.core.cost import Estimate
from app.core.job import Mode
from app.engine.samples import samples
from app.engine.view import JobView
from app.ui.first_run import FirstRun
from app.ui.job.running import RunningView
from app.ui.layouts import box, column
from app.ui.steps.footer import Footer
from app.ui.steps.limits import LongestAnswer
from app.ui.steps.spend_limit import SpendLimit
from app.ui.steps.summaries import Summaries
from app.ui.theme import THEME
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.label import Label
from app.ui.widgets.sample_card import SampleCard
from tests.ui.made_jobs import running_job

LARGE = 130


def test_fields_grow_with_their_text(qtbot: QtBot) -> None:
    """The longest answer keeps its unit, and the empty limit its words."""
    longest, limit = LongestAnswer(), SpendLimit()
    for card in (longest, limit):
        qtbot.addWidget(card)
        card.show()
    longest.show_tokens(1000, 64_000)
    before = longest.field.width(), limit.field.width()
    THEME.apply("light", LARGE)
    for field, was in zip((longest.field, limit.field), before, strict=True):
        assert field.width() == THEME.px(was)


def test_a_sample_says_its_whole_question(qtbot: QtBot) -> None:
    """A card grows for a question of three lines, and its neighbours with it."""
    screen = FirstRun(samples())
    qtbot.addWidget(screen)
    screen.resize(760, 640)
    screen.show()
    THEME.apply("light", LARGE)
    cards = screen.findChildren(SampleCard)
    hints = [card.findChild(Label) for card in cards]

    def shown() -> bool:
        needed = [hint.heightForWidth(hint.width()) for hint in hints if hint is not None]
        return all(
            hint is not None and hint.height() >= most
            for hint, most in zip(hints, needed, strict=True)
        )

    qtbot.waitUntil(shown)
    qtbot.waitUntil(lambda: len({card.height() for card in cards}) == 1)


@pytest.mark.parametrize("width", [1216, 960])
def test_cost_and_end_of_batches_need_no_scrolling(
    qtbot: QtBot, tmp_path: Path, width: int
) -> None:
    """What matters least is left out instead, and every row that has room is shown."""
    made = running_job(tmp_path)
    view = RunningView()
    qtbot.addWidget(view)
    view.resize(width, 700)
    reader = JobView(made.path)
    view.show_job(made.line(), reader.batches())
    reader.close()
    made.close()
    view.show()
    THEME.apply("light", LARGE)
    qtbot.waitUntil(lambda: not view.table.horizontalScrollBar().maximum())
    names = [view.model.headerData(n, Qt.Orientation.Horizontal) for n in range(10)]
    hidden = {name for n, name in enumerate(names) if view.table.isColumnHidden(n)}
    assert not hidden & {"#", "Status", "Progress", "Rows", "Finished", "Cost"}


def test_the_worst_case_is_never_shortened(qtbot: QtBot) -> None:
    """A sum without its last digits is another sum."""
    summaries = Summaries()
    page = box(column(summaries, None))
    qtbot.addWidget(page)
    page.resize(900, 600)
    sums = (Decimal(n) for n in ("4.12", "3.6", "5.05", "12345.67", "8.24"))
    summaries.show_cost(Estimate(3, 1000, 100, "Counted", *sums), Mode.REAL, "")
    page.show()
    THEME.apply("light", LARGE)
    words = "Never more than $12,345.67"
    label = next(each for each in summaries.findChildren(Label) if each.text() == words)
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()))
    assert label.wordWrap()


def test_the_footer_says_its_sentence_to_the_end(qtbot: QtBot) -> None:
    """What submitting means for the person's money stands in two lines where one is too short."""
    footer = Footer()
    qtbot.addWidget(footer)
    footer.resize(760, 65)
    sentence = "You can cancel at any time. Rows already answered are charged."
    footer.show_primary("Submit 20,000 rows · about $12.34", "send", sentence, "")
    footer.show()
    THEME.apply("light", LARGE)
    label = next(each for each in footer.findChildren(Label) if each.text() == sentence)
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()))
    assert label.wordWrap()


def test_a_dialog_keeps_its_title_on_the_screen(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dialog as high as the screen begins at its top, and grows with the text while open."""
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _screen: QRect(0, 0, 1024, 640))
    dialog = Dialog(None, "Settings", width=400, scrolls=True)
    qtbot.addWidget(dialog)
    for number in range(30):
        dialog.body.addWidget(QLineEdit(f"Setting {number}"))
    dialog.move(100, -40)
    dialog.show()
    assert dialog.frameGeometry().top() >= 0
    assert dialog.frameGeometry().bottom() < 640
    THEME.apply("light", LARGE)
    assert dialog.width() == THEME.px(400)
