"""Which columns the table of results has, what each is called, and what it shows of a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.core import instructions, merge
from app.core.answers import AnswerColumn, AnswerKind
from app.core.causes import Cause
from app.core.job import Job, Mode, RowState
from app.core.ready_made import is_ready_made
from app.core.table import Kind
from app.engine.view import ResultRow
from app.ui.job.words import COLUMN_KINDS, ROW_WORDS, StateWord, row_word
from app.ui.widgets.column_look import answer_word
from app.ui.widgets.table_cells import MISSING, Column, Look
from app.ui.widgets.tone import Tone

MOST_ANSWER_COLUMNS = 3
"""Answer columns shown at first, those of few words before texts; the others can be chosen.

With what names a row, one column that Claude read, and the status, they fit a small window.
"""
_NUMBER = COLUMN_KINDS[Kind.NUMBER]
_TEXTS = frozenset({AnswerKind.SHORT_TEXT, AnswerKind.LONG_TEXT})


class Part(StrEnum):
    """Where a column comes from; the words are those of the verb Arrange."""

    NUMBER = "row"
    SOURCE = "source"
    ANSWER = "answer"
    REPLY = "reply"
    """What Claude wrote, as it came; for rows whose answer does not fill the columns."""
    WHY = "why"
    """Why a row has no fitting answer."""
    STATE = "state"


def _state_look(word: StateWord) -> Look:
    quiet = word.tone in (Tone.OK, Tone.NEUTRAL, Tone.RUN)
    return Look(icon=word.icon, icon_ink=word.tone.ink, ink="" if quiet else word.tone.ink)


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """One column: its part, its place in that part, its name and its kind in words."""

    part: Part
    place: int
    name: str
    kind: str
    wide: bool = False
    """It holds long text, so it takes the room that is left."""
    mode: Mode = Mode.REAL
    choices: tuple[str, ...] = ()
    """The labels of an answer column that takes one of them."""

    @property
    def order(self) -> str:
        """The column's name for the verb Arrange; empty for the original order."""
        if self.part in (Part.SOURCE, Part.ANSWER):
            return f"{self.part.value}:{self.place}"
        return "state" if self.part is Part.STATE else ""

    def text(self, result: ResultRow, answers: int) -> str:
        """Return what the column shows of a row; `answers` is the number of answer columns."""
        if self.part is Part.SOURCE:
            return result.cells[self.place]
        if self.part is Part.ANSWER:
            cells = merge.standing_answer(answers, result.state, result.outcome)
            return cells[self.place] or MISSING
        if self.part is Part.REPLY:
            return result.outcome.reply.strip() or MISSING if result.outcome else MISSING
        if self.part is Part.WHY:
            return result.reason or MISSING
        if self.part is Part.STATE:
            return row_word(result.state, self.mode)
        return f"{result.row:,}"

    def look(self, result: ResultRow, text: str) -> Look | None:
        """Return how the cell is drawn; None for plain text."""
        if self.part is Part.STATE:
            return _STATE_LOOKS[result.state]
        if self.part is not Part.ANSWER:
            return None
        strange = self.choices and text not in (*self.choices, MISSING)
        if strange and result.state is RowState.DOES_NOT_FIT:
            return _STRANGE
        return _ANSWER_LOOKS.get(text)


_STATE_LOOKS = {state: _state_look(word) for state, word in ROW_WORDS.items()}
_STRANGE = Look(icon="triangle-alert", pill=Tone.WARN)
"""A label that is not on the list."""
# The shapes differ too, so that they can be told apart without colour.
_ANSWER_LOOKS = {
    "Positive": Look(icon="circle-plus", icon_ink="c1"),
    "Mixed": Look(icon="circle-equal", icon_ink="c2"),
    "Negative": Look(icon="circle-minus", icon_ink="c5"),
}


def table_columns(columns: Sequence[ResultColumn]) -> list[Column]:
    """Return the columns as the table shows them; one of them takes the room that is left."""
    widest = next((c for c in columns if c.wide), None) or _roomiest(columns)
    return [_table_column(c, stretch=c is widest) for c in columns]


def _roomiest(columns: Sequence[ResultColumn]) -> ResultColumn:
    """Return who has the spare room where no text is long: words, and rather not those of an ID."""
    worded = [c for c in columns if c.kind != _NUMBER]
    sources = [c for c in worded if c.part is Part.SOURCE]
    answers = [c for c in worded if c.part is Part.ANSWER]
    return ([*sources[:1], *answers[-1:], *sources[1:]] or [columns[0]])[-1]


