"""The menu of the export button: the form, which rows, which columns, and how it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from app.core.answers import AnswerColumn, AnswerKind
from app.core.job import RowState
from app.engine.verbs import Export
from app.ui.widgets.menu import Menu

EXCEL, CSV, JSON_LINES, REQUESTS = "xlsx", "csv", "jsonl", "requests"
"""The forms of an export (app.engine.export); all but the last are endings."""
_SEPARATORS = (
    ("As is usual in your region", None),
    ("Comma", ","),
    ("Semicolon", ";"),
    ("Tab", "\t"),
)
_LINE_ENDS = (("Windows (CR LF)", "\r\n"), ("Mac and Linux (LF)", "\n"))


@dataclass(slots=True)
class ExportWishes:
    """What the person chose in the menu; kept while the window is open."""

    only_shown: bool = False
    with_usage: bool = False
    codes: bool = False
    one_per_label: bool = False
    delimiter: str | None = None
    newline: str = "\r\n"
    raw_cells: bool = False

    def verb(self, job: str, path: str, shown: tuple[RowState, ...]) -> Export:
        """Return the verb that writes the file; its ending says in which form."""
        return Export(
            job,
            path,
            states=shown if self.only_shown else (),
            with_usage=self.with_usage,
            delimiter=self.delimiter,
            newline=self.newline,
            raw_cells=self.raw_cells,
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
        self._choices(menu, "Line ends", _LINE_ENDS, "newline")
        self._tick("Leave cells that begin like formulas as they are", "raw_cells", menu)
        return menu

    def _tick(self, text: str, wish: str, menu: QMenu | None = None) -> None:
        action = QAction(text, self)
        action.setCheckable(True)
        action.setChecked(bool(getattr(self._wishes, wish)))
        action.toggled.connect(partial(setattr, self._wishes, wish))
        (menu or self).addAction(action)

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
