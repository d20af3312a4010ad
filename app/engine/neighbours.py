"""Whether jobs are open in another Sheaf: such a job is only shown here until the other ends."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from app.core.errors import SheafError
from app.engine.bench import Publish
from app.engine.events import JobChanged
from app.engine.replies import JobLine
from app.engine.view import job_line
from app.store.job_lock import is_held_elsewhere
from app.store.library import jobs_in

_SECONDS = 2.0

log = logging.getLogger(__name__)


def seen_from_here(line: JobLine) -> JobLine:
    """Return a line that says whether another Sheaf works on the job."""
    return replace(line, read_only=is_held_elsewhere(Path(line.path)))


class Neighbours:
    """Looks now and then which jobs other Sheafs hold, and says what changes there."""

    def __init__(self, jobs: Path, publish: Publish) -> None:
        self._jobs = jobs
        self._publish = publish
        self._theirs: dict[Path, JobLine | None] = {}
        self._closed = threading.Event()

    def start(self) -> None:
        """Look from now on, on a thread of its own."""
        threading.Thread(target=self._live, name="neighbours", daemon=True).start()

    def close(self) -> None:
        """Look no more."""
        self._closed.set()

    def met(self, path: Path) -> None:
        """Remember a job that was found held: it may lie outside of the library."""
        self._theirs.setdefault(path, None)

    def _live(self) -> None:
        while not self._closed.wait(_SECONDS):
            try:
                self.look()
            except OSError:
                log.exception("the library could not be looked at")

    def look(self) -> None:
        """Say once what is held now, has changed there, or was let go."""
        for path in {*jobs_in(self._jobs), *self._theirs}:
            if path in self._theirs or is_held_elsewhere(path):
                self._look_at(path)

    def _look_at(self, path: Path) -> None:
        before = self._theirs.get(path)
        with suppress(SheafError):
            line = seen_from_here(job_line(path))
            if line != before:
                self._publish(JobChanged(line))
            if line.read_only:
                self._theirs[path] = line
                return
        self._theirs.pop(path, None)
