"""Trials as the window asks for them: through the engine, on the thread of the job."""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from app.core.errors import SheafError
from app.core.job import JobState, Mode, RowState
from app.engine import connection
from app.engine import verbs as ask
from app.engine.events import Progress
from app.engine.money_verbs import PlanTrial, StopTrial, TrialSoFar, TryRows
from app.engine.practice_link import PracticeService as Found
from app.engine.view import JobView
from app.paths import Places
from app.practice.wire import Endpoint
from app.store.bills import Bills
from tests.engine.conftest import Script
from tests.engine.test_host import Gate, Window, home, load, settings, window
from tests.faulty_claude import refusal
from tests.practice_service import PracticeService

__all__ = ["home", "window"]


def test_rows_are_priced_tried_and_used(
    window: Window, tmp_path: Path, service: PracticeService
) -> None:
    """The plan, the answers with their progress, the forecast, the job, and the books."""
    job = load(window, tmp_path)
    planned = window.ask(PlanTrial(job, settings()))
    assert (len(planned.rows), planned.calls, planned.problem) == (5, 5, "")
    assert service.messages() == {}
    came = window.ask(TryRows(job, settings()))
    assert came.rows == planned.rows
    assert came.cost_usd < planned.most_usd
    said = [event for event in window.events if isinstance(event, Progress)]
    assert [(e.done, e.total) for e in said if e.stage == "trying"] == [(n, 5) for n in range(1, 6)]
    assert window.ask(ask.EstimateJob(job, settings())).estimate == came.estimate.estimate
    assert window.ask(TrialSoFar(job, settings())).answers == came.answers
    paid = sum(payment.cost_usd or 0 for payment in Bills(Path(job).parent).payments())
    assert paid == came.cost_usd
    window.ask(ask.Submit(job, Mode.REAL))
    done = window.wait_for(job, JobState.FINISHED)
    assert done.counts == {RowState.ANSWERED: 12}
    assert len(service.bought()) == 7
    assert set(service.messages().values()) == {1}
    with pytest.raises(SheafError, match="submitted"):
        window.ask(TryRows(job, settings(), turn=1))


def test_a_trial_is_stopped_between_two_rows(
    window: Window, tmp_path: Path, script: Script, service: PracticeService
) -> None:
    """Those on their way still come; no other leaves, and a later trial is not stopped."""
    job = load(window, tmp_path)
    gate = Gate()
    script.at_start(Endpoint.MESSAGE, *[gate] * 5)
    number = window.post(TryRows(job, settings(), count=12))
    assert gate.reached.wait(30)
    stop = window.post(StopTrial(job))
    gate.open.set()
    came = window.answer(number, TryRows)
    window.answer(stop, StopTrial)
    assert came.stopped == "Stopped."
    assert came.models[0].answered == len(service.messages()) < 12
    again = window.ask(TryRows(job, settings(), count=12))
    assert (again.stopped, again.models[0].answered) == ("", 12)
    assert set(service.messages().values()) == {1}


def test_a_stop_that_comes_before_the_trial_begins_is_heard(
    window: Window, tmp_path: Path, script: Script, service: PracticeService
) -> None:
    """Pressed while the job is still busy with something else."""
    job = load(window, tmp_path)
    gate = Gate()
    script.at_start(Endpoint.COUNT, *[gate] * 5)
    number = window.post(TryRows(job, settings()))
    assert gate.reached.wait(30)
    window.post(StopTrial(job))
    gate.open.set()
    assert window.answer(number, TryRows).rows
    assert service.messages() == {}


def test_a_trial_in_a_batch_goes_through_the_engine(
    window: Window, tmp_path: Path, service: PracticeService
) -> None:
    """The trial's job is a job like any; the draft then has its answers."""
    job = load(window, tmp_path)
    came = window.ask(TryRows(job, settings(), in_batch=True))
    (name,) = came.waiting
    trial = str(Path(job).parent / name)
    window.ask(ask.Submit(trial, Mode.REAL))
    window.wait_for(trial, JobState.FINISHED)
    known = window.ask(TrialSoFar(job, settings()))
    assert (known.models[0].answered, known.waiting) == (5, ())
    assert service.messages() == {}
    with closing(JobView(trial)) as view:
        cost = view.line().cost_usd
    assert known.cost_usd == cost
    window.ask(ask.Submit(job, Mode.REAL))
    window.wait_for(job, JobState.FINISHED)
    assert sorted(service.bought().values()) == [1] * 12
    paid = sum(payment.cost_usd or Decimal(0) for payment in Bills(Path(job).parent).payments())
    with closing(JobView(job)) as view:
        assert paid == view.line().cost_usd


def test_practice_tries_at_the_stand_in(
    window: Window, tmp_path: Path, service: PracticeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job that is for practice only asks the stand-in, even with a key, and is free."""
    asked: list[Places] = []

    def stand_in(places: Places) -> Found:
        asked.append(places)
        return Found(service.address, service.token)

    monkeypatch.setattr(connection, "find_or_start", stand_in)
    only = settings(practice_only=True)
    job = load(window, tmp_path, practice_only=True)
    came = window.ask(TryRows(job, only))
    assert (came.models[0].answered, len(asked)) == (5, 1)
    with closing(JobView(job)) as view:
        assert {one.mode for one in view.trial()} == {Mode.PRACTICE}
        assert view.line().cost_usd == 0
    assert Bills(Path(job).parent).payments() == []


def test_a_refused_key_is_said(window: Window, tmp_path: Path, script: Script) -> None:
    """The words of the error come back, and nothing is noted."""
    job = load(window, tmp_path)
    script.always_at_start(Endpoint.MESSAGE, refusal(401, "authentication_error"))
    with pytest.raises(SheafError, match="not accepted"):
        window.ask(TryRows(job, settings()))
    with closing(JobView(job)) as view:
        assert view.trial() == ()
