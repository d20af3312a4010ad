"""The page of a job: what it offers in each state, what it asks, what it says of money."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.core.answers import AnswerColumn, AnswerKind, AnswerLabel
from app.core.cost import Estimate
from app.core.errors import Halt, SheafError
from app.core.job import JobState, Mode, RowState
from app.engine.events import JobChanged, Noticed, Progress, Trouble
from app.engine.replies import Arranged, Distribution, EstimateReply, Exported, JobLine
from app.engine.verbs import (
    Arrange,
    Cancel,
    Distribute,
    EstimateJob,
    Export,
    Resume,
    Retry,
    StopLoading,
)
from app.ui.dialogs.confirm import CancelDialog
from app.ui.job.banners import message_for
from app.ui.job.export_menu import ExportMenu, ExportWishes
from app.ui.job.header import ANSWERS, BATCHES
from app.ui.job.message import Act
from app.ui.job.page import JobPage
from app.ui.job.words import job_word
from app.ui.theme import THEME
from app.ui.widgets.tone import Tone
from tests.ui.fake_desk import A_KEY, FakeDesk
from tests.ui.made_jobs import START, MadeJob, finished_job, running_job

COUNTS = (Distribution(0, "topic", (("Quality", 300), ("Delivery", 289))),)
ESTIMATE = EstimateReply(Estimate(600, 1, 1, "text", Decimal("4.12")), ())


def _desk(home: Path, **answers: Any) -> FakeDesk:
    known: dict[Any, Any] = {Distribute: COUNTS, EstimateJob: ESTIMATE}
    return FakeDesk(home, known, key=A_KEY)


REQUESTS = "Save the requests (.jsonl)…"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[FakeDesk]:
    """Return a desk with a key."""
    desk = _desk(tmp_path)
    yield desk
    desk.close()


@pytest.fixture
def page(desk: FakeDesk, qtbot: QtBot) -> JobPage:
    """Return an empty page of the window's smallest size."""
    page = JobPage(desk)
    qtbot.addWidget(page)
    page.resize(960, 640)
    page.show()
    return page


@pytest.fixture
def running(tmp_path: Path) -> Iterator[MadeJob]:
    """Return a job with batches at every stage."""
    made = running_job(tmp_path / "running")
    yield made
    made.close()


@pytest.fixture
def finished(tmp_path: Path) -> Iterator[MadeJob]:
    """Return a finished job of which 11 rows need the person."""
    made = finished_job(tmp_path / "finished")
    yield made
    made.close()


def _changed(line: JobLine, **values: Any) -> JobLine:
    return msgspec.structs.replace(line, **values)


def _button(page: QWidget, name: str) -> QAbstractButton:
    button = page.findChild(QAbstractButton, name)
    assert button is not None, name
    return button


def _is_offered(page: QWidget, name: str) -> bool:
    return not _button(page, name).isHidden()


def views_of(page: JobPage) -> list[str]:
    """Return what the switch of the header offers."""
    segments = page.header.switch.findChildren(QAbstractButton)
    return [segment.text() for segment in segments if not segment.isHidden()]


# --- states and what they offer -----------------------------------------------------------------


def test_running_job_shows_its_batches(page: JobPage, running: MadeJob) -> None:
    """A job at work opens on its batches, with cancel, an early export and what needs somebody."""
    page.show_line(running.line())
    assert page.header.switch.current == BATCHES
    assert page.running.model.rowCount() == 12
    assert all(_is_offered(page, name) for name in ("cancel-job", "export-job"))
    assert views_of(page) == ["Answers", "Needs you 16", "Batches"]
    assert _button(page, "export-job").text() == "Export"
    page.resize(1040, 640)
    QApplication.processEvents()
    assert _button(page, "export-job").text() == "Export finished rows"


def test_finished_job_shows_its_answers(page: JobPage, finished: MadeJob) -> None:
    """A finished job opens on its answers; there is nothing to cancel."""
    page.show_line(finished.line())
    assert page.header.switch.current == ANSWERS
    assert page.results.rows.model.rowCount() == 600
    assert not _is_offered(page, "cancel-job")
    assert job_word(finished.line()).text == "Finished · 11 need you"


def test_job_that_ends_turns_to_its_answers(page: JobPage, running: MadeJob) -> None:
    """Whoever watches the batches sees the answers when the last one has ended."""
    page.show_line(running.line())
    running.set_state(JobState.FINISHED)
    page._desk.say(JobChanged(running.line()))  # type: ignore[attr-defined]
    assert page.header.switch.current == ANSWERS


