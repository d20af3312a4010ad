"""The exact request of several rows, and its reply divided among them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.claude.requests import RequestWriter
from app.claude.results import ResultReader
from app.claude.several import Several
from app.core.answers import parse_definition
from app.core.causes import Cause
from app.core.cost import Usage
from app.core.job import JobSettings, Outcome, RowState
from app.core.together import asking
from app.engine.bench import bundled_catalog

MODEL = bundled_catalog().need("claude-haiku-5-5")
TAG = "shabcdefghij"
TOPIC = (parse_definition("topic: category = A | B"),)
SETTINGS = JobSettings(
    "Sort: {{text}}", "Be brief.", TOPIC, MODEL.id, max_tokens=100, rows_per_request=3
)
SEVERAL = Several({4: (4, 5, 7)}, "row", frozenset((4, 5, 7)))


def test_the_request_of_three_rows_is_exactly_this() -> None:
    """One text, three times the longest answer, and a list as the wanted shape."""
    text = asking(SETTINGS, ("text",)).text([("x",), ("y",), ("z",)])
    line = RequestWriter(TAG, SETTINGS, MODEL, 3).line(2, 4, text)
    found = json.loads(line)
    assert found["custom_id"] == f"{TAG}-b2-s4"
    params = found["params"]
    assert params["max_tokens"] == 300
    assert params["system"] == "Be brief."
    (message,) = params["messages"]
    assert message["content"].endswith(
        '\n{"row":1,"text":"x"}\n{"row":2,"text":"y"}\n{"row":3,"text":"z"}'
    )
    shape = params["output_config"]["format"]["schema"]["properties"]["answers"]
    assert shape["items"]["required"] == ["row", "topic"]


def test_a_request_of_one_row_is_as_it_was() -> None:
    """The wish for several rows changes nothing about a row that is asked alone."""
    alone = RequestWriter(TAG, replace(SETTINGS, rows_per_request=1), MODEL).line(2, 4, "t")
    assert RequestWriter(TAG, SETTINGS, MODEL).line(2, 4, "t") == alone


def _line(reply: str, stop: str = "end_turn", name: str = f"{TAG}-b1-s4") -> bytes:
    message = {
        "content": [{"type": "text", "text": reply}],
        "stop_reason": stop,
        "usage": {"input_tokens": 100, "output_tokens": 32},
    }
    return json.dumps(
        {"custom_id": name, "result": {"type": "succeeded", "message": message}}
    ).encode()


def _read(line: bytes) -> tuple[Outcome, ...]:
    return ResultReader(TAG, 1, TOPIC, SEVERAL).outcomes(line)


def test_each_row_gets_its_own_answer_and_its_share_of_the_bill() -> None:
    """The rows of the request, in their order, whatever the order of the reply."""
    answers = [{"row": 2, "topic": "b"}, {"row": 3, "topic": "A"}, {"row": 1, "topic": "A"}]
    found = _read(_line(json.dumps({"answers": answers})))
    assert [(one.row, one.state, one.cells) for one in found] == [
        (4, RowState.ANSWERED, ("A",)),
        (5, RowState.ANSWERED, ("B",)),
        (7, RowState.ANSWERED, ("A",)),
    ]
    assert [one.usage for one in found] == [Usage(34, 11), Usage(33, 11), Usage(33, 10)]
    assert {one.raw for one in found} == {""}


def test_a_row_that_is_left_out_says_so_and_keeps_the_evidence() -> None:
    """It is billed its share, and its cause is the one that is asked again by itself."""
    found = _read(_line(json.dumps({"answers": [{"row": 1, "topic": "A"}]})))
    assert [one.cause for one in found] == [Cause.NONE, Cause.LEFT_OUT, Cause.LEFT_OUT]
    assert found[1].reason == "Not in Claude's reply to several rows."
    assert found[1].raw
    assert sum(one.usage.output for one in found if one.usage) == 32


@pytest.mark.parametrize(
    ("stop", "state"),
    [
        ("max_tokens", RowState.CUT_OFF),
        ("refusal", RowState.DECLINED),
        ("odd", RowState.DOES_NOT_FIT),
    ],
)
def test_what_became_of_the_whole_became_of_every_row(stop: str, state: RowState) -> None:
    """Whole objects before the cut are not taken: what follows might have named them again."""
    reply = '{"answers": [{"row": 1, "topic": "A"}, {"row": 2, "top'
    found = _read(_line(reply, stop))
    assert [one.state for one in found] == [state] * 3
    assert len({one.reason for one in found}) == 1
    assert sum(one.usage.input for one in found if one.usage) == 100


@pytest.mark.parametrize(
    ("kind", "state"), [("expired", RowState.EXPIRED), ("canceled", RowState.CANCELLED)]
)
def test_a_request_without_an_answer_costs_none_of_its_rows(kind: str, state: RowState) -> None:
    """All of them stand as the request does, unbilled."""
    line = json.dumps({"custom_id": f"{TAG}-b1-s4", "result": {"type": kind}}).encode()
    found = _read(line)
    assert [(one.row, one.state, one.usage) for one in found] == [
        (4, state, None), (5, state, None), (7, state, None),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["r4", "r5", "s5", "s6"])
def test_a_request_that_was_never_sent_is_foreign(kind: str) -> None:
    """A row that was asked with others has no line of its own; one asked alone brings no others."""
    reader = ResultReader(TAG, 1, TOPIC, SEVERAL)
    assert reader.outcomes(_line('{"topic": "A"}', name=f"{TAG}-b1-{kind}")) == ()
    assert (reader.ours, reader.foreign) == (0, 1)
    (found,) = reader.outcomes(_line('{"topic": "A"}', name=f"{TAG}-b1-r6"))
    assert (found.row, found.state, reader.ours) == (6, RowState.ANSWERED, 1)


def test_a_request_that_nobody_knows_brings_no_outcome_and_is_ours_all_the_same() -> None:
    """Its tag proves whose batch it is, also where the rows are not looked up."""
    reader = ResultReader(TAG, 1, TOPIC)
    assert reader.outcomes(_line("{}")) == ()
    assert (reader.ours, reader.foreign) == (1, 0)
    assert reader.outcomes(_line("{}", name="shzzzzzzzzzz-b1-s4")) == ()
    assert (reader.ours, reader.foreign) == (1, 1)
