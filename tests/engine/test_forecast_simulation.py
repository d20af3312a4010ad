"""Promises of the forecast, by two hundred simulated jobs of every kind, with fixed seeds.

Run with -s to see the figures. The tokenizer, the thinking and the answers are hidden from what is
tested; the share of bills inside the range of 90 % may itself vary by a few percent.
"""

from __future__ import annotations

import pytest

from tests.engine.simulated_jobs import Scenario, run

JOBS = 200
SCENARIOS = (
    Scenario("light tail", "latin", "labels", trial=5),
    Scenario("light tail", "latin", "sentences", trial=30),
    Scenario("light tail", "cyrillic", "thinking", trial=5),
    Scenario("some long rows", "latin", "sentences", trial=5),
    Scenario("some long rows", "latin", "thinking", trial=30),
    Scenario("some long rows", "cyrillic", "labels", trial=5),
    Scenario("some long rows", "chinese", "translations", trial=5),
    Scenario("some long rows", "mixed", "translations", trial=30),
    Scenario("heavy tail", "latin", "sentences", trial=30),
    Scenario("heavy tail", "chinese", "sentences", trial=5),
    Scenario("heavy tail", "mixed", "labels", trial=30),
    Scenario("very heavy tail", "latin", "translations", trial=5),
    Scenario("very heavy tail", "cyrillic", "sentences", trial=30),
    Scenario(pdfs=True, answers="labels", trial=5),
    Scenario(pdfs=True, answers="sentences", trial=30),
    Scenario(pdfs=True, answers="thinking", trial=5),
)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_the_bill_is_in_the_range_and_never_over_the_bound(scenario: Scenario) -> None:
    """Nine of ten bills are inside the range, none passes "never more than"."""
    seen = run(scenario, JOBS)
    print(f"\n{seen}")
    assert seen.over_bound == 0
    assert 0.85 <= seen.coverage <= 0.97
    if scenario.trial == 30 and scenario.answers == "sentences":
        assert seen.width < 0.15


TAILED = (
    Scenario("light tail", "latin", "1 in 20 long", trial=5),
    Scenario("light tail", "latin", "1 in 20 long", trial=30),
    Scenario("light tail", "latin", "1 in 50 long", trial=5),
    Scenario("light tail", "latin", "1 in 50 long", trial=30),
    Scenario("some long rows", "latin", "Pareto", trial=5),
    Scenario("some long rows", "latin", "Pareto", trial=30),
    Scenario("some long rows", "latin", "Pareto thinking", trial=5),
    Scenario("some long rows", "latin", "Pareto thinking", trial=30),
    Scenario("some long rows", "latin", "uneven", trial=30),
)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", TAILED, ids=str)
def test_answers_that_no_trial_has_seen_are_reckoned_with(scenario: Scenario) -> None:
    """A few very long answers, of which five rows know nothing: a wide range, and no false one."""
    seen = run(scenario, JOBS)
    print(f"\n{seen}")
    assert seen.over_bound == 0
    assert seen.coverage >= 0.85
    if scenario.trial == 30:
        assert seen.coverage <= 0.98
        assert seen.width < 0.65
    else:
        assert seen.width > 0.25


REMEMBERED = tuple(
    Scenario("some long rows", "latin", "labels", trial=5, luck=luck)
    for luck in (0.0, 0.3, 0.6, 0.98)
)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", REMEMBERED, ids=str)
def test_no_luck_with_memory_breaks_the_promise(scenario: Scenario) -> None:
    """None passes "never more than"; the range bears a first batch that does not pay.

    Where it pays the bill is under the range: a saving is not promised.
    """
    seen = run(scenario, JOBS)
    print(f"\n{seen}")
    assert seen.over_bound == 0
    assert seen.above <= 0.15 * JOBS
    if scenario.luck == 0.98:
        assert seen.below > 0.85 * JOBS
    if scenario.luck == 0.0:
        assert seen.coverage >= 0.85
