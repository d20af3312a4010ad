"""What the practice service refuses: whole calls at once, single requests when the batch ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import anthropic
import httpx2
import pytest

from tests.practice.asking import MODEL, asked, client_for, item, items, lines_of
from tests.practice_service import PracticeService

BAD_ENVELOPES = {
    "no list": {},
    "empty list": {"requests": []},
    "an unknown key": {"requests": items(1), "name": "mine"},
    "an unknown key in a request": {"requests": [item("a") | {"priority": 1}]},
    "no custom_id": {"requests": [{"params": asked()}]},
    "no params": {"requests": [{"custom_id": "a"}]},
    "params that are no object": {"requests": [{"custom_id": "a", "params": "text"}]},
    "a custom_id of 65 characters": {"requests": [item("a" * 65)]},
    "an empty custom_id": {"requests": [item("")]},
    "a custom_id with a dot": {"requests": [item("a.b")]},
    "a custom_id with a newline": {"requests": [item("a\n")]},
    "a custom_id with an umlaut": {"requests": [item("ä")]},
    "one custom_id twice": {"requests": [item("a"), item("b"), item("a")]},
    "a list": [],
}


@pytest.mark.parametrize("body", BAD_ENVELOPES.values(), ids=BAD_ENVELOPES)
def test_a_bad_envelope_is_refused_whole(
    service: PracticeService, client: anthropic.Anthropic, body: Any
) -> None:
    """The create call gets 400, and nothing is bought."""
    with pytest.raises(anthropic.BadRequestError) as refusal:
        client.post("/v1/messages/batches", cast_to=httpx2.Response, body=body)
    assert refusal.value.type == "invalid_request_error"
    assert service.bought() == {}


@pytest.mark.parametrize("content", [b"", b"{", b'{"requests":[{"custom_id":"\\ud800"}]}'])
def test_a_body_that_is_no_json_is_refused(
    service: PracticeService, client: anthropic.Anthropic, content: bytes
) -> None:
    """Broken JSON and lone surrogates get 400."""
    with pytest.raises(anthropic.BadRequestError):
        client.post("/v1/messages/batches", cast_to=httpx2.Response, content=content)
    assert service.bought() == {}


def test_the_limits_of_a_batch(tmp_path: Path) -> None:
    """One request too many gets 400; one byte too many the bare 413 of the network in front."""
    body = json.dumps({"requests": items(5)}).encode()
    with (
        PracticeService(tmp_path, batch_requests=5, batch_bytes=len(body)) as service,
        client_for(service) as client,
    ):
        path = "/v1/messages/batches"
        client.post(path, cast_to=httpx2.Response, content=body)
        with pytest.raises(anthropic.APIStatusError) as refusal:
            client.post(path, cast_to=httpx2.Response, content=body + b" ")
        assert refusal.value.status_code == 413
        assert refusal.value.response.json() == {
            "error": {
                "type": "request_too_large",
                "message": "Request exceeds the maximum size",
            }
        }
        short = {"requests": [{"custom_id": f"{n}", "params": {}} for n in range(6)]}
        with pytest.raises(anthropic.BadRequestError):
            client.post(path, cast_to=httpx2.Response, body=short)
        assert len(service.bought()) == 5


def test_the_limit_holds_for_a_chunked_body(tmp_path: Path) -> None:
    """A body of unknown length is counted while it arrives, and taken when it fits."""
    body = json.dumps({"requests": items(5)}).encode()
    pieces = [body[start : start + 100] for start in range(0, len(body), 100)]
    with (
        PracticeService(tmp_path, batch_bytes=len(body)) as service,
        client_for(service) as client,
    ):
        path = "/v1/messages/batches"
        client.post(path, cast_to=httpx2.Response, content=iter(pieces))
        with pytest.raises(anthropic.APIStatusError) as refusal:
            client.post(path, cast_to=httpx2.Response, content=iter([*pieces, b" "]))
        assert refusal.value.status_code == 413
        assert len(service.bought()) == 5


def _shape(schema: Any) -> dict[str, Any]:
    return {"output_config": {"format": {"type": "json_schema", "schema": schema}}}


def _object(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    } | more


TEXT = {"type": "string"}
TOOL = {"name": "a", "input_schema": {"type": "object", "properties": {"b": TEXT}}}
RECURSIVE = _object({"a": {"$ref": "#/$defs/a"}}) | {
    "$defs": {"a": _object({"b": {"$ref": "#/$defs/a"}})}
}
BAD_PARAMS: dict[str, dict[str, Any]] = {
    "an unknown model": {"model": "claude-9"},
    "a retired model": {"model": "claude-3-5-haiku-latest"},
    "temperature": {"temperature": 1},
    "top_p": {"top_p": 0.9},
    "top_k": {"top_k": 5},
    "stream": {"stream": True},
    "speed": {"speed": "fast"},
    "store": {"store": True},
    "an unknown key": {"frequency_penalty": 1},
    "max_tokens 0": {"max_tokens": 0},
    "max_tokens as text": {"max_tokens": "9"},
    "max_tokens above the limit": {"max_tokens": 128_001},
    "max_tokens above an older model's limit": {
        "model": "claude-haiku-4-5",
        "max_tokens": 64_001,
    },
    "no message": {"messages": []},
    "an empty text": {"messages": [{"role": "user", "content": "  "}]},
    "an empty block list": {"messages": [{"role": "user", "content": []}]},
    "prefill": {
        "messages": [{"role": "user", "content": "A"}, {"role": "assistant", "content": "{"}]
    },
    "a first message of the assistant": {"messages": [{"role": "assistant", "content": "A"}]},
    "citations on a user's text": {
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "A", "citations": [{}]}]}
        ]
    },
    "disabled where the model always thinks": {
        "model": "claude-opus-5-5",
        "thinking": {"type": "disabled"},
    },
    "disabled where between_tools is needed": {
        "model": "claude-sonnet-5-5",
        "thinking": {"type": "disabled"},
    },
    "disabled at too high an effort": {
        "model": "claude-haiku-5-5",
        "thinking": {"type": "disabled"},
        "output_config": {"effort": "max"},
    },
    "a thinking budget on a newer model": {
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "max_tokens": 4000,
    },
    "a thinking budget above max_tokens": {
        "model": "claude-haiku-4-5",
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "max_tokens": 1000,
    },
    "adaptive thinking on an old model": {
        "model": "claude-haiku-4-5",
        "thinking": {"type": "adaptive"},
    },
    "effort on a model without it": {
        "model": "claude-haiku-4-5",
        "output_config": {"effort": "low"},
    },
    "an effort that the model lacks": {
        "model": "claude-haiku-5-5",
        "output_config": {"effort": "xhigh"},
    },
    "tools that are no list": {"tools": {"name": "a"}},
    "a tool without a name": {"tools": [{"input_schema": {"type": "object"}}]},
    "a tool with a dot in its name": {"tools": [TOOL | {"name": "a.b"}]},
    "a tool without a schema": {"tools": [{"name": "a"}]},
    "a tool whose input is no object": {"tools": [TOOL | {"input_schema": {"type": "string"}}]},
    "two tools of one name": {"tools": [TOOL, TOOL]},
    "a choice without tools": {"tool_choice": {"type": "any"}},
    "an unknown choice": {"tools": [TOOL], "tool_choice": {"type": "must"}},
    "a choice that is a word": {"tools": [TOOL], "tool_choice": "any"},
    "a choice of another tool": {"tools": [TOOL], "tool_choice": {"type": "tool", "name": "b"}},
    "a forced tool where there is always a way around": {
        "model": "claude-sonnet-5-5",
        "tools": [TOOL],
        "tool_choice": {"type": "any"},
    },
    "an unknown output_config": {"output_config": {"verbosity": 1}},
    "a format of another type": {"output_config": {"format": {"type": "json_object"}}},
    "an open object": _shape({"type": "object", "properties": {"a": TEXT}}),
    "a required property that is missing": _shape(_object({}, required=["a"])),
    "a minimum": _shape(_object({"a": {"type": "number", "minimum": 1}})),
    "a maximum length": _shape(_object({"a": {"type": "string", "maxLength": 9}})),
    "two items at least": _shape(_object({"a": {"type": "array", "items": TEXT, "minItems": 2}})),
    "a keyword of another type": _shape(_object({"a": {"type": "string", "items": TEXT}})),
    "an enum of lists": _shape(_object({"a": {"enum": [["x"]]}})),
    "an empty enum": _shape(_object({"a": {"type": "string", "enum": []}})),
    "a look-ahead": _shape(_object({"a": {"type": "string", "pattern": "(?=a)"}})),
    "an unknown string format": _shape(_object({"a": {"type": "string", "format": "iban"}})),
    "a recursive schema": _shape(RECURSIVE),
    "a foreign reference": _shape(_object({"a": {"$ref": "https://example.com/a.json"}})),
    "17 unions": _shape(_object({f"a{n}": {"type": ["string", "null"]} for n in range(17)})),
    "25 optional properties": _shape(_object({f"a{n}": TEXT for n in range(25)}, required=[])),
    "a schema that is none": _shape({"type": "object", "properties": 1}),
    "an unknown type": _shape({"type": "text"}),
}


def test_bad_params_become_errored_lines_when_the_batch_ends(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    """The create call is taken; then each bad request has its own error, and none is billed."""
    names = {f"bad-{place}": name for place, name in enumerate(BAD_PARAMS)}
    requests = [item(key, **BAD_PARAMS[name]) for key, name in names.items()]
    batch = client.messages.batches.create(requests=[*requests, item("good")])

    lines = lines_of(client, batch.id)
    wrong = {names[key] for key in names if lines[key].result.type != "errored"}
    assert not wrong
    assert lines["good"].result.type == "succeeded"
    counts = client.messages.batches.retrieve(batch.id).request_counts
    assert (counts.errored, counts.succeeded) == (len(requests), 1)
    result = lines["bad-0"].result
    assert result.type == "errored"
    assert result.error.type == "error"
    assert result.error.error.type == "not_found_error"
    assert service.billed() == {"good": 1}


@pytest.mark.parametrize(
    "name", [name for name in BAD_PARAMS if "max_tokens" not in name and "stream" not in name]
)
def test_counting_refuses_the_same_params_at_once(client: anthropic.Anthropic, name: str) -> None:
    """A free count_tokens call finds what would fail every row."""
    params = asked(**BAD_PARAMS[name])
    del params["max_tokens"]
    with pytest.raises(anthropic.APIStatusError) as refusal:
        client.post("/v1/messages/count_tokens", cast_to=httpx2.Response, body=params)
    assert refusal.value.status_code in {400, 404}


def test_counting_takes_no_max_tokens(client: anthropic.Anthropic) -> None:
    """As in the SDK's types, the parameter is not one of count_tokens."""
    with pytest.raises(anthropic.BadRequestError):
        client.post("/v1/messages/count_tokens", cast_to=httpx2.Response, body=asked())


