"""The ring round the control that has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QWidget,
)

from app.ui.paint import rounded
from app.ui.theme import THEME

_OWN_EDGE = (QLineEdit, QComboBox, QAbstractSpinBox, QAbstractScrollArea)
_MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)
_REACH = 4


class _Ring(QWidget):
    """The overlay itself: a child of the window, so that no layout ever moves for it."""

    def __init__(self) -> None:
        super().__init__()
        self.radius = 7
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw two pixels of ring, two pixels away from the control."""
        rounded(QPainter(self), QRectF(self.rect()), self.radius + _REACH, "", "focus", 2)


class FocusRing(QObject):
    """Follows the keyboard focus through the application; one is made at start and kept.

    It shows for focus that came by the keyboard (Tab, arrows, a shortcut, or `setFocus` with
    ShortcutFocusReason), never for a click. Fields show the focus with their own edge.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._ring: _Ring | None = None
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._by_key = False
        application.focusChanged.connect(self._on_focus)
        THEME.changed.connect(self._place)

    @property
    def target(self) -> QWidget | None:
        """The control that the ring is drawn round, if it is drawn."""
        return self._target

    @Slot(QWidget, QWidget)
    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        by_key = self._came_by_key(old, new)
        self._let_go()
        if new is None or isinstance(new, _OWN_EDGE):
            return
        self._by_key = by_key
        self._watch(new)
        if by_key:
            self._target = new
            self._place()

    def _came_by_key(self, old: QWidget | None, new: QWidget | None) -> bool:
        """Tell whether the keyboard moved the focus.

        Qt marks the window when Tab or a shortcut did; arrow keys inside a group leave no mark, so
        the key press seen by the control before counts too. In a dialog that opens, Enter will
        press something, so the person is shown what.
        """
        if new is None or QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return False
        window = new.window()
        marked = window.testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        window.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange, on=False)
        opening = old is None and isinstance(window, QDialog)
        return marked or opening or self._by_key

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the control as it moves, and notice what the person last used."""
        kind = event.type()
        if kind == QEvent.Type.KeyPress:
            self._by_key = True
        elif kind == QEvent.Type.MouseButtonPress:
            self._by_key = False
            self._hide()
        elif kind in _MOVES:
            self._place()
        return super().eventFilter(watched, event)

    def _watch(self, widget: QWidget) -> None:
        step: QWidget | None = widget
        while step is not None:
            step.installEventFilter(self)
            self._watched.append(step)
            step = None if step.isWindow() else step.parentWidget()

    def _let_go(self) -> None:
        for widget in self._watched:
            try:
                widget.removeEventFilter(self)
            except RuntimeError:  # deleted meanwhile, and its filters with it
                continue
        self._watched.clear()
        self._hide()

    def _hide(self) -> None:
        self._target = None
        if self._ring is not None:
            try:
                self._ring.hide()
            except RuntimeError:  # went down with its window
                self._ring = None

    @Slot()
    def _place(self) -> None:
        target = self._target
        if target is None or not target.isVisible():
            return
        window = target.window()
        ring = self._ring_in(window)
        corner = target.mapTo(window, QPoint())
        shape = QRect(corner, target.size()).adjusted(-_REACH, -_REACH, _REACH, _REACH)
        ring.radius = getattr(target, "focus_radius", 6)
        ring.setGeometry(shape)
        # Scrolled out of sight, a ring would float over something else.
        hidden = target.visibleRegion().boundingRect() != target.rect()
        ring.setVisible(not hidden)
        ring.raise_()

    def _ring_in(self, window: QWidget) -> _Ring:
        ring = self._ring
        if ring is None:
            ring = self._ring = _Ring()
        if ring.parentWidget() is not window:
            ring.setParent(window)
        return ring
