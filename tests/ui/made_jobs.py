"""Real job files at chosen moments of their life, made through the store.

made = MadeJob(tmp_path / "reviews.sheaf", rows=600, batch_rows=50)
made.send(10)                  ten batches are at work
made.finish(1, failed=3)       the first one has ended; causes are named too, as in credit=7
made.lose(11, candidates=2)    nobody knows whether that one arrived; two batches could be it
made.line()                    its JobLine, as the engine would say it
paused_job(folder) and so on   jobs that stand still, wait, ask, or have rows that need somebody
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.core.answers import AnswerColumn, AnswerKind, AnswerLabel
from app.core.causes import Cause
from app.core.cost import Price, PriceList, TextSize, Usage, price_of
from app.core.doubt import Candidate
from app.core.errors import Halt
from app.core.job import (
    Account,
    Changes,
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


SETTINGS = JobSettings(
    INSTRUCTIONS,
    answers=ANSWERS,
    model="claude-sonnet-5-5",
    max_tokens=160,
    id_column="review_id",
)
_STATES = {
    Cause.MISFIT: RowState.DOES_NOT_FIT,
    Cause.CUT_OFF: RowState.CUT_OFF,
    Cause.DECLINED: RowState.DECLINED,
    Cause.EXPIRED: RowState.EXPIRED,
    Cause.CANCELLED: RowState.CANCELLED,
}
_CAUSES = {state: cause for cause, state in _STATES.items()}
BYTES_PER_ROW = 380


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
        settings: JobSettings = SETTINGS,
        prices: PriceList = PRICES,
        begun: datetime = START,
        twins: int = 0,
        blanks: int = 0,
    ) -> None:
        self.path, self.begun, self.prices = path, begun, prices
        self.rows, self.batch_rows = rows, batch_rows
        self.twins, self.blanks = twins, blanks
        self.job = Job("shabcdefghij", name, JobState.LOADING, mode, 0, begun, settings)
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
        self.file.begin(self.job.mode, Account(), self.prices, (900, 0), self.begun)
        sent = self.rows - self.twins - self.blanks
        numbers = range(1, sent + 1)
        parcels = [
            Parcel(tuple(numbers[first : first + self.batch_rows]), 5_000)
            for first in range(0, sent, self.batch_rows)
        ]
        self.file.journal.plan(parcels)
        twins = range(sent + 1, sent + 1 + self.twins)
        blanks = range(sent + 1 + self.twins, self.rows + 1)
        self.file.journal.set_aside(twins, RowState.COPIED, "The same text as row 1.")
        self.file.journal.set_aside(blanks, RowState.SKIPPED, "Blank, left out.")

    def send(self, count: int) -> MadeJob:
        """Send the first `count` batches."""
        for number in range(1, count + 1):
            journal = self.file.journal
            journal.mark_sending(number, self.begun, BYTES_PER_ROW * self.batch_rows)
            remote = f"msgbatch_01Hk{number:02}fGhJkLmNpQrStUvX{number:02}"
            at = self.begun + timedelta(minutes=number // 6)
            journal.mark_sent(number, remote, at, None)
        return self

    def finish(self, number: int, **ends: int) -> MadeJob:
        """End a batch: the last rows end in these states or for these causes, the others well."""
        rows = self.file.journal.rows_of(number)
        bad = [end for end, count in ends.items() for _ in range(count)]
        good = len(rows) - len(bad)
        outcomes = [
            self.outcome(row, "answered" if place < good else bad[place - good])
            for place, row in enumerate(rows)
        ]
        self.file.journal.take(number, outcomes)
        ended = self.begun + timedelta(minutes=20 + 2 * number)
        billed = (outcome.usage for outcome in outcomes if outcome.usage is not None)
        costs = (price_of(usage, self.prices) for usage in billed)
        self.file.journal.finish(number, ended, sum(costs, Decimal(0)))
        return self

    def lose(self, number: int, *, candidates: int = 0, minutes: float = 0) -> MadeJob:
        """Let a batch be in doubt: it broke off `minutes` after the beginning."""
        at = self.begun + timedelta(minutes=minutes)
        self.file.journal.mark_sending(number, at, BYTES_PER_ROW * self.batch_rows)
        broke = f"The connection broke while batch {number} was being sent."
        self.file.journal.mark_unsure(number, broke, at + timedelta(seconds=2))
        found = [
            Candidate(number, f"msgbatch_01Hm{place}fGhJkLmNpQrStUvQ{place}xB", at, False, at)
            for place in range(candidates)
        ]
        self.file.doubts.set_candidates(number, found)
        return self

    def ask_again(self, rows: Sequence[int], changes: Changes | None = None) -> int:
        """Ask rows once more in a batch of their own, which is sent; return its number."""
        parcel = Parcel(tuple(rows), BYTES_PER_ROW * len(rows))
        changes = changes or Changes()
        number = self.file.journal.plan([parcel], is_retry=True, changes=changes)[0]
        self.file.journal.mark_sending(number, self.begun, parcel.bytes)
        self.file.journal.mark_sent(number, f"msgbatch_01Hq{number:02}", self.begun, None)
        return number

    def outcome(self, row: int, end: str) -> Outcome:
        """Return what a row's batch brings; `end` names a state or a cause."""
        cause = Cause(end) if end in set(Cause) else Cause.NONE
        failed = RowState.FAILED if cause else RowState.ANSWERED
        state = _STATES.get(cause, RowState(end) if end in set(RowState) else failed)
        cause = cause or _CAUSES.get(state, Cause.NONE)
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
            reply = '{"topic": "Packaging"}'
            return Outcome(row, state, reply, cells, reason, usage, cause=cause)
        if state is RowState.CUT_OFF:
            reason = "The answer was cut off at the longest answer allowed."
            usage = Usage(184, 160)
            return Outcome(row, state, '{"topic": "Qual', (), reason, usage, cause=cause)
        return Outcome(row, state, reason=f"Anthropic reported: {end}.", cause=cause)

    def set_state(self, state: JobState, trouble: str = "", halt: Halt = Halt.NONE) -> MadeJob:
        """Let the job be in a state."""
        self.file.set_state(state, trouble, halt)
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


