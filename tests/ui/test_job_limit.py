"""A job that waits for its own spend limit: what it says, and the field that raises it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.core.errors import SheafError
from app.core.job import JobState
from app.core.limit import Unit
from app.engine.replies import JobLine, LimitLine
from app.engine.verbs import RaiseLimit
from app.ui.job.left import Left
from app.ui.job.limit_bar import LimitBar, round_limit
from app.ui.job.page import JobPage
from app.ui.job.words import NO_NOTES, job_word
from app.ui.models.batches_model import BatchColumn
from app.ui.models.jobs_model import look_of
from tests.ui.fake_desk import FakeDesk
from tests.ui.made_jobs import MadeJob, limited_job

SIX = LimitLine(Decimal(6), Decimal("4.21"), Decimal("6.20"), Decimal("9.45"), 6, 10_412)


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[MadeJob]:
    """A job of which six batches have ended and six wait for the limit."""
    made = limited_job(tmp_path / "limited")
    yield made
    made.close()


@pytest.fixture
def page(desk: FakeDesk, limited: MadeJob, qtbot: QtBot) -> JobPage:
    """The page of the job that waits."""
    page = JobPage(desk)
    qtbot.addWidget(page)
    page.resize(1040, 736)
    page.show()
    page.show_line(limited.line())
    return page


@pytest.fixture
def bar(limited: MadeJob, qtbot: QtBot) -> LimitBar:
    """The banner alone, for the figures of the design."""
    bar = LimitBar()
    qtbot.addWidget(bar)
    bar.show_line(a_line(limited, SIX), Left(10_412, Decimal("3.65"), (7, 8)), NO_NOTES)
    return bar


def a_line(made: MadeJob, limit: LimitLine | None, **values: Any) -> JobLine:
    """Return a job's line with another limit."""
    return msgspec.structs.replace(made.line(), limit=limit, **values)


def test_the_banner_says_what_is_spent_and_what_the_rest_needs(bar: LimitBar) -> None:
    """Spent, the worst case of the next batch, about the rest, and a limit that covers it."""
    assert bar.sentence == (
        "Waiting: the next batch could pass your spend limit of $6.00. $4.21 is spent; batch 7 "
        "could cost up to $1.99. The rest should cost about $3.65; a limit of $9.50 covers it."
    )
    assert bar.field.text() == "9.50"


@pytest.mark.parametrize(
    ("amount", "limit"),
    [("0.871", "0.90"), ("9.45", "9.50"), ("9.50", "9.50"), ("33.10", "34"), ("812.2", "815")],
)
def test_limits_are_round_and_never_too_small(amount: str, limit: str) -> None:
    """The smallest round figure that is not under what is needed."""
    assert round_limit(Decimal(amount)) == Decimal(limit)


@pytest.mark.parametrize("typed", ["6.19", "0", "", "lots"])
def test_a_limit_that_lets_nothing_go_cannot_be_set(bar: LimitBar, typed: str) -> None:
    """Under what the next batch needs the button rests, and the sentence says how much that is."""
    bar.field.setText(typed)
    assert not bar.button.isEnabled()
    assert "needs a limit of at least $6.20, in the worst case" in bar.sentence
    assert ("“lots” is no sum in dollars" in bar.sentence) is (typed == "lots")
    bar.field.setText("6.20")
    assert bar.button.isEnabled()
    assert "$4.21 is spent" in bar.sentence


def test_what_a_person_types_stays_until_the_figures_change(
    bar: LimitBar, limited: MadeJob
) -> None:
    """The same line again does not take the field back."""
    left = Left(10_412, Decimal("3.65"), (7, 8))
    bar.field.setText("7.00")
    bar.show_line(a_line(limited, SIX), left, NO_NOTES)
    assert bar.field.text() == "7.00"
    dearer = msgspec.structs.replace(SIX, all=Decimal("11.01"))
    bar.show_line(a_line(limited, dearer), left, NO_NOTES)
    assert bar.field.text() == "11.50"


def test_enter_in_the_field_raises_the_limit(
    page: JobPage, desk: FakeDesk, limited: MadeJob, qtbot: QtBot
) -> None:
    """Once, however long the key is held."""
    limit = page.above.limit
    limit.field.setText("5")
    qtbot.keyClick(limit.field, Qt.Key.Key_Return)
    qtbot.keyClick(limit.field, Qt.Key.Key_Return)
    assert desk.verbs_of(RaiseLimit) == [RaiseLimit(str(limited.path), "5.00", Unit.DOLLARS)]


def test_a_limit_that_could_not_be_raised_can_be_tried_again(page: JobPage, desk: FakeDesk) -> None:
    """The error is shown and the button comes back."""
    limit = page.above.limit
    limit.button.click()
    assert not limit.button.isEnabled()
    desk.answer(RaiseLimit, SheafError("The disk is full."))
    assert desk.questions.shown[-1].what == "The disk is full."
    assert limit.button.isEnabled()


def test_pill_list_and_batches_use_the_same_words(page: JobPage, limited: MadeJob) -> None:
    """Waiting for limit, amber everywhere; a waiting batch says what it may cost."""
    line = limited.line()
    assert job_word(line).text == "Waiting for limit"
    assert look_of(line).words == "Waiting for your limit"
    cells = page.running.model
    waiting = cells.batches[6]
    assert cells.text(waiting, BatchColumn.STATUS) == "Waiting for limit"
    assert cells.text(waiting, BatchColumn.COST).startswith("up to $0.")
    assert "You can close Sheaf" not in page.running.card.note


def test_the_banner_goes_when_the_limit_is_raised(page: JobPage, limited: MadeJob) -> None:
    """What waits no longer leaves no banner behind."""
    assert page.above.limit.isVisible()
    page.show_line(a_line(limited, None, state=JobState.RUNNING))
    assert not page.above.limit.isVisible()


def test_small_sums_have_figures(bar: LimitBar, limited: MadeJob) -> None:
    """A limit that holds by parts of a cent can be read as such."""
    line = a_line(limited, msgspec.structs.replace(SIX, spent=Decimal("0.004")))
    bar.show_line(line, replace(Left(), rows=1), NO_NOTES)
    assert ". $0.004 is spent;" in bar.sentence
