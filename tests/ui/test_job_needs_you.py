"""Rows that need somebody, by cause: counts, costs, one fix each, and what pressing it does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QSpinBox
from pytestqt.qtbot import QtBot

from app.core.causes import FIXES, Cause, Fix
from app.core.errors import SheafError
from app.core.job import JobState, Mode, RowState
from app.engine.events import JobChanged
from app.engine.replies import CauseGroup, JobLine
from app.engine.verbs import Groups, Retry
from app.ui.job.cause_words import cause_word
from app.ui.job.group_row import GroupRow
from app.ui.job.header import ANSWERS, NEEDS_YOU
from app.ui.job.page import JobPage
from app.ui.models.result_columns import Part
from app.ui.widgets.table_cells import LOOK_ROLE
from app.ui.widgets.tone import Tone
from tests.ui.fake_desk import FakeDesk
from tests.ui.made_jobs import NEEDY, SETTINGS, MadeJob, needy_job


@pytest.fixture
def needy(tmp_path: Path) -> Iterator[MadeJob]:
    """A finished job with rows for every cause."""
    made = needy_job(tmp_path / "needy")
    yield made
    made.close()


@pytest.fixture
def page(desk: FakeDesk, needy: MadeJob, qtbot: QtBot) -> JobPage:
    """The page of the job, with what needs somebody in front."""
    page = JobPage(desk)
    qtbot.addWidget(page)
    page.resize(1040, 736)
    page.show()
    page.show_line(needy.line())
    page.show_view(NEEDS_YOU)
    return page


def button(page: JobPage, name: str) -> QAbstractButton:
    """Return a button by its name: the newest, since lines are made anew."""
    found = page.findChildren(QAbstractButton, name)
    assert found, name
    return found[-1]


def rows(page: JobPage) -> dict[Cause, GroupRow]:
    """Return the lines by their cause."""
    return {row.cause_group.cause: row for row in page.needs_you.groups.rows}


def texts(widget: Any) -> list[str]:
    """Return every label of a widget that has not gone."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return [label.text() for label in widget.findChildren(QLabel)]


def changed(line: JobLine, **values: Any) -> JobLine:
    """Return a line with other values."""
    return msgspec.structs.replace(line, **values)


# --- what is shown --------------------------------------------------------------------------------


def test_every_cause_that_exists_has_its_line(page: JobPage) -> None:
    """In the engine's order, with rows, cost and a fix; those without rows are absent."""
    assert list(rows(page)) == [cause for cause in FIXES if cause.value in NEEDY]
    expired = texts(rows(page)[Cause.EXPIRED])
    assert {"Ran out of time", "37", "$0.00"} <= set(expired)
    assert "Not answered within 24 hours. Not charged." in expired
    assert button(page, "fix-expired").text().startswith("Retry 37 rows · ")
    assert button(page, "fix-misfit").text() == "See replies"
    assert button(page, "fix-declined").text() == "Try another model"
    assert button(page, "fix-refused").text() == "See 2 rows"


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause])
@pytest.mark.parametrize("count", [1, 2])
def test_every_cause_has_words(cause: Cause, count: int) -> None:
    """No cause the engine may name can reach the window without its sentence, also for one row."""
    word = cause_word(CauseGroup(cause, FIXES[cause], count, None), SETTINGS, Mode.REAL)
    assert word.title
    assert word.icon
    assert word.sentence.endswith(".")
    assert "{" not in word.sentence
    many = ("these rows", "their turn", "answer them", "run them")
    assert count > 1 or not any(words in word.sentence for words in many)


def test_one_row_reads_as_one(tmp_path: Path, page: JobPage) -> None:
    """Singular on every button, in every sentence and in the sum."""
    ends = dict.fromkeys(("expired", "cut_off", "misfit", "too_large"), 1)
    made = needy_job(tmp_path / "one", rows=40, ends=ends)
    page.show_line(made.line())
    page.show_view(NEEDS_YOU)
    made.close()
    assert button(page, "fix-expired").text().startswith("Retry 1 row · ")
    assert button(page, "fix-misfit").text() == "See reply"
    assert button(page, "fix-too_large").text() == "See 1 row"
    alone = needy_job(tmp_path / "alone", rows=40, ends={"expired": 1})
    page.show_line(alone.line())
    page.show_view(NEEDS_YOU)
    alone.close()
    said = texts(page.needs_you.groups)
    assert "1 row" in said
    assert " · $0.00 spent on it so far" in said
    assert page.needs_you.rows.words == "1 of 40 rows"


