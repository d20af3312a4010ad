"""Whatever happens in whatever order: a row is bought at most once, and every row is accounted for.

Hypothesis plays a person, a service in trouble and a computer that dies, in random order, on two
jobs in one workspace; a clock is turned instead of waiting. After every step what Sheaf says is
compared with the service's own books. Kills come at journal writes and network events; what a
power cut does to a disk is not played here.

SHEAF_STATE_EXAMPLES and SHEAF_STATE_STEPS ask for more, and for other examples each time.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.core.answers import parse_definition
from app.core.causes import Cause
from app.core.errors import SheafError
from app.core.job import IN_DOUBT, BatchState, JobSettings, JobState, Mode, RowState
from app.engine import verbs as ask
from app.engine.bench import Bench, Patience, bundled_catalog
from app.engine.export import Choices, export
from app.engine.load import Draft, Wanted, new_job
from app.engine.view import job_line
from app.paths import places
from app.practice.batches import Conduct, read_envelope
from app.practice.faults import Hangup
from app.practice.message import Voice
from app.practice.replies import Ask
from app.practice.service import Service as Practice
from app.practice.wire import Call, Endpoint, Reply
from app.store.job_file import JobFile
from app.store.reader import JobReader
from tests import faulty_claude as faulty
from tests.echo import ECHO, INSTRUCTIONS, made_rows, mark_in, read_table, write_table
from tests.engine.books import Books, check_books, check_rows
from tests.engine.wireless import Clock, Killed, Life, Machine, NoConnectionError, connect, unforced

PATIENCE = Patience(30, 180, reconcile=300, look_again=30, trouble_first=5, trouble_longest=300)
LAGS = (0, 0, 0, 10, 60, 170)
"""For how many seconds a new batch is not listed: always less than Sheaf's patience."""
LATE = (5, 60, 110)
"""How many seconds a body may lie in the network before it reaches the service."""
JOBS = st.sampled_from(("first", "second"))
_CAUSES = ((Cause.CUT_OFF,), (Cause.EXPIRED, Cause.CANCELLED), (Cause.NO_RESULT, Cause.MISFIT))
_END_ROUNDS = 400


def _no_connection(_call: Call) -> Reply | None:
    raise NoConnectionError


_start: dict[str, Any] = {
    "upload cut": faulty.upload_cut(100),
    "500 before": faulty.refusal(500, "api_error"),
    "proxy page before": faulty.page(502),
    "408 before": faulty.page(408),
    "409": faulty.refusal(409, "conflict_error"),
    "no connection": _no_connection,
    "asked to slow down": faulty.refusal(429, "rate_limit_error", retry_after="40"),
    "full queue": faulty.refusal(429, "rate_limit_error"),
    "too large": faulty.too_large(bare=False),
    "too large for the network": faulty.too_large(bare=True),
    "refused": faulty.refusal(400, "invalid_request_error"),
    "no credit": faulty.refusal(
        400, "invalid_request_error", "Your credit balance is too low to access the API."
    ),
    "billing": faulty.refusal(402, "billing_error"),
    "bad key": faulty.refusal(401, "authentication_error"),
    "no right": faulty.refusal(403, "permission_error"),
    "spend limit": faulty.refusal(429, "rate_limit_error", code="enforced_spend_limit_reached"),
}
_end: dict[str, Any] = {
    "reply lost": faulty.reset,
    "closed without a reply": faulty.close,
    "half a reply": faulty.cut(0.5),
    "500 after": faulty.refusal(500, "api_error"),
    "504 after": faulty.page(504),
    "529 after": faulty.refusal(529, "overloaded_error"),
    "garbage": faulty.says(b"{}", 200, "application/json"),
    "proxy page after": faulty.page(200),
}
_asking = ("500 before", "proxy page before", "no connection", "asked to slow down", "bad key")
_results: dict[str, Any] = {
    "cut": faulty.cut(0.6),
    "ended early": faulty.ended_early(900),
    "not a byte": faulty.ended_early(0),
    "page": faulty.page(200),
    "500": faulty.refusal(500, "api_error"),
    "404": faulty.refusal(404, "not_found_error"),
    "first line missing": faulty.lines_changed(lambda lines: lines[1:]),
    "twice": faulty.lines_changed(lambda lines: lines + lines),
    "rubbish between": faulty.lines_changed(lambda lines: [b'{"x": \n', b"\xff\n", *lines]),
    "turned round": faulty.lines_changed(lambda lines: lines[::-1]),
}
_cancel = {
    "400": faulty.refusal(400, "invalid_request_error"),
    "404": faulty.refusal(404, "not_found_error"),
    "409": faulty.refusal(409, "conflict_error"),
}


