"""How wide the columns of the table of batches are: no sum and no status is ever cut short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from app.ui.models.batches_model import BatchColumn, BatchesModel, status_look
from app.ui.theme import THEME
from app.ui.widgets.pill import pill_width
from app.ui.widgets.table_cells import Column
from app.ui.widgets.table_delegate import needed_for
from app.ui.widgets.table_header import PADDING

_WIDTHS = (44, 108, 118, 0, 66, 84, 70, 88, 80, 108)
_TIGHT = (44, 104, 112, 0, 64, 82, 64, 86, 78, 96)
"""Also with longer words for state or sum the table fits the smallest window."""
LEFT_OUT = (BatchColumn.ID, BatchColumn.SUBMITTED, BatchColumn.ANSWERED)
"""What goes first where the window is too narrow for large text, instead of Finished and Cost."""
_LEAST_PROGRESS = 120
_TEXTS = frozenset({BatchColumn.ID, BatchColumn.STATUS, BatchColumn.PROGRESS})
_QUIET = frozenset(
    {BatchColumn.NUMBER, BatchColumn.ID, BatchColumn.SUBMITTED, BatchColumn.FINISHED}
)


def columns_of(widths: Sequence[int]) -> tuple[Column, ...]:
    """Return the table's columns with these widths; the one without takes what is left."""
    return tuple(
        Column(
            BatchesModel.HEADINGS[column],
            width=width,
            stretch=not width,
            right=column not in _TEXTS,
            ink="text2" if column in _QUIET else "text",
            role="mono" if column is BatchColumn.ID else "body",
        )
        for column, width in zip(BatchColumn, widths, strict=True)
    )


def widths_in(model: BatchesModel, room: int) -> tuple[int, ...]:
    """Return the widths with which these batches are shown whole, close together if need be."""
    words = {
        BatchColumn.STATUS: _widest(_pills(model)),
        BatchColumn.COST: _widest(_sums(model)),
    }
    roomy, tight = (
        tuple(max(width, words.get(BatchColumn(n), 0)) for n, width in enumerate(usual))
        for usual in (_WIDTHS, _TIGHT)
    )
    return roomy if needed_by(roomy) <= room else tight


def needed_by(widths: Sequence[int]) -> int:
    """Return the width of a table with all these columns."""
    return sum(THEME.px(width or _LEAST_PROGRESS) for width in widths)


def _pills(model: BatchesModel) -> Iterable[float]:
    shown = {
        (model.text(batch, BatchColumn.STATUS), status_look(batch, model.notes).icon)
        for batch in model.batches
    }
    return (pill_width(text, icon) + 2 * PADDING + 2 for text, icon in shown)


def _sums(model: BatchesModel) -> Iterable[float]:
    shown = {model.text(batch, BatchColumn.COST) for batch in model.batches}
    return (needed_for(text, "body", icon=False) for text in shown)


def _widest(pixels: Iterable[float]) -> int:
    """Return the widest as a length of the design, which grows with the text."""
    return ceil(max(pixels, default=0) * 100 / THEME.percent)
