"""The batches of a job: how far each is, and what to know before it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from app.core.doubt import HistoryLine
from app.core.job import Batch, BatchState
from app.engine.events import Progress
from app.engine.replies import JobLine
from app.ui.job.batch_widths import LEFT_OUT, columns_of, needed_by, widths_in
from app.ui.job.history_card import HistoryCard
from app.ui.job.progress_card import ProgressCard
from app.ui.job.words import NO_NOTES, BatchNotes
from app.ui.layouts import column
from app.ui.models.batches_model import BATCH_ROLE, BatchesModel
from app.ui.theme import THEME
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.menu import Menu
from app.ui.widgets.table_card import TableCard

_TICK_MS = 20_000
_MARGIN, _SCROLL_BAR = 24, 14
_SETTLED = frozenset({BatchState.FINISHED})

_MIDDLE = QAbstractItemView.ScrollHint.PositionAtCenter
_FEWEST = 3


class RunningView(QWidget):
    """The progress card over the table of batches."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = ProgressCard()
        self.model = BatchesModel(self)
        self.table = DataTable(name="Batches", row_height=40)
        self.table.setObjectName("batches-table")
        self._widths = widths_in(self.model, 0)
        self.table.set_columns(columns_of(self._widths))
        self.table.setModel(self.model)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self._path = ""
        lines = column(self.card, gap=16, margins=(_MARGIN, 16, _MARGIN, 24))
        self._frame = TableCard(self.table)
        lines.addWidget(self._frame, 100)
        self.history = HistoryCard()
        lines.addWidget(self.history)
        lines.addStretch(1)
        self.setLayout(lines)
        THEME.changed.connect(self._choose_columns)
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()

    def show_job(
        self,
        line: JobLine,
        batches: Sequence[Batch],
        notes: BatchNotes = NO_NOTES,
        history: Sequence[HistoryLine] = (),
    ) -> None:
        """Show a job's batches; a job shown for the first time is scrolled to what is not done."""
        notes = replace(notes, limit=line.limit)
        self.card.show_job(line, batches, notes)
        self.model.set_batches(batches, line.mode, notes)
        self.history.show_history(history)
        self._choose_columns()
        if line.path != self._path:
            self._path = line.path
            # Not at once: the table has its size only when the page is shown.
            QTimer.singleShot(0, self, self._scroll_to_the_first_open)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the columns for which there is room."""
        super().resizeEvent(event)
        self._choose_columns()

    @Slot()
    def _choose_columns(self) -> None:
        """Leave out what matters least, so that nothing has to be scrolled sideways for."""
        room = self.width() - 2 * _MARGIN - _SCROLL_BAR
        before, self._widths = self._widths, widths_in(self.model, room)
        if self._widths != before:
            self.table.set_columns(columns_of(self._widths))
        needed = needed_by(self._widths)
        for place in LEFT_OUT:
            self.table.setColumnHidden(place, needed > room)
            if needed > room:
                needed -= THEME.px(self._widths[place])
        self.table.fit_columns()
        # The card ends with its last batch instead of showing an empty floor, and shows a few of
        # them in any window.
        batches = len(self.model.batches)
        self._frame.setMaximumHeight(self.table.height_for_rows(batches) + 2)
        self._frame.setMinimumHeight(self.table.height_for_rows(min(batches, _FEWEST)) + 2)

    def show_progress(self, progress: Progress) -> None:
        """Say which longer step is under way."""
        self.card.show_step(progress)

    @Slot()
    def _scroll_to_the_first_open(self) -> None:
        places = (n for n, b in enumerate(self.model.batches) if b.state not in _SETTLED)
        place = next(places, 0)
        if self.model.rowCount():
            self.table.scrollTo(self.model.index(place, 0), _MIDDLE)

    @Slot()
    def _tick(self) -> None:
        if self.isVisible():
            self.card.tick(datetime.now().astimezone())

    @Slot(QPoint)
    def _show_menu(self, where: QPoint) -> None:
        index = self.table.indexAt(where)
        menu = self.batch_menu(index if index.isValid() else self.table.currentIndex())
        if menu is not None:
            menu.popup(self.table.viewport().mapToGlobal(where))

    def batch_menu(self, index: QModelIndex) -> Menu | None:
        """Return the menu of a batch; None where there is nothing to choose."""
        batch = index.data(BATCH_ROLE)
        if batch is None or not batch.remote_id:
            return None
        self.table.choose_row(index.row())
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.add("Copy batch ID", self.copy_id, icon="copy")
        return menu

    @Slot()
    def copy_id(self) -> None:
        """Copy the whole ID of the chosen batch."""
        batch = self.table.currentIndex().data(BATCH_ROLE)
        if batch is not None and batch.remote_id:
            QGuiApplication.clipboard().setText(batch.remote_id)
