"""Promises of the spend limit in the window: dollars where there is a price, else tokens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.core.cost import Estimate
from app.core.job import Mode, Rows
from app.core.limit import Unit
from app.engine.replies import LimitLine, ModelList
from app.engine.verbs import RaiseLimit
from app.ui.job.left import Left
from app.ui.job.limit_bar import LimitBar, round_limit
from app.ui.job.page import JobPage
from app.ui.job.words import NO_NOTES
from app.ui.steps.model_cost import ModelCostStep
from app.ui.steps.spending import question_before
from app.ui.steps.summaries import Summaries
from app.ui.widgets.label import Label
from tests.ui.draft_job import MODELS, SETTINGS, desk_for, draft_job, head, line
from tests.ui.fake_desk import A_KEY, FakeDesk
from tests.ui.made_jobs import MadeJob, limited_job

PRICED, BLIND = "claude-haiku-5-5", "claude-sonnet-5-5"
TOKENS = LimitLine(
    Decimal(2_000_000), Decimal(1_400_000), Decimal(2_100_000), Decimal(3_950_000), 6, 10_412,
    Unit.TOKENS,
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Give a draft."""
    return draft_job(tmp_path, rows=2_000)


@pytest.fixture
def step(tmp_path: Path, path: str, qtbot: QtBot) -> ModelCostStep:
    """Give the step of a draft, where one of the models has no known price."""
    desk = desk_for(tmp_path, path, key=A_KEY)
    step = ModelCostStep(desk)
    qtbot.addWidget(step)
    step.show_job(line(path), head(path))
    step._take_models(_without_price(BLIND))
    return step


def _without_price(model: str) -> ModelList:
    models = tuple(replace(one, prices=None) if one.id == model else one for one in MODELS.models)
    return msgspec.structs.replace(MODELS, models=models)


def _choose(step: ModelCostStep, model: str) -> None:
    step._cards.mark(model)
    step._choose()


def test_a_model_without_a_price_asks_for_tokens(step: ModelCostStep, qtbot: QtBot) -> None:
    """The field says so, takes whole numbers only, and what is typed becomes that limit."""
    qtbot.keyClicks(step._limit.field, "6.50")
    _choose(step, BLIND)
    step.desk.models = _without_price(BLIND)
    step._count_limit_in(priced=False)
    assert step._limit.field.text() == ""
    assert step._limit._counted.text() == "Tokens, this job"
    assert "tokens" in step._limit.field.accessibleName()
    assert step.apply(SETTINGS).max_cost_usd is None
    qtbot.keyClicks(step._limit.field, "2,000,000")
    assert step.apply(SETTINGS).max_tokens_total == 2_000_000
    qtbot.keyClicks(step._limit.field, ".5")
    assert "no number of tokens" in step.problem(), "there is no part of a token"
    step._count_limit_in(priced=True)
    assert step._limit.field.text() == "6.50"
    assert step.apply(SETTINGS).max_cost_usd == "6.50"


def test_the_cards_decide_what_the_limit_counts(step: ModelCostStep) -> None:
    """Choosing a model changes the field at once."""
    step.desk.models = _without_price(BLIND)
    for model, unit in ((BLIND, Unit.TOKENS), (PRICED, Unit.DOLLARS)):
        _choose(step, model)
        assert step._limit.field.unit is unit


def test_limits_of_the_command_line_stay_as_they_are(step: ModelCostStep, path: str) -> None:
    """A limit in tokens besides one in dollars is not taken away by looking."""
    both = replace(SETTINGS, max_cost_usd="6.555", max_tokens_total=900_000)
    step.show_job(line(path), head(path, max_cost_usd="6.555", max_tokens_total=900_000))
    assert step.apply(both) == both


def test_a_limit_in_tokens_under_the_expected_ones_is_said(
    step: ModelCostStep, qtbot: QtBot
) -> None:
    """Beside the field, as with dollars."""
    step._count_limit_in(priced=False)
    qtbot.keyClicks(step._limit.field, "500")
    step._limit.compare(Estimate(10, 900, 200, "Counted"))
    assert "Under the expected 1,100 tokens" in step._limit._hint.text()
    step._limit.compare(Estimate(10, 100, 200, "Counted"))
    assert "No price is known" in step._limit._hint.text()


def test_what_cannot_be_read_is_said_and_holds_the_step(
    step: ModelCostStep, qtbot: QtBot, path: str
) -> None:
    """It is said beside the field in red, it is no limit and takes none away, and Next waits."""
    limited = replace(SETTINGS, max_cost_usd="6.00")
    step.show_job(line(path), head(path, max_cost_usd="6.00"))
    step._limit.field.selectAll()
    qtbot.keyClicks(step._limit.field, "15oo")
    assert step._limit._hint.text().startswith("“15oo” is no sum in dollars.")
    assert step._limit.field.property("bad") is True
    assert step.problem() == step._limit._hint.text()
    assert step.apply(limited) == limited
    qtbot.keyClicks(step._limit.field, "\b\b00")
    assert step.apply(limited).max_cost_usd == "1500"
    assert step.problem() == ""
    assert step._limit.field.property("bad") is False


