"""Everything that can go wrong while a batch is sent: bought at most once, and found again."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from app.core.errors import SheafError, Standing
from app.core.job import BatchState, JobState, RowState
from app.engine.connection import Connection
from app.practice.wire import Call, Endpoint, Reply
from tests.engine.scene import Scene, listen, make_slow
from tests.faulty_claude import (
    Stall,
    add_stranger,
    changed,
    close,
    cut,
    ended_early,
    lagging,
    page,
    pass_in,
    pass_on,
    refusal,
    reset,
    says,
    too_large,
    upload_cut,
)

JSON = "application/json"

UNCLEAR: dict[str, Any] = {
    "reset": reset,
    "closed": close,
    "500": refusal(500, "api_error"),
    "500 in other words": says(b'{"oops": 1}', 500, JSON),
    "503": refusal(503, "api_error", code="cmek_key_unreachable"),
    "504": refusal(504, "timeout_error"),
    "529": refusal(529, "overloaded_error"),
    "529 with a time": refusal(529, "overloaded_error", retry_after="7"),
    "408": refusal(408, "timeout_error"),
    "409": refusal(409, "conflict_error"),
    "a page with 200": page(200),
    "a page with 400": page(400),
    "a page with 401": page(401),
    "a page with 403": page(403),
    "a page with 404": page(404),
    "a page with 407": page(407),
    "a page with 429": page(429),
    "a page with 429 and a time": says(b"<html>", 429, retry_after="7"),
    "a page with 500": page(500),
    "a page with 502": page(502),
    "a page with 503": page(503),
    "a page with 522": page(522),
    "a page as JSON": says(b"<html>Sign in</html>", 200, JSON),
    "a way elsewhere": says(b"", 302, location="http://127.0.0.1:9/sign-in"),
    "nothing with 200": says(b"", 200, JSON),
    "nothing with 204": says(b"", 204, JSON),
    "null": says(b"null", 200, JSON),
    "a list": says(b"[]", 200, JSON),
    "a number": says(b"17", 200, JSON),
    "an empty object": says(b"{}", 200, JSON),
    "another object": says(b'{"type": "error", "id": "x"}', 200, JSON),
    "broken JSON": says(b'{"id": "msgbatch_01", "type": "mess', 200, JSON),
    "noise": says(bytes(range(256)), 200, JSON),
}
"""What may come back for a create whether or not the batch was made."""

LOST: dict[str, Any] = {
    "the head only": cut(0),
    "one byte": cut(1),
    "half, reset": cut(0.5),
    "half, closed": cut(0.5, hard=False),
    "all but a byte": cut(0.99),
    "half, as if whole": ended_early(200),
    "without an id": changed(lambda batch: batch.pop("id")),
    "with no id": changed(lambda batch: batch.update(id=None)),
    "with an empty id": changed(lambda batch: batch.update(id="")),
    "with a number as id": changed(lambda batch: batch.update(id=17)),
    "without counts": changed(lambda batch: batch.pop("request_counts")),
    "with no counts": changed(lambda batch: batch.update(request_counts=None)),
    "without a time": changed(lambda batch: batch.pop("created_at")),
    "with odd times": changed(lambda batch: batch.update(created_at="soon", expires_at=[])),
    "with an odd end": changed(lambda batch: batch.update(expires_at="in a while")),
    "with odd counts": changed(lambda batch: batch.update(request_counts={"processing": "x"})),
    "with other counts": changed(lambda batch: batch["request_counts"].update(processing=99)),
}
"""What may come back for a create that made its batch."""


@pytest.mark.parametrize("name", UNCLEAR)
@pytest.mark.parametrize("arrived", [True, False], ids=["made", "not made"])
def test_an_unclear_answer_is_looked_up(scene: Scene, name: str, arrived: bool) -> None:
    """Whether or not the batch exists: every row is bought once, and nobody is asked."""
    if arrived:
        scene.script.at_end(Endpoint.CREATE, pass_on, UNCLEAR[name])
    else:
        scene.script.at_start(Endpoint.CREATE, pass_in, UNCLEAR[name])
    scene.run()
    scene.check_finished()
    assert scene.script.count(Endpoint.CREATE) == (3 if arrived else 4)


@pytest.mark.parametrize("name", LOST)
@pytest.mark.parametrize("nth", [0, 2], ids=["first", "last"])
def test_a_spoilt_answer_is_looked_up(scene: Scene, name: str, nth: int) -> None:
    """The batch was made, and what the reply says of it cannot be used: it is found in the list."""
    scene.script.at_end(Endpoint.CREATE, *[pass_on] * nth, LOST[name])
    scene.run()
    scene.check_finished()
    assert scene.script.count(Endpoint.CREATE) == 3


def test_an_old_answer_from_a_cache_is_not_believed(scene: Scene) -> None:
    """A proxy that repeats the first batch's reply: the second one is looked up by itself."""
    kept: list[bytes] = []

    def keep(_call: Call, reply: Reply) -> Reply:
        kept.append(b"".join(reply.body))
        return reply

    def repeat(_call: Call, _reply: Reply) -> Reply:
        return Reply.of_bytes(kept[0], 200, JSON)

    scene.script.at_end(Endpoint.CREATE, keep, repeat, repeat)
    scene.run()
    scene.check_finished()
    assert scene.script.count(Endpoint.CREATE) == 3


