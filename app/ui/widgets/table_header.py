"""The header of a table: names, kinds, the tint of answers, the sort mark."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from app.ui.paint import LEFT, RIGHT, line_of_text, rounded, square
from app.ui.theme import THEME
from app.ui.widgets.pill import paint_pill, pill_width
from app.ui.widgets.table_cells import Column, Group
from app.ui.widgets.tone import Tone

PADDING = 12
_GROUP = 44


class TableHeader(QHeaderView):
    """Two lines where the columns have kinds, else one; sections are resized by hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._columns: Sequence[Column] = ()
        self._groups: Sequence[Group] = ()
        self.setHighlightSections(False)
        self.setMinimumSectionSize(40)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setStretchLastSection(False)
        THEME.changed.connect(self._restyle)

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show these columns."""
        self._columns = columns
        self.setSectionsClickable(any(column.sortable for column in columns))
        self._restyle()

    @property
    def tall(self) -> bool:
        """Whether the header has two lines."""
        return any(column.kind for column in self._columns)

    def set_groups(self, groups: Sequence[Group]) -> None:
        """Show headings above the columns that belong together."""
        self._groups = tuple(groups)
        self._restyle()

    @property
    def _heading(self) -> int:
        """How high the headings of groups are, if there are any."""
        return THEME.px(_GROUP) if self._groups else 0

    def sizeHint(self) -> QSize:
        """Return the height of one or two lines, below the headings of groups."""
        height = THEME.px(52 if self.tall else 36) + self._heading
        return QSize(super().sizeHint().width(), height)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        """Draw one column's header."""
        if logicalIndex >= len(self._columns):
            return
        column = self._columns[logicalIndex]
        painter.save()
        painter.fillRect(rect, THEME.colour("answerHead" if column.answer else "sunken"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), THEME.colour("line"))
        if column.edge:
            painter.fillRect(rect.left(), rect.top(), 1, rect.height(), THEME.colour("lineStrong"))
        self._paint_group(painter, rect, logicalIndex)
        inner = QRectF(rect).adjusted(PADDING, self._heading, -PADDING, -1)
        sorted_by = self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex
        if self.tall:
            self._paint_two_lines(painter, inner, column, sorted_by=sorted_by)
        else:
            self._paint_name(painter, inner, column, sorted_by=sorted_by)
        painter.restore()

    def _paint_group(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw as much of a group's heading as lies above this column."""
        found = next(
            (group for group in self._groups if group.first <= section <= group.last), None
        )
        if found is None:
            return
        painter.save()
        painter.setClipRect(rect)
        left = self.sectionViewportPosition(found.first)
        end = self.sectionViewportPosition(found.last) + self.sectionSize(found.last)
        paint_group(painter, QRectF(left, rect.top(), end - left, self._heading), found)
        painter.restore()

    def _paint_two_lines(
        self, painter: QPainter, inner: QRectF, column: Column, *, sorted_by: bool
    ) -> None:
        line = THEME.line("body")
        top = inner.top() + round((inner.height() - 2 * line + 4) / 2) - 2
        upper = QRectF(inner.left(), top, inner.width(), line)
        self._paint_name(painter, upper, column, sorted_by=sorted_by)
        lower = upper.translated(0, line - 1)
        ink = "answerText" if column.answer else "text3"
        align = RIGHT if column.right else LEFT
        line_of_text(painter, lower, column.kind, "small", ink, align)
        if column.tag:
            _paint_tag(painter, lower, column)

    def _paint_name(
        self, painter: QPainter, area: QRectF, column: Column, *, sorted_by: bool
    ) -> None:
        ink = "answerText" if column.answer else ("text" if self.tall else "text2")
        room = area.adjusted(0, 0, -18, 0) if sorted_by and not column.right else area
        if sorted_by:
            self._paint_arrow(painter, area, column)
        align = RIGHT if column.right else LEFT
        line_of_text(painter, room, column.name, "smallS", ink, align)

    def _paint_arrow(self, painter: QPainter, area: QRectF, column: Column) -> None:
        up = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        width = THEME.width(column.name, "smallS")
        x = min(area.left() + width + 4, area.right() - 14)
        if column.right:
            x = max(area.left() - 8, area.right() - width - 18)
        mark = square(x, area.center().y(), 14)
        THEME.paint_icon(painter, "chevron-up" if up else "chevron-down", mark, "text2")

    @Slot()
    def _restyle(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        self.viewport().update()


def _paint_tag(painter: QPainter, line: QRectF, column: Column) -> None:
    """Draw the small word that marks a column, as ID does."""
    width = THEME.width(column.tag, "smallM") + 16
    beside = THEME.width(column.kind, "small") + 8
    if beside + width > line.width() + PADDING - 2:
        return
    # On the inner side of the kind, which in a column of numbers ends at the right.
    left = line.right() - beside - width if column.right else line.left() + beside
    height = THEME.px(16)
    box = QRectF(left, round(line.center().y() - height / 2), width, height)
    rounded(painter, box, 6, "chipA")
    line_of_text(painter, box.adjusted(8, 0, 0, 0), column.tag, "smallM", "chipAText")


def paint_group(painter: QPainter, area: QRectF, group: Group) -> None:
    """Draw a group's name over its detail, and its pill at the right."""
    room = area.adjusted(PADDING, 7, -PADDING, -1)
    line = THEME.line("small")
    upper = QRectF(room.left(), room.top(), room.width(), line)
    line_of_text(painter, upper.translated(0, line + 2), group.detail, "small", "answerText")
    if group.pill:
        width = pill_width(group.pill, group.icon) + 1
        place = QRectF(upper.right() - width, upper.top() - 1, width, line)
        paint_pill(painter, place, group.pill, Tone.RUN, group.icon)
        upper.setRight(place.left() - 8)
    line_of_text(painter, upper, group.name, "smallS", "answerText")