# --- jobs that need somebody --------------------------------------------------------------------


def _twelve(folder: Path, rows: int, **named: Any) -> MadeJob:
    """Make a job of 11 batches of one size and a smaller one, with twins and blanks."""
    batch_rows = round(rows / 11.7)
    return MadeJob(
        folder / "reviews.sheaf",
        rows=rows,
        batch_rows=batch_rows,
        twins=(rows - 11 * batch_rows) // 3,
        blanks=(rows - 11 * batch_rows) // 12,
        **named,
    )


def paused_job(folder: Path, *, rows: int = 600, **named: Any) -> MadeJob:
    """Make a job whose credit ran out within batch 6: a third of its rows came back unanswered."""
    made = _twelve(folder, rows, **named)
    made.send(6)
    made.finish(1, service_fault=1).finish(2).finish(3, service_fault=2).finish(4)
    made.finish(5, service_fault=1).finish(6, credit=made.batch_rows // 3)
    trouble = (
        f"Your Anthropic credit ran out before {made.batch_rows // 3:,} rows had their turn. "
        "What was answered is safe; unsent rows were not charged. "
        "Add credit in the Anthropic Console, then continue the job."
    )
    return made.set_state(JobState.PAUSED, trouble, Halt.CREDIT)


def limited_job(folder: Path, *, rows: int = 600, limit: str = "0.08", **named: Any) -> MadeJob:
    """Make a job of which six batches have ended and the rest waits for the spend limit."""
    settings = replace(SETTINGS, max_cost_usd=limit)
    made = _twelve(folder, rows, settings=settings, **named)
    made.send(6)
    for number in range(1, 7):
        made.finish(number)
    trouble = f"The spend limit of ${limit} does not let the next batch go."
    return made.set_state(JobState.PAUSED, trouble, Halt.SPEND_LIMIT)


def doubtful_job(folder: Path, *, rows: int = 600, candidates: int = 0, **named: Any) -> MadeJob:
    """Make a job of which batch 7 is in doubt; five have ended and one is at work."""
    made = _twelve(folder, rows, **named)
    made.send(6)
    for number in range(1, 6):
        made.finish(number)
    return made.lose(7, candidates=candidates, minutes=48)


NEEDY = {
    "expired": 37, "credit": 5, "cut_off": 18, "misfit": 29, "declined": 21, "refused": 2, "key": 4,
    "service_fault": 3, "no_result": 6, "too_large": 1, "cancelled": 8, "unknown": 2,
}  # fmt: skip
"""Rows for every cause there is."""


def needy_job(
    folder: Path, *, rows: int = 600, ends: Mapping[str, int] = NEEDY, **named: Any
) -> MadeJob:
    """Make a finished job whose second batch brought no answer for all these causes."""
    made = MadeJob(folder / "reviews.sheaf", rows=rows, batch_rows=rows // 2, **named)
    made.send(2).finish(1).finish(2, **ends)
    return made.set_state(JobState.FINISHED)
