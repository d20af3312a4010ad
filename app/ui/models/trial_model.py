"""What a trial brought as a table: each row's words, and what each model made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.core import instructions
from app.core.answers import AnswerColumn
from app.core.job import Job, JobSettings
from app.core.states import RowState
from app.core.table import Kind
from app.core.trial import is_compared, same_cell
from app.engine.money_replies import UNSURE, WAITING, TriedAnswer
from app.ui.job.words import ROW_WORDS
from app.ui.models.steady import steady
from app.ui.plain_text import as_tooltip
from app.ui.widgets.table_cells import LOOK_ROLE, MISSING, Column, Group, Look

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_ASKED = "…"
_LOST = "Perhaps charged"
_TEXT_WIDTH, _COMPARED_WIDTH = 160, 164
_DIFFERS = Look(differs=True)
_QUIET = Look(ink="text3")
_LOST_LOOK = Look(icon="triangle-alert", ink="warnText", icon_ink="warn")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a trial's table shows: rows with the words beside them, and models with their names.

    `chosen` is the model of the job, `prices` what 1,000 rows cost with each, in words.
    """

    column: str
    rows: Mapping[int, str]
    models: tuple[str, ...]
    names: Mapping[str, str]
    prices: Mapping[str, str]
    answers: tuple[AnswerColumn, ...]
    came: tuple[TriedAnswer, ...]
    chosen: str = ""


_NOTHING = Shown("", {}, (), {}, {}, (), ())
_REPLY = AnswerColumn("answer")


def told_by(job: Job, settings: JobSettings) -> int:
    """Return the place of the column that tells a person which row it is."""
    named = instructions.parse(settings.instructions).columns
    asked = [place for place, facts in enumerate(job.columns) if facts.name in named]
    long = [place for place in asked if job.columns[place].kind is Kind.LONG_TEXT]
    return (long or asked or [0])[0]


def shown_of(
    job: Job,
    settings: JobSettings,
    cells: Mapping[int, str],
    came: Sequence[TriedAnswer],
    names: Mapping[str, str],
    prices: Mapping[str, str],
) -> Shown:
    """Return what a table of these answers shows; the models are in the order of their names."""
    asked = dict.fromkeys(answer.model for answer in came)
    listed = [model for model in names if model in asked]
    return Shown(
        column=job.column_names[told_by(job, settings)],
        rows={answer.row: cells.get(answer.row, "") for answer in came},
        models=(*listed, *(model for model in asked if model not in listed)),
        names=names,
        prices=prices,
        answers=settings.answers,
        came=tuple(came),
        chosen=settings.model,
    )


def columns_of(shown: Shown) -> tuple[AnswerColumn, ...]:
    """Return the answer columns to show: of several models, those in which they disagree.

    Where they agree in everything that can be compared, or nothing can be, all are shown.
    """
    every = shown.answers or (_REPLY,)
    if len(shown.models) < 2:
        return every
    compared = tuple(column for column in every if is_compared(column))
    differing = tuple(
        column for column in compared if any(_differing(shown, column, row) for row in shown.rows)
    )
    return differing or compared or every


def _differing(shown: Shown, column: AnswerColumn, row: int) -> bool:
    """Say whether models that all answered a row did so differently in a column."""
    cells = [_cell(shown, column, answer) for answer in shown.came if answer.row == row]
    known = [cell for cell in cells if cell is not None]
    if not is_compared(column) or len(known) < max(len(shown.models), 2):
        return False
    return not all(same_cell(known[0], cell) for cell in known)


def _cell(shown: Shown, column: AnswerColumn, answer: TriedAnswer) -> str | None:
    """Return an answer's cell; None where no good answer came."""
    if answer.state != RowState.ANSWERED:
        return None
    if column not in shown.answers:
        return answer.reply
    place = shown.answers.index(column)
    return answer.cells[place] if place < len(answer.cells) else ""


