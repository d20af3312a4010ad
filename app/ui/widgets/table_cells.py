"""What a model says to `DataTable` about its columns and cells.

A model answers these roles and nothing else is looked at when a cell is painted:

- `Qt.ItemDataRole.DisplayRole`: the cell's text, always, also where a bar or a pill is drawn, since
  screen readers, tooltips and copies read it. "—" is a missing value and is drawn faintly.
- `LOOK_ROLE`: a `Look`, or None for plain text. Models keep a few of them and hand out the same
  ones again and again.
- `headerData` gives the same names as the `Column`s, for screen readers.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt

from app.ui.widgets.progress import Progress
from app.ui.widgets.tone import Tone

LOOK_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The role under which a model hands out a cell's `Look`."""

MISSING = "—"
"""What stands in a cell that has no value."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell differs from plain text in its column's colour."""

    ink: str = ""
    """The token of the text, if not the column's."""
    icon: str = ""
    """An icon before the text, or inside the pill."""
    icon_ink: str = ""
    """The token of the icon, if not the text's."""
    pill: Tone | None = None
    """Draw the text as a pill of this tone."""
    bar: Progress | None = None
    """Draw the progress of a batch instead of the text."""
    role: str = ""
    """The role of type, if not the column's."""
    differs: bool = False
    """Mark that another reading of the same thing says something else."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column as the table shows it."""

    name: str
    kind: str = ""
    """The second line of the header: Text, Number, Category."""
    width: int = 0
    """In pixels at 100 %; 0 measures the header and the first rows."""
    words: tuple[str, ...] = ()
    """What may stand in further rows: measured as well."""
    right: bool = False
    """Numbers, sizes and times stand at the right."""
    answer: bool = False
    """Tinted as an answer from Claude."""
    stretch: bool = False
    """Takes the width that is left over; for one column."""
    ink: str = "text"
    role: str = "body"
    tag: str = ""
    """A small word beside the kind, such as ID."""
    sortable: bool = False
    edge: bool = False
    """Has a rule at its left: another group of columns begins."""


@dataclass(frozen=True, slots=True)
class Group:
    """Columns that belong together, under a heading of two lines and perhaps a pill."""

    first: int
    last: int
    name: str
    detail: str = ""
    pill: str = ""
    icon: str = ""
