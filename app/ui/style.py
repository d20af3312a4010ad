"""What the stock controls look like, and the one call that dresses the whole application."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QPointF, QRectF, Slot
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle, QStyleOption, QWidget

from app.ui.icons import Icons
from app.ui.paint import rounded
from app.ui.style_sheet import style_sheet
from app.ui.theme import THEME
from app.ui.typography import load_fonts

_Role = QPalette.ColorRole
_PALETTE: dict[QPalette.ColorRole, str] = {
    _Role.Window: "canvas",
    _Role.WindowText: "text",
    _Role.Base: "surface",
    _Role.AlternateBase: "sunken",
    _Role.Text: "text",
    _Role.Button: "surface",
    _Role.ButtonText: "text",
    _Role.Highlight: "accent",
    _Role.HighlightedText: "onAccent",
    _Role.PlaceholderText: "text3",
    _Role.ToolTipBase: "surface",
    _Role.ToolTipText: "text",
    _Role.Link: "accentText",
    _Role.LinkVisited: "accentText",
    _Role.Light: "surface",
    _Role.Midlight: "line",
    _Role.Mid: "line",
    _Role.Dark: "lineStrong",
    _Role.Shadow: "text",
    _Role.BrightText: "bad",
    _Role.Accent: "accent",
}
_Metric = QStyle.PixelMetric
_INDICATORS = (
    _Metric.PM_IndicatorWidth,
    _Metric.PM_IndicatorHeight,
    _Metric.PM_ExclusiveIndicatorWidth,
    _Metric.PM_ExclusiveIndicatorHeight,
)
_SPACINGS = (_Metric.PM_CheckBoxLabelSpacing, _Metric.PM_RadioButtonLabelSpacing)


class SheafStyle(QProxyStyle):
    """Fusion with Sheaf's check boxes and radio buttons, and without its focus frames."""

    def __init__(self) -> None:
        super().__init__("Fusion")

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw check boxes and radio buttons; the focus ring is an overlay of its own."""
        if element == QStyle.PrimitiveElement.PE_IndicatorCheckBox:
            _draw_check_box(option, painter)
        elif element == QStyle.PrimitiveElement.PE_IndicatorRadioButton:
            _draw_radio(option, painter)
        elif element != QStyle.PrimitiveElement.PE_FrameFocusRect:
            super().drawPrimitive(element, option, painter, widget)

    def pixelMetric(
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> int:
        """Return the sizes of indicators and of icons in menus."""
        if metric in _INDICATORS:
            return THEME.px(18)
        if metric in _SPACINGS:
            return THEME.px(8)
        if metric == _Metric.PM_SmallIconSize:
            return 16
        return super().pixelMetric(metric, option, widget)


def _indicator(option: QStyleOption) -> QRectF:
    size = THEME.px(16)
    box = QRectF(0, 0, size, size)
    box.moveCenter(QRectF(option.rect).center())
    return box.translated(-(box.x() % 1), -(box.y() % 1))


def _has(option: QStyleOption, flag: QStyle.StateFlag) -> bool:
    return bool(option.state & flag)


def paint_radio(painter: QPainter, box: QRectF, *, on: bool, enabled: bool = True) -> None:
    """Draw a radio button's circle, also where a whole card is the radio button."""
    radius = box.width() / 2
    if on:
        rounded(painter, box, radius, "accent" if enabled else "disabled")
        dot = QRectF(0, 0, box.width() * 3 / 8, box.width() * 3 / 8)
        dot.moveCenter(box.center() + QPointF(0, 0))
        rounded(painter, dot, dot.width() / 2, "onAccent")
        return
    edge = "input" if enabled else "lineStrong"
    rounded(painter, box, radius, "surface" if enabled else "disabledFill", edge, 1.25)


def _draw_radio(option: QStyleOption, painter: QPainter) -> None:
    painter.save()
    on = _has(option, QStyle.StateFlag.State_On)
    enabled = _has(option, QStyle.StateFlag.State_Enabled)
    paint_radio(painter, _indicator(option), on=on, enabled=enabled)
    painter.restore()


def _draw_check_box(option: QStyleOption, painter: QPainter) -> None:
    box = _indicator(option)
    enabled = _has(option, QStyle.StateFlag.State_Enabled)
    mixed = _has(option, QStyle.StateFlag.State_NoChange)
    painter.save()
    if mixed or _has(option, QStyle.StateFlag.State_On):
        rounded(painter, box, 4, "accent" if enabled else "disabled")
        mark = "minus" if mixed else "check"
        THEME.paint_icon(painter, mark, box.adjusted(2, 2, -2, -2), "onAccent", 3.0)
    else:
        edge = "input" if enabled else "lineStrong"
        rounded(painter, box, 4, "surface" if enabled else "disabledFill", edge, 1.25)
    painter.restore()


def palette() -> QPalette:
    """Return the tokens as the palette that stock controls read."""
    colours = QPalette()
    for role, token in _PALETTE.items():
        colours.setColor(role, THEME.colour(token))
    for role in (_Role.Text, _Role.WindowText, _Role.ButtonText):
        colours.setColor(QPalette.ColorGroup.Disabled, role, THEME.colour("disabled"))
    return colours


class _Dresser(QObject):
    """Puts style, palette, font and style sheet on the application after every switch."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._native_style = application.style().name()
        # Qt takes the style over; without this reference Python would forget its overrides.
        self._style: SheafStyle | None = None
        hints = application.styleHints()
        self._accessibility = hints.accessibility()
        hints.colorSchemeChanged.connect(THEME.follow_system)
        self._accessibility.contrastPreferenceChanged.connect(THEME.follow_system)
        THEME.changed.connect(self.dress)

    @Slot()
    def dress(self) -> None:
        """Dress the application in the theme in use, or leave it to the system."""
        if THEME.native:
            self._undress()
            return
        if self._style is None:
            self._style = SheafStyle()
            self._application.setStyle(self._style)
        self._application.setPalette(palette())
        self._application.setFont(THEME.font("body"))
        self._application.setStyleSheet(style_sheet())

    def _undress(self) -> None:
        self._application.setStyleSheet("")
        self._application.setPalette(QPalette())
        self._application.setStyle(self._native_style)
        self._style = None


def start_theme(
    application: QApplication,
    resources: Path,
    cache: Path,
    choice: str = "system",
    percent: int = 100,
) -> None:
    """Load fonts and icons and dress the application; called once, before the first widget.

    `resources` holds fonts/ and icons/; tinted icons for style sheets are kept in `cache`.
    """
    load_fonts(resources / "fonts")
    THEME.use_icons(Icons(resources / "icons", cache))
    _Dresser(application)
    THEME.apply(choice, percent)
