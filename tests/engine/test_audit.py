"""The evidence of a job, row by row and batch by batch, adds up to the service's own books."""

from __future__ import annotations

import itertools
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.core.cost import Usage, price_of
from app.core.job import BatchState, RowState
from app.engine.audit import Audit, Pending, RowAudit
from app.engine.begin import Again, retry
from app.engine.decisions import delete_at_service
from app.practice import audit as books
from app.practice.message import Voice
from app.practice.replies import Ask
from app.practice.wire import Endpoint, Refused
from tests.echo import ECHO, mark_in
from tests.engine.scene import Scene, make_slow
from tests.faulty_claude import (
    add_stranger,
    cut,
    lagging,
    lines_changed,
    page,
    pass_on,
    reset,
    row_of,
)

HOUR = 3600.0
ROWS = range(1, 13)


def read(scene: Scene) -> tuple[Audit, dict[int, RowAudit]]:
    """Read the whole evidence of the job."""
    with closing(Audit(scene.place.path)) as audit:
        return audit, {row.row: row for row in audit.rows()}


def check(scene: Scene) -> dict[int, RowAudit]:
    """Assert that the evidence is complete, agrees with itself and with the service's books."""
    audit, rows = read(scene)
    results = scene.results
    assert {n: (row.state, row.reason) for n, row in rows.items()} == {
        n: (result.state, result.reason) for n, result in results.items()
    }
    for number, row in rows.items():
        shown = [attempt.batch.number for attempt in row.attempts if attempt.shown]
        assert shown == ([results[number].batch] if results[number].batch else [])
    assert audit.wrong() == []
    check_batches(scene, audit)
    check_bill(scene, rows)
    check_sums(audit, rows)
    return rows


def check_batches(scene: Scene, audit: Audit) -> None:
    """Each batch, by its id: requests, billed rows, tokens and money are the service's."""
    tag = f"{scene.place.job.tag}-"
    theirs = {one["id"]: one for one in books.summary(scene.service.home)["batches"]}
    foreign = {one for one in theirs if one in scene.strangers}
    ours = {b.remote_id: audit.by_batch[b.number] for b in audit.batches if b.remote_id}
    assert ours.keys() == theirs.keys() - foreign, tag
    prices = scene.place.job.prices
    assert prices is not None
    for remote_id, sums in ours.items():
        said = theirs[str(remote_id)]
        usage = Usage(said["input_tokens"], said["output_tokens"])
        found = (sums.attempts, sums.billed, sums.usage["input"], sums.usage["output"])
        assert found == (said["requests"], said["billed"], usage.input, usage.output)
        assert sums.cost_usd == price_of(usage, prices)


def check_bill(scene: Scene, rows: dict[int, RowAudit]) -> None:
    """Each row: it stands in as many batches, and is billed as often, as the service says."""
    bill = scene.bill
    for number, row in rows.items():
        sent = [one for one in row.attempts if one.batch.remote_id]
        billed = [one for one in sent if one.usage is not None]
        sold = bill.get(number)
        assert (len(sent), len(billed)) == ((sold.bought, sold.billed) if sold else (0, 0))


def check_sums(audit: Audit, rows: dict[int, RowAudit]) -> None:
    """The totals are the attempts added up, and the money is the job's."""
    attempts = [attempt for row in rows.values() for attempt in row.attempts]
    assert audit.total.attempts == len(attempts)
    assert audit.total.cost_usd == sum((a.cost_usd or Decimal(0) for a in attempts), Decimal(0))
    assert audit.total.states == Counter(attempt.state.value for attempt in attempts)
    assert audit.rows_by_state == Counter(row.state.value for row in rows.values())
    noted = sum((Decimal(batch.cost_usd or 0) for batch in audit.batches), Decimal(0))
    assert audit.total.cost_usd == noted


def moody(*marks: str, times: int = 10**6) -> Voice:
    """Return a voice that refuses these rows so many times, and answers all others."""
    left = itertools.count(1)

    def answer(ask: Ask) -> str:
        if mark_in(ask.text) in marks and next(left) <= times:
            raise Refused("This row is not to its liking.")
        return ECHO.reply(ask)

    return Voice(reply=answer)


def speak(scene: Scene, voice: Voice) -> None:
    """Let the service answer with this voice from now on."""
    batches = scene.service.service._batches
    batches._conduct = replace(batches._conduct, voice=voice)


# --- the ways of a row ------------------------------------------------------------------------


