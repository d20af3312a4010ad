"""Which column's cells name files that are sent with their rows, whether they look so or not."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot

from app.core.job import Job
from app.core.ready_made import is_ready_made
from app.ui.layouts import column
from app.ui.widgets.card import Card
from app.ui.widgets.combo import Combo
from app.ui.widgets.label import Label

_NONE = "No column"
_HINT = "Names, paths or patterns such as photos/*.png, beside the spreadsheet or below it."


class AttachCard(Card):
    """Offers every column of a spreadsheet; emits `toggled` with one to attach, or to let go."""

    toggled = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._attached = ""
        self._names: tuple[str, ...] = ()
        self._column = Combo(name="Column that names files")
        self._column.setObjectName("attach-column")
        self._column.activated.connect(self._on_chosen)
        title = Label("Send files named in", "heading")
        title.setBuddy(self._column)
        lines = column(title, self._column, Label(_HINT, "small", "text2", wrap=True), gap=8)
        lines.setContentsMargins(16, 12, 16, 14)
        self.setLayout(lines)

    def show_job(self, job: Job) -> None:
        """Show the columns of a job, and the first of those that are attached."""
        self.setVisible(job.source.folder is None and not is_ready_made(job))
        self._names = job.column_names
        attached = [name for name in self._names if name in job.settings.attached]
        self._attached = attached[0] if attached else ""
        place = self._names.index(self._attached) + 1 if attached else 0
        self._column.set_choices((_NONE, *self._names), place)

    @Slot()
    def _on_chosen(self) -> None:
        place = self._column.currentIndex()
        chosen = self._names[place - 1] if place > 0 else ""
        if chosen != self._attached:
            self.toggled.emit((self._attached, chosen))
