"""The work on one job, from where it stands to its end: settle, send, watch, collect.

Every round does what is due and then waits. Killing it at any line is safe: the journal says
where things stand, and the next run goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import Enum

from app.claude.spool import sweep
from app.claude.translate import ServiceError, Verdict
from app.core.doubt import Finding
from app.core.errors import SheafError, Standing
from app.core.job import IN_DOUBT, UNSENT, Batch, BatchState, Changes, JobState, RowState
from app.engine import prepare
from app.engine.bench import Bench, Control
from app.engine.cancel import cancel_batches
from app.engine.connection import Connection, check_same_account
from app.engine.events import JobChanged, Noticed
from app.engine.home import check_home
from app.engine.late_twins import LateTwins
from app.engine.prepare import Filled
from app.engine.reconcile import Reconciler
from app.engine.submit import check_limit, next_unsent, send
from app.engine.view import job_line
from app.engine.watch import Watch
from app.store.job_file import JobFile

_DIED = "Sheaf ended while this batch was being sent."


class Ended(Enum):
    """How the work on a job came to a halt."""

    FINISHED = "finished"
    STOPPED = "stopped"
    """Asked to stop; it can go on at any time."""


class Run:
    """One run over one job; `go` returns when it is finished or asked to stop."""

    def __init__(
        self, bench: Bench, job_file: JobFile, connection: Connection, control: Control
    ) -> None:
        self._bench = bench
        self._job_file = job_file
        self._connection = connection
        self._control = control
        self._ready: dict[Changes, Filled] = {}
        self._watch = Watch(bench, job_file)
        self._reconciler = Reconciler(bench, job_file)
        self._twins = LateTwins(bench, job_file)
        self._blocked: SheafError | None = None
        self._not_before = bench.clock()
        self._pause = bench.patience.trouble_first
        self._waiting = ""
        self._moved = False
        self._same_account = False

    def go(self) -> Ended:
        """Work until every batch has ended.

        Raises:
            SheafError: a person must act; the job is paused and says why.
        """
        self.begin()
        while not self._control.stopping.is_set():
            if self.step():
                return Ended.FINISHED
            self.rest()
        return Ended.STOPPED

    def begin(self) -> None:
        """Take the job up where it stands.

        Raises:
            SheafError: this is not the account that it was begun with, or not its home.
        """
        check_home(self._bench.places, self._job_file.head(), self._job_file.path)
        with self._pausing():
            self._settle_after_death()

    def step(self) -> bool:
        """Do what is due; True when nothing is left to do.

        Raises:
            SheafError: a person must act; the job is paused and says why.
        """
        with self._pausing():
            return self._round()

    def rest(self) -> None:
        """Wait until something is due, or somebody asks for something."""
        if not self._moved:
            self._control.wait(self._seconds_to_wait())

    @contextmanager
    def _pausing(self) -> Iterator[None]:
        try:
            yield
        except SheafError as error:
            self._pause_job(error)
            raise

    # --- one round --------------------------------------------------------------------------

    def _round(self) -> bool:
        if self._control.cancelling.is_set():
            self._begin_cancelling()
        self._moved = self._patiently()
        if self._is_finished():
            self._finish()
            return True
        if refusal := self._dead_end():
            raise refusal
        if self._moved:
            self._say()
        return False

    def _patiently(self) -> bool:
        """Reconcile, send and poll; trouble that passes is waited out."""
        try:
            self._check_account()
            moved = self._send_or_settle()
            self._twins.look(self._connection.service)
            ended = self._watch.poll_due(self._connection.service)
        except ServiceError as error:
            self._trouble(error)
            return False
        if self._watch.troubled:
            self._connection.renew()
        return ended or moved

    def _send_or_settle(self) -> bool:
        """Settle what is in doubt, then send the next batch; one create is in flight at a time."""
        if self._bench.clock() < self._not_before or self._blocked:
            return False
        cancelling = self._job_file.head().state is JobState.CANCELLING
        if cancelling:
            cancel_batches(self._job_file, self._connection.service)
        doubtful = [b for b in self._job_file.journal.batches() if b.state in IN_DOUBT]
        if doubtful:
            return self._settle(doubtful[0])
        batch = next_unsent(self._job_file)
        if batch is None or cancelling:
            return False
        return self._send(batch)

    def _settle(self, batch: Batch) -> bool:
        finding = self._reconciler.settle(self._connection.service, batch)
        if finding in (Finding.ADOPT, Finding.NOT_CREATED):
            self._pause = self._bench.patience.trouble_first
            return True
        self._put_off(self._bench.patience.look_again)
        return False

    def _send(self, batch: Batch) -> bool:
        try:
            ready = self._filled(batch.changes)
            waiting = check_limit(self._job_file, batch)
            if not waiting:
                send(self._bench, self._job_file, self._connection.service, ready, batch)
        except ServiceError:
            raise
        except SheafError as error:
            # Nothing more can be sent, but what is open is paid for and is still fetched.
            self._blocked = error
            return False
        if waiting:
            self._notice(waiting)
            self._put_off(self._bench.patience.poll_first)
            return False
        self._pause = self._bench.patience.trouble_first
        return True

    def _filled(self, changes: Changes) -> Filled:
        if changes not in self._ready:
            job = self._job_file.head()
            self._ready[changes] = prepare.filled(job, self._bench.catalog, changes)
        return self._ready[changes]

    # --- trouble ----------------------------------------------------------------------------

    def _settle_after_death(self) -> None:
        """A batch found in `sending` may have left: it is in doubt until it is looked up."""
        job = self._job_file.head()
        check_same_account(job.account, self._connection.account)
        sweep(self._job_file.path)
        for batch in self._job_file.journal.batches():
            if batch.state is BatchState.SENDING:
                self._job_file.journal.mark_unsure(batch.number, _DIED, self._bench.clock())
        if job.state is JobState.CANCELLING:
            self._control.cancelling.set()
        elif job.state is not JobState.RUNNING:
            self._job_file.set_state(JobState.RUNNING)
        self._say()

    def _check_account(self) -> None:
        """Look whose key this is, once: with another's, a batch not listed would prove nothing.

        Raises:
            SheafError: the job was begun elsewhere.
        """
        recorded = self._job_file.head().account
        if recorded.organization and not self._same_account:
            self._connection.service.ask_account()
            check_same_account(recorded, self._connection.account)
        self._same_account = True

    def _trouble(self, error: ServiceError) -> None:
        """Wait where waiting helps; otherwise send nothing more and let open batches end."""
        if error.verdict is Verdict.REFUSED:
            self._blocked = error
        else:
            self._notice(error.what)
            self._connection.renew()
            self._put_off(error.wait_seconds or self._pause)
            self._pause = min(self._pause * 2, self._bench.patience.trouble_longest)
        self._say()

    def _put_off(self, seconds: float) -> None:
        self._not_before = self._bench.clock() + timedelta(seconds=seconds)

    def _dead_end(self) -> SheafError | None:
        """Return why nothing can go on; None while something can be sent, settled or fetched."""
        if self._blocked is not None and getattr(self._blocked, "status", None) in (401, 403):
            return self._blocked
        if self._watch.can_hope() or (self._blocked is None and self._has_unsettled()):
            return None
        return self._blocked or self._watch.refusal()

    def _has_unsettled(self) -> bool:
        return any(b.state in UNSENT | IN_DOUBT for b in self._job_file.journal.batches())

    def _pause_job(self, error: SheafError) -> None:
        """Stand still until a person has acted; what was being cancelled still is."""
        cancelling = self._job_file.head().state is JobState.CANCELLING
        needs_person = error.standing is Standing.NEEDS_PERSON
        self._job_file.set_state(
            JobState.CANCELLING if cancelling else JobState.PAUSED,
            error.sentence if needs_person else error.what,
            error.halt,
        )
        self._say()

    # --- cancel and end -----------------------------------------------------------------------

    def _begin_cancelling(self) -> None:
        self._control.cancelling.clear()
        self._job_file.set_state(JobState.CANCELLING)
        self._blocked = None
        self._put_off(0)
        self._say()

    def _is_finished(self) -> bool:
        return all(b.state is BatchState.FINISHED for b in self._job_file.journal.batches())

    def _finish(self) -> None:
        cancelled = self._job_file.head().state is JobState.CANCELLING
        counts = self._job_file.journal.counts()
        stopped = cancelled and counts.get(RowState.CANCELLED, 0)
        self._job_file.set_state(JobState.CANCELLED if stopped else JobState.FINISHED)
        self._say()

    # --- being heard --------------------------------------------------------------------------

    def _seconds_to_wait(self) -> float:
        """Wait until the next poll or the next attempt to send, whichever comes first."""
        moments = [self._watch.next_at()]
        if not self._blocked and (self._has_unsettled() or self._is_cancelling_late()):
            moments.append(self._not_before)
        due = min((moment for moment in moments if moment is not None), default=None)
        if due is None:
            return self._bench.patience.trouble_first
        return max(0.05, (due - self._bench.clock()).total_seconds())

    def _is_cancelling_late(self) -> bool:
        """Say whether the service has not yet heard of every cancel."""
        working = any(b.state is BatchState.WORKING for b in self._job_file.journal.batches())
        return working and self._job_file.head().state is JobState.CANCELLING

    def _say(self) -> None:
        self._bench.publish(JobChanged(job_line(self._job_file.path)))

    def _notice(self, sentence: str) -> None:
        if sentence != self._waiting:
            self._waiting = sentence
            self._bench.publish(Noticed(str(self._job_file.path), sentence))
