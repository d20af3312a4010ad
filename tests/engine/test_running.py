"""The run: sent once, watched, collected, retried, cancelled, and stopped where it must be."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.core.errors import SheafError, Standing
from app.core.job import IN_DOUBT, OPEN, BatchState, JobState, RowState
from app.core.most import worst_case
from app.engine.bench import Control
from app.engine.run import Ended, Run
from app.practice.faults import Hangup
from app.practice.wire import Call, Endpoint, Reply, error_body
from tests.echo import check_export
from tests.engine.conftest import Clock, Script, Workplace, patient
from tests.practice_service import PracticeService


def lose(*_: object) -> Reply:
    """Reset the connection."""
    raise Hangup


def pass_on(_call: Call, reply: Reply) -> Reply:
    """Send the reply as it is."""
    return reply


def refusal(status: int, kind: str, message: str = "No.") -> Callable[..., Reply]:
    """Return a fault that answers with an error in the service's form."""
    return lambda *_: Reply.of_json(error_body(kind, message, "req_1"), status)


def change_lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Call, Reply], Reply]:
    """Return a fault that changes the lines of the results."""

    def act(_call: Call, reply: Reply) -> Reply:
        lines = b"".join(reply.body).splitlines(keepends=True)
        return replace(reply, body=(b"".join(change(lines)),))

    return act


def check_all_answered(place: Workplace) -> None:
    """Assert that every row is answered beside its own text, and was bought once."""
    assert place.job.state is JobState.FINISHED
    assert place.counts == {RowState.ANSWERED: len(place.rows)}
    assert place.rows_bought() == dict.fromkeys(range(1, len(place.rows) + 1), 1)
    check_export(place.export(), place.rows)


# --- sending ----------------------------------------------------------------------------------


def test_a_job_runs_to_its_end(place: Workplace) -> None:
    """Rows, batches, cost and times are all known afterwards."""
    with place.load() as job_file:
        assert place.work(job_file) is Ended.FINISHED
    check_all_answered(place)
    for batch in place.batches:
        assert batch.state is BatchState.FINISHED
        assert (batch.answered, batch.failed) == (batch.rows, 0)
        assert batch.remote_id
        assert batch.sending_at
        assert batch.ended_at
        assert Decimal(batch.cost_usd) > 0
    assert list(place.bench.places.jobs.glob(".*.spool")) == []


@pytest.mark.parametrize("nth", [0, 1, 2])
def test_a_create_whose_reply_was_lost_is_adopted(
    place: Workplace, script: Script, nth: int
) -> None:
    """It is in doubt, found in the list, and not bought a second time."""
    script.at_end(Endpoint.CREATE, *[pass_on] * nth, lose)
    with place.load() as job_file:
        place.work(job_file)
    check_all_answered(place)
    assert script.count(Endpoint.CREATE) == 3


@pytest.mark.parametrize(
    "reply",
    [
        refusal(500, "api_error"),
        refusal(529, "overloaded_error"),
        refusal(504, "timeout_error"),
        lambda *_: Reply.of_bytes(b"<html>Bad gateway</html>", 502),
        lambda *_: Reply.of_bytes(b"<html>Sign in</html>", 200),
    ],
    ids=["500", "529", "504", "502", "page"],
)
@pytest.mark.parametrize("arrived", [True, False])
def test_an_unclear_answer_to_a_create_is_looked_up(
    place: Workplace, script: Script, reply: Callable[..., Reply], arrived: bool
) -> None:
    """Whether or not the batch exists: every row is bought once."""
    if arrived:
        script.at_end(Endpoint.CREATE, reply)
    else:
        script.at_start(Endpoint.CREATE, reply)
    with place.load() as job_file:
        place.work(job_file)
    check_all_answered(place)
    assert script.count(Endpoint.CREATE) == (3 if arrived else 4)


def test_a_batch_in_doubt_is_not_sent_again_before_patience_is_over(
    place: Workplace, script: Script, clock: Clock
) -> None:
    """The list may lag behind: only after the agreed time does "not listed" mean "not there"."""
    patient(place, reconcile=3600.0)
    script.at_start(Endpoint.CREATE, lose)
    with place.load() as job_file:
        way = place.connect()
        place.start(job_file, way)
        run = Run(place.bench, job_file, way, Control())
        run.begin()
        for _ in range(20):
            run.step()
            clock.turned += timedelta(seconds=60)
        assert place.batches[0].state is BatchState.UNSURE
        assert script.count(Endpoint.LIST) > 5
        assert len(place.service.creates()) == 1
        clock.turned += timedelta(hours=1)
        assert run.go() is Ended.FINISHED
        way.close()
    check_all_answered(place)


