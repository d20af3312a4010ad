"""What a batch asks differently from its job, and what is known of its requests."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.cost import PriceList


@dataclass(frozen=True, slots=True)
class Changes:
    """What a batch asks differently from the job: another model, a longer answer, its prices.

    Ready-made requests bring both themselves: here stand their one model and the most that any
    of them allows, and in `replaced` which of the two a retry puts in place of theirs.
    `unseen_tokens` is how much they may read at most beyond their own bytes, as pictures and
    linked files; None: nobody can say. `most_read` is how many tokens they read at most, where
    that is known better than by their bytes, as with files; 0 where it is not. `tried` says that
    its rows were asked in a trial before the job was submitted: "now" at once, or by which job.
    `least_read` is what the smallest of them reads at most, once that had to be found out, and
    `least_rows` how many rows it asks.
    `remembered` is how many tokens of each request may be put into the service's memory at most, 0
    where none are, None before that was decided.
    """

    model: str | None = None
    max_tokens: int | None = None
    prices: PriceList | None = None
    replaced: tuple[str, ...] = ()
    unseen_tokens: int | None = 0
    most_read: int = 0
    tried: str = ""
    least_read: int | None = None
    least_rows: int = 1
    remembered: int | None = None
