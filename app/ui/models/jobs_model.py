"""The jobs of the library as a list, with the words that each line of the sidebar shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QDateTime,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)

from app.core.job import JobState, Mode, RowState
from app.engine.replies import JobLine
from app.ui.job.halts import WORDS
from app.ui.job.moments import clock, read_moment
from app.ui.job.rows_done import rows_done
from app.ui.job.words import (
    fetchable_for,
    is_elsewhere,
    job_word,
    need_person,
    questions,
    sends_nothing,
    waits_for_limit,
)
from app.ui.models.steady import steady
from app.ui.plain_text import as_tooltip
from app.ui.widgets.tone import Tone

LOOK_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The role under which a line's `JobLook` is found."""
PATH_ROLE = LOOK_ROLE + 1
"""The role under which a job's path is found."""

PRACTICE = "Practice"
"""What marks a job whose answers are made up; a draft may still become a real one."""

_MOST_LETTERS = 24
"""So many fit into the sidebar."""
_NO_PARENT = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex
_BEGUN = frozenset({JobState.RUNNING, JobState.CANCELLING, JobState.PAUSED})


@dataclass(frozen=True, slots=True)
class JobLook:
    """One line of the job list: `share` is how much of it is finished, None for no bar."""

    name: str
    words: str
    icon: str
    token: str
    share: float | None

    @property
    def spoken(self) -> str:
        """The line as a screen reader says it."""
        return f"{self.name}, {self.words}"


def look_of(line: JobLine) -> JobLook:
    """Return how a job looks in the list."""
    icon, token = _sign(line)
    done = rows_done(line)
    goes_on = line.state in _BEGUN and done.wanted
    share = done.finished / done.wanted if goes_on else None
    return JobLook(line.name, _words(line), icon, token, share)


def _sign(line: JobLine) -> tuple[str, str]:
    word = job_word(line)
    if line.state is JobState.DRAFT:
        return "pencil-line", "text2"
    if line.fetch_by and word.tone is not Tone.BAD:
        return "clock", "warn"
    icon = "circle-check" if word.tone is Tone.OK else word.icon
    inks = {Tone.OK: "ok", Tone.WARN: "warn", Tone.BAD: "bad", Tone.RUN: "accent"}
    return icon, inks.get(word.tone, "text2")


def _words(line: JobLine) -> str:
    if line.state is JobState.LOADING:
        return "Reading the file…"
    if line.state is JobState.DRAFT:
        return f"Draft · {_rows(line.rows)}"
    return _practice_words(line) if line.mode is Mode.PRACTICE else _real_words(line)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _real_words(line: JobLine) -> str:
    if waiting := _waiting_words(line):
        return waiting
    left, done = need_person(line), rows_done(line)
    if line.state is JobState.RUNNING:
        return f"{done.finished:,} of {_rows(done.wanted)}"
    if line.state is JobState.FINISHED:
        return _need_you(left, line.rows) if left else f"Finished · {_rows(line.rows)}"
    word = "Paused" if line.state is JobState.PAUSED else job_word(line).text
    answered = line.counts.get(RowState.ANSWERED, 0) + done.copied
    return f"{word} · {answered:,} of {done.wanted:,}"


def _need_you(left: int, rows: int) -> str:
    """Name both figures where there is room for them."""
    verb = "needs" if left == 1 else "need"
    words = f"{left:,} of {rows:,} {verb} you"
    return words if len(words) <= _MOST_LETTERS else f"{_rows(left)} {verb} you"


def _waiting_words(line: JobLine) -> str:
    """Say what a job waits for the person with, where that is known."""
    if line.fetch_by:
        return f"Answers {fetchable_for(line, datetime.now(UTC))}"
    if is_elsewhere(line):
        return job_word(line).text
    if waits_for_limit(line):
        return "Waiting for your limit"
    if line.state is JobState.PAUSED and (short := WORDS[line.halt].short):
        return f"Paused · {short}"
    if sends_nothing(line) and (short := WORDS[line.halt].short):
        return f"Working · {short}"
    asked = questions(line)
    if line.state is not JobState.RUNNING or not asked:
        return ""
    return (
        f"One question about batch {asked[0].batch:,}"
        if len(asked) == 1
        else f"{len(asked)} questions"
    )


