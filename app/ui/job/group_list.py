"""The card of all causes for which rows need somebody, with the button that retries them all."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QApplication, QButtonGroup, QWidget

from app.core.causes import Cause
from app.core.cost import in_dollars
from app.core.job import JobSettings, Mode
from app.core.limit import limits_of
from app.core.money_words import about
from app.engine.replies import CauseGroup
from app.ui.job.group_row import (
    COST_WIDTH,
    FIX_WIDTH,
    GAP,
    MARGINS,
    ROWS_WIDTH,
    GroupRow,
)
from app.ui.job.retry_wish import wish_for_all
from app.ui.job.words import rows_of
from app.ui.layouts import box, column, row
from app.ui.paint import RIGHT
from app.ui.plain_text import plain_tooltip
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
        self._sum = Label("", "smallS", "text2")
        self._spent = Label("", "small", "text2")
        self._hint = Label("", "small", "text2")
        self.retry_all = Button("", "primary", icon="refresh-cw")
        self.retry_all.setObjectName("retry-all")
        sums = row(4, self._sum, self._spent, gap=0)
        footer = row(sums, None, self._hint, self.retry_all, gap=12)
        self._heading = _Heading()
        inside = column(self._heading, gap=0)
        inside.addLayout(self._lines)
        self._card = TableCard(box(inside), footer=footer)
        self.setLayout(column(self._card, gap=0))
        self._group.buttonClicked.connect(self._on_chosen)
        THEME.changed.connect(self._line_up)
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
        """Show these groups; what was chosen, typed and in focus stays so where it can."""
        before, focus = self.current, self._focused()
        typed = {each.cause_group.cause: each.max_tokens for each in self._rows if each.was_edited}
        self._mode = mode
        self._clear()
        for group in groups:
            line = GroupRow(group, settings, mode, names)
            line.keep_tokens(typed.get(group.cause))
            self._add(line)
        self._line_up()
        self._choose(before.cause_group.cause if before is not None else None)
        self._say_sums(limited=any(limits_of(settings)))
        self._focus_again(focus)

    @Slot()
    def _line_up(self) -> None:
        """Make the fixes as wide as the widest: prices and tokens have any number of digits."""
        for each in self._rows:
            each.refit()
        self._heading.refit()
        widths = [each.fix_width for each in self._rows]
        width = max([THEME.px(FIX_WIDTH), *widths])
        for each in self._rows:
            each.widen_fix(width)
        self._heading.widen_fix(width)

    def _choose(self, cause: Cause | None) -> None:
        chosen = next((each for each in self._rows if each.cause_group.cause is cause), None)
        if chosen is None and self._rows:
            chosen = self._rows[0]
        if chosen is not None:
            chosen.setChecked(True)

    def _focused(self) -> str:
        """Return the name of the control in a line that has the keyboard, if one has."""
        focus = QApplication.focusWidget()
        inside = focus is not None and any(each.isAncestorOf(focus) for each in self._rows)
        return focus.objectName() if focus is not None and (inside or focus in self._rows) else ""

    def _focus_again(self, name: str) -> None:
        """Give the keyboard back to the same control, else to what is nearest to it."""
        if not name:
            return
        # Not among all children: those of before are still there until the next round of events.
        inside = [*self._rows, *(c for each in self._rows for c in each.findChildren(QWidget))]
        same = next((control for control in inside if control.objectName() == name), None)
        near = same or self.current or self.retry_all
        near.setFocus(Qt.FocusReason.OtherFocusReason)

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
        self._sum.setText(rows_of(rows))
        self._spent.setText(f" · {self._spent_on(groups, rows)}")
        wish = wish_for_all(groups, None)
        price = "free" if self._mode is Mode.PRACTICE else about(wish.price)
        all_of = "all " if wish.rows == rows and rows > 1 else ""
        self.retry_all.setText(f"Retry {all_of}{rows_of(wish.rows)} · {price}")
        self.retry_all.setVisible(wish.rows > 0)
        half = "Half price, under the same spend limit" if limited else "Half price, by batch"
        self._hint.setText(half)
        self._hint.setVisible(wish.rows > 0 and self._mode is Mode.REAL)
        plain_tooltip(self.retry_all, _as_they_are(wish.rows, rows))

    def _spent_on(self, groups: Sequence[CauseGroup], rows: int) -> str:
        if self._mode is Mode.PRACTICE:
            return "practice, never charged"
        known = [group.cost_usd for group in groups if group.cost_usd is not None]
        if len(known) < len(groups):
            return "price not known"
        return (
            f"{in_dollars(sum(known, Decimal(0)))} spent on {'it' if rows == 1 else 'them'} so far"
        )

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


class _Heading(Panel):
    """The names of the columns, as wide as these are below."""

    def __init__(self) -> None:
        self._names = [
            (Label("Rows", "smallS", "text2", align=RIGHT), ROWS_WIDTH),
            (Label("Cost so far", "smallS", "text2", align=RIGHT), COST_WIDTH),
            (Label("What helps", "smallS", "text2", align=RIGHT), FIX_WIDTH),
        ]
        left, _, right, _ = MARGINS
        line = row(Label("Why", "smallS", "text2"), None, gap=GAP, margins=(left, 0, right, 0))
        for label, _ in self._names:
            line.addWidget(label, 0, Qt.AlignmentFlag.AlignVCenter)
        super().__init__(line, fill="sunken")
        self.refit()

    def refit(self) -> None:
        """Take the sizes of the text's size."""
        for label, width in self._names:
            label.setFixedWidth(THEME.px(width))
        self.setFixedHeight(THEME.px(36))

    def widen_fix(self, width: int) -> None:
        """Be as wide as the fixes are below."""
        self._names[-1][0].setFixedWidth(width)
