"""The reply to a request of several rows, divided among them: answers, words, and what it cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from app.core.answers import AnswerColumn
from app.core.causes import Cause
from app.core.cost import shares
from app.core.fitting import shapeless
from app.core.job import JobSettings, Outcome, RowState
from app.core.together import RowReply, id_key, take_apart


@dataclass(frozen=True, slots=True)
class Several:
    """The requests of a batch that ask several rows: their rows, by the first of them.

    `joined` are the rows that the batch asks so: none of them has a request of its own.
    """

    rows: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    key: str = ""
    joined: frozenset[int] = frozenset()


def several_in(
    settings: JobSettings,
    rows: Mapping[int, tuple[int, ...]],
    own: Mapping[int, tuple[int, ...]],
) -> Several:
    """Return what divides the replies of a job's batch among these rows; it asks `own` itself."""
    if not rows:
        return NO_SEVERAL
    return Several(rows, id_key(settings), frozenset(chain.from_iterable(own.values())))


NO_SEVERAL = Several()


def divided(
    whole: Outcome, rows: Sequence[int], columns: Sequence[AnswerColumn], key: str, raw: str
) -> tuple[Outcome, ...]:
    """Return what became of each row of a request; their usages add up to the whole one.

    `whole` is what became of the request, answered where a complete reply came, and `raw` its
    line. What became of it but an answer became of every row.
    """
    parts: Iterable[Outcome] = (whole,) * len(rows)
    if whole.state is RowState.ANSWERED:
        found = take_apart(columns, key, whole.reply, len(rows))
        misfit = shapeless(columns)
        parts = (
            [_misfit(whole, misfit.cells, misfit.misfit, raw)] * len(rows)
            if found is None
            else [_part(whole, part, raw) for part in found]
        )
    usages = shares(whole.usage, len(rows)) if whole.usage else [None] * len(rows)
    return tuple(
        replace(part, row=row, usage=usage)
        for part, row, usage in zip(parts, rows, usages, strict=True)
    )


def _misfit(whole: Outcome, cells: tuple[str, ...], reason: str, raw: str) -> Outcome:
    state, cause = RowState.DOES_NOT_FIT, Cause.MISFIT
    return replace(whole, state=state, cells=cells, reason=reason, raw=raw, cause=cause)


def _part(whole: Outcome, part: RowReply, raw: str) -> Outcome:
    if not part.doubt:
        return replace(whole, reply=part.reply, cells=part.cells)
    return replace(
        whole,
        state=RowState.DOES_NOT_FIT,
        reply=part.reply,
        cells=part.cells,
        reason=part.doubt,
        raw=raw,
        cause=Cause.LEFT_OUT,
    )
