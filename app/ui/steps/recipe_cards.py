"""The recipes: starting points for the instructions."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QWidget

from app.core.recipes import RECIPES
from app.ui.layouts import row
from app.ui.widgets.option_card import OptionCard


class RecipeCards(QWidget):
    """One card a recipe; `chosen` gives the id of the one that the person pressed."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Recipes")
        self._group = QButtonGroup(self)
        line = row(gap=8)
        for number, recipe in enumerate(RECIPES):
            card = OptionCard(recipe.title, recipe.icon)
            card.setObjectName(f"recipe-{recipe.id}")
            self._group.addButton(card, number)
            line.addWidget(card, 1)
        self.setLayout(line)
        self._group.buttonClicked.connect(self._choose)

    def mark(self, recipe_id: str) -> None:
        """Show which recipe the instructions were begun from."""
        numbers = [number for number, recipe in enumerate(RECIPES) if recipe.id == recipe_id]
        self._group.button(numbers[0] if numbers else len(RECIPES) - 1).setChecked(True)

    @Slot(QAbstractButton)
    def _choose(self, card: QAbstractButton) -> None:
        self.chosen.emit(RECIPES[self._group.id(card)].id)
