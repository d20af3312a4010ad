"""A model that ends soon is said in the review and beside the price, before anybody pays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.clock import now
from app.core.catalog import Catalog, Lifecycle
from app.engine.estimator import Estimator
from app.engine.review import review
from app.store.reader import JobReader
from tests.engine.conftest import Workplace

MODEL = "claude-haiku-5-5"


def _ending(catalog: Catalog, days: int | None) -> Catalog:
    """Return the catalogue in which the model ends in so many days; None: some day."""
    day = "" if days is None else (now() + timedelta(days=days)).date().isoformat()
    ends = replace(catalog.need(MODEL), lifecycle=Lifecycle.DEPRECATED, retires=day)
    return replace(catalog, models=tuple(ends if m.id == MODEL else m for m in catalog.models))


@pytest.mark.parametrize(
    ("days", "said"),
    [(9, "in 9 days"), (1, "tomorrow"), (None, "no day is named yet"), (70, "")],
)
def test_an_end_is_in_the_review_and_in_the_notes(
    place: Workplace, days: int | None, said: str
) -> None:
    """It warns and offers another model; far away it is silent."""
    with place.load(model=MODEL):
        catalog = _ending(place.bench.catalog, days)
        checks = [c for c in review(place.path, catalog, None).checks if c.action == "change_model"]
        with JobReader(place.path) as reader:
            job = reader.head()
            found = Estimator().estimate(reader, job.settings, catalog, job.mode)
    notes = [note.text for note in found.notes if note.code == "ending"]
    assert [check.tone for check in checks] == (["warn"] if said else [])
    assert len(notes) == len(checks)
    for text in [check.text for check in checks] + notes:
        assert said in text