@pytest.mark.parametrize("size", [0, 1, 300, 1500])
def test_an_upload_that_breaks_is_looked_up(scene: Scene, size: int) -> None:
    """The connection breaks at some byte of the body: nothing was made, and that is found out."""
    scene.script.at_start(Endpoint.CREATE, pass_in, upload_cut(size))
    scene.run()
    scene.check_finished()
    assert scene.script.count(Endpoint.CREATE) == 4


@pytest.mark.parametrize("arrived", [True, False], ids=["made", "not made"])
def test_silence_is_looked_up(
    scene: Scene, stall: Stall, short_of_time: None, arrived: bool
) -> None:
    """The service takes the batch and says nothing until the time is out."""
    if arrived:
        scene.script.at_end(Endpoint.CREATE, pass_on, stall.silent)
    else:
        scene.script.at_start(Endpoint.CREATE, pass_in, stall.silent)
    scene.run()
    scene.check_finished()
    assert scene.script.count(Endpoint.CREATE) == (3 if arrived else 4)


def test_every_create_in_doubt_at_once_after_another(scene: Scene) -> None:
    """All three replies are lost: three batches, each found again."""
    scene.script.always_at_end(Endpoint.CREATE, reset)
    scene.run()
    scene.check_finished()
    assert scene.script.count(Endpoint.CREATE) == 3


def test_a_service_that_takes_nothing_for_a_while(scene: Scene) -> None:
    """Five creates in a row come to nothing: each is looked up before the next is made."""
    scene.script.at_start(Endpoint.CREATE, *[refusal(529, "overloaded_error")] * 5)
    scene.run()
    scene.check_finished()
    assert scene.script.count(Endpoint.CREATE) == 8


# --- the list ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [1, 10, 29, 120, 290])
def test_a_list_that_lags_is_waited_for(scene: Scene, seconds: float) -> None:
    """A lost reply, and a list that shows the batch only later: found, not bought again."""
    scene.script.at_end(Endpoint.CREATE, pass_on, reset)
    scene.script.always_at_end(Endpoint.LIST, lagging(scene.clock.seconds, seconds))
    scene.run()
    scene.check_finished()
    assert scene.script.count(Endpoint.CREATE) == 3


