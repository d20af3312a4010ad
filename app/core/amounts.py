"""How many tokens all rows of a job are likely to read and to write, with a range of 90 %.

Measured where something was measured (core.measured): rows that the service counted, real answers,
earlier jobs. Else characters become tokens by ratios stated per script (core.cost), answers are
judged by their columns, and the range is wide.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from math import exp, hypot, log

from app.core.answer_size import answer_size, thought
from app.core.answers import in_words, schema
from app.core.calibration import Layer
from app.core.catalog import Model
from app.core.cost import TextSize, size_of
from app.core.job import JobSettings
from app.core.measured import History, Measured, Reading
from app.core.together import (
    frame,
    intro,
    requests_for,
    rows_together,
    schema_of_several,
    several_in_words,
)
from app.core.volume import Volume, literals_of

OVERHEAD_TOKENS = 12
"""What a request costs besides its texts: roles and framing."""
SCHEMA_OVERHEAD_TOKENS = 60
"""What the service adds to explain a wanted shape (section 5: hidden system tokens)."""

_NUMBER_TOKENS = 7
"""What an answer among others has more than one alone: its row's number, and its place."""

_READ_LOW = 0.8
_WRITTEN_LOW, _WRITTEN_HIGH = 0.6, 1.6
_TRUSTED_JOBS = 2
"""So many earlier jobs weigh as much as the guess that they correct."""
_COUNT_ERROR = 0.005
"""Counts are the service's own estimates, with small deviations (section 6)."""
_OTHER_TOKENIZER = 0.05
_NOT_COUNTED = 0.1
"""How wrong the repeated part may be of requests with several rows: those with one are counted."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Tokens of all rows together: expected, and the factors of its range."""

    expected: float
    low: float
    high: float
    is_guess: bool = True


def fixed_tokens(settings: JobSettings, model: Model, read: Volume, measured: Measured) -> float:
    """Return how many tokens every request repeats: all but the cells of its row."""
    guess = repeated_tokens(settings, model) + read.literals.tokens() * model.token_factor
    found = measured.reading
    return max(0.0, guess + found.extra * _ratio(found, model)) if found else guess


def repeated_tokens(settings: JobSettings, model: Model) -> float:
    """Guess what every request has besides its instructions: background, wanted shape, framing."""
    each = _fixed_text(settings, model).tokens() * model.token_factor + OVERHEAD_TOKENS
    return each + (SCHEMA_OVERHEAD_TOKENS if settings.answers else 0)


def _fixed_text(settings: JobSettings, model: Model) -> TextSize:
    fixed = size_of(settings.background)
    if rows_together(settings, model) > 1:
        # What stands around the instructions and above the rows; the words themselves are apart.
        fixed.add(intro(replace(settings, instructions="")))
        shape = json.dumps(schema_of_several(settings), ensure_ascii=False)
        fixed.add(shape if model.structured_outputs else several_in_words(settings))
    elif settings.answers:
        shape = json.dumps(schema(settings.answers), ensure_ascii=False)
        fixed.add(shape if model.structured_outputs else in_words(settings.answers))
    return fixed


def requests_of(settings: JobSettings, model: Model, read: Volume) -> int:
    """Return how many requests the rows are likely to make."""
    cells = read.most_bytes / max(read.most_rows, 1) - literals_of(settings).bytes
    return requests_for(settings, model, read.rows, max(0.0, cells))


def _framed(settings: JobSettings, model: Model, rows: int) -> float:
    """Return the tokens around the cells of so many rows, where they share requests."""
    if rows_together(settings, model) == 1:
        return 0.0
    return rows * size_of(frame(settings)).tokens() * model.token_factor


def to_read(settings: JobSettings, model: Model, read: Volume, measured: Measured) -> Amount:
    """Return the tokens that all rows together read."""
    if measured.reading is None:
        return _guessed_reading(settings, model, read, measured.history)
    found, ratio = measured.reading, _ratio(measured.reading, model)
    fixed = fixed_tokens(settings, model, read, measured)
    below = above = 0.0
    cells = 0.0
    for layer, (rows, sizes) in zip(found.layers, _parts(found, read), strict=True):
        tokens = layer.line.total(rows, sizes) * ratio
        cells += tokens
        below = hypot(below, tokens * (1 - layer.line.low))
        above = hypot(above, tokens * (layer.line.high - 1))
    cells += _framed(settings, model, read.rows)
    repeated = fixed * requests_of(settings, model, read)
    total = (cells + repeated) * found.factor
    if total <= 0:
        return Amount(0.0, 1.0, 1.0, is_guess=False)
    doubt = (0 if found.compared else _COUNT_ERROR) + (0 if ratio == 1 else _OTHER_TOKENIZER)
    unsure = found.doubt + (_NOT_COUNTED if rows_together(settings, model) > 1 else 0)
    doubt += unsure * repeated * found.factor / total
    low = 1 - min(0.9, hypot(below * found.factor / total, doubt))
    return Amount(total, low, 1 + hypot(above * found.factor / total, doubt), is_guess=False)