def test_a_batch_that_lists_late_is_still_adopted(place: Workplace, script: Script) -> None:
    """Two empty lists, then it is there."""
    empty = Reply.of_json({"data": [], "has_more": False, "first_id": None, "last_id": None})
    script.at_end(Endpoint.CREATE, lose)
    script.at_end(Endpoint.LIST, *[lambda _c, _r: empty] * 2)
    patient(place, reconcile=30.0)
    with place.load() as job_file:
        place.work(job_file)
    check_all_answered(place)
    assert script.count(Endpoint.CREATE) == 3


def test_a_strange_batch_of_the_same_size_is_not_ours(
    place: Workplace, script: Script, service: PracticeService
) -> None:
    """Another program's batch of five requests in the same workspace is left alone."""
    import anthropic

    asked = {
        "model": "claude-haiku-5-5",
        "max_tokens": 9,
        "messages": [{"role": "user", "content": "<other>"}],
    }
    script.at_start(Endpoint.CREATE, _once_passed, lose)
    with anthropic.Anthropic(api_key=service.token, base_url=service.address) as other:
        other.messages.batches.create(
            requests=[{"custom_id": f"other-{n}", "params": asked} for n in range(5)]  # type: ignore[typeddict-item]
        )
    with place.load() as job_file:
        place.work(job_file)
    assert place.counts == {RowState.ANSWERED: 12}
    check_export(place.export(), place.rows)
    bought = {name: n for name, n in service.bought().items() if not name.startswith("other")}
    assert set(bought.values()) == {1}


def _once_passed(_call: Call) -> Reply | None:
    return None


def test_a_batch_that_is_too_large_is_cut_in_two(place: Workplace, script: Script) -> None:
    """413 comes before anything is read: both halves are sent, nothing twice."""
    script.at_start(
        Endpoint.CREATE,
        lambda _: Reply.of_json({"error": {"type": "request_too_large", "message": "x"}}, 413),
    )
    with place.load() as job_file:
        place.work(job_file, batch_rows=12)
    check_all_answered(place)
    assert [batch.rows for batch in place.batches] == [6, 6]


def test_being_asked_to_slow_down_is_obeyed(place: Workplace, script: Script) -> None:
    """429 with a time: not before that, and no row is bought twice or lost."""
    slow = Reply.of_json(error_body("rate_limit_error", "Slow.", "req_1"), 429)
    slow = replace(slow, headers=dict(slow.headers) | {"retry-after": "1"})
    script.at_start(Endpoint.CREATE, lambda _: slow)
    with place.load() as job_file:
        place.work(job_file)
    check_all_answered(place)
    first, second = place.service.creates()[:2]
    assert second.seen_at - first.seen_at >= 1.0
    assert any("slow down" in sentence for sentence in place.noticed)


# --- stopped, and going on --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind", "message", "words"),
    [
        (401, "authentication_error", "invalid x-api-key", "key was not accepted"),
        (403, "permission_error", "no", "may not"),
        (400, "invalid_request_error", "Your credit balance is too low to access", "credit"),
        (402, "billing_error", "no", "credit"),
    ],
)
def test_what_a_person_must_mend_pauses_the_job(
    place: Workplace, script: Script, status: int, kind: str, message: str, words: str
) -> None:
    """Nothing more is sent; once it is mended the job goes on, and every row is bought once."""
    script.at_start(Endpoint.CREATE, _once_passed, refusal(status, kind, message))
    with place.load() as job_file:
        with pytest.raises(SheafError, match=words) as error:
            place.work(job_file)
        assert error.value.standing is Standing.NEEDS_PERSON
        assert place.job.state is JobState.PAUSED
        assert words in place.job.trouble
        assert script.count(Endpoint.CREATE) == 2
        assert BatchState.PAUSED in {batch.state for batch in place.batches}
        if status not in (401, 403):
            assert place.counts[RowState.ANSWERED] == 5, "what was bought is fetched first"
        place.work(job_file)
    assert place.job.trouble == ""
    check_all_answered(place)