def test_changes_of_other_jobs_are_not_shown(
    page: JobPage, desk: FakeDesk, running: MadeJob
) -> None:
    """Only the job in front changes the page."""
    page.show_line(running.line())
    desk.say(JobChanged(_changed(running.line(), path="/else.sheaf", name="Another")))
    label = page.findChild(QLabel, "job-name")
    assert label is not None
    assert label.text() == "Store reviews, March"


def test_job_open_elsewhere_can_only_be_looked_at(page: JobPage, running: MadeJob) -> None:
    """A job that another Sheaf works on offers no act but the export."""
    page.show_line(_changed(running.line(), read_only=True))
    assert not _is_offered(page, "cancel-job")
    assert _is_offered(page, "export-job")
    assert page.above.bar.message is not None


def test_practice_is_marked_in_every_state(page: JobPage, tmp_path: Path) -> None:
    """Pill, banner, cost and note say that nothing is real."""
    made = running_job(tmp_path / "practice", mode=Mode.PRACTICE)
    page.show_line(made.line())
    made.close()
    pill = page.findChild(QLabel, "job-state")
    assert pill is not None
    assert pill.text() == "Practice · Working"
    page.above.say_exported(Exported("/exports/answers.csv", 240, 0))
    assert page.above.bar.message is not None
    for bar in (page.above.practice, page.above.bar):
        assert bar.isVisibleTo(page)
    said = [label.text() for label in page.above.practice.findChildren(QLabel)]
    assert any("made up on this computer" in text for text in said)
    assert page.running.card._cost.text == "Cost so far: Free (practice, never charged)"


def test_expected_cost_stands_beside_the_cost_so_far(page: JobPage, running: MadeJob) -> None:
    """The estimate is asked for once and shown."""
    page.show_line(running.line())
    page.show_line(running.line())
    desk = page._desk
    assert len(desk.verbs_of(EstimateJob)) == 1  # type: ignore[attr-defined]
    assert "expected $4.12" in page.running.card._cost.text


def test_long_steps_are_named(page: JobPage, desk: FakeDesk, running: MadeJob) -> None:
    """While answers are fetched the card says so, until the job's next change."""
    page.show_line(running.line())
    desk.say(Progress(str(running.path), "collecting", 20, 50))
    assert page.running.card.note == "Fetching answers: 20 of 50 rows"
    desk.say(JobChanged(running.line()))
    assert page.running.card.note.startswith("Counts change")
    desk.say(Progress(str(running.path), "exporting", 20, 50))
    desk.say(Progress(str(running.path), "exporting", 50, 50))
    assert page.running.card.note.startswith("Counts change")


# --- paused, in doubt ---------------------------------------------------------------------------


def test_paused_job_says_why_and_goes_on(page: JobPage, desk: FakeDesk, running: MadeJob) -> None:
    """One red banner with the reason and one button, which sends Resume."""
    running.set_state(JobState.PAUSED, "Your Anthropic credit ran out in batch 6.")
    page.show_line(running.line())
    assert page.above.bar.message is not None
    assert page.above.bar.message.text.startswith("Your Anthropic credit ran out in batch 6.")
    _button(page, "banner-button").click()
    assert desk.verbs_of(Resume) == [Resume(str(running.path))]


@pytest.mark.parametrize(
    ("trouble", "outcome", "act"),
    [
        ("Anthropic did not accept the API key.", "stored", Act.SETTINGS),
        ("Your Anthropic credit ran out.", "stored", Act.CONTINUE),
        ("Your Anthropic credit ran out.", "locked", Act.SETTINGS),
    ],
)
def test_key_trouble_leads_to_the_settings(
    running: MadeJob, trouble: str, outcome: str, act: Act
) -> None:
    """Where the key is the cause, going on would only stop again."""
    line = _changed(running.line(), state=JobState.PAUSED, trouble=trouble)
    message = message_for(line, msgspec.structs.replace(A_KEY, outcome=outcome))
    assert message is not None
    assert message.act is act


def test_settings_button_asks_for_the_settings(
    page: JobPage, running: MadeJob, qtbot: QtBot
) -> None:
    """The page leaves opening the settings to the window."""
    running.set_state(JobState.PAUSED, "The API key was refused.")
    page.show_line(running.line())
    with qtbot.waitSignal(page.settings_wanted):
        _button(page, "banner-button").click()


