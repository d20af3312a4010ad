"""The foot of the sidebar: practice, or connected with which key; and the way to the settings."""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.core.job import Mode
from app.engine.replies import KeyReply
from app.ui.layouts import box, column, row
from app.ui.widgets.button import Button
from app.ui.widgets.card import Card
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label

_NEEDS_A_LOOK = frozenset({"locked", "silent", "rejected", "unreachable"})
"""Outcomes whose sentence the person should read, since a key is there and cannot be used."""
PRACTICE = "Nothing is sent or charged."


class KeyCard(Card):
    """A card in practice; a plain pair of lines once a key is connected; icons in the rail."""

    settings_wanted = Signal()
    key_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(radius=10)
        self._narrow = False
        self._practice = True
        self._sign = IconView("shield-check", "accent")
        self._title = Label("Practice mode", "bodyS")
        self._text = Label(PRACTICE, "small", "text2", wrap=True)
        self._settings = IconButton("settings", "Settings", size=28)
        self._settings.setObjectName("settings")
        self._connect_key = Button("Connect API key…", icon="key-round", wide=True)
        self._connect_key.setObjectName("connect-key")
        self._rail_settings = IconButton("settings", "Settings", size=40)
        self._rail_sign = IconButton("shield-check", "Practice mode", size=40, ink="accent")
        head = row(self._sign, self._title, None, self._settings, gap=8)
        self._wide = box(column(head, self._text, 2, self._connect_key, gap=3))
        self._rail = box(column(self._rail_settings, self._rail_sign, gap=6))
        self._lines = column(self._wide, self._rail, gap=0, margins=(12, 6, 12, 12))
        self.setLayout(self._lines)
        for button in (self._settings, self._rail_settings):
            button.clicked.connect(self.settings_wanted)
        self._connect_key.clicked.connect(self.key_wanted)
        self._rail_sign.clicked.connect(self._on_sign)

    def show_key(self, mode: Mode, key: KeyReply | None) -> None:
        """Say whether work is practice or real, and with which key."""
        self._practice = mode is Mode.PRACTICE
        sign, token = ("shield-check", "accent") if self._practice else ("circle-check", "ok")
        title = "Practice mode" if self._practice else "Connected"
        self._sign.show_icon(sign, token)
        self._rail_sign.set_icon(sign, token)
        self._title.setText(title)
        self._text.setText(_sentence(mode, key))
        self._rail_sign.rename(f"{title}: {self._text.text()}")
        self._connect_key.setVisible(self._practice)
        self._dress()

    def set_narrow(self, *, narrow: bool) -> None:
        """Show two icons instead of words."""
        self._narrow = narrow
        self._wide.setVisible(not narrow)
        self._rail.setVisible(narrow)
        margins = (0, 0, 0, 0) if narrow else (12, 6, 12, 12)
        self._lines.setContentsMargins(*margins)
        self._dress()

    def _dress(self) -> None:
        card = self._practice and not self._narrow
        self.set_look("surface" if card else "", "line" if card else "")

    def _on_sign(self) -> None:
        (self.key_wanted if self._practice else self.settings_wanted).emit()


def _sentence(mode: Mode, key: KeyReply | None) -> str:
    if mode is Mode.PRACTICE:
        return key.sentence if key is not None and key.outcome in _NEEDS_A_LOOK else PRACTICE
    ending = f"API key ending in {key.ending}" if key is not None and key.ending else "API key"
    return f"{ending}, until you close Sheaf" if key and key.outcome == "session" else ending
