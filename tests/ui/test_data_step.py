"""The Data step: the table of the file, the row ID, the rows to run, notices, another file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.core.cost import TextSize
from app.core.encodings import encoding_words
from app.core.errors import SheafError
from app.core.job import ColumnFacts, Job, JobSettings, JobState, Mode, Rows, SourceFile
from app.core.table import Kind, Notice, Sheet
from app.engine.replies import IdCheck, JobLine
from app.engine.verbs import CheckId, Load, SaveSettings, StopLoading
from app.ui.models.preview_model import ON_THE_WAY, PreviewModel
from app.ui.spreadsheets import dropped_files, size_words
from app.ui.steps.data import DataStep
from app.ui.steps.row_id_card import likely_ids
from app.ui.steps.source_table import _runs
from app.ui.widgets.button import Button
from app.ui.widgets.label import Label
from tests.ui.draft_job import draft_job, head, line
from tests.ui.fake_desk import FakeDesk


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> FakeDesk:
    """A desk whose engine finds only review_id to be without repeats."""

    def check(verb: CheckId) -> IdCheck:
        return IdCheck(verb.column, 0 if verb.column == "review_id" else 214, 0)

    return FakeDesk(tmp_path, {CheckId: check, SaveSettings: lambda verb: verb.values})


@pytest.fixture
def step(qtbot: QtBot, desk: FakeDesk, tmp_path: Path) -> DataStep:
    """The step on a draft of 500 rows."""
    made = DataStep(desk)
    qtbot.addWidget(made)
    made.resize(1040, 670)
    made.show()
    path = draft_job(tmp_path, JobSettings(), rows=500)
    made.show_job(line(path), head(path))
    return made


def show_workbook(step: DataStep, sheets: tuple[Sheet, ...] = ()) -> None:
    """Show a job as it would be after reading a workbook with some blank texts."""
    chosen = sheets[0].name if sheets else None
    found = SourceFile("/home/ann/march.xlsx", "xlsx", 4_600_000, chosen, sheets)
    columns = (ColumnFacts("text", Kind.LONG_TEXT, 380, 15_000, TextSize()),)
    notices = (Notice("empty_rows", "14 empty rows were left out.", 14),)
    now = datetime(2026, 11, 24, tzinfo=UTC)
    job = Job("tag", "March", JobState.DRAFT, Mode.REAL, 400, now, source=found)
    job = replace(job, columns=columns, notices=notices)
    step.show_job(JobLine("/jobs/m.sheaf", "March", JobState.DRAFT, Mode.REAL, 400), job)


def test_the_model_keeps_to_qts_rules(desk: FakeDesk, tmp_path: Path) -> None:
    """Page by page, the model never announces what it does not have."""
    path = draft_job(tmp_path, rows=450)
    model = PreviewModel(desk)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_job(path, head(path))
    assert (model.rowCount(), model.columnCount()) == (450, 4)
    assert model.index(449, 0).data() == "R-3"
    assert model.headerData(3, Qt.Orientation.Horizontal) == "review_text"


def test_stopping_another_reading_is_no_error(step: DataStep, desk: FakeDesk) -> None:
    """The draft has its rows as before; only a reading that failed by itself is spoken of."""
    step._read_again()
    path = desk.verbs_of(Load)[0].job
    desk.ask(StopLoading(path), owner=step)
    desk.answer(Load, SheafError('Reading "reviews.csv" was stopped.'))
    assert not desk.questions.shown
    step._read_again()
    desk.answer(Load, SheafError('"reviews.csv" is damaged.'))
    assert len(desk.questions.shown) == 1


def test_cells_wait_for_their_page_and_then_say_so(desk: FakeDesk, tmp_path: Path) -> None:
    """Nothing is read on the way; a placeholder stands until the page is there."""
    path = draft_job(tmp_path, rows=450)
    model = PreviewModel(desk)
    model.show_job(path, head(path))
    told: list[int] = []
    model.page_arrived.connect(told.append)
    desk.hold_reads = True
    assert model.index(210, 0).data() == ON_THE_WAY
    assert model.index(211, 0).data() == ON_THE_WAY
    assert len(desk.lane.held) == 1
    desk.release_reads()
    assert told == [1]
    assert model.index(210, 0).data() == "R-1"


def test_a_page_of_the_job_before_is_dropped(desk: FakeDesk, tmp_path: Path) -> None:
    """An answer that comes late does not show rows of another file."""
    path = draft_job(tmp_path, rows=3)
    model = PreviewModel(desk)
    model.show_job(path, head(path))
    desk.hold_reads = True
    model.index(0, 0).data()
    model.show_job(path, head(path))
    told: list[int] = []
    model.page_arrived.connect(told.append)
    desk.release_reads()
    assert not told


def test_a_cell_is_shown_letter_by_letter(desk: FakeDesk, tmp_path: Path) -> None:
    """Markup in a cell stays text, in the cell and in its tooltip."""
    path = draft_job(tmp_path)
    model = PreviewModel(desk)
    model.show_job(path, head(path))
    cell = model.index(1, 3)
    assert cell.data() == 'He said "fine" & left; 2 < 3 <img src="x">'
    assert "<img" not in cell.data(Qt.ItemDataRole.ToolTipRole)


def test_the_file_and_its_size_are_shown(step: DataStep) -> None:
    """Above the table stands the file, below it rows and columns."""
    assert step._file._name.text() == "reviews.csv"
    assert step._file._place.text() == "0 bytes · opened from ann"
    assert step._table._size.text() == "500 rows"
    assert step._table._width.text() == "· 4 columns"


def test_choosing_an_id_asks_whether_it_repeats(
    qtbot: QtBot, step: DataStep, desk: FakeDesk
) -> None:
    """A good column is confirmed, a repeating one offers the row number instead."""
    changes: list[bool] = []
    step.changed.connect(lambda: changes.append(True))
    step._row_id._combo.setCurrentIndex(1)
    step._row_id._on_chosen()
    assert step.apply(JobSettings()).id_column == "review_id"
    assert step._row_id._words.text() == "All 500 values are different"
    step._row_id._combo.setCurrentIndex(2)
    step._row_id._on_chosen()
    assert step._row_id._words.text() == "214 rows share their value with others"
    step._row_id._instead.click()
    assert step.apply(JobSettings()).id_column == ""
    assert step._row_id._words.text() == "Every row has its own number"
    assert len(changes) == 3
    assert [verb.column for verb in desk.verbs_of(CheckId)] == ["review_id", "product"]


def test_a_column_that_is_an_id_is_taken_by_itself(step: DataStep, desk: FakeDesk) -> None:
    """It is called like one and has no repeats; from then on it is the person's own choice."""
    assert step.apply(JobSettings()).id_column == "review_id"
    assert step._row_id._words.text() == "All 500 values are different"
    step._row_id._combo.setCurrentIndex(0)
    step._row_id._on_chosen()
    assert step._line is not None
    step.show_job(step._line, head(step._line.path, id_column=""))
    assert step.apply(JobSettings()).id_column == ""


