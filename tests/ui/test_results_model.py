"""The table of answers reads pages when they are looked at, and never shows stale rows for long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from app.core.cost import TextSize
from app.core.errors import SheafError
from app.core.job import ColumnFacts, Job, JobSettings, Mode, Outcome, RowState, SourceFile
from app.core.table import Kind
from app.engine.replies import Arranged
from app.engine.view import PAGE, JobView, ResultRow
from app.store.job_file import JobFile
from app.store.ordering import Arrangement, arrange
from app.ui.job.results_table import ResultsTable
from app.ui.models.result_columns import (
    Part,
    ResultColumn,
    all_columns,
    first_columns,
    table_columns,
)
from app.ui.models.results_model import ON_THE_WAY, PAGES_KEPT, RESULT_ROLE, ResultsModel
from app.ui.widgets.table_cells import LOOK_ROLE, MISSING
from tests.ui.fake_desk import FakeDesk
from tests.ui.made_jobs import ANSWERS, INSTRUCTIONS, MadeJob, finished_job


@pytest.fixture
def made(tmp_path: Path) -> Iterator[MadeJob]:
    """Return a finished job of 600 rows."""
    job = finished_job(tmp_path)
    yield job
    job.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[FakeDesk]:
    """Return a desk whose reads answer at once."""
    desk = FakeDesk(tmp_path)
    yield desk
    desk.close()


def _model(desk: FakeDesk, made: MadeJob) -> ResultsModel:
    view = JobView(made.path)
    model = ResultsModel(desk)
    head = view.head()
    model.show_job(str(made.path), head, first_columns(head), made.rows)
    view.close()
    return model


def _column(model: ResultsModel, name: str) -> int:
    return next(n for n, column in enumerate(model.columns) if column.name == name)


def test_model_obeys_qts_rules(desk: FakeDesk, made: MadeJob, qtmodeltester: Any) -> None:
    """Qt's own checks hold for all rows, for an ordering and for none."""
    model = _model(desk, made)
    qtmodeltester.check(model)
    model.arrange(Arranged(None, 0))
    model.arrange(Arranged(None, made.rows))
    qtmodeltester.check(model)


def test_cells_say_they_are_on_the_way(desk: FakeDesk, made: MadeJob) -> None:
    """Until the page is here a cell shows a placeholder, then its text without being asked."""
    desk.hold_reads = True
    model = _model(desk, made)
    cell = model.index(0, 0)
    assert cell.data() == ON_THE_WAY
    changed = QSignalSpy(model.dataChanged)
    desk.release_reads()
    assert (cell.data(), changed.count()) == ("R-10412", 1)


def test_one_page_is_asked_for_once(desk: FakeDesk, made: MadeJob) -> None:
    """Painting a page cell by cell reads it a single time."""
    desk.hold_reads = True
    model = _model(desk, made)
    for row in range(PAGE):
        model.index(row, 1).data()
    assert len(desk.lane.held) == 1
    model.index(PAGE, 0).data()
    assert len(desk.lane.held) == 2


def test_answers_and_states_are_shown(desk: FakeDesk, made: MadeJob) -> None:
    """A row without an answer has dashes; its state says why."""
    model = _model(desk, made)
    model.index(0, 0).data()
    failed = 47
    assert model.index(failed, _column(model, "status")).data() == "Failed"
    assert model.index(failed, _column(model, "topic")).data() == MISSING
    assert model.index(0, _column(model, "topic")).data() == "Delivery"
    look = model.index(0, _column(model, "status")).data(LOOK_ROLE)
    assert look.icon == "circle-check"


def test_every_row_of_practice_says_so(tmp_path: Path) -> None:
    """The status of a made-up answer is never mistaken for Claude's, as in the export."""
    practice = finished_job(tmp_path / "practice", mode=Mode.PRACTICE)
    model = _model(FakeDesk(tmp_path), practice)
    cell = model.index(0, _column(model, "status"))
    cell.data()
    assert cell.data() == "Answered (practice)"
    assert cell.data(LOOK_ROLE).icon == "circle-check"
    assert model.columns[-1].kind == "Practice"


