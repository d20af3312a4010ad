"""The bill of a job: what it cost, by kind and by batch, beside what was forecast of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from app.core import days
from app.core.errors import SheafError
from app.core.job import Job, Mode
from app.engine.bill_replies import BillReply, PastForecast, SpendingReply
from app.engine.bill_verbs import Bill, PastForecasts, SaveBill, Spending
from app.engine.export import usual_name
from app.engine.replies import Exported, JobLine
from app.ui.desk import Desk
from app.ui.dialogs.past_forecasts import PastForecastsDialog
from app.ui.job import bill_words as words
from app.ui.job.bill_cards import SHOWN, BatchesCard, BillCard, ForecastsCard, SavedCard
from app.ui.layouts import box, column, row
from app.ui.models.bill_model import BillModel
from app.ui.theme import THEME
from app.ui.widgets.button import Button
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.table_card import TableCard
from app.ui.widgets.table_cells import Column

_SIDE, _NARROW_SIDE, _NARROW_BELOW = 344, 300, 1000
_SIDE_BY_SIDE = 860
"""Below this width the cards at the right go under those at the left."""
_ROW = 34
_ANY = 16_777_215
"""Qt's own "as wide as you like"."""
_COLUMNS = (
    Column(BillModel.HEADINGS[0], stretch=True),
    Column(BillModel.HEADINGS[1], right=True),
    Column(BillModel.HEADINGS[2], right=True),
    Column(BillModel.HEADINGS[3], right=True, ink="text2"),
    Column(BillModel.HEADINGS[4], right=True, words=("under $0.01",)),
)


class BillView(QWidget):
    """Asks for the bill when it is shown, and again when the job has cost more since."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._line: JobLine | None = None
        self._asked: object = None
        self.card = BillCard()
        self.model = BillModel(self)
        self.table = DataTable(name="What you paid for", row_height=_ROW)
        self._model_name, self._total = Label("", "small", "text2"), Label("", "bodyS")
        self.by_batch, self.saved, self.forecasts = BatchesCard(), SavedCard(), ForecastsCard()
        self._month = Label("", "small", "text2", wrap=True)
        self.save = Button("Save the bill as CSV", "link", size=28)
        self._remarks = Label("", "small", "text2", wrap=True)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lay_out()
        self.forecasts.all_asked.connect(self._show_all)
        self.save.clicked.connect(self._save)
        THEME.changed.connect(self._refit)

    def _lay_out(self) -> None:
        self.save.setObjectName("save-bill")
        self.table.setObjectName("bill-lines")
        self.table.set_columns(_COLUMNS)
        self.table.setModel(self.model)
        footer = row(self._model_name, None, Label("Total", "body", "text2"), 4, self._total)
        self._lines = TableCard(self.table, footer=footer)
        left = column(self.card, self._lines, self.by_batch, None, gap=16)
        self._wallet = _note("wallet", self._month)
        link = row(12, self.save, None, gap=0)
        notes = column(self._wallet, _note("info", self._remarks), link, gap=8)
        notes.setContentsMargins(4, 0, 4, 0)
        self._side = box(column(self.saved, self.forecasts, notes, None, gap=16))
        self._body.setSpacing(24)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.addLayout(left, 1)
        self._body.addWidget(self._side)
        whole = column(gap=16, margins=(24, 16, 24, 24))
        whole.addLayout(self._body)
        whole.addStretch(1)
        self.setLayout(whole)
        self.forecasts.hide()

    # --- showing --------------------------------------------------------------------------------

    def show_job(self, line: JobLine, _job: Job) -> None:
        """Show the bill of a job; the same figures are not asked for twice."""
        asked = (line.path, line.state, line.cost_usd, line.counts)
        before, self._line = self._line, line
        if asked == self._asked:
            return
        self._asked = asked
        if before is None or before.path != line.path:
            self._clear()
        self._desk.ask(Bill(line.path), owner=self, done=partial(self._take, line.path))

    def _clear(self) -> None:
        self.model.set_lines(())
        for part in (self.card, self._lines, self.by_batch, self._side):
            part.hide()

    def _take(self, path: str, bill: BillReply) -> None:
        if self._line is None or path != self._line.path:
            return
        for part in (self.card, self._lines, self._side):
            part.show()
        self.card.show_bill(bill)
        self.model.set_lines(words.rows_of_table(bill))
        self.table.set_columns(_COLUMNS)
        self._total.setText(words.figure(bill))
        self._model_name.setText(_priced(bill))
        self.by_batch.show_batches(bill.batches)
        self.saved.show_bill(bill)
        self._remarks.setText(words.remarks(bill))
        self._wallet.hide()
        self._refit()
        if bill.mode is Mode.REAL:
            ask = partial(self._desk.ask, owner=self, failed=_leave_out)
            ask(PastForecasts(SHOWN + 1), done=self.forecasts.show_past)
            ask(Spending(), done=self._take_month)
        else:
            self.forecasts.show_past(())

    def _take_month(self, spent: SpendingReply) -> None:
        self._month.setText(words.month_words(spent.now))
        self._wallet.show()

    @Slot()
    def _refit(self) -> None:
        """Let the table end with its last line."""
        height = self.table.height_for_rows(max(1, self.model.rowCount()))
        self.table.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the cards side by side where there is room for it."""
        super().resizeEvent(event)
        wide = self.width() >= THEME.px(_SIDE_BY_SIDE)
        narrow = self.width() < THEME.px(_NARROW_BELOW)
        side = THEME.px(_NARROW_SIDE if narrow else _SIDE)
        self._side.setMinimumWidth(side)
        self._side.setMaximumWidth(side if wide else _ANY)
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._body.direction() != direction:
            self._body.setDirection(direction)
            QTimer.singleShot(0, self._refit)

    # --- doing ----------------------------------------------------------------------------------

    @Slot()
    def _show_all(self) -> None:
        self._desk.ask(PastForecasts(), owner=self, done=self._open_all)

    def _open_all(self, past: tuple[PastForecast, ...]) -> None:
        dialog = PastForecastsDialog(past, self.window())
        dialog.exec()
        dialog.deleteLater()

    @Slot()
    def _save(self) -> None:
        line = self._line
        if line is None:
            return
        name = usual_name(line.name, line.mode).replace("-answers.", "-bill.")
        start = self._desk.places.exports / name
        path = self._desk.questions.save_file(
            "Save the bill", start, "CSV files (*.csv)", self.window()
        )
        if path is not None:
            whole = path if path.suffix else path.with_name(f"{path.name}.csv")
            # The system has asked about the name that it knows, not about one with our ending.
            verb = SaveBill(line.path, str(whole), overwrite=whole == path)
            self._desk.ask(verb, owner=self, done=self._saved)

    def _saved(self, written: Exported) -> None:
        self._remarks.setText(f"Saved {written.rows:,} lines to {written.path}.")


def _note(icon: str, words: Label) -> QWidget:
    line = row(gap=8)
    line.addWidget(IconView(icon, "text3"), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(words, 1)
    return box(line)


def _priced(bill: BillReply) -> str:
    if not bill.prices_as_of:
        return bill.model_name
    whose = "your own prices" if bill.own_prices else "prices"
    return f"{bill.model_name}, {whose} of {days.in_words(bill.prices_as_of)}"


def _leave_out(_error: SheafError) -> None:
    """Show the bill alone where the history cannot be read."""
