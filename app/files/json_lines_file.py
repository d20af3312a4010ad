"""Tables out as JSON Lines: one object a row, by column names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.core.table import Row
from app.files.outgoing import Blocks, OutColumn, Written, decimals
from app.files.target import Announce, replacing


def write_json_lines(
    path: Path,
    columns: Sequence[OutColumn],
    blocks: Blocks,
    *,
    never_over: Sequence[Path] = (),
    announce: Announce | None = None,
) -> Written:
    """Write a table as JSON Lines, into a temporary file that is renamed when it is complete.

    Numbers of number columns are numbers, but for long whole ones, several labels are a list, blank
    answers null; everything else is a text.

    Args:
        path: the file to make or replace.
        columns: the columns; each row is as wide.
        blocks: the rows in lists.
        never_over: files that must not be replaced.
        announce: hears of the complete file before it takes its place.

    Raises:
        SheafError: the file cannot be written there, or is one of `never_over`.
    """
    count = 0
    with replacing(path, never_over, announce) as file:
        for block in blocks():
            lines = [_line(columns, row) for row in block]
            file.write("".join(lines).encode())
            count += len(lines)
    return Written(count)


def _line(columns: Sequence[OutColumn], row: Row) -> str:
    values = {column.name: _value(column, cell) for column, cell in zip(columns, row, strict=True)}
    try:
        line = json.dumps(values, ensure_ascii=False)
        line.encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair is no character, and is written as JSON has it.
        line = json.dumps(values)
    return line + "\n"


def _value(column: OutColumn, cell: str) -> Any:
    if column.is_answer and not cell:
        return None
    if column.is_list:
        return json.loads(cell)
    if column.is_number:
        exact = decimals(cell)
        if exact is not None:
            return float(cell) if exact else int(cell)
    return cell
