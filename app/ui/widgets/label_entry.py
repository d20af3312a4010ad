"""The labels of a category as chips, and the place where a new one is typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme import THEME
from app.ui.widgets.column_chip import ColumnChip
from app.ui.widgets.flow import Flow
from app.ui.widgets.label_chip import LabelChip
from app.ui.widgets.text_field import TextField


class _NewLabel(TextField):
    """The field for a new label: Enter adds it, Backspace when empty takes the last one away."""

    backspaced = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__(name="New label", placeholder="New label")
        self.setObjectName("new-label")
        # As low as the chips beside it.
        low = f"min-height: {THEME.px(20)}px; max-height: {THEME.px(20)}px; padding: 0 6px;"
        self.setStyleSheet(f"QLineEdit, QLineEdit:focus {{ {low} }}")
        self.setFixedSize(THEME.px(140), THEME.px(24))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Know the keys that do more than type."""
        if event.key() == Qt.Key.Key_Backspace and not self.text():
            self.backspaced.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the person has gone on."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()


class LabelEntry(QWidget):
    """Chips in a flow; opened, they can be removed and another can be typed."""

    added = Signal(object)
    """The words of a new label."""
    removed = Signal(object)
    """The words of the label to remove."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: tuple[str, ...] = ()
        self._open = False
        self._flow = Flow(4)
        self.setLayout(self._flow)
        self._chips: list[LabelChip] = []
        self._button = ColumnChip("Add label")
        self._button.setObjectName("type-label")
        self._button.setAccessibleDescription("")
        self._field = _NewLabel()
        for widget in (self._button, self._field):
            self._flow.addWidget(widget)
            widget.hide()
        self._button.clicked.connect(self.type_label)
        self._field.returnPressed.connect(self._add)
        self._field.backspaced.connect(self._remove_last)
        self._field.left.connect(self._leave)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_labels(self, labels: Sequence[str], *, is_open: bool) -> None:
        """Show these labels, open for changes or not."""
        if (tuple(labels), is_open) != (self._labels, self._open):
            self._labels, self._open = tuple(labels), is_open
            self._rebuild()
        if not is_open:
            self._field.hide()
        self._button.setVisible(is_open and self._field.isHidden())

    @Slot()
    def type_label(self) -> None:
        """Open the field for a new label."""
        self._button.hide()
        self._field.show()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _rebuild(self) -> None:
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = [LabelChip(label, removable=self._open) for label in self._labels]
        for place, chip in enumerate(self._chips):
            chip.removed.connect(self.removed)
            self._flow.insert(place, chip)
        self.updateGeometry()

    @Slot()
    def _add(self) -> None:
        words = " ".join(self._field.text().split())
        self._field.clear()
        if words:
            self.added.emit(words)

    @Slot()
    def _remove_last(self) -> None:
        if self._labels:
            self.removed.emit(self._labels[-1])

    @Slot()
    def _leave(self) -> None:
        self._add()
        self._field.hide()
        self._button.setVisible(self._open)
