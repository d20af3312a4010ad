"""A row and a job's settings become a text, a size and a request, with its files if any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.claude.remembered import RememberingWriter
from app.claude.requests import Content, RequestWriter, content_of, params
from app.core import instructions
from app.core.catalog import Model
from app.core.instructions import FileCell
from app.core.job import Job, as_asked
from app.core.part_volume import PartVolume
from app.core.parts import FileFacts, FileProblem, Part
from app.core.request_size import RequestSize
from app.core.table import Row
from app.core.together import why_alone
from app.engine.attached import Attached, attached_to
from app.engine.several_rows import SeveralRows
from app.store.named_files import NamedFiles


@dataclass(frozen=True, slots=True)
class Filled:
    """Turns rows of one job into their texts and requests.

    `several` asks some of them in one request, where the job wants that.
    """

    job: Job
    model: Model
    fill: Callable[[Row], str]
    blank: Callable[[Row], bool]
    writer: RequestWriter
    several: SeveralRows | None

    def text(self, cells: Row) -> str:
        """Return a row's filled instructions."""
        return self.fill(cells)

    def is_empty(self, cells: Row) -> bool:
        """Say whether nothing at all would be sent for a row."""
        return not self.text(cells).strip()

    def problem(self, _cells: Row) -> FileProblem | None:
        """Return what is wrong with a file of a row, which cannot be sent then."""
        return None

    def volume(self, _cells: Row) -> PartVolume:
        """Return what the files of a row add to its request."""
        return PartVolume()

    def size(self, cells: Row) -> int:
        """Return how many bytes a row's request takes at most."""
        return self.writer.size(self.text(cells))

    def most_read(self, _cells: Row) -> int:
        """Return how many tokens a row's request reads at most; 0 where its bytes tell."""
        return 0

    def request_size(self, _row: int, cells: Row) -> RequestSize:
        """Return how large a row's request is at most."""
        return RequestSize(self.size(cells), self.most_read(cells))

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
        return not self._files(cells) and not self.text(cells).strip()

    def problem(self, cells: Row) -> FileProblem | None:
        """Return why the files of a row cannot be sent."""
        return self.attached.problem(self._files(cells))

    def volume(self, cells: Row) -> PartVolume:
        """Return what the files of a row add to its request."""
        return self.attached.volume(self._files(cells))

    def size(self, cells: Row) -> int:
        """Return how many bytes a row's request takes at most; nothing is read for it."""
        return self.writer.size(self.text(cells)) + self.volume(cells).bytes

    def most_read(self, cells: Row) -> int:
        """Return how many tokens a row's request reads at most: its words' bytes, and its files."""
        return self.writer.size(self.text(cells)) + self.volume(cells).most_tokens

    def content(self, cells: Row) -> Content:
        """Return words and files of a row in their order; the files are read for it."""
        pieces = self.cut(cells)
        together = self.attached.files(_file_cells(pieces))
        parts: list[str | Part] = []
        for piece in pieces:
            if isinstance(piece, str):
                parts.append(piece)
            else:
                parts += self.attached.parts(piece.cell, together)
        return content_of(parts)

    def _files(self, cells: Row) -> tuple[FileFacts, ...]:
        return self.attached.files(_file_cells(self.cut(cells)))


def _file_cells(pieces: Sequence[str | FileCell]) -> list[str]:
    return [piece.cell for piece in pieces if isinstance(piece, FileCell)]


def _words(pieces: Sequence[str | FileCell]) -> str:
    return "".join(piece for piece in pieces if isinstance(piece, str))


def filled_for(
    job: Job, model: Model, files: NamedFiles | None = None, *, remembers: bool = False
) -> Filled:
    """Return what turns this job's rows into requests for a model, whatever its other settings.

    Without `files` only the words around the files of a row are known. With `remembers` what all
    requests begin with is marked to be remembered.

    Raises:
        SheafError: there are no instructions, or they name an unknown column.
    """
    parsed = instructions.parse(job.settings.instructions)
    blank = instructions.blank_test(parsed, as_asked(job.columns, job.settings))
    written = RememberingWriter if remembers else RequestWriter
    writer = written(job.tag, job.settings, model)
    names, in_files = job.column_names, job.file_columns & set(parsed.columns)
    attached = attached_to(job, model, files) if in_files and files is not None else None
    if attached is None:
        fill = instructions.filler(parsed, names)
        several = None
        if job.settings.rows_per_request > 1 and not why_alone(job.settings, files=bool(in_files)):
            several = SeveralRows(job, model)
        return Filled(job, model, fill, blank, writer, several)
    cut = instructions.cutter(parsed, names, in_files)

    def words(cells: Row) -> str:
        return _words(cut(cells))

    return FilledWithFiles(job, model, words, blank, writer, None, attached, cut)
