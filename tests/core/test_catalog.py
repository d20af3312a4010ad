"""Promises of the catalogue: the live list rules, endings are marked, the cheapest is suggested."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.core import days
from app.core.catalog import Catalog, Lifecycle, Model, Thinking
from app.core.errors import SheafError
from app.core.live_models import LiveModel, merge_live
from app.core.model_marks import MarkKind, mark
from app.engine.bench import bundled_catalog
from app.practice.models import KNOWN_MODELS, PracticeModel

CATALOG = bundled_catalog()
HAIKU = CATALOG.need("claude-haiku-5-5")


def _live(*changes: LiveModel) -> Catalog:
    """Return the catalogue with a live list of all bundled models, some of them changed."""
    changed = {model.id: model for model in changes}
    listed = [
        changed.pop(model.id, LiveModel(model.id, model.name))
        for model in CATALOG.models
        if model.lifecycle is not Lifecycle.RETIRED
    ]
    return merge_live(CATALOG, [*listed, *changed.values()])


def test_a_list_that_says_nothing_changes_nothing() -> None:
    """Where the service leaves something open, the bundled table counts."""
    assert _live().models == CATALOG.models


def test_limits_and_abilities_come_from_the_service() -> None:
    """What the live list says of a known model is laid over the bundled table; prices stay."""
    said = LiveModel(
        HAIKU.id,
        HAIKU.name,
        max_input_tokens=5,
        max_output_tokens=7,
        structured_outputs=False,
        images=False,
        pdfs=False,
        efforts=("low",),
    )
    found = _live(said).need(HAIKU.id)
    assert (found.max_input_tokens, found.max_output_tokens, found.efforts) == (5, 7, ("low",))
    assert (found.structured_outputs, found.images, found.pdfs) == (False, False, False)
    assert found.prices == HAIKU.prices


@pytest.mark.parametrize(
    ("model", "types", "thinking", "off", "on"),
    [
        ("claude-haiku-5-5", ("adaptive", "disabled"), Thinking.ON, "disabled", "adaptive"),
        (
            "claude-haiku-5-5",
            ("adaptive", "between_tools"),
            Thinking.ON,
            "between_tools",
            "adaptive",
        ),
        ("claude-haiku-5-5", ("adaptive",), Thinking.ALWAYS, "", "adaptive"),
        ("claude-haiku-5-5", (), Thinking.OFF, "", ""),
        ("claude-opus-4-8", ("adaptive", "disabled"), Thinking.OFF, "", "adaptive"),
        ("claude-haiku-4-5", ("disabled", "enabled"), Thinking.OFF, "", "enabled"),
        ("claude-nova-6", ("adaptive", "disabled"), Thinking.ON, "disabled", "adaptive"),
        ("claude-nova-6", None, Thinking.ON, "", ""),
    ],
)
def test_thinking_follows_the_types_that_the_service_names(
    model: str, types: tuple[str, ...] | None, thinking: Thinking, off: str, on: str
) -> None:
    """A switch that is gone is not sent; a new model counts as thinking until told otherwise."""
    found = _live(LiveModel(model, "Name", thinking_types=types)).need(model)
    assert (found.thinking, found.thinking_off, found.thinking_on) == (thinking, off, on)


def test_a_new_model_is_offered_without_a_price_and_not_suggested() -> None:
    """An unknown price is said, and never wins as the cheapest."""
    found = _live(LiveModel("claude-nova-6", "Claude Nova 6"))
    assert found.offered()[-1].id == "claude-nova-6"
    assert found.need("claude-nova-6").prices is None
    assert found.suggested().id == HAIKU.id


def test_a_model_that_the_key_may_not_use_is_marked_and_not_suggested() -> None:
    """The list of this key lacks it: it stays to be seen, and another one is suggested."""
    listed = [LiveModel(m.id, m.name) for m in CATALOG.models if m.id != HAIKU.id]
    found = merge_live(CATALOG, listed)
    lacking = mark(found.need(HAIKU.id))
    assert lacking is not None
    assert lacking.kind is MarkKind.UNLISTED
    # Haiku 4.5: 5 x $1 + $5 = $10 of five parts reading and one part writing; Sonnet 5.5 is $20.
    assert found.suggested().id == "claude-haiku-4-5"


@pytest.mark.parametrize(
    "said",
    [
        LiveModel(HAIKU.id, HAIKU.name, batches=False),
        LiveModel(HAIKU.id, HAIKU.name, structured_outputs=False),
        LiveModel(HAIKU.id, HAIKU.name, lifecycle="deprecated"),
    ],
)
def test_the_suggestion_is_the_cheapest_able_model(said: LiveModel) -> None:
    """A model that is cheaper but cannot do it, or is about to end, is not suggested."""
    assert CATALOG.suggested().id == HAIKU.id
    assert _live(said).suggested().id == "claude-haiku-4-5"


def test_what_speaks_against_a_model_is_marked_with_its_date() -> None:
    """Retired, retiring, unable to do batches, or for a few: each is said, the worst first."""
    found = _live(
        LiveModel("claude-opus-5", "Claude Opus 5", lifecycle="deprecated", retires="2027-01-31"),
        LiveModel("claude-sonnet-5", "Claude Sonnet 5", batches=False),
    )
    marks = {model.id: mark(model) for model in found.models}
    kinds = {name: (said.kind, said.on) for name, said in marks.items() if said is not None}
    assert kinds["claude-opus-5"] == (MarkKind.RETIRING, "2027-01-31")
    assert kinds["claude-sonnet-4-5"] == (MarkKind.RETIRING, "2026-11-30")
    assert kinds["claude-sonnet-5"] == (MarkKind.NO_BATCHES, "")
    assert kinds["claude-opus-4-1"] == (MarkKind.RETIRED, "2026-08-05")
    assert kinds["claude-mythos-5-1"] == (MarkKind.LIMITED, "")
    assert marks[HAIKU.id] is None
    for said in filter(None, marks.values()):
        assert days.in_words(said.on) in said.sentence
        assert days.in_words(said.on) in said.short


def test_a_model_ends_on_its_day_though_nobody_asked_the_service() -> None:
    """Offline, a model whose last day has passed is retired: its requests would all fail."""
    last = date(2026, 11, 30)
    assert CATALOG.on(date(2026, 11, 29)).need("claude-sonnet-4-5")
    with pytest.raises(SheafError, match="retired"):
        CATALOG.on(last).need("claude-sonnet-4-5")


def test_a_model_that_cannot_do_batches_is_not_offered() -> None:
    """Neither is a retired one."""
    found = _live(replace(LiveModel(HAIKU.id, HAIKU.name), batches=False))
    assert HAIKU.id not in {model.id for model in found.offered()}
    assert all(model.lifecycle is not Lifecycle.RETIRED for model in found.offered())


def test_a_model_without_any_price_is_still_suggested_where_there_is_no_other() -> None:
    """A list of new models only still has one to begin with."""
    assert Catalog((Model("new", "New"),)).suggested().id == "new"


@pytest.mark.parametrize("model", KNOWN_MODELS, ids=lambda model: model.id)
def test_what_requests_may_ask_is_what_practice_takes(model: PracticeModel) -> None:
    """A begun answer, and a tool that must be used: of each model both say the same."""
    known = CATALOG.find(model.id)
    if known is not None:
        assert (known.prefill, known.forced_tools) == (model.prefill, model.forced_tools)


def test_a_model_nobody_knows_is_asked_the_usual_way() -> None:
    """It goes on with no begun answer, and may be made to use a tool."""
    live = _live(LiveModel("claude-next-9", "Claude Next 9")).need("claude-next-9")
    assert (live.prefill, live.forced_tools) == (False, True)


@pytest.mark.parametrize(
    ("name", "successor"),
    [
        ("claude-opus-4-1-20250805", "claude-opus-5-5"),
        ("claude-3-7-sonnet-20250219", "claude-sonnet-5-5"),
        ("claude-3-5-haiku-20241022", "claude-haiku-5-5"),
        ("claude-3-5-sonnet-20241022", "claude-sonnet-5-5"),
        ("claude-3-opus-20240229", "claude-opus-5-5"),
        ("claude-3-5-sonnet-latest", "claude-sonnet-5-5"),
        ("claude-2.1", "claude-haiku-5-5"),
        ("claude-instant-1.2", "claude-haiku-5-5"),
    ],
)
def test_dated_ids_of_retired_models_are_retired(name: str, successor: str) -> None:
    """As tutorials have them: they are known, and what takes their place is named."""
    model = CATALOG.find(name)
    assert model is not None
    assert model.lifecycle is Lifecycle.RETIRED
    assert CATALOG.successor(model).id == successor
    with pytest.raises(SheafError, match=successor):
        CATALOG.need(name)


@pytest.mark.parametrize("name", ["claude-9", "claude-haiku-5-5-20261007", "claude-30", "gpt-4"])
def test_other_unknown_ids_are_not_called_retired(name: str) -> None:
    """A newer model than Sheaf knows is unknown, not gone."""
    assert CATALOG.find(name) is None
