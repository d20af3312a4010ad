"""The pipe to the engine: replies, events, a death, a second death, and closing."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from app.engine.events import Progress
from app.engine.protocol import Done, Failed
from app.engine.replies import IdCheck
from app.engine.verbs import CheckId, ListJobs
from app.ui import engine_link
from app.ui.engine_link import EngineLink

ENGINE = Path(__file__).with_name("played_engine.py")


class Ears:
    """Hears all that a link says."""

    def __init__(self, link: EngineLink) -> None:
        self.replies: dict[int, Any] = {}
        self.events: list[Any] = []
        self.sentences: list[str] = []
        self.restarts = 0
        link.replied.connect(self._reply)
        link.said.connect(self.events.append)
        link.stopped.connect(self.sentences.append)
        link.started_again.connect(self._restart)

    def _reply(self, line: Done | Failed) -> None:
        self.replies[line.id] = line

    def _restart(self) -> None:
        self.restarts += 1


def link_to(*words: str) -> EngineLink:
    """Return a link to a played engine."""
    return EngineLink([sys.executable, str(ENGINE), *words])


@pytest.fixture
def link() -> Iterator[EngineLink]:
    """A link that is closed again."""
    made = link_to()
    yield made
    made.close()


def test_a_reply_comes_back_under_the_number_of_its_verb(qtbot: QtBot, link: EngineLink) -> None:
    """Two verbs asked at once each get their own answer, on the UI thread."""
    ears = Ears(link)
    first, second = link.send(CheckId("job", "a")), link.send(CheckId("refuse", "b"))
    qtbot.waitUntil(lambda: len(ears.replies) == 2)
    assert msgspec.json.decode(ears.replies[first].value, type=IdCheck).column == "a"
    assert ears.replies[second].what == "There is no such column."


def test_progress_is_thinned_and_the_newest_always_arrives(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 5,000 progress lines few wake the window, and the last one comes before the answer."""
    woken: list[object] = []
    heard = EngineLink._heard

    def count(self: EngineLink, line: Done | Failed) -> None:
        woken.append(line)
        heard(self, line)

    monkeypatch.setattr(EngineLink, "_heard", count)
    link = link_to()
    ears = Ears(link)
    number = link.send(CheckId("flood", "a"))
    qtbot.waitUntil(lambda: number in ears.replies, timeout=20_000)
    said = [event for event in ears.events if isinstance(event, Progress)]
    assert said[-1].done == 5000
    assert len(said) < 500
    assert len(woken) < 1000
    link.close()


def test_a_link_that_is_let_go_is_destroyed_on_the_windows_thread(qtbot: QtBot) -> None:
    """The threads of the pipe live on for a moment, and must not take the link with them."""
    gone: list[str] = []
    link = link_to()
    link.destroyed.connect(lambda: gone.append(threading.current_thread().name))
    ears = Ears(link)
    number = link.send(CheckId("flood", "a"))
    qtbot.waitUntil(lambda: number in ears.replies, timeout=20_000)
    link.close()
    del link
    qtbot.waitUntil(lambda: bool(gone), timeout=20_000)
    assert gone == ["MainThread"]


def test_a_line_that_is_no_protocol_is_passed_over(qtbot: QtBot, link: EngineLink) -> None:
    """A stray print in the engine costs nobody an answer."""
    ears = Ears(link)
    number = link.send(CheckId("noise", "a"))
    qtbot.waitUntil(lambda: number in ears.replies)
    assert isinstance(ears.replies[number], Done)


def test_a_dead_engine_is_started_again_once_and_that_is_said(
    qtbot: QtBot, link: EngineLink
) -> None:
    """What was asked fails in plain words, the window says so once, and the next verb works."""
    ears = Ears(link)
    lost = link.send(CheckId("die", "a"))
    qtbot.waitUntil(lambda: lost in ears.replies and ears.restarts == 1)
    assert isinstance(ears.replies[lost], Failed)
    assert len(ears.sentences) == 1
    assert "started again" in ears.sentences[0]
    number = link.send(CheckId("job", "a"))
    qtbot.waitUntil(lambda: number in ears.replies)
    assert isinstance(ears.replies[number], Done)


def test_an_engine_that_cannot_live_is_not_started_for_ever(qtbot: QtBot) -> None:
    """The second death in a row ends the attempts, and the sentence says what to do."""
    link = link_to("dead")
    ears = Ears(link)
    link.start()
    qtbot.waitUntil(lambda: len(ears.sentences) == 2, timeout=20_000)
    assert ears.restarts == 1
    assert ears.sentences[-1].endswith(engine_link.HOPELESS)
    link.close()


def test_an_engine_of_another_version_is_named(qtbot: QtBot) -> None:
    """A window and an engine that speak differently say so instead of misunderstanding."""
    link = link_to("stranger")
    ears = Ears(link)
    link.start()
    qtbot.waitUntil(lambda: bool(ears.sentences))
    assert "different versions" in ears.sentences[0]
    link.close()


def test_closing_closes_the_engines_input_after_the_last_verb(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was asked before closing is still heard, and the engine ends by itself."""
    marker = tmp_path / "ended"
    monkeypatch.setenv("PLAYED_ENGINE_ENDED", str(marker))
    link = link_to()
    ears = Ears(link)
    number = link.send(CheckId("job", "a"))
    link.close()
    qtbot.waitUntil(lambda: number in ears.replies and marker.exists())
    assert not ears.sentences


def test_the_engine_is_this_program_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """From source it is a module of this Python, frozen it is the program with one word."""
    assert engine_link.engine_command() == [sys.executable, "-P", "-m", "app", "engine"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert engine_link.engine_command() == [sys.executable, "engine"]


def test_nothing_of_the_folder_that_sheaf_was_started_in_is_run(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger's file that is named like a package of ours stays a file."""
    marker = tmp_path / "was-run"
    trap = f"open({str(marker)!r}, 'w').close()\n"
    (tmp_path / "platformdirs.py").write_text(trap, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    link = EngineLink(engine_link.engine_command())
    ears = Ears(link)
    number = link.send(ListJobs())
    qtbot.waitUntil(lambda: number in ears.replies, timeout=60_000)
    link.close()
    assert isinstance(ears.replies[number], Done)
    assert not marker.exists()
