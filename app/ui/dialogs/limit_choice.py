"""What is asked before a job that costs more than its limit, or much without one, is sent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from app.core.cost import Estimate, in_dollars, in_figures
from app.core.limit import Unit
from app.core.limit_reach import LimitReach, about_rows, round_limit
from app.core.money_words import about, likely
from app.ui.held import hold_width
from app.ui.layouts import box, column, row
from app.ui.widgets.button import Button
from app.ui.widgets.card import Card
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.field import mark_bad
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.label import Label
from app.ui.widgets.money_field import MoneyField

_SET, _KEEP = 0, 1
_FIELD_WIDTH = 104


@dataclass(frozen=True, slots=True)
class LimitQuestion:
    """A job about to be sent: its forecast, how far money reaches, its longest answer, its limit.

    A job without a `limit` is asked for one.
    """

    estimate: Estimate
    reach: LimitReach
    max_tokens: int
    limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LimitAnswer:
    """The limit with which the job is sent; None is no limit."""

    limit: Decimal | None


class LimitDialog(Dialog):
    """Three figures, then a limit that is enough or things as they are; the button follows."""

    def __init__(self, question: LimitQuestion, parent: QWidget | None = None) -> None:
        asked = question.limit is not None
        title = (
            "The expected cost is over your spend limit"
            if asked
            else f"Spend {about(question.estimate.expected_usd)}?"
        )
        super().__init__(parent, title, icon="wallet", icon_ink="warn", width=560)
        self.setObjectName("limit-dialog")
        self._question = question
        self._group = QButtonGroup(self)
        self.set_limit = self._radio(_SET, "Raise the limit to" if asked else "Set a limit of")
        self.keep = self._radio(_KEEP, _kept_title(question))
        self.field = MoneyField(
            round_limit(question.reach.for_all_usd), name="Spend limit in US dollars"
        )
        self.field.setObjectName("limit-to-set")
        hold_width(self.field, _FIELD_WIDTH)
        self._set_hint = Label("", "small", "text2", wrap=True)
        self._keep_hint = Label(_kept_hint(question), "small", "text2", wrap=True)
        self.submit = Button("", "primary", icon="send")
        self.submit.setObjectName("submit-with-limit")
        self._lay_out(_facts(question))
        self.set_limit.setChecked(True)
        self._group.idToggled.connect(self._show)
        self.field.textChanged.connect(self._edit)
        self.submit.clicked.connect(self.accept)
        self._show()

    @property
    def answer(self) -> LimitAnswer:
        """What the person has chosen."""
        kept = self._group.checkedId() == _KEEP
        return LimitAnswer(self._question.limit if kept else self.field.amount())

    def _radio(self, number: int, words: str) -> QRadioButton:
        radio = QRadioButton(words)
        radio.setObjectName("set-limit" if number == _SET else "keep-limit")
        self._group.addButton(radio, number)
        return radio

    def _lay_out(self, facts: Card) -> None:
        first = row(self.set_limit, self.field, None, gap=8)
        indent = (26, 0, 0, 0)
        set_part = column(first, box(column(self._set_hint, margins=indent)), gap=2)
        keep_part = column(self.keep, box(column(self._keep_hint, margins=indent)), gap=2)
        self.body.addWidget(facts)
        self.body.addLayout(set_part)
        self.body.addWidget(HairLine())
        self.body.addLayout(keep_part)
        back = Button("Back")
        back.setObjectName("limit-back")
        back.clicked.connect(self.reject)
        self.add_quiet(back)
        self.add_button(self.submit, default=True)

    @Slot(str)
    def _edit(self, _text: str) -> None:
        self.set_limit.setChecked(True)
        self._show()

    @Slot()
    def _show(self) -> None:
        """Let the button say what would be sent, and about what that costs."""
        limit, reach = self.answer.limit, self._question.reach
        chosen = self._group.checkedId()
        amount = self.field.amount()
        self._set_hint.setText(self.field.problem or _set_hint(reach, amount))
        self._set_hint.set_ink("badText" if self.field.problem else "text2")
        missing = chosen == _SET and (amount is None or not reach.rows_within(amount))
        mark_bad(self.field, bad=missing)
        self.submit.setEnabled(not missing)
        rows = reach.rows if limit is None else reach.rows_within(limit)
        # Kept as it is, the job is sent all the same: it waits as soon as the limit is reached.
        self.submit.setText(_act(reach, rows))
        if self.isVisible():
            self.fit()


def _facts(question: LimitQuestion) -> Card:
    found, limit = question.estimate, question.limit
    most = "Nobody can say" if found.max_usd is None else in_figures(found.max_usd)
    if_all = f"if every answer is {question.max_tokens:,} tokens"
    last = ("Spend limit", "None" if limit is None else Unit.DOLLARS.say(limit), "this job")
    facts = (
        ("Expected", in_dollars(found.expected_usd), _spread(found)),
        ("Never more than", most, if_all),
        last,
    )
    line = row(gap=16, margins=(16, 10, 16, 10))
    for number, (words, figure, below) in enumerate(facts):
        if number:
            line.addWidget(HairLine(upright=True))
        parts = (Label(words, "small", "text2"), Label(figure, "title"))
        line.addLayout(column(*parts, Label(below, "small", "text2"), gap=0))
    line.addStretch(1)
    return Card(line)


def _spread(found: Estimate) -> str:
    """Write the range below the expected sum, where there is little room."""
    if found.low_usd is None or found.high_usd is None:
        return ""
    words = likely(found.low_usd, found.high_usd)
    return f"most likely {words.removeprefix('between ').replace(' and ', ' to ')}"


def _kept_title(question: LimitQuestion) -> str:
    return "No limit" if question.limit is None else f"Keep {Unit.DOLLARS.say(question.limit)}"


def _kept_hint(question: LimitQuestion) -> str:
    reach, limit = question.reach, question.limit
    if limit is None:
        return "Every row is sent. Nothing stops before the worst case."
    rows = about_rows(reach.rows_within(limit), reach.rows)
    if not rows:
        return "Not one row is sent: Sheaf waits and asks. Nothing is lost."
    about = f"About {rows:,} of {reach.rows:,} rows"
    return f"{about} are sent. Then Sheaf waits and asks. Nothing is lost."


def _set_hint(reach: LimitReach, amount: Decimal | None) -> str:
    rows = reach.rows_within(amount) if amount is not None else 0
    if not rows:
        return "Write a sum under which at least one row can go."
    if rows >= reach.rows:
        return "Enough to send every row. It still cannot be passed."
    return f"Enough for about {about_rows(rows, reach.rows):,} of {reach.rows:,} rows."


def _act(reach: LimitReach, rows: int) -> str:
    """Write rows and price; a job of which no row fits yet is sent to wait."""
    shown = about_rows(rows, reach.rows)
    if not shown:
        return "Submit · waits for the limit"
    words = "1 row" if shown == 1 else f"{shown:,} rows"
    return f"Submit {words} · {about(reach.cost_of(shown))}"


def ask_for_limit(question: LimitQuestion, parent: QWidget | None) -> LimitAnswer | None:
    """Ask; None is the harmless answer, with which nothing is sent."""
    dialog = LimitDialog(question, parent)
    dialog.submit.setFocus(Qt.FocusReason.OtherFocusReason)
    accepted = dialog.exec() == Dialog.DialogCode.Accepted
    answer = dialog.answer
    dialog.deleteLater()
    return answer if accepted else None
