"""What the settings say of money: the prices in use, and what was spent."""

from __future__ import annotations

from PySide6.QtCore import QDate, QLocale, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.core import days
from app.core.errors import SheafError
from app.engine.bill_replies import Month, SpendingReply
from app.engine.bill_verbs import Spending
from app.engine.money_replies import PriceTable
from app.engine.money_verbs import Prices
from app.ui.desk import Desk
from app.ui.dialogs.prices import PricesDialog
from app.ui.job.bill_words import sum_of
from app.ui.layouts import box, column, row
from app.ui.widgets.button import Button
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label

_EARLIER = 3


class MoneySettings(QWidget):
    """Two lines: the month's sum with the months before it, and the prices with their date."""

    resized = Signal()
    """More or less is said than before."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._month = Label("Spent this month", "bodyM")
        self._jobs = Label("", "small", "text2", wrap=True)
        self._sum = Label("…", "title")
        self._of = Label("", "small", "text2", wrap=True)
        self._old = box(
            row(
                IconView("triangle-alert", "warn", 14),
                Label("More than 60 days old: compare them.", "small", "warnText"),
                None,
                gap=6,
            )
        )
        self._old.hide()
        self._prices = Button("Prices…", icon="receipt")
        self._prices.setObjectName("open-prices")
        self._prices.setAccessibleDescription("Look at the prices of the models and change them")
        spent = row(gap=16)
        spent.addLayout(column(self._month, self._jobs, gap=1), 1)
        spent.addWidget(self._sum)
        prices = row(gap=16)
        words = column(Label("Prices of the models", "bodyM"), self._of, self._old, gap=1)
        prices.addLayout(words, 1)
        prices.addWidget(self._prices)
        self.setLayout(column(spent, prices, gap=12))
        self._prices.clicked.connect(self._open)

    @Slot()
    def look(self) -> None:
        """Ask what was spent, and which prices are in use."""
        self._desk.ask(Spending(), owner=self, done=self._take_spent, failed=self._not_added)
        self._desk.ask(Prices(), owner=self, done=self._take_prices)

    def _take_spent(self, spent: SpendingReply) -> None:
        self._month.setText(f"Spent in {_name(spent.now.month)}")
        paid = sum_of(spent.now)
        self._sum.setText(paid[:1].upper() + paid[1:])
        earlier = [month for month in spent.months if month.month != spent.now.month]
        self._jobs.setText(_about(spent.now, earlier[:_EARLIER]))
        self.resized.emit()

    def _not_added(self, error: SheafError) -> None:
        self._sum.setText("—")
        self._jobs.setText(error.sentence)
        self.resized.emit()

    def _take_prices(self, table: PriceTable) -> None:
        own = sum(line.own for line in table.lines)
        yours = f" {own} of your own." if own else ""
        self._of.setText(f"Of {days.in_words(table.as_of)}, from Anthropic’s price page.{yours}")
        self._old.setVisible(table.old)
        self.resized.emit()

    @Slot()
    def _open(self) -> None:
        dialog = PricesDialog(self._desk, self.window())
        dialog.exec()
        dialog.deleteLater()
        self.look()


def _name(month: str, *, year: bool = False) -> str:
    date = QDate.fromString(f"{month}-01", "yyyy-MM-dd")
    return QLocale().toString(date, "MMMM yyyy" if year else "MMMM") if date.isValid() else month


def _about(now: Month, earlier: list[Month]) -> str:
    jobs = "1 job" if now.jobs == 1 else f"{now.jobs:,} jobs"
    said = [f"{jobs}, deleted ones too; practice is not counted."]
    if earlier:
        before = ", ".join(f"{_name(month.month, year=True)} {sum_of(month)}" for month in earlier)
        said.append(f"Before: {before}.")
    return " ".join(said)
