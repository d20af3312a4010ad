"""What the engine answers to the verbs about bills; practice is told apart by its mode."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from app.core.bill import PaidFor, Savings, Verdict
from app.core.job import Mode, RowState


class PaidLine(msgspec.Struct, frozen=True):
    """Tokens of one kind at one price; None where nobody knows it.

    `rows` were billed for such tokens, `long` are those of the dearer tier of long requests.
    `model` is blank for the job's own.
    """

    what: PaidFor
    rows: int
    tokens: int
    per_million_usd: Decimal | None
    cost_usd: Decimal | None
    long: bool = False
    model: str = ""


class BatchBill(msgspec.Struct, frozen=True):
    """What one batch cost, None where no price is known, and what was expected of its rows.

    `expected_usd` is None where nothing was forecast of it: rows that are asked again.
    """

    number: int
    rows: int
    billed: int
    cost_usd: Decimal | None
    expected_usd: Decimal | None = None
    is_retry: bool = False


class StateBill(msgspec.Struct, frozen=True):
    """What the attempts that ended in one way cost, and how many of them were billed at all.

    `cost_usd` is None where some of them were billed at a price that nobody knows.
    """

    state: RowState
    attempts: int
    billed: int
    cost_usd: Decimal | None


class TrialBill(msgspec.Struct, frozen=True):
    """What the trials of a job cost; None where that is not known.

    `known_usd` is what is known of it, `unknown` counts the rows at a price nobody knows. Rows
    that are `unsure` may have been charged: they count with the most that they may cost.
    """

    rows: int
    models: int
    tokens: int
    cost_usd: Decimal | None
    known_usd: Decimal = Decimal(0)
    unknown: int = 0
    unsure: int = 0


class Promised(msgspec.Struct, frozen=True):
    """What was forecast before the start; sums are None where no price was known then."""

    expected_usd: Decimal | None
    low_usd: Decimal | None
    high_usd: Decimal | None
    max_usd: Decimal | None
    rows: int
    input_tokens: int
    output_tokens: int
    basis: str
    prices_as_of: str


class BillReply(msgspec.Struct, frozen=True):
    """The bill of a job so far.

    `cost_usd` is all of it, the trials too, None where `unknown` answers were billed at a price
    that nobody knows; `known_usd` is what is known of it, None where that is nothing.
    `compared_usd` is the part that was forecast, without trials; `deviation` says by how many
    percent of it the forecast was high, or low below zero, and `tokens_deviation` that of the
    tokens. `cause` says in a sentence what was
    otherwise than expected, where the bill is outside the range. In `mode` practice nothing of it
    was charged.
    """

    name: str
    mode: Mode
    ended: bool
    model: str
    model_name: str
    cost_usd: Decimal | None
    known_usd: Decimal | None
    unknown: int
    read_tokens: int
    written_tokens: int
    lines: tuple[PaidLine, ...]
    batches: tuple[BatchBill, ...]
    states: tuple[StateBill, ...]
    verdict: Verdict
    forecast: Promised | None = None
    compared_usd: Decimal | None = None
    deviation: int | None = None
    tokens_deviation: int | None = None
    cause: str = ""
    limit_usd: Decimal | None = None
    savings: Savings | None = None
    twins: int = 0
    blank: int = 0
    trial: TrialBill | None = None
    prices_as_of: str = ""
    own_prices: bool = False


class PastForecast(msgspec.Struct, frozen=True):
    """How the forecast of one job came out; `deviation` as in a bill."""

    name: str
    model_name: str
    ended_at: str
    cost_usd: Decimal
    expected_usd: Decimal | None
    verdict: Verdict
    deviation: int | None


class Month(msgspec.Struct, frozen=True):
    """What was paid in one month, written like 2026-11; `unknown` parts had no known price."""

    month: str
    cost_usd: Decimal
    jobs: int
    unknown: int = 0


class SpendingReply(msgspec.Struct, frozen=True):
    """What was paid in each month, the newest first; `now` is this one, also when it has none."""

    now: Month
    months: tuple[Month, ...]
