"""Promises of the answer columns: what is asked for, and what counts as an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.answers import (
    CANNOT_TELL,
    AnswerColumn,
    AnswerKind,
    AnswerLabel,
    check_columns,
    in_words,
    keys,
    parse_definition,
    schema,
)
from app.core.errors import SheafError
from app.core.fitting import check_reply

TOPIC = parse_definition("topic: category = Delivery | Quality | Other")
URGENT = parse_definition("urgent: yes/no")
AMOUNT = parse_definition("amount: number? -- The sum named")
THEMES = parse_definition("themes: labels = Price | Staff")
REASON = parse_definition("reason: short text")


def test_a_definition_is_read_whole() -> None:
    """Name, kind, labels, "cannot tell" and description come from one line."""
    column = parse_definition("topic : category? = Delivery|Quality -- What it is about")
    assert column == AnswerColumn(
        "topic",
        AnswerKind.CATEGORY,
        "What it is about",
        (AnswerLabel("Delivery"), AnswerLabel("Quality")),
        cannot_tell=True,
    )


@pytest.mark.parametrize(
    "text",
    [
        "topic",
        "topic: sort of thing",
        "topic: category",
        "topic: category = Only",
        "topic: category = A | a",
        ": number",
        "x: number = A | B",
    ],
)
def test_a_bad_definition_is_refused_in_words(text: str) -> None:
    """What cannot be read is refused, with what to write instead."""
    with pytest.raises(SheafError) as caught:
        parse_definition(text)
    assert caught.value.fix


def test_two_columns_of_one_name_are_refused() -> None:
    """Names that differ only in capitals are the same name."""
    with pytest.raises(SheafError, match="Two answer columns"):
        check_columns((REASON, AnswerColumn("Reason")))


def test_the_schema_keeps_the_rules_of_structured_outputs() -> None:
    """Every property required, no others allowed, no bounds."""
    shape = schema((TOPIC, URGENT, AMOUNT, THEMES, REASON))
    assert shape["required"] == ["topic", "urgent", "amount", "themes", "reason"]
    assert shape["additionalProperties"] is False
    assert shape["properties"]["topic"]["enum"] == ["Delivery", "Quality", "Other"]
    assert shape["properties"]["themes"]["items"]["enum"] == ["Price", "Staff"]
    text = json.dumps(shape)
    assert not any(word in text for word in ("minimum", "maxLength", "minItems", "pattern"))


def test_odd_column_names_get_plain_keys() -> None:
    """A name that cannot be a key is described instead, so that the reply can be read."""
    columns = (AnswerColumn("Was möchte die Kundin?"), TOPIC)
    assert keys(columns) == ("answer_1", "topic")
    assert "Was möchte die Kundin?" in schema(columns)["properties"]["answer_1"]["description"]
    assert check_reply(columns, '{"answer_1": "x", "topic": "Other"}').cells == ("x", "Other")


@pytest.mark.parametrize(
    ("column", "value", "cell"),
    [
        (TOPIC, "delivery", "Delivery"),
        (TOPIC, " QUALITY ", "Quality"),
        (URGENT, "yes", "Yes"),
        (URGENT, True, "Yes"),
        (AMOUNT, 12.0, "12"),
        (AMOUNT, 0.00001, "0.00001"),
        (AMOUNT, 12345678901234567, "12345678901234567"),
        (AMOUNT, None, ""),
        (THEMES, ["staff", "Price", "Staff"], "Staff; Price"),
        (THEMES, [], ""),
        (REASON, "late", "late"),
    ],
)
def test_a_fitting_value_becomes_its_cell(column: AnswerColumn, value: Any, cell: str) -> None:
    """Letter case is forgiven, values come out as the person wrote the labels."""
    fitting = check_reply((column,), json.dumps({column.name: value}))
    assert (fitting.cells, fitting.misfit) == ((cell,), "")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (TOPIC, "Shipping"),
        (TOPIC, None),
        (TOPIC, ["Other"]),
        (URGENT, "maybe"),
        (AMOUNT, "12"),
        (AMOUNT, True),
        (THEMES, "Price"),
        (THEMES, ["Price", "Weather"]),
        (REASON, 5),
    ],
)
def test_a_misfit_is_said_and_its_value_kept(column: AnswerColumn, value: Any) -> None:
    """What is off the list is never silently accepted, and never lost."""
    fitting = check_reply((column,), json.dumps({column.name: value}))
    assert column.name in fitting.misfit
    assert fitting.cells != ("",) or value is None


@pytest.mark.parametrize("reply", ["", "no json", "[1]", '{"topic": "Other"', "null", "{}"])
def test_an_unreadable_reply_does_not_fit(reply: str) -> None:
    """Every odd reply is a misfit, none an exception."""
    assert check_reply((TOPIC,), reply).misfit


def test_json_in_a_fence_is_read() -> None:
    """Models without structured outputs like to wrap their JSON."""
    assert check_reply((TOPIC,), '```json\n{"topic": "Other"}\n```').cells == ("Other",)


def test_cannot_tell_is_a_label_where_it_is_offered() -> None:
    """It is only accepted where the person offered it."""
    offered = parse_definition("topic: category? = A | B")
    assert check_reply((offered,), json.dumps({"topic": "cannot tell"})).cells == (CANNOT_TELL,)
    assert check_reply((TOPIC,), json.dumps({"topic": "cannot tell"})).misfit


def test_without_answer_columns_the_reply_is_the_cell() -> None:
    """The one column takes the text as it is; an empty one does not fit."""
    assert check_reply((), "A fine kettle.\n").cells == ("A fine kettle.\n",)
    assert check_reply((), " ").misfit


def test_the_shape_in_words_names_every_key_and_label() -> None:
    """A model that takes no schema is told all of it."""
    words = in_words((TOPIC, URGENT, AMOUNT))
    assert all(word in words for word in ('"topic"', '"Delivery"', '"urgent"', '"amount"', "null"))


@given(st.text())
def test_no_reply_raises(reply: str) -> None:
    """Whatever comes back, there is a cell for every column."""
    assert len(check_reply((TOPIC, AMOUNT, THEMES), reply).cells) == 3


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_no_value_raises(value: Any) -> None:
    """Any JSON value in any column is a cell or a misfit."""
    for column in (TOPIC, URGENT, AMOUNT, THEMES, REASON):
        assert len(check_reply((column,), json.dumps({column.name: value})).cells) == 1
