"""The place that says: drop your data here."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.layouts import column, row
from app.ui.paint import CENTRE, dashed, round_path, rounded
from app.ui.theme import THEME
from app.ui.widgets.label import Label


class _Sheets(QWidget):
    """Three sheets of paper, the front one with a column of answers."""

    def __init__(self) -> None:
        super().__init__()
        self.lifted = False
        self.setFixedSize(QSize(224, 112))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the sheets; the front one lifts while a file is held over the window."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._sheet(painter, QPointF(60, 62), QSize(88, 74), -10)
        self._sheet(painter, QPointF(164, 62), QSize(88, 74), 10)
        self._sheet(painter, QPointF(112, 50 if self.lifted else 54), QSize(112, 84), 0)

    def _sheet(self, painter: QPainter, centre: QPointF, size: QSize, angle: int) -> None:
        front = not angle
        page = QRectF(-size.width() / 2, -size.height() / 2, size.width(), size.height())
        painter.save()
        painter.translate(centre)
        painter.rotate(angle)
        painter.setClipPath(round_path(page, 7))
        painter.fillRect(page, THEME.colour("surface"))
        head = QRectF(page.left(), page.top(), page.width(), 15)
        painter.fillRect(head, THEME.colour("accentSoft" if front else "sunken"))
        if front:
            _tint_answers(painter, page)
        _rule(painter, page, front=front)
        painter.setClipping(False)
        edge = "accent" if front and self.lifted else "lineStrong"
        rounded(painter, page, 7, "", edge, 1.25)
        painter.restore()


def _tint_answers(painter: QPainter, page: QRectF) -> None:
    left = page.right() - (page.width() - 14) / 3 - 5
    column_box = QRectF(left, page.top(), page.right() - left, page.height())
    painter.fillRect(column_box, THEME.colour("answer"))
    painter.fillRect(QRectF(left, page.top(), column_box.width(), 15), THEME.colour("answerHead"))


def _rule(painter: QPainter, page: QRectF, *, front: bool) -> None:
    """Draw four rows of three cells as short strokes."""
    third = (page.width() - 14) / 3
    for cell in range(12):
        line, place = divmod(cell, 3)
        left, top = page.left() + 8 + place * third, page.top() + 24 + line * 12
        ink = "track"
        if front:
            ink = "wheat" if place == 2 else "lineStrong"
        rounded(painter, QRectF(left, top, third - 8, 4), 2, ink)


class DropZone(QWidget):
    """The dashed area of the first screen: illustration, invitation, and the buttons given to it.

    The window takes the drops, on every screen; it calls `invite` when a file is held over it and
    `rest` when it is gone.
    """

    def __init__(
        self, title: str, text: str, *buttons: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._resting_title = title
        self._over = False
        self._sheets = _Sheets()
        self._title = Label(title, "title", align=CENTRE)
        self._text = Label(text, "body", "text2", wrap=True, align=CENTRE)
        self.setLayout(
            column(
                None,
                row(None, self._sheets, None),
                12,
                self._title,
                self._text,
                18,
                row(None, *buttons, None, gap=12),
                None,
                gap=6,
                margins=(24, 16, 24, 24),
            )
        )
        self.setMinimumHeight(264)
        self.setMaximumHeight(376)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        THEME.changed.connect(self._restyle)

    def invite(self, sentence: str) -> None:
        """Show that letting go now would add what is held over the window."""
        self._show(sentence, over=True)

    def rest(self) -> None:
        """Wait again."""
        self._show(self._resting_title, over=False)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the area, dashed at rest and solid while something is held over it."""
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self._over:
            rounded(painter, area, 16, "accentSoft", "accent", 2)
        else:
            dashed(painter, area, 16, "surface", "input", 1.25)

    def _show(self, title: str, *, over: bool) -> None:
        self._over = self._sheets.lifted = over
        self._title.setText(title)
        self._title.set_ink("accentText" if over else "text")
        self._sheets.update()
        self.update()

    @Slot()
    def _restyle(self) -> None:
        self.update()
        self._sheets.update()
