"""The models' prices: looked at, changed where a contract differs, and reset."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core import days
from app.core.cost import Price
from app.core.errors import SheafError
from app.engine.money_replies import PriceTable
from app.engine.money_verbs import Prices, SetPrices
from app.engine.verbs import Models
from app.ui.desk import Desk
from app.ui.dialogs.price_form import PriceForm
from app.ui.models.prices_model import PricesModel
from app.ui.widgets.banner import Banner
from app.ui.widgets.button import Button
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.label import Label
from app.ui.widgets.table_card import TableCard
from app.ui.widgets.table_cells import Column
from app.ui.widgets.tone import Tone

_ROWS = 7
_COLUMNS = (
    Column(PricesModel.HEADINGS[0], stretch=True),
    Column(PricesModel.HEADINGS[1], width=112, right=True),
    Column(PricesModel.HEADINGS[2], width=112, right=True),
    Column(PricesModel.HEADINGS[3], width=112, right=True),
    Column(PricesModel.HEADINGS[4], width=172, ink="text2"),
)


class PricesDialog(Dialog):
    """A table of all models; the chosen one's prices are in fields below it."""

    changed = Signal()
    """A model has other prices now."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent, "Prices", icon="receipt", width=760, scrolls=True)
        self.setObjectName("prices-dialog")
        self._desk = desk
        self._about = Label("", "body", "text2", wrap=True)
        self._old = Banner(
            Tone.WARN,
            "These prices are more than 60 days old",
            "Compare them with Anthropic’s price page. Forecasts and spend limits rest on them.",
        )
        self._old.hide()
        self.model = PricesModel(self)
        self.table = DataTable(name="Prices of the models")
        self.table.setObjectName("prices-table")
        self.table.set_columns(_COLUMNS)
        self.table.setModel(self.model)
        self.table.setFixedHeight(self.table.height_for_rows(_ROWS))
        self.form = PriceForm()
        self.form.hide()
        card = TableCard(self.table)
        card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for part in (self._about, self._old, card, self.form):
            self.body.addWidget(part)
        self.body.addStretch(1)
        done = Button("Done", "primary")
        done.setObjectName("prices-done")
        done.clicked.connect(self.accept)
        self.add_note("In US dollars per million tokens, at the standard rate: batches cost half.")
        self.add_button(done)
        self.table.row_chosen.connect(self._choose)
        self.form.saved.connect(self._save)
        desk.ask(Prices(), owner=self, done=self._show)

    def _show(self, table: PriceTable) -> None:
        self._about.setText(
            f"Sheaf’s prices are of {days.in_words(table.as_of)}. Choose a model to write other "
            "ones, as where your contract differs."
        )
        self._old.setVisible(table.old)
        before = self.table.currentIndex().row()
        self.model.set_lines(table.lines)
        if table.lines:
            self.table.choose_row(max(before, 0))
            self._choose(max(before, 0))

    @Slot(object)
    def _choose(self, row: int) -> None:
        if 0 <= row < len(self.model.lines):
            self.form.show_line(self.model.lines[row])
            self.form.show()
            # The fields that were there before are counted until the next round of events.
            QTimer.singleShot(0, self.fit)

    @Slot(object, object)
    def _save(self, model: str, tiers: tuple[Price, ...]) -> None:
        verb = SetPrices(model, tiers)
        self._desk.ask(verb, owner=self, done=self._saved, failed=partial(_refuse, self.form))

    def _saved(self, table: PriceTable) -> None:
        self._show(table)
        self._desk.ask(Models(), owner=self)
        self.changed.emit()


def _refuse(form: PriceForm, error: SheafError) -> None:
    form.fail(error.sentence)
