"""The models that the practice service knows, and what each accepts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_EFFORTS = ("low", "medium", "high", "xhigh", "max")
_NO_XHIGH = ("low", "medium", "high", "max")
OFF_EFFORTS = frozenset({"low", "medium", "high"})
"""The efforts that may go with thinking switched off, where a model limits them."""


@dataclass(frozen=True, slots=True)
class PracticeModel:
    """What a request for one model may hold.

    `thinks` says what happens without a `thinking` field; `thinking_types` are the types that such
    a field may have; `off_needs_low_effort` holds for models that think at high effort always;
    `token_factor` scales the tokenizer; `cache_minimum` is how many tokens the beginning of a
    prompt must have to be remembered; `prefill` allows a last message of the assistant,
    `forced_tools` a choice that leaves no way around a tool.
    """

    id: str
    name: str
    max_input_tokens: int = 1_000_000
    max_output_tokens: int = 128_000
    thinks: bool = False
    thinking_types: tuple[str, ...] = ("adaptive", "disabled")
    off_needs_low_effort: bool = False
    efforts: tuple[str, ...] = _EFFORTS
    default_effort: str = "high"
    structured_outputs: bool = True
    token_factor: float = 1.0
    prefill: bool = False
    forced_tools: bool = True
    cache_minimum: int = 512
    aliases: tuple[str, ...] = ()
    released: str = "2026-01-01"
    deprecated: str | None = None
    retires: str | None = None

    @property
    def lifecycle(self) -> str:
        """Where the model stands; the service keeps no retired ones."""
        return "deprecated" if self.deprecated else "active"


_ALWAYS: Mapping[str, Any] = {"thinks": True, "thinking_types": ("adaptive",)}
_CAN_STOP: Mapping[str, Any] = {"thinks": True, "thinking_types": ("adaptive", "disabled")}
_OLD: Mapping[str, Any] = {
    "max_input_tokens": 200_000,
    "max_output_tokens": 64_000,
    "thinking_types": ("enabled", "disabled"),
    "token_factor": 0.77,
    "cache_minimum": 4096,
    "prefill": True,
}
_BETWEEN: Mapping[str, Any] = {
    "thinking_types": ("adaptive", "enabled", "disabled"),
    "efforts": _NO_XHIGH,
    "token_factor": 0.77,
}

KNOWN_MODELS = (
    PracticeModel("claude-fable-5-2", "Claude Fable 5.2", **_ALWAYS, released="2026-11-09"),
    PracticeModel("claude-mythos-5-2", "Claude Mythos 5.2", **_ALWAYS, released="2026-11-09"),
    PracticeModel(
        "claude-haiku-5-5",
        "Claude Haiku 5.5",
        **_CAN_STOP,
        off_needs_low_effort=True,
        efforts=_NO_XHIGH,
        default_effort="medium",
        released="2026-10-07",
    ),
    PracticeModel(
        "claude-sonnet-5-5",
        "Claude Sonnet 5.5",
        thinks=True,
        thinking_types=("adaptive", "between_tools"),
        off_needs_low_effort=True,
        forced_tools=False,
        released="2026-09-28",
    ),
    PracticeModel(
        "claude-opus-5-5",
        "Claude Opus 5.5",
        **_ALWAYS,
        default_effort="medium",
        forced_tools=False,
        released="2026-09-22",
    ),
    PracticeModel(
        "claude-fable-5-1",
        "Claude Fable 5.1",
        **_ALWAYS,
        forced_tools=False,
        released="2026-09-01",
    ),
    PracticeModel("claude-mythos-5-1", "Claude Mythos 5.1", **_ALWAYS, released="2026-09-01"),
    PracticeModel(
        "claude-opus-5",
        "Claude Opus 5",
        **_CAN_STOP,
        off_needs_low_effort=True,
        released="2026-07-24",
    ),
    PracticeModel(
        "claude-sonnet-5",
        "Claude Sonnet 5",
        **_CAN_STOP,
        cache_minimum=1024,
        released="2026-06-30",
    ),
    PracticeModel("claude-fable-5", "Claude Fable 5", **_ALWAYS, released="2026-06-09"),
    PracticeModel("claude-mythos-5", "Claude Mythos 5", **_ALWAYS, released="2026-06-09"),
    PracticeModel("claude-opus-4-8", "Claude Opus 4.8", cache_minimum=1024, released="2026-05-28"),
    PracticeModel("claude-opus-4-7", "Claude Opus 4.7", cache_minimum=2048, released="2026-04-16"),
    PracticeModel(
        "claude-sonnet-4-6",
        "Claude Sonnet 4.6",
        **_BETWEEN,
        cache_minimum=1024,
        released="2026-02-17",
    ),
    PracticeModel(
        "claude-opus-4-6",
        "Claude Opus 4.6",
        **_BETWEEN,
        cache_minimum=4096,
        released="2026-02-05",
    ),
    PracticeModel(
        "claude-opus-4-5-20251101",
        "Claude Opus 4.5",
        **_OLD,
        efforts=("low", "medium", "high"),
        aliases=("claude-opus-4-5",),
        released="2025-11-24",
    ),
    PracticeModel(
        "claude-haiku-4-5-20251001",
        "Claude Haiku 4.5",
        **_OLD,
        efforts=(),
        aliases=("claude-haiku-4-5",),
        released="2025-10-15",
    ),
    PracticeModel(
        "claude-sonnet-4-5-20250929",
        "Claude Sonnet 4.5",
        **{**_OLD, "cache_minimum": 1024},
        efforts=(),
        aliases=("claude-sonnet-4-5",),
        released="2025-09-29",
        deprecated="2026-09-28",
        retires="2026-11-30",
    ),
    PracticeModel(
        "claude-mythos-preview",
        "Claude Mythos Preview",
        **_ALWAYS,
        max_output_tokens=64_000,
        efforts=(),
        cache_minimum=2048,
        released="2025-09-01",
        deprecated="2026-01-01",
    ),
)
"""The models of the API as of November 2026, newest first."""


def by_name(models: Iterable[PracticeModel]) -> dict[str, PracticeModel]:
    """Return the models under their ids and aliases."""
    return {name: model for model in models for name in (model.id, *model.aliases)}


def model_info(model: PracticeModel) -> dict[str, Any]:
    """Return a model as the Models API shows it."""
    return {
        "type": "model",
        "id": model.id,
        "display_name": model.name,
        "created_at": _midnight(model.released),
        "lifecycle": model.lifecycle,
        "line": model.id.split("-")[1],
        "deprecated_at": _midnight(model.deprecated),
        "retires_at": _midnight(model.retires),
        "max_input_tokens": model.max_input_tokens,
        "max_tokens": model.max_output_tokens,
        "capabilities": _capabilities(model),
    }


def _midnight(day: str | None) -> str | None:
    return day and f"{day}T00:00:00Z"


def _able(supported: bool) -> dict[str, bool]:
    return {"supported": supported}


def _capabilities(model: PracticeModel) -> dict[str, Any]:
    types = ("adaptive", "between_tools", "disabled", "enabled")
    return {
        "batch": _able(True),
        "citations": _able(True),
        "code_execution": _able(False),
        "context_management": {
            "supported": False,
            "clear_thinking_20251015": _able(False),
            "clear_tool_uses_20250919": _able(False),
            "compact_20260112": _able(False),
        },
        "effort": {
            "supported": bool(model.efforts),
            **{effort: _able(effort in model.efforts) for effort in _EFFORTS},
        },
        "image_input": _able(True),
        "pdf_input": _able(True),
        "server_tools": {
            **_able(False),
            "code_execution": _able(False),
            "web_search": _able(False),
        },
        "structured_outputs": _able(model.structured_outputs),
        "thinking": {
            "supported": True,
            "types": {kind: _able(kind in model.thinking_types) for kind in types},
        },
    }
