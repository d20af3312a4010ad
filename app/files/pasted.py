"""Rows from the clipboard: kept as a file, so that they can be read like any other table."""

from __future__ import annotations

import os
from pathlib import Path

from app.core.errors import SheafError
from app.files.outgoing import to_unicode
from app.files.target import replacing

MOST_CHARACTERS = 100_000_000
ENDING = ".tsv"
"""What spreadsheet programs put on the clipboard has tabs between its cells."""


def keep_pasted(text: str, folder: Path, name: str) -> Path:
    """Write pasted text into a file of its own, which only the person may read.

    Args:
        text: what was pasted, as spreadsheet programs copy cells: tabs, lines, quotation marks.
        folder: where to keep it; it is made if need be.
        name: what the file is called if that name is free.

    Raises:
        SheafError: there is no text, too much of it, or it cannot be written there.
    """
    if not text.strip():
        raise SheafError(
            "The clipboard holds no text.",
            fix="Copy the cells in your spreadsheet program, then paste them here.",
        )
    if len(text) > MOST_CHARACTERS:
        raise SheafError(
            "What you pasted is too large.",
            f"Sheaf takes up to {MOST_CHARACTERS:,} characters from the clipboard.",
            "Save the table as a file and open that.",
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = _free(folder, name)
    with replacing(path) as file:
        if os.name == "posix":
            os.fchmod(file.fileno(), 0o600)
        file.write(to_unicode(text))
    return path


def _free(folder: Path, name: str) -> Path:
    path = folder / f"{name}{ENDING}"
    number = 1
    while path.exists():
        number += 1
        path = folder / f"{name} ({number}){ENDING}"
    return path
