"""A model that ends is said with the day that the service names, not with a day of long ago."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.clock import now
from app.core import days
from app.practice.models import KNOWN_MODELS
from tests.cli.conftest import Sheaf
from tests.cli.running import QUICK
from tests.echo import ECHO, INSTRUCTIONS
from tests.practice_service import PracticeService

ENDS = (now() + timedelta(days=3)).date().isoformat()
ASKED = ("--instructions", INSTRUCTIONS, "--answer", "echo: short text")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    """Give a service that is about to end every model of four and a half."""
    models = tuple(
        replace(model, deprecated="2026-01-01", retires=ENDS) if "-4-5" in model.id else model
        for model in KNOWN_MODELS
    )
    home = tmp_path / "service"
    with PracticeService(home, voice=ECHO, finish_seconds=0.01, models=models) as running:
        yield running


def test_an_end_is_said_before_anything_is_paid(sheaf: Sheaf, data: Path, tmp_path: Path) -> None:
    """By an estimate and by a run, in a line; another model has none."""
    said = f"Claude Haiku 4.5 retires on {days.in_words(ENDS)}, in 3 days."
    old = (*ASKED, "--model", "claude-haiku-4-5")
    assert said in sheaf("estimate", data, *old).err
    ran = sheaf("run", data, *old, "--export", tmp_path / "o.csv", "--yes", *QUICK)
    assert ran.code == 0
    assert said in ran.err
    assert "retires on" not in sheaf("estimate", data, *ASKED).err


def test_the_list_is_asked_for_once_a_day(
    sheaf: Sheaf, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often a command needs it; the second one of a day takes what the first has kept."""
    from app.claude.service import Service

    asked: list[int] = []
    listed = Service.models

    def counted(service: Service) -> object:
        asked.append(1)
        return listed(service)

    monkeypatch.setattr(Service, "models", counted)
    ran = sheaf("run", data, *ASKED, "--export", tmp_path / "o.csv", "--yes", *QUICK)
    assert ran.code == 0
    assert sheaf("estimate", data, *ASKED).code == 0
    assert len(asked) == 1
