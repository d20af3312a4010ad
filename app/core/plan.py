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

_CUSTOM_ID = re.compile(
    r"(?P<tag>sh[a-z2-7]{10})-b(?P<batch>[0-9]{1,9})-(?P<kind>[rs])(?P<row>[0-9]{1,12})"
)
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def new_tag() -> str:
    """Make the tag that marks every request of one job as ours."""
    return "sh" + "".join(secrets.choice(_ALPHABET) for _ in range(10))


def custom_id(tag: str, batch: int, row: int, *, several: bool = False) -> str:
    """Name a request so that its answer finds its job, batch and row.

    One that asks `several` rows is named after the first of them, and told apart.
    """
    return f"{tag}-b{batch}-{'s' if several else 'r'}{row}"


@dataclass(frozen=True, slots=True)
class RequestId:
    """A custom_id taken apart; `several` that its request asks more rows than `row`."""

    tag: str
    batch: int
    row: int
    several: bool = False


def read_custom_id(text: str) -> RequestId | None:
    """Take a custom_id apart; None when it is not one of Sheaf's."""
    match = _CUSTOM_ID.fullmatch(text)
    if match is None:
        return None
    several = match["kind"] == "s"
    return RequestId(match["tag"], int(match["batch"]), int(match["row"]), several)


def rows_per_batch(rows: int) -> int:
    """Size batches for people: counts move only when a batch ends, so small ones show progress."""
    if rows <= 5_000:
        return 1_000
    if rows <= 100_000:
        return 2_000
    return min(MOST_ROWS, -(-rows // 50))


@dataclass(frozen=True, slots=True)
class Parcel:
    """The rows that go into one batch, and the size of its body in bytes.

    `together` are the rows of each request that asks several of them; the others are alone.
    """

    rows: tuple[int, ...]
    bytes: int
    together: tuple[tuple[int, ...], ...] = ()

    @property
    def shared(self) -> int:
        """How many rows are asked in the request of another row."""
        return sum(len(rows) - 1 for rows in self.together)


def parcel_of(requests: Iterable[tuple[int, ...]], size: int) -> Parcel:
    """Return the parcel of these requests, each given as the rows that it asks."""
    known = tuple(requests)
    rows = tuple(row for request in known for row in request)
    return Parcel(rows, size, tuple(request for request in known if len(request) > 1))


def split(sizes: Iterable[tuple[int, int]], most_rows: int, most_bytes: int) -> Iterator[Parcel]:
    """Cut (row, bytes) pairs into parcels within both limits, keeping the order."""
    return split_requests((((row,), size) for row, size in sizes), most_rows, most_bytes)


def split_requests(
    sizes: Iterable[tuple[tuple[int, ...], int]], most_rows: int, most_bytes: int
) -> Iterator[Parcel]:
    """Cut (rows, bytes) of requests into parcels within both limits; each request stays whole."""
    requests: list[tuple[int, ...]] = []
    rows = weight = 0
    for asked, size in sizes:
        if requests and (rows + len(asked) > most_rows or weight + size > most_bytes):
            yield parcel_of(requests, weight)
            requests, rows, weight = [], 0, 0
        requests.append(asked)
        rows += len(asked)
        weight += size
    if requests:
        yield parcel_of(requests, weight)
