"""What a job is likely to cost, from the measured length of its columns.

Not calibrated: characters become tokens by ratios stated per script (core.cost), answers are
judged by their columns. `basis` says so. The bound is a true one: a token is at least one byte.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.answers import AnswerColumn, AnswerKind, in_words, schema
from app.core.catalog import Model
from app.core.cost import BATCH_FACTOR, MILLION, Estimate, TextSize, size_of
from app.core.instructions import Instructions, parse
from app.core.job import ColumnFacts, JobSettings

BASIS = "Estimated from the length of your text"
OVERHEAD_TOKENS = 12
"""What a request costs besides its texts: roles and framing."""
SCHEMA_OVERHEAD_TOKENS = 60
"""What the service adds to explain a wanted shape (section 5: hidden system tokens)."""
MOST_OVERHEAD_TOKENS = 600
FREE_TEXT_TOKENS = 120
THINKING_TOKENS = 150
"""What a model that always thinks spends on a short answer at low effort: a guess, and wide."""
_LOW, _HIGH = 0.8, 1.6
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
    thinking = THINKING_TOKENS * 8 if model.thinks_in_short_answers else 0
    wanted = 4 * needed + thinking if settings.answers else 1000 + thinking
    rounded = -(-wanted // 100) * 100
    return min(rounded, model.max_output_tokens)


@dataclass(frozen=True, slots=True)
class Volume:
    """How much a job reads: rows to send, their texts, and the part that every row repeats."""

    rows: int
    texts: TextSize
    fixed: TextSize
    with_schema: bool


def volume(
    settings: JobSettings, columns: Sequence[ColumnFacts], rows: int, model: Model
) -> Volume:
    """Measure what would be sent, from the columns' facts."""
    instructions = parse(settings.instructions)
    sent = rows_to_send(settings, instructions, columns, rows)
    texts = TextSize()
    for literal in instructions.literals:
        texts.merge(size_of(literal), sent)
    by_name = {column.name: column for column in columns}
    for place in instructions.placeholders:
        if place.column in by_name and rows:
            texts.merge(_share(by_name[place.column].size, sent, rows))
    fixed = size_of(settings.background)
    if settings.answers:
        shape = json.dumps(schema(settings.answers), ensure_ascii=False)
        fixed.add(shape if model.structured_outputs else in_words(settings.answers))
    return Volume(sent, texts, fixed, bool(settings.answers))


def rows_to_send(
    settings: JobSettings, instructions: Instructions, columns: Sequence[ColumnFacts], rows: int
) -> int:
    """Return how many of the rows would be sent, blank ones left out."""
    chosen = rows if settings.rows.first is None else min(rows, settings.rows.first)
    if settings.rows.picked:
        chosen = len(settings.rows.picked)
    named = [column.filled for column in columns if column.name in instructions.columns]
    if not named or not settings.skip_blank or not rows:
        return chosen
    # The fullest named column bounds how many rows are not blank in all of them.
    return round(chosen * max(named) / rows)


def _share(size: TextSize, part: int, whole: int) -> TextSize:
    return TextSize(
        size.characters * part // whole,
        size.alphabetic * part // whole,
        size.ideographic * part // whole,
        size.bytes * part // whole,
    )


def estimate(settings: JobSettings, model: Model, read: Volume) -> Estimate:
    """Forecast the cost: expected, likely range, and what it can never pass."""
    extra = OVERHEAD_TOKENS + (SCHEMA_OVERHEAD_TOKENS if read.with_schema else 0)
    reading = _reading(read, model, extra, most=False)
    reading_most = _reading(read, model, extra, most=True)
    per_answer = _expected_answer(settings, model)
    writing = read.rows * per_answer
    if model.prices is None:
        return Estimate(read.rows, reading, writing, BASIS)
    expected = _bill(model, read.rows, reading, writing)
    standard = expected / BATCH_FACTOR
    reading_usd = _bill(model, read.rows, reading, 0)
    high = read.rows * min(settings.max_tokens, round(per_answer * _HIGH))
    return Estimate(
        rows=read.rows,
        input_tokens=reading,
        output_tokens=writing,
        basis=BASIS,
        expected_usd=expected,
        low_usd=_bill(model, read.rows, round(reading * _LOW), round(writing * _LOW / 1.3)),
        high_usd=_bill(model, read.rows, reading_most, max(high, writing)),
        max_usd=worst_case(
            model,
            read.rows,
            read.texts.bytes + read.rows * read.fixed.bytes,
            settings.max_tokens,
        ),
        standard_usd=standard,
        reading_usd=reading_usd,
        writing_usd=expected - reading_usd,
        prices_as_of=model.prices.as_of,
    )


def _reading(read: Volume, model: Model, extra: int, *, most: bool) -> int:
    texts = read.texts.tokens(most=most) + read.rows * read.fixed.tokens(most=most)
    return round(texts * model.token_factor) + read.rows * extra


def _expected_answer(settings: JobSettings, model: Model) -> int:
    usual = answer_size(settings.answers).usual
    if model.thinks_in_short_answers:
        usual += THINKING_TOKENS
    return min(usual, max(settings.max_tokens, 1))


def _bill(model: Model, rows: int, reading: int, writing: int) -> Decimal:
    """Price a whole job at the tier of its mean row."""
    if model.prices is None or not rows:
        return Decimal(0)
    tier = model.prices.tier(reading // rows)
    return (reading * tier.input + writing * tier.output) * BATCH_FACTOR / MILLION


def worst_case(model: Model, rows: int, sent_bytes: int, max_tokens: int) -> Decimal | None:
    """Return what these rows can cost at the very most; None without a price.

    A token is at least one byte of what is sent, every answer as long as allowed, the dearest
    tier that exists.
    """
    if model.prices is None:
        return None
    reading = sent_bytes + rows * MOST_OVERHEAD_TOKENS
    dearest = model.prices.tiers[-1]
    tokens = reading * dearest.input + rows * max_tokens * dearest.output
    return tokens * BATCH_FACTOR / MILLION


def per_thousand(settings: JobSettings, model: Model, read: Volume) -> Decimal | None:
    """Return what 1,000 rows of this job cost with a model; None without a price."""
    if model.prices is None or not read.rows:
        return None
    expected = estimate(settings, model, read).expected_usd
    return None if expected is None else expected * 1000 / read.rows