def _reply(ask_: Ask) -> str:
    """Answer most rows with their mark, some with too much, some in a way that does not fit."""
    place = sum(mark_in(ask_.text).encode())
    if place % 7 == 3:
        return "I would rather talk about the weather."
    if place % 7 == 5:
        return ECHO.reply(ask_) + " and so on" * 300
    return ECHO.reply(ask_)


class _Pace(Conduct):
    """A service whose batches take as long as the machine wants."""

    seconds: ClassVar[float] = 0.0

    def seconds_for(self, requests: int) -> float:
        return _Pace.seconds


class Workspace(RuleBasedStateMachine):
    """Two jobs of one person in one workspace, and all that may happen to them."""

    figures: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="sheaf-states-"))
        self.clock = Clock()
        self.script = faulty.Script()
        self.late: list[tuple[float, bytes, int]] = []
        self.hidden: dict[str, float] = {}
        self._service_time: float | None = None
        voice = replace(Voice(), reply=_reply)
        self.conduct = _Pace(voice=voice, clock=self._now_at_service)
        self.practice = Practice(self.folder / "service", self.conduct, self.script)
        self.elsewhere = Practice(self.folder / "elsewhere", self.conduct)
        for practice in (self.practice, self.elsewhere):
            unforced(practice.ledger._database)
        home = places({"SHEAF_HOME": str(self.folder / "sheaf")})
        self.bench = Bench(home, bundled_catalog(), lambda _: None, PATIENCE, self.clock)
        home.create()
        self.machine = Machine(self.bench, self.clock)
        self.keys: dict[str, Practice] = {}
        self.jobs: dict[str, Path] = {}
        self.lives: dict[str, Life] = {}
        self.books: dict[str, Books] = {}
        self.foreign: set[str] = set()
        self._settle_script()
        Workspace.figures["examples"] += 1

    # --- the world around Sheaf -----------------------------------------------------------------

    def _now_at_service(self) -> float:
        return self._service_time or self.clock.service_seconds()

    def _settle_script(self) -> None:
        """Hide what the list does not show yet."""
        self.script.always_at_end(Endpoint.LIST, faulty.changed(self._hide))
        self.script.always_at_start(Endpoint.RETRIEVE, self._too_fresh)

    def _hide(self, found: dict[str, Any]) -> None:
        if "data" in found:
            found["data"] = [one for one in found["data"] if not self._is_hidden(one["id"])]

    def _too_fresh(self, call: Call) -> Reply | None:
        gone: Reply = faulty.refusal(404, "not_found_error")(call)
        return gone if self._is_hidden(call.subject) else None

    def _is_hidden(self, batch: str) -> bool:
        return self.hidden.get(batch, 0) > self._now_at_service()

    def _turn(self, seconds: float) -> None:
        """Let time pass; what lay in the network arrives at its moment."""
        self.clock.turn(seconds)
        due = [one for one in self.late if one[0] <= self._now_at_service()]
        self.late = [one for one in self.late if one not in due]
        for moment, body, lag in due:
            self._service_time = moment
            self._buy(body, lag)
            self._service_time = None

    def _buy(self, body: bytes, lag: int) -> str:
        batch = self.practice._batches.create(read_envelope(body, 100), 0)
        if lag:
            self.hidden[batch.id] = self._now_at_service() + lag
        return batch.id

    # --- beginnings -----------------------------------------------------------------------------

    @initialize(
        rows=st.tuples(st.integers(4, 14), st.integers(2, 7)),
        batch_rows=st.integers(2, 3),
        limit=st.sampled_from((None, None, None, "0.004")),
        skew=st.sampled_from((0, 0, 3600, -3600, None)),
        pace=st.sampled_from((0, 100, 3000)),
    )
    def begin(
        self,
        rows: tuple[int, int],
        batch_rows: int,
        limit: str | None,
        skew: int | None,
        pace: int,
    ) -> None:
        """Read two tables; nothing is sent yet."""
        self.clock.has_date = skew is not None
        self.clock.skew = _seconds(skew or 0)
        _Pace.seconds = pace
        chosen = JobSettings(
            instructions=INSTRUCTIONS,
            answers=(parse_definition("echo: short text"),),
            model="claude-haiku-5-5",
            max_tokens=300,
            batch_rows=batch_rows,
            max_cost_usd=limit,
        )
        for seed, (name, count) in enumerate(zip(("first", "second"), rows, strict=True)):
            table = made_rows(count, seed)
            data = write_table(self.folder / f"{name}.csv", table)
            path = new_job(self.bench, Wanted(data), Draft(chosen, Mode.REAL))
            self.jobs[name] = path
            self.books[name] = Books(path, table)
            self.keys[name] = self.practice
            self.lives[name] = self._new_life(name)

    def _new_life(self, name: str) -> Life:
        return Life(
            self.bench,
            self.jobs[name],
            self.clock,
            lambda life: connect(self.keys[name], life.clock, life.tick),
        )

    def _let(self, name: str, act: Callable[[Life], SheafError | None]) -> SheafError | None:
        """Let a job's life do something; when it is killed, another takes its place."""
        try:
            return act(self.lives[name])
        except Killed:
            Workspace.figures["kills"] += 1
            self.lives[name] = self._new_life(name)
            return None

    def _ask(self, name: str, verb: ask.Verb) -> SheafError | None:
        return self._let(name, lambda life: self.machine.ask(life, verb))

    def _path(self, name: str) -> str:
        return str(self.jobs[name])

    # --- what the person does -------------------------------------------------------------------

    @rule(name=JOBS)
    def submit(self, name: str) -> None:
        """Submit, or press the button once more."""
        self._ask(name, ask.Submit(self._path(name), Mode.REAL))

    @rule(name=JOBS)
    def resume(self, name: str) -> None:
        """Go on where it stopped, were it at the very beginning."""
        if self.books[name].head().started_at is None:
            self.submit(name)
        else:
            self._ask(name, ask.Resume(self._path(name)))

    @rule(name=JOBS)
    def resume_with_another_key(self, name: str) -> None:
        """Take the key of another organisation by mistake; the next time it is the right one."""
        self.keys[name] = self.elsewhere
        self._let(name, lambda life: self.machine.do(life, life.work.let_go))
        self._ask(name, ask.Resume(self._path(name)))
        self._rounds(name, 2)
        self._let(name, lambda life: self.machine.do(life, life.work.let_go))
        self.keys[name] = self.practice

    @rule(name=JOBS)
    def cancel(self, name: str) -> None:
        """Cancel the job."""
        self.books[name].was_cancelled = True
        self._ask(name, ask.Cancel(self._path(name)))

    @rule(
        name=JOBS,
        rows=st.sampled_from(((), (), (1, 2, 3), (2, 4))),
        causes=st.sampled_from(((), (), *_CAUSES)),
        longer=st.sampled_from((None, 1500)),
    )
    def retry(
        self, name: str, rows: tuple[int, ...], causes: tuple[Cause, ...], longer: int | None
    ) -> None:
        """Ask rows again: some by number, those of some causes, or all that may be."""
        verb = ask.Retry(self._path(name), causes=causes, rows=rows, max_tokens=longer)
        book = self.books[name]
        if book.head().started_at is None:
            self.submit(name)
        before = book.planned()
        self._ask(name, verb)
        book.intend_again(before, rows, causes)

    @rule(name=JOBS, dollars=st.sampled_from(("0.006", "0.02", None)))
    def raise_limit(self, name: str, dollars: str | None) -> None:
        """Allow more."""
        if self.books[name].head().started_at is not None:
            self._ask(name, ask.RaiseLimit(self._path(name), dollars))

    @rule(name=JOBS)
    def answer_a_question(self, name: str) -> None:
        """Where Sheaf asks whether to send a batch again: yes, though it may be paid for twice."""
        for doubt in job_line(self.jobs[name]).doubts:
            if doubt.question:
                self._send_again(name, doubt.batch)

    def _answer_what_time_cannot(self, name: str) -> None:
        """Answer where every batch that it could be has ended, and its results tell no more."""
        for doubt in job_line(self.jobs[name]).doubts:
            if doubt.question and all(one.ended for one in doubt.candidates):
                self._send_again(name, doubt.batch)

    def _send_again(self, name: str, batch: int) -> None:
        self.books[name].intend_batch_again(batch)
        self._ask(name, ask.SettleDoubt(self._path(name), batch))

    @rule(name=JOBS)
    def delete_at_service(self, name: str) -> None:
        """Have the finished batches deleted at the service."""
        self._ask(name, ask.DeleteRemote(self._path(name)))

    @rule(name=JOBS)
    def second_process(self, name: str) -> None:
        """Another Sheaf tries to open the job: it may look, and work only where nobody does."""
        is_held = bool(self.lives[name].job_files)
        with JobReader(self.jobs[name]) as reader:
            assert reader.head().name
        try:
            JobFile.open(self.jobs[name]).close()
        except SheafError:
            assert is_held
        else:
            assert not is_held

    # --- what Sheaf does by itself --------------------------------------------------------------

    @rule(name=JOBS, times=st.integers(1, 5), again=st.booleans())
    def work(self, name: str, times: int, *, again: bool) -> None:
        """Do some rounds, with as much time between them as Sheaf wants."""
        if again:
            self.resume(name)
        self._rounds(name, times)

    @rule(times=st.integers(1, 5))
    def work_on_both(self, times: int) -> None:
        """Let both jobs go on by turns."""
        for _ in range(times):
            for name in self.jobs:
                self.resume(name)
                self._rounds(name, 1)

    def _rounds(self, name: str, times: int) -> None:
        for _ in range(times):
            life = self.lives[name]
            if not life.work.is_running:
                return
            life.control.asked = 0.0
            self._let(name, lambda life: self.machine.do(life, life.work.step))
            self._turn(life.control.asked)

    @rule(name=JOBS, after=st.integers(1, 40))
    def die_at_work(self, name: str, after: int) -> None:
        """Go on, and be killed after so many journal writes and network events."""
        self.lives[name].fuse = after
        self.resume(name)
        self._rounds(name, 5)

    @rule(name=JOBS)
    def quit(self, name: str) -> None:
        """End in good order; what begins later is another process."""
        self._let(name, lambda life: self.machine.do(life, life.work.let_go))
        self.lives[name] = self._new_life(name)

    # --- time -----------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from((1, 20, 100, 400, 4000, 90_000)))
    def pass_time(self, seconds: int) -> None:
        """Let time pass."""
        self._turn(seconds)

    @rule(lot=st.integers(0, 9))
    def pass_a_month(self, lot: int) -> None:
        """Now and then let so much time pass that results are gone."""
        if lot == 0:
            self._turn(31 * 86_400)

    @rule(lot=st.integers(0, 3))
    def set_the_clock_back(self, lot: int) -> None:
        """Now and then set this computer's clock back by an hour."""
        if lot == 0:
            self.clock.set_back(3600)

    @rule(seconds=st.sampled_from((0, 100, 3000, 90_000)))
    def change_pace(self, seconds: int) -> None:
        """Let new batches take so long."""
        _Pace.seconds = seconds

    # --- trouble --------------------------------------------------------------------------------

    @rule(
        trouble=st.sampled_from((*_start, *_end, "in the network", "none")),
        lag=st.sampled_from(LAGS),
        late=st.sampled_from(LATE),
    )
    def trouble_at_create(self, trouble: str, lag: int, late: int) -> None:
        """Let the next create end badly, and its batch be listed late."""

        def arrive_late(call: Call) -> Reply | None:
            body = bytes(call.body.load(10**9))
            self.late.append((self._now_at_service() + late, body, lag))
            raise Hangup

        def listed_late(_call: Call, reply: Reply) -> Reply:
            content = b"".join(reply.body)
            found = msgspec.json.decode(content)
            if lag and reply.status == 200:
                self.hidden[found["id"]] = self._now_at_service() + lag
            return replace(reply, body=(content,))

        begin = arrive_late if trouble == "in the network" else _start.get(trouble, faulty.pass_in)
        end = _end.get(trouble, faulty.pass_on)
        self.script.at_start(Endpoint.CREATE, begin)
        self.script.at_end(Endpoint.CREATE, lambda call, reply: end(call, listed_late(call, reply)))

    @rule(
        endpoint=st.sampled_from((Endpoint.LIST, Endpoint.RETRIEVE, Endpoint.COUNT)),
        trouble=st.sampled_from(_asking),
    )
    def trouble_at_asking(self, endpoint: Endpoint, trouble: str) -> None:
        """Let the next free call end badly."""
        self.script.at_start(endpoint, _start[trouble])

    @rule(trouble=st.sampled_from(tuple(_results)))
    def trouble_at_results(self, trouble: str) -> None:
        """Let the next results be incomplete, or odd."""
        self.script.at_end(Endpoint.RESULTS, _results[trouble])

    @rule(trouble=st.sampled_from((*_end, *_cancel)))
    def trouble_at_cancel(self, trouble: str) -> None:
        """Let the reply to the next cancel be lost, or refuse it."""
        if trouble in _end:
            self.script.at_end(Endpoint.CANCEL, _end[trouble])
        else:
            self.script.at_start(Endpoint.CANCEL, _cancel[trouble])

    @rule(rows=st.integers(1, 4), lag=st.sampled_from(LAGS))
    def foreign_batch(self, rows: int, lag: int) -> None:
        """Let another program send a batch, perhaps of a size that we look for."""
        params = {"model": "claude-haiku-5-5", "max_tokens": 9}
        asked = {**params, "messages": [{"role": "user", "content": "<other>"}]}
        items = [{"custom_id": f"other-{n}", "params": asked} for n in range(rows)]
        self.foreign.add(self._buy(msgspec.json.encode({"requests": items}), lag))

    @precondition(lambda self: "first" in self.jobs)
    @rule(rows=st.integers(1, 4))
    def batch_of_another_computer(self, rows: int) -> None:
        """Let a Sheaf on another computer send a batch with the same numbers as ours."""
        asked = {
            "model": "claude-haiku-5-5",
            "max_tokens": 9,
            "messages": [{"role": "user", "content": "<other>"}],
        }
        items = [{"custom_id": f"shaaaaaaaaaa-b1-r{n + 1}", "params": asked} for n in range(rows)]
        self.foreign.add(self._buy(msgspec.json.encode({"requests": items}), 0))

    # --- what must always be true ---------------------------------------------------------------

    @invariant()
    def keeps_its_promises(self) -> None:
        """What Sheaf says agrees with the service's books, and others are left alone."""
        Workspace.figures["steps"] += 1
        for book in self.books.values():
            check_rows(book)
            check_books(book, self.practice.home)
            assert job_line(book.path).rows == len(book.table)
        self._check_sizes()
        self._check_others()

    def _check_sizes(self) -> None:
        """No two batches in doubt have the same number of rows, whosever they are."""
        sizes = [b.rows for book in self.books.values() for b in book.batches(IN_DOUBT)]
        assert len(sizes) == len(set(sizes)), f"sizes in doubt: {sizes}"

    def _check_others(self) -> None:
        """Other programs' batches are left alone; the wrong key never bought anything."""
        for batch in self.foreign:
            stored = self.practice.ledger.batch(batch)
            assert stored is not None
            assert stored.cancelled_at is None
            assert stored.deleted_at is None
        assert not self.elsewhere.ledger.page(9, older_than=None, newer_than=0)

    # --- the end --------------------------------------------------------------------------------

    def teardown(self) -> None:
        """Without trouble every job comes to its end, and every row is there and explained."""
        try:
            if self.jobs:
                self._end_well()
        finally:
            for life in self.lives.values():
                with suppress(Killed):
                    life.fuse = None
                    self.machine.do(life, life.work.let_go)
            self.machine.close()
            for practice in (self.practice, self.elsewhere):
                practice.ledger.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _end_well(self) -> None:
        self.script.heal()
        self._settle_script()
        _Pace.seconds = 0.0
        for name, life in self.lives.items():
            life.fuse = None
            self._submit_at_last(name)
        for _ in range(_END_ROUNDS):
            ended = [self._has_ended(name) for name in self.jobs]
            if all(ended):
                break
        else:
            pytest.fail(f"It never ends: {[job_line(path) for path in self.jobs.values()]}")
        self.keeps_its_promises()
        for name, book in self.books.items():
            self._check_export(name)
            self._count(book)
            book.check_end(self.practice.home)

    def _count(self, book: Books) -> None:
        with JobReader(book.path) as reader:
            for line in reader.history():
                Workspace.figures[" ".join(line.what.split()[2:5]).strip(";.")] += 1
            found = reader.database.execute("select why from stranger").fetchall()
            Workspace.figures["strangers"] += len(found)
            for state, count in reader.counts().items():
                Workspace.figures[state.value] += count
        Workspace.figures["bought"] += len(book.sold(self.practice.home))
        Workspace.figures["asked again"] += sum(book.again.values())

    def _submit_at_last(self, name: str) -> None:
        if self.books[name].head().started_at is None:
            error = self._ask(name, ask.Submit(self._path(name), Mode.REAL))
            assert error is None, error

    def _has_ended(self, name: str) -> bool:
        """Do one round, with all that a person would do to help it on."""
        self._answer_what_time_cannot(name)
        life = self.lives[name]
        if life.work.is_running:
            self._rounds(name, 1)
            self._turn(600)
            return False
        head = self.books[name].head()
        if head.state in (JobState.FINISHED, JobState.CANCELLED):
            return True
        if head.settings.max_cost_usd is not None:
            self._ask(name, ask.RaiseLimit(self._path(name), None))
        self._ask(name, ask.Resume(self._path(name)))
        self._turn(60)
        return False

    def _check_export(self, name: str) -> None:
        """The export has every row once, in order, untouched, with its own answer or a reason."""
        target = self.folder / f"{name}-out.csv"
        export(self.jobs[name], target, Choices(overwrite=True), lambda _: None)
        written = read_table(target)
        table = self.books[name].table
        assert [(row["no"], row["mark"], row["text"]) for row in written] == table
        for row in written:
            if row["sheaf_status"] == "answered":
                assert row["echo"] == row["mark"]
            else:
                assert row["sheaf_reason"], row


def _seconds(count: int) -> Any:
    from datetime import timedelta

    return timedelta(seconds=count)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_every_interleaving_keeps_the_promises(capsys: pytest.CaptureFixture[str]) -> None:
    """No row is bought twice, none is lost, whatever comes in whatever order."""
    asked = os.environ.get("SHEAF_STATE_EXAMPLES")
    Workspace.figures.clear()
    run_state_machine_as_test(
        Workspace,
        settings=settings(
            max_examples=int(asked or 200),
            stateful_step_count=int(os.environ.get("SHEAF_STATE_STEPS", "50")),
            derandomize=asked is None,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        ),
    )
    with capsys.disabled():
        print("\nstate machine:", dict(Workspace.figures), "violations: 0")


__all__ = ["BatchState", "RowState"]
