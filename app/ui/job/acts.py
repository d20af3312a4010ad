"""What a person can do with a submitted job; what costs money says its price before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.core.causes import Cause
from app.core.errors import Halt, SheafError
from app.core.job import Batch, Mode, RowState
from app.core.limit import Unit
from app.engine.export import usual_name
from app.engine.replies import Exported, JobLine
from app.engine.save_requests import usual_requests_name
from app.engine.verbs import (
    Cancel,
    Export,
    RaiseLimit,
    Resume,
    Retry,
    SettleDoubt,
    StopLoading,
    TakeOver,
)
from app.engine.view import JobView, ResultRow
from app.ui.ask import Question
from app.ui.desk import Desk
from app.ui.dialogs.confirm import CancelDialog
from app.ui.elsewhere import question_before_continuing
from app.ui.job.cancel_figures import cancel_figures
from app.ui.job.export_menu import CSV, EXCEL, JSON_LINES, REQUESTS, ExportWishes
from app.ui.job.left import Left
from app.ui.job.message import Act
from app.ui.job.retry_wish import RetryWish

Failed = Callable[[SheafError], None]
_NO_LIMIT = Question(
    "Go on without a spend limit?",
    "The price of this model is not known, so no limit in dollars can hold. Anthropic charges "
    "your account what it asks on its price page.",
    "Go on without a limit",
    "Keep the limit",
    icon="wallet",
)
_PATTERNS = {
    EXCEL: "Excel workbooks (*.xlsx)",
    CSV: "CSV files (*.csv *.tsv)",
    JSON_LINES: "JSON Lines (*.jsonl)",
    REQUESTS: "Requests, one to a line (*.jsonl)",
}
_MOST_COPIED = 100_000
_TOO_MANY = SheafError(
    f"More than {_MOST_COPIED:,} rows are too many for the clipboard.",
    fix="Export them to a file instead.",
)


class JobActs(QObject):
    """Asks the person where that is due, then the engine."""

    exporting = Signal(object)
    """The path that is being written."""
    exported = Signal(object)
    """An Exported."""
    export_failed = Signal()
    copied = Signal(object)
    """How many rows are in the clipboard."""
    retried = Signal()
    """Rows are planned to be asked again."""
    not_retried = Signal()
    """Nothing came of a wish to ask rows again."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._window = parent

    def stop_loading(self, line: JobLine) -> None:
        """Give up a job that is still being read."""
        self._desk.ask(StopLoading(line.path), owner=self)

    def cancel(self, line: JobLine, batches: Sequence[Batch], per_row: Decimal | None) -> None:
        """Show what cancelling keeps, stops and costs, and cancel if that is wanted.

        `per_row` is what the estimate says of one row; None while it is not known.
        """
        figures = cancel_figures(line, batches, per_row)
        dialog = CancelDialog(figures, self._window)
        accepted = dialog.exec() == CancelDialog.DialogCode.Accepted
        dialog.deleteLater()
        if accepted:
            self._desk.ask(Cancel(line.path), owner=self)

    def way_out(self, line: JobLine, act: Act, left: Left, *, failed: Failed) -> bool:
        """Do what a banner's button says about a job that stands still; False when not wanted."""
        questions = self._desk.questions
        verb: Resume | TakeOver | RaiseLimit | Retry = Resume(line.path)
        if act is Act.TAKE_OVER:
            if not questions.confirm(question_before_continuing(line)):
                return False
            verb = TakeOver(line.path)
        elif act is Act.NO_LIMIT:
            if not questions.confirm(_NO_LIMIT):
                return False
            verb = RaiseLimit(line.path, None)
        elif left.not_run:
            # The banner counts these rows among what is left, and says what they cost.
            verb = Retry(line.path, causes=(Cause.CREDIT, Cause.KEY))
        self._desk.ask(verb, owner=self, failed=failed)
        return True

    def raise_limit(self, line: JobLine, amount: Decimal, *, failed: Failed) -> None:
        """Set a higher spend limit, and go on."""
        unit = line.limit.unit if line.limit is not None else Unit.DOLLARS
        text = f"{amount:.2f}" if unit is Unit.DOLLARS else f"{amount:.0f}"
        self._desk.ask(RaiseLimit(line.path, text, unit), owner=self, failed=failed)

    def send_again(self, line: JobLine, batch: int, *, failed: Failed) -> None:
        """Send a batch in doubt again; its highest price stood on the button."""
        self._desk.ask(SettleDoubt(line.path, batch), owner=self, failed=failed)

    def retry(self, line: JobLine, wish: RetryWish) -> None:
        """Ask rows again whose price stood on the button; one that is not known is asked about."""
        unknown = line.mode is Mode.REAL and wish.price is None
        if unknown and not self._desk.questions.confirm(_unknown_price(wish)):
            self.not_retried.emit()
            return
        for verb in wish.verbs(line.path):
            self._desk.ask(verb, owner=self, done=self._on_retried, failed=self._not_retried)

    def _on_retried(self, _line: JobLine) -> None:
        self.retried.emit()

    def _not_retried(self, error: SheafError) -> None:
        self.not_retried.emit()
        self._desk.show_error(self._window, error)

    def retry_row(self, line: JobLine, result: ResultRow) -> None:
        """Ask one row again; its price stood beside the button."""
        self._desk.ask(Retry(line.path, rows=(result.row,)), owner=self)

    def export(
        self,
        line: JobLine,
        wishes: ExportWishes,
        shown: tuple[RowState, ...],
        form: str = EXCEL,
        header: Sequence[str] = (),
    ) -> None:
        """Let the person choose a place, and have the table written there, in that form."""
        is_requests = form == REQUESTS
        answers = usual_name(line.name, line.mode)
        name = usual_requests_name(answers) if is_requests else f"{Path(answers).stem}.{form}"
        title = "Save requests" if is_requests else "Export answers"
        start = self._desk.places.exports / name
        path = self._desk.questions.save_file(title, start, _PATTERNS[form])
        if path is None:
            return
        target = with_ending(path, JSON_LINES if is_requests else form)
        verb = wishes.verb(line.path, str(target), shown, header)
        if is_requests:
            verb = msgspec.structs.replace(verb, form=REQUESTS)
        # The system has asked about the name that it knows, not about one with our ending.
        self._write(msgspec.structs.replace(verb, overwrite=target == path))

    def _write(self, verb: Export) -> None:
        self.exporting.emit(Path(verb.path))
        failed = partial(self._not_written, verb)
        self._desk.ask(verb, owner=self, done=self._exported, failed=failed)

    def _not_written(self, verb: Export, error: SheafError) -> None:
        """Ask about a file in the way, under the name that is really written."""
        if error.halt is not Halt.EXISTS:
            self._not_exported(error)
        elif self._desk.questions.confirm(_replace_question(Path(verb.path))):
            self._write(msgspec.structs.replace(verb, overwrite=True))
        else:
            self.export_failed.emit()

    def copy(
        self,
        line: JobLine,
        wishes: ExportWishes,
        shown: tuple[RowState, ...],
        header: Sequence[str] = (),
    ) -> None:
        """Put the table into the clipboard as text that spreadsheet programs paste as cells."""
        if line.rows > _MOST_COPIED:
            self._desk.questions.show_error(_TOO_MANY)
            return
        file = self._desk.places.cache / "copied.tsv"
        verb = msgspec.structs.replace(
            wishes.verb(line.path, str(file), shown, header),
            delimiter="\t",
            bom=False,
            newline="\n",
            overwrite=True,
        )
        done = partial(self._read_copy, line.path, file)
        self._desk.ask(verb, owner=self, done=done, failed=self._not_exported)

    def _read_copy(self, job: str, file: Path, reply: Exported) -> None:
        def text(_view: JobView) -> str:
            copied = file.read_text(encoding="utf-8")
            file.unlink()
            return copied

        self._desk.read(job, text, owner=self, done=partial(self._copied, reply.rows))

    def _copied(self, rows: int, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.copied.emit(rows)

    def _exported(self, reply: Exported) -> None:
        self.exported.emit(reply)

    def _not_exported(self, error: SheafError) -> None:
        self.export_failed.emit()
        self._desk.questions.show_error(error)


def _replace_question(target: Path) -> Question:
    return Question(
        f'Replace "{target.name}"?',
        f'There is a file of this name in "{target.parent}", which is no export of this job as '
        "Sheaf left it. What is in it would be gone.",
        "Replace it",
        "Keep it",
        dangerous=True,
        icon="triangle-alert",
        icon_ink="warn",
    )


def _unknown_price(wish: RetryWish) -> Question:
    rows = "1 row" if wish.rows == 1 else f"{wish.rows:,} rows"
    return Question(
        f"Run {rows} again without knowing the price?",
        "They are sent in new half-price batches. Sheaf knows no price for this model, so no "
        "spend limit can hold. Answers that you have stay as they are.",
        f"Retry {rows} · price not known",
        icon="refresh-cw",
    )


def with_ending(path: Path, form: str = EXCEL) -> Path:
    """Return the path with the ending that says what is in the file."""
    return path if path.suffix else path.with_name(f"{path.name}.{form}")
