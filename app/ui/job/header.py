"""The header of a job: its name, its state, the switch between views, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.core.cost import in_dollars
from app.core.job import JobState, Mode, RowState
from app.engine.replies import JobLine
from app.ui.job.words import is_elsewhere, job_word, need_person
from app.ui.layouts import row
from app.ui.plain_text import as_tooltip
from app.ui.theme import THEME
from app.ui.widgets.button import Button
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.panel import Panel
from app.ui.widgets.pill import Pill
from app.ui.widgets.segmented import Segmented

ANSWERS, NEEDS_YOU, BATCHES, BILL = 0, 1, 2, 3
"""The numbers of the views in the switch."""
_NAME_WIDTH = 190
"""So much of a job's name is shown before anything else becomes shorter for it."""
_GAP, _MARGIN = 8, 24
_STEPS = 4
"""Export, bill, state and cancel become shorter, in this order."""
ENDED = frozenset({JobState.FINISHED, JobState.CANCELLED})
CANCELLABLE = frozenset({JobState.RUNNING, JobState.PAUSED})
_WITH_ANSWER = (RowState.ANSWERED, RowState.DOES_NOT_FIT, RowState.CUT_OFF, RowState.DECLINED)


def has_answers(line: JobLine) -> bool:
    """Say whether there is anything to look at or to export yet."""
    return any(line.counts.get(state, 0) for state in _WITH_ANSWER) or line.state in ENDED


class JobHeader(Panel):
    """64 pixels over every view of a job; its buttons are there only when they can be used."""

    cancel_asked = Signal()
    export_asked = Signal()
    """The export button was pressed: open its menu below it."""
    view_chosen = Signal(object)
    """ANSWERS, NEEDS_YOU, BATCHES or BILL."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._has_ended = False
        self._line: JobLine | None = None
        self._name = ElidedLabel("", "title")
        self._pill = Pill()
        views = ("Answers", "Needs you", "Batches", "Bill")
        self.switch = Segmented(views, name="View", current=BATCHES)
        self.cancel = Button("Cancel job…", "danger", icon="x")
        self.export = Button("Export", icon="download", trailing="chevron-down")
        line = row(gap=_GAP, margins=(_MARGIN, 0, _MARGIN, 0))
        line.addWidget(self._name)
        line.addSpacing(4)
        line.addWidget(self._pill, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addStretch(1)
        for item in (self.switch, 4, self.cancel, self.export):
            line.addSpacing(item) if isinstance(item, int) else line.addWidget(item)
        super().__init__(line, rules="b", parent=parent)
        self.setFixedHeight(64)
        self._name_parts()
        self.cancel.clicked.connect(self.cancel_asked)
        self.export.clicked.connect(self.export_asked)
        self.switch.chosen.connect(self._on_switch)
        THEME.changed.connect(self._refit)

    def _name_parts(self) -> None:
        self.switch.setObjectName("job-view")
        self.cancel.setObjectName("cancel-job")
        self.export.setObjectName("export-job")
        self._name.setObjectName("job-name")
        self._pill.setObjectName("job-state")

    def show_line(self, line: JobLine) -> None:
        """Show a job's name and state, and offer what can be done with it now."""
        self._line = line
        self._has_ended = line.state in ENDED
        offers = self._offers(line)
        # What goes must go first: for a moment all at once would widen a small window for good.
        for widget in (widget for widget, wanted in offers.items() if not wanted):
            widget.hide()
        self._write(line)
        for widget in (widget for widget, wanted in offers.items() if wanted):
            widget.show()
        self._fit()

    def show_view(self, view: int) -> None:
        """Mark the view in front; there is one primary button on each."""
        self.switch.choose(view)
        primary = self._has_ended and view == ANSWERS
        self.export.set_kind("primary" if primary else "secondary")

    def _offers(self, line: JobLine) -> dict[QWidget, bool]:
        may_act = not line.read_only and not is_elsewhere(line)
        return {
            self.switch: has_answers(line) or need_person(line) > 0,
            self.cancel: may_act and line.state in CANCELLABLE,
            self.export: has_answers(line),
        }

    def _write(self, line: JobLine) -> None:
        left = need_person(line)
        self.show_view(self.switch.current)
        needs = left > 0 or self.switch.current == NEEDS_YOU
        self.switch.offer(NEEDS_YOU, f"Needs you {left:,}", offered=needs)
        self._name.setText(line.name)

    # --- what fits --------------------------------------------------------------------------------

    def _fit(self) -> None:
        """Choose words that leave room for the job's name, shorter ones step by step."""
        line = self._line
        if line is None:
            return
        for step in range(_STEPS + 1):
            self._shorten(line, step)
            if self._needed() <= self.width():
                return

    def _shorten(self, line: JobLine, step: int) -> None:
        self.export.setText("Export" if self._has_ended or step >= 1 else "Export finished rows")
        self.switch.offer(BILL, _bill_words(line, short=step >= 2), offered=_has_bill(line))
        self._show_state(line, short=step >= 3)
        self.cancel.setText("Cancel…" if step >= 4 else "Cancel job…")

    def _show_state(self, line: JobLine, *, short: bool) -> None:
        word = job_word(line)
        state = word.text.partition(" · ")[0] if short else word.text
        text = state if line.mode is Mode.REAL else f"Practice · {state}"
        self._pill.show_status(text, word.tone, word.icon)
        self._pill.setToolTip(as_tooltip(word.text) if state != word.text else "")

    def _needed(self) -> int:
        """Return the width in which everything that is offered has its words in full."""
        shown = [w for w in (self.switch, self.cancel, self.export) if not w.isHidden()]
        name = min(self._name.sizeHint().width(), THEME.px(_NAME_WIDTH))
        parts = [name, *(widget.sizeHint().width() for widget in (self._pill, *shown))]
        return sum(parts) + (len(parts) + 3) * _GAP + 2 * _MARGIN

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose words that fit."""
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _refit(self) -> None:
        self._fit()

    @Slot(object)
    def _on_switch(self, view: object) -> None:
        self.view_chosen.emit(view)


def _has_bill(line: JobLine) -> bool:
    """Say whether the job is over and anything of it was bought."""
    return line.state in ENDED and bool(line.started_at)


def _bill_words(line: JobLine, *, short: bool) -> str:
    if short or line.mode is Mode.PRACTICE:
        return "Bill"
    return f"Bill {'not known' if line.cost_usd is None else in_dollars(line.cost_usd)}"
