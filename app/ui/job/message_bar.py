"""The place of the one banner above a job."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from app.ui.job.message import Act, Message
from app.ui.layouts import column
from app.ui.widgets.banner import Banner
from app.ui.widgets.button import Button
from app.ui.widgets.tone import Tone


class MessageBar(QWidget):
    """Shows a message, or takes no room at all."""

    acted = Signal(object)
    """The Message whose button was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._message: Message | None = None
        self._button = Button("", size=32)
        self._button.setObjectName("banner-button")
        self._button.clicked.connect(self._on_pressed)
        self._banner = Banner(Tone.RUN, "", button=self._button)
        self.setLayout(column(self._banner, margins=(24, 16, 24, 0)))
        self.hide()

    @property
    def message(self) -> Message | None:
        """What is shown."""
        return self._message

    def show_message(self, message: Message | None) -> None:
        """Show a message, or none; the same again is not announced again."""
        if message == self._message:
            return
        self._message = message
        self.setVisible(message is not None)
        if message is None:
            return
        self._button.setText(message.act.value)
        outside = message.act in (Act.CREDIT, Act.CONSOLE)
        self._button.set_icon("external-link" if outside else "")
        self._button.setVisible(message.act is not Act.NOTHING)
        self._button.set_kind("primary" if message.tone is Tone.BAD else "secondary")
        self._banner.say(message.tone, message.title, message.text, icon=message.icon)

    def rest(self) -> None:
        """Let the button rest until something has come of it: what it does may cost money."""
        self._button.setEnabled(False)

    def free(self) -> None:
        """Let the button be pressed again."""
        self._button.setEnabled(True)

    @Slot()
    def _on_pressed(self) -> None:
        if self._message is not None:
            self.acted.emit(self._message)
