"""A desk whose trials are the engine's own, against a practice service in this process.

with trial_desk(tmp_path, path, script) as desk: ...     rows are really asked; nothing is played
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from app.core.errors import SheafError
from app.core.job import Mode
from app.engine import connection
from app.engine.begin import start
from app.engine.bench import Bench, Control
from app.engine.estimator import Estimator
from app.engine.home import home_of
from app.engine.money_replies import TrialPlan, TrialReply
from app.engine.money_verbs import PlanTrial, StopTrial, TrialSoFar, TryRows
from app.engine.replies import EstimateReply, JobLine
from app.engine.run import Run
from app.engine.trial_plan import plan_trial, wish_of
from app.engine.try_rows import so_far, try_rows
from app.engine.verbs import EstimateJob, Submit
from app.engine.view import job_line
from app.practice.message import Voice
from app.practice.replies import Ask
from app.store.job_file import JobFile
from app.store.reader import JobReader
from tests.engine.conftest import QUICK
from tests.faulty_claude import Script, changed
from tests.practice_service import PracticeService
from tests.ui.draft_job import CATALOG, desk_for
from tests.ui.fake_desk import A_KEY, FakeDesk, places_in


def agreeing(ask: Ask) -> str:
    """Answer every row alike, whatever is asked."""
    shape = (ask.schema or {"properties": {}})["properties"]
    return json.dumps({name: _value(column) for name, column in shape.items()})


def _value(column: dict[str, Any]) -> Any:
    if "anyOf" in column:
        return _value(column["anyOf"][0])
    if "enum" in column:
        return column["enum"][0]
    return {"boolean": True, "number": 3}.get(column.get("type", ""), "Soft, washes well")


class _Engine:
    """Does what the engine process would do for one draft."""

    def __init__(self, home: Path, service: PracticeService, mode: Mode) -> None:
        self._service = service
        self._mode = mode
        self._estimator = Estimator()
        self.said: list[Any] = []
        self.stopped = False
        self.bench = Bench(places_in(home), CATALOG, self.said.append, QUICK)

    def _way(self) -> connection.Connection:
        return connection.real(self._service.address, self._service.token)

    def settle(self, path: str) -> None:
        """Make the draft at home here."""
        with JobFile.open(Path(path)) as job_file:
            job_file.set_home(home_of(self.bench.places, Path(path)))

    def estimate(self, verb: EstimateJob) -> EstimateReply:
        with JobReader(Path(verb.job)) as reader:
            return self._estimator.estimate(reader, verb.settings, CATALOG, Mode.REAL)

    def plan(self, verb: PlanTrial) -> TrialPlan:
        with JobReader(Path(verb.job)) as reader:
            wish = wish_of(verb)
            planned = plan_trial(self._estimator, reader, verb.settings, CATALOG, Mode.REAL, wish)
            return planned.reply()

    def try_rows(self, verb: TryRows) -> TrialReply:
        wish = wish_of(verb)
        with JobFile.open(Path(verb.job)) as job_file, closing(self._way()) as way:
            return try_rows(
                self.bench, job_file, way, self._estimator, verb.settings, wish, self._is_stopped
            )

    def _is_stopped(self) -> bool:
        return self.stopped

    def stop(self, _verb: StopTrial) -> None:
        self.stopped = True

    def so_far(self, verb: TrialSoFar) -> TrialReply:
        with JobFile.open(Path(verb.job)) as job_file:
            return so_far(self.bench, job_file, self._estimator, verb.settings, Mode.REAL)

    def submit(self, verb: Submit) -> JobLine:
        """Submit a job and work until it is over."""
        with JobFile.open(Path(verb.job)) as job_file, closing(self._way()) as way:
            start(self.bench, job_file, way)
            Run(self.bench, job_file, way, Control()).go()
        return job_line(verb.job)


def _said(work: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return what answers with the error that it meets, as the engine does."""

    def answer(verb: Any) -> Any:
        try:
            return work(verb)
        except SheafError as error:
            return error

    return answer


@contextmanager
def trial_desk(home: Path, path: str, script: Script, **named: Any) -> Iterator[FakeDesk]:
    """Give a desk that tries rows of a draft for real."""
    voice = Voice(reply=agreeing)
    with PracticeService(home / "service", voice=voice, finish_seconds=0, faults=script) as service:
        engine = _Engine(home, service, Mode.REAL)
        engine.settle(path)
        answers: dict[Any, Any] = {
            EstimateJob: _said(engine.estimate),
            PlanTrial: _said(engine.plan),
            TryRows: _said(engine.try_rows),
            TrialSoFar: _said(engine.so_far),
            StopTrial: _said(engine.stop),
            Submit: _said(engine.submit),
        }
        desk = desk_for(home, path, answers, **{"key": A_KEY, **named})
        yield desk
        desk.close()


def otherwise(model: str, change: dict[str, Any]) -> Any:
    """Return a fault that lets one model answer something else."""

    def act(message: dict[str, Any]) -> None:
        if message.get("model") == model:
            text = message["content"][-1]
            text["text"] = json.dumps({**json.loads(text["text"]), **change})

    return changed(act)
