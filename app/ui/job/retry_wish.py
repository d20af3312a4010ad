"""Which rows a person asks again, how differently, and about what that costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.core.causes import Cause, Fix
from app.engine.replies import CauseGroup
from app.engine.verbs import Retry


@dataclass(frozen=True, slots=True)
class Ask:
    """The rows of some causes, asked again in one way."""

    causes: tuple[Cause, ...]
    model: str | None = None
    max_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class RetryWish:
    """Rows to ask again; `price` is about what they cost in all, None when it is not known."""

    rows: int
    price: Decimal | None
    asks: tuple[Ask, ...]

    def verbs(self, job: str) -> tuple[Retry, ...]:
        """Return what is asked of the engine: one verb for each way of asking."""
        return tuple(
            Retry(job, causes=ask.causes, model=ask.model, max_tokens=ask.max_tokens)
            for ask in self.asks
        )


def wish_for(
    group: CauseGroup, *, max_tokens: int | None = None, model: str | None = None
) -> RetryWish:
    """Ask the rows of one group again, with a longer answer or another model if one is named."""
    price = group.retry_usd
    if model is not None:
        price = next((m.per_thousand_usd for m in group.models if m.model == model), None)
    return RetryWish(group.rows, price, (Ask((group.cause,), model, max_tokens),))


def wish_for_all(groups: Iterable[CauseGroup], max_tokens: int | None) -> RetryWish:
    """Ask all rows again that can be helped by asking, with the longest answer that is shown.

    Rows whose data has to change first would only be refused again.
    """
    chosen = [group for group in groups if group.fix is not Fix.CHANGE_DATA]
    plain = tuple(group.cause for group in chosen if group.fix is not Fix.LONGER_ANSWER)
    longer = tuple(group.cause for group in chosen if group.fix is Fix.LONGER_ANSWER)
    asks = ((plain, None), (longer, max_tokens))
    prices = [group.retry_usd for group in chosen]
    known = [price for price in prices if price is not None]
    return RetryWish(
        rows=sum(group.rows for group in chosen),
        price=sum(known, Decimal(0)) if len(known) == len(prices) else None,
        asks=tuple(Ask(causes, max_tokens=tokens) for causes, tokens in asks if causes),
    )
