"""The promises of the answer column editor: nothing changes unasked, and nothing wrong gets out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from app.core.answers import AnswerColumn, AnswerKind, AnswerLabel
from app.engine.verbs import EstimateJob
from app.ui.dialogs.answer_column import AnswerColumnDialog
from app.ui.dialogs.label_row import LabelRow
from app.ui.dialogs.pasted_labels import merged, read_labels
from app.ui.widgets.label import Label
from tests.ui.draft_job import ANSWERS, SETTINGS, desk_for, draft_job
from tests.ui.fake_desk import FakeDesk

Open = Callable[..., AnswerColumnDialog]


@pytest.fixture
def desk(tmp_path: Path) -> FakeDesk:
    """Give a desk with a draft."""
    return desk_for(tmp_path, draft_job(tmp_path))


@pytest.fixture
def show(desk: FakeDesk, tmp_path: Path, qtbot: QtBot) -> Open:
    """Give a way to open the editor on a column of the draft."""

    def show(place: int = 0, wanted: AnswerColumn = ANSWERS[0], **changes: Any) -> Any:
        settings = replace(SETTINGS, **changes)
        path = str(tmp_path / "reviews.sheaf")
        dialog = AnswerColumnDialog(desk, path, settings, place, wanted)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitExposed(dialog)
        dialog.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
        return dialog

    return show


def _button(dialog: AnswerColumnDialog, name: str) -> QAbstractButton:
    found = dialog.findChild(QAbstractButton, name)
    assert isinstance(found, QAbstractButton)
    return found


def _rows(dialog: AnswerColumnDialog) -> list[LabelRow]:
    return list(dialog._labels._list.rows)


def _decided(dialog: AnswerColumnDialog) -> list[tuple[int, AnswerColumn]]:
    found: list[tuple[int, AnswerColumn]] = []
    dialog.decided.connect(lambda place, column: found.append((place, column)))
    return found


def test_a_column_comes_back_as_it_went_in(show: Open) -> None:
    """Opening the editor and pressing Done changes nothing."""
    several = AnswerColumn(
        "themes",
        AnswerKind.LABELS,
        "All that apply",
        (AnswerLabel("Staff", "people", "“kind”"), AnswerLabel("Price")),
    )
    number = AnswerColumn("amount", AnswerKind.NUMBER, "The sum", (), cannot_tell=True)
    for wanted in (*ANSWERS, several, number):
        dialog = show(0, wanted, answers=(wanted,))
        decided = _decided(dialog)
        _button(dialog, "done").click()
        assert decided == [(0, wanted)]


def test_cancel_decides_nothing(show: Open, qtbot: QtBot) -> None:
    """Escape throws the changes away."""
    dialog = show()
    decided = _decided(dialog)
    dialog._name.setText("other")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert decided == []
    assert not dialog.isVisible()


def test_enter_walks_the_cells_and_adds_a_label(show: Open, qtbot: QtBot) -> None:
    """Enter goes from cell to cell; in the last one it begins a new label, and never closes."""
    dialog = show()
    row = _rows(dialog)[-1]
    row.begin()
    for cell in (row.name, row.use_when, row.examples):
        assert cell.hasFocus()
        qtbot.keyClick(cell, Qt.Key.Key_Return)
    assert dialog.isVisible()
    added = _rows(dialog)[-1]
    assert len(_rows(dialog)) == 3
    assert added.name.hasFocus()
    qtbot.keyClicks(added.name, "Price")
    assert [label.name for label in dialog.column().labels] == ["Delivery", "Quality", "Price"]


def test_an_empty_row_is_no_label(show: Open) -> None:
    """A label row without any word does not count."""
    dialog = show()
    _button(dialog, "add-label").click()
    assert len(_rows(dialog)) == 3
    assert len(dialog.column().labels) == 2
    assert dialog.problem() == ""


def test_labels_that_cannot_be_told_apart_are_marked_at_once(show: Open, qtbot: QtBot) -> None:
    """A label that differs only in case is marked, and Done waits with the reason beside it."""
    dialog = show()
    row = _rows(dialog)[1]
    row.name.clear()
    row.begin()
    qtbot.keyClicks(row.name, " dELIVERY ")
    assert row.name.wrong
    assert not _button(dialog, "done").isEnabled()
    assert dialog._note.text() == dialog.problem() != ""


NEW = AnswerColumn("answer_3", AnswerKind.CATEGORY, cannot_tell=True)


def test_a_new_column_opens_without_a_reproach(show: Open, qtbot: QtBot) -> None:
    """Nothing is wrong before anything was done; the first letters of a label are no mistake."""
    dialog = show(2, NEW)
    quiet = dialog._note.text()
    assert "Labels reach Claude" in quiet
    row = _rows(dialog)[0]
    row.begin()
    qtbot.keyClicks(row.name, "Deliv")
    assert dialog._note.text() == quiet
    assert _button(dialog, "done").isEnabled()


def test_done_says_what_is_missing_and_goes_there(show: Open, qtbot: QtBot) -> None:
    """Pressed too early, Done says what is missing, and gives way once it is there."""
    dialog = show(2, NEW)
    decided = _decided(dialog)
    first, second = _rows(dialog)
    first.begin()
    qtbot.keyClicks(first.name, "Delivery")
    _button(dialog, "done").click()
    assert "at least two labels" in dialog._note.text()
    assert not _button(dialog, "done").isEnabled()
    assert second.name.hasFocus()
    qtbot.keyClicks(second.name, "Other")
    assert "at least two labels" not in dialog._note.text()
    _button(dialog, "done").click()
    assert [column.name for _, column in decided] == ["answer_3"]


def test_an_emptied_name_is_said_at_once(show: Open, qtbot: QtBot) -> None:
    """The field that was edited has its error; the labels that are still missing have none."""
    dialog = show(2, NEW)
    dialog._name.selectAll()
    qtbot.keyClick(dialog._name, Qt.Key.Key_Backspace)
    assert dialog._note.text() == '"" cannot be the name of an answer column.'
    assert dialog._name.property("bad")
    qtbot.keyClicks(dialog._name, "tone")
    assert "Labels reach Claude" in dialog._note.text()
    assert not dialog._name.property("bad")


def test_a_taken_name_is_refused(show: Open) -> None:
    """Two answer columns cannot have one name."""
    dialog = show()
    dialog._name.setText("NEEDS_REPLY")
    dialog._name.textEdited.emit("NEEDS_REPLY")
    assert "NEEDS_REPLY" in dialog.problem() or "needs_reply" in dialog.problem()
    assert not _button(dialog, "done").isEnabled()


def test_alt_and_arrows_move_the_chosen_label(show: Open, qtbot: QtBot) -> None:
    """Alt+Down moves a label down with its number, keeping the cursor in it."""
    dialog = show()
    first = _rows(dialog)[0]
    first.begin()
    qtbot.keyClick(first.name, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [label.name for label in dialog.column().labels] == ["Quality", "Delivery"]
    assert first.name.hasFocus()


def test_several_labels_a_row_have_no_cannot_tell(show: Open, qtbot: QtBot) -> None:
    """Several makes it a column of several labels; nothing applying is an empty cell then."""
    dialog = show(0, replace(ANSWERS[0], cannot_tell=True))
    assert dialog.column().cannot_tell
    assert dialog._labels.cannot_tell.isVisible()
    qtbot.mouseClick(dialog._several._group.button(1), Qt.MouseButton.LeftButton)
    assert dialog.column().kind is AnswerKind.LABELS
    assert not dialog.column().cannot_tell
    assert not dialog._labels.cannot_tell.isVisible()


def test_another_type_keeps_the_labels_in_mind(show: Open) -> None:
    """A number has no labels; back at Category they are there again."""
    dialog = show()
    dialog._kind.setCurrentIndex(2)
    assert dialog.column().kind is AnswerKind.NUMBER
    assert dialog.column().labels == ()
    assert not dialog._labels.isVisible()
    dialog._kind.setCurrentIndex(0)
    assert dialog.column().labels == ANSWERS[0].labels


def test_pasted_cells_become_labels() -> None:
    """One to three columns are read; examples are split at ; and |; a heading is left out."""
    text = (
        'Label\tUse when\tExamples\nDelivery\t"late,\nlost"\t"two days; box"\nPrice\n\nPrice\tmoney'
    )
    assert read_labels(text) == (
        AnswerLabel("Delivery", "late, lost", "“two days”, “box”"),
        AnswerLabel("Price", "money"),
    )
    assert read_labels("  \n \n") == ()


def test_pasted_labels_replace_those_of_the_same_name() -> None:
    """A pasted label takes the place of one that differs only in case; others go to the end."""
    old = (AnswerLabel("Delivery", "mine"), AnswerLabel("Other"))
    labels, replaced = merged(old, (AnswerLabel("Price"), AnswerLabel("delivery", "new")))
    assert labels == (AnswerLabel("delivery", "new"), AnswerLabel("Other"), AnswerLabel("Price"))
    assert replaced == 1


def test_pasting_says_first_what_it_will_change(show: Open, desk: FakeDesk) -> None:
    """The question names how many labels come and how many replace; No changes nothing."""
    dialog = show()
    QGuiApplication.clipboard().setText("delivery\tspeed\nPrice\tmoney")
    desk.questions.answers["confirm"] = False
    _button(dialog, "paste-labels").click()
    assert dialog.column().labels == ANSWERS[0].labels
    question = desk.questions.asked[-1][1][0]
    assert "2 labels, 1 replaces an existing one" in question.text
    desk.questions.answers["confirm"] = True
    _button(dialog, "paste-labels").click()
    assert [label.name for label in dialog.column().labels] == ["delivery", "Quality", "Price"]


def test_pasting_a_table_into_a_cell_is_the_same(show: Open, desk: FakeDesk, qtbot: QtBot) -> None:
    """Ctrl+V of several cells becomes labels, of one text it is just a paste."""
    dialog = show()
    desk.questions.answers["confirm"] = True
    row = _rows(dialog)[0]
    row.begin()
    row.name.end(False)  # Qt's own signature
    QGuiApplication.clipboard().setText("!")
    qtbot.keyClick(row.name, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert row.label.name == "Delivery!"
    QGuiApplication.clipboard().setText("One\nTwo")
    qtbot.keyClick(row.name, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    names = [label.name for label in dialog.column().labels]
    assert names == ["Delivery!", "Quality", "One", "Two"]


def test_an_empty_clipboard_says_what_to_copy(show: Open, desk: FakeDesk) -> None:
    """Without anything to paste the editor says how, and asks nothing."""
    dialog = show()
    QGuiApplication.clipboard().setText(" ")
    _button(dialog, "paste-labels").click()
    assert "Copy one to three columns" in dialog._note.text()
    assert desk.questions.asked == []


def test_definitions_have_their_price(show: Open, desk: FakeDesk, qtbot: QtBot) -> None:
    """The line says how many tokens the definitions add; without definitions there is no line."""
    dialog = show()
    assert not dialog._price.isVisible()
    row = _rows(dialog)[0]
    row.use_when.setFocus()
    qtbot.keyClicks(row.use_when, "Speed, courier, damage on the way to the customer")
    qtbot.waitUntil(dialog._price.isVisible)
    words = dialog._price.words.text()
    bare, full = _asked(desk)
    estimates = [desk.link.answers[EstimateJob](verb).estimate for verb in (full, bare)]
    more = round((estimates[0].input_tokens - estimates[1].input_tokens) / 3)
    assert more > 5
    assert f"about {more} tokens more: under $0.01 for 3 rows with Claude Haiku 5.5" in words


def test_an_unknown_price_is_said(show: Open, qtbot: QtBot) -> None:
    """A model without a price gets no invented one."""
    wanted = replace(ANSWERS[0], labels=(AnswerLabel("A", "first"), AnswerLabel("B")))
    dialog = show(0, wanted, model="claude-mythos-5-2")
    qtbot.waitUntil(dialog._price.isVisible)
    assert "price not known" in dialog._price.words.text()
    assert "$" not in dialog._price.words.text()


def _asked(desk: FakeDesk) -> list[EstimateJob]:
    """Return the last two estimates asked for: without definitions first."""
    verbs: list[EstimateJob] = desk.verbs_of(EstimateJob)[-2:]
    return sorted(verbs, key=lambda verb: bool(verb.settings.answers[0].labels[0].use_when))


def test_everything_fits_the_dialog(show: Open) -> None:
    """No label of the editor is wider than the room it has."""
    dialog = show()
    for label in dialog.findChildren(Label):
        if label.isVisible() and not label.wordWrap():
            assert label.width() >= label.sizeHint().width() - 1, label.text()


def test_the_dialog_is_as_high_as_what_it_asks(show: Open) -> None:
    """Without labels it shrinks to its fields, and grows again with them."""
    labels = tuple(AnswerLabel(f"Label {number}") for number in range(8))
    dialog = show(wanted=AnswerColumn("topic", AnswerKind.CATEGORY, "", labels))
    high = dialog.height()
    kinds = dialog._kind
    kinds.setCurrentText("Short text")
    assert dialog.height() < high / 2
    kinds.setCurrentText("Category")
    assert dialog.height() == high
