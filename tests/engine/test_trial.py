"""Promises of the trial: few rows, each asked once, at a price said before, and what they show."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.core.answers import parse_definition
from app.core.errors import Halt, SheafError
from app.core.job import JobState, Mode, Rows, RowState
from app.core.limit import added
from app.core.trial import Tried
from app.engine.audit import Audit
from app.engine.begin import start
from app.engine.bench import bundled_catalog
from app.engine.estimator import Estimator
from app.engine.load import Wanted, load_again, never
from app.engine.money_replies import TrialPlan, TrialReply
from app.engine.review import review
from app.engine.trial import AT_ONCE
from app.engine.trial_plan import plan_trial
from app.engine.trial_rows import Wish
from app.engine.try_rows import so_far, try_rows
from app.engine.view import JobView, job_line
from app.practice.wire import Call, Endpoint
from app.store.job_file import JobFile
from app.store.library import delete
from app.store.reader import JobReader
from tests.echo import check_export, made_rows, write_table
from tests.engine.conftest import Clock, Workplace
from tests.engine.scene import Hurrying
from tests.faulty_claude import Script, changed, pass_in, refusal, reset, says

CATALOG = bundled_catalog()
HAIKU, SONNET = "claude-haiku-5-5", "claude-sonnet-5-5"
Try = Callable[..., TrialReply]


@pytest.fixture
def estimator() -> Estimator:
    """Return an estimator that has learnt nothing yet."""
    return Estimator()


@pytest.fixture
def attempt(place: Workplace, estimator: Estimator) -> Try:
    """Return what tries rows of the job that is open."""

    def run(job_file: JobFile, stop: threading.Event | None = None, **wish: Any) -> TrialReply:
        settings = wish.pop("settings", None) or job_file.head().settings
        with closing(place.connect()) as way:
            stopped = stop.is_set if stop is not None else never
            return try_rows(place.bench, job_file, way, estimator, settings, Wish(**wish), stopped)

    return run


def tried(place: Workplace) -> tuple[Tried, ...]:
    """Return all rows that were tried, as they are on the disk."""
    with closing(JobView(place.path)) as view:
        return view.trial()


def plan(place: Workplace, **wish: Any) -> TrialPlan:
    """Return what a trial would cost."""
    with JobReader(place.path) as reader:
        settings = reader.head().settings
        planned = plan_trial(Estimator(), reader, settings, CATALOG, Mode.REAL, Wish(**wish))
        return planned.reply()


def finish(place: Workplace, job_file: JobFile, clock: Clock) -> None:
    """Buy the job and work until it ends."""
    place.work(job_file, Hurrying(clock))


def _cut(content: dict[str, Any]) -> None:
    content["stop_reason"] = "max_tokens"


def test_five_rows_are_answered_at_once_and_each_is_asked_once(
    place: Workplace, attempt: Try, script: Script
) -> None:
    """Spread over the file; the answers are kept with what they used, at the standard price."""
    with place.load(made_rows(60)) as job_file:
        planned = plan(place)
        reply = attempt(job_file)
    assert script.count(Endpoint.MESSAGE) == 5
    assert reply.rows == planned.rows
    assert len(reply.rows) == 5
    (model,) = reply.models
    assert (model.model, model.answered, model.asked) == (HAIKU, 5, 5)
    marks = {number: mark for number, (_, mark, _) in enumerate(place.rows, 1)}
    outcomes = {one.row: one.outcome for one in tried(place) if one.outcome}
    assert {row: o.cells for row, o in outcomes.items()} == {r: (marks[r],) for r in reply.rows}
    assert planned.most_usd is not None
    assert reply.cost_usd is not None
    assert 0 < reply.cost_usd < planned.most_usd
    assert (reply.troubles, reply.unsure) == ((), 0)


def test_real_answers_recalibrate_the_forecast(
    place: Workplace, attempt: Try, clock: Clock
) -> None:
    """What five answers showed is what all of them come to; the basis says so."""
    with place.load(made_rows(200)) as job_file:
        found = attempt(job_file).estimate.estimate
        finish(place, job_file, clock)
    assert found.basis == "Based on 5 real answers"
    cost = sum(Decimal(batch.cost_usd or 0) for batch in place.batches if batch.remote_id)
    assert found.expected_usd is not None
    assert found.low_usd is not None
    assert found.high_usd is not None
    assert abs(found.expected_usd - cost) < cost / 10
    assert found.low_usd <= cost <= found.high_usd
    assert (found.rows, found.kept, found.answered_rows) == (195, 5, 5)


def test_kept_answers_are_not_bought_again(
    place: Workplace, attempt: Try, script: Script, clock: Clock
) -> None:
    """The job sends the other rows only; the export has all answers, and the audit adds up."""
    with place.load(made_rows(20)) as job_file:
        reply = attempt(job_file)
        finish(place, job_file, clock)
    bought = place.rows_bought()
    assert set(bought) == set(range(1, 21)) - set(reply.rows)
    assert place.counts == {RowState.ANSWERED: 20}
    check_export(place.export(), place.rows)
    kept = [batch for batch in place.batches if batch.remote_id is None]
    assert [(batch.rows, batch.answered) for batch in kept] == [(5, 5)]
    assert Decimal(kept[0].cost_usd or 0) == reply.cost_usd
    assert "trial" in kept[0].reason
    assert set(place.service.messages().values()) == {1}
    with closing(Audit(place.path)) as audit:
        assert len(list(audit.rows())) == 20
        assert audit.wrong() == []
    assert place.job.state is JobState.FINISHED


def test_a_job_whose_rows_were_all_tried_is_finished_at_once(
    place: Workplace, attempt: Try, script: Script, clock: Clock
) -> None:
    """Nothing is left to buy."""
    with place.load(made_rows(4)) as job_file:
        attempt(job_file)
        finish(place, job_file, clock)
    assert script.count(Endpoint.CREATE) == 0
    assert place.counts == {RowState.ANSWERED: 4}
    assert place.job.state is JobState.FINISHED


def test_twins_of_a_tried_row_have_its_answer(place: Workplace, attempt: Try, clock: Clock) -> None:
    """Also those that stand before it in the table."""
    rows = [(str(n), f"m{n % 3}", f"Text {n % 3}.") for n in range(1, 10)]
    with place.load(rows) as job_file:
        attempt(job_file, rows=(1, 2, 3))
        finish(place, job_file, clock)
    assert place.rows_bought() == {}
    assert place.counts == {RowState.ANSWERED: 3, RowState.COPIED: 6}
    check_export(place.export(), place.rows)


@pytest.mark.parametrize(
    "changes",
    [
        {"keep_trial": False},
        {"model": SONNET},
        {"background": "We sell soup."},
        {"answers": (parse_definition("echo: long text"),)},
        {"rows": Rows(picked=tuple(range(1, 13)))},
    ],
    ids=["not wanted", "model", "words", "columns", "other rows"],
)
def test_an_answer_to_another_question_is_not_kept(
    place: Workplace, attempt: Try, clock: Clock, changes: dict[str, Any]
) -> None:
    """Other words, columns or models ask anew, and so does whoever does not want to keep them."""
    with place.load(made_rows(12)) as job_file:
        reply = attempt(job_file)
        job_file.save_settings(replace(job_file.head().settings, **changes))
        finish(place, job_file, clock)
    kept = set(reply.rows) if "rows" in changes else set()
    assert set(place.rows_bought()) == set(range(1, 13)) - kept
    assert place.counts == {RowState.ANSWERED: 12}


def test_what_the_stand_in_answered_is_not_kept_in_a_real_job(
    place: Workplace, attempt: Try, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made-up answers stay practice."""
    from app.engine.connection import Connection

    with place.load(made_rows(12)) as job_file:
        with monkeypatch.context() as patch:
            make = place.connect
            patch.setattr(
                place, "connect", lambda: Connection(Mode.PRACTICE, lambda: make().service)
            )
            attempt(job_file)
        finish(place, job_file, clock)
    assert set(place.rows_bought()) == set(range(1, 13))