def test_answer_that_does_not_fit_is_shown(desk: FakeDesk, made: MadeJob) -> None:
    """What Claude wrote instead of a label stands in the cell; the reason is in the tooltip."""
    model = _model(desk, made)
    row = 98
    model.index(row, 0).data()
    assert model.index(row, _column(model, "topic")).data() == "Packaging"
    hint = model.index(row, _column(model, "status")).data(Qt.ItemDataRole.ToolTipRole)
    assert "not on your list" in hint


def test_strangers_html_stays_text(desk: FakeDesk, made: MadeJob) -> None:
    """A cell that looks like HTML is escaped in its tooltip."""
    model = _model(desk, made)
    model.index(6, 0).data()
    hint = model.index(6, _column(model, "review_text")).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;img" in hint
    assert "<img" not in hint


def test_rows_follow_an_ordering(desk: FakeDesk, made: MadeJob, tmp_path: Path) -> None:
    """A filtered table has only the ordering's rows, in its order."""
    model = _model(desk, made)
    file = tmp_path / "cache" / "one.sqlite"
    rows = arrange(made.path, file, Arrangement(search="bag", sort="source", place=0, down=True))
    model.arrange(Arranged(str(file), rows))
    model.index(0, 0).data()
    numbers = [model.result(position).row for position in range(3)]  # type: ignore[union-attr]
    assert numbers == sorted(numbers, reverse=True)
    assert model.rowCount() == rows < made.rows


def test_page_of_an_older_ordering_is_dropped(desk: FakeDesk, made: MadeJob) -> None:
    """A page that arrives after the table was arranged anew does not show up in it."""
    desk.hold_reads = True
    model = _model(desk, made)
    model.index(0, 0).data()
    model.arrange(Arranged(None, 10))
    arrived = QSignalSpy(model.page_arrived)
    desk.release_reads()
    assert arrived.count() == 0


def test_refresh_keeps_old_rows_until_new_ones_are_here(desk: FakeDesk, made: MadeJob) -> None:
    """A table that is looked at never flickers empty when the job changes."""
    model = _model(desk, made)
    model.index(0, 0).data()
    desk.hold_reads = True
    model.refresh()
    assert model.index(0, 0).data() == "R-10412"
    assert len(desk.lane.held) == 1
    desk.release_reads()
    model.index(0, 0).data()
    assert model.index(0, 0).data(RESULT_ROLE).row == 1


def test_pages_in_memory_are_few(desk: FakeDesk, made: MadeJob) -> None:
    """However far somebody scrolls, old pages are let go."""
    model = _model(desk, made)
    model.arrange(Arranged(None, (PAGES_KEPT + 5) * PAGE))
    for number in range(PAGES_KEPT + 5):
        model.index(number * PAGE, 0).data()
    assert len(model._pages) == PAGES_KEPT


def test_lost_ordering_is_told_once(desk: FakeDesk, made: MadeJob, tmp_path: Path) -> None:
    """An ordering that the cache lost is an error to act on, not one per repaint."""
    model = _model(desk, made)
    failed = QSignalSpy(model.failed)
    model.arrange(Arranged(str(tmp_path / "gone" / "x.sqlite"), 50))
    for _ in range(3):
        model.index(0, 0).data()
    assert failed.count() == 1
    assert isinstance(failed.at(0)[0], SheafError)


def test_first_columns_fit_a_small_window(made: MadeJob) -> None:
    """Name, longest text that Claude read, short answers and status come first."""
    head = made.file.head()
    names = [column.name for column in first_columns(head)]
    assert names == ["review_id", "review_text", "topic", "sentiment", "needs_reply", "status"]
    assert len(all_columns(head)) == 12


