"""The work on one job, from where it stands to its end: settle, send, watch, collect.

Every round does what is due and then waits. Killing it at any line is safe: the journal says
where things stand, and the next run goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from enum import Enum

from app.claude.spool import sweep
from app.claude.translate import ServiceError, credit_ran_out
from app.core.causes import Cause
from app.core.errors import Halt, SheafError, Standing
from app.core.job import IN_DOUBT, UNSENT, BatchState, JobState, RowState
from app.engine.bench import Bench, Control
from app.engine.books import keep_books
from app.engine.connection import Connection, check_same_account
from app.engine.events import JobChanged, Noticed
from app.engine.gate import Gate
from app.engine.home import check_home
from app.engine.late_twins import LateTwins
from app.engine.newest import check_newest
from app.engine.sender import Sender
from app.engine.view import job_line
from app.engine.watch import Watch
from app.store.job_file import JobFile
from app.store.library import note_elsewhere

_NOTHING_CAN_BE_ASKED = frozenset({Halt.KEY, Halt.RIGHTS, Halt.HOLD})
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
        self._watch = Watch(bench, job_file)
        self._twins = LateTwins(bench, job_file)
        self._gate = Gate(bench)
        self._sender = Sender(bench, job_file, self._gate)
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
            SheafError: this is not the account that it was begun with, not its home, an older
                copy, or gone.
        """
        self._job_file.check_place()
        check_home(self._bench.places, self._job_file.head(), self._job_file.path)
        check_newest(self._bench.places, self._job_file)
        note_elsewhere(self._bench.places.jobs, self._job_file.path)
        with self._pausing():
            self._settle_after_death()

    def step(self) -> bool:
        """Do what is due; True when nothing is left to do.

        Raises:
            SheafError: a person must act; the job is paused and says why.
        """
        self._job_file.check_place()
        with self._pausing():
            return self._round()

    def rest(self) -> None:
        """Wait until something is due, or somebody asks for something."""
        if not self._moved:
            self._control.wait(self._seconds_to_wait())

    def unblock(self) -> None:
        """Try again what was refused: the person has acted."""
        self._gate.reopen()

    @contextmanager
    def _pausing(self) -> Iterator[None]:
        try:
            yield
        except SheafError as error:
            self._job_file.check_place()
            # A disk that is full or gone cannot take this note either.
            with suppress(SheafError):
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
        self._note_refusal()
        if self._moved:
            self._say()
        return False

    def _patiently(self) -> bool:
        """Reconcile, send and poll; trouble that passes is waited out."""
        try:
            self._check_account()
            # First: what arrived after all is not sent again.
            self._twins.look(self._connection.service)
            moved = self._sender.go_on(self._connection.service)
            ended = self._watch.poll_due(self._connection.service)
        except ServiceError as error:
            self._trouble(error)
            return False
        if self._watch.troubled:
            self._connection.renew()
        if ended:
            keep_books(self._bench.places, self._job_file.path)
            self._gate.batch_ended()
            self._look_for_spent_credit()
        return bool(ended) or moved

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
        self._gate.trouble(error)
        if self._gate.refusal is None:
            self._notice(error.what)
            self._connection.renew()
        self._say()

    def _note_refusal(self) -> None:
        """Say in the job why nothing more is sent while what is open is still fetched."""
        refusal = self._gate.refusal
        halt = refusal.halt if refusal is not None else Halt.NONE
        job = self._job_file.head()
        if job.state is JobState.RUNNING and job.halt is not halt:
            self._job_file.set_state(JobState.RUNNING, "", halt)
            self._say()

    def _look_for_spent_credit(self) -> None:
        """Credit that ends within a batch shows as the same error on many rows."""
        journal = self._job_file.journal
        spent = sum(journal.causes_in(n).get(Cause.CREDIT, 0) for n in self._watch.just_ended)
        if spent and any(batch.state in UNSENT for batch in journal.batches()):
            self._gate.shut(credit_ran_out(spent))

    def _dead_end(self) -> SheafError | None:
        """Return why nothing can go on; None while something can be sent, settled or fetched."""
        refusal = self._gate.refusal
        if refusal is not None and refusal.halt in _NOTHING_CAN_BE_ASKED:
            return refusal
        if self._watch.can_hope() or (refusal is None and self._has_unsettled()):
            return None
        return refusal or self._watch.refusal()

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
        self._gate.reopen()
        self._say()

    def _is_finished(self) -> bool:
        return all(b.state is BatchState.FINISHED for b in self._job_file.journal.batches())

    def _finish(self) -> None:
        with suppress(ServiceError):
            self._twins.look(self._connection.service, for_the_last_time=True)
        cancelled = self._job_file.head().state is JobState.CANCELLING
        counts = self._job_file.journal.counts()
        stopped = cancelled and counts.get(RowState.CANCELLED, 0)
        self._job_file.set_state(JobState.CANCELLED if stopped else JobState.FINISHED)
        keep_books(self._bench.places, self._job_file.path)
        self._say()

    # --- being heard --------------------------------------------------------------------------

    def _seconds_to_wait(self) -> float:
        """Wait until the next poll or the next attempt to send, whichever comes first."""
        moments = [self._watch.next_at()]
        if self._gate.refusal is None:
            moments += self._sendings_due()
        due = min((moment for moment in moments if moment is not None), default=None)
        if due is None:
            return self._bench.patience.trouble_first
        return max(0.05, (due - self._bench.clock()).total_seconds())

    def _sendings_due(self) -> list[datetime]:
        """Return when the gate lets something through: while it is shut, nothing is due."""
        opens_at = self._gate.opens_at
        due = [max(at, opens_at) for at in self._sender.looks_due()]
        if self._sender.has_work or self._is_cancelling_late():
            due.append(opens_at)
        return due

    def _is_cancelling_late(self) -> bool:
        """Say whether the service has not yet heard of every cancel that may be asked."""
        batches = self._job_file.journal.batches()
        working = any(b.state is BatchState.WORKING and b.proven for b in batches)
        return working and self._job_file.head().state is JobState.CANCELLING

    def _say(self) -> None:
        line = job_line(self._job_file.path, self._bench.clock())
        self._bench.publish(JobChanged(line))

    def _notice(self, sentence: str) -> None:
        if sentence != self._waiting:
            self._waiting = sentence
            self._bench.publish(Noticed(str(self._job_file.path), sentence))
