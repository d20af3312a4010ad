"""The sheets of a workbook that is written row by row: looks, filters, a sheet about the job."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from app.files.outgoing import OutColumn, decimals

MOST_ROWS = 1_048_576
"""A sheet holds so many rows, its header among them."""

_TEXT = "@"
_ANSWER_FILL, _ANSWER_HEAD = "#FFF9EA", "#FBF0D2"
_LABEL_WIDTH, _VALUE_WIDTH = 28, 90

_MOST_DECIMALS = 15


class Sheets:
    """A workbook with its table on as many sheets as are needed."""

    def __init__(
        self,
        file: BinaryIO,
        folder: Path,
        columns: Sequence[OutColumn],
        widths: Sequence[int],
        created: datetime,
    ) -> None:
        self.rows = 0
        self._columns = columns
        self._widths = widths
        self._book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "tmpdir": str(folder), "use_zip64": True}
        )
        self._book.set_properties({"created": created.replace(tzinfo=None)})
        self._formats: dict[tuple[bool, int | None], Any] = {}
        self._sheet: Any = None
        self._at = MOST_ROWS
        self._count = 0

    def add(self, cells: Sequence[str]) -> None:
        """Write a row, on a further sheet when this one is full."""
        if self._at == MOST_ROWS:
            self._begin_sheet()
        sheet, at = self._sheet, self._at
        for place, (cell, column) in enumerate(zip(cells, self._columns, strict=True)):
            if not cell:
                if column.is_answer:
                    sheet.write_blank(at, place, None, self._format(column, None))
                continue
            exact = decimals(cell) if column.is_number else None
            if exact is None:
                sheet.write_string(at, place, cell, self._format(column, None))
            else:
                sheet.write_number(at, place, float(cell), self._format(column, exact))
        self._at += 1
        self.rows += 1

    def close(self, about: Sequence[tuple[str, str]]) -> None:
        """Write the sheet about the job and finish the file.

        Raises:
            OSError: it cannot be written.
        """
        if self._sheet is None:
            self._begin_sheet()
        self._end_sheet()
        if about:
            self._write_about(about)
        try:
            self._book.close()
        except FileCreateError as error:
            raise error.args[0] from error

    def abandon(self) -> None:
        """Let go of the parts of a workbook that is not finished."""
        for sheet in self._book.worksheets():
            with suppress(OSError):
                sheet.row_data_fh.close()

    def _begin_sheet(self) -> None:
        self._end_sheet()
        self._count += 1
        name = "Answers" if self._count == 1 else f"Answers {self._count}"
        self._sheet = self._book.add_worksheet(name)
        self._sheet.freeze_panes(1, 0)
        for place, column in enumerate(self._columns):
            self._sheet.write_string(0, place, column.name, self._head_format(column))
            self._sheet.set_column(place, place, self._widths[place])
        self._at = 1

    def _end_sheet(self) -> None:
        if self._sheet is None:
            return
        last_row, last_column = max(1, self._at - 1), len(self._columns) - 1
        self._sheet.autofilter(0, 0, last_row, last_column)
        place = xlsxwriter.utility.xl_range(0, 0, last_row, last_column)
        self._sheet.ignore_errors({"number_stored_as_text": place})

    def _format(self, column: OutColumn, exact: int | None) -> Any:
        """Return how a cell looks: numbers with just their decimals, texts as texts."""
        key = (column.is_answer, exact)
        if key not in self._formats:
            shown = _TEXT if exact is None else _number_format(exact)
            look = {"num_format": shown, "valign": "top"}
            tint = {"bg_color": _ANSWER_FILL} if column.is_answer else {}
            self._formats[key] = self._book.add_format({**look, **tint})
        return self._formats[key]

    def _head_format(self, column: OutColumn) -> Any:
        key = (column.is_answer, -1)
        if key not in self._formats:
            look = {"bold": True, "bottom": 1, "num_format": _TEXT, "valign": "top"}
            tint = {"bg_color": _ANSWER_HEAD} if column.is_answer else {}
            self._formats[key] = self._book.add_format({**look, **tint})
        return self._formats[key]

    def _write_about(self, about: Sequence[tuple[str, str]]) -> None:
        sheet = self._book.add_worksheet("Job")
        label = self._book.add_format({"bold": True, "valign": "top"})
        value = self._book.add_format({"num_format": _TEXT, "valign": "top", "text_wrap": True})
        sheet.set_column(0, 0, _LABEL_WIDTH)
        sheet.set_column(1, 1, _VALUE_WIDTH)
        for row, (name, text) in enumerate(about):
            sheet.write_string(row, 0, name, label)
            sheet.write_string(row, 1, text, value)


def _number_format(decimals: int) -> str:
    """Show a number with just its decimals, unless they are more than can be told apart."""
    if decimals > _MOST_DECIMALS:
        return "General"
    return "0" + ("." + "0" * decimals if decimals else "")
