"""The banner of a job that waits for its own spend limit, with the field that raises it."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from app.core.limit import Unit
from app.core.limit_reach import round_limit
from app.core.money_words import about
from app.engine.replies import JobLine, LimitLine
from app.ui.job.left import Left
from app.ui.job.words import BatchNotes
from app.ui.layouts import column
from app.ui.theme import THEME
from app.ui.widgets.banner import Banner
from app.ui.widgets.button import Button
from app.ui.widgets.field import mark_bad
from app.ui.widgets.money_field import MoneyField
from app.ui.widgets.tone import Tone

_FIELD_WIDTH, _TOKENS_WIDTH = 104, 168


class LimitBar(QWidget):
    """Says what is spent and what waits; emits the new limit when the person raises it."""

    raised = Signal(object)
    """The new limit in dollars, a Decimal."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limit: LimitLine | None = None
        self._path = ""
        self._words = ("", "")
        self.field = MoneyField(name="New spend limit in dollars")
        self.field.setObjectName("new-limit")
        self.button = Button("Raise limit", "primary")
        self.button.setObjectName("raise-limit")
        self._banner = Banner(Tone.WARN, "", icon="wallet", field=self.field, button=self.button)
        self.setLayout(column(self._banner, margins=(24, 16, 24, 0)))
        self.field.textChanged.connect(self._on_edited)
        self.field.returnPressed.connect(self.button.click)
        self.button.clicked.connect(self._raise)
        THEME.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    @property
    def sentence(self) -> str:
        """All that the banner says."""
        return self._banner.sentence

    def show_line(self, line: JobLine, left: Left, notes: BatchNotes) -> None:
        """Show what a job waits for; what the person is typing stays until the figures change."""
        limit = line.limit
        if limit is None:
            return
        self._words = (_title(limit), _text(limit, left, notes))
        if (line.path, limit) != (self._path, self._limit):
            self._path, self._limit = line.path, limit
            self.field.count_in(limit.unit)
            self._restyle()
            self.field.setAccessibleName(f"New spend limit in {limit.unit.value}")
            self.field.set_amount(round_limit(limit.all, limit.unit))
            self.button.setEnabled(True)
        self._check()

    def free(self) -> None:
        """Let the button be pressed again, after the limit could not be raised."""
        self._check()

    def _check(self) -> None:
        """Let only such a limit be set that lets at least the next batch go."""
        amount, limit = self.field.amount(), self._limit
        enough = amount is not None and limit is not None and amount >= limit.next
        self.button.setEnabled(enough)
        mark_bad(self.field, bad=not enough)
        title, text = self._words
        if not enough and limit is not None:
            least = limit.unit.say(limit.next)
            which = "row" if limit.is_one_row else "batch"
            needs = f"The next {which} needs a limit of at least {least}, in the worst case."
            text = f"{self.field.problem} {needs}".lstrip()
        self._banner.say(Tone.WARN, title, text, icon="wallet")

    @Slot(str)
    def _on_edited(self, _text: str) -> None:
        self._check()

    @Slot()
    def _raise(self) -> None:
        amount = self.field.amount()
        if amount is not None:
            self.button.setEnabled(False)
            self.raised.emit(amount)

    @Slot()
    def _restyle(self) -> None:
        width = _FIELD_WIDTH if self.field.unit is Unit.DOLLARS else _TOKENS_WIDTH
        self.field.setFixedWidth(THEME.px(width))


def _title(limit: LimitLine) -> str:
    which = "not one more row fits" if limit.is_one_row else "the next batch could pass"
    return f"Waiting: {which} your spend limit of {limit.unit.say(limit.limit)}"


def _text(limit: LimitLine, left: Left, notes: BatchNotes) -> str:
    dollars, say = limit.unit is Unit.DOLLARS, limit.unit.say
    rest = f"The rest should cost {about(left.usd)}; " if dollars and left.usd is not None else ""
    covers = f"a limit of {say(round_limit(limit.all, limit.unit))} covers it."
    return (
        f"{say(limit.spent)} {'is spent' if dollars else 'were used'}; "
        f"{_next_one(limit, left, notes)}. {rest}{covers if rest else covers.capitalize()}"
    )


def _next_one(limit: LimitLine, left: Left, notes: BatchNotes) -> str:
    number = left.unsent[0] if left.unsent else 0
    verb = "cost" if limit.unit is Unit.DOLLARS else "use"
    if limit.is_one_row:
        which, most = "the next row", limit.next - limit.spent
    else:
        most = notes.most.get(number, limit.next - limit.spent)
        which = f"batch {number:,}" if number else "the next batch"
    return f"{which} could {verb} up to {limit.unit.say(most)}"
