"""Settling a batch of which nobody knows whether it arrived: by looking, never by sending again.

The workspace's batches are listed back to before the send time, by the service's own clock; reads
may lag, so one look decides nothing (claude-batch-api section 2). Proof of identity is the tag in
the custom_ids of a batch's results; until it is seen, a batch that was found is provisional.
"""

from __future__ import annotations

from datetime import datetime

from app.claude.results import ResultReader, lines
from app.claude.service import RemoteBatch, Service
from app.claude.translate import ServiceError
from app.core.doubt import Candidate, Finding, Whose, judge, window
from app.core.job import Batch
from app.engine.bench import Bench
from app.store.job_file import JobFile
from app.store.library import known_batches
from app.store.sent_register import SentRegister
from app.store.size_registry import SizeRegistry

_STRANGER = "Its results belong to another program or another job."
_FOUND = "Batch {batch} was found at Anthropic as {id}; its rows were not sent again."
_NOT_FOUND = "Batch {batch} never reached Anthropic; it may be sent."
_SEVERAL = "Batch {batch}: {count} batches at Anthropic could be it; Sheaf waits for their ends."


_FOREIGN_LINES = 500
"""After so many lines of somebody else's a batch is not read to its end."""

_Send = tuple[int, datetime | None]
"""One send of a batch: what was learnt about an earlier one says nothing of it."""


def _send_of(batch: Batch) -> _Send:
    return batch.number, batch.sending_at


class Reconciler:
    """Looks for the batches in doubt of one job; counts its looks."""

    def __init__(self, bench: Bench, job_file: JobFile) -> None:
        self._bench = bench
        self._job_file = job_file
        self._looks: dict[_Send, int] = {}
        self._since: dict[_Send, datetime] = {}
        self._foreign_once: set[str] = set()

    def settle(self, service: Service, batch: Batch) -> Finding:
        """Look once; when that settles the batch, the journal says so.

        Raises:
            ServiceError: the list or a batch's results cannot be read just now.
        """
        send = _send_of(batch)
        self._since.setdefault(send, self._bench.clock())
        candidates = self._look(service, batch)
        if candidates is None:
            self._forget(batch)
            return Finding.ADOPT
        self._looks[send] = self._looks.get(send, 0) + 1
        finding = judge(
            candidates,
            self._looks[send],
            self._waited(batch),
            self._bench.patience.reconcile,
        )
        self._conclude(batch, finding, candidates)
        return finding

    def _look(self, service: Service, batch: Batch) -> list[Candidate] | None:
        """Return what may be the batch; None when a tag proved it, and it is taken."""
        candidates: list[Candidate] = []
        for remote in fitting(self._bench, self._job_file, service, batch):
            whose = whose_is(service, remote, self._job_file.head().tag, batch.number)
            if whose is Whose.OURS:
                self._adopt(batch, remote.id, remote, proven=True)
                return None
            if whose is Whose.FOREIGN and remote.id in self._foreign_once:
                self._job_file.doubts.add_stranger(remote.id, self._bench.clock(), _STRANGER)
                continue
            if whose is Whose.FOREIGN:
                # A stranger is never looked at again, so one garbled reply must not make it one.
                self._foreign_once.add(remote.id)
            candidates.append(self._candidate(batch, remote))
        return candidates

    def _candidate(self, batch: Batch, remote: RemoteBatch) -> Candidate:
        now = self._bench.clock()
        return Candidate(batch.number, remote.id, remote.created_at, remote.ended, now)

    def _conclude(self, batch: Batch, finding: Finding, candidates: list[Candidate]) -> None:
        if finding is Finding.ADOPT:
            self._adopt(batch, candidates[0].remote_id, None, proven=False)
        elif finding is Finding.NOT_CREATED:
            self._job_file.doubts.watch_for_twin(batch, self._bench.clock())
            self._job_file.journal.mark_planned(batch.number)
            self._note(batch, _NOT_FOUND.format(batch=batch.number))
        elif finding is Finding.SEVERAL:
            if not self._job_file.doubts.candidates(batch.number):
                self._note(batch, _SEVERAL.format(batch=batch.number, count=len(candidates)))
            self._job_file.doubts.set_candidates(batch.number, candidates)
            return
        if finding is not Finding.LOOK_AGAIN:
            self._forget(batch)

    def _adopt(
        self, batch: Batch, remote_id: str, remote: RemoteBatch | None, *, proven: bool
    ) -> None:
        sent_at = batch.sending_at or self._bench.clock()
        expires_at = remote.expires_at if remote else None
        self._job_file.journal.mark_sent(
            batch.number, remote_id, sent_at, expires_at, proven=proven
        )
        if proven:
            tag = self._job_file.head().tag
            SentRegister(self._bench.places.settings).note(tag, remote_id)
        self._note(batch, _FOUND.format(batch=batch.number, id=remote_id))

    def _note(self, batch: Batch, sentence: str) -> None:
        self._job_file.doubts.note(batch.number, self._bench.clock(), sentence)

    def _forget(self, batch: Batch) -> None:
        self._looks.pop(_send_of(batch), None)
        self._since.pop(_send_of(batch), None)
        SizeRegistry(self._bench.places.jobs).release(self._job_file.path, batch.number)

    def _waited(self, batch: Batch) -> float:
        """Return for how many seconds the batch has been looked for by this very run.

        What an earlier run has noted may be by a clock that has been set since.
        """
        return (self._bench.clock() - self._since[_send_of(batch)]).total_seconds()


def fitting(bench: Bench, job_file: JobFile, service: Service, batch: Batch) -> list[RemoteBatch]:
    """List the batches of the right size and time that no job of ours knows.

    Raises:
        ServiceError: the list cannot be read just now.
    """
    sent_at = batch.sending_at or bench.clock()
    first, last = window(sent_at, batch.doubt_since, batch.clock_offset)
    known = job_file.journal.known_ids() | job_file.doubts.strangers()
    known |= known_batches(bench.places.jobs)
    return [
        remote
        for remote in service.batches_since(first)
        if remote.requests == batch.requests
        and remote.created_at <= last
        and remote.id not in known
    ]


def whose_is(service: Service, remote: RemoteBatch, tag: str, number: int) -> Whose:
    """Look at the results of an ended batch: the custom_ids tell.

    Raises:
        ServiceError: the results cannot be read just now.
    """
    if not remote.ended or not remote.has_results:
        return Whose.UNREADABLE
    try:
        return _whose_lines(service, remote, tag, number)
    except ServiceError as error:
        # Results may answer 404 for minutes after the end: nothing is known yet.
        if error.status == 404:
            return Whose.UNREADABLE
        raise


def _whose_lines(service: Service, remote: RemoteBatch, tag: str, number: int) -> Whose:
    """One line of ours proves a batch ours; one foreign line among them proves nothing."""
    reader, enough = ResultReader(tag, number, ()), min(remote.requests, _FOREIGN_LINES)
    with service.results(remote.id) as stream:
        for line in lines(stream):
            reader.outcomes(line)
            if reader.ours:
                return Whose.OURS
            if reader.foreign >= enough:
                return Whose.FOREIGN
    return Whose.UNREADABLE
