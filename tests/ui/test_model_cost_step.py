"""The promises of Model & cost: every figure is the engine's, and an unknown price is said."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from app.core.answer_size import usual_longest_answer
from app.core.catalog import Lifecycle, Model
from app.core.cost import Estimate, in_figures
from app.core.errors import SheafError
from app.engine.estimate import estimate
from app.engine.money_verbs import CountRows, StopCounting
from app.engine.replies import EstimateReply, ModelList, Note
from app.engine.verbs import EstimateJob, Models
from app.ui.steps.cost_panel import UNKNOWN, CostPanel
from app.ui.steps.model_cards import ModelCards, first_models
from app.ui.steps.model_cost import ModelCostStep
from app.ui.theme import THEME
from app.ui.widgets.label import Label
from app.ui.widgets.number_field import NumberField
from tests.ui.cost_step import desk, path, step
from tests.ui.draft_job import CATALOG, MODELS, SETTINGS, desk_for, draft_job, head, line
from tests.ui.fake_desk import A_KEY, FakeDesk

__all__ = ["desk", "path", "step"]


def _card(step: ModelCostStep, model: str) -> QAbstractButton:
    card = step.findChild(QAbstractButton, f"model-{model}")
    assert isinstance(card, QAbstractButton)
    return card


def _shown(cards: ModelCards) -> list[str]:
    return [name for name, card in cards._cards.items() if card.isVisible()]


def test_settings_come_back_as_they_went_in(step: ModelCostStep) -> None:
    """Showing a job changes none of its settings, without and with a limit."""
    assert step.apply(SETTINGS) == SETTINGS
    limited = replace(SETTINGS, max_cost_usd="6.00")
    step.show_job(line(step._path), head(step._path, max_cost_usd="6.00"))
    assert step.apply(limited) == limited


def unfold(step: ModelCostStep) -> None:
    """Press "More models"."""
    more = step.findChild(QAbstractButton, "more-models")
    assert isinstance(more, QAbstractButton)
    more.click()


def test_three_models_are_shown_first(step: ModelCostStep) -> None:
    """Active models with a price come first; the button shows the rest that can be used."""
    first = first_models(MODELS.models, MODELS.suggested)
    assert len(first) == 3
    assert _shown(step._cards) == list(first)
    more = step.findChild(QAbstractButton, "more-models")
    assert isinstance(more, QAbstractButton)
    more.click()
    usable = [m.id for m in MODELS.models if m.lifecycle is not Lifecycle.RETIRED]
    assert sorted(_shown(step._cards)) == sorted(usable)
    more.click()
    assert _shown(step._cards) == list(first)


def test_another_job_begins_with_the_first_models(step: ModelCostStep, tmp_path: Path) -> None:
    """What was unfolded for one job says nothing about the next; its own model stays in sight."""
    usual = _shown(step._cards)
    unfold(step)
    rare = next(name for name in _shown(step._cards) if name not in usual)
    (tmp_path / "other").mkdir()
    other = draft_job(tmp_path / "other")
    step.show_job(line(other), head(other, model=rare))
    assert _shown(step._cards) == [*usual, rare]


def test_models_for_the_few_are_not_shown_first() -> None:
    """Models of limited access, without a price, or going away wait behind the button."""
    priced = CATALOG.suggested().prices
    models = (
        Model("few", "Few", prices=priced, limited_access=True),
        Model("old", "Old", prices=priced, lifecycle=Lifecycle.DEPRECATED),
        Model("new", "New"),
        Model("good", "Good", prices=priced),
    )
    assert first_models(models, "good") == ("good",)
    assert first_models(models[2:3], "new") == ("new",)


def test_a_chosen_model_is_always_shown(step: ModelCostStep, path: str) -> None:
    """A model that is not among the first is shown when the job uses it."""
    step.show_job(line(path), head(path, model="claude-opus-4-8"))
    assert _card(step, "claude-opus-4-8").isChecked()
    assert _card(step, "claude-opus-4-8").isVisible()


def test_a_new_draft_gets_the_suggested_model_and_answer(
    desk: FakeDesk, path: str, qtbot: QtBot
) -> None:
    """Where nothing is chosen yet, the cheapest able model and enough room are."""
    step = ModelCostStep(desk)
    qtbot.addWidget(step)
    step.show_job(line(path), head(path, model="", max_tokens=0))
    settings = step.apply(replace(SETTINGS, model="", max_tokens=0))
    assert settings.model == MODELS.suggested
    assert settings.max_tokens == usual_longest_answer(SETTINGS, CATALOG.suggested())


def test_every_figure_is_the_engines(step: ModelCostStep, desk: FakeDesk) -> None:
    """The panel shows the reply's figures, to the cent."""
    verb = desk.verbs_of(EstimateJob)[-1]
    found = desk.link.answers[EstimateJob](verb).estimate
    assert step._cost._figure.text() == f"${found.expected_usd:.2f}"
    assert step._cost._range.text() == (
        f"Most likely between ${found.low_usd:.2f} and ${found.high_usd:.2f}"
    )
    assert step._cost._most.text() == in_figures(found.max_usd)
    lines = dict(step._cost._savings.words)
    assert lines["Standard price, every row"] == f"${found.standard_usd:.2f}"
    assert "50%" in lines["You save"]
    assert step._cost._each.text() == f"${found.per_thousand_usd:.2f}"
    assert "10 November 2026" in step._cost._basis.text()