def _guessed_reading(
    settings: JobSettings, model: Model, read: Volume, history: History | None
) -> Amount:
    requests = requests_of(settings, model, read)
    spared = (read.rows - requests) * read.literals.tokens()
    each = repeated_tokens(settings, model) * requests + _framed(settings, model, read.rows)
    most = read.texts.tokens(most=True) - spared
    usual = (read.texts.tokens() - spared) * model.token_factor + each
    high = (most * model.token_factor + each * 1.4) / usual if usual else 1.0
    if history is None:
        return Amount(usual, _READ_LOW, max(high, 1.0))
    low, high = _narrowed(_READ_LOW, max(high, 1.0), history.jobs, history.reading_reach)
    return Amount(usual * history.reading ** _trust(history.jobs), low, high)


def guessed_tokens(
    settings: JobSettings, model: Model, words: float, history: History | None
) -> float:
    """Guess what a row with so many tokens of instructions and cells reads."""
    guess = words * model.token_factor + repeated_tokens(settings, model)
    return guess if history is None else guess * history.reading ** _trust(history.jobs)


def to_write(settings: JobSettings, model: Model, read: Volume, measured: Measured) -> Amount:
    """Return the tokens that all answers together have, thinking included."""
    most = float(read.rows * settings.max_tokens)
    if measured.writing is not None:
        line = measured.writing.line
        total = line.total(read.rows, _cells(read)) + _numbered(settings, model, read.rows)
        total = min(total, most)
        high = min(line.high, most / total) if total else line.high
        return Amount(total, line.low, max(high, 1.0), is_guess=False)
    # Rows that share a request are each thought about: nobody has measured that they need less.
    whole = read.rows * (answer_size(settings.answers).usual + thought(settings, model))
    whole, history = whole + _numbered(settings, model, read.rows), measured.history
    if history is None:
        return Amount(min(whole, most), _WRITTEN_LOW, _WRITTEN_HIGH)
    low, high = _narrowed(_WRITTEN_LOW, _WRITTEN_HIGH, history.jobs, history.writing_reach)
    return Amount(min(whole * history.writing ** _trust(history.jobs), most), low, high)


def _numbered(settings: JobSettings, model: Model, rows: int) -> int:
    """Return the tokens of the rows' numbers in answers, where these share requests."""
    return 0 if rows_together(settings, model) == 1 else rows * _NUMBER_TOKENS


def long_rows(settings: JobSettings, model: Model, read: Volume, measured: Measured) -> list[float]:
    """Return the tokens that each of the long rows is likely to read."""
    if measured.reading is None or read.population is None:
        return [guessed_tokens(settings, model, t.tokens(), measured.history) for t in read.large]
    fixed = fixed_tokens(settings, model, read, measured)
    sizes = [one.usual for one in read.population.large]
    return [tokens_of_row(measured.reading, model, fixed, size) for size in sizes]


def tokens_of_row(found: Reading, model: Model, fixed: float, size: float) -> float:
    """Return the tokens that a row of this size is likely to read, as was measured."""
    return (_line_of(found, size).line.at(size) * _ratio(found, model) + fixed) * found.factor


def _line_of(found: Reading, size: float) -> Layer:
    return next((layer for layer in found.layers if size <= layer.up_to), found.layers[-1])


def _parts(found: Reading, read: Volume) -> list[tuple[int, float]]:
    """Return (rows, sizes) of each layer; by the average row where rows were not measured."""
    if read.population is not None:
        return read.population.parts([layer.up_to for layer in found.layers[:-1]])
    cells = _cells(read)
    usual = _line_of(found, cells / max(read.rows, 1))
    return [(read.rows, cells) if layer is usual else (0, 0.0) for layer in found.layers]


def _cells(read: Volume) -> float:
    """Return the size of all cells, without the words around them."""
    return max(0.0, read.texts.tokens() - read.rows * read.literals.tokens())


def _ratio(found: Reading, model: Model) -> float:
    return model.token_factor / found.token_factor


def _trust(jobs: int) -> float:
    return jobs / (jobs + _TRUSTED_JOBS)


def _narrowed(low: float, high: float, jobs: int, reach: float) -> tuple[float, float]:
    """Return a guess's range after earlier jobs: what is left of it, and how these scattered."""
    left = 1 - _trust(jobs)
    return exp(-hypot(left * log(low), reach)), exp(hypot(left * log(high), reach))
