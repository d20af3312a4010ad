"""What every button that Sheaf draws itself has in common."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.ui.plain_text import literal
from app.ui.theme import THEME


class PaintedButton(QAbstractButton):
    """A button that shows its text letter by letter and obeys Enter as well as Space.

    A subclass has `sizeHint` and `paintEvent`, and may set `focus_radius`, the corner radius of
    its own shape, which the focus ring follows.
    """

    focus_radius = 7

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = ""
        self.setText(text)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        THEME.changed.connect(self._restyle)

    def setText(self, text: str) -> None:
        """Show another text."""
        self._label = text
        super().setText(literal(text))
        self.updateGeometry()

    def text(self) -> str:
        """Return the text as it is shown."""
        return self._label

    @property
    def hovered(self) -> bool:
        """Whether the pointer is over a button that can be pressed."""
        return self.isEnabled() and self.underMouse()

    def minimumSizeHint(self) -> QSize:
        """Return the size below which the text would be cut."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press on Enter, but not again while it is held down: some buttons cost money."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            if not event.isAutoRepeat():
                self.click()
            return
        super().keyPressEvent(event)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