def test_the_lines_of_the_panel_add_up(qtbot: QtBot) -> None:
    """Standard price minus expected cost is what is saved, as the rounded figures say."""
    panel = CostPanel()
    qtbot.addWidget(panel)
    expected = Decimal("0.015")
    found = Estimate(3, 10, 10, "Counted", expected, expected, expected, expected, 2 * expected)
    for twins, blank in ((0, 0), (1, 2), (7, 1)):
        thousandth = Decimal("0.00555")
        panel.show_estimate(
            replace(
                found,
                twins=twins,
                twins_usd=twins * thousandth,
                blank=blank,
                blank_usd=blank * thousandth,
            )
        )
        figures = [_in_cents(figure) for _, figure in panel._savings.words]
        standard, *savings, saved = figures
        assert standard + sum(savings) == _in_cents(panel._figure.text())
        assert standard - saved == _in_cents(panel._figure.text())


def _in_cents(figure: str) -> int:
    """Read "$0.02", "−$0.01", "$0.02 · 50%" or "under $0.01", which adds nothing."""
    number = figure.partition(" ")[0].replace("\N{MINUS SIGN}", "-").replace("$", "")
    return 0 if figure.startswith("under") else round(Decimal(number) * 100)


def test_the_switch_for_memory_is_a_setting_with_what_was_measured(
    step: ModelCostStep, desk: FakeDesk, qtbot: QtBot
) -> None:
    """Offered where enough is shared; what was measured stands below it, and changes no sum."""
    assert not step._cost.remember.isVisible()
    assert not step._cost._measured.isVisible()
    assert "remember" not in step._cost._if_all.text()
    verb = desk.verbs_of(EstimateJob)[-1]
    known = desk.link.answers[EstimateJob](verb)
    figure = step._cost._figure.text()
    found = replace(known.estimate, shared_tokens=1_900)
    said = "71% of the shared instructions was read from memory in an earlier job."
    notes = (*known.notes, Note("cache", said))
    desk.link.answers[EstimateJob] = msgspec.structs.replace(known, estimate=found, notes=notes)
    step.entered()
    step._estimator.ask_now()
    assert step._cost.remember.isVisible()
    assert step._cost._measured.isVisible()
    assert step._cost._measured.text() == said
    assert "nothing that Claude is to remember were found again" in step._cost._if_all.text()
    assert step._cost._figure.text() == figure
    with qtbot.waitSignal(step.changed):
        step._cost.remember.click()
    assert step.apply(SETTINGS).remember is False
    step._estimator.ask_now()
    assert desk.verbs_of(EstimateJob)[-1].settings.remember is False
    step.show_job(line(step._path), head(step._path, remember=False))
    assert step.apply(SETTINGS).remember is False
    assert step._cost.remember.isVisible(), "it can be switched on again"


