"""The most that a job may cost: in dollars, or in tokens where no price is known."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from app.core.cost import Estimate
from app.core.job import JobSettings
from app.core.limit import Unit, limits_of
from app.core.written_sums import write_sum
from app.ui.held import hold_width
from app.ui.layouts import box, column, row
from app.ui.widgets.card import Card
from app.ui.widgets.field import mark_bad
from app.ui.widgets.label import Label
from app.ui.widgets.money_field import MoneyField

_STOPS = "Sheaf stops sending new batches before this is passed. Empty means no limit."
_BLIND = "No price is known, so the limit counts tokens that are read and written."
_COUNTED = {Unit.DOLLARS: "US dollars, this job", Unit.TOKENS: "Tokens, this job"}


class SpendLimit(Card):
    """The most that this job may cost; an empty field means no limit."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.field = MoneyField(name="Spend limit in US dollars", placeholder="No limit")
        self.field.setObjectName("spend-limit")
        hold_width(self.field, 124)
        self._hint = Label(_STOPS, "small", "text2", wrap=True)
        self._counted = Label(_COUNTED[Unit.DOLLARS], "small", "text2")
        title = Label("Spend limit", "bodyS")
        title.setBuddy(self.field)
        words = column(title, self._counted, gap=0)
        head = row(box(words), None, self.field)
        self.setLayout(column(head, self._hint, gap=8, margins=(20, 12, 20, 14)))
        self.field.textEdited.connect(self._edit)
        self._limits: dict[Unit, Decimal | None] = {}
        """The limits of both kinds, as they are set or were typed; one of them is shown."""

    @property
    def problem(self) -> str:
        """Why what was typed is no limit; blank where it is one, or none."""
        return self.field.problem

    def show_settings(self, settings: JobSettings) -> None:
        """Show the limit of a job, unless the field says the same already."""
        self._limits = dict.fromkeys(Unit) | dict(limits_of(settings))
        self._show()

    def count_in(self, unit: Unit) -> None:
        """Ask for dollars or tokens from now on; what was set as the other is kept in mind."""
        if unit is not self.field.unit:
            self.field.count_in(unit)
            self._counted.setText(_COUNTED[unit])
            self.field.setAccessibleName(
                "Spend limit in US dollars" if unit is Unit.DOLLARS else "Spend limit in tokens"
            )
            self._show()

    def laid_over(self, settings: JobSettings) -> JobSettings:
        """Lay the limit over settings; one that reads the same keeps its digits.

        A limit in dollars is taken away where it could not hold; what cannot be read is none, and
        changes nothing.
        """
        if self.problem:
            return settings
        amount = self.field.amount()
        if self.field.unit is Unit.TOKENS:
            tokens = int(amount) if amount else None
            return replace(settings, max_cost_usd=None, max_tokens_total=tokens)
        limit = settings.max_cost_usd
        same = amount is not None and limit is not None and _reads_like(limit, amount)
        said = None if amount is None else str(amount)
        return replace(settings, max_cost_usd=limit if same else said)

    def compare(self, estimate: Estimate | None) -> None:
        """Say beside the field what cannot be read, and a limit under what the job may cost."""
        mark_bad(self.field, bad=bool(self.problem))
        if self.problem:
            self._hint.setText(self.problem)
            self._hint.set_ink("badText")
            return
        amount, unit = self.field.amount(), self.field.unit
        expected = _expected(estimate, unit)
        if amount is None or expected is None or amount >= expected:
            self._hint.setText(_STOPS if unit is Unit.DOLLARS else f"{_BLIND} {_STOPS}")
            self._hint.set_ink("text2")
            return
        self._hint.setText(
            f"Under the expected {unit.say(expected)}: Sheaf would stop on the way, "
            "and keep what is answered."
        )
        self._hint.set_ink("warnText")

    def _show(self) -> None:
        amount = self._limits.get(self.field.unit)
        if self.field.amount() != amount:
            self.field.set_amount(amount)

    @Slot()
    def _edit(self) -> None:
        if not self.problem:
            self._limits[self.field.unit] = self.field.amount()
        self.changed.emit()


def _reads_like(limit: str, amount: Decimal) -> bool:
    return write_sum(Decimal(limit), Unit.DOLLARS) == write_sum(amount, Unit.DOLLARS)


def _expected(estimate: Estimate | None, unit: Unit) -> Decimal | None:
    if estimate is None:
        return None
    return estimate.expected_usd if unit is Unit.DOLLARS else Decimal(estimate.tokens)