def test_without_such_a_column_the_row_number_stays(step: DataStep, desk: FakeDesk) -> None:
    """A column that repeats, has gaps or cannot be looked through is no ID, whatever its name."""
    assert step._job is not None
    assert step._line is not None
    verdicts = {
        "id": IdCheck("id", 0, 3),
        "code": IdCheck("code", 2, 0),
        "key": SheafError("The file is gone."),
    }
    desk.link.answers[CheckId] = lambda verb: verdicts[verb.column]
    facts = step._job.columns[0]
    names = ("code", "id", "key", "nr")
    columns = tuple(replace(facts, name=name) for name in names)
    job = replace(step._job, columns=columns, settings=JobSettings())
    step.show_job(step._line, job)
    assert step.apply(JobSettings()).id_column is None
    assert step._row_id._words.text() == "Every row has its own number"
    assert [verb.column for verb in desk.verbs_of(CheckId)][1:] == ["id", "code", "key"]
    assert not desk.questions.shown


@pytest.mark.parametrize(
    ("name", "is_likely"),
    [
        *((name, True) for name in ("id", "review_id", "TicketNo", "ORDER KEY", "Rechnungs-Nr.")),
        *((name, False) for name in ("video", "notes", "idea", "id of friend", "12")),
    ],
)
def test_names_of_ids_are_known(name: str, *, is_likely: bool) -> None:
    """The last word of a column's name tells."""
    assert likely_ids(["product", name]) == ((name,) if is_likely else ())


def test_the_first_rows_can_be_run(step: DataStep) -> None:
    """The number counts only while its choice is made."""
    assert step.apply(JobSettings()).rows == Rows()
    assert not step._rows._count.isEnabled()
    step._rows._radio(1).click()
    step._rows._count.setValue(20)
    assert step.apply(JobSettings()).rows == Rows(first=20)


