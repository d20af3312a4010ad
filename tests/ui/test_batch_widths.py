"""Promises of the table of batches: no sum and no status is cut short, in any window."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from app.core.job import Batch, BatchState, Changes
from app.engine.replies import LimitLine
from app.engine.view import JobView, job_line
from app.ui.job.running import RunningView
from app.ui.job.words import BatchNotes
from app.ui.models.batches_model import BatchColumn
from app.ui.theme import THEME
from app.ui.widgets.pill import pill_width
from app.ui.widgets.table_cells import LOOK_ROLE
from app.ui.widgets.table_header import PADDING
from tests.ui.made_jobs import running_job

LIMIT = LimitLine(Decimal(6), Decimal(1), Decimal(7), Decimal(9), 3, 30)
SMALL, USUAL = (959, 640), (1039, 800)
"""What the windows of 1024 x 640 and 1280 x 800 leave beside the sidebar."""


def _odd(batch: Batch) -> Batch:
    """Return a batch as one that was tried before, one that is billed blindly, or as it is."""
    if batch.number == 1:
        return replace(batch, changes=Changes(tried="now"))
    if batch.number == 2:
        return replace(batch, cost_usd=None)
    if batch.number == 3:
        return replace(batch, cost_usd="12345.67")
    return batch


@pytest.mark.parametrize("percent", [100, 115, 130])
@pytest.mark.parametrize("size", [SMALL, USUAL])
@pytest.mark.parametrize("most", ["0.123456", "1234.56"])
@pytest.mark.parametrize("limited", [True, False])
def test_money_and_status_are_never_cut(
    tmp_path: Path, qtbot: QtBot, size: tuple[int, int], percent: int, most: str, limited: bool
) -> None:
    """Small sums have many digits and long states many letters: the table makes room for them."""
    THEME.apply("light", percent)
    made = running_job(tmp_path)
    made.close()
    reader = JobView(made.path)
    batches = [_odd(batch) for batch in reader.batches()]
    reader.close()
    planned = {b.number: Decimal(most) for b in batches if b.state is BatchState.PLANNED}
    assert planned
    line = job_line(made.path)
    view = RunningView()
    qtbot.addWidget(view)
    view.resize(*size)
    view.show()
    if limited:
        line = msgspec.structs.replace(line, limit=LIMIT)
    view.show_job(line, batches, BatchNotes(most=planned))
    said = [view.model.text(batch, BatchColumn.COST) for batch in batches]
    assert "not known" in said
    assert any(text.startswith("up to $") for text in said) is limited
    assert "Tried before" in [view.model.text(batch, BatchColumn.STATUS) for batch in batches]
    for row in range(view.model.rowCount()):
        cost, status = (view.model.index(row, c) for c in (BatchColumn.COST, BatchColumn.STATUS))
        metrics = QFontMetricsF(THEME.font("body"))
        room = view.table.columnWidth(BatchColumn.COST) - 2 * PADDING
        assert metrics.horizontalAdvance(cost.data()) <= room
        room = view.table.columnWidth(BatchColumn.STATUS) - 2 * PADDING
        assert pill_width(status.data(), status.data(LOOK_ROLE).icon) <= room
    shown = [c for c in BatchColumn if not view.table.isColumnHidden(c)]
    assert sum(view.table.columnWidth(c) for c in shown) <= view.table.viewport().width()
