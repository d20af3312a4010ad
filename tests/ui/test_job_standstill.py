"""Jobs that stand still, wait or are cancelled: one banner, its one button, and what it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from app.core.causes import Cause
from app.core.errors import Halt, SheafError
from app.core.job import JobState, Mode, RowState
from app.engine.events import JobChanged
from app.engine.replies import JobLine
from app.engine.verbs import RaiseLimit, Resume, Retry
from app.ui.dialogs.key_words import CONSOLE_BILLING
from app.ui.job.banners import message_for
from app.ui.job.halts import WORDS
from app.ui.job.header import BATCHES
from app.ui.job.left import Left, what_is_left
from app.ui.job.message import Act
from app.ui.job.page import JobPage
from app.ui.job.words import job_word
from app.ui.models.batches_model import BatchColumn
from app.ui.models.jobs_model import look_of
from app.ui.widgets.tone import Tone
from tests.ui.fake_desk import A_KEY, FakeDesk
from tests.ui.made_jobs import START, MadeJob, doubtful_job, paused_job, running_job

NOW = datetime.now(UTC)


@pytest.fixture
def page(desk: FakeDesk, qtbot: QtBot) -> JobPage:
    """An empty page."""
    page = JobPage(desk)
    qtbot.addWidget(page)
    page.resize(1040, 736)
    page.show()
    return page


@pytest.fixture
def paused(tmp_path: Path) -> Iterator[MadeJob]:
    """A job whose credit ran out within batch 6."""
    made = paused_job(tmp_path / "paused", begun=NOW - timedelta(minutes=46))
    yield made
    made.close()


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that are opened in the browser."""
    opened: list[str] = []

    def open_url(url: Any) -> bool:
        opened.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return opened


def button(page: JobPage) -> QAbstractButton:
    """Return the button of the banner."""
    found = page.findChild(QAbstractButton, "banner-button")
    assert found is not None
    return found


def words(page: JobPage) -> str:
    """Return what the banner says; blank without one."""
    message = page.above.bar.message
    return f"{message.title}. {message.text}" if message is not None else ""


def changed(line: JobLine, **values: Any) -> JobLine:
    """Return a line with other values."""
    return msgspec.structs.replace(line, **values)


def left_of(made: MadeJob) -> Left:
    """Return what a job has not done yet."""
    return what_is_left(made.line(), made.file.journal.batches(), {}, None)


# --- spent credit ---------------------------------------------------------------------------------


def test_spent_credit_says_what_is_safe_unpaid_and_needed(page: JobPage, paused: MadeJob) -> None:
    """What stopped, that nothing is lost, what is not paid, what it takes to go on."""
    page.show_line(paused.line())
    assert words(page).startswith("Paused: your Anthropic credit ran out in batch 6.")
    assert "Nothing is lost. 17 rows of batch 6 came back unanswered and cost nothing" in words(
        page
    )
    assert "batches 7 to 12 have not been sent" in words(page)
    assert "The 295 rows that are left need about $0.05 of credit." in words(page)
    assert button(page).text() == "Add credit…"


def test_credit_is_added_in_the_console_and_the_same_button_goes_on(
    page: JobPage, desk: FakeDesk, paused: MadeJob, console: list[str]
) -> None:
    """Back at the window, Continue asks all that is left: unsent batches and unanswered rows."""
    page.show_line(paused.line())
    button(page).click()
    assert console == [CONSOLE_BILLING]
    page.above._come_back()
    assert button(page).text() == "Continue job"
    button(page).click()
    causes = (Cause.CREDIT, Cause.KEY)
    assert desk.verbs_of(Retry) == [Retry(str(paused.path), causes=causes)]


