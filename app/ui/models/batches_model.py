"""The batches of a job as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.core.cost import in_dollars
from app.core.job import UNSENT, Batch, BatchState, Mode
from app.ui.job.moments import clock, day_and_clock
from app.ui.job.words import NO_NOTES, BatchNotes, batch_word, progress_of
from app.ui.models.steady import steady
from app.ui.plain_text import as_tooltip
from app.ui.widgets.table_cells import LOOK_ROLE, MISSING, Look

Index = QModelIndex | QPersistentModelIndex
BATCH_ROLE = LOOK_ROLE + 1
"""The Batch of a row, for the menu."""
_NOWHERE = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class BatchColumn(IntEnum):
    """The columns, from left to right."""

    NUMBER = 0
    ID = 1
    STATUS = 2
    PROGRESS = 3
    ROWS = 4
    ANSWERED = 5
    FAILED = 6
    SUBMITTED = 7
    FINISHED = 8
    COST = 9


_QUIET = Look(ink="text3")
_TEXT_COLUMNS = frozenset({BatchColumn.ID, BatchColumn.STATUS, BatchColumn.PROGRESS})


class BatchesModel(QAbstractTableModel):
    """One line per batch, in the order of the plan; it grows when rows are retried."""

    HEADINGS = (
        "#", "Batch ID", "Status", "Progress", "Rows", "Answered", "Failed", "Submitted",
        "Finished", "Cost",
    )  # fmt: skip

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._batches: tuple[Batch, ...] = ()
        self._mode = Mode.REAL
        self._notes = NO_NOTES

    @property
    def batches(self) -> tuple[Batch, ...]:
        """The batches that are shown."""
        return self._batches

    @property
    def notes(self) -> BatchNotes:
        """What is to be known of some batches besides."""
        return self._notes

    def set_batches(
        self, batches: Sequence[Batch], mode: Mode, notes: BatchNotes = NO_NOTES
    ) -> None:
        """Show these batches, touching only what changed so that selection and place stay."""
        fresh = tuple(batches)
        if mode is not self._mode or len(fresh) < len(self._batches):
            self.beginResetModel()
            self._batches, self._mode, self._notes = fresh, mode, notes
            self.endResetModel()
            return
        everything = notes != self._notes
        self._notes = notes
        self._change(fresh[: len(self._batches)], everything=everything)
        self._append(fresh[len(self._batches) :])

    def _change(self, fresh: tuple[Batch, ...], *, everything: bool) -> None:
        old, self._batches = self._batches, fresh
        for place, (before, after) in enumerate(zip(old, fresh, strict=True)):
            if everything or before != after:
                last = self.index(place, len(BatchColumn) - 1)
                self.dataChanged.emit(self.index(place, 0), last)

    def _append(self, added: tuple[Batch, ...]) -> None:
        if not added:
            return
        have = len(self._batches)
        self.beginInsertRows(QModelIndex(), have, have + len(added) - 1)
        self._batches += added
        self.endInsertRows()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of batches."""
        return 0 if parent.isValid() else len(self._batches)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(BatchColumn)

    @steady
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's heading."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.HEADINGS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.HEADINGS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    @steady
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid() or index.row() >= len(self._batches):
            return None
        batch = self._batches[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.text(batch, BatchColumn(index.column()))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_tooltip(_hint(batch, BatchColumn(index.column()), self._notes))
        if role == LOOK_ROLE:
            return _look(batch, BatchColumn(index.column()), self._notes)
        return batch if role == BATCH_ROLE else None

    def text(self, batch: Batch, column: BatchColumn) -> str:
        """Return one cell of a batch in words."""
        if column in (BatchColumn.ANSWERED, BatchColumn.FAILED, BatchColumn.COST):
            return self._counted(batch, column)
        if column is BatchColumn.NUMBER:
            return str(batch.number)
        if column is BatchColumn.ID:
            return short_id(batch.remote_id)
        if column in (BatchColumn.STATUS, BatchColumn.PROGRESS):
            status = column is BatchColumn.STATUS
            return batch_word(batch, self._notes).text if status else progress_words(batch)
        if column is BatchColumn.ROWS:
            return f"{batch.rows:,}"
        return clock(submitted(batch) if column is BatchColumn.SUBMITTED else batch.ended_at)

    def _counted(self, batch: Batch, column: BatchColumn) -> str:
        """Return a figure that is known only once the whole batch has ended."""
        if column is BatchColumn.COST and (most := self._most(batch)):
            return most
        if batch.state is not BatchState.FINISHED:
            return MISSING
        if column is BatchColumn.ANSWERED:
            return f"{batch.answered:,}"
        if column is BatchColumn.FAILED:
            notes = self._notes
            unrun = notes.not_run.get(batch.number, 0) + notes.cancelled.get(batch.number, 0)
            return f"{max(0, batch.failed - unrun):,}"
        if self._mode is Mode.PRACTICE:
            return "free"
        return "not known" if batch.cost_usd is None else in_dollars(Decimal(batch.cost_usd))

    def _most(self, batch: Batch) -> str:
        """Say what a batch that waits for the limit may cost, in the worst case."""
        most, limit = self._notes.most.get(batch.number), self._notes.limit
        if limit is None or most is None or batch.state not in UNSENT:
            return ""
        return f"up to {limit.unit.say(most)}"


def _alignment(column: int) -> Qt.AlignmentFlag:
    return _LEFT if column in _TEXT_COLUMNS else _RIGHT


def _look(batch: Batch, column: BatchColumn, notes: BatchNotes) -> Look | None:
    if column is BatchColumn.STATUS:
        return status_look(batch, notes)
    if column is BatchColumn.COST and batch.state in UNSENT:
        return _QUIET
    return Look(bar=progress_of(batch, notes)) if column is BatchColumn.PROGRESS else None


def status_look(batch: Batch, notes: BatchNotes = NO_NOTES) -> Look:
    """Return the pill of a batch's state."""
    word = batch_word(batch, notes)
    return Look(icon=word.icon, pill=word.tone)


def submitted(batch: Batch) -> datetime | None:
    """Return when a batch was sent; of one in doubt, when it was tried."""
    return batch.sending_at if batch.state is BatchState.UNSURE else batch.sent_at


def short_id(remote_id: str | None) -> str:
    """Return a batch's id without its common beginning and middle."""
    if not remote_id:
        return MISSING
    own = remote_id.rsplit("_", 1)[-1]
    return own if len(own) <= 9 else f"{own[:4]}…{own[-4:]}"


def progress_words(batch: Batch) -> str:
    """Say in words what the bar of a batch shows."""
    if batch.state is not BatchState.FINISHED:
        return batch_word(batch).text
    return f"{batch.answered:,} of {batch.rows:,} answered"


def _hint(batch: Batch, column: BatchColumn, notes: BatchNotes) -> str:
    """Return what a tooltip adds to a cell."""
    if column is BatchColumn.STATUS:
        retried = "Rows asked again." if batch.is_retry else ""
        waits = ""
        if batch.state in UNSENT and (limit := notes.limit) is not None:
            waits = f"Waiting so your limit of {limit.unit.say(limit.limit)} cannot be passed."
        return " ".join(part for part in (retried, batch.reason, waits) if part)
    if column is BatchColumn.ID:
        return batch.remote_id or ""
    if column in (BatchColumn.SUBMITTED, BatchColumn.FINISHED):
        moment = submitted(batch) if column is BatchColumn.SUBMITTED else batch.ended_at
        return day_and_clock(moment, datetime.now().astimezone()) if moment else ""
    return ""
