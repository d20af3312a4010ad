"""How these tests ask the practice service: with the real SDK, without repeats."""

from __future__ import annotations

import time
from typing import Any, Protocol

import anthropic
from anthropic.types.messages import MessageBatch, MessageBatchIndividualResponse

MODEL = "claude-opus-4-8"
DEADLINE_SECONDS = 60


class Listening(Protocol):
    """Anything that has an address and a token."""

    address: str
    token: str


def client_for(
    service: Listening, *, api_key: str | None = None, max_retries: int = 0
) -> anthropic.Anthropic:
    """Return the SDK's client for a service; closing it is the caller's."""
    return anthropic.Anthropic(
        api_key=api_key or service.token, base_url=service.address, max_retries=max_retries
    )


def asked(text: str = "The parcel came late.", **params: Any) -> dict[str, Any]:
    """Return params that every rule allows, changed as named."""
    return {
        "model": MODEL,
        "max_tokens": 200,
        "messages": [{"role": "user", "content": text}],
    } | params


def item(custom_id: str, text: str = "The parcel came late.", **params: Any) -> Any:
    """Return one request of a batch."""
    return {"custom_id": custom_id, "params": asked(text, **params)}


def items(count: int, **params: Any) -> list[Any]:
    """Return so many requests with ids of their own."""
    return [item(f"row-{number}", f"Text {number}.", **params) for number in range(count)]


def until_ended(client: anthropic.Anthropic, batch_id: str) -> MessageBatch:
    """Wait until a batch has ended, and return it."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while (batch := client.messages.batches.retrieve(batch_id)).processing_status != "ended":
        assert time.monotonic() < deadline, "the batch did not end in time"
        time.sleep(0.01)
    return batch


def lines_of(
    client: anthropic.Anthropic, batch_id: str
) -> dict[str, MessageBatchIndividualResponse]:
    """Return the results of an ended batch by custom_id."""
    until_ended(client, batch_id)
    return {line.custom_id: line for line in client.messages.batches.results(batch_id)}


def text_of(line: MessageBatchIndividualResponse) -> str:
    """Return the answer's text of a line that succeeded."""
    assert line.result.type == "succeeded"
    return "".join(block.text for block in line.result.message.content if block.type == "text")
