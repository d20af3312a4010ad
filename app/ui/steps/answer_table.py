"""The table of answer columns: what is added to the right of the spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from app.core.answers import AnswerColumn
from app.core.merge import ANSWER
from app.ui.layouts import column, row
from app.ui.steps.answer_row import KIND_WIDTH, NAME_WIDTH, AnswerRow
from app.ui.widgets.card import Card
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.list_head import ListHead
from app.ui.widgets.row_list import RowList

_LEFT = 30


class AnswerTable(Card):
    """The answer columns in order; `changed` follows every edit."""

    changed = Signal()
    opened = Signal(object)
    """The place of the column whose editor the person wants."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("answer-columns")
        self.setAccessibleName("Answer columns")
        self._chosen: AnswerRow | None = None
        kind = _LEFT + NAME_WIDTH
        names = (
            ("Column", _LEFT),
            ("Type", kind + 4),
            ("Labels or description", kind + KIND_WIDTH + 12),
        )
        self._list: RowList[AnswerRow] = RowList()
        self._list.reordered.connect(self.changed)
        self._nothing = _nothing()
        self.setLayout(
            column(ListHead(names), self._list, self._nothing, gap=0, margins=(1, 1, 1, 1))
        )
        QApplication.instance().focusChanged.connect(self._follow_focus)  # type: ignore[union-attr]

    def columns(self) -> tuple[AnswerColumn, ...]:
        """Return the columns as they stand."""
        return tuple(each.column for each in self._list.rows)

    def show_columns(self, columns: Sequence[AnswerColumn]) -> None:
        """Show a job's columns."""
        if tuple(columns) == self.columns():
            return
        self._chosen = None
        self._list.clear()
        for each in columns:
            self._add(each)
        if self._list.rows:
            self._choose(self._list.rows[0])
        self._show_nothing()

    def put(self, place: int, wanted: AnswerColumn) -> None:
        """Take a column as its editor left it; the place after the last one adds it."""
        if place < len(self._list.rows):
            self._list.rows[place].show_column(wanted)
        else:
            self._choose(self._add(wanted))
        self._show_nothing()
        self.changed.emit()

    def _add(self, wanted: AnswerColumn) -> AnswerRow:
        each = AnswerRow(wanted)
        each.changed.connect(self.changed)
        each.removed.connect(partial(self._remove, each))
        each.opened.connect(partial(self._open, each))
        each.entered.connect(partial(self._choose, each))
        self._list.add(each)
        return each

    def _remove(self, each: AnswerRow) -> None:
        if self._chosen is each:
            self._chosen = None
        self._list.remove(each)
        self._show_nothing()
        self.changed.emit()

    def _open(self, each: AnswerRow) -> None:
        self._choose(each)
        self.opened.emit(self._list.rows.index(each))

    def _choose(self, chosen: AnswerRow) -> None:
        self._chosen = chosen
        for each in self._list.rows:
            each.set_open(is_open=each is chosen)

    def _show_nothing(self) -> None:
        self._nothing.setVisible(not self._list.rows)

    @Slot("QWidget*", "QWidget*")
    def _follow_focus(self, _old: QWidget | None, _new: QWidget | None) -> None:
        each = self._list.focused_row()
        if each is not None and each is not self._chosen:
            self._choose(each)


def _nothing() -> QWidget:
    words = Label(
        f"Claude's whole reply will go into one column called “{ANSWER}”. "
        "Add columns to get labels, numbers or several answers at once.",
        "body",
        "text2",
        wrap=True,
    )
    line = row(IconView("info", "text3"), gap=10, margins=(16, 14, 16, 14))
    line.addWidget(words, 1)
    empty = QWidget()
    empty.setLayout(line)
    return empty
