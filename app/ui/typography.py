"""The roles of type: which family, size, weight and line height each kind of text has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

_TEXT = "Inter"
_DISPLAY = "Inter Display"
_MONO = "JetBrains Mono"


@dataclass(frozen=True, slots=True)
class TypeRole:
    """One kind of text, in pixels at the text size of 100 %."""

    family: str
    size: int
    line: int
    weight: QFont.Weight = QFont.Weight.Normal
    tracking: float = 0.0


_M, _S = QFont.Weight.Medium, QFont.Weight.DemiBold

ROLES: dict[str, TypeRole] = {
    "figure": TypeRole(_DISPLAY, 32, 40, _S, -0.3),
    "display": TypeRole(_DISPLAY, 28, 36, _S, -0.3),
    "title": TypeRole(_DISPLAY, 20, 28, _S, -0.1),
    "heading": TypeRole(_TEXT, 15, 24, _S, -0.1),
    "prompt": TypeRole(_TEXT, 14, 24),
    "body": TypeRole(_TEXT, 13, 20),
    "bodyM": TypeRole(_TEXT, 13, 20, _M),
    "bodyS": TypeRole(_TEXT, 13, 20, _S),
    "small": TypeRole(_TEXT, 12, 16),
    "smallM": TypeRole(_TEXT, 12, 16, _M),
    "smallS": TypeRole(_TEXT, 12, 16, _S),
    "mono": TypeRole(_MONO, 12, 16),
}
"""Every role by name."""


class Typeface:
    """Fonts and metrics of every role at one text size, each made once."""

    def __init__(self, factor: float = 1.0) -> None:
        self._factor = factor
        self._fonts: dict[tuple[str, bool], QFont] = {}
        self._metrics: dict[str, QFontMetricsF] = {}

    def px(self, pixels: float) -> int:
        """Return a length of the design at this text size."""
        return round(pixels * self._factor)

    def font(self, role: str, *, strike: bool = False) -> QFont:
        """Return the font of a role, struck through when that is asked for."""
        key = (role, strike)
        if key not in self._fonts:
            self._fonts[key] = self._make(ROLES[role], strike=strike)
        return self._fonts[key]

    def metrics(self, role: str) -> QFontMetricsF:
        """Return the metrics of a role's font."""
        if role not in self._metrics:
            self._metrics[role] = QFontMetricsF(self.font(role))
        return self._metrics[role]

    def line(self, role: str) -> int:
        """Return the height of one line in a role."""
        return self.px(ROLES[role].line)

    def width(self, text: str, role: str) -> float:
        """Return how wide a line of text is in a role."""
        return self.metrics(role).horizontalAdvance(text)

    def _make(self, role: TypeRole, *, strike: bool) -> QFont:
        font = QFont([role.family, _TEXT])
        font.setPixelSize(self.px(role.size))
        font.setWeight(role.weight)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        if role.tracking:
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, role.tracking)
        # Columns of numbers line up only with figures of equal width. (Inter Display's are only
        # nearly so, but its large figures stand alone.)
        font.setFeature(QFont.Tag("tnum"), 1)
        font.setStrikeOut(strike)
        return font


def load_fonts(folder: Path) -> list[str]:
    """Make the bundled fonts known to Qt and return the families that it found in them."""
    families: list[str] = []
    for file in sorted(folder.glob("*.[ot]tf")):
        handle = QFontDatabase.addApplicationFont(str(file))
        families += QFontDatabase.applicationFontFamilies(handle)
    return families
