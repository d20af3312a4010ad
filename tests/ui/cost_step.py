"""The step Model & cost, shown with a draft whose price is counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.ui.steps.model_cost import ModelCostStep
from tests.ui.draft_job import desk_for, draft_job, head, line
from tests.ui.fake_desk import A_KEY, FakeDesk


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Give a draft of 20,000 rows, so that the prices are more than cents."""
    return draft_job(tmp_path, rows=20_000)


@pytest.fixture
def desk(tmp_path: Path, path: str) -> FakeDesk:
    """Give its desk, with a key."""
    return desk_for(tmp_path, path, key=A_KEY)


@pytest.fixture
def step(desk: FakeDesk, path: str, qtbot: QtBot) -> ModelCostStep:
    """Give the step, shown with the draft, its price counted."""
    step = ModelCostStep(desk)
    qtbot.addWidget(step)
    step.resize(1040, 800)
    step.show_job(line(path), head(path))
    step.show()
    qtbot.waitExposed(step)
    step.entered()
    step._estimator.ask_now()
    return step
