"""A job's first rows with the answer columns still open: what the person will get back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from app.core import instructions
from app.core.answers import AnswerColumn, AnswerKind
from app.core.errors import SheafError
from app.core.job import Job
from app.core.merge import ANSWER
from app.core.table import Kind, Row
from app.engine.view import JobView
from app.ui.desk import Desk
from app.ui.models.steady import steady
from app.ui.plain_text import as_tooltip, one_line
from app.ui.steps.answer_words import shape
from app.ui.widgets.table_cells import LOOK_ROLE, MISSING, Column, Look

ROWS = 3
_MOST_SOURCE, _MOST_ANSWERS = 5, 6
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_OPEN = Look(ink="text3")


class ComingModel(QAbstractTableModel):
    """Three rows: cells of the columns that matter, then what each answer will be."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._path = ""
        self._rows: list[Row] = []
        self._places: tuple[int, ...] = ()
        self._names: tuple[str, ...] = ()
        self._answers: tuple[AnswerColumn, ...] = ()

    def show_job(self, path: str, job: Job) -> list[Column]:
        """Show a job's first rows; return its columns for the table."""
        self.beginResetModel()
        if path != self._path:
            self._rows = []
        self._path = path
        self._places = shown_columns(job)
        self._answers = _answers(job)[:_MOST_ANSWERS]
        columns = [_source_column(job, place) for place in self._places]
        columns = _with_stretch(columns, job, self._places)
        columns += [Column(each.name, answer=True) for each in self._answers]
        self._names = tuple(each.name for each in columns)
        self.endResetModel()
        self._desk.read(
            path, _first_rows, owner=self, done=partial(self._arrived, path), failed=self._failed
        )
        return columns

    def _arrived(self, path: str, rows: list[Row]) -> None:
        if path == self._path:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def _failed(self, _error: SheafError) -> None:
        # The draft's other screens have said so already; an empty table is all there is to show.
        self._rows = []

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Return how many rows are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """Return how many columns are shown."""
        return 0 if parent.isValid() else len(self._names)

    @steady
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's name."""
        across = orientation is Qt.Orientation.Horizontal and 0 <= section < len(self._names)
        return self._names[section] if across and role == Qt.ItemDataRole.DisplayRole else None

    @steady
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a source cell, or what the answer will be."""
        if not index.isValid():
            return None
        if role == LOOK_ROLE:
            return _OPEN if index.column() >= len(self._places) else None
        text = self._text(index.row(), index.column())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return one_line(text) or MISSING
        return as_tooltip(text) if role == Qt.ItemDataRole.ToolTipRole else None

    def _text(self, row: int, column: int) -> str:
        if column < len(self._places):
            return self._rows[row][self._places[column]]
        return shape(self._answers[column - len(self._places)])


def shown_columns(job: Job) -> tuple[int, ...]:
    """Return the places of the columns worth showing: the ID, and those that are sent."""
    names = job.column_names
    wanted = [job.settings.id_column or ""]
    wanted += instructions.parse(job.settings.instructions).columns
    places = {names.index(name) for name in wanted if name in names} or range(len(names))
    return tuple(sorted(places))[:_MOST_SOURCE]


def _answers(job: Job) -> tuple[AnswerColumn, ...]:
    return job.settings.answers or (AnswerColumn(ANSWER, AnswerKind.LONG_TEXT),)


def _source_column(job: Job, place: int) -> Column:
    facts = job.columns[place]
    ink = "text2" if facts.name == job.settings.id_column else "text"
    return Column(facts.name, right=facts.kind is Kind.NUMBER, ink=ink)


def _with_stretch(columns: list[Column], job: Job, places: Sequence[int]) -> list[Column]:
    """Let the longest column take the width that is left over."""
    if not columns:
        return columns
    longest = max(range(len(columns)), key=lambda n: job.columns[places[n]].longest)
    old = columns[longest]
    columns[longest] = Column(old.name, right=old.right, ink=old.ink, stretch=True)
    return columns


def _first_rows(view: JobView) -> list[Row]:
    return [cells for _, cells in view.source_page(1, ROWS)]
