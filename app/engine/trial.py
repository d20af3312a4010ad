"""Trying rows before a job is bought: answered at once, at the standard price, each asked once.

Every row is written down before it leaves. What may have been charged is never asked again by
itself: a lost reply stays `unsure`, is said, and counts as the most that it can have cost.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

from app.claude.live import answer
from app.claude.service import Service
from app.claude.translate import ServiceError, Verdict
from app.core.causes import Cause
from app.core.errors import SheafError
from app.core.job import Outcome, RowState
from app.core.plan import new_tag
from app.core.trial import Tried
from app.engine.abreast import abreast
from app.engine.bench import Bench
from app.engine.connection import Connection
from app.engine.events import Progress
from app.engine.prepare import unfit
from app.engine.trial_rows import Errand
from app.store.job_file import JobFile

log = logging.getLogger(__name__)
AT_ONCE = 5
"""So many rows are asked at the same time."""
STAGE = "trying"
"""How the progress of a trial is announced."""


class Trial:
    """One trial of one job; `run` returns when every row is answered, or it is given up."""

    def __init__(
        self, bench: Bench, job_file: JobFile, way: Connection, stopped: Callable[[], bool]
    ) -> None:
        self._bench = bench
        self._job_file = job_file
        self._way = way
        self._stopped = stopped
        self._tag = new_tag()
        self._done = 0
        self.refusal: ServiceError | None = None
        """Why not every row was asked."""
        self._fault: Exception | None = None

    def run(self, wanted: Sequence[Errand]) -> int:
        """Ask every row; return the number of the trial.

        Raises:
            SheafError: nothing was asked, for a reason that a person must mend.
        """
        number = self._job_file.trials.next_round()
        counted = self._count(wanted)
        calls = self._calls(number, wanted, counted)
        for tried, future in abreast(calls, AT_ONCE):
            self._keep(tried, future)
            self._say(len(wanted))
        if self._fault is not None:
            raise self._fault
        if self.refusal is not None and not self._job_file.trials.all(number):
            raise self.refusal
        return number

    def _must_end(self) -> bool:
        return self._stopped() or self.refusal is not None or self._fault is not None

    # --- counting, which is free -----------------------------------------------------------------

    def _count(self, wanted: Sequence[Errand]) -> dict[int, int]:
        """Let the service check every request and count its tokens before any is bought.

        Raises:
            SheafError: it does not take one of them; nothing was charged.
        """
        found: dict[int, int] = {}
        for place, future in abreast(self._counts(wanted), AT_ONCE):
            try:
                found[place] = future.result()
            except ServiceError as error:
                self.refusal = self.refusal or error
        if self.refusal is not None:
            raise unfit(self.refusal) from self.refusal
        return found

    def _counts(self, wanted: Sequence[Errand]) -> Iterator[tuple[int, Callable[[], int]]]:
        for place, errand in enumerate(wanted):
            if self._must_end():
                return
            try:
                params = errand.params()
            except SheafError:
                continue  # said of the row, when its turn comes
            yield place, partial(self._way.service.count, params)

    # --- asking ------------------------------------------------------------------------------

    def _calls(
        self, number: int, wanted: Sequence[Errand], counted: dict[int, int]
    ) -> Iterator[tuple[Tried, Callable[[], Outcome]]]:
        """Yield the calls, each written down before it is made."""
        for place, errand in enumerate(wanted):
            if self._must_end():
                return
            try:
                params = errand.params()
            except SheafError as error:
                failed = Outcome(
                    errand.chosen.row, RowState.FAILED, reason=error.sentence, cause=Cause.FILE
                )
                tried = self._note(number, errand, None)
                self._job_file.trials.keep(tried.number, failed, self._bench.clock())
                continue
            tried = self._note(number, errand, counted.get(place))
            yield tried, partial(_ask, self._way.service, errand, params, self._tag)

    def _note(self, number: int, errand: Errand, counted: int | None) -> Tried:
        trials = self._job_file.trials
        tried = noted(errand, number, trials.next_number(), self._way, self._bench, counted)
        trials.note(tried)
        return tried

    def _keep(self, tried: Tried, future: Future[Outcome]) -> None:
        """Keep what became of a row: an answer, that it was not asked, or that nobody knows."""
        trials = self._job_file.trials
        try:
            trials.keep(tried.number, future.result(), self._bench.clock())
        except ServiceError as error:
            self.refusal = self.refusal or error
            if error.verdict is Verdict.UNSURE:
                trials.mark_unsure(tried.number)
            else:
                trials.drop(tried.number)
        except Exception as error:
            # The others that are on their way are still waited for.
            log.exception("a row of a trial could not be asked")
            trials.mark_unsure(tried.number)
            self._fault = self._fault or error

    def _say(self, total: int) -> None:
        self._done += 1
        self._bench.publish(Progress(str(self._job_file.path), STAGE, self._done, total))


def noted(
    errand: Errand, round_: int, number: int, way: Connection, bench: Bench, counted: int | None
) -> Tried:
    """Return what is to be written down before a row leaves."""
    return Tried(
        number=number,
        round=round_,
        row=errand.chosen.row,
        model=errand.asking.model.id,
        mode=way.mode,
        asked=errand.asking.asked,
        content=errand.content,
        size=errand.chosen.size,
        weight=errand.chosen.weight,
        sent_at=bench.clock(),
        prices=errand.asking.prices,
        most_usd=errand.most_usd,
        most_tokens=errand.most_tokens,
        counted=counted,
    )


def _ask(service: Service, errand: Errand, params: dict[str, Any], tag: str) -> Outcome:
    answers = errand.asking.ready.job.settings.answers
    return answer(service, params, tag, errand.chosen.row, answers)