LOOKS: dict[str, Any] = {
    "reset": reset,
    "500": refusal(500, "api_error"),
    "529": refusal(529, "overloaded_error"),
    "429": refusal(429, "rate_limit_error", retry_after="5"),
    "a page with 200": page(200),
    "a page with 502": page(502),
    "half a list": ended_early(60),
    "an empty object": says(b"{}", 200, JSON),
    "null": says(b"null", 200, JSON),
    "a list of noise": says(b'{"data": [1, null, {}], "has_more": false}', 200, JSON),
}


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize("arrived", [True, False], ids=["made", "not made"])
def test_a_look_that_fails_proves_nothing(scene: Scene, name: str, arrived: bool) -> None:
    """The list cannot be read three times: the batch stays in doubt until it can."""
    if arrived:
        scene.script.at_end(Endpoint.CREATE, pass_on, reset)
    else:
        scene.script.at_start(Endpoint.CREATE, pass_in, reset)
    scene.script.at_end(Endpoint.LIST, pass_on, *[LOOKS[name]] * 3)
    scene.run()
    scene.check_finished()
    assert scene.script.count(Endpoint.CREATE) == (3 if arrived else 4)


HOUR = 3600.0
STRANGERS: dict[str, list[tuple[int, float]]] = {
    "other sizes": [(4, 0), (6, 0), (50, HOUR)],
    "same size, ended": [(5, 0)],
    "same size, at work": [(5, HOUR)],
    "three others and one of the same size, ended": [(4, 0), (6, 0), (50, HOUR), (5, 0)],
    "three others and one of the same size, at work": [(4, 0), (6, 0), (50, HOUR), (5, HOUR)],
    "two of the same size, ended": [(5, 0), (5, 0)],
    "two of the same size, at work": [(5, HOUR), (5, 2 * HOUR)],
    "one of the same size each way": [(5, 0), (5, HOUR)],
}
"""Other programs' batches in the workspace: how many requests, and how long they take."""


@pytest.mark.parametrize("name", STRANGERS)
@pytest.mark.parametrize("arrived", [True, False], ids=["made", "not made"])
@pytest.mark.parametrize("takes", [0.0, 600.0], ids=["ends at once", "takes ten minutes"])
def test_other_programs_batches_are_told_apart(
    scene: Scene, name: str, arrived: bool, takes: float
) -> None:
    """Sizes and tags decide: ours is adopted, theirs is left alone, and nobody is asked."""
    make_slow(scene, takes)

    def others_come(_call: Call, reply: Reply | None = None) -> Reply:
        scene.strangers += [add_stranger(scene.service, n, seconds=s) for n, s in STRANGERS[name]]
        return reset()

    if arrived:
        scene.script.at_end(Endpoint.CREATE, others_come)
    else:
        scene.script.at_start(Endpoint.CREATE, others_come)
    scene.run()
    scene.check_finished()
    assert scene.script.count(Endpoint.CANCEL) == 0


def test_a_stranger_that_is_older_than_the_send_is_no_candidate(scene: Scene) -> None:
    """A batch of our size from before the send is not waited for."""

    def come_early(_call: Call) -> Reply:
        scene.strangers.append(add_stranger(scene.service, 5, seconds=9 * HOUR, age=HOUR))
        return reset()

    scene.script.at_start(Endpoint.CREATE, come_early)
    scene.run()
    scene.check_finished()
    assert scene.clock.turned.total_seconds() < HOUR


RESULT_LOOKS: dict[str, Any] = {
    "404": refusal(404, "not_found_error"),
    "500": refusal(500, "api_error"),
    "reset": reset,
    "page": page(200),
    "cut": ended_early(40),
    "nothing": ended_early(0),
}


@pytest.mark.parametrize("name", RESULT_LOOKS)
def test_tags_that_cannot_be_read_yet_are_looked_at_again(scene: Scene, name: str) -> None:
    """Two batches fit, and the results of either cannot be read at first: no guess is made."""

    def other_comes(_call: Call, _reply: Reply) -> Reply:
        scene.strangers.append(add_stranger(scene.service, 5))
        return reset()

    scene.script.at_end(Endpoint.CREATE, other_comes)
    scene.script.at_end(Endpoint.RESULTS, *[RESULT_LOOKS[name]] * 5)
    scene.run()
    scene.check_finished()


