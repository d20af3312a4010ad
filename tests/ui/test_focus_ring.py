"""The promises of the focus ring: there for the keyboard, never for the mouse, never in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QButtonGroup, QDialog, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app.ui.layouts import column
from app.ui.widgets.button import Button
from app.ui.widgets.focus_ring import FocusRing, _Ring
from app.ui.widgets.option_card import OptionCard
from app.ui.widgets.text_field import TextField


@pytest.fixture
def ring(qapp: QApplication) -> Iterator[FocusRing]:
    """Give the ring that follows this application."""
    ring = FocusRing(qapp)
    yield ring
    qapp.focusChanged.disconnect(ring._on_focus)
    ring.deleteLater()


@pytest.fixture
def show(qtbot: QtBot) -> Callable[..., QWidget]:
    """Give a way to show widgets in an active window, which is kept until the test has ended."""
    kept: list[QWidget] = []

    def show(*widgets: QWidget) -> QWidget:
        window = QWidget()
        kept.append(window)
        qtbot.addWidget(window)
        window.setLayout(column(*widgets))
        window.resize(300, 200)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
        return window

    return show


def test_tab_shows_the_ring(ring: FocusRing, show: Callable[..., QWidget], qtbot: QtBot) -> None:
    """Tab moves the ring, two pixels outside the control, without moving anything else."""
    first, second = Button("First"), Button("Second")
    window = show(first, second)
    first.setFocus()
    place = second.geometry()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert ring.target is second
    overlay = window.findChild(_Ring)
    assert overlay is not None
    assert overlay.isVisible()
    assert overlay.geometry() == place.adjusted(-4, -4, 4, 4)
    assert second.geometry() == place


def test_the_mouse_shows_none(ring: FocusRing, show: Callable[..., QWidget], qtbot: QtBot) -> None:
    """A click gives the focus without a ring, and takes a ring away."""
    first, second = Button("First"), Button("Second")
    show(first, second)
    first.setFocus()
    assert ring.target is None
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert ring.target is None
    qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    assert ring.target is None


def test_a_screen_can_show_where_enter_goes(
    ring: FocusRing, show: Callable[..., QWidget], qtbot: QtBot
) -> None:
    """Focus given as by a shortcut is shown on arrival."""
    button = Button("Submit", "primary")
    show(Button("Back"), button)
    button.setFocus(Qt.FocusReason.ShortcutFocusReason)
    assert ring.target is button


def test_arrows_in_a_group_show_it(
    ring: FocusRing, show: Callable[..., QWidget], qtbot: QtBot
) -> None:
    """Arrow keys between cards are the keyboard too."""
    cards = [OptionCard("A", "tag"), OptionCard("B", "list")]
    window = show(*cards)
    group = QButtonGroup(window)
    for card in cards:
        group.addButton(card)
    cards[0].setChecked(True)
    cards[0].setFocus()
    qtbot.keyClick(cards[0], Qt.Key.Key_Down)
    assert ring.target is cards[1]


def test_fields_show_their_own_edge(
    ring: FocusRing, show: Callable[..., QWidget], qtbot: QtBot
) -> None:
    """A field thickens its edge, so it gets no ring."""
    button, field = Button("Before"), TextField(name="Name")
    show(button, field)
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is field
    assert ring.target is None


def test_the_ring_hides_with_what_is_scrolled_away(
    ring: FocusRing, show: Callable[..., QWidget], qtbot: QtBot
) -> None:
    """A control scrolled out of sight takes its ring with it, and brings it back."""
    buttons = [Button(f"Button {number}") for number in range(12)]
    area, inside = QScrollArea(), QWidget()
    inside.setLayout(column(*buttons))
    area.setWidget(inside)
    window = show(area)
    buttons[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
    overlay = window.findChild(_Ring)
    assert overlay is not None
    assert overlay.isVisible()
    area.verticalScrollBar().setValue(200)
    assert not overlay.isVisible()
    area.verticalScrollBar().setValue(0)
    assert overlay.isVisible()


def test_a_window_that_is_deleted_takes_its_ring(
    ring: FocusRing, show: Callable[..., QWidget], qtbot: QtBot
) -> None:
    """A dialog shows at once where Enter goes, and when it is gone the ring works elsewhere."""
    dialog = QDialog()
    keep = Button("Keep running")
    dialog.setLayout(column(keep))
    keep.setFocus()
    dialog.show()
    qtbot.waitUntil(lambda: ring.target is keep)
    delete(dialog)
    other = Button("Three")
    show(Button("Zero"), other)
    other.setFocus(Qt.FocusReason.ShortcutFocusReason)
    assert ring.target is other
