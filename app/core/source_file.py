"""Where a job's rows were read from, and how: a spreadsheet, or the files of a folder."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.parts import Family
from app.core.table import Sheet


@dataclass(frozen=True, slots=True)
class FolderWish:
    """Which files of a folder are rows: of which families (none: all), below sub-folders too.

    `patterns` such as "*.pdf" narrow the choice; none takes every name.
    """

    recursive: bool = True
    families: tuple[Family, ...] = ()
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The spreadsheet or folder that a job was read from, and how; `size` in bytes.

    `folder` is how a folder was read, None for a spreadsheet; `folders` how many were below it.
    `digest` tells the content of a file of ready-made requests from any other.
    """

    path: str
    format: str = ""
    size: int = 0
    sheet: str | None = None
    sheets: tuple[Sheet, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    header: bool = True
    folder: FolderWish | None = None
    folders: int = 0
    digest: str = ""
