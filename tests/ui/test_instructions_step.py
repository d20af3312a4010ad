"""The promises of the Instructions step: a real row is shown, and nothing is lost unasked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.core import instructions
from app.core.answers import AnswerColumn, AnswerKind, AnswerLabel
from app.core.errors import SheafError
from app.core.job import JobSettings, SourceFile
from app.core.recipes import RECIPES, recipe
from app.core.table import Kind
from app.engine.verbs import EstimateJob
from app.store.job_file import JobFile
from app.ui.dialogs.answer_column import AnswerColumnDialog
from app.ui.steps.answer_row import AnswerRow
from app.ui.steps.answer_words import LONGEST_CELL, added_pieces, filled_pieces
from app.ui.steps.estimator import Estimator
from app.ui.steps.instructions import InstructionsStep
from app.ui.theme import THEME
from tests.ui.draft_job import ANSWERS, COLUMNS, ROWS, SETTINGS, desk_for, draft_job, head, line
from tests.ui.fake_desk import FakeDesk


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Give a draft of three rows."""
    return draft_job(tmp_path)


@pytest.fixture
def desk(tmp_path: Path, path: str) -> FakeDesk:
    """Give its desk."""
    return desk_for(tmp_path, path)


@pytest.fixture
def step(desk: FakeDesk, path: str, qtbot: QtBot) -> InstructionsStep:
    """Give the step, shown with the draft."""
    step = InstructionsStep(desk)
    qtbot.addWidget(step)
    step.resize(1040, 900)
    step.show_job(line(path), head(path))
    step.show()
    qtbot.waitExposed(step)
    step.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is step)
    step.entered()
    return step


def _child(step: QWidget, name: str, kind: type[QWidget] = QWidget) -> QWidget:
    found = step.findChild(kind, name)
    assert found is not None, name
    return found


def _press(step: QWidget, name: str) -> None:
    found = _child(step, name)
    assert isinstance(found, QAbstractButton)
    found.click()


def _rows(step: InstructionsStep) -> list[AnswerRow]:
    return list(step._table._list.rows)


def test_settings_come_back_as_they_went_in(step: InstructionsStep) -> None:
    """Showing a job edits nothing."""
    assert step.apply(SETTINGS) == SETTINGS
    assert step.problem() == ""


def test_showing_a_job_is_no_edit(step: InstructionsStep, path: str, qtbot: QtBot) -> None:
    """`changed` is for the person's edits only."""
    with qtbot.assertNotEmitted(step.changed):
        step.show_job(line(path), head(path, instructions="Other {{product}}", background="b"))
    assert step.apply(SETTINGS).background == "b"
    with qtbot.waitSignal(step.changed):
        qtbot.keyClicks(step._box.editor, "x")


def test_the_preview_is_what_will_be_sent(step: InstructionsStep) -> None:
    """The text for each row is the filler's, cell for cell, also with markup in a cell."""
    fill = instructions.filler(instructions.parse(SETTINGS.instructions), COLUMNS)
    for number, cells in enumerate(ROWS, 1):
        step.preview.go_to(number)
        assert step.preview._sent.text() == fill(cells)
        assert step.preview._sent.toPlainText() == fill(cells)


