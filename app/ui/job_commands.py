"""What can be done with a job in the list: open, rename, duplicate, delete, and their menu."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, QTimer, Signal, Slot
from PySide6.QtGui import QAction

from app.core.errors import Halt
from app.core.job import BatchState, JobState, Mode
from app.engine.replies import Deleted, JobLine
from app.engine.verbs import Delete, DeleteRemote, Duplicate, Rename
from app.ui.actions import COMMANDS, command
from app.ui.ask import Question
from app.ui.desk import Desk
from app.ui.dialogs.rename_job import RenameJob
from app.ui.plain_text import literal
from app.ui.theme import THEME
from app.ui.widgets.job_list import JobList
from app.ui.widgets.menu import Menu

_OPEN_WORDS = {
    JobState.DRAFT: "Open draft",
    JobState.FINISHED: "Open results",
    JobState.CANCELLED: "Open results",
}


class JobCommands(QObject):
    """Acts on the job that the list is on; emits `duplicated` with the new job's line."""

    duplicated = Signal(object)
    said = Signal(object)
    """A sentence about what has been done."""

    def __init__(self, desk: Desk, jobs: JobList) -> None:
        super().__init__(jobs)
        self._desk = desk
        self._jobs = jobs
        self._menu_path = ""
        self._menu = Menu(jobs)
        self._menu.aboutToHide.connect(self._menu_closed)
        self._open = QAction(jobs)
        self._open.triggered.connect(self._open_chosen)
        window = jobs.window()
        self._rename = command(window, "rename_job", self.rename, everywhere=True)
        self._duplicate = command(window, "duplicate_job", self.duplicate, everywhere=True)
        # Del is for rows and letters everywhere else.
        self._delete = command(jobs, "delete_job", self.delete)
        # Not every system makes a menu event of these keys.
        command(jobs, "job_menu", jobs.ask_menu)
        self._delete_remote = QAction("Delete from Anthropic’s servers…", jobs)
        self._delete_remote.setObjectName("action-delete_remote")
        self._delete_remote.triggered.connect(self.delete_remote)
        jobs.menu_asked.connect(self.show_menu)

    @Slot()
    def rename(self) -> None:
        """Ask for the job's new name."""
        line = self._chosen()
        if line is not None:
            dialog = RenameJob(self._jobs.window(), line.name)
            dialog.named.connect(partial(self._rename_to, line.path))
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

    @Slot()
    def duplicate(self) -> None:
        """Make a draft with the same data and settings."""
        line = self._chosen()
        if line is not None:
            self._desk.ask(Duplicate(line.path), owner=self._jobs, done=self.duplicated.emit)

    @Slot()
    def delete(self) -> None:
        """Ask, and delete the job from this computer."""
        line = self._chosen()
        if line is not None and self._desk.questions.confirm(_about_deleting(line)):
            self._desk.ask(Delete(line.path), owner=self._jobs)

    @Slot()
    def delete_remote(self) -> None:
        """Ask, and delete the job's finished batches at Anthropic; the answers stay here."""
        line = self._chosen()
        if line is not None and self._desk.questions.confirm(_about_deleting_remote(line)):
            self._desk.ask(DeleteRemote(line.path), owner=self._jobs, done=self._say_deleted)

    def _say_deleted(self, deleted: Deleted) -> None:
        self.said.emit(_deleted_words(deleted))

    @Slot(object, object)
    def show_menu(self, path: str, place: QPoint) -> None:
        """Open the menu of a job at a point of the screen."""
        line = self._desk.jobs.get(path)
        if line is None:
            return
        self._menu_path = path
        self._jobs.show_menu_of(path)
        self._fill(line)
        self._menu.popup(place)

    def _fill(self, line: JobLine) -> None:
        self._menu.clear()
        self._open.setText(literal(_OPEN_WORDS.get(line.state, "Open job")))
        self._open.setIcon(THEME.icon("folder-open"))
        for name, action in (
            ("rename_job", self._rename),
            ("duplicate_job", self._duplicate),
            ("delete_job", self._delete),
        ):
            ink = "badText" if name == "delete_job" else "text2"
            action.setIcon(THEME.icon(COMMANDS[name].icon, ink))
        for action in (self._rename, self._delete):
            action.setEnabled(not line.read_only)
        self._menu.addActions([self._open, self._rename])
        self._menu.addSeparator()
        self._menu.addAction(self._duplicate)
        self._menu.addSeparator()
        self._delete_remote.setIcon(THEME.icon("cloud-off"))
        self._delete_remote.setEnabled(_can_delete_remote(line))
        self._delete_remote.setVisible(line.mode is Mode.REAL)
        self._menu.addActions([self._delete_remote, self._delete])

    def _chosen(self) -> JobLine | None:
        return self._desk.jobs.get(self._menu_path or self._jobs.current_path())

    @Slot()
    def _open_chosen(self) -> None:
        line = self._chosen()
        if line is not None:
            self._jobs.job_chosen.emit(line.path)

    def _rename_to(self, path: str, name: str) -> None:
        self._desk.ask(Rename(path, name), owner=self._jobs)

    @Slot()
    def _menu_closed(self) -> None:
        self._jobs.show_menu_of("")
        # The menu hides before its entry acts, and the entry still has to know the job.
        QTimer.singleShot(0, self, self._forget_menu)

    @Slot()
    def _forget_menu(self) -> None:
        if not self._menu.isVisible():
            self._menu_path = ""
            for action in (self._rename, self._delete):
                action.setEnabled(True)


def _can_delete_remote(line: JobLine) -> bool:
    """Say whether finished batches may still be at Anthropic whose answers are safe here."""
    ended = line.batches.get(BatchState.FINISHED, 0) > 0
    ours = not line.read_only and line.halt is not Halt.ELSEWHERE
    return line.mode is Mode.REAL and ended and ours


def _about_deleting_remote(line: JobLine) -> Question:
    return Question(
        "Delete the finished batches from Anthropic’s servers?",
        f"What “{line.name}” sent, and Claude’s answers to it, are removed there for good; "
        "Anthropic would keep them for 29 days. The answers on this computer stay.",
        "Delete from the servers",
        "Keep them there",
        dangerous=True,
        icon="cloud-off",
        icon_ink="bad",
    )


def _deleted_words(deleted: Deleted) -> str:
    def batches(count: int) -> str:
        return "1 batch" if count == 1 else f"{count:,} batches"

    if deleted.left:
        return (
            f"{batches(deleted.deleted)} deleted from Anthropic’s servers. "
            f"{batches(deleted.left)} could not be deleted; try again later."
        )
    if not deleted.deleted:
        return "Nothing of this job was left on Anthropic’s servers."
    return f"{batches(deleted.deleted)} deleted from Anthropic’s servers. Your answers are here."


def _about_deleting(line: JobLine) -> Question:
    begun = line.state is not JobState.DRAFT
    what = "its rows, answers and costs" if begun else "its rows and instructions"
    return Question(
        f"Delete “{line.name}”?",
        f"This removes the job with {what} from this computer, for good. "
        "Your spreadsheet and what you exported stay.",
        "Delete job",
        "Keep job",
        dangerous=True,
        icon="trash-2",
        icon_ink="bad",
    )
