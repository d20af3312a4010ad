"""The card over the batches: rows finished, how long, until when, and what it has cost so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QWidget

from app.core.cost import in_dollars
from app.core.job import Batch, JobState, Mode
from app.engine.events import Progress
from app.engine.replies import JobLine
from app.ui.job.fact import Fact
from app.ui.job.moments import clock, day_and_clock, read_moment, span
from app.ui.job.rows_done import RowsDone, rows_done
from app.ui.job.words import (
    NO_NOTES,
    BatchNotes,
    is_copy,
    is_elsewhere,
    progress_of,
    waits_for_limit,
)
from app.ui.layouts import box, column, row
from app.ui.paint import RIGHT
from app.ui.theme import THEME
from app.ui.widgets.card import Card
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.progress import Stage
from app.ui.widgets.segment_bar import SegmentBar
from app.ui.widgets.swatch import Swatch
from app.ui.widgets.table_cells import MISSING

_LEGEND: tuple[tuple[Stage, str, str], ...] = (
    (Stage.FINISHED, "Finished", ""),
    (Stage.WORKING, "Working", "loader"),
    (Stage.SENDING, "Sending", "send"),
    (Stage.CHECKING, "Checking", "search-check"),
    (Stage.STOPPED, "Stopped part-way", "credit-card"),
    (Stage.CANCELLED, "Cancelled", "circle-slash"),
    (Stage.WAITING, "Waiting", "clock"),
)
_WAITING, _WAITING_FOR_LIMIT = ("Waiting", "clock"), ("Waiting for limit", "wallet")
_INKS = {
    "credit-card": "bad",
    "circle-slash": "text2",
    "wallet": "warn",
    "clock": "text2",
    "search-check": "text2",
}
_STAGES = {
    "preparing": "Getting the rows ready",
    "sending": "Sending",
    "collecting": "Fetching answers",
    "exporting": "Writing the file",
}
_AROUND = 176
"""What the figure's line holds besides words: margins, gaps, rules."""
AT_WORK = frozenset({JobState.RUNNING, JobState.CANCELLING})
_QUIET = "Counts change when a whole batch finishes. You can close Sheaf; work carries on."
_QUIET_SHORT = "Counts change batch by batch. You can close Sheaf; work carries on."
"""Where something else has to be said beside it."""
_QUIET_PRACTICE = "Counts change when a whole batch finishes. Nothing is sent or charged."


class _LegendEntry(QWidget):
    """How many batches are at one stage; absent when none is."""

    def __init__(self, words: str, icon: str) -> None:
        super().__init__()
        self._words = words
        self._label = Label("", "small", "text2")
        self._icon = IconView(icon, _INKS.get(icon, "accentText"), 14) if icon else None
        self.setLayout(row(self._icon or Swatch("accent"), self._label, gap=7))

    def call(self, words: str, icon: str) -> None:
        """Say the same in other words."""
        self._words = words
        if self._icon is not None:
            self._icon.show_icon(icon, _INKS.get(icon, "accentText"))

    def count(self, batches: int) -> None:
        """Show the number of batches."""
        self._label.setText(f"{self._words} {batches:,}")
        self.setVisible(batches > 0)


