"""Promises of a job whose answers are mostly spoilt: it says so, quietly, and goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli.report import Ticker
from app.core.job import JobState, Mode, RowState
from app.core.spoilt import spoilt
from app.engine.events import JobChanged
from app.ui.job.banners import message_for
from app.ui.widgets.tone import Tone
from tests.ui.fake_desk import A_KEY
from tests.ui.made_jobs import MadeJob

Count = dict[RowState, int]
A, C, F = RowState.ANSWERED, RowState.CUT_OFF, RowState.DOES_NOT_FIT
TO_COME = {RowState.WAITING: 100}


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ({C: 20}, "20 of the first 20 answers were cut off"),
        ({A: 9, F: 11}, "11 of the first 20 answers did not fit the answer columns"),
        ({A: 900, C: 1_000, F: 1}, "1,001 of the first 1,901 answers were cut off or did not fit"),
        ({A: 10, C: 10}, ""),
        ({C: 19}, ""),
        ({}, ""),
    ],
)
def test_more_than_half_of_twenty_answers_is_worth_a_word(counts: Count, title: str) -> None:
    """Not fewer, not the half; and nothing once no row is to come."""
    found = spoilt(counts | TO_COME)
    assert (found.title if found else "") == title
    assert spoilt(counts) is None


def running(folder: Path, mode: Mode = Mode.REAL) -> MadeJob:
    """Make a job of which the first two batches came back cut off."""
    made = MadeJob(folder / "j.sheaf", mode=mode).send(6)
    return made.finish(1, cut_off=10).finish(2, cut_off=10)


def test_the_running_page_warns_without_stopping(tmp_path: Path) -> None:
    """One amber banner with the count and what helps, and no button."""
    made = running(tmp_path)
    message = message_for(made.line(), A_KEY)
    assert message is not None
    assert (message.tone, message.act) == (Tone.WARN, "")
    assert message.title == "20 of the first 20 answers were cut off"
    assert "longest answer" in message.text
    assert "paid for" in message.text
    assert made.line().state is JobState.RUNNING
    for number in range(3, 7):
        made.finish(number)
    assert message_for(made.line(), A_KEY) is None, "most are answered now"
    made.close()


def test_practice_is_not_said_to_be_paid(tmp_path: Path) -> None:
    """Nothing is charged there."""
    made = running(tmp_path, Mode.PRACTICE)
    message = message_for(made.line(), None)
    assert message is not None
    assert "paid" not in message.text
    made.close()


def test_the_command_line_says_it_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """However many batches end after."""
    made, ticker = running(tmp_path), Ticker()
    ticker.hear(JobChanged(made.line()))
    made.finish(3, cut_off=10)
    ticker.hear(JobChanged(made.line()))
    said = capsys.readouterr().err
    assert said.count("Note: ") == 1
    assert (
        "Note: 20 of the first 20 answers were cut off. Raising the longest answer helps." in said
    )
    made.close()
