"""The confirmation of cancelling a job: what is kept, what stops, and what is paid."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLayout, QWidget

from app.core.cost import CENT, in_dollars
from app.core.job import Mode
from app.core.money_words import about, at_least
from app.ui.job.cancel_figures import CancelFigures
from app.ui.job.sums import span
from app.ui.layouts import column, row
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label

_FREE = "free"


@dataclass(frozen=True, slots=True)
class _Line:
    """One kind of rows: icon, what they are, what becomes of them, and the money."""

    icon: str
    ink: str
    title: str
    text: str
    money: str


class CancelDialog(Dialog):
    """Asks whether to cancel a job; accepted only by the button that names it."""

    def __init__(self, figures: CancelFigures, parent: QWidget | None = None) -> None:
        super().__init__(parent, "Cancel this job?", icon="circle-slash", icon_ink="bad")
        self.setObjectName("cancel-dialog")
        text = "Answers that exist are kept. The rest stops. You can run the remaining rows later."
        self.body.addWidget(Label(text, "body", "text2", wrap=True))
        for line in _lines(figures):
            self.body.addWidget(HairLine())
            self.body.addLayout(_line_row(line))
        self.body.addWidget(HairLine())
        pay = Label(you_pay(figures), "bodyS")
        self.body.addLayout(row(Label("You pay", "body", "text2"), None, pay))
        self._keep = Button("Keep running")
        self._keep.setObjectName("keep-running")
        self._keep.clicked.connect(self.reject)
        act = Button("Cancel the job", "danger", icon="x")
        act.setObjectName("cancel-the-job")
        act.clicked.connect(self.accept)
        self.add_button(self._keep, default=True)
        self.add_button(act)

    def showEvent(self, event: QShowEvent) -> None:
        """Put the focus on the harmless answer."""
        super().showEvent(event)
        self._keep.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _line_row(line: _Line) -> QLayout:
    words = column(Label(line.title, "bodyM"), Label(line.text, "small", "text2", wrap=True), gap=2)
    icon = column(IconView(line.icon, line.ink), None, margins=(0, 2, 0, 0))
    money = column(Label(line.money, "bodyS"), None, gap=0)
    layout = row(icon, gap=10)
    layout.addLayout(words, 1)
    layout.addLayout(money)
    return layout


def _lines(figures: CancelFigures) -> list[_Line]:
    practice = figures.mode is Mode.PRACTICE
    who = "Practice" if practice else "Anthropic"
    charged = "" if practice else " and charged"
    entries = (
        (
            _counted(figures.finished, "finished"),
            ("circle-check", "ok"),
            f"Kept on this computer{'' if practice else ', and charged'}.",
            in_dollars(figures.finished_usd),
        ),
        (
            _counted(figures.at_work, "being worked on"),
            ("loader", "accentText"),
            f"{who} stops as soon as it can. Rows answered before that are kept{charged}.",
            _up_to(figures, figures.at_work),
        ),
        (
            _counted(figures.provisional, "in a batch that Sheaf found"),
            ("search-check", "text2"),
            "It may be somebody else’s, so it is not stopped. If it is yours, it is kept "
            f"once it has ended{charged}.",
            _up_to(figures, figures.provisional),
        ),
        (
            _counted(figures.doubtful, "being looked for"),
            ("search-check", "text2"),
            f"If {who} has them, they are stopped as soon as they are found.",
            _up_to(figures, figures.doubtful),
        ),
        (_unsent(figures.unsent), ("clock", "text2"), "They stay unsent.", in_dollars(Decimal(0))),
    )
    return [
        _Line(*look, title, text, _FREE if practice else money)
        for title, look, text, money in entries
        if title
    ]


def _counted(count: int, words: str) -> str:
    if not count:
        return ""
    return f"1 row is {words}" if count == 1 else f"{count:,} rows are {words}"


def _unsent(count: int) -> str:
    if not count:
        return ""
    return "1 row has not been sent" if count == 1 else f"{count:,} rows have not been sent"


def _up_to(figures: CancelFigures, rows: int) -> str:
    most = figures.at_most(rows)
    if most is None or most < CENT:
        return in_dollars(most)
    return f"$0.00 to {about(most)}"


def you_pay(figures: CancelFigures) -> str:
    """Say in words what the person will have paid."""
    if figures.mode is Mode.PRACTICE:
        return "nothing, this is practice"
    least = figures.finished_usd or Decimal(0)
    if figures.most_usd is None:
        return at_least(least) if least else in_dollars(None)
    if not figures.begun:
        return in_dollars(figures.finished_usd)
    return span(least, figures.most_usd)
