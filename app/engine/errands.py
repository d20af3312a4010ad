"""What the window asks that needs no hold on a job: looking, exporting, keys, settings."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from app.core.errors import Halt, SheafError
from app.core.fitting import count_labels
from app.core.job import Job, JobSettings, JobState, Mode
from app.core.plan import new_tag
from app.engine import verbs as ask
from app.engine.bench import Bench
from app.engine.bill_errands import BillErrands
from app.engine.choosing import find_rows
from app.engine.events import JobChanged
from app.engine.groups import groups
from app.engine.home import home_of
from app.engine.key_case import KeyCase
from app.engine.load import (
    BLOCK,
    BLOCK_CHARACTERS,
    Draft,
    never,
    new_job,
    title_of,
    wanted_by,
)
from app.engine.money_errands import MoneyErrands
from app.engine.neighbours import seen_from_here
from app.engine.pasting import paste
from app.engine.readings import compare_readings
from app.engine.replies import (
    Arranged,
    CauseGroup,
    Distribution,
    Exported,
    IdCheck,
    JobLine,
    KeyReply,
    Pasted,
    Readings,
)
from app.engine.review import check_ids
from app.engine.save_requests import write_wished
from app.engine.sweep import ORDERING
from app.engine.view import job_line, summarise
from app.store.exports import ExportBook
from app.store.job_file import JobFile
from app.store.library import new_path, readable_jobs
from app.store.ordering import Arrangement, arrange
from app.store.reader import JobReader
from app.store.settings import save_settings

_ORDERINGS_KEPT = 6


class Errands:
    """Runs errands; each call may come on a thread of its own."""

    def __init__(self, bench: Bench, keys: KeyCase) -> None:
        self._bench = bench
        self._keys = keys
        self._others = MoneyErrands(bench.places, keys), BillErrands(bench.places, keys)
        self._naming = threading.Lock()
        self._making: dict[Path, threading.Event] = {}
        """The jobs that are being made now, each with what stops its reading."""
        self._numbers = count(1)
        self._orderings: deque[Path] = deque()

    def run(self, verb: ask.Verb) -> Any:
        """Do what a verb asks; return its reply.

        Raises:
            SheafError: it cannot be done.
        """
        if other := next((one for one in self._others if one.takes(verb)), None):
            return other.run(verb)
        return self._VERBS[type(verb)](self, verb)

    def takes(self, verb: ask.Verb) -> bool:
        """Say whether this is an errand; what holds a job that is there is its worker's."""
        if isinstance(verb, ask.Load):
            return not verb.job
        if isinstance(verb, ask.StopLoading):
            return Path(verb.job) in self._making
        return type(verb) in self._VERBS or any(one.takes(verb) for one in self._others)

    # --- jobs -------------------------------------------------------------------------------

    def _list(self, _verb: ask.ListJobs) -> tuple[JobLine, ...]:
        lines: list[JobLine] = []
        for reader in readable_jobs(self._bench.places.jobs):
            with suppress(SheafError):
                lines.append(seen_from_here(summarise(reader, self._bench.clock())))
        return tuple(lines)

    @contextmanager
    def _new_path(self, name: str) -> Iterator[Path]:
        """Give a path of its own to each job that is being made, before its file is there."""
        with self._naming:
            path = new_path(self._bench.places.jobs, name, self._making)
            self._making[path] = threading.Event()
        try:
            yield path
        finally:
            del self._making[path]

    def _load(self, verb: ask.Load) -> JobLine:
        wanted = wanted_by(verb)
        settings = verb.settings or JobSettings()
        with self._new_path(verb.name or title_of(wanted.path)) as path:
            draft = Draft(settings, self._draft_mode(settings), path, verb.name)
            new_job(self._bench, wanted, draft, stopped=self._making[path].is_set)
        return self._line(path)

    def _paste(self, verb: ask.Paste) -> Pasted:
        return paste(self._bench, verb.text)

    def _stop_loading(self, verb: ask.StopLoading) -> None:
        if stop := self._making.get(Path(verb.job)):
            stop.set()

    def _draft_mode(self, settings: JobSettings) -> Mode:
        return Mode.PRACTICE if settings.practice_only else self._keys.usual_mode

    def _duplicate(self, verb: ask.Duplicate) -> JobLine:
        """Copy data and settings into a new draft; batches and answers stay behind."""
        with JobReader(Path(verb.job)) as reader:
            job = reader.head()
            with self._new_path(job.name) as path:
                self._copy(reader, job, path)
        return self._line(path)

    def _copy(self, reader: JobReader, job: Job, path: Path) -> None:
        fresh = replace(
            job,
            tag=new_tag(),
            name=path.stem,
            state=JobState.LOADING,
            mode=self._draft_mode(job.settings),
            created_at=self._bench.clock(),
            started_at=None,
            trouble="",
            halt=Halt.NONE,
            home=home_of(self._bench.places, path),
            settings=replace(job.settings, agreed=False),
        )
        with JobFile.create(path, fresh) as copy:
            copy.begin_loading(job.source)
            most = _rows_at_a_time(job)
            for first in range(1, job.rows + 1, most):
                page = reader.source_rows(first, most)
                copy.add_rows(first, [cells for _, cells in page])
            copy.requests.copy_from(reader.requests)
            copy.finish_loading(job.columns, job.notices, job.rows)

    def _line(self, path: Path) -> JobLine:
        line = job_line(path)
        self._bench.publish(JobChanged(line))
        return line

    # --- looking ----------------------------------------------------------------------------

    def _check_id(self, verb: ask.CheckId) -> IdCheck:
        with JobReader(Path(verb.job)) as reader:
            return check_ids(reader, reader.head(), verb.column)

    def _compare_readings(self, verb: ask.CompareReadings) -> Readings | None:
        with JobReader(Path(verb.job)) as reader:
            return compare_readings(reader.head(), verb.codecs, never)

    def _distribute(self, verb: ask.Distribute) -> tuple[Distribution, ...]:
        with JobReader(Path(verb.job)) as reader:
            return tuple(
                Distribution(place, column.name, tuple(count_labels(column, found)))
                for place, column in enumerate(reader.head().settings.answers)
                if column.choices
                for found in (dict(reader.answer_counts(place)),)
            )

    def _groups(self, verb: ask.Groups) -> tuple[CauseGroup, ...]:
        with JobReader(Path(verb.job)) as reader:
            return groups(reader, self._keys.catalog)

    def _arrange(self, verb: ask.Arrange) -> Arranged:
        wanted = self._arrangement(verb)
        with JobReader(Path(verb.job)) as reader:
            if wanted == Arrangement():
                return Arranged(None, reader.head().rows)
        number = next(self._numbers)
        file = self._bench.places.cache / f"{ORDERING}{os.getpid()}-{number}.sqlite"
        rows = arrange(Path(verb.job), file, wanted)
        self._drop_superseded(file)
        return Arranged(str(file), rows)

    def _drop_superseded(self, newest: Path) -> None:
        """Keep the last few orderings: a table may still be reading one while the next is made."""
        self._orderings.append(newest)
        while len(self._orderings) > _ORDERINGS_KEPT:
            self._orderings.popleft().unlink(missing_ok=True)

    def _arrangement(self, verb: ask.Arrange) -> Arrangement:
        sort, place = _sort_of(verb.sort, Path(verb.job))
        return Arrangement(
            verb.states,
            verb.search.strip(),
            verb.answer,
            sort,
            place,
            verb.sort.startswith("-"),
            verb.causes,
        )

    def _export(self, verb: ask.Export) -> Exported:
        book = ExportBook(self._bench.places.jobs)
        return write_wished(verb, self._keys.catalog, self._bench.publish, book)

    # --- models, key, settings --------------------------------------------------------------

    def _key_state(self, _verb: ask.KeyState) -> KeyReply:
        return self._keys.state()

    def _key_test(self, verb: ask.KeyTest) -> KeyReply:
        return self._keys.test(verb.key)

    def _key_save(self, verb: ask.KeySave) -> KeyReply:
        return self._keys.save(verb.key)

    def _key_use_once(self, verb: ask.KeyUseOnce) -> KeyReply:
        return self._keys.use_once(verb.key)

    def _key_forget(self, _verb: ask.KeyForget) -> KeyReply:
        return self._keys.forget()

    def _save_settings(self, verb: ask.SaveSettings) -> dict[str, Any]:
        from app.claude.address import ANTHROPIC, check_address

        values = dict(verb.values)
        if values.get("address"):
            address = check_address(str(values["address"]))
            values["address"] = "" if address == ANTHROPIC else address
        saved = save_settings(self._bench.places.settings, values)
        return {name: getattr(saved, name) for name in saved.__struct_fields__}

    _VERBS: dict[type[ask.Verb], Callable[[Any, Any], Any]] = {  # noqa: RUF012 never changed
        ask.ListJobs: _list,
        ask.Load: _load,
        ask.Paste: _paste,
        ask.StopLoading: _stop_loading,
        ask.Duplicate: _duplicate,
        ask.CheckId: _check_id,
        ask.FindRows: lambda _, verb: find_rows(Path(verb.job), verb.rows),
        ask.CompareReadings: _compare_readings,
        ask.Distribute: _distribute,
        ask.Arrange: _arrange,
        ask.Groups: _groups,
        ask.Export: _export,
        ask.KeyState: _key_state,
        ask.KeyTest: _key_test,
        ask.KeySave: _key_save,
        ask.KeyUseOnce: _key_use_once,
        ask.KeyForget: _key_forget,
        ask.SaveSettings: _save_settings,
    }


def _rows_at_a_time(job: Job) -> int:
    """Return how many rows to hold at once: fewer where the longest cells are long."""
    longest = sum(column.longest for column in job.columns)
    return max(1, min(BLOCK, BLOCK_CHARACTERS // max(longest, 1)))


def _sort_of(sort: str, job: Path) -> tuple[str, int]:
    """Read `source:2`, `answer:0`, `state` or nothing; number columns sort as numbers."""
    name, _, place_text = sort.removeprefix("-").partition(":")
    place = int(place_text) if place_text.isdigit() else 0
    if name not in ("source", "answer"):
        return (name if name == "state" else "row"), 0
    with JobReader(job) as reader:
        head = reader.head()
    kinds = [c.kind for c in (head.columns if name == "source" else head.settings.answers)]
    is_number = place < len(kinds) and kinds[place].value == "number"
    return (f"{name}_number" if is_number else name), place
