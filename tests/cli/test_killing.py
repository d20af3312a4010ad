"""kill -9 at chosen moments: whatever happens, every row is bought once and nothing is lost."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import SheafError
from app.core.job import JobState
from app.practice.faults import Hangup
from app.practice.wire import Call, Endpoint, Reply
from app.store.reader import JobReader
from tests.cli.running import QUICK, Program, Ran, program, run_program, wait_until
from tests.echo import ECHO, INSTRUCTIONS, check_export, made_rows, write_table
from tests.practice_service import PracticeService

Moment = tuple[Endpoint, str]
"""A call, and when during it: "before" it is read, "lost" (read never), "after" it was obeyed,
"halfway" through its reply."""

BEFORE_CREATE = (Endpoint.CREATE, "before")
CREATE_LOST = (Endpoint.CREATE, "lost")
AFTER_CREATE = (Endpoint.CREATE, "after")
AFTER_COUNT = (Endpoint.COUNT, "after")
AFTER_RETRIEVE = (Endpoint.RETRIEVE, "after")
AFTER_LIST = (Endpoint.LIST, "after")
HALF_THE_RESULTS = (Endpoint.RESULTS, "halfway")


class Killer:
    """Faults that kill the calling program once, at the moment that is set."""

    def __init__(self) -> None:
        self.moment: Moment | None = None
        self.victim: Program | None = None
        self.calls_to_spare = 0

    def arm(self, victim: Program, moment: Moment, calls_to_spare: int = 0) -> None:
        """Kill this program at this moment, after so many calls of the kind have passed."""
        self.victim, self.calls_to_spare = victim, calls_to_spare
        self.moment = moment

    def before(self, call: Call) -> Reply | None:
        if self._strikes(call, "before", "lost"):
            lost = self._strike() == "lost"
            if lost:
                raise Hangup
        return None

    def after(self, call: Call, reply: Reply) -> Reply:
        if self._strikes(call, "after"):
            self._strike()
            raise Hangup
        if self._strikes(call, "halfway"):
            return replace(reply, body=self._half(reply))
        return reply

    def _strikes(self, call: Call, *times: str) -> bool:
        if self.moment is None or call.endpoint is not self.moment[0]:
            return False
        if self.moment[1] not in times:
            return False
        self.calls_to_spare -= 1
        return self.calls_to_spare < 0

    def _strike(self) -> str:
        assert self.victim is not None
        assert self.moment is not None
        moment, self.moment = self.moment, None
        self.victim.kill()
        self.victim.process.wait()
        return moment[1]

    def _half(self, reply: Reply) -> Iterator[bytes]:
        content = b"".join(reply.body)
        yield content[: len(content) // 2]
        self._strike()
        raise Hangup


@pytest.fixture
def killer() -> Killer:
    """Return faults that do nothing until they are armed."""
    return Killer()


@pytest.fixture
def service(tmp_path: Path, killer: Killer) -> Iterator[PracticeService]:
    """Give an echoing service with those faults."""
    with PracticeService(
        tmp_path / "service", voice=ECHO, finish_seconds=0.01, faults=killer
    ) as running:
        yield running


@pytest.fixture
def asked(tmp_path: Path) -> tuple[object, ...]:
    """Return the arguments of a run of 40 rows in 4 batches."""
    data = write_table(tmp_path / "data.csv", made_rows(40))
    return (
        "run", data, "--instructions", INSTRUCTIONS, "--answer", "echo: short text",
        "--batch-rows", 10, "--export", tmp_path / "out.csv", "--job", tmp_path / "job.sheaf",
        "--yes", *QUICK,
    )  # fmt: skip


@pytest.fixture
def resumed(tmp_path: Path) -> tuple[object, ...]:
    """Return the arguments that go on with it."""
    return (
        "resume", tmp_path / "job.sheaf", "--export", tmp_path / "out.csv", "--json", *QUICK,
    )  # fmt: skip


def killed_at(
    home: Path,
    service: PracticeService,
    killer: Killer,
    moment: Moment,
    *arguments: object,
    spare: int = 0,
) -> None:
    """Run the program until it is killed at this moment."""
    with program(home, service, *arguments) as running:
        killer.arm(running, moment, spare)
        ended = running.end()
    assert ended.code == -signal.SIGKILL, ended


def check_all(ran: Ran, service: PracticeService, out: Path, count: int = 40) -> None:
    """Assert that every row is answered beside its own text, and was bought exactly once."""
    assert ran.code == 0, ran.err
    check_export(out, made_rows(count))
    bought = service.bought()
    assert set(bought.values()) == {1}
    numbers = sorted(int(name.rsplit("-r", 1)[1]) for name in bought)
    assert numbers == list(range(1, count + 1))
    assert all(create.retry_count == 0 for create in service.creates())


def test_five_kills_in_a_row_cost_and_lose_nothing(
    tmp_path: Path,
    sheaf_home: Path,
    service: PracticeService,
    killer: Killer,
    asked: tuple[object, ...],
    resumed: tuple[object, ...],
) -> None:
    """At a create that arrived, one that did not, in doubt, at a poll, and half through results.

    The body of a killed create is for our eyes only, and gone once its outcome is known.
    """
    killed_at(sheaf_home, service, killer, AFTER_CREATE, *asked, spare=1)
    (spool,) = tmp_path.glob(".*.spool")
    assert spool.stat().st_mode & 0o777 == 0o600
    killed_at(sheaf_home, service, killer, AFTER_LIST, *resumed)
    killed_at(sheaf_home, service, killer, CREATE_LOST, *resumed)
    killed_at(sheaf_home, service, killer, AFTER_RETRIEVE, *resumed)
    killed_at(sheaf_home, service, killer, HALF_THE_RESULTS, *resumed)
    check_all(run_program(sheaf_home, service, *resumed), service, tmp_path / "out.csv")
    assert list(tmp_path.glob(".*.spool")) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "moment",
    [AFTER_COUNT, BEFORE_CREATE, CREATE_LOST, AFTER_CREATE, AFTER_RETRIEVE, HALF_THE_RESULTS],
    ids="-".join,
)
@pytest.mark.parametrize("spare", [0, 1, 3])
def test_a_kill_at_any_call_costs_and_loses_nothing(
    tmp_path: Path,
    sheaf_home: Path,
    service: PracticeService,
    killer: Killer,
    asked: tuple[object, ...],
    resumed: tuple[object, ...],
    moment: Moment,
    spare: int,
) -> None:
    """Each moment, at the first call of its kind and at later ones."""
    spare = 0 if moment is AFTER_COUNT else spare
    killed_at(sheaf_home, service, killer, moment, *asked, spare=spare)
    check_all(run_program(sheaf_home, service, *resumed), service, tmp_path / "out.csv")


def test_a_killed_load_is_loaded_again(
    tmp_path: Path, sheaf_home: Path, service: PracticeService, resumed: tuple[object, ...]
) -> None:
    """Killed while reading, the job says `loading`; resume reads it from its beginning."""
    data = write_table(tmp_path / "data.csv", made_rows(90_000))
    job = tmp_path / "job.sheaf"
    asked = (
        "run", data, "--instructions", INSTRUCTIONS, "--answer", "echo: short text", "--limit", 20,
        "--export", tmp_path / "out.csv", "--job", job, "--yes", *QUICK,
    )  # fmt: skip
    with program(sheaf_home, service, *asked) as running:
        wait_until(lambda: _is_loading(job), "the job is being loaded")
        running.kill()
        assert running.end().code == -signal.SIGKILL
    assert _is_loading(job)
    ran = run_program(sheaf_home, service, *resumed)
    assert ran.code == 0, ran.err
    assert ran.json["states"] == {"answered": 20, "skipped": 89_980}
    assert set(service.bought().values()) == {1}


def _is_loading(job: Path) -> bool:
    if not job.exists():
        return False
    try:
        with JobReader(job) as reader:
            return reader.head().state is JobState.LOADING
    except SheafError:
        return False  # between its making and its first line