# --- definite refusals ------------------------------------------------------------------------

NEEDS_PERSON: dict[str, tuple[Any, str]] = {
    "400": (refusal(400, "invalid_request_error", "max_tokens: no"), "refused"),
    "400 credit": (
        refusal(400, "invalid_request_error", "Your credit balance is too low to access the API."),
        "credit",
    ),
    "400 own limit": (
        refusal(400, "invalid_request_error", "You have reached your specified API usage limits."),
        "spend limit",
    ),
    "400 workspace limit": (
        refusal(400, "invalid_request_error", "You have reached your workspace API usage limits."),
        "spend limit",
    ),
    "400 on hold": (
        refusal(400, "invalid_request_error", code="organization_on_hold"),
        "on hold",
    ),
    "400 key's maker left": (
        refusal(400, "invalid_request_error", code="claude_code_key_creator_not_member"),
        "key",
    ),
    "401": (refusal(401, "authentication_error", "invalid x-api-key"), "key was not accepted"),
    "402": (refusal(402, "billing_error"), "credit"),
    "402 linked billing": (
        refusal(402, "billing_error", code="linked_organization_billing_unavailable"),
        "credit",
    ),
    "402 linked limit": (
        refusal(402, "billing_error", code="linked_organization_spend_limit_reached"),
        "spend limit",
    ),
    "403": (refusal(403, "permission_error"), "may not"),
    "404": (refusal(404, "not_found_error"), "does not know"),
    "429 tier limit": (
        refusal(429, "rate_limit_error", code="enforced_spend_limit_reached"),
        "spend limit",
    ),
    "429 contract limit": (
        refusal(429, "rate_limit_error", code="contract_spend_limit_reached"),
        "spend limit",
    ),
}
"""Certainly not made, and nothing goes on before somebody has acted."""


@pytest.mark.parametrize("name", NEEDS_PERSON)
def test_a_definite_refusal_waits_for_the_person(scene: Scene, name: str) -> None:
    """The job pauses in words, looks nothing up, and goes on when the cause is gone."""
    act, words = NEEDS_PERSON[name]
    scene.script.at_start(Endpoint.CREATE, pass_in, act)
    with pytest.raises(SheafError, match=words) as error:
        scene.run()
    assert error.value.standing is Standing.NEEDS_PERSON
    assert scene.place.job.state is JobState.PAUSED
    assert words in scene.place.job.trouble
    states = [batch.state for batch in scene.place.batches]
    assert BatchState.UNSURE not in states
    assert BatchState.SENDING not in states
    assert scene.script.count(Endpoint.CREATE) == 2
    scene.go_on()
    scene.check_finished()
    assert scene.script.count(Endpoint.CREATE) == 4


SLOWER: dict[str, tuple[Any, float]] = {
    "in seven seconds": (refusal(429, "rate_limit_error", retry_after="7"), 7),
    "in an hour": (refusal(429, "rate_limit_error", retry_after="3600"), 3600),
    "usage grew too fast": (
        refusal(429, "rate_limit_error", code="ramp_limit_exceeded", retry_after="90"), 90,
    ),
    "without a time": (refusal(429, "rate_limit_error"), 1),
    "at no time": (refusal(429, "rate_limit_error", retry_after="-5"), 1),
    "at a wrong time": (refusal(429, "rate_limit_error", retry_after="soon"), 1),
    "never": (refusal(429, "rate_limit_error", retry_after="inf"), 1),
}  # fmt: skip


