"""The table of batches says what the journal says, and changes only what has changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy

from app.core.job import Batch, BatchState, Mode
from app.engine.view import JobView
from app.ui.job.words import batch_word
from app.ui.models.batches_model import BatchColumn, BatchesModel, short_id
from app.ui.widgets.progress import Stage
from app.ui.widgets.table_cells import LOOK_ROLE, MISSING
from app.ui.widgets.tone import Tone
from tests.ui.made_jobs import START, running_job


@pytest.fixture
def batches(tmp_path: Path) -> tuple[Batch, ...]:
    """Return twelve batches: 5 finished, 5 at work, one sending, one planned."""
    made = running_job(tmp_path)
    made.close()
    view = JobView(made.path)
    found = view.batches()
    view.close()
    return found


def _model(batches: tuple[Batch, ...], mode: Mode = Mode.REAL) -> BatchesModel:
    model = BatchesModel()
    model.set_batches(batches, mode)
    return model


def _text(model: BatchesModel, row: int, column: BatchColumn) -> Any:
    return model.index(row, column).data()


def test_model_obeys_qts_rules(batches: tuple[Batch, ...], qtmodeltester: Any) -> None:
    """Qt's own checks hold when the model is filled, changed, grown and emptied."""
    model = _model(batches[:3])
    qtmodeltester.check(model)
    model.set_batches(batches, Mode.REAL)
    model.set_batches(batches[1:], Mode.REAL)
    qtmodeltester.check(model)


def test_figures_stay_away_until_a_batch_has_ended(batches: tuple[Batch, ...]) -> None:
    """The service counts nothing before a batch ends, so the table shows no zero either."""
    model = _model(batches)
    figures = (BatchColumn.ANSWERED, BatchColumn.FAILED, BatchColumn.COST)
    assert [_text(model, 0, column) for column in figures] == ["47", "3", "under $0.01"]
    assert [_text(model, 6, column) for column in figures] == [MISSING] * 3


def test_status_is_words_and_icon_and_tone(batches: tuple[Batch, ...]) -> None:
    """A finished batch with failures names them, in amber with a triangle."""
    model = _model(batches)
    look = model.index(0, BatchColumn.STATUS).data(LOOK_ROLE)
    assert _text(model, 0, BatchColumn.STATUS) == "3 failed"
    assert (look.icon, look.pill) == ("triangle-alert", Tone.WARN)
    assert _text(model, 10, BatchColumn.STATUS) == "Sending"


def test_bar_has_the_batchs_stage(batches: tuple[Batch, ...]) -> None:
    """The progress column draws a bar and says the same in words."""
    model = _model(batches)
    bars = [model.index(row, BatchColumn.PROGRESS).data(LOOK_ROLE).bar for row in (0, 6, 10, 11)]
    assert [bar.stage for bar in bars] == [
        Stage.FINISHED, Stage.WORKING, Stage.SENDING, Stage.WAITING,
    ]  # fmt: skip
    assert _text(model, 0, BatchColumn.PROGRESS) == "47 of 50 answered"


def test_practice_batches_cost_nothing(batches: tuple[Batch, ...]) -> None:
    """No sum of money is shown for practice."""
    assert _text(_model(batches, Mode.PRACTICE), 0, BatchColumn.COST) == "free"


def test_only_changed_rows_are_announced(batches: tuple[Batch, ...]) -> None:
    """A poll that changed one batch repaints one line and keeps the place."""
    model = _model(batches)
    changed, reset = QSignalSpy(model.dataChanged), QSignalSpy(model.modelReset)
    fresh = list(batches)
    fresh[6] = Batch(7, BatchState.CANCELLING, 50, 5_000, batches[6].remote_id)
    model.set_batches(fresh, Mode.REAL)
    assert (changed.count(), reset.count()) == (1, 0)
    assert changed.at(0)[0].row() == 6


def test_retried_rows_add_a_batch_at_the_end(batches: tuple[Batch, ...]) -> None:
    """A new batch is inserted; the others stay where they are."""
    model = _model(batches[:-1])
    inserted = QSignalSpy(model.rowsInserted)
    model.set_batches(batches, Mode.REAL)
    assert (inserted.count(), model.rowCount()) == (1, 12)


def test_id_is_shortened_in_the_middle() -> None:
    """An ID keeps its telling ends; without one there is a dash."""
    assert short_id("msgbatch_01HkfGhJkLmNpQrStvX9") == "01Hk…tvX9"
    assert short_id(None) == MISSING


@pytest.mark.parametrize(
    ("batch", "words"),
    [
        (Batch(1, BatchState.UNSURE, 5, 9), "Checking"),
        (Batch(1, BatchState.PAUSED, 5, 9), "Waiting"),
        (Batch(1, BatchState.FINISHED, 5, 9, "id", START, answered=5), "Finished"),
        (Batch(1, BatchState.FINISHED, 5, 9, "id", answered=5), "Second copy"),
        (Batch(1, BatchState.FINISHED, 5, 9), "Not sent"),
    ],
)
def test_every_state_has_its_word(batch: Batch, words: str) -> None:
    """The words are those of the design."""
    assert batch_word(batch).text == words


def test_a_batch_billed_at_an_unknown_price_shows_no_zero() -> None:
    """The cost of such a batch is not known, and said so."""
    batch = Batch(1, BatchState.FINISHED, 5, 9, "id", START, answered=5, cost_usd=None)
    model = _model((batch,))
    assert _text(model, 0, BatchColumn.COST) == "not known"


def test_headings_are_there_for_screen_readers(batches: tuple[Batch, ...]) -> None:
    """Every column has a heading."""
    model = _model(batches)
    names = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())]
    assert names[:4] == ["#", "Batch ID", "Status", "Progress"]
    assert all(names)