def test_two_models_are_compared_on_the_same_rows(place: Workplace, attempt: Try) -> None:
    """Each answers every row; differences are counted by column, and not those of free text."""
    answers = (
        parse_definition("pick: category = One | Two | Three"),
        parse_definition("echo: text"),
    )
    with place.load(made_rows(30), answers=answers) as job_file:
        reply = attempt(job_file, models=(HAIKU, SONNET))
    assert [(m.model, m.asked) for m in reply.models] == [(HAIKU, 5), (SONNET, 5)]
    assert [(column.column, column.rows) for column in reply.columns] == [("pick", 0)]
    assert reply.differ == 0
    prices = [model.per_thousand_usd for model in reply.models]
    assert prices[0] is not None
    assert prices[1] is not None
    assert prices[0] * 5 < prices[1]
    assert len({(one.row, one.model) for one in tried(place)}) == 10


def test_others_are_tried_in_the_next_turn(place: Workplace, attempt: Try) -> None:
    """Five others are others, and ten answers tell more than five."""
    with place.load(made_rows(60)) as job_file:
        first = attempt(job_file)
        second = attempt(job_file, turn=1)
    assert not set(first.rows) & set(second.rows)
    assert second.estimate.estimate.basis == "Based on 10 real answers"


@pytest.mark.parametrize(
    "fault",
    [
        reset,
        says(b"<html>Sign in</html>", 200),
        says(b'{"type": "ping"}', 200, "application/json"),
        refusal(500, "api_error"),
        refusal(529, "overloaded_error"),
        refusal(504, "timeout_error"),
    ],
    ids=["reset", "page", "other", "500", "529", "504"],
)
def test_a_lost_reply_is_said_and_the_row_not_asked_again(
    place: Workplace, attempt: Try, script: Script, fault: Any
) -> None:
    """Nobody knows whether it was charged: one call, no retry, and a sentence."""
    script.at_end(Endpoint.MESSAGE, lambda call, _reply: fault(call))
    with place.load(made_rows(30)) as job_file:
        reply = attempt(job_file)
    assert script.count(Endpoint.MESSAGE) == 5
    assert (reply.unsure, reply.models[0].answered) == (1, 4)
    assert reply.troubles[-1].startswith("1 answer was lost on its way and is perhaps charged")
    lost = [one for one in tried(place) if one.unsure]
    assert [(one.outcome, one.cost_usd) for one in lost] == [(None, None)]


