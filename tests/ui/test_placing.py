"""The window and its frame stand wholly on the screen, whatever was remembered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from app.ui import placing
from app.ui.placing import DEFAULT_SIZE, LEAST_SIZE, place_of, put_in_place

TITLE_BAR = 37
"""As GNOME draws it."""


@pytest.mark.parametrize(("wide", "high"), [(1366, 768), (1280, 800), (1280, 720)])
@pytest.mark.parametrize("remembers", [False, True])
def test_the_window_fits_a_small_screen(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, wide: int, high: int, remembers: bool
) -> None:
    """The footer with Next and Submit is on the screen, also after a larger screen was used."""
    elsewhere, window = QMainWindow(), QMainWindow()
    qtbot.addWidget(elsewhere)
    qtbot.addWidget(window)
    elsewhere.resize(1900, 1100)
    monkeypatch.setattr(placing, "room_of", lambda _window: QRect(0, 0, wide, high))
    put_in_place(window, place_of(elsewhere) if remembers else "")
    assert window.height() + TITLE_BAR <= high
    assert window.width() <= wide
    assert window.width() >= LEAST_SIZE.width()


def test_a_large_screen_gets_the_usual_size(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is room, nothing is taken away."""
    window = QMainWindow()
    qtbot.addWidget(window)
    monkeypatch.setattr(placing, "room_of", lambda _window: QRect(0, 0, 1920, 1080))
    put_in_place(window, "")
    assert window.size() == DEFAULT_SIZE == QSize(1280, 800)
