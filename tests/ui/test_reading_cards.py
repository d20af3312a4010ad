"""A file that does not say how it was saved: two readings and what differs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.core.encodings import encoding_words
from app.core.job import JobSettings, Mode
from app.engine.bench import Bench, bundled_catalog
from app.engine.load import Draft, Wanted, load_again, never, new_job, wanted_by
from app.engine.readings import compare_readings
from app.engine.replies import IdCheck, JobLine, Readings
from app.engine.verbs import CheckId, CompareReadings, Load
from app.engine.view import JobView, job_line
from app.paths import places
from app.store.job_file import JobFile
from app.ui.steps.data import DataStep
from tests.ui.fake_desk import FakeDesk

WORDS = ("Très belle finition.", "Plain words.", "Pas à la hauteur du prix.", "Señal clara.")
ROWS = 300


class Reader:
    """Reads files into jobs and compares readings, as the engine would."""

    def __init__(self) -> None:
        self.bench = Bench(places(os.environ), bundled_catalog(), lambda _: None)

    def load(self, file: Path) -> Path:
        """Read a file into a new job."""
        draft = Draft(JobSettings(), Mode.PRACTICE)
        return new_job(self.bench, Wanted(file), draft)

    def again(self, verb: Load) -> JobLine:
        """Read a job's file in another way."""
        assert verb.job is not None
        with JobFile.open(Path(verb.job)) as job_file:
            load_again(self.bench, job_file, wanted_by(verb), settings=verb.settings)
        return job_line(verb.job)

    def compare(self, verb: CompareReadings) -> Readings | None:
        """Compare two readings."""
        return compare_readings(head(verb.job), verb.codecs, never)


def head(path: str | Path) -> Any:
    """Return a job's head."""
    view = JobView(path)
    job = view.head()
    view.close()
    return job


@pytest.fixture
def doubtful(tmp_path: Path) -> Path:
    """A file in Windows-1252 that could as well be Windows-1250."""
    file = tmp_path / "reviews.csv"
    lines = ["id;text", *(f"R-{n};{WORDS[n % 4]}" for n in range(ROWS))]
    file.write_bytes("\n".join(lines).encode("cp1252"))
    return file


@pytest.fixture
def step(qtbot: QtBot, tmp_path: Path, doubtful: Path) -> DataStep:
    """The step on that file, with an engine that really reads."""
    reader = Reader()
    job = str(reader.load(doubtful))
    answers = {
        CheckId: lambda verb: IdCheck(verb.column, 0, 0),
        CompareReadings: reader.compare,
        Load: reader.again,
    }
    made = DataStep(FakeDesk(tmp_path, answers))
    qtbot.addWidget(made)
    made.resize(1040, 670)
    made.read_anew.connect(lambda line: made.show_job(line, head(line.path)))
    made.show()
    made.show_job(job_line(job), head(job))
    return made


def test_a_doubtful_file_is_shown_in_two_readings(step: DataStep) -> None:
    """The likelier one holds; the count of rows that differ is true, and they come first."""
    first, second = step._readings._cards
    assert (first.text(), second.text()) == ("Western European", "Central European")
    assert first.isChecked()
    assert "Très" in first.accessibleDescription()
    assert "Trčs" in second.accessibleDescription()
    assert f"{ROWS * 3 // 4} rows read differently" in step._readings._count.text()
    assert step._table.model.rowCount() == 200
    assert step._table._encoding.text() == "Showing 200 of the 225 rows that differ"
    shown = [step._table.model.index(row, 1).data() for row in range(200)]
    assert "Plain words." not in shown


def test_all_rows_are_a_click_away(step: DataStep) -> None:
    """The rows that read the same can be seen too."""
    step._table._which.choose(0)
    step._table._on_which(0)
    assert step._table.model.rowCount() == ROWS
    assert step._table.model.index(1, 1).data() == "Plain words."


def test_the_other_reading_is_taken_and_can_be_left_again(step: DataStep) -> None:
    """The table shows the chosen reading; both cards stay, in their order."""
    first, second = step._readings._cards
    second.click()
    assert second.isChecked()
    assert (first.text(), second.text()) == ("Western European", "Central European")
    assert step._table.model.index(0, 1).data() == "Trčs belle finition."
    first.click()
    assert first.isChecked()
    assert step._table.model.index(0, 1).data() == "Très belle finition."


def test_a_reading_from_the_menu_replaces_the_second_card(step: DataStep) -> None:
    """Whoever knows better chooses from the list of all encodings."""
    step._file.choose_encoding("cp1251")
    first, second = step._readings._cards
    assert (first.text(), second.text()) == ("Western European", "Cyrillic")
    assert second.isChecked()


def test_picking_rows_shows_all_of_them(step: DataStep) -> None:
    """Rows are picked by their number in the table, so none may be left out then."""
    step._rows._radio(2).click()
    assert step._table.model.rowCount() == ROWS
    assert not step._table._which.isVisible()


def test_a_file_that_says_how_it_was_saved_raises_no_question(qtbot: QtBot, tmp_path: Path) -> None:
    """A certain reading is not asked about."""
    file = tmp_path / "plain.csv"
    file.write_text("id,text\n1,Très\n", encoding="utf-8")
    job = str(Reader().load(file))
    desk = FakeDesk(tmp_path, {CheckId: lambda verb: IdCheck(verb.column, 0, 0)})
    step = DataStep(desk)
    qtbot.addWidget(step)
    step.show_job(job_line(job), head(job))
    assert not desk.verbs_of(CompareReadings)
    assert step._readings.isHidden()


def test_the_encodings_that_fit_stand_first_in_the_menu(step: DataStep) -> None:
    """Both readings of a doubtful file are at hand; the others follow by region."""
    menu = step._file._encoding
    first = [menu.itemText(place) for place in range(2)]
    assert first == [encoding_words(codec) for codec in step._readings.codecs]
    assert len({menu.itemText(place) for place in range(menu.count())}) == menu.count()