def test_the_switch_for_twins_is_a_setting(
    step: ModelCostStep, desk: FakeDesk, qtbot: QtBot
) -> None:
    """Offered where rows ask the same; switched off, all of them are priced and asked."""
    assert not step._cost.twins.isVisible()
    verb = desk.verbs_of(EstimateJob)[-1]
    known = desk.link.answers[EstimateJob](verb)
    found = replace(known.estimate, twins=879, twins_usd=Decimal("0.62"))
    desk.link.answers[EstimateJob] = msgspec.structs.replace(known, estimate=found)
    step.entered()
    step._estimator.ask_now()
    assert step._cost.twins.isVisible()
    assert ("879 twins answered once", "\N{MINUS SIGN}$0.62") in step._cost._savings.words
    with qtbot.waitSignal(step.changed):
        step._cost.twins.click()
    assert step.apply(SETTINGS).twins is False
    step._estimator.ask_now()
    assert desk.verbs_of(EstimateJob)[-1].settings.twins is False
    step.show_job(line(step._path), head(step._path, twins=False))
    assert step.apply(SETTINGS).twins is False


def test_with_a_key_a_sample_is_counted_once_nothing_changes(
    step: ModelCostStep, desk: FakeDesk
) -> None:
    """The better price takes the place of the first; meanwhile the basis says so."""
    step._sampler.ask_now()
    (count,) = desk.verbs_of(CountRows)
    assert "Looking closer" in step._cost._basis.text()
    known = desk.link.answers[EstimateJob](desk.verbs_of(EstimateJob)[-1])
    better = replace(known.estimate, expected_usd=Decimal("8.76"), basis="Counted on 40 rows")
    desk.answer(CountRows, msgspec.structs.replace(known, estimate=better))
    assert count.settings == step.apply(SETTINGS)
    assert step._cost._figure.text() == "$8.76"
    assert step._cost._basis.text().startswith("Counted on 40 rows")
    assert "Looking closer" not in step._cost._basis.text()


def test_a_change_gives_up_the_counting(step: ModelCostStep, desk: FakeDesk) -> None:
    """What is counted for other settings is not waited for, and its reply is dropped."""
    step._sampler.ask_now()
    before = step._cost._figure.text()
    known = desk.link.answers[EstimateJob](desk.verbs_of(EstimateJob)[-1])
    step._longest.field.setValue(900)
    assert [verb.job for verb in desk.verbs_of(StopCounting)] == [step._path]
    late = replace(known.estimate, expected_usd=Decimal("8.76"))
    desk.answer(CountRows, msgspec.structs.replace(known, estimate=late))
    assert step._cost._figure.text() == before


def test_what_cannot_be_counted_stays_as_it_was_estimated(
    step: ModelCostStep, desk: FakeDesk
) -> None:
    """No network is no reason to have no price."""
    before = step._cost._figure.text()
    step._sampler.ask_now()
    desk.answer(CountRows, SheafError("No network."))
    assert step._cost._figure.text() == before
    assert "Looking closer" not in step._cost._basis.text()
    assert step.problem() == ""
    assert desk.questions.shown == []


def test_practice_measures_a_large_table_and_counts_nothing(
    tmp_path: Path, path: str, qtbot: QtBot
) -> None:
    """Where rows were only judged, all of them are measured here; nobody else is asked."""
    desk = desk_for(tmp_path, path)
    usual = desk.link.answers[EstimateJob]

    def judged(verb: EstimateJob) -> EstimateReply:
        reply: EstimateReply = usual(verb)
        return msgspec.structs.replace(reply, measuring=not verb.every_row)

    desk.link.answers[EstimateJob] = judged
    step = ModelCostStep(desk)
    qtbot.addWidget(step)
    step.show_job(line(path), head(path))
    step.show()
    step.entered()
    step._estimator.ask_now()
    step._sampler.ask_now()
    assert [verb.every_row for verb in desk.verbs_of(EstimateJob)] == [False, True]
    assert desk.verbs_of(CountRows) == []


