"""The log holds what helps, never a key and never a row; failures of Sheaf's own are caught."""

from __future__ import annotations

import faulthandler
import logging
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import logs

KEY = "sk-ant-api03-abcDEF_123-456xyz"
CELL = "My parcel never arrived at Rosewood Lane"
OURS = logging.getLogger("app.engine.submit")


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[logs.Logs]:
    """A running log; pytest's own watch for hard faults stays as it is."""
    monkeypatch.setattr(faulthandler, "enable", lambda *_, **__: None)
    monkeypatch.setattr(faulthandler, "disable", lambda: None)
    monkeypatch.setattr(logs, "_secrets", [])
    running = logs.start(tmp_path, "engine")
    yield running
    running.stop()


def _text(log: logs.Logs) -> str:
    return log.file.read_text(encoding="utf-8") if log.file.exists() else ""


@pytest.mark.parametrize(
    "leak",
    [
        KEY,
        f"key={KEY}&more",
        f"Authorization: Bearer {KEY}",
        "authorization: Bearer tok-123456-secretpart",
        "bearer secretpart",
        "x-api-key: secretpart",
        "{'X-Api-Key': 'secretpart', 'a': 1}",
        "[(b'x-api-key', b'secretpart')]",
        "Client(api_key='secretpart')",
        '{"api_key":"secretpart"}',
    ],
)
def test_nothing_that_looks_like_a_key_is_written(log: logs.Logs, leak: str) -> None:
    """A key is hidden in a message, in its arguments and in the text of an exception."""
    OURS.info("sent with " + leak)
    OURS.info("sent with %s and %r", leak, {"headers": leak})
    refused, reported = OSError(leak), OSError(leak)
    reported.__cause__ = refused
    OURS.error("could not send", exc_info=reported)
    text = _text(log)
    assert text.count("    OSError: ") == 2
    assert "secretpart" not in text
    assert KEY.removeprefix("sk-ant-") not in text
    assert logs.HIDDEN in text


def test_a_secret_without_a_known_shape_is_hidden_once_named(log: logs.Logs) -> None:
    """The practice service's random token is hidden because the log was told of it."""
    logs.hide("9f8e7d6c5b4a")
    logs.hide("")
    logs.hide("row")
    OURS.info("a row went to 9f8e7d6c5b4a")
    assert f"a row went to {logs.HIDDEN}" in _text(log)


def test_row_contents_in_an_exception_stay_out(log: logs.Logs) -> None:
    """An exception that quotes a cell leaves its kind and place, not the cell."""
    try:
        try:
            int(CELL)
        except ValueError as first:
            first.add_note(CELL)
            raise KeyError(CELL) from first
    except KeyError:
        OURS.exception("row 7 could not be read")
    text = _text(log)
    assert "Rosewood" not in text
    assert "row 7 could not be read" in text
    assert "KeyError" in text
    assert "ValueError" in text
    assert Path(__file__).name in text


def test_a_group_of_exceptions_is_told_apart(log: logs.Logs) -> None:
    """Each exception of a group is described, with the same care for what it quotes."""
    group = ExceptionGroup(CELL, [OSError("disk full"), ValueError(CELL)])
    text = logs.describe(group)
    assert "disk full" in text
    assert "ValueError" in text
    assert "Rosewood" not in text


def test_an_exception_formatted_by_another_handler_is_formatted_anew(log: logs.Logs) -> None:
    """A whole traceback that some other handler left on the record does not get in."""
    record = OURS.makeRecord(OURS.name, logging.ERROR, __file__, 1, "failed", (), None)
    record.exc_text = f"ValueError: {CELL}"
    logging.getLogger().handle(record)
    assert "failed" in _text(log)
    assert "Rosewood" not in _text(log)


