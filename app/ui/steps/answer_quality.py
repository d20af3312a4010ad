"""How carefully the model is to answer, in plain words, with what that means for this model."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.core.catalog import Model
from app.core.quality import Quality, choices, meaning, same_choice
from app.ui.layouts import column, row
from app.ui.widgets.card import Card
from app.ui.widgets.label import Label
from app.ui.widgets.segmented import Segmented

_WORDS = {
    Quality.QUICK: "Quick",
    Quality.CAREFUL: "Careful",
    Quality.THOROUGH: "Thorough",
}


class AnswerQuality(Card):
    """Quick, careful or thorough: as many of them as differ for the model."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._quality = Quality.QUICK
        self._model: Model | None = None
        title = Label("Answer quality", "bodyS")
        self.choice = Segmented(tuple(_WORDS.values()), name="Answer quality")
        self.choice.setObjectName("answer-quality")
        title.setBuddy(self.choice)
        self._hint = Label("", "small", "text2", wrap=True)
        line = row(gap=24, margins=(16, 10, 16, 10))
        line.addLayout(column(title, self._hint, gap=2), 1)
        line.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(line)
        self.choice.chosen.connect(self._choose)

    @property
    def quality(self) -> Quality:
        """The quality that was set or chosen, also where it means the same as a lesser one."""
        return self._quality

    def show_quality(self, quality: Quality) -> None:
        """Show the quality of a job."""
        self._quality = quality
        self._mark()

    def show_model(self, model: Model, max_tokens: int) -> None:
        """Offer what differs for a model, and say what the choice means for answers this long."""
        self._model = model
        offered = choices(model)
        for place, (quality, words) in enumerate(_WORDS.items()):
            self.choice.offer(place, words, offered=quality in offered)
        self.choice.setVisible(len(offered) > 1)
        self._mark()
        self._say(max_tokens)

    def _mark(self) -> None:
        """Mark the segment that is the quality, or that means the same to the model."""
        shown = same_choice(self._model, self._quality) if self._model else self._quality
        self.choice.choose(list(_WORDS).index(shown))

    def _say(self, max_tokens: int) -> None:
        if self._model is not None:
            said = meaning(self._model, self._quality, max_tokens)
            self._hint.setText(said)
            self.choice.setAccessibleDescription(said)

    @Slot(object)
    def _choose(self, place: int) -> None:
        self._quality = list(_WORDS)[place]
        self.changed.emit()
