"""Result lines of every kind, and of kinds that nobody expects."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.claude.results import ResultReader, lines
from app.core.answers import parse_definition
from app.core.cost import Usage
from app.core.job import Outcome, RowState

TAG = "shabcdefghij"
TOPIC = (parse_definition("topic: category = Delivery | Quality"),)
USAGE = {
    "input_tokens": 10,
    "output_tokens": 7,
    "cache_creation_input_tokens": None,
    "cache_read_input_tokens": None,
    "cache_creation": None,
    "output_tokens_details": {"thinking_tokens": 3},
    "inference_geo": "us",
    "server_tool_use": None,
    "something_new": {"deep": [1, 2]},
}


def line(result: dict[str, Any] | None, name: str = f"{TAG}-b1-r5", **more: Any) -> bytes:
    """Return one line as the service writes it."""
    return json.dumps({"custom_id": name, "result": result, **more}).encode()


def text(words: str) -> dict[str, Any]:
    """Return a text block."""
    return {"type": "text", "text": words, "citations": None}


def message(*blocks: dict[str, Any], stop: str | None = "end_turn", **more: Any) -> dict[str, Any]:
    """Return a result that succeeded."""
    made = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude",
        "content": list(blocks),
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": USAGE,
    }
    return {"type": "succeeded", "message": made | more}


def read(content: bytes, answers: Any = ()) -> Outcome:
    """Read a line that is for row 5 of batch 1."""
    outcome = ResultReader(TAG, 1, answers).read(content)
    assert outcome is not None
    assert outcome.row == 5
    return outcome


def call(**more: Any) -> dict[str, Any]:
    """Return a block that calls a tool."""
    made = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"place": "Köln"}}
    return made | more


def test_a_reply_that_calls_a_tool_is_its_json() -> None:
    """Words and calls stay in their order, without thinking and without what is empty."""
    thought = {"type": "thinking", "thinking": "", "signature": "abc"}
    blocks = (thought, text("I look it up."), call(), call(id="toolu_2", input={}, caller=None))
    found = read(line(message(*blocks, stop="tool_use")))
    assert (found.state, found.reason, found.stop_reason) == (RowState.ANSWERED, "", "tool_use")
    assert found.cells == (found.reply,)
    assert "Köln" in found.reply
    assert json.loads(found.reply) == [
        {"type": "text", "text": "I look it up."},
        {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"place": "Köln"}},
        {"type": "tool_use", "id": "toolu_2", "name": "weather", "input": {}},
    ]


def test_a_call_where_answer_columns_are_wanted_does_not_fit() -> None:
    """A job that asks for columns brings no tools: calling one is no answer to it."""
    found = read(line(message(call(), stop="tool_use")), TOPIC)
    assert found.state is RowState.DOES_NOT_FIT


@pytest.mark.parametrize("block", [{}, {"type": "tool_use"}, {"type": "new", "deep": [1]}])
def test_a_call_of_an_unknown_shape_is_kept_as_it_is(block: dict[str, Any]) -> None:
    """Whatever stands in the reply, it is there to be seen."""
    found = read(line(message(block, {"type": "tool_use"}, stop="tool_use")))
    assert found.state is RowState.ANSWERED
    assert json.loads(found.reply) == [block, {"type": "tool_use"}]


def test_an_answer() -> None:
    """Text, cells and usage arrive; nothing raw is kept of a plain answer."""
    outcome = read(line(message(text("Hello"))))
    assert (outcome.state, outcome.cells, outcome.raw) == (RowState.ANSWERED, ("Hello",), "")
    assert outcome.usage == Usage(input=10, output=7, thinking=3, us_only=True)


def test_an_answer_that_fits_its_columns_whatever_its_capitals() -> None:
    """The label is written as the person wrote it."""
    outcome = read(line(message(text('{"topic": "delivery"}'))), TOPIC)
    assert (outcome.state, outcome.cells) == (RowState.ANSWERED, ("Delivery",))


@pytest.mark.parametrize(
    "reply",
    [
        '{"topic": "Soup"}',
        '{"topic": 3}',
        "{}",
        "[]",
        "Delivery",
        "",
        "null",
        '{"topic"',
        "[" * 9000,
    ],
)
def test_a_reply_off_the_list_is_kept_and_never_accepted(reply: str) -> None:
    """It does not fit, says why, and the reply and the raw line can be seen."""
    outcome = read(line(message(text(reply))), TOPIC)
    assert outcome.state is RowState.DOES_NOT_FIT
    assert outcome.reason
    assert outcome.reply == reply
    assert outcome.raw
    assert outcome.usage is not None


def test_json_in_a_fence_is_json() -> None:
    """Some models wrap it."""
    outcome = read(line(message(text('```json\n{"topic": "Quality"}\n```'))), TOPIC)
    assert (outcome.state, outcome.cells) == (RowState.ANSWERED, ("Quality",))


def test_thinking_first_and_several_texts() -> None:
    """Text blocks are picked by their type and joined; thinking is no answer."""
    thinking = {"type": "thinking", "thinking": "hm", "signature": "x"}
    odd = {"type": "brand_new", "text": 5}
    outcome = read(line(message(thinking, text("One "), odd, text("two"))))
    assert outcome.cells == ("One two",)


@pytest.mark.parametrize("stop", ["max_tokens", "model_context_window_exceeded"])
@pytest.mark.parametrize("blocks", [(), (text('{"topic": "Deliv'),)])
def test_cut_off(stop: str, blocks: tuple[dict[str, Any], ...]) -> None:
    """A cut answer is never an answer, even with no text at all, and is billed."""
    outcome = read(line(message(*blocks, stop=stop)), TOPIC)
    assert outcome.state is RowState.CUT_OFF
    assert outcome.reason
    assert outcome.usage is not None


def test_a_cut_answer_that_happens_to_be_whole_is_still_cut() -> None:
    """The stop reason decides before anything is parsed."""
    outcome = read(line(message(text('{"topic": "Quality"}'), stop="max_tokens")), TOPIC)
    assert outcome.state is RowState.CUT_OFF


def test_a_refusal() -> None:
    """It comes as succeeded; its category is named, and its text is no answer."""
    details = {"type": "refusal", "category": "cyber", "explanation": None}
    outcome = read(line(message(text("No."), stop="refusal", stop_details=details)))
    assert outcome.state is RowState.DECLINED
    assert "cyber" in outcome.reason
    assert read(line(message(stop="refusal", stop_details=None))).state is RowState.DECLINED


@pytest.mark.parametrize("stop", ["tool_use", "pause_turn", "brand_new", None])
def test_an_unknown_ending_is_no_silent_answer(stop: str | None) -> None:
    """It is shown with the word that the service used."""
    outcome = read(line(message(text("Hello"), stop=stop)))
    assert outcome.state is RowState.DOES_NOT_FIT
    assert (stop or "nothing said") in outcome.reason
    assert outcome.reply == "Hello"


@pytest.mark.parametrize("blocks", [(), (text(""),), (text("  \n"),)])
def test_an_empty_answer_does_not_fit(blocks: tuple[dict[str, Any], ...]) -> None:
    """No content, no text: nothing was said."""
    assert read(line(message(*blocks))).state is RowState.DOES_NOT_FIT


@pytest.mark.parametrize(
    ("kind", "said", "expected"),
    [
        ("invalid_request_error", "prompt is too long", "prompt is too long"),
        ("overloaded_error", "Overloaded", "overloaded"),
        ("billing_error", "x", "credit"),
        ("invalid_request_error", "Your credit balance is too low to access", "credit"),
        ("brand_new_error", "x", "could not answer"),
    ],
)
def test_an_errored_row(kind: str, said: str, expected: str) -> None:
    """The reason is in plain words, the request id is kept, and it is not billed."""
    error = {"type": "error", "error": {"type": kind, "message": said}, "request_id": "req_7"}
    outcome = read(line({"type": "errored", "error": error}))
    assert outcome.state is RowState.FAILED
    assert expected in outcome.reason
    assert "Nothing was charged" in outcome.reason
    assert outcome.request_id == "req_7"
    assert outcome.usage is None


@pytest.mark.parametrize(
    "error", [None, {}, {"error": "text"}, {"error": {"type": 5}, "request_id": None}]
)
def test_an_errored_row_of_an_odd_shape(error: Any) -> None:
    """It fails in words all the same."""
    outcome = read(line({"type": "errored", "error": error}))
    assert outcome.state is RowState.FAILED
    assert outcome.reason


def test_cancelled_and_expired() -> None:
    """Each has its own word."""
    assert read(line({"type": "canceled"})).state is RowState.CANCELLED
    assert read(line({"type": "expired"})).state is RowState.EXPIRED


@pytest.mark.parametrize(
    "result",
    [
        {"type": "brand_new"},
        {"type": "succeeded"},
        {"type": "succeeded", "message": None},
        {"type": "succeeded", "message": "text"},
        {"type": "succeeded", "message": {"content": "text", "stop_reason": "end_turn"}},
        {"type": 5},
        {},
        None,
        {"type": "succeeded", "message": {"content": [text("a")], "usage": {"input_tokens": "x"}}},
    ],
)
def test_an_unknown_result_fails_visibly(result: Any) -> None:
    """It is not taken for an answer, and its line is kept."""
    outcome = read(line(result))
    assert outcome.state in (RowState.FAILED, RowState.DOES_NOT_FIT)
    assert outcome.raw


def test_unknown_keys_are_no_matter() -> None:
    """The service may add to anything."""
    outcome = read(line(message(text("a"), brand_new=[1]), created_at="2026-11-20"))
    assert outcome.state is RowState.ANSWERED


@pytest.mark.parametrize(
    "words", ["a\u2028b", "a\u2029b\u0085c", "a\rb\r\nc", "\ufeffa", "💶 ﷽", "a\tb\x0b\x0c\x1cd"]
)
def test_odd_characters_survive(words: str) -> None:
    """What looks like a line break to some is part of the answer."""
    stream = json.dumps(
        {"custom_id": f"{TAG}-b1-r5", "result": message(text(words))}, ensure_ascii=False
    ).encode()
    (only,) = lines([stream[:9], stream[9:], b"\n"])
    assert read(only).cells == (words,)


def test_a_nul_and_halves_of_characters_become_visible_marks() -> None:
    """They can be stored and exported; the answer that was paid for is not lost."""
    outcome = read(line(message(text("a\x00b"))))
    assert outcome.cells == ("a\ufffdb",)
    raw = b'{"custom_id": "%b-b1-r5", "result": %b}' % (
        TAG.encode(),
        json.dumps(message(text("HERE"))).encode().replace(b"HERE", b"x\\ud83dy"),
    )
    outcome = read(raw)
    assert outcome.state is RowState.ANSWERED
    assert outcome.cells[0][0] + outcome.cells[0][-1] == "xy"
    outcome.cells[0].encode()
    assert outcome.usage is not None


def test_bytes_that_are_not_utf_8_do_not_lose_the_row() -> None:
    """The answer is shown with marks in place of the broken bytes."""
    outcome = read(line(message(text("HERE"))).replace(b"HERE", b"a\xff\xfeb"))
    assert outcome.state is RowState.ANSWERED
    assert outcome.cells[0].startswith("a")


@pytest.mark.parametrize(
    "name",
    [
        f"{TAG}-b2-r5",
        "shzzzzzzzzzz-b1-r5",
        "row-5",
        "",
        f"{TAG}-b1-r5x",
        f"{TAG}-b1-r-5",
        f"{TAG}-b1-r٥",
    ],
)
def test_foreign_ids_are_counted_and_not_taken(name: str) -> None:
    """Another batch's, another job's, another program's."""
    reader = ResultReader(TAG, 1, ())
    assert reader.read(line(message(text("a")), name)) is None
    assert reader.foreign == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   ",
        b"\r",
        b"null",
        b"[]",
        b"5",
        b'"x"',
        b"{",
        b"<html>",
        b"\xff",
        b"[" * 100_000,
        b"{}",
    ],
)
def test_noise_is_no_row(content: bytes) -> None:
    """Blank lines, half lines and pages bring nothing, and raise nothing."""
    assert ResultReader(TAG, 1, ()).read(content) is None