def test_the_preview_walks_the_rows(step: InstructionsStep, qtbot: QtBot) -> None:
    """Arrows and Alt+Right walk; at the ends they stop; a typed number jumps."""
    assert not _child(step, "preview-back").isEnabled()
    _press(step, "preview-on")
    assert step.preview.row == 2
    qtbot.keyClick(step, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert step.preview.row == 3
    assert not _child(step, "preview-on").isEnabled()
    _press(step, "preview-where")
    field = step.preview._number
    field.setValue(2)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert step.preview.row == 2
    assert step.preview._where.text() == "Row 2 of 3"


def test_a_late_row_is_not_shown_for_another(step: InstructionsStep, desk: FakeDesk) -> None:
    """A row that arrives after the person has gone on is dropped."""
    desk.hold_reads = True
    step.preview.go_to(2)
    step.preview.go_to(3)
    desk.lane.held.reverse()
    desk.release_reads()
    assert ROWS[2][3] in step.preview._sent.text()


def test_a_file_that_was_read_anew_is_shown_anew(
    step: InstructionsStep, desk: FakeDesk, path: str
) -> None:
    """Other data under the same job leaves no old row in the preview."""
    with JobFile.open(Path(path)) as job_file:
        old = job_file.head()
        job_file.begin_loading(SourceFile("/home/ann/other.csv", "csv"))
        cells = ("R-9", "Teapot", "2", "The lid is loose.")
        job_file.add_rows(1, [cells] * 3)
        job_file.finish_loading(old.columns, (), 3)
    step.show_job(line(path), head(path))
    assert "The lid is loose." in step.preview._sent.text()


def test_long_cells_are_cut_in_the_preview_and_say_so() -> None:
    """A cell of a million letters shows its beginning and how much more is sent."""
    parsed = instructions.parse("{{a}}")
    pieces = filled_pieces(parsed, {"a": Kind.TEXT}, ("x" * 1_000_000,))
    assert len(pieces[0].text) < LONGEST_CELL + 100
    assert "998,800 more characters" in pieces[0].text


def test_an_unknown_column_is_named(step: InstructionsStep) -> None:
    """Next is not possible while a column does not exist, and the sentence names it."""
    step._box.editor.replace_text("Read {{prodct}}")
    assert "prodct" in step.problem()
    assert ("{{prodct}}", "badSoft") in [(p.text, p.fill) for p in step.preview._sent._pieces]


def test_no_instructions_is_a_problem(step: InstructionsStep) -> None:
    """Nothing written is said."""
    step._box.editor.replace_text("  ")
    assert step.problem() == "There are no instructions yet."


def test_instructions_without_a_column_only_warn(step: InstructionsStep) -> None:
    """The same text for every row may be meant: said, never refused."""
    assert not step._warning.isVisible()
    step._box.editor.replace_text("Write a poem.")
    assert step._warning.isVisible()
    assert step.problem() == ""


def test_a_column_with_one_label_is_a_problem(step: InstructionsStep) -> None:
    """Answer columns are checked by the same rules as on the command line."""
    _rows(step)[0]._entry.removed.emit("Delivery")
    assert "at least two labels" in step.problem()


def test_chips_insert_and_show_what_is_used(step: InstructionsStep) -> None:
    """A chip puts its column at the cursor; it is filled once the instructions name it."""
    chips = {chip.text(): chip for chip in step._box._chips}
    assert [name for name, chip in chips.items() if chip.used] == list(COLUMNS[1:])
    chips["review_id"].click()
    assert "{{review_id}}" in step.apply(SETTINGS).instructions
    assert chips["review_id"].used


@pytest.mark.parametrize("width", [300, 900])
def test_columns_without_room_for_a_chip_are_in_the_menu(
    step: InstructionsStep, width: int, qtbot: QtBot
) -> None:
    """Every column can be inserted at any width: by its chip, or from the menu beside the chips."""
    step._box.setFixedWidth(width)
    qtbot.waitUntil(lambda: step._box.width() == width)
    chips = [chip.text() for chip in step._box._chips if not chip.isHidden()]
    menu = step._box.menu()
    entries = [action for action in menu.actions() if not action.isSeparator()]
    assert (*chips, *(entry.text() for entry in entries[:-1])) == COLUMNS
    assert (len(chips) == len(COLUMNS)) is (width == 900)
    entries[-1].trigger()
    assert step._background.editor.isVisible()


def test_a_recipe_fills_an_empty_draft_at_once(
    step: InstructionsStep, path: str, desk: FakeDesk
) -> None:
    """Choosing a recipe writes instructions for the longest text column, with its columns."""
    step.show_job(line(path), head(path, instructions="", answers=(), recipe="custom"))
    _press(step, "recipe-summarise")
    settings = step.apply(SETTINGS)
    assert settings.recipe == "summarise"
    assert "{{review_text}}" in settings.instructions
    assert settings.answers == recipe("summarise").answers
    _press(step, "recipe-translate")
    assert step.apply(SETTINGS).answers == recipe("translate").answers
    assert desk.questions.asked == []


def test_a_recipe_asks_before_it_replaces_own_work(step: InstructionsStep, desk: FakeDesk) -> None:
    """Edited instructions are replaced only after a yes; a no leaves the card where it was."""
    desk.questions.answers["confirm"] = False
    _press(step, "recipe-translate")
    assert step.apply(SETTINGS) == SETTINGS
    card = _child(step, "recipe-classify")
    assert isinstance(card, QAbstractButton)
    assert card.isChecked()
    desk.questions.answers["confirm"] = True
    _press(step, "recipe-translate")
    assert step.apply(SETTINGS).recipe == "translate"
    step._box.editor.undo()
    assert step.apply(SETTINGS).instructions == SETTINGS.instructions


def test_undo_takes_a_recipe_back_as_a_whole(step: InstructionsStep, desk: FakeDesk) -> None:
    """One undo brings instructions, answer columns and the chosen card back; redo, the recipe."""
    desk.questions.answers["confirm"] = True
    _press(step, "recipe-translate")
    taken = step.apply(SETTINGS)
    step._box.editor.undo()
    assert step.apply(SETTINGS) == SETTINGS
    card = _child(step, "recipe-classify")
    assert isinstance(card, QAbstractButton)
    assert card.isChecked()
    step._box.editor.redo()
    assert step.apply(SETTINGS) == taken
    step._box.editor.undo()
    step._box.editor.insertPlainText("Own words. ")
    own = step.apply(SETTINGS)
    assert (own.recipe, own.answers) == (SETTINGS.recipe, SETTINGS.answers)


def test_every_recipe_is_ready_to_go_on(step: InstructionsStep, desk: FakeDesk) -> None:
    """No recipe leaves a problem behind."""
    desk.questions.answers["confirm"] = True
    for each in RECIPES:
        _press(step, f"recipe-{each.id}")
        assert step.problem() == "", each.id


def test_labels_are_typed_in_place(step: InstructionsStep, qtbot: QtBot) -> None:
    """Enter adds the label, Backspace in the empty field removes the last; doubles are ignored."""
    row = _rows(step)[0]
    _press(row, "type-label")
    field = row._entry._field
    qtbot.keyClicks(field, "Price")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClicks(field, " price ")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    names = [label.name for label in step.apply(SETTINGS).answers[0].labels]
    assert names == ["Delivery", "Quality", "Price"]
    assert field.hasFocus()
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert len(step.apply(SETTINGS).answers[0].labels) == 2


def test_definitions_survive_an_edit_of_the_labels(step: InstructionsStep, path: str) -> None:
    """Removing one label leaves the definitions of the others alone."""
    labels = (AnswerLabel("A", "when a", "“a”"), AnswerLabel("B"), AnswerLabel("C"))
    wanted = (AnswerColumn("topic", AnswerKind.CATEGORY, "", labels),)
    step.show_job(line(path), head(path, answers=wanted))
    _rows(step)[0]._entry.removed.emit("B")
    assert step.apply(SETTINGS).answers[0].labels == (labels[0], labels[2])


def test_a_type_can_be_changed_and_changed_back(step: InstructionsStep) -> None:
    """Labels come back with the category."""
    row = _rows(step)[0]
    row._kind.choose(AnswerKind.LONG_TEXT)
    assert step.apply(SETTINGS).answers[0] == replace(
        ANSWERS[0], kind=AnswerKind.LONG_TEXT, labels=()
    )
    row._kind.choose(AnswerKind.LABELS)
    assert step.apply(SETTINGS).answers[0].labels == ANSWERS[0].labels


def test_columns_are_reordered_with_the_keyboard(step: InstructionsStep, qtbot: QtBot) -> None:
    """Alt+Down moves the column that has the focus."""
    name = _rows(step)[0]._name
    name.setFocus()
    with qtbot.waitSignal(step.changed):
        qtbot.keyClick(name, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert step.apply(SETTINGS).answers == (ANSWERS[1], ANSWERS[0])
    assert name.hasFocus()


def test_columns_are_reordered_by_their_grip(step: InstructionsStep) -> None:
    """Pulling a row below another puts it there, and pulling it back too."""
    first, second = _rows(step)
    below = second.mapToGlobal(second.rect().bottomLeft()).y()
    above = first.mapToGlobal(first.rect().topLeft()).y()
    first.grip.dragged.emit(float(below))
    assert step.apply(SETTINGS).answers == (ANSWERS[1], ANSWERS[0])
    first.grip.dragged.emit(float(above - 100))
    assert step.apply(SETTINGS).answers == ANSWERS


def test_a_deleted_column_is_gone(step: InstructionsStep) -> None:
    """Without any column the reply itself is the answer, and that is said."""
    for row in _rows(step):
        _press(row, "answer-delete")
    assert step.apply(SETTINGS).answers == ()
    assert step._table._nothing.isVisible()
    assert "“answer”" in step.preview._added.text()
    assert step.problem() == ""


def test_the_editor_opens_on_a_column_and_takes_it_back(
    step: InstructionsStep, qtbot: QtBot
) -> None:
    """The name opens the editor; Done puts the edited column into its place."""
    _press(_rows(step)[1], "answer-name")
    dialog = step.findChild(AnswerColumnDialog)
    assert dialog is not None
    dialog._about.setText("Needs a person")
    _press(dialog, "done")
    assert step.apply(SETTINGS).answers[1].description == "Needs a person"


def test_a_new_column_has_a_name_of_its_own(step: InstructionsStep) -> None:
    """Add column opens the editor; nothing is added before Done."""
    _press(step, "add-column")
    dialog = step.findChild(AnswerColumnDialog)
    assert dialog is not None
    assert len(step.apply(SETTINGS).answers) == 2
    dialog._kind.setCurrentIndex(3)
    _press(dialog, "done")
    added = step.apply(SETTINGS).answers[2]
    assert (added.name, added.kind) == ("answer_3", AnswerKind.SHORT_TEXT)


def test_what_is_added_names_labels_and_words() -> None:
    """The sentence under the row names every label and description that Claude gets."""
    words = "".join(piece.text for piece in added_pieces(ANSWERS))
    assert words == (
        "Fill in: topic (one of Delivery, Quality), "
        "needs_reply (yes or no: The customer asks for help)."
    )


def test_the_size_of_a_row_comes_from_the_engine(
    step: InstructionsStep, desk: FakeDesk, qtbot: QtBot
) -> None:
    """Tokens and words per row are the engine's figures; without them nothing is said."""
    qtbot.waitUntil(step.preview._foot.isVisible)
    verb = desk.verbs_of(EstimateJob)[-1]
    assert verb.settings == SETTINGS
    tokens = round(desk.link.answers[EstimateJob](verb).estimate.input_tokens / 3)
    assert f"About {tokens:,} tokens" in step.preview._size.text()
    step._box.editor.replace_text("")
    assert not step.preview._foot.isVisible()


def test_the_newest_price_wins(desk: FakeDesk, path: str, qtbot: QtBot) -> None:
    """An answer to an older question is dropped, and the same question is not asked twice."""
    del desk.link.answers[EstimateJob]
    owner = QPushButton()
    qtbot.addWidget(owner)
    estimator = Estimator(desk, owner)
    found: list[object] = []
    estimator.estimated.connect(found.append)
    estimator.failed.connect(found.append)
    assert estimator.ask(path, SETTINGS)
    estimator.ask_now()
    assert not estimator.ask(path, SETTINGS)
    other = replace(SETTINGS, max_tokens=100)
    assert estimator.ask(path, other)
    estimator.ask_now()
    first, second = desk.verbs_of(EstimateJob)
    assert (first.settings, second.settings) == (SETTINGS, other)
    desk.answer(EstimateJob, SheafError("Too late."))
    assert found == []
    desk.answer(EstimateJob, SheafError("No price."))
    assert [str(error) for error in found] == ["No price."]


def test_typing_asks_once_it_rests(desk: FakeDesk, path: str, qtbot: QtBot) -> None:
    """Ten quick changes are one question, about the last of them."""
    owner = QPushButton()
    qtbot.addWidget(owner)
    estimator = Estimator(desk, owner)
    with qtbot.waitSignal(estimator.estimated):
        for tokens in range(10, 20):
            estimator.ask(path, replace(SETTINGS, max_tokens=tokens))
    assert [verb.settings.max_tokens for verb in desk.verbs_of(EstimateJob)] == [19]


@pytest.mark.parametrize("percent", [100, 115, 130])
def test_the_step_fits_the_smallest_window(
    step: InstructionsStep, percent: int, qtbot: QtBot
) -> None:
    """At 1024 pixels less the icon rail nothing is cut off, whatever the text size."""
    THEME.apply("light", percent)
    assert step.minimumSizeHint().width() <= 1024 - 64 - 12
    step.resize(1024 - 64 - 12, 900)
    qtbot.waitUntil(lambda: step.preview.geometry().right() <= step.width())
    assert step._left.geometry().right() <= step.width()


def test_an_untouched_draft_stays_untouched(step: InstructionsStep, path: str) -> None:
    """A draft with nothing in it keeps its empty settings."""
    step.show_job(line(path), head(path, instructions="", answers=(), recipe="custom"))
    empty = JobSettings(id_column="review_id")
    assert step.apply(empty) == empty
