"""What the engine answers to each verb."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from app.core.catalog import Model
from app.core.causes import Cause, Fix
from app.core.cost import Estimate
from app.core.errors import Halt
from app.core.job import JobState, Mode, Rows, RowState
from app.core.limit import Unit
from app.core.model_marks import Mark


class Welcome(msgspec.Struct, frozen=True):
    """The engine's own version, and its process id."""

    version: str
    protocol: int
    pid: int


class JobLine(msgspec.Struct, frozen=True):
    """A job in one line: what the sidebar and the header of the job show."""

    path: str
    name: str
    state: JobState
    mode: Mode
    rows: int
    counts: dict[RowState, int] = {}
    batches: dict[str, int] = {}
    cost_usd: Decimal | None = Decimal(0)
    """What the finished batches cost; None when a price is not known."""
    started_at: str = ""
    ends_by: str = ""
    trouble: str = ""
    """Why the job is paused, in one sentence; empty otherwise."""
    halt: Halt = Halt.NONE
    home: str = ""
    """The installation and the place where the job was made; see engine.home."""
    doubts: tuple[DoubtLine, ...] = ()
    limit: LimitLine | None = None
    """What waits for the person's own spend limit; None when nothing does."""
    fetch_by: str = ""
    """Until when unfetched answers can be had, from 9 days before that; blank otherwise."""
    changed_at: str = ""
    read_only: bool = False


class CandidateLine(msgspec.Struct, frozen=True):
    """A batch at Anthropic that may be the one in doubt."""

    id: str
    created_at: str
    ended: bool


class DoubtLine(msgspec.Struct, frozen=True):
    """A batch of which nobody knows yet whether it arrived; `question` asks the person.

    `resend_usd` is what sending it again costs at the very most, None when no price is known.
    """

    batch: int
    rows: int
    sent_at: str
    since: str
    reason: str
    candidates: tuple[CandidateLine, ...] = ()
    question: bool = False
    known_by: str = ""
    resend_usd: Decimal | None = None


class LimitLine(msgspec.Struct, frozen=True):
    """A spend limit and what waits for it, in dollars or tokens, counted with the worst case.

    `next` is the limit with which it goes on: that of the next batch, or of its smallest row once
    nothing else would help (`is_one_row`); `all` lets every row through when the batches go one
    at a time.
    """

    limit: Decimal
    spent: Decimal
    next: Decimal
    all: Decimal
    batches: int
    rows: int
    unit: Unit = Unit.DOLLARS
    is_one_row: bool = False


class CauseGroup(msgspec.Struct, frozen=True):
    """Rows without a fitting answer for one cause: how many, what they cost, the one fix.

    `retry_usd` is about what asking them again costs with the fix; None without a known price.
    """

    cause: Cause
    fix: Fix
    rows: int
    cost_usd: Decimal | None
    retry_usd: Decimal | None = None
    longer_answer: int | None = None
    """The suggested longest answer, where that is the fix."""
    models: tuple[ModelPrice, ...] = ()
    """Other models and what asking these rows costs in all with each, where that is the fix."""
    asked_tokens: int | None = None
    """The longest answer that cut-off rows were allowed the last time, where one rule said so."""


class Deleted(msgspec.Struct, frozen=True):
    """How many batches were deleted from Anthropic's servers, and how many could not be."""

    deleted: int
    left: int


class IdCheck(msgspec.Struct, frozen=True):
    """How many rows have a value that another row has too, or none."""

    column: str
    repeated: int
    blank: int


class Pasted(msgspec.Struct, frozen=True):
    """Where pasted rows are kept: the source of the `Load` that follows."""

    source: str


class FoundRows(msgspec.Struct, frozen=True):
    """The rows that a rule means, by their numbers, and how many they are."""

    rows: Rows
    count: int


class Example(msgspec.Struct, frozen=True):
    """Words of a file in one reading; the other reads those at `differ` (from 0) otherwise."""

    words: str
    differ: tuple[int, ...]


class Reading(msgspec.Struct, frozen=True):
    """One way to read a text file: its encoding, and a few examples."""

    codec: str
    examples: tuple[Example, ...] = ()


