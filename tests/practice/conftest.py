"""A running practice service, and the SDK's client for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import anthropic
import pytest

from tests.practice.asking import client_for
from tests.practice_service import PracticeService


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    """Give a service that finishes a small batch in a twentieth of a second."""
    with PracticeService(tmp_path / "practice") as running:
        yield running


@pytest.fixture
def client(service: PracticeService) -> Iterator[anthropic.Anthropic]:
    """Give the SDK's client for it."""
    with client_for(service) as made:
        yield made
