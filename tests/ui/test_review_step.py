"""The promises of Review: the button says rows and price, and money needs a clear yes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from app.core.cost import Estimate
from app.core.errors import SheafError
from app.core.job import Rows
from app.engine.replies import Check, EstimateReply, Review
from app.engine.verbs import EstimateJob, ReviewJob
from app.ui.dialogs.limit_choice import LimitAnswer
from app.ui.models.coming_model import ComingModel
from app.ui.steps.checks_card import ACTIONS
from app.ui.steps.review import ReviewStep
from app.ui.steps.sending_card import destination, megabytes, plan_in_words
from app.ui.theme import THEME
from app.ui.widgets.batch_plan import BatchPlan
from app.ui.widgets.label import Label
from tests.ui.draft_job import REVIEW, ROWS, SETTINGS, desk_for, draft_job, head, line
from tests.ui.fake_desk import A_KEY, FakeDesk

KNOWN = Estimate(
    3, 1000, 100, "Counted", *(Decimal(n) for n in ("4.12", "3.6", "5.05", "11.8", "8.24"))
)
UNKNOWN = Estimate(3, 1000, 100, "Counted")


def _reply(found: Estimate) -> EstimateReply:
    return EstimateReply(found, ())


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Give a draft of three rows."""
    return draft_job(tmp_path)


@pytest.fixture
def desk(tmp_path: Path, path: str) -> FakeDesk:
    """Give its desk, with a key and a price of $4.12."""
    return desk_for(tmp_path, path, {EstimateJob: _reply(KNOWN)}, key=A_KEY)


def _step(desk: FakeDesk, path: str, qtbot: QtBot, **changes: Any) -> ReviewStep:
    step = ReviewStep(desk)
    qtbot.addWidget(step)
    step.resize(1040, 800)
    step.show_job(line(path), head(path, **changes))
    step.show()
    qtbot.waitExposed(step)
    step.entered()
    return step


def _button(step: ReviewStep, name: str) -> QAbstractButton:
    found = step.findChild(QAbstractButton, name)
    assert isinstance(found, QAbstractButton), name
    return found


def test_the_button_carries_rows_and_price(desk: FakeDesk, path: str, qtbot: QtBot) -> None:
    """Real work names the rows of the batches and what they are expected to cost."""
    step = _step(desk, path, qtbot)
    assert step.primary() == ("Submit 3 rows · about $4.12", "send")
    assert step.problem() == ""
    assert "Rows already answered are charged" in step.note()


def test_the_counted_price_takes_the_place_of_the_judged_one(
    desk: FakeDesk, path: str, qtbot: QtBot
) -> None:
    """The review has counted every row: its price stands, even if the other one comes later."""
    counted = replace(KNOWN, expected_usd=Decimal("3.05"), max_usd=Decimal("9.99"))
    desk.link.answers[ReviewJob] = msgspec.structs.replace(REVIEW, estimate=counted)
    del desk.link.answers[EstimateJob]
    step = _step(desk, path, qtbot)
    assert step.primary() == ("Submit 3 rows · about $3.05", "send")
    desk.answer(EstimateJob, _reply(KNOWN))
    assert step.primary() == ("Submit 3 rows · about $3.05", "send")


def test_practice_is_free_and_says_so(tmp_path: Path, path: str, qtbot: QtBot) -> None:
    """Without a key nothing on the screen speaks of money that is spent."""
    step = _step(desk_for(tmp_path, path, {EstimateJob: _reply(KNOWN)}), path, qtbot)
    assert step.primary() == ("Practise on 3 rows · free", "send")
    assert "Practice" in step.note()
    assert step._summaries._cost._value.text() == "Free"
    assert step._sending._to.text() == "Practice on this computer"
    with qtbot.waitSignal(step.advance):
        step.proceed()


def test_an_unknown_price_is_said_and_asked_about(desk: FakeDesk, path: str, qtbot: QtBot) -> None:
    """The button never shows $0, and submitting needs a yes."""
    desk.link.answers[EstimateJob] = _reply(UNKNOWN)
    step = _step(desk, path, qtbot)
    assert step.primary()[0] == "Submit 3 rows · price not known"
    assert "$" not in step._summaries._cost._value.text()
    desk.questions.answers["confirm"] = False
    with qtbot.assertNotEmitted(step.advance):
        step.proceed()
    assert len(desk.questions.asked) == 1


