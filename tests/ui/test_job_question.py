"""The question about a batch of which nobody can tell whether it arrived."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QRadioButton
from pytestqt.qtbot import QtBot

from app.core.errors import SheafError
from app.engine.events import JobChanged
from app.engine.verbs import SettleDoubt
from app.ui.job.doubt_words import facts
from app.ui.job.page import JobPage
from app.ui.job.words import job_word
from app.ui.models.jobs_model import look_of
from tests.ui.fake_desk import FakeDesk
from tests.ui.made_jobs import MadeJob, doubtful_job

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[MadeJob]:
    """A job of which batch 7 may be one of two batches at Anthropic."""
    made = doubtful_job(tmp_path / "asked", candidates=2)
    yield made
    made.close()


@pytest.fixture
def page(desk: FakeDesk, asked: MadeJob, qtbot: QtBot) -> JobPage:
    """The page of the job that asks."""
    page = JobPage(desk)
    qtbot.addWidget(page)
    page.resize(1040, 736)
    page.show()
    page.show_line(asked.line())
    return page


def radio(page: JobPage, name: str) -> QRadioButton:
    """Return one of the two choices."""
    found = page.findChild(QRadioButton, name)
    assert found is not None
    return found


def words(page: JobPage) -> list[str]:
    """Return everything that the card says."""
    return [label.text() for label in page.above.card.findChildren(QLabel)]


def test_facts_stand_first_and_waiting_is_chosen(page: JobPage) -> None:
    """When it was sent, what went wrong, what was found with its IDs, when it is certain."""
    said = words(page)
    assert "Did batch 7 arrive? Sheaf cannot tell yet" in said
    found = next(each for each in said if each.startswith("Two batches of 51 rows"))
    assert "01Hm…Q0xB and 01Hm…Q1xB" in found
    assert any(each.startswith("When both have ended, ") for each in said)
    assert radio(page, "question-wait").isChecked()
    assert page.above.card.button.text() == "Keep waiting"
    assert page.above.bar.message is None


def test_sending_again_says_its_price_twice_and_on_the_button(
    page: JobPage, desk: FakeDesk, asked: MadeJob, qtbot: QtBot
) -> None:
    """About, and never more than; nothing is asked of the engine before the button."""
    assert any("more, never more than $" in said for said in words(page))
    wait = radio(page, "question-wait")
    page.activateWindow()
    wait.setFocus()
    qtbot.waitUntil(wait.hasFocus)
    qtbot.keyClick(wait, Qt.Key.Key_Down)
    assert radio(page, "question-send-again").isChecked()
    assert page.above.card.button.text().startswith("Send again · up to $")
    assert desk.verbs_of(SettleDoubt) == []
    page.above.card.button.click()
    page.above.card.button.click()
    assert desk.verbs_of(SettleDoubt) == [SettleDoubt(str(asked.path), 7)]


def test_a_refused_decision_can_be_taken_again(page: JobPage, desk: FakeDesk) -> None:
    """The error is shown and the button comes back."""
    radio(page, "question-send-again").setChecked(True)
    page.above.card.button.click()
    desk.answer(SettleDoubt, SheafError("Batch 7 is not in doubt any more."))
    assert desk.questions.shown[-1].what == "Batch 7 is not in doubt any more."
    assert page.above.card.button.isEnabled()


def test_waiting_puts_the_question_away_and_keeps_a_way_back(page: JobPage) -> None:
    """The banner says what is waited for, and its button brings the question back."""
    page.above.card.button.click()
    assert not page.above.card.isVisible()
    message = page.above.bar.message
    assert message is not None
    assert message.title == "Waiting until it is known whether batch 7 arrived"
    show = page.findChild(QAbstractButton, "banner-button")
    assert show is not None
    assert show.text() == "Show the question"
    show.click()
    assert page.above.card.isVisible()


def test_a_question_that_settles_itself_goes_away(
    page: JobPage, desk: FakeDesk, asked: MadeJob
) -> None:
    """Nothing is left of it but what happened, for whoever looks."""
    asked.file.doubts.note(7, NOW, "Batch 7 was found at Anthropic; its rows were not sent again.")
    asked.file.journal.mark_sent(7, "msgbatch_found", NOW, None)
    desk.say(JobChanged(asked.line()))
    assert not page.above.card.isVisible()
    assert page.running.history.words == [
        "Batch 7 was found at Anthropic; its rows were not sent again."
    ]


def test_pill_and_list_name_the_question(asked: MadeJob) -> None:
    """Amber, in the same words: nothing went wrong."""
    assert job_word(asked.line()).text == "Working · one question"
    assert look_of(asked.line()).words == "One question about batch 7"


def test_facts_are_right_for_one_row_and_many_batches(asked: MadeJob) -> None:
    """Singular, plural and figures read as a person writes them."""
    doubt = asked.line().doubts[0]
    one = msgspec.structs.replace(doubt, rows=1, candidates=doubt.candidates[:1])
    assert (
        "One batch of 1 row from that time, still working"
        in dict(facts(one, NOW))["Found at Anthropic"]
    )
    many = msgspec.structs.replace(doubt, rows=1_000_000, candidates=doubt.candidates * 5)
    found = dict(facts(many, NOW))["Found at Anthropic"]
    assert found.startswith("10 batches of 1,000,000 rows from that time, all still working")


def test_a_job_that_is_only_shown_asks_nothing(page: JobPage, asked: MadeJob) -> None:
    """Another Sheaf that works on it asks there."""
    page.show_line(msgspec.structs.replace(asked.line(), read_only=True))
    assert not page.above.card.isVisible()
