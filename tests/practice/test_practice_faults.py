"""The fault seam: what a test can make the practice service do, and what the SDK makes of it."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import anthropic
import httpx2
import pytest

from app.practice.faults import Hangup
from app.practice.wire import Call, Endpoint, Reply, error_body
from tests.practice.asking import client_for, items, lines_of, until_ended
from tests.practice_service import PracticeService

Before = Callable[[Call], Reply | None]
After = Callable[[Call, Reply], Reply]


class Scripted:
    """Faults of one endpoint, each for the first so many calls."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        before: Before | None = None,
        after: After | None = None,
        calls: int = 1,
    ) -> None:
        self.endpoint = endpoint
        self.on_call = before
        self.on_reply = after
        self.calls = calls

    def _is_due(self, call: Call) -> bool:
        return call.endpoint is self.endpoint and call.nth <= self.calls

    def before(self, call: Call) -> Reply | None:
        return self.on_call(call) if self.on_call and self._is_due(call) else None

    def after(self, call: Call, reply: Reply) -> Reply:
        return self.on_reply(call, reply) if self.on_reply and self._is_due(call) else reply


def hang_up(*_: Any) -> Reply:
    """Reset the connection, whatever was going on."""
    raise Hangup


def cut_at(count: int, *, reset: bool) -> After:
    """Send so many bytes of the reply and break the connection."""

    def cut(call: Call, reply: Reply) -> Reply:
        def pieces() -> Iterator[bytes]:
            yield b"".join(reply.body)[:count]
            raise Hangup(reset=reset)

        return replace(reply, body=pieces())

    return cut


def test_a_reset_before_the_create_leaves_nothing(tmp_path: Path) -> None:
    """The call was seen and noted, but no batch exists."""
    faults = Scripted(Endpoint.CREATE, before=hang_up)
    with PracticeService(tmp_path, faults=faults) as service, client_for(service) as client:
        with pytest.raises(anthropic.APIConnectionError):
            client.messages.batches.create(requests=items(3))
        assert not client.messages.batches.list().data
        assert service.bought() == {}
        assert [create.batch for create in service.creates()] == [None]


def test_a_reset_in_the_middle_of_the_upload_leaves_nothing(tmp_path: Path) -> None:
    """The service can break the connection at any byte of the body."""

    def read_a_little(call: Call) -> Reply | None:
        call.body.take(1_000)
        raise Hangup

    faults = Scripted(Endpoint.CREATE, before=read_a_little)
    with PracticeService(tmp_path, faults=faults) as service, client_for(service) as client:
        with pytest.raises(anthropic.APIConnectionError):
            client.messages.batches.create(requests=items(20_000))
        assert service.bought() == {}


@pytest.mark.parametrize(
    "after",
    [hang_up, cut_at(40, reset=True), cut_at(40, reset=False)],
    ids=["at once", "reset in the reply", "closed in the reply"],
)
def test_a_reply_lost_after_the_create_leaves_the_batch_listed(
    tmp_path: Path, after: After
) -> None:
    """A reset, half a reply and a closed connection: each time the batch was bought once."""
    faults = Scripted(Endpoint.CREATE, after=after)
    with PracticeService(tmp_path, faults=faults) as service, client_for(service) as client:
        with pytest.raises(anthropic.APIConnectionError):
            client.messages.batches.create(requests=items(3))
        (batch,) = client.messages.batches.list().data
        assert batch.request_counts.processing == 3
        assert set(service.bought().values()) == {1}


def test_a_reset_and_an_orderly_end_are_two_things(tmp_path: Path) -> None:
    """The first is an error on the socket, the second just the end of what there is to read."""

    def break_off(call: Call) -> Reply | None:
        raise Hangup(reset=call.nth == 1)

    faults = Scripted(Endpoint.MODELS, before=break_off, calls=2)
    with PracticeService(tmp_path, faults=faults) as service:
        head = b"GET /v1/models HTTP/1.1\r\nHost: practice\r\n\r\n"
        with socket.create_connection(("127.0.0.1", service.port)) as first:
            first.sendall(head)
            with pytest.raises(ConnectionResetError):
                first.recv(100)
        with socket.create_connection(("127.0.0.1", service.port)) as second:
            second.sendall(head)
            assert second.recv(100) == b""


