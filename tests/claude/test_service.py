"""The calls through the real SDK: who hears the key, what errors mean, what is never repeated."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from app.claude.address import ANTHROPIC, check_address
from app.claude.service import Service
from app.claude.spool import Spool, write_spool
from app.claude.translate import ServiceError, Verdict
from app.core.errors import SheafError, Standing
from app.practice.faults import Hangup
from app.practice.wire import Call, Endpoint, Reply, error_body
from tests.practice_service import PracticeService

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
ASKED = {
    "model": "claude-haiku-5-5",
    "max_tokens": 50,
    "messages": [{"role": "user", "content": "Say hello."}],
}


class Watching:
    """Faults that remember every call, and may answer in the service's place."""

    def __init__(self, before: Callable[[Call], Reply | None] | None = None) -> None:
        self.calls: list[Call] = []
        self.replace: Callable[[Call], Reply | None] = before or (lambda _: None)
        self.rework: Callable[[Call, Reply], Reply] = lambda _, reply: reply

    def before(self, call: Call) -> Reply | None:
        self.calls.append(call)
        return self.replace(call)

    def after(self, call: Call, reply: Reply) -> Reply:
        return self.rework(call, reply)


@pytest.fixture
def faults() -> Watching:
    """Return faults that only watch until a test says more."""
    return Watching()


@pytest.fixture
def practice(tmp_path: Path, faults: Watching) -> Iterator[PracticeService]:
    """Give a service that finishes at once."""
    with PracticeService(tmp_path / "p", finish_seconds=0, faults=faults) as running:
        yield running


@pytest.fixture
def service(practice: PracticeService) -> Iterator[Service]:
    """Give Sheaf's own connection to it."""
    made = Service(practice.address, practice.token)
    yield made
    made.close()


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """Return a body of three requests."""
    lines = [json.dumps({"custom_id": f"r{n}", "params": ASKED}).encode() for n in range(3)]
    return write_spool(tmp_path / "body", lines)


@contextmanager
def trap() -> Iterator[tuple[str, list[str]]]:
    """Give another host, and the paths that were asked of it."""
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET  # noqa: N815 - http.server's

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://localhost:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# --- calls ------------------------------------------------------------------------------------


def test_a_batch_goes_through_its_life(service: Service, spool: Spool) -> None:
    """Created from the disk, retrieved, listed, and its results read as lines."""
    made = service.create(spool)
    assert made.requests == 3
    found = service.retrieve(made.id)
    assert (found.id, found.ended, found.has_results) == (made.id, True, True)
    assert [batch.id for batch in service.batches_since(EPOCH)] == [made.id]
    assert service.batches_since(datetime.now(UTC) + timedelta(hours=1)) == []
    with service.results(made.id) as stream:
        found_ids = {json.loads(line)["custom_id"] for line in b"".join(stream).splitlines()}
    assert found_ids == {"r0", "r1", "r2"}


def test_a_create_is_sent_once_as_a_stream_of_known_length(
    service: Service, spool: Spool, practice: PracticeService, faults: Watching
) -> None:
    """The retry count says 0, and the length is said beforehand."""
    service.create(spool)
    assert [create.retry_count for create in practice.creates()] == [0]
    (call,) = [call for call in faults.calls if call.endpoint is Endpoint.CREATE]
    assert call.headers["content-length"] == str(spool.size)
    assert call.headers["content-type"] == "application/json"