def test_instructions_that_outweigh_the_rows_are_said_with_their_cost(
    step: ModelCostStep, desk: FakeDesk, qtbot: QtBot
) -> None:
    """Beside the price, in amber, as the engine says it."""
    verb = desk.verbs_of(EstimateJob)[-1]
    known = desk.link.answers[EstimateJob](verb)
    said = "Every row repeats 3,000 tokens of instructions for about 60 of its own."
    noted = msgspec.structs.replace(known, notes=(Note("fixed_part", said),))
    desk.link.answers[EstimateJob] = noted
    step.entered()
    step._estimator.ask_now()

    def is_said() -> bool:
        labels = step._cost.findChildren(Label)
        return any(label.text() == said and label.isVisible() for label in labels)

    qtbot.waitUntil(is_said)


def test_an_unknown_price_is_said(step: ModelCostStep) -> None:
    """A model without a price shows words, on its card and in the panel, and never $0."""
    unfold(step)
    card = _card(step, "claude-mythos-5-2")
    assert "price not known" in card.accessibleDescription()
    card.click()
    step._estimator.ask_now()
    assert step._cost._figure.text() == UNKNOWN
    assert not step._cost._known.isVisible()
    assert "$" not in step._cost._range.text()
    found = step._cost._estimate
    assert found is not None
    tokens = f"About {found.tokens:,} tokens read and written, never more than "
    assert step._cost._range.text().startswith(f"{tokens}{found.most_tokens:,}. ")
    assert step.problem() == ""


def test_choosing_a_model_counts_again(step: ModelCostStep, desk: FakeDesk, qtbot: QtBot) -> None:
    """Another model is an edit, and its price replaces the old one."""
    before = step._cost._figure.text()
    with qtbot.waitSignal(step.changed):
        _card(step, "claude-opus-5-5").click()
    step._estimator.ask_now()
    assert desk.verbs_of(EstimateJob)[-1].settings.model == "claude-opus-5-5"
    assert step._cost._figure.text() != before
    assert step.apply(SETTINGS).model == "claude-opus-5-5"


def test_a_suggested_longest_answer_follows_the_model(step: ModelCostStep, path: str) -> None:
    """A model that must think gets room for it; a length that the person typed stays."""
    model = CATALOG.need("claude-haiku-5-5")
    usual = usual_longest_answer(SETTINGS, model)
    step.show_job(line(path), head(path, max_tokens=usual))
    _card(step, "claude-sonnet-5-5").click()
    sonnet = usual_longest_answer(SETTINGS, CATALOG.need("claude-sonnet-5-5"))
    assert step.apply(SETTINGS).max_tokens == sonnet != usual
    step._longest.field.setValue(123)
    _card(step, "claude-haiku-5-5").click()
    assert step.apply(SETTINGS).max_tokens == 123


def test_a_suggested_longest_answer_follows_the_answer_columns(
    desk: FakeDesk, path: str, qtbot: QtBot
) -> None:
    """Columns that are added later get room as long as nobody has typed another length."""
    step = ModelCostStep(desk)
    qtbot.addWidget(step)
    step.show_job(line(path), head(path, answers=(), max_tokens=0))
    assert step.apply(SETTINGS).max_tokens == 1000
    step.show_job(line(path), head(path, max_tokens=1000))
    model = CATALOG.need(SETTINGS.model)
    assert step.apply(SETTINGS).max_tokens == usual_longest_answer(SETTINGS, model) != 1000
    step._longest.field.setValue(77)
    step.show_job(line(path), head(path, answers=(), max_tokens=77))
    assert step.apply(SETTINGS).max_tokens == 77


