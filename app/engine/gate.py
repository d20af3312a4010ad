"""When the next create may be tried: put off after trouble, shut when a person must act."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.claude.translate import ServiceError, Verdict
from app.core.errors import SheafError
from app.engine.bench import Bench


class Gate:
    """Stands between a job and the create call; `refusal` says why it is shut."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.refusal: SheafError | None = None
        self.opens_at: datetime = bench.clock()
        self._pause = bench.patience.trouble_first
        self._queue_is_full = False

    @property
    def is_open(self) -> bool:
        """Whether something may be sent or settled now."""
        return self.refusal is None and self._bench.clock() >= self.opens_at

    def put_off(self, seconds: float) -> None:
        """Try nothing for so long."""
        self.opens_at = self._bench.clock() + timedelta(seconds=seconds)

    def passed(self) -> None:
        """A call went through: the next trouble begins with a short pause again."""
        self._pause = self._bench.patience.trouble_first
        self._queue_is_full = False

    def shut(self, refusal: SheafError) -> None:
        """Send nothing more until a person has acted; what is open is still fetched."""
        self.refusal = refusal

    def reopen(self) -> None:
        """The person has acted, or wants something else."""
        self.refusal = None
        self.put_off(0)

    def trouble(self, error: ServiceError) -> None:
        """Shut for what a person must mend; put off, a little longer each time, for the rest."""
        if error.verdict is Verdict.REFUSED:
            self.shut(error)
            return
        self._queue_is_full = error.is_full_queue
        patience = self._bench.patience
        longest = patience.queue_longest if self._queue_is_full else patience.trouble_longest
        self.put_off(error.wait_seconds or self._pause)
        self._pause = min(self._pause * 2, longest)

    def batch_ended(self) -> None:
        """A batch of the job has ended, so that a full queue has room again."""
        if self._queue_is_full:
            self.passed()
            self.put_off(0)