def test_batch_in_doubt_is_said_without_a_button(page: JobPage, running: MadeJob) -> None:
    """Checking informs; there is nothing for the person to do."""
    running.file.journal.mark_unsure(11, "The connection broke.", START)
    page.show_line(running.line())
    assert page.above.bar.message is not None
    assert "never pay twice" in page.above.bar.message.text
    assert page.above.bar.message.act is Act.NOTHING


def test_notice_is_shown_until_the_job_changes(
    page: JobPage, desk: FakeDesk, running: MadeJob
) -> None:
    """A sentence of the engine's takes the banner's place for a while."""
    page.show_line(running.line())
    desk.say(Noticed(str(running.path), "Waiting for the connection."))
    assert page.above.bar.message is not None
    assert page.above.bar.message.title == "Waiting for the connection."
    running.finish(6)
    desk.say(JobChanged(running.line()))
    assert page.above.bar.message is None


def test_work_that_stops_by_itself_can_go_on(
    page: JobPage, desk: FakeDesk, running: MadeJob
) -> None:
    """A mistake of the engine's is said with a way on, though the job is not paused."""
    page.show_line(running.line())
    desk.say(Trouble(str(running.path), "Sheaf made a mistake of its own.", "", "Continue."))
    assert page.above.bar.message is not None
    assert page.above.bar.message.act is Act.CONTINUE
    _button(page, "banner-button").click()
    assert desk.verbs_of(Resume) == [Resume(str(running.path))]


def test_paused_job_says_its_trouble_once(page: JobPage, desk: FakeDesk, running: MadeJob) -> None:
    """The event that follows a pause does not replace the banner of the job's own line."""
    running.set_state(JobState.PAUSED, "Your Anthropic credit ran out.")
    page.show_line(running.line())
    desk.say(Trouble(str(running.path), "Your Anthropic credit ran out."))
    assert page.above.bar.message is not None
    assert page.above.bar.message.title == "This job is paused"


def test_cancelling_that_stops_half_way_can_go_on(running: MadeJob) -> None:
    """What was being cancelled when the key was refused says so and offers a way on."""
    line = _changed(running.line(), state=JobState.CANCELLING, trouble="Credit ran out.")
    message = message_for(line, A_KEY)
    assert message is not None
    assert (message.tone, message.act) == (Tone.BAD, Act.CONTINUE)


# --- cancel and retry ---------------------------------------------------------------------------


def test_a_job_whose_price_is_not_known_shows_no_zero(page: JobPage, finished: MadeJob) -> None:
    """Neither the header nor the card over the batches speaks of dollars."""
    line = msgspec.structs.replace(finished.line(), cost_usd=None)
    page.show_line(line)
    page.running.card.show_job(line, finished.file.journal.batches())
    words = [label.text() for label in page.findChildren(QLabel) if not label.isHidden()]
    assert "Not known" in words
    (bill,) = [
        b.text() for b in page.header.switch.findChildren(QAbstractButton) if "Bill" in b.text()
    ]
    assert bill == "Bill not known"


@pytest.mark.parametrize(("code", "cancels"), [("Accepted", 1), ("Rejected", 0)])
def test_cancel_is_sent_only_when_wanted(
    page: JobPage,
    desk: FakeDesk,
    running: MadeJob,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    cancels: int,
) -> None:
    """Cancel goes to the engine after the dialog's own button, not before."""
    answer = getattr(CancelDialog.DialogCode, code)
    monkeypatch.setattr(CancelDialog, "exec", lambda _dialog: answer)
    page.show_line(running.line())
    _button(page, "cancel-job").click()
    assert len(desk.verbs_of(Cancel)) == cancels


# --- export -------------------------------------------------------------------------------------


def test_export_goes_where_the_person_said(
    page: JobPage, desk: FakeDesk, running: MadeJob, tmp_path: Path
) -> None:
    """Finished rows are exported while others are at work; the banner says where they are."""
    page.show_line(running.line())
    desk.questions.answers["save_file"] = tmp_path / "out"
    page.exports.export_usual()
    target = str(tmp_path / "out.xlsx")
    assert desk.verbs_of(Export) == [Export(str(running.path), target)]
    assert not _button(page, "export-job").isEnabled()
    desk.answer(Export, Exported(target, 250, 2))
    assert _button(page, "export-job").isEnabled()
    assert page.above.bar.message is not None
    assert page.above.bar.message.title == "250 rows exported"
    assert page.above.bar.message.act is Act.SHOW_FILE


