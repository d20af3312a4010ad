"""What the definitions and examples of labels cost: two estimates and their difference."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from app.core.answers import AnswerColumn, AnswerLabel
from app.core.errors import SheafError
from app.core.job import JobSettings
from app.core.money_words import about
from app.engine.replies import EstimateReply
from app.ui.desk import Desk
from app.ui.layouts import row
from app.ui.steps.estimator import Estimator
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label


class DefinitionPrice(QWidget):
    """A line that says what definitions add to each row; hidden while there are none."""

    shown = Signal()
    """The line has appeared or changed its words."""

    def __init__(self, desk: Desk, job: str, settings: JobSettings, place: int) -> None:
        super().__init__()
        self._desk, self._job, self._settings, self._place = desk, job, settings, place
        self._full, self._bare = Estimator(desk, self), Estimator(desk, self)
        self._full_reply: EstimateReply | None = None
        self._bare_reply: EstimateReply | None = None
        self.words = Label("", "small", "text2", wrap=True)
        line = row(IconView("info", "text3"), gap=10)
        line.addWidget(self.words, 1)
        self.setLayout(line)
        self.hide()
        self._full.estimated.connect(self._take_full)
        self._bare.estimated.connect(self._take_bare)
        self._full.failed.connect(self._take_none)
        self._bare.failed.connect(self._take_none)

    def ask(self, column: AnswerColumn | None) -> None:
        """Ask what this column's definitions cost; None hides the line."""
        if column is None or (bare := _without_definitions(column)) == column:
            self._full.forget()
            self._bare.forget()
            self.hide()
            return
        self._full.ask(self._job, self._with(column))
        self._bare.ask(self._job, self._with(bare))

    def _with(self, column: AnswerColumn) -> JobSettings:
        answers = list(self._settings.answers)
        answers[self._place : self._place + 1] = [column]
        return replace(self._settings, answers=tuple(answers))

    @Slot(object)
    def _take_full(self, reply: EstimateReply) -> None:
        self._full_reply = reply
        self._show()

    @Slot(object)
    def _take_bare(self, reply: EstimateReply) -> None:
        self._bare_reply = reply
        self._show()

    @Slot(object)
    def _take_none(self, _error: SheafError) -> None:
        self.hide()

    def _show(self) -> None:
        if self._full_reply is None or self._bare_reply is None:
            return
        full, bare = self._full_reply.estimate, self._bare_reply.estimate
        more = round((full.input_tokens - bare.input_tokens) / max(full.rows, 1))
        self.words.setText(
            f"With definitions and examples, each row reads about {more:,} tokens more: "
            f"{_extra(full.expected_usd, bare.expected_usd)} for {full.rows:,} rows "
            f"with {self._model()}."
        )
        self.show()
        self.shown.emit()

    def _model(self) -> str:
        known = self._desk.models
        wanted = self._settings.model or (known.suggested if known else "")
        models = known.models if known else ()
        return next((model.name for model in models if model.id == wanted), wanted)


def _without_definitions(column: AnswerColumn) -> AnswerColumn:
    return replace(column, labels=tuple(AnswerLabel(label.name) for label in column.labels))


def _extra(dear: Decimal | None, cheap: Decimal | None) -> str:
    if dear is None or cheap is None:
        return "price not known"
    return about(max(dear - cheap, Decimal(0)))
