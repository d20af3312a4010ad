"""Usage times price is money: what a row cost, and what a job will cost with its range.

Money is Decimal US dollars, never float; prices are per million tokens at the standard rate, and
a batch costs half of that (claude-batch-api section 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

import msgspec

MILLION = Decimal(1_000_000)
BATCH_FACTOR = Decimal("0.5")
US_FACTOR = Decimal("1.1")
"""What work in the United States alone costs more, where a model can be asked for that."""
MICRO = Decimal("0.000001")
CENT = Decimal("0.01")
OLD_AFTER_DAYS = 60
"""Prices that are older than this are said to be."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one answer as the service counted them; `output` includes thinking."""

    input: int = 0
    output: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0
    thinking: int = 0
    us_only: bool = False

    @property
    def prompt(self) -> int:
        """All tokens read, cached or not: what decides the price tier."""
        return self.input + self.cache_write_5m + self.cache_write_1h + self.cache_read


def shares(usage: Usage, rows: int) -> list[Usage]:
    """Divide the usage of a request among its rows evenly, so that nothing of it gets lost."""

    def part(tokens: int, place: int) -> int:
        return tokens // rows + (place < tokens % rows)

    return [
        Usage(
            part(usage.input, place),
            part(usage.output, place),
            part(usage.cache_write_5m, place),
            part(usage.cache_write_1h, place),
            part(usage.cache_read, place),
            part(usage.thinking, place),
            usage.us_only,
        )
        for place in range(rows)
    ]


@dataclass(frozen=True, slots=True)
class Price:
    """Standard prices in dollars per million tokens, for prompts of at most `up_to` tokens."""

    input: Decimal
    output: Decimal
    cache_write_5m: Decimal
    cache_write_1h: Decimal
    cache_read: Decimal
    up_to: int | None = None


@dataclass(frozen=True, slots=True)
class PriceList:
    """A model's price tiers, cheapest first, with the date and the source they are known from.

    `us_factor` is what work in the United States alone costs more; `own` that the person wrote
    these prices; `share` is the part of the standard price at which this work is billed.
    """

    tiers: tuple[Price, ...]
    as_of: str
    source: str
    us_factor: Decimal = US_FACTOR
    own: bool = False
    share: Decimal = BATCH_FACTOR

    def tier(self, prompt_tokens: int) -> Price:
        """Return the tier for a request of this many prompt tokens."""
        fitting = (t for t in self.tiers if t.up_to is None or prompt_tokens <= t.up_to)
        return next(fitting, self.tiers[-1])

    def tiers_up_to(self, prompt_tokens: int) -> tuple[Price, ...]:
        """Return the tiers in which requests of at most this many prompt tokens can be."""
        return self.tiers[: self.tiers.index(self.tier(prompt_tokens)) + 1]


def price_of(usage: Usage, prices: PriceList, *, batch: bool = True) -> Decimal:
    """Return what one request cost, exact, in dollars."""
    tier = prices.tier(usage.prompt)
    tokens = (
        usage.input * tier.input
        + usage.output * tier.output
        + usage.cache_write_5m * tier.cache_write_5m
        + usage.cache_write_1h * tier.cache_write_1h
        + usage.cache_read * tier.cache_read
    )
    factor = (prices.share if batch else 1) * (prices.us_factor if usage.us_only else 1)
    return tokens * factor / MILLION


def total(usages: Iterable[Usage], prices: PriceList) -> Decimal:
    """Return what several batch requests cost together."""
    return sum((price_of(usage, prices) for usage in usages), Decimal(0))


