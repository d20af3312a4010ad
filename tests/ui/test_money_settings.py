"""Promises of the settings about money: sums of real jobs; prices with date, edit and reset."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.errors import SheafError
from app.engine.bill_replies import Month, SpendingReply
from app.engine.bill_verbs import Spending
from app.engine.key_case import KeyCase
from app.engine.money_errands import MoneyErrands
from app.engine.money_replies import PriceTable
from app.engine.money_verbs import Prices, SetPrices
from app.engine.verbs import KeyState, Models
from app.ui.dialogs.money_settings import MoneySettings
from app.ui.dialogs.prices import PricesDialog
from app.ui.dialogs.settings import SettingsDialog
from app.ui.models.prices_model import PricesModel, cells
from app.ui.theme import THEME
from app.ui.widgets.label import Label
from app.ui.widgets.text_field import TextField
from tests.ui.fake_desk import A_KEY, FakeDesk, places_in

NOVEMBER = Month("2026-11", Decimal("12.26"), 4)
SPENT = SpendingReply(NOVEMBER, (NOVEMBER, Month("2026-10", Decimal("3.20"), 2)))
HAIKU, SONNET = "claude-haiku-5-5", "claude-sonnet-5-5"


@pytest.fixture
def desk(tmp_path: Path) -> FakeDesk:
    """A desk whose questions about prices are answered by the engine."""
    errands = MoneyErrands(places_in(tmp_path), KeyCase(places_in(tmp_path)))
    known = dict.fromkeys((Prices, SetPrices, Models), errands.run)
    return FakeDesk(tmp_path, {**known, Spending: SPENT, KeyState: A_KEY}, key=A_KEY)


@pytest.fixture
def dialog(desk: FakeDesk, qtbot: QtBot) -> Iterator[PricesDialog]:
    """The dialog of the prices."""
    made = PricesDialog(desk)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def said(widget: MoneySettings | PricesDialog) -> list[str]:
    """Return all that can be read."""
    return [label.text() for label in widget.findChildren(Label) if not label.isHidden()]


def field(dialog: PricesDialog, name: str) -> TextField:
    """Return a field of the form."""
    QApplication.processEvents()  # what was added is shown by then
    fields = dialog.form.findChildren(TextField, f"price-{name}")
    (found,) = [one for one in fields if not one.isHidden()]
    return found


def choose(dialog: PricesDialog, model: str) -> None:
    """Choose a model in the table."""
    dialog.table.choose_row([line.model for line in dialog.model.lines].index(model))


def line(dialog: PricesDialog, model: str) -> list[str]:
    """Return what stands in a model's line."""
    row = [one.model for one in dialog.model.lines].index(model)
    return [dialog.model.index(row, column).data() for column in range(5)]


def test_the_months_sum_stands_in_the_settings(desk: FakeDesk, qtbot: QtBot) -> None:
    """This month's sum, its jobs, and the months before; where they come from is said."""
    settings = SettingsDialog(desk)
    qtbot.addWidget(settings)
    words = said(settings.money)
    assert "Spent in November" in words
    assert "$12.26" in words
    (about,) = [text for text in words if "practice is not counted" in text]
    assert "4 jobs" in about
    assert "October 2026 $3.20" in about


def test_an_unknown_part_makes_it_at_least(tmp_path: Path, qtbot: QtBot) -> None:
    """A sum that lacks something says so."""
    now = msgspec.structs.replace(NOVEMBER, unknown=2)
    desk = FakeDesk(tmp_path, {Spending: SpendingReply(now, (now,))})
    money = MoneySettings(desk)
    qtbot.addWidget(money)
    money.look()
    assert "At least $12.26" in said(money)


def test_books_that_cannot_be_read_are_said(tmp_path: Path, qtbot: QtBot) -> None:
    """No sum, never $0."""
    desk = FakeDesk(tmp_path, {Spending: SheafError('"bills.sqlite" is damaged.')})
    money = MoneySettings(desk)
    qtbot.addWidget(money)
    money.look()
    words = said(money)
    assert '"bills.sqlite" is damaged.' in words
    assert not any("$0" in text for text in words)


@pytest.mark.parametrize("old", [True, False])
def test_old_prices_are_warned_of_quietly(
    tmp_path: Path, desk: FakeDesk, qtbot: QtBot, old: bool
) -> None:
    """The date always stands there; more than 60 days later so does a warning."""
    usual = desk.link.answers[Prices]

    def table(verb: Prices) -> PriceTable:
        found: PriceTable = usual(verb)
        return msgspec.structs.replace(found, old=old)

    desk.link.answers[Prices] = table
    money, dialog = MoneySettings(desk), PricesDialog(desk)
    for widget in (money, dialog):
        qtbot.addWidget(widget)
        widget.show()
    money.look()
    assert any("10 November 2026" in text for text in said(money))
    assert money._old.isVisible() is old
    assert dialog._old.isVisible() is old


def test_prices_are_shown_as_they_are_and_unknown_ones_never_as_zero(
    dialog: PricesDialog,
) -> None:
    """Standard prices per million tokens with their date; a model without any says so."""
    assert line(dialog, SONNET)[1:4] == ["$2.00", "$10.00", "$0.10"]
    assert line(dialog, HAIKU)[1].startswith("from $")
    unknown = [one.model for one in dialog.model.lines if one.prices is None]
    assert line(dialog, unknown[0])[1:] == ["—", "—", "—", "price not known"]
    assert line(dialog, SONNET)[4] == "10 November 2026"


