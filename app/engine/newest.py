"""Whether a job's file is the newest there is: an older copy would buy rows a second time."""

from __future__ import annotations

from app.core.errors import Halt, SheafError, Standing
from app.core.job import Mode
from app.engine.home import home_of
from app.paths import Places
from app.store.job_file import JobFile
from app.store.sent_register import SentRegister


def check_newest(places: Places, job_file: JobFile) -> None:
    """Refuse to go on with an older copy of a job that was put back in the place of its file.

    Raises:
        SheafError: batches of it were sent of which this file knows nothing; none was sent again.
    """
    job = job_file.head()
    if job.mode is not Mode.REAL:
        return
    known = job_file.journal.known_ids() | job_file.doubts.strangers()
    if lost := SentRegister(places.settings).unknown_to(job.tag, known):
        batches = "1 batch was" if lost == 1 else f"{lost:,} batches were"
        raise SheafError(
            f'The file of "{job.name}" is an older copy: {batches} sent since it was made.',
            "Going on with it could pay for the same rows twice. Nothing was sent.",
            "Put the newest file back. If that is lost, continue here (sheaf resume --take-over).",
            standing=Standing.NEEDS_PERSON,
            halt=Halt.OLDER,
        )


def take_over(places: Places, job_file: JobFile) -> None:
    """Go on with a job's file where and as it is: the person says that there is no other."""
    job_file.set_home(home_of(places, job_file.path))
    SentRegister(places.settings).forget(job_file.head().tag)
