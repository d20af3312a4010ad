"""What holds for every test of the window: bundled fonts, light colours, nothing left behind."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from app.ui.models import steady
from app.ui.style import start_theme
from app.ui.theme import THEME
from tests.ui.fake_desk import FakeDesk
from tests.ui.real_answers import real_desk

RESOURCES = Path(__file__).parents[2] / "resources"


@pytest.fixture(scope="session", autouse=True)
def _dressed(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Dress the one application as main does."""
    start_theme(qapp, RESOURCES, tmp_path_factory.mktemp("icon cache, it's here"), "light")


@pytest.fixture(scope="session", autouse=True)
def _collect_between_tests(qapp: QApplication) -> Iterator[None]:
    """Keep Python's collector off the background threads, where it would destroy widgets.

    Sheaf does the same: tasks.freeze_and_collect_on_ui_thread.
    """
    gc.collect()
    gc.freeze()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """Delete and collect what a test left behind: else every later one restyles it too."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[FakeDesk]:
    """Give a desk with a key and a real engine's answers."""
    made = real_desk(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _light_again(_dressed: None) -> Iterator[None]:
    """Give the next test the light theme at 100 %, whatever this one chose."""
    yield
    if (THEME.choice, THEME.percent) != ("light", 100):
        THEME.apply("light", 100)


@pytest.fixture(autouse=True)
def _mistakes_in_cells(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Fail a test in which a table's cell could not be read, unless it asks for `forgiven`."""
    seen: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(logging.Formatter().format(record))

    listener = Listener()
    steady.log.addHandler(listener)
    yield seen
    steady.log.removeHandler(listener)
    assert "forgiven" in request.fixturenames or not seen, "\n".join(seen)


@pytest.fixture
def forgiven(_mistakes_in_cells: list[str]) -> list[str]:
    """Return the mistakes in cells, which are expected here."""
    return _mistakes_in_cells


@pytest.fixture
def nothing_left(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves top-level widgets behind."""
    before = set(map(id, qapp.topLevelWidgets()))
    yield
    qapp.processEvents()
    left = [widget for widget in qapp.topLevelWidgets() if id(widget) not in before]
    assert not left, f"These widgets were left behind: {left}"