def test_nothing_is_sent_before_plan_and_price_are_there(
    desk: FakeDesk, path: str, qtbot: QtBot
) -> None:
    """The price comes before the promise: until both replies are here there is no going on."""
    del desk.link.answers[EstimateJob]
    del desk.link.answers[ReviewJob]
    step = _step(desk, path, qtbot)
    assert step.problem()
    desk.answer(ReviewJob, REVIEW)
    assert step.problem()
    with qtbot.assertNotEmitted(step.advance):
        step.proceed()
    with qtbot.waitSignal(step.changed):
        desk.answer(EstimateJob, _reply(KNOWN))
    assert step.problem() == ""


def test_a_failed_check_stands_on_top_and_stops(desk: FakeDesk, path: str, qtbot: QtBot) -> None:
    """A red check is the problem's sentence, and comes before what is fine."""
    checks = (Check("ok", "Fine"), Check("stop", "A column is missing"), Check("warn", "Hm"))
    desk.link.answers[ReviewJob] = msgspec.structs.replace(REVIEW, checks=checks)
    step = _step(desk, path, qtbot)
    assert step.problem() == "A column is missing"
    shown = step._checks._list.findChildren(Label)
    qtbot.waitUntil(lambda: all(label.isVisible() for label in shown))
    shown.sort(key=lambda label: label.mapTo(step, label.rect().topLeft()).y())
    assert [label.text() for label in shown] == ["A column is missing", "Fine", "Hm"]


def test_nothing_to_send_is_a_problem(desk: FakeDesk, path: str, qtbot: QtBot) -> None:
    """A job whose every row is left out cannot be submitted."""
    desk.link.answers[ReviewJob] = Review((), 0, 3, ())
    assert _step(desk, path, qtbot).problem() == "There is nothing to send."


def test_what_the_engine_refuses_is_said(desk: FakeDesk, path: str, qtbot: QtBot) -> None:
    """A review that cannot be made is a problem in the engine's words."""
    desk.link.answers[ReviewJob] = SheafError("The job's file cannot be read.")
    assert _step(desk, path, qtbot).problem() == "The job's file cannot be read."


def test_a_dear_job_is_asked_about_once(desk: FakeDesk, path: str, qtbot: QtBot) -> None:
    """Over the warning amount one question names the sum and the worst case; no means no."""
    desk.settings["warn_above_usd"] = 4
    step = _step(desk, path, qtbot, max_cost_usd="6.00")
    desk.questions.answers["confirm"] = False
    with qtbot.assertNotEmitted(step.advance):
        step.proceed()
    question = desk.questions.asked[-1][1][0]
    for words in ("about $4.12", "never more than $11.80", "$6.00"):
        assert words in question.text
    desk.questions.answers["confirm"] = True
    with qtbot.waitSignal(step.advance):
        step.proceed()
    assert len(desk.questions.asked) == 2


def test_a_job_over_its_limit_is_asked_what_to_do(desk: FakeDesk, path: str, qtbot: QtBot) -> None:
    """The chosen limit is kept before the job is sent; the harmless answer sends nothing."""
    step = _step(desk, path, qtbot, max_cost_usd="2.00")
    with qtbot.assertNotEmitted(step.advance):
        step.proceed()
    question = desk.questions.asked[-1][1][0]
    assert (question.limit, question.reach.rows) == (Decimal("2.00"), 3)
    assert step.apply(SETTINGS).max_cost_usd is None
    desk.questions.answers["limit"] = LimitAnswer(Decimal("9.50"))
    with qtbot.waitSignal(step.advance):
        step.proceed()
    assert step.apply(SETTINGS).max_cost_usd == "9.50"


def test_a_dear_job_without_a_limit_is_offered_one(desk: FakeDesk, path: str, qtbot: QtBot) -> None:
    """Over the warning amount; without a limit it goes only when that was chosen."""
    desk.settings["warn_above_usd"] = 4
    step = _step(desk, path, qtbot)
    desk.questions.answers["limit"] = LimitAnswer(None)
    with qtbot.waitSignal(step.advance):
        step.proceed()
    assert desk.questions.asked[-1][1][0].limit is None
    assert step.apply(SETTINGS).max_cost_usd is None


