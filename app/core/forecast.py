"""What a job is likely to cost: expected, a range of 90 %, and what it can never pass.

The bound is a true one: a token is at least one byte of the request, and every answer may be as
long as allowed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil

from app.core.amounts import Amount, fixed_tokens, long_rows, requests_of, to_read, to_write
from app.core.basis import basis_of
from app.core.catalog import Model
from app.core.cost import BATCH_FACTOR, MILLION, Estimate, Price, PriceList
from app.core.job import JobSettings
from app.core.measured import NOTHING, Measured
from app.core.most import most_added, worst_case, worst_together
from app.core.plan import rows_per_batch
from app.core.request_size import MOST_OVERHEAD_TOKENS
from app.core.together import alone, rows_together
from app.core.volume import Volume, literals_of

_COUNTS_ERR = 1.02
"""Counts are the service's own estimates, with small deviations (claude-batch-api section 6)."""


def estimate(
    settings: JobSettings,
    model: Model,
    read: Volume,
    envelope: int,
    measured: Measured = NOTHING,
    remembered: int = 0,
    shared: int = 0,
) -> Estimate:
    """Forecast the cost: expected, likely range, and what it can never pass.

    `envelope` is how many bytes each request has besides its row's filled instructions,
    `remembered` how many tokens of each may be put into the service's memory at most, `shared` how
    many bytes a request of several rows has besides what its rows add.
    """
    tally = _tally(settings, model, read, measured)
    singly = _tally(alone(settings), model, read, measured)
    found = Estimate(
        rows=read.rows,
        input_tokens=round(tally.reading.expected),
        output_tokens=round(tally.writing.expected),
        basis=basis_of(read, measured),
        fixed_tokens=round(tally.fixed),
        counted_rows=measured.reading.counted if measured.reading else 0,
        answered_rows=measured.writing.answers if measured.writing else 0,
        twins=read.population.twins if read.population else 0,
        blank=read.population.blank if read.population else 0,
        overhead=_overhead(settings, singly, envelope, measured),
        requests=tally.requests,
    )
    sending = _Sending(settings, model, read, envelope, shared, found.overhead, remembered)
    found = replace(found, most_tokens=int(sending.most(_A_TOKEN)))
    if model.prices is None:
        return found
    priced = _priced(found, model.prices, tally, sending.most(model.prices))
    return _with_probe(priced, settings, model, tally.fixed) if remembered else priced


_ONE = 1 / (BATCH_FACTOR / MILLION)
_A_TOKEN = PriceList((Price(_ONE, _ONE, _ONE, _ONE, _ONE),), "", "", us_factor=Decimal(1))
"""With this price a token costs one, so that what is reckoned in dollars is the tokens."""


@dataclass(frozen=True, slots=True)
class _Sending:
    """What decides how much a job can come to at the very most; see `estimate`."""

    settings: JobSettings
    model: Model
    read: Volume
    envelope: int
    shared: int
    overhead: int
    remembered: int

    def most(self, prices: PriceList) -> Decimal:
        """Return the bound at these prices."""
        read, overhead = self.read, self.overhead
        longest = read.longest_bytes + self.envelope
        sent = read.most_bytes + read.most_rows * self.envelope
        asked = self.settings.max_tokens
        most = worst_case(prices, read.most_rows, sent, asked, longest, overhead=overhead)
        if rows_together(self.settings, self.model) > 1:
            # A row that a reply leaves out is asked again alone: at worst it is every row.
            most += worst_together(self.settings, self.model, prices, read, self.shared, overhead)
        if self.remembered:
            kept = self.remembered + overhead
            most += most_added(prices, read.most_rows, kept, longest + overhead)
        return most


