"""A person at Sheaf's window: reads it as a screen reader does, and uses mouse and keyboard."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PATIENCE = 30.0
LOOK_AGAIN = 0.05
MOVE = 0.04
"""Between two movements of the mouse while it drags: both programs follow each of them."""

_MOST_TABS = 60

Place = tuple[int, int]


class NotSeenError(AssertionError):
    """What was waited for did not come; the message holds what was on the screen instead."""


@dataclass(frozen=True, slots=True)
class Node:
    """Something on the screen, as it was when it was looked at."""

    number: int
    id: str
    name: str
    role: str
    text: str
    description: str
    states: list[str]
    place: list[int]

    @property
    def centre(self) -> Place:
        """The middle of it, on the screen."""
        x, y, width, height = self.place
        return x + width // 2, y + height // 2

    @property
    def usable(self) -> bool:
        """Whether it can be pressed or written to."""
        return "enabled" in self.states

    @property
    def chosen(self) -> bool:
        """Whether it is ticked."""
        return "checked" in self.states


def until(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Wait until the condition holds and return what it gave."""
    deadline = time.monotonic() + patience
    while not (given := condition()):
        if time.monotonic() > deadline:
            raise NotSeenError(f"Not within {patience:.0f} s: {what}")
        time.sleep(LOOK_AGAIN)
    return given


