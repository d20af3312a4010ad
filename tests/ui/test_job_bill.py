"""Promises of the bill's screen: the figures are the engine's, compared in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from app.core.bill import Verdict
from app.core.cost import Estimate, Price, Usage, in_dollars, price_of
from app.core.errors import SheafError
from app.core.history import Forecast
from app.core.job import Account, JobState, Mode, Outcome, RowState
from app.core.money_words import deviation_words
from app.core.trial import Tried
from app.engine.bill_replies import Month, PastForecast, SpendingReply
from app.engine.bill_verbs import Bill, PastForecasts, SaveBill, Spending
from app.ui.dialogs.past_forecasts import PastForecastsDialog
from app.ui.job.bill_words import dollars
from app.ui.job.header import ANSWERS, BILL
from app.ui.job.page import JobPage
from app.ui.models.bill_model import BillModel
from app.ui.theme import THEME
from app.ui.widgets.batch_columns import BatchColumn, BatchColumns
from app.ui.widgets.deviation_bar import DeviationBar
from app.ui.widgets.label import Label
from app.ui.widgets.pill import Pill
from app.ui.widgets.range_bar import RangeBar, RangePoint, RangeShown
from app.ui.widgets.tone import Tone
from tests.ui.fake_desk import FakeDesk
from tests.ui.looking import ink_width, picture
from tests.ui.made_jobs import PRICES, MadeJob
from tests.ui.real_answers import real_desk

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ANSWER = price_of(Usage(184, 33), PRICES)
NOVEMBER = Month("2026-11", Decimal("12.26"), 4)


def past(name: str, deviation: int | None) -> PastForecast:
    """Return how an earlier job came out."""
    sums = Decimal("7.64"), Decimal("7.87")
    verdict = Verdict.WITHIN if deviation is not None else Verdict.NOT_COMPARED
    return PastForecast(name, "Claude Sonnet 5.5", NOW.isoformat(), *sums, verdict, deviation)


PAST = tuple(past(f"Job {number}", number) for number in range(1, 7))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[FakeDesk]:
    """A desk whose bills are the engine's; the history and the month are played."""
    played = {PastForecasts: _newest, Spending: SpendingReply(NOVEMBER, (NOVEMBER,))}
    made = real_desk(tmp_path / "home", played)
    yield made
    made.close()


def _newest(verb: PastForecasts) -> tuple[PastForecast, ...]:
    return PAST[: verb.most or None]


Make = Callable[..., MadeJob]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Return what makes a finished job of six batches with a forecast."""
    made: list[MadeJob] = []

    def run(expected: str = "0.0104", state: JobState = JobState.FINISHED, **named: Any) -> MadeJob:
        ends = named.pop("ends", {})
        job = MadeJob(tmp_path / f"{len(made)}.sheaf", **named).send(6)
        made.append(job)
        job.finish(1, **ends)
        for number in range(2, 7):
            job.finish(number)
        low, middle, high = (Decimal(expected) * f for f in (Decimal("0.9"), 1, Decimal("1.1")))
        found = Estimate(
            rows=60, input_tokens=60 * 184, output_tokens=60 * 33, basis="Counted on 40 rows",
            expected_usd=middle, low_usd=low, high_usd=high, max_usd=Decimal("0.3"),
            per_thousand_usd=middle * 1000 / 60, twins=879, twins_usd=Decimal("0.62"),
            blank=121, blank_usd=Decimal("0.07"),
        )  # fmt: skip
        job.file.forecasts.keep(Forecast(found, "custom quick", NOW, 1, 1))
        return job.set_state(state)

    yield run
    for job in made:
        job.close()


@pytest.fixture
def page(desk: FakeDesk, qtbot: QtBot) -> JobPage:
    """An empty page."""
    page = JobPage(desk)
    qtbot.addWidget(page)
    page.resize(1039, 800)
    page.show()
    return page


def show(page: JobPage, made: MadeJob) -> None:
    """Show a job's bill."""
    page.show_line(made.line())
    page.show_view(BILL)
    for _ in range(4):
        QApplication.processEvents()


