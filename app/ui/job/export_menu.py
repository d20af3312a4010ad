"""The menu of the export button: the form, which rows, which columns, and how it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from app.core.answers import AnswerColumn, AnswerKind
from app.core.job import RowState
from app.core.merge import STATUS_COLUMNS
from app.engine.verbs import Export
from app.ui.plain_text import literal
from app.ui.widgets.menu import Menu

EXCEL, CSV, JSON_LINES, REQUESTS = "xlsx", "csv", "jsonl", "requests"
"""The forms of an export (app.engine.export); all but the last are endings."""
_SEPARATORS = (
    ("As is usual in your region", None),
    ("Comma", ","),
    ("Semicolon", ";"),
    ("Tab", "\t"),
)
_MARKS = (("Begin with the mark that Excel wants (BOM)", True), ("Without it", False))
_LINE_ENDS = (("Windows (CR LF)", "\r\n"), ("Mac and Linux (LF)", "\n"))
_RAW = (
    "A cell that begins with =, +, - or @ may be run as a formula by the program that opens the "
    "file. Usually such a cell gets an apostrophe in front; plain numbers never do."
)
_MOST_LISTED = 60
"""A menu of more columns could not be read; the command line chooses among any number."""


@dataclass(slots=True)
class ExportWishes:
    """What the person chose in the menu; kept while the window is open."""

    only_shown: bool = False
    with_usage: bool = False
    codes: bool = False
    one_per_label: bool = False
    delimiter: str | None = None
    bom: bool = True
    newline: str = "\r\n"
    raw_cells: bool = False
    left_out: set[str] = field(default_factory=set)
    """Names of columns that are not written."""

    def columns(self, header: Sequence[str]) -> tuple[str, ...]:
        """Return the columns to write; none named is all, as where nothing is left out."""
        chosen = tuple(name for name in header if name not in self.left_out)
        return chosen if 0 < len(chosen) < len(header) else ()

    def verb(
        self, job: str, path: str, shown: tuple[RowState, ...], header: Sequence[str] = ()
    ) -> Export:
        """Return the verb that writes the file; its ending says in which form.

        `header` are the columns that the output table has.
        """
        return Export(
            job,
            path,
            states=shown if self.only_shown else (),
            with_usage=self.with_usage,
            delimiter=self.delimiter,
            bom=self.bom,
            newline=self.newline,
            raw_cells=self.raw_cells,
            columns=self.columns(header),
            codes=self.codes,
            one_per_label=self.one_per_label,
        )


class ExportMenu(Menu):
    """Emits `export_asked` with the form that is chosen, or `copy_asked`.

    The other entries change the wishes.
    """

    export_asked = Signal(object)
    copy_asked = Signal()

    def __init__(
        self,
        wishes: ExportWishes,
        shown: str = "",
        answers: Sequence[AnswerColumn] = (),
        header: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("export-menu")
        self._wishes = wishes
        excel = "Excel workbook (.xlsx)…"
        self.add(excel, self._as_excel, icon="file-spreadsheet", shortcut="Ctrl+E")
        self.add("CSV (.csv)…", self._as_csv, icon="table-2")
        self.add("JSON Lines (.jsonl)…", self._as_json_lines, icon="braces")
        self.addSeparator()
        if shown:
            self._tick(f"Only the rows shown: {shown}", "only_shown")
        self._tick("Include tokens and cost columns", "with_usage")
        if any(column.labels for column in answers):
            self._tick("Codes in place of labels", "codes")
        if any(column.kind is AnswerKind.LABELS for column in answers):
            self._tick("One column for each label (0 and 1)", "one_per_label")
        if header:
            self.addMenu(self._of_columns(header))
        self.addMenu(self._of_csv())
        self.addSeparator()
        self.add("Save the requests (.jsonl)…", self._as_requests, icon="send")
        self.add("Copy answers to the clipboard", self._copy, icon="copy")

    @Slot()
    def _as_excel(self) -> None:
        self.export_asked.emit(EXCEL)

    @Slot()
    def _as_csv(self) -> None:
        self.export_asked.emit(CSV)

    @Slot()
    def _as_json_lines(self) -> None:
        self.export_asked.emit(JSON_LINES)

    @Slot()
    def _as_requests(self) -> None:
        self.export_asked.emit(REQUESTS)

    @Slot()
    def _copy(self) -> None:
        self.copy_asked.emit()

    def _of_csv(self) -> QMenu:
        menu = Menu(self)
        menu.setTitle("How CSV is written")
        self._choices(menu, "Separator", _SEPARATORS, "delimiter")
        self._choices(menu, "First sign", _MARKS, "bom")
        self._choices(menu, "Line ends", _LINE_ENDS, "newline")
        raw = self._tick("Leave cells that begin like formulas as they are", "raw_cells", menu)
        raw.setToolTip(_RAW)
        raw.setStatusTip(_RAW)
        menu.setToolTipsVisible(True)
        return menu

    def _of_columns(self, header: Sequence[str]) -> QMenu:
        menu = Menu(self)
        menu.setTitle("Columns")
        both = frozenset(STATUS_COLUMNS)
        if both <= set(header):
            self._column("Status and reason of each row", both, menu)
            menu.addSeparator()
        for name in header[:_MOST_LISTED]:
            if name not in both:
                self._column(name, frozenset({name}), menu)
        return menu

    def _column(self, text: str, names: frozenset[str], menu: QMenu) -> None:
        action = QAction(literal(text), menu)
        action.setCheckable(True)
        action.setChecked(not names & self._wishes.left_out)
        action.toggled.connect(partial(self._write_columns, names))
        menu.addAction(action)

    def _write_columns(self, names: frozenset[str], wanted: bool) -> None:
        if wanted:
            self._wishes.left_out -= names
        else:
            self._wishes.left_out |= names

    def _tick(self, text: str, wish: str, menu: QMenu | None = None) -> QAction:
        action = QAction(text, self)
        action.setCheckable(True)
        action.setChecked(bool(getattr(self._wishes, wish)))
        action.toggled.connect(partial(setattr, self._wishes, wish))
        (menu or self).addAction(action)
        return action

    def _choices(
        self, menu: QMenu, title: str, choices: Sequence[tuple[str, Any]], wish: str
    ) -> None:
        inner = Menu(menu)
        inner.setTitle(title)
        group = QActionGroup(inner)
        for words, value in choices:
            action = QAction(words, inner)
            action.setCheckable(True)
            action.setChecked(value == getattr(self._wishes, wish))
            action.triggered.connect(partial(self._choose, wish, value))
            group.addAction(action)
            inner.addAction(action)
        menu.addMenu(inner)

    def _choose(self, wish: str, value: Any, _on: object = None) -> None:
        setattr(self._wishes, wish, value)
