"""A Claude that misbehaves on the practice service: faults by endpoint and nth call, and its bill.

A fault acts at a call's start, when the service has done nothing yet, or at its end, when it has
done all and only the reply is missing. What rows cost is read from the service's own books.
"""

from __future__ import annotations

import gzip
import json
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from app.practice.faults import Hangup
from app.practice.wire import Call, Endpoint, Reply, error_body
from tests.practice_service import PracticeService

Start = Callable[[Call], Reply | None]
End = Callable[[Call, Reply], Reply]
Line = dict[str, Any]


class Script:
    """Faults by endpoint: what to do at a call's start and at its end.

    Each act is for one call, in the order of the calls; `pass_in` and `pass_on` let one through.
    A lasting act sees every call that no other act is for.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._starts: dict[Endpoint, list[Start]] = {}
        self._ends: dict[Endpoint, list[End]] = {}
        self._lasting_starts: dict[Endpoint, Start] = {}
        self._lasting_ends: dict[Endpoint, End] = {}

    def at_start(self, endpoint: Endpoint, *acts: Start) -> None:
        """Do these at the next calls, one each, before the service acts."""
        self._starts.setdefault(endpoint, []).extend(acts)

    def at_end(self, endpoint: Endpoint, *acts: End) -> None:
        """Do these at the next calls, one each, after the service has acted."""
        self._ends.setdefault(endpoint, []).extend(acts)

    def always_at_start(self, endpoint: Endpoint, act: Start) -> None:
        """Do this at every call, before the service acts."""
        self._lasting_starts[endpoint] = act

    def always_at_end(self, endpoint: Endpoint, act: End) -> None:
        """Do this at every call, after the service has acted."""
        self._lasting_ends[endpoint] = act

    def heal(self) -> None:
        """From now on everything goes well."""
        for acts in (self._starts, self._ends, self._lasting_starts, self._lasting_ends):
            acts.clear()

    def count(self, endpoint: Endpoint) -> int:
        """Return how many calls of a kind came."""
        return sum(call.endpoint is endpoint for call in self.calls)

    def before(self, call: Call) -> Reply | None:
        self.calls.append(call)
        if acts := self._starts.get(call.endpoint):
            return acts.pop(0)(call)
        lasting = self._lasting_starts.get(call.endpoint)
        return lasting(call) if lasting else None

    def after(self, call: Call, reply: Reply) -> Reply:
        if acts := self._ends.get(call.endpoint):
            return acts.pop(0)(call, reply)
        lasting = self._lasting_ends.get(call.endpoint)
        return lasting(call, reply) if lasting else reply


# --- the connection ---------------------------------------------------------------------------


def pass_in(_call: Call) -> Reply | None:
    """Let the service act."""
    return None


def pass_on(_call: Call, reply: Reply) -> Reply:
    """Send the reply as it is."""
    return reply


def reset(*_: object) -> Reply:
    """Reset the connection."""
    raise Hangup


def close(*_: object) -> Reply:
    """End the connection in good order, without a word."""
    raise Hangup(reset=False)


def upload_cut(size: int) -> Start:
    """Return a fault that takes so many bytes of a body and resets the connection."""

    def act(call: Call) -> Reply | None:
        call.body.take(size)
        raise Hangup

    return act


def cut(size: int | float, *, hard: bool = True) -> End:
    """Return a fault that sends so many bytes of a reply, or such a share, and hangs up."""

    def pieces(content: bytes) -> Iterator[bytes]:
        yield content[: size if isinstance(size, int) else int(len(content) * size)]
        raise Hangup(reset=hard)

    return lambda _call, reply: replace(reply, body=pieces(b"".join(reply.body)))


def ended_early(size: int) -> End:
    """Return a fault that sends so many bytes of a reply and says that this was all."""

    def act(_call: Call, reply: Reply) -> Reply:
        return replace(reply, body=(b"".join(reply.body)[:size],), length=None)

    return act


def dripping(_call: Call, reply: Reply) -> Reply:
    """Send a reply byte by byte."""
    content = b"".join(reply.body)
    return replace(reply, body=(content[place : place + 1] for place in range(len(content))))


class Stall:
    """A service that says nothing more until it is let go; its callers run out of time."""

    def __init__(self) -> None:
        self._released = threading.Event()

    def release(self) -> None:
        """Let every call go that hangs."""
        self._released.set()

    def silent(self, *_: object) -> Reply:
        """Never answer."""
        self._released.wait(60)
        raise Hangup

    def after(self, size: int) -> End:
        """Return a fault that sends so many bytes and then nothing."""

        def pieces(content: bytes) -> Iterator[bytes]:
            yield content[:size]
            self._released.wait(60)
            raise Hangup

        return lambda _call, reply: replace(reply, body=pieces(b"".join(reply.body)))


def zipped(_call: Call, reply: Reply) -> Reply:
    """Compress a reply, as proxies do."""
    headers = {**reply.headers, "content-encoding": "gzip"}
    return replace(reply, body=(gzip.compress(b"".join(reply.body)),), length=None, headers=headers)


# --- other answers ----------------------------------------------------------------------------


def says(content: bytes, status: int = 200, kind: str = "text/html", **headers: str) -> Any:
    """Return a fault that answers with these bytes, at a call's start or its end."""
    reply = Reply.of_bytes(content, status, kind)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda *_: replace(reply, headers={**reply.headers, **named})


