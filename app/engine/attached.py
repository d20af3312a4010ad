"""The files that a job's rows lead to: what is known of them, and their content when it is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.catalog import Model
from app.core.job import Job
from app.core.part_volume import PartLimits, PartVolume, limits_for, over_limit, part_volume
from app.core.parts import FileFacts, FileProblem, Part
from app.store.named_files import NamedFiles


@dataclass(frozen=True, slots=True)
class Attached:
    """The files of one job for one model, found from the folder that its rows are relative to."""

    base: Path
    of: Callable[[str], tuple[FileFacts, ...] | None]
    model: Model
    text_only: bool = False

    def files(self, cells: Sequence[str]) -> tuple[FileFacts, ...]:
        """Return the files that cells lead to, in their order; blank cells lead to none."""
        found = (self.of(cell) or () for cell in cells if cell.strip())
        return tuple(facts for several in found for facts in several)

    def problem(self, files: Sequence[FileFacts]) -> FileProblem | None:
        """Return why the files of one row cannot be sent."""
        broken = next((facts.problem for facts in files if facts.problem), None)
        return broken or over_limit(files, self._limits(files), text_only=self.text_only)

    def volume(self, files: Sequence[FileFacts]) -> PartVolume:
        """Return what the files of one row add to its request."""
        limits = self._limits(files)
        each = (part_volume(facts, limits, text_only=self.text_only) for facts in files)
        return sum(each, PartVolume())

    def parts(self, cell: str, together: Sequence[FileFacts]) -> list[Part]:
        """Read the files of a cell, for a request that holds these files together.

        Raises:
            SheafError: one is missing, was changed since it was looked at, or cannot be sent.
        """
        # Only jobs with files pay for the libraries that read them.
        from app.files.attach import load_part

        limits = self._limits(together)
        return [
            load_part(self.base, facts, limits=limits, text_only=self.text_only)
            for facts in self.files([cell])
        ]

    def _limits(self, files: Sequence[FileFacts]) -> PartLimits:
        return limits_for(files, self.model, text_only=self.text_only)


def base_of(job: Job) -> Path:
    """Return the folder that a job's files are found from."""
    source = Path(job.source.path)
    return source if job.source.folder is not None else source.parent


def attached_to(job: Job, model: Model, files: NamedFiles) -> Attached | None:
    """Return the files of a job; None where its rows lead to none."""
    if not job.file_columns:
        return None
    return Attached(base_of(job), files.of, model, job.settings.text_only)