def said(page: JobPage) -> list[str]:
    """Return all that can be read on the bill."""
    parts = [*page.bill.findChildren(Label), *page.bill.findChildren(Pill)]
    return [part.text() for part in parts if part.isVisible()]


def lines(page: JobPage) -> dict[str, tuple[str, ...]]:
    """Return the table, by what was paid for."""
    model = page.bill.model
    found = [
        tuple(model.index(row, column).data() for column in range(5))
        for row in range(model.rowCount())
    ]
    return {line[0]: line[1:] for line in found}


def tabs(page: JobPage) -> list[str]:
    """Return the views that are offered."""
    buttons = page.header.switch.findChildren(QAbstractButton)
    return [button.text() for button in buttons if not button.isHidden()]


def test_the_switch_carries_the_sum(page: JobPage, make: Make) -> None:
    """The same sum as on the screen, and offered once the job is over."""
    made = make()
    page.show_line(made.line())
    sum_of_job = in_dollars(made.line().cost_usd)
    assert f"Bill {sum_of_job}" in tabs(page)
    show(page, made)
    assert page.bill.card._figure.text() == sum_of_job
    made.set_state(JobState.RUNNING)
    page.show_line(made.line())
    assert not any(tab.startswith("Bill") for tab in tabs(page))


@pytest.mark.parametrize(
    ("expected", "pill", "tone"),
    [
        ("0.0104", "Inside the forecast range", Tone.OK),
        ("0.02", "Below the forecast range", Tone.NEUTRAL),
        ("0.005", "Above the forecast range", Tone.WARN),
    ],
)
def test_the_bill_is_compared_in_words(
    page: JobPage, make: Make, expected: str, pill: str, tone: Tone
) -> None:
    """Icon, words and colour; amber only where it was dearer than said."""
    show(page, make(expected))
    assert page.bill.card._pill.text() == pill
    assert page.bill.card._pill.tone is tone
    assert any("The forecast was" in text for text in said(page))
    assert any("9 of 10 jobs" in text and "Never more than $0.30" in text for text in said(page))


def test_an_unknown_price_is_never_a_sum(page: JobPage, make: Make) -> None:
    """Tokens stand there with a dash; figure and total say that the price is not known."""
    made = make()
    made.file.begin(Mode.REAL, Account(), None, (900, 0), NOW)
    for number in range(1, 7):
        made.file.journal.reopen(number)
        made.file.journal.finish(number, NOW, None)
    made.set_state(JobState.FINISHED)
    show(page, made)
    words = said(page)
    assert page.bill.card._figure.text() == "Price not known"
    assert page.bill._total.text() == "Price not known"
    assert lines(page)["Reading your rows"] == ("60", f"{60 * 184:,}", "—", "—")
    assert not any("$0" in cell for line in lines(page).values() for cell in line)
    assert page.bill.saved.isHidden()
    assert page.bill.by_batch.isHidden(), "a picture of nothing but dashes"
    used = f"{60 * (184 + 33):,} tokens were read and written; the forecast was"
    assert any(used in text for text in words)
    assert any("right to the percent" in text for text in words)


def test_what_was_tried_is_told_apart(page: JobPage, make: Make) -> None:
    """The sentence, the range and its bound are about the job; the trial is named beside it."""
    made = make()
    usage = Usage(100_000, 1_000)
    asked = Tried(
        1, 1, 60, "claude-sonnet-5-5", Mode.REAL, "k", "c", 1, 1, NOW, PRICES, Decimal(1), 2_000
    )
    made.file.trials.note(asked)
    made.file.trials.keep(1, Outcome(60, RowState.ANSWERED, usage=usage), NOW)
    show(page, made)
    words = said(page)
    figure = page.bill.card._figure.text()
    cost = price_of(usage, PRICES)
    assert figure == in_dollars(60 * ANSWER + cost)
    apart = f"Of it {dollars(cost)} for trying rows before, and $0.01 for the job itself."
    assert any(text.startswith(apart) for text in words)
    assert any("$0.30 was promised for the job itself" in text for text in words)
    assert "The job $0.01" in page.bill.card._range.accessibleName()


