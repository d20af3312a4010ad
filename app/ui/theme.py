"""The one place where painted controls ask for colours, type, lengths and icons.

`THEME` is ready once `app.ui.style.start_theme` has run. A painted control names tokens and roles,
never hex values or fonts, and connects `THEME.changed` to a bound method that repaints it:

    THEME.colour("accent")          QColor of a token (tokens.py lists them)
    THEME.font("bodyM")             QFont of a role (typography.py lists them)
    THEME.line("small")             height of one line in a role
    THEME.px(32)                    a length of the design at the chosen text size
    THEME.paint_icon(painter, "check", rect, "okText")
    THEME.icon("pencil", "text2")   QIcon for menus and fields
    THEME.apply("dark", 115)        switch at run time: "system", "light" or "dark", and text size
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter, QPalette

from app.ui.icons import Icons
from app.ui.tokens import DARK, LIGHT, high_contrast
from app.ui.typography import Typeface

TEXT_SIZES = (100, 115, 130)
"""The text sizes a person can choose, in percent."""


class Theme(QObject):
    """The colours, type and icons in use; emits `changed` after every switch."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choice = "system"
        self.percent = 100
        self.dark = False
        self.native = False
        self._icons: Icons | None = None
        self._typeface = Typeface()
        self._colours: dict[tuple[str, float], QColor] = {}
        self._tokens: Mapping[str, str] = LIGHT

    def use_icons(self, icons: Icons) -> None:
        """Draw with these icons from now on."""
        self._icons = icons

    def apply(self, choice: str, percent: int = 0) -> None:
        """Switch to "system", "light" or "dark", and to a text size when one is given."""
        self.choice = choice
        self.percent = percent or self.percent
        self._typeface = Typeface(self.percent / 100)
        _tell_platform(choice)
        self._read_system()
        self.changed.emit()

    @Slot()
    def follow_system(self) -> None:
        """Read the system's wishes again, after it said that they changed."""
        before = (self.dark, self.native)
        self._read_system()
        if (self.dark, self.native) != before:
            self.changed.emit()

    def colour(self, ink: str, alpha: float = 1.0) -> QColor:
        """Return a token's colour, more or less see-through."""
        key = (ink, alpha)
        if key not in self._colours:
            colour = QColor(self._tokens[ink])
            colour.setAlphaF(alpha)
            self._colours[key] = colour
        return self._colours[key]

    def hex(self, ink: str) -> str:
        """Return a token's colour as style sheets spell it."""
        return self._tokens[ink]

    def font(self, role: str, *, strike: bool = False) -> QFont:
        """Return the font of a role."""
        return self._typeface.font(role, strike=strike)

    def line(self, role: str) -> int:
        """Return the height of one line in a role."""
        return self._typeface.line(role)

    def width(self, text: str, role: str) -> float:
        """Return how wide a line of text is in a role."""
        return self._typeface.width(text, role)

    def elided(self, text: str, role: str, width: float) -> str:
        """Return as much of a line as fits, with an ellipsis if something is missing."""
        metrics = self._typeface.metrics(role)
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)

    def px(self, pixels: float) -> int:
        """Return a length of the design at the chosen text size."""
        return self._typeface.px(pixels)

    def paint_icon(
        self, painter: QPainter, name: str, rect: QRectF, ink: str, stroke: float = 0.0
    ) -> None:
        """Draw an icon in a token's colour."""
        if self._icons is not None:
            self._icons.paint(painter, name, rect, self.colour(ink), stroke)

    def icon_path(self, name: str, ink: str) -> str:
        """Return the path of a tinted icon file, as style sheets want it."""
        return self._icons.file(name, self.hex(ink)).as_posix() if self._icons else ""

    def icon(self, name: str, ink: str = "text2") -> QIcon:
        """Return a tinted icon for a menu or a field, greyed out by its owner when disabled."""
        icon = QIcon(self.icon_path(name, ink))
        icon.addFile(self.icon_path(name, "disabled"), mode=QIcon.Mode.Disabled)
        return icon

    def _read_system(self) -> None:
        # The intermediate objects must stay named: PySide deletes them with their last reference.
        hints = QGuiApplication.styleHints()
        accessibility = hints.accessibility()
        self.native = accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast
        system_dark = hints.colorScheme() == Qt.ColorScheme.Dark
        self.dark = self.choice == "dark" or (self.choice == "system" and system_dark)
        self._tokens = DARK if self.dark else LIGHT
        if self.native:
            # An empty palette gives the application the system's own colours back.
            QGuiApplication.setPalette(QPalette())
            self._tokens = high_contrast(QGuiApplication.palette())
        self._colours.clear()


def _tell_platform(choice: str) -> None:
    """Ask for the same scheme in what the system draws: title bars and file dialogs."""
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    QGuiApplication.styleHints().setColorScheme(schemes.get(choice, Qt.ColorScheme.Unknown))


THEME = Theme()
"""The look of this window; there is one screen, so there is one theme."""
