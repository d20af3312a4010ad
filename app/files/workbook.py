"""Workbooks in: XLSX, XLSM, XLSB, XLS and ODS, every value as plain unambiguous text."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
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
from app.files.cell_text import plain, plain_duration
from app.files.head import LOOKED_AT, Record, is_blank, make_head, used
from app.files.ods_gaps import without_gaps
from app.files.sheet_errors import ErrorCells, find_errors
from app.files.source import Source
from app.files.tally import Tally, say_count

Result = TypeVar("Result")

_TABLES = (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet)
_BROKEN = (CalamineError, BadZipFile, zlib.error, LookupError, ValueError, ArithmeticError)
"""What damaged workbooks raise in the parser and in the ZIP reader."""


class WorkbookSource(Source):
    """One sheet of a workbook; without a name the first visible one that is not empty."""

    def __init__(
        self, path: Path, kind: str, *, sheet: str | None = None, header: bool = True
    ) -> None:
        super().__init__(path)
        self.format = kind
        self._workbook = self._guard(self._open)
        self._loaded = self._choose(sheet)
        self.sheet = self._loaded.name
        self.sheets = self._describe()
        self._at_row = 0
        self._learn_columns(header)
        self._note_merged()

    def _open(self) -> CalamineWorkbook:
        if self.format == "ods":
            mended, errors = without_gaps(self.path)
            self._note_errors(errors)
            if mended is not None:
                return CalamineWorkbook.from_filelike(mended)
        # The parser goes by the file's name; a misnamed workbook is handed over as bytes.
        if self.path.suffix.lower() != f".{self.format}":
            return CalamineWorkbook.from_filelike(BytesIO(self.path.read_bytes()))
        return CalamineWorkbook.from_path(self.path)

    def _note_errors(self, count: int) -> None:
        if count:
            what = say_count(count, "cell holds an error", "cells hold errors")
            text = f"{what} of the workbook, kept as text such as #N/A."
            self.add_notice(Notice("error_cells", text, count))

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
        number = 0
        while (cells := self._guard(lambda: next(rows, None), self.sheet)) is not None:
            number += 1
            self._at_row = number
            texts = [plain(cell) for cell in cells]
            if self.format == "ods":
                texts = [plain_duration(text) for text in texts]
            if filled := errors.fill(number, texts):
                self._tally.add("error_cells", number, filled)
            yield number, texts
        if errors.failed:
            self._tally.add("errors_unread", number)

    def _error_cells(self) -> ErrorCells:
        """Find the cells that hold errors; the parser shows them as blank."""
        name = self._loaded.name
        place = self._workbook.sheet_names.index(name)
        start = self._loaded.start
        found = find_errors(self.path, self.format, name, place)
        return ErrorCells(found, start[1] if start else 0)

    def _progress(self) -> float:
        return self._at_row / max(1, self._last_row())

    def _inspect(self, number: int, text: str) -> None:
        """Nothing in the text itself can be odd: the parser has decoded it."""

    def _own_notices(self, tally: Tally) -> tuple[Notice, ...]:
        unread = "Cells with errors such as #N/A could not be told from blank ones."
        return (
            *tally.notice(
                "error_cells",
                "{n} cell holds an error of its workbook ({where}), kept as text such as #N/A.",
                "{n} cells hold errors of their workbook ({where}), kept as text such as #N/A.",
            ),
            *tally.notice("errors_unread", unread, unread),
        )

    def _note_merged(self) -> None:
        merged = self._guard(lambda: self._loaded.merged_cell_ranges, self.sheet)
        if merged:
            what = say_count(len(merged), "merged area", "merged areas")
            text = f"{what}: the text is in the first cell, the others are blank."
            self.add_notice(Notice("merged_cells", text, len(merged)))
