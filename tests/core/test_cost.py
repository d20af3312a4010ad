"""Promises of the money: exact prices, honest estimates, no false zero."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import forecast
from app.core.answers import parse_definition
from app.core.catalog import Catalog, LiveModel, Model, merge_live
from app.core.cost import TextSize, Usage, in_dollars, price_of, size_of
from app.core.errors import SheafError
from app.core.job import ColumnFacts, JobSettings, Rows
from app.core.table import Kind
from app.engine.bench import bundled_catalog

CATALOG: Catalog = bundled_catalog()
HAIKU = CATALOG.need("claude-haiku-5-5")


def _price(model: Model, usage: Usage) -> Decimal:
    assert model.prices is not None
    return price_of(usage, model.prices)


@pytest.mark.parametrize(
    ("model", "usage", "dollars"),
    [
        # By hand: tokens x dollars per million x 0.5.
        ("claude-haiku-5-5", Usage(input=100_000, output=1_000), "0.005250"),
        ("claude-haiku-5-5", Usage(input=100_001, output=1_000), "0.02625025"),
        ("claude-sonnet-5-5", Usage(input=1_000_000, output=1_000_000), "6"),
        ("claude-sonnet-5-5", Usage(cache_read=1_000_000), "0.05"),
        ("claude-opus-5-5", Usage(cache_write_1h=1_000_000, cache_write_5m=1_000_000), "6.5"),
        ("claude-fable-5-2", Usage(output=1_000, us_only=True), "0.022"),
        ("claude-haiku-4-5", Usage(input=1_000_000), "0.5"),
    ],
)
def test_prices_equal_those_worked_out_by_hand(model: str, usage: Usage, dollars: str) -> None:
    """Half price, cache classes, the long-prompt tier and the region all count."""
    assert _price(CATALOG.need(model), usage) == Decimal(dollars)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "$0.00"),
        ("0.0042", "under $0.01"),
        ("4.125", "$4.13"),
        ("1234.5", "$1,234.50"),
        (None, "price not known"),
    ],
)
def test_money_is_never_a_false_zero(amount: str | None, words: str) -> None:
    """Less than a cent is said so, an unknown price is said so."""
    assert in_dollars(None if amount is None else Decimal(amount)) == words


def _facts(name: str, text: str, rows: int, filled: int | None = None) -> ColumnFacts:
    size = TextSize()
    size.merge(size_of(text), rows)
    return ColumnFacts(name, Kind.TEXT, rows if filled is None else filled, len(text), size)


SETTINGS = JobSettings(
    instructions="Read this: {{text}}",
    answers=(parse_definition("topic: category = A | B"),),
    model=HAIKU.id,
    max_tokens=100,
)


def _estimate(settings: JobSettings, columns: tuple[ColumnFacts, ...], model: Model = HAIKU):  # type: ignore[no-untyped-def]
    return forecast.estimate(settings, model, forecast.volume(settings, columns, 1000, model))


@given(st.text(min_size=1, max_size=300), st.integers(1, 4000))
def test_the_figures_of_an_estimate_stand_in_order(text: str, longest: int) -> None:
    """Low <= expected <= high <= never more than, and standard is twice expected."""
    settings = replace(SETTINGS, max_tokens=longest)
    found = _estimate(settings, (_facts("text", text, 1000),))
    assert found.low_usd <= found.expected_usd <= found.high_usd <= found.max_usd
    assert found.standard_usd == 2 * found.expected_usd


@given(st.text(min_size=1, max_size=200))
def test_the_bound_holds_even_when_every_byte_is_a_token(text: str) -> None:
    """The bound covers a tokenizer that makes a token of every byte sent."""
    found = _estimate(SETTINGS, (_facts("text", text, 1000),))
    sent = len(f"Read this: {text}".encode("utf-8", "surrogatepass"))
    worst = _price(HAIKU, Usage(input=sent, output=SETTINGS.max_tokens)) * 1000
    assert found.max_usd >= worst


def test_only_named_columns_cost_something() -> None:
    """A column that the instructions do not name leaves the price as it is."""
    text = _facts("text", "hello there", 1000)
    other = _facts("other", "x" * 5000, 1000)
    assert _estimate(SETTINGS, (text,)) == _estimate(SETTINGS, (text, other))


def test_the_first_rows_cost_their_share() -> None:
    """A tenth of the rows costs about a tenth."""
    columns = (_facts("text", "hello there " * 10, 1000),)
    whole = _estimate(SETTINGS, columns)
    tenth = _estimate(replace(SETTINGS, rows=Rows(first=100)), columns)
    assert tenth.rows == 100
    assert abs(tenth.expected_usd * 10 - whole.expected_usd) < whole.expected_usd / 50


def test_blank_rows_cost_nothing() -> None:
    """Rows blank in the named columns are not counted."""
    assert _estimate(SETTINGS, (_facts("text", "hi", 1000, filled=900),)).rows == 900


def test_an_unknown_price_is_said_and_never_zero() -> None:
    """A model without a price has no dollars at all."""
    found = _estimate(SETTINGS, (_facts("text", "hi", 1000),), Model("new", "New"))
    assert found.expected_usd is None
    assert found.max_usd is None
    assert found.input_tokens > 0


def test_the_suggestion_is_the_cheapest_able_model() -> None:
    """Short work goes to the model that costs least."""
    assert CATALOG.suggested().id == "claude-haiku-5-5"


def test_a_model_in_neither_list_is_refused_by_name() -> None:
    """A misspelt model is named, with some that exist."""
    with pytest.raises(SheafError, match="claude-haiku-99"):
        CATALOG.need("claude-haiku-99")


def test_a_retired_model_is_refused_with_a_better_one() -> None:
    """Requests to it would all fail."""
    with pytest.raises(SheafError, match="retired"):
        CATALOG.need("claude-opus-4-1")


def test_the_live_list_updates_and_adds() -> None:
    """Limits and life come from the service; a new model is offered without a price."""
    live = [
        LiveModel("claude-haiku-5-5", "Claude Haiku 5.5", max_output_tokens=999),
        LiveModel("claude-nova-6", "Claude Nova 6"),
        LiveModel("claude-opus-5", "Claude Opus 5", lifecycle="retired"),
    ]
    merged = merge_live(CATALOG, live)
    assert merged.need("claude-haiku-5-5").max_output_tokens == 999
    assert merged.need("claude-nova-6").prices is None
    with pytest.raises(SheafError):
        merged.need("claude-opus-5")


@given(st.lists(st.text(), max_size=5))
def test_text_sizes_add_up(texts: list[str]) -> None:
    """Measuring in parts gives the same as measuring the whole."""
    parts = TextSize()
    for text in texts:
        parts.add(text)
    whole = size_of("".join(texts))
    assert (parts.characters, parts.alphabetic, parts.ideographic) == (
        whole.characters,
        whole.alphabetic,
        whole.ideographic,
    )


def test_other_scripts_make_more_tokens_per_character() -> None:
    """A Japanese text of the same length costs more than an English one."""
    assert size_of("雨が降る" * 10).tokens() > 2 * size_of("rain" * 10).tokens()
