"""What becomes of a job's trials when it is submitted: answers are used, and money is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.core.errors import SheafError, Standing
from app.core.states import Mode
from app.core.table import Row
from app.core.trial import Tried
from app.engine.bench import Bench
from app.engine.trial_batch import take_over
from app.engine.trial_rows import kept_rows, rows_in_doubt
from app.store.job_file import JobFile
from app.store.reader import JobReader


class Tries:
    """The rows of a draft that were tried in the mode in which it is to be bought.

    `cells` are the rows that have their answers already, so that they are not bought again.

    Raises:
        SheafError: rows of it are on their way in a trial, or in one whose job is not there, and
            would be bought twice.
    """

    def __init__(self, bench: Bench, job_file: JobFile, mode: Mode) -> None:
        self._bench = bench
        self._job_file = job_file
        job_file.trials.mark_left_over()
        take_over(bench, job_file)
        settings = job_file.head().settings
        with JobReader(job_file.path) as reader:
            self._all = [one for one in reader.trials.all() if one.mode is mode]
            kept = kept_rows(reader, settings, bench.catalog, mode)
            unsure = rows_in_doubt(reader, settings, bench.catalog, mode)
            self.cells: Mapping[int, Row] = dict(reader.source_rows_of(sorted(kept)))
        _check_none_is_on_its_way(kept.values())
        if settings.keep_trial:
            _check_none_is_gone(unsure.values())
        self._used = {one.number for one in kept.values()}

    def settle(self) -> None:
        """Take answers over, and write down what trials cost, as batches that are over."""
        now = self._bench.clock()
        for alike in self._groups():
            used = alike[0].number in self._used
            number = self._job_file.trials.settle(alike, now, used=used)
            if used:
                outcomes = [one.outcome for one in alike if one.outcome is not None]
                self._job_file.journal.take(number, outcomes)

    def _groups(self) -> Iterable[list[Tried]]:
        """Return what can stand in one batch: bought alike, and each row once where it is used."""
        groups: dict[object, list[Tried]] = {}
        for one in self._all:
            kind = (one.model, one.prices, one.job, one.number in self._used, one.outcome is None)
            groups.setdefault(kind, []).append(one)
        return groups.values()


def _check_none_is_on_its_way(kept: Iterable[Tried]) -> None:
    waiting = [one for one in kept if one.is_on_its_way]
    if waiting:
        rows = "1 row" if len(waiting) == 1 else f"{len(waiting)} rows"
        raise SheafError(
            f"{rows} of a trial are still being answered, in the job {waiting[0].job}.",
            "Submitting now would buy them twice. Nothing was sent.",
            "Wait until that job has finished, or cancel it; then submit again.",
            standing=Standing.NEEDS_PERSON,
        )


def _check_none_is_gone(unsure: Iterable[Tried]) -> None:
    """Refuse to buy what a trial has bought whose job was moved or deleted: it may come back."""
    gone = [one for one in unsure if one.job]
    if gone:
        rows = "1 row was" if len(gone) == 1 else f"{len(gone)} rows were"
        raise SheafError(
            f"{rows} asked in a trial whose job is not there: {gone[0].job}.",
            "Perhaps they are charged, and submitting now might buy them twice. Nothing was sent.",
            "Put that file back among the jobs; or do not keep the trial's answers, "
            "and all rows are bought.",
            standing=Standing.NEEDS_PERSON,
        )
