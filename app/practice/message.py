"""One answer as the Messages API gives it: content, stop reason, usage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import msgspec

from app.practice.checks import effort, thinks
from app.practice.memory import Memory, Remembered
from app.practice.models import PracticeModel
from app.practice.replies import Ask, reply, thinking_tokens
from app.practice.tokens import CountText, count_prompt, count_text, cut_text
from app.practice.tools import call_of
from app.practice.wire import Refused


@dataclass(frozen=True, slots=True)
class Voice:
    """How the service answers and counts; a test may put its own in."""

    reply: Callable[[Ask], str] = reply
    thinking: Callable[[Ask], int] = thinking_tokens
    count: CountText = count_text


def count_input(params: dict[str, Any], model: PracticeModel, voice: Voice) -> int:
    """Return the input tokens of a checked request.

    Raises:
        Refused: they are more than the model reads.
    """
    tokens = count_prompt(params, voice.count, model.token_factor)
    if tokens > model.max_input_tokens:
        raise Refused(f"prompt is too long: {tokens} tokens > {model.max_input_tokens} maximum")
    return tokens


def compose(
    params: dict[str, Any],
    model: PracticeModel,
    voice: Voice,
    memory: Memory,
    *,
    seed: str,
    tier: str,
) -> dict[str, Any]:
    """Answer a checked request.

    Args:
        params: the request.
        model: the model that it asks.
        voice: how to answer and count.
        memory: what of prompts is remembered.
        seed: what the message's id is made from; in a batch, its id and the request's.
        tier: "batch" or "standard", as the usage names it.

    Raises:
        Refused: the prompt is longer than the model reads.
    """
    read = count_input(params, model, voice)
    if tier == "batch":
        kept = memory.in_batch(params, model, voice.count, seed)
    else:
        kept = memory.at_once(params, model, voice.count)
    ask = _ask(params, model)
    thought = voice.thinking(ask) if thinks(params, model) else None
    room = max(0, params["max_tokens"] - (thought or 0))
    said = _called(params, ask, seed, voice, room) or _answered(params, ask, voice, room)
    thoughts = [_thinking_block(seed)] if thought is not None else []
    spent = min(params["max_tokens"], said.tokens + (thought or 0))
    return {
        "id": f"msg_{_signature(seed, 12)}",
        "type": "message",
        "role": "assistant",
        "model": model.id,
        "content": [*thoughts, *said.blocks],
        "stop_reason": said.ended,
        "stop_sequence": said.stop,
        "stop_details": None,
        "container": None,
        "usage": _usage(read, kept, spent, None if thought is None else min(thought, spent), tier),
    }


@dataclass(frozen=True, slots=True)
class _Said:
    """What an answer holds besides thinking, and how it ended."""

    blocks: list[dict[str, Any]]
    tokens: int
    ended: str
    stop: str | None = None


def _answered(params: Mapping[str, Any], ask: Ask, voice: Voice, room: int) -> _Said:
    text, stop = _stopped(voice.reply(ask), params.get("stop_sequences"))
    written, ended = voice.count(text), "stop_sequence" if stop is not None else "end_turn"
    if written > room:
        text, written, stop = cut_text(text, room, voice.count), room, None
        ended = "max_tokens"
    blocks = [{"type": "text", "text": text, "citations": None}] if text else []
    return _Said(blocks, written, ended, stop)


def _called(
    params: Mapping[str, Any], ask: Ask, seed: str, voice: Voice, room: int
) -> _Said | None:
    """Return a reply that calls a tool, where the request is for that."""
    call = call_of(params, ask, seed)
    if call is None:
        return None
    written = voice.count(msgspec.json.encode(call).decode())
    if written > room:
        return _Said([], room, "max_tokens")
    return _Said([call], written, "tool_use")


def _stopped(text: str, sequences: list[str] | None) -> tuple[str, str | None]:
    found = [(text.find(mark), mark) for mark in sequences or () if mark and mark in text]
    place, mark = min(found, default=(len(text), None))
    return text[:place], mark


def _ask(params: Mapping[str, Any], model: PracticeModel) -> Ask:
    asked = next(m for m in reversed(params["messages"]) if m["role"] == "user")
    shape = (params.get("output_config") or {}).get("format") or {}
    return Ask(
        _plain(asked["content"]),
        _plain(params.get("system") or ""),
        shape.get("schema"),
        effort(params, model),
    )


def _plain(content: str | list[dict[str, Any]]) -> str:
    if isinstance(content, str):
        return content
    said = ""
    for block in content:
        if text := _block_text(block):
            # Where words are cut only to be remembered they belong together.
            said += text if block.get("cache_control") else f"{text}\n"
    return said.removesuffix("\n")


def _block_text(block: Mapping[str, Any]) -> str:
    source = block.get("source")
    if isinstance(source, dict) and source.get("type") == "text":
        return str(source.get("data", ""))
    return str(block.get("text") or block.get("title") or "")


def _thinking_block(seed: str) -> dict[str, Any]:
    return {"type": "thinking", "thinking": "", "signature": _signature(f"thinking {seed}", 32)}


def _signature(seed: str, size: int) -> str:
    return blake2b(seed.encode(), digest_size=size).hexdigest()


def _usage(
    read: int, kept: Remembered, written: int, thought: int | None, tier: str
) -> dict[str, Any]:
    details = None if thought is None else {"thinking_tokens": thought}
    return {
        "input_tokens": read - kept.tokens,
        "output_tokens": written,
        "output_tokens_details": details,
        "cache_creation_input_tokens": kept.written_5m + kept.written_1h,
        "cache_read_input_tokens": kept.read,
        "cache_creation": {
            "ephemeral_5m_input_tokens": kept.written_5m,
            "ephemeral_1h_input_tokens": kept.written_1h,
        },
        "inference_geo": "global",
        "server_tool_use": None,
        "service_tier": tier,
    }
