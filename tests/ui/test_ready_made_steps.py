"""Ready-made requests in the window: three steps, models that are not chosen, what to mend."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from app.core.job import JobSettings, Mode
from app.engine import request_review
from app.engine.bench import Bench
from app.engine.load import Draft as NewDraft
from app.engine.load import Wanted, new_job
from app.engine.replies import EstimateReply, IdCheck, JobLine, Review
from app.engine.review import check_ids, review
from app.engine.verbs import CheckId, EstimateJob, ReviewJob, Save, Submit
from app.engine.view import JobView
from app.paths import places
from app.store.job_file import JobFile
from app.store.reader import JobReader
from app.ui.job.request_words import request_in_words
from app.ui.job.row_drawer import RowDrawer
from app.ui.models.result_columns import first_columns
from app.ui.steps.data import DataStep
from app.ui.steps.draft import Draft
from app.ui.steps.instructions import InstructionsStep
from app.ui.steps.model_cost import ModelCostStep
from app.ui.steps.review import ReviewStep
from app.ui.steps.summary_card import SummaryCard
from app.ui.widgets.label import Label
from app.ui.widgets.rich_lines import RichLines
from tests.echo import write_table
from tests.requests_maker import HAIKU, SONNET, asking, line_of, write_requests
from tests.ui.draft_job import CATALOG, MODELS, line
from tests.ui.fake_desk import A_KEY, FakeDesk

LINES = [
    line_of("a", asking("First question")),
    line_of("photo_2.jpg", asking("Second question", model=SONNET)),
    line_of("c", asking("Third question", temperature=0)),
    line_of("d", asking("Fourth question")),
]
Open = Callable[[Path], Draft]


def _estimate(verb: EstimateJob) -> EstimateReply:
    with JobReader(Path(verb.job)) as reader:
        job = reader.head()
        return request_review.estimate_requests(job, verb.settings, CATALOG, reader.requests)


def _review(verb: ReviewJob) -> Review:
    return review(Path(verb.job), CATALOG, None)


def _check(verb: CheckId) -> IdCheck:
    with JobReader(Path(verb.job)) as reader:
        return check_ids(reader, reader.head(), verb.column)


def _save(verb: Save) -> JobLine:
    with JobFile.open(Path(verb.job)) as job_file:
        job_file.save_settings(verb.settings)
    return line(verb.job)


@pytest.fixture
def desk(tmp_path: Path) -> FakeDesk:
    """Give a desk whose engine estimates, reviews and saves the job files for real."""
    answers = {EstimateJob: _estimate, ReviewJob: _review, CheckId: _check, Save: _save}
    return FakeDesk(tmp_path, answers, models=MODELS, key=A_KEY)


def make_job(source: Path, **settings: object) -> str:
    """Read a file into a draft; return its path."""
    home = places(os.environ)
    home.create()
    bench = Bench(home, CATALOG, lambda _event: None)
    made = JobSettings(**settings)  # type: ignore[arg-type]
    return str(new_job(bench, Wanted(source), NewDraft(made, Mode.REAL)))


@pytest.fixture
def job(tmp_path: Path) -> str:
    """Give a draft of four requests, one of which would be refused as it is."""
    return make_job(write_requests(tmp_path / "requests.jsonl", LINES))


@pytest.fixture
def draft(desk: FakeDesk, job: str, qtbot: QtBot) -> Draft:
    """Give the draft on screen, at its first step."""
    steps = (DataStep(desk), InstructionsStep(desk), ModelCostStep(desk), ReviewStep(desk))
    made = Draft(desk, steps)
    qtbot.addWidget(made)
    made.resize(1040, 800)
    made.show()
    qtbot.waitExposed(made)
    made.open(line(job))
    return made


def shown_steps(draft: Draft) -> list[str]:
    """Return the steps of the header that can be seen, by their numbers and names."""
    buttons = draft._header._group.buttons()
    return [f"{b._number} {b.text()}" for b in buttons if b.isVisible()]  # type: ignore[attr-defined]


def words_in(widget: QWidget) -> list[str]:
    """Return the texts of the labels that can be seen inside."""
    return [label.text() for label in widget.findChildren(Label) if label.isVisible()]


def press(draft: Draft, name: str) -> None:
    """Press a button by its name."""
    button = draft.findChild(QAbstractButton, name)
    assert isinstance(button, QAbstractButton)
    button.click()


def settings_of(job: str) -> JobSettings:
    """Return the settings as they are saved."""
    view = JobView(job)
    try:
        return view.head().settings
    finally:
        view.close()


def test_the_instructions_step_is_left_out(draft: Draft) -> None:
    """The way leads from the data to the models, forwards, backwards and by the keyboard."""
    assert shown_steps(draft) == ["1 Data", "2 Model & cost", "3 Review"]
    assert draft.findChild(QAbstractButton, "forward").text() == "Next: Model & cost"
    draft.proceed()
    assert draft.current == 2
    press(draft, "back")
    assert draft.current == 0
    draft.proceed()
    draft.proceed()
    assert draft.current == 3
    draft._go_to_shown(1)
    assert draft.current == 2
    draft._go_to_shown(3)
    assert draft.current == 2


def test_a_table_opened_next_has_all_its_steps(
    draft: Draft, desk: FakeDesk, job: str, tmp_path: Path
) -> None:
    """What one job leaves out is there again for the next one, and gone again for the first."""
    table = make_job(write_table(tmp_path / "data.csv", [("1", "m", "text")]))
    draft.open(line(table))
    assert shown_steps(draft) == ["1 Data", "2 Instructions", "3 Model & cost", "4 Review"]
    assert draft.findChild(QAbstractButton, "forward").text() == "Next: Instructions"
    draft.proceed()
    assert draft.current == 1
    draft.open(line(job))
    assert shown_steps(draft) == ["1 Data", "2 Model & cost", "3 Review"]
    assert draft.current == 0


def test_the_models_are_shown_with_their_rows_and_nothing_to_choose(
    draft: Draft, qtbot: QtBot
) -> None:
    """Each model stands there with its requests and what those cost; refused ones are counted."""
    draft.proceed()
    draft._steps[2]._estimator.ask_now()  # type: ignore[attr-defined]
    card = draft.findChild(QWidget, "request-models")
    assert isinstance(card, QWidget)
    refused = "1 request is not sent, and marked as failed. Row 3: "
    refused += "The service does not take temperature any more."
    qtbot.waitUntil(lambda: {refused, "2 requests"} <= {*words_in(card)})
    words = words_in(card)
    assert words.index("2 requests") == words.index("Claude Haiku 5.5") + 1
    assert words.index("1 request") == words.index("Claude Sonnet 5.5") + 1
    for name in (f"model-{HAIKU}", "longest-answer", "more-models"):
        choice = draft.findChild(QWidget, name)
        assert choice is None or not choice.isVisible()


def test_only_the_spend_limit_is_decided_beside_the_models(draft: Draft, job: str) -> None:
    """Nothing of model or longest answer is laid over what the requests bring."""
    draft.proceed()
    field = draft.findChild(QWidget, "spend-limit")
    field.setText("2.50")  # type: ignore[union-attr]
    field.textEdited.emit("2.50")  # type: ignore[union-attr]
    draft.proceed()
    saved = settings_of(job)
    assert (saved.max_cost_usd, saved.model, saved.max_tokens) == ("2.50", "", 0)


def test_what_is_refused_can_be_left_out_where_it_is_noticed(
    draft: Draft, job: str, qtbot: QtBot
) -> None:
    """The notice offers it, says what came of it, and takes it back."""
    noticed = "1 request sets temperature, which the service refuses (line 3). "
    step = draft._steps[0]
    assert f"{noticed}Not sent." in words_in(step)
    press(draft, "do-parameter")
    qtbot.waitUntil(lambda: f"{noticed}Sent without that." in words_in(step))
    draft.save()
    assert settings_of(job).leave_out_refused is True
    press(draft, "do-parameter")
    draft.save()
    assert settings_of(job).leave_out_refused is False


def test_the_review_sums_the_requests_up(draft: Draft, desk: FakeDesk, job: str) -> None:
    """Three cards, the models by name, and one press to send what would be refused without that."""
    draft.proceed()
    draft.proceed()
    cards = [c for c in draft.findChildren(SummaryCard) if c.isVisible()]
    assert [card.accessibleName() for card in cards] == ["Data", "Model", "Cost"]
    model = cards[1].accessibleDescription()
    assert model == "2 models. Haiku 5.5, Sonnet 5.5. As each request says"
    forward = draft.findChild(QAbstractButton, "forward")
    assert forward.text().startswith("Submit 3 rows")  # type: ignore[union-attr]
    press(draft, "check-leave_out")
    draft.save()
    assert settings_of(job).leave_out_refused is True
    draft._steps[3]._follow_saved(line(job))  # type: ignore[attr-defined]
    assert forward.text().startswith("Submit 4 rows")  # type: ignore[union-attr]
    buttons = draft.findChildren(QAbstractButton, "check-leave_out")
    assert not any(button.isVisible() for button in buttons)
    draft.proceed()
    assert [verb.job for verb in desk.verbs_of(Submit)] == [job]


def test_answers_stand_beside_id_and_question(job: str) -> None:
    """The table of answers begins with what was asked, by its id and its first words."""
    view = JobView(job)
    names = [column.name for column in first_columns(view.head())]
    view.close()
    assert names == ["custom_id", "text", "answer", "status"]


def test_a_row_shows_its_request_in_lines(desk: FakeDesk, job: str, qtbot: QtBot) -> None:
    """What was sent is laid out to be read, and copied as it was sent."""
    drawer = RowDrawer(desk)
    qtbot.addWidget(drawer)
    view = JobView(job)
    head, sent = view.head(), view.story(2).sent
    view.close()
    drawer.show_row(job, head, 2, may_retry=False)
    qtbot.waitUntil(lambda: drawer._story is not None)
    lines = drawer.findChild(RichLines)
    assert '"model": "claude-sonnet-5-5",\n' in drawer._request
    assert lines is not None
    drawer.copy_sent()
    assert sent == LINES[1].split(b'"params": ', 1)[1][:-1].decode()


@pytest.mark.parametrize(
    ("params", "shown"),
    [
        ('{"a":1.50,"b":"é"}', '{\n  "a": 1.5,\n  "b": "é"\n}'),
        ("{broken", "{broken"),
        ("", ""),
    ],
)
def test_a_request_is_laid_out_whatever_it_is(params: str, shown: str) -> None:
    """Also what is no JSON is shown, as it stands."""
    assert request_in_words(params) == shown


def test_the_data_of_a_picture_is_only_begun() -> None:
    """A megabyte of letters without a space is named with its length; long texts stay whole."""
    text = "A long text of many words. " * 200
    shown = request_in_words(f'{{"data":"{"A" * 1_000_000}","text":"{text}"}}')
    assert "(1,000,000 characters)" in shown
    assert text in shown
    assert len(shown) < 7_000
