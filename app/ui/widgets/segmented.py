"""The choice between a few views or settings, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from app.ui.layouts import row
from app.ui.paint import line_of_text, rounded, square
from app.ui.theme import THEME
from app.ui.widgets.painted_button import PaintedButton

_ICON = 16


class _Segment(PaintedButton):
    """One of the choices."""

    focus_radius = 6

    def __init__(self, text: str, icon: str) -> None:
        self._icon = icon
        super().__init__(text)
        self.setCheckable(True)

    def sizeHint(self) -> QSize:
        """Return the size of the words and the icon."""
        width = (
            int(THEME.width(self.text(), "bodyM")) + 28 + (THEME.px(_ICON) + 4 if self._icon else 0)
        )
        return QSize(width, THEME.px(28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the choice, raised when it is the chosen one."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        if self.isChecked():
            rounded(painter, area, 6, "segOn", "lineStrong")
        elif self.hovered:
            rounded(painter, area, 6, "hover")
        ink = "text" if self.isChecked() or self.hovered else "text2"
        x = 14.0
        if self._icon:
            tint = "accentText" if self.isChecked() else "text2"
            THEME.paint_icon(
                painter, self._icon, square(12, area.center().y(), THEME.px(_ICON)), tint
            )
            x += THEME.px(_ICON) + 4
        words = QRectF(x, 0, area.width() - x - 8, area.height())
        line_of_text(painter, words, self.text(), "bodyM", ink if self.isEnabled() else "disabled")


class Segmented(QWidget):
    """Two to six choices of which one holds; emits `chosen` with the number of the new one.

    Only a person's choice is announced; `choose` moves the mark silently.
    """

    chosen = Signal(object)

    def __init__(
        self,
        choices: Sequence[str],
        *,
        icons: Sequence[str] = (),
        current: int = 0,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._line = row(gap=0, margins=(2, 2, 2, 2))
        self.setLayout(self._line)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_choices(choices, icons=icons, current=current)
        self._group.buttonClicked.connect(self._on_clicked)
        THEME.changed.connect(self._restyle)

    @property
    def current(self) -> int:
        """The number of the choice that holds."""
        return self._group.checkedId()

    def choose(self, number: int) -> None:
        """Mark a choice as the one that holds."""
        self._group.button(number).setChecked(True)

    def offer(self, number: int, text: str, *, offered: bool) -> None:
        """Show one choice in these words, or leave it out."""
        segment = self._group.button(number)
        if segment.text() != text:
            segment.setText(text)
            segment.update()
        segment.setVisible(offered)

    def set_choices(
        self, choices: Sequence[str], *, icons: Sequence[str] = (), current: int = 0
    ) -> None:
        """Offer other choices."""
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._line.removeWidget(button)
            button.deleteLater()
        for number, text in enumerate(choices):
            segment = _Segment(text, icons[number] if icons else "")
            self._group.addButton(segment, number)
            self._line.addWidget(segment)
        self.choose(current)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the track behind the choices."""
        rounded(QPainter(self), QRectF(self.rect()), 8, "neutralSoft")

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        self.chosen.emit(self._group.id(button))

    @Slot()
    def _restyle(self) -> None:
        self.update()
