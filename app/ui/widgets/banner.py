"""The message above what it is about: what stopped, what waits, what is good to know."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.ui.layouts import box, column, row
from app.ui.paint import rounded
from app.ui.theme import THEME
from app.ui.widgets.announce import announce
from app.ui.widgets.button import Button
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.tone import Tone


class Banner(QWidget):
    """A bold sentence, a plain sentence, and at most one button with one field left of it."""

    def __init__(
        self,
        tone: Tone,
        title: str,
        text: str = "",
        *,
        icon: str = "",
        field: QWidget | None = None,
        button: Button | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tone = tone
        self._icon = IconView(icon or tone.icon, tone.ink)
        self._title = Label(title, "bodyM", tone.ink, wrap=True)
        self._text = Label(text, "small", "text2", wrap=True)
        self._text.setVisible(bool(text))
        words = column(self._title, self._text, gap=2)
        line = row(box(column(self._icon, None, margins=(0, 2, 0, 0))), gap=10)
        line.addLayout(words, 1)
        for extra in (field, button):
            if extra is not None:
                line.addWidget(extra, 0, Qt.AlignmentFlag.AlignVCenter)
        line.setContentsMargins(12, 10, 12, 10)
        self.setLayout(line)
        THEME.changed.connect(self._restyle)

    def say(self, tone: Tone, title: str, text: str = "", *, icon: str = "") -> None:
        """Say something else in the same place."""
        self._tone = tone
        self._icon.show_icon(icon or tone.icon, tone.ink)
        self._title.setText(title)
        self._title.set_ink(tone.ink)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.update()
        if self.isVisible():
            announce(self, self.sentence)

    @property
    def sentence(self) -> str:
        """All that the banner says, in one line."""
        return f"{self._title.text().rstrip('.')}. {self._text.text()}".strip()

    def showEvent(self, event: QShowEvent) -> None:
        """Tell a screen reader that something needs attention."""
        super().showEvent(event)
        announce(self, self.sentence)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the soft fill."""
        rounded(QPainter(self), QRectF(self.rect()), 8, self._tone.soft)

    @Slot()
    def _restyle(self) -> None:
        self.update()
