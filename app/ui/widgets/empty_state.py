"""What stands where there is nothing yet."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.ui.layouts import column, row
from app.ui.paint import CENTRE
from app.ui.widgets.button import Button
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label


class EmptyState(QWidget):
    """One sentence saying what will be here, and at most one action."""

    def __init__(
        self,
        sentence: str,
        *,
        icon: str = "",
        icon_ink: str = "text3",
        button: Button | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._sentence = Label(sentence, "body", "text2", wrap=True, align=CENTRE)
        lines = column(None, gap=12, margins=(24, 24, 24, 24))
        if icon:
            lines.addLayout(row(None, IconView(icon, icon_ink, 20), None))
        lines.addWidget(self._sentence)
        if button is not None:
            lines.addLayout(row(None, button, None))
        lines.addStretch(1)
        self.setLayout(lines)

    def say(self, sentence: str) -> None:
        """Say something else."""
        self._sentence.setText(sentence)
