"""One label in the editor of an answer column."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.core.answers import AnswerLabel
from app.ui.layouts import row
from app.ui.paint import RIGHT
from app.ui.theme import THEME
from app.ui.widgets.cell_field import CellField
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.label import Label
from app.ui.widgets.row_list import MovableRow

NAME_LEFT, USE_LEFT, EXAMPLES_LEFT = 54, 194, -280
"""Where the columns of the table start, in pixels at 100 %; the last from the right edge."""
_EXAMPLES = 232
_HEIGHT = 45


class _Cell(CellField):
    """A cell in which Enter goes on, and a pasted table becomes labels."""

    entered = Signal()
    table_pasted = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Know Enter and the paste of more than one cell."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Qt's own field would pass the key on, and the dialog would close on it.
            self.entered.emit()
            return
        if event.matches(QKeySequence.StandardKey.Paste):
            text = QGuiApplication.clipboard().text()
            if "\t" in text or "\n" in text.strip():
                self.table_pasted.emit(text)
                return
        super().keyPressEvent(event)


class LabelRow(MovableRow):
    """Number, label, when to use it, examples; three fields while the row is in use."""

    changed = Signal()
    removed = Signal()
    finished = Signal()
    """Enter was pressed in the last field."""
    table_pasted = Signal(object)

    def __init__(self, label: AnswerLabel) -> None:
        super().__init__()
        self.setObjectName("label-row")
        self._number = Label("", "body", "text3", align=RIGHT)
        self._number.setFixedWidth(THEME.px(18))
        self.name = _Cell(label.name, name="Label", role="bodyS", ink="text", placeholder="Label")
        self.use_when = _Cell(label.use_when, name="Use it when")
        self.examples = _Cell(label.examples, name="Examples from your rows")
        self._bin = IconButton("trash-2", "Delete label")
        self._is_open = False
        self._lay_out()
        for cell in self._cells:
            cell.textEdited.connect(self.changed)
            cell.table_pasted.connect(self.table_pasted)
        self.name.entered.connect(self._to_use_when)
        self.use_when.entered.connect(self._to_examples)
        self.examples.entered.connect(self.finished)
        self._bin.clicked.connect(self.removed)

    @property
    def label(self) -> AnswerLabel:
        """The label as its fields have it."""
        name, use_when, examples = (" ".join(cell.text().split()) for cell in self._cells)
        return AnswerLabel(name, use_when, examples)

    def set_number(self, number: int) -> None:
        """Show the code that the label has in exports."""
        self._number.setText(str(number))
        self._bin.rename(f"Delete label {number}")
        for cell, what in zip(self._cells, ("Label", "Use when", "Examples"), strict=True):
            cell.setAccessibleName(f"{what} {number}")

    def set_open(self, *, is_open: bool) -> None:
        """Draw the fields as fields, or as cells."""
        self._is_open = is_open
        for cell in self._cells:
            cell.set_open(is_open=is_open)
        self.update()

    def begin(self) -> None:
        """Put the cursor into the label's name."""
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def _cells(self) -> tuple[_Cell, _Cell, _Cell]:
        return (self.name, self.use_when, self.examples)

    @Slot()
    def _to_use_when(self) -> None:
        self.use_when.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _to_examples(self) -> None:
        self.examples.setFocus(Qt.FocusReason.TabFocusReason)

    def _lay_out(self) -> None:
        self.name.setObjectName("label-name")
        self.use_when.setObjectName("label-use-when")
        self.examples.setObjectName("label-examples")
        self._bin.setObjectName("label-delete")
        self.name.setFixedWidth(THEME.px(USE_LEFT - NAME_LEFT - 8))
        self.examples.setFixedWidth(THEME.px(_EXAMPLES))
        gap = THEME.px(8)
        parts: list[QWidget | int] = [self.grip, self._number, THEME.px(12), self.name, gap]
        line = row(*parts, gap=0, margins=(0, 0, THEME.px(12), 0))
        line.addWidget(self.use_when, 1)
        line.addSpacing(gap)
        line.addWidget(self.examples)
        line.addSpacing(gap)
        line.addWidget(self._bin)
        self.setLayout(line)
        self.setFixedHeight(THEME.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Tint the row that is in use."""
        if self._is_open:
            QPainter(self).fillRect(self.rect(), THEME.colour("hover"))
