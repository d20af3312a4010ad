"""A job, its settings, its batches, and what became of its rows; their states are core.states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.core.answers import AnswerColumn
from app.core.causes import Cause
from app.core.changes import Changes
from app.core.cost import PriceList, TextSize, Usage
from app.core.errors import Halt
from app.core.quality import Quality
from app.core.row_choice import RowRule
from app.core.source_file import FolderWish, SourceFile
from app.core.states import (
    FINE,
    IN_DOUBT,
    OPEN,
    RETRYABLE,
    UNSENT,
    BatchState,
    JobState,
    Mode,
    RowState,
    may_move,
)
from app.core.table import Column, Kind, Notice

__all__ = [
    "FINE",
    "IN_DOUBT",
    "OPEN",
    "RETRYABLE",
    "UNSENT",
    "Account",
    "Batch",
    "BatchState",
    "Changes",
    "ColumnFacts",
    "FolderWish",
    "Job",
    "JobSettings",
    "JobState",
    "Mode",
    "Outcome",
    "RowState",
    "Rows",
    "SourceFile",
    "as_asked",
    "may_move",
]


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows to run: the first `first` ones (None: all), or just those picked by number.

    With a `rule` the engine picks the numbers; see engine.choosing.
    """

    first: int | None = None
    picked: tuple[int, ...] = ()
    rule: RowRule | None = None


@dataclass(frozen=True, slots=True)
class JobSettings:
    """All that decides what is sent: instructions, answer columns, model, limits.

    `id_column` is empty where the row number was chosen, None where nothing was chosen yet;
    `max_tokens` is the longest answer in tokens; `batch_rows` None means sized for people;
    `max_cost_usd` is a decimal string, None for no limit, as is `max_tokens_total`, the limit in
    tokens where no price is known; `agreed` that the person has said yes
    to the price; `remember` that Claude may remember what all requests begin with, where that is
    measured to pay; `practice_only` that the job never goes to Anthropic, even with a key;
    `attached` are the columns whose cells name files that are sent, `text_only` sends of a PDF
    only its text, where it has any;
    `leave_out_refused` that ready-made requests are sent without parameters that are refused;
    `twins` that rows which ask the same are asked once, `keep_trial` that answers of a trial with
    the same settings are kept instead of bought again; `rows_per_request` how many rows are asked
    in one request, where they can be (core.together).
    """

    instructions: str = ""
    background: str = ""
    answers: tuple[AnswerColumn, ...] = ()
    model: str = ""
    max_tokens: int = 0
    id_column: str | None = None
    rows: Rows = Rows()
    batch_rows: int | None = None
    max_cost_usd: str | None = None
    max_tokens_total: int | None = None
    skip_blank: bool = True
    attached: tuple[str, ...] = ()
    text_only: bool = False
    recipe: str = "custom"
    remember: bool = True
    agreed: bool = False
    practice_only: bool = False
    leave_out_refused: bool = False
    quality: Quality = Quality.QUICK
    twins: bool = True
    keep_trial: bool = True
    rows_per_request: int = 1


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A source column, and what was measured while reading it.

    `longest` is the longest filled cell in characters, `longest_bytes` the longest of all in a
    request; 0 where a job was read before that was measured.
    """

    name: str
    kind: Kind
    filled: int
    longest: int
    size: TextSize
    longest_bytes: int = 0

    @property
    def most_bytes(self) -> int:
        """The most that one cell can add to a request; at worst one cell holds all there is."""
        return self.longest_bytes or self.size.bytes

    @property
    def column(self) -> Column:
        """The column without its measurements."""
        return Column(self.name, self.kind)


def as_asked(columns: Sequence[ColumnFacts], settings: JobSettings) -> list[Column]:
    """Return the columns as the instructions mean them: those that name files hold files."""
    return [
        Column(facts.name, Kind.FILE if facts.name in settings.attached else facts.kind)
        for facts in columns
    ]


@dataclass(frozen=True, slots=True)
class Account:
    """Where a job was bought: only compared with the present connection, never called."""

    address: str = ""
    organization: str = ""
    workspace: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A job file's head: everything but its rows, batches and outcomes.

    `trouble` says in a sentence why a paused job is paused, `halt` what kind of thing it is; `home`
    is the installation and place where it was made: elsewhere it is only shown. Once submitted,
    `longest` is the most bytes of any request, and `overhead` the tokens besides (0: as usual).
    """

    tag: str
    name: str
    state: JobState
    mode: Mode
    rows: int
    created_at: datetime
    settings: JobSettings = JobSettings()
    source: SourceFile = SourceFile("")  # noqa: RUF009 frozen
    columns: tuple[ColumnFacts, ...] = ()
    notices: tuple[Notice, ...] = ()
    account: Account = Account()
    prices: PriceList | None = None
    started_at: datetime | None = None
    trouble: str = ""
    halt: Halt = Halt.NONE
    home: str = ""
    longest: int = 0
    overhead: int = 0

    @property
    def column_names(self) -> tuple[str, ...]:
        """The source columns' names."""
        return tuple(column.name for column in self.columns)

    @property
    def file_columns(self) -> frozenset[str]:
        """The columns whose cells lead to files that are sent."""
        own = {column.name for column in self.columns if column.kind is Kind.FILE}
        return frozenset(own | set(self.settings.attached) & set(self.column_names))


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch as the journal has it; `remote_id` is Anthropic's id once it is known.

    `proven` says that the id is certainly ours: the create call gave it, or a tag of ours was
    seen in its results. `clock_offset` is the service's clock minus ours when it was sent, in
    seconds; `doubt_since` when it began to be looked for. `changes` is what a retry asks
    differently from the job. `deleted_at` is when it was deleted at the service, `reopened` how
    often its results were fetched again for rows that never came. `cost_usd` is None when rows
    were billed at a price nobody knows; `tokens` are all that they read and wrote. `shared` rows
    are asked in the request of another row: the service counts requests, and not rows.
    """

    number: int
    state: BatchState
    rows: int
    bytes: int
    remote_id: str | None = None
    sending_at: datetime | None = None
    sent_at: datetime | None = None
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    answered: int = 0
    failed: int = 0
    cost_usd: str | None = "0"
    reason: str = ""
    is_retry: bool = False
    proven: bool = True
    clock_offset: float | None = None
    doubt_since: datetime | None = None
    deleted_at: datetime | None = None
    reopened: int = 0
    tokens: int = 0
    changes: Changes = Changes()  # noqa: RUF009 frozen
    shared: int = 0

    @property
    def requests(self) -> int:
        """How many requests the batch holds: what the service counts."""
        return self.rows - self.shared

    def prices(self, job: Job) -> PriceList | None:
        """Return the prices at which this batch is billed: its own model's, or the job's."""
        return job.prices if self.changes.model is None else self.changes.prices


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row in one batch.

    `reply` is Claude's text, `cells` its typed cells in the order of the answer columns, `reason`
    plain words for everything that is not an answer, `raw` the undecoded line where it was odd.
    """

    row: int
    state: RowState
    reply: str = ""
    cells: tuple[str, ...] = ()
    reason: str = ""
    usage: Usage | None = None
    stop_reason: str = ""
    request_id: str = ""
    raw: str = ""
    cause: Cause = Cause.NONE
