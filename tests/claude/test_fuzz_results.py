"""Whatever the service sends as results: a row's outcome that can be kept, and never an error."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.claude.result_shapes import MOST_TOKENS
from app.claude.results import LONGEST_LINE, LONGEST_RAW, ResultReader, lines
from app.claude.translate import ServiceError
from app.core.answers import AnswerColumn, parse_definition
from app.core.cost import Price, PriceList, in_dollars, price_of
from app.core.job import Outcome
from app.core.plan import custom_id
from app.store.records import from_outcome, to_outcome
from tests.fuzzing import ODD_TEXTS, ODD_VALUES, deep_values, odd_json, searched, spoilt

TAG, BATCH = "shabcdefghij", 3
_DEFINITIONS = (
    "topic: category = Delivery | Quality ?",
    "themes: labels = Price | Taste",
    "urgent: yes/no ?",
    "amount: number ?",
    "reason: short text",
)
COLUMNS = tuple(parse_definition(text) for text in _DEFINITIONS)
_DOLLAR = Decimal(1)
PRICES = PriceList((Price(_DOLLAR, _DOLLAR, _DOLLAR, _DOLLAR, _DOLLAR),), "2026-11-10", "")
_LONGEST_SENTENCE = 4_000
"""More than what is said of a row that has these answer columns, whatever came for it."""
_USED = (
    "input_tokens",
    "output_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
)

NAMES = (
    st.integers(0, 10**12).map(lambda row: custom_id(TAG, BATCH, row))
    | st.sampled_from([custom_id(TAG, 4, 7), custom_id("shzzzzzzzzzz", BATCH, 7), "other-7"])
    | ODD_TEXTS
)
REPLIES = odd_json() | ODD_TEXTS
_KINDS = st.sampled_from(["succeeded", "errored", "canceled", "expired", "", "paused"])
_STOPS = st.sampled_from(
    ["end_turn", "max_tokens", "refusal", "stop_sequence", "tool_use", None, "\ud800"]
)


@st.composite
def _answers(draw: st.DrawFn) -> str:
    """Return a reply in the right shape whose values are anything."""
    values = {column.name: draw(ODD_VALUES) for column in COLUMNS if draw(st.booleans())}
    text = json.dumps(values)
    if draw(st.integers(0, 9)) == 0:
        name = draw(st.sampled_from([column.name for column in COLUMNS]))
        text = f'{{"{name}": {draw(deep_values())}}}'
    return f"```json\n{text}\n```" if draw(st.booleans()) else text


@st.composite
def _messages(draw: st.DrawFn) -> dict[str, Any]:
    replies = draw(st.lists(_answers() | REPLIES, max_size=3))
    blocks: list[Any] = [{"type": "text", "text": reply} for reply in replies]
    blocks += draw(st.lists(st.dictionaries(st.sampled_from(["type", "text"]), ODD_VALUES)))
    return {
        "content": blocks,
        "stop_reason": draw(_STOPS),
        "stop_details": draw(st.none() | st.dictionaries(st.just("category"), ODD_VALUES)),
        "usage": draw(st.none() | st.dictionaries(st.sampled_from(_USED), ODD_VALUES)),
    }


@st.composite
def _results(draw: st.DrawFn) -> dict[str, Any]:
    error = st.dictionaries(st.sampled_from(["error", "request_id", "type"]), ODD_VALUES)
    whole: dict[str, Any] = {"type": draw(_KINDS)}
    if draw(st.booleans()):
        whole["message"] = draw(_messages())
    if draw(st.booleans()):
        whole["error"] = draw(error)
    if draw(st.booleans()):
        whole[draw(st.sampled_from(["type", "message", "error", "new"]))] = draw(ODD_VALUES)
    return whole


@st.composite
def result_lines(draw: st.DrawFn) -> bytes:
    """Return a result line as the service might write it, on a good day and on a bad one."""
    whole: dict[str, Any] = {"custom_id": draw(NAMES), "result": draw(_results())}
    if draw(st.integers(0, 5)) == 0:
        whole[draw(st.sampled_from(["custom_id", "result", "new"]))] = draw(ODD_VALUES)
    line = json.dumps(whole, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    return draw(spoilt(line)) if draw(st.booleans()) else line


def _row_that_it_names(line: bytes) -> int | None:
    """Return the row of ours that a line of JSON names, by another reader than Sheaf's."""
    try:
        found = json.loads(line.decode())
    except (ValueError, RecursionError):
        return None
    name = found.get("custom_id") if isinstance(found, dict) else None
    row = name.rpartition("-r")[2] if isinstance(name, str) else ""
    is_ours = row.isascii() and row.isdigit() and name == f"{TAG}-b{BATCH}-r{row}"
    return int(row) if is_ours and len(row) <= 12 else None


