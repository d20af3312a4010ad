"""A line of text that gives way: what does not fit is shown in a tooltip."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent

from app.ui.plain_text import as_tooltip, one_line
from app.ui.theme import THEME
from app.ui.widgets.label import Label


class ElidedLabel(Label):
    """A label for texts of unknown length, such as file and job names."""

    def minimumSizeHint(self) -> QSize:
        """Return room for a few letters: the rest is elided."""
        few = min(self.sizeHint().width(), THEME.px(40))
        return QSize(few, THEME.line(self.role))

    def setText(self, text: str) -> None:
        """Show another text."""
        super().setText(text)
        self._hint_at_the_rest()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Offer the tooltip only where something is missing."""
        super().resizeEvent(event)
        self._hint_at_the_rest()

    def _shown_line(self) -> str:
        return THEME.elided(one_line(self.text(), 1000), self.role, self.width())

    def _hint_at_the_rest(self) -> None:
        # Assigned as a whole, so that no stale tooltip stays behind.
        missing = self._shown_line() != self.text()
        self.setToolTip(as_tooltip(self.text()) if missing else "")