def xdotool(*arguments: object) -> str:
    """Move the mouse, press keys, or ask for windows."""
    command = ["xdotool", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


class Person:
    """Looks at one running Sheaf at a time; `eyes.py` does the looking."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.sheaf: subprocess.Popen[bytes] | None = None
        self._eyes = subprocess.Popen(
            ["/usr/bin/python3", "-W", "ignore", str(HERE / "eyes.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    # --- the program ------------------------------------------------------------------------

    def begin(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start Sheaf without waiting for anything."""
        environment = {**os.environ, "SHEAF_HOME": str(self.home)}
        command = [sys.executable, "-m", "app", *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=environment)

    def start(self, *arguments: str) -> None:
        """Start Sheaf and wait until its window can be used."""
        self.sheaf = self.begin(*arguments)
        self.see("window", role="frame")
        until(lambda: self.front_window() == self.sheaf_window(), "Sheaf's window is in front")

    def close(self) -> None:
        """Close the window as its cross does, and wait until the program has ended."""
        assert self.sheaf is not None
        xdotool("windowactivate", "--sync", self.sheaf_window())
        self.key("alt+F4")
        assert self.sheaf.wait(PATIENCE) == 0
        self.sheaf = None

    def go(self) -> None:
        """End everything that was started here, Sheaf's own practice service too."""
        if self.sheaf is not None:
            self.sheaf.kill()
            self.sheaf.wait()
        self._eyes.kill()
        self._eyes.communicate()  # closes the pipes
        with contextlib.suppress(OSError, KeyError):
            facts = json.loads((self.home / "practice" / "port.json").read_text(encoding="utf-8"))
            os.kill(facts["pid"], signal.SIGTERM)

    def sheaf_window(self) -> str:
        """Return the number of Sheaf's main window, empty while there is none."""
        assert self.sheaf is not None
        found = xdotool("search", "--onlyvisible", "--pid", self.sheaf.pid, "--name", "Sheaf$")
        return found.splitlines()[0] if found else ""

    @staticmethod
    def front_window() -> str:
        """Return the number of the window that has the keyboard."""
        return xdotool("getactivewindow")

    # --- looking ----------------------------------------------------------------------------

    def find(self, widget: str = "", *, role: str = "", name: str = "") -> list[Node]:
        """Return what is on the screen now and fits."""
        assert self.sheaf is not None
        wanted = {"id": widget, "role": role, "name": name}
        wanted = {what: value for what, value in wanted.items() if value}
        found = self._ask("find", self.sheaf.pid, wanted) or []
        return [Node(**told) for told in found]

    def sees(self, widget: str = "", *, role: str = "", name: str = "") -> Node | None:
        """Return the first that fits, None when it is not on the screen."""
        found = self.find(widget, role=role, name=name)
        return found[0] if found else None

    def see(
        self, widget: str = "", *, role: str = "", name: str = "", patience: float = PATIENCE
    ) -> Node:
        """Wait for something to be on the screen."""
        what = f"{widget} {role} {name} is on the screen"
        try:
            node = until(lambda: self.sees(widget, role=role, name=name), what, patience)
        except NotSeenError as error:
            raise NotSeenError(f"{error}\n{self.screen()}") from None
        assert isinstance(node, Node)
        return node

    def wait(self, condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
        """Wait for a condition; when it does not come, say what is on the screen instead."""
        try:
            return until(condition, what, patience)
        except NotSeenError as error:
            raise NotSeenError(f"{error}\n{self.screen()}") from None

    def screen(self) -> str:
        """Return everything that can be read on the screen."""
        assert self.sheaf is not None
        return "\n".join(self._ask("tree", self.sheaf.pid) or [])

    def words(self, within: str = "") -> list[str]:
        """Return the labels on the screen that contain these words."""
        return [node.name for node in self.find(role="label") if within in node.name]

    def cells(self, table: str, first: int = 0, last: int = 50) -> list[list[str]]:
        """Return the texts of some rows of a table."""
        return self.cells_of(self.see(table, role="table"), first, last)

    def cells_of(self, table: Node, first: int = 0, last: int = 50) -> list[list[str]]:
        """Return the texts of some rows of a table that was seen; none if it has gone."""
        return self._ask("cells", table.number, first, last) or []

    def headings(self, table: str) -> list[str]:
        """Return the column headings of a table."""
        return self._ask("headers", self.see(table, role="table").number) or []

    def row_count(self, table: str) -> int:
        """Return how many rows a table has."""
        size = self._ask("size", self.see(table, role="table").number)
        return int(size[0]) if size else 0

    def _ask(self, verb: str, *arguments: Any) -> Any:
        """Ask the eyes; None when what was asked about has gone meanwhile."""
        assert self._eyes.stdin is not None
        assert self._eyes.stdout is not None
        self._eyes.stdin.write(json.dumps({"verb": verb, "arguments": arguments}) + "\n")
        self._eyes.stdin.flush()
        return json.loads(self._eyes.stdout.readline()).get("value")

    # --- hands ------------------------------------------------------------------------------

    def click(self, widget: str = "", *, role: str = "", name: str = "") -> Node:
        """Click on something with the mouse, once it is there and can be used."""
        what = f"{widget} {role} {name} can be clicked"

        def ready() -> Node | None:
            node = self.sees(widget, role=role, name=name)
            return node if node is not None and node.usable else None

        node: Node = self.wait(ready, what)
        xdotool("mousemove", *node.centre, "click", 1)
        return node

    @staticmethod
    def type(text: str) -> None:
        """Type on the keyboard, wherever the cursor is."""
        for number, line in enumerate(text.split("\n")):
            if number:
                xdotool("key", "Return")
            if line:
                xdotool("type", "--delay", 12, line)

    @staticmethod
    def key(*keys: str) -> None:
        """Press keys such as `ctrl+Return`, one after the other."""
        xdotool("key", *keys)

    def write(self, widget: str, text: str, *, name: str = "") -> None:
        """Replace what a field holds, by mouse and keyboard."""
        self.click(widget, name=name)
        self.key("ctrl+a")
        self.type(text)

    def tab_to(self, widget: str) -> None:
        """Go on with Tab until something has the keyboard."""
        for _ in range(_MOST_TABS):
            if "focused" in self.see(widget).states:
                return
            self.key("Tab")
        raise NotSeenError(f"Tab does not lead to {widget}\n{self.screen()}")

    def drag_in(self, file: Path, onto: str) -> str:
        """Drag a file out of another program's window onto something; return what became of it."""
        with self.held_over(file, onto) as source:
            xdotool("mouseup", 1)
            assert source.stdout is not None
            return source.stdout.readline().strip()

    @contextmanager
    def held_over(self, file: Path, onto: str) -> Iterator[subprocess.Popen[str]]:
        """Hold a file over something of Sheaf's; it is let go of by whoever wants that."""
        with _drag_source(file) as source:
            start = _centre_of(source.pid, "^Drag source$")
            xdotool("mousemove", *start, "mousedown", 1)
            _move(start, self.see(onto).centre)
            try:
                yield source
            finally:
                xdotool("key", "Escape", "mouseup", 1)


@contextmanager
def _drag_source(file: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(HERE / "drag_source.py"), str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as source:
        try:
            yield source
        finally:
            source.kill()


def _centre_of(process: int, title: str) -> Place:
    """Bring a program's window to the front and return its middle."""
    search = ("search", "--onlyvisible", "--pid", process, "--name", title)
    window = until(lambda: xdotool(*search), f"a window called {title}").splitlines()[0]
    xdotool("windowactivate", "--sync", window)
    lines = xdotool("getwindowgeometry", "--shell", window).splitlines()
    place = {name: int(value) for name, value in (line.split("=") for line in lines)}
    return place["X"] + place["WIDTH"] // 2, place["Y"] + place["HEIGHT"] // 2


def _move(start: Place, end: Place) -> None:
    for step in range(1, 13):
        there = ((a + (b - a) * step // 12) for a, b in zip(start, end, strict=True))
        xdotool("mousemove", *there)
        time.sleep(MOVE)
    xdotool("mousemove", end[0], end[1] + 3)
    time.sleep(6 * MOVE)