def lose_one(script: Script) -> None:
    """Let the reply of the next message be lost on its way."""
    script.at_end(Endpoint.MESSAGE, lambda call, _reply: reset(call))


def test_a_row_whose_reply_was_lost_is_not_asked_again_by_the_next_trial(
    place: Workplace, attempt: Try, script: Script
) -> None:
    """Nor when it is compared, nor by its number alone: that it may be charged is said."""
    lose_one(script)
    with place.load(made_rows(30)) as job_file:
        first = attempt(job_file)
        (lost,) = {one.row for one in tried(place) if one.unsure}
        planned = plan(place)
        assert attempt(job_file).unsure == 1
        attempt(job_file, rows=(lost,))
        attempt(job_file, rows=first.rows, models=(HAIKU, SONNET))
    assert planned.calls == 0
    assert planned.doubt.startswith(f"Row {lost} was asked in a trial before")
    assert "not asked again" in planned.doubt
    asked = [one.model for one in tried(place) if one.row == lost]
    assert asked == [HAIKU, SONNET]
    assert script.count(Endpoint.MESSAGE) == 10


def test_a_row_whose_reply_was_lost_is_asked_again_when_that_is_meant(
    place: Workplace, attempt: Try, script: Script
) -> None:
    """By its number and with a word: the plan says that it may be paid for twice, and counts it."""
    lose_one(script)
    with place.load(made_rows(30)) as job_file:
        attempt(job_file)
        (lost,) = {one.row for one in tried(place) if one.unsure}
        planned = plan(place, rows=(lost,), again=True)
        unnamed = plan(place, again=True)
        reply = attempt(job_file, rows=(lost,), again=True)
    assert (planned.calls, unnamed.calls) == (1, 0)
    assert planned.most_usd is not None
    assert "paid for twice" in planned.doubt
    assert [answer.state for answer in reply.answers] == [RowState.ANSWERED]
    assert plan(place).doubt == ""
    assert script.count(Endpoint.MESSAGE) == 6


def test_the_review_says_that_a_lost_row_may_be_paid_for_twice(
    place: Workplace, attempt: Try, estimator: Estimator, script: Script
) -> None:
    """The job needs its answer, so that it is sent; whoever submits knows that before."""
    lose_one(script)
    with place.load(made_rows(12)) as job_file:
        attempt(job_file)
        found = review(place.path, CATALOG, 5, estimator, Mode.REAL)
    said = [check.text for check in found.checks if check.tone == "warn"]
    assert "1 row was perhaps charged in a trial and is sent again" in said


def test_every_call_is_made_once_and_after_a_lost_one_no_other_leaves(
    place: Workplace, attempt: Try, script: Script
) -> None:
    """The SDK repeats nothing by itself; what is wrong is not tried out on thirty rows."""
    script.always_at_start(Endpoint.MESSAGE, refusal(500, "api_error"))
    with place.load(made_rows(60)) as job_file:
        reply = attempt(job_file, count=30)
    calls = [call for call in script.calls if call.endpoint is Endpoint.MESSAGE]
    assert {call.retry_count for call in calls} == {0}
    assert reply.unsure == len(calls) <= AT_ONCE
    assert "fault" in reply.stopped


def test_a_row_is_written_down_before_it_leaves(
    place: Workplace, attempt: Try, script: Script
) -> None:
    """Whoever is killed while a row is asked knows afterwards that it may have been charged."""
    seen: list[int] = []

    def look(_call: Call) -> None:
        seen.append(len(tried(place)))

    script.always_at_start(Endpoint.MESSAGE, look)
    with place.load(made_rows(30)) as job_file:
        attempt(job_file, count=1)
        job_file.trials.note(replace(tried(place)[0], number=9, outcome=None))
        assert not tried(place)[1].unsure
        attempt(job_file, count=1, turn=1)
    assert seen == [1, 3]
    assert tried(place)[1].unsure


