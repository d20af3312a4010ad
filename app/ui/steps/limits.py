"""How long an answer may be, with words beside the tokens and whether it is enough."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from app.engine.replies import EstimateReply
from app.ui.held import hold_width
from app.ui.widgets.advised_field import advised_field
from app.ui.widgets.card import Card
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.number_field import NumberField


class LongestAnswer(Card):
    """The longest answer in tokens, with words beside it and whether it is enough."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.field = NumberField(
            0, name="Longest answer, in tokens", lowest=1, step=10, unit="tokens"
        )
        self.field.setObjectName("longest-answer")
        hold_width(self.field, 136)
        self._icon = IconView("triangle-alert", "warn", 14)
        self._icon.hide()
        self._advice = Label("", "small", "text2", wrap=True)
        self.setLayout(
            advised_field("Longest answer allowed", self.field, self._icon, self._advice)
        )
        self.field.valueChanged.connect(self.changed)

    def show_tokens(self, tokens: int, most: int) -> None:
        """Show a longest answer, and the most that the model can write."""
        blocker = QSignalBlocker(self.field)
        self.field.setMaximum(max(most, 1))
        self.field.setValue(tokens)
        blocker.unblock()

    def show_advice(self, reply: EstimateReply) -> None:
        """Say how many words that is, and whether the answer columns fit."""
        self._advice.setText(reply.advice)
        self._advice.set_ink("warnText" if reply.tight else "text2")
        self._icon.setVisible(reply.tight)
