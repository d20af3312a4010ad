"""The fields in which a person writes the prices of one model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from app.core import days
from app.core.cost import Price, PriceList
from app.core.errors import SheafError
from app.core.own_prices import price_of
from app.engine.money_replies import PriceLine
from app.ui.held import hold_width
from app.ui.layouts import column, row
from app.ui.paint import RIGHT
from app.ui.widgets.button import Button
from app.ui.widgets.field import mark_bad
from app.ui.widgets.label import Label
from app.ui.widgets.money_field import MoneyField

_AMOUNTS: Mapping[str, str] = {
    "input": "Reading",
    "output": "Writing",
    "cache_write_5m": "Keeping 5 min",
    "cache_write_1h": "Keeping 1 hour",
    "cache_read": "Reusing",
}
_WIDTH = 96


@dataclass(frozen=True, slots=True)
class _Row:
    """The fields of one tier."""

    up_to: int | None
    fields: dict[str, MoneyField]


class PriceForm(QWidget):
    """A line of fields for each tier; emits `saved` with the prices, or with none for the reset."""

    saved = Signal(object, object)
    """The model's id, and a tuple of Price."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line: PriceLine | None = None
        self._rows: list[_Row] = []
        self._title = Label("", "heading")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(8)
        self._said = Label("", "small", "text2", wrap=True)
        self.save = Button("Use these prices", icon="check")
        self.save.setObjectName("save-prices")
        self.reset = Button("Reset", "ghost", icon="undo-2")
        self.reset.setObjectName("reset-prices")
        foot = row(gap=8)
        foot.addWidget(self._said, 1)
        foot.addWidget(self.reset)
        foot.addWidget(self.save)
        self.setLayout(column(self._title, self._grid, foot, gap=10))
        self.save.clicked.connect(self._save)
        self.reset.clicked.connect(self._reset)

    def show_line(self, line: PriceLine) -> None:
        """Show the prices of a model."""
        self._line = line
        self._title.setText(line.name)
        self.reset.setVisible(line.own)
        self._said.setText(_source(line))
        self._said.set_ink("text2")
        self._clear()
        for place, words in enumerate(_AMOUNTS.values(), 1):
            self._grid.addWidget(Label(words, "small", "text2", align=RIGHT), 0, place)
        tiers = line.prices.tiers if line.prices else (None,)
        for tier in tiers:
            self._add(tier)
        self._grid.setColumnStretch(0, 1)

    def fail(self, sentence: str) -> None:
        """Say why the prices were not taken."""
        self._said.setText(sentence)
        self._said.set_ink("badText")

    # --- the fields -----------------------------------------------------------------------------

    def _clear(self) -> None:
        self._rows = []
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()

    def _add(self, tier: Price | None) -> None:
        up_to = tier.up_to if tier else None
        place = len(self._rows) + 1
        words = _reach(up_to, alone=self._line is None or not _has_tiers(self._line.prices))
        self._grid.addWidget(Label(words, "body"), place, 0)
        fields = {}
        for number, (name, what) in enumerate(_AMOUNTS.items(), 1):
            field = _field(f"{what}, {words.lower()}")
            field.setObjectName(f"price-{name}-{place}")
            field.set_amount(None if tier is None else getattr(tier, name))
            field.textEdited.connect(self._edit)
            fields[name] = field
            self._grid.addWidget(field, place, number)
        self._rows.append(_Row(up_to, fields))

    @Slot()
    def _edit(self) -> None:
        for tier in self._rows:
            for field in tier.fields.values():
                mark_bad(field, bad=False)

    @Slot()
    def _save(self) -> None:
        if self._line is None or self._has_unreadable():
            return
        tiers = [self._read(tier) for tier in self._rows]
        if all(tiers):
            self.saved.emit(self._line.model, tuple(tiers))

    def _has_unreadable(self) -> bool:
        """Mark what cannot be read, and say why of the first: it is never taken for a blank."""
        fields = [field for tier in self._rows for field in tier.fields.values()]
        wrong = [field for field in fields if field.problem]
        for field in wrong:
            mark_bad(field, bad=True)
        if wrong:
            self.fail(wrong[0].problem)
        return bool(wrong)

    def _read(self, tier: _Row) -> Price | None:
        """Return a tier; what keeping and reusing cost follows from reading where it is blank."""
        amounts = {name: field.amount() for name, field in tier.fields.items()}
        for name in ("input", "output"):
            if not amounts[name]:
                mark_bad(tier.fields[name], bad=True)
        try:
            return price_of(amounts, tier.up_to)
        except SheafError as error:
            self.fail(error.sentence)
            return None

    @Slot()
    def _reset(self) -> None:
        if self._line is not None:
            self.saved.emit(self._line.model, ())


def _field(name: str) -> MoneyField:
    field = MoneyField(name=name, icon="")
    hold_width(field, _WIDTH)
    return field


def _has_tiers(prices: PriceList | None) -> bool:
    return prices is not None and len(prices.tiers) > 1


def _reach(up_to: int | None, *, alone: bool) -> str:
    if alone:
        return "Every row"
    return "Longer rows" if up_to is None else f"Rows up to {up_to:,} tokens"


def _source(line: PriceLine) -> str:
    if line.prices is None:
        return "No price is known for this model: its jobs have no forecast before you write one."
    day = days.in_words(line.prices.as_of)
    if line.own:
        return f"Your own figures, of {day}. Reset goes back to Sheaf’s."
    return f"Of {day}, from {line.prices.source}"