class TrialModel(QAbstractTableModel):
    """One line per row that was tried; with several models their columns stand side by side."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown = _NOTHING
        self._rows: tuple[int, ...] = ()
        self._answers: tuple[AnswerColumn, ...] = ()
        self._came: dict[tuple[int, str], TriedAnswer] = {}

    def show(self, shown: Shown) -> None:
        """Show a trial, or what has come of it so far."""
        self.beginResetModel()
        self._shown = shown
        self._rows = tuple(sorted(shown.rows))
        self._answers = columns_of(shown) if shown.models else ()
        self._came = {(one.row, one.model): one for one in shown.came}
        self.endResetModel()

    def columns(self) -> list[Column]:
        """Return the columns as the table shows them."""
        several = len(self._shown.models) > 1
        width = _COMPARED_WIDTH if several else 0
        text = Column(self._shown.column, width=_TEXT_WIDTH, ink="text", stretch=several)
        own = [
            Column(
                column.name,
                answer=True,
                width=0 if several else width,
                stretch=not several and column is self._answers[-1],
                edge=several and place == 0 and model != self._shown.models[0],
            )
            for model in self._shown.models
            for place, column in enumerate(self._answers)
        ]
        return [text, *own]

    def groups(self) -> list[Group]:
        """Return the headings of the models; none where there is only one."""
        shown = self._shown
        if len(shown.models) < 2:
            return []
        wide = len(self._answers)
        return [
            Group(
                first=1 + place * wide,
                last=(place + 1) * wide,
                name=shown.names.get(model, model),
                detail=f"{shown.prices.get(model, 'price not known')} per 1,000 rows",
                pill="Chosen" if model == shown.chosen else "",
                icon="check" if model == shown.chosen else "",
            )
            for place, model in enumerate(shown.models)
        ]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of rows that were tried."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of columns."""
        if parent.isValid() or not self._shown.models:
            return 0
        return 1 + len(self._shown.models) * len(self._answers)

    @steady
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's heading, with the model's name where there are several."""
        if role != Qt.ItemDataRole.DisplayRole or not 0 <= section < self.columnCount():
            return None
        if orientation is Qt.Orientation.Vertical:
            return None
        if section == 0:
            return self._shown.column
        model, column = self._place(section)
        name = self._shown.names.get(model, model)
        return f"{column.name}, {name}" if len(self._shown.models) > 1 else column.name

    @steady
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row, index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_tooltip(self._why(row, index.column()))
        return self._look(row, index.column()) if role == LOOK_ROLE else None

    def _place(self, section: int) -> tuple[str, AnswerColumn]:
        model, place = divmod(section - 1, len(self._answers))
        return self._shown.models[model], self._answers[place]

    def _text(self, row: int, section: int) -> str:
        if section == 0:
            return self._shown.rows[row]
        model, column = self._place(section)
        answer = self._came.get((row, model))
        if answer is None or answer.state == WAITING:
            return _ASKED
        cell = _cell(self._shown, column, answer)
        if cell is not None:
            return cell or MISSING
        return self._trouble(answer) if column is self._answers[0] else MISSING

    def _trouble(self, answer: TriedAnswer) -> str:
        return _LOST if answer.state == UNSURE else ROW_WORDS[RowState(answer.state)].text

    def _why(self, row: int, section: int) -> str:
        if section == 0:
            return self._shown.rows[row]
        answer = self._came.get((row, self._place(section)[0]))
        return (answer.reason if answer is not None else "") or self._text(row, section)

    def _look(self, row: int, section: int) -> Look | None:
        if section == 0:
            return None
        model, column = self._place(section)
        answer = self._came.get((row, model))
        if answer is None or answer.state == WAITING:
            return _QUIET
        if answer.state != RowState.ANSWERED:
            return _trouble_look(answer.state) if column is self._answers[0] else None
        return _DIFFERS if _differing(self._shown, column, row) else None

    def _spoken(self, row: int, section: int) -> str:
        """Say a cell, and of one that differs what the other models answered."""
        text = self._text(row, section)
        if section == 0:
            return text
        model, column = self._place(section)
        if not _differing(self._shown, column, row):
            return text
        others = [other for other in self._shown.models if other != model]
        said = [
            f"{self._shown.names.get(other, other)}: "
            f"{_cell(self._shown, column, self._came[row, other])}"
            for other in others
        ]
        return f"{text}, differs from {', '.join(said)}"


def _trouble_look(state: str) -> Look:
    if state == UNSURE:
        return _LOST_LOOK
    word = ROW_WORDS[RowState(state)]
    return Look(icon=word.icon, ink=word.tone.ink, icon_ink=word.tone.ink)


def names_of(columns: Sequence[AnswerColumn]) -> str:
    """Return the names of columns as one phrase."""
    names = [column.name for column in columns]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
