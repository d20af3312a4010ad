"""The main menu, the commands that are heard everywhere, and the dialogs that they open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtWidgets import QDialog, QMainWindow, QWidget

from app.ui.actions import COMMANDS, command
from app.ui.desk import Desk
from app.ui.dialogs.about import AboutDialog
from app.ui.dialogs.first_key import FirstKeyDialog
from app.ui.dialogs.settings import SettingsDialog
from app.ui.dialogs.shortcuts import ShortcutsDialog
from app.ui.theme import THEME
from app.ui.widgets.menu import Menu

_ORDER = (
    "new_job", "choose_file", "choose_folder", "", "settings", "keyboard", "about", "", "quit",
)  # fmt: skip


class WindowMenu(QObject):
    """Belongs to the window; `actions` holds the commands by name."""

    def __init__(
        self,
        desk: Desk,
        window: QMainWindow,
        new_job: Callable[[], object],
        choose_file: Callable[[], object],
        choose_folder: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        slots: dict[str, Callable[[], object]] = {
            "new_job": new_job,
            "choose_file": choose_file,
            "choose_folder": choose_folder,
            "settings": self.open_settings,
            "keyboard": self.open_keyboard,
            "about": self.open_about,
            "quit": window.close,
        }
        self.actions = {
            name: command(window, name, slot, everywhere=True) for name, slot in slots.items()
        }
        self._menu = Menu(window)

    @Slot(object)
    def show_below(self, button: QWidget) -> None:
        """Open the main menu below a button."""
        self._menu.clear()
        for name in _ORDER:
            if not name:
                self._menu.addSeparator()
            else:
                action = self.actions[name]
                action.setIcon(THEME.icon(COMMANDS[name].icon))
                self._menu.addAction(action)
        self._menu.popup(button.mapToGlobal(QPoint(0, button.height() + 4)))

    @Slot()
    def open_settings(self) -> None:
        """Open the settings."""
        self._open(SettingsDialog(self._desk, self._window))

    @Slot()
    def open_first_key(self) -> None:
        """Open the walkthrough to a first key."""
        self._open(FirstKeyDialog(self._desk, self._window))

    @Slot()
    def open_keyboard(self) -> None:
        """Open the keyboard list."""
        self._open(ShortcutsDialog(self._window))

    @Slot()
    def open_about(self) -> None:
        """Say which Sheaf this is."""
        self._open(AboutDialog(self._desk, self._window))

    def _open(self, dialog: QDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