def test_a_key_that_dies_while_polling_pauses_the_job(place: Workplace, script: Script) -> None:
    """With a working key it goes on where it was."""
    script.at_start(Endpoint.RETRIEVE, refusal(401, "authentication_error"))
    with place.load() as job_file:
        with pytest.raises(SheafError, match="key was not accepted"):
            place.work(job_file)
        place.work(job_file)
    check_all_answered(place)


def test_another_account_is_refused_before_anything_is_looked_up(
    place: Workplace, script: Script, service: PracticeService
) -> None:
    """With another organisation's key "not listed" would prove nothing."""
    script.at_end(Endpoint.CREATE, lose)
    patient(place, reconcile=0.0)
    with place.load() as job_file:
        way = place.connect()
        place.start(job_file, way)
        run = Run(place.bench, job_file, way, Control())
        run.begin()
        run.step()
        way.close()
        assert place.batches[0].state is BatchState.UNSURE
        names = dict(service.service._names)
        service.service._names["anthropic-organization-id"] = "another"
        with pytest.raises(SheafError, match="another organisation"):
            place.work(job_file)
        assert place.job.state is JobState.PAUSED
        assert len(service.creates()) == 1
        service.service._names.update(names)
        place.work(job_file)
    check_all_answered(place)


def test_the_spend_limit_is_never_passed(
    place: Workplace, script: Script, service: PracticeService
) -> None:
    """Batches wait while the worst case does not fit, and go when the real cost is known."""
    service.service._batches._conduct = replace(service.service._conduct, finish_seconds=0.2)
    limit = Decimal("0.0004")
    seen: list[Decimal] = []

    def reckon(_call: Call) -> Reply | None:
        prices = place.bench.catalog.need("claude-haiku-5-5").prices
        assert prices is not None
        open_now = [b for b in place.batches if b.state in OPEN | IN_DOUBT]
        worst = [worst_case(prices, b.rows, b.bytes, 300) for b in open_now]
        seen.append(sum((Decimal(b.cost_usd) for b in place.batches), sum(worst, Decimal(0))))
        return None

    script.at_start(Endpoint.CREATE, *[reckon] * 12)
    with place.load(max_cost_usd=str(limit)) as job_file:
        place.work(job_file, batch_rows=1)
    check_all_answered(place)
    assert len(seen) == 12
    assert max(seen) <= limit
    assert any("limit of" in sentence for sentence in place.noticed)


def test_a_spend_limit_that_lets_nothing_go_pauses_with_a_sentence(place: Workplace) -> None:
    """Nothing is open, so waiting would not help."""
    with place.load(max_cost_usd="0.0001") as job_file:
        with pytest.raises(SheafError, match="spend limit") as error:
            place.work(job_file)
        assert error.value.standing is Standing.NEEDS_PERSON
        assert "$" in place.job.trouble
        assert place.service.creates() == []
        job_file.save_settings(replace(place.job.settings, max_cost_usd=None))
        place.work(job_file)
    check_all_answered(place)


def test_being_stopped_leaves_everything_to_go_on(place: Workplace, script: Script) -> None:
    """Asked to stop during a create: that one is finished, and no other begun."""
    control = Control()

    def stop(_call: Call) -> Reply | None:
        control.stop()
        return None

    script.at_start(Endpoint.CREATE, _once_passed, stop)
    with place.load() as job_file:
        assert place.work(job_file, control) is Ended.STOPPED
        assert script.count(Endpoint.CREATE) == 2
        assert place.batches[1].remote_id
        assert place.work(job_file) is Ended.FINISHED
    check_all_answered(place)


# --- collecting -------------------------------------------------------------------------------


def _cut(reply: Reply, share: float) -> Iterator[bytes]:
    content = b"".join(reply.body)
    yield content[: int(len(content) * share)]
    raise Hangup


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7])
def test_a_stream_that_breaks_is_fetched_again(
    place: Workplace, script: Script, share: float
) -> None:
    """What came is kept, the rest comes later, nothing is counted twice."""
    script.at_end(Endpoint.RESULTS, lambda _c, reply: replace(reply, body=_cut(reply, share)))
    with place.load() as job_file:
        place.work(job_file)
    check_all_answered(place)
    assert script.count(Endpoint.RESULTS) == 4


