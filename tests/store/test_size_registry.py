"""Sizes of batches on their way: two that may be looked for are never alike, and none is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.job import BatchState
from app.core.plan import Parcel
from app.store.job_file import JobFile
from app.store.size_registry import SizeRegistry
from tests.store.test_job_file import MOMENT, a_job

SIZE = 3


@pytest.fixture
def killed(tmp_path: Path) -> Iterator[JobFile]:
    """A job whose first batch was about to be sent when Sheaf was killed."""
    with a_job(tmp_path / "killed.sheaf") as job_file:
        job_file.journal.plan([Parcel((1, 2, 3), 10), Parcel((4, 5, 6), 10)])
        assert SizeRegistry(tmp_path).claim(job_file.path, 1, SIZE)
        yield job_file


def bring(job_file: JobFile, state: BatchState) -> None:
    """Let the first batch come to a state without giving its size back."""
    journal = job_file.journal
    if state is BatchState.PLANNED:
        return
    journal.mark_sending(1, MOMENT, 10)
    if state is BatchState.UNSURE:
        journal.mark_unsure(1, "The reply was lost.", MOMENT)
    if state is BatchState.WORKING:
        journal.mark_sent(1, "msgbatch_1", MOMENT, None)


@pytest.mark.parametrize(
    ("state", "held_for_itself", "held_for_others"),
    [
        (BatchState.PLANNED, False, True),
        (BatchState.SENDING, True, True),
        (BatchState.UNSURE, True, True),
        (BatchState.WORKING, False, False),
    ],
)
def test_a_killed_job_holds_the_size_of_what_may_be_looked_for(
    tmp_path: Path, killed: JobFile, state: BatchState, held_for_itself: bool, held_for_others: bool
) -> None:
    """What is known holds nothing up; what was about to leave holds only the sending of others."""
    bring(killed, state)
    registry = SizeRegistry(tmp_path)
    assert registry.claim(tmp_path / "other.sheaf", 1, SIZE) is not held_for_others
    registry.release(tmp_path / "other.sheaf", 1)
    assert registry.claim(killed.path, 2, SIZE) is not held_for_itself


def test_a_job_that_cannot_be_read_holds_its_size_for_a_while(tmp_path: Path) -> None:
    """Its batch may be on its way."""
    registry = SizeRegistry(tmp_path)
    assert registry.claim(tmp_path / "gone.sheaf", 1, SIZE)
    assert not registry.claim(tmp_path / "other.sheaf", 1, SIZE)
    assert registry.claim(tmp_path / "other.sheaf", 1, SIZE + 1)


def test_a_claim_that_is_made_again_is_the_same(tmp_path: Path, killed: JobFile) -> None:
    """The run that goes on sends the batch as it was planned."""
    assert SizeRegistry(tmp_path).claim(killed.path, 1, SIZE)
