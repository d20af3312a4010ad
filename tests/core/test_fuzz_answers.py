"""Whatever answer columns are asked for and whatever comes back: cells, or why they do not fit."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from app.core.answers import (
    LABELLED,
    SEVERAL_SEPARATOR,
    AnswerColumn,
    AnswerKind,
    AnswerLabel,
    check_columns,
    fold,
    in_words,
    keys,
    parse_definition,
    schema,
)
from app.core.errors import SheafError
from app.core.fitting import check_reply, labels_in
from tests.fuzzing import ODD_TEXTS, ODD_VALUES, odd_json, searched

_WORDS = st.sampled_from(
    [":", "=", "|", "?", " -- ", "category", "labels", "yes/no", "number", "short text", "a", "B"]
)
DEFINITIONS = st.lists(_WORDS | ODD_TEXTS, max_size=14).map("".join)
_TEXTS = st.sampled_from(["", 'Why, in "ten" words.', "\ud800\u2028", "é" * 80]) | ODD_TEXTS
_LABELS = st.sampled_from(["Yes", "no", "Cannot tell", "a; b", "A", "a", "ß", "SS"]) | ODD_TEXTS


@st.composite
def _column(draw: st.DrawFn) -> AnswerColumn:
    kind = draw(st.sampled_from(AnswerKind))
    count = (2, 4) if kind in LABELLED else (0, 0)
    names = draw(st.lists(_LABELS, min_size=count[0], max_size=count[1], unique_by=fold))
    labels = tuple(AnswerLabel(name, draw(_TEXTS), draw(_TEXTS)) for name in names)
    name = draw(st.sampled_from(["topic", "answer_1", "answer_2", "a b", "100 %"]) | _TEXTS)
    return AnswerColumn(name, kind, draw(_TEXTS), labels, draw(st.booleans()))


def _allowed(columns: tuple[AnswerColumn, ...]) -> bool:
    """Say whether these columns may be asked for."""
    try:
        check_columns(columns)
    except SheafError:
        return False
    return True


COLUMNS = st.lists(_column(), min_size=1, max_size=3).map(tuple).filter(_allowed)


@searched(200)
@given(DEFINITIONS)
def test_any_definition_is_a_column_or_refused(text: str) -> None:
    """Nothing that is written after --answer makes more than a plain refusal."""
    try:
        column = parse_definition(text)
    except SheafError:
        return
    check_columns((column,))
    assert len(column.labels) <= text.count("|") + 1


@searched(100)
@given(COLUMNS)
def test_any_columns_can_be_asked_for(columns: tuple[AnswerColumn, ...]) -> None:
    """Every column has a property of its own in the schema, and a line in words."""
    names = keys(columns)
    shape = json.loads(json.dumps(schema(columns)))
    assert set(shape["properties"]) == set(names)
    assert len(set(names)) == len(columns)
    assert all(json.dumps(name)[1:-1] in in_words(columns) for name in names)


@searched(100)
@given(COLUMNS, odd_json() | ODD_TEXTS, st.sampled_from(["{}", "```json\n{}\n```", "```\n{}```"]))
def test_any_reply_is_cells_or_a_misfit(
    columns: tuple[AnswerColumn, ...], reply: str, fence: str
) -> None:
    """There is a cell for every column, and what does not fit is said in a sentence."""
    _check_fitting(columns, fence.replace("{}", reply), None)


@searched(100)
@given(COLUMNS, st.data())
def test_any_values_are_cells_or_misfits(
    columns: tuple[AnswerColumn, ...], data: st.DataObject
) -> None:
    """A reply of the right shape with any values: only what a column may hold counts as fitting."""
    usual = [choice for column in columns for choice in column.choices]
    values = st.sampled_from([*usual, None]) | st.lists(st.sampled_from([*usual, 1])) | ODD_VALUES
    said = {key: data.draw(values) for key in keys(columns) if data.draw(st.integers(0, 9))}
    _check_fitting(columns, json.dumps(said), said)


def _check_fitting(
    columns: tuple[AnswerColumn, ...], reply: str, said: dict[str, Any] | None
) -> None:
    fitting = check_reply(columns, reply)
    assert len(fitting.cells) == len(columns)
    assert sum(map(len, fitting.cells)) <= 2 * len(reply) + 400 * len(columns)
    assert len(fitting.misfit) <= 1_000 * len(columns)
    if fitting.misfit:
        return
    for key, column, cell in zip(keys(columns), columns, fitting.cells, strict=True):
        assert _may_hold(column, cell)
        if said is not None and column.kind is AnswerKind.NUMBER and cell:
            assert Decimal(cell) == Decimal(repr(said[key])).quantize(Decimal(cell))


def _may_hold(column: AnswerColumn, cell: str) -> bool:
    """Say whether a cell is what the column asks for."""
    if column.kind is AnswerKind.LABELS:
        left = cell
        for choice in sorted(column.choices, key=len, reverse=True):
            left = left.replace(choice, "")
        return not left.replace(SEVERAL_SEPARATOR, "").strip("; ")
    if column.choices:
        return cell in column.choices
    if column.kind is AnswerKind.NUMBER:
        return column.cannot_tell if not cell else Decimal(cell).is_finite()
    return True


@searched(100)
@given(COLUMNS, st.data())
@example((AnswerColumn("n", AnswerKind.NUMBER),), None)
def test_right_values_fit(columns: tuple[AnswerColumn, ...], data: st.DataObject | None) -> None:
    """Whatever the columns are called, an answer in the right shape is not called a misfit."""
    said = {key: _right(column, data) for key, column in zip(keys(columns), columns, strict=True)}
    fitting = check_reply(columns, json.dumps(said))
    assert fitting.misfit == ""
    for column, cell, value in zip(columns, fitting.cells, said.values(), strict=True):
        if column.kind in (AnswerKind.CATEGORY, AnswerKind.YES_NO):
            assert fold(cell) == fold(value)
        if isinstance(value, list):
            assert cell == SEVERAL_SEPARATOR.join(dict.fromkeys(value))
            with suppress(SheafError):
                check_columns((column,))
                assert labels_in(column, cell) == list(dict.fromkeys(value))


def _right(column: AnswerColumn, data: st.DataObject | None) -> Any:
    """Return a value that a column asks for."""
    if data is None:
        return 10**400
    if column.kind is AnswerKind.LABELS:
        return data.draw(st.lists(st.sampled_from(column.choices)))
    if column.choices:
        return data.draw(st.sampled_from(column.choices))
    if column.kind is AnswerKind.NUMBER:
        return data.draw(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
    return data.draw(ODD_TEXTS)