def test_a_length_that_is_no_number_ends_the_connection(tmp_path: Path) -> None:
    """A wrongly framed request is not guessed at, and the service goes on."""
    with PracticeService(tmp_path) as service, client_for(service) as client:
        for length in (b"-5", b"many"):
            with socket.create_connection(("127.0.0.1", service.port)) as connection:
                connection.sendall(
                    b"POST /v1/messages HTTP/1.1\r\nContent-Length: " + length + b"\r\n\r\n"
                )
                assert connection.recv(100) == b""
        assert client.models.list().data


def test_the_sdk_would_buy_twice_when_it_repeats_a_create(tmp_path: Path) -> None:
    """With repeats on, one lost reply makes two batches, and the ledger shows both calls."""
    faults = Scripted(Endpoint.CREATE, after=hang_up)
    with (
        PracticeService(tmp_path, faults=faults) as service,
        client_for(service, max_retries=1) as client,
    ):
        client.messages.batches.create(requests=items(3))
        assert set(service.bought().values()) == {2}
        assert [create.retry_count for create in service.creates()] == [0, 1]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply.of_json(error_body("timeout_error", "Slow"), 504), anthropic.APIStatusError),
        (Reply.of_json(error_body("overloaded_error", "Busy"), 529), anthropic.APIStatusError),
        (Reply.of_bytes(b"<html>Bad gateway</html>", 502), anthropic.APIStatusError),
    ],
)
def test_any_answer_may_follow_a_create(
    tmp_path: Path, reply: Reply, error: type[Exception]
) -> None:
    """The batch exists although the answer says that something went wrong."""
    faults = Scripted(Endpoint.CREATE, after=lambda *_: reply)
    with PracticeService(tmp_path, faults=faults) as service, client_for(service) as client:
        with pytest.raises(error):
            client.messages.batches.create(requests=items(2))
        assert len(client.messages.batches.list().data) == 1


def test_a_refusal_may_come_instead_of_an_answer(tmp_path: Path) -> None:
    """A reply given before the service acts is all that the client gets."""
    busy = Reply.of_json(error_body("rate_limit_error", "Too fast"), 429)
    slow_down = replace(busy, headers={**busy.headers, "retry-after": "7"})
    faults = Scripted(Endpoint.CREATE, before=lambda _: slow_down)
    with PracticeService(tmp_path, faults=faults) as service, client_for(service) as client:
        with pytest.raises(anthropic.RateLimitError) as refusal:
            client.messages.batches.create(requests=items(2))
        assert refusal.value.response.headers["retry-after"] == "7"
        assert service.bought() == {}
        client.messages.batches.create(requests=items(2))
        assert len(service.bought()) == 2


def test_a_fresh_batch_may_be_unknown_for_a_while(tmp_path: Path) -> None:
    """404 on the first retrieves, then as if nothing had been."""
    missing = Reply.of_json(error_body("not_found_error", "Not found"), 404)
    faults = Scripted(Endpoint.RETRIEVE, before=lambda _: missing, calls=2)
    with PracticeService(tmp_path, faults=faults) as service, client_for(service) as client:
        batch_id = client.messages.batches.create(requests=items(2)).id
        for _ in range(2):
            with pytest.raises(anthropic.NotFoundError):
                client.messages.batches.retrieve(batch_id)
        assert client.messages.batches.retrieve(batch_id).id == batch_id


@pytest.mark.parametrize("reset", [True, False])
def test_results_cut_inside_a_line_can_be_fetched_again(tmp_path: Path, reset: bool) -> None:
    """The first download breaks at a byte; the second has every line."""
    faults = Scripted(Endpoint.RESULTS, after=cut_at(1_500, reset=reset))
    with PracticeService(tmp_path, faults=faults) as service, client_for(service) as client:
        batch_id = client.messages.batches.create(requests=items(20)).id
        until_ended(client, batch_id)
        with (
            client.messages.batches.with_streaming_response.results(batch_id) as response,
            pytest.raises((httpx2.RemoteProtocolError, httpx2.ReadError)),
        ):
            response.read()
        assert len(lines_of(client, batch_id)) == 20