def _check_kept(outcome: Outcome) -> None:
    """Assert that the job file can hold an outcome, and gives it back."""
    record = from_outcome(outcome, BATCH)
    with closing(sqlite3.connect(":memory:")) as database:
        marks = ", ".join("?" * len(record))
        _row, _batch, *kept = database.execute(f"select {marks}", record).fetchone()
    state, reply, cells, reason, stop, request_id, usage, raw, cause = kept
    order = (outcome.row, state, reply, cells, reason, usage, stop, request_id, raw, cause)
    assert to_outcome(order) == outcome


def _check_size(outcome: Outcome, line: bytes, answers: Sequence[AnswerColumn]) -> None:
    """Assert that what is kept is not much more than what came."""
    kept = len(outcome.reply) + sum(map(len, outcome.cells))
    assert kept <= 4 * len(line) + 400 * (1 + len(answers))
    assert len(outcome.raw) <= LONGEST_RAW
    assert len(outcome.reason) <= len(line) + _LONGEST_SENTENCE


def _check_usage(outcome: Outcome) -> None:
    """Assert that an answer costs a sum that can be told, and not less than nothing."""
    if outcome.usage is not None:
        cost = price_of(outcome.usage, PRICES)
        assert 0 <= cost <= 5 * MOST_TOKENS
        assert in_dollars(cost)


def _check_line(line: bytes, answers: Sequence[AnswerColumn]) -> None:
    outcome = ResultReader(TAG, BATCH, answers).read(line)
    named = _row_that_it_names(line)
    if named is not None:
        assert outcome is not None
        assert outcome.row == named
    if outcome is not None:
        _check_kept(outcome)
        _check_size(outcome, line, answers)
        _check_usage(outcome)


def _answered(reply: str, **usage: int) -> bytes:
    content = [{"type": "text", "text": reply}]
    message = {"content": content, "stop_reason": "end_turn", "usage": usage}
    result = {"type": "succeeded", "message": message}
    return json.dumps({"custom_id": custom_id(TAG, BATCH, 7), "result": result}).encode()


@searched(150)
@given(result_lines(), st.sampled_from([(), COLUMNS]))
@example(_answered(f'{{"amount": 1{"0" * 400}}}'), COLUMNS)
@example(_answered('{"amount": 1e400}'), COLUMNS)
@example(_answered("{}", input_tokens=-5), COLUMNS)
@example(_answered("{}", output_tokens=10**40), COLUMNS)
@example(_answered(f'{{"themes": {["x"] * 5_000}}}'.replace("'", '"')), COLUMNS)
def test_any_line_is_an_outcome_or_not_ours(line: bytes, answers: tuple[AnswerColumn, ...]) -> None:
    """No line raises; one that names a row of ours is that row's; all of it can be kept."""
    _check_line(line, answers)


@searched(150)
@given(st.binary(max_size=300))
def test_any_bytes_are_read(line: bytes) -> None:
    """Not even noise raises."""
    _check_line(line, COLUMNS)


def test_any_depth_is_read() -> None:
    """Nested as deep as can just be read, or just not be shown: the row has an outcome."""
    for depth in (1, *range(700, 1_100), 5_000, 100_000):
        nested = "[" * depth + "]" * depth
        reply = ", ".join(f'"{column.name}": {nested}' for column in COLUMNS)
        _check_line(_answered(f"{{{reply}}}"), COLUMNS)
        _check_line(_answered("{}").replace(b'"type"', f'"x": {nested}, "type"'.encode(), 1), ())


@searched(150)
@given(st.lists(st.binary(max_size=12) | st.just(b"\n"), max_size=20), st.integers(1, 9))
def test_lines_are_the_same_however_they_arrive(pieces: list[bytes], size: int) -> None:
    """Cut anywhere, a stream has the same lines, and none of its bytes is lost."""
    content = b"".join(pieces)
    found = list(lines(pieces))
    assert found == list(lines(content[at : at + size] for at in range(0, len(content), size)))
    assert b"\n".join(found) == content.removesuffix(b"\n")


def test_a_line_without_an_end_does_not_fill_the_memory() -> None:
    """What came before it is there; then the stream is given up, to be fetched again."""
    chunk = b"x" * (1 << 20)
    read = 0

    def stream() -> Iterator[bytes]:
        nonlocal read
        yield b"one\ntwo\n"
        while True:
            read += len(chunk)
            yield chunk

    found = lines(stream())
    assert [next(found), next(found)] == [b"one", b"two"]
    with pytest.raises(ServiceError) as refused:
        next(found)
    assert refused.value.passing
    assert read <= LONGEST_LINE + 2 * len(chunk)
