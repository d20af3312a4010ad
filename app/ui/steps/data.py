"""The first step: the spreadsheet as it was read, which rows to run, and what tells them apart."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QBoxLayout

from app.core.errors import Halt, SheafError
from app.core.job import Job, JobSettings, Mode, Rows
from app.core.ready_made import is_ready_made
from app.core.table import Action, Notice
from app.engine.replies import JobLine, Readings
from app.engine.verbs import FindRows, Load, Save
from app.ui.desk import Desk
from app.ui.dialogs.left_out import LeftOutFiles
from app.ui.dialogs.read_again import Way, read_in
from app.ui.layouts import box, column, row, scrolling
from app.ui.spreadsheets import PATTERNS, unit_of
from app.ui.steps.attach_card import AttachCard
from app.ui.steps.data_file import DataFile
from app.ui.steps.noticed_card import NoticedCard
from app.ui.steps.reading_cards import ReadingCards
from app.ui.steps.row_id_card import RowIdCard
from app.ui.steps.rows_card import RowsCard
from app.ui.steps.source_table import SourceTable
from app.ui.steps.step import Step
from app.ui.theme import THEME

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
        self._text_only = self._leave_out = False
        self._file = DataFile()
        self._readings = ReadingCards(desk)
        self._table = SourceTable(desk)
        self._row_id = RowIdCard(desk)
        self._rows = RowsCard()
        self._noticed = NoticedCard()
        self._files = AttachCard()
        self._build()
        self._connect()

    def show_job(self, line: JobLine, job: Job) -> None:
        """Fill the screen from a job's head."""
        before = self._job
        same = before is not None and self._line is not None and self._line.path == line.path
        self._line, self._job = line, job
        self._skip_blank = job.settings.skip_blank
        self._text_only = job.settings.text_only
        self._leave_out = job.settings.leave_out_refused
        self._file.show_job(job)
        self._rows.show_columns(job.column_names)
        self._rows.show_rows(job.settings.rows, job.rows, unit_of(job.source))
        self._noticed.show_job(job, skip_blank=self._skip_blank)
        self._files.show_job(job)
        if not same or before is None or _read_anew(before, job):
            self._table.show_rows(line.path, job)
            self._readings.look_into(line.path, job)
        # Last, since it may choose a column: that is an edit of what is shown by then.
        self._row_id.show_job(line.path, job)
        self._table.show_columns(self._row_id.chosen)
        self._show_picks(job.settings.rows)

    def apply(self, settings: JobSettings) -> JobSettings:
        """Return the settings with the row ID and the rows to run."""
        if self._job is None:
            return settings
        return replace(
            settings,
            id_column=self._row_id.chosen,
            rows=self._rows.chosen,
            skip_blank=self._skip_blank,
            text_only=self._text_only,
            leave_out_refused=self._leave_out,
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
        """Lead on to the instructions, which ready-made requests bring themselves."""
        ready_made = self._job is not None and is_ready_made(self._job)
        return f"Next: {'Model & cost' if ready_made else 'Instructions'}", "arrow-right"

    def _build(self) -> None:
        cards = (self._row_id, self._rows, self._noticed, self._files)
        self._side = box(column(*cards, None, gap=16))
        self._side_area = scrolling(self._side)
        body = row(gap=16)
        left = column(gap=16)
        left.addWidget(self._readings)
        left.addWidget(self._table, 1)
        body.addLayout(left, 1)
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
        self._file.reading_chosen.connect(self._on_reading)
        self._row_id.changed.connect(self._on_id)
        self._rows.changed.connect(self._on_rows)
        self._rows.rule_asked.connect(self._find_rows)
        self._noticed.blank_toggled.connect(self._toggle_blank)
        self._noticed.acted.connect(self._on_acted)
        self._files.toggled.connect(self._attach)
        self._table.picked.connect(self._on_picked)
        self._readings.chosen.connect(self._file.choose_encoding)
        self._readings.compared.connect(self._show_differing)

    @Slot()
    def _resize(self) -> None:
        self._side.setFixedWidth(THEME.px(_SIDE))
        self._side_area.setFixedWidth(THEME.px(_SIDE) + _BAR)

    @Slot(object)
    def _show_differing(self, found: Readings) -> None:
        """Show first the rows that two readings of the file read differently."""
        self._file.show_likely((found.now.codec, found.other.codec))
        self._table.show_only(found.rows, found.count)
        self._table.show_columns(self._row_id.chosen)

    @Slot()
    def _on_id(self) -> None:
        self._table.show_columns(self._row_id.chosen)
        self.changed.emit()

    @Slot()
    def _on_rows(self) -> None:
        self._show_picks(self._rows.chosen)
        self.changed.emit()

    def _show_picks(self, rows: Rows) -> None:
        picked = rows.picked if rows.rule is None else ()
        self._table.show_picks(picked, picking=self._rows.picking)

    @Slot(object)
    def _find_rows(self, rows: Rows) -> None:
        """Let the engine look up which rows a rule means."""
        if self._line is not None:
            verb = FindRows(self._line.path, rows)
            self.desk.ask(verb, owner=self, done=self._rows.take, failed=_leave_it)

    @Slot(object)
    def _on_picked(self, rows: tuple[int, ...]) -> None:
        self._rows.pick(rows)

    @Slot()
    def _toggle_blank(self) -> None:
        self._skip_blank = not self._skip_blank
        self._on_choice()

    def _on_choice(self) -> None:
        if self._job is not None:
            shown = replace(self._job, settings=self.apply(self._job.settings))
            self._noticed.show_job(shown, skip_blank=self._skip_blank)
        self.changed.emit()

    @Slot(object)
    def _on_acted(self, notice: Notice) -> None:
        """Do what the person wants about something that was noticed."""
        action = notice.action
        if action is Action.SHOW_ROWS:
            self._table.show_only(notice.rows, notice.count, "Rows noticed")
            self._table.show_columns(self._row_id.chosen)
        elif action is Action.TEXT_ONLY:
            self._text_only = not self._text_only
            self._on_choice()
        elif action is Action.LEAVE_OUT:
            self._leave_out = not self._leave_out
            self._on_choice()
        elif action is Action.ATTACH:
            self._attach((notice.column, notice.column))
        elif action is Action.SHOW_NAMES:
            LeftOutFiles(self.window(), notice).exec()
        elif action in (Action.FIRST_ROW_IS_DATA, Action.FIRST_ROW_IS_HEADER):
            self._read_again(header=action is Action.FIRST_ROW_IS_HEADER)
        else:
            self._file.offer(action)

    @Slot(object)
    def _attach(self, columns: tuple[str, str]) -> None:
        """Send the files that the second column names in place of those of the first.

        Of one and the same column they are sent, or only their names again; they are looked into.
        """
        column = columns[1]
        if self._job is None or self._line is None:
            return
        attached = self._job.settings.attached
        others = tuple(name for name in attached if name not in columns)
        settings = replace(
            self.apply(self._job.settings),
            attached=others if not column or column in attached else (*others, column),
        )
        verb = Save(self._line.path, settings, self._line.name)
        self.desk.ask(verb, owner=self, done=self._done)

    @Slot()
    def _replace(self) -> None:
        folder = Path(self.desk.settings.get("last_folder") or Path.home())
        ask = self.desk.questions
        if self._job is not None and self._job.source.folder is not None:
            chosen = ask.choose_folder("Choose another folder", folder)
        else:
            chosen = ask.choose_file("Choose another spreadsheet", folder, PATTERNS)
        if chosen is not None and self._line is not None:
            self.desk.save_settings({"last_folder": str(chosen.parent)})
            self._load(Load(source=str(chosen), job=self._line.path))

    @Slot()
    def _on_reading(self) -> None:
        self._read_again()

    def _read_again(self, *, header: bool | None = None) -> None:
        if self._line is not None and self._job is not None:
            self._load(
                Load(
                    source=self._job.source.path,
                    sheet=self._file.sheet,
                    encoding=self._file.encoding,
                    delimiter=self._file.separator,
                    header=self._file.header if header is None else header,
                    folder=self._file.folder,
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
                failed=partial(self._not_read, verb),
            )

    def _done(self, line: JobLine) -> None:
        self.read_anew.emit(line)

    def _not_read(self, verb: Load, error: SheafError) -> None:
        """Say why the file was not read, unless the person has stopped it."""
        self._file.show_again()
        path = self._line.path if self._line is not None else ""
        if path in self.desk.stopped:
            self.desk.stopped.discard(path)
        elif error.halt is Halt.READING:
            before = Way(verb.encoding, verb.delimiter, verb.header)
            way = self.desk.questions.read_again(error, before, self.window())
            if way is not None:
                self._load(read_in(verb, way))
        else:
            self.desk.show_error(self, error)


def _leave_it(_error: SheafError) -> None:
    """Rows that cannot be looked up are not named."""


def _read_anew(before: Job, now: Job) -> bool:
    return _shown_of(before) != _shown_of(now)


def _shown_of(job: Job) -> tuple[object, ...]:
    return job.source, job.rows, job.columns, job.file_columns
