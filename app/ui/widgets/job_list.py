"""The list of jobs in the sidebar: a line each, or an icon each where the sidebar is narrow."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.ui.models.jobs_model import LOOK_ROLE, PATH_ROLE, JobLook
from app.ui.paint import line_of_text, rounded, square
from app.ui.theme import THEME

_Index = QModelIndex | QPersistentModelIndex
_MARGIN = 12
_TEXT_LEFT = 38
_Reason = Qt.FocusReason
_BY_KEY = (_Reason.TabFocusReason, _Reason.BacktabFocusReason, _Reason.ShortcutFocusReason)


class _Lines(QStyledItemDelegate):
    """Paints a job: icon, name, state in words, and a bar while it is at work."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.opened = ""
        self.menu_of = ""
        self.narrow = False
        self.by_key = False
        """The keyboard brought the focus here, so the line it is on is outlined."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Return the height of a line with the gap below it."""
        return QSize(THEME.px(40), THEME.px(46 if self.narrow else 56))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw a job."""
        look, path = index.data(LOOK_ROLE), index.data(PATH_ROLE)
        if not isinstance(look, JobLook):
            return
        area = QRectF(option.rect).adjusted(
            _MARGIN, 0, -_MARGIN, -THEME.px(6 if self.narrow else 4)
        )
        self._paint_ground(painter, area, option, path)
        if self.narrow:
            sign = square(area.center().x() - 8, area.center().y(), 16)
            THEME.paint_icon(painter, look.icon, sign, look.token)
        else:
            _paint_line(painter, area, look)

    def _paint_ground(
        self, painter: QPainter, area: QRectF, option: QStyleOptionViewItem, path: str
    ) -> None:
        state = option.state
        focused = self.by_key and bool(state & QStyle.StateFlag.State_HasFocus)
        if path == self.menu_of or focused:
            rounded(painter, area, 8, "surface", "accent" if path == self.menu_of else "focus", 2)
        elif path == self.opened:
            rounded(painter, area, 8, "surface", "line")
        elif state & QStyle.StateFlag.State_MouseOver:
            rounded(painter, area, 8, "neutralSoft")


def _paint_line(painter: QPainter, area: QRectF, look: JobLook) -> None:
    first, second = THEME.line("bodyM"), THEME.line("small")
    top = area.top() + (area.height() - first - second + 2) / 2 - 2
    sign = square(area.left() + 12, top + first / 2, 16)
    THEME.paint_icon(painter, look.icon, sign, look.token)
    name = QRectF(area.left() + _TEXT_LEFT, top, area.width() - _TEXT_LEFT - 10, first)
    line_of_text(painter, name, look.name, "bodyM")
    words = QRectF(name.left(), top + first - 2, name.width(), second)
    line_of_text(painter, words, look.words, "small", "text2")
    if look.share is not None:
        _paint_bar(painter, QRectF(name.left(), area.bottom() - 5, name.width(), 3), look.share)


def _paint_bar(painter: QPainter, area: QRectF, share: float) -> None:
    rounded(painter, area, 1.5, "track")
    if share > 0:
        done = QRectF(area)
        done.setWidth(max(area.width() * min(share, 1.0), 3))
        rounded(painter, done, 1.5, "accent")


class JobList(QListView):
    """Emits `job_chosen` (path) on a click or Enter, `menu_asked` (path, point on the screen)."""

    job_chosen = Signal(object)
    menu_asked = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = _Lines(self)
        self.setItemDelegate(self._lines)
        self.setObjectName("job-list")
        self.setAccessibleName("Jobs")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)
        THEME.changed.connect(self._restyle)

    @property
    def opened(self) -> str:
        """The path of the job that is open beside the list."""
        return self._lines.opened

    def show_opened(self, path: str) -> None:
        """Mark the job that is open beside the list, or none; the keyboard's place follows it."""
        self._lines.opened = path
        self._make_current(path)
        self.viewport().update()

    def show_menu_of(self, path: str) -> None:
        """Outline the job whose menu is open, or none."""
        self._lines.menu_of = path
        self.viewport().update()

    def set_narrow(self, *, narrow: bool) -> None:
        """Show an icon for each job instead of a line."""
        self._lines.narrow = narrow
        self._restyle()

    def current_path(self) -> str:
        """Return the job that the keyboard is on, else the open one."""
        if self.hasFocus() and self.currentIndex().isValid():
            return str(self.currentIndex().data(PATH_ROLE))
        return self._lines.opened

    @Slot()
    def ask_menu(self) -> None:
        """Ask for the menu of the job that the keyboard is on, below its line."""
        index = self.currentIndex()
        if index.isValid():
            place = self.visualRect(index).center()
            self.menu_asked.emit(index.data(PATH_ROLE), self.viewport().mapToGlobal(place))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the job under the pointer, or under the keyboard."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.ask_menu()
            return
        index = self.indexAt(event.pos())
        if index.isValid():
            self.menu_asked.emit(index.data(PATH_ROLE), event.globalPos())

    def take_focus(self, path: str) -> None:
        """Put the keyboard on a job, without an outline until a key is pressed."""
        self._make_current(path)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_current(self, path: str) -> None:
        model = self.model()
        for row in range(model.rowCount()):
            if model.index(row, 0).data(PATH_ROLE) == path:
                self.setCurrentIndex(model.index(row, 0))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Outline the line that the keyboard is on when the keyboard came here."""
        self._lines.by_key = event.reason() in _BY_KEY
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Outline the line that the keyboard is on."""
        self._lines.by_key = True
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Leave the keyboard's place alone when the menu is asked for."""
        self._lines.by_key = False
        if event.button() != Qt.MouseButton.RightButton:
            super().mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Tint no line any more."""
        super().leaveEvent(event)
        self.viewport().update()

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        self.job_chosen.emit(index.data(PATH_ROLE))

    @Slot()
    def _restyle(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()
