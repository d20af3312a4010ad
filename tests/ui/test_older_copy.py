"""What the window says of a job whose file is an older copy: look at it, or go on knowingly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from app.core.errors import Halt
from app.core.job import JobState
from app.ui.elsewhere import question_before_continuing
from app.ui.job.banners import message_for
from app.ui.job.message import Act
from tests.ui.fake_desk import A_KEY
from tests.ui.made_jobs import MadeJob, running_job


@pytest.fixture
def older(tmp_path: Path) -> Iterator[MadeJob]:
    """A job that found out that more of it was sent than it knows."""
    made = running_job(tmp_path / "older")
    made.set_state(JobState.PAUSED, "The file is an older copy.", Halt.OLDER)
    yield made
    made.close()


def test_the_banner_promises_nothing_and_offers_the_way_out(older: MadeJob) -> None:
    """What was answered since may be lost, so it does not say that nothing is."""
    message = message_for(older.line(), A_KEY)
    assert message is not None
    assert message.title == "Paused: this file is an older copy of the job"
    assert message.act is Act.TAKE_OVER
    assert "The file is an older copy." in message.text
    assert "Nothing is lost" not in message.text


def test_going_on_is_asked_about_with_its_price(older: MadeJob) -> None:
    """It is another question than the one about a job from another computer."""
    asked = question_before_continuing(older.line())
    assert "paid for again" in asked.text
    moved = question_before_continuing(msgspec.structs.replace(older.line(), halt=Halt.ELSEWHERE))
    assert "another computer" in moved.text
