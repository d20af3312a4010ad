"""Promises of the history: earlier jobs make the next guess better, by how alike they were."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.core.amounts import to_read, to_write
from app.core.answers import parse_definition
from app.core.basis import basis_of
from app.core.calibration import level
from app.core.catalog import Model
from app.core.cost import Estimate
from app.core.history import Forecast, PastBill, history_of, kind_of
from app.core.job import JobSettings
from app.core.measured import History, Measured
from app.core.quality import Quality
from app.core.volume import Tokens, Volume

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SETTINGS = JobSettings(
    instructions="Sort: {{text}}",
    answers=(parse_definition("topic: category = Delivery | Quality | Other"),),
    max_tokens=4_000,
)
MODEL = Model("m", "M")
ROWS = Volume(1_000, Tokens(100_000, 140_000), 1_000, 1_000, 400_000, 2_000, "guessed")


def past(read: float = 1, written: float = 1, *, model: str = "m", kind: str = "k") -> PastBill:
    """Return a job of 100 rows that read and wrote so many times what was guessed."""
    guess = Forecast(Estimate(100, 10_000, 2_000, ""), kind, NOW, 10_000, 2_000)
    used = round(10_000 * read), round(2_000 * written)
    return PastBill("tag", "Job", model, NOW, Decimal(1), 100, *used, guess)


def test_the_same_kind_and_model_count_and_no_others() -> None:
    """Another model writes otherwise, another recipe asks otherwise."""
    found = history_of([past(1.2, 3), past(9, 9, model="n"), past(9, 9, kind="l")], "m", "k")
    assert found is not None
    assert (found.jobs, found.reading) == (1, pytest.approx(1.2))
    assert found.writing == pytest.approx(3)
    assert history_of([past()], "n", "k") is None


def test_ratios_are_of_a_row() -> None:
    """A job of which half was never billed says as much of a row as a whole one."""
    half = replace(past(), rows=50, read=7_500, written=2_000)
    found = history_of([half], "m", "k")
    assert found is not None
    assert (found.reading, found.writing) == (pytest.approx(1.5), pytest.approx(2))


@pytest.mark.parametrize(
    "odd",
    [
        replace(past(), rows=0),
        replace(past(), written=0),
        past(written=60),
        replace(past(), forecast=replace(past().forecast, guessed_read=0)),
    ],
)
def test_odd_jobs_say_nothing(odd: PastBill) -> None:
    """Nothing billed, nothing guessed, or a ratio that no guess explains."""
    assert history_of([odd], "m", "k") is None


def test_only_the_newest_jobs_count() -> None:
    """Models and people change: eight jobs are enough."""
    found = history_of([past(written=2)] * 8 + [past(written=30)] * 50, "m", "k")
    assert found is not None
    assert (found.jobs, found.writing) == (8, pytest.approx(2))


def test_one_recipe_is_one_kind_and_without_one_the_words_decide() -> None:
    """Instructions of one's own are alike only when they are the same."""
    other = replace(SETTINGS, instructions="Translate: {{text}}")
    assert kind_of(SETTINGS) != kind_of(other)
    assert kind_of(replace(SETTINGS, recipe="classify")) == kind_of(
        replace(other, recipe="classify")
    )
    assert kind_of(SETTINGS) != kind_of(replace(SETTINGS, quality=Quality.THOROUGH))


def test_the_guess_moves_and_its_range_narrows_with_every_job() -> None:
    """Answers were always three times as long as guessed: after some jobs that is expected."""
    plain = to_write(SETTINGS, MODEL, ROWS, Measured())
    widths, shares = [], []
    for jobs in (1, 2, 4, 8):
        known = Measured(history=history_of([past(0.8, 3)] * jobs, "m", "k"))
        written, read = (of(SETTINGS, MODEL, ROWS, known) for of in (to_write, to_read))
        widths.append(math.log(written.high / written.low))
        shares.append(written.expected / plain.expected)
        assert read.expected < to_read(SETTINGS, MODEL, ROWS, Measured()).expected
    assert shares == sorted(shares)
    assert 2 < shares[-1] < 3
    assert widths == sorted(widths, reverse=True)
    assert widths[0] < math.log(plain.high / plain.low)


def test_jobs_that_differ_keep_the_range_wide() -> None:
    """A history that scatters more than the guess ever allowed says so."""
    wild = history_of([past(written=ratio) for ratio in (0.3, 3, 0.4, 2.5, 1, 4)], "m", "k")
    calm = history_of([past(written=ratio) for ratio in (1, 1.1, 0.95, 1, 1.05, 0.9)], "m", "k")
    wide, narrow = (to_write(SETTINGS, MODEL, ROWS, Measured(history=h)) for h in (wild, calm))
    assert wide.high / wide.low > 4 * narrow.high / narrow.low


def test_the_basis_names_the_earlier_jobs() -> None:
    """A person can see what a forecast rests on."""
    assert basis_of(ROWS, Measured(history=History(1, 1, 1))).endswith("an earlier job like it")
    assert basis_of(ROWS, Measured(history=History(3, 1, 1))).endswith("3 earlier jobs like it")


@pytest.mark.parametrize("jobs", [1, 2, 4, 8])
def test_nine_of_ten_next_jobs_are_in_the_range(jobs: int) -> None:
    """Kinds that write a third more or less than guessed, jobs that differ by a tenth or two."""
    dice, inside = random.Random(jobs), 0
    for _ in range(2_000):
        own, scatter = dice.gauss(0, 0.28), dice.uniform(0.03, 0.15)
        ratios = [math.exp(own + dice.gauss(0, scatter)) for _ in range(jobs + 1)]
        known = Measured(history=history_of([past(written=r) for r in ratios[1:]], "m", "k"))
        found = to_write(SETTINGS, MODEL, ROWS, known)
        truth = to_write(SETTINGS, MODEL, ROWS, Measured()).expected * ratios[0]
        inside += found.expected * found.low <= truth <= found.expected * found.high
    assert 0.85 <= inside / 2_000 <= 0.985


def test_one_ratio_has_the_usual_scatter() -> None:
    """One job says where the middle is, and nothing of how much others differ."""
    found = level([2.0])
    assert found.factor == pytest.approx(2)
    assert math.exp(found.reach) == pytest.approx(1.26, abs=0.02)
