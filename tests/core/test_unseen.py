"""Promises of what no answer has shown: less of it with every answer, never more than can be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.answer_size import most_written
from app.core.answers import parse_definition
from app.core.job import JobSettings
from app.core.quality import Quality
from app.core.unseen import unseen_factor, unseen_share
from app.engine.bench import bundled_catalog

MODEL = bundled_catalog().need("claude-haiku-5-5")
TOPIC = parse_definition("topic: category = Delivery | Quality | Other")
LABELLED = JobSettings("{{text}}", answers=(TOPIC,), max_tokens=2_000)


def test_every_answer_speaks_against_rows_of_another_kind() -> None:
    """Five leave one row in eighteen open, a hundred not one in a hundred, very many none."""
    shares = [unseen_share(answers) for answers in (1, 5, 30, 100, 1_000)]
    assert shares == sorted(shares, reverse=True)
    assert shares[1] == pytest.approx(0.057, abs=0.001)
    assert shares[2] == pytest.approx(0.027, abs=0.001)
    assert shares[3] == pytest.approx(0.007, abs=0.001)
    assert shares[4] == 0


def test_answers_that_cannot_be_longer_leave_nothing_open() -> None:
    """At their longest already, or with no tokens at all, nothing is added."""
    assert unseen_factor(5, 300, 300) == unseen_factor(5, 300, 200) == unseen_factor(5, 0, 9) == 1
    assert 1 < unseen_factor(5, 60, 400) < unseen_factor(5, 5, 400)


def test_a_very_high_limit_is_not_taken_at_its_word() -> None:
    """Whoever allows 64,000 tokens for answers of ten does not expect one."""
    assert unseen_factor(5, 10, 64_000) == unseen_factor(5, 10, 2_000) < 13


@pytest.mark.parametrize(
    "changes",
    [
        {"answers": ()},
        {"answers": (TOPIC, parse_definition("why: short text"))},
        {"quality": Quality.CAREFUL},
    ],
    ids=["free text", "a text column", "thinking"],
)
def test_only_labels_hold_an_answer_back(changes: dict[str, object]) -> None:
    """Free text and thinking go on up to the longest answer, labels end where they end."""
    assert most_written(LABELLED, MODEL) < 30
    assert most_written(replace(LABELLED, **changes), MODEL) == 2_000
    assert most_written(LABELLED, replace(MODEL, structured_outputs=False)) == 2_000
