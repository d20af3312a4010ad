"""A person's file becomes the rows of a job file, block by block; a killed load is begun again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from app.core.errors import SheafError
from app.core.job import (
    FolderWish,
    Job,
    JobSettings,
    JobState,
    Mode,
    SourceFile,
)
from app.core.limit import without_limits
from app.core.plan import new_tag
from app.core.ready_made import FORMAT as REQUESTS
from app.core.table import Kind, blocks
from app.core.together import alone
from app.engine.bench import Bench
from app.engine.choosing import resolve, unresolved
from app.engine.events import Progress
from app.engine.folder_rows import FolderRows
from app.engine.home import check_home, home_of
from app.engine.look_into import look_into_files
from app.engine.measuring import Meter, about_files, measure
from app.engine.request_rows import set_requests_aside, settings_for, table_columns
from app.engine.verbs import Load
from app.files.digest import digest_of
from app.files.formats import open_source
from app.files.source import Source, Watcher
from app.store.job_file import JobFile
from app.store.library import delete, known_jobs, new_path

BLOCK = 2000
FILES_AT_ONCE = 20
"""Files take longer to read than rows of a table: progress is said more often."""
BLOCK_CHARACTERS = 4_000_000
"""Rows with long cells are staged in smaller blocks, so that memory holds."""

OPENING = 0.2
"""How much of a loading is over when a file has been looked through for the first time."""
_TOLD_STEP = 0.01


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which file to read, and how, where its own bytes do not decide."""

    path: Path
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: bool = True
    folder: FolderWish | None = None


def never() -> bool:
    """Never stop."""
    return False


def _anything(_columns: tuple[str, ...]) -> None:
    """Take any columns."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new job begins with; `path` None puts it into the library under its name."""

    settings: JobSettings
    mode: Mode
    path: Path | None = None
    name: str = ""


def new_job(
    bench: Bench,
    wanted: Wanted,
    draft: Draft,
    *,
    stopped: Callable[[], bool] = never,
    check: Callable[[tuple[str, ...]], None] = _anything,
) -> Path:
    """Read a file into a new job; return the job's path.

    `check` sees the columns before any row is read, and may refuse them.

    Raises:
        SheafError: the file cannot be read, or `stopped` said so; no job is left behind.
    """
    title = draft.name or title_of(wanted.path)
    target = draft.path or new_path(bench.places.jobs, title)
    source = _open(bench, target, wanted, stopped)
    check(table_columns(source.format, source.header))
    job = Job(
        tag=new_tag(),
        name=title,
        state=JobState.LOADING,
        mode=draft.mode,
        rows=0,
        created_at=bench.clock(),
        settings=settings_for(source.format, draft.settings),
        source=_describe(wanted, source),
        home=home_of(bench.places, target),
    )
    with JobFile.create(target, job) as job_file:
        try:
            fill(bench, job_file, source, job.source, stopped)
            look_into_files(bench, job_file, stopped)
        except SheafError:
            job_file.close()
            delete(target)
            raise
    return target


def load_again(
    bench: Bench,
    job_file: JobFile,
    wanted: Wanted,
    stopped: Callable[[], bool] = never,
    settings: JobSettings | None = None,
) -> None:
    """Read a file into a job that has none of its rows yet, or other ones.

    Raises:
        SheafError: the file cannot be read, the job was submitted, or `stopped` said so; the job
            keeps the rows and the settings that it had.
    """
    job = job_file.head()
    check_home(bench.places, job, job_file.path)
    if job.started_at is not None:
        raise SheafError(
            "This job has been submitted, so its rows stay as they are.",
            fix="Start a new job with the other file.",
        )
    source = _open(bench, job_file.path, wanted, stopped)
    with job_file.at_once():
        job_file.save_settings(settings_for(source.format, settings or job.settings))
        fill(bench, job_file, source, _describe(wanted, source), stopped)
    look_into_files(bench, job_file, stopped)


def wanted_by(verb: Load) -> Wanted:
    """Return which file a verb asks for, and how to read it."""
    return Wanted(
        Path(verb.source), verb.sheet, verb.encoding, verb.delimiter, verb.header, verb.folder
    )


def wanted_again(job: Job) -> Wanted:
    """Return how a job's file was read, to read it the same way again."""
    source = job.source
    return Wanted(
        Path(source.path),
        source.sheet,
        source.encoding,
        source.delimiter,
        source.header,
        source.folder,
    )


def title_of(path: Path) -> str:
    """Return what a job is called after its file or folder; folders may have dots in their name."""
    path = path.absolute()
    return (path.name if path.is_dir() else path.stem) or str(path)


