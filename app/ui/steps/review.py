"""The last step: everything that was decided, how it will be sent, and the button that sends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QAbstractItemView

from app.core.cost import Estimate
from app.core.errors import SheafError
from app.core.job import Job, JobSettings, Mode
from app.core.limit import Unit, limit_words, with_limit
from app.core.money_words import about
from app.engine.replies import EstimateReply, JobLine, Review
from app.engine.verbs import ReviewJob
from app.ui.desk import Desk
from app.ui.dialogs.limit_choice import LimitAnswer
from app.ui.layouts import column, row
from app.ui.models.coming_model import ROWS, ComingModel
from app.ui.steps.checks_card import STOP, ChecksCard
from app.ui.steps.estimator import Estimator
from app.ui.steps.limit_question import limit_question
from app.ui.steps.sending_card import SendingCard
from app.ui.steps.spending import question_before
from app.ui.steps.step import Step
from app.ui.steps.summaries import DATA, INSTRUCTIONS, MODEL, Summaries
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.label import Label
from app.ui.widgets.table_card import TableCard

_PLACES = {
    "change_limit": MODEL,
    "edit_longest": MODEL,
    "change_model": MODEL,
    "change_id": DATA,
    "edit_instructions": INSTRUCTIONS,
}
_COUNTING = "Counting rows and price…"


class ReviewStep(Step):
    """Four summaries, the batch plan, the checks, what comes back; then Submit."""

    title = "Review"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._path = ""
        self._job: Job | None = None
        self._skip_blank, self._leave_out = True, False
        self._limits: LimitAnswer | None = None
        """The limit that was chosen when the job was about to be sent."""
        self._asked = 0
        self._outdated = False
        """Something was changed here that is not saved yet."""
        self._review: Review | None = None
        self._estimate: Estimate | None = None
        self._trouble = ""
        self._summaries = Summaries()
        self._sending = SendingCard()
        self._checks = ChecksCard()
        self._coming = ComingModel(desk, self)
        self._table = DataTable(name="What you will get back")
        self._where = ElidedLabel("", "small", "text3")
        self._estimator = Estimator(desk, self)
        self._lay_out()
        self._connect()

    # --- the step ---------------------------------------------------------------------------

    def show_job(self, line: JobLine, job: Job) -> None:
        """Fill the screen from a job's head."""
        if line.path != self._path:
            self._forget()
        self._path, self._job = line.path, job
        self._limits = None
        self._skip_blank = job.settings.skip_blank
        self._leave_out = job.settings.leave_out_refused
        self._summarise()

    def apply(self, settings: JobSettings) -> JobSettings:
        """Lay over the settings what a check's button has changed."""
        if self._job is None:
            return settings
        if self._limits is not None:
            settings = with_limit(settings, Unit.DOLLARS, self._limits.limit)
        return replace(settings, skip_blank=self._skip_blank, leave_out_refused=self._leave_out)

    def problem(self) -> str:
        """Say why the job cannot be sent: a failed check, or figures that are still missing."""
        if self._trouble:
            return self._trouble
        if self._review is None or self._estimate is None or self._outdated:
            return _COUNTING
        stops = (check.text for check in self._review.checks if check.tone == STOP)
        some = self._rows or self._estimate.kept
        return next(stops, "" if some else "There is nothing to send.")

    def entered(self) -> None:
        """Review the job as it is saved now."""
        if self._job is None:
            return
        self._forget()
        columns = self._coming.show_job(self._path, self._job)
        self._table.set_columns(columns)
        self._table.setFixedHeight(self._table.height_for_rows(min(ROWS, self._job.rows)))
        self._sending.show_way(self._mode, self.desk.settings.get("address", ""), datetime.now(UTC))
        self._ask()

    def note(self) -> str:
        """Say what submitting means for the person's money."""
        if self._mode is Mode.PRACTICE:
            return "Practice: made-up answers, nothing leaves this computer."
        return "You can cancel at any time. Rows already answered are charged."

    def primary(self) -> tuple[str, str]:
        """Name the rows and the price on the button that sends them."""
        rows = "1 row" if self._rows == 1 else f"{self._rows:,} rows"
        practice = self._mode is Mode.PRACTICE
        if self._estimate is not None and self._estimate.kept and not self._rows:
            return "Finish with the trial's answers", "check"
        if self._review is None:
            return ("Practise · free" if practice else "Submit"), "send"
        if practice:
            return f"Practise on {rows} · free", "send"
        if self._estimate is None:
            return f"Submit {rows}", "send"
        return f"Submit {rows} · {about(self._estimate.expected_usd)}", "send"

    def proceed(self) -> None:
        """Submit, after one question when the job is dear, over its limit, or of unknown price."""
        if not self.problem() and self._may_spend():
            self.advance.emit()

    def _may_spend(self) -> bool:
        if self._mode is Mode.PRACTICE:
            return True
        if self._estimate is None or self._review is None or self._job is None:
            return False
        warn_above = self.desk.settings.get("warn_above_usd")
        reach = limit_question(self._job.settings, self._estimate, self._review, warn_above)
        if reach is not None:
            answer = self.desk.questions.limit(reach, self)
            if answer is not None:
                self._limits = answer
            return answer is not None
        question = question_before(self._rows, self._estimate, warn_above, self._limit())
        return question is None or bool(self.desk.questions.confirm(question, self))

    # --- figures ----------------------------------------------------------------------------

    @property
    def _mode(self) -> Mode:
        return self.desk.mode_of(self._job.settings if self._job else JobSettings())

    @property
    def _rows(self) -> int:
        return sum(self._review.batches) if self._review else 0

    def _limit(self) -> str:
        return limit_words(self._job.settings) if self._job else ""

    def _forget(self) -> None:
        self._review = self._estimate = None
        self._trouble = ""
        self._outdated = False
        self._asked += 1
        self._estimator.forget()
        self._sending.show_review(None)
        self._checks.show_checks(None)

    def _ask(self) -> None:
        if self._job is None:
            return
        self._asked += 1
        self._estimator.forget()
        self._estimator.ask(self._path, self.apply(self._job.settings))
        self._estimator.ask_now()
        self.desk.ask(
            ReviewJob(self._path),
            owner=self,
            done=partial(self._take_review, self._asked),
            failed=partial(self._take_no_review, self._asked),
        )

    def _take_review(self, number: int, review: Review) -> None:
        if number == self._asked:
            self._review = review
            if review.estimate is not None:
                # Every row was counted for it: what was judged before is not taken any more.
                self._estimator.forget()
                self._show_estimate(review.estimate)
            self._sending.show_review(review)
            self._checks.show_checks(review.checks)
            self.changed.emit()

    def _take_no_review(self, number: int, error: SheafError) -> None:
        if number == self._asked:
            self._trouble = error.what
            self.changed.emit()

    @Slot(object)
    def _take_estimate(self, reply: EstimateReply) -> None:
        self._show_estimate(reply.estimate)
        self.changed.emit()

    def _show_estimate(self, estimate: Estimate) -> None:
        self._estimate = estimate
        self._summarise()

    @Slot(object)
    def _take_no_estimate(self, error: SheafError) -> None:
        self._trouble = error.what
        self.changed.emit()

    @Slot(object)
    def _act(self, action: str) -> None:
        """Do what the button beside a check says."""
        if action in _PLACES:
            self.go_to.emit(_PLACES[action])
        elif action in ("skip_blank", "leave_out"):
            self._skip_blank = self._skip_blank or action == "skip_blank"
            self._leave_out = self._leave_out or action == "leave_out"
            self._outdated = True
            self.changed.emit()

    @Slot(object)
    def _follow_saved(self, line: JobLine) -> None:
        """Review again once a change that was made here is saved."""
        if self._outdated and line.path == self._path and self._job is not None:
            self._outdated = False
            self._job = replace(self._job, settings=self.apply(self._job.settings))
            self._ask()

    @Slot()
    def _follow_desk(self) -> None:
        """Begin afresh when a key or a setting has changed what would be sent where."""
        if self.isVisible():
            self.entered()
            self._summarise()
            self.changed.emit()

    # --- what is shown ----------------------------------------------------------------------

    def _summarise(self) -> None:
        job = self._job
        if job is None:
            return
        self._summaries.show_job(job, self._model_name())
        if self._review is not None and self._review.shares:
            self._summaries.show_models(self._review.shares)
        self._summaries.show_cost(self._estimate, self._mode, self._limit())
        folder = self.desk.places.exports
        self._where.setText(
            f"The first of your rows. Exports are saved in {folder.parent.name} › {folder.name}."
        )

    def _model_name(self) -> str:
        wanted = self._job.settings.model if self._job else ""
        models = self.desk.models.models if self.desk.models else ()
        return next((model.name for model in models if model.id == wanted), wanted)

    # --- layout -----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._table.setObjectName("coming-back")
        self._table.setModel(self._coming)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        middle = row(gap=16)
        middle.addWidget(self._sending, 1)
        middle.addWidget(self._checks, 1)
        head = row(Label("What you will get back", "heading"), gap=12)
        head.addWidget(self._where, 1)
        back = column(head, TableCard(self._table), gap=8)
        self.setLayout(
            column(self._summaries, middle, back, None, gap=16, margins=(24, 16, 24, 20))
        )

    def _connect(self) -> None:
        self._summaries.edit.connect(self.go_to)
        self._coming.modelReset.connect(self._table.fit_columns)
        self._checks.acted.connect(self._act)
        self._estimator.estimated.connect(self._take_estimate)
        self._estimator.failed.connect(self._take_no_estimate)
        self.desk.job_changed.connect(self._follow_saved)
        self.desk.key_changed.connect(self._follow_desk)
        self.desk.settings_changed.connect(self._follow_desk)
