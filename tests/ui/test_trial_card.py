"""The promises of the trial's place: the price first, rows really asked once, what they show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.core.answers import parse_definition
from app.core.errors import SheafError
from app.engine.events import Progress
from app.engine.money_replies import TrialPlan, TriedAnswer
from app.engine.money_verbs import PlanTrial, StopTrial, TryRows
from app.engine.verbs import EstimateJob, Submit
from app.practice.wire import Endpoint
from app.ui.models.trial_model import Shown, TrialModel
from app.ui.steps import trial_words as words
from app.ui.steps.model_cost import ModelCostStep
from app.ui.widgets.table_cells import LOOK_ROLE
from tests.faulty_claude import Script, changed, refusal, reset
from tests.ui.draft_job import CATALOG, SETTINGS, draft_job, head, line
from tests.ui.fake_desk import NO_KEY, FakeDesk
from tests.ui.trial_desk import otherwise, trial_desk

HAIKU, SONNET = "claude-haiku-5-5", "claude-sonnet-5-5"


@pytest.fixture
def script() -> Script:
    """Return faults that do nothing yet."""
    return Script()


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Give a draft of which every row is asked."""
    return draft_job(tmp_path, replace(SETTINGS, twins=False), rows=60)


@pytest.fixture
def desk(tmp_path: Path, path: str, script: Script) -> Iterator[FakeDesk]:
    """Give a desk that asks a service in this process."""
    with trial_desk(tmp_path, path, script) as made:
        yield made


@pytest.fixture
def step(desk: FakeDesk, path: str, qtbot: QtBot) -> ModelCostStep:
    """Give the step with the trial's price said."""
    step = ModelCostStep(desk)
    qtbot.addWidget(step)
    step.resize(1040, 900)
    step.show_job(line(path), head(path))
    step.show()
    qtbot.waitExposed(step)
    step.entered()
    say_prices(step)
    return step


def say_prices(step: ModelCostStep) -> None:
    """Let the price of the job and of a trial be known."""
    step._estimator.ask_now()
    step._trial.ask_price()


def button(step: ModelCostStep, name: str) -> QAbstractButton:
    """Return one of the trial's buttons."""
    found = step.findChild(QAbstractButton, name)
    assert isinstance(found, QAbstractButton)
    return found


