"""The files that a job's rows lead to: what is known of them, and their content when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.core.job import Job
from app.core.parts import Family, FileFacts, FileProblem, Part
from app.store.named_files import NamedFiles

_BASE64 = 4 / 3
_BLOCK_BYTES = 120
"""What a block has around its data."""


@dataclass(frozen=True, slots=True)
class Attached:
    """The files of one job, found from the folder that its rows are relative to."""

    base: Path
    of: Callable[[str], tuple[FileFacts, ...] | None]
    text_only: bool = False

    def files(self, cell: str) -> tuple[FileFacts, ...]:
        """Return the files that a cell leads to; none for a blank cell."""
        return (self.of(cell) or ()) if cell.strip() else ()

    def problem(self, cell: str) -> FileProblem | None:
        """Return what is wrong with the first file of a cell that cannot be sent."""
        return next((facts.problem for facts in self.files(cell) if facts.problem), None)

    def bytes(self, cell: str) -> int:
        """Return about how many bytes the files of a cell add to a request."""
        return sum(self._size(facts) for facts in self.files(cell))

    def parts(self, cell: str) -> list[Part]:
        """Read the files of a cell.

        Raises:
            SheafError: one is missing, was changed since it was looked at, or cannot be sent.
        """
        # Only jobs with files pay for the libraries that read them.
        from app.files.attach import load_part

        return [load_part(self.base, facts, text_only=self.text_only) for facts in self.files(cell)]

    def is_sent_as_text(self, facts: FileFacts) -> bool:
        """Say whether only the words of a file are sent."""
        if facts.family is Family.PDF:
            return self.text_only and facts.has_text_layer
        return facts.family in (Family.TEXT, Family.DOCUMENT)

    def _size(self, facts: FileFacts) -> int:
        if self.is_sent_as_text(facts):
            return facts.text_bytes
        return round(facts.size * _BASE64) + _BLOCK_BYTES


def attached_to(job: Job, files: NamedFiles) -> Attached | None:
    """Return the files of a job; None where its rows lead to none."""
    if not job.file_columns:
        return None
    source = Path(job.source.path)
    base = source if job.source.folder is not None else source.parent
    return Attached(base, files.of, job.settings.text_only)