@pytest.mark.parametrize("endpoint", [Endpoint.COUNT, Endpoint.MESSAGE])
def test_a_definite_refusal_leaves_nothing_behind(
    place: Workplace, attempt: Try, script: Script, endpoint: Endpoint
) -> None:
    """A refused key, before or at the first row: it is said, nothing was charged or kept."""
    script.always_at_start(endpoint, refusal(401, "authentication_error"))
    with place.load(made_rows(30)) as job_file, pytest.raises(SheafError, match="key"):
        attempt(job_file)
    assert tried(place) == ()


def test_settings_that_the_service_refuses_are_found_before_anything_is_paid(
    place: Workplace, attempt: Try, script: Script
) -> None:
    """The free count checks every request first."""
    script.at_start(Endpoint.COUNT, refusal(400, "invalid_request_error", "Nonsense."))
    with place.load(made_rows(30)) as job_file, pytest.raises(SheafError, match="settings"):
        attempt(job_file)
    assert script.count(Endpoint.MESSAGE) == 0


def test_trouble_that_a_trial_shows_is_said(place: Workplace, attempt: Try, script: Script) -> None:
    """Cut-off answers are counted, with the longest answer that would help."""
    script.at_end(Endpoint.MESSAGE, changed(_cut), changed(_cut))
    with place.load(made_rows(30)) as job_file:
        reply = attempt(job_file)
    assert reply.troubles == ("2 of 5 were cut off. Raise the longest answer to 1,200.",)
    assert reply.models[0].answered == 3


def test_cut_off_answers_leave_open_what_a_longer_answer_costs(
    place: Workplace, attempt: Try, clock: Clock
) -> None:
    """As they were allowed they cost what they cost; with more allowed the range says: a guess.

    Asked again with more, the same rows tell how long their answers are, and nothing is open.
    """
    with place.load(made_rows(200), max_tokens=4) as job_file:
        same = attempt(job_file).estimate.estimate
        settings = replace(job_file.head().settings, max_tokens=300)
        job_file.save_settings(settings)
        with JobReader(place.path) as reader:
            found = Estimator().estimate(reader, settings, CATALOG, Mode.REAL).estimate
        whole = attempt(job_file).estimate.estimate
        finish(place, job_file, clock)
    assert same.basis == "Based on 5 real answers"
    assert same.output_tokens == 200 * 4
    assert found.basis == (
        "Based on 5 real answers: 5 of 5 were cut off, so longer answers are a guess"
    )
    assert whole.basis == "Based on 5 real answers"
    assert found.output_tokens > 5 * same.output_tokens
    cost = sum(Decimal(b.cost_usd or 0) for b in place.batches if b.remote_id) / 195
    for one in (found, whole):
        assert one.low_usd is not None
        assert one.high_usd is not None
        assert one.low_usd <= cost * one.rows <= one.high_usd
    assert same.expected_usd is not None
    assert found.high_usd is not None
    assert found.high_usd > 3 * same.expected_usd


def test_a_trial_is_priced_by_the_rows_that_are_drawn(place: Workplace, attempt: Try) -> None:
    """Long rows are drawn more often than they occur: their price is said, not the average's."""
    rows = made_rows(300)
    rows[::100] = [(number, mark, text + " word" * 20_000) for number, mark, text in rows[::100]]
    with place.load(rows) as job_file:
        planned, one, half = plan(place), plan(place, count=1), plan(place, in_batch=True)
        paid = attempt(job_file).cost_usd
    assert planned.expected_usd is not None
    assert half.expected_usd is not None
    assert one.expected_usd is not None
    assert paid is not None
    assert paid / 2 < planned.expected_usd < paid * 2
    assert planned.expected_usd == 2 * half.expected_usd > 5 * one.expected_usd


def test_a_trial_can_be_stopped(place: Workplace, attempt: Try, script: Script) -> None:
    """Rows on their way are kept; no other leaves."""
    stop = threading.Event()

    def halt(_call: Call) -> None:
        stop.set()

    script.always_at_start(Endpoint.MESSAGE, halt)
    with place.load(made_rows(60)) as job_file:
        reply = attempt(job_file, stop=stop, count=40)
    asked = script.count(Endpoint.MESSAGE)
    assert asked < 40
    assert len(tried(place)) == asked == reply.models[0].asked


def test_nothing_is_tried_of_a_job_that_was_submitted(place: Workplace, attempt: Try) -> None:
    """Its rows are bought already."""
    with place.load(made_rows(12)) as job_file:
        with closing(place.connect()) as way:
            start(place.bench, job_file, way)
        with pytest.raises(SheafError, match="submitted"):
            attempt(job_file)