@pytest.mark.parametrize("warn_above", [None, 5])
def test_a_cheap_job_is_not_asked_about(
    desk: FakeDesk, path: str, qtbot: QtBot, warn_above: int | None
) -> None:
    """Under the warning amount, or without one, the button alone decides."""
    desk.settings["warn_above_usd"] = warn_above
    step = _step(desk, path, qtbot)
    with qtbot.waitSignal(step.advance):
        step.proceed()
    assert desk.questions.asked == []


def test_leaving_blank_rows_out_is_saved_and_reviewed_again(
    desk: FakeDesk, path: str, qtbot: QtBot
) -> None:
    """The check's button changes the setting; the job is reviewed anew once that is saved."""
    blank = Check("warn", "1 row is blank", "", "skip_blank")
    desk.link.answers[ReviewJob] = msgspec.structs.replace(REVIEW, checks=(blank,))
    step = _step(desk, path, qtbot, skip_blank=False)
    assert not step.apply(replace(SETTINGS, skip_blank=False)).skip_blank
    with qtbot.waitSignal(step.changed):
        _button(step, "check-skip_blank").click()
    assert step.apply(replace(SETTINGS, skip_blank=False)).skip_blank
    assert step.problem()
    asked = len(desk.verbs_of(ReviewJob))
    desk.link.answers[ReviewJob] = REVIEW
    desk.job_changed.emit(line(path))
    assert len(desk.verbs_of(ReviewJob)) == asked + 1
    assert desk.verbs_of(EstimateJob)[-1].settings.skip_blank
    assert step.problem() == ""


def test_a_key_that_arrives_makes_it_real(tmp_path: Path, path: str, qtbot: QtBot) -> None:
    """Connecting a key on this screen turns practice into a price at once, and asks anew."""
    desk = desk_for(tmp_path, path, {EstimateJob: _reply(KNOWN)})
    step = _step(desk, path, qtbot)
    asked = len(desk.verbs_of(ReviewJob))
    desk.key = A_KEY
    with qtbot.waitSignal(step.changed):
        desk.key_changed.emit(A_KEY)
    assert step.primary()[0] == "Submit 3 rows · about $4.12"
    assert step._summaries._cost._value.text() == "About $4.12"
    assert len(desk.verbs_of(ReviewJob)) == asked + 1


def test_a_save_of_something_else_reviews_nothing_again(
    desk: FakeDesk, path: str, qtbot: QtBot
) -> None:
    """Only a change that was made on this screen needs another review."""
    step = _step(desk, path, qtbot)
    asked = len(desk.verbs_of(ReviewJob))
    desk.job_changed.emit(line(path))
    assert len(desk.verbs_of(ReviewJob)) == asked
    assert step.problem() == ""


@pytest.mark.parametrize(
    ("button", "place"),
    [("edit-data", 0), ("edit-instructions", 1), ("edit-model", 2), ("edit-cost", 2)],
)
def test_edit_leads_back(desk: FakeDesk, path: str, qtbot: QtBot, button: str, place: int) -> None:
    """Each card's Edit goes to the step where that was decided."""
    step = _step(desk, path, qtbot)
    with qtbot.waitSignal(step.go_to) as went:
        _button(step, button).click()
    assert went.args == [place]


def test_the_cards_say_what_was_decided(desk: FakeDesk, path: str, qtbot: QtBot) -> None:
    """Rows, file, ID, answers, model, longest answer, worst case and limit are all there."""
    step = _step(desk, path, qtbot, max_cost_usd="6.00", rows=Rows(first=2))
    cards = step._summaries
    said = [card.accessibleDescription() for card in (cards._data, cards._instructions)]
    said += [card.accessibleDescription() for card in (cards._model, cards._cost)]
    assert said == [
        "2 rows. reviews.csv. ID review_id",
        "2 answers. topic, needs_reply. Added to each row",
        "Haiku 5.5. Answers up to 400 tokens. Same settings for every row",
        "About $4.12. Never more than $11.80. Spend limit $6.00",
    ]


