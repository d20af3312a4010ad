"""The page of a job fits every window and text size: nothing is cut, nothing goes sideways."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.core.causes import Cause, Fix
from app.core.cost import Estimate
from app.core.errors import Halt
from app.core.history import Forecast
from app.core.job import JobState
from app.engine.replies import CauseGroup
from app.engine.verbs import Groups
from app.ui.job.header import BATCHES, BILL, NEEDS_YOU
from app.ui.job.page import JobPage
from app.ui.theme import THEME
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.label import Label
from tests.ui.fake_desk import FakeDesk
from tests.ui.made_jobs import MadeJob, doubtful_job, limited_job, needy_job, paused_job

SMALL, USUAL = (959, 640), (1039, 800)
"""What the windows of 1024 x 640 and 1280 x 800 leave beside the sidebar."""
LONG_NAME = "Kundenzufriedenheitsbefragungsauswertung Donaudampfschifffahrtsgesellschaft 2026"


def _asked(folder: Path) -> MadeJob:
    return doubtful_job(folder, candidates=2)


def _cancelled(folder: Path) -> MadeJob:
    made = doubtful_job(folder)
    made.file.journal.mark_planned(7)
    for number in range(7, 13):
        made.file.journal.drop_unsent(number, "Cancelled before it was sent.")
    made.finish(6, cancelled=20)
    return made.set_state(JobState.CANCELLED)


def _billed(folder: Path) -> MadeJob:
    made = needy_job(folder)
    found = Estimate(
        600, 110_000, 20_000, "Based on 5 real answers and 40 counted rows", Decimal("0.11"),
        Decimal("0.10"), Decimal("0.12"), Decimal("2.3"), Decimal("0.22"),
        per_thousand_usd=Decimal("0.18"), twins=87_912, twins_usd=Decimal("1234.56"),
    )  # fmt: skip
    made.file.forecasts.keep(Forecast(found, "custom quick", datetime.now(UTC), 1, 1))
    return made


SCREENS: dict[str, tuple[Callable[[Path], MadeJob], int]] = {
    "paused": (paused_job, BATCHES),
    "limit": (limited_job, BATCHES),
    "checking": (doubtful_job, BATCHES),
    "question": (_asked, BATCHES),
    "needs_you": (needy_job, NEEDS_YOU),
    "cancelled": (_cancelled, BATCHES),
    "bill": (_billed, BILL),
}


@pytest.fixture
def page(desk: FakeDesk, qtbot: QtBot) -> JobPage:
    """An empty page."""
    page = JobPage(desk)
    qtbot.addWidget(page)
    page.show()
    return page


def is_cut(label: Label) -> bool:
    """Say whether not all words of a label can be read."""
    if label.wordWrap():
        return label.height() < label.heightForWidth(label.width())
    return label.width() < THEME.width(label.text(), label.role)


def cut(page: QWidget) -> list[str]:
    """Return the words on a page that cannot be read; names of jobs may be shortened."""
    labels = [each for each in page.findChildren(Label) if each.isVisible() and each.text()]
    found = [each.text() for each in labels if is_cut(each) and not isinstance(each, ElidedLabel)]
    buttons = [each for each in page.findChildren(QAbstractButton) if each.isVisible()]
    named = [each for each in buttons if each.text()]
    return found + [each.text() for each in named if each.width() < each.sizeHint().width()]


def settle() -> None:
    """Let layouts come to rest."""
    for _ in range(4):
        QApplication.processEvents()


@pytest.mark.parametrize("percent", [100, 130])
@pytest.mark.parametrize("size", [SMALL, USUAL])
@pytest.mark.parametrize("screen", SCREENS)
def test_no_word_is_cut_and_nothing_goes_sideways(
    page: JobPage, tmp_path: Path, screen: str, size: tuple[int, int], percent: int
) -> None:
    """Where a window is too low the page scrolls as a whole; it is never wider than its window."""
    make, view = SCREENS[screen]
    made = make(tmp_path / "job")
    page.resize(*size)
    page.show_line(msgspec.structs.replace(made.line(), name=LONG_NAME))
    page.show_view(view)
    settle()
    THEME.apply("light", percent)
    page.resize(*size)
    settle()
    made.close()
    assert (page.width(), page.height()) == size
    assert cut(page) == []
    area = page.findChild(QScrollArea, "job-body")
    assert area is not None
    assert area.widget().width() <= area.viewport().width()
    assert not page.running.table.horizontalScrollBar().isVisible()


def test_large_prices_are_read_to_their_end(page: JobPage, desk: FakeDesk, tmp_path: Path) -> None:
    """The column of fixes is as wide as its widest, and its heading with it."""
    made = needy_job(tmp_path / "job")
    price = Decimal("12345.67")
    desk.link.answers[Groups] = (
        CauseGroup(Cause.EXPIRED, Fix.RETRY, 1_000_000, price, price),
        CauseGroup(Cause.CUT_OFF, Fix.LONGER_ANSWER, 18, price, price, 64_000, (), 16_000),
    )
    page.resize(*SMALL)
    page.show_line(made.line())
    page.show_view(NEEDS_YOU)
    settle()
    made.close()
    assert cut(page) == []
    widths = {row.width() for row in page.needs_you.groups.rows}
    assert widths == {page.needs_you.groups._heading.width()}


@pytest.mark.parametrize("percent", [100, 130])
def test_a_job_keeps_room_for_its_name(page: JobPage, tmp_path: Path, percent: int) -> None:
    """Everything else in the header becomes shorter before the name is only a few letters."""
    made = paused_job(tmp_path / "job")
    page.resize(*SMALL)
    page.show_line(msgspec.structs.replace(made.line(), name=LONG_NAME))
    THEME.apply("light", percent)
    page.resize(*SMALL)
    settle()
    made.close()
    name = page.findChild(ElidedLabel, "job-name")
    assert name is not None
    assert name.width() >= THEME.px(110)
    assert page.header.export.text() == "Export"


def test_a_wide_header_says_everything(page: JobPage, tmp_path: Path) -> None:
    """Words are shortened only where they have to be."""
    made = paused_job(tmp_path / "job")
    page.resize(1300, 800)
    page.show_line(made.line())
    settle()
    made.close()
    assert page.header.export.text() == "Export finished rows"
    assert page.header.cancel.text() == "Cancel job…"
    assert page.header._pill.text() == "Paused · needs you"


def test_the_page_scrolls_only_where_it_must(page: JobPage, tmp_path: Path) -> None:
    """In the usual window a paused job and its batches are seen at once."""
    made = paused_job(tmp_path / "job")
    page.resize(*USUAL)
    page.show_line(made.line())
    settle()
    made.close()
    area = page.findChild(QScrollArea, "job-body")
    assert area is not None
    assert area.verticalScrollBar().maximum() == 0


def test_long_sentences_of_the_engine_wrap(page: JobPage, tmp_path: Path) -> None:
    """An error of any length is read to its end."""
    made = paused_job(tmp_path / "job")
    trouble = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen " * 12
    made.set_state(JobState.PAUSED, trouble, Halt.REFUSED)
    page.resize(*SMALL)
    page.show_line(made.line())
    settle()
    made.close()
    assert page.width() == SMALL[0]
    assert cut(page) == []


def test_a_page_that_scrolls_can_be_scrolled_by_keyboard(
    page: JobPage, tmp_path: Path, qtbot: QtBot
) -> None:
    """What has no control of its own is read with the arrow keys; else the page is no stop."""
    made = _asked(tmp_path / "job")
    made.file.doubts.note(7, made.begun, "Batch 7: 2 batches at Anthropic could be it.")
    page.resize(*SMALL)
    page.show_line(made.line())
    settle()
    area = page.findChild(QScrollArea, "job-body")
    assert area is not None
    assert area.focusPolicy() is Qt.FocusPolicy.TabFocus
    page.activateWindow()
    area.setFocus()
    qtbot.waitUntil(area.hasFocus)
    qtbot.keyClick(area, Qt.Key.Key_PageDown)
    assert area.verticalScrollBar().value() > 0
    made.file.journal.mark_planned(7)
    page.resize(USUAL[0], 1100)
    page.show_line(made.line())
    settle()
    made.close()
    assert area.focusPolicy() is Qt.FocusPolicy.NoFocus