def cells(step: ModelCostStep) -> list[list[str]]:
    """Return what the table shows."""
    model = step._trial._table.model
    return [
        [str(model.index(row, place).data()) for place in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_the_price_is_said_before_anything_is_asked(
    step: ModelCostStep, desk: FakeDesk, script: Script
) -> None:
    """About what it costs and never more than, at the standard price."""
    assert button(step, "trial-try").text() == "Try 5 rows"
    said = step._trial._hint.text()
    assert "at the standard price: about $0.0" in said
    assert "never more than $0.0" in said
    assert not step._trial._table.isVisible()
    assert script.count(Endpoint.MESSAGE) == 0
    assert desk.verbs_of(TryRows) == []


def test_without_its_price_nothing_can_be_tried(desk: FakeDesk, path: str, qtbot: QtBot) -> None:
    """The button waits for the figure, also after every change of the settings."""
    step = ModelCostStep(desk)
    qtbot.addWidget(step)
    step.show_job(line(path), head(path))
    step.entered()
    assert not button(step, "trial-try").isEnabled()
    step._trial.press()
    assert desk.verbs_of(TryRows) == []
    say_prices(step)
    assert button(step, "trial-try").isEnabled()
    step._longest.field.setValue(500)
    assert not button(step, "trial-try").isEnabled()


def test_answers_stand_in_the_table_and_change_the_forecast(
    step: ModelCostStep, desk: FakeDesk, script: Script
) -> None:
    """Five rows, each bought once; the cost panel names its new basis."""
    before = len(desk.verbs_of(EstimateJob))
    button(step, "trial-try").click()
    assert script.count(Endpoint.MESSAGE) == 5
    assert len(cells(step)) == 5
    assert {tuple(row[1:]) for row in cells(step)} == {("Delivery", "Yes")}
    assert step._trial._head._pill.text().startswith("5 answered · $0.0")
    assert len(desk.verbs_of(EstimateJob)) == before
    say_prices(step)
    assert step._cost._basis.text().startswith("Based on 5 real answers")
    assert button(step, "trial-try").text() == "Try 5 others"


def test_a_second_press_asks_others(step: ModelCostStep, script: Script) -> None:
    """Rows that have their answers are not asked again."""
    button(step, "trial-try").click()
    say_prices(step)
    first = step._trial._came
    button(step, "trial-try").click()
    second = step._trial._came
    assert first is not None
    assert second is not None
    assert not set(first.rows) & set(second.rows)
    assert script.count(Endpoint.MESSAGE) == 10


def test_two_models_stand_side_by_side(step: ModelCostStep, script: Script) -> None:
    """Same rows, asked of the second model alone; only columns that differ are shown, marked."""
    script.always_at_end(Endpoint.MESSAGE, otherwise(SONNET, {"topic": "Quality"}))
    button(step, "trial-try").click()
    say_prices(step)
    offered = dict(step._trial._head._models)
    assert "about $0.0" in offered[SONNET]
    assert HAIKU not in offered
    step._trial._head.compare.emit(SONNET)
    assert script.count(Endpoint.MESSAGE) == 10
    model = step._trial._table.model
    assert [group.name for group in model.groups()] == ["Haiku 5.5", "Sonnet 5.5"]
    assert [group.pill for group in model.groups()] == ["Chosen", ""]
    assert cells(step)[0][1:] == ["Delivery", "Quality"]
    marked = model.index(0, 1)
    assert marked.data(LOOK_ROLE).differs
    spoken = marked.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Delivery, differs from Sonnet 5.5: Quality"
    assert step._trial._head._pill.text() == "5 of 5 rows differ"
    assert "needs_reply agrees in every row" in step._trial._hint.text()


def test_choosing_the_other_model_asks_nothing_again(step: ModelCostStep, script: Script) -> None:
    """Only the mark moves."""
    button(step, "trial-try").click()
    step._trial._head.compare.emit(SONNET)
    asked = script.count(Endpoint.MESSAGE)
    button(step, f"model-{SONNET}").click()
    say_prices(step)
    assert [group.pill for group in step._trial._table.model.groups()] == ["", "Chosen"]
    assert script.count(Endpoint.MESSAGE) == asked


def test_trouble_is_said_above_the_answers(step: ModelCostStep, script: Script) -> None:
    """With what would help, in words and in the table."""
    script.at_end(Endpoint.MESSAGE, changed(lambda one: one.update(stop_reason="max_tokens")))
    button(step, "trial-try").click()
    assert step._trial._banner.isVisible()
    assert step._trial._banner.sentence.startswith(
        "1 of 5 was cut off. Raise the longest answer to 1,600."
    )
    assert "Cut off" in {row[1] for row in cells(step)}
    assert step._trial._head._pill.text().startswith("4 of 5 answered")


def test_a_refusal_is_said_and_nothing_is_shown(step: ModelCostStep, script: Script) -> None:
    """The key is not accepted: the words of the error, with what to do."""
    script.always_at_start(Endpoint.MESSAGE, refusal(401, "authentication_error"))
    button(step, "trial-try").click()
    assert "key was not accepted" in step._trial._banner.sentence
    assert not step._trial._table.isVisible()


def test_rows_chosen_by_number_are_asked(step: ModelCostStep, desk: FakeDesk) -> None:
    """The person's own rows, and a row that cannot be tried is named."""
    options = step._trial._options
    options._which.setText("2, 4")
    step._trial.ask_price()
    assert button(step, "trial-try").text() == "Try 2 rows"
    button(step, "trial-try").click()
    assert desk.verbs_of(TryRows)[-1].rows == (2, 4)
    options._which.setText("77")
    step._trial.ask_price()
    assert not button(step, "trial-try").isEnabled()
    assert "Row 77 cannot be tried" in step._trial._hint.text()


def test_a_lost_row_is_asked_again_only_by_a_number_that_is_entered_after(
    step: ModelCostStep, desk: FakeDesk, script: Script
) -> None:
    """A number that has stood there since is no new wish; that it may be paid twice is said."""
    script.at_end(Endpoint.MESSAGE, lambda call, _reply: reset(call))
    trial, which = step._trial, step._trial._options._which
    which.setText("4")
    trial.ask_price()
    button(step, "trial-try").click()
    trial.ask_price()
    assert not button(step, "trial-try").isEnabled()
    assert "Row 4 was asked in a trial before" in trial._hint.text()
    assert "not asked again" in trial._hint.text()
    which.setText("")
    which.setText("4")
    trial.ask_price()
    assert "paid for twice" in trial._hint.text()
    button(step, "trial-try").click()
    assert desk.verbs_of(TryRows)[-1].again
    assert script.count(Endpoint.MESSAGE) == 2
    assert trial._head._pill.text().startswith("1 answered")


def test_a_trial_in_a_batch_is_submitted_and_taken_over(
    step: ModelCostStep, desk: FakeDesk, script: Script
) -> None:
    """At half the price; its answers come when its job is over."""
    step._trial._options._when._group.buttons()[1].click()
    step._trial.ask_price()
    assert "half the price" in step._trial._hint.text()
    button(step, "trial-try").click()
    (submitted,) = desk.verbs_of(Submit)
    assert "trial" in Path(submitted.job).stem
    assert script.count(Endpoint.MESSAGE) == 0
    assert script.count(Endpoint.CREATE) == 1
    assert step._trial._head._pill.text().startswith("5 answered")


def test_a_spend_limit_that_is_too_small_is_said(
    step: ModelCostStep, desk: FakeDesk, script: Script
) -> None:
    """In amber, and the button is off."""
    step._trial.follow(replace(step.apply(SETTINGS), max_cost_usd="0.000001", twins=False))
    step._trial.ask_price()
    assert not button(step, "trial-try").isEnabled()
    assert "does not let this trial go" in step._trial._hint.text()
    step._trial.press()
    assert desk.verbs_of(TryRows) == []
    assert script.count(Endpoint.MESSAGE) == 0


def test_while_rows_are_asked_the_button_stops_and_answers_come_one_by_one(
    step: ModelCostStep, desk: FakeDesk, path: str
) -> None:
    """What has come is shown beside what has not; Stop asks the engine to send no more."""
    answer = desk.link.answers.pop(TryRows)
    button(step, "trial-try").click()
    assert button(step, "trial-try").text() == "Stop"
    verb = desk.verbs_of(TryRows)[-1]
    came = answer(verb)
    desk.say(Progress(path, "trying", 3, 5))
    assert step._trial._head._pill.text() == "3 of 5 came"
    assert len(cells(step)) == 5
    button(step, "trial-try").click()
    assert len(desk.verbs_of(StopTrial)) == 1
    assert not button(step, "trial-try").isEnabled()
    desk.answer(TryRows, came)
    assert button(step, "trial-try").text() == "Try 5 others"


def test_coming_back_shows_what_was_tried(
    step: ModelCostStep, desk: FakeDesk, path: str, qtbot: QtBot
) -> None:
    """From the job file; another recipe begins afresh, and its answers come back with it."""
    button(step, "trial-try").click()
    again = ModelCostStep(desk)
    qtbot.addWidget(again)
    again.show_job(line(path), head(path))
    again.entered()
    assert len(cells(again)) == 5
    again.show_job(line(path), head(path, background="We sell soup."))
    again.entered()
    assert cells(again) == [] or not again._trial._table.isVisible()
    again.show_job(line(path), head(path))
    again.entered()
    assert len(cells(again)) == 5
    assert len(desk.verbs_of(TryRows)) == 1


def test_an_answer_to_an_older_question_is_not_taken(step: ModelCostStep, desk: FakeDesk) -> None:
    """The price of former settings would be a wrong one."""
    desk.link.answers.pop(PlanTrial)
    step._trial.ask_price()
    step._longest.field.setValue(600)
    step._trial.ask_price()
    old, new = (
        TrialPlan((1,), 1, Decimal(9), Decimal(9)),
        TrialPlan((1,), 1, Decimal(1), Decimal(2)),
    )
    desk.answer(PlanTrial, old)
    assert not button(step, "trial-try").isEnabled()
    desk.answer(PlanTrial, new)
    assert "about $1.00, never more than $2.00" in step._trial._hint.text()


def test_practice_is_free(tmp_path: Path, path: str, script: Script, qtbot: QtBot) -> None:
    """Without a key the words say so, and no sum is named."""
    with trial_desk(tmp_path, path, script, key=NO_KEY) as desk:
        step = ModelCostStep(desk)
        qtbot.addWidget(step)
        step.show_job(line(path), head(path))
        step.entered()
        say_prices(step)
        said = step._trial._hint.text()
        assert said == "5 rows are answered straight away: free, to practise."
        assert "$" not in step._trial._hint.text()


def test_an_unknown_price_is_said(desk: FakeDesk, step: ModelCostStep) -> None:
    """Never a false sum."""
    desk.link.answers[PlanTrial] = TrialPlan((1, 2), 2, None, None)
    step._trial.follow(step.apply(SETTINGS))
    step._trial.ask_price()
    assert "what that costs is not known" in step._trial._hint.text()


def test_settings_that_cannot_be_run_say_why(desk: FakeDesk, step: ModelCostStep) -> None:
    """Nothing to try yet."""
    desk.link.answers[PlanTrial] = SheafError("There are no instructions.")
    step._trial.follow(step.apply(SETTINGS))
    step._trial.ask_price()
    assert "There are no instructions." in step._trial._hint.text()
    assert not button(step, "trial-try").isEnabled()


def test_a_trial_stopped_before_any_row_left_changes_nothing(
    step: ModelCostStep, desk: FakeDesk
) -> None:
    """The answers that were there stay, and it is said."""
    button(step, "trial-try").click()
    say_prices(step)
    before = cells(step)
    came = step._trial._came
    assert came is not None
    desk.link.answers[TryRows] = msgspec.structs.replace(
        came, rows=(1, 2), answers=(), models=(), stopped="Stopped."
    )
    button(step, "trial-try").click()
    assert cells(step) == before
    assert "Not every row was asked. Stopped." in step._trial._banner.sentence


def test_whether_answers_are_kept_is_a_setting_of_the_job(
    step: ModelCostStep, desk: FakeDesk, path: str, qtbot: QtBot
) -> None:
    """Switched off, the forecast has all rows again; the draft saves it."""
    button(step, "trial-try").click()
    say_prices(step)
    kept = step._estimate
    with qtbot.waitSignal(step.changed):
        button(step, "trial-keep").click()
    say_prices(step)
    assert not step.apply(SETTINGS).keep_trial
    assert kept is not None
    assert step._estimate is not None
    assert (kept.estimate.rows, step._estimate.estimate.rows) == (55, 60)
    step.show_job(line(path), head(path, keep_trial=True))
    assert step.apply(SETTINGS).keep_trial


# --- the table --------------------------------------------------------------------------------

TOPIC, WHY = parse_definition("topic: category = A | B"), parse_definition("why: text")


def shown(*came: TriedAnswer, models: tuple[str, ...] = ("m1", "m2")) -> Shown:
    """Return a table of two models."""
    rows = {answer.row: f"text {answer.row}" for answer in came}
    return Shown("text", rows, models, {"m1": "One"}, {}, (TOPIC, WHY), came, "m1")


def said(row: int, model: str, *cells: str, state: str = "answered") -> TriedAnswer:
    """Return an answer."""
    return TriedAnswer(row, model, state, cells, reason="Because.")


def test_the_model_is_a_sound_one(qtmodeltester: ModelTester) -> None:
    """With both models, one answer missing and one lost."""
    model = TrialModel()
    model.show(
        shown(said(1, "m1", "A", "x"), said(1, "m2", "B", "y"), said(2, "m1", state="unsure"))
    )
    qtmodeltester.check(model)
    assert model.columnCount() == 3
    assert model.index(1, 1).data() == "Perhaps charged"
    assert model.index(1, 2).data() == "…"
    assert model.headerData(1, Qt.Orientation.Horizontal) == "topic, One"


def test_models_that_agree_show_what_could_differ() -> None:
    """Free text is left out, case is no difference."""
    model = TrialModel()
    model.show(shown(said(1, "m1", "A", "x"), said(1, "m2", "a", "y")))
    assert [column.name for column in model.columns()] == ["text", "topic", "topic"]
    assert model.index(0, 1).data(LOOK_ROLE) is None


def test_where_only_free_text_is_asked_it_is_shown() -> None:
    """Nothing is marked, but both answers can be read."""
    model = TrialModel()
    only = replace(shown(said(1, "m1", "x"), said(1, "m2", "y")), answers=(WHY,))
    model.show(only)
    assert [column.name for column in model.columns()] == ["text", "why", "why"]
    assert model.index(0, 2).data(LOOK_ROLE) is None


def test_small_sums_are_written_with_two_figures() -> None:
    """Never a false zero."""
    amounts = ("0.000271", "0.0043", "0.40639", "0.02032", "3.5", "0")
    written = [words.small(Decimal(amount)) for amount in amounts]
    assert written == ["$0.00027", "$0.0043", "$0.41", "$0.02", "$3.50", "$0.00"]


def test_only_models_that_batches_can_use_are_compared(step: ModelCostStep) -> None:
    """Retired, limited and batchless ones are not offered."""
    button(step, "trial-try").click()
    offered = {name for name, _ in step._trial._head._models}
    assert offered
    assert offered <= {model.id for model in CATALOG.models if model.batches}