def test_the_list_is_read_page_by_page_as_far_as_needed(
    service: Service, tmp_path: Path, faults: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More batches than one page holds are all seen."""
    for _ in range(5):
        service.create(write_spool(tmp_path / "b", [b'{"custom_id":"a","params":{}}']))
    monkeypatch.setattr("app.claude.service._PAGE", 2)
    assert len({batch.id for batch in service.batches_since(EPOCH)}) == 5
    assert [call.endpoint for call in faults.calls].count(Endpoint.LIST) == 3


def test_cancelling_is_asked_for_once(service: Service, spool: Spool, faults: Watching) -> None:
    """A batch that has ended cannot be cancelled, and that is an error in words."""
    made = service.create(spool)
    with pytest.raises(ServiceError):
        service.cancel(made.id)
    assert [call.endpoint for call in faults.calls].count(Endpoint.CANCEL) == 1


def test_models_of_the_key_are_listed(service: Service) -> None:
    """Limits and abilities come with them."""
    found = {model.id: model for model in service.models()}
    haiku = found["claude-haiku-5-5"]
    assert haiku.name == "Claude Haiku 5.5"
    assert haiku.max_output_tokens == 128_000
    assert haiku.batches is True
    assert haiku.structured_outputs is True
    assert "low" in (haiku.efforts or ())
    assert "disabled" in (haiku.thinking_types or ())


def test_the_account_is_known_after_the_first_call(service: Service) -> None:
    """Organisation and workspace come from the reply's headers."""
    assert (service.account.organization, service.account.workspace) == ("", "")
    service.models()
    assert service.account.organization
    assert service.account.workspace.startswith("wrkspc_")
    assert service.account.address == service.address


# --- who hears the key ------------------------------------------------------------------------


def test_nothing_of_a_hostile_environment_is_used(
    practice: PracticeService,
    faults: Watching,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The service hears our key and nobody else's headers; nothing of it is printed."""
    profiles = tmp_path / "profiles"
    (profiles / "configs").mkdir(parents=True)
    (profiles / "credentials").mkdir()
    (profiles / "configs" / "evil.json").write_text('{"base_url": "http://127.0.0.1:9"}')
    (profiles / "active_config").write_text("evil")
    hostile = {
        "ANTHROPIC_API_KEY": "sk-of-somebody-else",
        "ANTHROPIC_AUTH_TOKEN": "token-of-somebody-else",
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
        "ANTHROPIC_CUSTOM_HEADERS": "X-Evil: yes\nAuthorization: Bearer evil",
        "ANTHROPIC_LOG": "debug",
        "ANTHROPIC_PROFILE": "evil",
        "ANTHROPIC_CONFIG_DIR": str(profiles),
        "ANTHROPIC_BETAS": "evil-2026-01-01",
        "ANTHROPIC_WORKSPACE_ID": "wrkspc_evil",
    }
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    service = Service(practice.address, practice.token)
    service.models()
    service.count(ASKED)
    service.close()
    assert len(faults.calls) == 2
    for call in faults.calls:
        assert call.headers["authorization"] == f"Bearer {practice.token}"
        assert "evil" not in json.dumps(dict(call.headers))
        assert "somebody" not in json.dumps(dict(call.headers))
        assert call.headers.keys().isdisjoint({"anthropic-workspace-id", "anthropic-beta"})
    assert not [name for name in os.environ if name.startswith("ANTHROPIC_")]
    said = "".join(capfd.readouterr())
    assert practice.token not in said
    assert said == ""


def test_redirects_are_not_followed(service: Service, spool: Spool, faults: Watching) -> None:
    """Not for free calls, not for creates, not for results: another host hears nothing."""
    with trap() as (elsewhere, asked):
        faults.replace = lambda call: Reply(307, (), 0, {"location": elsewhere + call.path})
        for call in (
            service.models,
            lambda: service.count(ASKED),
            lambda: service.create(spool),
            lambda: service.retrieve("b"),
            lambda: service.batches_since(EPOCH),
            lambda: _download(service, "b"),
        ):
            with pytest.raises(ServiceError):
                call()
        assert asked == []


def _download(service: Service, batch_id: str) -> bytes:
    with service.results(batch_id) as stream:
        return b"".join(stream)


def test_an_address_in_a_reply_is_never_called(
    service: Service, spool: Spool, faults: Watching
) -> None:
    """Results come from the configured host, whatever `results_url` says."""
    with trap() as (elsewhere, asked):

        def mislead(call: Call, reply: Reply) -> Reply:
            if call.endpoint not in (Endpoint.RETRIEVE, Endpoint.CREATE):
                return reply
            batch = json.loads(b"".join(reply.body))
            return Reply.of_json(batch | {"results_url": f"{elsewhere}/v1/steal"})

        faults.rework = mislead
        made = service.create(spool)
        assert service.retrieve(made.id).ended
        assert _download(service, made.id).count(b"\n") == 3
        assert asked == []


@pytest.mark.parametrize(
    "batch_id",
    ["../../../models", "b/../../x", "b?x=1", "b#c", "http://evil.example/", "b\r\nX: y"],
)
def test_a_batch_id_is_no_path(service: Service, faults: Watching, batch_id: str) -> None:
    """A strange id of a strange job file stays inside the batches."""
    with pytest.raises(SheafError):
        _download(service, batch_id)
    for call in faults.calls:
        assert call.path.startswith("/v1/messages/batches/")
        assert ".." not in call.path.split("/")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", ANTHROPIC),
        ("  ", ANTHROPIC),
        ("https://api.anthropic.com/", ANTHROPIC),
        ("https://gateway.example.com/claude/", "https://gateway.example.com/claude"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost:8000/", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://127.8.9.1", "http://127.8.9.1"),
    ],
)
def test_safe_addresses(written: str, meant: str) -> None:
    """Anything over https, and this computer."""
    assert check_address(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "http://api.anthropic.com",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://127.0.0.1@evil.example",
        "https://user:secret@example.com",
        "http://2130706433",
        "http://0.0.0.0:80",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "https://",
        "https://example.com:99999",
        "https://example.com?x=1",
        "example.com",
        "http://[::1",
    ],
)
def test_addresses_that_hear_no_key(written: str) -> None:
    """Refused in words before a connection is made."""
    with pytest.raises(SheafError):
        Service(written, "key")


