"""A desk whose questions about rows are answered by the engine itself, from real job files.

desk = real_desk(tmp_path)
page = JobPage(desk)
page.show_line(made.line())     groups, orderings, counts and estimates are the engine's own
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from app.core.job import Job, JobSettings, Mode
from app.engine.bench import Bench, bundled_catalog
from app.engine.bill_verbs import Bill, PastForecasts, SaveBill, Spending
from app.engine.errands import Errands
from app.engine.estimator import Estimator
from app.engine.key_case import KeyCase
from app.engine.replies import ModelList
from app.engine.verbs import Arrange, Distribute, EstimateJob, Groups, Verb
from tests.ui.fake_desk import A_KEY, FakeDesk, places_in

CATALOG = bundled_catalog()
MODELS = ModelList(CATALOG.models, CATALOG.suggested().id, CATALOG.as_of, live=False)
_LOOKING = (Arrange, Bill, Distribute, EstimateJob, Groups, PastForecasts, SaveBill, Spending)


class _Keys:
    """What the engine's errands about rows need of a key case."""

    catalog = CATALOG

    def __init__(self) -> None:
        self.estimator = Estimator()

    def mode_of(self, job: Job, _settings: JobSettings) -> Mode:
        """Say where a job was bought."""
        return job.mode


def real_desk(home: Path, answers: dict[type[Verb], Any] | None = None) -> FakeDesk:
    """Return a desk with a key, whose verbs that only look are answered by the engine."""
    bench = Bench(places_in(home), CATALOG, lambda _event: None)
    errands = Errands(bench, cast("KeyCase", _Keys()))
    known: dict[type[Verb], Any] = dict.fromkeys(_LOOKING, errands.run)
    return FakeDesk(home, {**known, **(answers or {})}, key=A_KEY, models=MODELS)