def _table_column(column: ResultColumn, *, stretch: bool) -> Column:
    return Column(
        column.name,
        column.kind,
        words=_words(column),
        right=column.kind == _NUMBER,
        answer=column.part is Part.ANSWER,
        stretch=stretch,
        ink="text2" if column.part is Part.NUMBER else "text",
        sortable=column.part not in (Part.REPLY, Part.WHY),
    )


def _words(column: ResultColumn) -> tuple[str, ...]:
    """Return what may come in rows that are not measured: any state, any label."""
    if column.part is Part.STATE:
        return tuple(row_word(state, column.mode) for state in ROW_WORDS)
    return column.choices


def all_columns(job: Job) -> tuple[ResultColumn, ...]:
    """Return every column there is: row, source columns, answers, reply, reason, status."""
    source = [
        ResultColumn(
            Part.SOURCE, place, facts.name, COLUMN_KINDS[facts.kind], facts.kind is Kind.LONG_TEXT
        )
        for place, facts in enumerate(job.columns)
    ]
    number = ResultColumn(Part.NUMBER, 0, "row", "Number")
    kind = "Practice" if job.mode is Mode.PRACTICE else "Row"
    state = ResultColumn(Part.STATE, 0, "status", kind, mode=job.mode)
    return (number, *source, *_answers(job), REPLY, WHY, state)


REPLY = ResultColumn(Part.REPLY, 0, "reply", "As Claude wrote it")
WHY = ResultColumn(Part.WHY, 0, "why", "What happened")


def columns_of_cause(job: Job, cause: Cause) -> tuple[ResultColumn, ...]:
    """Return the columns for rows that all need somebody for one cause.

    What names them, what Claude read, and what tells them apart: their answers where there are
    any, else what was written or why there is nothing.
    """
    named, *read = [c for c in first_columns(job) if c.part in (Part.NUMBER, Part.SOURCE)]
    if cause is Cause.MISFIT and job.settings.answers:
        return (named, *read, *_first_answers(job, all_columns(job)))
    return (named, *read, REPLY if cause in (Cause.CUT_OFF, Cause.MISFIT) else WHY)


def _answers(job: Job) -> list[ResultColumn]:
    kinds = [answer_word(column.kind) for column in job.settings.answers] or ["Text"]
    names = merge.answer_names(job.settings.answers)
    choices = [_one_of(column) for column in job.settings.answers] or [()]
    return [
        ResultColumn(Part.ANSWER, place, name, kind, kind == "Long text", choices=choices[place])
        for place, (name, kind) in enumerate(zip(names, kinds, strict=True))
    ]


def _one_of(column: AnswerColumn) -> tuple[str, ...]:
    """Return the labels of a column that takes one; several in a cell are not told apart here."""
    return column.choices if column.kind is AnswerKind.CATEGORY else ()


def first_columns(job: Job) -> tuple[ResultColumn, ...]:
    """Return the columns shown at first: what names a row, what Claude read, answers, status."""
    everything = all_columns(job)
    named = _naming(job, everything)
    used = (
        {"text"}
        if is_ready_made(job)
        else set(instructions.parse(job.settings.instructions).columns)
    )
    read = [c for c in everything if c.part is Part.SOURCE and c != named and c.name in used]
    read.sort(key=_long_text_first)
    return (named, *read[:1], *_first_answers(job, everything), everything[-1])


def _first_answers(job: Job, columns: tuple[ResultColumn, ...]) -> list[ResultColumn]:
    answers = [c for c in columns if c.part is Part.ANSWER]
    if len(answers) <= MOST_ANSWER_COLUMNS:
        return answers
    kinds = [column.kind for column in job.settings.answers]
    short = [c for c in answers if kinds[c.place] not in _TEXTS]
    long = [c for c in answers if c not in short]
    return sorted((short + long)[:MOST_ANSWER_COLUMNS], key=_place)


def _naming(job: Job, columns: tuple[ResultColumn, ...]) -> ResultColumn:
    """Return the ID column that was chosen, else the row number."""
    wanted = job.settings.id_column
    found = (c for c in columns if c.part is Part.SOURCE and c.name == wanted)
    return next(found, columns[0])


def _long_text_first(column: ResultColumn) -> tuple[bool, int]:
    return (not column.wide, column.place)


def _place(column: ResultColumn) -> int:
    return column.place
