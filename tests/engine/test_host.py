"""The engine as the window knows it: verbs in, answers and events out, one thread per job."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

import app
from app.core.answers import parse_definition
from app.core.errors import SheafError
from app.core.job import BatchState, JobSettings, JobState, Mode, RowState
from app.engine import verbs as ask
from app.engine.events import JobChanged, JobRemoved
from app.engine.host import Host
from app.engine.protocol import REPLIES, Ask, Done, EngineLine, Failed, Said
from app.engine.replies import JobLine
from app.engine.verbs import PROTOCOL, Verb
from app.engine.view import JobView
from app.paths import Places, places
from app.practice.faults import Hangup
from app.practice.wire import Call, Endpoint, Reply
from app.store.job_file import JobFile
from app.store.settings import save_settings
from tests.echo import INSTRUCTIONS, check_export, made_rows, write_table
from tests.engine.conftest import Script
from tests.practice_service import PracticeService

DEADLINE = 60


class Window:
    """Asks a host in this process, as the window would through the pipe."""

    def __init__(self, home: Places) -> None:
        self._heard = threading.Condition()
        self._replies: dict[int, Done | Failed] = {}
        self._number = 0
        self.events: list[Any] = []
        self.host = Host(home, self)  # type: ignore[arg-type]

    def write(self, line: bytes) -> None:
        """Take one line of the host, as its output would."""
        found = msgspec.json.decode(line, type=EngineLine)
        with self._heard:
            if isinstance(found, Said):
                self.events.append(found.event)
            else:
                self._replies[found.id] = found
            self._heard.notify_all()

    def flush(self) -> None:
        """Nothing is held back."""

    def post(self, verb: Verb) -> int:
        """Ask, and do not wait."""
        self._number += 1
        self.host.hear(msgspec.json.encode(Ask(self._number, verb)))  # type: ignore[arg-type]
        return self._number

    def ask(self, verb: Verb) -> Any:
        """Ask, and wait for the answer."""
        return self.answer(self.post(verb), type(verb))

    def answer(self, number: int, kind: type[Verb]) -> Any:
        """Wait for the answer to a verb of this kind that was posted before."""
        with self._heard:
            assert self._heard.wait_for(lambda: number in self._replies, DEADLINE)
        found = self._replies[number]
        if isinstance(found, Failed):
            raise SheafError(found.what, found.why, found.fix)
        return msgspec.json.decode(found.value, type=REPLIES[kind])

    def wait_for(self, job: str, state: JobState) -> JobLine:
        """Wait until a job is said to be in a state."""

        def found() -> JobLine | None:
            lines = [e.job for e in self.events if isinstance(e, JobChanged) and e.job.path == job]
            return lines[-1] if lines and lines[-1].state is state else None

        with self._heard:
            line = self._heard.wait_for(found, DEADLINE)
        assert line, f"{job} never was {state}"
        return line


@pytest.fixture
def home() -> Places:
    """Return the folders of this test, made."""
    made = places(os.environ)
    made.create()
    return made


@pytest.fixture
def window(home: Places, service: PracticeService) -> Iterator[Window]:
    """Give a window whose settings name the service and that knows its key for this session."""
    save_settings(home.settings, {"address": service.address})
    made = Window(home)
    reply = made.ask(ask.KeyUseOnce(service.token))
    assert reply.tested, reply
    yield made
    made.host.close(DEADLINE)


def settings(**changes: Any) -> JobSettings:
    """Return settings that echo."""
    made = JobSettings(
        instructions=INSTRUCTIONS,
        answers=(
            parse_definition("echo: short text"),
            parse_definition("topic: category = Delivery | Quality"),
        ),
        model="claude-haiku-5-5",
        max_tokens=300,
        batch_rows=5,
    )
    return replace(made, **changes)


def load(window: Window, folder: Path, name: str = "data", **changes: Any) -> str:
    """Load twelve rows into a new job; return its path."""
    data = write_table(folder / f"{name}.csv", made_rows(12))
    line = window.ask(ask.Load(str(data), settings=settings(**changes)))
    assert isinstance(line, JobLine)
    return line.path


def states_of(job: str) -> list[BatchState]:
    """Return the states of a job's batches."""
    view = JobView(job)
    try:
        return [batch.state for batch in view.batches()]
    finally:
        view.close()


