"""A second start of Sheaf hands over to the window that is open already."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from app.ui.single_instance import Call, SingleInstance, address_of, hand_over

SECOND = """
import sys
from PySide6.QtCore import QCoreApplication
from app.ui.single_instance import Call, hand_over
application = QCoreApplication([])
sys.exit(0 if hand_over(sys.argv[1], Call(sys.argv[2])) else 7)
"""

GONE = QLocalSocket.LocalSocketState.UnconnectedState


def start_second(address: str, job: str) -> subprocess.Popen[bytes]:
    """Start another Sheaf's first moments in a process of its own."""
    return subprocess.Popen([sys.executable, "-c", SECOND, address, job])


def test_a_second_start_is_heard_and_ends(qtbot: QtBot, tmp_path: Path) -> None:
    """The first window hears which job to open, and the second process says that it may end."""
    address = address_of(tmp_path)
    first = SingleInstance(address)
    assert first.listening
    calls: list[Call] = []
    first.called.connect(calls.append)
    second = start_second(address, "/jobs/ä b.sheaf")
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert second.returncode == 0
    assert calls == [Call("/jobs/ä b.sheaf")]
    first.close()


def test_without_a_first_window_nobody_answers(qtbot: QtBot, tmp_path: Path) -> None:
    """The first start finds nobody and opens its own window."""
    assert not hand_over(address_of(tmp_path), Call())


def test_what_a_crashed_window_left_is_no_hindrance(qtbot: QtBot, tmp_path: Path) -> None:
    """A socket file without a listener is taken over."""
    address = address_of(tmp_path)
    dead = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, sys\nfrom PySide6.QtCore import QCoreApplication\n"
            "from PySide6.QtNetwork import QLocalServer\n"
            "a = QCoreApplication([])\ns = QLocalServer()\nassert s.listen(sys.argv[1])\n"
            "os._exit(0)",
            address,
        ],
        check=True,
    )
    assert dead.returncode == 0
    first = SingleInstance(address)
    assert first.listening
    first.close()


def test_nonsense_is_hung_up_on(qtbot: QtBot, tmp_path: Path) -> None:
    """A stranger's bytes open nothing and break nothing."""
    address = address_of(tmp_path)
    first = SingleInstance(address)
    calls: list[Call] = []
    first.called.connect(calls.append)
    for nonsense in (b"\xff\xfe\n", b"x" * 40_000):
        stranger = QLocalSocket()
        stranger.connectToServer(address)
        assert stranger.waitForConnected(1000)
        stranger.write(nonsense)
        qtbot.waitUntil(lambda s=stranger: s.state() == GONE)
    assert not calls
    assert first.listening
    first.close()


def test_each_person_and_folder_has_a_window(tmp_path: Path) -> None:
    """Two folders of jobs are two programs; the address names neither person nor folder."""
    one, two = address_of(tmp_path / "a"), address_of(tmp_path / "b")
    assert one != two
    assert tmp_path.name not in one
    QLocalServer.removeServer(one)
