"""What an export may take the place of: nothing that Sheaf reads, nothing foreign unasked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.core.errors import Halt, SheafError
from app.core.job import Job
from app.engine.attached import base_of
from app.files.file_names import real_name
from app.files.target import check_kept
from app.store.exports import ExportBook
from app.store.reader import JobReader


def check_place(
    reader: JobReader,
    target: Path,
    book: ExportBook | None = None,
    *,
    overwrite: bool = False,
) -> None:
    """Refuse a target that is a source of the job, or that exists and nobody gave up.

    An earlier export of the same job, unchanged since, may always be replaced; `book` knows them.

    Raises:
        SheafError: the file is to be kept; `halt` is `EXISTS` where the person may agree.
    """
    if not target.is_file():
        return
    job = reader.head()
    check_kept(target, _sources(reader, job))
    if book is None or not book.is_own(target, job.tag):
        check_free(target, overwrite=overwrite)


def check_free(target: Path, *, overwrite: bool) -> None:
    """Refuse a target that exists, unless somebody has agreed.

    Raises:
        SheafError: there is such a file.
    """
    if target.is_file() and not overwrite:
        raise SheafError(
            f'There is a file "{target}" already.',
            "It is no export of this job as Sheaf left it, so nothing was written.",
            "Choose another name. On the command line, --overwrite replaces it.",
            halt=Halt.EXISTS,
        )


def _sources(reader: JobReader, job: Job) -> Iterator[Path]:
    """Yield all files that the job was read from or sends."""
    yield reader.path
    yield Path(job.source.path)
    base = base_of(job)
    for path in reader.files.paths():
        yield base / real_name(path)