def test_another_address_is_shown(desk: FakeDesk, path: str, qtbot: QtBot) -> None:
    """Rows that go elsewhere than to Anthropic are said to."""
    desk.settings["address"] = "https://proxy.example.org/claude"
    assert _step(desk, path, qtbot)._sending._to.text() == "proxy.example.org"
    assert destination(head(path).mode.REAL, "") == "Anthropic, with your own key"


def test_the_plan_in_words() -> None:
    """Batches, rows and bytes are said as people say them."""
    assert plan_in_words(REVIEW) == "2 batches of up to 2 rows · 3 kB in total"
    assert plan_in_words(Review((1,), 10, 0, (), ())) == "1 batch of 1 row · 1 kB in total"
    assert [megabytes(n) for n in (1_500_000, 34_000_000)] == ["1.5 MB", "34 MB"]


@pytest.mark.parametrize(("count", "boxes"), [(1, 1), (12, 12), (500, 12)])
def test_the_plan_has_room_for_any_number_of_batches(qtbot: QtBot, count: int, boxes: int) -> None:
    """Many batches are abridged; first and last are always there, and all lie inside."""
    plan = BatchPlan()
    qtbot.addWidget(plan)
    plan.resize(460, 40)
    plan.show_batches([2000] * (count - 1) + [412])
    shown = plan.boxes()
    assert len(shown) == boxes
    assert (shown[0][1], shown[-1][1]) == ("1", str(count))
    assert shown[-1][0].right() <= 460.01


def test_what_comes_back_is_the_persons_own_rows(desk: FakeDesk, path: str, qtbot: QtBot) -> None:
    """ID and sent columns with real cells, then what each answer will be; nothing is invented."""
    step = _step(desk, path, qtbot)
    model = step._coming
    header = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())]
    assert header == ["review_id", "product", "stars", "review_text", "topic", "needs_reply"]
    cells = [model.index(1, n).data() for n in range(model.columnCount())]
    assert cells == [*ROWS[1], "one of 2 labels", "yes or no"]


def test_the_model_keeps_qts_rules(desk: FakeDesk, path: str, qtbot: QtBot) -> None:
    """Qt's own tester finds nothing wrong while jobs come and go."""
    model = ComingModel(desk)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_job(path, head(path))
    model.show_job(path, head(path, instructions="x", answers=(), id_column=None))
    assert model.rowCount() == 3
    assert model.headerData(model.columnCount() - 1, Qt.Orientation.Horizontal) == "answer"
    tester.deleteLater()
    model.deleteLater()


@pytest.mark.parametrize("percent", [100, 130])
def test_the_step_fits_the_smallest_window(
    desk: FakeDesk, path: str, qtbot: QtBot, percent: int
) -> None:
    """At 1024 pixels less the icon rail nothing is cut off, whatever the text size."""
    step = _step(desk, path, qtbot)
    THEME.apply("light", percent)
    assert step.minimumSizeHint().width() <= 1024 - 64 - 12


@pytest.mark.parametrize("action", ACTIONS)
def test_every_check_s_button_does_something(
    desk: FakeDesk, path: str, qtbot: QtBot, action: str
) -> None:
    """A button beside a check leads to the step where it is mended, or mends it here."""
    checks = (Check("warn", "Something is doubtful", "", action),)
    desk.link.answers[ReviewJob] = msgspec.structs.replace(REVIEW, checks=checks)
    step = _step(desk, path, qtbot)
    done: list[object] = []
    step.go_to.connect(done.append)
    step.changed.connect(lambda: done.append("changed"))
    _button(step, f"check-{action}").click()
    assert done


def test_a_job_whose_rows_were_all_tried_can_be_finished(
    tmp_path: Path, path: str, qtbot: QtBot
) -> None:
    """Nothing is left to send, and nothing is to be paid: the button says so."""
    nothing = Decimal(0)
    tried = Estimate(0, 0, 0, "Counted", *[nothing] * 5, kept=3)
    review = msgspec.structs.replace(REVIEW, batches=(), estimate=tried)
    answers = {EstimateJob: _reply(tried), ReviewJob: review}
    step = _step(desk_for(tmp_path, path, answers, key=A_KEY), path, qtbot)
    assert step.problem() == ""
    assert step.primary() == ("Finish with the trial's answers", "check")
