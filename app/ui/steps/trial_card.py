"""The place where a few rows are tried before the job is bought: price, answers, comparison."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from app.core.errors import SheafError
from app.core.job import Job, JobSettings, Mode
from app.core.table import Row
from app.engine.events import Progress
from app.engine.money_replies import TrialPlan, TrialReply, TriedAnswer
from app.engine.replies import EstimateReply, JobLine
from app.ui.desk import Desk
from app.ui.layouts import column
from app.ui.models.trial_model import Shown, columns_of, shown_of, told_by
from app.ui.plain_text import one_line
from app.ui.steps import trial_words as words
from app.ui.steps.trial_asker import TrialAsker, Wanted
from app.ui.steps.trial_head import TrialHead
from app.ui.steps.trial_options import TrialOptions
from app.ui.steps.trial_table import TrialTable
from app.ui.widgets.announce import announce
from app.ui.widgets.banner import Banner
from app.ui.widgets.label import Label
from app.ui.widgets.tone import Tone

_COUNTING = "Counting what a trial costs…"
_ALL_TRIED = "All of these rows have been tried."


class TrialCard(QWidget):
    """Rows answered before the others; emits `tried` when what came may change the price."""

    tried = Signal()
    changed = Signal()
    """The person wants the answers kept, or not."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trial")
        self._desk = desk
        self._path = ""
        self._job: Job | None = None
        self._settings = JobSettings()
        self._came: TrialReply | None = None
        self._shown: Shown | None = None
        self._cells: Mapping[int, str] = {}
        self._prices: Mapping[str, Decimal | None] = {}
        self._problem = _COUNTING
        """Why nothing can be tried now; empty when it can."""
        self._asker = TrialAsker(desk, self)
        self._head = TrialHead()
        self._options = TrialOptions()
        self._banner = Banner(Tone.WARN, "")
        self._table = TrialTable()
        self._hint = Label("", "small", "text2", wrap=True)
        for part in (self._options, self._banner, self._table):
            part.hide()
        lines = column(self._head, self._options, self._banner, self._table, self._hint, gap=8)
        self.setLayout(lines)
        self._connect()

    # --- what the step says ---------------------------------------------------------------------

    def show_job(self, line: JobLine, job: Job) -> None:
        """Show the trials of a job; another one begins afresh."""
        if line.path != self._path:
            self._came, self._shown, self._cells = None, None, {}
            self._options.begin()
            self._head.fold()
            self._banner.hide()
        self._path, self._job = line.path, job
        self._options.show_keeps(keeps=job.settings.keep_trial)
        self._asker.open(line.path)

    def enter(self, settings: JobSettings) -> None:
        """Show what was tried with these settings before, and what a trial costs now."""
        self._settings = settings
        self._asker.look(settings)
        self.follow(settings)

    def follow(self, settings: JobSettings) -> None:
        """Ask what a trial with these settings costs."""
        self._settings = settings
        self._problem = _COUNTING
        self._asker.follow(settings, self._wanted())
        self._show_came()
        self._refresh()

    def apply(self, settings: JobSettings) -> JobSettings:
        """Lay over the settings whether the answers of trials are kept."""
        return replace(settings, keep_trial=self._options.keeps)

    def show_prices(self, reply: EstimateReply) -> None:
        """Take what 1,000 rows cost one by one with each model, as it is known now."""
        self._prices = {price.model: price.singly_usd for price in reply.prices}
        self._show_came()
        self._refresh()

    def ask_price(self) -> None:
        """Ask what a trial costs without waiting any longer."""
        self._asker.ask_price()

    def _wanted(self) -> Wanted:
        tried = tuple(one.model for one in self._came.models) if self._came is not None else ()
        others = tuple(name for name in tried if name != self._settings.model)
        models = (self._settings.model, *others) if len(tried) > 1 else ()
        options = self._options
        return Wanted(options.rows, options.count, models, options.in_batch)

    @property
    def _mode(self) -> Mode:
        return self._desk.mode_of(self._settings)

    # --- what the person does -------------------------------------------------------------------

    @Slot()
    def press(self) -> None:
        """Try the rows that were priced, or stop the trial that goes on."""
        if self._asker.is_busy:
            self._asker.stop()
            self._head.show_stop(possible=False)
        elif not self._problem:
            self._asker.try_rows()

    @Slot()
    def _change_options(self) -> None:
        self.follow(self._settings)

    @Slot(object)
    def _compare(self, model: str) -> None:
        if self._came is not None:
            self._asker.compare(self._came.rows, model)

    # --- what the engine says -------------------------------------------------------------------

    @Slot(object)
    def _take_plan(self, plan: TrialPlan | SheafError) -> None:
        if isinstance(plan, SheafError):
            self._problem = plan.sentence
        else:
            self._problem = plan.problem or ("" if plan.calls else _ALL_TRIED)
        self._refresh()

    @Slot()
    def _begin(self) -> None:
        self._banner.hide()
        self._head.show_verdict("Asking…", Tone.RUN, "loader")
        self._refresh()

    @Slot(object)
    def _take_progress(self, progress: Progress) -> None:
        said = f"{progress.done} of {progress.total} came"
        self._head.show_verdict(said, Tone.RUN, "loader")

    @Slot(object)
    def _take_some(self, answers: tuple[TriedAnswer, ...]) -> None:
        """Show answers as they come, in the place of those before."""
        rows = tuple(sorted({answer.row for answer in answers}))
        self._fetch(rows, partial(self._show, answers))

    @Slot(object)
    def _end(self, came: TrialReply) -> None:
        if came.answers or self._came is None:
            self._take(came)
        else:
            # It was stopped before any row left: what was there stays.
            self._take(msgspec.structs.replace(self._came, stopped=came.stopped))
        said, _, _ = words.verdict(came, self._mode)
        announce(self, f"The trial has ended: {said}.")
        self.tried.emit()

    @Slot(object)
    def _know(self, came: TrialReply) -> None:
        fresh = self._came is not None and came.answers != self._came.answers
        self._take(came)
        if fresh:
            self.tried.emit()

    @Slot(object)
    def _fail(self, error: SheafError) -> None:
        why = " ".join(part for part in (error.why, error.fix) if part)
        self._banner.say(Tone.BAD, error.what, why)
        self._banner.show()
        self._show_came()
        self.follow(self._settings)

    def _take(self, came: TrialReply) -> None:
        self._came = came if came.answers else None
        said = [f"Not every row was asked. {came.stopped}"] if came.stopped else []
        said += came.troubles
        if said:
            self._banner.say(Tone.WARN, said[0], " ".join(said[1:]))
        self._banner.setVisible(bool(said))
        self._fetch(came.rows, self._show_came)
        self.follow(self._settings)

    # --- showing --------------------------------------------------------------------------------

    def _fetch(self, rows: tuple[int, ...], done: Callable[[], None]) -> None:
        """Read the words of these rows, then show them."""
        self._desk.read(
            self._path,
            lambda view: view.source_rows(rows),
            owner=self,
            done=partial(self._take_cells, self._path, done),
        )

    def _take_cells(
        self, path: str, done: Callable[[], None], found: list[tuple[int, Row]]
    ) -> None:
        if path == self._path and self._job is not None:
            place = told_by(self._job, self._settings)
            self._cells = {number: one_line(cells[place])[:400] for number, cells in found}
            done()

    def _show_came(self) -> None:
        came = self._came
        if self._asker.is_busy:
            return
        if came is None:
            self._shown = None
            self._table.hide()
            self._head.show_verdict("", Tone.NEUTRAL, "")
        else:
            self._show(came.answers)
            self._head.show_verdict(*words.verdict(came, self._mode))

    def _show(self, answers: tuple[TriedAnswer, ...]) -> None:
        if self._job is None or not self._cells:
            return
        models = self._desk.models.models if self._desk.models is not None else ()
        prices = {name: words.small(price) for name, price in self._prices.items() if price}
        names = {model.id: words.short_name(model.name) for model in models}
        self._shown = shown_of(self._job, self._settings, self._cells, answers, names, prices)
        self._table.show_trial(self._shown)
        self._table.show()

    def _refresh(self) -> None:
        """Say what can be done now, and what it costs."""
        if self._asker.is_busy:
            self._head.show_stop()
            self._hint.setText("Each answer is kept as soon as it comes.")
            return
        plan, tried = self._asker.plan, self._asker.has_tried
        others = tried and not self._options.rows
        asked = len(self._options.rows) or self._options.count
        count = len(plan.rows) if plan is not None else asked
        text = words.offer(count, others=others)
        self._head.show_button(text, again=tried, possible=not self._problem)
        self._head.offer_models(self._to_compare())
        in_batch = self._options.in_batch
        terms = words.terms(plan, self._mode, others=others, in_batch=in_batch)
        self._hint.setText(
            " ".join(part for part in (self._summary(), self._blocked(), terms) if part)
        )
        warns = plan is not None and (plan.problem or plan.doubt)
        self._hint.set_ink("warnText" if warns else "text2")

    def _blocked(self) -> str:
        return "" if self._problem == _COUNTING else self._problem

    def _summary(self) -> str:
        if self._came is None or self._shown is None:
            return ""
        shown = columns_of(self._shown)
        return words.summary(self._came, self._settings.answers, shown, self._mode)

    def _to_compare(self) -> list[tuple[str, str]]:
        """Return the models that can be asked the rows that are shown, with what that costs."""
        if self._came is None or self._desk.models is None:
            return []
        models, chosen = self._desk.models.models, self._settings.model
        return words.to_compare(models, self._came, chosen, self._prices, self._mode)

    def _connect(self) -> None:
        asker = self._asker
        asker.planned.connect(self._take_plan)
        asker.begun.connect(self._begin)
        asker.progressed.connect(self._take_progress)
        asker.some_came.connect(self._take_some)
        asker.ended.connect(self._end)
        asker.known.connect(self._know)
        asker.failed.connect(self._fail)
        self._head.pressed.connect(self.press)
        self._head.compare.connect(self._compare)
        self._head.unfolded.connect(self._options.setVisible)
        self._options.changed.connect(self._change_options)
        self._options.keep_changed.connect(self.changed)
