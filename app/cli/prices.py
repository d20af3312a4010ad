"""`sheaf prices`: what the models cost in batches, from when that is known, and a person's own."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from app.cli import report
from app.cli.command import Command
from app.cli.figures import money
from app.core import days
from app.core.catalog import Lifecycle, Model
from app.core.cost import BATCH_FACTOR, Price, PriceList
from app.core.errors import SheafError
from app.core.limit import Unit
from app.core.own_prices import price_of
from app.core.written_sums import read_sum
from app.engine.replies import ModelList

_AMOUNTS = {
    "input": "reading",
    "output": "writing",
    "cache_write_5m": "keeping instructions for 5 minutes",
    "cache_write_1h": "keeping them for 1 hour",
    "cache_read": "reusing them",
}
_LINE = "{:<26}  {:>12}  {:>12}  {:>12}  {:<22}  {}"
_HEAD = _LINE.format("Model", "Reading", "Writing", "Reusing", "From", "").rstrip()
_NEEDED = ("input", "output")


def add_arguments(verb: argparse.ArgumentParser) -> None:
    """Let one model be named, and its prices be set or reset."""
    verb.add_argument("model", nargs="?", default="", metavar="MODEL", help="only this one")
    for name, what in _AMOUNTS.items():
        follows = "" if name in _NEEDED else "; left out, it follows from reading"
        verb.add_argument(
            f"--{name.replace('_', '-')}",
            nargs="+",
            default=[],
            metavar="USD",
            help=f"your own standard price for {what}, per million tokens{follows}; for a model "
            "that is dearer in long requests, one for each length",
        )
    verb.add_argument("--reset", action="store_true", help="go back to Sheaf's own prices")
    verb.add_argument("--json", action="store_true", help="one JSON object on stdout")


def work(command: Command) -> int:
    """Do `sheaf prices`; return the exit code."""
    options, known = command.options, command.reach.known
    written = [name for name in _AMOUNTS if getattr(options, name)]
    model = known.catalog.find(options.model) if options.model else None
    if options.model and model not in known.catalog.models:
        known.catalog.need(options.model)
    if written or options.reset:
        model = _changeable(model, written, reset=options.reset)
        known.set_prices(model.id, () if options.reset else _tiers(options, model))
    _show(known.listed(), model.id if model else "", as_json=options.json)
    return 0


# --- changing ---------------------------------------------------------------------------------


def _changeable(model: Model | None, written: list[str], *, reset: bool) -> Model:
    if model is None:
        raise SheafError(
            "Whose prices? No model is named.", fix="Write sheaf prices MODEL --input 1 --output 5."
        )
    if written and reset:
        raise SheafError(
            "--reset goes back to Sheaf's own prices, so none can be written with it.",
            fix=f"Leave --reset or --{written[0].replace('_', '-')} out.",
        )
    return model


def _tiers(options: argparse.Namespace, model: Model) -> tuple[Price, ...]:
    """Return the prices as they were written, for as many lengths as the model has.

    Raises:
        SheafError: there are more or fewer, or one of them cannot be read.
    """
    bounds: list[int | None] = (
        [tier.up_to for tier in model.prices.tiers] if model.prices else [None]
    )
    columns = {name: _sums(getattr(options, name)) for name in _AMOUNTS}
    for name, sums in columns.items():
        if len(sums) != len(bounds) and (sums or name in _NEEDED):
            raise _wrong_number(name, model, bounds)
    return tuple(
        price_of({name: sums[place] if sums else None for name, sums in columns.items()}, up_to)
        for place, up_to in enumerate(bounds)
    )


def _sums(written: list[str]) -> list[Decimal | None]:
    return [read_sum(text, Unit.DOLLARS) for text in written]


def _wrong_number(name: str, model: Model, bounds: list[int | None]) -> SheafError:
    option = f"--{name.replace('_', '-')}"
    if len(bounds) == 1:
        return SheafError(
            f"{option} takes one price for {model.name}, and reading and writing are both needed.",
            fix="Write it like --input 1 --output 5.",
        )
    reach = ", ".join("longer" if bound is None else f"up to {bound:,}" for bound in bounds)
    return SheafError(
        f"{option} takes {len(bounds)} prices for {model.name}: for requests of {reach} tokens.",
        fix="Write them in this order, like --input 0.1 0.5 --output 0.5 2.5.",
    )


# --- showing ----------------------------------------------------------------------------------


def _show(listed: ModelList, only: str, *, as_json: bool) -> None:
    models = [m for m in (*listed.models, *listed.others) if only in ("", m.id)]
    if as_json:
        said = [_as_json(model, listed) for model in models]
        facts = {"as_of": listed.as_of, "old": listed.prices_are_old, "models": said}
        report.out(json.dumps(facts, indent=2))
        return
    lines = [line for model in models for line in _lines(model, listed)]
    report.out("\n".join([_HEAD, *lines]))
    report.say("In US dollars per million tokens, in batches: half of the standard price.")
    if listed.prices_are_old:
        day = days.in_words(listed.as_of)
        report.say(f"These prices are of {day}: compare them with Anthropic's page.")


def _lines(model: Model, listed: ModelList) -> Iterator[str]:
    """Yield a line for each price of a model; what is not known is said, never $0."""
    said = listed.marks.get(model.id)
    mark = said.short if said else ""
    if model.prices is None:
        gone = model.lifecycle is Lifecycle.RETIRED
        origin = "—" if gone else "price not known"
        yield _LINE.format(model.id, "—", "—", "—", origin, mark).rstrip()
        return
    for tier in model.prices.tiers:
        reach = "" if len(model.prices.tiers) == 1 else _reach(tier.up_to)
        sums = [_dollars(getattr(tier, name)) for name in ("input", "output", "cache_read")]
        about = ", ".join(part for part in (reach, mark) if part)
        yield _LINE.format(model.id, *sums, _from(model.prices), about).rstrip()


def _reach(up_to: int | None) -> str:
    return "longer requests" if up_to is None else f"up to {up_to:,} tokens"


def _from(prices: PriceList) -> str:
    day = days.in_words(prices.as_of)
    return f"yours, {day}" if prices.own else day


def _dollars(standard: Decimal) -> str:
    """Write the price in a batch: at least two decimals, as many as it has."""
    whole, _, cents = f"{(standard * BATCH_FACTOR).normalize():f}".partition(".")
    return f"${int(whole):,}.{cents:0<2}"


def _as_json(model: Model, listed: ModelList) -> dict[str, Any]:
    said, prices = listed.marks.get(model.id), model.prices
    return {
        "model": model.id,
        "name": model.name,
        "own": bool(prices and prices.own),
        "as_of": prices.as_of if prices else None,
        "source": prices.source if prices else None,
        "lifecycle": model.lifecycle.value,
        "retires": model.retires or None,
        "mark": said.kind.value if said else None,
        "mark_words": said.sentence if said else None,
        "prices": [_tier_json(tier) for tier in prices.tiers] if prices else None,
    }


def _tier_json(tier: Price) -> dict[str, Any]:
    standard = {name: getattr(tier, name) for name in _AMOUNTS}
    return {
        "up_to_tokens": tier.up_to,
        "standard_usd": {name: money(amount) for name, amount in standard.items()},
        "batch_usd": {name: money(amount * BATCH_FACTOR) for name, amount in standard.items()},
    }