def test_a_stream_that_lacks_rows_is_fetched_again(place: Workplace, script: Script) -> None:
    """It ended in good order, and still not all were in it."""
    script.at_end(Endpoint.RESULTS, change_lines(lambda lines: lines[:2]))
    with place.load() as job_file:
        place.work(job_file)
    check_all_answered(place)
    assert script.count(Endpoint.RESULTS) == 4


def test_rows_that_never_come_fail_with_the_reason(place: Workplace, script: Script) -> None:
    """After a few attempts they are given up by name; a retry fetches first, and buys nothing."""
    gone = {2, 4}

    def lose_some(lines: list[bytes]) -> list[bytes]:
        return [ln for ln in lines if int(json.loads(ln)["custom_id"].rsplit("-r")[1]) not in gone]

    script.at_end(Endpoint.RESULTS, *[change_lines(lose_some)] * 4)
    with place.load() as job_file:
        place.work(job_file, batch_rows=20)
        assert place.counts == {RowState.ANSWERED: 10, RowState.FAILED: 2}
        assert "No result came back for this row." in place.reasons
        assert place.job.state is JobState.FINISHED
        place.work_again(job_file, RowState.FAILED)
    assert place.counts == {RowState.ANSWERED: 12}
    check_export(place.export(), place.rows)
    assert set(place.rows_bought().values()) == {1}


def test_rows_that_never_come_again_are_bought_by_the_next_retry(
    place: Workplace, script: Script
) -> None:
    """Fetching once more is free; when that brings nothing either, a retry asks them again."""

    def lose_one(lines: list[bytes]) -> list[bytes]:
        return [ln for ln in lines if not json.loads(ln)["custom_id"].endswith("-r2")]

    script.at_end(Endpoint.RESULTS, *[change_lines(lose_one)] * 8)
    with place.load() as job_file:
        place.work(job_file, batch_rows=20)
        place.work_again(job_file, RowState.FAILED)
        assert place.counts == {RowState.ANSWERED: 11, RowState.FAILED: 1}
        assert set(place.rows_bought().values()) == {1}
        place.work_again(job_file, RowState.FAILED)
    assert place.counts == {RowState.ANSWERED: 12}
    assert {row: n for row, n in place.rows_bought().items() if n > 1} == {2: 2}


def test_repeated_and_foreign_lines_change_nothing(place: Workplace, script: Script) -> None:
    """Each line twice, somebody else's line, a row that was never sent, noise."""

    def spoil(lines: list[bytes]) -> list[bytes]:
        name = json.loads(lines[0])["custom_id"]
        never = lines[0].replace(name.encode(), name.rsplit("-r")[0].encode() + b"-r12")
        return [b"\n", b"noise\n", *lines, *lines[::-1], never, lines[0].replace(b"sh", b"zz", 1)]

    script.at_end(Endpoint.RESULTS, change_lines(spoil))
    with place.load() as job_file:
        place.work(job_file)
        assert job_file.journal.received(1) == {1, 2, 3, 4, 5}
    check_all_answered(place)


def test_a_fresh_batch_that_cannot_be_found_is_asked_for_again(
    place: Workplace, script: Script
) -> None:
    """404 just after the create means nothing."""
    script.at_start(Endpoint.RETRIEVE, *[refusal(404, "not_found_error")] * 3)
    script.at_start(Endpoint.RESULTS, refusal(404, "not_found_error"))
    with place.load() as job_file:
        place.work(job_file)
    check_all_answered(place)


def test_a_batch_that_is_gone_for_good_stops_the_job_in_words(
    place: Workplace, script: Script, clock: Clock
) -> None:
    """Half an hour of 404 is an answer; other batches are fetched first, once."""
    with place.load() as job_file:
        way = place.connect()
        place.start(job_file, way)
        run = Run(place.bench, job_file, way, _later(clock))
        run.begin()
        while any(batch.state is BatchState.PLANNED for batch in place.batches):
            run._sender.go_on(run._connection.service)
        lost = place.batches[0].remote_id

        def not_found(call: Call) -> Reply | None:
            found = refusal(404, "not_found_error")()
            return found if call.subject == lost else None

        script.at_start(Endpoint.RETRIEVE, *[not_found] * 50)
        with pytest.raises(SheafError, match="does not know"):
            run.go()
        way.close()
        assert place.job.state is JobState.PAUSED
        assert place.counts == {RowState.ANSWERED: 7, RowState.SENT: 5}
        assert script.count(Endpoint.RETRIEVE) < 8
    script._starts.clear()
    with place.open() as job_file:
        place.work(job_file)
    check_all_answered(place)


