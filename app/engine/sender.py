"""One create at a time: first what is in doubt is settled, then the next batch is sent.

A batch that cannot be told apart from others for now does not hold the later ones up: every batch
on its way has a size of its own.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.claude.service import Service
from app.claude.translate import PERHAPS_TOO_LARGE, ServiceError
from app.core.doubt import Finding
from app.core.errors import SheafError
from app.core.job import IN_DOUBT, UNSENT, Batch, Changes, JobState
from app.core.ready_made import is_ready_made
from app.engine import prepare
from app.engine.as_written import AsWritten
from app.engine.bench import Bench
from app.engine.cancel import cancel_batches
from app.engine.events import Noticed
from app.engine.filled import Filled
from app.engine.gate import Gate
from app.engine.reconcile import Reconciler
from app.engine.remembering import Remembering
from app.engine.spend_limit import check_limit
from app.engine.submit import cut_in_two, next_unsent, send
from app.store.job_file import JobFile


class Sender:
    """Sends and settles the batches of one run."""

    def __init__(self, bench: Bench, job_file: JobFile, gate: Gate) -> None:
        self._bench = bench
        self._job_file = job_file
        self._gate = gate
        self._reconciler = Reconciler(bench, job_file)
        self._remembering = Remembering(bench, job_file)
        self._ready: dict[Changes, Filled] = {}
        self._undecided: dict[int, datetime] = {}
        self._waiting = ""

    def go_on(self, service: Service) -> bool:
        """Settle or send one batch, when the gate is open; True when that moved something.

        Raises:
            ServiceError: the call did not go through; the journal says where that leaves things.
        """
        if not self._gate.is_open:
            return False
        cancelling = self._job_file.head().state is JobState.CANCELLING
        if cancelling:
            cancel_batches(self._job_file, service)
        if (doubtful := self._next_in_doubt()) is not None:
            return self._settle(service, doubtful)
        batch = next_unsent(self._job_file)
        if batch is None or cancelling:
            return False
        return self._send(service, batch)

    @property
    def has_work(self) -> bool:
        """Whether something waits for the gate alone."""
        return any(
            b.state in UNSENT or (b.state in IN_DOUBT and b.number not in self._undecided)
            for b in self._job_file.journal.batches()
        )

    def looks_due(self) -> list[datetime]:
        """Return when the batches that cannot be decided yet are looked at again."""
        doubtful = {b.number for b in self._in_doubt()}
        return [at for number, at in self._undecided.items() if number in doubtful]

    def _in_doubt(self) -> list[Batch]:
        return [b for b in self._job_file.journal.batches() if b.state in IN_DOUBT]

    def _next_in_doubt(self) -> Batch | None:
        now = self._bench.clock()
        due = (b for b in self._in_doubt() if self._undecided.get(b.number, now) <= now)
        return next(due, None)

    def _settle(self, service: Service, batch: Batch) -> bool:
        finding = self._reconciler.settle(service, batch)
        if finding is Finding.SEVERAL:
            pause = timedelta(seconds=self._bench.patience.poll_first)
            self._undecided[batch.number] = self._bench.clock() + pause
            return False
        if finding is Finding.LOOK_AGAIN:
            self._gate.put_off(self._bench.patience.look_again)
            return False
        if finding is Finding.NOT_CREATED and batch.reason == PERHAPS_TOO_LARGE:
            cut_in_two(self._job_file, self._filled(batch.changes), batch.number)
        self._undecided.pop(batch.number, None)
        self._gate.passed()
        return True

    def _send(self, service: Service, batch: Batch) -> bool:
        try:
            batch = self._remembering.afresh(batch)
            ready = self._filled(batch.changes)
            waiting = check_limit(self._job_file, ready, batch)
            if not waiting:
                batch = self._job_file.journal.batch(batch.number)  # it may be smaller now
                batch = self._remembering.settle(service, ready, batch)
                ready = self._filled(batch.changes)
                send(self._bench, self._job_file, service, ready, batch)
        except ServiceError:
            raise
        except SheafError as error:
            # Nothing more can be sent, but what is open is paid for and is still fetched.
            self._gate.shut(error)
            return False
        if waiting:
            self._say_waiting(waiting)
            self._gate.put_off(self._bench.patience.poll_first)
            return False
        self._gate.passed()
        return True

    def _say_waiting(self, sentence: str) -> None:
        if sentence != self._waiting:
            self._waiting = sentence
            self._bench.publish(Noticed(str(self._job_file.path), sentence))

    def _filled(self, changes: Changes) -> Filled | AsWritten:
        job, files = self._job_file.head(), self._job_file.files
        if is_ready_made(job):
            self._bench.catalog.need(changes.model or "")
            return AsWritten(job, self._bench.catalog, self._job_file.requests, changes)
        if changes not in self._ready:
            self._ready[changes] = prepare.filled(job, self._bench.catalog, files, changes)
        return self._ready[changes]
