"""kill -9 at every event of a trial: what was sold is in the job's books, and sold once.

Five rows are tried by the command line against a service on a socket; the trial is killed, and
the job is then run to its end. Rows whose answer came to the disk are not bought again; a row whose
answer was on its way is noted as perhaps charged, and is bought with the others.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.job import JobState, RowState
from app.core.trial import Tried
from app.engine.view import job_line
from app.store.reader import JobReader
from tests.echo import INSTRUCTIONS, check_export
from tests.engine.mortals import Moment, Nursery
from tests.engine.stories import ROWS, Story

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only here a process can be forked that has loaded everything"
)

STRIDE = int(os.environ.get("SHEAF_KILL_STRIDE", "6"))
TRIED = 5
_ASKED = ("--instructions", INSTRUCTIONS, "--answer", "echo: short text", "--max-tokens", 300)
_BAD_INPUT = 2


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """Give the process that forks the trials."""
    with Nursery() as running:
        yield running


class Trial(Story):
    """A story that begins with a trial."""

    def attempt(self, last_event: Moment = None) -> int:
        """Do `sheaf try`, up to an event; return how many it had."""
        ended = self._live(
            last_event, "try", self._data, *_ASKED, "--job", self.job, "--batch-rows", 5, "--yes"
        )
        assert ended.was_killed or ended.code == 0, ended
        self.was_killed = ended.was_killed
        return ended.events

    def finish(self) -> None:
        """Run the job to its end, from the draft if there is one."""
        if self.job.exists():
            ended = self.resume(None, "--yes")
            if ended.code != _BAD_INPUT:
                assert ended.code == 0, self.lives
                return
        assert self.run().code == 0, self.lives

    def tried(self) -> list[Tried]:
        """Return what the job's books say of the trial."""
        if not self.job.exists():
            return []
        with JobReader(self.job) as reader:
            return reader.trials.all()

    def check(self) -> None:
        """Assert that the trial's money is known and no row is bought twice but for lost ones."""
        sold, tried = self.service.messages(), self.tried()
        assert set(sold.values()) <= {1}, self.lives
        assert len(sold) <= len(tried) <= TRIED, self.lives
        kept = {one.row for one in tried if one.is_answered}
        lost = {one.row for one in tried if one.outcome is None}
        assert all(one.unsure for one in tried if one.outcome is None), self.lives
        bought = {int(name.rsplit("-r", 1)[1]): n for name, n in self.service.bought().items()}
        assert set(bought.values()) <= {1}, self.lives
        assert set(bought) == set(range(1, len(ROWS) + 1)) - kept, self.lives
        assert len(sold) >= len(kept), self.lives
        line = job_line(self.job)
        assert line.state is JobState.FINISHED
        assert line.counts == {RowState.ANSWERED: len(ROWS)}
        with JobReader(self.job) as reader:
            noted = sum(batch.rows for batch in reader.batches() if batch.changes.tried)
        assert noted == len(kept) + len(lost), self.lives
        check_export(self.out, ROWS)


def _every(folder: Path, nursery: Nursery, stride: int) -> int:
    """Kill at one event of so many until a trial comes to its end; return how many were killed."""
    killed, moment = 0, 1
    while True:
        story = Trial(folder / str(moment), nursery, 0, wordy=False)
        with story.service:
            story.attempt(moment)
            if not story.was_killed:
                return killed
            killed += 1
            story.finish()
            story.check()
        moment += stride


@pytest.mark.timeout(600)
def test_a_trial_killed_at_some_events_costs_and_loses_nothing_unsaid(
    tmp_path: Path, nursery: Nursery
) -> None:
    """What was sold is noted, what came is kept, and the job goes on."""
    assert _every(tmp_path, nursery, 4 * STRIDE) >= 3


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_trial_killed_at_every_event_costs_and_loses_nothing_unsaid(
    tmp_path: Path, nursery: Nursery
) -> None:
    """The same between any two of its effects."""
    assert _every(tmp_path, nursery, 1) >= 50


def test_a_trial_that_is_not_killed_leaves_five_rows_out(tmp_path: Path, nursery: Nursery) -> None:
    """So that the check above can fail."""
    story = Trial(tmp_path / "whole", nursery, 0, wordy=False)
    with story.service:
        story.attempt()
        assert sum(one.is_answered for one in story.tried()) == TRIED
        story.finish()
        story.check()
        assert len(story.service.bought()) == len(ROWS) - TRIED
