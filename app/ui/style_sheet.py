"""The style sheet of the stock controls, filled in from the tokens.

Only what Qt draws itself stands here. Labels get no colour here (it would beat their palette), and
check boxes and radio buttons no rule at all (it would bypass the proxy style).
"""

from __future__ import annotations

from app.ui.theme import THEME

_FIELDS = "QLineEdit, QAbstractSpinBox, QComboBox"


def style_sheet() -> str:
    """Return the style sheet of the theme in use."""
    return _fields() + _arrows() + _text_areas() + _lists() + _menus() + _scroll_bars()


def _states(state: str) -> str:
    return ", ".join(f"{field}:{state}" for field in _FIELDS.split(", "))


def _edge_two_pixels(token: str) -> str:
    height = THEME.px(32) - 4
    return (
        f"border: 2px solid {THEME.hex(token)}; padding: 0 9px;"
        f" min-height: {height}px; max-height: {height}px;"
    )


def _fields() -> str:
    c = THEME.hex
    height = THEME.px(32) - 2
    return f"""
{_FIELDS} {{
    background: {c("surface")}; color: {c("text")}; border: 1px solid {c("input")};
    border-radius: 6px; padding: 0 10px; min-height: {height}px; max-height: {height}px;
    selection-background-color: {c("accent")}; selection-color: {c("onAccent")};
}}
{_states("hover")} {{ border-color: {c("text3")}; }}
{_states("focus")} {{ {_edge_two_pixels("focus")} }}
{_states("on")} {{ {_edge_two_pixels("focus")} }}
{_states("disabled")} {{
    background: {c("disabledFill")}; color: {c("disabled")}; border-color: {c("line")};
}}
QLineEdit[bad="true"], QAbstractSpinBox[bad="true"], QComboBox[bad="true"] {{
    {_edge_two_pixels("bad")}
}}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{
    border: none; border-radius: 0; background: transparent; padding: 0;
    min-height: 0; max-height: 200px;
}}
"""


def _arrows() -> str:
    down, up = THEME.icon_path("chevron-down", "text2"), THEME.icon_path("chevron-up", "text2")
    quiet_down = THEME.icon_path("chevron-down", "disabled")
    quiet_up = THEME.icon_path("chevron-up", "disabled")
    return f"""
QComboBox::drop-down {{
    border: none; width: 28px; subcontrol-origin: padding; subcontrol-position: center right;
}}
QComboBox::down-arrow {{ image: url("{down}"); width: 16px; height: 16px; }}
QComboBox::down-arrow:disabled {{ image: url("{quiet_down}"); }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{
    border: none; background: transparent; width: 24px; subcontrol-origin: border;
}}
QAbstractSpinBox::up-button {{ subcontrol-position: top right; margin: 2px 3px 0 0; }}
QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; margin: 0 3px 2px 0; }}
QAbstractSpinBox::up-arrow {{ image: url("{up}"); width: 12px; height: 12px; }}
QAbstractSpinBox::down-arrow {{ image: url("{down}"); width: 12px; height: 12px; }}
QAbstractSpinBox::up-arrow:disabled, QAbstractSpinBox::up-arrow:off {{
    image: url("{quiet_up}");
}}
QAbstractSpinBox::down-arrow:disabled, QAbstractSpinBox::down-arrow:off {{
    image: url("{quiet_down}");
}}
"""


def _text_areas() -> str:
    c = THEME.hex
    return f"""
QTextEdit, QPlainTextEdit {{
    background: transparent; border: none; color: {c("text")};
    selection-background-color: {c("accent")}; selection-color: {c("onAccent")};
}}
QScrollArea {{ background: transparent; border: none; }}
QToolTip {{
    background: {c("surface")}; color: {c("text")}; border: 1px solid {c("lineStrong")};
    padding: 6px 8px;
}}
"""


def _lists() -> str:
    c = THEME.hex
    return f"""
QTableView {{
    background: {c("surface")}; border: none; outline: 0;
    selection-background-color: transparent;
}}
QHeaderView {{ background: {c("sunken")}; border: none; }}
QComboBoxPrivateContainer {{ background: {c("surface")}; border: none; }}
QComboBox QAbstractItemView {{
    background: {c("surface")}; color: {c("text")}; border: 1px solid {c("lineStrong")};
    outline: 0; padding: 4px; selection-background-color: {c("accentSoft")};
    selection-color: {c("accentText")};
}}
QComboBox QAbstractItemView::item {{ min-height: {THEME.px(28)}px; padding: 0 6px; }}
"""


def _menus() -> str:
    c = THEME.hex
    return f"""
QMenu {{
    background: {c("surface")}; border: 1px solid {c("lineStrong")}; border-radius: 8px;
    padding: 6px;
}}
QMenu::item {{ padding: 7px 16px 7px 8px; border-radius: 5px; color: {c("text")}; }}
QMenu::item:selected {{ background: {c("accentSoft")}; color: {c("accentText")}; }}
QMenu::item:disabled {{ color: {c("disabled")}; background: transparent; }}
QMenu::icon {{ padding-left: 6px; }}
QMenu::indicator {{ width: 16px; height: 16px; left: 6px; }}
QMenu::indicator:checked {{ image: url("{THEME.icon_path("check", "accentText")}"); }}
QMenu::separator {{ height: 1px; background: {c("line")}; margin: 6px 4px; }}
"""


def _scroll_bars() -> str:
    c = THEME.hex
    return f"""
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{
    background: {c("lineStrong")}; border-radius: 4px; margin: 2px;
    min-height: 32px; min-width: 32px;
}}
QScrollBar::handle:hover {{ background: {c("input")}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
"""
