"""Promises of the money: exact prices, honest estimates, no false zero."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import forecast, volume
from app.core.answers import parse_definition
from app.core.calibration import Layer, Line
from app.core.catalog import Catalog, Model
from app.core.cost import TextSize, Usage, in_dollars, price_of, size_of
from app.core.errors import SheafError
from app.core.job import ColumnFacts, JobSettings, Rows
from app.core.live_models import LiveModel, merge_live
from app.core.measured import Measured, Reading
from app.core.most import worst_case
from app.core.quality import Quality
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
    one = size_of(text)
    size.merge(one, rows)
    filled = rows if filled is None else filled
    return ColumnFacts(name, Kind.TEXT, filled, len(text), size, one.bytes)


SETTINGS = JobSettings(
    instructions="Read this: {{text}}",
    answers=(parse_definition("topic: category = A | B"),),
    model=HAIKU.id,
    max_tokens=100,
)


def _estimate(settings: JobSettings, columns: tuple[ColumnFacts, ...], model: Model = HAIKU):  # type: ignore[no-untyped-def]
    return forecast.estimate(settings, model, volume.judge(settings, columns, 1000), 400)


@given(st.text(min_size=1, max_size=300), st.integers(1, 4000))
def test_the_figures_of_an_estimate_stand_in_order(text: str, longest: int) -> None:
    """Low <= expected <= high <= never more than, and standard is twice expected."""
    settings = replace(SETTINGS, max_tokens=longest)
    found = _estimate(settings, (_facts("text", text, 1000),))
    assert found.low_usd <= found.expected_usd <= found.high_usd <= found.max_usd
    assert found.standard_usd == 2 * found.expected_usd


@given(st.text(min_size=1, max_size=200))
def test_the_bound_holds_even_when_every_byte_is_a_token(text: str) -> None:
    """The bound covers a tokenizer that makes a token of every byte sent, and dear regions."""
    found = _estimate(SETTINGS, (_facts("text", text, 1000),))
    sent = len(f"Read this: {text}".encode()) + 400
    usage = Usage(input=sent, output=SETTINGS.max_tokens, us_only=True)
    assert found.max_usd >= _price(HAIKU, usage) * 1000


def test_only_prompts_that_can_be_long_are_bounded_by_the_long_prompts_price() -> None:
    """Haiku's dearer tier above 100,000 tokens counts where a row can reach it, and only there."""
    short = _estimate(SETTINGS, (_facts("text", "x" * 9_000, 1000),))
    long = _estimate(SETTINGS, (_facts("text", "x" * 120_000, 1000),))
    assert short.max_usd < _price(HAIKU, Usage(input=10_000, output=100)) * 1000 * 2
    assert long.max_usd >= _price(HAIKU, Usage(input=120_000, output=100)) * 1000
    # A job of which some rows may be long pays the dearer answers only for as many as fit.
    assert HAIKU.prices is not None
    few, many = (
        worst_case(HAIKU.prices, 100, bytes_sent, 1_000, 130_000)
        for bytes_sent in (150_000, 15_000_000)
    )
    cheap, dear = (tier.output * 1_000 * 100 for tier in HAIKU.prices.tiers)
    assert few < many / 2
    assert many * 2_000_000 >= dear > cheap


def test_the_bound_holds_where_a_persons_own_prices_fall_for_long_requests() -> None:
    """The dearest price that can apply bounds reading and writing, whichever tier it stands in."""
    assert HAIKU.prices is not None
    short, long = HAIKU.prices.tiers
    own = replace(
        HAIKU.prices, tiers=(replace(long, up_to=short.up_to), replace(short, up_to=None))
    )
    most = worst_case(own, 10, 1_200_000, 100, 130_000)
    assert most >= price_of(Usage(input=99_000, output=100, us_only=True), own) * 10


def test_the_bound_counts_all_that_the_service_was_seen_to_add() -> None:
    """Hidden words that were counted may be more than usual; the range stays the right way up."""
    columns, read = (_facts("text", "a b c", 1000),), Reading((Layer(9, Line(2, 0)),), 2_500, 40)
    sizes = volume.judge(SETTINGS, columns, 1000)
    found = forecast.estimate(SETTINGS, HAIKU, sizes, 400, Measured(read))
    assert found.low_usd <= found.expected_usd <= found.high_usd < found.max_usd
    assert found.overhead > 2_000
    usual = forecast.estimate(SETTINGS, HAIKU, sizes, 400, Measured(replace(read, extra=20)))
    assert usual.overhead == forecast.MOST_OVERHEAD_TOKENS


