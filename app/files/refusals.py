"""Files that Sheaf cannot read, each said in plain words with what to do."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path

from app.core.errors import Halt, SheafError

_SAVE_AGAIN = "Open it in its own program and save it as .xlsx or .csv."
_READABLE = "CSV, TSV, XLSX, XLSM, XLSB, XLS, ODS, JSON, JSON Lines and Parquet"


def missing(path: Path) -> SheafError:
    """There is no such file."""
    return SheafError(
        f'There is no file "{path.name}" in "{path.parent}".',
        fix="Check its name, or whether it was moved.",
    )


def folder(path: Path) -> SheafError:
    """It is a folder."""
    return SheafError(
        f'"{path.name}" is a folder, not a spreadsheet.', fix="Choose a file inside it."
    )


def unreadable(path: Path, error: OSError) -> SheafError:
    """The computer does not let us read it."""
    if isinstance(error, FileNotFoundError):
        return missing(path)
    if isinstance(error, PermissionError):
        return SheafError(
            f'"{path.name}" may not be read.',
            "Its permissions do not allow it, or another program holds it.",
            "Close it elsewhere, or copy it to your own folder.",
        )
    reason = errno.errorcode.get(error.errno or 0, "unknown")
    return SheafError(
        f'"{path.name}" could not be read: {error.strerror or reason}.',
        fix="Copy it to this computer and try again.",
    )


def empty(path: Path) -> SheafError:
    """Nothing is in it."""
    return SheafError(f'"{path.name}" is empty.', fix="Choose a file with rows in it.")


def no_rows(path: Path, sheet: str | None = None) -> SheafError:
    """Only a header is in it."""
    where = f'The sheet "{sheet}" of "{path.name}"' if sheet else f'"{path.name}"'
    return SheafError(
        f"{where} has a header row but no rows below it.",
        fix="Add rows, or have its first row read as data (--no-header).",
        halt=Halt.READING,
    )


def unclosed_quote(path: Path, row: int, line: int) -> SheafError:
    """A quotation mark opens a cell and the rest of the file runs into it."""
    where = f"row {row:,}" if row == line else f"row {row:,} (line {line:,})"
    return SheafError(
        f'In {where} of "{path.name}" a cell begins with a quotation mark that is not closed.',
        "Everything after it would become one cell.",
        "Close or remove that quotation mark, or choose another separator.",
        halt=Halt.READING,
    )


def not_as_named(path: Path, *, is_json: bool) -> SheafError:
    """Its name promises a workbook or objects, but it is some text without a table in it."""
    if is_json:
        return SheafError(
            f'"{path.name}" holds no objects, so there is no table in it.',
            "Sheaf reads a list of objects, or an object on each line.",
            "Get the file again, or save it in that way.",
        )
    return SheafError(
        f'"{path.name}" is no workbook, though it is named {path.suffix}: it holds some text.',
        "There is no table in that text either.",
        "Get the file again, or save it anew in the program that it is from.",
    )


def not_a_table(path: Path, what: str, fix: str = "") -> SheafError:
    """It is another kind of file; `what` names the kind."""
    return SheafError(
        f'"{path.name}" is {what}, not a spreadsheet that Sheaf can read.',
        f"Sheaf reads {_READABLE}.",
        fix or _SAVE_AGAIN,
    )


def no_text(path: Path) -> SheafError:
    """It holds bytes that are neither text nor any kind of workbook."""
    return SheafError(
        f'"{path.name}" holds neither text nor a workbook.',
        f"Sheaf reads {_READABLE}.",
        _SAVE_AGAIN,
    )


def no_sheets(path: Path, wanted: str) -> SheafError:
    """A sheet is asked for in a file that is one table."""
    return SheafError(
        f'"{path.name}" is one table without sheets, so it has no sheet "{wanted}".',
        fix="Leave the sheet out, or choose the workbook.",
    )


def encrypted(path: Path) -> SheafError:
    """It needs a password."""
    return SheafError(
        f'"{path.name}" is protected by a password.',
        "Sheaf cannot open it without.",
        "Open it in its own program, remove the password, and save a copy.",
    )


def damaged(path: Path, sheet: str | None = None) -> SheafError:
    """It is a workbook, but broken."""
    where = f'The sheet "{sheet}" of "{path.name}"' if sheet else f'The workbook "{path.name}"'
    return SheafError(
        f"{where} is damaged or incomplete and cannot be read.",
        "A download may have been cut short.",
        "Get the file again, or open it in its own program and save it under a new name.",
    )


def no_such_sheet(path: Path, wanted: str, names: Sequence[str]) -> SheafError:
    """The workbook has no sheet of that name."""
    have = ", ".join(f'"{name}"' for name in names)
    return SheafError(
        f'"{path.name}" has no sheet "{wanted}".', f"Its sheets are {have}.", "Choose one of them."
    )


def empty_sheet(path: Path, sheet: str | None) -> SheafError:
    """The sheet, or every sheet when none was chosen, has no cells."""
    if sheet is None:
        return SheafError(
            f'No sheet of "{path.name}" has anything in it.', fix="Choose a file with rows in it."
        )
    return SheafError(
        f'The sheet "{sheet}" of "{path.name}" is empty.', fix="Choose another sheet."
    )


def stopped(path: Path) -> SheafError:
    """The person stopped the reading."""
    return SheafError(f'Reading "{path.name}" was stopped.', fix="Open it again.")


def bomb(path: Path) -> SheafError:
    """It would unpack to far more than any table."""
    return SheafError(
        f'"{path.name}" is packed so tightly that it would fill this computer\'s memory.',
        "Workbooks from spreadsheet programs are never like that.",
        "If you know what is in it, open it in its own program and save it as .csv.",
    )


def spread(path: Path, sheet: str | None) -> SheafError:
    """Its cells lie so far apart that laying them out would take all memory."""
    where = f'The sheet "{sheet}" of "{path.name}"' if sheet else f'The workbook "{path.name}"'
    return SheafError(
        f"{where} is too large: its cells spread over more than 50 million places.",
        "Often a single cell far away from the table is the reason.",
        "Delete the cells that stand far away from the others, or save the sheet as .csv.",
    )


def not_json(path: Path, line: int, why: str) -> SheafError:
    """It begins as JSON, but does not go on as such."""
    return SheafError(
        f'"{path.name}" cannot be read as JSON: {why} (line {line:,}).',
        "A download may have been cut short, or the file was changed by hand.",
        "Get the file again, or correct that line.",
    )


def list_inside(path: Path, key: str) -> SheafError:
    """It is one object, and the rows stand inside it."""
    return SheafError(
        f'"{path.name}" holds one JSON object; its rows seem to stand inside it, under "{key}".',
        "Sheaf reads a list of objects, or an object on each line.",
        f'Save the list under "{key}" as a file of its own.',
    )


def too_many_keys(path: Path, most: int) -> SheafError:
    """Nearly every object has keys of its own."""
    return SheafError(
        f'The objects in "{path.name}" have more than {most:,} different keys.',
        "Each key becomes a column, and a table cannot be that wide.",
        "Make a file in which all objects have the same keys.",
    )


def no_parquet(path: Path) -> SheafError:
    """Its reader is not installed."""
    return SheafError(
        f'"{path.name}" is a Parquet file, and this Sheaf has no reader for those.',
        "The reader is large, so it comes as an extra.",
        'Install it with: pip install "sheaf[parquet]". Or save the table as .csv or .xlsx.',
    )


def damaged_parquet(path: Path) -> SheafError:
    """It begins as Parquet, but is broken, or its columns are encrypted."""
    return SheafError(
        f'The Parquet file "{path.name}" is damaged, incomplete or encrypted.',
        "A download may have been cut short.",
        "Get the file again, or save the table as .csv in the program it is from.",
    )
