"""What the states of rows, batches and jobs are called on screen, with their icon and tone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.job import RETRYABLE, Batch, BatchState, JobState, RowState
from app.core.table import Kind
from app.engine.replies import JobLine
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

_BATCH_WORDS: Mapping[BatchState, StateWord] = {
    BatchState.PLANNED: StateWord("Waiting", "clock", Tone.NEUTRAL),
    BatchState.SENDING: StateWord("Sending", "send", Tone.NEUTRAL),
    BatchState.UNSURE: StateWord("Checking", "search-check", Tone.WARN),
    BatchState.WORKING: StateWord("Working", "loader", Tone.RUN),
    BatchState.CANCELLING: StateWord("Cancelling", "loader", Tone.RUN),
    BatchState.FINISHED: StateWord("Finished", "check", Tone.OK),
    BatchState.PAUSED: StateWord("Paused", "circle-pause", Tone.BAD),
}
_JOB_WORDS: Mapping[JobState, StateWord] = {
    JobState.LOADING: StateWord("Reading", "loader", Tone.RUN),
    JobState.DRAFT: StateWord("Not submitted", "pencil-line", Tone.NEUTRAL),
    JobState.RUNNING: StateWord("Working", "loader", Tone.RUN),
    JobState.PAUSED: StateWord("Paused", "circle-pause", Tone.BAD),
    JobState.CANCELLING: StateWord("Cancelling", "loader", Tone.RUN),
    JobState.FINISHED: StateWord("Finished", "check", Tone.OK),
    JobState.CANCELLED: StateWord("Cancelled", "circle-slash", Tone.NEUTRAL),
}

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
}
"""What the kinds of source columns are called."""


def batch_word(batch: Batch) -> StateWord:
    """Say what a batch is doing; a finished one names its failed rows."""
    if batch.state is not BatchState.FINISHED:
        return _BATCH_WORDS[batch.state]
    if batch.remote_id is None:
        return StateWord("Not sent", "circle-slash", Tone.NEUTRAL)
    if batch.failed:
        return StateWord(f"{batch.failed:,} failed", "triangle-alert", Tone.WARN)
    return _BATCH_WORDS[BatchState.FINISHED]


def progress_of(batch: Batch) -> Progress:
    """Return how far a batch is, for the bars."""
    stage = _STAGES[batch.state]
    if stage is Stage.FINISHED and batch.remote_id is None:
        stage = Stage.WAITING
    return Progress(batch.rows, stage, batch.failed, batch.answered)


def need_person(line: JobLine) -> int:
    """Return how many rows of the job did not come to a good end."""
    return sum(line.counts.get(state, 0) for state in RETRYABLE)


def job_word(line: JobLine) -> StateWord:
    """Say what a job is doing; a finished one names the rows that need the person."""
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