def _practice_words(line: JobLine) -> str:
    """Say practice first, and the rest as short as the sidebar is narrow."""
    left = need_person(line)
    if line.state is JobState.PAUSED:
        return f"{PRACTICE} · paused"
    if line.state is JobState.RUNNING and not is_elsewhere(line):
        done = rows_done(line)
        return f"{PRACTICE} · {done.finished:,} of {done.wanted:,}"
    if line.state is JobState.FINISHED and left:
        return f"{PRACTICE} · {left:,} need you"
    return f"{PRACTICE} · {job_word(line).text.lower()}"


def _apart(look: JobLook, line: JobLine, others: Sequence[JobLine]) -> JobLook:
    """Say when, or in which file, a job was last at work, where others have its name."""
    moment = read_moment(line.changed_at)
    days = {_day(read_moment(other.changed_at)) for other in others}
    clocks = {clock(read_moment(other.changed_at)) for other in others}
    if moment is None or (len(days) == 1 and len(clocks) < len(others)):
        when = PurePath(line.path).stem
    else:
        when = clock(moment) if len(days) == 1 else _day(moment)
    return replace(look, words=f"{when} · {look.words}")


def _day(moment: datetime | None) -> str:
    if moment is None:
        return ""
    day = QDateTime.fromSecsSinceEpoch(int(moment.timestamp())).date()
    return QLocale().toString(day, "d MMM")


class JobsModel(QAbstractListModel):
    """The jobs, newest first; a line changes in place. Jobs of one name are told apart by date."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[JobLine] = []
        self._looks: list[JobLook] = []

    def _look_at(self, line: JobLine) -> JobLook:
        others = [other for other in self._lines if other.name == line.name]
        look = look_of(line)
        return _apart(look, line, others) if len(others) > 1 else look

    def _look_again(self, *names: str) -> None:
        """Look anew at all jobs with one of these names, and tell of those that look different."""
        for place, line in enumerate(self._lines):
            if line.name in names and (look := self._look_at(line)) != self._looks[place]:
                self._looks[place] = look
                self.dataChanged.emit(self.index(place), self.index(place))

    def show(self, lines: Sequence[JobLine]) -> None:
        """Show these jobs in this order."""
        self.beginResetModel()
        self._lines = list(lines)
        self._looks = [self._look_at(line) for line in lines]
        self.endResetModel()

    def change(self, line: JobLine) -> None:
        """Show a job's new state, or a new job at the top."""
        place = self.place_of(line.path)
        if place >= 0:
            before, self._lines[place] = self._lines[place].name, line
            self._looks[place] = self._look_at(line)
            index = self.index(place)
            self.dataChanged.emit(index, index)
            self._look_again(before, line.name)
            return
        self.beginInsertRows(_NO_PARENT, 0, 0)
        self._lines.insert(0, line)
        self._looks.insert(0, self._look_at(line))
        self.endInsertRows()
        self._look_again(line.name)

    def remove(self, path: str) -> None:
        """Show a job no longer."""
        place = self.place_of(path)
        if place >= 0:
            self.beginRemoveRows(_NO_PARENT, place, place)
            name = self._lines[place].name
            del self._lines[place], self._looks[place]
            self.endRemoveRows()
            self._look_again(name)

    def place_of(self, path: str) -> int:
        """Return a job's place in the list, or -1."""
        paths = (place for place, line in enumerate(self._lines) if line.path == path)
        return next(paths, -1)

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        """Return the number of jobs."""
        return 0 if parent.isValid() else len(self._lines)

    @steady
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a job's name, look, path or spoken words."""
        if not index.isValid():
            return None
        look = self._looks[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return look.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return look.spoken
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_tooltip(f"{look.name}\n{look.words}")
        if role == LOOK_ROLE:
            return look
        return self._lines[index.row()].path if role == PATH_ROLE else None