def test_a_million_rows_have_separators(page: JobPage, desk: FakeDesk, needy: MadeJob) -> None:
    """Large counts can be read."""
    group = CauseGroup(Cause.EXPIRED, Fix.RETRY, 1_000_000, None, None)
    desk.link.answers[Groups] = (group,)
    page.show_line(changed(needy.line(), counts={RowState.EXPIRED: 1_000_000}))
    assert "1,000,000" in texts(rows(page)[Cause.EXPIRED])
    assert button(page, "fix-expired").text() == "Retry 1,000,000 rows · price not known"
    assert " · price not known" in texts(page.needs_you.groups)


def test_practice_is_free_and_never_charged(page: JobPage, tmp_path: Path) -> None:
    """No dollar and no talk of charges in practice."""
    made = needy_job(tmp_path / "practice", mode=Mode.PRACTICE)
    page.show_line(made.line())
    page.show_view(NEEDS_YOU)
    made.close()
    said = texts(page.needs_you.groups)
    assert not any("$" in each or "charged." in each for each in said)
    assert button(page, "retry-all").text().endswith("· free")


def test_the_chosen_cause_shows_its_rows(page: JobPage) -> None:
    """Labels that are not on the list are marked; other causes say what happened to each row."""
    rows(page)[Cause.MISFIT].click()
    model = page.needs_you.rows.model
    assert model.rowCount() == 29
    place = next(n for n, c in enumerate(model.columns) if c.name == "topic")
    index = model.index(0, place)
    assert index.data() == "Packaging"
    assert index.data(LOOK_ROLE).pill is Tone.WARN
    rows(page)[Cause.CUT_OFF].click()
    assert model.columns[-1].part is Part.REPLY
    assert model.index(0, len(model.columns) - 1).data() == '{"topic": "Qual'
    rows(page)[Cause.REFUSED].click()
    assert model.columns[-1].part is Part.WHY
    assert model.index(0, len(model.columns) - 1).data() == "Anthropic reported: refused."


def test_see_replies_opens_them_among_the_answers(page: JobPage) -> None:
    """The cause is a chip there, and holds until another one is chosen."""
    button(page, "fix-misfit").click()
    assert page.header.switch.current == ANSWERS
    assert page.results.rows.words == "29 of 600 rows"
    assert button(page, "filter-cause").text() == "Did not fit your labels"


# --- retrying -------------------------------------------------------------------------------------


def test_a_group_is_asked_again_as_it_is(page: JobPage, desk: FakeDesk, needy: MadeJob) -> None:
    """One verb for its cause; a second press before anything came of it asks nothing more."""
    button(page, "fix-expired").click()
    button(page, "fix-expired").click()
    assert desk.verbs_of(Retry) == [Retry(str(needy.path), causes=(Cause.EXPIRED,))]
    assert not button(page, "retry-all").isEnabled()


def test_cut_off_rows_are_asked_with_the_longer_answer_that_is_shown(
    page: JobPage, desk: FakeDesk, needy: MadeJob
) -> None:
    """The suggestion stands in the field; what the person sets is what is asked."""
    field = page.findChild(QSpinBox, "longer-answer")
    assert field is not None
    assert (field.value(), field.minimum()) == (320, 161)
    field.setValue(900)
    button(page, "fix-cut_off").click()
    wanted = Retry(str(needy.path), causes=(Cause.CUT_OFF,), max_tokens=900)
    assert desk.verbs_of(Retry) == [wanted]


def test_another_model_is_chosen_with_its_price(
    page: JobPage, desk: FakeDesk, needy: MadeJob
) -> None:
    """Every offer of the menu has what these rows cost with it."""
    menu = rows(page)[Cause.DECLINED].model_menu()
    offers = [action.text() for action in menu.actions()]
    assert any(offer.startswith("Claude Opus 5.5 · ") for offer in offers)
    assert all("$" in offer or offer.endswith("not known") for offer in offers)
    menu.actions()[0].trigger()
    (wanted,) = desk.verbs_of(Retry)
    assert (wanted.causes, wanted.model) == ((Cause.DECLINED,), "claude-haiku-5-5")