def test_rows_are_picked_in_the_table(step: DataStep) -> None:
    """Picking needs at least one row, follows the selection, and survives a visit elsewhere."""
    step._rows._radio(2).click()
    assert step.problem()
    step._table.view.selectRow(4)
    assert step.problem() == ""
    assert step.apply(JobSettings()).rows == Rows(picked=(5,))
    assert "(1)" in step._rows._radio(2).text()
    assert step._job is not None
    assert step._line is not None
    path = step._line.path
    step.show_job(step._line, head(path, rows=Rows(picked=(2, 3, 4, 9))))
    assert step._table.selected() == (2, 3, 4, 9)
    step._rows._radio(0).click()
    assert step.apply(JobSettings()).rows == Rows()


def test_showing_a_job_changes_nothing(qtbot: QtBot, step: DataStep) -> None:
    """Filling the screen is not editing."""
    changes: list[bool] = []
    step.changed.connect(lambda: changes.append(True))
    assert step._line is not None
    path = step._line.path
    settings = JobSettings(id_column="stars", rows=Rows(first=7), skip_blank=False)
    job = head(path, id_column="stars", rows=Rows(first=7), skip_blank=False)
    step.show_job(step._line, job)
    assert not changes
    assert step.apply(JobSettings()) == settings


def test_blank_rows_can_be_sent_too(step: DataStep) -> None:
    """What was noticed names the column, and its link turns the choice round."""
    show_workbook(step)
    lines = [label.text() for label in step._noticed.findChildren(Label)]
    assert any("20 rows have nothing in text" in line for line in lines)
    assert any("2,500 words" in line for line in lines)
    assert step.apply(JobSettings()).skip_blank
    step._noticed.blank_toggled.emit()
    assert not step.apply(JobSettings()).skip_blank


def _noticed(step: DataStep, *, skip_blank: bool = True, **settings: Any) -> str:
    """Return what is said of blank rows: 380 of 400 rows have a text, 350 a title, all a name."""
    columns = (
        ColumnFacts("name", Kind.TEXT, 400, 15, TextSize()),
        ColumnFacts("title", Kind.LONG_TEXT, 350, 90, TextSize()),
        ColumnFacts("text", Kind.LONG_TEXT, 380, 900, TextSize()),
    )
    assert step._job is not None
    wanted = replace(step._job.settings, **settings)
    job = replace(step._job, rows=400, columns=columns, settings=wanted)
    step._noticed.show_job(job, skip_blank=skip_blank)
    shown = step._noticed._list
    entry = shown.itemAt(shown.count() - 1).widget()
    line = next(label.text() for label in entry.findChildren(Label))
    action = entry.findChild(Button, "toggle-blank")
    return f"{line} [{action.text()}]" if action is not None else line


def test_blank_rows_are_spoken_of_as_the_instructions_mean_them(step: DataStep) -> None:
    """Which column counts, how many rows it can be, and whether they are sent at all."""
    left_out = "Rows with nothing to read are left out and cost nothing."
    sent = "Rows with nothing to read would be sent anyway."
    title = "50 rows have nothing in title."
    assert _noticed(step) == f"{title} {left_out} [Send them too]"
    assert _noticed(step, skip_blank=False) == f"{title} {sent} [Leave them out]"
    one = {"instructions": "About {{name}}: {{text}}"}
    assert _noticed(step, **one) == f"20 rows have nothing in text. {left_out} [Send them too]"
    words = "20 rows have nothing in text and would be sent anyway. [Leave them out]"
    assert _noticed(step, skip_blank=False, **one) == words
    both = {"instructions": "About {{title}}: {{text}}"}
    assert _noticed(step, **both).startswith("Up to 20 rows have nothing in title and text. ")
    alone = {"instructions": "{{text}}"}
    assert _noticed(step, skip_blank=False, **alone).endswith(left_out)
    assert "nothing" not in _noticed(step, instructions="Describe {{name}}.")


def test_a_sheet_can_be_chosen(step: DataStep, desk: FakeDesk) -> None:
    """Another sheet is read into the same job, and the rows picked before are forgotten."""
    show_workbook(step, (Sheet("Reviews", 401), Sheet("Old", 12)))
    assert step._file._sheet_part.isVisible()
    assert step._file._sheet.itemText(0) == "Reviews (400)"
    step._rows._radio(1).click()
    step._file._sheet.setCurrentIndex(1)
    step._file._on_chosen()
    verb = desk.verbs_of(Load)[0]
    assert (verb.sheet, verb.job) == ("Old", "/jobs/m.sheaf")
    assert verb.settings.rows == Rows()