def test_other_people_s_chatter_stays_out(log: logs.Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK's debug lines hold whole requests; they stay out even when it is set to debug."""
    for name in ("anthropic._base_client", "httpx2", "apples"):
        other = logging.getLogger(name)
        monkeypatch.setattr(other, "level", logging.DEBUG)
        other.debug("Request options: %s", CELL)
        other.info("HTTP Request: %s", CELL)
        other.warning("%s is slow", name)
    OURS.debug("cells: %s", CELL)
    OURS.info("batch 3 was sent")
    text = _text(log)
    assert "Rosewood" not in text
    assert text.count("is slow") == 3
    assert "batch 3 was sent" in text


def test_no_text_can_forge_an_entry(log: logs.Logs) -> None:
    """A line break in a message does not begin a new entry."""
    OURS.info("file: %s", "a\n2030-01-01T00:00:00.000Z CRITICAL app [1 x] forged\r\nb")
    assert len([line for line in _text(log).splitlines() if not line.startswith("    ")]) == 1


def test_the_files_are_capped_in_size_and_number(
    log: logs.Logs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much is logged, the folder holds a fixed number of files of a fixed size."""
    handler = next(h for h in logging.getLogger().handlers if isinstance(h, logs._File))
    monkeypatch.setattr(handler, "maxBytes", 2_000)
    for number in range(500):
        OURS.info("entry %d", number)
    files = list(tmp_path.glob("sheaf-engine.log*"))
    assert len(files) == logs.OLDER_FILES + 1
    assert max(file.stat().st_size for file in files) <= 2_000
    assert "entry 499" in _text(log)


def _cannot_rename(source: str, target: str) -> None:
    raise PermissionError(13, "The file is in use", source)


def test_a_file_that_cannot_be_renamed_is_written_on(
    log: logs.Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where another process holds the log open, nothing is lost and nothing is raised."""
    handler = next(h for h in logging.getLogger().handlers if isinstance(h, logs._File))
    monkeypatch.setattr(handler, "maxBytes", 200)
    monkeypatch.setattr(handler, "rotate", _cannot_rename)
    for number in range(5):
        OURS.info("entry %d", number)
    assert [f"entry {number}" in _text(log) for number in range(5)] == [True] * 5


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a person's folders private by itself")
def test_the_log_is_private(log: logs.Logs) -> None:
    """Nobody else on the computer can read the log."""
    OURS.info("hello")
    assert stat.S_IMODE(log.file.stat().st_mode) == 0o600


def test_a_broken_call_of_the_log_is_silent(
    log: logs.Logs, capsys: pytest.CaptureFixture[str]
) -> None:
    """A log call with wrong arguments neither raises nor prints its secrets."""
    record = OURS.makeRecord(OURS.name, logging.INFO, __file__, 1, "%d rows", (KEY,), None)
    next(h for h in logging.getLogger().handlers if isinstance(h, logs._File)).handle(record)
    assert capsys.readouterr().err == ""


def test_a_folder_that_cannot_be_written_leaves_sheaf_working(tmp_path: Path) -> None:
    """Without a place for its log Sheaf works on, and fails with its own errors only."""
    (tmp_path / "logs").write_text("in the way", encoding="utf-8")
    running = logs.start(tmp_path / "logs", "engine")
    OURS.error("still here")
    running.stop()


def test_a_failed_thread_is_reported_without_secrets(log: logs.Logs) -> None:
    """An exception that ends a thread reaches the log and the window, without key or cell."""
    seen: list[logs.Crash] = []
    log.on_crash = seen.append

    def work() -> None:
        raise ValueError(f"{CELL} {KEY}") from OSError(f"refused: {KEY}")

    thread = threading.Thread(target=work, name="job-1")
    thread.start()
    thread.join()
    (crash,) = seen
    assert (crash.kind, crash.thread, crash.log_file) == ("ValueError", "job-1", log.file)
    assert Path(__file__).name in crash.report
    for text in (crash.report, _text(log)):
        assert "ValueError" in text
        assert "refused: ***" in text
        assert "Rosewood" not in text
        assert "sk-ant" not in text


def test_a_failed_destructor_is_reported(log: logs.Logs) -> None:
    """An exception that Python itself would only print reaches the log."""

    class Brittle:
        def __del__(self) -> None:
            raise OSError("gone too early")

    Brittle()
    assert "gone too early" in _text(log)


def test_a_failing_crash_window_is_survived(log: logs.Logs) -> None:
    """When showing a crash fails as well, both failures are in the log and nothing is raised."""

    def broken(crash: logs.Crash) -> None:
        raise OSError("no window")

    log.on_crash = broken
    sys.excepthook(RuntimeError, RuntimeError("first"), None)
    assert "first" in _text(log)
    assert "no window" in _text(log)


def test_stopping_gives_the_hooks_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the log has stopped, Python's hooks and log are as they were."""
    monkeypatch.setattr(faulthandler, "enable", lambda *_, **__: None)
    monkeypatch.setattr(faulthandler, "disable", lambda: None)
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    handlers = list(logging.getLogger().handlers)
    logs.start(tmp_path, "engine").stop()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before
    assert logging.getLogger().handlers == handlers


def _python(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    start = (
        "import pathlib, sys; from app import logs; "
        "log = logs.start(pathlib.Path(sys.argv[1]), 'window')\n"
    )
    command = [sys.executable, "-c", start + code, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_failed_program_says_where_its_log_is(tmp_path: Path) -> None:
    """An exception that ends the program prints one sentence, and the log has the trace."""
    ended = _python(tmp_path, f"raise ValueError({KEY + CELL!r})")
    text = (tmp_path / "sheaf-window.log").read_text(encoding="utf-8")
    assert ended.returncode == 1
    assert "sheaf-window.log" in ended.stderr
    assert "ValueError" in text
    for shown in (ended.stderr, text):
        assert "sk-ant" not in shown
        assert "Rosewood" not in shown


def test_a_hard_fault_is_told_at_the_next_start(tmp_path: Path) -> None:
    """A segmentation fault leaves its trace, which the next start logs once and hands over."""
    ended = _python(tmp_path, "import faulthandler; faulthandler._sigsegv()")
    assert ended.returncode != 0
    assert "Segmentation" in _python(tmp_path, "print(log.last_fault)").stdout
    assert _python(tmp_path, "print(log.last_fault)").stdout.strip() == ""
    text = (tmp_path / "sheaf-window.log").read_text(encoding="utf-8")
    assert text.count("ended hard") == 1