def test_result_lines_may_be_changed_dropped_and_repeated(tmp_path: Path) -> None:
    """A stream may end in good order with fewer, foreign or double lines."""

    def meddle(call: Call, reply: Reply) -> Reply:
        lines = b"".join(reply.body).splitlines(keepends=True)
        foreign = json.dumps({"custom_id": "foreign", "result": {"type": "new"}}).encode() + b"\n"
        return replace(reply, body=(lines[0], lines[0], foreign, *lines[3:]))

    faults = Scripted(Endpoint.RESULTS, after=meddle)
    with PracticeService(tmp_path, faults=faults) as service, client_for(service) as client:
        batch_id = client.messages.batches.create(requests=items(10)).id
        until_ended(client, batch_id)
        names = [line.custom_id for line in client.messages.batches.results(batch_id)]
        assert len(names) == 10
        assert names[0] == names[1]
        assert names[2] == "foreign"
        assert len(lines_of(client, batch_id)) == 10


def test_results_may_come_compressed(tmp_path: Path) -> None:
    """Headers and body can be changed together."""

    def squeeze(call: Call, reply: Reply) -> Reply:
        headers = {**reply.headers, "content-encoding": "gzip"}
        return replace(reply, body=(gzip.compress(b"".join(reply.body)),), headers=headers)

    faults = Scripted(Endpoint.RESULTS, after=squeeze)
    with PracticeService(tmp_path, faults=faults) as service, client_for(service) as client:
        batch_id = client.messages.batches.create(requests=items(10)).id
        assert len(lines_of(client, batch_id)) == 10


def test_the_list_may_lag(tmp_path: Path) -> None:
    """A reply's JSON can be read and written anew."""

    def empty(call: Call, reply: Reply) -> Reply:
        page = json.loads(b"".join(reply.body))
        return Reply.of_json({**page, "data": [], "first_id": None, "last_id": None})

    faults = Scripted(Endpoint.LIST, after=empty)
    with PracticeService(tmp_path, faults=faults) as service, client_for(service) as client:
        batch_id = client.messages.batches.create(requests=items(2)).id
        assert not client.messages.batches.list().data
        assert [batch.id for batch in client.messages.batches.list()] == [batch_id]


def test_a_slow_reply_times_out_at_the_client(tmp_path: Path) -> None:
    """A reply that never comes is the client's time-out; the batch is there all the same."""
    released = threading.Event()

    def wait(call: Call, reply: Reply) -> Reply:
        released.wait(30)
        return reply

    faults = Scripted(Endpoint.CREATE, after=wait)
    with PracticeService(tmp_path, faults=faults) as service, client_for(service) as client:
        with pytest.raises(anthropic.APITimeoutError):
            client.with_options(timeout=0.2).messages.batches.create(requests=items(2))
        released.set()
        assert len(client.messages.batches.list().data) == 1


def test_a_slow_create_is_not_disturbed_by_other_calls(tmp_path: Path) -> None:
    """While one create waits, another call of the same number comes and goes."""
    released = threading.Event()
    made: list[str] = []

    def wait(call: Call) -> Reply | None:
        released.wait(30)
        return None

    faults = Scripted(Endpoint.CREATE, before=wait)
    with PracticeService(tmp_path, faults=faults) as service, client_for(service) as client:

        def create() -> None:
            made.append(client.messages.batches.create(requests=items(2)).id)

        creating = threading.Thread(target=create)
        creating.start()
        while not service.creates():
            creating.join(0.001)
        assert not client.messages.batches.list().data
        released.set()
        creating.join()
        assert [create.batch for create in service.creates()] == made


def test_a_fault_of_the_service_itself_is_a_500(tmp_path: Path) -> None:
    """An error inside one call is answered as api_error, and the next call works."""

    def stumble(call: Call) -> Reply | None:
        raise ValueError("stumbled")

    faults = Scripted(Endpoint.LIST, before=stumble)
    with PracticeService(tmp_path, faults=faults) as service, client_for(service) as client:
        with pytest.raises(anthropic.InternalServerError):
            client.messages.batches.list()
        assert client.messages.batches.list().data == []
