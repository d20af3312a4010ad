"""The page of a job that is being read, runs, waits or has ended."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.core.errors import SheafError
from app.core.job import Batch, Job, JobState, Mode
from app.engine.events import Noticed, Progress, Trouble
from app.engine.replies import EstimateReply, Exported, JobLine
from app.engine.verbs import EstimateJob, Resume
from app.engine.view import ResultRow
from app.ui.actions import command
from app.ui.desk import Desk
from app.ui.job.acts import JobActs
from app.ui.job.banners import (
    Act,
    Message,
    exported_message,
    message_for,
    noticed_message,
    trouble_message,
)
from app.ui.job.export_menu import ExportMenu, ExportWishes
from app.ui.job.header import ANSWERS, BATCHES, ENDED, JobHeader, has_answers
from app.ui.job.loading import LoadingView
from app.ui.job.message_bar import MessageBar
from app.ui.job.results import ResultsView
from app.ui.job.running import RunningView
from app.ui.job.snapshot import Snapshot, Snapshots
from app.ui.layouts import box, column
from app.ui.widgets.announce import announce

_PATIENCE_MS = 3000
"""How long a job that says it is being read may be silent before it is read again."""


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
        self._estimated = ""
        self._notice: Message | None = None
        self._wishes = ExportWishes()
        self.acts = JobActs(desk, self)
        self._snapshots = Snapshots(desk, self)
        self.header = JobHeader()
        self.bar = MessageBar()
        self.running = RunningView()
        self.results = ResultsView(desk)
        self.loading = LoadingView()
        self._body = QStackedWidget()
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._body.addWidget(self.results)
        self._body.addWidget(self.running)
        lines = column(self.header, self.bar, gap=0)
        lines.addWidget(self._body, 1)
        self._pages.addWidget(box(lines))
        self._pages.addWidget(self.loading)
        whole = column(gap=0)
        whole.addWidget(self._pages)
        self.setLayout(whole)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._read_again)

    def _connect(self) -> None:
        desk, header = self._desk, self.header
        self._snapshots.arrived.connect(self._take)
        desk.job_changed.connect(self._on_changed)
        desk.progress.connect(self._on_progress)
        desk.noticed.connect(self._on_noticed)
        desk.trouble.connect(self._on_trouble)
        desk.key_changed.connect(self._on_key)
        header.cancel_asked.connect(self._cancel)
        header.retry_asked.connect(self._retry)
        header.export_asked.connect(self._open_export_menu)
        header.view_chosen.connect(self.show_view)
        self.loading.stop_asked.connect(self._stop_loading)
        self.results.run_again.connect(self._run_row_again)
        self.bar.acted.connect(self._act)
        self.acts.exporting.connect(self._on_exporting)
        self.acts.exported.connect(self._on_exported)
        self.acts.export_failed.connect(self._on_export_failed)
        command(self, "retry", self._retry, everywhere=True)
        command(self, "export", self._export, everywhere=True)

    # --- showing --------------------------------------------------------------------------------

    def show_line(self, line: JobLine) -> None:
        """Show a job; the views follow its changes until another one is shown."""
        before, self._line = self._line, line
        if line.state is JobState.LOADING:
            self._show_loading(line, anew=before is None or before.path != line.path)
            return
        self._patience.stop()
        was_read = before is not None and before.state is JobState.LOADING
        if before is None or before.path != line.path or was_read:
            self._begin(line)
        elif before.state not in ENDED and line.state in ENDED:
            self._has_ended(line)
        self._notice = None if before != line else self._notice
        self.header.show_line(line)
        self._say()
        self._snapshots.read(line.path)

    def _show_loading(self, line: JobLine, *, anew: bool) -> None:
        self._pages.setCurrentIndex(1)
        if anew:
            self.loading.show_line(line)
            self._patience.start()

    def _begin(self, line: JobLine) -> None:
        self._job, self._batches, self._notice = None, (), None
        self._pages.setCurrentIndex(0)
        self.show_view(ANSWERS if line.state in ENDED else BATCHES)

    def _has_ended(self, line: JobLine) -> None:
        announce(self, f"{line.name} has ended.")
        self.show_view(ANSWERS)

    @Slot(object)
    def show_view(self, view: int) -> None:
        """Show the answers or the batches."""
        self.header.switch.choose(view)
        self._body.setCurrentIndex(view)
        self._fill()

    @Slot(object)
    def _take(self, snapshot: Snapshot) -> None:
        self._job, self._batches = snapshot.job, snapshot.batches
        self._fill()
        self._ask_estimate()

    def _fill(self) -> None:
        """Fill the view in front; the other one is filled when it is chosen."""
        if self._line is None or self._job is None:
            return
        if self._shows_answers:
            self.results.show_job(self._line, self._job)
        else:
            self.running.show_job(self._line, self._batches)

    @property
    def _shows_answers(self) -> bool:
        return self._body.currentIndex() == ANSWERS

    def _ask_estimate(self) -> None:
        line, job = self._line, self._job
        if line is None or job is None or line.path == self._estimated:
            return
        self._estimated = line.path
        self.acts.expected_per_row = None
        if line.mode is Mode.REAL and line.state not in ENDED:
            done = partial(self._take_estimate, line.path)
            verb = EstimateJob(line.path, job.settings)
            self._desk.ask(verb, owner=self, done=done, failed=_without)

    def _take_estimate(self, path: str, reply: EstimateReply) -> None:
        expected = reply.estimate.expected_usd
        if self._line is None or self._line.path != path or expected is None:
            return
        self.acts.expected_per_row = expected / max(reply.estimate.rows, 1)
        self.running.card.expect(expected)

    def _say(self) -> None:
        line = self._line
        if line is not None:
            self.bar.show_message(self._notice or message_for(line, self._desk.key))

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
            self._patience.stop()
            self.loading.show_progress(progress)
            self.running.show_progress(progress)

    @Slot(object)
    def _on_noticed(self, noticed: Noticed) -> None:
        if self._is_shown(noticed.path):
            self._notice = noticed_message(noticed.text, datetime.now().astimezone())
            self._say()

    @Slot(object)
    def _on_trouble(self, trouble: Trouble) -> None:
        """Say why work has stopped, unless the job's own line says it already."""
        line = self._line
        if line is not None and line.path == trouble.path and not line.trouble:
            self._notice = trouble_message(line, self._desk.key, trouble)
            self._say()

    @Slot(object)
    def _on_key(self, _key: object) -> None:
        self._say()

    @Slot()
    def _read_again(self) -> None:
        """Read a file again of which a killed Sheaf left half; a reading at work is not hurt."""
        if self._line is not None and self._line.state is JobState.LOADING:
            self._desk.ask(Resume(self._line.path), owner=self)

    # --- doing ----------------------------------------------------------------------------------

    @Slot()
    def _cancel(self) -> None:
        if self._line is not None:
            self.acts.cancel(self._line, self._batches)

    @Slot()
    def _retry(self) -> None:
        if self._line is not None and not self.header.retry.isHidden():
            self.acts.retry(self._line, self._batches)

    @Slot(object)
    def _run_row_again(self, result: ResultRow) -> None:
        if self._line is not None:
            self.acts.retry_row(self._line, result)

    @Slot()
    def _stop_loading(self) -> None:
        if self._line is not None:
            self.acts.stop_loading(self._line)

    @Slot()
    def _open_export_menu(self) -> None:
        chosen = self.results.filter
        words = chosen.text if self._shows_answers and chosen.states else ""
        menu = ExportMenu(self._wishes, words, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.export_asked.connect(self._export)
        button = self.header.export
        corner = button.mapToGlobal(QPoint(button.width(), button.height() + 4))
        menu.popup(corner - QPoint(menu.sizeHint().width(), 0))

    @Slot()
    def _export(self) -> None:
        if self._line is not None and has_answers(self._line):
            shown = self.results.filter.states if self._shows_answers else ()
            self.acts.export(self._line, self._wishes, shown)

    @Slot(object)
    def _on_exporting(self, _path: Path) -> None:
        self.header.export.setEnabled(False)

    @Slot(object)
    def _on_exported(self, reply: Exported) -> None:
        self.header.export.setEnabled(True)
        self._notice = exported_message(reply)
        self._say()

    @Slot()
    def _on_export_failed(self) -> None:
        self.header.export.setEnabled(True)

    @Slot(object)
    def _act(self, message: Message) -> None:
        if message.act is Act.SHOW_FILE:
            folder = QUrl.fromLocalFile(str(Path(message.path).parent))
            QDesktopServices.openUrl(folder)
        elif message.act is Act.SETTINGS:
            self.settings_wanted.emit()
        elif self._line is not None:
            self.acts.resume(self._line)


def _without(_error: SheafError) -> None:
    """Do without the estimate: it is an addition, not what the page is for."""
