"""Which rows a trial asks, and whether they are worth waiting for."""

from __future__ import annotations

import re

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from app.core.trial import MOST_ROWS, USUAL_ROWS
from app.ui.held import hold_width
from app.ui.layouts import box, row
from app.ui.widgets.flow import Flow
from app.ui.widgets.label import Label
from app.ui.widgets.number_field import NumberField
from app.ui.widgets.segmented import Segmented
from app.ui.widgets.text_field import TextField

_AT_ONCE, _IN_BATCH = 0, 1
_NUMBERS = re.compile(r"\d+")


class TrialOptions(QWidget):
    """How many rows, or which ones; at once, or in a batch at half the price."""

    changed = Signal()
    keep_changed = Signal()
    """The person wants the answers kept, or the rows bought again with the job."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = NumberField(
            USUAL_ROWS, name="How many rows to try", lowest=1, highest=MOST_ROWS, unit="rows"
        )
        self._count.setObjectName("trial-count")
        hold_width(self._count, 104)
        self._which = TextField(name="Row numbers to try", placeholder="or row numbers: 1, 5, 9")
        self._which.setObjectName("trial-numbers")
        self._when = Segmented(("At once", "Half price, in a batch"), name="When answers come")
        self._when.setObjectName("trial-when")
        spread = Label("Spread over the file:", "small", "text2")
        spread.setBuddy(self._count)
        hold_width(self._which, 192)
        line = Flow(8)
        line.addWidget(box(row(spread, self._count, gap=8)))
        line.addWidget(self._which)
        line.addWidget(self._when)
        self._keep = QCheckBox("Keep the answers: the job does not buy these rows again")
        self._keep.setObjectName("trial-keep")
        self._keep.setChecked(True)
        line.addWidget(self._keep)
        self.setLayout(line)
        self._count.valueChanged.connect(self._edit)
        self._which.textChanged.connect(self._edit)
        self._when.chosen.connect(self._edit)
        self._keep.toggled.connect(self._edit_keep)

    @property
    def count(self) -> int:
        """How many rows are spread over the file."""
        return self._count.value()

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows that the person chose by their numbers; none is as many as `count`."""
        found = (int(word) for word in _NUMBERS.findall(self._which.text())[:MOST_ROWS])
        return tuple(sorted({number for number in found if number}))

    @property
    def in_batch(self) -> bool:
        """Whether the person waits for half the price."""
        return self._when.current == _IN_BATCH

    @property
    def keeps(self) -> bool:
        """Whether answers are kept, so that the job does not buy their rows again."""
        return self._keep.isChecked()

    def show_keeps(self, *, keeps: bool) -> None:
        """Show whether a job keeps the answers of its trials; nobody is told."""
        blocker = QSignalBlocker(self._keep)
        self._keep.setChecked(keeps)
        blocker.unblock()

    def begin(self) -> None:
        """Show what is usual, for another job."""
        self._count.setValue(USUAL_ROWS)
        self._which.clear()
        self._when.choose(_AT_ONCE)

    @Slot()
    def _edit(self) -> None:
        self.changed.emit()

    @Slot()
    def _edit_keep(self) -> None:
        self.keep_changed.emit()
