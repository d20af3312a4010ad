"""The panel beside the answers: how often each label was given, as buttons that filter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QFrame, QScrollArea, QWidget

from app.engine.replies import Distribution
from app.ui.layouts import box, column
from app.ui.widgets.card import Card
from app.ui.widgets.distribution_row import DistributionRow
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.label import Label

MOST_LABELS = 12
"""Labels shown of one column; the rest is counted in one line."""
_OWN_COLOURS = {
    "positive": "c1",
    "mixed": "c2",
    "negative": "c5",
    "other": "c6",
    "cannot tell": "c6",
}


class Distributions(Card):
    """One group of bars per answer column; at most one bar is chosen."""

    chosen = Signal(object)
    """(answer column's place, label), or None when no bar is chosen any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._area = QScrollArea()
        super().__init__(self._lay_out(), parent=parent)
        self.setAccessibleName("Answers at a glance")
        self._bars: dict[tuple[int, str], DistributionRow] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._group.idClicked.connect(self._on_bar)
        self._shown: tuple[Sequence[Distribution], int] = ((), 0)

    def _lay_out(self) -> QBoxLayout:
        self._area.setObjectName("distributions")
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.viewport().setAutoFillBackground(False)
        hint = Label("Select a bar to show only those rows.", "small", "text3", wrap=True)
        lines = column(Label("Answers at a glance", "heading"), gap=8, margins=(14, 12, 14, 12))
        lines.addWidget(self._area, 1)
        lines.addWidget(hint)
        return lines

    @property
    def is_empty(self) -> bool:
        """Whether there is no answer column with labels."""
        return not self._bars

    def show_counts(self, distributions: Sequence[Distribution], answered: int) -> None:
        """Show these counts as shares of all answered rows; the chosen bar stays chosen."""
        if (distributions, answered) == self._shown:
            return
        kept = self.choice
        self._shown = (distributions, answered)
        for old in self._group.buttons():
            self._group.removeButton(old)
        self._bars.clear()
        lines = column(gap=6, margins=(0, 4, 8, 4))
        for number, each in enumerate(distributions):
            if number:
                lines.addWidget(HairLine())
            lines.addWidget(self._column(each, answered))
        lines.addStretch(1)
        inside = box(lines)
        self._area.setWidget(inside)
        # Taking it in, the area gives it a background.
        inside.setAutoFillBackground(False)
        if kept in self._bars:
            self._bars[kept].setChecked(True)

    @property
    def choice(self) -> tuple[int, str] | None:
        """The bar that is chosen."""
        return next((key for key, bar in self._bars.items() if bar.isChecked()), None)

    def clear_choice(self) -> None:
        """Choose no bar, without telling anybody."""
        for bar in self._bars.values():
            bar.setChecked(False)

    def _column(self, each: Distribution, answered: int) -> QWidget:
        lines = column(ElidedLabel(each.column, "smallS"), gap=2)
        total = max(answered, max((count for _, count in each.counts), default=0), 1)
        for label, count in each.counts[:MOST_LABELS]:
            bar = DistributionRow(label, count, count / total, ink=_colour(label))
            self._group.addButton(bar, len(self._bars))
            self._bars[each.place, label] = bar
            lines.addWidget(bar)
        more = len(each.counts) - MOST_LABELS
        if more > 0:
            rows = sum(count for _, count in each.counts[MOST_LABELS:])
            lines.addWidget(Label(f"{more:,} more, {rows:,} rows", "small", "text3"))
        return box(lines)

    @Slot(int)
    def _on_bar(self, number: int) -> None:
        for place, bar in enumerate(self._bars.values()):
            if place != number:
                bar.setChecked(False)
        self.chosen.emit(self.choice)


def _colour(label: str) -> str:
    return _OWN_COLOURS.get(label.casefold(), "c1")