def test_answers_that_came_too_late_are_said_to_be_gone(place: Workplace, clock: Clock) -> None:
    """After 29 days the service keeps no results: the rows fail with that reason, and it ends."""
    with place.load() as job_file:
        way = place.connect()
        place.start(job_file, way)
        run = Run(place.bench, job_file, way, Control())
        run.begin()
        while any(batch.state is BatchState.PLANNED for batch in place.batches):
            run._sender.go_on(run._connection.service)
        clock.turned += timedelta(days=30)
        assert run.go() is Ended.FINISHED
        way.close()
    assert place.counts == {RowState.FAILED: 12}
    assert any("29 days" in reason for reason in place.reasons)


# --- retrying ---------------------------------------------------------------------------------


def test_the_newest_good_answer_wins(place: Workplace, script: Script) -> None:
    """A retry that fares worse does not take a good answer away; one that fares better wins."""

    def spoil(lines: list[bytes]) -> list[bytes]:
        return [line.replace(b'\\"echo\\"', b'\\"oops\\"') for line in lines]

    script.at_end(Endpoint.RESULTS, change_lines(spoil))
    with place.load() as job_file:
        place.work(job_file, batch_rows=20)
        assert place.counts == {RowState.DOES_NOT_FIT: 12}
        place.work_again(job_file, RowState.DOES_NOT_FIT)
        assert place.counts == {RowState.ANSWERED: 12}
        check_export(place.export(), place.rows)
        script.at_end(Endpoint.RESULTS, change_lines(spoil))
        place.work_again(job_file, RowState.ANSWERED)
    assert place.counts == {RowState.ANSWERED: 12}
    check_export(place.export("again.csv"), place.rows)
    assert [batch.is_retry for batch in place.batches] == [False, True, True]
    assert place.rows_bought() == dict.fromkeys(range(1, 13), 3)


def test_a_retry_that_is_killed_at_once_is_not_forgotten(place: Workplace, script: Script) -> None:
    """Its batches are planned; going on sends them once."""
    from app.engine.begin import Again, retry

    def lose_all(_lines: list[bytes]) -> list[bytes]:
        return []

    script.at_end(Endpoint.RESULTS, *[change_lines(lose_all)] * 4)
    with place.load() as job_file:
        place.work(job_file, batch_rows=20)
        assert retry(place.bench, job_file, Again(frozenset({RowState.FAILED}))) == 12
    assert place.job.state is JobState.RUNNING
    with place.open() as job_file:
        assert retry(place.bench, job_file, Again(frozenset({RowState.FAILED}))) == 0
        place.work(job_file)
    assert place.counts == {RowState.ANSWERED: 12}
    assert script.count(Endpoint.CREATE) == 1


# --- cancelling -------------------------------------------------------------------------------


@pytest.fixture
def slow(place: Workplace, service: PracticeService) -> Workplace:
    """Return a workplace whose batches take an hour."""
    conduct = replace(service.service._conduct, finish_seconds=3600.0)
    service.service._batches._conduct = conduct
    return place


def _sent(place: Workplace, job_file: object, control: Control) -> Run:
    way = place.connect()
    place.start(job_file, way)  # type: ignore[arg-type]
    run = Run(place.bench, job_file, way, control)  # type: ignore[arg-type]
    run.begin()
    run._sender.go_on(run._connection.service)
    run._sender.go_on(run._connection.service)
    return run


def test_cancelling_stops_what_can_be_stopped(
    slow: Workplace, script: Script, clock: Clock
) -> None:
    """Unsent batches are never sent, open ones are cancelled once, answers so far are kept."""
    control = Control()
    with slow.load() as job_file:
        run = _sent(slow, job_file, control)
        control.cancel()
        run.step()
        states = [batch.state for batch in slow.batches]
        assert states == [BatchState.CANCELLING, BatchState.CANCELLING, BatchState.FINISHED]
        assert slow.job.state is JobState.CANCELLING
        clock.turned += timedelta(hours=1)
        assert run.go() is Ended.FINISHED
        run._connection.close()
    assert slow.job.state is JobState.CANCELLED
    assert set(slow.counts) <= {RowState.CANCELLED, RowState.ANSWERED}
    assert slow.counts[RowState.CANCELLED] >= 2
    assert script.count(Endpoint.CREATE) == 2
    assert script.count(Endpoint.CANCEL) == 2
    assert set(slow.rows_bought()) == set(range(1, 11))


