"""Workbooks in: XLSX, XLSM, XLSB, XLS and ODS, every value as plain unambiguous text."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar
from zipfile import BadZipFile

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from app.core.table import Notice, Sheet
from app.files import refusals
from app.files.head import LOOKED_AT, Record, is_blank, make_head, used
from app.files.sheet_errors import ErrorCell, find_errors
from app.files.source import Source
from app.files.tally import Tally, say_count

Value = int | float | str | bool | date | datetime | time | timedelta
Result = TypeVar("Result")

_TABLES = (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet)
_BROKEN = (CalamineError, BadZipFile, zlib.error, KeyError, ValueError, ArithmeticError)
"""What damaged workbooks raise in the parser and in the ZIP reader."""


class WorkbookSource(Source):
    """One sheet of a workbook; without a name the first visible one that is not empty."""

    def __init__(
        self, path: Path, kind: str, *, sheet: str | None = None, header: bool = True
    ) -> None:
        super().__init__(path)
        self.format = kind
        self._workbook = self._guard(lambda: CalamineWorkbook.from_path(path))
        self._loaded = self._choose(sheet)
        self.sheet = self._loaded.name
        self.sheets = self._describe()
        self._at_row = 0
        self._learn_columns(header)
        self._note_merged()

    def _guard(self, action: Callable[[], Result], sheet: str | None = None) -> Result:
        """Run a step of the parser; whatever breaks in it becomes one plain sentence."""
        try:
            return action()
        except PasswordError as error:
            raise refusals.encrypted(self.path) from error
        except OSError as error:
            raise refusals.unreadable(self.path, error) from error
        except (
            CalamineError,
            BadZipFile,
            zlib.error,
            KeyError,
            ValueError,
            ArithmeticError,
        ) as error:
            raise refusals.damaged(self.path, sheet) from error
        except BaseException as error:
            # A panic inside the parser is a BaseException of a class that cannot be imported.
            if type(error).__name__ != "PanicException":
                raise
            raise refusals.damaged(self.path, sheet) from error

    def _choose(self, wanted: str | None) -> CalamineSheet:
        tables = [about for about in self._workbook.sheets_metadata if about.typ in _TABLES]
        names = [about.name for about in tables]
        if wanted is not None:
            if wanted not in names:
                raise refusals.no_such_sheet(self.path, wanted, names)
            return self._load(wanted, must_have_cells=True)
        visible = [about.name for about in tables if about.visible == SheetVisibleEnum.Visible]
        for name in visible or names:
            loaded = self._load(name)
            if loaded.end is not None:
                return loaded
        raise refusals.empty_sheet(self.path, None)

    def _load(self, name: str, *, must_have_cells: bool = False) -> CalamineSheet:
        loaded = self._guard(lambda: self._workbook.get_sheet_by_name(name), name)
        if must_have_cells and loaded.end is None:
            raise refusals.empty_sheet(self.path, name)
        return loaded

    def _describe(self) -> tuple[Sheet, ...]:
        return tuple(
            Sheet(
                about.name,
                self._last_row() if about.name == self.sheet else None,
                about.visible != SheetVisibleEnum.Visible,
            )
            for about in self._workbook.sheets_metadata
            if about.typ in _TABLES
        )

    def _last_row(self) -> int:
        end = self._loaded.end
        return end[0] + 1 if end else 0

    def _learn_columns(self, header: bool) -> None:
        first: list[Record] = []
        width = 0
        for number, cells in self._records():
            width = max(width, used(cells))
            if not is_blank(cells):
                first.append((number, cells))
            if len(first) == LOOKED_AT and width == len(cells):
                break
        if not first:
            raise refusals.empty_sheet(self.path, self.sheet)
        self._head = make_head(first, width, header=header)
        if first[-1][0] <= self._head.last_row:
            raise refusals.no_rows(self.path, self.sheet)

    def _records(self) -> Iterator[Record]:
        rows = self._guard(self._loaded.iter_rows, self.sheet)
        errors = self._error_cells()
        error = self._guard(lambda: next(errors, None), self.sheet)
        number = 0
        while True:
            cells = self._guard(lambda: next(rows, None), self.sheet)
            if cells is None:
                return
            number += 1
            self._at_row = number
            texts = [plain(cell) for cell in cells]
            while error is not None and error[0] <= number:
                if error[0] == number and error[1] < len(texts):
                    texts[error[1]] = error[2]
                    self._tally.add("error_cells", number)
                error = self._guard(lambda: next(errors, None), self.sheet)
            yield number, texts

    def _error_cells(self) -> Iterator[ErrorCell]:
        """Yield the cells that hold errors; the parser shows them as blank."""
        start = self._loaded.start
        left = start[1] if start else 0
        for row, column, text in find_errors(self.path, self.format, self._loaded.name):
            yield row, column - left, text

    def _progress(self) -> float:
        return self._at_row / max(1, self._last_row())

    def _inspect(self, number: int, text: str) -> None:
        """Nothing in the text itself can be odd: the parser has decoded it."""

    def _own_notices(self, tally: Tally) -> tuple[Notice, ...]:
        return tally.notice(
            "error_cells",
            "{n} cell holds an error of its workbook ({where}), kept as text such as #N/A.",
            "{n} cells hold errors of their workbook ({where}), kept as text such as #N/A.",
        )

    def _note_merged(self) -> None:
        merged = self._guard(lambda: self._loaded.merged_cell_ranges, self.sheet)
        if merged:
            what = say_count(len(merged), "merged area", "merged areas")
            text = f"{what}: the text is in the first cell, the others are blank."
            self.add_notice(Notice("merged_cells", text, len(merged)))


def plain(value: Value) -> str:
    """Write a cell's value as text that means the same everywhere."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return plain_float(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d} {_clock(value.time())}"
    if isinstance(value, date):
        return value.isoformat()
    return _clock(value) if isinstance(value, time) else _hours(value)


def plain_float(value: float) -> str:
    """Write the shortest text that reads back as the same number, never with an exponent."""
    if value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def _clock(value: time) -> str:
    text = value.isoformat()
    return text.rstrip("0") if "." in text else text


def _hours(value: timedelta) -> str:
    """Write a length of time as hours, minutes and seconds, however many hours there are."""
    sign = "-" if value < timedelta(0) else ""
    length = abs(value)
    minutes, seconds = divmod(length.days * 86_400 + length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{sign}{hours:02}:{minutes:02}:{seconds:02}"
    return f"{text}.{length.microseconds:06}".rstrip("0") if length.microseconds else text