def test_answers_alone_show_that_the_service_adds_more_than_usual() -> None:
    """Where nothing was counted, the bound is above what real answers read."""
    columns, read = (_facts("text", "a b c", 1000),), Reading((Layer(9, Line(2_500, 0)),), 0, 0)
    sizes = volume.judge(SETTINGS, columns, 1000)
    found = forecast.estimate(SETTINGS, HAIKU, sizes, 400, Measured(read))
    assert found.expected_usd <= found.high_usd < found.max_usd


def test_what_every_request_repeats_is_priced_as_the_requests_are() -> None:
    """Instructions of 127,000 tokens make every request a long one, at the long prompts' price."""
    settings = replace(SETTINGS, background="word " * 80_000)
    found = _estimate(settings, (_facts("text", "short", 1000),))
    assert found.fixed_tokens > 100_000
    assert HAIKU.prices is not None
    dear = HAIKU.prices.tiers[1].input * found.fixed_tokens * 1000 / 2_000_000
    assert abs(found.fixed_usd / dear - 1) < Decimal("0.001")
    assert found.fixed_usd <= found.reading_usd


def test_sharing_a_request_is_not_taken_to_spare_thinking() -> None:
    """What several rows per request save is what they repeat; each row is still thought about."""
    columns = (_facts("text", "a b c", 1000),)
    careful = replace(
        SETTINGS,
        quality=Quality.CAREFUL,
        max_tokens=2_000,
        answers=(parse_definition("topic: category = Delivery | Quality"),),
    )
    alone = _estimate(careful, columns)
    shared = _estimate(replace(careful, rows_per_request=5), columns)
    assert shared.requests == 200
    assert shared.output_tokens >= alone.output_tokens


def test_a_job_that_was_read_before_cells_were_measured_has_a_bound_too() -> None:
    """Without the longest cell one cell may hold all of the column's text."""
    facts = _facts("text", "x" * 100, 1000)
    first = replace(SETTINGS, rows=Rows(first=1))
    unmeasured = replace(facts, longest_bytes=0)
    assert volume.judge(first, (facts,), 1000).longest_bytes == 111
    assert volume.judge(first, (unmeasured,), 1000).longest_bytes == 100_011


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
    """Rows blank in the named columns are not counted; the others keep all of the text."""
    found = _estimate(SETTINGS, (_facts("text", "hi there " * 9, 1000, filled=900),))
    full = _estimate(SETTINGS, (_facts("text", "hi there " * 9, 1000),))
    assert found.rows == 900
    assert found.reading_usd > full.reading_usd * Decimal("0.9")


def test_half_filled_columns_may_meet_in_a_row_or_not() -> None:
    """Two half-filled columns send between half of the rows and all: the bound takes all."""
    settings = replace(SETTINGS, instructions="{{a}} {{b}}")
    columns = tuple(_facts(name, "hello", 1000, filled=500) for name in "ab")
    read = volume.judge(settings, columns, 1000)
    assert (read.least_rows, read.rows, read.most_rows) == (500, 750, 1000)
    assert read.basis == volume.AVERAGE


def test_the_basis_says_what_was_looked_at() -> None:
    """The whole table was measured; of some of its rows only the average is known."""
    columns = (_facts("text", "hello", 1000),)
    assert volume.judge(SETTINGS, columns, 1000).basis == volume.MEASURED
    some = replace(SETTINGS, rows=Rows(picked=(3, 4)))
    assert volume.judge(some, columns, 1000).basis == volume.AVERAGE


def test_an_unknown_price_is_said_and_never_zero() -> None:
    """A model without a price has no dollars at all."""
    found = _estimate(SETTINGS, (_facts("text", "hi", 1000),), Model("new", "New"))
    assert found.expected_usd is None
    assert found.max_usd is None
    assert found.input_tokens > 0


def test_the_most_tokens_are_a_bound_with_and_without_a_price() -> None:
    """Every byte a token and every answer at its limit: the same bound as that of the dollars."""
    columns = (_facts("text", "hello", 1000),)
    known, unknown = _estimate(SETTINGS, columns), _estimate(SETTINGS, columns, Model("n", "N"))
    assert known.most_tokens == unknown.most_tokens
    assert unknown.most_tokens >= 1000 * (len("Read this: hello") + SETTINGS.max_tokens)
    assert unknown.most_tokens > unknown.tokens
    dearest = HAIKU.prices.tiers[0].output / 2 * HAIKU.prices.us_factor / 1_000_000
    assert known.max_usd <= known.most_tokens * dearest


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
