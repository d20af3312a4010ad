"""What the trial's place says: its price, what it brought, where models disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from app.core.answers import AnswerColumn
from app.core.catalog import Lifecycle, Model
from app.core.cost import in_figures
from app.core.job import Mode
from app.core.trial import is_compared
from app.engine.money_replies import TrialPlan, TrialReply
from app.ui.models.trial_model import names_of
from app.ui.widgets.tone import Tone

STANDARD = 2
"""An answer at once costs so many times what one in a batch does."""


def rows_of(count: int) -> str:
    """Write a number of rows."""
    return "1 row" if count == 1 else f"{count:,} rows"


def small(amount: Decimal | None) -> str:
    """Write the few cents, or parts of one, that a trial costs: two figures tell enough."""
    if amount is None:
        return "price not known"
    if not amount or amount >= 1:
        return f"${amount:,.2f}"
    figures = f"{amount.quantize(Decimal(1).scaleb(amount.adjusted() - 1)):f}".rstrip("0")
    return f"${figures:0<4}"


def short_name(name: str) -> str:
    """Return what a model is called where all are Claude."""
    return name.removeprefix("Claude ")


def offer(count: int, *, others: bool) -> str:
    """Return the words of the button that tries rows."""
    return f"Try {count} others" if others else f"Try {rows_of(count)}"


def terms(plan: TrialPlan | None, mode: Mode, *, others: bool, in_batch: bool) -> str:
    """Say which rows are asked next, when their answers come, what they cost, and what is lost."""
    said = _terms(plan, mode, others=others, in_batch=in_batch)
    return f"{said} {plan.doubt}".strip() if plan is not None else said


def _terms(plan: TrialPlan | None, mode: Mode, *, others: bool, in_batch: bool) -> str:
    how = "go in a batch of their own" if in_batch else "are answered straight away"
    if mode is not Mode.PRACTICE:
        price = "at half the price, usually within an hour" if in_batch else "at the standard price"
        how = f"{how}, {price}"
    if plan is None or not plan.calls:
        return f"Rows {how}." if not others else ""
    what = f"{len(plan.rows)} others" if others else rows_of(len(plan.rows))
    return f"{what} {how}: {_price(plan, mode)}."


def _price(plan: TrialPlan, mode: Mode) -> str:
    if mode is Mode.PRACTICE:
        return "free, to practise"
    if plan.expected_usd is None or plan.most_usd is None:
        return "what that costs is not known"
    return f"about {small(plan.expected_usd)}, never more than {in_figures(plan.most_usd)}"


def verdict(came: TrialReply, mode: Mode) -> tuple[str, Tone, str]:
    """Return the pill above the answers: its words, tone and icon."""
    count = len(came.rows)
    answered = sum(model.answered for model in came.models)
    if came.waiting:
        return "On its way", Tone.RUN, "loader"
    if len(came.models) > 1 and came.columns:
        if came.differ:
            verb = "differs" if came.differ == 1 else "differ"
            return f"{came.differ} of {rows_of(count)} {verb}", Tone.WARN, "equal-not"
        return f"All {rows_of(count)} agree", Tone.OK, "check"
    cost = "free" if mode is Mode.PRACTICE else small(came.cost_usd)
    asked = sum(model.asked for model in came.models)
    if answered == asked:
        return f"{answered} answered · {cost}", Tone.OK, "check"
    return f"{answered} of {asked} answered · {cost}", Tone.WARN, "triangle-alert"


def summary(
    came: TrialReply, answers: Sequence[AnswerColumn], shown: Sequence[AnswerColumn], mode: Mode
) -> str:
    """Say below the answers what they cost, and what the table leaves out."""
    cost = "free" if mode is Mode.PRACTICE else f"{small(came.cost_usd)} in all"
    if len(came.models) < 2:
        return f"{_which(came)}, {cost}."
    left_out = [column for column in answers if column not in shown]
    agree = [column for column in left_out if is_compared(column)]
    free_text = [column for column in left_out if not is_compared(column)]
    said = [f"Same {rows_of(len(came.rows))}, {cost}."]
    parts = []
    if agree:
        verb = "agrees" if len(agree) == 1 else "agree"
        parts.append(f"{names_of(agree)} {verb} in every row")
    if free_text:
        verb = "is" if len(free_text) == 1 else "are"
        parts.append(f"{names_of(free_text)} {verb} not compared")
    if parts:
        said.append(f"{'; '.join(parts)}.")
    return " ".join(said)


def _which(came: TrialReply) -> str:
    rows = ", ".join(f"{row:,}" for row in came.rows[:12])
    more = ", …" if len(came.rows) > 12 else ""
    return f"Row {rows}" if len(came.rows) == 1 else f"Rows {rows}{more}"


def to_compare(
    models: Sequence[Model],
    came: TrialReply,
    chosen: str,
    prices: Mapping[str, Decimal | None],
    mode: Mode,
) -> list[tuple[str, str]]:
    """Return the models that can be asked the same rows besides, each with what that costs."""
    asked = {one.model for one in came.models}
    if chosen not in asked or came.waiting:
        return []
    able = [model for model in models if _can_be_asked(model) and model.id not in asked]
    return [
        (model.id, f"{model.name} · {_to_ask(prices.get(model.id), len(came.rows), mode)}")
        for model in able
    ]


def _can_be_asked(model: Model) -> bool:
    return model.batches and model.lifecycle is Lifecycle.ACTIVE and not model.limited_access


def _to_ask(per_thousand: Decimal | None, rows: int, mode: Mode) -> str:
    """Say about what it costs to ask a further model so many rows at once."""
    if mode is Mode.PRACTICE:
        return "free"
    if per_thousand is None:
        return "price not known"
    return f"about {small(per_thousand * STANDARD * rows / 1000)}"
