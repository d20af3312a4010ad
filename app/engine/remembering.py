"""Whether a batch has the beginning of its requests remembered: decided by what was measured.

Keeping a beginning for an hour costs twice the price of reading it, and what is read back costs a
fraction; in batches it is found by luck. The rule, for each batch when it may leave:

- Never where the person does not want it, the requests are ready-made, the beginning is shorter
  than the model's minimum by the service's own count, or the batch has under ten rows.
- What the newest finished batch of this job that was sent so has measured decides for all that
  follow. It is seen by the answers' own usage, in dollars, or by weights where no price is known.
- Before that, the newest job of the last month with the same model and instructions decides.
- With neither, the first of several batches is a probe. Nobody waits for it: batches that leave
  before its figures are there go without. A job of one batch goes without.
- Where a spend limit would not let it go with what writing may add, it goes without.

The choice is written into the journal before the batch leaves. One that has perhaps left, and is
sent again, asks the same; where a marked one certainly has not, because it waits or was refused,
it is made anew before the next send, so that it follows what is wanted and the limit of then.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from app.claude.remembered import beginning, most_remembered
from app.claude.service import Service
from app.claude.translate import ServiceError
from app.core.amounts import OVERHEAD_TOKENS
from app.core.errors import SheafError
from app.core.history import earlier_hits
from app.core.job import IN_DOUBT, OPEN, UNSENT, Batch, BatchState, Job, Mode
from app.core.limit import room
from app.core.money_words import about
from app.core.remembered import FEWEST_ROWS, Hits, measure
from app.engine.as_written import AsWritten
from app.engine.bench import Bench
from app.engine.events import Noticed
from app.engine.filled import Filled
from app.engine.memory import share_words
from app.store.bills import Bills
from app.store.job_file import JobFile


class Remembering:
    """Decides for the batches of one run."""

    def __init__(self, bench: Bench, job_file: JobFile) -> None:
        self._bench = bench
        self._job_file = job_file
        self._reaches: dict[str, bool] = {}
        self._measured: dict[int, Hits] = {}
        self._said: Hits | None = None

    def afresh(self, batch: Batch) -> Batch:
        """Take back the mark of an unsent batch; one that may have a late twin asks as that did."""
        if not batch.changes.remembered or self._job_file.doubts.was_resent(batch.number):
            return batch
        self._job_file.journal.note_remembered(batch.number, None)
        return self._job_file.journal.batch(batch.number)

    def settle(self, service: Service, ready: Filled | AsWritten, batch: Batch) -> Batch:
        """Write down for a batch that may leave now whether its requests are to be remembered."""
        if isinstance(ready, AsWritten) or batch.changes.remembered is not None:
            return batch
        most = most_remembered(ready.job.settings, ready.model)
        if not most:
            return batch
        wanted = replace(batch, changes=replace(batch.changes, remembered=most))
        goes = self._pays(ready, batch) and self._fits(wanted) and self._is_long(service, ready)
        self._job_file.journal.note_remembered(batch.number, most if goes else 0)
        return self._job_file.journal.batch(batch.number)

    def _pays(self, ready: Filled, batch: Batch) -> bool:
        """Say whether it was measured to pay, or is to be measured with this batch."""
        if batch.rows < FEWEST_ROWS:
            return False
        job, batches = self._job_file.head(), self._job_file.journal.batches()
        alike = [b for b in batches if b.changes.remembered and _model(b, job) == ready.model.id]
        if (hits := self._newest(job, alike)) is not None:
            self._say(hits, batches)
            return hits.pays
        if (earlier := self._earlier(job, ready)) is not None:
            return earlier.pays
        is_asked = any(b.state in OPEN | IN_DOUBT for b in alike)
        others = [b.rows for b in batches if b.state in UNSENT and b.number != batch.number]
        return sum(others) >= FEWEST_ROWS and not is_asked

    def _newest(self, job: Job, alike: Sequence[Batch]) -> Hits | None:
        """Return what the batch that was finished last has measured."""
        ended = [b for b in alike if b.state is BatchState.FINISHED and b.ended_at is not None]
        for batch in sorted(ended, key=lambda b: (b.ended_at, b.number), reverse=True):
            if (hits := self._hits(job, batch)).tell:
                return hits
        return None

    def _say(self, hits: Hits, batches: Sequence[Batch]) -> None:
        """Announce what was measured, each result once, and what follows from it."""
        if hits == self._said:
            return
        self._said = hits
        rows = sum(batch.rows for batch in batches if batch.state in UNSENT)
        saved = hits.saved_for(rows)
        less = f" and cost {about(saved)} less" if saved and hits.pays else ""
        then = f"are sent so too{less}" if hits.pays else "go without, because that does not pay"
        said = f"Measured: {share_words(hits)}. The following batches {then}."
        self._bench.publish(Noticed(str(self._job_file.path), said))

    def _hits(self, job: Job, batch: Batch) -> Hits:
        if batch.number not in self._measured:
            usages = ((usage, 1) for usage in self._job_file.journal.usages(batch.number))
            self._measured[batch.number] = measure(usages, batch.prices(job))
        return self._measured[batch.number]

    def _earlier(self, job: Job, ready: Filled) -> Hits | None:
        """Return what an earlier job has measured; practice says nothing of Anthropic's luck."""
        if job.mode is not Mode.REAL:
            return None
        with suppress(SheafError):
            past = Bills(self._bench.places.jobs).past()
            return earlier_hits(past, ready.job.settings, ready.model, self._bench.clock())
        return None

    def _is_long(self, service: Service, ready: Filled) -> bool:
        """Say whether the beginning reaches the model's minimum; what nobody counts does not."""
        model = ready.model
        if model.id not in self._reaches:
            try:
                tokens = service.count(beginning(ready.job.settings, model)) - OVERHEAD_TOKENS
            except ServiceError:
                tokens = 0
            self._reaches[model.id] = tokens >= model.cache_minimum
        return self._reaches[model.id]

    def _fits(self, wanted: Batch) -> bool:
        """Say whether the spend limit lets it go so, as it lets it go without."""
        batches = self._job_file.journal.batches()
        found = room(self._job_file.head(), batches, wanted)
        return found is None or found.is_enough


def _model(batch: Batch, job: Job) -> str:
    return batch.changes.model or job.settings.model
