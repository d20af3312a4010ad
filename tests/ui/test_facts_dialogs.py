"""The keyboard list and About say what is true of this copy of Sheaf."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app import __version__
from app.ui.actions import COMMANDS
from app.ui.dialogs.about import AboutDialog
from app.ui.dialogs.shortcuts import ShortcutsDialog, caps
from tests.ui.fake_desk import A_KEY, FakeDesk


def test_every_command_with_keys_is_listed(qtbot: QtBot) -> None:
    """The list is made from the commands themselves, so none is missing."""
    dialog = ShortcutsDialog()
    qtbot.addWidget(dialog)
    texts = {label.text() for label in dialog.findChildren(QLabel)}
    for command in COMMANDS.values():
        assert not command.keys or command.text.rstrip("…") in texts, command.text


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("Ctrl+N", ["Ctrl", "N"]),
        ("Alt+Left", ["Alt", "←"]),
        ("Ctrl++", ["Ctrl", "+"]),
        ("Return", ["Enter"]),
    ],
)
def test_keys_are_drawn_one_by_one(keys: str, expected: list[str]) -> None:
    """Each key has its cap, arrows their sign."""
    assert caps(QKeySequence(keys)) == expected


def test_about_tells_no_secret(tmp_path: Path, qtbot: QtBot) -> None:
    """What is copied for a helper names versions and places, and four letters of the key."""
    dialog = AboutDialog(FakeDesk(tmp_path, key=A_KEY))
    qtbot.addWidget(dialog)
    dialog.copy_details()
    copied = QGuiApplication.clipboard().text()
    assert f"Sheaf {__version__}" in copied
    assert "API key: In GNOME Keyring, ending in Q4fA" in copied
    assert str(tmp_path / "jobs") in copied


def test_about_without_a_key_says_practice(tmp_path: Path, qtbot: QtBot) -> None:
    """Practice mode is said, not an empty line."""
    dialog = AboutDialog(FakeDesk(tmp_path))
    qtbot.addWidget(dialog)
    assert "None: practice mode" in {label.text() for label in dialog.findChildren(QLabel)}