class Gate:
    """Holds a call until it is let go."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.open = threading.Event()

    def __call__(self, _call: Call) -> Reply | None:
        self.reached.set()
        if not self.open.wait(DEADLINE):
            raise Hangup
        return None


# --- a job ------------------------------------------------------------------------------------


def test_a_job_from_the_file_to_the_export(
    window: Window, tmp_path: Path, service: PracticeService
) -> None:
    """All that the window asks on the way is answered."""
    job = load(window, tmp_path)
    assert window.ask(ask.ListJobs())[0].path == job
    estimate = window.ask(ask.EstimateJob(job, settings())).estimate
    assert (estimate.rows, estimate.expected_usd > 0) == (12, True)
    review = window.ask(ask.ReviewJob(job))
    assert review.batches == (5, 5, 2)
    assert window.ask(ask.CheckId(job, "no")).repeated == 0
    window.ask(ask.Submit(job, Mode.REAL))
    done = window.wait_for(job, JobState.FINISHED)
    assert done.counts == {RowState.ANSWERED: 12}
    (spread,) = window.ask(ask.Distribute(job))
    assert sum(rows for _, rows in spread.counts) == 12
    arranged = window.ask(ask.Arrange(job, search=made_rows(12)[3][1]))
    assert arranged.rows == 1
    out = tmp_path / "out.csv"
    assert window.ask(ask.Export(job, str(out))).rows == 12
    check_export(out, made_rows(12))
    assert set(service.bought().values()) == {1}


def test_a_slow_upload_holds_up_no_other_job(
    window: Window, script: Script, tmp_path: Path
) -> None:
    """Each job has a thread of its own."""
    gate = Gate()
    script.at_start(Endpoint.CREATE, gate)
    slow, quick = load(window, tmp_path, "slow"), load(window, tmp_path, "quick")
    window.ask(ask.Submit(slow, Mode.REAL))
    assert gate.reached.wait(DEADLINE)
    window.ask(ask.Submit(quick, Mode.REAL))
    window.wait_for(quick, JobState.FINISHED)
    assert states_of(slow)[0] is BatchState.SENDING
    gate.open.set()
    window.wait_for(slow, JobState.FINISHED)


def test_closing_finishes_the_create_in_flight(
    window: Window, script: Script, tmp_path: Path, service: PracticeService
) -> None:
    """The id of what is bought is known when the engine ends, and no other batch is begun."""
    gate = Gate()
    script.at_start(Endpoint.CREATE, gate)
    job = load(window, tmp_path)
    window.ask(ask.Submit(job, Mode.REAL))
    assert gate.reached.wait(DEADLINE)
    closing = threading.Thread(target=window.host.close, args=(DEADLINE,))
    closing.start()
    gate.open.set()
    closing.join(DEADLINE)
    assert states_of(job) == [BatchState.WORKING, BatchState.PLANNED, BatchState.PLANNED]
    assert len(service.creates()) == 1
    JobFile.open(Path(job)).close()


def test_a_late_cancel_does_not_haunt_the_job(
    window: Window, script: Script, tmp_path: Path
) -> None:
    """Cancelled a moment after it had finished: asking rows again is not cancelled by that."""
    job = load(window, tmp_path, max_tokens=1)
    window.ask(ask.Submit(job, Mode.REAL))
    window.wait_for(job, JobState.FINISHED)
    window.ask(ask.Cancel(job))
    window.events.clear()
    window.ask(ask.Retry(job, (RowState.CUT_OFF,)))
    window.wait_for(job, JobState.FINISHED)
    assert script.count(Endpoint.CREATE) == 6


def test_a_job_that_is_open_elsewhere_is_refused_in_words(window: Window, tmp_path: Path) -> None:
    """The command line works on it: the window may look, not touch."""
    job = load(window, tmp_path)
    elsewhere = None
    for _ in range(200):
        try:
            elsewhere = JobFile.open(Path(job))
            break
        except SheafError:
            threading.Event().wait(0.05)
    assert elsewhere is not None
    with elsewhere:
        with pytest.raises(SheafError, match="open in another Sheaf"):
            window.ask(ask.Submit(job, Mode.REAL))
        assert window.ask(ask.ListJobs())[0].path == job


def test_a_copy_has_the_rows_and_nothing_of_the_past(window: Window, tmp_path: Path) -> None:
    """Its own tag: answers of the one can never be taken for the other's."""
    job = load(window, tmp_path)
    window.ask(ask.Submit(job, Mode.REAL))
    window.wait_for(job, JobState.FINISHED)
    copy = window.ask(ask.Duplicate(job))
    assert (copy.state, copy.rows, copy.counts) == (JobState.DRAFT, 12, {RowState.WAITING: 12})
    heads = []
    for path in (job, copy.path):
        view = JobView(path)
        heads.append(view.head())
        view.close()
    assert heads[0].tag != heads[1].tag
    assert heads[0].settings.instructions == heads[1].settings.instructions
    assert states_of(copy.path) == []


def test_a_job_at_work_is_not_deleted(window: Window, script: Script, tmp_path: Path) -> None:
    """What is paid for cannot be thrown away by a slip; a finished one can be."""
    gate = Gate()
    script.at_start(Endpoint.RETRIEVE, gate)
    job = load(window, tmp_path)
    window.ask(ask.Submit(job, Mode.REAL))
    assert gate.reached.wait(DEADLINE)
    with pytest.raises(SheafError):
        window.ask(ask.Delete(job))
    assert Path(job).exists()
    gate.open.set()
    window.wait_for(job, JobState.FINISHED)
    _delete_once_free(window, job)
    assert not Path(job).exists()
    assert any(isinstance(event, JobRemoved) for event in window.events)


