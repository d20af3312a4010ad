"""After a send that counts as lost was repeated: is there a late twin of it after all?

The list may have lagged longer than anybody's patience. For an hour the list is looked at now and
then; a batch that fits is shown to the person with its facts, and never touched. Once its tags
prove it to be ours, it stands among the job's batches, with what it brought and cost.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from app.claude.service import RemoteBatch, Service
from app.core.doubt import Resent, Whose, window
from app.core.job import IN_DOUBT, OPEN, UNSENT
from app.engine.bench import Bench
from app.engine.collect import IncompleteError, collect_copy
from app.engine.events import Noticed
from app.engine.reconcile import whose_is
from app.store.job_file import JobFile

_PAUSE = timedelta(seconds=60)
_PERHAPS = (
    "A batch of {size} turned up late at Anthropic ({id}, created {at:%H:%M} UTC). It may "
    "be a second copy of batch {batch}, which was sent again because it was not listed."
)
_CERTAIN = (
    "A second copy of batch {batch} reached Anthropic after all ({id}, created {at:%H:%M} UTC): "
    "its {size} are charged twice."
)
_IN_TIME = (
    "Batch {batch} had reached Anthropic after all ({id}, created {at:%H:%M} UTC): its {size} "
    "are not sent again."
)


class LateTwins:
    """Looks for late twins of one job's resent batches."""

    def __init__(self, bench: Bench, job_file: JobFile) -> None:
        self._bench = bench
        self._job_file = job_file
        self._next = bench.clock()
        self._said: set[str] = set()
        self._foreign: set[str] = set()

    def look(self, service: Service, *, for_the_last_time: bool = False) -> None:
        """Look, when it is time to, or when nobody will look again.

        Raises:
            ServiceError: the list cannot be read just now.
        """
        now = self._bench.clock()
        if now < self._next and not for_the_last_time:
            return
        self._next = now + _PAUSE
        for resent in self._job_file.doubts.resent(now):
            if self._is_settled(resent.batch):
                self._look_for(service, resent)

    def _is_settled(self, number: int) -> bool:
        """Say whether what was sent again is known: until then reconcile looks, and nobody else."""
        batch = self._job_file.journal.batch(number)
        return batch.state not in IN_DOUBT and (batch.proven or batch.state not in OPEN)

    def _look_for(self, service: Service, resent: Resent) -> None:
        first, last = window(resent.sent_at, resent.given_up_at, resent.clock_offset)
        known = self._job_file.journal.known_ids() | self._job_file.doubts.strangers()
        tag = self._job_file.head().tag
        for remote in service.batches_since(first):
            fits = remote.requests == resent.requests and remote.created_at <= last
            if not fits or remote.id in known | self._foreign:
                continue
            whose = whose_is(service, remote, tag, resent.batch)
            if whose is Whose.FOREIGN:
                self._foreign.add(remote.id)
            elif whose is Whose.OURS:
                self._take(service, resent, remote)
            elif remote.id not in self._said:
                self._said.add(remote.id)
                self._say(_PERHAPS, resent, remote)

    def _take(self, service: Service, resent: Resent, remote: RemoteBatch) -> None:
        if self._adopt(resent, remote):
            return
        # What does not come now is fetched at the next look.
        with suppress(IncompleteError):
            collect_copy(self._job_file, service, resent.batch, remote)
            self._say(_CERTAIN, resent, remote)

    def _adopt(self, resent: Resent, remote: RemoteBatch) -> bool:
        """Take the twin for the batch itself where that has not been sent again yet."""
        batch, now = self._job_file.journal.batch(resent.batch), self._bench.clock()
        if batch.state not in UNSENT or batch.requests != remote.requests:
            return False
        with self._job_file.at_once():
            self._job_file.journal.mark_sending(
                batch.number, resent.sent_at, batch.bytes, resent.clock_offset
            )
            self._job_file.journal.mark_sent(batch.number, remote.id, now, remote.expires_at)
        self._say(_IN_TIME, resent, remote)
        return True

    def _say(self, words: str, resent: Resent, remote: RemoteBatch) -> None:
        sentence = words.format(
            size=_size(self._job_file, resent.requests),
            id=remote.id,
            at=remote.created_at,
            batch=resent.batch,
        )
        self._job_file.doubts.note(resent.batch, self._bench.clock(), sentence)
        self._bench.publish(Noticed(str(self._job_file.path), sentence))


def _size(job_file: JobFile, requests: int) -> str:
    """Name a batch by its rows, where each has a request of its own."""
    alone = job_file.head().settings.rows_per_request == 1
    return f"{requests:,} {'rows' if alone else 'requests'}"
