"""Rows become requests become batches: sizes within the API's limits, and ids that lead back.

Limits: 100,000 requests or 256 MB a batch, 32 MB a request; custom_id of 1 to 64 characters of
A-Z a-z 0-9 _ - (claude-batch-api section 1.6). MB is taken as 10**6 and a margin is left.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_ROWS = 100_000
HARD_BYTES = 256_000_000
USUAL_BYTES = 100_000_000
MOST_REQUEST_BYTES = 32_000_000

_CUSTOM_ID = re.compile(r"(?P<tag>sh[a-z2-7]{10})-b(?P<batch>[0-9]{1,9})-r(?P<row>[0-9]{1,12})")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def new_tag() -> str:
    """Make the tag that marks every request of one job as ours."""
    return "sh" + "".join(secrets.choice(_ALPHABET) for _ in range(10))


def custom_id(tag: str, batch: int, row: int) -> str:
    """Name a request so that its answer finds its job, batch and row."""
    return f"{tag}-b{batch}-r{row}"


@dataclass(frozen=True, slots=True)
class RequestId:
    """A custom_id taken apart."""

    tag: str
    batch: int
    row: int


def read_custom_id(text: str) -> RequestId | None:
    """Take a custom_id apart; None when it is not one of Sheaf's."""
    match = _CUSTOM_ID.fullmatch(text)
    return RequestId(match["tag"], int(match["batch"]), int(match["row"])) if match else None


def rows_per_batch(rows: int) -> int:
    """Size batches for people: counts move only when a batch ends, so small ones show progress."""
    if rows <= 5_000:
        return 1_000
    if rows <= 100_000:
        return 2_000
    return min(MOST_ROWS, -(-rows // 50))


@dataclass(frozen=True, slots=True)
class Parcel:
    """The rows that go into one batch, and the size of its body in bytes."""

    rows: tuple[int, ...]
    bytes: int


def split(sizes: Iterable[tuple[int, int]], most_rows: int, most_bytes: int) -> Iterator[Parcel]:
    """Cut (row, bytes) pairs into parcels within both limits, keeping the order."""
    rows: list[int] = []
    weight = 0
    for row, size in sizes:
        if rows and (len(rows) >= most_rows or weight + size > most_bytes):
            yield Parcel(tuple(rows), weight)
            rows, weight = [], 0
        rows.append(row)
        weight += size
    if rows:
        yield Parcel(tuple(rows), weight)
