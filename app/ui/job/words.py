"""What the states of rows, batches and jobs are called on screen, with their icon and tone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from app.core.errors import Halt
from app.core.job import (
    IN_DOUBT,
    OPEN,
    RETRYABLE,
    UNSENT,
    Batch,
    BatchState,
    JobState,
    Mode,
    RowState,
)
from app.core.table import Kind
from app.engine.replies import DoubtLine, JobLine, LimitLine
from app.ui.widgets.progress import Progress, Stage
from app.ui.widgets.tone import Tone


@dataclass(frozen=True, slots=True)
class StateWord:
    """A state as a person reads it: words, icon and tone."""

    text: str
    icon: str
    tone: Tone


ROW_WORDS: Mapping[RowState, StateWord] = {
    RowState.WAITING: StateWord("Waiting", "clock", Tone.NEUTRAL),
    RowState.SENT: StateWord("Working", "loader", Tone.RUN),
    RowState.ANSWERED: StateWord("Answered", "circle-check", Tone.OK),
    RowState.DOES_NOT_FIT: StateWord("Does not fit", "triangle-alert", Tone.WARN),
    RowState.CUT_OFF: StateWord("Cut off", "scissors", Tone.WARN),
    RowState.DECLINED: StateWord("Declined", "hand", Tone.WARN),
    RowState.FAILED: StateWord("Failed", "circle-x", Tone.BAD),
    RowState.EXPIRED: StateWord("Ran out of time", "circle-dashed", Tone.WARN),
    RowState.CANCELLED: StateWord("Cancelled", "circle-slash", Tone.NEUTRAL),
    RowState.SKIPPED: StateWord("Left out", "circle-minus", Tone.NEUTRAL),
    RowState.COPIED: StateWord("Copied", "copy", Tone.OK),
}
"""Every state of a row."""


def row_word(state: RowState, mode: Mode) -> str:
    """Return the word for a row's state; practice is marked in every row, as in exports.

    The state comes first, so that a narrow column still tells one from another.
    """
    text = ROW_WORDS[state].text
    return f"{text} (practice)" if mode is Mode.PRACTICE else text


_BATCH_WORDS: Mapping[BatchState, StateWord] = {
    BatchState.PLANNED: StateWord("Waiting", "clock", Tone.NEUTRAL),
    BatchState.SENDING: StateWord("Sending", "send", Tone.NEUTRAL),
    BatchState.UNSURE: StateWord("Checking", "search-check", Tone.NEUTRAL),
    BatchState.WORKING: StateWord("Working", "loader", Tone.RUN),
    BatchState.CANCELLING: StateWord("Cancelling", "loader", Tone.RUN),
    BatchState.FINISHED: StateWord("Finished", "check", Tone.OK),
    BatchState.PAUSED: StateWord("Waiting", "clock", Tone.NEUTRAL),
}
"""A batch that was refused waits like the others behind it; the banner says for what."""
_JOB_WORDS: Mapping[JobState, StateWord] = {
    JobState.LOADING: StateWord("Reading", "loader", Tone.RUN),
    JobState.DRAFT: StateWord("Not submitted", "pencil-line", Tone.NEUTRAL),
    JobState.RUNNING: StateWord("Working", "loader", Tone.RUN),
    JobState.PAUSED: StateWord("Paused · needs you", "circle-pause", Tone.BAD),
    JobState.CANCELLING: StateWord("Cancelling", "loader", Tone.RUN),
    JobState.FINISHED: StateWord("Finished", "check", Tone.OK),
    JobState.CANCELLED: StateWord("Cancelled", "circle-slash", Tone.NEUTRAL),
}
_LIMIT = StateWord("Waiting for limit", "wallet", Tone.WARN)
_TRIED = StateWord("Tried before", "check", Tone.OK)
_ELSEWHERE = StateWord("Made elsewhere", "copy", Tone.WARN)
_SENDS_NOTHING = StateWord("Working · needs you", "circle-pause", Tone.BAD)
_DAYS_FROM = 48
"""Under so many hours a deadline is told in hours."""
_NOT_BEGUN = frozenset({JobState.LOADING, JobState.DRAFT})

_STAGES: Mapping[BatchState, Stage] = {
    BatchState.PLANNED: Stage.WAITING,
    BatchState.PAUSED: Stage.WAITING,
    BatchState.SENDING: Stage.SENDING,
    BatchState.UNSURE: Stage.CHECKING,
    BatchState.WORKING: Stage.WORKING,
    BatchState.CANCELLING: Stage.WORKING,
    BatchState.FINISHED: Stage.FINISHED,
}

COLUMN_KINDS: Mapping[Kind, str] = {
    Kind.TEXT: "Text",
    Kind.LONG_TEXT: "Long text",
    Kind.NUMBER: "Number",
    Kind.DATE: "Date",
    Kind.YES_NO: "Yes / No",
    Kind.EMPTY: "Empty",
    Kind.FILE: "File",
}
"""What the kinds of source columns are called."""


@dataclass(frozen=True, slots=True)
class BatchNotes:
    """What the batches themselves do not say, by batch.

    `limit` is the spend limit that unsent batches wait for, None while they wait for nothing of
    the kind; `most` what each unsent one may take of it; `not_run` how many rows of an ended one
    came back unanswered because credit or key gave out, `cancelled` because the job was cancelled.
    """

    limit: LimitLine | None = None
    most: Mapping[int, Decimal] = field(default_factory=dict)
    not_run: Mapping[int, int] = field(default_factory=dict)
    cancelled: Mapping[int, int] = field(default_factory=dict)


NO_NOTES = BatchNotes()


def batch_word(batch: Batch, notes: BatchNotes = NO_NOTES) -> StateWord:
    """Say what a batch is doing; a finished one names its failed rows."""
    if batch.state in UNSENT and notes.limit is not None:
        return _LIMIT
    if batch.state is not BatchState.FINISHED:
        return _BATCH_WORDS[batch.state]
    return _ended_word(batch, notes)


def _ended_word(batch: Batch, notes: BatchNotes) -> StateWord:
    if batch.changes.tried:
        return _TRIED
    if batch.remote_id is None:
        return StateWord("Not sent", "circle-slash", Tone.NEUTRAL)
    if is_copy(batch):
        return StateWord("Second copy", "copy", Tone.WARN)
    if not_run := notes.not_run.get(batch.number, 0):
        return StateWord(f"{not_run:,} not run", "credit-card", Tone.BAD)
    if cancelled := notes.cancelled.get(batch.number, 0):
        return StateWord(f"{cancelled:,} cancelled", "circle-slash", Tone.NEUTRAL)
    if batch.failed:
        return StateWord(f"{batch.failed:,} failed", "triangle-alert", Tone.WARN)
    return _BATCH_WORDS[BatchState.FINISHED]


def progress_of(batch: Batch, notes: BatchNotes = NO_NOTES) -> Progress:
    """Return how far a batch is, for the bars."""
    stage = _STAGES[batch.state]
    if not_run := notes.not_run.get(batch.number, 0):
        return Progress(batch.rows, Stage.STOPPED, batch.failed, batch.rows - not_run)
    if cancelled := notes.cancelled.get(batch.number, 0):
        return Progress(batch.rows, Stage.CANCELLED, batch.failed, batch.rows - cancelled)
    if stage is Stage.FINISHED and batch.remote_id is None and not batch.changes.tried:
        stage = Stage.CANCELLED
    return Progress(batch.rows, stage, batch.failed, batch.answered)


def rows_of(count: int) -> str:
    """Write a number of rows."""
    return "1 row" if count == 1 else f"{count:,} rows"


def is_copy(batch: Batch) -> bool:
    """Say whether a batch was never sent on purpose: it turned up as another one's second copy."""
    return batch.remote_id is not None and batch.sending_at is None