def test_a_browser_that_does_not_open_is_said_and_blocks_nothing(
    page: JobPage, desk: FakeDesk, paused: MadeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is named, and the way on is there at once."""
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    page.show_line(paused.line())
    page.activateWindow()
    monkeypatch.setattr(page.above, "isActiveWindow", lambda: True)
    button(page).click()
    assert CONSOLE_BILLING in desk.questions.shown[-1].sentence
    assert button(page).text() == "Continue job"


def test_a_browser_that_opens_behind_the_window_blocks_nothing(
    page: JobPage,
    paused: MadeJob,
    console: list[str],
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    """Where this window stays in front the button changes after a while all the same."""
    monkeypatch.setattr("app.ui.job.above._STILL_HERE_MS", 0)
    monkeypatch.setattr(page.above, "isActiveWindow", lambda: True)
    page.show_line(paused.line())
    button(page).click()
    qtbot.waitUntil(lambda: button(page).text() == "Continue job")


def test_continue_cannot_be_pressed_twice(page: JobPage, desk: FakeDesk, paused: MadeJob) -> None:
    """The button rests until the job has changed, and is back when nothing came of it."""
    paused.set_state(JobState.PAUSED, "Anthropic refused a batch.", Halt.REFUSED)
    page.show_line(paused.line())
    button(page).click()
    button(page).click()
    assert len(desk.verbs_of(Resume)) == 1
    desk.answer(Resume, SheafError("The disk is full."))
    assert desk.questions.shown[-1].what == "The disk is full."
    assert button(page).isEnabled()
    button(page).click()
    desk.say(JobChanged(paused.line()))
    assert button(page).isEnabled()


# --- every kind of standstill ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("halt", "act"),
    [
        (Halt.CREDIT, Act.CREDIT),
        (Halt.USAGE_LIMIT, Act.CONSOLE),
        (Halt.KEY, Act.SETTINGS),
        (Halt.ACCOUNT, Act.SETTINGS),
        (Halt.RIGHTS, Act.CONTINUE),
        (Halt.HOLD, Act.CONTINUE),
        (Halt.REFUSED, Act.CONTINUE),
        (Halt.DISK, Act.CONTINUE),
        (Halt.FAULT, Act.CONTINUE),
        (Halt.SPEND_LIMIT, Act.NO_LIMIT),
    ],
)
def test_each_standstill_has_one_way_out(paused: MadeJob, halt: Halt, act: Act) -> None:
    """One red banner that says nothing is lost, and one button."""
    line = changed(paused.line(), halt=halt, trouble="Something happened.")
    message = message_for(line, A_KEY, left_of(paused))
    assert message is not None
    assert (message.tone, message.act) == (Tone.BAD, act)
    assert message.title.startswith("Paused: ")
    assert "Nothing is lost." in message.text


@pytest.mark.parametrize(
    "halt", [h for h in Halt if h not in (Halt.NONE, Halt.ELSEWHERE, Halt.SPEND_LIMIT)]
)
def test_header_list_and_banner_use_the_same_words(paused: MadeJob, halt: Halt) -> None:
    """The list says in short what the banner's title says."""
    line = changed(paused.line(), halt=halt)
    assert job_word(line).text == "Paused · needs you"
    assert look_of(line).words == f"Paused · {WORDS[halt].short}"
    assert WORDS[halt].short


@pytest.mark.parametrize(
    ("waiting", "said"),
    [(1, "The 1 row that is left needs"), (1_000_000, "The 1,000,000 rows that are left need")],
)
def test_one_row_and_a_million_read_well(paused: MadeJob, waiting: int, said: str) -> None:
    """Singular for one, separators for many."""
    left = replace(left_of(paused), rows=waiting, usd=Decimal("0.5"), not_run={6: 1}, at_work=0)
    message = message_for(paused.line(), A_KEY, left)
    assert message is not None
    assert said in message.text
    assert "1 row of batch 6 came back unanswered" in message.text


def test_rows_at_work_are_not_among_those_to_pay_for(paused: MadeJob) -> None:
    """What Anthropic still has is fetched when the job goes on, and needs no credit more."""
    line = changed(paused.line(), counts={RowState.WAITING: 10, RowState.SENT: 5})
    left = what_is_left(line, paused.file.journal.batches(), {}, Decimal(1))
    assert left.rows == 10
    message = message_for(line, A_KEY, replace(left, at_work=1))
    assert message is not None
    assert "One batch is still at work; its answers are fetched" in message.text
    assert "The 10 rows that are left to send need" in message.text


def test_a_price_that_is_not_known_is_no_zero(paused: MadeJob) -> None:
    """Without a price the rows are named, and that nobody knows what they cost."""
    message = message_for(paused.line(), A_KEY, Left(rows=12))
    assert message is not None
    assert "12 rows are left: price not known." in message.text
    assert "$0.00" not in message.text


# --- nothing more is sent, while others are at work -----------------------------------------------


@pytest.fixture
def sending_stopped(tmp_path: Path) -> Iterator[MadeJob]:
    """A job of which batch 12 was refused while five others are still at work."""
    made = running_job(tmp_path / "stopped")
    made.file.journal.mark_paused(11, "Your Anthropic credit has run out.")
    made.set_state(JobState.RUNNING, "", Halt.CREDIT)
    yield made
    made.close()


def test_a_job_that_sends_nothing_more_says_so_at_once(
    page: JobPage, sending_stopped: MadeJob
) -> None:
    """Not only when the last batch has ended: that may be a day later."""
    line = sending_stopped.line()
    page.show_line(line)
    assert words(page).startswith("Nothing more is sent: your Anthropic credit ran out")
    assert "What is at work is still fetched." in words(page)
    assert button(page).text() == "Add credit…"
    assert job_word(line).text == "Working · needs you"
    assert look_of(line).words == "Working · credit ran out"


def test_it_goes_on_from_the_same_button(
    page: JobPage, desk: FakeDesk, sending_stopped: MadeJob, console: list[str]
) -> None:
    """Continue is a verb to the engine also while the job is at work."""
    page.show_line(sending_stopped.line())
    button(page).click()
    page.above._came_back = True
    page.above._say()
    button(page).click()
    assert desk.verbs_of(Resume) == [Resume(str(sending_stopped.path))]
    assert console


# --- answers that are not kept for ever -----------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "state", "tone"),
    [(8, JobState.RUNNING, Tone.WARN), (8, JobState.PAUSED, Tone.BAD)],
)
def test_answers_that_nobody_fetched_are_warned_of(
    paused: MadeJob, days: int, state: JobState, tone: Tone
) -> None:
    """From day 20 on every banner of the job says how long they can still be had."""
    until = (NOW + timedelta(days=days, hours=2)).isoformat()
    halt = Halt.KEY if state is JobState.PAUSED else Halt.NONE
    line = changed(paused.line(), state=state, halt=halt, fetch_by=until)
    message = message_for(line, A_KEY, now=NOW)
    assert message is not None
    assert message.tone is tone
    assert "Answers can be fetched for 8 more days" in f"{message.title} {message.text}"


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (timedelta(hours=20), "Answers can be fetched until "),
        (timedelta(hours=-1), "Answers that were not fetched in time can no longer be had"),
    ],
)
def test_the_last_day_and_too_late_are_said_plainly(
    paused: MadeJob, until: timedelta, said: str
) -> None:
    """On the last day the hour is named; after it, that it is too late."""
    line = changed(paused.line(), state=JobState.RUNNING, halt=Halt.NONE)
    message = message_for(changed(line, fetch_by=(NOW + until).isoformat()), A_KEY, now=NOW)
    assert message is not None
    assert said in message.title


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=8, minutes=5), "Answers kept 8 more days"),
        (timedelta(hours=30, minutes=5), "Answers kept 30 more hours"),
        (timedelta(minutes=50), "Answers kept 1 more hour"),
        (timedelta(minutes=-1), "Answers no longer kept"),
    ],
)
def test_the_list_warns_of_jobs_that_nobody_opens(
    paused: MadeJob, left: timedelta, said: str
) -> None:
    """The deadline stands in the list, where it is seen without opening the job."""
    until = (datetime.now(UTC) + left).isoformat()
    look = look_of(changed(paused.line(), fetch_by=until))
    assert (look.words, look.icon) == (said, "circle-pause")
    running = changed(paused.line(), fetch_by=until, state=JobState.RUNNING, halt=Halt.NONE)
    assert (look_of(running).icon, look_of(running).token) == ("clock", "warn")


