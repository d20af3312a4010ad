"""A row and a job's settings become a text, a size and a request, with its files if any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.claude.requests import Content, RequestWriter, content_of, params
from app.core import instructions
from app.core.catalog import Model
from app.core.instructions import FileCell
from app.core.job import Job
from app.core.parts import FileProblem, Part
from app.core.table import Row
from app.engine.attached import Attached, attached_to
from app.store.named_files import NamedFiles


@dataclass(frozen=True, slots=True)
class Filled:
    """Turns rows of one job into their texts and requests."""

    job: Job
    model: Model
    fill: Callable[[Row], str]
    blank: Callable[[Row], bool]
    writer: RequestWriter

    def text(self, cells: Row) -> str:
        """Return a row's filled instructions."""
        return self.fill(cells)

    def is_empty(self, cells: Row) -> bool:
        """Say whether nothing at all would be sent for a row."""
        return not self.text(cells).strip()

    def problem(self, _cells: Row) -> FileProblem | None:
        """Return what is wrong with a file of a row, which cannot be sent then."""
        return None

    def size(self, cells: Row) -> int:
        """Return how many bytes a row's request takes at most."""
        return self.writer.size(self.text(cells))

    def content(self, cells: Row) -> Content:
        """Return what a row's message says.

        Raises:
            SheafError: a file of the row cannot be read, or has changed.
        """
        return self.text(cells)

    def line(self, batch: int, row: int, cells: Row) -> bytes:
        """Return a row's request as it stands in a batch's body.

        Raises:
            SheafError: a file of the row cannot be read, or has changed.
        """
        return self.writer.line(batch, row, self.content(cells))

    def params(self, cells: Row) -> dict[str, Any]:
        """Return the params of a row's request.

        Raises:
            SheafError: a file of the row cannot be read, or has changed.
        """
        return params(self.job.settings, self.model, self.content(cells))


@dataclass(frozen=True, slots=True)
class FilledWithFiles(Filled):
    """Turns rows that lead to files into requests; `text` is only the words around the files."""

    attached: Attached
    cut: Callable[[Row], list[str | FileCell]]

    def is_empty(self, cells: Row) -> bool:
        """Say whether a row has neither words nor files."""
        pieces = self.cut(cells)
        files = any(self.attached.files(p.cell) for p in pieces if isinstance(p, FileCell))
        return not files and not _words(pieces).strip()

    def problem(self, cells: Row) -> FileProblem | None:
        """Return what is wrong with the first file of a row that cannot be sent."""
        cells_of_files = (p.cell for p in self.cut(cells) if isinstance(p, FileCell))
        found = (self.attached.problem(cell) for cell in cells_of_files)
        return next((problem for problem in found if problem), None)

    def size(self, cells: Row) -> int:
        """Return about how many bytes a row's request takes; nothing is read for it."""
        pieces = self.cut(cells)
        files = sum(self.attached.bytes(p.cell) for p in pieces if isinstance(p, FileCell))
        return self.writer.size(_words(pieces)) + files

    def content(self, cells: Row) -> Content:
        """Return words and files of a row in their order; the files are read for it."""
        parts: list[str | Part] = []
        for piece in self.cut(cells):
            parts += [piece] if isinstance(piece, str) else self.attached.parts(piece.cell)
        return content_of(parts)


def _words(pieces: Sequence[str | FileCell]) -> str:
    return "".join(piece for piece in pieces if isinstance(piece, str))


def filled_for(job: Job, model: Model, files: NamedFiles | None = None) -> Filled:
    """Return what turns this job's rows into requests for a model, whatever its other settings.

    Without `files` only the words around the files of a row are known.

    Raises:
        SheafError: there are no instructions, or they name an unknown column.
    """
    parsed = instructions.parse(job.settings.instructions)
    blank = instructions.blank_test(parsed, [facts.column for facts in job.columns])
    writer = RequestWriter(job.tag, job.settings, model)
    names, in_files = job.column_names, job.file_columns & set(parsed.columns)
    attached = attached_to(job, files) if in_files and files is not None else None
    if attached is None:
        fill = instructions.filler(parsed, names)
        return Filled(job, model, fill, blank, writer)
    cut = instructions.cutter(parsed, names, in_files)

    def words(cells: Row) -> str:
        return _words(cut(cells))

    return FilledWithFiles(job, model, words, blank, writer, attached, cut)
