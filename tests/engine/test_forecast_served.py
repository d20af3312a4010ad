"""Promises of the forecast where everything goes over the wire: counts, trial, batches, the bill.

What the practice service counts and bills is hidden from Sheaf. That the forecast is, to the last
digit, the one that the core makes of the same counts and answers is what lets two hundred jobs
without a wire (test_forecast_simulation) speak for those with one. Run with -s to see the figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.conftest import Clock, Workplace
from tests.engine.served_jobs import Served, ServedJob, Stage, serve, serve_papers
from tests.engine.simulated_jobs import Scenario
from tests.practice_service import PracticeService

JOBS = 4
SCENARIOS = (
    Scenario("some long rows", "latin", "labels", trial=5),
    Scenario("light tail", "mixed", "sentences", trial=30),
    Scenario("heavy tail", "chinese", "translations", trial=5),
    Scenario("some long rows", "cyrillic", "thinking", trial=5),
    Scenario("light tail", "latin", "1 in 20 long", trial=5),
    Scenario("very heavy tail", "latin", "Pareto", trial=30),
    Scenario("some long rows", "latin", "Pareto thinking", trial=5),
)


@pytest.fixture
def stage() -> Stage:
    """Return what tells the service whose job it serves."""
    return Stage()


@pytest.fixture
def service(tmp_path: Path, stage: Stage, clock: Clock) -> Iterator[PracticeService]:
    """Give a service that speaks for the job that it serves, and finishes at once."""
    home = tmp_path / "service"
    with PracticeService(home, voice=stage.voice, finish_seconds=0, clock=clock.seconds) as running:
        yield running


def is_inside(found: Served) -> bool:
    """Say whether the bill is in the range; that it passes the bound is a broken promise."""
    seen = found.estimate
    assert seen.low_usd is not None
    assert seen.high_usd is not None
    assert seen.max_usd is not None
    assert 0 < found.bill <= seen.max_usd
    return seen.low_usd <= found.bill <= seen.high_usd


@pytest.mark.slow
def test_the_forecast_over_the_wire_is_that_of_the_simulation(
    place: Workplace, stage: Stage
) -> None:
    """Jobs of each kind: same range, same bill by the ledger; inside in 85 %, never over."""
    inside = 0
    for scenario in SCENARIOS:
        for number in range(JOBS):
            job = ServedJob(scenario, f"served {scenario} {number}")
            found, core = serve(place, stage, job), job.forecast()
            seen = found.estimate
            inside += is_inside(found)
            assert (seen.low_usd, seen.expected_usd, seen.high_usd) == (
                core.low_usd,
                core.expected_usd,
                core.high_usd,
            ), scenario
            assert found.bill == job.bill(), scenario
            print(f"{scenario!s:<55} {seen.low_usd:.5f} {found.bill:.5f} {seen.high_usd:.5f}")
    assert inside >= 0.85 * JOBS * len(SCENARIOS)


@pytest.mark.slow
def test_the_forecast_of_papers_holds_over_the_wire(
    place: Workplace, stage: Stage, tmp_path: Path
) -> None:
    """PDFs of one page and of many, read at a price a page that nobody was told: all inside."""
    scenario = Scenario(answers="sentences", trial=30)
    for number in range(JOBS):
        job = ServedJob(scenario, f"papers {number}")
        found = serve_papers(place, stage, job, tmp_path / f"papers {number}")
        print(f"PDFs {found.estimate.low_usd:.5f} {found.bill:.5f} {found.estimate.high_usd:.5f}")
        assert is_inside(found)
