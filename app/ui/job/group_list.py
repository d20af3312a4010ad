"""The card of all causes for which rows need somebody, with the button that retries them all."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from app.core.cost import in_dollars
from app.core.job import JobSettings, Mode
from app.engine.replies import CauseGroup
from app.ui.job.group_row import COST_WIDTH, FIX_WIDTH, ROWS_WIDTH, GroupRow, rows_of
from app.ui.job.retry_wish import wish_for_all
from app.ui.layouts import box, column, row
from app.ui.paint import RIGHT
from app.ui.plain_text import plain_tooltip
from app.ui.steps.spending import about
from app.ui.theme import THEME
from app.ui.widgets.button import Button
from app.ui.widgets.label import Label
from app.ui.widgets.panel import Panel
from app.ui.widgets.table_card import TableCard


class GroupList(QWidget):
    """One line per cause, in the order of the engine."""

    chosen = Signal(object)
    """The GroupRow whose rows are to be shown."""
    retry_wished = Signal(object)
    """A RetryWish."""
    look_wished = Signal(object)
    """The GroupRow whose rows are to be shown among the answers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[GroupRow] = []
        self._group = QButtonGroup(self)
        self._mode = Mode.REAL
        self._lines = column(gap=0)
        self._sum = Label("", "bodyS", "text2")
        self._hint = Label("", "body", "text2")
        self.retry_all = Button("", "primary", icon="refresh-cw")
        self.retry_all.setObjectName("retry-all")
        footer = row(self._sum, None, self._hint, self.retry_all, gap=12)
        inside = column(_heading(), gap=0)
        inside.addLayout(self._lines)
        self._card = TableCard(box(inside), footer=footer)
        self.setLayout(column(self._card, gap=0))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._group.buttonClicked.connect(self._on_chosen)
        self.retry_all.clicked.connect(self._retry_all)

    @property
    def rows(self) -> tuple[GroupRow, ...]:
        """The lines, from top to bottom."""
        return tuple(self._rows)

    @property
    def current(self) -> GroupRow | None:
        """The chosen line."""
        return next((each for each in self._rows if each.isChecked()), None)

    def show_groups(
        self,
        groups: Sequence[CauseGroup],
        settings: JobSettings,
        mode: Mode,
        names: dict[str, str],
    ) -> None:
        """Show these groups; the one that was chosen stays chosen, else the first one is."""
        kept = self.current.cause_group.cause if self.current is not None else None
        self._mode = mode
        self._clear()
        for group in groups:
            self._add(GroupRow(group, settings, mode, names))
        chosen = next((each for each in self._rows if each.cause_group.cause is kept), None)
        if chosen is None and self._rows:
            chosen = self._rows[0]
        if chosen is not None:
            chosen.setChecked(True)
        limited = settings.max_cost_usd is not None
        self._say_sums(limited=limited)

    def set_usable(self, *, usable: bool) -> None:
        """Let rows be asked again, or not while the job cannot be changed."""
        for each in self._rows:
            each.set_usable(usable=usable)
        self.retry_all.setEnabled(usable)

    def _clear(self) -> None:
        for old in self._rows:
            self._group.removeButton(old)
            self._lines.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._rows = []

    def _add(self, line: GroupRow) -> None:
        self._rows.append(line)
        self._group.addButton(line)
        self._lines.addWidget(line)
        line.retry_wished.connect(self.retry_wished)
        line.look_wished.connect(self._on_look)

    def _say_sums(self, *, limited: bool) -> None:
        groups = [each.cause_group for each in self._rows]
        rows = sum(group.rows for group in groups)
        self._sum.setText(f"{rows_of(rows)} · {self._spent(groups)}")
        wish = wish_for_all(groups, None)
        price = "free" if self._mode is Mode.PRACTICE else about(wish.price)
        all_of = "all " if wish.rows == rows and rows > 1 else ""
        self.retry_all.setText(f"Retry {all_of}{rows_of(wish.rows)} · {price}")
        self.retry_all.setVisible(wish.rows > 0)
        half = "Half price, under the same spend limit" if limited else "Half price, by batch"
        self._hint.setText("" if self._mode is Mode.PRACTICE else half)
        plain_tooltip(self.retry_all, _as_they_are(wish.rows, rows))

    def _spent(self, groups: Sequence[CauseGroup]) -> str:
        if self._mode is Mode.PRACTICE:
            return "practice, never charged"
        known = [group.cost_usd for group in groups if group.cost_usd is not None]
        if len(known) < len(groups):
            return "price not known"
        return f"{in_dollars(sum(known, Decimal(0)))} spent on them so far"

    @Slot(QAbstractButton)
    def _on_chosen(self, button: QAbstractButton) -> None:
        self.chosen.emit(button)

    @Slot()
    def _on_look(self) -> None:
        self.look_wished.emit(self.sender())

    @Slot()
    def _retry_all(self) -> None:
        tokens = next((each.max_tokens for each in self._rows if each.max_tokens), None)
        wish = wish_for_all([each.cause_group for each in self._rows], tokens)
        self.retry_wished.emit(wish)


def _as_they_are(asked: int, rows: int) -> str:
    kept = (
        f" {rows_of(rows - asked)} stay as they are: their data has to change first."
        if asked < rows
        else ""
    )
    return (
        "Rows are asked again as they were, with the longest answer that is shown where answers "
        f"were cut off.{kept}"
    )


def _heading() -> QWidget:
    why = Label("Why", "smallS", "text2")
    parts = [(Label("Rows", "smallS", "text2", align=RIGHT), ROWS_WIDTH)]
    parts.append((Label("Cost so far", "smallS", "text2", align=RIGHT), COST_WIDTH))
    parts.append((Label("What helps", "smallS", "text2", align=RIGHT), FIX_WIDTH))
    line = row(why, None, gap=10, margins=(16, 0, 12, 0))
    for label, width in parts:
        label.setFixedWidth(THEME.px(width))
        line.addWidget(label, 0, Qt.AlignmentFlag.AlignVCenter)
    head = Panel(line, fill="sunken")
    head.setFixedHeight(THEME.px(36))
    return head
