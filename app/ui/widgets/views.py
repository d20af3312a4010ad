"""Several views in one place of which one is in front; the others ask for no room."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.ui.layouts import column


class Views(QWidget):
    """Like a stacked widget, but only as high as the view in front, not as the highest of all."""

    def __init__(self, *views: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views, self._current = views, 0
        lines = column(gap=0)
        for view in views:
            lines.addWidget(view, 1)
        self.setLayout(lines)
        for view in views[1:]:
            view.hide()

    @property
    def current(self) -> int:
        """The number of the view in front."""
        return self._current

    def bring(self, number: int) -> None:
        """Bring a view to the front."""
        if number == self._current:
            return
        # What goes must go first: together they would widen a small window for good.
        self._views[self._current].hide()
        self._current = number
        self._views[number].show()
