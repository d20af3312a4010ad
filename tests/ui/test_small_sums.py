"""Promises of the price on the steps: bounds are rounded up, and tiny sums are plain sentences."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from pytestqt.qtbot import QtBot

from app.core.cost import Estimate
from app.core.job import Mode
from app.core.limit_reach import LimitReach
from app.ui.dialogs.limit_choice import LimitDialog, LimitQuestion
from app.ui.steps.cost_panel import CostPanel
from app.ui.steps.spending import question_before
from app.ui.steps.summaries import Summaries
from app.ui.widgets.label import Label

BOUND = Decimal("1.642846")
FOUND = Estimate(
    39, 900, 300, "Counted on 39 rows", Decimal("0.21"), Decimal("0.15"), Decimal("0.31"), BOUND,
    Decimal("0.42"), prices_as_of="2026-11-10",
)  # fmt: skip
TINY = replace(
    FOUND, expected_usd=Decimal("0.0051"), low_usd=Decimal("0.0042"), high_usd=Decimal("0.0061"),
    max_usd=Decimal("0.0074"), standard_usd=Decimal("0.0102") - Decimal("0.0003"),
)  # fmt: skip


def words_of(widget: object) -> list[str]:
    """Return all that a widget says."""
    return [label.text() for label in widget.findChildren(Label)]  # type: ignore[attr-defined]


def test_a_bound_never_reads_smaller_than_it_is(qtbot: QtBot) -> None:
    """The panel, the review, its question and the limit's dialog round it up."""
    panel, review = CostPanel(), Summaries()
    qtbot.addWidget(panel)
    qtbot.addWidget(review)
    panel.show_estimate(FOUND)
    review.show_cost(FOUND, Mode.REAL, "")
    asked = question_before(39, FOUND, 0)
    dialog = LimitDialog(LimitQuestion(FOUND, LimitReach((39,), Decimal("0.21"), BOUND), 300))
    qtbot.addWidget(dialog)
    assert panel._most.text() == "$1.65"
    assert "Never more than $1.65" in words_of(review)
    assert asked is not None
    assert "never more than $1.65." in asked.text
    assert "$1.65" in words_of(dialog)


def test_where_no_price_is_known_the_bound_is_in_tokens(qtbot: QtBot) -> None:
    """The limit is then set in tokens, so these are what a person needs."""
    unknown = Estimate(39, 900, 300, "Counted on 39 rows", most_tokens=48_000)
    review = Summaries()
    qtbot.addWidget(review)
    review.show_cost(unknown, Mode.REAL, "")
    assert "Never more than 48,000 tokens" in words_of(review)


def test_of_less_than_a_cent_no_cent_is_saved(qtbot: QtBot) -> None:
    """Standard price, half price and saving agree in what they say."""
    panel = CostPanel()
    qtbot.addWidget(panel)
    panel.show_estimate(TINY)
    assert [figure for _, figure in panel._savings.words] == [
        "under $0.01", "under $0.01", "under $0.01 · 48%",
    ]  # fmt: skip
    assert panel._range.text() == "Most likely under $0.01"


def test_a_tiny_sum_is_said_plainly_in_the_dialog(qtbot: QtBot) -> None:
    """Neither "about under" nor a range of the same words twice."""
    dialog = LimitDialog(
        LimitQuestion(TINY, LimitReach((39,), Decimal("0.0051"), Decimal("0.0074")), 300)
    )
    qtbot.addWidget(dialog)
    words = words_of(dialog)
    assert "most likely under $0.01" in words
    assert not any("about under" in text for text in [*words, dialog.windowTitle()])
