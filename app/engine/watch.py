"""When to ask how a batch is doing, and what to make of the answer."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.claude.service import Service
from app.claude.translate import ServiceError
from app.core.job import Batch
from app.engine import collect as collecting
from app.engine.bench import Bench
from app.engine.collect import IncompleteError
from app.engine.events import Noticed
from app.engine.gone import Gone, is_listed, settle_gone
from app.store.job_file import JobFile

_GROWTH = 1.5
_NOT_FOUND_MINUTES = 30
"""A fresh batch, and the results of one that has ended, may answer 404 for minutes (section 2)."""


@dataclass(slots=True)
class _Due:
    """When a batch is asked about next, and how long the pause before that was."""

    at: datetime
    pause: float
    incomplete: int = 0
    refusal: ServiceError | None = None
    missing_since: datetime | None = None
    unlisted_since: datetime | None = None


class Watch:
    """Polls the open batches of one job, politely: pauses grow, `retry-after` is obeyed."""

    def __init__(self, bench: Bench, job_file: JobFile) -> None:
        self._bench = bench
        self._job_file = job_file
        self._due: dict[int, _Due] = {}
        self.troubled = False
        """The last poll did not get through."""
        self.just_ended: list[int] = []
        """The batches that the last polls found ended and collected."""

    def open_batches(self) -> list[Batch]:
        """Return the batches to watch, noting new ones."""
        found = self._job_file.journal.open_batches()
        numbers = {batch.number for batch in found}
        # One that is opened again later starts afresh.
        self._due = {number: due for number, due in self._due.items() if number in numbers}
        first = self._bench.patience.poll_first
        for batch in found:
            if batch.number not in self._due:
                at = self._bench.clock() + timedelta(seconds=min(first, 1.0))
                self._due[batch.number] = _Due(at, first)
        return found

    def next_at(self) -> datetime | None:
        """Return when the next batch is due; None when none is open."""
        numbers = [batch.number for batch in self.open_batches()]
        return min((self._due[number].at for number in numbers), default=None)

    def can_hope(self) -> bool:
        """Say whether a batch is open that the service has not refused to speak of."""
        return any(self._due[batch.number].refusal is None for batch in self.open_batches())

    def refusal(self) -> ServiceError | None:
        """Return why the service does not speak of an open batch; None when it does of all."""
        refusals = [self._due[batch.number].refusal for batch in self.open_batches()]
        return next((refusal for refusal in refusals if refusal is not None), None)

    def poll_due(self, service: Service) -> bool:
        """Ask about every batch that is due; True when one has ended and is collected.

        Raises:
            ServiceError: a person must act before anything more can be asked.
        """
        self.troubled = False
        self.just_ended = []
        for batch in self.open_batches():
            due = self._due[batch.number].at <= self._bench.clock()
            if due and self._poll(service, batch):
                self.just_ended.append(batch.number)
        return bool(self.just_ended)

    def _poll(self, service: Service, batch: Batch) -> bool:
        due = self._due[batch.number]
        try:
            remote = service.retrieve(batch.remote_id or "")
            due.refusal = None
            if not remote.ended:
                due.missing_since = None
                self._later(due, _GROWTH)
                return False
            last = due.incomplete + 1 >= self._bench.patience.fetches
            collecting.collect(
                self._bench,
                self._job_file,
                service,
                batch,
                remote,
                last_attempt=last,
                is_first=not due.incomplete,
            )
        except IncompleteError:
            due.missing_since = None
            due.incomplete += 1
            self._later(due, _GROWTH)
            return False
        except ServiceError as error:
            gone = self._settle_gone(service, batch, due, error)
            if gone is Gone.PERHAPS_NOT:
                self._trouble(due, error)
            else:
                self._due.pop(batch.number)
            return gone is Gone.CLOSED
        return True

    def _settle_gone(self, service: Service, batch: Batch, due: _Due, error: ServiceError) -> Gone:
        """Settle a batch that was not found for so long that it is not merely fresh."""
        if error.status != 404 or self._perhaps_for_a_while(due, error):
            return Gone.PERHAPS_NOT
        with suppress(ServiceError):
            if self._is_unlisted_for_long(service, batch, due):
                return settle_gone(self._bench, self._job_file, service, batch)
        return Gone.PERHAPS_NOT

    def _is_unlisted_for_long(self, service: Service, batch: Batch, due: _Due) -> bool:
        """Say whether the list has lacked a batch for long as well: it may lag like all reads."""
        if is_listed(self._job_file, service, batch) is not False:
            due.unlisted_since = None
            return False
        due.unlisted_since = due.unlisted_since or self._bench.clock()
        return self._bench.clock() - due.unlisted_since >= timedelta(minutes=_NOT_FOUND_MINUTES)

    def _later(self, due: _Due, growth: float) -> None:
        due.at = self._bench.clock() + timedelta(seconds=due.pause)
        due.pause = min(due.pause * growth, self._bench.patience.poll_longest)

    def _trouble(self, due: _Due, error: ServiceError) -> None:
        """Wait when waiting helps; otherwise let a person act."""
        if error.status in (401, 403):
            raise error
        # A batch that the list lacks only since lately may come back.
        is_known = error.status == 404 and due.unlisted_since is not None
        if not error.passing and not is_known and not self._perhaps_for_a_while(due, error):
            due.refusal = error
        self.troubled = True
        self._bench.publish(Noticed(str(self._job_file.path), error.what))
        self._later(due, _GROWTH * 2)
        if error.wait_seconds is not None:
            wait = min(error.wait_seconds, 24 * 3600.0)
            due.at = max(due.at, self._bench.clock() + timedelta(seconds=wait))

    def _perhaps_for_a_while(self, due: _Due, error: ServiceError) -> bool:
        """Say whether a batch is not found only for now: after its create, or after its end."""
        if error.status != 404:
            return False
        due.missing_since = due.missing_since or self._bench.clock()
        return self._bench.clock() - due.missing_since < timedelta(minutes=_NOT_FOUND_MINUTES)
