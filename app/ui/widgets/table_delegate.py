"""Painting a table's cells, and little enough of it that scrolling stays smooth."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from math import ceil
from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from app.ui.paint import LEFT, RIGHT, line_of_text, rounded, square
from app.ui.plain_text import as_tooltip, one_line
from app.ui.theme import THEME
from app.ui.widgets.pill import paint_pill
from app.ui.widgets.progress import paint_batch_bar
from app.ui.widgets.table_cells import LOOK_ROLE, MISSING, Column, Look
from app.ui.widgets.table_header import PADDING

Index = QModelIndex | QPersistentModelIndex

_log = logging.getLogger(__name__)
_PLAIN = Look()
_ICON = 16
_MARK = 14


@lru_cache(maxsize=8192)
def _fitted(text: str, role: str, width: int, _look: int) -> str:
    """Shorten a cell's text once per width; the last argument tells text sizes apart."""
    return THEME.elided(one_line(text), role, width)


class TableDelegate(QStyledItemDelegate):
    """Draws text, icons, pills and bars in the tints of their column and row."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._columns: Sequence[Column] = ()
        self._complained = False
        self.hovered_row = -1
        THEME.changed.connect(self._restyle)

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Draw cells of these columns."""
        self._columns = columns

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell; a mistake in a cell is logged once instead of at every frame."""
        try:
            self._paint(painter, option, index)
        except Exception:  # noqa: BLE001  # raised again at each repaint, it would flood the log
            if not self._complained:
                self._complained = True
                _log.exception("A table cell could not be drawn.")

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size that shows the whole text, for the first rows only."""
        column = self._columns[index.column()]
        text = one_line(str(index.data() or ""))
        look = cast("Look", index.data(LOOK_ROLE) or _PLAIN)
        icon = bool(look.icon) or look.differs
        width = needed_for(text, look.role or column.role, icon=icon)
        return QSize(width, THEME.px(34))

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Show the whole text of a shortened cell, letter by letter."""
        text = str(index.data() or "") if index.isValid() else ""
        room = option.rect.width() - 2 * PADDING
        column = self._columns[index.column()] if index.isValid() else None
        if column is None or _fitted(text, column.role, room, THEME.percent) == text:
            QToolTip.hideText()
            return True
        QToolTip.showText(event.globalPos(), as_tooltip(text), view)
        return True

    def _paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = option.rect
        column = self._columns[index.column()]
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, THEME.colour(self._fill(column, index.row(), selected=selected)))
        rule = QRect(rect.left(), rect.bottom(), rect.width(), 1)
        painter.fillRect(rule, THEME.colour("line"))
        if selected and index.column() == 0:
            bar = QRect(rect.left(), rect.top(), 3, rect.height())
            painter.fillRect(bar, THEME.colour("accent"))
        if column.edge:
            painter.fillRect(rect.left(), rect.top(), 1, rect.height(), THEME.colour("lineStrong"))
        text = str(index.data() or "")
        look = cast("Look", index.data(LOOK_ROLE) or _PLAIN)
        inner = rect.adjusted(PADDING, 0, -PADDING, -1)
        if look.differs:
            _paint_difference(painter, QRectF(rect), text)
        elif look is _PLAIN or not (look.icon or look.pill or look.bar):
            _paint_text(painter, inner, text, column, look)
        else:
            _paint_special(painter, inner, text, column, look)

    def _fill(self, column: Column, row: int, *, selected: bool) -> str:
        if selected:
            return "answerSel" if column.answer else "selected"
        if row == self.hovered_row:
            return "answerHead" if column.answer else "hover"
        return "answer" if column.answer else "surface"

    @Slot()
    def _restyle(self) -> None:
        _fitted.cache_clear()


def needed_for(text: str, role: str, *, icon: bool) -> int:
    """Return the width of a column that shows a whole text."""
    sign = 2 * THEME.px(_ICON) if icon else 0
    return ceil(THEME.width(text, role) + 2 * PADDING) + 1 + sign


def _ink(text: str, column: Column, look: Look) -> str:
    if text == MISSING:
        return "text3"
    return look.ink or column.ink


def _paint_text(painter: QPainter, inner: QRect, text: str, column: Column, look: Look) -> None:
    role = look.role or column.role
    painter.setFont(THEME.font(role))
    painter.setPen(THEME.colour(_ink(text, column, look)))
    align = RIGHT if column.right else LEFT
    shown = _fitted(text, role, inner.width(), THEME.percent)
    painter.drawText(inner, align.value | Qt.TextFlag.TextSingleLine.value, shown)


def _paint_difference(painter: QPainter, cell: QRectF, text: str) -> None:
    """Draw a value on the mark that says that another reading of it differs."""
    painter.save()
    mark = cell.adjusted(4, 2, -4, -3)
    rounded(painter, mark, 6, "warnSoft", "warn")
    size = THEME.px(_MARK)
    end = mark.right() - 7 - size
    THEME.paint_icon(painter, "equal-not", square(end, mark.center().y(), size), "warnText")
    words = QRectF(mark.left() + PADDING - 4, mark.top(), end - mark.left() - 12, mark.height())
    line_of_text(painter, words, one_line(text), "body", "warnText")
    painter.restore()


def _paint_special(painter: QPainter, inner: QRect, text: str, column: Column, look: Look) -> None:
    painter.save()
    area = QRectF(inner)
    if look.pill is not None:
        paint_pill(painter, area, text, look.pill, look.icon)
    elif look.bar is not None:
        bar = QRectF(area.left(), round(area.center().y() - 3), area.width(), 6)
        paint_batch_bar(painter, bar, look.bar)
    else:
        ink = look.icon_ink or _ink(text, column, look)
        THEME.paint_icon(
            painter, look.icon, square(area.left(), area.center().y(), THEME.px(_ICON)), ink
        )
        words = area.adjusted(THEME.px(_ICON) + 8, 0, 0, 0)
        role = look.role or column.role
        line_of_text(painter, words, one_line(text), role, _ink(text, column, look))
    painter.restore()
