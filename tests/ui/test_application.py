"""The window's process: it starts with its engine, is one per person, and shows its own faults."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.logs import Crash
from app.paths import places
from app.ui import application
from app.ui.application import _Crashes
from app.ui.single_instance import Call, address_of, hand_over

PATIENCE = 30_000


@pytest.fixture
def sheaf(sheaf_home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real Sheaf with a window that nobody sees."""
    started = subprocess.Popen([sys.executable, "-m", "app"], stderr=subprocess.DEVNULL)
    yield started
    started.kill()
    started.wait()


def engine_of(log: Path) -> int:
    """Return the engine's process number, 0 while it has not been greeted."""
    text = log.read_text(encoding="utf-8") if log.exists() else ""
    found = re.search(r"runs as process (\d+)", text)
    return int(found[1]) if found else 0


def is_alive(process: int) -> bool:
    """Say whether a process runs, one that only waits to be buried not counted."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
def test_sheaf_starts_once_and_takes_its_engine_with_it(
    qtbot: QtBot, sheaf: subprocess.Popen[bytes]
) -> None:
    """The window greets its engine, a second start hands over, and neither outlives the window."""
    home = places(os.environ)
    address = address_of(home.settings)
    log = home.logs / "sheaf-window.log"
    qtbot.waitUntil(lambda: engine_of(log) > 0, timeout=PATIENCE)
    qtbot.waitUntil(lambda: hand_over(address, Call()), timeout=PATIENCE)
    second = subprocess.run([sys.executable, "-m", "app"], timeout=30, check=False)
    assert second.returncode == 0
    assert sheaf.poll() is None
    engine = engine_of(log)
    assert is_alive(engine)
    sheaf.send_signal(signal.SIGINT)
    sheaf.wait(10)
    qtbot.waitUntil(lambda: not is_alive(engine), timeout=PATIENCE)


class PlayedDialog:
    """Stands for the crash report; while it is open, the same fault happens again."""

    wants_to_quit = False
    shown: list[tuple[Crash, threading.Thread]]
    meanwhile: Callable[[], None]

    def __init__(self, crash: Crash, *_more: object) -> None:
        self.crash = crash

    def exec(self) -> None:
        self.shown.append((self.crash, threading.current_thread()))
        type(self).meanwhile()

    def deleteLater(self) -> None: ...  # noqa: N802 - Qt's name


@pytest.fixture
def crashes(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> _Crashes:
    """The seam between the crash hooks and the dialog, which is played."""
    monkeypatch.setattr(application, "CrashDialog", PlayedDialog)
    PlayedDialog.shown = []
    PlayedDialog.meanwhile = staticmethod(lambda: None)  # type: ignore[assignment]

    class Owner(QObject):
        jobs = ()
        window = None

    owner = Owner()
    made = _Crashes(owner)  # type: ignore[arg-type]
    made.setParent(None)
    return made


def test_a_fault_on_any_thread_is_shown_on_the_windows(
    qtbot: QtBot, crashes: _Crashes, tmp_path: Path
) -> None:
    """Whichever thread failed, the report opens on the window's own."""
    crash = Crash("ValueError", "reading", "Traceback …", tmp_path / "sheaf-window.log")
    thread = threading.Thread(target=crashes.on_crash, args=(crash,))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(PlayedDialog.shown))
    assert PlayedDialog.shown == [(crash, threading.main_thread())]


def test_a_fault_while_one_is_shown_opens_no_second_dialog(
    crashes: _Crashes, tmp_path: Path
) -> None:
    """A fault that repeats with every repaint must not bury the screen."""
    crash = Crash("ValueError", "MainThread", "Traceback …", tmp_path / "log")
    PlayedDialog.meanwhile = staticmethod(lambda: crashes._show(crash))  # type: ignore[assignment]
    crashes._show(crash)
    assert len(PlayedDialog.shown) == 1
    PlayedDialog.meanwhile = staticmethod(lambda: None)  # type: ignore[assignment]
    crashes._show(crash)
    assert len(PlayedDialog.shown) == 2
