"""A ready-made request as a person reads it: line by line, with what is endless cut short."""

from __future__ import annotations

from typing import Any

import msgspec

_LONG = 2_000
_SHOWN = 120


def request_in_words(params: str) -> str:
    """Return a request's params laid out over lines; data of pictures is only begun."""
    try:
        said = msgspec.json.decode(params)
    except (msgspec.MsgspecError, RecursionError):
        return params[:_LONG]
    return msgspec.json.format(msgspec.json.encode(_shortened(said)), indent=2).decode()


def _shortened(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _LONG and " " not in value[:_LONG]:
        return f"{value[:_SHOWN]}… ({len(value):,} characters)"
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    if isinstance(value, dict):
        return {name: _shortened(item) for name, item in value.items()}
    return value
