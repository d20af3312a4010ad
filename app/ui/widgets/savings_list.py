"""What is saved against the standard price, line by line; the lines add up to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from PySide6.QtWidgets import QLabel, QWidget

from app.core.cost import CENT, in_dollars
from app.ui.layouts import box, column, row
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.label import Label
from app.ui.widgets.pill import Pill
from app.ui.widgets.tone import Tone

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Saving:
    """One saving in dollars, below zero where it was a cost."""

    words: str
    amount: Decimal


class SavingsList(QWidget):
    """The standard price struck through, each saving, what is paid, and what is saved in all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = column(gap=4)
        self.words: list[tuple[str, str]] = []
        """What stands in the list: words and figures, from top to bottom."""
        self.setLayout(self._lines)

    def show_savings(
        self,
        standard: Decimal,
        savings: Sequence[Saving],
        paid: Decimal,
        *,
        paid_words: str = "",
        saved: str = "You save",
        faded: bool = False,
    ) -> None:
        """Show how the standard price becomes what is paid; without words for it, only why."""
        while (item := self._lines.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.words = []
        struck = Label(in_dollars(standard), "body", "text3", strike=True)
        self._add("Standard price, every row", struck)
        for saving, shown in zip(savings, rounded_to(standard, paid, savings), strict=True):
            figure = Label(written(shown, saving.amount), "bodyM", _ink(shown, faded=faded))
            self._add(saving.words, figure)
        if paid_words:
            self._lines.addWidget(HairLine())
            self._add(paid_words, Label(in_dollars(paid), "bodyS"))
        pill = Pill(saved_words(standard, paid), Tone.OK, "check")
        self._add(saved, pill)

    def _add(self, words: str, figure: QLabel) -> None:
        self.words.append((words, figure.text()))
        line = row(gap=8)
        line.addWidget(ElidedLabel(words, "body", "text2"), 1)
        line.addWidget(figure)
        self._lines.addWidget(box(line))


def _ink(shown: Decimal, *, faded: bool) -> str:
    return "text3" if faded else "okText" if shown >= 0 else "text2"


def rounded_to(standard: Decimal, paid: Decimal, savings: Sequence[Saving]) -> tuple[Decimal, ...]:
    """Round savings to the cent so that they still add up; the largest takes the difference.

    Of less than a cent no cent is saved.
    """
    if not savings or standard < CENT:
        return (Decimal(0),) * len(savings)
    shown = [_in_cents(saving.amount) for saving in savings]
    whole = _in_cents(standard) - _in_cents(paid)
    largest = max(range(len(shown)), key=lambda place: savings[place].amount)
    shown[largest] += whole - sum(shown)
    return tuple(shown)


def _in_cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def written(shown: Decimal, amount: Decimal) -> str:
    """Write a saving with its sign; one that is under a cent is not said to be nothing."""
    if not shown and amount:
        return in_dollars(abs(amount))
    return f"{MINUS if shown >= 0 else '+'}{in_dollars(abs(shown))}"


def saved_words(standard: Decimal, paid: Decimal) -> str:
    """Write what is saved, and which share of the standard price that is."""
    if not standard:
        return in_dollars(Decimal(0))
    shown = _in_cents(standard) - _in_cents(paid) if standard >= CENT else Decimal(0)
    share = round((standard - paid) / standard * 100)
    return f"{in_dollars(shown or standard - paid)} · {share}%"
