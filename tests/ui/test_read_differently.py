"""How a file is read can be changed in the Data step, also where nothing was in doubt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.core.encodings import encoding_words
from app.core.errors import Halt, SheafError
from app.core.job import JobSettings, SourceFile
from app.core.table import Action, Notice, Sheet
from app.engine.verbs import Load
from app.ui.dialogs.read_again import Way
from app.ui.steps.data import DataStep
from tests.ui.draft_job import draft_job, head, line
from tests.ui.fake_desk import FakeDesk

CSV = SourceFile("/home/ann/reviews.csv", "csv", 400, encoding="utf-8", delimiter=",")
BOOK = SourceFile("/home/ann/book.xlsx", "xlsx", 400, "Reviews", (Sheet("Reviews", 4),))


@pytest.fixture
def desk(tmp_path: Path) -> FakeDesk:
    """A desk whose engine does not answer at once."""
    return FakeDesk(tmp_path, {})


@pytest.fixture
def step(qtbot: QtBot, desk: FakeDesk) -> DataStep:
    """The step, on nothing yet."""
    made = DataStep(desk)
    qtbot.addWidget(made)
    made.resize(1040, 670)
    made.show()
    return made


def show(step: DataStep, folder: Path, source: SourceFile, *notices: Notice) -> None:
    """Show a draft that was read from such a file."""
    path = draft_job(folder, JobSettings(), rows=3)
    step.show_job(line(path), replace(head(path), source=source, notices=notices))


def shown(step: DataStep) -> list[bool]:
    """Say which of encoding, separator and first row can be chosen."""
    file = step._file
    parts = (file._encoding_part, file._separator_part, file._first_row_part)
    return [part.isVisible() for part in parts]


def test_a_sure_reading_can_be_changed_all_the_same(
    step: DataStep, desk: FakeDesk, tmp_path: Path
) -> None:
    """One quiet control opens the menus; the first row can be said to be data."""
    show(step, tmp_path, CSV)
    assert shown(step) == [False] * 3
    step._file._differently.click()
    assert shown(step) == [True] * 3
    assert not step._file._differently.isVisible()
    step._file._first_row.setCurrentIndex(1)
    step._file._on_chosen()
    asked = desk.verbs_of(Load)[-1]
    assert (asked.header, asked.encoding, asked.delimiter) == (False, "utf-8", ",")


def test_the_header_of_a_sheet_can_be_said_to_be_data(
    step: DataStep, desk: FakeDesk, tmp_path: Path
) -> None:
    """A workbook has neither encoding nor separator, but a first row."""
    show(step, tmp_path, BOOK)
    step._file._differently.click()
    assert shown(step) == [False, False, True]
    step._file._first_row.setCurrentIndex(1)
    step._file._on_chosen()
    assert desk.verbs_of(Load)[-1].header is False


def test_a_file_read_without_names_stays_so(step: DataStep, desk: FakeDesk, tmp_path: Path) -> None:
    """Choosing another separator does not bring the header back."""
    told = Notice("no_header", "The columns are numbered.", action=Action.FIRST_ROW_IS_HEADER)
    show(step, tmp_path, replace(CSV, header=False), told)
    assert shown(step) == [False, False, True]
    step._file._differently.click()
    step._file._separator.setCurrentText("Semicolon")
    step._file._on_chosen()
    asked = desk.verbs_of(Load)[-1]
    assert (asked.header, asked.delimiter) == (False, ";")


def test_a_doubtful_separator_has_its_menu_at_once(step: DataStep, tmp_path: Path) -> None:
    """Nobody has to find the menu in which a doubt is settled."""
    text = "The columns may be separated by commas or by semicolons; commas were taken."
    doubt = Notice("separator_guessed", text, action=Action.CHOOSE_SEPARATOR)
    show(step, tmp_path, CSV, doubt)
    assert shown(step) == [False, True, False]


def test_nothing_is_offered_where_there_is_one_way_to_read(step: DataStep, tmp_path: Path) -> None:
    """Ready-made requests and other files that say how they are read have no menus."""
    show(step, tmp_path, SourceFile("/home/ann/table.parquet", "parquet", 400))
    assert not step._file._differently.isVisible()


def test_the_encoding_that_was_taken_stands_in_its_menu(step: DataStep, tmp_path: Path) -> None:
    """The menu opens on what holds."""
    show(step, tmp_path, replace(CSV, encoding="cp932"))
    step._file._differently.click()
    assert step._file._encoding.currentText() == encoding_words("cp932")


def test_hidden_sheets_are_marked_and_rows_counted_as_shown(step: DataStep, tmp_path: Path) -> None:
    """Title lines are no rows; a sheet that was not read has no number."""
    sheets = (Sheet("Data & more", 8), Sheet("Old", None, hidden=True))
    show(step, tmp_path, replace(BOOK, sheet="Data & more", sheets=sheets))
    shown_sheets = [step._file._sheet.itemText(place) for place in range(2)]
    assert shown_sheets == ["Data & more (3)", "Old (hidden)"]


def test_another_file_that_is_not_read_has_the_menus_too(
    step: DataStep, desk: FakeDesk, tmp_path: Path
) -> None:
    """Replacing the file can fail as opening one can; the advice can be followed there as well."""
    show(step, tmp_path, CSV)
    desk.questions.answers["read_again"] = Way(None, ";")
    step._load(Load(source="/home/ann/other.csv", job=step._line.path if step._line else ""))
    desk.answer(Load, SheafError("A quotation mark is not closed.", halt=Halt.READING))
    again = desk.verbs_of(Load)[-1]
    assert (again.source, again.delimiter) == ("/home/ann/other.csv", ";")
    assert not desk.questions.shown
