"""A file that could not be read at all: the advice can be followed at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.core.errors import Halt, SheafError
from app.engine.verbs import Load
from app.files.formats import open_source
from app.ui.dialogs.read_again import ReadAgain, Way
from app.ui.job_loader import JobLoader
from tests.ui.fake_desk import FakeDesk

NOT_SO = SheafError("It is not closed.", "It runs on.", "Choose another.", halt=Halt.READING)


@pytest.fixture
def desk(tmp_path: Path) -> FakeDesk:
    """A desk whose engine does not answer at once."""
    return FakeDesk(tmp_path, {})


@pytest.fixture
def loader(qtbot: QtBot, desk: FakeDesk) -> Iterator[JobLoader]:
    """What reads files into new jobs."""
    window = QWidget()
    qtbot.addWidget(window)
    yield JobLoader(desk, window)
    del window


def test_a_file_that_was_not_read_is_read_in_the_way_that_is_chosen(
    loader: JobLoader, desk: FakeDesk
) -> None:
    """All that the dialog offers goes to the engine; leaving it reads nothing."""
    desk.questions.answers["read_again"] = Way("cp932", ";", header=False)
    loader.load([Path("/home/ann/a.csv")])
    desk.answer(Load, NOT_SO)
    again = desk.verbs_of(Load)[-1]
    assert (again.encoding, again.delimiter, again.header) == ("cp932", ";", False)
    desk.questions.answers["read_again"] = None
    desk.answer(Load, NOT_SO)
    assert len(desk.verbs_of(Load)) == 2
    assert not desk.questions.shown
    asked = desk.questions.asked[-1][1]
    assert asked[1] == Way("cp932", ";", header=False)


def test_what_no_way_of_reading_mends_is_only_said(loader: JobLoader, desk: FakeDesk) -> None:
    """A damaged workbook has no menus."""
    loader.load([Path("/home/ann/a.xlsx")])
    desk.answer(Load, SheafError("It is damaged."))
    assert len(desk.questions.shown) == 1
    assert not desk.questions.asked


def test_the_dialog_begins_with_what_was_tried(qtbot: QtBot) -> None:
    """And gives back what is chosen, None for what Sheaf shall find."""
    dialog = ReadAgain(None, NOT_SO, Way(None, "\t"))
    qtbot.addWidget(dialog)
    assert dialog.way == Way(None, "\t")
    dialog._separator.setCurrentText("Semicolon")
    dialog._first_row.setCurrentIndex(1)
    assert dialog.way == Way(None, ";", header=False)


@pytest.mark.parametrize("text", ['a,b\n1,"open\n2,b\n', "a,b\n", "x," * 20_000 + "x\n1,2\n"])
def test_refusals_that_another_way_may_mend_say_so(tmp_path: Path, text: str) -> None:
    """An open quotation mark, no rows, too many columns: menus help."""
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(SheafError) as refused:
        open_source(path)
    assert refused.value.halt is Halt.READING