def test_lines_end_with_crlf_too() -> None:
    """A stray carriage return at the end is no part of the line."""
    assert read(line(message(text("a"))) + b"\r").cells == ("a",)


def test_a_very_long_raw_line_is_kept_in_part() -> None:
    """The job file does not grow without bound."""
    outcome = read(line(message(text("x" * 100_000))), TOPIC)
    assert outcome.state is RowState.DOES_NOT_FIT
    assert len(outcome.raw) <= 20_000
    assert len(outcome.reply) == 100_000


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=8))
def test_lines_are_cut_at_newlines_only_wherever_the_stream_is_cut(
    content: bytes, cuts: Iterable[int]
) -> None:
    """However the bytes arrive, the lines are the same."""
    places = [0, *sorted(cuts), len(content)]
    chunks = [content[a:b] for a, b in itertools.pairwise(places)]
    expected = content.split(b"\n")
    if not expected[-1]:
        expected.pop()
    assert list(lines(chunks)) == expected


KEYS = [
    "type",
    "message",
    "content",
    "text",
    "error",
    "usage",
    "stop_reason",
    "stop_details",
    "input_tokens",
]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS), inner),
    max_leaves=20,
)


@given(ANYTHING)
def test_no_result_raises(result: Any) -> None:
    """Whatever the service sends, the row ends in a state."""
    content = json.dumps({"custom_id": f"{TAG}-b1-r5", "result": result}).encode()
    outcome = ResultReader(TAG, 1, TOPIC).read(content)
    assert outcome is None or isinstance(outcome.state, RowState)
