"""The life of a batch: taken in whole, answered as the clock goes on, frozen when it has ended.

No thread finishes a batch. Whoever looks at it first brings it up to the present, so a service
that was killed and started again goes on as if it had been there all the time.
"""

from __future__ import annotations

import random
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from mmap import mmap
from typing import Any

import msgspec

from app.practice.checks import check_params
from app.practice.ledger import Answered, Ledger, StoredBatch
from app.practice.memory import Memory
from app.practice.message import Voice, compose
from app.practice.models import KNOWN_MODELS, PracticeModel, by_name
from app.practice.wire import Refused, error_body

_DAY = 86_400.0
_CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_AT_ONCE = 250
_LINES_AT_ONCE = 500
_PATIENCE_SECONDS = 1.0
"""How long one look may go on answering; the rest is done by the next look."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """How the service behaves when nothing goes wrong.

    A batch of n requests takes finish_seconds x (1 + n / 1000), at most three times as long.
    `cache_luck` is the share of requests in batches that find a remembered prompt; None lets each
    batch have its own, which nobody is told.
    """

    models: tuple[PracticeModel, ...] = KNOWN_MODELS
    voice: Voice = field(default_factory=Voice)
    finish_seconds: float = 2.0
    batch_bytes: int = 256_000_000
    message_bytes: int = 32_000_000
    batch_requests: int = 100_000
    cache_luck: float | None = None
    clock: Callable[[], float] = time.time

    def seconds_for(self, requests: int) -> float:
        """Return how long a batch of this many requests takes."""
        return self.finish_seconds * min(3.0, 1 + requests / 1000)


class _Item(msgspec.Struct, forbid_unknown_fields=True):
    custom_id: str
    params: msgspec.Raw


class _Envelope(msgspec.Struct, forbid_unknown_fields=True):
    requests: list[_Item]


def read_envelope(body: bytes | mmap, most: int) -> list[tuple[str, msgspec.Raw]]:
    """Return the (custom_id, params) of a create call; the params are looked at only later.

    Raises:
        Refused: the call as a whole is not one that can be taken.
    """
    try:
        items = msgspec.json.decode(body, type=_Envelope).requests
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Refused(f"The request body is not valid: {error}") from error
    if not 1 <= len(items) <= most:
        raise Refused(f"requests: List should have 1 to {most} items, not {len(items)}")
    seen: set[str] = set()
    for place, item in enumerate(items):
        _check_item(place, item, seen)
    return [(item.custom_id, item.params) for item in items]


def _check_item(place: int, item: _Item, seen: set[str]) -> None:
    if len(item.custom_id) > 64:
        raise Refused(f"requests.{place}.custom_id: String should have at most 64 characters")
    if not _CUSTOM_ID.fullmatch(item.custom_id):
        raise Refused(
            f"requests.{place}.custom_id: String should match pattern '^[a-zA-Z0-9_-]{{1,64}}$'"
        )
    if item.custom_id in seen:
        raise Refused(f"requests.{place}.custom_id: '{item.custom_id}' is used twice")
    if bytes(memoryview(item.params)[:1]) != b"{":
        raise Refused(f"requests.{place}.params: Input should be an object")
    seen.add(item.custom_id)


class Batches:
    """All batches of one home."""

    def __init__(self, ledger: Ledger, conduct: Conduct) -> None:
        self._ledger = ledger
        self._conduct = conduct
        self._models = by_name(conduct.models)
        self.memory = Memory(conduct.clock, conduct.cache_luck)
        self._answering = threading.Lock()
        ledger.forget_lines(conduct.clock() - 29 * _DAY)

    def create(self, items: list[tuple[str, msgspec.Raw]], call: int) -> StoredBatch:
        """Take a batch in; once this returns, a killed service still has it."""
        # Shuffled once (an order, no secret): so they are answered, and so the results come.
        random.Random(len(items)).shuffle(items)  # noqa: S311  # nosec B311
        batch_id = f"msgbatch_{secrets.token_hex(12)}"
        seconds = self._conduct.seconds_for(len(items))
        self._ledger.add_batch(batch_id, items, (self._conduct.clock(), seconds), call)
        return self.find(batch_id)

    def find(self, batch_id: str) -> StoredBatch:
        """Return a batch as it is now.

        Raises:
            Refused: there is no such batch.
        """
        batch = self._ledger.batch(batch_id)
        if batch is None or batch.deleted_at is not None:
            raise Refused(f"Message batch {batch_id} not found.", "not_found_error")
        return self._bring_up_to_now(batch)

    def page(self, limit: int, after_id: str, before_id: str) -> tuple[list[StoredBatch], bool]:
        """Return one page of the list, newest first, and whether more follow in its direction."""
        older_than = self._place(after_id) if after_id else None
        newer_than = self._place(before_id) if before_id else 0
        found = self._ledger.page(limit + 1, older_than=older_than, newer_than=newer_than)
        batches = [self._bring_up_to_now(batch) for batch in found[:limit]]
        return (batches[::-1] if before_id else batches), len(found) > limit

    def _place(self, batch_id: str) -> int:
        batch = self._ledger.batch(batch_id)
        if batch is None:
            raise Refused(f"Message batch {batch_id} not found.", "not_found_error")
        return batch.number

    def cancel(self, batch_id: str) -> StoredBatch:
        """Ask a batch to stop: what is answered by now stays, the rest will be canceled."""
        batch = self.find(batch_id)
        if batch.ended_at is not None:
            raise Refused(f"Message batch {batch_id} has already ended.")
        self._ledger.cancel(batch, self._conduct.clock())
        return self.find(batch_id)

    def delete(self, batch_id: str) -> None:
        """Delete an ended batch.

        Raises:
            Refused: it has not ended.
        """
        batch = self.find(batch_id)
        if batch.ended_at is None:
            raise Refused(f"Message batch {batch_id} is still processing; cancel it first.")
        self._ledger.delete(batch, self._conduct.clock())

    def results(self, batch_id: str) -> Iterator[bytes]:
        """Return the result lines in pieces.

        Raises:
            Refused: the batch has not ended, or its results are no longer kept.
        """
        batch = self.find(batch_id)
        if batch.ended_at is None or self._archived_at(batch) is not None:
            raise Refused(f"Message batch {batch_id} has no results.", "not_found_error")
        return self._pieces(batch)

    def _pieces(self, batch: StoredBatch) -> Iterator[bytes]:
        for start in range(0, batch.requests, _LINES_AT_ONCE):
            yield b"".join(self._ledger.lines(batch, start, _LINES_AT_ONCE))

    def as_json(self, batch: StoredBatch, origin: str) -> dict[str, Any]:
        """Return a batch as it looks on the wire."""
        archived_at = self._archived_at(batch)
        has_results = batch.ended_at is not None and archived_at is None
        url = f"{origin}/v1/messages/batches/{batch.id}/results"
        return {
            "id": batch.id,
            "type": "message_batch",
            "processing_status": _status(batch),
            "request_counts": _counts(batch),
            "created_at": _iso(batch.created_at),
            "expires_at": _iso(batch.created_at + _DAY),
            "ended_at": _iso(batch.ended_at),
            "cancel_initiated_at": _iso(batch.cancelled_at),
            "archived_at": _iso(archived_at),
            "results_url": url if has_results else None,
        }

    def _archived_at(self, batch: StoredBatch) -> float | None:
        moment = batch.created_at + 29 * _DAY
        return moment if self._conduct.clock() >= moment else None

    def _bring_up_to_now(self, batch: StoredBatch) -> StoredBatch:
        now = self._conduct.clock()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while batch.ended_at is None and time.monotonic() < deadline:
            # One at a time: two who answered the same requests would lose count of them.
            with self._answering:
                batch = self._ledger.batch(batch.id) or batch
                pending = self._next_items(batch, min(now, _end(batch)))
                if pending:
                    self._ledger.store_answers(batch, pending)
                elif batch.answered == batch.requests and now >= _end(batch):
                    self._ledger.end(batch, _end(batch))
            if not pending:
                break
        return self._ledger.batch(batch.id) or batch

    def _next_items(self, batch: StoredBatch, moment: float) -> list[Answered]:
        """Work out the next lines that are there at a moment: answers first, then the dropped."""
        done = _done_by(batch, min(moment, _stop(batch)))
        if batch.answered < done:
            found = self._ledger.unanswered(batch, min(_AT_ONCE, done - batch.answered))
            return [self._answer(batch, *item) for item in found]
        if moment < _end(batch):
            return []
        outcome = "expired" if batch.cancelled_at is None else "canceled"
        found = self._ledger.unanswered(batch, 20 * _AT_ONCE)
        return [Answered(n, outcome, _line(name, {"type": outcome})) for n, name, _ in found]

    def _answer(self, batch: StoredBatch, number: int, custom_id: str, raw: bytes) -> Answered:
        try:
            params = msgspec.json.decode(raw)
            model = check_params(params, self._models)
            seed = f"{batch.id} {custom_id}"
            voice = self._conduct.voice
            message = compose(params, model, voice, self.memory, seed=seed, tier="batch")
        except Refused as refused:
            error = error_body(refused.kind, refused.message)
            return Answered(
                number, "errored", _line(custom_id, {"type": "errored", "error": error})
            )
        usage, line = message["usage"], _line(custom_id, {"type": "succeeded", "message": message})
        return Answered(
            number,
            "succeeded",
            line,
            usage["input_tokens"],
            usage["output_tokens"],
            usage["cache_creation"]["ephemeral_5m_input_tokens"],
            usage["cache_creation"]["ephemeral_1h_input_tokens"],
            usage["cache_read_input_tokens"],
        )


def _line(custom_id: str, result: dict[str, Any]) -> bytes:
    return msgspec.json.encode({"custom_id": custom_id, "result": result}) + b"\n"


def _stop(batch: StoredBatch) -> float:
    """Return the moment after which no further request is answered."""
    expires = batch.created_at + _DAY
    return expires if batch.cancelled_at is None else min(expires, batch.cancelled_at)


def _end(batch: StoredBatch) -> float:
    """Return the moment at which the batch ends, as things stand."""
    end = min(batch.created_at + batch.seconds, batch.created_at + _DAY)
    if batch.cancelled_at is None:
        return end
    return min(end, batch.cancelled_at + batch.seconds / 4)


def _done_by(batch: StoredBatch, moment: float) -> int:
    if moment >= batch.created_at + batch.seconds:
        return batch.requests
    share = (moment - batch.created_at) / batch.seconds
    return max(0, int(share * batch.requests))


def _status(batch: StoredBatch) -> str:
    if batch.ended_at is not None:
        return "ended"
    return "in_progress" if batch.cancelled_at is None else "canceling"


def _counts(batch: StoredBatch) -> dict[str, int]:
    return {
        "processing": batch.requests if batch.ended_at is None else 0,
        "succeeded": batch.succeeded,
        "errored": batch.errored,
        "canceled": batch.canceled,
        "expired": batch.expired,
    }


def _iso(moment: float | None) -> str | None:
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="microseconds")
