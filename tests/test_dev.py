"""Setting up says in one sentence what is missing, and installs only where that is welcome."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

PACKAGING = Path(__file__).resolve().parents[1] / "packaging"


@pytest.fixture
def dev(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """packaging/dev.py as a module, with commands recorded instead of run."""
    monkeypatch.syspath_prepend(PACKAGING)
    for name in ("dev", "check_libs"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module("dev")


@pytest.fixture
def called(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that a verb would have run, in order."""
    commands: list[list[str]] = []

    def call(command: Sequence[str], **_: object) -> int:
        commands.append(list(command))
        return 0

    monkeypatch.setattr(dev, "_call", call)
    monkeypatch.setattr(dev, "_environment", lambda *_, **__: "python")
    monkeypatch.setattr(dev.check_libs, "missing_libraries", lambda _: [])
    return commands


def test_an_older_python_gets_a_sentence(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.10 is refused with the version that is needed and what to type."""
    monkeypatch.setattr(sys, "version_info", (3, 10, 9, "final", 0))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer.*make PYTHON="):
        dev.main(["test"])


def test_an_unknown_verb_is_answered_with_the_known_ones() -> None:
    """A typing mistake shows the verbs and changes nothing."""
    done = subprocess.run(
        [sys.executable, PACKAGING / "dev.py", "tset"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "test-engine" in done.stderr


def test_run_without_a_display_is_the_demo(
    dev: ModuleType, called: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no window can be shown, the main job runs all the same."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert dev.main(["run", "--export", "out.csv"]) == 0
    assert called == [["python", "-m", "app", "demo", "--export", "out.csv"]]


def test_run_with_a_display_opens_the_sample(
    dev: ModuleType, called: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a display the window opens, ready to run the bundled sample."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("DISPLAY", ":5")
    assert dev.main(["run"]) == 0
    assert called == [["python", "-m", "app", "open-sample"]]


def test_check_goes_on_after_a_finding(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """One run of check names every tool that has something to say, and then fails."""
    called: list[str] = []

    def call(command: Sequence[str], **_: object) -> int:
        called.append(" ".join(command))
        return 1 if "format" in command else 0

    monkeypatch.setattr(dev, "_call", call)
    monkeypatch.setattr(dev, "_environment", lambda *_, **__: "python")
    assert dev.main(["check"]) == 1
    assert len(called) == 5


def test_clean_takes_no_folder_to_remove(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word after clean is refused, and nothing at all is removed."""
    monkeypatch.setattr(dev.shutil, "rmtree", lambda *_, **__: pytest.fail("removed something"))
    with pytest.raises(SystemExit, match="takes no arguments, and nothing was done"):
        dev.main(["clean", str(tmp_path)])


def test_missing_libraries_come_with_the_line_to_type(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person who is not root reads what is missing and the one line that brings it."""
    libs = dev.check_libs
    monkeypatch.setattr(libs, "missing_libraries", lambda _: list(libs.COMMON[:2]))
    monkeypatch.setattr(libs, "may_install", lambda: False)
    monkeypatch.setattr(libs.shutil, "which", lambda tool: tool if tool == "apt-get" else None)
    with pytest.raises(SystemExit) as refusal:
        libs.provide_libraries("offscreen")
    assert "lacks libGL.so.1, libEGL.so.1." in str(refusal.value)
    assert "sudo apt-get install -y --no-install-recommends libegl1 libgl1\n" in str(refusal.value)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lacks Qt's libraries")
def test_only_x11_needs_the_libraries_of_x11(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests' invisible window asks for six libraries, a window on a screen for more."""
    libs = dev.check_libs
    monkeypatch.setattr(libs, "_opens", lambda _: False)
    assert libs.missing_libraries("offscreen") == list(libs.COMMON)
    assert libs.missing_libraries("xcb") == list(libs.COMMON + libs.X11)


def test_a_screen_of_wayland_alone_needs_no_x11(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Qt's own choice decides what is looked for: what is set, X11, or Wayland where it is all."""
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.delenv("DISPLAY", raising=False)
    assert dev.check_libs.platform_here() == "wayland"
    monkeypatch.setenv("DISPLAY", ":0")
    assert dev.check_libs.platform_here() == "xcb"
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert dev.check_libs.platform_here() == "offscreen"


def test_a_missing_ensurepip_is_named(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian's Python without its venv package is answered with that package's name."""
    monkeypatch.setattr(dev, "_has_ensurepip", lambda: False)
    monkeypatch.setattr(dev.check_libs, "may_install", lambda: False)
    with pytest.raises(SystemExit, match=rf"python3\.{sys.version_info[1]}-venv"):
        dev._provide_ensurepip()


def test_root_on_debian_gets_it_installed(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container nobody is asked: what is missing is installed, and looked for again."""
    installed: list[str] = []
    monkeypatch.setattr(dev, "_has_ensurepip", lambda: bool(installed))
    monkeypatch.setattr(dev.check_libs, "may_install", lambda: True)
    monkeypatch.setattr(dev.check_libs, "install_packages", installed.extend)
    dev._provide_ensurepip()
    assert len(installed) == 1


def test_the_environment_without_qt_leaves_qt_out(dev: ModuleType, tmp_path: Path) -> None:
    """The lock for the engine's tests is the whole lock without the three packages of Qt."""
    text = dev._without(dev.DEV_LOCK, dev.QT_PACKAGES, tmp_path).read_text(encoding="utf-8")
    whole = dev.DEV_LOCK.read_text(encoding="utf-8")
    assert whole.count("==") - text.count("==") == len(dev.QT_PACKAGES)
    assert "pyside6-essentials==" not in text
    assert "\npytest==" in text


def test_a_warm_start_installs_nothing(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Set up once, an environment is used as it is until the lock or the project changes."""
    lock = tmp_path / "requirements-dev.lock"
    lock.write_text("one==1\n", encoding="utf-8")
    python = tmp_path / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    python.parent.mkdir(parents=True)
    python.touch()
    installed: list[Path] = []
    monkeypatch.setattr(dev, "RUN_LOCK", lock)
    monkeypatch.setattr(dev, "_provide_venv", lambda *_: None)
    monkeypatch.setattr(dev, "_install", lambda _, lock: installed.append(lock))
    for _ in range(2):
        assert dev._environment(tmp_path / "env", lock) == str(python)
    assert installed == [lock]
    lock.write_text("one==2\n", encoding="utf-8")
    dev._environment(tmp_path / "env", lock)
    assert installed == [lock, lock]


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["-k", "typing-mistake"], 5)])
def test_no_slow_test_is_no_failure(
    dev: ModuleType,
    called: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
) -> None:
    """CI passes while no test is slow; a selection that matches nothing is still told."""
    monkeypatch.setattr(dev, "_call", lambda *_, **__: dev.NO_TESTS)
    assert dev.main(["test-slow", *arguments]) == code


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_the_exit_code_is_the_command_s(dev: ModuleType) -> None:
    """Whoever calls dev.py learns how the command ended, by a signal as well."""
    assert dev._call([sys.executable, "-c", "raise SystemExit(3)"]) == 3
    assert dev._call([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]) == 137