def _delete_once_free(window: Window, job: str) -> None:
    """Delete a job whose thread may still be letting go of it."""
    for _ in range(200):
        try:
            window.ask(ask.Delete(job))
        except SheafError:
            threading.Event().wait(0.05)
        else:
            return
    raise AssertionError("it was never let go")


def test_a_mistake_in_a_verb_is_told_and_the_next_is_answered(
    window: Window, tmp_path: Path
) -> None:
    """Noise, a job that is not there, a file that is none."""
    for noise in (b"", b"{", b'{"id":1}', b'{"id":1,"ask":{"verb":"Fly"}}', b"\xff\n"):
        window.host.hear(noise)
    missing = str(tmp_path / "missing.sheaf")
    for verb in (
        ask.Submit(missing, Mode.REAL),
        ask.Resume(missing),
        ask.Retry(missing),
        ask.ReviewJob(missing),
        ask.Export(missing, str(tmp_path / "o.csv")),
        ask.Load(str(tmp_path / "nowhere.csv")),
        ask.Delete(missing),
    ):
        with pytest.raises(SheafError) as error:
            window.ask(verb)
        assert "mistake of its own" not in error.value.what
    assert window.ask(ask.ListJobs()) == ()


# --- the key ----------------------------------------------------------------------------------


def test_a_key_is_never_in_an_answer(window: Window, service: PracticeService) -> None:
    """Four letters of it at most; a wrong one is told from no connection."""
    asked = (ask.KeyState(), ask.KeyTest(), ask.KeySave("wrong-key-of-somebody"))
    said = msgspec.json.encode([window.ask(verb) for verb in asked]).decode()
    assert service.token not in said
    assert service.token[-4:] in said
    assert window.ask(ask.KeyTest("wrong-key-of-somebody")).outcome == "rejected"
    save_settings(places(os.environ).settings, {"address": "http://127.0.0.1:9"})
    assert window.ask(ask.KeyTest()).outcome == "unreachable"
    assert window.ask(ask.KeyForget()).ending == ""


def test_without_a_key_real_work_is_refused_and_models_are_known(
    home: Places, tmp_path: Path
) -> None:
    """The bundled list serves; a job is practice until there is a key."""
    window = Window(home)
    try:
        assert window.ask(ask.Models()).live is False
        job = load(window, tmp_path)
        with pytest.raises(SheafError, match="needs your Anthropic API key"):
            window.ask(ask.Submit(job, Mode.REAL))
        assert window.ask(ask.ListJobs())[0].mode is Mode.PRACTICE
    finally:
        window.host.close(DEADLINE)


# --- the process ------------------------------------------------------------------------------


def test_the_process_answers_ends_and_takes_no_key_from_the_environment(
    sheaf_home: Path, service: PracticeService
) -> None:
    """Handshake; ANTHROPIC_API_KEY is nobody's wish here; closing its input ends it with 0."""
    home = places(os.environ)
    home.create()
    save_settings(home.settings, {"address": service.address})
    hostile = {
        "ANTHROPIC_API_KEY": service.token,
        "ANTHROPIC_AUTH_TOKEN": service.token,
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
        "ANTHROPIC_LOG": "debug",
    }
    engine = subprocess.Popen(
        [sys.executable, "-m", "app", "engine"],
        cwd=Path(app.__file__).resolve().parents[1],
        env=dict(os.environ) | hostile,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with engine:
        assert engine.stdin
        assert engine.stdout
        asked = [ask.Hello(), ask.KeyState(), ask.KeyTest("sk-ant-typed-by-a-person-1234")]
        for number, verb in enumerate(asked):
            engine.stdin.write(msgspec.json.encode(Ask(number, verb)) + b"\n")
        engine.stdin.flush()
        lines = sorted((json.loads(engine.stdout.readline()) for _ in asked), key=_number)
        engine.stdin.close()
        assert engine.wait(timeout=DEADLINE) == 0
        assert engine.stdout.read() == b""
    assert lines[0]["value"]["protocol"] == PROTOCOL
    assert lines[0]["value"]["pid"] == engine.pid
    assert lines[1]["value"]["outcome"] == "no_backend"
    assert lines[1]["value"]["ending"] == ""
    assert lines[2]["value"]["outcome"] == "rejected"
    assert service.creates() == []
    logged = "".join(
        file.read_text(encoding="utf-8") for file in sheaf_home.rglob("*.log*") if file.is_file()
    )
    assert "typed-by-a-person" not in logged
    assert service.token not in logged


def _number(line: dict[str, Any]) -> int:
    return int(line["id"])