def test_every_kind_is_listed_also_those_that_cost_nothing(page: JobPage, make: Make) -> None:
    """Reading and writing with tokens and price; the others, and rows without charge, at $0.00."""
    show(page, make(ends={"expired": 2, "service_fault": 1}))
    found = lines(page)
    assert found["Reading your rows"][:3] == ("57", f"{57 * 184:,}", "$0.50")
    assert found["Writing answers"][:3] == ("57", f"{57 * 33:,}", "$2.50")
    assert found["Thinking before an answer"] == ("0", "0", "—", "$0.00")
    assert found["Instructions read once, reused"][3] == "$0.00"
    assert found["Not answered: no charge"] == ("3", "0", "—", "$0.00")


def test_spoilt_and_declined_answers_are_told_apart(page: JobPage, make: Make) -> None:
    """What was paid for and cannot be used is said; what may be free is marked."""
    made = make(ends={"cut_off": 2, "does_not_fit": 1})
    used = Usage(184, 4)
    rows = made.file.journal.rows_of(2)[:1]
    number = made.ask_again(rows)
    made.file.journal.take(number, [Outcome(rows[0], RowState.DECLINED, usage=used)])
    made.file.journal.finish(number, NOW, price_of(used, PRICES))
    made.set_state(JobState.FINISHED)
    show(page, made)
    (remark,) = [text for text in said(page) if "own count" in text]
    assert "3 answers that were cut off or did not fit" in remark
    assert "1 row that Claude declined" in remark
    assert "may be free" in remark


def test_the_savings_add_up_to_the_cent(page: JobPage, make: Make) -> None:
    """Standard price, half, twins, blank rows, paid, saved."""
    show(page, make())
    words = dict(page.bill.saved._list.words)
    assert "879 twins answered once" in words
    assert "121 blank rows left out" in words
    figures = [text.partition(" ")[0].replace("\N{MINUS SIGN}", "-") for text in words.values()]
    standard, *saved, paid, _ = (round(float(one.replace("$", "")) * 100) for one in figures)
    assert standard + sum(saved) == paid


@pytest.mark.parametrize(
    ("used", "words", "shown"),
    [
        (Usage(20, 10, cache_read=1_000_000), "Instructions read once", "\N{MINUS SIGN}$0.45"),
        (Usage(20, 10, cache_write_1h=1_000_000), "Instructions kept, seldom reused", "+$0.50"),
    ],
)
def test_what_memory_saved_or_cost_is_a_line_of_its_own(
    page: JobPage, make: Make, used: Usage, words: str, shown: str
) -> None:
    """Against the price without it, with the sign that it has; the lines still add up."""
    tier = Price(*(Decimal(one) for one in ("1", "5", "1.25", "2", "0.1")))
    prices = replace(PRICES, tiers=(tier,))
    made = make(prices=prices)
    number = made.ask_again(made.file.journal.rows_of(2)[:1])
    row = made.file.journal.rows_of(number)[0]
    made.file.journal.take(number, [Outcome(row, RowState.ANSWERED, usage=used)])
    made.file.journal.finish(number, NOW, price_of(used, prices))
    made.set_state(JobState.FINISHED)
    show(page, made)
    found = dict(page.bill.saved._list.words)
    assert found[words] == shown
    assert page.bill.saved._list.width() <= page.bill.saved.width()