def test_export_asks_about_the_name_that_is_really_written(
    page: JobPage, desk: FakeDesk, running: MadeJob, tmp_path: Path
) -> None:
    """A name without its ending is not the one that the system asked about: Sheaf asks itself."""
    page.show_line(running.line())
    desk.questions.answers["save_file"] = tmp_path / "out"
    there = SheafError('There is a file "out.xlsx" already.', halt=Halt.EXISTS)
    page.exports.export_usual()
    desk.answer(Export, there)
    (kept,) = [asked[0] for name, asked in desk.questions.asked if name == "confirm"]
    assert kept.title == 'Replace "out.xlsx"?'
    assert kept.dangerous
    assert _button(page, "export-job").isEnabled()
    assert len(desk.verbs_of(Export)) == 1
    desk.questions.answers["confirm"] = True
    page.exports.export_usual()
    desk.answer(Export, there)
    assert [verb.overwrite for verb in desk.verbs_of(Export)] == [False, False, True]
    assert not desk.questions.shown
    desk.questions.answers["save_file"] = tmp_path / "out.xlsx"
    page.exports.export_usual()
    assert desk.verbs_of(Export)[-1].overwrite


def test_export_that_fails_can_be_tried_again(
    page: JobPage, desk: FakeDesk, running: MadeJob, tmp_path: Path
) -> None:
    """The error is shown and the button comes back."""
    page.show_line(running.line())
    desk.questions.answers["save_file"] = tmp_path / "out.csv"
    page.exports.export_usual()
    desk.answer(Export, SheafError("The disk is full."))
    assert desk.questions.shown[-1].what == "The disk is full."
    assert _button(page, "export-job").isEnabled()


def test_export_menu_keeps_the_wishes(qtbot: QtBot) -> None:
    """What is ticked in the menu is what the verb carries."""
    wishes = ExportWishes()
    topics = AnswerColumn("topics", AnswerKind.LABELS, "", (AnswerLabel("A"), AnswerLabel("B")))
    header = ("text", "notes & more", "topics", "sheaf_status", "sheaf_reason")
    menu = ExportMenu(wishes, "Failed", (topics,), header)
    qtbot.addWidget(menu)
    assert {a.text() for a in menu.findChildren(QAction) if a.isChecked()} == {
        "As is usual in your region",
        "Windows (CR LF)",
        "Begin with the mark that Excel wants (BOM)",
        "Status and reason of each row",
        "text",
        "notes && more",
        "topics",
    }
    assert wishes.verb("job", "out.tsv", (), header) == Export("job", "out.tsv")
    ticked = {
        "Only the rows shown: Failed",
        "Include tokens and cost columns",
        "Codes in place of labels",
        "One column for each label (0 and 1)",
        "Tab",
        "Mac and Linux (LF)",
        "Without it",
        "Status and reason of each row",
        "notes && more",
        "Leave cells that begin like formulas as they are",
    }
    for action in menu.findChildren(QAction):
        if action.text() in ticked:
            ticked.remove(action.text())
            action.trigger()
    assert not ticked
    raw = next(a for a in menu.findChildren(QAction) if a.text().startswith("Leave cells"))
    assert "apostrophe" in raw.toolTip()
    assert wishes.verb("job", "out.csv", (RowState.FAILED,), header) == Export(
        "job",
        "out.csv",
        states=(RowState.FAILED,),
        with_usage=True,
        delimiter="\t",
        newline="\n",
        bom=False,
        columns=("text", "topics"),
        raw_cells=True,
        codes=True,
        one_per_label=True,
    )


def test_the_menu_says_in_which_form(page: JobPage, desk: FakeDesk, running: MadeJob) -> None:
    """Each form is offered under its own name, with its own ending."""
    page.show_line(running.line())
    offered: list[Path] = []

    def save(_title: str, start: Path, _patterns: str, _parent: object = None) -> None:
        offered.append(start)

    desk.questions.save_file = save  # type: ignore[assignment,method-assign]
    menu = ExportMenu(page.exports.wishes, "", (), (), page)
    menu.export_asked.connect(page.exports.export)
    for words in ("Excel workbook (.xlsx)…", "CSV (.csv)…", "JSON Lines (.jsonl)…", REQUESTS):
        next(action for action in menu.actions() if action.text() == words).trigger()
    assert [path.suffix for path in offered] == [".xlsx", ".csv", ".jsonl", ".jsonl"]
    assert offered[-1].name == "Store reviews, March-requests.jsonl"
    assert not desk.verbs_of(Export)


