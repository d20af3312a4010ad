"""After a send that counts as lost was repeated: is there a late twin of it after all?

The list may have lagged longer than anybody's patience. For an hour the list is looked at now and
then; a batch that fits is shown to the person with its facts, and never touched.
"""

from __future__ import annotations

from datetime import timedelta

from app.claude.service import Service
from app.core.doubt import Resent, Whose, window
from app.engine.bench import Bench
from app.engine.events import Noticed
from app.engine.reconcile import whose_is
from app.store.job_file import JobFile

_PAUSE = timedelta(seconds=60)
_PERHAPS = (
    "A batch of {rows:,} rows turned up late at Anthropic ({id}, created {at:%H:%M} UTC). It may "
    "be a second copy of batch {batch}, which was sent again because it was not listed."
)
_CERTAIN = (
    "A second copy of batch {batch} reached Anthropic after all ({id}, created {at:%H:%M} UTC): "
    "its {rows:,} rows are charged twice. Its answers were not needed."
)


class LateTwins:
    """Looks for late twins of one job's resent batches."""

    def __init__(self, bench: Bench, job_file: JobFile) -> None:
        self._bench = bench
        self._job_file = job_file
        self._next = bench.clock()
        self._said: dict[str, bool] = {}

    def look(self, service: Service) -> None:
        """Look, when it is time to.

        Raises:
            ServiceError: the list cannot be read just now.
        """
        now = self._bench.clock()
        if now < self._next:
            return
        self._next = now + _PAUSE
        for resent in self._job_file.doubts.resent(now):
            self._look_for(service, resent)

    def _look_for(self, service: Service, resent: Resent) -> None:
        first, last = window(resent.sent_at, resent.clock_offset)
        known = self._job_file.journal.known_ids() | self._job_file.doubts.strangers()
        tag = self._job_file.head().tag
        for remote in service.batches_since(first):
            fits = remote.requests == resent.rows and remote.created_at <= last
            if not fits or remote.id in known or self._said.get(remote.id):
                continue
            whose = whose_is(service, remote, tag, resent.batch)
            if whose is Whose.FOREIGN:
                self._job_file.doubts.add_stranger(remote.id, self._bench.clock(), "Not ours.")
            elif whose is Whose.OURS or remote.id not in self._said:
                self._said[remote.id] = whose is Whose.OURS
                words = _CERTAIN if whose is Whose.OURS else _PERHAPS
                self._say(
                    resent,
                    words.format(
                        rows=resent.rows, id=remote.id, at=remote.created_at, batch=resent.batch
                    ),
                )

    def _say(self, resent: Resent, sentence: str) -> None:
        self._job_file.doubts.note(resent.batch, self._bench.clock(), sentence)
        self._bench.publish(Noticed(str(self._job_file.path), sentence))
