"""The promises of the table: exact, quick, and readable without seeing it."""

from __future__ import annotations

from math import ceil

import pytest
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.ui.theme import THEME
from app.ui.tokens import LIGHT
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.table_cells import Column
from app.ui.widgets.table_header import PADDING
from tests.ui.gallery import Batches, sample_table
from tests.ui.looking import picture


class _Million(QAbstractTableModel):
    """A million rows that notes which of them were asked for."""

    def __init__(self, parent: QWidget, columns: int = 3) -> None:
        super().__init__(parent)
        self.columns = columns
        self.asked: set[int] = set()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 1_000_000

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self.columns

    def data(self, index: QModelIndex, role: int = 0) -> str | None:
        self.asked.add(index.row())
        return f"row {index.row()}" if role == Qt.ItemDataRole.DisplayRole else None


def _shown(table: DataTable, qtbot: QtBot, width: int = 900) -> DataTable:
    qtbot.addWidget(table)
    table.resize(width, 240)
    table.show()
    return table


def test_the_sample_model_is_sound(qtmodeltester: ModelTester) -> None:
    """The model that the gallery shows keeps Qt's rules, so the pictures mean something."""
    qtmodeltester.check(Batches())


def test_a_million_rows_are_not_read(qtbot: QtBot) -> None:
    """Opening and measuring a huge table looks at its first rows only."""
    table = DataTable(name="Rows")
    model = _Million(table)
    table.set_columns([Column("a"), Column("b", "Text"), Column("c", stretch=True)])
    table.setModel(model)
    _shown(table, qtbot)
    picture(table)
    assert max(model.asked) < 150


def test_one_column_takes_what_is_left(qtbot: QtBot) -> None:
    """The stretching column follows the window until the person sizes a column."""
    table = _shown(sample_table(), qtbot)
    assert table.horizontalHeader().length() == table.viewport().width()
    table.resize(1100, 240)
    assert table.horizontalHeader().length() == table.viewport().width()
    table.horizontalHeader().resizeSection(1, 200)
    table.resize(900, 240)
    assert table.columnWidth(1) == 200
    assert table.horizontalHeader().length() != table.viewport().width()


def test_answers_keep_their_tint(qtbot: QtBot) -> None:
    """Answer cells are tinted at rest, under the pointer and in the chosen row."""
    table = _shown(sample_table(), qtbot)
    table.choose_row(1)
    qtbot.mouseMove(table.viewport(), QPoint(100, 100))
    table._hover(2)
    image = picture(table)
    top = table.horizontalHeader().height()
    x = table.columnViewportPosition(5) + 4
    seen = [image.pixelColor(x, top + row * 40 + 10).name().upper() for row in range(3)]
    assert seen == [LIGHT["answer"], LIGHT["answerSel"], LIGHT["answerHead"]]
    assert image.pixelColor(1, top + 50) == QColor(LIGHT["accent"])


def test_the_header_has_two_lines_when_columns_have_kinds(qtbot: QtBot) -> None:
    """With kinds the header is 52 high, without 36, and it follows the text size."""
    table = _shown(sample_table(), qtbot)
    assert table.horizontalHeader().height() == 52
    table.set_columns([Column(name) for name in Batches.names])
    assert table.horizontalHeader().height() == 36
    THEME.apply("light", 130)
    assert table.horizontalHeader().height() == round(36 * 1.3)
    assert table.rowHeight(0) == round(40 * 1.3)


def test_the_keyboard_walks_the_rows(qtbot: QtBot) -> None:
    """Down chooses the next row and tells it; Tab leaves the table."""
    table = _shown(sample_table(), qtbot)
    table.choose_row(0)
    chosen: list[object] = []
    table.row_chosen.connect(chosen.append)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert chosen == [1]
    assert not table.tabKeyNavigation()
    table.choose_row(-1)
    assert not table.selectionModel().hasSelection()


