"""The models: their limits, abilities, thinking rules, and prices with date and source.

The bundled table is resources/models.json; the live Models API is merged over it, and carries no
prices (claude-batch-api sections 4 and 5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.core.cost import Price, PriceList
from app.core.errors import SheafError


class Lifecycle(StrEnum):
    """Whether a model can still be used."""

    ACTIVE = "active"
    DEPRECATED = "deprecated"
    RETIRED = "retired"


class Thinking(StrEnum):
    """What a model does about thinking when nothing is said (claude-batch-api section 4.2)."""

    OFF = "off"
    ON = "on"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Model:
    """One model and what a request for it may hold.

    `thinking_off` is the type that switches thinking off or down ("disabled", "between_tools"),
    empty where nothing does or need be sent; `efforts` are the values that `effort` takes.
    `token_factor` scales a token estimate for models with the older tokenizer.
    """

    id: str
    name: str
    hint: str = ""
    max_input_tokens: int = 200_000
    max_output_tokens: int = 64_000
    lifecycle: Lifecycle = Lifecycle.ACTIVE
    retires: str = ""
    thinking: Thinking = Thinking.OFF
    thinking_off: str = ""
    efforts: tuple[str, ...] = ()
    default_effort: str = ""
    structured_outputs: bool = True
    images: bool = True
    pdfs: bool = True
    batches: bool = True
    limited_access: bool = False
    token_factor: float = 1.0
    cache_minimum: int = 1024
    aliases: tuple[str, ...] = ()
    prices: PriceList | None = None

    @property
    def thinks_in_short_answers(self) -> bool:
        """Whether answers will hold thinking that cannot be switched off."""
        return self.thinking is Thinking.ALWAYS or (
            self.thinking is Thinking.ON and self.thinking_off != "disabled"
        )


@dataclass(frozen=True, slots=True)
class Catalog:
    """All known models, in the order in which they are offered."""

    models: tuple[Model, ...]
    as_of: str = ""
    live: bool = False
    _by_id: Mapping[str, Model] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = {alias: model for model in self.models for alias in (model.id, *model.aliases)}
        object.__setattr__(self, "_by_id", names)

    def find(self, model_id: str) -> Model | None:
        """Return the model with this id or alias, or None."""
        return self._by_id.get(model_id)

    def need(self, model_id: str) -> Model:
        """Return the model with this id.

        Raises:
            SheafError: there is no such model, or it is retired.
        """
        model = self.find(model_id)
        if model is None:
            some = ", ".join(m.id for m in self.offered()[:4])
            raise SheafError(
                f'There is no model called "{model_id}".',
                "It is neither in Sheaf's list nor in the list that the service gave.",
                f"Use one of: {some}.",
            )
        if model.lifecycle is Lifecycle.RETIRED:
            raise SheafError(
                f"{model.name} has been retired and answers nothing any more.",
                fix=f"Use {self.suggested().name} instead.",
            )
        return model

    def offered(self) -> tuple[Model, ...]:
        """Return the models that a batch can use."""
        return tuple(m for m in self.models if m.batches and m.lifecycle is not Lifecycle.RETIRED)

    def suggested(self) -> Model:
        """Return the cheapest active model that can be told the shape of its answer."""
        able = [
            m
            for m in self.offered()
            if m.prices is not None
            and m.structured_outputs
            and m.lifecycle is Lifecycle.ACTIVE
            and not m.limited_access
        ]
        return min(able or self.offered(), key=_cheapness)


def _cheapness(model: Model) -> Decimal:
    if model.prices is None:
        return Decimal("Infinity")
    first = model.prices.tiers[0]
    return first.input * 5 + first.output


def read_catalog(table: Mapping[str, Any]) -> Catalog:
    """Read the bundled table: {"as_of", "source", "models": [...]}."""
    models = tuple(_read_model(entry, table) for entry in table["models"])
    return Catalog(models, table["as_of"])


def _read_model(entry: Mapping[str, Any], table: Mapping[str, Any]) -> Model:
    values = dict(entry)
    tiers = values.pop("prices", None)
    values["prices"] = (
        PriceList(tuple(_read_price(tier) for tier in tiers), table["as_of"], table["source"])
        if tiers
        else None
    )
    for name in ("efforts", "aliases"):
        values[name] = tuple(values.get(name, ()))
    values["lifecycle"] = Lifecycle(values.get("lifecycle", "active"))
    values["thinking"] = Thinking(values.get("thinking", "off"))
    return Model(**values)


def _read_price(tier: Mapping[str, Any]) -> Price:
    amounts = {name: Decimal(str(value)) for name, value in tier.items() if name != "up_to"}
    return Price(**amounts, up_to=tier.get("up_to"))


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


def merge_live(catalog: Catalog, live: Sequence[LiveModel]) -> Catalog:
    """Lay the live list over the bundled one: known models updated, unknown ones added at the end.

    A model of the bundled table that the live list lacks stays, but is not offered first: a key
    may simply not be allowed to use it.
    """
    listed = {model.id: model for model in live}
    known = [_update(model, _listed(model, listed)) for model in catalog.models]
    named = {alias for model in catalog.models for alias in (model.id, *model.aliases)}
    added = [_update(_unknown(model), model) for model in live if model.id not in named]
    return Catalog((*known, *added), catalog.as_of, live=True)


def _listed(model: Model, listed: Mapping[str, LiveModel]) -> LiveModel | None:
    return next((listed[name] for name in (model.id, *model.aliases) if name in listed), None)


def _unknown(live: LiveModel) -> Model:
    return Model(live.id, live.name, hint="New: Sheaf does not know its price yet.")


def _update(model: Model, live: LiveModel | None) -> Model:
    if live is None:
        return model
    lifecycle = Lifecycle(live.lifecycle) if live.lifecycle in set(Lifecycle) else model.lifecycle
    said = {
        "max_input_tokens": live.max_input_tokens,
        "max_output_tokens": live.max_output_tokens,
        "batches": live.batches,
        "structured_outputs": live.structured_outputs,
        "images": live.images,
        "pdfs": live.pdfs,
        "efforts": live.efforts,
        "retires": live.retires,
        "thinking_off": _off_switch(model, live),
    }
    changes: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    return replace(model, lifecycle=lifecycle, **changes)


def _off_switch(model: Model, live: LiveModel) -> str | None:
    """Keep the bundled switch where the service still takes it; else the one it names."""
    types = live.thinking_types
    if types is None or model.thinking is Thinking.OFF:
        return None
    if model.thinking_off in types:
        return model.thinking_off
    return next((t for t in ("disabled", "between_tools") if t in types), "")
