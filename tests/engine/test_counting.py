"""Promises of counting: a small sample, asked once, spread by length; the bill is in the range."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from decimal import Decimal

import pytest

from app.core.errors import SheafError
from app.core.job import JobSettings, Mode, Rows
from app.engine.bench import bundled_catalog
from app.engine.counting import COUNTED_ROWS
from app.engine.estimator import Estimator
from app.engine.replies import EstimateReply
from app.practice.wire import Endpoint
from app.store.reader import JobReader
from tests.engine.conftest import Workplace
from tests.faulty_claude import Script, refusal

CATALOG = bundled_catalog()
WORDS = ("parcel", "late", "throw", "soft", "wool", "colour", "return", "refund", "lovely", "box")
WIDE = "雨が降る日は家で本を読む。"
Counting = Callable[..., EstimateReply]


def made_table(rows: int, seed: int = 5) -> list[tuple[str, str, str]]:
    """Return rows of very different lengths, some of them in Japanese."""
    dice = random.Random(seed)
    table = []
    for number in range(rows):
        count = max(1, round(dice.lognormvariate(3, 1)))
        text = " ".join(dice.choices(WORDS, k=count)) if number % 4 else WIDE * (count // 3 + 1)
        table.append((str(number), f"m{number}", text))
    return table


@pytest.fixture
def estimator() -> Estimator:
    """Return an estimator that has learnt nothing yet."""
    return Estimator()


@pytest.fixture
def count(place: Workplace, estimator: Estimator) -> Counting:
    """Return what counts a job's rows with these settings."""

    def run(settings: JobSettings | None = None, pauses: int = 10_000) -> EstimateReply:
        left = iter(range(pauses))
        with closing(place.connect()) as way, JobReader(place.path) as reader:
            asked = settings or reader.head().settings
            return estimator.count(reader, asked, CATALOG, way, lambda: next(left, None) is None)

    return run


def _estimate(
    place: Workplace, estimator: Estimator, settings: JobSettings, mode: Mode = Mode.REAL
) -> EstimateReply:
    with JobReader(place.path) as reader:
        return estimator.estimate(reader, settings, CATALOG, mode)


def _width(reply: EstimateReply) -> Decimal:
    found = reply.estimate
    assert found.high_usd is not None
    assert found.low_usd is not None
    assert found.expected_usd is not None
    return (found.high_usd - found.low_usd) / 2 / found.expected_usd


def test_counted_rows_give_what_will_be_read_within_a_few_percent(
    place: Workplace, count: Counting
) -> None:
    """Mixed scripts and lengths: forty counts say what all read; without them it is a guess."""
    with place.load(made_table(900), batch_rows=900) as job_file:
        guessed = _estimate(place, Estimator(), place.job.settings).estimate
        counted = count().estimate
        place.work(job_file)
        billed = sum(usage.input for usage in job_file.journal.usages(1))
    assert (counted.counted_rows, counted.basis) == (40, "Counted on 40 rows")
    assert abs(counted.input_tokens - billed) < billed * 0.03
    assert abs(guessed.input_tokens - billed) > abs(counted.input_tokens - billed)


def test_the_sample_is_small_and_asked_once(
    place: Workplace, count: Counting, estimator: Estimator, script: Script
) -> None:
    """Forty rows and the repeated part; after that every price of these rows is free of calls."""
    with place.load(made_table(300)):
        settings = place.job.settings
        count()
        assert script.count(Endpoint.COUNT) == COUNTED_ROWS + 1
        count()
        some = replace(settings, rows=Rows(first=100), max_tokens=900, twins=False)
        found = _estimate(place, estimator, some).estimate
    assert script.count(Endpoint.COUNT) == COUNTED_ROWS + 1
    assert (found.rows, found.counted_rows) == (100, 40)


def test_other_words_around_the_cells_cost_one_count(
    place: Workplace, count: Counting, estimator: Estimator, script: Script
) -> None:
    """Only what every request repeats is counted anew; until then the range allows for it."""
    with place.load(made_table(300)):
        first = count()
        longer = replace(place.job.settings, background="We sell soup. " * 400)
        before = _estimate(place, estimator, longer)
        after = count(longer)
    assert script.count(Endpoint.COUNT) == COUNTED_ROWS + 2
    assert before.estimate.fixed_tokens > first.estimate.fixed_tokens + 1_000
    # What the stand-in makes of the background: a token of every 3.6 letters.
    more = after.estimate.fixed_tokens - first.estimate.fixed_tokens
    assert more == pytest.approx(400 * len("We sell soup. ") / 3.6, abs=3)
    assert _width(before) > _width(after)


def test_few_rows_are_all_counted(place: Workplace, count: Counting, script: Script) -> None:
    """Nothing is left to guess about what is read."""
    with place.load(made_table(12), batch_rows=12) as job_file:
        counted = count().estimate
        place.work(job_file)
        billed = sum(usage.input for usage in job_file.journal.usages(1))
    assert script.count(Endpoint.COUNT) == 12 + 1 + 1  # the last is the check before sending
    assert abs(counted.input_tokens - billed) <= 1


def test_counting_can_be_given_up(
    place: Workplace, count: Counting, estimator: Estimator, script: Script
) -> None:
    """What was counted so far were the shortest rows: they say nothing of all."""
    with place.load(made_table(300)):
        reply = count(pauses=5)
    assert script.count(Endpoint.COUNT) == 6
    assert reply.estimate.counted_rows == 0
    assert reply.estimate.basis.startswith("Estimated from")


def test_trouble_leaves_the_estimate_as_it_was(
    place: Workplace, count: Counting, estimator: Estimator, script: Script
) -> None:
    """A refused key is said; the price from lengths is there all the same."""
    script.always_at_start(Endpoint.COUNT, refusal(401, "authentication_error"))
    with place.load(made_table(50)):
        with pytest.raises(SheafError):
            count()
        assert _estimate(place, estimator, place.job.settings).estimate.expected_usd


def test_what_the_stand_in_counts_is_not_taken_for_anthropics(
    place: Workplace, count: Counting, estimator: Estimator
) -> None:
    """Practice and real work have tokenizers of their own."""
    with place.load(made_table(50)):
        count()
        settings = place.job.settings
        real = _estimate(place, estimator, settings).estimate
        practice = _estimate(place, estimator, settings, Mode.PRACTICE).estimate
    assert (real.counted_rows, practice.counted_rows) == (40, 0)


def test_another_model_is_reckoned_from_the_counted_one(
    place: Workplace, count: Counting, estimator: Estimator
) -> None:
    """Its own tokenizer makes fewer tokens, as the catalogue says; the range is a little wider."""
    with place.load(made_table(300)):
        new = count()
        older = replace(place.job.settings, model="claude-sonnet-4-6")
        old = _estimate(place, estimator, older)
    ratio = old.estimate.input_tokens / new.estimate.input_tokens
    assert 0.7 < ratio < 0.85
    assert old.estimate.counted_rows == 40


def test_rows_that_read_nothing_of_their_own_are_counted_too(
    place: Workplace, count: Counting
) -> None:
    """Instructions that name no column ask every row the same: one row, and its twins."""
    with place.load(made_table(30), instructions="Say hello."):
        found = count().estimate
    assert (found.rows, found.twins) == (1, 29)
    assert found.input_tokens > 0