class _Opening(Watcher):
    """Asked while a file is looked through for the first time; it says how far that is."""

    def __init__(self, stopped: Callable[[], bool], say: Callable[[float], None]) -> None:
        self._stopped = stopped
        self._say = say
        self._said = -1.0

    def __call__(self) -> bool:
        """Say whether to stop."""
        if self.share - self._said >= _TOLD_STEP:
            self._said = self.share
            self._say(self.share * OPENING)
        return self._stopped()


Readable = Source | FolderRows
"""What rows are read from: a file with a table in it, or a folder of files."""


def _open(bench: Bench, job: Path, wanted: Wanted, stopped: Callable[[], bool]) -> Readable:
    def say(share: float) -> None:
        with suppress(OSError):
            size = wanted.path.stat().st_size
            bench.publish(Progress(str(job), "loading", int(share * size), size, "bytes"))

    opening = _Opening(stopped, say)
    if wanted.path.is_dir():
        return FolderRows(wanted.path, wanted.folder or FolderWish(), opening)
    return open_source(
        wanted.path,
        sheet=wanted.sheet,
        encoding=wanted.encoding,
        delimiter=wanted.delimiter,
        header=wanted.header,
        cancelled=opening,
        catalog=bench.catalog,
    )


def _describe(wanted: Wanted, source: Readable) -> SourceFile:
    path = str(wanted.path.absolute())
    if isinstance(source, FolderRows):
        return SourceFile(
            path, source.format, source.size, folder=source.wish, folders=source.folders
        )
    return SourceFile(
        path=path,
        format=source.format,
        size=source.size,
        sheet=source.sheet,
        sheets=source.sheets,
        encoding=source.encoding,
        delimiter=source.delimiter,
        header=wanted.header,
        digest=digest_of(wanted.path) if source.format == REQUESTS else "",
    )


def fill(
    bench: Bench,
    job_file: JobFile,
    source: Readable,
    described: SourceFile,
    stopped: Callable[[], bool],
) -> None:
    """Stream the rows into the job file, measuring each column on the way."""
    job_file.begin_loading(described)
    names = table_columns(source.format, source.header)
    meters = [Meter() for _ in names]
    done = 0
    most = FILES_AT_ONCE if isinstance(source, FolderRows) else BLOCK
    for read in blocks(source.rows(stopped), most, BLOCK_CHARACTERS):
        block = set_requests_aside(job_file, done + 1, read, len(names))
        job_file.add_rows(done + 1, block)
        if isinstance(source, FolderRows):
            job_file.files.add(source.take_facts())
        measure(meters, block)
        done += len(block)
        position = int((OPENING + (1 - OPENING) * source.position()) * source.size)
        bench.publish(Progress(str(job_file.path), "loading", position, source.size, "bytes"))
    columns = [m.facts(name) for m, name in zip(meters, names, strict=True)]
    if isinstance(source, FolderRows):
        columns[-1] = replace(columns[-1], kind=Kind.FILE)
    notices = source.notices()
    if not isinstance(source, FolderRows) and source.format != REQUESTS:
        notices = (*notices, *about_files(meters, names))
    job_file.finish_loading(columns, notices, done)
    resolve(job_file)


@dataclass(frozen=True, slots=True)
class Twin:
    """An unfinished job of the library that asks the same of the same data as another would."""

    path: Path
    job: Job


def unfinished_like(bench: Bench, wanted: Wanted, settings: JobSettings, mode: Mode) -> list[Twin]:
    """Return the unfinished jobs that ask the same of the same data, last changed first."""
    over = (JobState.FINISHED, JobState.CANCELLED)
    twins: list[Twin] = []
    for reader in known_jobs(bench.places.jobs):
        # A job that a kill caught while it was being made has no head, and hinders nothing.
        with suppress(SheafError):
            job = reader.head()
            alike = job.mode is mode and _asked(job.settings) == _asked(settings)
            if job.state not in over and alike and _same_data(job.source, wanted):
                twins.append(Twin(reader.path, job))
    return twins


def _asked(settings: JobSettings) -> JobSettings:
    """Return the settings without what changes neither a question nor its answer."""
    asked = alone(without_limits(unresolved(settings)))
    return replace(asked, agreed=False, batch_rows=None, recipe="", keep_trial=True)


def _same_data(source: SourceFile, wanted: Wanted) -> bool:
    if source.path != str(wanted.path.absolute()) or wanted.sheet not in (None, source.sheet):
        return False
    with suppress(OSError):
        return source.folder is not None or wanted.path.stat().st_size == source.size
    return False