def test_a_finer_limit_is_not_rounded_by_looking(step: ModelCostStep, path: str) -> None:
    """A limit from the command line keeps its digits until the person types another."""
    step.show_job(line(path), head(path, max_cost_usd="6.555"))
    assert step.apply(replace(SETTINGS, max_cost_usd="6.555")).max_cost_usd == "6.555"


def test_coming_back_counts_again(step: ModelCostStep, desk: FakeDesk) -> None:
    """The data may be other than before, so each visit asks for the price again."""
    asked = len(desk.verbs_of(EstimateJob))
    step.entered()
    step._estimator.ask_now()
    assert len(desk.verbs_of(EstimateJob)) == asked + 1


def test_the_longest_answer_has_words_beside_it(step: ModelCostStep) -> None:
    """Tokens are explained in words, and too few of them are said in amber with an icon."""
    assert "About 300 words" in step._longest._advice.text()
    assert not step._longest._icon.isVisible()
    step._longest.field.setValue(20)
    step._estimator.ask_now()
    assert "may be cut off" in step._longest._advice.text()
    assert step._longest._icon.isVisible()
    most = CATALOG.need("claude-haiku-5-5").max_output_tokens
    assert (step._longest.field.minimum(), step._longest.field.maximum()) == (1, most)


def test_an_empty_spend_limit_is_none(step: ModelCostStep, qtbot: QtBot) -> None:
    """A typed sum becomes the limit, an emptied field no limit."""
    qtbot.keyClicks(step._limit.field, "6.5")
    assert step.apply(SETTINGS).max_cost_usd == "6.5"
    step._limit.field.selectAll()
    qtbot.keyClicks(step._limit.field, "\b")
    assert step.apply(SETTINGS).max_cost_usd is None


def test_a_limit_under_the_expected_cost_is_said_beside_it(
    step: ModelCostStep, qtbot: QtBot
) -> None:
    """It is no error: Sheaf would stop on the way, and says so."""
    qtbot.keyClicks(step._limit.field, "0.01")
    assert "would stop on the way" in step._limit._hint.text()
    assert step.problem() == ""
    qtbot.keyClicks(step._limit.field, "\b\b\b\b999")
    assert "would stop on the way" not in step._limit._hint.text()


def test_the_last_figure_stays_while_a_new_one_is_counted(
    step: ModelCostStep, desk: FakeDesk
) -> None:
    """Counting fades the figures and shows no zero."""
    before = step._cost._figure.text()
    del desk.link.answers[EstimateJob]
    step._longest.field.setValue(900)
    step._estimator.ask_now()
    assert step._cost._figure.text() == before
    assert step._cost._figure._ink == "text3"


def test_a_price_that_cannot_be_counted_is_a_problem(step: ModelCostStep, desk: FakeDesk) -> None:
    """The engine's sentence stands where the figure was, and Next waits."""
    desk.link.answers[EstimateJob] = SheafError("This job is gone.")
    step._longest.field.setValue(900)
    step._estimator.ask_now()
    assert step.problem() == "This job is gone."
    assert step._cost._figure.text() == "—"
    assert "This job is gone." in step._cost._range.text()


def test_a_job_without_models_waits_for_them(tmp_path: Path, path: str, qtbot: QtBot) -> None:
    """Before the list of models is here the job keeps its settings, and the list is asked for."""
    desk = desk_for(tmp_path, path, models=None, key=A_KEY)
    step = ModelCostStep(desk)
    qtbot.addWidget(step)
    step.show_job(line(path), head(path))
    step.entered()
    assert step.problem()
    assert step.apply(SETTINGS) == SETTINGS
    desk.answer(Models, MODELS)
    assert step.problem() == ""
    assert step._cards.current == SETTINGS.model


def test_a_live_model_without_a_price_can_be_chosen(desk: FakeDesk, step: ModelCostStep) -> None:
    """A new list keeps the choice, and shows models that the table does not know."""
    fresh = Model("claude-next", "Claude Next")
    desk.models_changed.emit(ModelList((*MODELS.models, fresh), MODELS.suggested, "", live=True))
    assert step._cards.current == SETTINGS.model
    unfold(step)
    assert _card(step, "claude-next").isVisible()


