"""What the engine answers to the verbs about money."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from app.core.cost import PriceList
from app.core.errors import Halt
from app.core.trial import Tried
from app.engine.replies import EstimateReply


class PriceLine(msgspec.Struct, frozen=True):
    """One model's prices: those that count (None: not known), and the bundled ones."""

    model: str
    name: str
    prices: PriceList | None
    bundled: PriceList | None
    own: bool


class PriceTable(msgspec.Struct, frozen=True):
    """All prices, the date of the bundled ones, and whether that is more than 60 days ago."""

    lines: tuple[PriceLine, ...]
    as_of: str
    old: bool


class TrialPlan(msgspec.Struct, frozen=True):
    """Which rows a trial would ask, and what that costs.

    `calls` counts the answers to buy: less than rows times models where some were bought before.
    The sums are None where a price is not known; `problem` says why the spend limit does not let
    the trial be made. `doubt` says of rows that are perhaps charged whether they are asked again.
    """

    rows: tuple[int, ...]
    calls: int
    expected_usd: Decimal | None
    most_usd: Decimal | None
    problem: str = ""
    doubt: str = ""


UNSURE, WAITING = "unsure", "waiting"
"""What is said of an answer that may have been lost, and of one that has not come."""


class TriedAnswer(msgspec.Struct, frozen=True):
    """What one model made of one row in a trial; `state` is "unsure" where nobody knows."""

    row: int
    model: str
    state: str
    cells: tuple[str, ...] = ()
    reply: str = ""
    reason: str = ""
    cost_usd: Decimal | None = None

    @classmethod
    def of(cls, tried: Tried) -> TriedAnswer:
        """Return what came of a row that was tried."""
        if tried.outcome is None:
            return cls(tried.row, tried.model, UNSURE if tried.unsure else WAITING)
        came = tried.outcome
        return cls(
            row=tried.row,
            model=tried.model,
            state=came.state.value,
            cells=came.cells,
            reply=came.reply,
            reason=came.reason,
            cost_usd=tried.cost_usd,
        )


class ModelTrial(msgspec.Struct, frozen=True):
    """How one model did in a trial, and what 1,000 rows cost with it, as its answers show."""

    model: str
    answered: int
    asked: int
    cost_usd: Decimal | None
    read_tokens: int
    written_tokens: int
    thinking_tokens: int
    per_thousand_usd: Decimal | None


class Differs(msgspec.Struct, frozen=True):
    """In how many rows of a trial the models answered one column differently."""

    column: str
    rows: int


class TrialReply(msgspec.Struct, frozen=True):
    """What a trial brought, with all that was answered before about the same rows.

    `cost_usd` is what all of it cost, but for the `unsure` answers, which were perhaps charged.
    `troubles` are sentences, `stopped` says why not every row was asked, and `halt` of what kind
    that is. `differ` counts the rows in which two models disagree, `columns` says where. `waiting`
    are the jobs of rows that are asked in a batch. The estimate is that of the job, with what the
    trial has shown.
    """

    rows: tuple[int, ...]
    answers: tuple[TriedAnswer, ...]
    models: tuple[ModelTrial, ...]
    cost_usd: Decimal | None
    unsure: int
    troubles: tuple[str, ...]
    differ: int
    columns: tuple[Differs, ...]
    waiting: tuple[str, ...]
    estimate: EstimateReply
    stopped: str = ""
    halt: Halt = Halt.NONE
