"""The chips and the search field over the table of answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QWidget

from app.core.causes import Cause
from app.core.job import RowState
from app.ui.held import hold_width
from app.ui.layouts import box, row
from app.ui.widgets.filter_chip import FilterChip
from app.ui.widgets.flow import Flow
from app.ui.widgets.text_field import TextField

_TYPING_PAUSE_MS = 250
_SEARCH_WIDTH = 232


@dataclass(frozen=True, slots=True)
class Filter:
    """A chip: its words, its icon, and the states of the rows that it shows; none means all."""

    text: str
    icon: str
    ink: str
    states: tuple[RowState, ...]
    causes: tuple[Cause, ...] = ()

    def count(self, counts: Mapping[RowState, int]) -> int:
        """Return how many rows the chip shows."""
        return sum(counts.get(state, 0) for state in self.states or tuple(RowState))


FILTERS: tuple[Filter, ...] = (
    Filter("All", "", "text2", ()),
    Filter("Answered", "check", "okText", (RowState.ANSWERED, RowState.COPIED)),
    Filter("Does not fit", "triangle-alert", "warn", (RowState.DOES_NOT_FIT,)),
    Filter("Cut off", "scissors", "warn", (RowState.CUT_OFF,)),
    Filter("Declined", "hand", "warn", (RowState.DECLINED,)),
    Filter("Failed", "circle-x", "bad", (RowState.FAILED,)),
    Filter("Working", "loader", "accentText", (RowState.SENT,)),
    Filter(
        "Not run",
        "circle-dashed",
        "text2",
        (RowState.WAITING, RowState.EXPIRED, RowState.CANCELLED),
    ),
    Filter("Left out", "circle-minus", "text2", (RowState.SKIPPED,)),
)
_ALWAYS = 2
"""The first chips are there even when they show no row."""


class FilterBar(QWidget):
    """One chip per kind of end that rows have come to, and the search field."""

    filter_chosen = Signal(object)
    """A Filter."""
    searched = Signal(object)
    """The text to look for; empty for none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._chips: list[FilterChip] = []
        flow = Flow(8)
        for number, each in enumerate(FILTERS):
            chip = FilterChip(each.text, icon=each.icon, icon_ink=each.ink)
            chip.setObjectName("filter-" + each.text.lower().replace(" ", "-"))
            self._group.addButton(chip, number)
            self._chips.append(chip)
            flow.addWidget(chip)
        self._chips[0].setChecked(True)
        self._cause: Filter | None = None
        self._cause_chip = FilterChip("", icon="info")
        self._cause_chip.setObjectName("filter-cause")
        self._cause_chip.hide()
        self._group.addButton(self._cause_chip, len(FILTERS))
        flow.addWidget(self._cause_chip)
        self.search = TextField(
            name="Search rows and answers", placeholder="Search rows and answers", icon="search"
        )
        self.search.setObjectName("search-rows")
        hold_width(self.search, _SEARCH_WIDTH)
        self.search.setClearButtonEnabled(True)
        line = row(gap=16)
        line.addWidget(box(flow), 1)
        line.addWidget(self.search, 0, Qt.AlignmentFlag.AlignTop)
        self.setLayout(line)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.search_now)
        self.search.textChanged.connect(self._wait)
        self.search.returnPressed.connect(self.search_now)
        self._group.buttonClicked.connect(self._on_chip)

    @property
    def chosen(self) -> Filter:
        """The filter that holds."""
        number = self._group.checkedId()
        return self._cause if number == len(FILTERS) and self._cause else FILTERS[number]

    def show_cause(self, cause: Filter, rows: int) -> None:
        """Offer and choose a chip for the rows of one cause, until another chip is chosen."""
        self._cause = cause
        self._cause_chip.setText(cause.text)
        self._cause_chip.set_count(f"{rows:,}")
        self._cause_chip.show()
        self._cause_chip.setChecked(True)

    def show_counts(self, counts: Mapping[RowState, int]) -> None:
        """Show how many rows each chip has; chips without any are away unless chosen."""
        for number, (each, chip) in enumerate(zip(FILTERS, self._chips, strict=True)):
            count = each.count(counts)
            chip.set_count(f"{count:,}")
            chip.setVisible(number < _ALWAYS or count > 0 or chip.isChecked())

    def reset(self) -> None:
        """Show all rows again, without telling anybody."""
        self._chips[0].setChecked(True)
        self._cause_chip.hide()
        blocked = self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(blocked)
        self._pause.stop()

    @Slot()
    def focus_search(self) -> None:
        """Put the keyboard into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    @Slot()
    def clear_search(self) -> None:
        """Look for nothing any more."""
        self.search.clear()
        self.search_now()

    @Slot()
    def search_now(self) -> None:
        """Look for what is written, without waiting for a pause in the typing."""
        self._pause.stop()
        self.searched.emit(self.search.text().strip())

    @Slot(str)
    def _wait(self, _text: str) -> None:
        self._pause.start()

    @Slot(QAbstractButton)
    def _on_chip(self, button: QAbstractButton) -> None:
        self._cause_chip.setVisible(button is self._cause_chip)
        self.filter_chosen.emit(self.chosen)
