"""What the Models API says of each model, laid over the bundled table; it carries no prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.core.catalog import Catalog, Lifecycle, Model, Thinking


@dataclass(frozen=True, slots=True)
class LiveModel:
    """What the Models API says of one model; None where it says nothing."""

    id: str
    name: str
    lifecycle: str | None = None
    retires: str | None = None
    max_input_tokens: int | None = None
    max_output_tokens: int | None = None
    batches: bool | None = None
    structured_outputs: bool | None = None
    images: bool | None = None
    pdfs: bool | None = None
    efforts: tuple[str, ...] | None = None
    thinking_types: tuple[str, ...] | None = None


def merge_live(catalog: Catalog, live: Sequence[LiveModel], known_on: str = "") -> Catalog:
    """Lay the live list over the bundled one: known models updated, unknown ones added at the end.

    A model of the bundled table that the live list lacks stays and is marked: a key may simply
    not be allowed to use it. `known_on` is the day of the list; empty for one just read.
    """
    listed = {model.id: model for model in live}
    known = [_update(model, _listed(model, listed)) for model in catalog.models]
    named = {alias for model in catalog.models for alias in (model.id, *model.aliases)}
    added = [_update(_unknown(model), model) for model in live if model.id not in named]
    return replace(catalog, models=(*known, *added), live=not known_on, known_on=known_on)


def _listed(model: Model, listed: Mapping[str, LiveModel]) -> LiveModel | None:
    return next((listed[name] for name in (model.id, *model.aliases) if name in listed), None)


def _unknown(live: LiveModel) -> Model:
    hint = "New: Sheaf does not know its price yet."
    return Model(live.id, live.name, hint, thinking=Thinking.ON)


def _update(model: Model, live: LiveModel | None) -> Model:
    if live is None:
        return replace(model, unlisted=model.lifecycle is not Lifecycle.RETIRED)
    lifecycle = Lifecycle(live.lifecycle) if live.lifecycle in set(Lifecycle) else model.lifecycle
    said = {
        "max_input_tokens": live.max_input_tokens,
        "max_output_tokens": live.max_output_tokens,
        "batches": live.batches,
        "structured_outputs": live.structured_outputs,
        "images": live.images,
        "pdfs": live.pdfs,
        "efforts": live.efforts,
        # A day that was announced may be put off: then the service names another one, or none.
        "retires": (live.retires or "") if live.lifecycle else live.retires,
        **_thinking(model, live.thinking_types),
    }
    changes: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    return replace(model, lifecycle=lifecycle, **changes)


def _thinking(model: Model, types: tuple[str, ...] | None) -> dict[str, Any]:
    """Return the thinking rules that the service's types of thinking leave.

    A switch of the bundled table is kept where the service still takes it. What a model does when
    nothing is said is not in the list: a new one counts as thinking, so that it is told not to.
    """
    if types is None:
        return {}
    off = _kept(model.thinking_off, ("disabled", "between_tools"), types)
    on = _kept(model.thinking_on, ("adaptive", "enabled"), types)
    if model.thinking is Thinking.OFF:
        return {"thinking_on": on}
    if not types:
        return {"thinking": Thinking.OFF, "thinking_off": "", "thinking_on": ""}
    kind = Thinking.ON if off else Thinking.ALWAYS
    return {"thinking": kind, "thinking_off": off, "thinking_on": on}


def _kept(usual: str, others: Sequence[str], types: Sequence[str]) -> str:
    return usual if usual in types else next((kind for kind in others if kind in types), "")
