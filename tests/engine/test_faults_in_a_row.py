"""Faults that come one after the other: what settles one must not undo what another one needs."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.core.errors import SheafError
from app.core.job import Account, BatchState, JobSettings, Mode, RowState
from app.engine.begin import Again, retry
from app.engine.bench import Control
from app.engine.connection import check_same_account
from app.engine.decisions import delete_at_service, send_again
from app.engine.job_run import JobRun
from app.engine.load import Draft, Wanted, new_job
from app.engine.run import Run
from app.practice.wire import Call, Endpoint, Reply
from app.store.job_file import JobFile
from app.store.size_registry import SizeRegistry
from tests.echo import INSTRUCTIONS
from tests.engine.conftest import ECHOED
from tests.engine.scene import Scene, make_slow
from tests.engine.test_faults_results import _foreign
from tests.engine.test_keeping_an_eye import Keys
from tests.faulty_claude import (
    add_stranger,
    changed,
    lagging,
    lines_changed,
    page,
    pass_in,
    pass_on,
    refusal,
    reset,
    says,
)

HOUR = 3600.0
STEPS = 3000


def _work_until(scene: Scene, run: Run, is_there: Callable[[], bool]) -> None:
    for _ in range(STEPS):
        if run.step() or is_there():
            return
        run.rest()
    pytest.fail("it never came to that")


def _lost_beside_a_stranger(scene: Scene, hours: float) -> Callable[[Call, Reply], Reply]:
    """Lose a reply just when another program sends a batch of the same size."""

    def act(_call: Call, _reply: Reply) -> Reply:
        scene.strangers.append(add_stranger(scene.service, 5, seconds=hours * HOUR))
        make_slow(scene, 4 * HOUR)
        return reset()

    return act


# --- the watch for late twins ---


def test_a_batch_in_doubt_is_not_taken_for_its_own_twin(scene: Scene) -> None:
    """Sent again and lost again, with nobody to settle it while the job stands still."""

    def lost(_call: Call, _reply: Reply) -> Reply:
        scene.script.always_at_start(Endpoint.LIST, refusal(401, "authentication_error"))
        return reset()

    make_slow(scene, 100)
    scene.script.at_start(Endpoint.CREATE, reset)
    scene.script.at_end(Endpoint.CREATE, lost)
    with pytest.raises(SheafError):
        scene.run()
    scene.script.heal()
    work: Any = JobRun(scene.place.bench, Keys(scene), scene.place.path, Control())
    work._file()
    for _ in range(5):
        scene.clock.turned += timedelta(seconds=61)
        work.keep_an_eye()
    work.let_go()
    scene.go_on()
    scene.check_finished()


def test_the_size_of_a_batch_that_is_known_cuts_no_other(scene: Scene) -> None:
    """Killed after the id was written and before the size was given back, a job sends on."""
    with scene.load() as job_file:
        run, way = scene.begun(job_file)
        with closing(way):
            _work_until(scene, run, lambda: bool(scene.service.creates()))
        assert SizeRegistry(scene.place.bench.places.jobs).claim(job_file.path, 1, 5)
    scene.go_on()
    scene.check_finished()
    assert [batch.rows for batch in scene.place.batches] == [5, 5, 2]


def test_nor_while_the_gate_is_shut(scene: Scene) -> None:
    """Batch 2 is lost twice; batch 3 meets an empty account before it is settled."""

    def sent(_call: Call, reply: Reply) -> Reply:
        make_slow(scene, 300)
        return reply

    make_slow(scene, HOUR)
    billing = refusal(402, "billing_error")
    scene.script.at_start(Endpoint.CREATE, pass_in, reset, pass_in, billing)
    scene.script.at_end(Endpoint.CREATE, sent, _lost_beside_a_stranger(scene, 2))
    with pytest.raises(SheafError):
        scene.run()
    scene.go_on()
    scene.check_finished()


def test_a_twin_that_turns_up_before_the_second_sending_takes_its_place(scene: Scene) -> None:
    """A batch that has not been sent again yet need not be."""
    make_slow(scene, 10)
    scene.script.at_end(Endpoint.CREATE, reset)
    scene.script.always_at_end(Endpoint.LIST, lagging(scene.clock.seconds, 400))
    scene.script.at_start(
        Endpoint.CREATE, pass_in, *[refusal(429, "rate_limit_error", retry_after="900")]
    )
    scene.run()
    scene.check_finished()


# --- when a batch may have been created ---


@pytest.mark.parametrize("minutes", [20, 40, 600])
def test_an_upload_may_take_hours(scene: Scene, minutes: int) -> None:
    """A batch is looked for up to when its reply was lost, however late that was."""

    def slow(_call: Call) -> None:
        scene.clock.turned += timedelta(minutes=minutes)

    scene.script.at_start(Endpoint.CREATE, slow)
    scene.script.at_end(Endpoint.CREATE, reset)
    scene.run()
    scene.check_finished()


@pytest.mark.parametrize("before", [1, 2])
def test_the_time_of_a_router_is_not_the_services(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    """A page of something on the way has a clock of its own; nothing is looked for by it."""
    make = scene.place.connect

    def connect(*args: Any) -> Any:
        way = make(*args)
        client = way.service._client._client
        client.event_hooks["response"].insert(0, _turn_a_pages_clock)
        return way

    monkeypatch.setattr(scene.place, "connect", connect)
    make_slow(scene, 600)
    scene.script.at_end(Endpoint.RETRIEVE, *[page(502)] * 20)
    scene.script.at_end(Endpoint.CREATE, *[pass_on] * before, reset)
    slow_down = refusal(429, "rate_limit_error", retry_after="40")
    scene.script.at_start(Endpoint.CREATE, pass_in, slow_down)
    scene.run()
    scene.check_finished()


def _turn_a_pages_clock(response: Any) -> None:
    if response.status_code == 502:
        response.headers["date"] = "Sat, 01 Jan 2000 00:00:10 GMT"
        response.headers.pop("request-id", None)


def test_what_was_waited_for_one_sending_is_not_waited_for_the_next(scene: Scene) -> None:
    """The person says "send again" in a running job; that reply is lost too, and the list lags."""

    def two_strangers(_call: Call) -> Reply:
        for _ in range(2):
            scene.strangers.append(add_stranger(scene.service, 5, seconds=20 * HOUR))
        return reset()

    scene.script.at_start(Endpoint.CREATE, two_strangers)
    with scene.load() as job_file:
        run, way = scene.begun(job_file)
        _work_until(scene, run, lambda: scene.clock.turned > timedelta(hours=1))
        send_again(scene.place.bench, job_file, 1)
        scene.script.always_at_end(Endpoint.LIST, lagging(scene.clock.seconds, 10))
        scene.script.at_end(Endpoint.CREATE, reset)
        run.unblock()
        _work_until(scene, run, lambda: False)
        way.close()
    scene.check_finished()


# --- replies that name another batch ---


@pytest.mark.parametrize("is_made", [True, False])
def test_a_stranger_that_was_taken_and_then_deleted_is_let_go(scene: Scene, is_made: bool) -> None:
    """Ours is looked for again; nothing of it counts as deleted."""
    strangers: list[str] = []

    def lost(*_: object) -> Reply:
        strangers.append(add_stranger(scene.service, 5, seconds=HOUR))
        return reset()

    def listed(_call: Call, reply: Reply) -> Reply:
        """Hide ours for a minute; after that the stranger is deleted by its owner."""
        found = json.loads(b"".join(reply.body))
        is_early = scene.clock.turned < timedelta(seconds=100)
        found["data"] = [one for one in found["data"] if (one["id"] in strangers) is is_early]
        return replace(Reply.of_json(found), headers={**reply.headers})

    def retrieved(call: Call, reply: Reply) -> Reply:
        is_early = scene.clock.turned < timedelta(seconds=100)
        is_gone = call.subject in strangers and not is_early
        return refusal(404, "not_found_error")(call) if is_gone else reply

    if is_made:
        scene.script.at_end(Endpoint.CREATE, lost)
    else:
        scene.script.at_start(Endpoint.CREATE, lost)
    scene.script.always_at_end(Endpoint.LIST, listed)
    scene.script.always_at_end(Endpoint.RETRIEVE, retrieved)
    scene.run()
    scene.check_finished()


@pytest.mark.parametrize(
    "change",
    [
        lambda batch: batch.update(id="msgbatch_0123456789abcdef01234567"),
        lambda batch: batch.update(id=batch["id"][:-2]),
    ],
    ids=["another id", "half an id"],
)
def test_a_batch_whose_reply_named_another_is_found_by_its_tags(
    scene: Scene, change: Callable[[dict[str, Any]], None]
) -> None:
    """What the reply named never existed; before rows count as lost, ours is looked for."""
    scene.script.at_end(Endpoint.CREATE, changed(change))
    scene.run()
    scene.check_finished()


@pytest.mark.parametrize("is_made", [True, False])
@pytest.mark.parametrize("body", [b"<html>413</html>", b"", b"{}"], ids=["page", "empty", "json"])
def test_a_page_that_says_too_large_proves_nothing(
    scene: Scene, body: bytes, is_made: bool
) -> None:
    """Only the service's own words do; everything else is looked up first."""
    act = says(body, 413, "text/html")
    if is_made:
        scene.script.at_end(Endpoint.CREATE, act)
    else:
        scene.script.at_start(Endpoint.CREATE, act)
    scene.run()
    scene.check_finished()