@pytest.mark.parametrize("row", [1, 3, 77], ids=["blank", "twin", "not there"])
def test_rows_that_are_not_sent_cannot_be_tried(
    place: Workplace, attempt: Try, script: Script, row: int
) -> None:
    """Blank rows, twins and rows that do not exist: nothing is asked, and it is said."""
    with place.load([("1", "", ""), ("2", "m2", "text"), ("3", "m2", "text")]) as job_file:
        with pytest.raises(SheafError, match=f"Row {row} cannot be tried"):
            attempt(job_file, rows=(row, 2))
        assert attempt(job_file, rows=(2,)).rows == (2,)
    assert script.count(Endpoint.MESSAGE) == 1


def test_an_unknown_price_is_said_and_never_zero(place: Workplace, attempt: Try) -> None:
    """Neither the plan nor the trial names a sum that nobody knows."""
    models = tuple(replace(m, prices=None) if m.prices else m for m in CATALOG.models)
    with place.load(made_rows(12)) as job_file:
        place.bench = replace(place.bench, catalog=replace(place.bench.catalog, models=models))
        reply = attempt(job_file)
    assert (reply.cost_usd, reply.models[0].per_thousand_usd) == (None, None)


# --- what was bought before -------------------------------------------------------------------


def test_what_was_answered_is_not_bought_again_in_another_trial(
    place: Workplace, attempt: Try
) -> None:
    """A second model is asked alone, and compared with what the first one said before."""
    with place.load(made_rows(30)) as job_file:
        first = attempt(job_file)
        assert attempt(job_file).cost_usd == first.cost_usd
        both = attempt(job_file, rows=first.rows, models=(HAIKU, SONNET))
    assert [(m.model, m.answered) for m in both.models] == [(HAIKU, 5), (SONNET, 5)]
    assert sorted(place.service.messages().values()) == [1] * 10
    assert plan(place).calls == 0
    assert plan(place, turn=1).calls == 5


def test_rows_read_again_keep_their_answers_but_changed_ones(
    place: Workplace, attempt: Try, clock: Clock
) -> None:
    """What counts is what is asked: a file read anew is the same where its cells are."""
    rows = made_rows(12)
    with place.load(rows) as job_file:
        reply = attempt(job_file, rows=(2, 3, 4))
        changed = [*rows[:2], (rows[2][0], "m1", "Other words."), *rows[3:]]
        place.rows = changed
        write_table(place.folder / "data.csv", changed)
        load_again(place.bench, job_file, Wanted(place.folder / "data.csv"))
        finish(place, job_file, clock)
    assert reply.rows == (2, 3, 4)
    assert set(place.rows_bought()) == set(range(1, 13)) - {2, 4}
    check_export(place.export(), changed)


# --- money ------------------------------------------------------------------------------------


def test_the_money_of_answers_that_are_not_used_counts(
    place: Workplace, attempt: Try, script: Script, clock: Clock
) -> None:
    """In the job's spending, in its limit and in the audit, and a lost answer at its worst."""
    script.at_end(Endpoint.MESSAGE, lambda call, _reply: reset(call))
    with place.load(made_rows(12), max_cost_usd="1") as job_file:
        most = plan(place).most_usd
        reply = attempt(job_file)
        assert reply.cost_usd is not None
        assert most is not None
        held = added(one.held_usd for one in tried(place))
        assert held is not None
        assert reply.cost_usd < held <= reply.cost_usd + most / 2
        assert job_line(place.path).cost_usd == held
        settings = job_file.head().settings
        job_file.save_settings(replace(settings, background="We sell soup."))
        finish(place, job_file, clock)
    assert set(place.rows_bought()) == set(range(1, 13))
    aside = [batch for batch in place.batches if batch.changes.tried]
    assert sum(Decimal(batch.cost_usd or 0) for batch in aside) == held
    assert sum(batch.rows for batch in aside) == 5
    with closing(Audit(place.path)) as audit:
        attempts = [len(row.attempts) for row in audit.rows()]
        assert audit.wrong() == []
    assert sorted(attempts) == [1] * 7 + [2] * 5
    line = job_line(place.path)
    assert line.cost_usd == sum(Decimal(batch.cost_usd or 0) for batch in place.batches)


def test_a_spend_limit_holds_for_trials_too(place: Workplace, attempt: Try, script: Script) -> None:
    """What was tried before counts: nothing is asked when the worst case does not fit."""
    with place.load(made_rows(60)) as job_file:
        most = plan(place).most_usd
        assert most is not None
        limited = replace(job_file.head().settings, max_cost_usd=str(most))
        spent = attempt(job_file, settings=limited).cost_usd
        with pytest.raises(SheafError, match="does not let this trial go") as refused:
            attempt(job_file, settings=limited, turn=1)
    assert refused.value.halt is Halt.SPEND_LIMIT
    assert spent is not None
    assert spent <= most
    assert script.count(Endpoint.MESSAGE) == 5


