"""The colours of Sheaf by name, for paper by day and for ink by night."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QPalette

# Contrast: text tokens keep at least 4.5:1 on every background they meet, edges and icons 3:1
# (tests/ui/test_theme.py measures it).
_PAIRS: Mapping[str, tuple[str, str]] = {
    "window": ("#F3F1EC", "#151719"),
    "canvas": ("#FBFAF8", "#1B1D20"),
    "surface": ("#FFFFFF", "#222528"),
    "sunken": ("#F6F4F0", "#1E2023"),
    "hover": ("#F5F3EE", "#2A2E32"),
    "selected": ("#E2EFF2", "#1E3A42"),
    "line": ("#E6E2DA", "#33373C"),
    "lineStrong": ("#CFCAC0", "#454A50"),
    "input": ("#8F8A80", "#7B8087"),
    "segOn": ("#FFFFFF", "#454A50"),
    "track": ("#E6E2DA", "#363A3F"),
    "text": ("#1E2126", "#ECEBE8"),
    "text2": ("#52565D", "#B9BCC0"),
    "text3": ("#666A71", "#9DA1A6"),
    "disabled": ("#9A9B9C", "#74787D"),
    "disabledFill": ("#EFECE6", "#2A2D31"),
    "accent": ("#0E6377", "#5FBDD0"),
    "accentHover": ("#0B5364", "#7ACCDC"),
    "accentPress": ("#083F4D", "#4AA9BC"),
    "accentSoft": ("#E2EFF2", "#1E3A42"),
    "accentText": ("#0B5364", "#8FD6E4"),
    "onAccent": ("#FFFFFF", "#06222A"),
    "focus": ("#0E6377", "#7FD3E4"),
    "wheat": ("#BD7E12", "#E0AC4B"),
    "answer": ("#FFF9EA", "#29261D"),
    "answerHead": ("#FBF0D2", "#363020"),
    "answerText": ("#6B4A06", "#EBCB86"),
    "answerSel": ("#F3EDD9", "#343222"),
    "ok": ("#2B7043", "#6CC48A"),
    "okText": ("#1F5C35", "#8FD6A6"),
    "okSoft": ("#E4F2E8", "#1D3627"),
    "warn": ("#B87503", "#E3AE45"),
    "warnText": ("#7A4F00", "#EFC46F"),
    "warnSoft": ("#FDF1D6", "#3A2F18"),
    "bad": ("#B3261E", "#F08A80"),
    "badText": ("#97201A", "#F6A59D"),
    "badSoft": ("#FCE8E6", "#40211F"),
    "neutralText": ("#4A4E55", "#C3C6CA"),
    "neutralSoft": ("#EDEAE4", "#303438"),
    "chipAText": ("#0B5364", "#8FD6E4"),
    "chipA": ("#E2EFF2", "#1E3A42"),
    "chipBText": ("#4B3A8C", "#C3B6F2"),
    "chipB": ("#ECE7F8", "#302A4A"),
    "chipCText": ("#86401F", "#F0B596"),
    "chipC": ("#FBE9E1", "#42291E"),
    "chipDText": ("#3F5B1B", "#B9D796"),
    "chipD": ("#E6F0DC", "#29361D"),
    "c1": ("#0E6377", "#5FBDD0"),
    "c2": ("#BD7E12", "#E0AC4B"),
    "c3": ("#7A68B3", "#A99AE0"),
    "c4": ("#5E8C3A", "#93C26A"),
    "c5": ("#B5562B", "#E58E63"),
    "c6": ("#8A8F96", "#8B9096"),
}

LIGHT: Mapping[str, str] = {name: light for name, (light, _) in _PAIRS.items()}
"""Every token by day."""

DARK: Mapping[str, str] = {name: dark for name, (_, dark) in _PAIRS.items()}
"""Every token by night."""

_Role = QPalette.ColorRole
_NATIVE: Mapping[QPalette.ColorRole, str] = {
    _Role.Window: "window canvas sunken disabledFill track neutralSoft okSoft warnSoft badSoft",
    _Role.Base: "surface answer chipA chipB chipC chipD answerHead segOn hover",
    _Role.Highlight: "accent accentHover accentPress selected accentSoft answerSel focus",
    _Role.HighlightedText: "onAccent",
}


def high_contrast(palette: QPalette) -> dict[str, str]:
    """Return every token in the system's own colours, for people who asked for high contrast."""
    ink = palette.color(_Role.WindowText).name()
    colours = dict.fromkeys(_PAIRS, ink)
    for role, names in _NATIVE.items():
        colours |= dict.fromkeys(names.split(), palette.color(role).name())
    off = palette.color(QPalette.ColorGroup.Disabled, _Role.WindowText).name()
    # Chosen things keep readable text: their fill is the page, their edge is the accent.
    soft = palette.color(_Role.Window).name()
    chosen = dict.fromkeys(("selected", "accentSoft", "answerSel"), soft)
    return colours | chosen | {"disabled": off}
