"""What was checked before a job is sent: what is wrong on top, what is fine, what is doubtful."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.engine.replies import Check
from app.ui.layouts import box, column, row
from app.ui.widgets.button import Button
from app.ui.widgets.card import Card
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label

OK, WARN, STOP = "ok", "warn", "stop"
_LOOKS = {
    OK: ("circle-check", "ok"),
    WARN: ("triangle-alert", "warn"),
    STOP: ("circle-x", "bad"),
}
ACTIONS: Mapping[str, str] = {
    "skip_blank": "Leave them out",
    "leave_out": "Send without what is refused",
    "change_limit": "Change limit",
    "change_id": "Change ID",
    "edit_longest": "Edit longest answer",
    "change_model": "Change model",
    "edit_instructions": "Edit instructions",
}
"""What the button beside a check says, by the check's code; other codes get none."""


class ChecksCard(Card):
    """The checks of a review; `acted` gives the code of a button that was pressed."""

    acted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("checks")
        self.setAccessibleName("Checks")
        self._list = box(column(gap=0))
        self.setLayout(
            column(Label("Checks", "heading"), self._list, None, gap=8, margins=(20, 14, 16, 16))
        )
        self.show_checks(None)

    def show_checks(self, checks: Sequence[Check] | None) -> None:
        """Show checks, or that they are being made."""
        old = self._list
        lines = column(gap=6)
        if checks is None:
            lines.addWidget(Label("Checking your rows", "body", "text2"))
        for place, group in enumerate(_grouped(checks or ())):
            if place:
                lines.addWidget(HairLine())
            for check in group:
                lines.addWidget(self._line(check))
        self._list = box(lines)
        self.layout().replaceWidget(old, self._list)  # type: ignore[union-attr]
        old.hide()
        old.deleteLater()

    def _line(self, check: Check) -> QWidget:
        icon, ink = _LOOKS[check.tone]
        words = column(Label(check.text, "body", wrap=True), gap=0)
        if check.detail:
            words.addWidget(Label(check.detail, "small", "text2", wrap=True))
        line = row(gap=10)
        line.addLayout(column(3, IconView(icon, ink), None, gap=0))
        line.addLayout(words, 1)
        if check.action in ACTIONS:
            button = Button(ACTIONS[check.action], "link", size=28)
            button.setObjectName(f"check-{check.action}")
            button.clicked.connect(partial(self.acted.emit, check.action))
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return box(line)


def _grouped(checks: Sequence[Check]) -> list[list[Check]]:
    groups = [[check for check in checks if check.tone == tone] for tone in (STOP, OK, WARN)]
    return [group for group in groups if group]
