"""A tokenizer for practice: plausible, the same every time, and not the real one."""

from __future__ import annotations

import math
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
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
    total = _REQUEST_OVERHEAD + _of_content(params.get("system") or "", count)
    for message in params["messages"]:
        total += _MESSAGE_OVERHEAD + _of_content(message["content"], count)
    shape = (params.get("output_config") or {}).get("format")
    for hidden in (shape, params.get("tools")):
        if hidden:
            total += _SCHEMA_OVERHEAD + count(msgspec.json.encode(hidden).decode())
    return math.ceil(total * factor)


def _of_content(content: str | list[dict[str, Any]], count: CountText) -> int:
    if isinstance(content, str):
        return count(content)
    return sum(_of_block(block, count) for block in content)


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
