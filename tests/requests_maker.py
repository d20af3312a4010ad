"""Ready-made requests for tests: params, lines and files as people have them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HAIKU, OLD_HAIKU, SONNET = "claude-haiku-5-5", "claude-haiku-4-5", "claude-sonnet-5-5"

WEATHER = {
    "name": "get_weather",
    "description": "The weather of a place.",
    "input_schema": {
        "type": "object",
        "properties": {"place": {"type": "string"}},
        "required": ["place"],
    },
}


def asking(text: str = "What is 2 + 2?", **params: Any) -> dict[str, Any]:
    """Return params that any model takes; None for a value leaves it out."""
    usual = {
        "model": HAIKU,
        "max_tokens": 400,
        "messages": [{"role": "user", "content": text}],
    }
    return {name: value for name, value in (usual | params).items() if value is not None}


def line_of(custom_id: object, params: object) -> bytes:
    """Return one line, spaced as Python writes it, with letters as they are."""
    said = {"custom_id": custom_id, "params": params}
    return json.dumps(said, ensure_ascii=False).encode()


def write_requests(path: Path, lines: Iterable[bytes], newline: bytes = b"\n") -> Path:
    """Write lines to a file."""
    path.write_bytes(newline.join([*lines, b""]))
    return path