def read_day(text: str) -> date | None:
    """Read a day written like 2026-11-10; None where it is not one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def are_old(as_of: str, today: date) -> bool:
    """Say whether prices of this day are too old to be shown without a warning."""
    day = read_day(as_of)
    return day is None or (today - day).days > OLD_AFTER_DAYS


# --- how many tokens a text is likely to make -------------------------------------------------

# Characters per token, stated and not measured (performance.md section 8 found no tokenizer to
# check against): (expected, fewest), for the newer tokenizer; older models make about 23 % fewer.
_LATIN = (3.1, 2.2)
_ALPHABETIC = (1.9, 1.2)
_IDEOGRAPHIC = (1.0, 0.6)
_OTHER_LETTERS = re.compile("[\u0370-\u2e7f]+")
_WIDE_LETTERS = re.compile("[\u2e80-\U0010ffff]+")

_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class TextSize:
    """How much text there is, by script: what a token estimate is made from.

    `bytes` are those that a request carries: UTF-8 with JSON's escapes, never fewer than tokens.
    """

    characters: int = 0
    alphabetic: int = 0
    ideographic: int = 0
    bytes: int = 0

    def add(self, text: str) -> None:
        """Count one text."""
        self.characters += len(text)
        self.bytes += bytes_sent(text)
        if not text.isascii():
            self.ideographic += sum(map(len, _WIDE_LETTERS.findall(text)))
            self.alphabetic += sum(map(len, _OTHER_LETTERS.findall(text)))

    def merge(self, other: TextSize, times: int = 1) -> None:
        """Count another size `times` over."""
        self.characters += other.characters * times
        self.alphabetic += other.alphabetic * times
        self.ideographic += other.ideographic * times
        self.bytes += other.bytes * times

    def tokens(self, *, most: bool = False) -> float:
        """Return the expected number of tokens, or the most that is likely."""
        pick = 1 if most else 0
        latin = self.characters - self.alphabetic - self.ideographic
        return (
            latin / _LATIN[pick]
            + self.alphabetic / _ALPHABETIC[pick]
            + self.ideographic / _IDEOGRAPHIC[pick]
        )


def bytes_sent(text: str) -> int:
    """Return how many bytes a request carries for a text."""
    try:
        return len(_encode(text)) - 2
    except UnicodeEncodeError:  # half a character, which no request can carry: the most it may be
        return 6 * len(text)


def size_of(text: str) -> TextSize:
    """Measure one text."""
    size = TextSize()
    size.add(text)
    return size


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a job will cost: expected, likely range, true upper bound; None when no price is known.

    Dollars are half-price batch dollars except `standard_usd`, and `twins_usd` and `blank_usd`,
    which say what the rows left out would have cost at the standard price. Tokens are the expected
    totals; `fixed_tokens` are those that every request repeats. `basis` says what they were judged
    from: rows counted by the service, real answers, or neither.
    """

    rows: int
    input_tokens: int
    output_tokens: int
    basis: str
    expected_usd: Decimal | None = None
    low_usd: Decimal | None = None
    high_usd: Decimal | None = None
    max_usd: Decimal | None = None
    standard_usd: Decimal | None = None
    reading_usd: Decimal | None = None
    writing_usd: Decimal | None = None
    prices_as_of: str = ""
    per_thousand_usd: Decimal | None = None
    fixed_tokens: int = 0
    fixed_usd: Decimal | None = None
    counted_rows: int = 0
    answered_rows: int = 0
    twins: int = 0
    twins_usd: Decimal | None = None
    blank: int = 0
    blank_usd: Decimal | None = None
    kept: int = 0
    """Rows that were answered in a trial, and are not bought again."""
    shared_tokens: int = 0
    """About how many tokens of each request the service may remember; 0 where there are too few."""
    memory_share: float | None = None
    memory_usd: Decimal | None = None
    """What memory would save if it were as in an earlier job: never taken off the other sums."""
    overhead: int = 0
    """Tokens that a request reads at most besides its bytes; 0 where nobody has reckoned it."""
    most_tokens: int = 0
    """Tokens that can be read and written at the very most; 0 where nobody has reckoned it."""
    requests: int = 0
    """How many requests the rows make; 0 where each has its own."""
    together: int = 0
    """So many rows in a request are cheaper than one, by `together_usd`; 0 where that is nothing.

    It is what the job does, or could do.
    """
    together_usd: Decimal | None = None

    @property
    def tokens(self) -> int:
        """All tokens that will probably be read and written."""
        return self.input_tokens + self.output_tokens

    @property
    def every_row_usd(self) -> Decimal | None:
        """What the whole table would cost at the standard price, twins and blank rows too."""
        if self.standard_usd is None:
            return None
        return self.standard_usd + (self.twins_usd or 0) + (self.blank_usd or 0)


def micro(amount: Decimal) -> Decimal:
    """Round to the micro-dollar, for showing and for JSON."""
    return amount.quantize(MICRO, rounding=ROUND_HALF_UP)


def in_dollars(amount: Decimal | None) -> str:
    """Write money for a person: two decimals, "under $0.01" for less, never a false zero."""
    if amount is None:
        return "price not known"
    if amount == 0:
        return "$0.00"
    if amount < CENT:
        return "under $0.01"
    return f"${amount.quantize(CENT, rounding=ROUND_HALF_UP):,}"


def in_figures(amount: Decimal) -> str:
    """Write money as a bound or a limit: always figures, rounded up, of a cent's parts two."""
    places = 2 if amount >= 1 or not amount else max(4, 1 - amount.adjusted())
    figures = f"{amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_CEILING):,f}"
    whole, _, cents = figures.partition(".")
    return f"${whole}.{cents.rstrip('0'):0<2}"
