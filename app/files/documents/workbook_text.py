"""Workbooks as text: each visible sheet by name, its rows as lines with tabs between the cells."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from app.files import file_errors, old_workbook_bounds, sheet_extent
from app.files.cell_text import Value, plain, plain_duration
from app.files.documents import open_document
from app.files.documents.archive import opened
from app.files.documents.extracted import Extracted, Lines, naming
from app.files.file_errors import FileError
from app.files.kinds import is_package
from app.files.ods_gaps import without_gaps
from app.files.ods_look import look_at_ods, pieces
from app.files.tally import say_count

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_WHAT = "Excel workbook"
_OPEN_WHAT = "OpenDocument sheet"
_MOST_BYTES = 100_000_000
_MOST_CELLS = 20_000_000
"""Laid out, so many take 0.8 GB; as text they would not fit into a request anyway."""


def text_of(path: Path) -> Extracted:
    """Return the cells of a workbook's visible sheets as text.

    Raises:
        SheafError: it is protected, damaged, empty or too large.
    """
    from python_calamine import CalamineWorkbook, PasswordError

    with naming(path, _WHAT):
        _check_size(path)
        try:
            workbook = CalamineWorkbook.from_filelike(BytesIO(path.read_bytes()))
        except PasswordError as error:
            raise file_errors.encrypted(path) from error
        return _text(path, workbook, plain)


def text_of_ods(path: Path) -> Extracted:
    """Return the cells of an OpenDocument sheet as text: values, as those of other workbooks.

    Raises:
        SheafError: it is protected, damaged, empty or too large.
    """
    from python_calamine import CalamineWorkbook

    # It has bounds of its own, and knows what is protected or damaged.
    open_document.text_of(path)
    with naming(path, _OPEN_WHAT):
        with zipfile.ZipFile(path) as archive:
            look = look_at_ods(pieces(archive))
        if look.cells > _MOST_CELLS:
            raise _spread(path)
        data = without_gaps(path)[0] if look.has_gaps else BytesIO(path.read_bytes())
        return _text(path, CalamineWorkbook.from_filelike(data), _plain_open)


def _plain_open(cell: Value) -> str:
    return plain_duration(plain(cell))


def _text(path: Path, workbook: CalamineWorkbook, said: Callable[[Value], str]) -> Extracted:
    visible, hidden = _sheets(workbook)
    lines, filled = Lines(path), False
    for name in visible:
        lines.add("")
        lines.add(f"Sheet {name}")
        for row in _rows(workbook, name, said):
            filled = True
            lines.add(row)
    if not filled:
        raise file_errors.no_text(path, "Choose a file with rows in it.")
    what = say_count(hidden, "hidden sheet is left out", "hidden sheets are left out")
    return Extracted(lines.text(), (f"{what}.",) if hidden else ())


def _check_size(path: Path) -> None:
    """Refuse what would be laid out larger than the memory: the parser has no bounds."""
    if path.stat().st_size > _MOST_BYTES:
        raise file_errors.bomb(path)
    if is_package(path):
        with opened(path, _WHAT) as archive:
            archive.check_all()
        cells = sheet_extent.most_cells(path)
    else:
        cells = old_workbook_bounds.most_cells(path)
    if cells > _MOST_CELLS:
        raise _spread(path)


def _spread(path: Path) -> FileError:
    return file_errors.too_large(
        path,
        "Its cells are spread so far that they would fill this computer's memory.",
        "Delete what stands far away from the others, or save the sheet as CSV.",
    )


def _sheets(workbook: CalamineWorkbook) -> tuple[list[str], int]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    tables = (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet)
    sheets = [about for about in workbook.sheets_metadata if about.typ in tables]
    visible = [about.name for about in sheets if about.visible == SheetVisibleEnum.Visible]
    return visible, len(sheets) - len(visible)


def _rows(workbook: CalamineWorkbook, name: str, said: Callable[[Value], str]) -> Iterator[str]:
    """Yield the rows that have anything in them."""
    for cells in workbook.get_sheet_by_name(name).iter_rows():
        if cells.count("") == len(cells):
            continue
        # A line break inside a cell would look like a new row.
        texts = [" ".join(said(cell).split()) for cell in cells]
        if any(texts):
            yield "\t".join(texts)
