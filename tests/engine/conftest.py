"""A workplace for the engine: an echoing service, a job, and a clock that a test can turn."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app.core.answers import parse_definition
from app.core.job import Batch, Job, JobSettings, Mode, RowState
from app.engine import connection
from app.engine.begin import Again, retry, start
from app.engine.bench import Bench, Control, Patience, bundled_catalog
from app.engine.connection import Connection
from app.engine.events import AnyEvent, Noticed
from app.engine.export import Choices, export
from app.engine.load import Draft, Wanted, new_job
from app.engine.run import Ended, Run
from app.engine.view import JobView
from app.paths import places
from app.practice.wire import Reply
from app.store.exports import ExportBook
from app.store.job_file import JobFile
from tests.echo import ECHO, INSTRUCTIONS, made_rows, write_table
from tests.faulty_claude import Script, Stall
from tests.practice_service import PracticeService

if TYPE_CHECKING:
    from tests.engine.scene import Scene

pytest.register_assert_rewrite("tests.engine.scene")

QUICK = Patience(
    poll_first=0.02,
    poll_longest=0.02,
    reconcile=0.3,
    look_again=0.05,
    trouble_first=0.02,
    trouble_longest=0.05,
    fetches=4,
)
ECHOED = (parse_definition("echo: short text"),)


@pytest.fixture
def script() -> Script:
    """Return faults that do nothing yet."""
    return Script()


class Clock:
    """The time, and how far a test has turned it."""

    def __init__(self) -> None:
        self.turned = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.turned

    def seconds(self) -> float:
        """Return the time as the service counts it."""
        return time.time() + self.turned.total_seconds()


@pytest.fixture
def clock() -> Clock:
    """Return the clock of both the engine and the service."""
    return Clock()


@pytest.fixture
def service(tmp_path: Path, script: Script, clock: Clock) -> Iterator[PracticeService]:
    """Give an echoing service that finishes at once, with those faults and that clock."""
    with PracticeService(
        tmp_path / "service", voice=ECHO, finish_seconds=0, faults=script, clock=clock.seconds
    ) as running:
        yield running


class Workplace:
    """One job and everything around it."""

    def __init__(self, folder: Path, service: PracticeService, clock: Clock) -> None:
        self.folder = folder
        self.service = service
        self.events: list[AnyEvent] = []
        self.bench = Bench(places(os.environ), bundled_catalog(), self.events.append, QUICK, clock)
        self.bench.places.create()
        self.rows = made_rows(12)
        self.path = folder / "none.sheaf"

    def load(self, table: Sequence[Sequence[str]] | None = None, **settings: Any) -> JobFile:
        """Make a job of a table, by default of twelve rows, and open it for work."""
        if table is not None:
            self.rows = [(number, mark, text) for number, mark, text in table]
        data = write_table(self.folder / "data.csv", self.rows)
        asked = {
            "instructions": INSTRUCTIONS,
            "answers": ECHOED,
            "model": "claude-haiku-5-5",
            "max_tokens": 300,
        }
        chosen = JobSettings(**{**asked, **settings})
        self.path = new_job(self.bench, Wanted(data), Draft(chosen, Mode.REAL))
        return self.open()

    def open(self) -> JobFile:
        """Open the job for work again, as after a restart."""
        return JobFile.open(self.path)

    def connect(self, key: str | None = None) -> Connection:
        """Connect as the person would."""
        return connection.real(self.service.address, key or self.service.token)

    def start(self, job_file: JobFile, way: Connection, batch_rows: int = 5) -> None:
        """Plan and check the job."""
        start(self.bench, job_file, way, rows_per_batch=batch_rows)

    def work(
        self, job_file: JobFile, control: Control | None = None, *, batch_rows: int = 5
    ) -> Ended:
        """Start the job if it has not been, and work until it ends."""
        way = self.connect()
        try:
            if job_file.head().started_at is None:
                self.start(job_file, way, batch_rows)
            return Run(self.bench, job_file, way, control or Control()).go()
        finally:
            way.close()

    def work_again(self, job_file: JobFile, *states: RowState) -> Ended:
        """Ask rows again and work until that ends."""
        retry(self.bench, job_file, Again(frozenset(states)))
        return self.work(job_file)

    def export(self, name: str = "out.csv") -> Path:
        """Export what is there."""
        book = ExportBook(self.bench.places.jobs)
        export(self.path, self.folder / name, Choices(), self.bench.publish, book)
        return self.folder / name

    @property
    def job(self) -> Job:
        """The job's head as it is on the disk."""
        view = JobView(self.path)
        try:
            return view.head()
        finally:
            view.close()

    @property
    def batches(self) -> tuple[Batch, ...]:
        """The batches as they are on the disk."""
        view = JobView(self.path)
        try:
            return view.batches()
        finally:
            view.close()

    @property
    def counts(self) -> dict[RowState, int]:
        """How many rows are in each state."""
        view = JobView(self.path)
        try:
            return view.line().counts
        finally:
            view.close()

    @property
    def reasons(self) -> set[str]:
        """What is said of rows, each sentence once."""
        view = JobView(self.path)
        try:
            return {result.reason for result in view.results_page(0)}
        finally:
            view.close()

    @property
    def noticed(self) -> list[str]:
        """The sentences that the engine announced."""
        return [event.text for event in self.events if isinstance(event, Noticed)]

    def rows_bought(self) -> dict[int, int]:
        """Return how often each row was bought, by the service's own books."""
        found: dict[int, int] = {}
        for name, count in self.service.bought().items():
            row = int(name.rsplit("-r", 1)[1])
            found[row] = found.get(row, 0) + count
        return found


@pytest.fixture
def place(tmp_path: Path, service: PracticeService, clock: Clock) -> Workplace:
    """Return a workplace with nothing loaded yet."""
    return Workplace(tmp_path, service, clock)


def patient(place: Workplace, **changes: float) -> None:
    """Give the workplace another patience."""
    place.bench = replace(place.bench, patience=replace(place.bench.patience, **changes))


def batch_of(reply: Reply) -> dict[str, Any]:
    """Read a reply that holds a batch."""
    found = json.loads(b"".join(reply.body))
    assert isinstance(found, dict)
    return found


@pytest.fixture
def scene(place: Workplace, script: Script, clock: Clock) -> Scene:
    """Return a job to be run under faults, by a clock that jumps over every wait."""
    from tests.engine.scene import Scene  # it is built on this module

    return Scene(place, script, clock)


@pytest.fixture
def stall() -> Iterator[Stall]:
    """Give a service that can fall silent; it is woken at the end."""
    silent = Stall()
    yield silent
    silent.release()


@pytest.fixture
def short_of_time(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every call run out of time after a moment instead of ten minutes."""
    from tests.engine.scene import make_impatient

    make_impatient(scene, monkeypatch)
