"""Promises of the plan: every row in one parcel, within the limits, and ids that lead back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.answers import parse_definition
from app.core.cost import Usage
from app.core.job import BatchState, Mode, Outcome, RowState, may_move
from app.core.merge import lay_out, merge_row
from app.core.plan import (
    MOST_ROWS,
    custom_id,
    new_tag,
    read_custom_id,
    rows_per_batch,
    split,
)


@given(st.lists(st.integers(1, 500), max_size=200), st.integers(1, 50), st.integers(1, 2000))
def test_every_row_is_in_exactly_one_parcel(sizes: list[int], rows: int, size: int) -> None:
    """No row is lost or doubled, and no parcel passes a limit unless one row alone does."""
    parcels = list(split(enumerate(sizes, 1), rows, size))
    assert [row for parcel in parcels for row in parcel.rows] == list(range(1, len(sizes) + 1))
    for parcel in parcels:
        assert 1 <= len(parcel.rows) <= rows
        assert parcel.bytes == sum(sizes[row - 1] for row in parcel.rows)
        assert parcel.bytes <= size or len(parcel.rows) == 1


@given(st.integers(1, 10**9 - 1), st.integers(1, 10**12 - 1))
def test_an_id_leads_back_to_its_row(batch: int, row: int) -> None:
    """Ids keep to the alphabet and the 64 characters of the API, and can be read again."""
    tag = new_tag()
    name = custom_id(tag, batch, row)
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name)
    found = read_custom_id(name)
    assert found is not None
    assert (found.tag, found.batch, found.row) == (tag, batch, row)


@pytest.mark.parametrize("name", ["", "row-1", "shabc-b1-r1", "sh" + "a" * 10 + "-b1-r", "x" * 99])
def test_ids_of_others_are_not_taken_for_ours(name: str) -> None:
    """A foreign custom_id is nobody's row."""
    assert read_custom_id(name) is None


@pytest.mark.parametrize("rows", [1, 999, 5_000, 23_412, 100_000, 1_000_000, 9_000_000])
def test_batches_are_sized_for_people(rows: int) -> None:
    """Small jobs get small batches, and none passes the API's limit."""
    size = rows_per_batch(rows)
    assert 1_000 <= size <= MOST_ROWS
    if rows <= 100_000:
        assert size <= 2_000


def test_a_finished_batch_is_never_sent_again() -> None:
    """It may be fetched from once more, and a batch in doubt is never simply sent."""
    onward = [state for state in BatchState if may_move(BatchState.FINISHED, state)]
    assert onward == [BatchState.WORKING]
    assert not may_move(BatchState.UNSURE, BatchState.SENDING)
    assert not may_move(BatchState.WORKING, BatchState.PLANNED)


COLUMNS = ("id", "topic")
ANSWERS = (parse_definition("topic: category = A | B"),)


def test_an_answer_column_never_takes_a_source_columns_name() -> None:
    """A clash gets a number; the source's own names stay."""
    layout = lay_out(COLUMNS, ANSWERS, Mode.REAL, with_usage=False)
    assert layout.header == ("id", "topic", "topic (2)", "sheaf_status", "sheaf_reason")


def test_a_row_keeps_its_cells_and_gets_its_answer() -> None:
    """Source cells untouched, answer, state, reason, usage on request."""
    layout = lay_out(COLUMNS, ANSWERS, Mode.REAL, with_usage=True)
    outcome = Outcome(1, RowState.ANSWERED, cells=("A",), usage=Usage(input=7, output=3))
    row = merge_row(layout, (" 01", "=x"), RowState.ANSWERED, "", outcome, "0.5")
    assert row == (" 01", "=x", "A", "answered", "", "7", "3", "0.5")


def test_a_row_whose_last_attempt_was_not_billed_still_costs_what_it_cost() -> None:
    """No tokens of an answer that did not come, and the money of those before it."""
    layout = lay_out(("id",), (), Mode.REAL, with_usage=True)
    row = merge_row(layout, ("1",), RowState.EXPIRED, "", Outcome(1, RowState.EXPIRED), "0.5")
    assert row[-3:] == ("", "", "0.5")


def test_practice_is_marked_in_every_row() -> None:
    """The status column says practice, so that no export is taken for real."""
    layout = lay_out(COLUMNS, (), Mode.PRACTICE, with_usage=False)
    row = merge_row(layout, ("1", "x"), RowState.FAILED, "why", None, "")
    assert row[-2:] == ("practice: failed", "why")


def test_a_row_without_an_answer_has_blank_cells() -> None:
    """What was declined or failed shows no half answer as if it were one."""
    layout = lay_out(COLUMNS, ANSWERS, Mode.REAL, with_usage=False)
    outcome = Outcome(1, RowState.DECLINED, cells=())
    assert merge_row(layout, ("1", "x"), RowState.DECLINED, "no", outcome, "")[2] == ""
