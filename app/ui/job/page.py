"""The page of a job that is being read, runs, waits or has ended."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.core.doubt import HistoryLine
from app.core.job import Batch, Job, JobState
from app.engine.events import Noticed, Progress, Trouble
from app.engine.replies import Exported, JobLine
from app.engine.verbs import Resume
from app.engine.view import ResultRow
from app.ui.actions import command
from app.ui.desk import Desk
from app.ui.job.above import Above
from app.ui.job.acts import JobActs
from app.ui.job.bill import BillView
from app.ui.job.expectation import Expectation
from app.ui.job.exports import Exportable, Exports
from app.ui.job.filters import Filter
from app.ui.job.header import ANSWERS, BATCHES, BILL, ENDED, NEEDS_YOU, JobHeader
from app.ui.job.left import what_is_left
from app.ui.job.loading import LoadingView
from app.ui.job.needs_you import NeedsYouView
from app.ui.job.results import ResultsView
from app.ui.job.retry_wish import RetryWish
from app.ui.job.running import RunningView
from app.ui.job.snapshot import Snapshot, Snapshots
from app.ui.job.words import NO_NOTES, BatchNotes, need_person
from app.ui.layouts import box, column
from app.ui.widgets.announce import announce
from app.ui.widgets.page_area import PageArea
from app.ui.widgets.views import Views


class JobPage(QWidget):
    """Header, at most one banner, and below it the batches or the answers."""

    settings_wanted = Signal()
    """The key is what a paused job waits for."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._line: JobLine | None = None
        self._job: Job | None = None
        self._batches: tuple[Batch, ...] = ()
        self._notes: BatchNotes = NO_NOTES
        self._history: tuple[HistoryLine, ...] = ()
        self.acts = JobActs(desk, self)
        self._snapshots = Snapshots(desk, self)
        self._expectation = Expectation(desk, self)
        self.header = JobHeader()
        self.exports = Exports(self.acts, self.header.export, self._exportable)
        self.above = Above(desk, self.acts)
        self.running = RunningView()
        self.results = ResultsView(desk)
        self.needs_you = NeedsYouView(desk)
        self.bill = BillView(desk)
        self.loading = LoadingView()
        self._body = Views(self.results, self.needs_you, self.running, self.bill)
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        inside = column(self.above, gap=0)
        inside.addWidget(self._body, 1)
        lines = column(self.header, gap=0)
        lines.addWidget(PageArea(box(inside), name="job-body"), 1)
        self._pages.addWidget(box(lines))
        self._pages.addWidget(self.loading)
        whole = column(gap=0)
        whole.addWidget(self._pages)
        self.setLayout(whole)

    def _connect(self) -> None:
        desk, header = self._desk, self.header
        self._snapshots.arrived.connect(self._take)
        self._snapshots.lost.connect(self._say)
        self._expectation.arrived.connect(self._expect)
        desk.job_changed.connect(self._on_changed)
        desk.progress.connect(self._on_progress)
        desk.noticed.connect(self._on_noticed)
        desk.trouble.connect(self._on_trouble)
        header.cancel_asked.connect(self._cancel)
        header.export_asked.connect(self.exports.open_menu)
        header.view_chosen.connect(self.show_view)
        self.loading.stop_asked.connect(self._stop_loading)
        self.loading.silent.connect(self._read_again)
        self.results.run_again.connect(self._run_row_again)
        self.above.settings_wanted.connect(self.settings_wanted)
        self.needs_you.retry_wished.connect(self._retry)
        self.needs_you.cause_opened.connect(self._open_cause)
        self.acts.retried.connect(self.needs_you.group_anew)
        self.acts.not_retried.connect(self.needs_you.free)
        self.acts.exporting.connect(self._on_exporting)
        self.acts.exported.connect(self._on_exported)
        self.acts.export_failed.connect(self._on_export_failed)
        self.acts.copied.connect(self.above.say_copied)
        command(self, "retry", self._show_needs_you, everywhere=True)
        command(self, "export", self.exports.export_usual, everywhere=True)

    # --- showing --------------------------------------------------------------------------------

    def show_line(self, line: JobLine) -> None:
        """Show a job; the views follow its changes until another one is shown."""
        before, self._line = self._line, line
        if line.state is JobState.LOADING:
            self._show_loading(line, anew=before is None or before.path != line.path)
            return
        self.loading.patience.stop()
        was_read = before is not None and before.state is JobState.LOADING
        if before is None or before.path != line.path or was_read:
            self._begin(line)
        elif before.state not in ENDED and line.state in ENDED:
            self._has_ended(line)
        self.header.show_line(line)
        self._snapshots.read(line.path)

    def _show_loading(self, line: JobLine, *, anew: bool) -> None:
        self._pages.setCurrentIndex(1)
        if anew:
            self.loading.show_line(line)

    def _begin(self, line: JobLine) -> None:
        self._job, self._batches, self._notes, self._history = None, (), NO_NOTES, ()
        self._pages.setCurrentIndex(0)
        self.show_view(ANSWERS if line.state in ENDED else BATCHES)

    def _has_ended(self, line: JobLine) -> None:
        announce(self, f"{line.name} has ended.")
        if self._body.current != NEEDS_YOU or not need_person(line):
            self.show_view(ANSWERS)

    @Slot(object)
    def show_view(self, view: int) -> None:
        """Show the answers, the rows that need somebody, the batches, or the bill."""
        self.header.show_view(view)
        self._body.bring(view)
        self._fill()

    @Slot(object)
    def _take(self, snapshot: Snapshot) -> None:
        self._job, self._batches, self._notes = snapshot.job, snapshot.batches, snapshot.notes
        self._history = snapshot.history
        if self._line is not None:
            self._expectation.ask(self._line, snapshot.job)
        self._say()
        self._fill()

    def _fill(self) -> None:
        """Fill the view in front; the others are filled when they are chosen."""
        if self._line is None or self._job is None:
            return
        view = self._body.current
        if view == ANSWERS:
            self.results.show_job(self._line, self._job)
        elif view == NEEDS_YOU:
            self.needs_you.show_job(self._line, self._job)
        elif view == BILL:
            self.bill.show_job(self._line, self._job)
        else:
            self.running.show_job(self._line, self._batches, self._notes, self._history)

    @property
    def _shows_answers(self) -> bool:
        return self._body.current == ANSWERS

    @Slot(object)
    def _expect(self, whole: Decimal) -> None:
        self.running.card.expect(whole)
        self._say()

    @Slot()
    def _say(self) -> None:
        """Show what stands above the views; what is left is counted from the batches."""
        line = self._line
        if line is not None:
            each = self._expectation.per_row
            left = what_is_left(line, self._batches, self._notes.not_run, each)
            self.above.show_line(line, left, self._notes)

    # --- hearing --------------------------------------------------------------------------------

    def _is_shown(self, path: str) -> bool:
        return self._line is not None and self._line.path == path

    @Slot(object)
    def _on_changed(self, line: JobLine) -> None:
        if self._is_shown(line.path) and line.state is not JobState.DRAFT:
            self.show_line(line)

    @Slot(object)
    def _on_progress(self, progress: Progress) -> None:
        if self._is_shown(progress.path):
            self.loading.show_progress(progress)
            self.running.show_progress(progress)

    @Slot(object)
    def _on_noticed(self, noticed: Noticed) -> None:
        if self._is_shown(noticed.path):
            self.above.hear(noticed)

    @Slot(object)
    def _on_trouble(self, trouble: Trouble) -> None:
        if self._line is not None and self._is_shown(trouble.path):
            self.above.hear_trouble(self._line, trouble)

    @Slot()
    def _read_again(self) -> None:
        """Read a file again of which a killed Sheaf left half; a reading at work is not hurt."""
        if self._line is not None and self._line.state is JobState.LOADING:
            self._desk.ask(Resume(self._line.path), owner=self)

    # --- doing ----------------------------------------------------------------------------------

    @Slot()
    def _cancel(self) -> None:
        if self._line is not None:
            self.acts.cancel(self._line, self._batches, self._expectation.per_row)

    @Slot()
    def _show_needs_you(self) -> None:
        """Show the rows that need somebody, with the keyboard on the button with their price."""
        if self._line is not None and need_person(self._line):
            self.show_view(NEEDS_YOU)
            self.needs_you.take_focus()

    @Slot(object)
    def _retry(self, wish: RetryWish) -> None:
        if self._line is not None:
            self.acts.retry(self._line, wish)

    @Slot(object, object, object)
    def _open_cause(self, cause: Filter, rows: int, place: int) -> None:
        """Show the rows of a cause among the answers, and one of them in full."""
        self.show_view(ANSWERS)
        self.results.show_cause(cause, rows, open_at=place)

    @Slot(object)
    def _run_row_again(self, result: ResultRow) -> None:
        if self._line is not None:
            self.acts.retry_row(self._line, result)

    @Slot()
    def _stop_loading(self) -> None:
        if self._line is not None:
            self.acts.stop_loading(self._line)

    def _exportable(self) -> Exportable | None:
        if self._line is None:
            return None
        chosen = self.results.filter if self._shows_answers else None
        if chosen is None or not chosen.states:
            return Exportable(self._line, self._job)
        return Exportable(self._line, self._job, chosen.text, chosen.states)

    @Slot(object)
    def _on_exporting(self, _path: Path) -> None:
        self.header.export.setEnabled(False)

    @Slot(object)
    def _on_exported(self, reply: Exported) -> None:
        self.header.export.setEnabled(True)
        self.above.say_exported(reply)

    @Slot()
    def _on_export_failed(self) -> None:
        self.header.export.setEnabled(True)
