"""Whether a JSON schema keeps the rules of structured outputs (claude-batch-api, section 7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import msgspec

from app.practice.wire import Refused

_MAX_OPTIONAL = 24
_MAX_UNIONS = 16
_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
_FORMATS = frozenset(
    ["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"]
)
_ANYWHERE = frozenset(
    [
        "type",
        "enum",
        "const",
        "anyOf",
        "allOf",
        "$ref",
        "$defs",
        "definitions",
        "title",
        "description",
        "default",
        "$schema",
    ]
)
_BY_TYPE: Mapping[str, frozenset[str]] = {
    "object": frozenset({"properties", "required", "additionalProperties"}),
    "array": frozenset({"items", "minItems"}),
    "string": frozenset({"format", "pattern"}),
}
_HARD_PATTERN = re.compile(r"\(\?[=!<]|\\[1-9]|\\[bB]")


@dataclass(slots=True)
class _Walk:
    root: Mapping[str, Any]
    optional: int = 0
    unions: int = 0
    open_references: list[str] = field(default_factory=list)


def check_schema(schema: Any) -> None:
    """Refuse a schema that the service would refuse.

    Raises:
        Refused: with the rule that is broken and where.
    """
    fault = _fault(msgspec.json.encode(schema))
    if fault:
        raise Refused(f"output_config.format.schema: {fault}")


@lru_cache(maxsize=256)
def _fault(encoded: bytes) -> str:
    schema = msgspec.json.decode(encoded)
    try:
        walk = _Walk(schema if isinstance(schema, dict) else {})
        _check(schema, "", walk)
    except Refused as refused:
        return refused.message
    except (AttributeError, TypeError, RecursionError):
        return "this is not a valid JSON schema"
    if walk.optional > _MAX_OPTIONAL:
        return f"Schemas contain too many optional parameters ({walk.optional}), at most 24"
    if walk.unions > _MAX_UNIONS:
        return f"Schemas contain too many parameters with union types ({walk.unions}), at most 16"
    return ""


def _check(schema: Any, path: str, walk: _Walk) -> None:
    if not isinstance(schema, dict):
        raise Refused(f"{path or 'root'}: a schema must be an object")
    kinds = _kinds(schema, path)
    allowed = _ANYWHERE.union(*(_BY_TYPE.get(kind, frozenset()) for kind in kinds))
    for name in schema.keys() - allowed:
        raise Refused(f"{path or 'root'}: for '{kinds[0]}' type, '{name}' is not supported")
    walk.unions += len(kinds) > 1 or "anyOf" in schema
    _check_values(schema, path)
    _check_object(schema, path, walk, is_object="object" in kinds)
    _check_parts(schema, path, walk)
    _follow(schema, path, walk)


def _kinds(schema: Mapping[str, Any], path: str) -> list[str]:
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind] if kind is not None else []
    for name in kinds:
        if name not in _TYPES:
            raise Refused(f"{path or 'root'}: '{name}' is not a type")
    if not kinds and not schema.keys() & {"enum", "const", "anyOf", "allOf", "$ref"}:
        raise Refused(f"{path or 'root'}: a type is missing")
    return [str(name) for name in kinds] or ["any"]


def _check_values(schema: Mapping[str, Any], path: str) -> None:
    choices = schema.get("enum", [None])
    if not isinstance(choices, list) or not choices:
        raise Refused(f"{path or 'root'}: 'enum' must be a list with at least one value")
    if any(isinstance(choice, dict | list) for choice in choices):
        raise Refused(f"{path or 'root'}: 'enum' takes plain values only")
    if schema.get("minItems", 0) not in {0, 1}:
        raise Refused(f"{path or 'root'}: 'minItems' values other than 0 or 1 are not supported")
    if schema.get("format", "date") not in _FORMATS:
        raise Refused(f"{path or 'root'}: the string format is not supported")
    if _HARD_PATTERN.search(str(schema.get("pattern", ""))):
        raise Refused(f"{path or 'root'}: the pattern is not supported")


def _check_object(schema: dict[str, Any], path: str, walk: _Walk, *, is_object: bool) -> None:
    if not is_object:
        return
    if schema.get("additionalProperties") is not False:
        raise Refused(
            f"{path or 'root'}: for 'object' type, 'additionalProperties' must be"
            " explicitly set to false"
        )
    properties = schema.get("properties", {})
    required = schema.get("required", [])
    unknown = [name for name in required if name not in properties]
    if unknown:
        raise Refused(f"{path or 'root'}: required property '{unknown[0]}' is not defined")
    walk.optional += len(properties) - len(set(required))


def _check_parts(schema: dict[str, Any], path: str, walk: _Walk) -> None:
    for group in ("properties", "$defs", "definitions"):
        for name, part in schema.get(group, {}).items():
            _check(part, f"{path}/{group}/{name}", walk)
    for group in ("anyOf", "allOf"):
        for place, part in enumerate(schema.get(group, ())):
            if group == "allOf" and "$ref" in part:
                raise Refused(f"{path or 'root'}: 'allOf' with '$ref' is not supported")
            _check(part, f"{path}/{group}/{place}", walk)
    if "items" in schema:
        _check(schema["items"], f"{path}/items", walk)


def _follow(schema: dict[str, Any], path: str, walk: _Walk) -> None:
    reference = schema.get("$ref")
    if reference is None:
        return
    if reference in walk.open_references:
        raise Refused(f"{path or 'root'}: recursive schemas are not supported")
    target = resolve(walk.root, reference)
    if target is None:
        raise Refused(f"{path or 'root'}: '$ref' must point into '$defs' of this schema")
    walk.open_references.append(reference)
    _check(target, reference, walk)
    walk.open_references.pop()


def resolve(root: Mapping[str, Any], reference: Any) -> dict[str, Any] | None:
    """Return the part of a schema that a local reference names, or None."""
    match = re.fullmatch(r"#/(\$defs|definitions)/([^/]+)", str(reference))
    found = root.get(match[1], {}).get(match[2]) if match else None
    return found if isinstance(found, dict) else None
