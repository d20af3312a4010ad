"""What the service refuses in a request of a batch, known before anything is sent.

The rules of API version 2026-10-21 and of batches (claude-batch-api sections 1.2, 1.6 and 4). The
service looks at an item only once its whole batch has ended, so that every refusal costs hours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.catalog import Catalog, Lifecycle, Model
from app.core.job import JobSettings

SAMPLING = ("temperature", "top_p", "top_k")
"""Gone since API version 2026-10-21, even at their defaults."""
NOT_IN_BATCHES = (
    "speed",
    "store",
    "previous_thread_event_id",
    "cache_hint",
    "context_hint",
    "research_preview_2026_02",
    "fallbacks",
)
_KNOWN = frozenset(
    {
        "model",
        "max_tokens",
        "messages",
        "system",
        "stop_sequences",
        "stream",
        "thinking",
        "output_config",
        "tools",
        "tool_choice",
        "cache_control",
        "metadata",
        "service_tier",
        "inference_geo",
        "container",
        "diagnostics",
        "user_profile_id",
    }
)
_ROLES = frozenset({"user", "assistant", "system"})


class Refusal(StrEnum):
    """Why the service would refuse a request."""

    MODEL_MISSING = "model_missing"
    MODEL_UNKNOWN = "model_unknown"
    MODEL_RETIRED = "model_retired"
    MODEL_NOT_IN_BATCHES = "model_not_in_batches"
    MAX_TOKENS = "max_tokens"
    MESSAGES = "messages"
    PREFILL = "prefill"
    FORCED_TOOL = "forced_tool"
    PARAMETER = "parameter"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that the service would refuse, in words; `named` are the parameters it is about."""

    refusal: Refusal
    words: str
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known of one request: the model it asks, and what speaks against it."""

    model: Model | None
    troubles: tuple[Trouble, ...] = ()

    @property
    def words(self) -> str:
        """All that speaks against it, in sentences; empty when nothing does."""
        return " ".join(trouble.words for trouble in self.troubles)


def left_out(settings: JobSettings) -> tuple[str, ...]:
    """Return the parameters that a person has agreed to leave out of ready-made requests."""
    return (*SAMPLING, *NOT_IN_BATCHES, "stream") if settings.leave_out_refused else ()


def judge_request(params: Mapping[str, Any], catalog: Catalog) -> Judgement:
    """Find what the service would refuse in a request's params."""
    model, about_model = _model(params.get("model"), catalog)
    found = [about_model, _max_tokens(params.get("max_tokens"), model)]
    found += [check(params) for check in _CHECKS]
    found += [_prefill(params, model), _forced_tool(params.get("tool_choice"), model)]
    return Judgement(model, tuple(trouble for trouble in found if trouble is not None))


def unknown_parameters(params: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the parameters that Sheaf has never heard of; the service may know them."""
    return tuple(sorted(params.keys() - _KNOWN - {*SAMPLING, *NOT_IN_BATCHES}))


def _model(name: object, catalog: Catalog) -> tuple[Model | None, Trouble | None]:
    if not isinstance(name, str) or not name:
        return None, Trouble(Refusal.MODEL_MISSING, "The request names no model.")
    model = catalog.find(name)
    if model is None:
        return None, Trouble(
            Refusal.MODEL_UNKNOWN, f'No model called "{name[:80]}" is known.', (name[:80],)
        )
    if model.lifecycle is Lifecycle.RETIRED:
        next_one = catalog.successor(model).id
        words = f"{model.name} has been retired and answers nothing any more; use {next_one}."
        return model, Trouble(Refusal.MODEL_RETIRED, words, (f"{model.name} (now {next_one})",))
    if not model.batches:
        words = f"{model.name} cannot be used in batches."
        return model, Trouble(Refusal.MODEL_NOT_IN_BATCHES, words, (model.name,))
    return model, None


def _max_tokens(wanted: object, model: Model | None) -> Trouble | None:
    if not isinstance(wanted, int) or isinstance(wanted, bool):
        return Trouble(Refusal.MAX_TOKENS, "The request has no max_tokens as a whole number.")
    if wanted < 1:
        return Trouble(Refusal.MAX_TOKENS, f"max_tokens is {wanted}; it must be 1 or more.")
    if model is not None and wanted > model.max_output_tokens:
        words = (
            f"max_tokens is {wanted:,}, and {model.name} writes {model.max_output_tokens:,} "
            "at most."
        )
        return Trouble(Refusal.MAX_TOKENS, words)
    return None


def _messages(params: Mapping[str, Any]) -> Trouble | None:
    messages = params.get("messages")
    if not isinstance(messages, list) or not messages:
        return Trouble(Refusal.MESSAGES, "The request has no messages.")
    if not all(_is_message(message) for message in messages):
        words = "A message of the request has no role or no content, or holds something else."
        return Trouble(Refusal.MESSAGES, words)
    if messages[0]["role"] != "user":
        return Trouble(Refusal.MESSAGES, "The first message is not the user's.")
    return None


def _is_message(message: object) -> bool:
    return (
        isinstance(message, dict)
        and message.keys() == {"role", "content"}
        and isinstance(message["role"], str)
        and message["role"] in _ROLES
        and _says_something(message["content"])
    )


def _says_something(content: object) -> bool:
    if isinstance(content, str):
        return bool(content.strip())
    return isinstance(content, list) and bool(content)


def _parameters(params: Mapping[str, Any]) -> Trouble | None:
    gone = [name for name in SAMPLING if name in params]
    barred = [name for name in NOT_IN_BATCHES if name in params]
    if params.get("stream"):
        barred.append("stream")
    words = []
    if gone:
        words.append(f"The service does not take {_listed(gone)} any more.")
    if barred:
        words.append(f"The service does not take {_listed(barred)} in a batch.")
    named = (*gone, *barred)
    return Trouble(Refusal.PARAMETER, " ".join(words), named) if named else None


def _prefill(params: Mapping[str, Any], model: Model | None) -> Trouble | None:
    """A last message of Claude's is an answer begun: only older models go on with it."""
    messages = params.get("messages")
    if not isinstance(messages, list) or not messages or model is None or model.prefill:
        return None
    last = messages[-1]
    if not isinstance(last, dict) or last.get("role") != "assistant":
        return None
    words = f"The last message is Claude's, and {model.name} does not go on with a begun answer."
    return Trouble(Refusal.PREFILL, words, (model.name,))


def _forced_tool(choice: object, model: Model | None) -> Trouble | None:
    kind = choice.get("type") if isinstance(choice, dict) else None
    if kind not in ("any", "tool") or model is None or model.forced_tools:
        return None
    words = f"{model.name} cannot be made to use a tool: its tool_choice may be auto or none."
    return Trouble(Refusal.FORCED_TOOL, words, (model.name,))


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


_CHECKS: tuple[Callable[[Mapping[str, Any]], Trouble | None], ...] = (_messages, _parameters)
