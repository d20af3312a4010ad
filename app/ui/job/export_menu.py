"""The menu of the export button: the format, which rows, which columns, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from app.core.job import RowState
from app.engine.verbs import Export
from app.ui.widgets.menu import Menu

_SEPARATORS = (("Comma, or tab in a .tsv", None), ("Semicolon", ";"), ("Tab", "\t"))


@dataclass(slots=True)
class ExportWishes:
    """What the person chose in the menu; kept while the window is open."""

    only_shown: bool = False
    with_usage: bool = False
    delimiter: str | None = None

    def verb(self, job: str, path: str, shown: tuple[RowState, ...]) -> Export:
        """Return the verb that writes the file."""
        states = shown if self.only_shown else ()
        return Export(
            job, path, states=states, with_usage=self.with_usage, delimiter=self.delimiter
        )


class ExportMenu(Menu):
    """Emits `export_asked` when a format is chosen; the other entries change the wishes."""

    export_asked = Signal()

    def __init__(self, wishes: ExportWishes, shown: str = "", parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("export-menu")
        self._wishes = wishes
        self.add("CSV (.csv)…", self._ask, icon="table-2", shortcut="Ctrl+E")
        self.addSeparator()
        if shown:
            only = self._check(f"Only the rows shown: {shown}", on=wishes.only_shown)
            only.toggled.connect(self._set_only_shown)
        usage = self._check("Include tokens and cost", on=wishes.with_usage)
        usage.toggled.connect(self._set_with_usage)
        self.addSeparator()
        self.addMenu(self._separators())

    def _check(self, text: str, *, on: bool) -> QAction:
        action = QAction(text, self)
        action.setCheckable(True)
        action.setChecked(on)
        self.addAction(action)
        return action

    def _separators(self) -> QMenu:
        menu = Menu(self)
        menu.setTitle("Separator")
        group = QActionGroup(menu)
        for words, sign in _SEPARATORS:
            action = QAction(words, menu)
            action.setCheckable(True)
            action.setData(sign)
            action.setChecked(sign == self._wishes.delimiter)
            group.addAction(action)
            menu.addAction(action)
        group.triggered.connect(self._set_delimiter)
        return menu

    @Slot()
    def _ask(self) -> None:
        self.export_asked.emit()

    @Slot(bool)
    def _set_only_shown(self, on: bool) -> None:
        self._wishes.only_shown = on

    @Slot(bool)
    def _set_with_usage(self, on: bool) -> None:
        self._wishes.with_usage = on

    @Slot(QAction)
    def _set_delimiter(self, action: QAction) -> None:
        self._wishes.delimiter = action.data()