def answered(scene: Scene) -> None:
    """Every row is answered once."""
    scene.run()


def lost_replies(scene: Scene) -> None:
    """Every create's reply is lost, and strangers are in the workspace."""
    scene.strangers = [add_stranger(scene.service, rows) for rows in (3, 5)]
    scene.script.always_at_end(Endpoint.CREATE, reset)
    scene.run()


def blank(scene: Scene) -> None:
    """Some rows have nothing to read."""
    rows = [(no, mark, "" if place in (2, 7) else text) for place, (no, mark, text) in
            enumerate(scene.place.rows, 1)]  # fmt: skip
    with scene.load(rows, instructions="Repeat: {{text}}") as job_file:
        scene.place.work(job_file, scene.hurrying())


def errored(scene: Scene) -> None:
    """The service refuses two rows, which cost nothing; asked again, one is answered."""
    first, second = scene.place.rows[1][1], scene.place.rows[6][1]
    speak(scene, moody(first, second, times=3))
    scene.run()
    with scene.place.open() as job_file:
        scene.retry(job_file, RowState.FAILED)


def expired(scene: Scene) -> None:
    """A batch ends after a day with some rows answered; the others are bought once more."""
    make_slow(scene, 40 * HOUR)
    scene.run()
    make_slow(scene, 0.0)
    with scene.place.open() as job_file:
        scene.retry(job_file, RowState.EXPIRED)


def cancelled(scene: Scene) -> None:
    """The job is given up when half of it is answered and the last batch has not left."""
    make_slow(scene, HOUR)
    with scene.load() as job_file:
        run, way = scene.begun(job_file)
        while sum(batch.remote_id is not None for batch in scene.place.batches) < 2:
            run.step()
        scene.clock.turned += timedelta(minutes=30)
        run._control.cancel()
        run.go()
        way.close()


def cancelled_and_asked_again(scene: Scene) -> None:
    """What was cancelled is bought after all."""
    cancelled(scene)
    make_slow(scene, 0.0)
    with scene.place.open() as job_file:
        scene.retry(job_file, RowState.CANCELLED)


def answered_twice(scene: Scene) -> None:
    """The person asks answered rows once more: both answers are kept, and both are billed."""
    scene.run()
    with scene.place.open() as job_file:
        retry(scene.place.bench, job_file, Again(rows=(3, 4, 11)))
        scene.place.work(job_file, scene.hurrying())


def fetched_again(scene: Scene) -> None:
    """Results are cut, are a page, come twice, and lack a row at first."""
    lacking = lines_changed(lambda lines: [line for line in lines if row_of(line) != 2])
    scene.script.at_end(
        Endpoint.RESULTS, cut(0.5), cut(0.7, hard=False), page(200), lacking, pass_on,
        lines_changed(lambda lines: lines * 2),
    )  # fmt: skip
    scene.run()


def never_came_and_fetched_later(scene: Scene) -> None:
    """A row is given up as lost, and its answer is there when it is looked for again."""
    lacking = lines_changed(lambda lines: [line for line in lines if row_of(line) != 2])
    scene.script.always_at_end(Endpoint.RESULTS, lacking)
    scene.run()
    _, rows = read(scene)
    assert rows[2].attempts[-1].cost_usd is None, "nobody knows what a lost row cost"
    scene.script.heal()
    with scene.place.open() as job_file:
        scene.retry(job_file, RowState.FAILED)


def late_copy(scene: Scene) -> None:
    """The list lags for longer than anybody waits: a second copy was bought, and is owned up to."""
    scene.script.at_end(Endpoint.CREATE, pass_on, reset)
    scene.script.always_at_end(Endpoint.LIST, lagging(scene.clock.seconds, 1000))
    make_slow(scene, 1200.0)
    scene.run()
    assert scene.script.count(Endpoint.CREATE) == 4


def deleted(scene: Scene) -> None:
    """What was deleted at the service stays in its books, and in ours."""
    scene.run()
    way = scene.place.connect()
    with scene.place.open() as job_file:
        delete_at_service(scene.place.bench, job_file, way)
    way.close()