def test_a_proxy_that_takes_no_large_bodies_gets_smaller_ones(scene: Scene) -> None:
    """What never arrived because of its size is sent in parts, not in the same way for ever."""
    too_large = says(b"<html>413 Request Entity Too Large</html>", 413, "text/html")
    scene.script.always_at_start(
        Endpoint.CREATE,
        lambda call: too_large(call) if int(call.headers["content-length"]) > 2000 else None,
    )
    scene.run()
    scene.check_finished()


# --- whose batches these are ---


@pytest.mark.parametrize(("recorded", "present"), [("w1", ""), ("", "w1"), ("w1", "w2")])
def test_another_workspace_of_the_same_organisation_is_another_account(
    recorded: str, present: str
) -> None:
    """A workspace that is not named is the default one."""
    with pytest.raises(SheafError, match="workspace"):
        check_same_account(Account("a", "o", recorded), Account("a", "o", present))


def test_an_account_is_noted_as_soon_as_a_reply_names_it(scene: Scene) -> None:
    """Where the free calls before the first create name nobody, the create does."""

    def strip(_call: Call, reply: Reply) -> Reply:
        named = {k: v for k, v in reply.headers.items() if k.startswith("anthropic-")}
        return replace(reply, headers={k: v for k, v in reply.headers.items() if k not in named})

    scene.script.always_at_end(Endpoint.COUNT, strip)
    scene.script.always_at_end(Endpoint.LIST, strip)
    scene.run()
    assert scene.place.job.account.organization


