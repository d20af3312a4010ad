"""What every step of a draft has: a screen, its part of the settings, what stands in the way."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.core.job import Job, JobSettings
from app.engine.replies import JobLine
from app.ui.desk import Desk


class Step(QWidget):
    """One of the four screens between a spreadsheet and a submitted job.

    A subclass fills its screen in `show_job`, lays what the person chose over the settings in
    `apply`, and emits `changed` after every edit; the draft saves and checks. It brings its own
    padding of 24 pixels and lies in a scroll area that the draft gives it.
    """

    changed = Signal()
    """Something was edited by the person."""
    go_to = Signal(object)
    """The number of the step to jump to, 0 to 3."""

    advance = Signal()
    """Go on: to the next step, or on the last one submit."""

    title = ""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    def is_needed(self, _job: Job) -> bool:
        """Say whether a job has anything to decide here; the draft leaves out other steps."""
        return True

    def show_job(self, line: JobLine, job: Job) -> None:
        """Fill the screen from a job's head; emits no `changed`."""
        raise NotImplementedError

    def apply(self, settings: JobSettings) -> JobSettings:
        """Return the settings with this step's part laid over them."""
        return settings

    def problem(self) -> str:
        """Say in one short sentence why the next step is not possible; empty when it is."""
        return ""

    def entered(self) -> None:
        """Bring the screen up to date; it is shown, perhaps again."""

    def note(self) -> str:
        """Return the quiet sentence left of the primary button."""
        return ""

    def primary(self) -> tuple[str, str]:
        """Return the label and the icon of the primary button."""
        raise NotImplementedError

    def proceed(self) -> None:
        """Go on, as the primary button asks; a step with a question to ask does so first."""
        self.advance.emit()
