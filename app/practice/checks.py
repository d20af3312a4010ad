"""Whether one request's params would be taken: the rules of API version 2026-10-21.

A batch applies them to each item only when it ends; Messages and count_tokens at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.practice.memory import check_marks
from app.practice.models import OFF_EFFORTS, PracticeModel
from app.practice.schema import check_schema
from app.practice.tools import check_tools
from app.practice.wire import Refused

_COUNTED = frozenset(
    {
        "model",
        "messages",
        "system",
        "thinking",
        "tools",
        "tool_choice",
        "output_config",
        "cache_control",
        "user_profile_id",
    }
)
_SENT = _COUNTED | {
    "max_tokens",
    "stop_sequences",
    "metadata",
    "service_tier",
    "inference_geo",
    "container",
    "diagnostics",
    "stream",
}
_SAMPLING = ("temperature", "top_p", "top_k")
_NOT_HERE = (
    "speed",
    "store",
    "previous_thread_event_id",
    "cache_hint",
    "context_hint",
    "research_preview_2026_02",
    "fallbacks",
)
_OFF_TYPES = frozenset({"disabled", "between_tools"})


def check_params(
    params: Any, models: Mapping[str, PracticeModel], *, counting: bool = False
) -> PracticeModel:
    """Return the model that a request asks, or refuse the request.

    Args:
        params: the decoded body of a Messages call, or an item's params.
        models: the known models under all their names.
        counting: whether this is a count_tokens call, which takes no max_tokens.

    Raises:
        Refused: the first rule that is broken.
    """
    if not isinstance(params, dict):
        raise Refused("params: Input should be an object")
    _check_names(params, _COUNTED if counting else _SENT)
    model = _find_model(params, models)
    if not counting:
        _check_max_tokens(params, model)
    for check in _CHECKS:
        check(params, model)
    return model


def thinks(params: Mapping[str, Any], model: PracticeModel) -> bool:
    """Return whether the answer to a checked request begins with thinking."""
    thinking = params.get("thinking")
    return thinking["type"] not in _OFF_TYPES if thinking else model.thinks


def effort(params: Mapping[str, Any], model: PracticeModel) -> str:
    """Return the effort that a checked request is answered with."""
    return (params.get("output_config") or {}).get("effort") or model.default_effort


def _check_names(params: Mapping[str, Any], allowed: frozenset[str]) -> None:
    for name in _SAMPLING:
        if name in params:
            raise Refused(f"{name}: not supported in API version 2026-10-21")
    for name in _NOT_HERE:
        if name in params:
            raise Refused(f"{name}: not supported for this request")
    if params.get("stream"):
        raise Refused("stream: streaming is not supported for this request")
    for name in sorted(params.keys() - allowed):
        raise Refused(f"{name}: Extra inputs are not permitted")


def _find_model(params: Mapping[str, Any], models: Mapping[str, PracticeModel]) -> PracticeModel:
    name = params.get("model")
    if not isinstance(name, str):
        raise Refused("model: Field required")
    if name not in models:
        raise Refused(f"model: {name}", "not_found_error")
    return models[name]


def _check_max_tokens(params: Mapping[str, Any], model: PracticeModel) -> None:
    wanted = params.get("max_tokens")
    if not isinstance(wanted, int) or isinstance(wanted, bool):
        raise Refused("max_tokens: a whole number is required")
    if wanted < 1:
        raise Refused("max_tokens: must be greater than or equal to 1")
    if wanted > model.max_output_tokens:
        raise Refused(
            f"max_tokens: {wanted} > {model.max_output_tokens}, which is the maximum allowed"
            f" number of output tokens for {model.id}"
        )


def _check_messages(params: Mapping[str, Any], model: PracticeModel) -> None:
    messages = params.get("messages")
    if not isinstance(messages, list) or not messages:
        raise Refused("messages: at least one message is required")
    for place, message in enumerate(messages):
        _check_message(message, f"messages.{place}")
    if messages[0]["role"] != "user":
        raise Refused("messages: first message must use the user role")
    if messages[-1]["role"] == "assistant" and not model.prefill:
        raise Refused(
            "This model does not support assistant message prefill."
            " The conversation must end with a user message."
        )


def _check_message(message: Any, where: str) -> None:
    if not isinstance(message, dict) or message.keys() != {"role", "content"}:
        raise Refused(f"{where}: a message has exactly a role and a content")
    if message["role"] not in {"user", "assistant", "system"}:
        raise Refused(f"{where}.role: Input should be 'user' or 'assistant'")
    content = message["content"]
    if isinstance(content, str):
        _check_text(content, where)
        return
    if not isinstance(content, list) or not content:
        raise Refused(f"{where}.content: a text or a list of blocks is required")
    for place, block in enumerate(content):
        _check_block(block, message["role"], f"{where}.content.{place}")


def _check_block(block: Any, role: str, where: str) -> None:
    kind = block.get("type") if isinstance(block, dict) else None
    if not isinstance(kind, str):
        raise Refused(f"{where}.type: Field required")
    if kind == "text":
        _check_text(block.get("text"), where)
        if role == "user" and block.get("citations"):
            raise Refused(f"{where}.citations: not supported in API version 2026-10-21")
    if kind == "document" and role == "assistant":
        raise Refused(f"{where}: document blocks are not allowed in assistant messages")


def _check_text(text: Any, where: str) -> None:
    if not isinstance(text, str):
        raise Refused(f"{where}.text: Input should be a valid string")
    if not text.strip():
        raise Refused(f"{where}: text content blocks must contain non-whitespace text")


def _check_system(params: Mapping[str, Any], model: PracticeModel) -> None:  # noqa: ARG001 - one shape
    system = params.get("system", "")
    if isinstance(system, str):
        return
    if not isinstance(system, list):
        raise Refused("system: Input should be a valid string or list")
    for place, block in enumerate(system):
        _check_block(block, "system", f"system.{place}")


def _check_output(params: Mapping[str, Any], model: PracticeModel) -> None:
    config = params.get("output_config")
    if config is None:
        return
    if not isinstance(config, dict) or config.keys() - {"effort", "format"}:
        raise Refused("output_config: only effort and format are permitted")
    wanted = config.get("effort")
    if wanted is not None and wanted not in model.efforts:
        raise Refused(f"output_config.effort: '{wanted}' is not supported for {model.id}")
    if config.get("format") is not None:
        _check_format(config["format"], model)


def _check_format(shape: Any, model: PracticeModel) -> None:
    if not model.structured_outputs:
        raise Refused(f"output_config.format: not supported for {model.id}")
    if not isinstance(shape, dict) or shape.get("type") != "json_schema":
        raise Refused("output_config.format.type: Input should be 'json_schema'")
    if shape.keys() != {"type", "schema"}:
        raise Refused("output_config.format: exactly type and schema are required")
    check_schema(shape["schema"])


def _check_thinking(params: Mapping[str, Any], model: PracticeModel) -> None:
    thinking = params.get("thinking")
    if thinking is None:
        return
    kind = thinking.get("type") if isinstance(thinking, dict) else None
    if kind not in model.thinking_types:
        raise Refused(f"thinking.type: '{kind}' is not supported for {model.id}")
    if kind == "enabled":
        _check_budget(thinking.get("budget_tokens"), params.get("max_tokens"))
    if kind in _OFF_TYPES and model.off_needs_low_effort:
        wanted = effort(params, model)
        if wanted not in OFF_EFFORTS:
            raise Refused(f"thinking.type: '{kind}' is not supported at effort '{wanted}'")


def _check_budget(budget: Any, max_tokens: int | None) -> None:
    if not isinstance(budget, int) or budget < 1024:
        raise Refused("thinking.enabled.budget_tokens: must be at least 1024")
    if max_tokens is not None and budget >= max_tokens:
        raise Refused("max_tokens must be greater than thinking.budget_tokens")


_CHECKS: tuple[Callable[[Mapping[str, Any], PracticeModel], None], ...] = (
    _check_messages,
    _check_system,
    _check_output,
    _check_thinking,
    check_tools,
    check_marks,
)
