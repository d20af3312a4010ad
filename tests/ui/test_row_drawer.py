"""The drawer's heading says the whole name of its row."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.ui.job.row_drawer import RowDrawer
from app.ui.widgets.pill import Pill
from app.ui.widgets.tone import Tone
from tests.ui.fake_desk import FakeDesk


@pytest.mark.parametrize(("row", "below"), [("R-10415", False), ("0073001234", True)])
def test_a_long_name_has_the_line_for_itself(
    qtbot: QtBot, tmp_path: Path, row: str, below: bool
) -> None:
    """The state steps down instead of cutting the ID by which the row is looked up."""
    drawer = RowDrawer(FakeDesk(tmp_path))
    qtbot.addWidget(drawer)
    drawer.setFixedWidth(312)
    name, pill = drawer.findChild(QLabel, "row-name"), drawer.findChild(Pill)
    assert name is not None
    assert pill is not None
    for text in ("0073001234", "R-1", row):
        name.setText(text)
        pill.show_status("Answered", Tone.OK, "check")
        drawer._place_pill()
    drawer.show()
    assert name.width() >= name.sizeHint().width()
    assert (pill.mapTo(drawer, pill.rect().topLeft()).y() > name.geometry().bottom()) is below