# --- what errors mean -------------------------------------------------------------------------


def _refusal(status: int, kind: str, message: str = "No.", **details: Any) -> Reply:
    body = error_body(kind, message, "req_1")
    if details:
        body["error"]["details"] = details
    return Reply.of_json(body, status)


TABLE = [
    (_refusal(400, "invalid_request_error", "requests: wrong"), Verdict.REFUSED, "requests: wrong"),
    (
        _refusal(400, "invalid_request_error", "Your credit balance is too low to access"),
        Verdict.REFUSED,
        "credit",
    ),
    (
        _refusal(400, "invalid_request_error", "You have reached your specified API usage limits"),
        Verdict.REFUSED,
        "spend limit",
    ),
    (
        _refusal(400, "invalid_request_error", error_code="organization_on_hold"),
        Verdict.REFUSED,
        "on hold",
    ),
    (_refusal(401, "authentication_error"), Verdict.REFUSED, "key was not accepted"),
    (_refusal(402, "billing_error"), Verdict.REFUSED, "credit"),
    (_refusal(403, "permission_error"), Verdict.REFUSED, "may not"),
    (_refusal(404, "not_found_error"), Verdict.REFUSED, "does not know"),
    (_refusal(429, "rate_limit_error"), Verdict.LATER, "queue is full"),
    (
        _refusal(429, "rate_limit_error", error_code="enforced_spend_limit_reached"),
        Verdict.REFUSED,
        "spend limit",
    ),
    (
        Reply.of_json({"error": {"type": "request_too_large", "message": "x"}}, 413),
        Verdict.SPLIT,
        "too large",
    ),
    (Reply.of_bytes(b"<html>413</html>", 413), Verdict.UNSURE, "too large"),
    (_refusal(500, "api_error"), Verdict.UNSURE, "fault"),
    (_refusal(504, "timeout_error"), Verdict.UNSURE, "fault"),
    (_refusal(529, "overloaded_error"), Verdict.UNSURE, "fault"),
    (_refusal(409, "conflict_error"), Verdict.UNSURE, "fault"),
    (_refusal(408, "timeout_error"), Verdict.UNSURE, "fault"),
    (Reply.of_bytes(b"<html>Bad gateway</html>", 502), Verdict.UNSURE, "fault"),
    (Reply.of_bytes(b"<html>Sign in</html>", 403), Verdict.UNSURE, "fault"),
    (Reply.of_bytes(b"<html>Sign in</html>", 200), Verdict.UNSURE, "could not be understood"),
    (Reply.of_bytes(b"", 200, "application/json"), Verdict.UNSURE, "could not be understood"),
    (Reply.of_json({"id": "b"}), Verdict.UNSURE, "could not be understood"),
    (Reply.of_json([]), Verdict.UNSURE, "could not be understood"),
]


