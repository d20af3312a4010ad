"""The promises of the place where two threads meet."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QObject
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from app.ui.tasks import Lane, Relay


@pytest.fixture
def lane() -> Iterator[Lane]:
    """Give a lane that is stopped at the end."""
    lane = Lane("test")
    yield lane
    lane.stop(5)


def _where() -> str:
    return threading.current_thread().name


def test_work_is_done_elsewhere_and_its_answer_arrives_here(lane: Lane, qtbot: QtBot) -> None:
    """The work runs on the lane's thread, the callback on the thread of the window."""
    seen: list[tuple[str, str]] = []
    owner = QObject()
    lane.submit(
        _where,
        owner=owner,
        on_done=lambda name: seen.append((name, _where())),
        on_error=pytest.fail,
    )
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [("sheaf-test", "MainThread")]


def test_answers_keep_the_order_of_the_questions(lane: Lane, qtbot: QtBot) -> None:
    """One lane does one thing after the other."""
    seen: list[int] = []
    owner = QObject()
    for number in range(200):
        lane.submit(lambda number=number: number, owner=owner, on_done=seen.append)
    qtbot.waitUntil(lambda: len(seen) == 200)
    assert seen == list(range(200))


def test_an_error_reaches_the_window(lane: Lane, qtbot: QtBot) -> None:
    """What the work raises is handed over as it is, and the lane goes on."""
    errors: list[Exception] = []
    done: list[object] = []
    owner = QObject()

    def fail() -> None:
        raise ValueError("broken")

    lane.submit(fail, owner=owner, on_done=done.append, on_error=errors.append)
    lane.submit(_where, owner=owner, on_done=done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert [str(error) for error in errors] == ["broken"]
    assert done == ["sheaf-test"]


def test_an_error_that_nobody_takes_is_not_swallowed(lane: Lane, qtbot: QtBot) -> None:
    """Without a callback for errors the crash hook hears of them, on the window's thread."""

    def fail() -> None:
        raise ValueError("nobody asked")

    owner = QObject()
    with capture_exceptions() as caught:
        lane.submit(fail, owner=owner)
        qtbot.waitUntil(lambda: bool(caught))
    assert "nobody asked" in str(caught[0][1])


def test_an_owner_that_is_gone_hears_nothing(lane: Lane, qtbot: QtBot) -> None:
    """An answer for a window that was closed meanwhile is dropped."""
    from shiboken6 import delete

    release = threading.Event()
    seen: list[object] = []
    gone, here = QObject(), QObject()
    lane.submit(release.wait, owner=gone, on_done=seen.append)
    lane.submit(lambda: "second", owner=here, on_done=seen.append)
    delete(gone)
    release.set()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["second"]


def test_an_owner_that_is_let_go_while_it_waits_goes_on_the_windows_thread(
    lane: Lane, qtbot: QtBot
) -> None:
    """The lane's thread never holds what belongs to the window, so it cannot destroy it."""
    release = threading.Event()
    gone: list[str] = []
    owner = QObject()
    owner.destroyed.connect(lambda: gone.append(_where()))
    lane.submit(release.wait, owner=owner)
    del owner
    release.set()
    qtbot.waitUntil(lambda: bool(gone))
    assert gone == ["MainThread"]


def test_a_lane_that_is_let_go_leaves_its_answers_unsaid(qtbot: QtBot) -> None:
    """What is under way when nobody holds the lane any more ends in silence."""
    release, ended = threading.Event(), threading.Event()
    seen: list[object] = []
    owner = QObject()
    short = Lane("short")
    short.submit(release.wait, owner=owner, on_done=seen.append)
    short.submit(ended.set, owner=owner)
    del short
    release.set()
    qtbot.waitUntil(ended.is_set)
    QCoreApplication.processEvents()
    assert not seen


def test_a_stopped_lane_ends_and_takes_nothing_more() -> None:
    """Stopping says that the thread has ended; later work is not done."""
    lane = Lane("short")
    assert lane.stop(5)
    done: list[object] = []
    lane.submit(lambda: done.append(1), owner=QObject())
    assert not done


def test_a_relay_runs_calls_on_its_own_thread(qtbot: QtBot) -> None:
    """Any thread may post a call; it is made on the thread of the window."""
    relay = Relay.of_window()
    seen: list[str] = []
    poster = threading.Thread(target=lambda: relay.post(lambda: seen.append(_where())))
    poster.start()
    poster.join()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["MainThread"]


def _run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_quitting_does_not_wait_for_slow_work() -> None:
    """A program with ten minutes of work under way ends at once, with code 0."""
    result = _run("""
        import os, threading
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from PySide6.QtCore import QCoreApplication, QObject, QTimer
        from app.ui.tasks import Lane
        application = QCoreApplication([])
        lane, owner, begun = Lane("slow"), QObject(), threading.Event()
        def work():
            begun.set()
            threading.Event().wait(600)
        lane.submit(work, owner=owner)
        begun.wait()
        QTimer.singleShot(0, application.quit)
        application.exec()
        print("ended", lane.stop(0.1))
    """)
    assert (result.returncode, result.stdout.strip()) == (0, "ended False"), result.stderr


def test_garbage_is_collected_on_the_windows_thread_only() -> None:
    """Cycles made by busy threads are freed by the timer, never on those threads."""
    result = _run("""
        import gc, os, threading
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from PySide6.QtCore import QCoreApplication, QObject, QTimer
        from app.ui.tasks import freeze_and_collect_on_ui_thread
        application = QCoreApplication([])
        freed = []
        class Knot:
            def __init__(self): self.me = self
            def __del__(self): freed.append(threading.current_thread() is threading.main_thread())
        freeze_and_collect_on_ui_thread(application, 10)
        def churn():
            for _ in range(20000): Knot(); [object() for _ in range(10)]
        worker = threading.Thread(target=churn, daemon=True)
        worker.start()
        watch = QTimer()
        def look():
            if not worker.is_alive() and len(freed) == 20000: application.quit()
        watch.timeout.connect(look)
        watch.start(10)
        application.exec()
        print(gc.isenabled(), len(freed), all(freed))
    """)
    assert result.stdout.strip() == "False 20000 True", result.stderr
