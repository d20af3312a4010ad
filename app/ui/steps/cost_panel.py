"""The price of the job as it is set now: expected, range, never more than, and what is saved."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QWidget

from app.core import days
from app.core.cost import BATCH_FACTOR, Estimate, in_dollars, in_figures
from app.core.money_words import likely, tokens_words
from app.engine.replies import Note
from app.ui.layouts import Item, box, column, row
from app.ui.plain_text import plain_tooltip
from app.ui.steps.rows_together import SAID_HERE
from app.ui.widgets.card import Card
from app.ui.widgets.cost_bar import CostBar, CostPart
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.range_bar import RangeBar, RangePoint, RangeShown
from app.ui.widgets.savings_list import Saving, SavingsList
from app.ui.widgets.toggle_row import ToggleRow

_MILLION = 1_000_000
_IF_AGAIN = (
    "If every answer were as long as you allow, every letter a token, and every row were asked "
    "again alone."
)
UNKNOWN = "Price not known"
_UNKNOWN_WHY = (
    "Sheaf has no price for this model. Anthropic charges your account all the same: "
    "look the price up on its web page before you submit."
)
_IF_ALL = "If every answer were as long as you allow, and every letter a token."
_IF_KEPT = (
    "If every answer were as long as you allow, every letter a token, and nothing that Claude "
    "is to remember were found again."
)
_MEASURED = "cache"
_SAID_ELSEWHERE = SAID_HERE | {"unknown_price", _MEASURED}


class CostPanel(Card):
    """Figures from an estimate; while a new one is counted the old ones fade."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("cost-panel")
        self.setAccessibleName("Expected cost")
        self._estimate: Estimate | None = None
        self._counting = False
        self._figure = Label("", "figure", "text3")
        self._range = Label("", "body", "text2", wrap=True)
        self._span = RangeBar(labelled=False)
        self._basis = Label("", "small", "text3", wrap=True)
        self._bar = CostBar()
        self._tokens = Label("", "small", "text2", wrap=True)
        self._each = Label("", "bodyM")
        self._most = Label("", "bodyS")
        self._if_all = Label(_IF_ALL, "small", "text3", wrap=True)
        self._savings = SavingsList()
        self.twins = ToggleRow("Ask twins once", on=True)
        self.twins.setObjectName("twins-once")
        self.remember = ToggleRow("Remember instructions", on=True)
        self.remember.setObjectName("remember-instructions")
        plain_tooltip(self.remember, "Let Claude remember the instructions that all rows share")
        self._measured = Label("", "small", "text2", wrap=True)
        self._notes = column(gap=6)
        self._lay_out()
        self.show_counting()

    def show_estimate(self, estimate: Estimate, notes: Sequence[Note] = ()) -> None:
        """Show the figures of an estimate, and what is to be known besides."""
        self._estimate = estimate
        known = estimate.expected_usd is not None
        self._known.setVisible(known)
        self._span.setVisible(known)
        self._figure.setText(in_dollars(estimate.expected_usd) if known else UNKNOWN)
        self._figure.set_ink("text")
        self._range.setText(_range(estimate))
        self._say_basis()
        self._show_notes([note.text for note in notes if note.code not in _SAID_ELSEWHERE])
        self._show_twins(estimate)
        measured = next((note.text for note in notes if note.code == _MEASURED), "")
        self._show_memory(estimate, measured)
        if known:
            self._show_money(estimate, faded=False)

    def show_counting(self) -> None:
        """Fade the last figures while new ones are counted."""
        self._figure.set_ink("text3")
        if self._estimate is None:
            self._figure.setText("…")
            self._range.setText("Counting your rows")
            self._known.hide()
            self._span.hide()
            self._hide_switches()
        elif self._estimate.expected_usd is not None:
            self._show_money(self._estimate, faded=True)

    def show_none(self, sentence: str) -> None:
        """Say why there is no price now."""
        self._estimate = None
        self._figure.setText("—")
        self._range.setText(sentence)
        self._basis.setText("")
        self._show_notes(())
        for part in (self._known, self._span):
            part.hide()
        self._hide_switches()

    def say_sampling(self, *, on: bool) -> None:
        """Say that a better price is on its way."""
        self._counting = on
        if self._estimate is not None:
            self._say_basis()

    def set_twins(self, *, once: bool) -> None:
        """Show whether rows that ask the same are asked once."""
        blocker = QSignalBlocker(self.twins)
        self.twins.setChecked(once)
        blocker.unblock()

    def set_remember(self, *, wanted: bool) -> None:
        """Show whether Claude may remember what all rows share."""
        blocker = QSignalBlocker(self.remember)
        self.remember.setChecked(wanted)
        blocker.unblock()

    # --- parts ----------------------------------------------------------------------------------

    def _say_basis(self) -> None:
        if self._estimate is not None:
            more = " Looking closer at the rows…" if self._counting else ""
            self._basis.setText(_basis(self._estimate) + more)

    def _show_money(self, estimate: Estimate, *, faded: bool) -> None:
        reading, writing = estimate.reading_usd or Decimal(0), estimate.writing_usd or Decimal(0)
        parts = (
            CostPart("Reading your rows", in_dollars(reading), float(reading), "c1"),
            CostPart("Writing answers", in_dollars(writing), float(writing), "c2"),
        )
        self._bar.show_parts(parts, faded=faded)
        self._span.show_range(_span(estimate), faded=faded)
        self._tokens.setText(_tokens(estimate))
        self._each.setText(in_dollars(estimate.per_thousand_usd))
        most = estimate.max_usd
        self._most.setText(in_figures(most) if most is not None else "Nobody can say")
        for figure in (self._each, self._most):
            figure.set_ink("text3" if faded else "text")
        standard = (estimate.every_row_usd or Decimal(0)) + _shared(estimate)
        expected = estimate.expected_usd or Decimal(0)
        self._savings.show_savings(standard, _savings(estimate), expected, faded=faded)

    def _show_twins(self, estimate: Estimate) -> None:
        """Offer the switch where there is something to switch."""
        once = self.twins.isChecked()
        self.twins.setVisible(bool(estimate.twins) or not once)
        rows = "1 row asks" if estimate.twins == 1 else f"{estimate.twins:,} rows ask"
        same = f"{rows} the same as another"
        self.twins.set_hint(same if once else "Each of them is asked, and paid")

    def _show_memory(self, estimate: Estimate, measured: str) -> None:
        """Offer the switch where enough is shared, with what was measured of it."""
        wanted = self.remember.isChecked()
        self.remember.setVisible(bool(estimate.shared_tokens) or not wanted)
        often = "Only where measured to pay"
        self.remember.set_hint(often if wanted else "Each row pays for them in full")
        self._measured.setText(measured)
        self._measured.setVisible(bool(measured))
        alone = _IF_KEPT if estimate.shared_tokens else _IF_ALL
        self._if_all.setText(_IF_AGAIN if _shares(estimate) else alone)

    def _hide_switches(self) -> None:
        for part in (self.twins, self.remember, self._measured):
            part.hide()

    def _show_notes(self, texts: Sequence[str]) -> None:
        while (item := self._notes.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for text in texts:
            line = row(gap=8)
            line.addWidget(IconView("triangle-alert", "warn", 14), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Label(text, "small", "warnText", wrap=True), 1)
            self._notes.addWidget(box(line))

    def _lay_out(self) -> None:
        most: list[Item] = [Label("Never more than", "body", "text2"), None, self._most]
        each = row(Label("Per 1,000 rows", "body", "text2"), None, self._each)
        volume = column(self._bar, self._tokens, each, gap=6)
        limits = column(row(*most), self._if_all, gap=2)
        parts = (volume, HairLine(), limits, HairLine(), self._savings)
        self._known = box(column(4, *parts, gap=10))
        top = column(Label("Expected cost", "body", "text2"), self._figure, self._range, gap=4)
        whole = column(top, self._span, self._basis, gap=6, margins=(20, 16, 20, 16))
        whole.addLayout(self._notes)
        whole.addWidget(self._known)
        whole.addWidget(self.twins)
        whole.addWidget(self.remember)
        whole.addWidget(self._measured)
        self.setLayout(whole)


def _range(estimate: Estimate) -> str:
    if estimate.low_usd is None or estimate.high_usd is None:
        words = tokens_words(estimate)
        return f"{words[:1].upper()}{words[1:]}. {_UNKNOWN_WHY}"
    return f"Most likely {likely(estimate.low_usd, estimate.high_usd)}"


def _span(estimate: Estimate) -> RangeShown:
    low, expected, high = (
        RangePoint(float(amount or 0), in_dollars(amount))
        for amount in (estimate.low_usd, estimate.expected_usd, estimate.high_usd)
    )
    return RangeShown(low, high, expected)


def _savings(estimate: Estimate) -> list[Saving]:
    """Return what is saved against the standard price of every row."""
    standard = estimate.standard_usd or Decimal(0)
    twins = "1 twin" if estimate.twins == 1 else f"{estimate.twins:,} twins"
    blank = "1 blank row" if estimate.blank == 1 else f"{estimate.blank:,} blank rows"
    found = [
        Saving(f"{twins} answered once", estimate.twins_usd or Decimal(0)),
        Saving(f"{blank} left out", estimate.blank_usd or Decimal(0)),
    ]
    if shared := _shared(estimate):
        found.insert(0, Saving(f"{estimate.together} rows per request", shared))
    half = Saving("Half price, by batch", standard - (estimate.expected_usd or Decimal(0)))
    return [half, *(saving for saving in found if saving.amount)]


def _shared(estimate: Estimate) -> Decimal:
    """Return what is saved at the standard price because rows share requests."""
    saving = estimate.together_usd if _shares(estimate) else None
    return (saving or Decimal(0)) / BATCH_FACTOR


def _shares(estimate: Estimate) -> bool:
    return 0 < estimate.requests < estimate.rows


def _tokens(estimate: Estimate) -> str:
    read, written = _count(estimate.input_tokens), _count(estimate.output_tokens)
    return f"{read} tokens read, {written} written"


def _count(tokens: int) -> str:
    return f"{tokens / _MILLION:,.1f} million" if tokens >= _MILLION else f"{tokens:,}"


def _basis(estimate: Estimate) -> str:
    dated = f", prices of {days.in_words(estimate.prices_as_of)}" if estimate.prices_as_of else ""
    return f"{estimate.basis}{dated}."