def test_the_encoding_is_offered_only_in_doubt(step: DataStep) -> None:
    """A file that was read for certain asks nothing."""
    assert not step._file._encoding_part.isVisible()
    assert step._file.encoding is None


def test_a_doubtful_encoding_can_be_chosen_and_chosen_again(step: DataStep, desk: FakeDesk) -> None:
    """After the file was read as the person said, the choice is still there."""
    assert step._job is not None
    assert step._line is not None
    source = replace(step._job.source, encoding="cp1250", delimiter=";")
    guessed = (Notice("encoding_guessed", "The file does not say how it was saved."),)
    step.show_job(step._line, replace(step._job, source=source, notices=guessed))
    assert step._file._encoding_part.isVisible()
    step._file._encoding.setCurrentText("Western European (cp1252)")
    step._file._on_chosen()
    verb = desk.verbs_of(Load)[0]
    assert (verb.encoding, verb.delimiter) == ("cp1252", ";")
    now = replace(source, encoding="cp1252")
    step.show_job(step._line, replace(step._job, source=now, notices=()))
    assert step._file._encoding_part.isVisible()
    assert step._file.encoding == "cp1252"


def test_after_a_refused_reading_the_encoding_that_holds_is_shown(
    step: DataStep, desk: FakeDesk
) -> None:
    """Menu and table say the same: the file is as it was read before."""
    assert step._job is not None
    assert step._line is not None
    source = replace(step._job.source, encoding="cp1252", delimiter=";")
    guessed = (Notice("encoding_guessed", "The file does not say how it was saved."),)
    step.show_job(step._line, replace(step._job, source=source, notices=guessed))
    step._file._encoding.setCurrentText(encoding_words("utf-16"))
    step._file._on_chosen()
    assert desk.verbs_of(Load)[-1].encoding == "utf-16"
    desk.answer(Load, SheafError("It is not in that encoding."))
    assert step._file.encoding == "cp1252"
    assert step._file._encoding.currentText() == encoding_words("cp1252")


def test_another_file_takes_the_place_of_this_one(
    step: DataStep, desk: FakeDesk, tmp_path: Path
) -> None:
    """Replace reads the chosen file into the same job and remembers its folder."""
    desk.questions.answers["choose_file"] = tmp_path / "april.csv"
    step._replace()
    verb = desk.verbs_of(Load)[0]
    assert verb.source == str(tmp_path / "april.csv")
    assert verb.job == step._line.path if step._line else ""
    assert desk.verbs_of(SaveSettings) == [SaveSettings({"last_folder": str(tmp_path)})]


def test_a_file_read_anew_is_told(step: DataStep, desk: FakeDesk, tmp_path: Path) -> None:
    """The draft hears of it and reads the job's head again."""
    assert step._line is not None
    desk.link.answers[Load] = step._line
    told: list[JobLine] = []
    step.read_anew.connect(told.append)
    desk.questions.answers["choose_file"] = tmp_path / "april.csv"
    step._replace()
    assert told == [step._line]


@pytest.mark.parametrize(
    ("rows", "runs"), [((), []), ((1, 2, 3), [(1, 3)]), ((1, 3, 4, 9), [(1, 1), (3, 4), (9, 9)])]
)
def test_picked_rows_become_runs(rows: tuple[int, ...], runs: list[tuple[int, int]]) -> None:
    """Selecting is done run by run, not row by row."""
    assert _runs(rows) == runs


def test_sizes_and_encodings_are_said_in_words() -> None:
    """No person reads 4600000 or utf-8-sig."""
    assert size_words(999) == "999 bytes"
    assert size_words(4_600_000) == "4.6 MB"
    assert size_words(69_586) == "70 kB"
    assert size_words(5_000_000_000_000) == "5000 GB"
    assert encoding_words("utf-8-sig") == "Unicode (UTF-8)"


def test_only_what_is_on_this_computer_is_taken_from_a_drag(tmp_path: Path) -> None:
    """Files and folders are taken; a web page held over the window is left alone."""
    data = QMimeData()
    data.setUrls(
        [
            QUrl.fromLocalFile(str(tmp_path / "a.csv")),
            QUrl.fromLocalFile(str(tmp_path)),
            QUrl("https://example.org/b.csv"),
        ]
    )
    assert dropped_files(data) == [tmp_path / "a.csv", tmp_path]
