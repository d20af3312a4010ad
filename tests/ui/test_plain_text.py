"""No stranger's text is HTML: what is in a cell, a name or a reply is shown letter by letter."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent, QTextDocument
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from app.ui.plain_text import as_tooltip, literal, one_line, plain_tooltip
from app.ui.theme import THEME
from app.ui.widgets.banner import Banner
from app.ui.widgets.button import Button
from app.ui.widgets.column_chip import ColumnChip
from app.ui.widgets.combo import Combo
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.filter_chip import FilterChip
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.label import Label
from app.ui.widgets.menu import Menu
from app.ui.widgets.pill import Pill
from app.ui.widgets.table_cells import Column
from app.ui.widgets.tone import Tone
from tests.ui.looking import ink_width, picture

STRANGE = ["<img src=x>", "<b>bold</b> & <i>R&D</i>", "&amp; <table><tr><td>"]


class _OneCell(QAbstractTableModel):
    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = text

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 1

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 1

    def data(self, index: QModelIndex, role: int = 0) -> str | None:
        return self._text if role == Qt.ItemDataRole.DisplayRole else None


def _table(text: str, width: int, qtbot: QtBot) -> DataTable:
    table = DataTable(name="One cell")
    qtbot.addWidget(table)
    table.set_columns([Column("text", width=width)])
    table.setModel(_OneCell(text, table))
    table.resize(600, 200)
    table.show()
    return table


@pytest.mark.parametrize("text", STRANGE)
def test_a_label_shows_every_letter(text: str, qtbot: QtBot) -> None:
    """A label paints the text as wide as all its letters, tags and ampersands included."""
    for wrap in (False, True):
        label = Label(text, wrap=wrap)
        qtbot.addWidget(label)
        label.resize(500, 20)
        assert label.textFormat() == Qt.TextFormat.PlainText
        assert ink_width(picture(label)) == pytest.approx(THEME.width(text, "body"), abs=4)


@pytest.mark.parametrize("text", STRANGE)
def test_a_buddy_does_not_eat_the_ampersand(text: str, qtbot: QtBot) -> None:
    """A label that names a field still shows every letter."""
    label = Label(text)
    qtbot.addWidget(label)
    buddy = Button("x")
    qtbot.addWidget(buddy)
    label.setBuddy(buddy)
    label.resize(500, 20)
    assert ink_width(picture(label)) == pytest.approx(THEME.width(text, "body"), abs=4)


@pytest.mark.parametrize("text", STRANGE)
def test_buttons_chips_and_pills_show_every_letter(text: str, qtbot: QtBot) -> None:
    """Whatever is painted with a name on it is as wide as the name's letters."""
    cases = [
        (Button(text, "ghost"), "bodyM", 12),
        (Pill(text, Tone.OK), "smallM", 8),
        (FilterChip(text), "bodyM", 13),
        (ColumnChip(text), "smallM", 25),
    ]
    for widget, role, padding in cases:
        qtbot.addWidget(widget)
        assert widget.text() == text
        widget.resize(500, widget.sizeHint().height())
        area = QRect(padding, 6, 440, widget.height() - 12)
        if isinstance(widget, Button):
            area = QRect(2, 6, 496, widget.height() - 12)
        if not isinstance(widget, Pill):
            assert ink_width(picture(widget), area) == pytest.approx(THEME.width(text, role), abs=4)
        assert widget.sizeHint().width() >= THEME.width(text, role)


def test_a_name_makes_no_shortcut(qtbot: QtBot) -> None:
    """An ampersand in somebody's column name does not become a key."""
    button = Button("R&D")
    qtbot.addWidget(button)
    assert button.shortcut().isEmpty()
    assert literal("R&D") == "R&&D"


@pytest.mark.parametrize("text", STRANGE)
def test_a_banner_shows_every_letter(text: str, qtbot: QtBot) -> None:
    """Both sentences of a banner are plain, whatever stands in them."""
    banner = Banner(Tone.BAD, text, text)
    qtbot.addWidget(banner)
    labels = banner.findChildren(QLabel)
    assert [label.text() for label in labels] == [text, text]
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)


@pytest.mark.parametrize("text", [*STRANGE, "two\nlines <b>", "  spaced  "])
def test_a_tooltip_shows_every_letter(text: str, qtbot: QtBot) -> None:
    """What Qt makes of a tooltip reads exactly as the text did."""
    page = QTextDocument()
    page.setHtml(as_tooltip(text))
    assert page.toPlainText().split() == text.split()
    widget = IconButton("x", text)
    qtbot.addWidget(widget)
    assert widget.toolTip() == as_tooltip(text)
    plain_tooltip(widget, "")
    assert not widget.toolTip()


@pytest.mark.parametrize("text", STRANGE)
def test_a_cell_shows_every_letter(text: str, qtbot: QtBot) -> None:
    """A cell is painted as wide as all its letters."""
    table = _table(text, 400, qtbot)
    cell = QRect(12, table.horizontalHeader().height() + 4, 380, 24)
    assert ink_width(picture(table), cell) == pytest.approx(THEME.width(text, "body"), abs=4)


def test_the_tooltip_of_a_cell_is_plain(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shortened cell offers its whole text, escaped; a short one offers none."""
    shown: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _point, text, *_more: shown.append(text))
    text = "<img src=x> " * 20
    for width in (80, 400):
        table = _table(text if width == 80 else "short", width, qtbot)
        middle = QPoint(20, 10)
        event = QHelpEvent(QEvent.Type.ToolTip, middle, table.mapToGlobal(middle))
        QApplication.sendEvent(table.viewport(), event)
    assert shown == [as_tooltip(text)]
    assert "<img" not in shown[0]


def test_an_elided_label_offers_the_rest(qtbot: QtBot) -> None:
    """A name that does not fit is in the tooltip, plain; one that fits has no tooltip."""
    label = ElidedLabel("<b>a very long name of a file.csv</b>")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()
    assert label.toolTip() == as_tooltip("<b>a very long name of a file.csv</b>")
    label.setText("a")
    assert not label.toolTip()


def test_menus_and_combos_show_every_letter(qtbot: QtBot) -> None:
    """A sheet called R&D is R&D in the list and in the menu."""
    combo = Combo(["R&D <b>x</b>"], name="Sheet")
    qtbot.addWidget(combo)
    combo.resize(300, 32)
    width = ink_width(picture(combo), QRect(8, 6, 240, 20))
    assert width == pytest.approx(THEME.width("R&D <b>x</b>", "body"), abs=4)
    menu = Menu()
    qtbot.addWidget(menu)
    assert menu.add("R&D", menu.close).text() == "R&&D"


def test_a_long_cell_becomes_one_line() -> None:
    """Line breaks and runs of spaces in a cell take no room, and nothing endless is measured."""
    assert one_line("a\n\n  b\tc") == "a b c"
    assert len(one_line("x" * 1_000_000)) == 500
