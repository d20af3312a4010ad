"""Text on the page: always plain, in a role of type and a token of colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.ui.paint import LEFT
from app.ui.theme import THEME


class Label(QLabel):
    """One line of plain text, or a wrapped paragraph with the role's line height.

    Nothing in the text is ever read as HTML or as a shortcut: the label draws it itself.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        ink: str = "text",
        *,
        wrap: bool = False,
        align: Qt.AlignmentFlag = LEFT,
        strike: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._role, self._ink, self._strike = role, ink, strike
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(align)
        self.setWordWrap(wrap)
        self.setText(text)
        self._restyle()
        THEME.changed.connect(self._restyle)

    @property
    def role(self) -> str:
        """The role of type that the text is drawn in."""
        return self._role

    def set_ink(self, ink: str) -> None:
        """Draw the text in another colour."""
        self._ink = ink
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the line, or of a paragraph of a readable width."""
        width = self._text_width()
        if not self.wordWrap():
            return QSize(width, THEME.line(self._role))
        width = min(width, THEME.px(320))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return the size below which something would be cut."""
        if not self.wordWrap():
            return self.sizeHint()
        return QSize(min(self._text_width(), THEME.px(64)), THEME.line(self._role))

    def heightForWidth(self, width: int) -> int:
        """Return the height of the wrapped paragraph."""
        if not self.wordWrap():
            return THEME.line(self._role)
        return max(1, len(self._lines(width))) * THEME.line(self._role)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the text."""
        painter = QPainter(self)
        painter.setFont(THEME.font(self._role, strike=self._strike))
        painter.setPen(THEME.colour(self._ink if self.isEnabled() else "disabled"))
        if self.wordWrap():
            self._paint_paragraph(painter)
        else:
            flags = self.alignment().value | Qt.TextFlag.TextSingleLine.value
            painter.drawText(QRectF(self.rect()), flags, self._shown_line())

    def _shown_line(self) -> str:
        return self.text()

    def _paint_paragraph(self, painter: QPainter) -> None:
        line_height = THEME.line(self._role)
        lines = self._lines(self.width())
        top = 0.0
        if self.alignment() & Qt.AlignmentFlag.AlignVCenter:
            top = max(0.0, (self.height() - len(lines) * line_height) / 2)
        across = self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask
        for number, line in enumerate(lines):
            area = QRectF(0, top + number * line_height, self.width(), line_height)
            flags = (across | Qt.AlignmentFlag.AlignVCenter).value
            painter.drawText(area, flags | Qt.TextFlag.TextSingleLine.value, line)

    def _lines(self, width: int) -> list[str]:
        lines: list[str] = []
        for paragraph in self.text().split("\n"):
            lines += _broken(paragraph, self._role, max(width, 1))
        return lines

    def _text_width(self) -> int:
        longest = max(self.text().split("\n"), key=len) if self.wordWrap() else self.text()
        return int(THEME.width(longest, self._role)) + 1

    @Slot()
    def _restyle(self) -> None:
        # QLabel sizes some things by its own font, and tests read it.
        self.setFont(THEME.font(self._role, strike=self._strike))
        vertical = QSizePolicy.Policy.Fixed
        horizontal = QSizePolicy.Policy.Preferred
        if self.wordWrap():
            vertical = QSizePolicy.Policy.Preferred
        policy = QSizePolicy(horizontal, vertical)
        policy.setHeightForWidth(self.wordWrap())
        self.setSizePolicy(policy)
        self.updateGeometry()
        self.update()


def _broken(paragraph: str, role: str, width: int) -> list[str]:
    """Break a paragraph into lines as Qt's text layout does, also inside overlong words."""
    if not paragraph:
        return [""]
    layout = QTextLayout(paragraph, THEME.font(role))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    lines: list[str] = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, 0))
        # QTextLine counts UTF-16 units, Python counts characters.
        units = paragraph.encode("utf-16-le")
        start, end = line.textStart(), line.textStart() + line.textLength()
        lines.append(units[2 * start : 2 * end].decode("utf-16-le", "ignore").rstrip())
    layout.endLayout()
    return lines
