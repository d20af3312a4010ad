"""What the engine answers to each verb."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from app.core.catalog import Model
from app.core.cost import Estimate
from app.core.errors import Halt
from app.core.job import JobState, Mode, RowState


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
    changed_at: str = ""
    read_only: bool = False


class IdCheck(msgspec.Struct, frozen=True):
    """How many rows have a value that another row has too, or none."""

    column: str
    repeated: int
    blank: int


class ModelPrice(msgspec.Struct, frozen=True):
    """What 1,000 rows of this job cost with one model; None when its price is not known."""

    model: str
    per_thousand_usd: Decimal | None


class EstimateReply(msgspec.Struct, frozen=True):
    """The estimate for the chosen model, every model's price, and advice on the longest answer."""

    estimate: Estimate
    prices: tuple[ModelPrice, ...]
    advice: str = ""
    tight: bool = False
    """The longest answer is under twice what the answer columns need."""


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


class Exported(msgspec.Struct, frozen=True):
    """What was written: where, how many rows, how many cells were guarded against formulas."""

    path: str
    rows: int
    guarded: int


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
    """The models, the suggested one, the date of the prices, and whether the list is live."""

    models: tuple[Model, ...]
    suggested: str
    as_of: str
    live: bool


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
