"""The models to choose from: three to begin with, the others on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QWidget

from app.core.catalog import Lifecycle, Model
from app.core.cost import in_dollars
from app.core.model_marks import MarkKind
from app.engine.replies import ModelList
from app.ui.layouts import column
from app.ui.widgets.button import Button
from app.ui.widgets.model_card import ModelCard

FIRST = 3
"""How many models are shown before the person asks for more."""
SUGGESTED = "Suggested"
_MORE, _FEWER = "More models…", "Fewer models"


def first_models(models: Sequence[Model], suggested: str) -> tuple[str, ...]:
    """Return the ids of the models shown first: active, open to all, with a known price."""
    able = [
        model.id
        for model in models
        if model.prices is not None
        and model.lifecycle is Lifecycle.ACTIVE
        and not model.limited_access
    ][:FIRST]
    # A list without any price still shows something to choose.
    return tuple(able) or tuple(model.id for model in models if model.id == suggested)


class ModelCards(QWidget):
    """One card a model; `chosen` gives the id of the one that the person pressed."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Models")
        self._cards: dict[str, ModelCard] = {}
        self._first: tuple[str, ...] = ()
        self._group = QButtonGroup(self)
        self._unfolded = False
        self._ended = ""
        """The model of this job, where it can be used no more."""
        self._more = Button(_MORE, "link", size=28)
        self._more.setObjectName("more-models")
        self._lines = column(gap=8)
        self.setLayout(self._lines)
        self._lines.addWidget(self._more)
        self._group.buttonClicked.connect(self._choose)
        self._more.clicked.connect(self._fold)

    def show_models(self, offered: ModelList) -> None:
        """Show the models; the chosen one stays chosen, and what no batch can use is greyed."""
        chosen = self.current
        for card in self._cards.values():
            self._group.removeButton(card)
            self._lines.removeWidget(card)
            card.hide()
            card.deleteLater()
        models = [model for model in offered.models if _is_usable(model)]
        self._first = first_models(models, offered.suggested)
        ordered = sorted(models, key=lambda model: model.id not in self._first)
        gone = [model for model in offered.others if model not in models]
        self._cards = {model.id: _card(model, offered) for model in (*ordered, *gone)}
        for place, card in enumerate(self._cards.values()):
            self._group.addButton(card)
            self._lines.insertWidget(place, card)
        self._more.setVisible(len(self._cards) > len(self._first))
        if chosen:
            self.mark(chosen)
        self._show_cards()

    def show_prices(self, prices: Mapping[str, Decimal | None]) -> None:
        """Show what 1,000 rows of this job cost with each model."""
        for model_id, card in self._cards.items():
            if not card.isEnabled():
                continue
            price = prices.get(model_id)
            card.set_price(in_dollars(price), "per 1,000 rows" if price is not None else "")

    def mark(self, model_id: str) -> None:
        """Show which model is chosen, also one that is not among the first.

        One that has ended since is not chosen any more, but stays to be seen with its mark.
        """
        card = self._cards.get(model_id)
        if card is not None:
            if card.isEnabled():
                card.setChecked(True)
            else:
                self._ended = model_id
            self._show_cards()

    @property
    def current(self) -> str:
        """The id of the chosen model; empty when there is none."""
        return next((name for name, card in self._cards.items() if card.isChecked()), "")

    def fold(self) -> None:
        """Show the first models only, and the chosen one, as before anybody asked for more."""
        self._unfolded, self._ended = False, ""
        self._show_cards()

    @Slot()
    def _fold(self) -> None:
        self._unfolded = not self._unfolded
        self._show_cards()

    def _show_cards(self) -> None:
        for model_id, card in self._cards.items():
            kept = card.isChecked() or model_id in (*self._first, self._ended)
            card.setVisible(self._unfolded or kept)
        self._more.setText(_FEWER if self._unfolded else _MORE)

    @Slot(QAbstractButton)
    def _choose(self, pressed: QAbstractButton) -> None:
        self.chosen.emit(next(name for name, card in self._cards.items() if card is pressed))


def _is_usable(model: Model) -> bool:
    return model.batches and model.lifecycle is not Lifecycle.RETIRED


def _card(model: Model, offered: ModelList) -> ModelCard:
    badge = SUGGESTED if model.id == offered.suggested else ""
    mark = offered.marks.get(model.id)
    # That it is for a few is what such a model's hint says already.
    said = mark.short if mark is not None and mark.kind is not MarkKind.LIMITED else ""
    usable = _is_usable(model)
    card = ModelCard(model.name, model.hint, "…" if usable else "—", "", badge=badge, mark=said)
    card.setEnabled(usable)
    card.setObjectName(f"model-{model.id}")
    return card
