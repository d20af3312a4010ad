"""A tokenizer for practice: plausible, the same every time, and not the real one."""

from __future__ import annotations

import math
import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from app.core.part_volume import PartLimits, image_tokens, sent_size
from app.practice.pictures import count_pages, picture_size

CountText = Callable[[str], int]
"""What stands in for the tokenizer wherever one is taken."""

_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")
_OTHER = re.compile(r"[^\x00-\u024f]")
_LATIN_PER_TOKEN = 3.6
_DENSE_PER_TOKEN = 1.3
_OTHER_PER_TOKEN = 2.2
_REQUEST_OVERHEAD = 7
_MESSAGE_OVERHEAD = 4
_SCHEMA_OVERHEAD = 110
_IMAGE_TOKENS = 1_500
_PAGE_TOKENS = 3_500
"""A page is read as a picture, and as its text."""


def count_text(text: str) -> int:
    """Return the tokens of a text: Latin, dense (Chinese, Japanese, Korean) and other scripts."""
    if text.isascii():
        return math.ceil(len(text) / _LATIN_PER_TOKEN)
    dense = len(_DENSE.findall(text))
    other = len(_OTHER.findall(text)) - dense
    latin = len(text) - dense - other
    return math.ceil(latin / _LATIN_PER_TOKEN + dense / _DENSE_PER_TOKEN + other / _OTHER_PER_TOKEN)


def cut_text(text: str, tokens: int, count: CountText) -> str:
    """Return the longest beginning of a text that has at most this many tokens."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count(text[:middle]) <= tokens else (low, middle - 1)
    return text[:low]


def count_prompt(params: dict[str, Any], count: CountText, factor: float = 1.0) -> int:
    """Return the input tokens of a checked request."""
    return math.ceil(sum(piece.tokens for piece in pieces(params, count)) * factor)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a prompt in the order in which it is read, with its tokens.

    `cache_control` says that the prompt is to be remembered up to its end.
    """

    content: Any
    tokens: int
    cache_control: Any = None


def pieces(params: Mapping[str, Any], count: CountText) -> Iterator[Piece]:
    """Yield the pieces of a request: tools, the wanted shape, background, messages."""
    yield Piece(None, _REQUEST_OVERHEAD)
    tools, shape = params.get("tools"), (params.get("output_config") or {}).get("format")
    if tools:
        yield Piece(tools, _of_hidden(tools, count), _mark_of(tools[-1]))
    if shape:
        yield Piece(shape, _of_hidden(shape, count))
    yield from _of_content(params.get("system") or "", count)
    for message in params["messages"]:
        yield Piece(message["role"], _MESSAGE_OVERHEAD)
        yield from _of_content(message["content"], count)


def _of_hidden(value: Any, count: CountText) -> int:
    return _SCHEMA_OVERHEAD + count(msgspec.json.encode(value).decode())


def _mark_of(block: Mapping[str, Any]) -> Any:
    return block.get("cache_control")


def _of_content(content: str | list[dict[str, Any]], count: CountText) -> Iterator[Piece]:
    if isinstance(content, str):
        yield Piece(content, count(content))
        return
    for block in content:
        bare = {name: value for name, value in block.items() if name != "cache_control"}
        yield Piece(bare, _of_block(block, count), _mark_of(block))


def _of_block(block: dict[str, Any], count: CountText) -> int:
    source = block.get("source")
    is_data = isinstance(source, dict) and source.get("type") == "base64"
    if block.get("type") == "image":
        return _of_picture(_data(source)) if is_data else _IMAGE_TOKENS
    if is_data:
        return _PAGE_TOKENS * count_pages(_data(source))
    return sum(count(text) for text in _texts(block))


def _data(source: Any) -> bytes:
    try:
        return b64decode(str(source.get("data", "")))
    except ValueError:
        return b""


def _of_picture(data: bytes) -> int:
    """Return what a picture costs: a token for each square of 28 pixels, once it is scaled down."""
    size = picture_size(data)
    return _IMAGE_TOKENS if size is None else image_tokens(*sent_size(*size, PartLimits()))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for name in value.keys() - {"type", "cache_control", "media_type"}:
            yield from _texts(value[name])
