"""Promises of the question about the limit: three figures, two ways, and a button that follows."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.cost import Estimate
from app.core.limit_reach import LimitReach
from app.ui.dialogs.limit_choice import LimitAnswer, LimitDialog, LimitQuestion
from app.ui.theme import THEME
from app.ui.widgets.label import Label

STORY = Estimate(
    22_412, 4_000_000, 700_000, "Counted on 40 rows", Decimal("7.87"), Decimal("7.20"),
    Decimal("8.60"), Decimal("22.30"),
)  # fmt: skip
REACH = LimitReach((2_000,) * 11 + (412,), Decimal("7.87"), Decimal("22.30"))


def dialog_for(qtbot: QtBot, limit: str | None) -> LimitDialog:
    """Return the dialog for the job of the design with this limit."""
    amount = None if limit is None else Decimal(limit)
    dialog = LimitDialog(LimitQuestion(STORY, REACH, 160, amount))
    qtbot.addWidget(dialog)
    dialog.show()
    QApplication.processEvents()
    return dialog


def said(dialog: LimitDialog) -> list[str]:
    """Return all that can be read."""
    return [label.text() for label in dialog.findChildren(Label) if label.isVisible()]


def test_three_figures_and_a_limit_that_is_enough(qtbot: QtBot) -> None:
    """Expected, worst case and limit; raising it to the smallest round one is chosen."""
    dialog = dialog_for(qtbot, "6.00")
    words = said(dialog)
    for figure in ("$7.87", "$22.30", "$6.00", "most likely $7.20 to $8.60"):
        assert figure in words
    assert dialog.field.text() == "9.50"
    assert "Enough to send every row. It still cannot be passed." in words
    assert dialog.submit.text() == "Submit 22,412 rows · about $7.87"
    assert dialog.answer == LimitAnswer(Decimal("9.50"))


def test_keeping_the_limit_says_how_far_it_reaches(qtbot: QtBot) -> None:
    """Rows and price on the button are those that go; the job then waits and asks."""
    dialog = dialog_for(qtbot, "6.00")
    dialog.keep.click()
    assert dialog.keep.text() == "Keep $6.00"
    assert dialog.submit.text() == "Submit 17,000 rows · about $5.97"
    assert any("17,000 of 22,412 rows are sent. Then Sheaf waits" in text for text in said(dialog))
    assert dialog.answer == LimitAnswer(Decimal("6.00"))


def test_typing_a_limit_chooses_it_and_the_button_follows(qtbot: QtBot) -> None:
    """Half the money, about half the rows."""
    dialog = dialog_for(qtbot, "2.00")
    dialog.keep.click()
    dialog.field.setText("4.00")
    assert dialog.set_limit.isChecked()
    assert dialog.submit.text() == "Submit 11,000 rows · about $3.86"
    assert dialog.answer == LimitAnswer(Decimal("4.00"))


@pytest.mark.parametrize("written", ["", "0"])
def test_a_limit_of_nothing_cannot_be_set(qtbot: QtBot, written: str) -> None:
    """No row could go: the button is off, and the sentence says what is needed."""
    dialog = dialog_for(qtbot, "6.00")
    dialog.field.setText(written)
    assert not dialog.submit.isEnabled()
    assert "Write a sum under which at least one row can go." in said(dialog)
    dialog.keep.click()
    assert dialog.submit.isEnabled()


def test_a_dear_job_without_a_limit_is_offered_one(qtbot: QtBot) -> None:
    """The same figures; no limit is the other choice, and says what it means."""
    dialog = dialog_for(qtbot, None)
    assert dialog.windowTitle() == "Spend about $7.87?"
    assert dialog.set_limit.text() == "Set a limit of"
    dialog.keep.click()
    assert dialog.answer == LimitAnswer(None)
    assert dialog.submit.text() == "Submit 22,412 rows · about $7.87"


def test_esc_sends_nothing(qtbot: QtBot) -> None:
    """Back, Esc and the cross are the harmless answer."""
    dialog = dialog_for(qtbot, "6.00")
    with qtbot.waitSignal(dialog.rejected):
        dialog.reject()


@pytest.mark.parametrize("percent", [100, 130])
@pytest.mark.parametrize("limit", ["6.00", None])
def test_no_word_is_cut(qtbot: QtBot, limit: str | None, percent: int) -> None:
    """At every text size."""
    dialog = dialog_for(qtbot, limit)
    THEME.apply("dark", percent)
    QApplication.processEvents()
    for label in dialog.findChildren(Label):
        if label.isVisible() and not label.wordWrap():
            assert label.width() >= THEME.width(label.text(), label.role), label.text()
