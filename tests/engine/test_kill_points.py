"""kill -9 at every event of a run: the same export in the end, and every row bought once.

A small job of three batches of five rows is run by the command line against a service on a socket.
The run is killed at its first event and gone on with to its end; then another one at its second,
and so on until a run comes to its end. An event is what a run changes on the disk, a step of a
transaction, or a piece that it sends or receives, so that between any two of its effects there is
a kill. Time is turned, and nobody waits.

The quick test tries one event of SHEAF_KILL_STRIDE, the slow ones try them all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine.mortals import Nursery
from tests.engine.stories import CANCEL, RETRY, RUN, TOGETHER, Kills, Tale

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only here a process can be forked that has loaded everything"
)

STRIDE = int(os.environ.get("SHEAF_KILL_STRIDE", "12"))
WHILE_WORKING, AT_ONCE = 20, 0
"""How many seconds a batch takes: two looks at it, or none."""
FEWEST_EVENTS = 150
_PAIRS_STRIDE = 12
TOGETHER_STRIDE = int(os.environ.get("SHEAF_KILL_STRIDE", "7"))

Told = Callable[..., None]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """Give the process that forks the runs."""
    with Nursery() as running:
        yield running


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """Return what prints a figure, for whoever runs the proof."""

    def tell(*words: object) -> None:
        with capsys.disabled():
            print("\nkill points:", *words, "violations: 0")

    return tell


def _every(kills: Kills, stride: int = 1) -> int:
    """Kill at one event of so many until a run comes to its end; return the last event tried."""
    moment = 1
    while kills.kill(moment):
        moment += stride
    return moment - stride


@pytest.mark.timeout(600)
def test_a_kill_at_any_event_costs_and_loses_nothing(tmp_path: Path, nursery: Nursery) -> None:
    """Killed at some of its events, a run is gone on with: every row is bought once."""
    kills = Kills(tmp_path, nursery, RUN, WHILE_WORKING)
    last = _every(kills, STRIDE)
    assert kills.events >= FEWEST_EVENTS
    assert last > kills.events - 2 * STRIDE


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_kill_while_rows_share_requests_costs_and_loses_nothing(
    tmp_path: Path, nursery: Nursery, told: Told
) -> None:
    """Killed at its events, a row that a reply left out is bought once more, and no other."""
    kills = Kills(tmp_path, nursery, TOGETHER, WHILE_WORKING)
    assert _every(kills, TOGETHER_STRIDE) > FEWEST_EVENTS
    told(kills.tried, "of a run with several rows per request;")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seconds", [WHILE_WORKING, AT_ONCE])
def test_a_kill_at_every_event_costs_and_loses_nothing(
    tmp_path: Path, nursery: Nursery, told: Told, seconds: int
) -> None:
    """Killed at each of its events, whether batches take their time or are done at once."""
    kills = Kills(tmp_path, nursery, RUN, seconds)
    last = _every(kills)
    assert last >= FEWEST_EVENTS
    told(kills.tried, f"of a run whose batches take {seconds} seconds;")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("name", "tale"), [("retry", RETRY), ("cancel", CANCEL)])
def test_a_kill_at_every_event_of_another_command(
    tmp_path: Path, nursery: Nursery, told: Told, name: str, tale: Tale
) -> None:
    """A retry buys what was cut off once more and no more; a cancel buys nothing."""
    kills = Kills(tmp_path, nursery, tale, WHILE_WORKING)
    assert _every(kills) > FEWEST_EVENTS / 3
    told(kills.tried, f"of a {name};")


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_second_kill_while_the_first_is_mended(
    tmp_path: Path, nursery: Nursery, told: Told
) -> None:
    """The run that goes on after a kill is killed as well, in every part of both."""
    kills = Kills(tmp_path, nursery, RUN, WHILE_WORKING)
    for place, first in enumerate(range(1, kills.events, _PAIRS_STRIDE)):
        second = 1 + place % _PAIRS_STRIDE
        while kills.kill(first, second):
            second += _PAIRS_STRIDE
    assert kills.tried >= FEWEST_EVENTS
    told(kills.tried, "pairs;")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("moment", [70, 80, 95, 110, 130, 150])
def test_kills_without_an_end(tmp_path: Path, nursery: Nursery, told: Told, moment: int) -> None:
    """Killed at the same event of every life, the job gets on, and costs no more."""
    kills = Kills(tmp_path, nursery, RUN, WHILE_WORKING)
    lives = kills.kill_again_and_again(moment, most=60)
    assert 1 <= lives < 60
    told(lives, f"lives of {moment} events;")