def test_a_cancel_that_did_not_get_through_is_asked_again(
    slow: Workplace, script: Script, clock: Clock
) -> None:
    """A batch that the person gave up must not run to its end because a connection broke."""
    control = Control()
    script.at_start(Endpoint.CANCEL, lose, refusal(529, "overloaded_error"))
    with slow.load() as job_file:
        run = _sent(slow, job_file, control)
        control.cancel()
        for _ in range(8):
            run.step()
            clock.turned += timedelta(seconds=1)
        assert {batch.state for batch in slow.batches[:2]} == {BatchState.CANCELLING}
        assert script.count(Endpoint.CANCEL) == 4
        clock.turned += timedelta(hours=1)
        assert run.go() is Ended.FINISHED
        run._connection.close()
    assert slow.job.state is JobState.CANCELLED


@pytest.mark.parametrize("arrived", [True, False])
def test_a_batch_in_doubt_is_settled_before_a_cancel(
    slow: Workplace, script: Script, clock: Clock, arrived: bool
) -> None:
    """One that was not created is never sent; one that was found may be somebody else's.

    It is not cancelled before it has shown a tag of ours, and its answers are kept.
    """
    control = Control()
    fault = script.at_end if arrived else script.at_start
    fault(Endpoint.CREATE, lose)  # type: ignore[operator]
    patient(slow, reconcile=5.0)
    with slow.load() as job_file:
        way = slow.connect()
        slow.start(job_file, way, 20)
        run = Run(slow.bench, job_file, way, control)
        run.begin()
        run.step()
        assert slow.batches[0].state is BatchState.UNSURE
        control.cancel()
        for _ in range(12):
            if run.step():
                break
            clock.turned += timedelta(minutes=10)
        way.close()
    assert slow.job.state is (JobState.FINISHED if arrived else JobState.CANCELLED)
    assert script.count(Endpoint.CREATE) == 1
    assert script.count(Endpoint.CANCEL) == 0


def test_a_cancelled_job_that_was_killed_goes_on_cancelling(
    slow: Workplace, script: Script, clock: Clock
) -> None:
    """The wish is written down before it is carried out."""
    control = Control()
    script.at_start(Endpoint.CANCEL, lose)
    with slow.load() as job_file:
        run = _sent(slow, job_file, control)
        control.cancel()
        run.step()
        run._connection.close()
    clock.turned += timedelta(seconds=60)
    with slow.open() as job_file:
        way = slow.connect()
        run = Run(slow.bench, job_file, way, Control())
        run.begin()
        for _ in range(4):
            run.step()
            clock.turned += timedelta(seconds=1)
        assert {batch.state for batch in slow.batches[:2]} == {BatchState.CANCELLING}
        way.close()
    assert script.count(Endpoint.CREATE) == 2


def test_a_dead_key_while_cancelling_does_not_forget_the_cancel(
    slow: Workplace, script: Script, clock: Clock
) -> None:
    """The job waits for a person, and with a working key goes on cancelling, not buying."""
    control = Control()
    script.at_start(Endpoint.CANCEL, refusal(401, "authentication_error"))
    with slow.load() as job_file:
        run = _sent(slow, job_file, control)
        control.cancel()
        with pytest.raises(SheafError, match="key was not accepted"):
            run.go()
        run._connection.close()
        assert "key" in slow.job.trouble
        clock.turned += timedelta(minutes=20)
        assert slow.work(job_file, _later(clock)) is Ended.FINISHED
    assert slow.job.state is JobState.CANCELLED
    assert script.count(Endpoint.CREATE) == 2


def _later(clock: Clock) -> Control:
    """Return a control that lets hours pass whenever the run waits."""

    class Hurrying(Control):
        def wait(self, seconds: float) -> None:
            clock.turned += timedelta(minutes=20)

    return Hurrying()
