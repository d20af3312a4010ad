"""Real job files at chosen moments of their life, made through the store.

made = MadeJob(tmp_path / "reviews.sheaf", rows=600, batch_rows=50)
made.send(10)                  ten batches are at work
made.finish(1, failed=3)       the first one has ended
made.line()                    its JobLine, as the engine would say it
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from app.core.answers import AnswerColumn, AnswerKind, AnswerLabel
from app.core.cost import Price, PriceList, TextSize, Usage
from app.core.job import (
    Account,
    ColumnFacts,
    Job,
    JobSettings,
    JobState,
    Mode,
    Outcome,
    RowState,
    SourceFile,
)
from app.core.plan import Parcel
from app.core.table import Kind
from app.engine.replies import JobLine
from app.engine.view import job_line
from app.store.job_file import JobFile

START = datetime(2026, 11, 24, 9, 14, tzinfo=UTC)
COLUMNS = ("review_id", "product", "stars", "review_text")
KINDS = (Kind.TEXT, Kind.TEXT, Kind.NUMBER, Kind.LONG_TEXT)
TOPICS = ("Quality", "Delivery", "Size and fit", "Customer service", "Price", "Other")
MOODS = ("Positive", "Mixed", "Negative")
TEXTS = (
    "Softer than I expected and it washes well. Arrived two days early.",
    "The lid does not sit flush and the handle gets too hot to hold.",
    "Lovely finish, but one screw was missing from the bag.",
    "Ordered grey, got brown. Third email and still no reply.",
    "Exactly like the photos. Bought a second set for my sister.",
    "Nice fabric, but the king size is smaller than stated.",
    'She said "fine" & left; 2 < 3 <img src="x"> stays plain text.',
)
ANSWERS = (
    AnswerColumn("topic", AnswerKind.CATEGORY, labels=tuple(AnswerLabel(t) for t in TOPICS)),
    AnswerColumn("sentiment", AnswerKind.CATEGORY, labels=tuple(AnswerLabel(m) for m in MOODS)),
    AnswerColumn("needs_reply", AnswerKind.YES_NO),
    AnswerColumn("reason", AnswerKind.SHORT_TEXT),
)
INSTRUCTIONS = (
    "Read this review of {{product}}, rated {{stars}} out of 5. "
    "Judge only what the customer wrote.\nReview: {{review_text}}"
)
PRICES = PriceList(
    (Price(Decimal(1), Decimal(5), Decimal(0), Decimal(0), Decimal(0)),), "2026-10-07", "a page"
)


class MadeJob:
    """A job file and the moves that bring it where a test wants it."""

    def __init__(
        self,
        path: Path,
        *,
        rows: int = 60,
        batch_rows: int = 10,
        mode: Mode = Mode.REAL,
        name: str = "Store reviews, March",
        settings: JobSettings | None = None,
    ) -> None:
        self.path = path
        self.rows, self.batch_rows = rows, batch_rows
        settings = settings or JobSettings(
            INSTRUCTIONS, answers=ANSWERS, model="claude-x", max_tokens=160, id_column="review_id"
        )
        self.job = Job("shabcdefghij", name, JobState.LOADING, mode, 0, START, settings)
        self.file = JobFile.create(path, self.job)
        self._load()
        self._plan()

    def _load(self) -> None:
        self.file.begin_loading(SourceFile("reviews.csv", "csv"))
        self.file.add_rows(1, [self.cells(row) for row in range(1, self.rows + 1)])
        facts = [
            ColumnFacts(name, kind, self.rows, 80, TextSize(80 * self.rows))
            for name, kind in zip(COLUMNS, KINDS, strict=True)
        ]
        self.file.finish_loading(facts, (), self.rows)

    def cells(self, row: int) -> tuple[str, ...]:
        """Return the source cells of a row."""
        stars = str(row % 5 + 1)
        return f"R-{10411 + row}", "Wool throw", stars, TEXTS[(row - 1) % len(TEXTS)]

    def _plan(self) -> None:
        self.file.begin(self.job.mode, Account(), PRICES, 900, START)
        numbers = range(1, self.rows + 1)
        parcels = [
            Parcel(tuple(numbers[first : first + self.batch_rows]), 5_000)
            for first in range(0, self.rows, self.batch_rows)
        ]
        self.file.journal.plan(parcels)

    def send(self, count: int) -> MadeJob:
        """Send the first `count` batches."""
        for number in range(1, count + 1):
            journal = self.file.journal
            journal.mark_sending(number, START, 5_000)
            remote = f"msgbatch_01Hk{number:02}fGhJkLmNpQrStUvX{number:02}"
            journal.mark_sent(number, remote, START + timedelta(minutes=number // 6), None)
        return self

    def finish(self, number: int, **states: int) -> MadeJob:
        """End a batch: the last rows end in these states, as in failed=3, the others answered."""
        rows = self.file.journal.rows_of(number)
        bad = [RowState(state) for state, count in states.items() for _ in range(count)]
        good = len(rows) - len(bad)
        outcomes = [
            self.outcome(row, RowState.ANSWERED if place < good else bad[place - good])
            for place, row in enumerate(rows)
        ]
        self.file.journal.take(number, outcomes)
        ended = START + timedelta(minutes=20 + 2 * number)
        self.file.journal.finish(number, ended, Decimal("0.000175") * len(rows))
        return self

    def outcome(self, row: int, state: RowState) -> Outcome:
        """Return what a row's batch brings."""
        cells = (
            TOPICS[row * row % len(TOPICS)],
            MOODS[row % len(MOODS)],
            "Yes" if row % 9 == 0 else "No",
            "Wrong colour, no reply",
        )
        usage = Usage(184, 33)
        if state is RowState.ANSWERED:
            return Outcome(row, state, '{"topic": "Quality"}', cells, usage=usage)
        if state is RowState.DOES_NOT_FIT:
            cells = ("Packaging", *cells[1:])
            reason = 'Claude used a label that is not on your list: "Packaging".'
            return Outcome(row, state, '{"topic": "Packaging"}', cells, reason, usage)
        if state is RowState.CUT_OFF:
            return Outcome(
                row, state, '{"topic": "Qual', (), "The longest answer was reached.", usage
            )
        return Outcome(row, state, reason=f"Anthropic reported: {state.value}.")

    def set_state(self, state: JobState, trouble: str = "") -> MadeJob:
        """Let the job be in a state."""
        self.file.set_state(state, trouble)
        return self

    def line(self) -> JobLine:
        """Return the job in one line."""
        return job_line(self.path)

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()


def running_job(folder: Path, *, rows: int = 600, mode: Mode = Mode.REAL) -> MadeJob:
    """Make a job of 12 batches: 5 finished (3 with failures), 5 at work, 1 sending, 1 waiting."""
    made = MadeJob(folder / "reviews.sheaf", rows=rows, batch_rows=rows // 12, mode=mode)
    made.send(10)
    made.finish(1, failed=3).finish(2).finish(3, failed=9, cut_off=2).finish(4)
    made.finish(5, expired=2)
    made.file.journal.mark_sending(11, START, 5_000)
    return made


def finished_job(folder: Path, *, rows: int = 600, mode: Mode = Mode.REAL) -> MadeJob:
    """Make a finished job of 12 batches with some rows in every unhappy state."""
    made = MadeJob(folder / "reviews.sheaf", rows=rows, batch_rows=rows // 12, mode=mode)
    made.send(12)
    made.finish(1, failed=3, cut_off=1).finish(2, does_not_fit=2).finish(3, declined=1)
    made.finish(4, expired=4)
    for number in range(5, 13):
        made.finish(number)
    return made.set_state(JobState.FINISHED)