def test_all_are_asked_again_with_the_settings_shown(
    page: JobPage, desk: FakeDesk, needy: MadeJob
) -> None:
    """Rows whose data has to change first stay; the others go in one wish, cut-off ones longer."""
    asked = sum(NEEDY.values()) - NEEDY["refused"] - NEEDY["too_large"]
    assert button(page, "retry-all").text().startswith(f"Retry {asked} rows · about $")
    assert "3 rows stay as they are" in button(page, "retry-all").toolTip()
    button(page, "retry-all").click()
    plain, longer = desk.verbs_of(Retry)
    assert longer == Retry(str(needy.path), causes=(Cause.CUT_OFF,), max_tokens=320)
    assert {Cause.REFUSED, Cause.TOO_LARGE, Cause.CUT_OFF}.isdisjoint(plain.causes)


def test_a_retry_that_fails_can_be_tried_again(page: JobPage, desk: FakeDesk) -> None:
    """The error is shown and the buttons come back."""
    button(page, "fix-expired").click()
    desk.answer(Retry, SheafError("There is no row to ask again."))
    assert desk.questions.shown[-1].what == "There is no row to ask again."
    assert button(page, "fix-expired").isEnabled()


def test_an_unknown_price_is_asked_about_before(
    page: JobPage, desk: FakeDesk, needy: MadeJob
) -> None:
    """Nothing is bought at a price that nobody knows without a word."""
    desk.link.answers[Groups] = (CauseGroup(Cause.EXPIRED, Fix.RETRY, 37, None, None),)
    page.show_line(changed(needy.line(), counts={RowState.EXPIRED: 37}))
    button(page, "fix-expired").click()
    assert desk.verbs_of(Retry) == []
    assert [name for name, _ in desk.questions.asked] == ["confirm"]
    assert button(page, "fix-expired").isEnabled()
    desk.questions.answers["confirm"] = True
    button(page, "fix-expired").click()
    assert len(desk.verbs_of(Retry)) == 1


# --- while rows are asked again -------------------------------------------------------------------


def retried(page: JobPage, desk: FakeDesk, needy: MadeJob) -> int:
    """Ask the rows that ran out of time again, as the engine would; return the batch."""
    last = needy.file.journal.rows_of(2)[-sum(NEEDY.values()) :]
    number = needy.ask_again(last[: NEEDY["expired"]])
    desk.say(JobChanged(needy.line()))
    return number


def test_rows_at_work_leave_the_list_and_say_where_they_are(
    page: JobPage, desk: FakeDesk, needy: MadeJob
) -> None:
    """The group goes, a line says how many rows are at work, and the view stays in front."""
    retried(page, desk, needy)
    assert Cause.EXPIRED not in rows(page)
    assert "37 rows are at work" in texts(page.needs_you.at_work)
    assert page.header.switch.current == NEEDS_YOU


def test_the_view_stays_while_something_needs_somebody(
    page: JobPage, desk: FakeDesk, needy: MadeJob
) -> None:
    """When the retry has ended the person is not taken away from the rest."""
    needy.finish(retried(page, desk, needy))
    needy.set_state(JobState.FINISHED)
    desk.say(JobChanged(needy.line()))
    assert page.header.switch.current == NEEDS_YOU
    assert page.needs_you.at_work.isHidden()


def test_when_nothing_needs_anybody_the_answers_come_to_the_front(
    page: JobPage, desk: FakeDesk, tmp_path: Path
) -> None:
    """The empty list would be nothing to look at."""
    made = needy_job(tmp_path / "few", rows=40, ends={"expired": 2})
    page.show_line(made.line())
    page.show_view(NEEDS_YOU)
    number = made.ask_again(made.file.journal.rows_of(2)[-2:])
    desk.say(JobChanged(made.line()))
    assert page.needs_you.is_empty
    assert "Nothing else needs you." in texts(page.needs_you)
    made.finish(number)
    made.set_state(JobState.FINISHED)
    desk.say(JobChanged(made.line()))
    made.close()
    assert page.header.switch.current == ANSWERS


