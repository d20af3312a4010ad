"""The frame around the instruction editor, with the chips that insert columns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.core import instructions
from app.core.table import Column
from app.ui.layouts import box, column, row
from app.ui.plain_text import plain_tooltip
from app.ui.theme import THEME
from app.ui.widgets.column_chip import ColumnChip
from app.ui.widgets.column_look import chip_colour, column_icon
from app.ui.widgets.field_frame import FieldFrame
from app.ui.widgets.flow import Flow
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.instruction_editor import InstructionEditor
from app.ui.widgets.label import Label
from app.ui.widgets.menu import Menu

MOST_CHIPS = 24
"""Columns for which a chip is made; those that find no room are in the menu beside the chips."""
_WIDEST_CHIP = 200
_GAP = 6


class InstructionBox(FieldFrame):
    """The editor, its chips, and the menu with what is wanted less often."""

    edited = Signal()
    background_wanted = Signal()
    """The person asks for the field with the background."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._columns: tuple[Column, ...] = ()
        self._chips: list[ColumnChip] = []
        self.editor = InstructionEditor(lowest=112)
        self.editor.setObjectName("instructions")
        self.editor.setAccessibleName("Instructions")
        self.editor.setPlaceholderText("Say what Claude should do with each row.")
        self._flow = Flow(_GAP)
        self._room = box(self._flow)
        self._more = IconButton("ellipsis", "More columns and background")
        self._more.setObjectName("more-columns")
        line = row(Label("Insert column", "small", "text2"), gap=8, margins=(12, 8, 10, 8))
        line.addWidget(self._room, 1, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._more)
        text = column(self.editor, margins=(10, 10, 4, 4))
        super().__init__(self.editor, column(text, HairLine(), line, gap=0), parent)
        self._more.clicked.connect(self._open_menu)
        THEME.changed.connect(self._fit_chips)
        self.editor.edited.connect(self._mark_used)
        self.editor.edited.connect(self.edited)

    def text(self) -> str:
        """Return the instructions."""
        return self.editor.toPlainText()

    def show_text(self, text: str) -> None:
        """Show a job's instructions, with nothing to undo."""
        self.editor.show_text(text)
        self._mark_used()

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Offer these columns."""
        if tuple(columns) == self._columns:
            return
        self._columns = tuple(columns)
        self.editor.set_columns(columns)
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = [self._chip(each) for each in columns[:MOST_CHIPS]]
        self._mark_used()
        self._fit_chips()

    def _chip(self, each: Column) -> ColumnChip:
        chip = ColumnChip(each.name, chip_colour(each.kind))
        chip.setObjectName("column-chip")
        chip.setMaximumWidth(THEME.px(_WIDEST_CHIP))
        plain_tooltip(chip, f"Insert {each.name} at the cursor")
        chip.clicked.connect(partial(self.editor.insert_column, each.name))
        self._flow.addWidget(chip)
        return chip

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many chips as fit on one line."""
        super().resizeEvent(event)
        self._fit_chips()

    @Slot()
    def _fit_chips(self) -> None:
        """Show the first chips that fit on one line; the menu has the others."""
        taken, fits = 0, True
        for chip in self._chips:
            taken += min(chip.sizeHint().width(), chip.maximumWidth()) + _GAP
            fits = fits and taken - _GAP <= self._room.width()
            chip.setVisible(fits)

    @Slot()
    def _mark_used(self) -> None:
        used = set(instructions.parse(self.text()).columns)
        for chip in self._chips:
            chip.set_used(chip.text() in used)

    def menu(self) -> Menu:
        """Return the columns without a chip in sight, and what is wanted less often."""
        menu = Menu(self)
        shown = sum(1 for chip in self._chips if not chip.isHidden())
        for each in self._columns[shown:]:
            insert = partial(self.editor.insert_column, each.name)
            menu.add(each.name, insert, icon=column_icon(each.kind))
        if menu.actions():
            menu.addSeparator()
        menu.add("Background for every row", self.background_wanted.emit, icon="book-open")
        return menu

    @Slot()
    def _open_menu(self) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._more.mapToGlobal(QPoint(0, self._more.height() + 4)))