def test_practice_is_marked(tmp_path: Path, path: str, desk: FakeDesk, qtbot: QtBot) -> None:
    """In practice the prices are said to be what the job would cost."""
    practising = ModelCostStep(desk_for(tmp_path, path))
    real = ModelCostStep(desk)
    for shown, practice in ((practising, True), (real, False)):
        qtbot.addWidget(shown)
        shown.show_job(line(path), head(path))
        shown.show()
        shown.entered()
        assert shown._practice.isVisible() is practice


@pytest.mark.parametrize("percent", [100, 130])
def test_the_step_fits_the_smallest_window(step: ModelCostStep, percent: int) -> None:
    """At 1024 pixels less the icon rail nothing is cut off, whatever the text size."""
    THEME.apply("dark", percent)
    assert step.minimumSizeHint().width() <= 1024 - 64 - 12


def test_no_reply_shows_another_jobs_price(
    step: ModelCostStep, desk: FakeDesk, path: str, tmp_path: Path
) -> None:
    """A price that arrives after another job was opened is dropped."""
    del desk.link.answers[EstimateJob]
    step._longest.field.setValue(900)
    step._estimator.ask_now()
    other = msgspec.structs.replace(line(path), path=str(tmp_path / "other.sheaf"))
    step.show_job(other, head(path))
    reply = estimate(head(path), replace(SETTINGS, model="claude-opus-5-5"), CATALOG)
    assert isinstance(reply, EstimateReply)
    desk.answer(EstimateJob, reply)
    assert step._estimate is None


LONG = "Use the label exactly as the handbook says, and read all of it. " * 60


def _told_apart(step: ModelCostStep, path: str, rows: int) -> list[tuple[str, str]]:
    step.show_job(line(path), head(path, background=LONG, rows_per_request=rows))
    job = head(path)
    settings = step.apply(replace(SETTINGS, background=LONG, rows_per_request=rows))
    assert settings.rows_per_request == rows
    step._show_estimate(estimate(job, settings, CATALOG, every_row=True))
    return step._cost._savings.words


def test_several_rows_per_request_are_offered_where_that_saves(
    step: ModelCostStep, path: str
) -> None:
    """Short rows under long instructions: the sum is named, and one step away."""
    assert not step._together.isVisible()
    words = _told_apart(step, path, 1)
    assert step._together.isVisible()
    assert "Asking 5 rows at a time would cost about $" in step._together._advice.text()
    assert not any("per request" in name for name, _ in words)


def test_what_several_rows_per_request_save_stands_among_the_savings(
    step: ModelCostStep, path: str
) -> None:
    """With a word on the answers' quality, and with what "never more than" then allows for."""
    words = _told_apart(step, path, 5)
    assert "5 rows per request" in dict(words)
    advice = step._together._advice.text()
    assert advice.startswith("Saves about $")
    assert "one answer can influence another" in advice
    assert "again alone" in step._cost._if_all.text()


def test_rows_that_cannot_share_a_request_say_why(step: ModelCostStep, path: str) -> None:
    """Without answer columns the wish stands there with the reason, and is not priced."""
    bare = replace(SETTINGS, answers=(), rows_per_request=5)
    step.show_job(line(path), head(path, answers=(), rows_per_request=5))
    reply = estimate(head(path), bare, CATALOG)
    step._show_estimate(reply)
    assert reply.estimate.requests == reply.estimate.rows
    assert "Without answer columns" in step._together._advice.text()
    assert step._together._icon.isVisible()


def test_the_wish_for_several_rows_goes_into_the_settings(step: ModelCostStep, path: str) -> None:
    """Choosing a number asks for a new price."""
    _told_apart(step, path, 1)
    with_two = step.findChild(QWidget, "rows-per-request")
    assert isinstance(with_two, NumberField)
    with_two.setValue(2)
    assert step.apply(SETTINGS).rows_per_request == 2
