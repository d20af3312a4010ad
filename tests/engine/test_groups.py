"""Rows that need somebody, by cause: what asking them again costs is measured where it can be."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from app.core.causes import FIXES, Cause, Fix
from app.core.cost import Usage, price_of
from app.core.job import Changes
from app.engine.bench import bundled_catalog
from app.engine.groups import groups
from app.engine.replies import CauseGroup
from app.store.reader import JobReader
from tests.ui.made_jobs import NEEDY, PRICES, MadeJob, needy_job

CATALOG = bundled_catalog()
ANSWER = price_of(Usage(184, 33), PRICES)
"""What a row of the made jobs costs."""


@pytest.fixture
def needy(tmp_path: Path) -> Iterator[MadeJob]:
    """A job with rows for every cause."""
    made = needy_job(tmp_path)
    yield made
    made.close()


def groups_of(made: MadeJob) -> dict[Cause, CauseGroup]:
    """Return a job's groups by their cause."""
    with JobReader(made.path) as reader:
        return {group.cause: group for group in groups(reader, CATALOG)}


def test_every_cause_has_its_group_in_order(needy: MadeJob) -> None:
    """Rows, cost so far and the one fix; only what failed after it was billed has cost anything."""
    found = groups_of(needy)
    assert list(found) == [cause for cause in FIXES if cause.value in NEEDY]
    assert {cause.value: group.rows for cause, group in found.items()} == NEEDY
    assert found[Cause.EXPIRED].cost_usd == 0
    assert found[Cause.MISFIT].cost_usd == ANSWER * 29
    assert found[Cause.CUT_OFF].cost_usd == price_of(Usage(184, 160), PRICES) * 18


def test_asking_again_is_priced_by_what_answers_have_cost(needy: MadeJob) -> None:
    """With answers at hand nothing is guessed: the batches' bill divided by the answers."""
    paid = sum(Decimal(batch.cost_usd or 0) for batch in needy.file.journal.batches())
    answered = sum(batch.answered for batch in needy.file.journal.batches())
    assert groups_of(needy)[Cause.EXPIRED].retry_usd == paid / answered * 37


def test_before_there_are_answers_the_forecast_prices_it(tmp_path: Path) -> None:
    """A job of which few rows are answered has a price on its button too."""
    made = needy_job(tmp_path, rows=8, ends={"expired": 4})
    made.close()
    group = groups_of(made)[Cause.EXPIRED]
    assert group.retry_usd is not None
    assert group.retry_usd > 0


def test_a_longer_answer_costs_more_than_the_one_that_was_cut_off(needy: MadeJob) -> None:
    """What was cut off at 160 tokens writes more than these the next time."""
    group = groups_of(needy)[Cause.CUT_OFF]
    assert (group.asked_tokens, group.longer_answer) == (160, 320)
    assert group.retry_usd == price_of(Usage(184, 320), PRICES) * 18
    assert group.cost_usd is not None
    assert group.retry_usd > group.cost_usd


def test_what_was_cut_off_again_is_offered_an_even_longer_answer(tmp_path: Path) -> None:
    """The suggestion grows from what was allowed the last time: the same again would not help."""
    made = needy_job(tmp_path, ends={"cut_off": 4})
    cut = made.file.journal.rows_of(2)[-4:]
    made.finish(made.ask_again(cut, Changes(max_tokens=320)), cut_off=4)
    group = groups_of(made)[Cause.CUT_OFF]
    made.close()
    assert (group.asked_tokens, group.longer_answer) == (320, 640)


def test_other_models_are_dearer_or_cheaper_as_their_prices_are(needy: MadeJob) -> None:
    """The dearest offer of another model costs more than the same again, the cheapest less."""
    group = groups_of(needy)[Cause.DECLINED]
    assert group.fix is Fix.OTHER_MODEL
    prices = {offer.model: offer.per_thousand_usd for offer in group.models}
    haiku, opus = prices["claude-haiku-5-5"], prices["claude-opus-5-5"]
    assert haiku is not None
    assert opus is not None
    assert group.retry_usd is not None
    assert haiku < group.retry_usd < opus
    assert "claude-sonnet-5-5" not in prices