def _overhead(settings: JobSettings, tally: _Tally, envelope: int, measured: Measured) -> int:
    """Return what the service adds at most to what a request's own bytes can make.

    More than usual only where it was measured: what every request repeats was counted, or answers
    show what a row reads on the average.
    """
    read = tally.read
    if measured.reading is None:
        return MOST_OVERHEAD_TOKENS
    if measured.reading.counted:
        found = tally.fixed * max(measured.reading.factor, 1.0)
        own = literals_of(settings).bytes
    else:
        found = tally.reading.expected * tally.reading.high / max(read.rows, 1)
        own = read.most_bytes // max(read.most_rows, 1)
    return max(MOST_OVERHEAD_TOKENS, ceil(found * _COUNTS_ERR) - own - envelope)


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows that are priced alike, with the tokens that they read together."""

    rows: int
    tokens: float


@dataclass(frozen=True, slots=True)
class _Tally:
    """All that a bill is made of."""

    read: Volume
    reading: Amount
    writing: Amount
    fixed: float
    groups: tuple[_Group, ...]
    requests: int

    @property
    def repeated(self) -> float:
        """The tokens that are repeated in all requests together."""
        return self.fixed * self.requests

    @property
    def each(self) -> float:
        """A row's share of what requests repeat."""
        return self.repeated / max(self.read.rows, 1)

    def bill(self, prices: PriceList, read: float = 1, written: float = 1) -> Decimal:
        """Price the groups, each at the tier of its mean row, so many times as much."""
        cost = Decimal(0)
        answer = _exact(self.writing.expected * written / max(self.read.rows, 1))
        for group in self.groups:
            tokens = _exact(group.tokens * read)
            tier = prices.tier(int(tokens) // max(group.rows, 1))
            cost += tokens * tier.input + group.rows * answer * tier.output
        return cost * BATCH_FACTOR / MILLION


def _tally(settings: JobSettings, model: Model, read: Volume, measured: Measured) -> _Tally:
    """Put each long row into a group of its own, and all others into one."""
    reading = to_read(settings, model, read, measured)
    long = long_rows(settings, model, read, measured)
    others = _Group(read.rows - len(long), max(0.0, reading.expected - sum(long)))
    return _Tally(
        read,
        reading,
        to_write(settings, model, read, measured),
        fixed_tokens(settings, model, read, measured),
        (*(_Group(1, tokens) for tokens in long), others),
        requests_of(settings, model, read),
    )


def _exact(tokens: float) -> Decimal:
    """Return tokens as money is counted: to the thousandth, never as a float."""
    return Decimal(round(tokens * 1000)) / 1000


def _priced(found: Estimate, prices: PriceList, tally: _Tally, most: Decimal) -> Estimate:
    expected, reading = tally.bill(prices), tally.bill(prices, written=0)
    low, high = _range(prices, tally, expected)
    few, many = _spread(tally.read)
    standard = expected / BATCH_FACTOR
    twins, blank = _left_out(prices, tally)
    return replace(
        found,
        expected_usd=expected,
        low_usd=low * few,
        high_usd=min(high * many, most),
        max_usd=most,
        standard_usd=standard,
        reading_usd=reading,
        writing_usd=expected - reading,
        prices_as_of=prices.as_of,
        per_thousand_usd=expected * 1000 / found.rows if found.rows else None,
        fixed_usd=_fixed(prices, tally),
        twins_usd=twins,
        blank_usd=blank,
    )


def _range(prices: PriceList, tally: _Tally, expected: Decimal) -> tuple[Decimal, Decimal]:
    """Return the ends of the range: what was measured varies by itself, guesses err together."""
    read, written = tally.reading, tally.writing
    if read.is_guess or written.is_guess:
        return tally.bill(prices, read.low, written.low), tally.bill(
            prices, read.high, written.high
        )
    below = (
        expected - tally.bill(prices, read=read.low),
        expected - tally.bill(prices, written=written.low),
    )
    above = (
        tally.bill(prices, read=read.high) - expected,
        tally.bill(prices, written=written.high) - expected,
    )
    return expected - _together(*below), expected + _together(*above)


def _together(one: Decimal, other: Decimal) -> Decimal:
    return (one * one + other * other).sqrt()


def _spread(read: Volume) -> tuple[Decimal, Decimal]:
    """Return the share of the expected rows that will be sent at least, and at most."""
    rows = Decimal(max(read.rows, 1))
    return min(read.least_rows / rows, Decimal(1)), max(read.most_rows / rows, Decimal(1))


def _fixed(prices: PriceList, tally: _Tally) -> Decimal:
    """Return what the part that every request repeats costs in all of them."""
    cost = Decimal(0)
    for group in tally.groups:
        tier = prices.tier(int(group.tokens) // max(group.rows, 1))
        cost += _exact(min(tally.each * group.rows, group.tokens)) * tier.input
    return cost * BATCH_FACTOR / MILLION


def _left_out(prices: PriceList, tally: _Tally) -> tuple[Decimal, Decimal]:
    """Return what twins and blank rows would have cost at the standard price."""
    population = tally.read.population
    if population is None:
        return Decimal(0), Decimal(0)
    rows = max(tally.read.rows, 1)
    tier = prices.tier(int(tally.reading.expected) // rows)
    answer = tally.writing.expected / rows
    cells = max(0.0, tally.reading.expected - tally.repeated) / max(population.total, 1.0)
    each = _exact(tally.each) * tier.input + _exact(answer) * tier.output
    twins = population.twins * each + _exact(population.twin_tokens * cells) * tier.input
    return twins / MILLION, population.blank * each / MILLION


def _with_probe(found: Estimate, settings: JobSettings, model: Model, fixed: float) -> Estimate:
    """Widen the range by what it may cost to see in the first of several batches if memory pays.

    What it may save is not reckoned with: the expected price is that without.
    """
    first = settings.batch_rows or rows_per_batch(found.rows)
    prices, high, most = model.prices, found.high_usd, found.max_usd
    if prices is None or high is None or most is None:
        return found
    if found.rows <= first or fixed < model.cache_minimum:
        return found
    tier = prices.tier(found.input_tokens // max(found.rows, 1))
    added = _exact(fixed * first) * (tier.cache_write_1h - tier.input) * prices.share / MILLION
    return replace(found, high_usd=min(high + max(added, Decimal(0)), most))


def per_thousand(
    settings: JobSettings, model: Model, read: Volume, measured: Measured = NOTHING
) -> Decimal | None:
    """Return what 1,000 rows of this job cost with a model; None without a price."""
    if model.prices is None or not read.rows:
        return None
    return _tally(settings, model, read, measured).bill(model.prices) * 1000 / read.rows
