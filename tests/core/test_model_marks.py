"""Promises about models that end: marked with their day, and warned about in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.core.catalog import Lifecycle
from app.core.live_models import LiveModel, merge_live
from app.core.model_marks import ending, mark
from app.engine.bench import bundled_catalog

CATALOG = bundled_catalog()
OLD = CATALOG.need("claude-sonnet-4-5")
"""Retires on 30 November 2026."""


def _at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (_at(9, 30), None),
        (_at(10, 1), "retires on 30 November 2026, in 60 days"),
        (_at(11, 21), "retires on 30 November 2026, in 9 days"),
        (_at(11, 29), "retires on 30 November 2026, tomorrow"),
        (_at(12, 2), "was to retire on 30 November 2026"),
    ],
)
def test_an_end_within_sixty_days_is_said(when: datetime, said: str | None) -> None:
    """Not before, and with the days that are left."""
    found = ending(OLD, when)
    assert (found.text if found else None) == (said and f"Claude Sonnet 4.5 {said}")


@pytest.mark.parametrize(
    ("when", "late"),
    [(_at(11, 28, 23), False), (_at(11, 29, 0), True), (_at(11, 29, 23), True)],
)
def test_a_batch_that_could_end_after_the_model_is_said(when: datetime, late: bool) -> None:
    """From 24 hours before the model's last moment on, rows may be left without an answer."""
    found = ending(OLD, when)
    assert found is not None
    assert ("A batch may take 24 hours" in found.detail) is late


def test_an_end_without_a_day_is_said_too() -> None:
    """A deprecated model of which no day is named; nothing is said of one that stays."""
    preview = CATALOG.need("claude-mythos-preview")
    found, said = ending(preview, _at(11, 21)), mark(preview)
    assert found is not None
    assert said is not None
    assert found.text == "Claude Mythos Preview will be retired; no day is named yet"
    assert said.short == "Will be retired"
    assert ending(CATALOG.need("claude-haiku-5-5"), _at(11, 21)) is None


def test_the_service_names_the_day_and_may_put_it_off() -> None:
    """What the live list says holds: a later day, none yet, or no end at all any more."""
    for lifecycle, day, short in (
        ("deprecated", "2027-02-01", "Retires 1 February 2027"),
        ("deprecated", None, "Will be retired"),
        ("active", None, None),
    ):
        live = LiveModel(OLD.id, OLD.name, lifecycle=lifecycle, retires=day)
        said = mark(merge_live(CATALOG, [live]).need(OLD.id))
        assert (said.short if said else None) == short


def test_a_model_that_is_still_listed_after_its_day_is_not_retired() -> None:
    """The service's list is what tells; without it the day does, and the mark has it."""
    after = date(2026, 12, 2)
    live = LiveModel(OLD.id, OLD.name, lifecycle="deprecated", retires="2026-11-30")
    listed = merge_live(CATALOG, [live]).on(after).find(OLD.id)
    unlisted = merge_live(CATALOG, []).on(after).find(OLD.id)
    alone = CATALOG.on(after).find(OLD.id)
    states = [model.lifecycle for model in (listed, unlisted, alone) if model is not None]
    assert states == [Lifecycle.DEPRECATED, Lifecycle.RETIRED, Lifecycle.RETIRED]
    assert alone is not None
    said = mark(alone)
    assert said is not None
    assert said.short == "Retired 30 November 2026"
    assert ending(alone, _at(12, 2)) is None


def test_a_model_without_batches_is_marked() -> None:
    """It cannot be chosen here, whatever else it can."""
    said = mark(replace(OLD, batches=False))
    assert said is not None
    assert said.short == "Not in batches"
