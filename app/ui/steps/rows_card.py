"""Which rows to run: all, the first, a sample, those where a column says something, or picked."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QRadioButton

from app.core.job import Rows
from app.core.row_choice import RowRule
from app.engine.replies import FoundRows
from app.ui.layouts import box, column, row
from app.ui.steps.row_condition import RowCondition
from app.ui.widgets.card import Card
from app.ui.widgets.label import Label
from app.ui.widgets.number_field import NumberField

_ALL, _FIRST, _PICKED, _SAMPLE, _WHERE = range(5)
_NAMES = ("all-rows", "first-few-rows", "picked-rows", "sample-of-rows", "rows-where")
_USUAL_FIRST, _USUAL_SAMPLE = 500, 100


class RowsCard(Card):
    """Five choices; emits `changed` with each.

    `rule_asked` brings a choice by a rule, whose rows the engine finds; `take` brings them back.
    """

    changed = Signal()
    rule_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._picked: tuple[int, ...] = ()
        self._found: Rows | None = None
        """The rows that the engine found for a rule."""
        self._unit = "row"
        self._count = NumberField(_USUAL_FIRST, name="How many of the first rows", lowest=1)
        self._count.setObjectName("first-rows")
        self._sample = NumberField(_USUAL_SAMPLE, name="How many rows drawn at random", lowest=1)
        self._sample.setObjectName("sample-size")
        self._seed = NumberField(0, name="Seed of the random rows")
        self._seed.setObjectName("sample-seed")
        self._where = RowCondition()
        self._said = Label("", "small", "text2", wrap=True)
        self._group = QButtonGroup(self)
        for number, name in enumerate(_NAMES):
            button = QRadioButton()
            button.setObjectName(name)
            self._group.addButton(button, number)
        self._title = Label("Rows to run", "heading")
        self._lay_out()
        self._radio(_FIRST).setText("First")
        self._radio(_SAMPLE).setText("A random")
        self._radio(_ALL).setChecked(True)
        self._say_units()
        self._show_parts()
        self._group.idClicked.connect(self._on_clicked)
        self._count.valueChanged.connect(self._on_edited)
        self._sample.valueChanged.connect(self._on_edited)
        self._seed.valueChanged.connect(self._on_edited)
        self._where.changed.connect(self._on_edited)

    def _lay_out(self) -> None:
        self._units, self._drawn = Label("rows"), Label("rows")
        first = row(self._radio(_FIRST), self._count, self._units, None, gap=8)
        sample = row(self._radio(_SAMPLE), self._sample, self._drawn, None, gap=8)
        label = Label("Seed", "small", "text2")
        label.setBuddy(self._seed)
        self._seeding = box(row(28, label, self._seed, None, gap=8))
        self._seeding.setToolTip("The same seed draws the same rows again.")
        where = (self._radio(_WHERE), self._where, self._said)
        choices = (self._radio(_ALL), first, sample, self._seeding, *where, self._radio(_PICKED))
        lines = column(self._title, 2, *choices, gap=8)
        lines.setContentsMargins(16, 12, 16, 14)
        self.setLayout(lines)

    @property
    def picking(self) -> bool:
        """Whether rows are picked in the table."""
        return self._group.checkedId() == _PICKED

    @property
    def chosen(self) -> Rows:
        """The rows to run; those of a rule that is not looked up yet have no numbers."""
        kind = self._group.checkedId()
        if kind == _FIRST:
            return Rows(first=self._count.value())
        if kind == _PICKED:
            return Rows(picked=self._picked)
        rule = self._rule()
        if rule is None:
            return Rows()
        found = self._found
        return found if found is not None and found.rule == rule else Rows(rule=rule)

    def _rule(self) -> RowRule | None:
        kind = self._group.checkedId()
        if kind == _SAMPLE:
            return RowRule(sample=self._sample.value(), seed=self._seed.value())
        return RowRule(where=self._where.condition) if kind == _WHERE else None

    def show_columns(self, names: tuple[str, ...]) -> None:
        """Offer these columns for a condition."""
        self._where.show_columns(names)

    def show_rows(self, rows: Rows, total: int, unit: str = "row") -> None:
        """Show a choice among so many rows, or files; emits nothing."""
        self._unit = unit
        for widget in self._fields():
            widget.blockSignals(True)  # Qt's own signature
        self._radio(_ALL).setText(f"All {total:,} {unit}s" if total != 1 else f"The one {unit}")
        for field, usual, value in (
            (self._count, _USUAL_FIRST, rows.first),
            (self._sample, _USUAL_SAMPLE, rows.rule.sample if rows.rule is not None else None),
        ):
            field.setMaximum(max(total, 1))
            field.setValue(value or min(usual, max(total, 1)))
        self._picked = rows.picked if rows.rule is None else ()
        self._found = rows if rows.rule is not None and rows.picked else None
        choice = self._kind_of(rows)
        if not (choice == _ALL and self.picking):
            self._radio(choice).setChecked(True)
        self._say_units()
        self._show_parts()
        for widget in self._fields():
            widget.blockSignals(False)

    def _kind_of(self, rows: Rows) -> int:
        rule = rows.rule
        if rule is not None:
            if rule.where is not None:
                self._where.show_condition(rule.where)
            self._seed.setValue(rule.seed)
            return _SAMPLE if rule.sample is not None else _WHERE
        return _FIRST if rows.first else _PICKED if rows.picked else _ALL

    def _fields(self) -> tuple[NumberField | QButtonGroup | RowCondition, ...]:
        return self._count, self._sample, self._seed, self._group, self._where

    def pick(self, rows: tuple[int, ...]) -> None:
        """Take the rows that are chosen in the table."""
        if rows != self._picked:
            self._picked = rows
            self._say_units()
            self.changed.emit()

    def take(self, found: FoundRows) -> None:
        """Take the rows that the engine found for a rule, unless another was chosen meanwhile."""
        if found.rows.rule == self._rule():
            self._found = found.rows
            rows = f"1 {self._unit}" if found.count == 1 else f"{found.count:,} {self._unit}s"
            self._said.setText(f"{rows} to run.")
            self.changed.emit()

    def _say_units(self) -> None:
        unit = f"{self._unit}s"
        self._title.setText(f"{unit.capitalize()} to run")
        self._units.setText(unit)
        self._drawn.setText(unit)
        self._radio(_WHERE).setText(f"Only {unit} where")
        self._radio(_PICKED).setText(f"Only the {unit} I select ({len(self._picked):,})")

    def _show_parts(self) -> None:
        kind = self._group.checkedId()
        self._count.setEnabled(kind == _FIRST)
        self._sample.setEnabled(kind == _SAMPLE)
        self._seeding.setVisible(kind == _SAMPLE)
        self._where.setVisible(kind == _WHERE)
        self._said.setVisible(kind == _WHERE and bool(self._said.text()))

    def _radio(self, number: int) -> QRadioButton:
        button = self._group.button(number)
        assert isinstance(button, QRadioButton)  # noqa: S101 - the group holds nothing else
        return button

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        if number != _PICKED:
            self._picked = ()
        self._on_edited()

    @Slot()
    def _on_edited(self) -> None:
        self._said.setText("")
        self._say_units()
        self._show_parts()
        rule = self._rule()
        if rule is not None and (rule.where is None or self._where.is_complete):
            self.rule_asked.emit(Rows(rule=rule))
        self.changed.emit()
