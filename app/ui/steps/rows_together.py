"""How many rows share a request, with what that saves and what it means for the answers."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from app.core.job import JobSettings
from app.core.money_words import about
from app.core.together import MOST_TOGETHER
from app.engine.replies import EstimateReply
from app.ui.held import hold_width
from app.ui.widgets.advised_field import advised_field
from app.ui.widgets.card import Card
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.number_field import NumberField

_DEARER, _ALONE = "together_dearer", "alone"
SAID_HERE = frozenset({"together", "together_quality", _DEARER, _ALONE})
"""The notes on a price that stand in this card."""


class RowsTogether(Card):
    """The rows per request; shown where several are asked already, or would save money."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.field = NumberField(1, name="Rows per request", lowest=1, highest=MOST_TOGETHER)
        self.field.setObjectName("rows-per-request")
        hold_width(self.field, 136)
        self._icon = IconView("triangle-alert", "warn", 14)
        self._advice = Label("", "small", "text2", wrap=True)
        self.setLayout(advised_field("Rows per request", self.field, self._icon, self._advice))
        self.field.valueChanged.connect(self.changed)
        self.hide()

    def show_settings(self, settings: JobSettings) -> None:
        """Show how many rows a job asks in one request."""
        blocker = QSignalBlocker(self.field)
        self.field.setValue(settings.rows_per_request)
        blocker.unblock()
        if settings.rows_per_request > 1:
            self.show()

    def show_estimate(self, reply: EstimateReply) -> None:
        """Say what several rows per request save, or would save."""
        is_several, saving = self.field.value() > 1, reply.estimate.together_usd
        said = {note.code: note.text for note in reply.notes if note.code in SAID_HERE}
        texts = list(said.values())
        if is_several and saving:
            texts.insert(0, f"Saves {about(saving)}.")
        is_odd = not said.keys().isdisjoint({_DEARER, _ALONE})
        self._icon.setVisible(is_odd)
        self._advice.set_ink("warnText" if is_odd else "text2")
        self._advice.setText(" ".join(texts))
        self.setVisible(is_several or bool(texts))