def test_what_is_typed_chosen_and_in_focus_outlives_a_change(
    page: JobPage, desk: FakeDesk, needy: MadeJob, qtbot: QtBot
) -> None:
    """Rows that come in meanwhile take nothing from a person's hands."""
    field = page.findChild(QSpinBox, "longer-answer")
    assert field is not None
    rows(page)[Cause.CUT_OFF].click()
    field.setValue(900)
    page.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    retried(page, desk, needy)
    again = page.findChildren(QSpinBox, "longer-answer")[-1]
    assert again.value() == 900
    assert rows(page)[Cause.CUT_OFF].isChecked()
    qtbot.waitUntil(again.hasFocus)


def test_a_group_that_goes_leaves_the_keyboard_in_the_list(
    page: JobPage, desk: FakeDesk, needy: MadeJob, qtbot: QtBot
) -> None:
    """Pressed by keyboard, the button is gone with its group: the list keeps the focus."""
    page.activateWindow()
    button(page, "fix-expired").setFocus()
    qtbot.waitUntil(button(page, "fix-expired").hasFocus)
    retried(page, desk, needy)
    qtbot.waitUntil(lambda: any(row.hasFocus() for row in rows(page).values()))


def test_groups_are_asked_for_one_time_after_the_other(
    page: JobPage, desk: FakeDesk, needy: MadeJob
) -> None:
    """With a million rows that takes a second: changes meanwhile are asked for once more, last."""
    del desk.link.answers[Groups]
    before = len(desk.verbs_of(Groups))
    for rows_expired in (30, 20, 10):
        page.show_line(changed(needy.line(), counts={RowState.EXPIRED: rows_expired}))
    assert len(desk.verbs_of(Groups)) == before + 1
    desk.answer(Groups, (CauseGroup(Cause.EXPIRED, Fix.RETRY, 30, None),))
    assert len(desk.verbs_of(Groups)) == before + 2
    assert "30" not in texts(page.needs_you.groups)
    desk.answer(Groups, (CauseGroup(Cause.EXPIRED, Fix.RETRY, 10, None),))
    assert "10" in texts(page.needs_you.groups)
    assert len(desk.verbs_of(Groups)) == before + 2


# --- keyboard -------------------------------------------------------------------------------------


def test_arrows_walk_the_causes_and_tab_reaches_the_fix(page: JobPage, qtbot: QtBot) -> None:
    """Each cause and each fix can be reached without a mouse."""
    first, second, *_ = rows(page).values()
    page.activateWindow()
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    qtbot.keyClick(first, Qt.Key.Key_Down)
    qtbot.waitUntil(second.hasFocus)
    assert second.isChecked()
    qtbot.keyClick(second, Qt.Key.Key_Tab)
    qtbot.waitUntil(button(page, "fix-credit").hasFocus)


def test_screen_readers_hear_cause_rows_sentence_and_cost(page: JobPage) -> None:
    """The line's name and description say what is drawn in it; fields are named."""
    line = rows(page)[Cause.CUT_OFF]
    assert line.accessibleName() or line.text() == "Cut off, 18 rows"
    assert "160 tokens" in line.accessibleDescription()
    assert "$0.0" in line.accessibleDescription()
    field = page.findChild(QSpinBox, "longer-answer")
    assert field is not None
    assert field.accessibleName() == "Longest answer for these rows, in tokens"


def test_ctrl_r_goes_to_the_price(page: JobPage) -> None:
    """The shortcut spends nothing: it puts the keyboard on the button with the price."""
    page.show_view(ANSWERS)
    page.activateWindow()
    page._show_needs_you()
    assert page.header.switch.current == NEEDS_YOU
    assert button(page, "retry-all").isVisible()


def test_a_job_that_is_only_shown_can_be_looked_at(page: JobPage, needy: MadeJob) -> None:
    """Replies can be seen; nothing can be asked again."""
    page.show_line(changed(needy.line(), read_only=True))
    assert not button(page, "retry-all").isEnabled()
    assert not button(page, "fix-expired").isEnabled()
    assert button(page, "fix-misfit").isEnabled()