def test_the_requests_can_be_saved(
    page: JobPage, desk: FakeDesk, running: MadeJob, tmp_path: Path
) -> None:
    """What was sent is written instead of what came back; what has no request is counted."""
    page.show_line(running.line())
    desk.questions.answers["save_file"] = tmp_path / "out"
    menu = ExportMenu(page.exports.wishes, "", (), (), page)
    menu.export_asked.connect(page.exports.export)
    next(action for action in menu.actions() if action.text() == REQUESTS).trigger()
    target = str(tmp_path / "out.jsonl")
    assert desk.verbs_of(Export) == [Export(str(running.path), target, form="requests")]
    desk.answer(Export, Exported(target, 250, 0, left_out=3))
    assert page.above.bar.message is not None
    assert page.above.bar.message.text.endswith("Nothing is sent for 3 other rows.")


def test_answers_can_be_copied(page: JobPage, desk: FakeDesk, running: MadeJob) -> None:
    """The clipboard gets text with tabs; the file that carried it is gone."""
    page.show_line(running.line())
    page.exports.copy()
    verb = desk.verbs_of(Export)[0]
    assert (verb.delimiter, verb.bom) == ("\t", False)
    file = Path(verb.path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("id\ttopic\n1\tPrice\n", encoding="utf-8")
    desk.answer(Export, Exported(verb.path, 1, 0))
    assert QGuiApplication.clipboard().text() == "id\ttopic\n1\tPrice\n"
    assert not file.exists()
    assert page.above.bar.message is not None
    assert page.above.bar.message.title == "1 row copied"


# --- answers: filter, search, sort, one row -------------------------------------------------------


def _wanted(desk: FakeDesk) -> Arrange:
    return desk.verbs_of(Arrange)[-1]  # type: ignore[no-any-return]


def test_chips_bars_search_and_headers_arrange(
    page: JobPage, desk: FakeDesk, finished: MadeJob
) -> None:
    """Each way of narrowing is laid over the others in one verb."""
    page.show_line(finished.line())
    view = page.results
    _button(view, "filter-failed").click()
    assert _wanted(desk).states == (RowState.FAILED,)
    desk.answer(Arrange, Arranged(None, 3))
    assert view.rows.words == "3 of 600 rows"
    view.filters.search.setText(" kettle ")
    view.filters.search_now()
    assert (_wanted(desk).search, _wanted(desk).states) == ("kettle", (RowState.FAILED,))
    view.rows.table.sort_asked.emit(0)
    assert _wanted(desk).sort == "source:0"
    view.rows.table.sort_asked.emit(0)
    assert _wanted(desk).sort == "-source:0"


def test_bar_filters_and_lets_go(page: JobPage, desk: FakeDesk, finished: MadeJob) -> None:
    """A bar shows only its rows; pressed again it shows all, without asking the engine."""
    page.show_line(finished.line())
    bar = page.results.glance._bars[0, "Delivery"]
    bar.click()
    assert _wanted(desk).answer == (0, "Delivery")
    desk.answer(Arrange, Arranged(None, 289))
    bar.click()
    assert page.results.rows.words == "600 rows"
    assert len(desk.verbs_of(Arrange)) == 1


def test_late_answer_to_an_older_wish_is_ignored(
    page: JobPage, desk: FakeDesk, finished: MadeJob
) -> None:
    """Only the newest filter decides what is shown."""
    page.show_line(finished.line())
    _button(page, "filter-failed").click()
    _button(page, "filter-cut-off").click()
    desk.answer(Arrange, Arranged(None, 3))
    assert page.results.rows.words == "Looking…"
    desk.answer(Arrange, Arranged(None, 1))
    assert page.results.rows.words == "1 of 600 rows"


def test_nothing_found_says_so_and_helps(page: JobPage, desk: FakeDesk, finished: MadeJob) -> None:
    """An empty search names the word, and one button takes it back."""
    page.show_line(finished.line())
    page.results.filters.search.setText("<b>kettle</b>")
    page.results.filters.search_now()
    desk.answer(Arrange, Arranged(None, 0))
    texts = [label.text() for label in page.results.rows.findChildren(QLabel)]
    assert "No rows match “<b>kettle</b>”." in texts
    _button(page, "show-all-rows").click()
    assert page.results.rows.words == "600 rows"
    assert page.results.filters.search.text() == ""


def test_chips_are_there_for_states_that_exist(page: JobPage, finished: MadeJob) -> None:
    """Chips without rows are away; the count stands on the others."""
    page.show_line(finished.line())
    names = {"filter-all": True, "filter-failed": True, "filter-left-out": False}
    assert {name: _is_offered(page, name) for name in names} == names
    assert _button(page, "filter-not-run").accessibleName() == "Not run, 4 rows"


def test_row_opens_in_full_and_esc_closes_it(
    page: JobPage, finished: MadeJob, qtbot: QtBot
) -> None:
    """The drawer shows answer, text, tokens and cost, and walks with the table."""
    page.show_line(finished.line())
    view = page.results
    view.rows.table.choose_row(3)
    view.open_row(view.rows.model.index(3, 0))
    name = view.drawer.findChild(QLabel, "row-name")
    assert name is not None
    assert name.text() == "R-10415"
    texts = [label.text() for label in view.drawer.findChildren(QLabel)]
    assert {"184 tokens", "33 tokens", "$0.00017", "1 of 12"} <= set(texts)
    _button(view, "row-on").click()
    assert name.text() == "R-10416"
    qtbot.keyClick(view.rows.table, Qt.Key.Key_Escape)
    assert view.drawer.isHidden()
    assert not view.glance.isHidden()


def test_row_that_does_not_fit_shows_what_claude_wrote(page: JobPage, finished: MadeJob) -> None:
    """The reply is kept and shown with the reason, and the row can be asked again."""
    page.show_line(finished.line())
    view = page.results
    view.open_row(view.rows.model.index(98, 0))
    texts = [label.text() for label in view.drawer.findChildren(QLabel)]
    assert any("not on your list" in text for text in texts)
    assert "What Claude wrote" in texts
    _button(view, "row-again").click()
    assert page._desk.verbs_of(Retry)[-1].rows == (99,)  # type: ignore[attr-defined]


def test_what_was_sent_is_copied_whole(page: JobPage, finished: MadeJob) -> None:
    """Copy takes the text as Claude got it, with the row's cells in it."""
    page.show_line(finished.line())
    view = page.results
    view.open_row(view.rows.model.index(6, 0))
    _button(view, "row-copy").click()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("Read this review of Wool throw, rated 3 out of 5.")
    assert '<img src="x">' in copied


def test_batch_id_can_be_copied(page: JobPage, running: MadeJob) -> None:
    """The menu of a batch has its whole ID; a batch that was not sent has none."""
    page.show_line(running.line())
    table = page.running.table
    menu = page.running.batch_menu(table.model().index(0, 0))
    assert menu is not None
    menu.actions()[0].trigger()
    assert QGuiApplication.clipboard().text().startswith("msgbatch_01Hk01")
    assert page.running.batch_menu(table.model().index(11, 0)) is None


# --- reading a file -------------------------------------------------------------------------------


def test_loading_job_shows_how_far_it_is(page: JobPage, desk: FakeDesk, running: MadeJob) -> None:
    """Percent while it is read, and a button that stops it."""
    page.show_line(_changed(running.line(), state=JobState.LOADING))
    desk.say(Progress(str(running.path), "loading", 25, 100, "bytes"))
    assert page.loading.words == "Reading your data: 25%"
    _button(page, "stop-loading").click()
    assert desk.verbs_of(StopLoading) == [StopLoading(str(running.path))]


def test_half_read_job_is_read_again(page: JobPage, desk: FakeDesk, running: MadeJob) -> None:
    """A job that a killed Sheaf left half read is read again when nobody reads it."""
    page.show_line(_changed(running.line(), state=JobState.LOADING))
    assert page.loading.patience.isActive()
    page.loading.patience.timeout.emit()
    assert desk.verbs_of(Resume) == [Resume(str(running.path))]


# --- layout ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(960, 576), (1040, 736)])
def test_page_fits_the_small_window(
    page: JobPage, running: MadeJob, finished: MadeJob, theme: str, size: tuple[int, int]
) -> None:
    """Neither view wants more room than the window of 1024 x 640 leaves it."""
    THEME.apply(theme)
    page.resize(*size)
    for made in (running, finished):
        page.show_line(made.line())
        QApplication.processEvents()
        assert (page.width(), page.height()) == size


def test_everything_that_can_be_pressed_has_a_name(page: JobPage, running: MadeJob) -> None:
    """Buttons have names for programs, and words or names for people who do not see them."""
    page.show_line(running.line())
    nameless = [
        button
        for button in page.findChildren(QAbstractButton)
        if not (button.text() or button.accessibleName())
    ]
    assert [b for b in nameless if b.objectName() != "banner-button" and b.isVisible()] == []
