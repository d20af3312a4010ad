"""Rows and columns of widgets, spaced in multiples of four pixels."""

from __future__ import annotations

from PySide6.QtCore import QMargins, Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

Item = QWidget | QLayout | int | None
"""A widget, a layout inside, a gap in pixels, or None for the space that gives way."""


def row(
    *items: Item, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QBoxLayout:
    """Lay things out side by side; margins are left, top, right, bottom."""
    return _fill(QHBoxLayout(), items, gap, margins)


def column(
    *items: Item, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QBoxLayout:
    """Lay things out one below the other; margins are left, top, right, bottom."""
    return _fill(QVBoxLayout(), items, gap, margins)


def box(layout: QLayout) -> QWidget:
    """Return a plain widget that holds a layout, where a widget is wanted."""
    widget = QWidget()
    widget.setLayout(layout)
    return widget


def _fill(
    layout: QBoxLayout, items: tuple[Item, ...], gap: int, margins: tuple[int, int, int, int]
) -> QBoxLayout:
    layout.setContentsMargins(QMargins(*margins))
    layout.setSpacing(gap)
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addWidget(item)
    return layout


def scrolling(content: QWidget) -> QScrollArea:
    """Return an area in which a column of cards scrolls up and down."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area
