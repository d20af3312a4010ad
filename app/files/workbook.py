"""Workbooks in: XLSX, XLSM, XLSB, XLS and ODS, every value as plain unambiguous text."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from app.core.table import Action, Notice, Sheet
from app.files import refusals
from app.files.cell_text import plain, plain_duration
from app.files.head import LOOKED_AT, Record, is_blank, make_head, used
from app.files.ods_gaps import without_gaps
from app.files.ods_look import OdsLook, content_size, look_at_ods, pieces
from app.files.package import check_sizes, is_bomb
from app.files.parser import guarded, stoppable
from app.files.sheet_errors import ErrorCells, find_errors
from app.files.sheet_extent import MOST_CELLS, Extent
from app.files.sheet_look import Look, look_at, watched
from app.files.source import Cancelled, Source, never
from app.files.tally import Tally, say_count, where_rows
from app.files.xls_extent import most_xls_cells

Result = TypeVar("Result")

_TABLES = (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet)
_LOOKED_THROUGH = frozenset({"xlsx", "xlsm", "xlsb"})
_NAMED_ROWS = 5


class WorkbookSource(Source):
    """One sheet of a workbook; without a name the first visible one that is not empty."""

    def __init__(
        self,
        path: Path,
        kind: str,
        *,
        sheet: str | None = None,
        header: bool = True,
        cancelled: Cancelled = never,
    ) -> None:
        super().__init__(path)
        self.format = kind
        self._cancelled = cancelled
        self._look = Look(Extent())
        self._ods = OdsLook()
        self._workbook = self._guard(self._open)
        self._loaded = self._choose(sheet)
        self.sheet = self._loaded.name
        self.sheets = self._describe()
        self._at_row = 0
        self._learn_columns(header)
        self._note_unstored()
        self._note_merged()

    def _open(self) -> CalamineWorkbook:
        path = self.path
        if self.format == "xls":
            self._check_extent(most_xls_cells(path), None)
        else:
            with zipfile.ZipFile(path) as archive:
                self._check_package(archive)
        if self._ods.has_gaps:
            mended, errors = without_gaps(path)
            self._note_errors(errors)
            return self._parse(lambda: CalamineWorkbook.from_filelike(mended))
        # The parser goes by the file's name; a misnamed workbook is handed over as bytes.
        if path.suffix.lower() != f".{self.format}":
            raw = BytesIO(path.read_bytes())
            return self._parse(lambda: CalamineWorkbook.from_filelike(raw))
        return self._parse(lambda: CalamineWorkbook.from_path(path))

    def _check_package(self, archive: zipfile.ZipFile) -> None:
        """Refuse what the parser, which knows no bounds, would unpack to all memory there is."""
        if is_bomb(archive):
            raise refusals.bomb(self.path)
        if self.format == "ods":
            self._ods = look_at_ods(
                watched(self.path, pieces(archive), self._cancelled, content_size(archive))
            )
            self._check_extent(self._ods.cells, None)
        else:
            check_sizes(archive, "xl/sharedStrings")

    def _check_extent(self, cells: int, sheet: str | None) -> None:
        if cells > MOST_CELLS:
            raise refusals.spread(self.path, sheet)

    def _note_errors(self, count: int) -> None:
        if count:
            what = say_count(count, "cell holds an error", "cells hold errors")
            text = f"{what} of the workbook, kept as text such as #N/A."
            self.add_notice(Notice("error_cells", text, count))

    def _guard(self, step: Callable[[], Result], sheet: str | None = None) -> Result:
        return guarded(self.path, step, sheet)

    def _parse(self, step: Callable[[], Result]) -> Result:
        return stoppable(self.path, step, self._cancelled)

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
        loaded = self._guard(lambda: self._lay_out(name), name)
        if must_have_cells and loaded.end is None:
            raise refusals.empty_sheet(self.path, name)
        return loaded

    def _lay_out(self, name: str) -> CalamineSheet:
        if self.format in _LOOKED_THROUGH:
            self._look = look_at(self.path, self.format, name, self._cancelled)
            self._check_extent(self._look.extent.cells, name)
        return self._parse(lambda: self._workbook.get_sheet_by_name(name))

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
        if not self._look.has_errors:
            return ErrorCells(iter(()), 0)
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
                Action.SHOW_ROWS,
            ),
            *tally.notice("errors_unread", unread, unread),
        )

    def _note_unstored(self) -> None:
        count, rows = self._look.unstored, self._look.rows
        if count:
            what = say_count(count, "formula has", "formulas have")
            where = where_rows(rows[:_NAMED_ROWS], more=len(rows) > _NAMED_ROWS)
            text = (
                f"{what} no stored result ({where}) and read as blank. Open the workbook in its "
                "own program and save it there to have them."
            )
            self.add_notice(Notice("unstored_formulas", text, count))

    def _note_merged(self) -> None:
        told = self._guard(lambda: self._loaded.merged_cell_ranges, self.sheet)
        count = len(told or ()) or self._look.merged or self._ods.merged[self._loaded.name]
        if count:
            what = say_count(count, "merged area", "merged areas")
            text = f"{what}: the text is in the first cell, the others are blank."
            self.add_notice(Notice("merged_cells", text, count))
