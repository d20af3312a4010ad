"""What requests can cost at the very most: a true bound, which a spend limit can hold to.

A token is at least one byte of the request, and every answer may be as long as allowed.
"""

from __future__ import annotations

from decimal import Decimal

from app.core.catalog import Model
from app.core.cost import BATCH_FACTOR, MILLION, PriceList, bytes_sent
from app.core.job import JobSettings
from app.core.request_size import MOST_OVERHEAD_TOKENS
from app.core.together import frame, most_bytes, rows_together
from app.core.volume import Volume, literals_of


def worst_case(
    prices: PriceList,
    rows: int,
    sent_bytes: int,
    max_tokens: int,
    longest: int | None = None,
    *,
    requests: int | None = None,
    overhead: int = MOST_OVERHEAD_TOKENS,
) -> Decimal:
    """Return what the requests for these rows can cost at the very most: one each, if not fewer.

    A token is at least one byte of what is sent, every answer is as long as allowed, and work in
    one region may be dearer. `longest` bounds the bytes of any one request, and with them the
    tier: rows in another than the first are at most as many as the bytes can fill, and requests of
    several rows are never in one. A person's own prices may make long requests the cheaper ones.
    `overhead` is what each request reads at most besides its bytes.
    """
    reading = sent_bytes + (rows if requests is None else requests) * overhead
    usual = prices.tiers[0]
    longest = sent_bytes if longest is None else min(longest, sent_bytes)
    tiers = prices.tiers_up_to(longest + overhead)
    dear_rows = 0
    if usual.up_to is not None and len(tiers) > 1:
        dear_rows = min(rows, reading // (usual.up_to + 1))
    dearest = max(tier.output for tier in tiers)
    writing = dear_rows * dearest + (rows - dear_rows) * usual.output
    tokens = reading * max(tier.input for tier in tiers) + max_tokens * writing
    return tokens * BATCH_FACTOR * prices.us_factor / MILLION


def most_added(prices: PriceList, requests: int, tokens: int, longest: int) -> Decimal:
    """Return what it adds at most to put so many tokens of each request into memory.

    `longest` bounds the tokens of any one request, and with them the price tier.
    """
    added = (
        max(tier.cache_write_1h, tier.cache_write_5m, tier.cache_read) - tier.input
        for tier in prices.tiers_up_to(longest)
    )
    each = max(*added, Decimal(0))
    return requests * tokens * each * BATCH_FACTOR * prices.us_factor / MILLION


def worst_together(
    settings: JobSettings,
    model: Model,
    prices: PriceList,
    read: Volume,
    shared: int,
    overhead: int,
) -> Decimal:
    """Return what rows that share requests cost at the very most."""
    rows, around = read.most_rows, bytes_sent(frame(settings))
    words = literals_of(settings).bytes
    # A cell is written as JSON inside of JSON, which at most doubles it.
    cells, longest = 2 * (read.most_bytes - rows * words), 2 * (read.longest_bytes - words)
    full = rows_together(settings, model)
    fit = shared + full * (around + longest) <= most_bytes(settings, model)
    requests = -(-rows // full) if fit else rows
    sent = requests * shared + rows * around + cells
    largest = shared + around + longest
    return worst_case(
        prices, rows, sent, settings.max_tokens, largest, requests=requests, overhead=overhead
    )
