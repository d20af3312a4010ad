"""A mistake of Sheaf's own is reported honestly, and leaves the person the choice."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from app.core.job import JobState, Mode, RowState
from app.engine.replies import JobLine
from app.logs import Crash
from app.ui.dialogs.crash import LEFT_OUT, CrashDialog, what_is_safe

CRASH = Crash("ValueError", "MainThread", '  File "app/ui/x.py", line 1\nValueError', Path("a.log"))
JOBS = (
    JobLine(
        "/secret/name.sheaf", "Secret name", JobState.RUNNING, Mode.REAL, 9,
        {RowState.ANSWERED: 5}, {"working": 2},
    ),
    JobLine("b", "B", JobState.RUNNING, Mode.PRACTICE, 9, {}, {"working": 7}),
)  # fmt: skip


def test_report_is_copied_as_it_is_shown(qtbot: QtBot) -> None:
    """The report names version and place in the code, and neither jobs nor files."""
    dialog = CrashDialog(CRASH, JOBS)
    qtbot.addWidget(dialog)
    dialog.copy_report()
    copied = QGuiApplication.clipboard().text()
    assert "app/ui/x.py" in copied
    assert LEFT_OUT in copied
    assert "ecret" not in copied


def test_numbers_say_what_is_safe() -> None:
    """Practice batches are not at Anthropic."""
    assert what_is_safe(JOBS) == (
        "Your jobs are safe. 5 answers are on this computer, 2 batches carry on at Anthropic, "
        "and nothing is paid twice."
    )
    assert "Anthropic" not in what_is_safe(JOBS[1:])


@pytest.mark.parametrize(("name", "quits"), [("crash-quit", True), ("crash-go-on", False)])
def test_person_decides_whether_to_go_on(qtbot: QtBot, name: str, quits: bool) -> None:
    """Only its own button quits; Esc and the cross go on."""
    dialog = CrashDialog(CRASH, JOBS)
    qtbot.addWidget(dialog)
    button = dialog.findChild(QAbstractButton, name)
    assert button is not None
    button.click()
    assert dialog.wants_to_quit is quits
    assert any("our fault" in label.text() for label in dialog.findChildren(QLabel))