def test_only_sortable_columns_ask_to_be_sorted(qtbot: QtBot) -> None:
    """A click on a sortable column's header asks; on another it does nothing."""
    table = _shown(sample_table(), qtbot)
    asked: list[object] = []
    table.sort_asked.connect(asked.append)
    header = table.horizontalHeader()
    for column in (1, 2):
        middle = QPoint(header.sectionViewportPosition(column) + 30, 20)
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert asked == [2]


def test_pills_and_bars_are_still_text(qtbot: QtBot) -> None:
    """What is painted as a picture is text for screen readers and copies."""
    table = _shown(sample_table(), qtbot)
    model = table.model()
    assert model.index(0, 2).data() == "3 failed"
    assert model.index(0, 3).data() == "99%"
    assert table.accessibleName() == "Batches"


def test_a_broken_cell_is_logged_once(qtbot: QtBot, caplog: object) -> None:
    """A mistake while painting neither ends the program nor fills the log."""
    table = _shown(sample_table(), qtbot)
    table._cells.set_columns(())
    image = picture(table)
    picture(table)
    records = [r for r in caplog.records if "could not be drawn" in r.message]  # type: ignore[attr-defined]
    assert len(records) == 1
    assert not image.isNull()


def test_a_narrow_pill_is_shortened(qtbot: QtBot) -> None:
    """A pill never paints over the column beside it."""
    table = _shown(sample_table(), qtbot)
    table.setColumnWidth(2, 60)
    image = picture(table)
    left = table.columnViewportPosition(3)
    gap = QRect(left - 10, table.horizontalHeader().height() + 4, 8, 30)
    assert image.copy(gap).pixelColor(4, 15).name().upper() == LIGHT["surface"]


@pytest.mark.parametrize("right", [False, True])
def test_the_id_mark_leaves_the_kind_readable(qtbot: QtBot, right: bool) -> None:
    """The mark stands beside the kind, also where numbers and their header end at the right."""
    pictures = []
    for tag in ("", "ID"):
        table = DataTable(name="Rows")
        table.set_columns([Column("order", "Number", 140, right=right, tag=tag)])
        table.setModel(_Million(table, columns=1))
        pictures.append(picture(_shown(table, qtbot, 300)))
    kind = ceil(THEME.width("Number", "small"))
    left = 140 - PADDING - kind if right else PADDING
    word = QRect(left, 26, kind, 20)
    assert pictures[0].copy(word) == pictures[1].copy(word)
    assert pictures[0] != pictures[1]


class _Long(_Million):
    """Rows whose values are longer than any column."""

    def data(self, index: QModelIndex, role: int = 0) -> str | None:
        return "long words " * 20 if role == Qt.ItemDataRole.DisplayRole else None


@pytest.mark.parametrize("width", [560, 700, 900])
def test_long_values_do_not_push_the_last_column_out(qtbot: QtBot, width: int) -> None:
    """Columns of long values become narrower before anything has to be scrolled sideways."""
    table = DataTable(name="Rows")
    columns = ("text", "summary", "status")
    table.set_columns(
        [
            Column(columns[0], stretch=True),
            Column(columns[1], answer=True),
            Column(columns[2], width=124),
        ]
    )
    table.setModel(_Long(table))
    _shown(table, qtbot, width)
    assert table.horizontalHeader().length() <= table.viewport().width()
    assert table.columnWidth(2) == 124
    table.resize(1200, 240)
    assert table.columnWidth(1) == 320


def test_a_column_has_room_for_what_may_come(qtbot: QtBot) -> None:
    """Words that stand in no measured row, such as a rare label, are not cut either."""
    table = DataTable(name="Rows")
    rare = "Cannot tell from this text"
    table.set_columns([Column("a", stretch=True), Column("b", words=(rare,)), Column("c")])
    table.setModel(_Million(table))
    _shown(table, qtbot)
    assert table.columnWidth(1) >= THEME.width(rare, "body") + 2 * PADDING
