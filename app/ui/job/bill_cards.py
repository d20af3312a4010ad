"""The cards of a bill: the sum beside its forecast, what each batch cost, what was saved."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.core.cost import in_dollars
from app.core.job import Mode
from app.core.money_words import deviation_words
from app.engine.bill_replies import BatchBill, BillReply, PastForecast
from app.ui.job import bill_words as words
from app.ui.layouts import box, column, row
from app.ui.paint import RIGHT
from app.ui.theme import THEME
from app.ui.widgets.batch_columns import BatchColumn, BatchColumns
from app.ui.widgets.button import Button
from app.ui.widgets.card import Card
from app.ui.widgets.deviation_bar import DeviationBar
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.label import Label
from app.ui.widgets.pill import Pill
from app.ui.widgets.range_bar import RangeBar, RangePoint, RangeShown
from app.ui.widgets.savings_list import SavingsList

SHOWN = 4
"""So many earlier forecasts stand beside a bill."""
_WORDS_WIDTH = 56


class BillCard(Card):
    """The sum, one sentence that compares it, and the range with both on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("bill-card")
        self._title = Label("", "body", "text2")
        self._pill = Pill()
        self._figure = Label("", "figure")
        self._said = Label("", "body", "text2", wrap=True)
        self._range = RangeBar()
        self._about = Label("", "small", "text2", wrap=True)
        head = row(self._title, None, self._pill)
        top = column(head, self._figure, self._said, gap=2)
        self.setLayout(column(top, self._range, self._about, gap=12, margins=(20, 14, 20, 14)))

    def show_bill(self, bill: BillReply) -> None:
        """Show a bill."""
        self._title.setText(words.heading(bill, practice=bill.mode is Mode.PRACTICE))
        self._figure.setText(words.figure(bill))
        self._said.setText(words.comparison(bill))
        verdict = words.VERDICTS.get(bill.verdict)
        self._pill.setVisible(verdict is not None)
        if verdict is not None:
            self._pill.show_status(verdict.text, verdict.tone, verdict.icon)
        shown = _range_of(bill)
        self._range.setVisible(shown is not None)
        self._about.setVisible(shown is not None)
        if shown is not None:
            self._range.show_range(shown)
            self._about.setText(words.about_range(bill))
        self.setAccessibleName(f"{self._title.text()} {self._figure.text()}")


def _range_of(bill: BillReply) -> RangeShown | None:
    found = bill.forecast
    if found is None or found.expected_usd is None:
        return None
    low, high = found.low_usd or found.expected_usd, found.high_usd or found.expected_usd
    compared = bill.deviation is not None
    paid = bill.compared_usd if compared else None
    whose = "The job" if words.has_trial(bill) else "Bill"
    return RangeShown(
        RangePoint(float(low), words.dollars(low)),
        RangePoint(float(high), words.dollars(high)),
        RangePoint(float(found.expected_usd), f"Forecast {words.dollars(found.expected_usd)}"),
        None if paid is None else RangePoint(float(paid), f"{whose} {words.dollars(paid)}"),
    )


class BatchesCard(Card):
    """What each batch cost, with what was expected of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("bill-by-batch")
        self._hint = Label("Line: what the forecast expected of each", "small", "text2")
        self._columns = BatchColumns()
        head = row(Label("By batch", "heading"), None, self._hint)
        self.setLayout(column(head, self._columns, gap=8, margins=(20, 12, 20, 10)))

    def show_batches(self, batches: Sequence[BatchBill]) -> None:
        """Show these batches; a cost that nobody knows is a column of nothing with a dash."""
        self.setVisible(any(batch.cost_usd is not None for batch in batches))
        self._hint.setVisible(any(batch.expected_usd is not None for batch in batches))
        self._columns.show_batches([_column(batch) for batch in batches])


def _column(batch: BatchBill) -> BatchColumn:
    expected = None if batch.expected_usd is None else float(batch.expected_usd)
    cost = batch.cost_usd or Decimal(0)
    return BatchColumn(batch.number, words.dollars(batch.cost_usd), float(cost), expected)


class SavedCard(Card):
    """How the standard price became what was paid."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("bill-saved")
        self._list = SavingsList()
        self._title = Label("", "heading")
        self.setLayout(column(self._title, self._list, gap=8, margins=(20, 14, 20, 14)))

    def show_bill(self, bill: BillReply) -> None:
        """Show what was saved; nothing where a price is not known."""
        saved = bill.savings
        self.setVisible(saved is not None and bool(saved.paid_usd))
        if saved is None:
            return
        practice = bill.mode is Mode.PRACTICE
        self._title.setText("What you would save" if practice else "What you saved")
        self._list.show_savings(
            saved.standard_usd,
            words.savings_of(bill),
            saved.paid_usd,
            paid_words="You would pay" if practice else "You paid",
            saved="You would save" if practice else "You saved",
        )


class ForecastsCard(Card):
    """How the last forecasts came out, with a way to all of them."""

    all_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("forecasts-so-far")
        self._lines = column(gap=10)
        self._all = Button("All forecasts", "link", size=28)
        self._all.setObjectName("all-forecasts")
        self._all.clicked.connect(self.all_asked)
        head = column(
            Label("Forecasts so far", "heading"),
            Label("They make the next one better.", "small", "text2"),
            gap=6,
        )
        foot = row(None, self._all, gap=0)
        self.setLayout(column(head, self._lines, foot, gap=10, margins=(20, 14, 20, 12)))

    def show_past(self, past: Sequence[PastForecast]) -> None:
        """Show the newest of these."""
        while (item := self._lines.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        compared = [line for line in past if line.deviation is not None]
        self.setVisible(bool(compared))
        self._all.setVisible(len(past) > SHOWN)
        for line in compared[:SHOWN]:
            self._lines.addWidget(past_line(line))


def past_line(line: PastForecast) -> QWidget:
    """Return one earlier job: its name, model and bill, and how far the forecast was off."""
    about = f"{line.model_name.removeprefix('Claude ')} · {in_dollars(line.cost_usd)}"
    names = column(ElidedLabel(line.name, "body"), ElidedLabel(about, "small", "text2"), gap=0)
    whole = row(gap=8)
    whole.addLayout(names, 1)
    if line.deviation is not None:
        said = Label(deviation_words(line.deviation), "body", "text2", align=RIGHT)
        said.setMinimumWidth(THEME.px(_WORDS_WIDTH))
        whole.addWidget(DeviationBar(line.deviation), 0, Qt.AlignmentFlag.AlignVCenter)
        whole.addWidget(said)
    return box(whole)