@pytest.mark.parametrize("name", SLOWER)
@pytest.mark.parametrize("nth", [0, 1], ids=["first", "second"])
def test_being_asked_to_wait_is_obeyed(scene: Scene, name: str, nth: int) -> None:
    """Not before the time that was asked for; nothing is looked up, nothing bought twice."""
    act, seconds = SLOWER[name]
    scene.script.at_start(Endpoint.CREATE, *[pass_in] * nth, act, act)
    scene.run()
    scene.check_finished()
    seen = [create.seen_at for create in scene.service.creates()]
    assert seen[nth + 1] - seen[nth] >= seconds
    assert seen[nth + 2] - seen[nth + 1] >= seconds
    assert len(seen) == 5


@pytest.mark.parametrize("bare", [True, False], ids=["from the network", "from the API"])
def test_too_large_a_batch_is_cut_in_two(scene: Scene, bare: bool) -> None:
    """Each half may be too large again; all parts are sent once."""
    scene.script.at_start(Endpoint.CREATE, *[too_large(bare=bare)] * 3)
    scene.run(batch_rows=12)
    scene.check_finished()
    assert sorted(batch.rows for batch in scene.place.batches) == [1, 2, 3, 6]


@pytest.mark.parametrize("bare", [True, False], ids=["from the network", "from the API"])
def test_a_single_row_that_is_too_large_fails_by_name(scene: Scene, bare: bool) -> None:
    """It is cut out of its batch step by step, says why, and the others are answered."""

    def judge(call: Call) -> Reply | None:
        found = json.loads(bytes(call.body.load(10**6)))
        names = [one["custom_id"] for one in found["requests"]]
        if any(name.endswith("-r4") for name in names):
            return too_large(bare=bare)()
        batch = scene.service.service._batches.create(_items(found), call.noted)
        return Reply.of_json(scene.service.service._batches.as_json(batch, call.origin))

    scene.script.always_at_start(Endpoint.CREATE, judge)
    scene.run(batch_rows=12)
    scene.check({4: RowState.FAILED}, bought={4: 0})
    assert "larger than the service takes" in scene.results[4].reason
    assert scene.place.job.state is JobState.FINISHED


def _items(envelope: dict[str, Any]) -> list[Any]:
    return [(one["custom_id"], json.dumps(one["params"]).encode()) for one in envelope["requests"]]


# --- no way there -----------------------------------------------------------------------------


NO_WAY: dict[str, Exception] = {
    "refused": httpx2.ConnectError("[Errno 111] Connection refused"),
    "no such name": httpx2.ConnectError("[Errno -3] Temporary failure in name resolution"),
    "no trust": httpx2.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate"),
    "no answer": httpx2.ConnectTimeout("timed out"),
    "proxy": httpx2.ProxyError("407 Proxy Authentication Required"),
}


@pytest.mark.parametrize("name", NO_WAY)
def test_what_never_left_is_tried_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """No connection was made: nothing is in doubt, and it goes on as soon as there is a way."""
    make, left = scene.place.connect, [NO_WAY[name]] * 3

    def break_creates(request: httpx2.Request) -> None:
        if request.method == "POST" and request.url.path.endswith("/batches") and left:
            raise left.pop()

    def connect(key: str | None = None) -> Connection:
        way = make(key)
        listen(way, break_creates)
        return way

    monkeypatch.setattr(scene.place, "connect", connect)
    scene.run()
    scene.check_finished()
    assert not left
    assert scene.script.count(Endpoint.CREATE) == 3
    with scene.place.open() as job_file:
        assert job_file.doubts.history() == []


def test_a_service_that_is_down_is_waited_for(scene: Scene) -> None:
    """Nobody listens for a while, really: the job waits, and goes on by itself."""
    with scene.load() as job_file:
        run, way = scene.begun(job_file)
        run.step()
        scene.service._port = scene.service.port
        scene.service.__exit__(None, None, None)
        for _ in range(5):
            assert not run.step()
            run.rest()
        scene.service.__enter__()
        while not run.step():
            run.rest()
        way.close()
    scene.check_finished()
    assert any("cannot reach" in sentence for sentence in scene.place.noticed)
