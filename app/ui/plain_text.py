"""Strangers' text on screen: cells, file names and replies are shown as they are, never as HTML."""

from __future__ import annotations

import html

from PySide6.QtWidgets import QWidget

_LONGEST_TOOLTIP = 2000


def plain_tooltip(widget: QWidget, text: str) -> None:
    """Give a widget a tooltip that shows the text letter by letter, whatever is in it."""
    widget.setToolTip(as_tooltip(text))


def as_tooltip(text: str) -> str:
    """Return text for Qt's tooltips, which would otherwise guess whether it is HTML.

    Marking it as rich text and escaping it settles the question, and lets long lines wrap.
    """
    if not text:
        return ""
    if len(text) > _LONGEST_TOOLTIP:
        text = text[:_LONGEST_TOOLTIP] + "…"
    escaped = html.escape(text).replace("\n", "<br>")
    return f"<qt>{escaped}</qt>"


def literal(text: str) -> str:
    """Return text for Qt's own buttons and menus, where an ampersand would mark a shortcut."""
    return text.replace("&", "&&")


def one_line(text: str, longest: int = 500) -> str:
    """Return the beginning of a text on one line, for cells and list entries."""
    return " ".join(text[:longest].split())
