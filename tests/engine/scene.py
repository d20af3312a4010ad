"""A job that is run to its end under faults, and the checks that hold whatever went wrong.

The clock jumps over every wait, so that the real patience of minutes, hours and days is kept and
nobody waits for it; the service lives by the same clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from app.core.job import FINE, JobState, RowState
from app.engine.begin import Again, retry
from app.engine.bench import Control, Patience
from app.engine.connection import Connection
from app.engine.run import Ended, Run
from app.engine.view import JobView, ResultRow
from app.store.job_file import JobFile
from tests.echo import check_export, read_table
from tests.engine.conftest import Clock, Workplace
from tests.faulty_claude import Script, Sold, bill, unharmed

_LONGEST = timedelta(days=40)
_QUICK_WAITS = 1000
"""So many waits may be short; on the whole a run looks at most once in a second."""


class Hurrying(Control):
    """A control that lets the time pass at once for which the run would wait."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._end = clock.turned + _LONGEST
        self._waits = 0
        self._waited = 0.0

    def wait(self, seconds: float) -> None:
        self._waits += 1
        self._waited += seconds
        assert self._clock.turned < self._end, "the run goes round in circles"
        assert self._waits < _QUICK_WAITS + self._waited, "the run does not wait, it spins"
        self._clock.turned += timedelta(seconds=seconds)


class Scene:
    """One job of twelve rows in batches of five, with the patience of real work."""

    def __init__(self, place: Workplace, script: Script, clock: Clock) -> None:
        self.place = place
        self.service = place.service
        self.script = script
        self.clock = clock
        self.strangers: list[str] = []
        self.place.bench = replace(place.bench, patience=Patience())

    def load(self, rows: Sequence[Sequence[str]] | None = None, **settings: Any) -> JobFile:
        """Make the job and open it for work."""
        return self.place.load(rows, **settings)

    def hurrying(self) -> Hurrying:
        """Return a control for one run."""
        return Hurrying(self.clock)

    def run(self, batch_rows: int = 5) -> Ended:
        """Load the job and work until it ends."""
        with self.load() as job_file:
            return self.place.work(job_file, self.hurrying(), batch_rows=batch_rows)

    def go_on(self) -> Ended:
        """Open the job again, as after a restart, and work until it ends."""
        with self.place.open() as job_file:
            return self.place.work(job_file, self.hurrying())

    def retry(self, job_file: JobFile, *states: RowState) -> Ended:
        """Ask rows again and work until that ends."""
        retry(self.place.bench, job_file, Again(frozenset(states)))
        return self.place.work(job_file, self.hurrying())

    def begun(self, job_file: JobFile, batch_rows: int = 5) -> tuple[Run, Connection]:
        """Plan the job and return a run that has begun, to be taken step by step."""
        way = self.place.connect()
        self.place.start(job_file, way, batch_rows)
        run = Run(self.place.bench, job_file, way, self.hurrying())
        run.begin()
        return run, way

    # --- what came of it ----------------------------------------------------------------------

    @property
    def bill(self) -> dict[int, Sold]:
        """What the service sold of this job, by row."""
        return bill(self.service, self.place.job.tag)

    @property
    def results(self) -> dict[int, ResultRow]:
        """Every row with what became of it."""
        view = JobView(self.place.path)
        try:
            return {result.row: result for result in view.results_page(0)}
        finally:
            view.close()

    def written(self) -> dict[int, dict[str, str]]:
        """Export, and return what was written for each row."""
        return dict(enumerate(read_table(self.place.export()), 1))

    def check(
        self,
        states: Mapping[int, RowState] | None = None,
        *,
        bought: Mapping[int, int] | None = None,
    ) -> None:
        """Assert what holds after every fault.

        Args:
            states: the rows that are not simply answered.
            bought: how often rows were meant to be bought, where that is not once.
        """
        rows = range(1, len(self.place.rows) + 1)
        expected = dict.fromkeys(rows, RowState.ANSWERED) | dict(states or {})
        intended = dict.fromkeys(rows, 1) | dict(bought or {})
        results = self.results
        assert {row: result.state for row, result in results.items()} == expected
        assert all(result.reason for result in results.values() if result.state not in FINE)
        sold = self.bill
        assert {row: sold.get(row, Sold()).bought for row in rows} == intended
        assert all(one.billed <= intended[row] for row, one in sold.items())
        assert set(sold) <= set(rows)
        self._check_calls()
        self._check_export(expected)

    def _check_calls(self) -> None:
        """Assert that no create was repeated by the SDK, and that nothing was left behind."""
        assert {create.retry_count for create in self.service.creates()} == {0}
        assert unharmed(self.service, *self.strangers)
        assert list(self.place.bench.places.jobs.glob(".*.spool")) == []
        with self.place.open() as job_file:
            assert job_file.doubts.candidates() == []

    def _check_export(self, states: Mapping[int, RowState]) -> None:
        out = self.place.export()
        if set(states.values()) == {RowState.ANSWERED}:
            check_export(out, self.place.rows)
        for (row, state), written in zip(states.items(), read_table(out), strict=True):
            assert (
                tuple(written[name] for name in ("no", "mark", "text")) == self.place.rows[row - 1]
            )
            assert written["sheaf_status"] == state.value
            assert bool(written["sheaf_reason"]) == (state not in FINE)

    def check_finished(self) -> None:
        """Assert that all is answered, bought once, and no question is left to the person."""
        self.check()
        assert self.place.job.state is JobState.FINISHED
        assert self.place.job.trouble == ""


def make_slow(scene: Scene, seconds: float) -> None:
    """Let batches take so long from now on."""
    service = scene.service.service
    service._batches._conduct = replace(service._conduct, finish_seconds=seconds)


def make_impatient(scene: Scene, patch: pytest.MonkeyPatch, seconds: float = 0.5) -> None:
    """Let every call run out of time after a moment instead of ten minutes."""
    make = scene.place.connect

    def hasten(request: httpx2.Request) -> None:
        request.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), seconds)

    def connect(key: str | None = None) -> Connection:
        way = make(key)
        listen(way, hasten)
        return way

    patch.setattr(scene.place, "connect", connect)


def listen(way: Connection, hook: Callable[[httpx2.Request], None]) -> None:
    """Let a hook see every request before it leaves."""
    client = way.service._client._client
    hooks = client.event_hooks
    client.event_hooks = {**hooks, "request": [*hooks["request"], hook]}
