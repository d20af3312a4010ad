"""The two limits of a job: the longest answer, and the money that may be spent."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.core.cost import Estimate, in_dollars
from app.engine.replies import EstimateReply
from app.ui.held import hold_width
from app.ui.layouts import box, column, row
from app.ui.widgets.card import Card
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.money_field import MoneyField
from app.ui.widgets.number_field import NumberField

_STOPS = "Sheaf stops sending new batches before this is passed. Empty means no limit."


class LongestAnswer(Card):
    """The longest answer in tokens, with words beside it and whether it is enough."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.field = NumberField(
            0, name="Longest answer, in tokens", lowest=1, step=10, unit="tokens"
        )
        self.field.setObjectName("longest-answer")
        hold_width(self.field, 136)
        self._icon = IconView("triangle-alert", "warn", 14)
        self._icon.hide()
        self._advice = Label("", "small", "text2", wrap=True)
        title = Label("Longest answer allowed", "bodyS")
        title.setBuddy(self.field)
        advice = row(gap=6)
        advice.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        advice.addWidget(self._advice, 1)
        line = row(gap=24, margins=(16, 10, 16, 10))
        line.addLayout(column(title, advice, gap=2), 1)
        line.addWidget(self.field, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(line)
        self.field.valueChanged.connect(self.changed)

    def show_tokens(self, tokens: int, most: int) -> None:
        """Show a longest answer, and the most that the model can write."""
        blocker = QSignalBlocker(self.field)
        self.field.setMaximum(max(most, 1))
        self.field.setValue(tokens)
        blocker.unblock()

    def show_advice(self, reply: EstimateReply) -> None:
        """Say how many words that is, and whether the answer columns fit."""
        self._advice.setText(reply.advice)
        self._advice.set_ink("warnText" if reply.tight else "text2")
        self._icon.setVisible(reply.tight)


class SpendLimit(Card):
    """The most that this job may cost; an empty field means no limit."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.field = MoneyField(name="Spend limit in US dollars", placeholder="No limit")
        self.field.setObjectName("spend-limit")
        hold_width(self.field, 108)
        self._hint = Label(_STOPS, "small", "text2", wrap=True)
        title = Label("Spend limit", "bodyS")
        title.setBuddy(self.field)
        words = column(title, Label("US dollars, this job", "small", "text2"), gap=0)
        head = row(box(words), None, self.field)
        self.setLayout(column(head, self._hint, gap=8, margins=(20, 12, 20, 14)))
        self.field.textEdited.connect(self._edit)

    def amount(self) -> Decimal | None:
        """Return the limit; None for no limit."""
        return self.field.amount()

    def laid_over(self, limit: str | None) -> str | None:
        """Return the limit for a job that has `limit`, which stays if it reads the same."""
        amount = self.amount()
        if amount is None:
            return None
        same = limit is not None and f"{Decimal(limit):.2f}" == f"{amount:.2f}"
        return limit if same else str(amount)

    def show_amount(self, amount: Decimal | None) -> None:
        """Show a limit, unless the field says the same already."""
        if self.amount() != amount:
            self.field.set_amount(amount)

    def compare(self, estimate: Estimate | None) -> None:
        """Warn beside the field when the limit is under what the job is likely to cost."""
        amount = self.amount()
        expected = estimate.expected_usd if estimate else None
        if amount is None or expected is None or amount >= expected:
            self._hint.setText(_STOPS)
            self._hint.set_ink("text2")
            return
        self._hint.setText(
            f"Under the expected {in_dollars(expected)}: Sheaf would stop on the way, "
            "and keep what is answered."
        )
        self._hint.set_ink("warnText")

    @Slot()
    def _edit(self) -> None:
        self.changed.emit()