def test_also_a_job_from_elsewhere_says_how_long_answers_are_kept(paused: MadeJob) -> None:
    """A copy that nobody continues loses its answers like any other."""
    until = (NOW + timedelta(days=5, hours=1)).isoformat()
    line = changed(paused.line(), halt=Halt.ELSEWHERE, fetch_by=until)
    message = message_for(line, A_KEY, now=NOW)
    assert message is not None
    assert message.act is Act.TAKE_OVER
    assert "Answers can be fetched for 5 more days." in message.text


# --- cancelled, bought twice ----------------------------------------------------------------------


def test_a_cancelled_job_says_what_was_kept_and_what_it_cost(page: JobPage, tmp_path: Path) -> None:
    """Rows and money of what is finished; what was not run can be asked for."""
    made = running_job(tmp_path / "cancelled")
    for number in range(6, 11):
        made.finish(number, cancelled=40)
    made.file.journal.mark_paused(11, "x")
    for number in (11, 12):
        made.file.journal.drop_unsent(number, "Cancelled before it was sent.")
    made.set_state(JobState.CANCELLED)
    page.show_line(made.line())
    made.close()
    assert "300 rows are finished and kept; they cost $0.05." in words(page)
    assert "300 rows were not run and cost nothing." in words(page)
    page.show_view(BATCHES)
    cells = page.running.model
    assert cells.text(cells.batches[5], BatchColumn.STATUS) == "40 cancelled"
    assert cells.text(cells.batches[5], BatchColumn.FAILED) == "0"
    assert page.running.card._figure.text() == "300"