class Readings(msgspec.Struct, frozen=True):
    """How a file reads now, and the next likely way.

    `rows` are the first rows that differ, by number; `count` is how many do, of the whole file or
    of its first 200,000 rows.
    """

    now: Reading
    other: Reading
    rows: tuple[int, ...] = ()
    count: int = 0
    whole: bool = True


class ModelPrice(msgspec.Struct, frozen=True):
    """What 1,000 rows cost with a model, as asked and one by one; None when that is not known."""

    model: str
    per_thousand_usd: Decimal | None
    singly_usd: Decimal | None = None


class ModelShare(msgspec.Struct, frozen=True):
    """The rows of ready-made requests that ask one model, and what they will probably cost."""

    model: str
    name: str
    rows: int
    expected_usd: Decimal | None


class Note(msgspec.Struct, frozen=True):
    """Something to know about a price: what it is about, and a sentence."""

    code: str
    """`fixed_part`, `old_prices`, `unknown_price` or `cache`."""
    text: str


class EstimateReply(msgspec.Struct, frozen=True):
    """The estimate for the chosen model, every model's price, and advice on the longest answer.

    `shares` are the models that ready-made requests ask, those with most rows first. `measuring`
    says that the rows were only judged: asked for every row, the price is known better.
    """

    estimate: Estimate
    prices: tuple[ModelPrice, ...]
    advice: str = ""
    tight: bool = False
    """The longest answer is under twice what the answer columns need."""
    shares: tuple[ModelShare, ...] = ()
    notes: tuple[Note, ...] = ()
    measuring: bool = False


class Check(msgspec.Struct, frozen=True):
    """One line of the review: "ok", "warn" or "stop", a sentence, and what it means."""

    tone: str
    text: str
    detail: str = ""
    action: str = ""
    """A code for the button beside it, such as "skip_blank" or "change_limit"."""


class Review(msgspec.Struct, frozen=True):
    """How a job would be sent: the rows of each batch, bytes in all, rows left out, checks.

    The estimate is of exactly these rows; None when the settings could not be run.
    """

    batches: tuple[int, ...]
    bytes: int
    skipped: int
    checks: tuple[Check, ...]
    estimate: Estimate | None = None
    shares: tuple[ModelShare, ...] = ()


class Exported(msgspec.Struct, frozen=True):
    """What was written: where, how many rows, how many cells were guarded against formulas.

    `removed` counts control characters that a workbook cannot hold, `continued` cells that go on
    in further columns because they are longer than a cell of Excel; `left_out` rows of which no
    request is sent, where requests are saved; `rebroken` cells whose carriage returns became
    plain line breaks.
    """

    path: str
    rows: int
    guarded: int
    removed: int = 0
    continued: int = 0
    left_out: int = 0
    rebroken: int = 0


class Arranged(msgspec.Struct, frozen=True):
    """An ordering in the cache: its file (None: all rows as they are) and its length."""

    file: str | None
    rows: int


class Distribution(msgspec.Struct, frozen=True):
    """Counts of one answer column: (label, rows), as the column lists its labels."""

    place: int
    column: str
    counts: tuple[tuple[str, int], ...]


class ModelList(msgspec.Struct, frozen=True):
    """The models, the suggested one, the date of the prices, and whether the list is live.

    `marks` say what speaks against a model; `others` are those that no batch can use (any more).
    Where the list is not live, `known_on` is the day on which the service last gave it.
    """

    models: tuple[Model, ...]
    suggested: str
    as_of: str
    live: bool
    marks: dict[str, Mark] = {}
    others: tuple[Model, ...] = ()
    known_on: str = ""
    prices_are_old: bool = False


class KeyReply(msgspec.Struct, frozen=True):
    """What is known of the key.

    `outcome` is stored, session, none, locked, no_backend, silent, rejected or unreachable;
    `sentence` says it in plain words; `ending` is the key's last four characters, never more.
    """

    outcome: str
    sentence: str
    place: str = ""
    ending: str = ""
    models: int = 0
    tested: bool = False
