"""kill -9 at every event of a run: the same export in the end, and every row bought once.

A small job of three batches of five rows is run by the command line against a service on a socket.
The run is killed at its first event and gone on with to its end; then another one at its second,
and so on until a run comes to its end. An event is what a run changes on the disk, a step of a
transaction, or a piece that it sends or receives, so that between any two of its effects there is
a kill. Time is turned, and nobody waits.

The quick test tries one event of SHEAF_KILL_STRIDE; the slow ones try:

- every event of a run whose batches take their time, from the first folder on: loading, counting,
  planning, sending, watching, collecting, exporting. Three rows are counted, in place of forty:
  one is counted as the other, and nothing is written before the last of them;
- every event of a run whose batches are done at once, from its first body on. Before that the
  service has no batch that could be done sooner or later, so both runs are the same up to there;
- every event of a run with several rows per request, from its plan on: before that, nothing that
  it writes tells it from the first run but a setting;
- every event of a retry and of a cancel, each from its own first one on;
- a second kill at one event of twelve, after a first one at one event of twelve, the second ones
  in turn, so that each of the second lives is cut at other places;
- the same kill in every life: of a job that has begun, with lives of any length, which may be too
  short to get anywhere but never cost anything; of a job from its beginning, with lives that reach
  over the counting, which each of them does anew until the job has begun.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine.mortals import Nursery
from tests.engine.stories import BEGUN, CANCEL, RETRY, RUN, TOGETHER, Kills, Tale

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only here a process can be forked that has loaded everything"
)

STRIDE = int(os.environ.get("SHEAF_KILL_STRIDE", "12"))
WHILE_WORKING, AT_ONCE = 20, 0
"""How many seconds a batch takes: two looks at it, or none."""
FEWEST_EVENTS = 150
_PAIRS_STRIDE = 12
_PAIRS_PARTS = 4
"""Parts that may be done beside each other."""
_MOST_LIVES = 30
_LONG_ENOUGH = 60
"""A batch can be looked for, sent or collected in so many events."""
_HAS_COUNTED = "before commit: insert or replace into forecast"
_FIRST_BODY = "before open .job.sheaf.batch-1.spool"

Told = Callable[..., None]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """Give the process that forks the runs."""
    with Nursery() as running:
        yield running


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """Return what prints a figure, for whoever runs the proof, also from a worker of many."""

    def tell(*words: object) -> None:
        with capsys.disabled():
            print("\nkill points:", *words, "violations: 0", file=sys.stderr)

    return tell


def _every(kills: Kills, first: int = 1, stride: int = 1) -> int:
    """Kill at one event of so many until a run comes to its end; return the last event tried."""
    moment = first
    while kills.kill(moment):
        moment += stride
    return moment - stride


@pytest.mark.timeout(600)
def test_a_kill_at_any_event_costs_and_loses_nothing(tmp_path: Path, nursery: Nursery) -> None:
    """Killed at some of its events, a run is gone on with: every row is bought once."""
    kills = Kills(tmp_path, nursery, RUN, WHILE_WORKING)
    last = _every(kills, stride=STRIDE)
    assert kills.events >= FEWEST_EVENTS
    assert last > kills.events - 2 * STRIDE


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_kill_while_rows_share_requests_costs_and_loses_nothing(
    tmp_path: Path, nursery: Nursery, told: Told
) -> None:
    """Killed at each of its events, a row that a reply left out is bought once more, no other."""
    kills = Kills(tmp_path, nursery, TOGETHER, WHILE_WORKING)
    assert _every(kills, kills.first(_HAS_COUNTED)) > FEWEST_EVENTS
    told(kills.tried, "of a run with several rows per request;")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seconds", [WHILE_WORKING, AT_ONCE])
def test_a_kill_at_every_event_costs_and_loses_nothing(
    tmp_path: Path, nursery: Nursery, told: Told, seconds: int
) -> None:
    """Killed at each of its events, whether batches take their time or are done at once."""
    kills = Kills(tmp_path, nursery, RUN, seconds)
    first = kills.first(_FIRST_BODY) if seconds == AT_ONCE else 1
    last = _every(kills, first)
    assert last >= FEWEST_EVENTS
    assert kills.tried == last - first + 1
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
@pytest.mark.parametrize("part", range(_PAIRS_PARTS))
def test_a_second_kill_while_the_first_is_mended(
    tmp_path: Path, nursery: Nursery, told: Told, part: int
) -> None:
    """The run that goes on after a kill is killed as well, in every part of both."""
    kills = Kills(tmp_path, nursery, RUN, WHILE_WORKING)
    places = list(enumerate(range(1, kills.events, _PAIRS_STRIDE)))
    for place, first in places[part::_PAIRS_PARTS]:
        second = 1 + place % _PAIRS_STRIDE
        while kills.kill(first, second):
            second += _PAIRS_STRIDE
    assert kills.tried >= FEWEST_EVENTS / _PAIRS_PARTS
    told(kills.tried, f"pairs in part {part + 1} of {_PAIRS_PARTS};")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("moment", [*range(10, 50, 5), 60, 75, 90, 110])
def test_kills_without_an_end(tmp_path: Path, nursery: Nursery, told: Told, moment: int) -> None:
    """Killed at the same event of every life, the job gets on if it can, and costs no more."""
    kills = Kills(tmp_path, nursery, BEGUN, WHILE_WORKING)
    lives = kills.kill_again_and_again(moment, most=_MOST_LIVES)
    assert lives >= 1
    assert lives < _MOST_LIVES or moment < _LONG_ENOUGH
    told(lives, f"lives of {moment} events;")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("more", [0, 15, 35, 60])
def test_kills_without_an_end_from_the_beginning(
    tmp_path: Path, nursery: Nursery, told: Told, more: int
) -> None:
    """The same with lives that are long enough to count the rows."""
    kills = Kills(tmp_path, nursery, RUN, WHILE_WORKING)
    moment = kills.first(_FIRST_BODY) + more
    lives = kills.kill_again_and_again(moment, most=_MOST_LIVES)
    assert 1 <= lives < _MOST_LIVES
    told(lives, f"lives of {moment} events from the beginning;")
