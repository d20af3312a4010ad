"""Cancelling: what is kept, stopped and paid is said before, and counted row by row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from app.core.job import Batch, BatchState, JobState, Mode, RowState
from app.engine.replies import JobLine
from app.ui.dialogs.confirm import CancelDialog, you_pay
from app.ui.job.cancel_figures import CancelFigures, cancel_figures
from tests.ui.made_jobs import START, MadeJob, doubtful_job, needy_job, running_job


@pytest.fixture
def running(tmp_path: Path) -> Iterator[MadeJob]:
    """A job with batches at every stage, 14 of whose rows came back without an answer."""
    made = running_job(tmp_path)
    yield made
    made.close()


def figures_of(made: MadeJob, per_row: Decimal | None = None, **changes: Any) -> CancelFigures:
    """Return what cancelling a made job means."""
    line = msgspec.structs.replace(made.line(), **changes)
    return cancel_figures(line, made.file.journal.batches(), per_row)


def a_line(**counts: int) -> JobLine:
    """Return the line of a job that runs, with so many rows in each state."""
    states = {RowState(state): count for state, count in counts.items()}
    rows = sum(counts.values())
    return JobLine("/job.sheaf", "A job", JobState.RUNNING, Mode.REAL, rows, states)


def words_of(dialog: CancelDialog) -> list[str]:
    """Return everything that a dialog says."""
    return [label.text() for label in dialog.findChildren(QLabel)]


def button(dialog: CancelDialog, name: str) -> QAbstractButton:
    """Return a button of a dialog."""
    found = dialog.findChild(QAbstractButton, name)
    assert found is not None
    return found


# --- figures --------------------------------------------------------------------------------------


def test_every_row_is_in_one_line(running: MadeJob) -> None:
    """Finished rows are paid, rows at work may be, a batch that is being sent too, unsent not."""
    figures = figures_of(running)
    assert (figures.finished, figures.at_work) == (250, 250)
    assert (figures.doubtful, figures.unsent) == (50, 50)


def test_the_span_is_the_sum_of_the_lines(running: MadeJob) -> None:
    """What is paid at most is what the lines above it add up to, to the cent."""
    figures = figures_of(running)
    assert figures.finished_usd is not None
    each = figures.finished_usd / 250
    assert figures.at_most(250) == each * 250
    assert you_pay(figures) == "between $0.04 and about $0.09"


def test_a_row_that_was_asked_twice_is_counted_once(tmp_path: Path) -> None:
    """Batches of a retry hold rows of earlier ones: rows are counted, not batches."""
    made = needy_job(tmp_path, rows=400, ends={"expired": 20})
    made.finish(made.ask_again(made.file.journal.rows_of(2)[-20:]))
    figures = figures_of(made, state=JobState.RUNNING)
    made.close()
    assert figures.finished == 400


def test_a_batch_that_may_be_a_strangers_is_not_promised_to_stop(tmp_path: Path) -> None:
    """What was found in the list without having shown a tag of ours stands in a line of its own."""
    made = doubtful_job(tmp_path)
    made.file.journal.mark_sent(7, "msgbatch_found", START + timedelta(hours=1), None, proven=False)
    dialog = CancelDialog(figures_of(made))
    made.close()
    said = " ".join(words_of(dialog))
    assert f"{made.batch_rows} rows are in a batch that Sheaf found" in said
    assert "It may be somebody else’s, so it is not stopped." in said
    dialog.deleteLater()


def test_rows_in_doubt_are_stopped_when_they_are_found(tmp_path: Path) -> None:
    """A batch of which nobody knows whether it arrived is neither at work nor unsent."""
    made = doubtful_job(tmp_path)
    dialog = CancelDialog(figures_of(made))
    made.close()
    said = words_of(dialog)
    assert f"{made.batch_rows} rows are being looked for" in said
    assert "If Anthropic has them, they are stopped as soon as they are found." in said
    dialog.deleteLater()


def test_unknown_price_is_said_when_cancelling() -> None:
    """Without a price nothing is promised, and no zero shown."""
    working = Batch(1, BatchState.WORKING, 10, 99, "id")
    figures = cancel_figures(a_line(sent=10), [working], None)
    assert figures.most_usd is None
    assert you_pay(figures) == "price not known"
    billed = Batch(2, BatchState.FINISHED, 10, 99, "id", answered=10, cost_usd=None)
    figures = cancel_figures(a_line(answered=10), [billed], None)
    assert figures.finished_usd is None
    assert "$" not in you_pay(figures)


# --- the dialog -----------------------------------------------------------------------------------


def test_the_dialog_says_what_is_kept_stopped_and_paid(running: MadeJob, qtbot: QtBot) -> None:
    """Each kind of rows with its money, and the span at the end."""
    dialog = CancelDialog(figures_of(running))
    qtbot.addWidget(dialog)
    said = words_of(dialog)
    assert {"250 rows are finished", "250 rows are being worked on"} <= set(said)
    assert {"50 rows are being looked for", "50 rows have not been sent"} <= set(said)
    assert "between $0.04 and about $0.09" in said


@pytest.mark.parametrize(("rows", "words"), [(1, "1 row is finished"), (10**6, "1,000,000 rows")])
def test_one_row_and_a_million_read_well(rows: int, words: str, qtbot: QtBot) -> None:
    """Singular for one, separators for many."""
    done = Batch(1, BatchState.FINISHED, rows, 9, "id", answered=rows, cost_usd="3.51")
    dialog = CancelDialog(cancel_figures(a_line(answered=rows), [done], None))
    qtbot.addWidget(dialog)
    assert any(words in said for said in words_of(dialog))
    assert "$3.51" in words_of(dialog)


def test_practice_costs_nothing(tmp_path: Path, qtbot: QtBot) -> None:
    """No dollar stands in the dialog of a practice job."""
    made = running_job(tmp_path, mode=Mode.PRACTICE)
    dialog = CancelDialog(figures_of(made))
    made.close()
    qtbot.addWidget(dialog)
    assert not any("$" in said or "charged" in said for said in words_of(dialog))
    assert "nothing, this is practice" in words_of(dialog)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_enter_and_esc_keep_it_running(running: MadeJob, qtbot: QtBot, key: Qt.Key) -> None:
    """The harmless answer has the focus and the keys."""
    dialog = CancelDialog(figures_of(running))
    qtbot.addWidget(dialog)
    dialog.show()
    keep = button(dialog, "keep-running")
    qtbot.waitUntil(keep.hasFocus)
    qtbot.keyClick(keep, key)
    assert dialog.result() == CancelDialog.DialogCode.Rejected
