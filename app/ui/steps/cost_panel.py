"""The price of the job as it is set now: expected, range, never more than, and what is saved."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtWidgets import QWidget

from app.core.cost import Estimate, in_dollars
from app.ui.layouts import Item, box, column, row
from app.ui.widgets.card import Card
from app.ui.widgets.cost_bar import CostBar, CostPart
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.label import Label
from app.ui.widgets.pill import Pill
from app.ui.widgets.tone import Tone

_CENT = Decimal("0.01")
UNKNOWN = "Price not known"
_UNKNOWN_WHY = (
    "Sheaf has no price for this model. Anthropic charges your account all the same: "
    "look the price up on its web page before you submit."
)


class CostPanel(Card):
    """Figures from an estimate; while a new one is counted the old ones fade."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("cost-panel")
        self.setAccessibleName("Expected cost")
        self._estimate: Estimate | None = None
        self._figure = Label("", "figure", "text3")
        self._range = Label("", "body", "text2", wrap=True)
        self._bar = CostBar()
        self._most = Label("", "bodyS")
        self._standard = Label("", "body", "text3", strike=True)
        self._saved = Pill("", Tone.OK, "check")
        self._basis = Label("", "small", "text3", wrap=True)
        self._lay_out()
        self.show_counting()

    def show_estimate(self, estimate: Estimate) -> None:
        """Show the figures of an estimate."""
        self._estimate = estimate
        known = estimate.expected_usd is not None
        self._known.setVisible(known)
        self._figure.setText(in_dollars(estimate.expected_usd) if known else UNKNOWN)
        self._figure.set_ink("text")
        self._range.setText(_range(estimate))
        self._basis.setText(_basis(estimate))
        if known:
            self._show_money(estimate, faded=False)

    def show_counting(self) -> None:
        """Fade the last figures while new ones are counted."""
        self._figure.set_ink("text3")
        if self._estimate is None:
            self._figure.setText("…")
            self._range.setText("Counting your rows")
            self._known.hide()
        elif self._estimate.expected_usd is not None:
            self._show_money(self._estimate, faded=True)

    def show_none(self, sentence: str) -> None:
        """Say why there is no price now."""
        self._estimate = None
        self._figure.setText("—")
        self._range.setText(sentence)
        self._basis.setText("")
        self._known.hide()

    def _show_money(self, estimate: Estimate, *, faded: bool) -> None:
        reading, writing = estimate.reading_usd or Decimal(0), estimate.writing_usd or Decimal(0)
        parts = (
            CostPart("Reading your rows", in_dollars(reading), float(reading), "c1"),
            CostPart("Writing answers", in_dollars(writing), float(writing), "c2"),
        )
        self._bar.show_parts(parts, faded=faded)
        most = estimate.max_usd
        self._most.setText(in_dollars(most) if most is not None else "Nobody can say")
        self._most.set_ink("text3" if faded else "text")
        self._standard.setText(in_dollars(estimate.standard_usd))
        self._saved.show_status(_saving(estimate), Tone.OK, "check")

    def _lay_out(self) -> None:
        most: list[Item] = [Label("Never more than", "body", "text2"), None, self._most]
        if_all = Label(
            "If every answer were as long as you allow, and every letter a token.",
            "small",
            "text3",
            wrap=True,
        )
        standard = row(Label("Standard price", "body", "text2"), None, self._standard)
        saved = row(Label("You save", "body", "text2"), None, self._saved)
        limits = column(row(*most), if_all, gap=2)
        savings = column(standard, saved, gap=6)
        self._known = box(column(4, self._bar, 4, HairLine(), limits, HairLine(), savings, gap=10))
        top = column(Label("Expected cost", "body", "text2"), self._figure, self._range, gap=4)
        self.setLayout(column(top, self._known, self._basis, gap=8, margins=(20, 16, 20, 16)))


def _range(estimate: Estimate) -> str:
    if estimate.low_usd is None or estimate.high_usd is None:
        return _UNKNOWN_WHY
    return f"Most likely between {in_dollars(estimate.low_usd)} and {in_dollars(estimate.high_usd)}"


def _saving(estimate: Estimate) -> str:
    """Write what is saved; the lines of the panel add up to the cent."""
    standard, expected = estimate.standard_usd, estimate.expected_usd
    if not standard or expected is None:
        return in_dollars(Decimal(0))
    share = round((standard - expected) / standard * 100)
    shown = standard.quantize(_CENT, ROUND_HALF_UP) - expected.quantize(_CENT, ROUND_HALF_UP)
    return f"{in_dollars(shown or standard - expected)} · {share}%"


def _basis(estimate: Estimate) -> str:
    dated = f", prices of {day(estimate.prices_as_of)}" if estimate.prices_as_of else ""
    return f"{estimate.basis}{dated}."


def day(iso: str) -> str:
    """Write a date of the price table as people do; anything else as it stands."""
    date = QDate.fromString(iso, Qt.DateFormat.ISODate)
    return QLocale().toString(date, "d MMMM yyyy") if date.isValid() else iso
