"""Practice replies to requests that bring tools: called when that is wanted, with fitting input."""

from __future__ import annotations

from typing import Any

import anthropic
import pytest

from tests.practice.asking import asked, item, lines_of, text_of
from tests.practice_service import PracticeService

WEATHER = {
    "name": "get_weather",
    "description": "The weather of a place.",
    "input_schema": {
        "type": "object",
        "properties": {
            "place": {"type": "string"},
            "days": {"type": "integer", "minimum": 1},
            "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
        },
        "required": ["place"],
    },
}
STOCKS = {
    "type": "custom",
    "name": "stock_price",
    "description": "What a share costs.",
    "input_schema": {"type": "object", "properties": {"share": {"type": "string"}}},
}
SEARCH = {"type": "web_search_20250305", "name": "web_search"}


def reply_to(client: anthropic.Anthropic, text: str, **params: Any) -> Any:
    """Return the message that a single request gets."""
    return client.messages.create(**asked(text, **params))


def call_in(message: Any) -> Any:
    """Return the one call of a message that asks for a tool."""
    assert message.stop_reason == "tool_use"
    [call] = [block for block in message.content if block.type == "tool_use"]
    return call


@pytest.mark.parametrize(
    ("choice", "name"),
    [
        ({"type": "tool", "name": "stock_price"}, "stock_price"),
        ({"type": "any"}, "get_weather"),
        ({"type": "auto"}, "get_weather"),
        (None, "get_weather"),
    ],
)
def test_a_tool_is_called_when_the_text_or_the_choice_wants_it(
    client: anthropic.Anthropic, choice: Any, name: str
) -> None:
    """The tool that fits the question is called, or the one that is asked for by name."""
    more = {} if choice is None else {"tool_choice": choice}
    text = "How is the weather in Hamburg?"
    call = call_in(reply_to(client, text, tools=[STOCKS, WEATHER], **more))
    assert (call.name, call.id.startswith("toolu_")) == (name, True)


def test_the_input_of_a_call_fits_the_tool(client: anthropic.Anthropic) -> None:
    """Every property has a value of its type and from its list."""
    call = call_in(reply_to(client, "The weather in Hamburg for 3 days", tools=[WEATHER]))
    assert call.input.keys() == {"place", "days", "unit"}
    assert isinstance(call.input["place"], str)
    assert call.input["days"] == 3
    assert call.input["unit"] in ("celsius", "fahrenheit")


@pytest.mark.parametrize(
    ("text", "params"),
    [
        ("What is 2 + 2?", {"tools": [WEATHER]}),
        ("How is the weather?", {"tools": [WEATHER], "tool_choice": {"type": "none"}}),
        ("How is the weather?", {"tools": [SEARCH]}),
        ("How is the weather?", {"tools": []}),
    ],
)
def test_no_tool_is_called_without_need(
    client: anthropic.Anthropic, text: str, params: Any
) -> None:
    """What no tool is for is answered in words; tools of the service are not played."""
    message = reply_to(client, text, **params)
    assert message.stop_reason == "end_turn"
    assert message.content[0].text.startswith("Practice answer")


def test_what_a_tool_has_found_is_answered(client: anthropic.Anthropic) -> None:
    """After the tool's result it is time for words."""
    call = call_in(reply_to(client, "The weather in Hamburg?", tools=[WEATHER]))
    found = {"type": "tool_result", "tool_use_id": call.id, "content": "The weather: rain"}
    messages = [
        {"role": "user", "content": "The weather in Hamburg?"},
        {"role": "assistant", "content": [call.model_dump(exclude_none=True)]},
        {"role": "user", "content": [found, {"type": "text", "text": "So, the weather?"}]},
    ]
    assert reply_to(client, "", messages=messages, tools=[WEATHER]).stop_reason == "end_turn"


@pytest.mark.parametrize(
    "properties",
    [
        {"a": {"enum": []}},
        {"a": {"$ref": "#/$defs/b"}},
        {"a": {"type": "array", "items": True}},
        {"a": 5},
        {"a": {"type": ["string", "null"]}},
    ],
)
def test_an_odd_schema_does_not_stop_the_service(
    client: anthropic.Anthropic, properties: Any
) -> None:
    """Whatever a tool's input looks like, a call comes back."""
    schema = {"type": "object", "properties": properties}
    tool = WEATHER | {"input_schema": schema}
    assert isinstance(call_in(reply_to(client, "weather", tools=[tool])).input, dict)


def test_a_call_that_is_too_long_is_cut_off(client: anthropic.Anthropic) -> None:
    """A call counts against the longest answer as every word does."""
    message = reply_to(client, "weather", tools=[WEATHER], max_tokens=5)
    assert (message.stop_reason, message.content) == ("max_tokens", [])


def test_a_batch_may_hold_calls_and_answers(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    """Each item has its own tools, and its own way to end."""
    batch = client.messages.batches.create(
        requests=[item("calls", "How is the weather?", tools=[WEATHER]), item("says", "Hello")]
    )
    lines = lines_of(client, batch.id)
    result: Any = lines["calls"].result
    assert call_in(result.message).name == "get_weather"
    assert text_of(lines["says"])