def test_a_price_is_changed_and_reset(dialog: PricesDialog, desk: FakeDesk, qtbot: QtBot) -> None:
    """What was written counts at once, is marked as the person's own, and goes back."""
    choose(dialog, SONNET)
    before = line(dialog, SONNET)
    assert dialog.form.reset.isHidden()
    field(dialog, "input-1").setText("1.5")
    with qtbot.waitSignal(dialog.changed):
        dialog.form.save.click()
    (verb,) = desk.verbs_of(SetPrices)
    assert (verb.model, verb.tiers[0].input) == (SONNET, Decimal("1.5"))
    assert line(dialog, SONNET)[1] == "$1.50"
    assert line(dialog, SONNET)[4].startswith("Yours")
    assert desk.verbs_of(Models), "forecasts must hear of it"
    assert not dialog.form.reset.isHidden()
    dialog.form.reset.click()
    assert line(dialog, SONNET) == before
    assert dialog.form.reset.isHidden()


def test_every_tier_has_its_own_fields(dialog: PricesDialog, desk: FakeDesk) -> None:
    """Long rows that cost more keep their own prices when the short ones are changed."""
    choose(dialog, HAIKU)
    long = field(dialog, "input-2").text()
    field(dialog, "output-1").setText("0.75")
    dialog.form.save.click()
    (verb,) = desk.verbs_of(SetPrices)
    assert [tier.up_to for tier in verb.tiers] == [100_000, None]
    assert verb.tiers[0].output == Decimal("0.75")
    assert verb.tiers[1].input == Decimal(long)


def test_a_model_without_a_price_gets_one(dialog: PricesDialog, desk: FakeDesk) -> None:
    """Two figures are enough: keeping and reusing follow from reading."""
    unknown = next(one.model for one in dialog.model.lines if one.prices is None)
    choose(dialog, unknown)
    field(dialog, "input-1").setText("4")
    field(dialog, "output-1").setText("20")
    dialog.form.save.click()
    (tier,) = desk.verbs_of(SetPrices)[-1].tiers
    kept = (tier.cache_write_5m, tier.cache_write_1h, tier.cache_read)
    assert kept == (Decimal(5), Decimal(8), Decimal("0.4"))
    assert line(dialog, unknown)[1] == "$4.00"


@pytest.mark.parametrize("written", ["1,5", "1.5.5", "lots", "0.0000001"])
def test_a_price_that_cannot_be_read_is_not_taken(
    dialog: PricesDialog, desk: FakeDesk, written: str
) -> None:
    """It stays in its field to be seen; neither another number nor a blank takes its place."""
    choose(dialog, SONNET)
    field(dialog, "cache_read-1").setText(written)
    dialog.form.save.click()
    assert desk.verbs_of(SetPrices) == []
    assert field(dialog, "cache_read-1").text() == written
    assert field(dialog, "cache_read-1").property("bad") is True
    assert any(f"“{written}” is no sum" in text for text in said(dialog))


@pytest.mark.parametrize("percent", [100, 115, 130])
def test_the_fields_end_before_the_edge(dialog: PricesDialog, percent: int) -> None:
    """Also those of a model with two tiers leave the margin at the right, beside a scroll bar."""
    THEME.apply("light", percent)
    choose(dialog, HAIKU)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert dialog.form.minimumSizeHint().width() <= dialog.width() - 48 - 14


def test_days_are_written_in_one_way(dialog: PricesDialog) -> None:
    """In the sentence above, in the table and below the fields."""
    choose(dialog, SONNET)
    words = [*said(dialog), *(text for one in dialog.model.lines for text in cells(one))]
    assert not any("2026-" in text for text in words)
    assert any(text.startswith("Of 10 November 2026, from") for text in words)


@pytest.mark.parametrize("written", ["", "0", "0.00"])
def test_a_price_of_nothing_is_not_taken(
    dialog: PricesDialog, desk: FakeDesk, written: str
) -> None:
    """The field is marked, the sentence says why, and nothing is asked."""
    choose(dialog, SONNET)
    field(dialog, "output-1").setText(written)
    dialog.form.save.click()
    assert desk.verbs_of(SetPrices) == []
    assert field(dialog, "output-1").property("bad") is True
    assert any("more than 0" in text for text in said(dialog))


def test_a_refusal_of_the_engine_is_said_in_the_form(dialog: PricesDialog, desk: FakeDesk) -> None:
    """Nothing is changed, and the person reads why."""
    desk.link.answers[SetPrices] = SheafError("The settings could not be saved: disk full.")
    choose(dialog, SONNET)
    dialog.form.save.click()
    assert "The settings could not be saved: disk full." in said(dialog)


def test_the_table_is_a_sound_model(dialog: PricesDialog, qtmodeltester: object) -> None:
    """Qt's own rules for models."""
    model = PricesModel()
    model.set_lines(dialog.model.lines)
    qtmodeltester.check(model)  # type: ignore[attr-defined]


@pytest.mark.parametrize("percent", [100, 130])
def test_nothing_is_cut(dialog: PricesDialog, percent: int) -> None:
    """At every text size the words of the form can be read."""
    THEME.apply("light", percent)
    QApplication.processEvents()
    for label in dialog.form.findChildren(Label):
        if label.isVisible() and not label.wordWrap():
            assert label.width() >= THEME.width(label.text(), label.role), label.text()
