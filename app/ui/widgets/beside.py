"""Content with a panel beside it that stays in view while the content scrolls."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QWidget

from app.ui.layouts import row
from app.ui.theme import THEME

_WIDE_WINDOW = 1200
_WIDTH, _NARROW_WIDTH = 340, 288
_PADDING, _ABOVE, _BELOW = 24, 16, 20
_LOWER = 440
"""How high the panel is where it lies below the content."""
_ANY_WIDTH = 0xFFFFFF
"""What Qt takes for no limit."""


class Beside(QWidget):
    """Lays the panel right of the content, as high as what is seen of the page around them.

    Where the page is too narrow for both, the panel lies below the content and scrolls with it.
    """

    def __init__(self, content: QWidget, panel: QWidget) -> None:
        super().__init__()
        self._content, self._panel = content, panel
        self._area: QScrollArea | None = None
        self._slot = QWidget()
        """Keeps the panel's place in the layout."""
        self._body = row(gap=_PADDING, margins=(_PADDING, _ABOVE, _PADDING, _BELOW))
        self._body.addWidget(content, 1)
        self._body.addWidget(self._slot)
        self.setLayout(self._body)
        panel.setParent(self)

    def minimumSizeHint(self) -> QSize:
        """Return the width of the content alone: the panel goes below it if need be."""
        width = max(part.minimumSizeHint().width() for part in (self._content, self._panel))
        return QSize(width + 2 * _PADDING, super().minimumSizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the page that this lies in."""
        super().showEvent(event)
        if self._area is None and (area := _page_of(self)) is not None:
            self._area = area
            area.viewport().installEventFilter(self)
            area.verticalScrollBar().valueChanged.connect(self._place)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the panel less room in a small window, and put it below in a tiny one."""
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        """Look again whether the panel has room beside the content, when that has grown."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return handled

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Follow the height of the page."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _arrange(self) -> None:
        wide = self.window().width() >= _WIDE_WINDOW
        width = THEME.px(_WIDTH if wide else _NARROW_WIDTH)
        beside = self.width() >= self._content.minimumSizeHint().width() + width + 3 * _PADDING
        bounds = (width, width, 0) if beside else (0, _ANY_WIDTH, THEME.px(_LOWER))
        slot = self._slot
        if bounds != (slot.minimumWidth(), slot.maximumWidth(), slot.minimumHeight()):
            direction = QBoxLayout.Direction
            self._body.setDirection(direction.LeftToRight if beside else direction.TopToBottom)
            slot.setMinimumSize(bounds[0], bounds[2])
            slot.setMaximumWidth(bounds[1])
        self._place()

    @Slot()
    def _place(self) -> None:
        """Put the panel over its place, as far as that is in view."""
        place = self._slot.geometry()
        if self._body.direction() == QBoxLayout.Direction.LeftToRight and self._area is not None:
            seen = self._area.viewport()
            top = max(self.mapFrom(seen, QPoint(0, 0)).y(), 0) + _ABOVE
            place.moveTop(top)
            place.setHeight(min(seen.height() - _ABOVE - _BELOW, self.height() - _BELOW - top))
        self._panel.setGeometry(place)


def _page_of(widget: QWidget) -> QScrollArea | None:
    """Return the scroll area that a widget lies in."""
    page = widget.parentWidget()
    while page is not None and not isinstance(page, QScrollArea):
        page = page.parentWidget()
    return page
