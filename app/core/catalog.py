"""The models: their limits, abilities, thinking rules, and prices with date and source.

The bundled table is resources/models.json; what the Models API says is laid over it by
core.live_models, and a person's own prices by core.own_prices.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.core.cost import US_FACTOR, Price, PriceList, read_day
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
    `thinking_on` the one that switches it on ("adaptive", "enabled"), each empty where nothing
    does or need be sent; `efforts` are the values that `effort` takes. `token_factor` scales a
    token estimate for models with the older tokenizer. `prefill` says that it goes on with an
    answer that the request has begun, `forced_tools` that a request can leave it no way around a
    tool, `unlisted` that the service's list for this key lacks the model.
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
    thinking_on: str = ""
    efforts: tuple[str, ...] = ()
    default_effort: str = ""
    structured_outputs: bool = True
    images: bool = True
    pdfs: bool = True
    batches: bool = True
    limited_access: bool = False
    prefill: bool = False
    forced_tools: bool = True
    unlisted: bool = False
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

    def retires_on(self) -> date | None:
        """Return the day on which the model ends, where one is announced."""
        return read_day(self.retires)


_FAMILIES = ("opus", "sonnet", "haiku")
_DATE = re.compile(r"-\d{8}$")
_LONG_GONE = re.compile(r"claude-(instant|[12]|3(-[57])?-(opus|sonnet|haiku))([.-].{1,40})?")
"""Ids of the generations of which no model is left."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """All known models, in the order in which they are offered.

    `live` says that the service's list was read in this session, `known_on` when it was last.
    """

    models: tuple[Model, ...]
    as_of: str = ""
    live: bool = False
    known_on: str = ""
    _by_id: Mapping[str, Model] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = {alias: model for model in self.models for alias in (model.id, *model.aliases)}
        object.__setattr__(self, "_by_id", names)

    def find(self, model_id: str) -> Model | None:
        """Return the model with this id or alias, or None; retired ones also by their dated ids."""
        return self._by_id.get(model_id) or self._retired(model_id)

    def _retired(self, model_id: str) -> Model | None:
        dateless = (_DATE.sub(ending, model_id) for ending in ("", "-latest"))
        found = next((known for name in dateless if (known := self._by_id.get(name))), None)
        if found is not None:
            return found if found.lifecycle is Lifecycle.RETIRED else None
        if not _LONG_GONE.fullmatch(model_id):
            return None
        return Model(model_id, model_id, "Retired.", lifecycle=Lifecycle.RETIRED)

    def successor(self, model: Model) -> Model:
        """Return the model that takes the place of one that ends: the newest of its family."""
        family = next((name for name in _FAMILIES if name in model.id), "")
        kin = [each for each in self.offered() if family and family in each.id and _is_usual(each)]
        return kin[0] if kin else self.suggested()

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
                fix=f"Use {self.successor(model).name} ({self.successor(model).id}) instead.",
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
            and not m.unlisted
        ]
        return min(able or self.offered(), key=_cheapness)

    def on(self, today: date) -> Catalog:
        """Return the catalogue of a day: models whose last day has passed are retired.

        One that the service has just listed is not: its end may have been put off.
        """
        models = (m if self.live and not m.unlisted else _on(m, today) for m in self.models)
        return replace(self, models=tuple(models))


def _is_usual(model: Model) -> bool:
    return not (model.lifecycle is not Lifecycle.ACTIVE or model.limited_access or model.unlisted)


def _on(model: Model, today: date) -> Model:
    last = model.retires_on()
    if last is None or last > today or model.lifecycle is Lifecycle.RETIRED:
        return model
    return replace(model, lifecycle=Lifecycle.RETIRED)


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
    tiers = values.pop("prices", ())
    us_factor = Decimal(values.pop("us_factor", US_FACTOR))
    prices = tuple(_read_price(tier) for tier in tiers)
    known = PriceList(prices, table["as_of"], table["source"], us_factor)
    values["prices"] = known if prices else None
    for name in ("efforts", "aliases"):
        values[name] = tuple(values.get(name, ()))
    values["lifecycle"] = Lifecycle(values.get("lifecycle", "active"))
    values["thinking"] = Thinking(values.get("thinking", "off"))
    return Model(**values)


def _read_price(tier: Mapping[str, Any]) -> Price:
    amounts = {name: Decimal(str(value)) for name, value in tier.items() if name != "up_to"}
    return Price(**amounts, up_to=tier.get("up_to"))
