"""The third step: which model, how long an answer may be, and what that costs."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Slot

from app.core import days
from app.core.answer_size import usual_longest_answer
from app.core.catalog import Model
from app.core.errors import SheafError
from app.core.job import Job, JobSettings, Mode
from app.core.limit import Unit
from app.core.ready_made import is_ready_made
from app.engine.replies import EstimateReply, JobLine, ModelList
from app.engine.verbs import Models
from app.ui.desk import Desk
from app.ui.held import hold_width
from app.ui.layouts import box, column, row
from app.ui.plain_text import plain_tooltip
from app.ui.steps.answer_quality import AnswerQuality
from app.ui.steps.cost_panel import CostPanel
from app.ui.steps.estimator import Estimator
from app.ui.steps.limits import LongestAnswer
from app.ui.steps.model_cards import ModelCards
from app.ui.steps.request_models import RequestModels
from app.ui.steps.rows_together import RowsTogether
from app.ui.steps.sampler import Sampler
from app.ui.steps.spend_limit import SpendLimit
from app.ui.steps.step import Step
from app.ui.steps.trial_card import TrialCard
from app.ui.widgets.banner import Banner
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.tone import Tone

_PANEL = 312


class ModelCostStep(Step):
    """Model cards, answer quality, longest answer, the cost panel and the spend limit."""

    title = "Model & cost"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._path = ""
        self._settings = JobSettings()
        self._opened = False
        self._brought = False
        """The rows bring models and longest answers themselves."""
        self._estimate: EstimateReply | None = None
        self._trouble = ""
        self._practice = Banner(
            Tone.RUN,
            "Practice: nothing is charged",
            "These are the prices that the job would have if it were sent to Anthropic.",
        )
        self._rates = Label("Half-price batch rates", "small", "text2")
        self._cards = ModelCards()
        self._quality = AnswerQuality()
        self._longest = LongestAnswer()
        self._together = RowsTogether()
        self._trial = TrialCard(self.desk)
        self._requests = RequestModels()
        self._cost = CostPanel()
        self._limit = SpendLimit()
        self._estimator = Estimator(desk, self)
        self._sampler = Sampler(desk, self)
        self._lay_out()
        self._connect()
        if desk.models is not None:
            self._take_models(desk.models)

    # --- the step ---------------------------------------------------------------------------

    def show_job(self, line: JobLine, job: Job) -> None:
        """Fill the screen from a job's head."""
        if line.path != self._path:
            self._estimate = None
            self._estimator.forget()
            self._sampler.forget()
            self._cost.show_counting()
            self._cards.fold()
            self._limit.field.set_amount(None)
        before = self._settings if line.path == self._path else job.settings
        self._path, self._settings, self._opened = line.path, job.settings, True
        self._brought = is_ready_made(job)
        self._choice.setVisible(not self._brought)
        self._requests.setVisible(self._brought)
        self._trial.show_job(line, job)
        self._cost.set_twins(once=job.settings.twins)
        self._cost.set_remember(wanted=job.settings.remember)
        self._together.show_settings(job.settings)
        self._fill(before)

    def apply(self, settings: JobSettings) -> JobSettings:
        """Lay model, longest answer and spend limit over the settings."""
        if not self._opened or not self._is_ready:
            return settings
        limited = self._limit.laid_over(settings)
        if self._brought:
            return limited
        return replace(
            self._trial.apply(limited),
            model=self._cards.current or settings.model,
            max_tokens=self._longest.field.value(),
            quality=self._quality.quality,
            twins=self._cost.twins.isChecked(),
            remember=self._cost.remember.isChecked(),
            rows_per_request=self._together.field.value(),
        )

    def problem(self) -> str:
        """Say why no price can be given."""
        if not self._is_ready:
            return "The list of models is not here yet."
        return self._limit.problem or self._trouble

    def entered(self) -> None:
        """Count the price of what the other steps have changed meanwhile."""
        if self.desk.models is None:
            self.desk.ask(Models(), owner=self)
        self._show_mode()
        self._count_afresh()
        if self._opened and self._is_ready and not self._brought:
            self._trial.enter(self.apply(self._settings))

    def primary(self) -> tuple[str, str]:
        """Lead to the review."""
        return "Next: Review", "arrow-right"

    # --- what the person does ---------------------------------------------------------------

    @Slot()
    def _edit(self) -> None:
        if self._opened:
            self._settings = self.apply(self._settings)
            self._explain_quality()
            self._limit.compare(self._estimate.estimate if self._estimate else None)
            self._count()
            self._trial.follow(self._settings)
            self.changed.emit()

    @Slot()
    def _choose(self) -> None:
        """Take another model or quality; a longest answer that was only suggested follows it."""
        if (model := self._model()) is not None:
            self._count_limit_in(priced=model.prices is not None)
            self._show_longest(model, self._settings)
        self._edit()

    def _count_limit_in(self, *, priced: bool) -> None:
        """Let the spend limit be in dollars, or in tokens where no price is known."""
        self._limit.count_in(Unit.DOLLARS if priced else Unit.TOKENS)

    @Slot(object)
    def _take_models(self, models: ModelList) -> None:
        self._cards.show_models(models)
        of = days.in_words(models.as_of)
        plain_tooltip(self._rates, f"Prices of {of}, half of the standard ones")
        if self._opened:
            self._fill(self._settings)
            self._count_afresh()

    @Slot()
    def _show_mode(self) -> None:
        self._practice.setVisible(self.desk.mode_of(self._settings) is Mode.PRACTICE)

    def _explain_quality(self) -> None:
        if (model := self._model()) is not None:
            self._quality.show_model(model, self._longest.field.value())

    def _fill(self, before: JobSettings) -> None:
        """Show the settings; what is not chosen yet is suggested."""
        self._limit.show_settings(self._settings)
        self._quality.show_quality(self._settings.quality)
        if self._brought:
            return
        model = _find(self.desk.models, self._settings.model)
        if model is None and self.desk.models is not None:
            model = _find(self.desk.models, self.desk.models.suggested)
        if model is None:
            return
        self._cards.mark(self._settings.model)
        self._cards.mark(model.id)
        self._count_limit_in(priced=model.prices is not None)
        self._show_longest(model, before)
        self._explain_quality()

    def _show_longest(self, model: Model, before: JobSettings) -> None:
        """Show the longest answer; one that was suggested `before` is suggested anew."""
        tokens = self._settings.max_tokens
        old = _find(self.desk.models, before.model)
        if not tokens or (old is not None and tokens == usual_longest_answer(before, old)):
            wanted = replace(self._settings, quality=self._quality.quality)
            tokens = usual_longest_answer(wanted, model)
        most = model.max_output_tokens
        self._longest.show_tokens(min(tokens, most), most)

    @property
    def _is_ready(self) -> bool:
        """Whether there is something to put a price on."""
        return self._brought or self._model() is not None

    def _model(self) -> Model | None:
        return _find(self.desk.models, self._cards.current)

    # --- the price --------------------------------------------------------------------------

    @Slot()
    def _count_afresh(self) -> None:
        """Count again even if no setting has changed: data or prices may have."""
        self._estimator.forget()
        self._count()

    def _count(self) -> None:
        if not self._opened or not self._is_ready:
            return
        self._trouble = ""
        if self._estimator.ask(self._path, self.apply(self._settings)):
            self._sampler.forget()
            self._cost.show_counting()

    @Slot(object)
    def _take_estimate(self, reply: EstimateReply) -> None:
        self._show_estimate(reply)
        if not self._brought:
            self._sampler.follow(self._path, self.apply(self._settings), reply)

    @Slot(object)
    def _show_estimate(self, reply: EstimateReply) -> None:
        self._estimate = reply
        self._cost.show_estimate(reply.estimate, reply.notes)
        self._cards.show_prices({price.model: price.per_thousand_usd for price in reply.prices})
        self._trial.show_prices(reply)
        self._longest.show_advice(reply)
        self._together.show_estimate(reply)
        self._requests.show_estimate(reply)
        if self._brought:
            self._count_limit_in(priced=reply.estimate.expected_usd is not None)
        self._limit.compare(reply.estimate)
        self.changed.emit()

    @Slot(object)
    def _take_no_estimate(self, error: SheafError) -> None:
        self._estimate = None
        self._trouble = error.what
        self._cost.show_none(error.sentence)
        self.changed.emit()

    @Slot(object)
    def _say_sampling(self, on: object) -> None:
        self._cost.say_sampling(on=bool(on))

    # --- layout -----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        head = row(Label("Model", "heading"), None, self._rates)
        answers = (self._quality, self._longest, self._together)
        self._choice = box(column(self._cards, 4, *answers, 4, self._trial, gap=8))
        models = column(head, self._choice, self._requests, gap=8)
        left = column(self._practice, models, None, gap=16)
        when = Label(
            "Most jobs finish within an hour; the limit is 24 hours.", "small", "text2", wrap=True
        )
        clock = row(IconView("clock", "text3"), gap=8, margins=(4, 0, 4, 0))
        clock.addWidget(when, 1)
        right = box(column(self._cost, self._limit, clock, None, gap=16))
        hold_width(right, _PANEL)
        body = row(gap=24, margins=(24, 16, 24, 20))
        body.addLayout(left, 1)
        body.addWidget(right)
        self.setLayout(body)

    def _connect(self) -> None:
        self.desk.models_changed.connect(self._take_models)
        self.desk.key_changed.connect(self._show_mode)
        self._cards.chosen.connect(self._choose)
        self._quality.changed.connect(self._choose)
        self._longest.changed.connect(self._edit)
        self._together.changed.connect(self._edit)
        self._limit.changed.connect(self._edit)
        self._trial.tried.connect(self._count_afresh)
        self._trial.changed.connect(self._edit)
        self._estimator.estimated.connect(self._take_estimate)
        self._estimator.failed.connect(self._take_no_estimate)
        self._sampler.improved.connect(self._show_estimate)
        self._sampler.counting.connect(self._say_sampling)
        self._cost.twins.toggled.connect(self._edit)
        self._cost.remember.toggled.connect(self._edit)


def _find(models: ModelList | None, model_id: str) -> Model | None:
    if models is None:
        return None
    return next((m for m in models.models if model_id in (m.id, *m.aliases)), None)
