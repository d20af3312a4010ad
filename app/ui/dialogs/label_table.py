"""The labels of an answer column with their definitions and examples."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from app.core.answers import CANNOT_TELL, CANNOT_TELL_CODE, AnswerLabel, fold
from app.ui.dialogs.label_row import EXAMPLES_LEFT, NAME_LEFT, USE_LEFT, LabelRow
from app.ui.layouts import box, column, row
from app.ui.paint import RIGHT
from app.ui.theme import THEME
from app.ui.widgets.card import Card
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.label import Label
from app.ui.widgets.list_head import ListHead
from app.ui.widgets.row_list import RowList
from app.ui.widgets.toggle import Toggle

_ROW = 46
_MOST_ROWS = 6
_AROUND = 424
"""What a dialog with this table takes of the screen beside the rows."""


class LabelTable(Card):
    """Labels in their order, numbered; "Cannot tell" is always last."""

    changed = Signal()
    table_pasted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("labels")
        self.setAccessibleName("Labels")
        names = (
            ("Label", NAME_LEFT),
            ("Use it when", USE_LEFT),
            ("Examples from your rows", EXAMPLES_LEFT),
        )
        self._list: RowList[LabelRow] = RowList()
        self._list.reordered.connect(self._renumber)
        self._area = _scrolling(self._list)
        self.cannot_tell = Toggle(f"{CANNOT_TELL} may be answered", on=True)
        self.cannot_tell.setObjectName("cannot-tell")
        self.cannot_tell.toggled.connect(self._toggled)
        self._last = self._last_row()
        self.setLayout(column(ListHead(names), self._area, self._last, gap=0, margins=(1, 1, 1, 1)))
        QApplication.instance().focusChanged.connect(self._follow_focus)  # type: ignore[union-attr]

    def labels(self) -> tuple[AnswerLabel, ...]:
        """Return the labels; rows without any word do not count."""
        found = (each.label for each in self._list.rows)
        return tuple(label for label in found if label != AnswerLabel(""))

    def show_labels(self, labels: Sequence[AnswerLabel]) -> None:
        """Show other labels."""
        self._list.clear()
        for label in labels:
            self._add(label)
        self._renumber()

    def offer_cannot_tell(self, *, offered: bool) -> None:
        """Show the last row, where one label a row is asked for."""
        self._last.setVisible(offered)

    @Slot()
    def add_label(self) -> None:
        """Add an empty label and put the cursor into it."""
        rows = self._list.rows
        if rows and not rows[-1].label.name:
            rows[-1].begin()
            return
        self._add(AnswerLabel(""))
        self._renumber()
        self._list.rows[-1].begin()
        self._area.ensureWidgetVisible(self._list.rows[-1])

    def begin_wrong(self) -> None:
        """Put the cursor into the first label that is missing or there already."""
        for each in self._list.rows:
            if each.name.wrong or not each.label.name:
                each.begin()
                self._area.ensureWidgetVisible(each)
                return
        self.add_label()

    def _add(self, label: AnswerLabel) -> None:
        each = LabelRow(label)
        each.changed.connect(self._mark_doubles)
        each.changed.connect(self.changed)
        each.removed.connect(partial(self._remove, each))
        each.finished.connect(partial(self._go_on, each))
        each.table_pasted.connect(self.table_pasted)
        self._list.add(each)

    def _remove(self, each: LabelRow) -> None:
        self._list.remove(each)
        self._renumber()

    def _go_on(self, each: LabelRow) -> None:
        """Go to the next label, or begin a new one after the last."""
        rows = self._list.rows
        place = rows.index(each) + 1
        if place < len(rows):
            rows[place].begin()
        else:
            self.add_label()

    @Slot()
    def _renumber(self) -> None:
        for number, each in enumerate(self._list.rows, 1):
            each.set_number(number)
        room = self.screen().availableGeometry().height() - THEME.px(_AROUND)
        most = max(2, min(_MOST_ROWS, room // THEME.px(_ROW)))
        shown = min(max(len(self._list.rows), 1), most)
        self._area.setFixedHeight(THEME.px(_ROW) * shown)
        self._mark_doubles()
        self.changed.emit()

    @Slot()
    def _mark_doubles(self) -> None:
        """Mark labels that cannot be told apart."""
        seen = {fold(CANNOT_TELL)} if self._last.isVisibleTo(self) else set()
        for each in self._list.rows:
            name = fold(each.label.name)
            each.name.set_wrong("This label is there already." if name and name in seen else "")
            seen.add(name)

    @Slot()
    def _toggled(self) -> None:
        self.changed.emit()

    @Slot("QWidget*", "QWidget*")
    def _follow_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is None or not self.isAncestorOf(new):
            return
        chosen = self._list.focused_row()
        for each in self._list.rows:
            each.set_open(is_open=each is chosen)

    def _last_row(self) -> QWidget:
        code = Label(str(CANNOT_TELL_CODE), "body", "text3", align=RIGHT)
        code.setFixedWidth(THEME.px(42))
        name = Label(CANNOT_TELL, "bodyS")
        name.setFixedWidth(THEME.px(USE_LEFT - NAME_LEFT))
        about = Label("The text does not say. Stops Claude from guessing.", "body", "text2")
        line = row(code, THEME.px(12), name, about, None, gap=0, margins=(0, 0, THEME.px(12), 0))
        for part in (Label("Kept last", "small", "text3"), self.cannot_tell):
            line.addSpacing(16)
            line.addWidget(part)
        inside = box(line)
        inside.setFixedHeight(THEME.px(_ROW - 1))
        return box(column(HairLine(), inside, gap=0))


def _scrolling(rows: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setAutoFillBackground(False)
    inside = box(column(rows, None, gap=0))
    area.setWidget(inside)
    # The scroll area has just told it to paint the page's colour over the card's.
    inside.setAutoFillBackground(False)
    return area
