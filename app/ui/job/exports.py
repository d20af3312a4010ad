"""The export button of a job: its menu, what was chosen in it, and what is written or copied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtWidgets import QWidget

from app.core.answers import AnswerColumn
from app.core.job import Job, RowState
from app.core.merge import lay_out
from app.engine.replies import JobLine
from app.ui.job.acts import JobActs
from app.ui.job.export_menu import EXCEL, ExportMenu, ExportWishes
from app.ui.job.header import has_answers


@dataclass(frozen=True, slots=True)
class Exportable:
    """A job on the screen: its head, and which rows are shown, in words and states."""

    line: JobLine
    job: Job | None = None
    shown: str = ""
    states: tuple[RowState, ...] = ()

    @property
    def answers(self) -> tuple[AnswerColumn, ...]:
        """The answer columns, as far as the job is known."""
        return self.job.settings.answers if self.job is not None else ()

    def header(self, *, with_usage: bool) -> tuple[str, ...]:
        """Return the columns of the output table; none where the job is not known yet."""
        job = self.job
        if job is None:
            return ()
        names, answers = job.column_names, job.settings.answers
        return lay_out(names, answers, job.mode, with_usage=with_usage).header


class Exports(QObject):
    """Keeps the wishes of the menu while the window is open; `look` tells what is on the screen."""

    def __init__(
        self, acts: JobActs, button: QWidget, look: Callable[[], Exportable | None]
    ) -> None:
        super().__init__(button)
        self.wishes = ExportWishes()
        self._acts, self._button, self._look = acts, button, look

    @Slot()
    def open_menu(self) -> None:
        """Show the menu below the button."""
        seen = self._look()
        if seen is None:
            return
        header = seen.header(with_usage=False)
        menu = ExportMenu(self.wishes, seen.shown, seen.answers, header, self._button)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.export_asked.connect(self.export)
        menu.copy_asked.connect(self.copy)
        corner = self._button.mapToGlobal(QPoint(self._button.width(), self._button.height() + 4))
        menu.popup(corner - QPoint(menu.sizeHint().width(), 0))

    @Slot()
    def export_usual(self) -> None:
        """Export to Excel, as the key does."""
        self.export(EXCEL)

    @Slot(object)
    def export(self, form: str) -> None:
        """Have the table written in this form."""
        seen = self._look()
        if seen is not None and has_answers(seen.line):
            header = seen.header(with_usage=self.wishes.with_usage)
            self._acts.export(seen.line, self.wishes, seen.states, form, header)

    @Slot()
    def copy(self) -> None:
        """Put the table into the clipboard."""
        seen = self._look()
        if seen is not None and has_answers(seen.line):
            header = seen.header(with_usage=self.wishes.with_usage)
            self._acts.copy(seen.line, self.wishes, seen.states, header)