def test_a_limit_in_dollars_cannot_hold_without_a_price(
    place: Workplace, attempt: Try, script: Script
) -> None:
    """It is said before anything is asked."""
    models = tuple(replace(m, prices=None) for m in CATALOG.models)
    with place.load(made_rows(12), max_cost_usd="5") as job_file:
        place.bench = replace(place.bench, catalog=replace(place.bench.catalog, models=models))
        with pytest.raises(SheafError, match="price"):
            attempt(job_file)
    assert script.count(Endpoint.MESSAGE) == 0


# --- faults while it goes on ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (refusal(401, "authentication_error"), "key was not accepted"),
        (refusal(402, "billing_error", "Your credit balance is too low."), "credit"),
        (refusal(429, "rate_limit_error", retry_after="20"), "slow down"),
    ],
    ids=["key", "credit", "too fast"],
)
def test_a_refusal_in_the_middle_keeps_what_came_and_says_why(
    place: Workplace, attempt: Try, script: Script, fault: Any, said: str
) -> None:
    """The row that was refused was not bought: it is asked when the person tries again."""
    script.at_start(Endpoint.MESSAGE, pass_in, pass_in, fault)
    script.always_at_start(Endpoint.MESSAGE, pass_in)
    with place.load(made_rows(60)) as job_file:
        reply = attempt(job_file, count=30)
        assert said in reply.stopped
        came = reply.models[0].answered
        assert 2 <= came < 30
        assert came == len(tried(place)) == len(place.service.messages())
        script.heal()
        again = attempt(job_file, count=30)
    assert (again.models[0].answered, again.stopped) == (30, "")
    assert set(place.service.messages().values()) == {1}


@pytest.mark.parametrize(
    ("change", "state", "said"),
    [
        ({"stop_reason": "refusal"}, RowState.DECLINED, "was declined by Claude"),
        ({"content": [{"type": "text", "text": "No idea."}]}, RowState.DOES_NOT_FIT, "else"),
    ],
    ids=["declined", "misfit"],
)
def test_an_answer_that_is_none_is_charged_said_and_asked_anew(
    place: Workplace, attempt: Try, script: Script, clock: Clock, change: Any, state: RowState,
    said: str,
) -> None:  # fmt: skip
    """It is not kept, so that its row is in the job's batches."""
    script.at_end(Endpoint.MESSAGE, changed(lambda message: message.update(change)))
    with place.load(made_rows(12)) as job_file:
        reply = attempt(job_file)
        finish(place, job_file, clock)
    odd = [answer for answer in reply.answers if answer.state != RowState.ANSWERED]
    assert [answer.state for answer in odd] == [state]
    assert said in reply.troubles[0]
    assert odd[0].cost_usd
    assert odd[0].row in place.rows_bought()
    assert len(place.rows_bought()) == 8


# --- for those who can wait -------------------------------------------------------------------


def work_off(place: Workplace, name: str, clock: Clock) -> Path:
    """Submit a trial's own job and work until it ends."""
    path = place.bench.places.jobs / name
    with JobFile.open(path) as job_file:
        place.work(job_file, Hurrying(clock))
    return path


def test_a_trial_in_a_batch_costs_half_and_is_taken_over(
    place: Workplace, attempt: Try, script: Script, clock: Clock, estimator: Estimator
) -> None:
    """It is a job of its own with a journal like any; its answers are kept like others."""
    with place.load(made_rows(20)) as job_file:
        at_once, half = plan(place), plan(place, in_batch=True)
        first = attempt(job_file, in_batch=True)
        assert script.count(Endpoint.MESSAGE) == script.count(Endpoint.CREATE) == 0
        assert attempt(job_file, in_batch=True).waiting == first.waiting
        with pytest.raises(SheafError, match="still being answered"):
            place.work(job_file)
        work_off(place, first.waiting[0], clock)
        settings = job_file.head().settings
        came = so_far(place.bench, job_file, estimator, settings, Mode.REAL)
        finish(place, job_file, clock)
    assert at_once.most_usd == 2 * (half.most_usd or 0)
    assert (came.waiting, came.models[0].answered, came.rows) == ((), 5, first.rows)
    assert came.estimate.estimate.basis == "Based on 5 real answers"
    assert place.counts == {RowState.ANSWERED: 20}
    check_export(place.export(), place.rows)
    counted = [batch for batch in place.batches if batch.changes.tried == first.waiting[0]]
    assert [Decimal(batch.cost_usd or 0) for batch in counted] == [came.cost_usd]
    assert len(place.service.bought()) == 20
    assert set(place.service.bought().values()) == {1}