# --- results that never came ---


def test_what_is_fetched_again_in_a_running_job_is_fetched_with_patience(scene: Scene) -> None:
    """Earlier failures to fetch do not count against a batch that was opened again."""

    def then_slow(_call: Call, reply: Reply) -> Reply:
        make_slow(scene, 20 * HOUR)
        return reply

    scene.script.at_end(Endpoint.CREATE, then_slow)
    scene.script.always_at_end(Endpoint.RESULTS, lines_changed(lambda lines: lines[:2]))
    with scene.load() as job_file:
        run, way = scene.begun(job_file)
        _work_until(scene, run, lambda: job_file.journal.batch(1).state is BatchState.FINISHED)
        retry(scene.place.bench, job_file, Again(frozenset({RowState.FAILED})))
        scene.script.heal()
        scene.script.at_end(Endpoint.RESULTS, lines_changed(lambda lines: lines[:3]))
        _work_until(scene, run, lambda: False)
        way.close()
    scene.check_finished()


def test_a_batch_whose_answers_did_not_all_come_is_not_deleted(scene: Scene) -> None:
    """The answers that are missing are paid for, and may still be fetched."""
    scene.script.always_at_end(Endpoint.RESULTS, lines_changed(lambda lines: lines[:2]))
    scene.run()
    scene.script.heal()
    with scene.place.open() as job_file:
        way = scene.place.connect()
        delete_at_service(scene.place.bench, job_file, way)
        way.close()
    kept = [batch.rows for batch in scene.place.batches if batch.deleted_at is None]
    assert kept == [5, 5]