class ProgressCard(Card):
    """Figure, facts, one segment per batch, legend."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._figure = Label("0", "figure")
        self._of = ElidedLabel("", "body", "text2")
        self._running, self._ends = Fact("Running for"), Fact("Ends by")
        self._cost = Fact("Cost so far")
        self._bar = SegmentBar()
        self._note = Label("", "small", "text3", wrap=True, align=RIGHT)
        self._legend = {stage: _LegendEntry(words, icon) for stage, words, icon in _LEGEND}
        self._line: JobLine | None = None
        self._notes = NO_NOTES
        self._done: RowsDone | None = None
        self._expected: Decimal | None = None
        super().__init__(self._lay_out(), parent=parent)

    def _lay_out(self) -> QLayout:
        figure = row(self._figure, column(None, self._of, gap=0, margins=(0, 0, 0, 6)), gap=12)
        top = row(gap=20)
        top.addWidget(box(figure), 0, Qt.AlignmentFlag.AlignVCenter)
        top.addStretch(1)
        for number, fact in enumerate((self._running, self._ends, self._cost)):
            if number:
                top.addWidget(HairLine(upright=True))
            top.addWidget(fact)
        legend = row(*self._legend.values(), gap=16)
        below = row(legend, gap=24)
        below.addWidget(self._note, 1)
        return column(top, self._bar, below, gap=10, margins=(20, 10, 20, 12))

    @property
    def note(self) -> str:
        """The quiet sentence at the bottom."""
        return self._note.text()

    def show_job(
        self, line: JobLine, batches: Sequence[Batch], notes: BatchNotes = NO_NOTES
    ) -> None:
        """Show how far a job is."""
        if self._line is not None and self._line.path != line.path:
            self._expected = None
        self._line, self._notes = line, notes
        done = rows_done(line, sum(notes.not_run.values()))
        self._figure.setText(f"{done.finished:,}")
        self._done = done
        parts = [progress_of(batch, notes) for batch in batches if not is_copy(batch)]
        self._bar.show_batches(parts)
        stages = Counter(part.stage for part in parts)
        limited = line.limit is not None
        self._legend[Stage.WAITING].call(*(_WAITING_FOR_LIMIT if limited else _WAITING))
        for stage, entry in self._legend.items():
            entry.count(stages[stage])
        self._note.setText(_quiet_note(line, done))
        self._show_cost()
        self.tick(datetime.now().astimezone())
        self._fit()

    def _fit(self) -> None:
        """Say how many of how many in words that fit beside the facts."""
        done = self._done
        if done is None:
            return
        rows = "1 row" if done.wanted == 1 else f"{done.wanted:,} rows"
        whole = f"of {rows} finished · {done.percent}%"
        facts = sum(fact.sizeHint().width() for fact in (self._running, self._ends, self._cost))
        room = self.width() - facts - self._figure.sizeHint().width() - _AROUND
        fits = THEME.width(whole, "body") <= room
        self._of.setText(whole if fits else f"of {done.wanted:,} · {done.percent}%")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose words that fit."""
        super().resizeEvent(event)
        self._fit()

    def expect(self, expected: Decimal | None) -> None:
        """Show what the whole job was estimated to cost."""
        self._expected = expected
        self._show_cost()

    def show_step(self, progress: Progress) -> None:
        """Say which longer step is under way; its end or the job's next change takes it back."""
        words = _STAGES.get(progress.stage)
        if words is None or self._line is None:
            return
        if 0 < progress.total <= progress.done:
            self._note.setText(_quiet_note(self._line, rows_done(self._line)))
            return
        of = f" of {progress.total:,}" if progress.total else ""
        unit = "" if progress.unit == "bytes" else f": {progress.done:,}{of} {progress.unit}"
        self._note.setText(f"{words}{unit}")

    def tick(self, now: datetime) -> None:
        """Bring the facts about time up to date."""
        line = self._line
        if line is None:
            return
        started = read_moment(line.started_at)
        if line.state in AT_WORK or line.state is JobState.PAUSED:
            ran = span(now - started) if started else MISSING
            self._running.say(ran, f"started {clock(started)}", "Running for")
            self._say_when_it_ends(line, now)
            return
        ended = read_moment(line.changed_at)
        ran = span(ended - started) if started and ended else MISSING
        self._running.say(ran, f"started {day_and_clock(started, now, inside=True)}", "Ran for")
        word = "Cancelled" if line.state is JobState.CANCELLED else "Finished"
        self._ends.say(day_and_clock(ended, now), "local time", word)

    def _say_when_it_ends(self, line: JobLine, now: datetime) -> None:
        if line.limit is not None and waits_for_limit(line):
            self._ends.say(line.limit.unit.say(line.limit.limit), "this job", "Spend limit")
            return
        if line.state is JobState.PAUSED:
            done = rows_done(line, sum(self._notes.not_run.values()))
            self._ends.say(f"{done.wanted - done.finished:,}", "answers are safe", "Rows left")
            return
        if line.mode is Mode.PRACTICE:
            self._ends.say("In a moment", "usually within a minute", "Ends by")
            return
        ends = read_moment(line.ends_by)
        hint = "24-hour limit" if ends else "known once a batch is sent"
        self._ends.say(day_and_clock(ends, now), hint, "Ends by")

    def _show_cost(self) -> None:
        line = self._line
        if line is None:
            return
        going_on = line.state in AT_WORK or line.state is JobState.PAUSED
        label = "Cost so far" if going_on else "Cost"
        if line.mode is Mode.PRACTICE:
            self._cost.say("Free", "practice, never charged", label)
            return
        if line.cost_usd is None:
            self._cost.say("Not known", "no price for this model", label)
            return
        expected = f"expected {in_dollars(self._expected)}" if self._expected is not None else ""
        self._cost.say(in_dollars(line.cost_usd), expected or "finished batches", label)


def _quiet_note(line: JobLine, done: RowsDone) -> str:
    """Say what is not counted above, and what nobody needs to worry about."""
    counted = ((done.copied, "copied from twins"), (done.skipped, "left out"))
    aside = ", ".join(f"{count:,} {words}" for count, words in counted if count)
    waits = is_elsewhere(line) or waits_for_limit(line)
    if line.state not in AT_WORK or waits:
        return f"{aside}." if aside else ""
    if line.mode is Mode.PRACTICE:
        return f"{aside}. {_QUIET_PRACTICE}" if aside else _QUIET_PRACTICE
    return f"{aside}. {_QUIET_SHORT}" if aside else _QUIET