WAYS = (
    answered, lost_replies, blank, errored, expired, cancelled, cancelled_and_asked_again,
    answered_twice, fetched_again, never_came_and_fetched_later, late_copy, deleted,
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_the_evidence_adds_up_to_the_services_books(
    scene: Scene, way: Callable[[Scene], None]
) -> None:
    """Whatever happened to rows: attempts, tokens and money are just what the service sold."""
    way(scene)
    rows = check(scene)
    assert sorted(rows) == list(ROWS)


def test_every_attempt_of_a_retried_row_is_there(scene: Scene) -> None:
    """Both batches with their ids, the outcome of each, and which one counts."""
    expired(scene)
    rows = check(scene)
    states = [tuple(attempt.state for attempt in row.attempts) for row in rows.values()]
    again = [row for row in rows.values() if len(row.attempts) == 2]
    assert set(states) == {
        (RowState.ANSWERED,),
        (RowState.EXPIRED, RowState.ANSWERED),
    }
    for row in again:
        first, second = row.attempts
        assert (first.cost_usd, first.shown, second.shown) == (0, False, True)
        assert first.batch.remote_id != second.batch.remote_id
        assert first.batch.sent_at is not None
        assert second.batch.sent_at is not None
        assert first.batch.sent_at + timedelta(hours=23) < second.batch.sent_at
        assert first.reason


def test_a_second_copy_stands_among_the_batches_with_its_bill(scene: Scene) -> None:
    """Five rows were bought twice: the job says so, counts both, and shows one answer of each."""
    late_copy(scene)
    rows = check(scene)
    twice = [n for n, row in rows.items() if len(row.attempts) == 2]
    assert twice == [6, 7, 8, 9, 10]
    copy = scene.place.batches[-1]
    assert (copy.rows, copy.answered, copy.state) == (5, 5, BatchState.FINISHED)
    assert "second copy of batch 2" in copy.reason
    assert all(sum(attempt.shown for attempt in row.attempts) == 1 for row in rows.values())
    audit, _ = read(scene)
    assert any("charged twice" in line.what for line in audit.history)
    with scene.place.open() as job_file:
        assert copy.remote_id in job_file.journal.known_ids()


def test_a_second_copy_is_written_down_once_and_whole(scene: Scene) -> None:
    """Its results break off twice before they come: nothing of it is noted half."""
    seen: list[int] = []

    def hurt(call: object, reply: object) -> object:
        seen.append(len(scene.place.batches))
        fault = {4: cut(0.5), 5: lines_changed(lambda lines: lines[:-2])}.get(len(seen), pass_on)
        return fault(call, reply)

    scene.script.always_at_end(Endpoint.RESULTS, hurt)
    late_copy(scene)
    check(scene)
    assert len(scene.place.batches) == 4


def test_a_job_at_work_says_what_is_not_known_yet(scene: Scene) -> None:
    """Rows that are out cost nobody knows what; waiting ones cost nothing; one is in doubt."""
    make_slow(scene, HOUR)
    scene.script.at_end(Endpoint.CREATE, pass_on, reset)
    with scene.load() as job_file:
        run, way = scene.begun(job_file)
        run.step()
        run.step()
        way.close()
    audit, rows = read(scene)
    found = {n: (row.attempts[0].state, row.attempts[0].cost_usd) for n, row in rows.items()}
    assert found == {
        **dict.fromkeys(range(1, 6), (Pending.SENT, None)),
        **dict.fromkeys(range(6, 11), (Pending.IN_DOUBT, None)),
        **dict.fromkeys((11, 12), (Pending.WAITING, Decimal(0))),
    }
    assert (audit.total.unknown, audit.total.cost_usd) == (10, Decimal(0))


def test_a_twin_names_its_row_and_costs_nothing(scene: Scene) -> None:
    """A row that was copied from another has no attempt of its own."""
    scene.run()
    with closing(sqlite3.connect(scene.place.path)) as database:
        database.execute("delete from request where row = 12")
        database.execute("delete from outcome where row = 12")
        database.execute(
            "update status set state = 'copied', reason = 'Copied from row 3.', shown = null "
            "where row = 12"
        )
        database.commit()
    _, rows = read(scene)
    assert (rows[12].state, rows[12].reason, rows[12].attempts) == (
        RowState.COPIED,
        "Copied from row 3.",
        (),
    )


def test_a_bill_that_its_rows_do_not_add_up_to_is_named(scene: Scene) -> None:
    """A batch's cost that somebody has changed is noticed."""
    scene.run()
    with closing(sqlite3.connect(scene.place.path)) as database:
        database.execute("update batch set cost_usd = '9.99' where number = 2")
        database.commit()
    audit, _ = read(scene)
    assert [batch.number for batch in audit.wrong()] == [2]
