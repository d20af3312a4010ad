"""Read what a practice service sold, from the outside: while it runs, or after it was killed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from app.practice.ledger import FILE_NAME, Create


def _read(home: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(home / FILE_NAME)) as database:
        database.execute("PRAGMA query_only = ON")
        return database.execute(sql).fetchall()


def bought(home: Path) -> dict[str, int]:
    """Return, per custom_id, in how many created batches it stands; deleted ones count too."""
    return dict(_read(home, "SELECT custom_id, count(DISTINCT batch) FROM items GROUP BY 1"))


def billed(home: Path) -> dict[str, int]:
    """Return, per custom_id, how many of its requests in ended batches would be on the bill."""
    sql = (
        "SELECT custom_id, count(*) FROM items JOIN batches ON batches.number = items.batch"
        " WHERE outcome = 'succeeded' AND batches.ended_at IS NOT NULL GROUP BY 1"
    )
    return dict(_read(home, sql))


def messages(home: Path) -> dict[str, int]:
    """Return, per fingerprint of a request, how often it was answered at once."""
    return dict(_read(home, "SELECT asked, count(*) FROM messages GROUP BY 1"))


def creates(home: Path) -> list[Create]:
    """Return every create call that reached the service, oldest first."""
    sql = (
        "SELECT seen_at, retry_count, batches.id FROM creates"
        " LEFT JOIN batches ON batches.number = creates.batch ORDER BY creates.number"
    )
    return [Create(*row) for row in _read(home, sql)]


def summary(home: Path) -> dict[str, Any]:
    """Return the books as one JSON object: batch by batch, and in total."""
    sql = (
        "SELECT id, requests, created_at, batches.ended_at IS NOT NULL,"
        " batches.deleted_at IS NOT NULL, count(items.outcome = 'succeeded' OR NULL),"
        " sum(input_tokens), sum(output_tokens), sum(cache_write_5m), sum(cache_write_1h),"
        " sum(cache_read) FROM batches"
        " JOIN items ON items.batch = batches.number GROUP BY batches.number ORDER BY 3"
    )
    tokens = ("input_tokens", "output_tokens", "cache_write_5m", "cache_write_1h", "cache_read")
    names = ("id", "requests", "created_at", "ended", "deleted", "billed", *tokens)
    batches = [dict(zip(names, row, strict=True)) for row in _read(home, sql)]
    totals = {
        name: sum(batch[name] for batch in batches) for name in ("requests", "billed", *tokens)
    }
    calls = [{"retry_count": c.retry_count, "batch": c.batch} for c in creates(home)]
    return {"batches": batches, "totals": totals, "creates": calls}