def test_row_number_names_rows_without_an_id(tmp_path: Path) -> None:
    """Without an ID column the row's number is the first column, and sorts by file order."""
    settings = JobSettings(INSTRUCTIONS, answers=ANSWERS[:1])
    made = MadeJob(tmp_path / "plain.sheaf", settings=settings)
    columns = first_columns(made.file.head())
    made.close()
    assert columns[0].part is Part.NUMBER
    assert columns[0].order == ""
    assert [column.order for column in columns[-2:]] == ["answer:0", "state"]


def test_one_column_takes_the_room_that_is_left(made: MadeJob) -> None:
    """Only the long text stretches, and answers are tinted."""
    columns = table_columns(first_columns(made.file.head()))
    assert [column.name for column in columns if column.stretch] == ["review_text"]
    assert [column.name for column in columns if column.answer] == [
        "topic", "sentiment", "needs_reply",
    ]  # fmt: skip


def test_a_wider_job_after_a_narrow_one_shows_its_own_rows(
    qtbot: QtBot, desk: FakeDesk, made: MadeJob, tmp_path: Path
) -> None:
    """Rows of the job before are gone before the new columns ask for cells that they lack."""
    table = ResultsTable(desk)
    qtbot.addWidget(table)
    narrow, path = _narrow_job(tmp_path, made.job)
    table.show_job(path, narrow, 3)
    assert table.model.index(0, 1).data() == "Words."
    view = JobView(made.path)
    table.show_job(str(made.path), view.head(), made.rows)
    view.close()
    assert table.model.index(0, 0).data() == "R-10412"


def _narrow_job(folder: Path, like: Job) -> tuple[Job, str]:
    """Make a job of one column and three rows."""
    job = replace(like, settings=JobSettings("Read {{text}}", model="claude-haiku-5-5"))
    path = folder / "narrow.sheaf"
    with JobFile.create(path, job) as job_file:
        job_file.begin_loading(SourceFile("words.csv", "csv"))
        job_file.add_rows(1, [("Words.",)] * 3)
        job_file.finish_loading([ColumnFacts("text", Kind.TEXT, 3, 6, TextSize(18))], (), 3)
        return job_file.head(), str(path)


def test_a_mistake_in_a_cell_leaves_the_others_alone(
    desk: FakeDesk, made: MadeJob, forgiven: list[str]
) -> None:
    """Qt never sees an error of ours: it would end the program at the next cell."""
    model = _model(desk, made)
    column = _column(model, "status")
    model._columns = (*model._columns[:column], replace(model._columns[0], place=99))
    assert model.index(0, 0).data() == ON_THE_WAY
    assert model.index(0, column).data() is None
    assert model.index(0, 0).data() == "R-10412"
    assert len(forgiven) == 1


def test_an_answer_stays_while_its_row_is_asked_again() -> None:
    """The newest good answer goes on showing; a row that failed before shows nothing."""
    good = Outcome(1, RowState.ANSWERED, cells=("Price",))
    bad = Outcome(1, RowState.FAILED)
    topic = ResultColumn(Part.ANSWER, 0, "topic", "Category")
    for state in (RowState.WAITING, RowState.SENT):
        again = ResultRow(1, ("text",), state, "", good, 1)
        assert topic.text(again, 1) == "Price"
        assert topic.text(replace(again, outcome=bad), 1) == MISSING
        assert topic.text(replace(again, outcome=None), 1) == MISSING


def test_spare_room_is_not_spent_on_an_id_beside_a_number() -> None:
    """Without long text the last column of words has it: of the source, else of the answers."""
    name = ResultColumn(Part.SOURCE, 0, "id", "Text")
    price = ResultColumn(Part.SOURCE, 1, "price", "Number")
    words = ResultColumn(Part.SOURCE, 2, "words", "Text")
    topic = ResultColumn(Part.ANSWER, 0, "topic", "Category")
    status = ResultColumn(Part.STATE, 0, "status", "Row")

    def roomy(*columns: ResultColumn) -> list[str]:
        return [c.name for c in table_columns(columns) if c.stretch]

    assert roomy(name, price, topic, status) == ["topic"]
    assert roomy(name, words, topic, status) == ["words"]
    assert roomy(price, status) == ["price"]
    assert roomy(name, price, status) == ["id"]
