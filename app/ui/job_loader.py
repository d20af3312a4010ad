"""From a spreadsheet or a sample to a new job, and what is shown while it is being read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.core.catalog import Catalog
from app.core.errors import Halt, SheafError
from app.core.job import JobState
from app.engine.events import Progress
from app.engine.replies import JobLine, Pasted
from app.engine.samples import Sample
from app.engine.verbs import Load, Paste
from app.ui.desk import Desk
from app.ui.dialogs.read_again import Way, read_in
from app.ui.spreadsheets import PATTERNS

_NOTHING_COPIED = SheafError(
    "There is no text in the clipboard.",
    fix="Copy cells in your spreadsheet program first, with their column names.",
)
LOADING = "loading"
"""The stage of reading, in events.Progress."""


class JobLoader(QWidget):
    """Asks for files to be read; an invisible child of the window, so that questions lie over it.

    Emits `reading` with a line for a job that is not in the list yet, once, and `loaded` with
    every new job's line; `ended` when reading has ended without one.
    """

    reading = Signal(object)
    loaded = Signal(object)
    ended = Signal()

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._open = 0
        self._seen: set[str] = set()
        self._waiting: Sample | None = None
        desk.models_changed.connect(self._on_models)
        desk.progress.connect(self._on_progress)
        self.hide()

    @Slot()
    def choose(self) -> None:
        """Ask for a spreadsheet and read it."""
        start = Path(self._desk.settings.get("last_folder") or Path.home())
        chosen = self._desk.questions.choose_file(
            "Choose a spreadsheet", start, PATTERNS, self.window()
        )
        if chosen is not None:
            self._desk.save_settings({"last_folder": str(chosen.parent)})
            self.load([chosen])

    @Slot()
    def choose_folder(self) -> None:
        """Ask for a folder and read its files, one row each."""
        start = Path(self._desk.settings.get("last_folder") or Path.home())
        chosen = self._desk.questions.choose_folder("Choose a folder", start, self.window())
        if chosen is not None:
            self._desk.save_settings({"last_folder": str(chosen.parent)})
            self.load([chosen])

    @Slot()
    def paste(self) -> None:
        """Read the cells in the clipboard into a new job."""
        text = QGuiApplication.clipboard().text()
        if not text.strip():
            self._desk.show_error(self, _NOTHING_COPIED)
            return
        self._desk.ask(Paste(text), owner=self, done=self._pasted)

    def _pasted(self, pasted: Pasted) -> None:
        self._ask(Load(source=pasted.source))

    def load(self, files: Sequence[Path]) -> None:
        """Read each file into a new job."""
        for file in files:
            self._ask(Load(source=str(file)))

    @Slot(object)
    def load_sample(self, sample: Sample) -> None:
        """Read a bundled sample into a new job that is ready to run."""
        known = self._desk.models
        if known is None:
            # Only in the first moments: which model is suggested is not known yet.
            self._waiting = sample
            return
        settings = sample.settings(Catalog(known.models, known.as_of, known.live))
        self._ask(Load(source=str(sample.path), settings=settings, name=sample.title))

    @Slot()
    def _on_models(self) -> None:
        sample, self._waiting = self._waiting, None
        if sample is not None:
            self.load_sample(sample)

    def _ask(self, verb: Load) -> None:
        self._open += 1
        failed = partial(self._failed, verb)
        self._desk.ask(verb, owner=self, done=self._done, failed=failed)

    @Slot(object)
    def _on_progress(self, event: Progress) -> None:
        known = event.path in self._desk.jobs or event.path in self._seen
        if event.stage != LOADING or known or not self._open:
            return
        self._seen.add(event.path)
        name = Path(event.path).stem
        self.reading.emit(JobLine(event.path, name, JobState.LOADING, self._desk.mode, 0))

    def _done(self, line: JobLine) -> None:
        self._open -= 1
        self._seen.discard(line.path)
        self.loaded.emit(line)

    def _failed(self, verb: Load, error: SheafError) -> None:
        self._open -= 1
        stopped = self._seen & self._desk.stopped
        self._seen -= stopped
        self._desk.stopped -= stopped
        if not self._open:
            self._seen.clear()
        self.ended.emit()
        if stopped:
            return
        if error.halt is Halt.READING:
            self._offer_another_way(verb, error)
        else:
            self._desk.show_error(self, error)

    def _offer_another_way(self, verb: Load, error: SheafError) -> None:
        """Say why a file was not read, with the menus by which it may be."""
        before = Way(verb.encoding, verb.delimiter, verb.header)
        way = self._desk.questions.read_again(error, before, self.window())
        if way is not None:
            self._ask(read_in(verb, way))