def need_person(line: JobLine) -> int:
    """Return how many rows of the job did not come to a good end."""
    return sum(line.counts.get(state, 0) for state in RETRYABLE)


def fetchable_for(line: JobLine, now: datetime) -> str:
    """Say in a few words how long answers that were not fetched are kept at Anthropic."""
    left = datetime.fromisoformat(line.fetch_by) - now
    if left <= timedelta():
        return "no longer kept"
    hours = max(1, left // timedelta(hours=1))
    more = f"{left.days:,} more days" if hours >= _DAYS_FROM else f"{hours} more hours"
    return f"kept {more.removesuffix('s') if hours == 1 else more}"


def in_doubt(line: JobLine) -> tuple[DoubtLine, ...]:
    """Return the batches that are being looked up; one that is just being sent is not yet."""
    return tuple(doubt for doubt in line.doubts if doubt.since or doubt.question)


def questions(line: JobLine) -> tuple[DoubtLine, ...]:
    """Return the batches about which the person is asked."""
    if line.read_only or line.halt is Halt.ELSEWHERE:
        return ()
    return tuple(doubt for doubt in line.doubts if doubt.question)


def is_elsewhere(line: JobLine) -> bool:
    """Say whether a job that was begun is only shown here until the person continues it."""
    return line.halt is Halt.ELSEWHERE and line.state not in _NOT_BEGUN


def waits_for_limit(line: JobLine) -> bool:
    """Say whether nothing goes on before the person raises the job's own spend limit."""
    if line.state is JobState.PAUSED:
        return line.halt is Halt.SPEND_LIMIT and line.limit is not None
    at_work = sum(line.batches.get(state, 0) for state in OPEN | IN_DOUBT)
    return line.state is JobState.RUNNING and line.limit is not None and not at_work


def sends_nothing(line: JobLine) -> bool:
    """Say whether a job that is at work waits for somebody before it sends anything more."""
    return line.state is JobState.RUNNING and line.halt not in (Halt.NONE, Halt.ELSEWHERE)


def job_word(line: JobLine) -> StateWord:
    """Say what a job is doing; a finished one names the rows that need the person."""
    if is_elsewhere(line):
        return _ELSEWHERE
    if waits_for_limit(line):
        return _LIMIT
    if sends_nothing(line):
        return _SENDS_NOTHING
    if line.state is JobState.RUNNING and (asked := len(questions(line))):
        count = "one question" if asked == 1 else f"{asked} questions"
        return StateWord(f"Working · {count}", "message-circle-question-mark", Tone.WARN)
    if line.state is JobState.RUNNING and _only_checking(line):
        return _BATCH_WORDS[BatchState.UNSURE]
    left = need_person(line)
    if line.state is JobState.FINISHED and left:
        verb = "needs" if left == 1 else "need"
        return StateWord(f"Finished · {left:,} {verb} you", "triangle-alert", Tone.WARN)
    return _JOB_WORDS[line.state]


def _only_checking(line: JobLine) -> bool:
    return line.batches.get(BatchState.UNSURE, 0) > 0 and not line.batches.get(
        BatchState.WORKING, 0
    )