def test_a_prompt_longer_than_the_model_reads_is_refused(client: anthropic.Anthropic) -> None:
    """200,000 tokens are too many for an older model, and fine for a newer one."""
    messages: Any = [{"role": "user", "content": "word " * 200_000}]
    with pytest.raises(anthropic.BadRequestError):
        client.messages.count_tokens(model="claude-haiku-4-5", messages=messages)
    assert client.messages.count_tokens(model=MODEL, messages=messages).input_tokens > 200_000


def test_a_refusal_says_what_is_wrong(client: anthropic.Anthropic) -> None:
    """People who practise can learn from the reason."""
    for name, word in (("a recursive schema", "recursive"), ("a minimum", "'minimum'")):
        with pytest.raises(anthropic.BadRequestError, match=word):
            client.post("/v1/messages", cast_to=httpx2.Response, body=asked(**BAD_PARAMS[name]))


def test_a_schema_with_all_that_is_allowed_is_taken(client: anthropic.Anthropic) -> None:
    """Local definitions, unions, constants, formats and lists are no fault."""
    schema = _object(
        {
            "a": {"anyOf": [{"type": "number"}, {"type": "null"}]},
            "b": {"type": "array", "items": {"type": "string", "enum": ["x", "y"]}, "minItems": 1},
            "c": {"$ref": "#/$defs/c"},
            "d": {"const": "practice"},
            "e": {"type": "string", "format": "date"},
            "f": {"type": ["boolean", "null"], "description": "Is it so?"},
            "g": {"type": "string", "pattern": "^[a-z]+$"},
        }
    ) | {"$defs": {"c": _object({"n": {"type": "integer"}})}}
    message = client.messages.create(**asked("It costs 12 today.", **_shape(schema)))
    assert message.content[0].type == "text"
    answer = json.loads(message.content[0].text)
    assert set(answer) == set("abcdefg")
    assert answer["a"] == 12
    assert answer["b"][0] in {"x", "y"}
    assert answer["c"] == {"n": 12}
    assert answer["d"] == "practice"
    assert answer["e"].count("-") == 2
    assert isinstance(answer["f"], bool)


def test_a_bad_limit_or_cursor_is_refused(client: anthropic.Anthropic) -> None:
    """Pages have 1 to 1000 batches, and a cursor is a batch."""
    for limit in (0, 1001):
        with pytest.raises(anthropic.BadRequestError):
            client.messages.batches.list(limit=limit)
    with pytest.raises(anthropic.NotFoundError):
        client.messages.batches.list(after_id="msgbatch_none")