def page(status: int) -> Any:
    """Return a fault that answers with a proxy's web page."""
    return says(b"<html><body><h1>The network's own page</h1></body></html>", status)


def refusal(status: int, kind: str, message: str = "No.", *, code: str = "", **headers: str) -> Any:
    """Return a fault that answers with an error in the API's own form."""
    body = error_body(kind, message, "req_1")
    if code:
        body["error"]["details"] = {"error_code": code}
    return says(json.dumps(body).encode(), status, "application/json", **headers)


def too_large(*, bare: bool) -> Any:
    """Return a 413 in one of its two shapes: from the network in front, or from the API."""
    error = {"type": "request_too_large", "message": "Request exceeds the maximum size"}
    body = {"error": error} if bare else {"type": "error", "error": error, "request_id": "req_1"}
    return says(json.dumps(body).encode(), 413, "application/json")


def changed(change: Callable[[dict[str, Any]], object]) -> End:
    """Return a fault that changes the JSON of a reply."""

    def act(_call: Call, reply: Reply) -> Reply:
        content = json.loads(b"".join(reply.body))
        change(content)
        again = Reply.of_json(content, reply.status)
        return replace(again, headers={**reply.headers, **again.headers})

    return act


# --- lists ------------------------------------------------------------------------------------


def lagging(clock: Callable[[], float], seconds: float) -> End:
    """Return a fault that lists batches only so many seconds after their creation."""

    def act(_call: Call, reply: Reply) -> Reply:
        found = json.loads(b"".join(reply.body))
        found["data"] = [one for one in found["data"] if _age(one, clock()) >= seconds]
        return Reply.of_json(found)

    return act


def _age(batch: Mapping[str, Any], now: float) -> float:
    from datetime import datetime

    return now - datetime.fromisoformat(batch["created_at"]).timestamp()


def add_stranger(
    service: PracticeService, rows: int, *, seconds: float = 0.0, age: float = 0.0
) -> str:
    """Put another program's batch into the workspace, ended after so many seconds."""
    params = {
        "model": "claude-haiku-5-5",
        "max_tokens": 9,
        "messages": [{"role": "user", "content": "<other>"}],
    }
    raw = msgspec.json.encode(params)
    name = f"msgbatch_{secrets.token_hex(12)}"
    items = [(f"other-{number}", raw) for number in range(rows)]
    now = service.service._conduct.clock()
    service.service.ledger.add_batch(name, items, (now - age, seconds), 0)
    return name


# --- result lines -----------------------------------------------------------------------------


def lines_changed(change: Callable[[list[bytes]], list[bytes]]) -> End:
    """Return a fault that changes the lines of a result stream."""

    def act(_call: Call, reply: Reply) -> Reply:
        lines = b"".join(reply.body).splitlines(keepends=True)
        return replace(reply, body=(b"".join(change(lines)),))

    return act


def row_of(line: bytes) -> int:
    """Return the row that a result line is for."""
    return int(json.loads(line)["custom_id"].rsplit("-r", 1)[1])


def row_changed(row: int, change: Callable[[Line], bytes | None]) -> End:
    """Return a fault that gives one row another line; None changes the line in place."""

    def other(line: bytes) -> bytes:
        content = json.loads(line)
        return change(content) or json.dumps(content).encode() + b"\n"

    return lines_changed(lambda all_: [other(ln) if row_of(ln) == row else ln for ln in all_])


# --- the bill ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sold:
    """What one row was to the service: how often it was bought, and how often it is billed."""

    bought: int = 0
    billed: int = 0


def bill(service: PracticeService, tag: str) -> dict[int, Sold]:
    """Return what the service sold of one job, by row."""
    bought, billed = service.bought(), service.billed()
    found: dict[int, Sold] = {}
    for name, count in bought.items():
        if name.startswith(f"{tag}-"):
            row = int(name.rsplit("-r", 1)[1])
            before = found.get(row, Sold())
            found[row] = Sold(before.bought + count, before.billed + billed.get(name, 0))
    return found


def unharmed(service: PracticeService, *strangers: str) -> bool:
    """Say whether the service still has other programs' batches, not cancelled, not deleted."""
    found = [service.service.ledger.batch(name) for name in strangers]
    return all(one and one.cancelled_at is None and one.deleted_at is None for one in found)
