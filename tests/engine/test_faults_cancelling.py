"""Cancelling when the service mishears, refuses or says nothing: what is finished is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.core.errors import SheafError
from app.core.job import BatchState, JobState, RowState
from app.engine.connection import Connection
from app.engine.run import Ended
from app.practice.wire import Endpoint
from tests.engine.scene import Scene, make_slow
from tests.faulty_claude import (
    Sold,
    changed,
    close,
    cut,
    page,
    pass_in,
    pass_on,
    refusal,
    reset,
    says,
)

JSON = "application/json"
HOUR = 3600.0
CANCELS: dict[str, Any] = {
    "reset": reset,
    "closed": close,
    "400": refusal(400, "invalid_request_error"),
    "404": refusal(404, "not_found_error"),
    "409": refusal(409, "conflict_error"),
    "408": refusal(408, "timeout_error"),
    "429": refusal(429, "rate_limit_error", retry_after="20"),
    "500": refusal(500, "api_error"),
    "504": refusal(504, "timeout_error"),
    "529": refusal(529, "overloaded_error"),
    "page with 200": page(200),
    "page with 502": page(502),
    "nothing": says(b"", 200, JSON),
    "empty object": says(b"{}", 200, JSON),
}
"""What may come back for a cancel whether or not it was heard."""
HEARD: dict[str, Any] = {
    "half a reply": cut(0.5),
    "still working": changed(lambda batch: batch.update(processing_status="in_progress")),
    "no id": changed(lambda batch: batch.pop("id")),
}
"""What may come back for a cancel that was heard."""


def cancel(scene: Scene) -> Ended:
    """Send two batches that take an hour, give the job up after half of it, and see it end."""
    make_slow(scene, HOUR)
    with scene.load() as job_file:
        run, way = scene.begun(job_file)
        while sum(batch.remote_id is not None for batch in scene.place.batches) < 2:
            run.step()
        scene.clock.turned += timedelta(minutes=30)
        run._control.cancel()
        ended = run.go()
        way.close()
    return ended


def check_cancelled(scene: Scene) -> None:
    """Assert that both batches were stopped, what was answered is kept, and the rest explained."""
    assert scene.place.job.state is JobState.CANCELLED
    assert {batch.state for batch in scene.place.batches} == {BatchState.FINISHED}
    states = {row: result.state for row, result in scene.results.items()}
    answered = {row for row, state in states.items() if state is RowState.ANSWERED}
    assert 0 < len(answered) < 10
    rest = dict.fromkeys(set(range(1, 13)) - answered, RowState.CANCELLED)
    scene.check(rest, bought={11: 0, 12: 0})
    assert {row for row, sold in scene.bill.items() if sold.billed} == answered
    assert scene.bill.get(12, Sold()) == Sold()
    assert scene.script.count(Endpoint.CREATE) == 2
    stored = [
        scene.service.service.ledger.batch(b.remote_id or "") for b in scene.place.batches[:2]
    ]
    assert all(one is not None and one.cancelled_at is not None for one in stored)


@pytest.mark.parametrize("name", [*CANCELS, *HEARD])
@pytest.mark.parametrize("nth", [0, 1], ids=["first", "second"])
def test_a_cancel_that_was_heard_is_not_repeated(scene: Scene, name: str, nth: int) -> None:
    """The reply was lost or lies: the batch itself says that it is stopping."""
    scene.script.at_end(Endpoint.CANCEL, *[pass_on] * nth, {**CANCELS, **HEARD}[name])
    assert cancel(scene) is Ended.FINISHED
    check_cancelled(scene)
    assert scene.script.count(Endpoint.CANCEL) == 2


@pytest.mark.parametrize("name", CANCELS)
@pytest.mark.parametrize("nth", [0, 1], ids=["first", "second"])
def test_a_cancel_that_was_not_heard_is_asked_again(scene: Scene, name: str, nth: int) -> None:
    """The batch goes on working, so it is asked again, and so is every other one."""
    scene.script.at_start(Endpoint.CANCEL, *[pass_in] * nth, *[CANCELS[name]] * 3)
    assert cancel(scene) is Ended.FINISHED
    check_cancelled(scene)
    assert scene.script.count(Endpoint.CANCEL) == 5


@pytest.mark.parametrize("name", CANCELS)
def test_a_look_before_the_cancel_that_fails_is_repeated(scene: Scene, name: str) -> None:
    """Whether a batch is stopping already cannot be seen at first."""
    make_slow(scene, HOUR)
    with scene.load() as job_file:
        run, way = scene.begun(job_file)
        while sum(batch.remote_id is not None for batch in scene.place.batches) < 2:
            run.step()
        scene.clock.turned += timedelta(minutes=30)
        scene.script.at_start(Endpoint.RETRIEVE, *[CANCELS[name]] * 3)
        run._control.cancel()
        assert run.go() is Ended.FINISHED
        way.close()
    check_cancelled(scene)
    assert scene.script.count(Endpoint.CANCEL) == 2


def test_a_service_that_never_hears_a_cancel_brings_all_answers(scene: Scene) -> None:
    """It refuses for ever: nothing more is sent, and what was bought is kept."""
    scene.script.always_at_start(Endpoint.CANCEL, refusal(400, "invalid_request_error"))
    assert cancel(scene) is Ended.FINISHED
    scene.check(dict.fromkeys((11, 12), RowState.CANCELLED), bought={11: 0, 12: 0})


def test_a_cancel_that_comes_after_the_end_keeps_everything(scene: Scene) -> None:
    """All batches have ended before anybody polled: there is nothing to stop."""
    with scene.load() as job_file:
        run, way = scene.begun(job_file)
        while any(batch.remote_id is None for batch in scene.place.batches):
            run._sender.go_on(way.service)
        run._control.cancel()
        assert run.go() is Ended.FINISHED
        way.close()
    scene.check_finished()
    assert scene.script.count(Endpoint.CANCEL) == 0


@pytest.mark.parametrize("arrived", [True, False], ids=["made", "not made"])
def test_a_cancel_while_a_create_is_in_doubt(scene: Scene, arrived: bool) -> None:
    """It is looked up first: not made means never sent, and a found one is no sure thing yet."""
    make_slow(scene, HOUR)
    fault = scene.script.at_end if arrived else scene.script.at_start
    fault(Endpoint.CREATE, reset)
    with scene.load() as job_file:
        run, way = scene.begun(job_file, batch_rows=12)
        run.step()
        assert scene.place.batches[0].state is BatchState.UNSURE
        run._control.cancel()
        assert run.go() is Ended.FINISHED
        way.close()
    if arrived:
        scene.check_finished()
    else:
        rows = range(1, 13)
        scene.check(dict.fromkeys(rows, RowState.CANCELLED), bought=dict.fromkeys(rows, 0))
    assert scene.script.count(Endpoint.CREATE) == 1
    assert scene.script.count(Endpoint.CANCEL) == 0


# --- deleted by somebody else -----------------------------------------------------------------


def delete_in_the_console(scene: Scene, number: int) -> None:
    """Delete a batch as a person does who looks at the Anthropic Console."""
    ledger = scene.service.service.ledger
    stored = ledger.batch(scene.place.batches[number - 1].remote_id or "")
    assert stored is not None
    ledger.delete(stored, scene.clock.seconds())


@pytest.mark.parametrize("when", ["before the cancel", "after the cancel", "no cancel"])
def test_a_batch_that_was_deleted_in_the_console_is_settled(scene: Scene, when: str) -> None:
    """What is lost is said row by row, the rest is kept, and the rows may be asked again."""
    make_slow(scene, HOUR)
    with scene.load() as job_file:
        run, way = scene.begun(job_file)
        while sum(batch.remote_id is not None for batch in scene.place.batches) < 3:
            run.step()
        if when == "before the cancel":
            delete_in_the_console(scene, 2)
        if when != "no cancel":
            scene.clock.turned += timedelta(minutes=30)
            run._control.cancel()
        if when == "after the cancel":
            run.step()
            assert scene.place.batches[1].state is BatchState.CANCELLING
        if when != "before the cancel":
            delete_in_the_console(scene, 2)
        assert run.go() is Ended.FINISHED
        way.close()
    lost = set(range(6, 11))
    rows = scene.results
    assert {n for n, row in rows.items() if row.state is RowState.FAILED} == lost
    assert all("No result came back" in rows[n].reason for n in lost)
    assert all("deleted" in rows[n].reason for n in lost)
    rest = {n: row.state for n, row in rows.items() if n not in lost}
    assert set(rest.values()) <= {RowState.ANSWERED, RowState.CANCELLED}
    assert {batch.state for batch in scene.place.batches} == {BatchState.FINISHED}
    assert scene.place.batches[1].deleted_at is not None
    make_slow(scene, 0.0)
    with scene.place.open() as job_file:
        scene.retry(job_file, RowState.FAILED, RowState.CANCELLED)
    again = {n for n, state in rest.items() if state is RowState.CANCELLED}
    scene.check(bought=dict.fromkeys(lost | again, 2))


@pytest.mark.parametrize("how", ["another workspace", "no account is told", "still listed"])
def test_a_batch_that_is_only_hidden_is_not_given_up(scene: Scene, how: str) -> None:
    """Not found proves nothing with another key, nor while the list has the batch."""
    make_slow(scene, HOUR)
    with scene.load() as job_file:
        run, way = scene.begun(job_file)
        while sum(batch.remote_id is not None for batch in scene.place.batches) < 3:
            run.step()
        scene.script.always_at_start(Endpoint.RETRIEVE, refusal(404, "not_found_error"))
        account = way.service.account
        if how == "another workspace":
            way.service.account = replace(account, workspace="wrkspc_other")
        elif how == "no account is told":
            way.service.account = replace(account, organization="", workspace="")
        if how != "still listed":
            scene.script.always_at_end(Endpoint.LIST, changed(lambda found: found.update(data=[])))
            hide_account(way)
        with pytest.raises(SheafError):
            run.go()
        way.close()
    assert {batch.state for batch in scene.place.batches} == {BatchState.WORKING}
    scene.script.heal()
    assert scene.go_on() is Ended.FINISHED
    scene.check_finished()


def hide_account(way: Connection) -> None:
    """Let no reply name the account any more."""
    client = way.service._client._client
    client.event_hooks = {"request": client.event_hooks["request"], "response": []}