def test_a_late_second_copy_is_shown_with_its_facts(page: JobPage, tmp_path: Path) -> None:
    """The banner, the batch and what happened say that rows were charged twice."""
    made = running_job(tmp_path / "twice")
    reason = "A second copy of batch 2, which arrived after all; it is charged too."
    rows = made.file.journal.rows_of(2)
    outcomes = [made.outcome(row, "answered") for row in rows]
    name = "msgbatch_01HmFgHjKlMnPqRsTuVwXyZa"
    number = made.file.journal.add_copy(2, name, START, reason, [outcomes])
    made.file.journal.finish(number, START, Decimal("0.70"))
    sentence = f"A second copy of batch 2 reached Anthropic after all ({name})."
    made.file.doubts.note(2, START, sentence)
    made.set_state(JobState.FINISHED)
    page.show_line(made.line())
    made.close()
    assert words(page).startswith("Rows were charged twice. A second copy of batch 2")
    assert "01Hm…XyZa: 50 rows, $0.70." in words(page)
    page.show_view(BATCHES)
    assert page.running.history.words == [sentence]
    assert not page.running.history.isHidden()
    cells = page.running.model
    assert cells.text(cells.batches[-1], BatchColumn.STATUS) == "Second copy"


def test_practice_never_speaks_of_money(tmp_path: Path) -> None:
    """A practice job that stands still names rows, and no dollar."""
    made = paused_job(tmp_path, mode=Mode.PRACTICE)
    message = message_for(made.line(), A_KEY, left_of(made))
    made.close()
    assert message is not None
    assert "$" not in message.text
    assert "cost" not in message.text


# --- in doubt -------------------------------------------------------------------------------------


def test_checking_names_the_batch_and_has_no_button(page: JobPage, tmp_path: Path) -> None:
    """What broke, what Sheaf asks, and that there is nothing to do."""
    made = doubtful_job(tmp_path / "doubt")
    page.show_line(made.line())
    made.close()
    assert words(page).startswith("Checking whether batch 7 arrived. The connection broke while")
    assert "asking Anthropic whether batch 7 arrived, so that you never pay twice" in words(page)
    assert button(page).isHidden()


def test_removing_the_limit_is_asked_first(page: JobPage, desk: FakeDesk, paused: MadeJob) -> None:
    """Without a price no limit can hold; going on without one is confirmed."""
    paused.set_state(JobState.PAUSED, "The price of this model is not known.", Halt.SPEND_LIMIT)
    page.show_line(paused.line())
    desk.questions.answers["confirm"] = False
    button(page).click()
    assert button(page).isEnabled()
    desk.questions.answers["confirm"] = True
    button(page).click()
    assert desk.verbs_of(RaiseLimit) == [RaiseLimit(str(paused.path), None)]


def test_the_bar_shows_one_message_at_a_time(page: JobPage, paused: MadeJob) -> None:
    """Never two banners: what stands still takes the place of everything else."""
    page.show_line(paused.line())
    bars = [page.above.bar, page.above.limit, page.above.card]
    assert [bar.isVisible() for bar in bars] == [True, False, False]
    titles = [label.text() for label in page.above.findChildren(QLabel) if label.isVisible()]
    assert len(titles) == 2
