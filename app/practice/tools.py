"""Tools that a request brings: whether they would be taken, and a made-up call of one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from app.practice.models import PracticeModel
from app.practice.replies import Ask, fill
from app.practice.wire import Refused
from app.practice.words import stems

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_FORCED = frozenset({"any", "tool"})
_CHOICES = _FORCED | {"auto", "none"}


def check_tools(params: Mapping[str, Any], model: PracticeModel) -> None:
    """Refuse tools, or a choice among them, that the service would refuse.

    Raises:
        Refused: with the rule that is broken and where.
    """
    tools = params.get("tools") or []
    if not isinstance(tools, list):
        raise Refused("tools: Input should be a valid list")
    names: set[str] = set()
    for place, tool in enumerate(tools):
        _check_tool(tool, f"tools.{place}")
        if tool["name"] in names:
            raise Refused("tools: Tool names must be unique.")
        names.add(tool["name"])
    if params.get("tool_choice") is not None:
        _check_choice(params["tool_choice"], names, model)


def _check_tool(tool: Any, where: str) -> None:
    if not isinstance(tool, dict) or not isinstance(tool.get("name"), str):
        raise Refused(f"{where}.name: Field required")
    if not _NAME.fullmatch(tool["name"]):
        raise Refused(f"{where}.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'")
    if not _is_own(tool):
        return
    shape = tool.get("input_schema")
    if not isinstance(shape, dict) or shape.get("type") != "object":
        raise Refused(f"{where}.input_schema.type: Input should be 'object'")


def _check_choice(choice: Any, names: set[str], model: PracticeModel) -> None:
    kind = choice.get("type") if isinstance(choice, dict) else None
    if kind not in _CHOICES:
        raise Refused("tool_choice.type: Input should be 'auto', 'any', 'tool' or 'none'")
    if not names:
        raise Refused("tool_choice may only be specified while providing tools.")
    if kind == "tool" and choice.get("name") not in names:
        raise Refused(f"tool_choice: Tool '{choice.get('name')}' not found in provided tools")
    if kind in _FORCED and not model.forced_tools:
        raise Refused(f"tool_choice: forcing tool use is not supported for {model.id}")


def call_of(params: Mapping[str, Any], ask: Ask, seed: str) -> dict[str, Any] | None:
    """Return the block that calls a tool, where the request wants or invites that."""
    tools = [tool for tool in params.get("tools") or () if _is_own(tool)]
    choice = params.get("tool_choice") or {"type": "auto"}
    if not tools or choice["type"] == "none":
        return None
    tool = _chosen(tools, choice, ask, answered=_brings_results(params))
    if tool is None:
        return None
    digest = blake2b(f"tool {seed}".encode(), digest_size=12).hexdigest()
    filled = fill(ask, tool["input_schema"])
    return {"type": "tool_use", "id": f"toolu_{digest}", "name": tool["name"], "input": filled}


def _is_own(tool: Mapping[str, Any]) -> bool:
    """Say whether the person's program runs the tool, not the service."""
    return bool(tool.get("type", "custom") == "custom")


def _chosen(
    tools: Sequence[Mapping[str, Any]], choice: Mapping[str, Any], ask: Ask, *, answered: bool
) -> Mapping[str, Any] | None:
    if choice["type"] == "tool":
        return next((tool for tool in tools if tool["name"] == choice["name"]), None)
    wanted = _telling(ask.text)
    marks = [
        len(wanted & _telling(f"{tool['name']} {tool.get('description', '')}")) for tool in tools
    ]
    best = max(marks)
    if choice["type"] == "auto" and (answered or not best):
        return None
    return tools[marks.index(best)]


def _telling(text: str) -> set[str]:
    return {word for word in stems(text.replace("_", " ")) if len(word) > 3}


def _brings_results(params: Mapping[str, Any]) -> bool:
    """Say whether the last message brings what a tool has found: then it is time to answer."""
    content = params["messages"][-1]["content"]
    blocks = content if isinstance(content, list) else ()
    return any(block.get("type") == "tool_result" for block in blocks)
