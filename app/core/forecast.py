"""What a job is likely to cost, from the length of what it sends.

Not calibrated: characters become tokens by ratios stated per script (core.cost), answers are
judged by their columns. `basis` says so. The bound is a true one: a token is at least one byte
of the request, and every answer may be as long as allowed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.answers import AnswerColumn, AnswerKind, in_words, schema
from app.core.catalog import Model
from app.core.cost import (
    BATCH_FACTOR,
    MILLION,
    Estimate,
    PriceList,
    TextSize,
    size_of,
)
from app.core.job import JobSettings
from app.core.quality import approach
from app.core.volume import Volume

OVERHEAD_TOKENS = 12
"""What a request costs besides its texts: roles and framing."""
SCHEMA_OVERHEAD_TOKENS = 60
"""What the service adds to explain a wanted shape (section 5: hidden system tokens)."""
MOST_OVERHEAD_TOKENS = 600
"""What the service may add at most to what a request's own bytes can make."""
FREE_TEXT_TOKENS = 120
_LOW, _HIGH = Decimal("0.8"), 1.6
_FEWER_WORDS = Decimal("1.3")
_SHORT, _SHORT_MOST = 14, 40
_LONG, _LONG_MOST = 90, 400


@dataclass(frozen=True, slots=True)
class AnswerSize:
    """Tokens of one answer: the usual, and what all columns together may need."""

    usual: int
    most: int


def answer_size(columns: Sequence[AnswerColumn]) -> AnswerSize:
    """Judge how long an answer with these columns is."""
    if not columns:
        return AnswerSize(FREE_TEXT_TOKENS, FREE_TEXT_TOKENS)
    sizes = [_cell_size(column) for column in columns]
    return AnswerSize(4 + sum(s.usual for s in sizes), 4 + sum(s.most for s in sizes))


def _cell_size(column: AnswerColumn) -> AnswerSize:
    key = 4 + round(size_of(column.name).tokens())
    if column.kind is AnswerKind.SHORT_TEXT:
        return AnswerSize(key + _SHORT, key + _SHORT_MOST)
    if column.kind is AnswerKind.LONG_TEXT:
        return AnswerSize(key + _LONG, key + _LONG_MOST)
    labels = [2 + round(size_of(choice).tokens()) for choice in column.choices] or [4]
    if column.kind is AnswerKind.LABELS:
        return AnswerSize(key + 2 * max(labels), key + sum(labels))
    return AnswerSize(key + max(labels), key + max(labels) + 2)


