"""The first step: the spreadsheet as it was read, which rows to run, and what tells them apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QBoxLayout, QScrollArea, QWidget

from app.core.encodings import encoding_words
from app.core.errors import SheafError
from app.core.job import ColumnFacts, Job, JobSettings, Mode, Rows
from app.core.table import Kind
from app.engine.replies import JobLine
from app.engine.verbs import Load
from app.ui.desk import Desk
from app.ui.job.words import COLUMN_KINDS
from app.ui.layouts import box, column, row
from app.ui.models.preview_model import PreviewModel
from app.ui.spreadsheets import PATTERNS
from app.ui.steps.data_file import DataFile
from app.ui.steps.noticed_card import NoticedCard
from app.ui.steps.row_id_card import RowIdCard
from app.ui.steps.rows_card import RowsCard
from app.ui.steps.step import Step
from app.ui.theme import THEME
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.table_card import TableCard
from app.ui.widgets.table_cells import Column

_SIDE, _BAR = 264, 12


class DataStep(Step):
    """The spreadsheet with its columns and notices."""

    title = "Data"
    read_anew = Signal(object)
    """The file was read in another way, or another file was: the job's line."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.setObjectName("data-step")
        self._line: JobLine | None = None
        self._job: Job | None = None
        self._skip_blank = True
        self._file = DataFile()
        self._model = PreviewModel(desk, self)
        self._table = DataTable(name="Rows of your spreadsheet")
        self._table.setObjectName("preview-table")
        self._table.setModel(self._model)
        self._row_id = RowIdCard(desk)
        self._rows = RowsCard()
        self._noticed = NoticedCard()
        self._build()
        self._connect()

    def show_job(self, line: JobLine, job: Job) -> None:
        """Fill the screen from a job's head."""
        before = self._job
        same = before is not None and self._line is not None and self._line.path == line.path
        self._line, self._job = line, job
        self._skip_blank = job.settings.skip_blank
        self._file.show_job(job)
        self._rows.show_rows(job.settings.rows, job.rows)
        self._noticed.show_job(job, skip_blank=self._skip_blank)
        if not same or before is None or _read_anew(before, job):
            self._model.show_job(line.path, job)
            self._say_size(job)
        # Last, since it may choose a column: that is an edit of what is shown by then.
        self._row_id.show_job(line.path, job)
        self._show_columns()
        self._show_picks(job.settings.rows.picked)

    def apply(self, settings: JobSettings) -> JobSettings:
        """Return the settings with the row ID and the rows to run."""
        if self._job is None:
            return settings
        return replace(
            settings,
            id_column=self._row_id.chosen,
            rows=self._rows.chosen,
            skip_blank=self._skip_blank,
        )

    def problem(self) -> str:
        """Say when no row is chosen."""
        empty = self._rows.picking and not self._rows.chosen.picked
        return "Select at least one row in the table." if empty else ""

    def note(self) -> str:
        """Say that nothing leaves the computer yet."""
        settings = self._job.settings if self._job is not None else JobSettings()
        if self.desk.mode_of(settings) is Mode.PRACTICE:
            return "Practice: nothing is sent or charged."
        return "Nothing is sent until you submit."

    def primary(self) -> tuple[str, str]:
        """Lead on to the instructions."""
        return "Next: Instructions", "arrow-right"

    def _build(self) -> None:
        self._size = Label("", "bodyS")
        self._width = Label("", "body", "text2")
        self._languages = IconView("languages", "text3")
        self._encoding = Label("", "small", "text2")
        footer = row(self._size, self._width, None, self._languages, self._encoding, gap=6)
        card = TableCard(self._table, footer=footer)
        card.setMinimumHeight(240)
        self._side = box(column(self._row_id, self._rows, self._noticed, None, gap=16))
        self._side_area = _scrolling(self._side)
        body = row(gap=16)
        body.addWidget(card, 1)
        body.addWidget(self._side_area)
        # The side's own scroll bar lies in the padding.
        lines: QBoxLayout = column(gap=16, margins=(24, 16, 24 - _BAR, 24))
        lines.addLayout(row(self._file, _BAR, gap=0))
        lines.addLayout(body, 1)
        self.setLayout(lines)
        self._resize()

    def _connect(self) -> None:
        THEME.changed.connect(self._resize)
        self._file.replace_wanted.connect(self._replace)
        self._file.reading_chosen.connect(self._read_again)
        self._row_id.changed.connect(self._on_id)
        self._rows.changed.connect(self._on_rows)
        self._noticed.blank_toggled.connect(self._toggle_blank)
        self._model.page_arrived.connect(self._on_page)
        self._table.selectionModel().selectionChanged.connect(self._on_selection)

    @Slot()
    def _resize(self) -> None:
        self._side.setFixedWidth(THEME.px(_SIDE))
        self._side_area.setFixedWidth(THEME.px(_SIDE) + _BAR)

    def _say_size(self, job: Job) -> None:
        self._size.setText(f"{job.rows:,} row" if job.rows == 1 else f"{job.rows:,} rows")
        columns = len(job.columns)
        self._width.setText("· 1 column" if columns == 1 else f"· {columns:,} columns")
        known = job.source.encoding is not None
        self._languages.setVisible(known)
        self._encoding.setVisible(known)
        self._encoding.setText(f"Text encoding: {encoding_words(job.source.encoding or '')}")

    def _show_columns(self) -> None:
        if self._job is None:
            return
        facts = self._job.columns
        stretch = _growing(facts)
        chosen = self._row_id.chosen
        self._table.set_columns([_column(c, stretch=stretch, chosen=chosen) for c in facts])

    @Slot(object)
    def _on_page(self, number: int) -> None:
        if number == 0:
            self._table.fit_columns()

    @Slot()
    def _on_id(self) -> None:
        self._show_columns()
        self.changed.emit()

    @Slot()
    def _on_rows(self) -> None:
        self._show_picks(self._rows.chosen.picked)
        self.changed.emit()

    def _show_picks(self, picked: tuple[int, ...]) -> None:
        """Let rows be picked only while that is what the person wants."""
        modes = QAbstractItemView.SelectionMode
        picking = self._rows.picking
        self._table.setSelectionMode(modes.ExtendedSelection if picking else modes.SingleSelection)
        if picking and picked == self._selected():
            return
        chooser = self._table.selectionModel()
        blocked = chooser.blockSignals(True)  # Qt's own signature
        flags = QItemSelectionModel.SelectionFlag
        chooser.clearSelection()
        for first, last in _runs(picked):
            corners = self._model.index(first - 1, 0), self._model.index(last - 1, 0)
            chooser.select(QItemSelection(*corners), flags.Select | flags.Rows)
        chooser.blockSignals(blocked)
        self._table.viewport().update()

    def _selected(self) -> tuple[int, ...]:
        rows: set[int] = set()
        for part in self._table.selectionModel().selection().toList():
            rows.update(range(part.top() + 1, part.bottom() + 2))
        return tuple(sorted(rows))

    @Slot()
    def _on_selection(self) -> None:
        if self._rows.picking:
            self._rows.pick(self._selected())

    @Slot()
    def _toggle_blank(self) -> None:
        self._skip_blank = not self._skip_blank
        if self._job is not None:
            self._noticed.show_job(self._job, skip_blank=self._skip_blank)
        self.changed.emit()

    @Slot()
    def _replace(self) -> None:
        folder = Path(self.desk.settings.get("last_folder") or Path.home())
        chosen = self.desk.questions.choose_file("Choose another spreadsheet", folder, PATTERNS)
        if chosen is not None and self._line is not None:
            self.desk.save_settings({"last_folder": str(chosen.parent)})
            self._load(Load(source=str(chosen), job=self._line.path))

    @Slot()
    def _read_again(self) -> None:
        if self._line is not None and self._job is not None:
            self._load(
                Load(
                    source=self._job.source.path,
                    sheet=self._file.sheet,
                    encoding=self._file.encoding,
                    delimiter=self._file.separator,
                    header=self._job.source.header,
                    job=self._line.path,
                )
            )

    def _load(self, verb: Load) -> None:
        if self._job is not None:
            # Row numbers mean other rows once the file is read anew.
            settings = replace(self.apply(self._job.settings), rows=Rows())
            self.desk.ask(
                msgspec.structs.replace(verb, settings=settings),
                owner=self,
                done=self._done,
                failed=self._not_read,
            )

    def _done(self, line: JobLine) -> None:
        self.read_anew.emit(line)

    def _not_read(self, error: SheafError) -> None:
        """Say why the file was not read, unless the person has stopped it."""
        path = self._line.path if self._line is not None else ""
        if path in self.desk.stopped:
            self.desk.stopped.discard(path)
        else:
            self.desk.show_error(self, error)


def _scrolling(side: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(side)
    return area


def _read_anew(before: Job, now: Job) -> bool:
    return (before.source, before.rows, before.columns) != (now.source, now.rows, now.columns)


def _growing(columns: tuple[ColumnFacts, ...]) -> str:
    """Return the column that takes the width left over: the first long text, else the last text."""
    long = [facts.name for facts in columns if facts.kind is Kind.LONG_TEXT]
    short = [facts.name for facts in columns if facts.kind is Kind.TEXT]
    every = [facts.name for facts in columns]
    return (long[:1] or short[-1:] or every[-1:] or [""])[0]


def _column(facts: ColumnFacts, *, stretch: str, chosen: str | None) -> Column:
    return Column(
        facts.name,
        COLUMN_KINDS[facts.kind],
        right=facts.kind is Kind.NUMBER,
        stretch=facts.name == stretch,
        ink="text2" if facts.kind is Kind.DATE else "text",
        tag="ID" if facts.name == chosen else "",
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
