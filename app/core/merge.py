"""Rows and outcomes become the output table, in the original order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.answers import AnswerColumn
from app.core.job import Mode, Outcome, RowState
from app.core.table import Row, name_columns

ANSWER = "answer"
"""The one column that takes the reply when no answer columns are defined."""
STATUS_COLUMNS = ("sheaf_status", "sheaf_reason")
USAGE_COLUMNS = ("sheaf_read_tokens", "sheaf_written_tokens", "sheaf_cost_usd")
_STATES_WITH_CELLS = frozenset({RowState.ANSWERED, RowState.COPIED, RowState.DOES_NOT_FIT})


@dataclass(frozen=True, slots=True)
class Layout:
    """How the output table is laid out: its header, and what stands where."""

    header: tuple[str, ...]
    source_width: int
    answer_width: int
    with_usage: bool
    mode: Mode


def answer_names(answers: Sequence[AnswerColumn]) -> tuple[str, ...]:
    """Return the names of the answer columns; one column when none is defined."""
    return tuple(column.name for column in answers) or (ANSWER,)


def lay_out(
    columns: Sequence[str], answers: Sequence[AnswerColumn], mode: Mode, *, with_usage: bool
) -> Layout:
    """Plan the output table: source columns, answer columns, status, reason, usage on request."""
    added = answer_names(answers)
    extra = (*STATUS_COLUMNS, *(USAGE_COLUMNS if with_usage else ()))
    header = name_columns((*columns, *added, *extra))
    return Layout((*columns, *header[len(columns) :]), len(columns), len(added), with_usage, mode)


def merge_row(
    layout: Layout, cells: Row, state: RowState, reason: str, outcome: Outcome | None, cost: str
) -> Row:
    """Lay one row out: its own cells untouched, then the answer, then what became of it.

    Tokens are those of the answer that is shown; `cost` is what all attempts of the row cost.
    """
    answer = shown_answer(layout.answer_width, state, outcome)
    tail = (status_word(state, layout.mode), reason)
    usage = _usage_cells(outcome, cost) if layout.with_usage else ()
    return (*cells, *answer, *tail, *usage)


def shown_answer(width: int, state: RowState, outcome: Outcome | None) -> Row:
    """Return the answer cells to show: those of an answer, fitting or not; else blanks."""
    if outcome is None or state not in _STATES_WITH_CELLS or len(outcome.cells) != width:
        return ("",) * width
    return outcome.cells


def standing_answer(width: int, state: RowState, outcome: Outcome | None) -> Row:
    """Return the answer cells on screen: while a row is asked again, its answer goes on showing."""
    asked_again = outcome is not None and state in (RowState.WAITING, RowState.SENT)
    return shown_answer(width, outcome.state if outcome and asked_again else state, outcome)


def status_word(state: RowState, mode: Mode) -> str:
    """Return the word for the status column; practice is marked in every cell."""
    return f"practice: {state.value}" if mode is Mode.PRACTICE else state.value


_ANSWERED_WORDS = {
    mode: {status_word(state, mode) for state in (RowState.ANSWERED, RowState.COPIED)}
    for mode in Mode
}


def is_answered(layout: Layout, row: Row) -> bool:
    """Say whether a row of the output table holds an answer that fits, be it of blank cells."""
    word = row[layout.source_width + layout.answer_width]
    return word in _ANSWERED_WORDS[layout.mode]


def _usage_cells(outcome: Outcome | None, cost: str) -> Row:
    if outcome is None or outcome.usage is None:
        return ("", "", cost)
    return (str(outcome.usage.prompt), str(outcome.usage.output), cost)
