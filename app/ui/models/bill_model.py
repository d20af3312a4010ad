"""What a job has cost, kind by kind, as a table."""

from __future__ import annotations

from app.ui.models.lines_model import LinesModel
from app.ui.widgets.table_cells import Look

_COST, _QUIET = Look(role="bodyS"), Look(ink="text2")


class BillModel(LinesModel):
    """The lines of one bill, as they are written."""

    HEADINGS = ("What you paid for", "Rows", "Tokens", "Per million", "Cost")

    def cell(self, line: tuple[str, ...], column: int, /) -> str:
        """Return what stands in a cell."""
        return line[column]

    def look(self, _line: tuple[str, ...], column: int, /) -> Look | None:
        """Return how a cell looks: prices are quiet, sums are not."""
        return {3: _QUIET, 4: _COST}.get(column)
