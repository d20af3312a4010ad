"""One answer as the Messages API gives it: content, stop reason, usage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from app.practice.checks import effort, thinks
from app.practice.models import PracticeModel
from app.practice.replies import Ask, reply, thinking_tokens
from app.practice.tokens import CountText, count_prompt, count_text, cut_text
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
    params: dict[str, Any], model: PracticeModel, voice: Voice, *, seed: str, tier: str
) -> dict[str, Any]:
    """Answer a checked request.

    Args:
        params: the request.
        model: the model that it asks.
        voice: how to answer and count.
        seed: what the message's id is made from.
        tier: "batch" or "standard", as the usage names it.

    Raises:
        Refused: the prompt is longer than the model reads.
    """
    read = count_input(params, model, voice)
    ask = _ask(params, model)
    thought = voice.thinking(ask) if thinks(params, model) else None
    room = params["max_tokens"] - (thought or 0)
    text, stop = _stopped(voice.reply(ask), params.get("stop_sequences"))
    written = voice.count(text)
    is_cut = written > room
    if is_cut:
        text, written, stop = cut_text(text, max(0, room), voice.count), max(0, room), None
    content = [_thinking_block(seed)] if thought is not None else []
    if text:
        content.append({"type": "text", "text": text, "citations": None})
    spent = min(params["max_tokens"], written + (thought or 0))
    ended = "stop_sequence" if stop is not None else "end_turn"
    return {
        "id": f"msg_{_signature(seed, 12)}",
        "type": "message",
        "role": "assistant",
        "model": model.id,
        "content": content,
        "stop_reason": "max_tokens" if is_cut else ended,
        "stop_sequence": stop,
        "stop_details": None,
        "container": None,
        "usage": _usage(read, spent, None if thought is None else min(thought, spent), tier),
    }


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
    return "\n".join(text for block in content if (text := _block_text(block)))


def _block_text(block: Mapping[str, Any]) -> str:
    source = block.get("source")
    if isinstance(source, dict) and source.get("type") == "text":
        return str(source.get("data", ""))
    return str(block.get("text") or block.get("title") or "")


def _thinking_block(seed: str) -> dict[str, Any]:
    return {"type": "thinking", "thinking": "", "signature": _signature(f"thinking {seed}", 32)}


def _signature(seed: str, size: int) -> str:
    return blake2b(seed.encode(), digest_size=size).hexdigest()


def _usage(read: int, written: int, thought: int | None, tier: str) -> dict[str, Any]:
    details = None if thought is None else {"thinking_tokens": thought}
    return {
        "input_tokens": read,
        "output_tokens": written,
        "output_tokens_details": details,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "inference_geo": "global",
        "server_tool_use": None,
        "service_tier": tier,
    }
