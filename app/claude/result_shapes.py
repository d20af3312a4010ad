"""The shapes of a line of a batch's results, as far as Sheaf reads it (claude-batch-api section 9).

All that is unknown is passed over, and a count that cannot be is brought to one that can.
"""

from __future__ import annotations

from typing import Any

import msgspec

from app.core.cost import Usage

MOST_TOKENS = 10**9
"""More than any answer can use: a service that says so is not believed."""


class CacheWrites(msgspec.Struct):
    """Tokens written into the cache, by their life."""

    ephemeral_5m_input_tokens: int = 0
    ephemeral_1h_input_tokens: int = 0


class Details(msgspec.Struct):
    """What of the output was thinking."""

    thinking_tokens: int | None = None


class UsageTold(msgspec.Struct):
    """What an answer used, as the service tells it."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: CacheWrites | None = None
    output_tokens_details: Details | None = None
    inference_geo: str | None = None


class Block(msgspec.Struct):
    """One block of an answer."""

    type: str = ""
    text: Any = None


class Message(msgspec.Struct):
    """One answer."""

    content: list[Block] = []
    stop_reason: str | None = None
    stop_details: dict[str, Any] | None = None
    usage: UsageTold | None = None


class Result(msgspec.Struct):
    """What became of a request."""

    type: str = ""
    message: Message | None = None
    error: dict[str, Any] | None = None


class Line(msgspec.Struct):
    """One line of a batch's results."""

    custom_id: str = ""
    result: Result = msgspec.field(default_factory=Result)


def usage_of(found: UsageTold | None) -> Usage | None:
    """Return what an answer used, as far as it can be believed."""
    if found is None:
        return None
    writes = found.cache_creation or CacheWrites()
    short = _count(writes.ephemeral_5m_input_tokens)
    long = _count(writes.ephemeral_1h_input_tokens)
    unsplit = _count(found.cache_creation_input_tokens) - (short + long)
    details = found.output_tokens_details
    return Usage(
        input=_count(found.input_tokens),
        output=_count(found.output_tokens),
        cache_write_5m=short + max(unsplit, 0),
        cache_write_1h=long,
        cache_read=_count(found.cache_read_input_tokens),
        thinking=_count(details.thinking_tokens) if details else 0,
        us_only=found.inference_geo == "us",
    )


def _count(tokens: int | None) -> int:
    """Return a count as it can be: no answer costs less than nothing, or more than can be told."""
    return min(max(tokens or 0, 0), MOST_TOKENS)
