"""Spreadsheets and folders held over the window and let go, on any screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.ui.first_run import KINDS, FirstRun
from app.ui.spreadsheets import dropped_files
from app.ui.widgets.drop_overlay import DropOverlay

LET_GO = "Let go to add this spreadsheet"
LET_FOLDER_GO = "Let go to add this folder"
LET_ALL_GO = "Let go to add these {n}"


class Drops(QObject):
    """Listens to the window's drags; emits `dropped` with the files that were let go."""

    dropped = Signal(object)

    def __init__(self, window: QWidget, pages: QStackedWidget, first_run: FirstRun) -> None:
        super().__init__(window)
        self._window = window
        self._pages = pages
        self._first_run = first_run
        self._overlay = DropOverlay(LET_GO, KINDS, pages)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take files; leave everything else to Qt."""
        kind = event.type()
        if kind in {QEvent.Type.DragEnter, QEvent.Type.DragMove}:
            return self._hold(event)
        if kind == QEvent.Type.DragLeave:
            self._rest()
        elif kind == QEvent.Type.Drop:
            return self._take(event)
        return False

    def _hold(self, event: Any) -> bool:
        files = dropped_files(event.mimeData())
        if not files:
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.DragEnter:
            self._invite(files)
        return True

    def _invite(self, files: list[Path]) -> None:
        sentence = LET_ALL_GO.format(n=len(files))
        if len(files) == 1:
            # By its name only: looking at the disk could keep the window waiting.
            sentence = LET_GO if files[0].suffix else LET_FOLDER_GO
        if self._pages.currentWidget() is self._first_run:
            self._first_run.zone.invite(sentence)
        else:
            self._overlay.cover(self._pages.rect(), sentence)

    def _rest(self) -> None:
        self._first_run.zone.rest()
        self._overlay.hide()

    def _take(self, event: QEvent) -> bool:
        self._rest()
        files = dropped_files(event.mimeData()) if isinstance(event, QDropEvent) else []
        if files and isinstance(event, QDropEvent):
            event.acceptProposedAction()
            self.dropped.emit(files)
        return bool(files)
