"""Ctrl-C: once finishes the call in flight, twice stops at once; paid work is never lost."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.job import Batch, BatchState
from app.engine.view import JobView
from app.practice.faults import Hangup
from app.practice.wire import Call, Endpoint, Reply
from tests.cli.running import PATIENCE_SECONDS, QUICK, Program, program, run_program, wait_until
from tests.echo import ECHO, INSTRUCTIONS, check_export, made_rows, write_table
from tests.practice_service import PracticeService

ROWS = 30


class Holding:
    """Faults that hold one call of a kind back until the test lets it go.

    It is held before the service hears it, or with `obeyed` when only the reply is missing.
    """

    def __init__(self, endpoint: Endpoint, nth: int = 1) -> None:
        self.endpoint, self.nth = endpoint, nth
        self.obeyed = False
        self.reached = threading.Event()
        self.released = threading.Event()

    def before(self, call: Call) -> Reply | None:
        if not self.obeyed:
            self._hold(call)
        return None

    def after(self, call: Call, reply: Reply) -> Reply:
        if self.obeyed:
            self._hold(call)
        return reply

    def _hold(self, call: Call) -> None:
        if call.endpoint is self.endpoint and call.nth == self.nth:
            self.reached.set()
            if not self.released.wait(PATIENCE_SECONDS):
                raise Hangup

    def arrived(self) -> None:
        """Wait until the call is being held."""
        assert self.reached.wait(PATIENCE_SECONDS)


def batches_of(job: Path) -> tuple[Batch, ...]:
    """Return the batches as the job file has them."""
    view = JobView(job)
    try:
        return view.batches()
    finally:
        view.close()


def interrupt(running: Program) -> None:
    """Press Ctrl-C."""
    running.process.send_signal(signal.SIGINT)


def hear(running: Program, words: str) -> str:
    """Read what it says until these words come."""
    assert running.process.stderr is not None
    said = ""
    for line in running.process.stderr:
        said += line.decode()
        if words in said:
            return said
    raise AssertionError(f"it never said {words!r}: {said}")


@pytest.fixture
def create() -> Holding:
    """Hold the second create call back."""
    return Holding(Endpoint.CREATE, nth=2)


@pytest.fixture
def service(tmp_path: Path, create: Holding) -> Iterator[PracticeService]:
    """Give a service that does so."""
    with PracticeService(
        tmp_path / "service", voice=ECHO, finish_seconds=0.01, faults=create
    ) as running:
        yield running
        create.released.set()


@pytest.fixture
def job(tmp_path: Path) -> Path:
    """Return where the job is kept."""
    return tmp_path / "job.sheaf"


@pytest.fixture
def asked(tmp_path: Path, job: Path) -> tuple[object, ...]:
    """Return the arguments of a run of three batches."""
    data = write_table(tmp_path / "data.csv", made_rows(ROWS))
    return (
        "run", data, "--instructions", INSTRUCTIONS, "--answer", "echo: short text",
        "--batch-rows", 10, "--export", tmp_path / "out.csv", "--job", job, "--yes", *QUICK,
    )  # fmt: skip


def check_finished(home: Path, service: PracticeService, job: Path, out: Path) -> None:
    """Resume, and assert that every row is answered and was bought once."""
    ran = run_program(home, service, "resume", job, "--export", out, *QUICK)
    assert ran.code == 0, ran.err
    check_export(out, made_rows(ROWS))
    assert set(service.bought().values()) == {1}
    assert len(service.bought()) == ROWS


def test_the_first_interrupt_finishes_the_create_in_flight(
    tmp_path: Path,
    sheaf_home: Path,
    service: PracticeService,
    create: Holding,
    asked: tuple[object, ...],
    job: Path,
) -> None:
    """The batch in flight is sent and its id kept, nothing more is sent, and resume is named."""
    with program(sheaf_home, service, *asked) as running:
        create.arrived()
        interrupt(running)
        hear(running, "Stopping")
        create.released.set()
        ran = running.end()
    assert ran.code == 130
    assert f'sheaf resume "{job}"' in ran.err
    assert "Traceback" not in ran.err
    states = [batch.state for batch in batches_of(job)]
    assert states[1:] == [BatchState.WORKING, BatchState.PLANNED]
    assert len(service.creates()) == 2
    assert not (tmp_path / "out.csv").exists()
    check_finished(sheaf_home, service, job, tmp_path / "out.csv")
    assert len(service.creates()) == 3


@pytest.mark.parametrize("arrives", [True, False])
def test_the_second_interrupt_leaves_the_batch_unsure(
    tmp_path: Path,
    sheaf_home: Path,
    service: PracticeService,
    create: Holding,
    asked: tuple[object, ...],
    job: Path,
    arrives: bool,
) -> None:
    """It stops at once; resume looks the batch up before anything is sent again."""
    create.obeyed = arrives
    with program(sheaf_home, service, *asked) as running:
        create.arrived()
        interrupt(running)
        hear(running, "Stopping")
        interrupt(running)
        ran = running.end()
    assert ran.code == 130
    assert "sheaf resume" in ran.err
    assert "Traceback" not in ran.err
    assert batches_of(job)[1].state is BatchState.UNSURE
    assert list(tmp_path.glob(".*.spool")) == []
    assert bool(service.creates()[1].batch) is arrives
    create.nth = 0
    check_finished(sheaf_home, service, job, tmp_path / "out.csv")
    assert len(service.creates()) == (3 if arrives else 4)


def test_an_interrupt_while_waiting_cancels_nothing(
    tmp_path: Path, sheaf_home: Path, asked: tuple[object, ...], job: Path
) -> None:
    """Paid batches go on at the service; resume fetches them."""
    poll = Holding(Endpoint.RETRIEVE, nth=5)
    hours_later = [0.0]
    with PracticeService(
        tmp_path / "service",
        voice=ECHO,
        finish_seconds=3600,
        faults=poll,
        clock=lambda: time.time() + hours_later[0],
    ) as service:
        with program(sheaf_home, service, *asked) as running:
            poll.arrived()
            poll.released.set()
            interrupt(running)
            assert running.end().code == 130
        assert {batch.state for batch in batches_of(job)} == {BatchState.WORKING}
        hours_later[0] = 7200.0
        check_finished(sheaf_home, service, job, tmp_path / "out.csv")


def test_one_job_cannot_be_worked_on_twice(
    tmp_path: Path,
    sheaf_home: Path,
    service: PracticeService,
    create: Holding,
    asked: tuple[object, ...],
    job: Path,
) -> None:
    """A second Sheaf on the same job is refused while the first is at it; status still works."""
    with program(sheaf_home, service, *asked) as first:
        create.arrived()
        second = run_program(sheaf_home, service, "resume", job, *QUICK)
        assert second.code == 3
        assert "open in another Sheaf" in second.err
        assert run_program(sheaf_home, service, "cancel", job, *QUICK).code == 3
        shown = run_program(sheaf_home, service, "status", job, "--json").json
        assert [batch["state"] for batch in shown["batches"]][1] == "sending"
        create.released.set()
        assert first.end().code == 0
    check_export(tmp_path / "out.csv", made_rows(ROWS))
    assert len(service.creates()) == 3


def test_an_interrupted_load_leaves_no_job(
    tmp_path: Path, sheaf_home: Path, service: PracticeService, job: Path
) -> None:
    """While the table is read nothing is bought: exit 130, and nothing to go on with."""
    data = write_table(tmp_path / "data.csv", made_rows(60_000))
    asked = ("run", data, "--instructions", INSTRUCTIONS, "--export", tmp_path / "o.csv", "--yes")
    with program(sheaf_home, service, *asked, "--job", job) as running:
        wait_until(job.exists, "the job is being made")
        interrupt(running)
        ran = running.end()
    assert ran.code == 130, ran
    assert "Traceback" not in ran.err
    assert service.creates() == []
    assert not job.exists()