@pytest.mark.parametrize(("reply", "verdict", "words"), TABLE, ids=lambda value: str(value)[:30])
def test_what_an_error_of_a_create_means(
    service: Service, spool: Spool, faults: Watching, practice: PracticeService,
    reply: Reply, verdict: Verdict, words: str,
) -> None:  # fmt: skip
    """Status and code decide whether the batch may exist; the SDK repeats nothing."""
    reply = replace(reply, body=tuple(reply.body))
    faults.replace = lambda _: reply
    with pytest.raises(ServiceError) as error:
        service.create(spool)
    assert error.value.verdict is verdict
    assert words in error.value.sentence
    assert error.value.standing is Standing.NEEDS_PERSON
    assert practice.token not in error.value.sentence
    assert len(faults.calls) == 1


def test_a_reset_after_the_body_began_is_in_doubt(
    service: Service, spool: Spool, faults: Watching
) -> None:
    """Nobody knows whether it arrived."""

    def hang_up(_: Call) -> Reply | None:
        raise Hangup

    faults.replace = hang_up
    with pytest.raises(ServiceError) as error:
        service.create(spool)
    assert error.value.verdict is Verdict.UNSURE


def test_where_nobody_listens_nothing_was_sent(spool: Spool, practice: PracticeService) -> None:
    """A refused connection is certain: it may be tried again."""
    with trap() as (address, _):
        pass
    service = Service(address, practice.token)
    with pytest.raises(ServiceError) as error:
        service.create(spool)
    service.close()
    assert error.value.verdict is Verdict.LATER
    assert error.value.passing
    assert "cannot reach" in error.value.what


@pytest.mark.parametrize(
    ("said", "expected"), [("7", 7.0), ("0", 1.0), (None, 20.0), ("soon", 20.0), ("90000", 90000.0)]
)
def test_how_long_to_wait_is_obeyed(
    service: Service, faults: Watching, said: str | None, expected: float
) -> None:
    """`retry-after` in seconds; without a sensible one, a short while; the call itself is quick."""
    reply = _refusal(429, "rate_limit_error")
    headers = dict(reply.headers) | ({"retry-after": said} if said else {})
    faults.replace = lambda _: replace(reply, headers=headers)
    with pytest.raises(ServiceError) as error:
        service.retrieve("b")
    assert error.value.wait_seconds == expected
    assert len(faults.calls) == 1


@pytest.mark.parametrize("cut", [10, 500])
def test_a_stream_that_breaks_is_an_error_in_words(
    service: Service, spool: Spool, faults: Watching, cut: int
) -> None:
    """What came before the break was given; then it is said, and may be asked for again."""
    made = service.create(spool)

    def break_off(call: Call, reply: Reply) -> Reply:
        def pieces() -> Iterator[bytes]:
            yield b"".join(reply.body)[:cut]
            raise Hangup

        return replace(reply, body=pieces()) if call.endpoint is Endpoint.RESULTS else reply

    faults.rework = break_off
    service.retrieve(made.id)
    came: list[bytes] = []
    with service.results(made.id) as stream, pytest.raises(ServiceError) as error:
        came.extend(stream)
    assert error.value.passing
    assert len(b"".join(came)) <= cut


def test_a_sign_in_page_is_not_taken_for_results(
    service: Service, spool: Spool, faults: Watching
) -> None:
    """A page with status 200 where lines should be is refused, to be tried again."""
    made = service.create(spool)
    faults.replace = lambda _: Reply.of_bytes(b"<html>Sign in</html>", 200)
    with pytest.raises(ServiceError) as error:
        _download(service, made.id)
    assert error.value.passing
