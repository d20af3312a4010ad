"""Clocks that are wrong or set while a batch is on its way: it is found again, and bought once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app import clock as steady
from app.core.job import BatchState
from app.practice.wire import Call, Endpoint, Reply
from tests.engine.conftest import Clock
from tests.engine.scene import Scene
from tests.faulty_claude import lagging, pass_in, pass_on, reset

SET: dict[str, timedelta] = {
    "back three hours": timedelta(hours=-3),
    "back two days": timedelta(days=-2),
    "back a year": timedelta(days=-400),
    "forward three hours": timedelta(hours=3),
    "forward two days": timedelta(days=2),
    "forward a year": timedelta(days=400),
}
"""How somebody sets the clock of this computer."""


class OwnClock(Clock):
    """The clock of this computer alone: as far off from the service's as a test has set it."""

    def __init__(self, service: Clock) -> None:
        super().__init__()
        self._service = service
        self.off = timedelta()

    def __call__(self) -> datetime:
        return self._service() + self.off


@pytest.fixture
def own(scene: Scene, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> OwnClock:
    """Give the engine a clock that can be set without the service's."""
    made = OwnClock(clock)
    scene.place.bench = replace(scene.place.bench, clock=made)
    # The service tells its real time, so the way to it must count by the same clock as the engine.
    monkeypatch.setattr(steady, "now", lambda: datetime.now(UTC) + made.off)
    return made


def send_and_die(scene: Scene, *, arrived: bool) -> None:
    """Send a batch whose reply is lost, and end before it is looked up."""
    if arrived:
        scene.script.at_end(Endpoint.CREATE, pass_on, reset)
    else:
        scene.script.at_start(Endpoint.CREATE, pass_in, reset)
    with scene.load() as job_file:
        run, way = scene.begun(job_file)
        while BatchState.UNSURE not in {batch.state for batch in scene.place.batches}:
            run.step()
        way.close()


@pytest.mark.parametrize("name", SET)
@pytest.mark.parametrize("arrived", [True, False], ids=["made", "not made"])
def test_a_clock_that_is_set_between_send_and_look(
    scene: Scene, own: OwnClock, name: str, arrived: bool
) -> None:
    """The moment of sending is known by the service's clock, and that is what is looked for."""
    send_and_die(scene, arrived=arrived)
    own.off += SET[name]
    scene.go_on()
    scene.check_finished()
    assert scene.script.count(Endpoint.CREATE) == (3 if arrived else 4)


@pytest.mark.parametrize("name", SET)
@pytest.mark.parametrize("arrived", [True, False], ids=["made", "not made"])
def test_a_clock_that_was_wrong_from_the_beginning(
    scene: Scene, own: OwnClock, name: str, arrived: bool
) -> None:
    """By how much it is off is known from the service's replies."""
    own.off = SET[name]
    send_and_die(scene, arrived=arrived)
    scene.go_on()
    scene.check_finished()
    assert scene.script.count(Endpoint.CREATE) == (3 if arrived else 4)


@pytest.mark.parametrize("name", [name for name in SET if "forward" in name])
@pytest.mark.parametrize("lag", [10, 120, 290])
def test_a_clock_that_is_set_forward_makes_nobody_less_patient(
    scene: Scene, own: OwnClock, name: str, lag: float
) -> None:
    """The list lags: that the clock was set is no reason to give the batch up as lost."""
    send_and_die(scene, arrived=True)
    scene.script.always_at_end(Endpoint.LIST, lagging(scene.clock.seconds, lag))
    own.off += SET[name]
    scene.go_on()
    scene.check_finished()
    assert scene.script.count(Endpoint.CREATE) == 3


def nameless(_call: Call, reply: Reply) -> Reply:
    """Take the account out of a reply, as a proxy may."""
    headers = {k: v for k, v in reply.headers.items() if not k.startswith("anthropic-")}
    return replace(reply, headers=headers)


@pytest.mark.parametrize("name", SET)
def test_the_service_is_asked_for_its_time_before_the_first_create(
    scene: Scene, own: OwnClock, name: str
) -> None:
    """A job that goes on with a create as its very first call, by a clock that is far off."""
    for endpoint in Endpoint:
        scene.script.always_at_end(endpoint, nameless)
    with scene.load() as job_file:
        scene.begun(job_file)[1].close()
    own.off = SET[name]
    scene.script.at_end(Endpoint.CREATE, reset)
    scene.go_on()
    scene.check_finished()
    assert scene.script.count(Endpoint.CREATE) == 3
    assert all(batch.clock_offset is not None for batch in scene.place.batches)


def test_the_clock_of_a_run_cannot_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """What passes is counted: it goes on from the start, whatever the system says meanwhile."""

    class Set(datetime):
        @classmethod
        def now(cls, _zone: object = None) -> datetime:  # type: ignore[override]
            return datetime(1970, 1, 1, tzinfo=UTC)

    before = steady.now()
    monkeypatch.setattr(steady, "datetime", Set)
    after = steady.now()
    assert timedelta() <= after - before < timedelta(minutes=5)
    assert abs(before - datetime.now(UTC)) < timedelta(minutes=5)


@pytest.mark.parametrize("change", [lambda n: n - 10**15, lambda n: n + 10**9])
def test_what_is_counted_is_what_passes(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[int], int]
) -> None:
    """The counter moves the clock, and nothing else does."""
    counted = steady._counted()
    monkeypatch.setattr(steady, "_counted", lambda: counted)
    before = steady.now()
    monkeypatch.setattr(steady, "_counted", lambda: change(counted))
    assert steady.now() - before == timedelta(microseconds=(change(counted) - counted) // 1000)
