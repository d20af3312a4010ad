"""The list of columns that opens when a person types { in the instructions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtWidgets import QCompleter, QListView, QTextEdit

from app.core.table import Column
from app.ui.theme import THEME
from app.ui.widgets.column_look import column_icon

_OPENING = re.compile(r"(?<!\{)(\{{1,2})[ \t]*([^{}\n]*)\Z")
_WIDTH = 260
_ROWS = 8


def opening(text: str) -> tuple[int, str] | None:
    """Return where an unfinished placeholder at the end of `text` starts, and what is typed of it.

    Four braces stand for two literal ones, so more than two in a row ask for no column.
    """
    match = _OPENING.search(text)
    return (match.start(1), match.group(2)) if match else None


class _Columns(QAbstractListModel):
    """The columns with the icons of their kinds."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._columns: tuple[Column, ...] = ()

    def show(self, columns: Sequence[Column]) -> None:
        self.beginResetModel()
        self._columns = tuple(columns)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self._columns)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if not index.isValid():
            return None
        column = self._columns[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return column.name
        if role == Qt.ItemDataRole.DecorationRole:
            return THEME.icon(column_icon(column.kind), "text3")
        return None


class _List(QListView):
    """The list itself, dressed like a menu."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("column-list")
        self.setAccessibleName("Columns")
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(16, 16))
        self._dress()
        THEME.changed.connect(self._dress)

    @Slot()
    def _dress(self) -> None:
        c = THEME.hex
        self.setFont(THEME.font("body"))
        self.setStyleSheet(
            f"QListView {{ background: {c('surface')}; color: {c('text')};"
            f" border: 1px solid {c('lineStrong')}; outline: 0; }}"
            f"QListView::item {{ min-height: {THEME.px(28)}px; padding: 0 6px; }}"
            f"QListView::item:selected {{ background: {c('accentSoft')};"
            f" color: {c('accentText')}; }}"
        )


class ColumnCompleter(QCompleter):
    """Offers the columns while a placeholder is being typed; `activated[str]` names the choice."""

    def __init__(self, editor: QTextEdit) -> None:
        super().__init__(editor)
        self._columns = _Columns(self)
        self.setModel(self._columns)
        self._list = _List()
        self.setPopup(self._list)
        self.setWidget(editor)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setMaxVisibleItems(_ROWS)
        self._editor = editor

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Offer these columns."""
        self._columns.show(columns)

    def offer(self, typed: str) -> None:
        """Show the columns that match what is typed, the first one chosen."""
        if typed != self.completionPrefix():
            self.setCompletionPrefix(typed)
        if not self.completionCount():
            self.withdraw()
            return
        place = self._editor.cursorRect()
        place.translate(self._editor.viewport().pos())
        place.setWidth(THEME.px(_WIDTH))
        self.complete(place)
        self._list.setCurrentIndex(self.completionModel().index(0, 0))

    def withdraw(self) -> None:
        """Close the list."""
        self._list.hide()

    @property
    def is_open(self) -> bool:
        """Whether the list is on the screen."""
        return self._list.isVisible()
