"""The frame of every dialog: title, body, and a footer with the decision at the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QDialog, QLayout, QScrollArea, QWidget

from app.ui.layouts import box, column, row
from app.ui.theme import THEME
from app.ui.widgets.button import Button
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.panel import Panel

_TITLE_BAR = 48
"""What the system may put over a dialog, in pixels."""


class Dialog(QDialog):
    """A dialog of a fixed width whose height follows its words.

    Esc and the cross are the harmless answer (`reject`). Fill it like this:

        dialog = Dialog(parent, "Cancel this job?", icon="circle-slash", icon_ink="bad")
        dialog.body.addWidget(...)                       # a column with gaps of 12
        dialog.add_note("Nothing is sent until you submit.")   # left in the footer
        dialog.add_button(keep)                          # from left to right, the act last
        dialog.add_button(act, default=True)             # Enter presses it
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        *,
        icon: str = "",
        icon_ink: str = "accent",
        width: int = 520,
        scrolls: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self._pixels, self._width = width, THEME.px(width)
        self._default: Button | None = None
        self._buttons = 0
        self.body: QBoxLayout = column(gap=12, margins=(24, 0, 24, 20))
        self._footer = row(gap=8, margins=(24, 16, 24, 16))
        self._footer.addStretch(1)
        self._foot = Panel(self._footer, fill="sunken", rules="t")
        self._foot.hide()
        lines = column(self._title_row(title, icon, icon_ink), gap=0)
        self._area: QScrollArea | None = None
        if scrolls:
            self._area = _scrolling(self.body)
            lines.addWidget(self._area, 1)
        else:
            lines.addLayout(self.body, 1)
        lines.addWidget(self._foot)
        self._lines = lines
        self.setLayout(lines)
        self.setFixedWidth(self._width)
        THEME.changed.connect(self._resize)

    def add_note(self, text: str) -> None:
        """Explain something at the left of the footer."""
        note = Label(text, "small", "text3", wrap=True)
        self._footer.insertWidget(0, note, 1)
        # The note takes the room itself.
        self._footer.setStretch(self._footer.count() - 1 - self._buttons, 0)
        self._foot.show()

    def add_quiet(self, button: QWidget) -> None:
        """Put an action that decides nothing at the left of the footer."""
        self._footer.insertWidget(0, button)
        self._foot.show()

    def add_button(self, button: Button, *, default: bool = False) -> None:
        """Put a button at the right of the footer; the last one is the act."""
        self._footer.addWidget(button)
        self._buttons += 1
        self._foot.show()
        if default:
            self._default = button

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the default button on Enter in a field; Esc closes harmlessly."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._default is not None and not event.isAutoRepeat():
                self._default.click()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the height that the wrapped words need at this width."""
        super().showEvent(event)
        self.fit()

    @Slot()
    def fit(self) -> None:
        """Take the height that the words need, after they have changed.

        A dialog that scrolls stays as low as the screen wants it.
        """
        # What was hidden just now is still counted until the layouts look again.
        self.body.invalidate()
        self._lines.invalidate()
        height = self._lines.totalHeightForWidth(self._width)
        if self._area is not None:
            whole = self.body.totalHeightForWidth(self._width)
            most = self.screen().availableGeometry().height() - _TITLE_BAR
            height = min(height - self._area.sizeHint().height() + whole, most)
        self.setFixedHeight(max(height, self._lines.totalMinimumSize().height()))
        if self.isVisible():
            self._stay_on_screen()

    def event(self, event: QEvent) -> bool:
        """Look again once the system has put its title bar over the dialog."""
        if event.type() == QEvent.Type.WindowActivate:
            self._stay_on_screen()
        return super().event(event)

    @Slot()
    def _resize(self) -> None:
        self._width = THEME.px(self._pixels)
        self.setFixedWidth(self._width)
        if self.isVisible():
            self.fit()

    def _stay_on_screen(self) -> None:
        """Move a dialog that would hide its title above the screen or its buttons below it."""
        room, frame = self.screen().availableGeometry(), self.frameGeometry()
        top = max(room.top(), min(frame.top(), room.bottom() - frame.height() + 1))
        if top != frame.top():
            self.move(frame.left(), top)

    def _title_row(self, title: str, icon: str, icon_ink: str) -> QLayout:
        cross = IconButton("x", "Close", size=28)
        cross.clicked.connect(self.reject)
        cross.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        heading = Label(title, "heading", wrap=True)
        line = row(gap=8, margins=(24, 18, 20, 10))
        if icon:
            # Beside the first line, however many there are.
            line.addLayout(column(4, IconView(icon, icon_ink, 20), None, gap=0))
            line.addSpacing(2)
        line.addLayout(column(2, heading, None, gap=0), 1)
        line.addLayout(column(cross, None, gap=0))
        return line


def _scrolling(body: QLayout) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setAutoFillBackground(False)
    inside = box(body)
    inside.setAutoFillBackground(False)
    area.setWidget(inside)
    return area