# --- foreign lines among ours ---


@pytest.mark.parametrize("seconds", [0, 120])
@pytest.mark.parametrize(
    "garble",
    [lambda lines: [_foreign(lines[0]), *lines], lambda lines: [_foreign(one) for one in lines]],
    ids=["one before ours", "once nothing but foreign"],
)
def test_foreign_lines_do_not_make_a_batch_foreign(
    scene: Scene, garble: Callable[[list[bytes]], list[bytes]], seconds: int
) -> None:
    """A stranger is never looked at again, so that one odd reply must not make ours one."""
    make_slow(scene, seconds)
    scene.script.at_end(Endpoint.CREATE, reset)
    scene.script.at_end(Endpoint.RESULTS, lines_changed(garble))
    scene.run()
    scene.check_finished()


def test_a_batch_that_another_job_only_took_for_its_own_may_be_ours(scene: Scene) -> None:
    """Two jobs may look at one batch until its tags are seen; then the right one has it."""
    make_slow(scene, 900)

    def taken_by_another(_call: Call, reply: Reply) -> Reply:
        ours = json.loads(b"".join(reply.body))["id"]
        chosen = JobSettings(
            instructions=INSTRUCTIONS, answers=ECHOED, model="claude-haiku-5-5", max_tokens=300
        )
        wanted = Wanted(scene.place.folder / "data.csv")
        other = new_job(scene.place.bench, wanted, Draft(chosen, Mode.REAL))
        with JobFile.open(other) as job_file:
            way = scene.place.connect()
            scene.place.start(job_file, way, 5)
            way.close()
            job_file.journal.mark_sending(1, scene.clock(), 100, 0.0)
            job_file.journal.mark_unsure(1, "Lost.", scene.clock())
            job_file.journal.mark_sent(1, ours, scene.clock(), None, proven=False)
        return reset()

    scene.script.at_end(Endpoint.CREATE, taken_by_another)
    scene.run()
    scene.check_finished()


def test_a_list_that_lacks_a_batch_for_some_minutes_closes_nothing(scene: Scene) -> None:
    """Reads lag, and a page may be lost: only what lasts means that somebody deleted it."""
    make_slow(scene, 4000)

    def not_found(call: Call, reply: Reply) -> Reply:
        is_early = scene.clock.turned < timedelta(minutes=45)
        return refusal(404, "not_found_error")(call) if is_early else reply

    def empty(_call: Call, reply: Reply) -> Reply:
        if not timedelta(minutes=20) < scene.clock.turned < timedelta(minutes=40):
            return reply
        return Reply.of_json({"data": [], "has_more": False, "first_id": None, "last_id": None})

    scene.script.always_at_end(Endpoint.RETRIEVE, not_found)
    scene.script.always_at_end(Endpoint.LIST, empty)
    with pytest.raises(SheafError, match="does not know"):
        scene.run()
    assert {batch.state for batch in scene.place.batches} == {BatchState.WORKING}
    scene.go_on()
    scene.check_finished()
