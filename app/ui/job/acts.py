"""What a person can do with a submitted job: cancel, go on, retry, export; money is said first."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.core.errors import SheafError
from app.core.job import RETRYABLE, Batch, Mode, RowState
from app.engine.export import usual_name
from app.engine.replies import Exported, JobLine
from app.engine.verbs import Cancel, Resume, Retry, StopLoading
from app.engine.view import ResultRow
from app.ui.ask import Question
from app.ui.desk import Desk
from app.ui.dialogs.confirm import CancelDialog, about_dollars
from app.ui.job.cancel_figures import cancel_figures, paid_per_row
from app.ui.job.export_menu import ExportWishes
from app.ui.job.words import need_person

RETRIED = tuple(state for state in RowState if state in RETRYABLE)
"""The states that Retry asks again, in the order of their declaration."""
_CSV = "CSV files (*.csv)"


class JobActs(QObject):
    """Asks the person where that is due, then the engine."""

    exporting = Signal(object)
    """The path that is being written."""
    exported = Signal(object)
    """An Exported."""
    export_failed = Signal()

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._window = parent
        self.expected_per_row: Decimal | None = None
        """What the estimate says of one row; None while it is not known."""

    def resume(self, line: JobLine) -> None:
        """Go on with a paused job."""
        self._desk.ask(Resume(line.path), owner=self)

    def stop_loading(self, line: JobLine) -> None:
        """Give up a job that is still being read."""
        self._desk.ask(StopLoading(line.path), owner=self)

    def cancel(self, line: JobLine, batches: Sequence[Batch]) -> None:
        """Show what cancelling keeps, stops and costs, and cancel if that is wanted."""
        figures = cancel_figures(batches, line.mode, self.expected_per_row)
        dialog = CancelDialog(figures, self._window)
        accepted = dialog.exec() == CancelDialog.DialogCode.Accepted
        dialog.deleteLater()
        if accepted:
            self._desk.ask(Cancel(line.path), owner=self)

    def retry(self, line: JobLine, batches: Sequence[Batch]) -> None:
        """Ask all rows again that came to no good end; real work says its price before."""
        count = need_person(line)
        if count and self._agreed(line, batches, count):
            self._desk.ask(Retry(line.path, RETRIED), owner=self)

    def retry_row(self, line: JobLine, result: ResultRow) -> None:
        """Ask one row again; its price stood beside the button."""
        self._desk.ask(Retry(line.path, rows=(result.row,)), owner=self)

    def _agreed(self, line: JobLine, batches: Sequence[Batch], count: int) -> bool:
        if line.mode is Mode.PRACTICE:
            return True
        each = paid_per_row(batches) or self.expected_per_row
        rows = "1 row" if count == 1 else f"{count:,} rows"
        price = about_dollars(None if each is None else each * count)
        question = Question(
            f"Run {rows} again?",
            "They are sent in new half-price batches with the same settings. "
            "Answers that you have stay as they are.",
            f"Retry {rows} · {price}",
            icon="refresh-cw",
        )
        return self._desk.questions.confirm(question)

    def export(self, line: JobLine, wishes: ExportWishes, shown: tuple[RowState, ...]) -> None:
        """Let the person choose a place, and have the table written there."""
        start = self._desk.places.exports / usual_name(line.name, line.mode)
        path = self._desk.questions.save_file("Export answers", start, _CSV)
        if path is None:
            return
        target = with_ending(path)
        verb = wishes.verb(line.path, str(target), shown)
        self.exporting.emit(target)
        self._desk.ask(verb, owner=self, done=self._exported, failed=self._not_exported)

    def _exported(self, reply: Exported) -> None:
        self.exported.emit(reply)

    def _not_exported(self, error: SheafError) -> None:
        self.export_failed.emit()
        self._desk.questions.show_error(error)


def with_ending(path: Path) -> Path:
    """Return the path with the ending that says what is in the file."""
    return path if path.suffix else path.with_name(path.name + ".csv")
