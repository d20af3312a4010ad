"""One answer column in the table of answer columns."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.answers import LABELLED, AnswerColumn, AnswerKind, AnswerLabel, fold
from app.ui.layouts import row
from app.ui.paint import line_of_text, rounded
from app.ui.plain_text import plain_tooltip
from app.ui.theme import THEME
from app.ui.widgets.cell_field import CellField
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.kind_button import KindButton
from app.ui.widgets.label_entry import LabelEntry
from app.ui.widgets.painted_button import PaintedButton
from app.ui.widgets.row_list import MovableRow

NAME_WIDTH = 112
KIND_WIDTH = 136
_HEIGHT = 44


class _Name(PaintedButton):
    """The column's name, which opens its editor."""

    focus_radius = 6

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setObjectName("answer-name")
        self.setAccessibleDescription("Opens the editor of this answer column")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        plain_tooltip(self, f"Edit {text}")

    def sizeHint(self) -> QSize:
        return QSize(THEME.px(NAME_WIDTH - 8), THEME.px(28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect())
        if self.hovered:
            rounded(painter, area.adjusted(-4, 0, 0, 0), 6, "accentSoft")
        ink = "accentText" if self.hovered else "text"
        line_of_text(painter, area, self.text(), "bodyS", ink)


class AnswerRow(MovableRow):
    """A column's name, type and labels or description, each changed in place."""

    changed = Signal()
    opened = Signal()
    """The person wants this column's editor."""
    removed = Signal()
    entered = Signal()
    """The focus has come into this row."""

    def __init__(self, column: AnswerColumn) -> None:
        super().__init__()
        self.setObjectName("answer-row")
        self._column = column
        self._labels = column.labels
        self._is_open = False
        self._name = _Name(column.name)
        self._kind = KindButton(column.kind, name=f"Type of {column.name}")
        self._entry = LabelEntry()
        self._about = CellField(
            column.description,
            name=f"Description of {column.name}",
            placeholder="Say what Claude should write here",
        )
        self._bin = IconButton("trash-2", f"Delete column {column.name}")
        self._lay_out()
        self._connect()
        self._show()

    @property
    def column(self) -> AnswerColumn:
        """The column as the row has it now."""
        return self._column

    def show_column(self, column: AnswerColumn) -> None:
        """Show another version of the column, as its editor left it."""
        self._column = column
        self._labels = column.labels or self._labels
        self._show()

    def set_open(self, *, is_open: bool) -> None:
        """Open the labels for changes, or close them."""
        self._is_open = is_open
        self._show()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the editor."""
        event.accept()
        self.opened.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the row."""
        event.accept()
        self.entered.emit()

    def _lay_out(self) -> None:
        self._kind.setObjectName("answer-kind")
        self._about.setObjectName("answer-description")
        self._bin.setObjectName("answer-delete")
        left, after = THEME.px(6), THEME.px(12)
        words: list[QWidget | int] = [self.grip, self._name, THEME.px(8), self._kind, after]
        line = row(*words, gap=0, margins=(left, 6, 10, 6))
        line.addWidget(self._entry, 1, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._about, 1)
        line.addSpacing(8)
        line.addWidget(self._bin)
        self.setLayout(line)
        self.setMinimumHeight(THEME.px(_HEIGHT))

    def _connect(self) -> None:
        self._name.clicked.connect(self.opened)
        self._kind.chosen.connect(self._take_kind)
        self._entry.added.connect(self._add_label)
        self._entry.removed.connect(self._remove_label)
        self._about.textEdited.connect(self._take_description)
        self._bin.clicked.connect(self.removed)

    def _show(self) -> None:
        column = self._column
        labelled = column.kind in LABELLED
        self._name.setText(column.name)
        self._kind.show_kind(column.kind)
        self._kind.setAccessibleName(f"Type of {column.name}")
        self._bin.rename(f"Delete column {column.name}")
        self._about.setAccessibleName(f"Description of {column.name}")
        if self._about.text() != column.description:
            self._about.setText(column.description)
        # Without a label there is nothing to click on but the field.
        is_open = labelled and (self._is_open or not column.labels)
        self._entry.show_labels([label.name for label in column.labels], is_open=is_open)
        self._entry.setVisible(labelled)
        self._about.setVisible(not labelled)

    def _change(self, column: AnswerColumn) -> None:
        self._column = column
        self._labels = column.labels or self._labels
        self._show()
        self.changed.emit()

    @Slot(object)
    def _take_kind(self, kind: AnswerKind) -> None:
        # Labels are kept in mind for the person who comes back to a category.
        labels = self._labels if kind in LABELLED else ()
        self._change(replace(self._column, kind=kind, labels=labels))
        self.entered.emit()

    @Slot(object)
    def _add_label(self, words: str) -> None:
        labels = self._column.labels
        if fold(words) not in {fold(label.name) for label in labels}:
            self._change(replace(self._column, labels=(*labels, AnswerLabel(words))))

    @Slot(object)
    def _remove_label(self, words: str) -> None:
        left = tuple(label for label in self._column.labels if label.name != words)
        self._change(replace(self._column, labels=left))

    @Slot(str)
    def _take_description(self, text: str) -> None:
        self._change(replace(self._column, description=text))