def test_a_cancelled_job_is_not_compared(page: JobPage, make: Make) -> None:
    """Not all of what was forecast was bought."""
    show(page, make(state=JobState.CANCELLED))
    assert page.bill.card._pill.isHidden()
    assert any("not compared" in text for text in said(page))


def test_a_job_from_before_forecasts_were_kept_has_its_bill(page: JobPage, tmp_path: Path) -> None:
    """No range, no verdict; the figures are there."""
    made = MadeJob(tmp_path / "old.sheaf", rows=20).send(2)
    made.finish(1).finish(2).set_state(JobState.FINISHED)
    show(page, made)
    made.close()
    assert "Nothing was forecast of this job." in said(page)
    assert page.bill.card._range.isHidden()
    assert lines(page)["Reading your rows"][0] == "20"


def test_earlier_forecasts_and_the_month_stand_beside_it(
    page: JobPage, make: Make, desk: FakeDesk
) -> None:
    """The last four, with a way to all; the month's sum of real jobs."""
    show(page, make())
    words = said(page)
    assert [text for text in words if text.startswith("Job ")] == [f"Job {n}" for n in range(1, 5)]
    assert "Sonnet 5.5 · $7.64" in words
    assert "3% high" in words
    assert "All jobs in November: $12.26." in words
    assert page.bill.forecasts._all.isVisible()


def test_all_forecasts_are_a_dialog(qtbot: QtBot) -> None:
    """Newest first, with how many were in their range; those not compared say nothing."""
    dialog = PastForecastsDialog((*PAST, past("Cancelled", None)))
    qtbot.addWidget(dialog)
    dialog.show()
    words = [label.text() for label in dialog.findChildren(Label)]
    assert "6 of 6 bills were inside the range of their forecast." in words
    assert "Cancelled" in words
    assert len(dialog.findChildren(DeviationBar)) == 6


def test_practice_is_said_and_has_no_history(page: JobPage, make: Make, desk: FakeDesk) -> None:
    """What the bill would be; no totals are asked for, and nothing is called paid."""
    show(page, make(mode=Mode.PRACTICE))
    words = said(page)
    assert "The bill would be" in words
    assert "You would pay" in words
    assert any("nothing was charged" in text for text in words)
    assert "You paid" not in words
    assert (desk.verbs_of(Spending), desk.verbs_of(PastForecasts)) == ([], [])
    assert "Bill" in tabs(page)


def test_the_same_bill_is_not_asked_for_twice(page: JobPage, make: Make, desk: FakeDesk) -> None:
    """Only when the job has cost more since."""
    made = make()
    show(page, made)
    page.show_view(ANSWERS)
    show(page, made)
    assert len(desk.verbs_of(Bill)) == 1
    made.finish(made.ask_again([1, 2])).set_state(JobState.FINISHED)
    show(page, made)
    assert len(desk.verbs_of(Bill)) == 2


def test_a_history_that_cannot_be_read_takes_nothing_away(
    page: JobPage, make: Make, desk: FakeDesk
) -> None:
    """The bill is what the page is for."""
    for verb in (PastForecasts, Spending):
        desk.link.answers[verb] = SheafError("It is damaged.")
    show(page, make())
    assert page.bill.card._figure.isVisible()
    assert desk.questions.shown == []


def test_the_bill_is_saved_where_the_person_says(
    page: JobPage, make: Make, desk: FakeDesk, tmp_path: Path
) -> None:
    """As CSV, with the ending, and it is said where."""
    made = make()
    show(page, made)
    desk.questions.answers["save_file"] = tmp_path / "my bill"
    page.bill.save.click()
    (verb,) = desk.verbs_of(SaveBill)
    assert verb.path == str(tmp_path / "my bill.csv")
    assert (tmp_path / "my bill.csv").read_text(encoding="utf-8-sig").count("\n") == 61
    assert any(verb.path in text for text in said(page))


