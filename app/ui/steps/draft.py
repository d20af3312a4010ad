"""A job before it is submitted: the steps, what was chosen so far, and saving it as it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QScrollArea, QStackedWidget

from app.core.errors import SheafError
from app.core.job import Job, JobSettings
from app.engine.replies import JobLine
from app.engine.verbs import Save, Submit
from app.engine.view import JobView
from app.ui.actions import command
from app.ui.desk import Desk
from app.ui.layouts import column, row
from app.ui.steps.footer import Footer
from app.ui.steps.route import Route
from app.ui.steps.step import Step
from app.ui.theme import THEME
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.label import Label
from app.ui.widgets.panel import Panel
from app.ui.widgets.steps_header import StepsHeader

SAVE_AFTER_MS = 400
"""How long the person must pause before a change is saved."""
SAVED, SAVING, NOT_SAVED = "Saved as draft", "Saving…", "Not saved"
SUBMITTING = "Preparing the batches…"
_HEADER = 65


class Draft(Panel):
    """Shows one step at a time; emits `submitted` with the job's line, or `left`."""

    submitted = Signal(object)
    left = Signal()

    def __init__(self, desk: Desk, steps: Sequence[Step]) -> None:
        super().__init__()
        self._desk = desk
        self._steps = tuple(steps)
        self._route = Route(steps)
        self._line: JobLine | None = None
        self._job: Job | None = None
        """The head as it was last saved, or is being saved."""
        self._current = 0
        self._reached: dict[str, int] = {}
        self._saving = False
        self._submitting = False
        self._next: int | None = None
        """The step to show once everything is saved; past the last one: submit."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self.setObjectName("draft")
        self._build()
        self._connect()

    @property
    def path(self) -> str:
        """The job that is shown, empty when there is none."""
        return self._line.path if self._line is not None else ""

    @property
    def current(self) -> int:
        """The number of the step that is shown, from 0."""
        return self._current

    def open(self, line: JobLine) -> None:
        """Show a draft, at the step where it was left."""
        if self.path != line.path:
            self.close_job()
            self._current = self._reached.get(line.path, 0)
        self._line = line
        self._desk.read(line.path, JobView.head, owner=self, done=partial(self._show, line.path))

    def close_job(self) -> None:
        """Save what was changed and show no draft any more."""
        self._next = None
        self.save()
        self.forget()

    def forget(self) -> None:
        """Show no draft any more and save nothing: the job is gone."""
        self._timer.stop()
        self._line = self._job = self._next = None
        self._saving = self._submitting = False

    def rename(self, line: JobLine) -> None:
        """Take over a job's new name."""
        if line.path == self.path:
            self._line = line

    def go(self, number: int) -> None:
        """Show another step, if nothing on the way there is missing."""
        if self._job is None or not 0 <= number <= self._furthest():
            return
        self._next = number
        self.save()

    def proceed(self) -> None:
        """Go on to the next step, or submit, unless something is missing."""
        if self._job is not None and not self._steps[self._current].problem():
            self._next = self._route.beside(self._current, 1)
            self.save()

    @Slot()
    def save(self) -> None:
        """Save what was changed, at once."""
        self._timer.stop()
        if self._job is None or self._line is None or self._saving:
            return
        settings = self._collect(self._job.settings)
        if settings == self._job.settings:
            self._all_saved()
            return
        before, self._job = self._job, replace(self._job, settings=settings)
        self._saving = True
        self._state.setText(SAVING)
        self._desk.ask(
            Save(self._line.path, settings, self._line.name),
            owner=self,
            done=self._saved,
            failed=partial(self._not_saved, before),
        )

    def _build(self) -> None:
        self._header = StepsHeader([step.title for step in self._steps])
        self._state = Label(SAVED, "small", "text2")
        self._close = IconButton("x", "Close this draft", size=32)
        self._close.setObjectName("close-draft")
        line = row(self._header, None, self._state, self._close, gap=12, margins=(24, 0, 18, 0))
        self._head = Panel(line, rules="b")
        self._areas = QStackedWidget()
        self._scrolls = [_scrolling(step) for step in self._steps]
        for scroll in self._scrolls:
            self._areas.addWidget(scroll)
        self._footer = Footer()
        lines = column(self._head, gap=0)
        lines.addWidget(self._areas, 1)
        lines.addWidget(self._footer)
        self.setLayout(lines)
        self._resize()

    def _connect(self) -> None:
        self._timer.timeout.connect(self.save)
        self._header.step_chosen.connect(self.go)
        self._close.clicked.connect(self._leave)
        self._footer.back.connect(self._go_back)
        self._footer.forward.connect(self._forward)
        THEME.changed.connect(self._resize)
        command(self, "next_step", self._footer.press, everywhere=True)
        for number, step in enumerate(self._steps):
            step.changed.connect(self._edited)
            step.go_to.connect(self.go)
            step.advance.connect(self.proceed)
            keys = QShortcut(QKeySequence(f"Ctrl+{number + 1}"), self)
            keys.setContext(Qt.ShortcutContext.WindowShortcut)
            keys.activated.connect(partial(self._go_to_shown, number))

    def _show(self, path: str, job: Job) -> None:
        if self._line is None or path != self._line.path:
            return
        self._job = job
        self._submitting = False
        self._state.setText(SAVED)
        self._route.fit(job)
        self._header.leave_out(self._route.left_out)
        for step in self._steps:
            step.show_job(self._line, job)
        self._enter(self._route.at_or_before(min(self._current, self._furthest())))

    def _enter(self, number: int) -> None:
        job, line = self._job, self._line
        if job is None or line is None:
            return
        self._current = number
        self._reached[line.path] = max(number, self._reached.get(line.path, 0))
        step = self._steps[number]
        step.show_job(line, job)
        self._areas.setCurrentIndex(number)
        self._scrolls[number].verticalScrollBar().setValue(0)
        step.entered()
        self._refresh()
        if number == len(self._steps) - 1:
            self._footer.focus_primary()

    def _collect(self, settings: JobSettings) -> JobSettings:
        # Only the step that is shown: the others may still hold what it has changed.
        return self._steps[self._current].apply(settings)

    def _furthest(self) -> int:
        """Return the last step to which nothing on the way is missing and that was reached."""
        return self._route.furthest(self._reached.get(self.path, 0))

    def _go_to_shown(self, place: int) -> None:
        """Go to a step by its place among those that are shown, from 0."""
        self.go(self._route.shown(place))

    @Slot()
    def _edited(self) -> None:
        if self._job is None:
            return
        if self._collect(self._job.settings) != self._job.settings:
            self._state.setText(SAVING)
            self._timer.start()
        self._refresh()

    def _saved(self, line: JobLine) -> None:
        if line.path != self.path or self._job is None:
            return
        self._line = line
        self._saving = False
        if self._collect(self._job.settings) != self._job.settings:
            self.save()
        else:
            self._all_saved()

    def _not_saved(self, before: Job, error: SheafError) -> None:
        self._saving = False
        self._next = None
        if self._job is not None and self._job.tag == before.tag:
            self._job = before
        self._state.setText(NOT_SAVED)
        self._desk.show_error(self, error)

    def _all_saved(self) -> None:
        self._state.setText(SAVED)
        number, self._next = self._next, None
        if number is None:
            return
        if number < len(self._steps):
            self._enter(number)
        else:
            self._submit()

    def _submit(self) -> None:
        if self._submitting or self._line is None or self._job is None:
            return
        self._submitting = True
        # A button that is switched off hands the keyboard to whatever comes next.
        self._footer.give_focus_to(self._areas)
        self._refresh()
        verb = Submit(self._line.path, self._desk.mode_of(self._job.settings))
        self._desk.ask(verb, owner=self, done=self._begun, failed=self._refused)

    def _begun(self, line: JobLine) -> None:
        if line.path == self.path:
            self.forget()
            self.submitted.emit(line)

    def _refused(self, error: SheafError) -> None:
        self._submitting = False
        self._refresh()
        self._footer.focus_primary()
        self._desk.show_error(self, error)

    def _refresh(self) -> None:
        step = self._steps[self._current]
        label, icon = step.primary()
        self._footer.show_primary(label, icon, step.note(), step.problem())
        if self._submitting:
            self._footer.show_busy(SUBMITTING)
        self._footer.show_back(first=self._current == 0)
        self._header.show_step(self._current, self._furthest())

    @Slot()
    def _forward(self) -> None:
        self._steps[self._current].proceed()

    @Slot()
    def _go_back(self) -> None:
        if self._current:
            self.go(self._route.beside(self._current, -1))
        else:
            self._leave()

    @Slot()
    def _leave(self) -> None:
        self.close_job()
        self.left.emit()

    @Slot()
    def _resize(self) -> None:
        self._head.setFixedHeight(max(_HEADER, THEME.px(56)))


def _scrolling(step: Step) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(step)
    return area
