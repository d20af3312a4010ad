"""A job that never goes to Anthropic says so on every step, also when there is a key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.core.job import Mode
from app.engine.verbs import Submit
from app.store.job_file import JobFile
from app.ui.steps.data import DataStep
from app.ui.steps.draft import Draft
from app.ui.steps.model_cost import ModelCostStep
from app.ui.steps.review import ReviewStep
from tests.ui.draft_job import SETTINGS, desk_for, draft_job, line
from tests.ui.fake_desk import A_KEY, FakeDesk


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Give a draft that is for practice only, as the samples are."""
    made = draft_job(tmp_path)
    with JobFile.open(Path(made)) as job_file:
        job_file.save_settings(replace(SETTINGS, practice_only=True))
    return made


@pytest.fixture
def desk(tmp_path: Path, path: str) -> FakeDesk:
    """Give its desk, with a key."""
    return desk_for(tmp_path, path, key=A_KEY)


def test_no_step_promises_a_price_and_none_is_paid(desk: FakeDesk, path: str, qtbot: QtBot) -> None:
    """The button says free, the notes say practice, and practice is what is asked for."""
    data, model, review = DataStep(desk), ModelCostStep(desk), ReviewStep(desk)
    draft = Draft(desk, (data, model, review))
    qtbot.addWidget(draft)
    draft.resize(1040, 800)
    draft.show()
    draft.open(line(path))
    assert desk.mode is Mode.REAL
    assert "nothing is sent" in data.note()
    draft.proceed()
    assert model._practice.isVisible()
    draft.proceed()
    assert review.primary()[0].endswith("free")
    assert "Practice" in review.note()
    draft.proceed()
    assert [verb.mode for verb in desk.verbs_of(Submit)] == [Mode.PRACTICE]
