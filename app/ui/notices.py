"""The strip above every screen for what concerns the whole window."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from app.ui.layouts import column
from app.ui.widgets.banner import Banner
from app.ui.widgets.button import Button
from app.ui.widgets.tone import Tone


class Notices(QWidget):
    """Shows one sentence until the person has read it; hidden while there is none."""

    def __init__(self) -> None:
        super().__init__()
        seen = Button("Got it", size=28)
        seen.setObjectName("notice-seen")
        seen.clicked.connect(self.hide)
        self._banner = Banner(Tone.WARN, "", button=seen)
        self.setLayout(column(self._banner, margins=(24, 12, 24, 0)))
        self.hide()

    @Slot(object)
    def say(self, sentence: str) -> None:
        """Show a sentence; what follows its first full stop is the smaller print."""
        self._show(sentence, Tone.WARN)

    @Slot(object)
    def tell(self, sentence: str) -> None:
        """Show a sentence that is good news."""
        self._show(sentence, Tone.OK)

    def _show(self, sentence: str, tone: Tone) -> None:
        title, _, rest = sentence.partition(". ")
        self._banner.say(tone, title if rest else title.rstrip("."), rest)
        self.show()
