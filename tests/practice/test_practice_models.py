"""The practice service's models and the bundled catalogue are two statements of the same facts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.core.catalog import Lifecycle, Model, Thinking, read_catalog
from app.practice.models import KNOWN_MODELS, by_name

CATALOG = read_catalog(
    json.loads((Path(__file__).parents[2] / "resources" / "models.json").read_text("utf-8"))
)
USABLE = [model for model in CATALOG.models if model.lifecycle is not Lifecycle.RETIRED]


@pytest.mark.parametrize("model", USABLE, ids=lambda model: model.id)
def test_a_model_of_the_catalogue_can_be_practised_with(model: Model) -> None:
    """Limits, efforts and thinking rules agree, so that practice refuses what the API refuses."""
    practised = by_name(KNOWN_MODELS)[model.id]

    assert practised.name == model.name
    assert practised.max_input_tokens == model.max_input_tokens
    assert practised.max_output_tokens == model.max_output_tokens
    assert practised.efforts == model.efforts
    assert practised.structured_outputs == model.structured_outputs
    assert practised.thinks == (model.thinking is not Thinking.OFF)
    assert practised.lifecycle == model.lifecycle
    if model.thinking_off:
        assert model.thinking_off in practised.thinking_types
    if model.thinking is Thinking.ALWAYS:
        assert not {"disabled", "between_tools"} & set(practised.thinking_types)


def test_every_practised_model_is_in_the_catalogue() -> None:
    """The service offers nothing that the catalogue does not know."""
    assert [model.id for model in KNOWN_MODELS if CATALOG.find(model.id) is None] == []
    retired = [model.id for model in CATALOG.models if model.lifecycle is Lifecycle.RETIRED]
    assert not by_name(KNOWN_MODELS).keys() & set(retired)
