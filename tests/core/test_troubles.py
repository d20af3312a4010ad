"""Promises of what a trial says to be wrong: the way out that it names can be gone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.core.cost import Usage
from app.core.job import JobSettings, Mode, Outcome, RowState
from app.core.trial import Tried
from app.core.troubles import troubles
from app.engine.bench import bundled_catalog

MODEL = bundled_catalog().need("claude-haiku-4-5")


def _cut_off(longest: int) -> str:
    """Return what is said of one answer that was cut off at this length."""
    outcome = Outcome(1, RowState.CUT_OFF, usage=Usage(50, longest))
    one = Tried(
        1, 1, 1, MODEL.id, Mode.REAL, "", "", 1.0, 1.0, datetime.now(UTC), None, None, 0,
        outcome=outcome,
    )  # fmt: skip
    (said,) = troubles([one], JobSettings("{{a}}", max_tokens=longest), MODEL)
    return said.removeprefix("1 of 1 was cut off. ")


@pytest.mark.parametrize(
    ("longest", "said"),
    [
        (300, "Raise the longest answer to 1,200."),
        (16_000, "Raise the longest answer to 64,000."),
        (
            40_000,
            "Raise the longest answer to 64,000, the most that Claude Haiku 4.5 writes; where that "
            "is too little, choose another model.",
        ),
        (
            64_000,
            "Claude Haiku 4.5 writes no longer answers: choose another model, or ask for less.",
        ),
    ],
)
def test_no_longer_answer_is_proposed_than_the_model_writes(longest: int, said: str) -> None:
    """Four times what was cut off, but never more than the model's most: then another model."""
    assert _cut_off(longest) == said
