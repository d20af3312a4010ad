"""A field with its title and a line of advice beside it, as they stand in a card."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QWidget

from app.ui.layouts import column, row
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label


def advised_field(title: str, field: QWidget, icon: IconView, advice: Label) -> QBoxLayout:
    """Return the title over the advice with its icon, and the field to the right of them."""
    label = Label(title, "bodyS")
    label.setBuddy(field)
    advised = row(gap=6)
    advised.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
    advised.addWidget(advice, 1)
    line = row(gap=24, margins=(16, 10, 16, 10))
    line.addLayout(column(label, advised, gap=2), 1)
    line.addWidget(field, 0, Qt.AlignmentFlag.AlignVCenter)
    return line
