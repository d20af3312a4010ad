"""Asks the engine for one draft's trials: what one would cost, to try, to stop, what came."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.core.errors import SheafError
from app.core.job import JobSettings, JobState
from app.core.trial import USUAL_ROWS, Tried
from app.engine.events import Progress
from app.engine.money_replies import TrialPlan, TrialReply, TriedAnswer
from app.engine.money_verbs import PlanTrial, StopTrial, TrialSoFar, TryRows
from app.engine.replies import JobLine
from app.engine.verbs import Submit
from app.engine.view import JobView
from app.ui.desk import Desk

PAUSE_MS = 200
"""How long the settings must rest before the price of a trial is asked for."""
_STAGE = "trying"
_OVER = frozenset({JobState.FINISHED, JobState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are to be tried next: these, or so many; of which models; when."""

    rows: tuple[int, ...] = ()
    count: int = USUAL_ROWS
    models: tuple[str, ...] = ()
    in_batch: bool = False


class TrialAsker(QObject):
    """The trials of the draft that is shown."""

    planned = Signal(object)
    """A TrialPlan for the settings that were followed last, or the SheafError in its way."""
    begun = Signal()
    progressed = Signal(object)
    """How far the trial is: a Progress."""
    some_came = Signal(object)
    """The TriedAnswers of the trial that goes on."""
    ended = Signal(object)
    """The TrialReply of a trial that was asked for here."""
    known = Signal(object)
    """The TrialReply of what was tried before, or came meanwhile."""
    failed = Signal(object)
    """The SheafError of a trial that asked nothing."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._path = ""
        self._settings = JobSettings()
        self._wanted = Wanted()
        self._number = 0
        """Counts the questions for a price: only the newest answer is taken."""
        self._rounds = 0
        self._waiting: frozenset[str] = frozenset()
        self._left: tuple[int, ...] = ()
        """The numbers that have stood there since they were tried: no wish to try them again."""
        self.plan: TrialPlan | None = None
        self.is_busy = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.ask_price)
        desk.progress.connect(self._take_progress)
        desk.job_changed.connect(self._take_line)

    @property
    def has_tried(self) -> bool:
        """Whether rows of this draft were tried before, so that others come next."""
        return self._rounds > 0

    def open(self, path: str) -> None:
        """Ask for another draft from now on."""
        if path != self._path:
            self._path, self._rounds = path, 0
            self.is_busy, self._waiting, self.plan = False, frozenset(), None

    def look(self, settings: JobSettings) -> None:
        """Look what was tried with these settings before."""
        self._settings = settings
        path = self._path
        self._desk.read(path, JobView.trial, owner=self, done=partial(self._take_tried, path))

    def follow(self, settings: JobSettings, wanted: Wanted) -> None:
        """Ask what a trial with these settings costs, once they rest."""
        self._settings, self._wanted = settings, wanted
        if wanted.rows != self._left:
            self._left = ()
        self.plan = None
        self._number += 1
        self._pause.start()

    @Slot()
    def ask_price(self) -> None:
        """Ask without waiting any longer."""
        self._pause.stop()
        if self._path and self._settings.model:
            wish = self._wanted
            verb = PlanTrial(
                self._path,
                self._settings,
                rows=wish.rows,
                count=wish.count,
                turn=self._rounds,
                models=wish.models,
                in_batch=wish.in_batch,
                again=self._means_again,
            )
            number = self._number
            self._desk.ask(
                verb,
                owner=self,
                done=partial(self._take_plan, number),
                failed=partial(self._take_plan, number),
            )

    def _take_plan(self, number: int, plan: TrialPlan | SheafError) -> None:
        if number == self._number:
            self.plan = plan if isinstance(plan, TrialPlan) else None
            self.planned.emit(plan)

    # --- trying ---------------------------------------------------------------------------------

    @property
    def _means_again(self) -> bool:
        """Whether rows are named, and perhaps paid for twice: by numbers entered since."""
        return bool(self._wanted.rows) and self._wanted.rows != self._left

    def try_rows(self) -> None:
        """Try the rows whose price was said."""
        if self.plan is not None and not self.is_busy:
            wish = self._wanted
            self._ask(
                TryRows(
                    self._path,
                    self._settings,
                    rows=self.plan.rows,
                    models=wish.models,
                    in_batch=wish.in_batch,
                    again=self._means_again and bool(self.plan.doubt),
                )
                if wish.rows
                else TryRows(
                    self._path,
                    self._settings,
                    count=wish.count,
                    turn=self._rounds,
                    models=wish.models,
                    in_batch=wish.in_batch,
                )
            )

    def compare(self, rows: tuple[int, ...], model: str) -> None:
        """Ask another model the same rows, at once."""
        if not self.is_busy:
            models = (self._settings.model, model)
            self._ask(TryRows(self._path, self._settings, rows=rows, models=models))

    def _ask(self, verb: TryRows) -> None:
        self.is_busy = True
        self.begun.emit()
        self._desk.ask(
            verb,
            owner=self,
            done=partial(self._take_trial, verb.job),
            failed=partial(self._take_failure, verb.job),
        )

    def stop(self) -> None:
        """Let no more row leave; what was asked is still kept."""
        self._desk.ask(StopTrial(self._path), owner=self)

    def _take_trial(self, path: str, came: TrialReply) -> None:
        if path == self._path:
            self.is_busy = False
            self._rounds += 1
            self._left = self._wanted.rows
            self.ended.emit(came)
            self._wait_for(came, submit=True)

    def _take_failure(self, path: str, error: SheafError) -> None:
        if path == self._path:
            self.is_busy = False
            self.failed.emit(error)

    @Slot(object)
    def _take_progress(self, progress: Progress) -> None:
        if self.is_busy and (progress.path, progress.stage) == (self._path, _STAGE):
            self.progressed.emit(progress)
            path = self._path
            done = partial(self._take_some, path)
            self._desk.read(path, JobView.last_trial, owner=self, done=done)

    def _take_some(self, path: str, tried: tuple[Tried, ...]) -> None:
        if self.is_busy and path == self._path:
            self.some_came.emit(tuple(TriedAnswer.of(one) for one in tried))

    # --- what was tried before ------------------------------------------------------------------

    def _take_tried(self, path: str, tried: tuple[Tried, ...]) -> None:
        if path == self._path and not self.is_busy:
            self._rounds = max((one.round for one in tried), default=0)
            if tried:
                self._ask_so_far()

    def _ask_so_far(self) -> None:
        verb = TrialSoFar(self._path, self._settings)
        self._desk.ask(verb, owner=self, done=partial(self._take_so_far, self._path))

    def _take_so_far(self, path: str, came: TrialReply) -> None:
        if path == self._path and not self.is_busy:
            self._wait_for(came, submit=False)
            self.known.emit(came)

    def _wait_for(self, came: TrialReply, *, submit: bool) -> None:
        """Hear when the jobs of rows in batches are over; new ones are to be submitted first."""
        paths = frozenset(str(self._desk.places.jobs / name) for name in came.waiting)
        fresh, self._waiting = sorted(paths - self._waiting), paths
        if submit:
            mode = self._desk.mode_of(self._settings)
            for path in fresh:
                self._desk.ask(Submit(path, mode), owner=self)

    @Slot(object)
    def _take_line(self, line: JobLine) -> None:
        if line.path in self._waiting and line.state in _OVER:
            self._waiting -= {line.path}
            self._ask_so_far()