def test_a_trial_in_a_batch_keeps_to_the_job_s_limit(
    place: Workplace, attempt: Try, clock: Clock
) -> None:
    """Its own job may spend what the limit still leaves."""
    with place.load(made_rows(60)) as job_file:
        limited = replace(job_file.head().settings, max_cost_usd="0.5", max_tokens_total=90_000)
        spent = attempt(job_file, settings=limited).cost_usd
        reply = attempt(job_file, settings=limited, turn=1, in_batch=True)
    with closing(JobView(place.bench.places.jobs / reply.waiting[0])) as view:
        left = view.head().settings.max_cost_usd
        tokens = view.head().settings.max_tokens_total
    assert spent is not None
    assert Decimal(left or 0) == Decimal("0.5") - spent
    assert tokens == 90_000 - sum(one.held_tokens for one in tried(place) if not one.job)


def test_a_trial_s_job_that_is_gone_leaves_its_rows_in_doubt(
    place: Workplace, attempt: Try, estimator: Estimator
) -> None:
    """They may have been charged: they count at their worst, and are said."""
    with place.load(made_rows(20)) as job_file:
        name = attempt(job_file, in_batch=True).waiting[0]
        delete(place.bench.places.jobs / name)
        settings = job_file.head().settings
        reply = so_far(place.bench, job_file, estimator, settings, Mode.REAL)
    assert (reply.unsure, reply.waiting) == (5, ())


def test_a_trial_s_job_that_is_gone_keeps_its_rows_from_being_bought_again(
    place: Workplace, attempt: Try, estimator: Estimator, clock: Clock
) -> None:
    """The job is refused until the file is back; then its answers are taken over and used."""
    away = place.folder / "away.sheaf"
    with place.load(made_rows(20)) as job_file:
        path = place.bench.places.jobs / attempt(job_file, in_batch=True).waiting[0]
        work_off(place, path.name, clock)
        path.rename(away)
        with pytest.raises(SheafError, match="is not there") as refused:
            place.work(job_file)
        held = review(place.path, CATALOG, 5, estimator, Mode.REAL)
        away.rename(path)
        finish(place, job_file, clock)
    assert path.name in refused.value.what
    assert [check.text for check in held.checks if check.tone == "stop"] == [
        "5 rows of a trial are perhaps charged, and its job is not there"
    ]
    assert place.counts == {RowState.ANSWERED: 20}
    assert len(place.service.bought()) == 20
    assert set(place.service.bought().values()) == {1}


def test_a_trial_s_job_that_is_back_before_it_is_over_is_waited_for(
    place: Workplace, attempt: Try, estimator: Estimator
) -> None:
    """Its rows are on their way again."""
    away = place.folder / "away.sheaf"
    with place.load(made_rows(20)) as job_file:
        settings = job_file.head().settings
        path = place.bench.places.jobs / attempt(job_file, in_batch=True).waiting[0]
        path.rename(away)
        assert so_far(place.bench, job_file, estimator, settings, Mode.REAL).unsure == 5
        away.rename(path)
        reply = so_far(place.bench, job_file, estimator, settings, Mode.REAL)
    assert (reply.unsure, reply.waiting) == (0, (path.name,))


def test_another_job_under_the_name_of_a_trial_s_job_is_not_taken_for_it(
    place: Workplace, attempt: Try, clock: Clock, estimator: Estimator
) -> None:
    """Names are given again once they are free; what counts is the tag."""
    with place.load(made_rows(20)) as job_file:
        settings = job_file.head().settings
        first = attempt(job_file, in_batch=True)
        delete(place.bench.places.jobs / first.waiting[0])
        second = attempt(job_file, in_batch=True, turn=1)
        assert second.waiting == first.waiting
        work_off(place, second.waiting[0], clock)
        so_far(place.bench, job_file, estimator, settings, Mode.REAL)
    assert {one.row for one in tried(place) if one.unsure} == set(first.rows)
    assert {one.row for one in tried(place) if one.is_answered} == set(second.rows)


def test_rows_of_a_trial_that_is_gone_are_bought_again_when_that_is_chosen(
    place: Workplace, attempt: Try, clock: Clock
) -> None:
    """Whoever does not keep the answers of trials buys every row with the job."""
    with place.load(made_rows(20)) as job_file:
        delete(place.bench.places.jobs / attempt(job_file, in_batch=True).waiting[0])
        job_file.save_settings(replace(job_file.head().settings, keep_trial=False))
        finish(place, job_file, clock)
    assert set(place.rows_bought()) == set(range(1, 21))


