"""What a cell that leads to files shows in a table: words of the file, or what is odd about it."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.part_volume import PartLimits, over_limit
from app.core.parts import Family, FileFacts
from app.ui.widgets.table_cells import Look

_BROKEN = Look(ink="badText", icon="circle-x", icon_ink="bad")
_SCAN = Look(ink="warnText", icon="triangle-alert", icon_ink="warn")
_QUIET = Look(ink="text2")
_MOST_NAMED = 3


def shown_files(cell: str, files: Sequence[FileFacts] | None) -> tuple[str, Look | None]:
    """Return the words for the files of a cell, and how they look; None for plain text."""
    if not files:
        return cell, None
    broken = next((facts for facts in files if facts.problem is not None), None)
    if broken is not None and broken.problem is not None:
        return broken.problem.what, _BROKEN
    if len(files) > 1:
        names = ", ".join(facts.name for facts in files[:_MOST_NAMED])
        return f"{len(files):,} files: {names}{' …' if len(files) > _MOST_NAMED else ''}", None
    return _of_one(files[0])


def _of_one(facts: FileFacts) -> tuple[str, Look | None]:
    if (over := over_limit((facts,), PartLimits())) is not None:
        return f"{over.what} {over.why} {over.fix}", _BROKEN
    note = facts.notes[0] if facts.notes else ""
    if facts.is_scan:
        return "Scanned, no text", _SCAN
    if facts.family is Family.PICTURE and facts.width and facts.height:
        size = f"{facts.width:,} × {facts.height:,} pixels"
        return (f"{size}. {note}", _SCAN) if note else (size, _QUIET)
    words = facts.preview or facts.name
    return (f"{note} {words}", _SCAN) if note else (words, None)
