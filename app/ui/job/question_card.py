"""The rare question to the person: a batch may have arrived, and nobody can tell yet."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QGridLayout, QRadioButton, QWidget

from app.engine.replies import DoubtLine
from app.ui.job import doubt_words
from app.ui.layouts import box, column, row
from app.ui.paint import RIGHT
from app.ui.plain_text import literal
from app.ui.theme import THEME
from app.ui.widgets.announce import announce
from app.ui.widgets.button import Button
from app.ui.widgets.card import Card
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.pill import Pill
from app.ui.widgets.tone import Tone

_WAIT, _AGAIN = 0, 1
_LABEL_WIDTH = 112
_FACTS = 4
_INDENT = 25
"""Where the words of a radio button begin."""


class QuestionCard(Card):
    """Facts at the left, two choices at the right; waiting is chosen and is what happens anyway."""

    wait_chosen = Signal()
    """The person has read it and waits."""
    again_chosen = Signal(object)
    """The number of the batch that is to be sent again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._doubt: DoubtLine | None = None
        self._heading = Label("", "heading", wrap=True)
        self._more = Label("", "small", "text3", wrap=True, align=RIGHT)
        self._facts = [Label("", "small", wrap=True) for _ in range(_FACTS)]
        self._names = [Label("", "small", "text3") for _ in range(_FACTS)]
        self._group = QButtonGroup()
        self._wait, self._again = QRadioButton(), QRadioButton()
        self._consequence = Label("", "small", "text2", wrap=True)
        self.button = Button("", "primary")
        super().__init__(self._lay_out(), edge="warn", parent=parent)
        self._name_parts()
        self._group.setParent(self)
        for number, radio in ((_WAIT, self._wait), (_AGAIN, self._again)):
            self._group.addButton(radio, number)
        self._wait.setChecked(True)
        self._group.idToggled.connect(self._on_choice)
        self.button.clicked.connect(self._decide)
        THEME.changed.connect(self._refit)
        self._refit()
        self.hide()

    def _name_parts(self) -> None:
        self.setObjectName("question-card")
        self._wait.setObjectName("question-wait")
        self._again.setObjectName("question-send-again")
        self.button.setObjectName("question-decide")

    @property
    def doubt(self) -> DoubtLine | None:
        """What is asked about."""
        return self._doubt

    def ask(self, doubt: DoubtLine, number: int, expected: Decimal | None) -> None:
        """Ask about a batch, one of `number` questions; its rows cost about `expected`."""
        before, self._doubt = self._doubt, doubt
        self._heading.setText(doubt_words.heading(doubt))
        hint = "No hurry. You can leave this open, or close Sheaf."
        self._more.setText(f"One of {number:,} questions. {hint}" if number > 1 else hint)
        known = doubt_words.facts(doubt, datetime.now().astimezone())
        for name, fact, (label, value) in zip(self._names, self._facts, known, strict=True):
            name.setText(label)
            fact.setText(value)
        self._wait.setText(literal(_waiting_words(doubt)))
        self._again.setText(literal(f"Send the {doubt_words.rows_of(doubt)} again now"))
        self._consequence.setText(doubt_words.consequence(doubt, expected))
        self.setAccessibleName(self._heading.text())
        if before is None or (before.batch, before.since) != (doubt.batch, doubt.since):
            self._wait.setChecked(True)
        self.button.setEnabled(True)
        self._on_choice(self._group.checkedId(), on=True)

    def free(self) -> None:
        """Let the button be pressed again, after sending again was refused."""
        self.button.setEnabled(True)

    def showEvent(self, event: QShowEvent) -> None:
        """Tell a screen reader that there is a question, without taking the focus."""
        super().showEvent(event)
        announce(self, f"Question: {self._heading.text()}.")

    @Slot(int, bool)
    def _on_choice(self, _number: int, on: bool) -> None:
        doubt = self._doubt
        if doubt is None or not on:
            return
        again = self._group.checkedId() == _AGAIN
        self.button.setText(doubt_words.send_again(doubt) if again else "Keep waiting")

    @Slot()
    def _decide(self) -> None:
        if self._doubt is None:
            return
        if self._group.checkedId() == _AGAIN:
            self.button.setEnabled(False)
            self.again_chosen.emit(self._doubt.batch)
        else:
            self.wait_chosen.emit()

    @Slot()
    def _refit(self) -> None:
        for radio in (self._wait, self._again):
            radio.setFont(THEME.font("bodyS"))
        for name in self._names:
            name.setFixedWidth(THEME.px(_LABEL_WIDTH))

    # --- layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> QBoxLayout:
        icon = IconView("message-circle-question-mark", "warn", 20)
        top = row(icon, 2, gap=8)
        top.addWidget(self._heading, 1)
        top.addWidget(self._more, 1)
        both = row(gap=20)
        both.addLayout(self._facts_part(), 1)
        both.addWidget(HairLine(upright=True))
        both.addLayout(self._choices_part(), 1)
        return column(top, HairLine(), both, gap=12, margins=(20, 12, 20, 15))

    def _facts_part(self) -> QBoxLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for place, (name, fact) in enumerate(zip(self._names, self._facts, strict=True)):
            grid.addWidget(name, place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(fact, place, 1, Qt.AlignmentFlag.AlignTop)
        return column(Label("What is known", "smallS", "text2"), grid, None, gap=6)

    def _choices_part(self) -> QBoxLayout:
        safe = Pill("Safe", Tone.OK)
        wait = row(self._wait, safe, None, gap=8)
        free = "Costs nothing more. The other batches go on meanwhile."
        nothing = Label(free, "small", "text2", wrap=True)
        return column(
            Label("What should Sheaf do?", "smallS", "text2"),
            4,
            wait,
            box(column(nothing, margins=(_INDENT, 0, 0, 0))),
            6,
            self._again,
            box(column(self._consequence, margins=(_INDENT, 0, 0, 0))),
            8,
            None,
            row(None, self.button),
            gap=2,
        )


def _waiting_words(doubt: DoubtLine) -> str:
    return "Wait until it has ended" if len(doubt.candidates) == 1 else "Wait until they end"