def test_a_mistake_of_sheaf_s_own_leaves_no_row_unaccounted_for(
    place: Workplace, attempt: Try, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows that were on their way are in doubt, and no other leaves."""

    def broken(*_: object) -> None:
        raise ValueError("of our own")

    monkeypatch.setattr("app.engine.trial.answer", broken)
    with place.load(made_rows(60)) as job_file, pytest.raises(ValueError, match="of our own"):
        attempt(job_file, count=30)
    assert all(one.unsure for one in tried(place))
    assert 1 <= len(tried(place)) <= AT_ONCE


def test_the_review_leaves_out_what_was_tried(
    place: Workplace, attempt: Try, estimator: Estimator, clock: Clock
) -> None:
    """Its batches are those that are sent; rows that are still being answered hold it up."""
    with place.load(made_rows(12)) as job_file:
        attempt(job_file)
        found = review(place.path, CATALOG, 5, estimator, Mode.REAL)
        waiting = attempt(
            job_file,
            rows=tuple(row for row in range(1, 13) if row not in {one.row for one in tried(place)})[
                :2
            ],
            in_batch=True,
        )
        held = review(place.path, CATALOG, 5, estimator, Mode.REAL)
        work_off(place, waiting.waiting[0], clock)
        finish(place, job_file, clock)
    assert found.batches == (5, 2)
    assert "5 rows were answered in a trial" in [check.text for check in found.checks]
    assert [check.text for check in held.checks if check.tone == "stop"] == [
        "2 rows of a trial are still being answered"
    ]
    assert place.counts == {RowState.ANSWERED: 12}
    assert sum(place.service.bought().values()) + len(place.service.messages()) == 12


def test_a_large_table_is_not_read_through_for_a_trial(
    place: Workplace, attempt: Try, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are drawn from an even sample; each speaks for its share of all rows."""
    monkeypatch.setattr("app.engine.estimate.NEAR_ROWS", 100)
    monkeypatch.setattr("app.engine.trial_draw.SAMPLED", 50)
    read: list[int] = []
    rows = JobReader.source_rows_of

    def noted(reader: JobReader, wanted: list[int]) -> Any:
        read.append(len(wanted))
        return rows(reader, wanted)

    monkeypatch.setattr(JobReader, "source_rows_of", noted)
    with place.load(made_rows(400)) as job_file:
        reply = attempt(job_file)
        picked = attempt(job_file, rows=(7, 399))
        with pytest.raises(SheafError, match="Row 401 cannot be tried"):
            attempt(job_file, rows=(7, 401))
        settings = replace(job_file.head().settings, rows=Rows(picked=tuple(range(201, 401))))
        of_few = attempt(job_file, settings=settings, turn=1)
    assert max(read) <= 52
    assert picked.rows == (7, 399)
    assert min(of_few.rows) > 200
    first = [one for one in tried(place) if one.round == 1]
    assert tuple(sorted(one.row for one in first)) == reply.rows
    assert 300 < sum(one.weight for one in first) < 500
    assert all(one.outcome and one.outcome.cells == (place.rows[one.row - 1][1],) for one in first)


def test_a_limit_in_tokens_holds_for_trials_too(
    place: Workplace, attempt: Try, script: Script
) -> None:
    """Where no price is known, tokens are what is limited."""
    models = tuple(replace(m, prices=None) for m in CATALOG.models)
    with place.load(made_rows(12), max_tokens_total=1_500) as job_file:
        place.bench = replace(place.bench, catalog=replace(place.bench.catalog, models=models))
        with pytest.raises(SheafError, match="1,500 tokens does not let this trial go"):
            attempt(job_file)
        assert attempt(job_file, count=1).models[0].answered == 1
    assert script.count(Endpoint.MESSAGE) == 1


@pytest.mark.parametrize(
    "facts",
    ["{}", "null", '"x"', '{"row": -1}', '{"size": 1e300}', '{"job": "../other.sheaf"}',
     '{"most_usd": "1e999"}', '{"sent_at": "0001-01-01T00:00:00Z"}'],
)  # fmt: skip
def test_odd_facts_of_a_trial_are_a_damaged_file(
    place: Workplace, attempt: Try, facts: str
) -> None:
    """A stranger's job file can show nothing that is reckoned with, and leads to no path."""
    with place.load(made_rows(12)) as job_file:
        attempt(job_file, count=1)
    with closing(sqlite3.connect(place.path)) as database, database:
        (whole,) = database.execute("select facts from trial").fetchone()
        odd = json.loads(facts)
        if isinstance(odd, dict) and odd:
            odd = {**json.loads(whole), **odd}
        database.execute("update trial set facts = ?", (json.dumps(odd),))
    with pytest.raises(SheafError, match="damaged"):
        tried(place)