def test_the_table_is_a_sound_model(page: JobPage, make: Make, qtmodeltester: Any) -> None:
    """Qt's own rules for models."""
    show(page, make())
    model = BillModel()
    model.set_lines([(name, *cells) for name, cells in lines(page).items()])
    qtmodeltester.check(model)


# --- the bars ------------------------------------------------------------------------------------


@pytest.mark.parametrize("bill", [1.0, 1.9, 2.0, 3.0, 6.0])
@pytest.mark.parametrize("width", [180, 584])
def test_the_words_of_the_range_never_touch(qtbot: QtBot, bill: float, width: int) -> None:
    """Wherever the bill lies, its words stand apart from those of the ends."""
    bar = RangeBar()
    qtbot.addWidget(bar)
    shown = RangeShown(
        RangePoint(1.95, "$1.95"), RangePoint(2.4, "$2.40"), RangePoint(2.15, "Forecast $2.15"),
        RangePoint(bill, f"Bill ${bill:.2f}"),
    )  # fmt: skip
    bar.show_range(shown)
    bar.resize(width, bar.sizeHint().height())
    below = QRect(0, 0, width, THEME.line("bodyS")).toRectF()
    spot = bar._centred(shown.bill or shown.low, "bodyS", below)
    low, high = bar._low_and_high(shown, below)
    placed = sorted([spot, low, high], key=lambda area: area.left())
    assert all(one.right() < other.left() for one, other in pairwise(placed))
    assert bar.accessibleName() == f"Forecast $2.15, range $1.95 to $2.40, Bill ${bill:.2f}"


def test_one_sum_for_all_is_drawn_too(qtbot: QtBot) -> None:
    """A range without width has a place on the scale."""
    bar = RangeBar()
    qtbot.addWidget(bar)
    point = RangePoint(0.0, "$0.00")
    bar.show_range(RangeShown(point, point, point, point))
    bar.resize(300, bar.sizeHint().height())
    assert ink_width(picture(bar)) > 0


@pytest.mark.parametrize(
    ("percent", "words"),
    [(3, "3% high"), (-40, "40% low"), (0, "right"), (3_233, "33 times too high")],
)
def test_a_deviation_is_said_in_words(qtbot: QtBot, percent: int, words: str) -> None:
    """Beyond the scale the dot stands at its end, and the words say how far it is."""
    bar = DeviationBar(percent)
    qtbot.addWidget(bar)
    bar.resize(bar.sizeHint())
    assert deviation_words(percent) == words == bar.accessibleName()
    assert ink_width(picture(bar)) <= bar.width()


@pytest.mark.parametrize("count", [1, 12, 60, 1_000])
def test_any_number_of_batches_is_drawn(qtbot: QtBot, count: int) -> None:
    """Columns become thin before they leave the card."""
    columns = BatchColumns()
    qtbot.addWidget(columns)
    columns.show_batches([BatchColumn(n, "$0.70", 0.7, 0.69) for n in range(1, count + 1)])
    columns.resize(580, columns.sizeHint().height())
    assert 0 < ink_width(picture(columns)) <= 580
    assert columns.accessibleName().startswith("Cost by batch: batch 1 $0.70")


def test_a_batch_at_an_unknown_price_has_a_dash(page: JobPage, make: Make) -> None:
    """Never $0."""
    made = make()
    number = made.ask_again([1, 2], changes=None)
    made.finish(number)
    made.file.journal.reopen(number)
    made.file.journal.finish(number, NOW, None)
    made.set_state(JobState.FINISHED)
    line = msgspec.structs.replace(made.line(), cost_usd=None)
    page.show_line(line)
    assert "Bill not known" in tabs(page)


def test_the_estimate_and_the_bill_use_one_way_of_rounding() -> None:
    """A sum beside others is in figures, also under a cent."""
    assert [dollars(Decimal(text)) for text in ("0", "0.004", "7.645")] == [
        "$0.00", "$0.004", "$7.65",
    ]  # fmt: skip
    assert dollars(None) == "—"
