"""The private desktop that the window's tests run on is a real one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import keyring
import pytest
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui

PATIENCE = 15.0


class Target(QWidget):
    """A window that takes what is dropped on it."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Drop target")
        self.setAcceptDrops(True)
        self.setGeometry(400, 300, 300, 200)
        self.dropped: list[str] = []

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.dropped += [url.toLocalFile() for url in event.mimeData().urls()]
        event.acceptProposedAction()


def _xdotool(*arguments: object) -> str:
    command = ["xdotool", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _place_of(title: str, qtbot: QtBot) -> tuple[int, int]:
    deadline = time.monotonic() + PATIENCE
    while not (found := _xdotool("search", "--onlyvisible", "--name", f"^{title}$").split()):
        assert time.monotonic() < deadline, f"No window is called {title}"
        qtbot.wait(50)
    lines = _xdotool("getwindowgeometry", "--shell", found[0]).splitlines()
    place = dict(line.split("=") for line in lines)
    x, y, width, height = (int(place[side]) for side in ("X", "Y", "WIDTH", "HEIGHT"))
    return x + width // 2, y + height // 2


def test_the_keyring_of_the_session_keeps_a_secret() -> None:
    """The Secret Service runs unlocked, and is the session's own."""
    keyring.set_password("sheaf-test", "person", "kept")
    assert keyring.get_password("sheaf-test", "person") == "kept"
    keyring.delete_password("sheaf-test", "person")


def test_a_file_can_be_dragged_in_from_another_program(qtbot: QtBot, tmp_path: Path) -> None:
    """A real drag over the X screen, from one process to another, arrives as a drop."""
    path = tmp_path / "Kundenfragen über €.csv"
    path.write_text("a,b\n", encoding="utf-8")
    target = Target()
    qtbot.addWidget(target)
    target.show()
    source = subprocess.Popen([sys.executable, "tests/gui/drag_source.py", str(path)])
    try:
        start, end = _place_of("Drag source", qtbot), _place_of("Drop target", qtbot)
        _xdotool("mousemove", *start, "mousedown", 1)
        for step in range(1, 13):
            _xdotool(
                "mousemove", *(a + (b - a) * step // 12 for a, b in zip(start, end, strict=True))
            )
            qtbot.wait(40)
        _xdotool("mousemove", end[0], end[1] + 3)
        qtbot.wait(250)
        _xdotool("mouseup", 1)
        qtbot.waitUntil(lambda: target.dropped == [str(path)], timeout=int(PATIENCE * 1000))
    finally:
        source.kill()
        source.wait()


def test_the_screen_is_private() -> None:
    """The session's home is a folder of its own, not the person's."""
    assert os.environ["SHEAF_GUI_SESSION"] == "1"
    assert Path(os.environ["HOME"]) == Path(os.environ["XDG_RUNTIME_DIR"]).parent