def usual_longest_answer(settings: JobSettings, model: Model) -> int:
    """Suggest a longest answer: four times what the columns need, and room to think."""
    needed = answer_size(settings.answers).most
    thinking = 8 * approach(model, settings.quality, model.max_output_tokens).thought
    wanted = 4 * needed + thinking if settings.answers else 1000 + thinking
    rounded = -(-wanted // 100) * 100
    return min(rounded, model.max_output_tokens)


def thought(settings: JobSettings, model: Model) -> int:
    """Return about how many tokens of thinking an answer begins with; they are billed too."""
    longest = settings.max_tokens or model.max_output_tokens
    return approach(model, settings.quality, longest).thought


def estimate(settings: JobSettings, model: Model, read: Volume, envelope: int) -> Estimate:
    """Forecast the cost: expected, likely range, and what it can never pass.

    `envelope` is how many bytes each request has besides its row's filled instructions.
    """
    likely = _groups(settings, model, read)
    answer = _usual_answer(settings, model)
    reading = sum(group.tokens for group in likely)
    prices = model.prices
    if prices is None:
        return Estimate(read.rows, reading, read.rows * answer, read.basis)
    expected, reading_usd = _bill(prices, likely, answer), _bill(prices, likely, 0)
    writing_usd = expected - reading_usd
    few, many = _spread(read)
    high = _bill(prices, _groups(settings, model, read, most=True), _long_answer(settings, model))
    most = worst_case(
        prices,
        read.most_rows,
        read.most_bytes + read.most_rows * envelope,
        settings.max_tokens,
        read.longest_bytes + envelope,
    )
    return Estimate(
        rows=read.rows,
        input_tokens=reading,
        output_tokens=read.rows * answer,
        basis=read.basis,
        expected_usd=expected,
        low_usd=(reading_usd + writing_usd / _FEWER_WORDS) * _LOW * few,
        high_usd=min(high * many, most),
        max_usd=most,
        standard_usd=expected / BATCH_FACTOR,
        reading_usd=reading_usd,
        writing_usd=writing_usd,
        prices_as_of=prices.as_of,
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows that are priced alike, with the tokens that they read together."""

    rows: int
    tokens: int


def _groups(
    settings: JobSettings, model: Model, read: Volume, *, most: bool = False
) -> list[_Group]:
    """Put each long row into a group of its own, and all others into one."""
    each = _fixed_text(settings, model).tokens(most=most) * model.token_factor + OVERHEAD_TOKENS
    each += SCHEMA_OVERHEAD_TOKENS if settings.answers else 0
    long = [size.tokens(most=most) for size in read.large]
    short = read.texts.tokens(most=most) - sum(long)
    rows = read.rows - len(long)
    groups = [_Group(1, round(texts * model.token_factor + each)) for texts in long]
    return [*groups, _Group(rows, round(short * model.token_factor + rows * each))]


def _fixed_text(settings: JobSettings, model: Model) -> TextSize:
    """Measure the part that every row repeats: background, and the shape of the answer."""
    fixed = size_of(settings.background)
    if settings.answers:
        shape = json.dumps(schema(settings.answers), ensure_ascii=False)
        fixed.add(shape if model.structured_outputs else in_words(settings.answers))
    return fixed


def _usual_answer(settings: JobSettings, model: Model) -> int:
    usual = answer_size(settings.answers).usual + thought(settings, model)
    return min(usual, settings.max_tokens)


def _long_answer(settings: JobSettings, model: Model) -> int:
    return min(round(_usual_answer(settings, model) * _HIGH), settings.max_tokens)


def _spread(read: Volume) -> tuple[Decimal, Decimal]:
    """Return the share of the expected rows that will be sent at least, and at most."""
    rows = Decimal(max(read.rows, 1))
    return min(read.least_rows / rows, Decimal(1)), max(read.most_rows / rows, Decimal(1))


def _bill(prices: PriceList, groups: Sequence[_Group], answer: int) -> Decimal:
    """Price groups of rows, each at the tier of its mean row."""
    cost = Decimal(0)
    for group in groups:
        tier = prices.tier(group.tokens // max(group.rows, 1))
        cost += group.tokens * tier.input + group.rows * answer * tier.output
    return cost * BATCH_FACTOR / MILLION


def worst_case(
    prices: PriceList, rows: int, sent_bytes: int, max_tokens: int, longest: int | None = None
) -> Decimal:
    """Return what these requests can cost at the very most.

    A token is at least one byte of what is sent, every answer is as long as allowed, and work in
    one region may be dearer. `longest` bounds the bytes of any one request, and with them the
    tier: rows in a dearer one are at most as many as the bytes can fill.
    """
    reading = sent_bytes + rows * MOST_OVERHEAD_TOKENS
    usual = prices.tiers[0]
    longest = sent_bytes if longest is None else min(longest, sent_bytes)
    dearest = prices.tier(longest + MOST_OVERHEAD_TOKENS)
    dear_rows = 0
    if usual.up_to is not None and dearest is not usual:
        dear_rows = min(rows, reading // (usual.up_to + 1))
    writing = dear_rows * dearest.output + (rows - dear_rows) * usual.output
    tokens = reading * dearest.input + max_tokens * writing
    return tokens * BATCH_FACTOR * prices.us_factor / MILLION


def per_thousand(settings: JobSettings, model: Model, read: Volume) -> Decimal | None:
    """Return what 1,000 rows of this job cost with a model; None without a price."""
    if model.prices is None or not read.rows:
        return None
    expected = _bill(model.prices, _groups(settings, model, read), _usual_answer(settings, model))
    return expected * 1000 / read.rows
