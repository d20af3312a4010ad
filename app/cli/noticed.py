"""What reading brought to light: said in short as it happens, and in full in the JSON object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from app.cli.report import say
from app.core.job import Job
from app.core.part_volume import PartLimits, over_limit
from app.core.parts import FileFacts
from app.core.request_rules import Refusal
from app.store.reader import JobReader

_NAMED, _AT_ONCE = 5, 200
_FILE_NOTICES = frozenset({"broken_files", "over_limit"})
"""Notices that point at the window's table; here the files are named instead."""
_KNOWN_LATER = frozenset({Refusal.MODEL_UNKNOWN})
"""What the service's own list of models may still change."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """A file that cannot be sent, by its row."""

    row: int
    file: str
    reason: str


def say_noticed(path: Path) -> None:
    """Say each notice of a job in a line, and name the first files that cannot be sent."""
    with JobReader(path) as reader:
        job = reader.head()
        for notice in job.notices:
            if notice.code not in _FILE_NOTICES | _KNOWN_LATER:
                say(f"Note: {notice.text}")
        found = list(islice(_not_sent(reader, job), _NAMED + 1))
    for each in found[:_NAMED]:
        say(f"Not sent: row {each.row:,}, {each.file}: {each.reason}")
    if len(found) > _NAMED:
        say("More files cannot be sent; estimate --json names them all.")


def noticed_json(path: Path) -> dict[str, Any]:
    """Return every notice of a job, and every file that cannot be sent."""
    with JobReader(path) as reader:
        job = reader.head()
        files = [
            {"row": each.row, "file": each.file, "reason": each.reason}
            for each in _not_sent(reader, job)
        ]
    notices = [
        {
            "code": notice.code,
            "text": notice.text,
            "count": notice.count,
            "rows": list(notice.rows),
            "column": notice.column or None,
            "names": list(notice.names),
        }
        for notice in job.notices
    ]
    return {"noticed": notices, "files_not_sent": files}


def _not_sent(reader: JobReader, job: Job) -> Iterator[NotSent]:
    named = job.file_columns
    places = [place for place, name in enumerate(job.column_names) if name in named]
    first = 1
    while places and (page := reader.source_rows(first, _AT_ONCE)):
        known = reader.files.of_all([cells[place] for _, cells in page for place in places])
        for row, cells in page:
            for place in places:
                for facts in known.get(cells[place], ()):
                    if reason := _reason(facts, job):
                        yield NotSent(row, facts.path, reason)
        first += _AT_ONCE


def _reason(facts: FileFacts, job: Job) -> str:
    """Say why no model takes a file; empty where one does."""
    limits, text_only = PartLimits(), job.settings.text_only
    problem = facts.problem or over_limit((facts,), limits, text_only=text_only)
    if problem is None:
        return ""
    return " ".join(part for part in (problem.what, problem.why, problem.fix) if part)