def test_a_limit_of_parts_of_a_cent_holds(step: ModelCostStep, qtbot: QtBot, path: str) -> None:
    """A small trial can be limited to less than a cent, and another job shows nothing of it."""
    qtbot.keyClicks(step._limit.field, "0.002")
    assert step.apply(SETTINGS).max_cost_usd == "0.002"
    qtbot.keyClicks(step._limit.field, "x")
    step.show_job(msgspec.structs.replace(line(path), path=f"{path}2"), head(path))
    assert step._limit.field.text() == ""
    assert step.problem() == ""


def test_the_question_about_an_unknown_price_names_the_limit() -> None:
    """What holds is said, and what does not is not claimed."""
    blind = Estimate(10, 900, 200, "Counted")
    without, with_one = (question_before(10, blind, 25, words) for words in ("", "9,000 tokens"))
    assert without is not None
    assert with_one is not None
    assert "There is no spend limit." in without.text
    assert "Your limit of 9,000 tokens holds." in with_one.text


def test_rows_that_no_rule_finds_are_not_counted_as_one(path: str, qtbot: QtBot) -> None:
    """A rule that matches nothing leaves a mark that is no row."""
    summaries = Summaries()
    qtbot.addWidget(summaries)
    summaries.show_job(head(path, rows=Rows(picked=(0,))), "Claude")
    summaries.show_cost(Estimate(0, 0, 0, "Counted", Decimal(0)), Mode.REAL, "9,000 tokens")
    words = [label.text() for label in summaries.findChildren(Label)]
    assert "0 rows" in words
    assert "Spend limit 9,000 tokens" in words


# --- the banner of a job that waits ---------------------------------------------------------------


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[MadeJob]:
    """A job that waits for its limit."""
    made = limited_job(tmp_path / "limited")
    yield made
    made.close()


def test_the_banner_speaks_of_tokens(limited: MadeJob, qtbot: QtBot) -> None:
    """Used, the worst case of the next batch, and a round limit that covers the rest."""
    bar = LimitBar()
    qtbot.addWidget(bar)
    bar.show_line(msgspec.structs.replace(limited.line(), limit=TOKENS), Left(), NO_NOTES)
    assert bar.sentence == (
        "Waiting: the next batch could pass your spend limit of 2,000,000 tokens. 1,400,000 tokens "
        "were used; the next batch could use up to 700,000 tokens. A limit of 4,000,000 tokens "
        "covers it."
    )
    assert bar.field.text() == "4000000"
    bar.field.setText("2099999")
    assert "needs a limit of at least 2,100,000 tokens" in bar.sentence


def test_where_not_one_row_fits_the_banner_names_the_row(limited: MadeJob, qtbot: QtBot) -> None:
    """The least limit is that of one row, not of the whole batch."""
    one = msgspec.structs.replace(
        TOKENS, limit=Decimal(6), spent=Decimal("5.9991"), next=Decimal("6.0003"),
        all=Decimal("9.45"), unit=Unit.DOLLARS, is_one_row=True,
    )  # fmt: skip
    bar = LimitBar()
    qtbot.addWidget(bar)
    bar.show_line(msgspec.structs.replace(limited.line(), limit=one), Left(), NO_NOTES)
    assert bar.sentence == (
        "Waiting: not one more row fits your spend limit of $6.00. $6.00 is spent; the next row "
        "could cost up to $0.0012. A limit of $9.50 covers it."
    )
    bar.field.setText("6.00")
    assert "The next row needs a limit of at least $6.01" in bar.sentence


@pytest.mark.parametrize(
    ("amount", "limit"), [("3950000", "4000000"), ("7", "7"), ("123", "130"), ("990001", "1000000")]
)
def test_limits_in_tokens_are_round_too(amount: str, limit: str) -> None:
    """Two figures, never under what is needed."""
    assert round_limit(Decimal(amount), Unit.TOKENS) == Decimal(limit)


def test_raising_a_limit_in_tokens_asks_for_tokens(
    desk: FakeDesk, limited: MadeJob, qtbot: QtBot
) -> None:
    """The engine hears which kind of limit it is."""
    page = JobPage(desk)
    qtbot.addWidget(page)
    page.show()
    page.show_line(msgspec.structs.replace(limited.line(), limit=TOKENS))
    qtbot.keyClick(page.above.limit.field, Qt.Key.Key_Return)
    assert desk.verbs_of(RaiseLimit) == [RaiseLimit(str(limited.path), "4000000", Unit.TOKENS)]
