"""A voice that answers several rows at once, each with its own mark, or meddles with that."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from app.practice.message import Voice
from app.practice.replies import Ask
from app.practice.several import rows_asked
from app.store.job_file import JobFile
from tests.echo import ECHO
from tests.faulty_claude import Sold
from tests.practice_service import PracticeService

Answers = list[dict[str, Any]]
Meddle = Callable[[Answers], Any]


def _as_they_are(answers: Answers) -> Answers:
    return answers


class Chorus:
    """Answers rows together; `meddle` changes a reply to several, `alone` one to a row alone."""

    def __init__(self) -> None:
        self.meddle: Meddle = _as_they_are
        self.alone: Callable[[str], str] = lambda reply: reply
        self.together: Counter[str] = Counter()
        self.singly = 0

    @property
    def voice(self) -> Voice:
        """The voice for a service."""
        return replace(ECHO, reply=self._reply)

    def _reply(self, ask: Ask) -> str:
        listed = rows_asked(ask.text, ask.schema or {})
        if listed is None:
            self.singly += 1
            return self.alone(ECHO.reply(ask))
        marks = [text.split("\n\n")[0] for _, text in listed.rows]
        self.together.update(marks)
        numbered = zip(listed.rows, marks, strict=True)
        answers = [{listed.key: number, "echo": mark} for (number, _), mark in numbered]
        changed = self.meddle(answers)
        return changed if isinstance(changed, str) else json.dumps({listed.name: changed})


def sold_by_row(service: PracticeService, job_file: JobFile) -> Mapping[int, Sold]:
    """Return how often each row was bought, by the job's record of who shares a request."""
    together, billed = job_file.journal.together(), service.billed()
    found: dict[int, Sold] = {}
    for name, count in service.bought().items():
        kind, number = name.rsplit("-", 1)[1][0], int(name.rsplit("-", 1)[1][1:])
        for row in together[number] if kind == "s" else (number,):
            before = found.get(row, Sold())
            found[row] = Sold(before.bought + count, before.billed + billed.get(name, 0))
    return found
