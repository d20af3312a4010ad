"""The rows of the spreadsheet in their card: to look through, to pick from, or those in doubt."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView

from app.core.encodings import encoding_words
from app.core.job import ColumnFacts, Job
from app.core.table import Kind
from app.ui.desk import Desk
from app.ui.job.words import COLUMN_KINDS
from app.ui.layouts import row
from app.ui.models.preview_model import PreviewModel
from app.ui.spreadsheets import counted, unit_of
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.segmented import Segmented
from app.ui.widgets.table_card import TableCard
from app.ui.widgets.table_cells import Column

_ALL, _DIFFERING = 0, 1
_WIDTHS = {"file_name": 148, "folder": 88, "type": 96, "pages": 72, "size": 80}
"""The columns of a folder: what is said of the files themselves has the most room."""
_UNSHOWN = "modified"
"""It can be asked for and is exported; here the reasons have its room."""


class SourceTable(TableCard):
    """Emits `picked` with the numbers of the rows that are selected, while rows are picked."""

    picked = Signal(object)

    def __init__(self, desk: Desk) -> None:
        self._path = ""
        self._job: Job | None = None
        self._differing: tuple[int, ...] = ()
        self._count = 0
        self._what = ""
        self._picking = False
        self.model = PreviewModel(desk)
        self.view = DataTable(name="Rows of your spreadsheet")
        self.view.setObjectName("preview-table")
        self.view.setModel(self.model)
        self._which = Segmented(("All rows", "Rows that differ"), name="Rows shown")
        self._which.setObjectName("rows-shown")
        self._which.hide()
        self._size = Label("", "bodyS")
        self._width = Label("", "body", "text2")
        self._languages = IconView("languages", "text3")
        self._encoding = Label("", "small", "text2")
        footer = row(self._which, self._size, self._width, None, gap=6)
        footer.addWidget(self._languages)
        footer.addWidget(self._encoding)
        super().__init__(self.view, footer=footer)
        self.model.setParent(self)
        self.setMinimumHeight(240)
        self._which.chosen.connect(self._on_which)
        self.model.page_arrived.connect(self._on_page)
        self.view.selectionModel().selectionChanged.connect(self._on_selection)

    def show_rows(self, path: str, job: Job) -> None:
        """Show all rows of a job that was just read."""
        self._path, self._job, self._differing = path, job, ()
        self._which.choose(_ALL)
        self._reload()

    def show_columns(self, id_column: str | None) -> None:
        """Show the columns, with a mark at the one that tells rows apart."""
        if self._job is not None:
            facts = self._job.columns
            stretch = _growing(facts)
            widths = _WIDTHS if self._job.source.folder is not None else {}
            self.view.set_columns(
                [
                    _column(c, stretch=stretch, chosen=id_column, width=widths.get(c.name, 0))
                    for c in facts
                ]
            )
            for place, column in enumerate(facts):
                is_idle = bool(widths) and (column.kind is Kind.EMPTY or column.name == _UNSHOWN)
                if is_idle != self.view.isColumnHidden(place):
                    self.view.setColumnHidden(place, is_idle)

    def show_only(self, rows: tuple[int, ...], count: int, title: str = "Rows that differ") -> None:
        """Show first some rows that a person wants to see: the first of `count` such ones."""
        self._differing, self._count, self._what = rows, count, title
        self._which.set_choices(("All rows", title))
        self._which.choose(_DIFFERING if rows else _ALL)
        self._reload()

    def show_picks(self, picked: tuple[int, ...], *, picking: bool) -> None:
        """Let rows be picked only while that is what the person wants."""
        self._picking = picking
        if picking and self._which.current == _DIFFERING:
            self._which.choose(_ALL)
            self._reload()
        modes = QAbstractItemView.SelectionMode
        self.view.setSelectionMode(modes.ExtendedSelection if picking else modes.SingleSelection)
        self._say_footer()
        if not (picking and picked == self.selected()):
            self._select(picked)

    def selected(self) -> tuple[int, ...]:
        """Return the numbers of the rows that are selected."""
        rows: set[int] = set()
        for part in self.view.selectionModel().selection().toList():
            rows.update(range(part.top() + 1, part.bottom() + 2))
        return tuple(sorted(rows))

    def _select(self, rows: tuple[int, ...]) -> None:
        chooser = self.view.selectionModel()
        blocked = chooser.blockSignals(True)  # Qt's own signature
        flags = QItemSelectionModel.SelectionFlag
        chooser.clearSelection()
        for first, last in _runs(rows):
            corners = self.model.index(first - 1, 0), self.model.index(last - 1, 0)
            chooser.select(QItemSelection(*corners), flags.Select | flags.Rows)
        chooser.blockSignals(blocked)
        self.view.viewport().update()

    def _reload(self) -> None:
        if self._job is not None:
            only = self._differing if self._which.current == _DIFFERING else None
            self.model.show_job(self._path, self._job, only)
            self._say_footer()

    def _say_footer(self) -> None:
        job = self._job
        if job is None:
            return
        doubt = bool(self._differing) and not self._picking
        self._which.setVisible(doubt)
        for part in (self._size, self._width):
            part.setVisible(not doubt)
        self._size.setText(counted(job.rows, unit_of(job.source)))
        self._width.setText(f"· {counted(len(job.columns), 'column')}")
        known = job.source.encoding is not None
        self._languages.setVisible(known and not doubt)
        is_folder = job.source.folder is not None
        self._encoding.setVisible(known or doubt or is_folder)
        about = f"Text encoding: {encoding_words(job.source.encoding or '')}"
        if is_folder:
            about = "Each file becomes one row of your spreadsheet."
        self._encoding.setText(self._say_shown(job) if doubt else about)

    def _say_shown(self, job: Job) -> str:
        if self._which.current == _ALL:
            return counted(job.rows, unit_of(job.source))
        shown, what = len(self._differing), f"{self._what[:1].lower()}{self._what[1:]}"
        if shown >= self._count:
            return f"Showing {counted(shown, 'row')}"
        return f"Showing {shown:,} of the {self._count:,} {what}"

    @Slot(object)
    def _on_which(self, _which: int) -> None:
        self._reload()

    @Slot(object)
    def _on_page(self, number: int) -> None:
        if number == 0:
            self.view.fit_columns()

    @Slot()
    def _on_selection(self) -> None:
        if self._picking:
            self.picked.emit(self.selected())


def _growing(columns: tuple[ColumnFacts, ...]) -> str:
    """Return the column that takes the width left over: of files or long text, else of text."""
    long = [facts.name for facts in columns if facts.kind in (Kind.FILE, Kind.LONG_TEXT)]
    short = [facts.name for facts in columns if facts.kind is Kind.TEXT]
    every = [facts.name for facts in columns]
    return (long[:1] or short[-1:] or every[-1:] or [""])[0]


def _column(facts: ColumnFacts, *, stretch: str, chosen: str | None, width: int = 0) -> Column:
    return Column(
        facts.name,
        COLUMN_KINDS[facts.kind],
        right=facts.kind is Kind.NUMBER,
        stretch=facts.name == stretch,
        ink="text2" if facts.kind is Kind.DATE else "text",
        tag="ID" if facts.name == chosen else "",
        width=width,
    )


def _runs(rows: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return sorted row numbers as (first, last) of each unbroken run."""
    runs: list[tuple[int, int]] = []
    for number in rows:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
