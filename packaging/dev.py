"""Set up and run Sheaf from its source: the one entrance for Makefile, CI and Windows.

`python packaging/dev.py VERB [arguments]`. It needs only Python 3.11 and brings everything else
itself: a virtual environment, the locked dependencies, Sheaf, and Qt's system libraries.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import check_libs
from check_libs import say

ROOT = Path(__file__).resolve().parent.parent
WITH_QT = ROOT / ".venv"
WITHOUT_QT = ROOT / ".venv-noqt"
RUN_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"

QT_PACKAGES = ("pyside6-essentials", "shiboken6", "pytest-qt")
TESTS_OF_THE_WINDOW = ("tests/ui", "tests/gui")
GUI_TOOLS = (
    "Xvfb",
    "dbus-run-session",
    "dunst",
    "gnome-keyring-daemon",
    "import",
    "openbox",
    "xdotool",
    "xprop",
)
GUI_PACKAGES = (
    "at-spi2-core dbus dbus-x11 dunst fonts-noto-cjk fonts-noto-core gir1.2-atspi-2.0 "
    "gnome-keyring imagemagick libnotify-bin openbox python3-gi x11-utils xauth xdotool xvfb"
)
ON_EVERY_CORE = ("-n", str(min(4, (os.cpu_count() or 1) + 1)), "--dist", "loadfile")
"""How tests use all cores, though some wait; those of one file stay together, in their order."""
EACH_ALONE = ("-n", str(min(6, 2 * (os.cpu_count() or 1))), "--dist", "loadgroup")
"""How slow tests do, most of which wait for disks and other processes; groups stay together."""
NO_TESTS = 5
"""How pytest ends when it was left with no test to run."""
CACHES = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache")


def run(arguments: Sequence[str]) -> int:
    """Open the window on the bundled sample in practice mode; without a display, run the demo."""
    if not _has_display():
        say("There is no display here, so the demo runs instead.")
        return demo(arguments)
    python = _environment(WITH_QT, RUN_LOCK)
    check_libs.provide_libraries(check_libs.platform_here())
    return _call([python, "-m", "app", "open-sample", *arguments])


def demo(arguments: Sequence[str]) -> int:
    """Run the bundled sample against the practice service, without window, key or display."""
    python = _environment(WITH_QT, RUN_LOCK)
    return _call([python, "-m", "app", "demo", *arguments])


def test(arguments: Sequence[str]) -> int:
    """Run the quick tests."""
    return _pytest(["-m", "not slow and not gui", *ON_EVERY_CORE, *arguments])


def test_slow(arguments: Sequence[str]) -> int:
    """Run the tests that take long; that there is none just now is no failure."""
    code = _pytest(["-m", "slow and not gui", *EACH_ALONE, *arguments])
    return 0 if code == NO_TESTS and not arguments else code


def _pytest(arguments: Sequence[str]) -> int:
    python = _environment(WITH_QT, DEV_LOCK)
    check_libs.provide_libraries("offscreen")
    return _call([python, "-m", "pytest", "-q", *arguments], QT_QPA_PLATFORM="offscreen")


def test_engine(arguments: Sequence[str]) -> int:
    """Run the tests of every room but the window where Qt is not installed."""
    python = _environment(WITHOUT_QT, DEV_LOCK, leave_out=QT_PACKAGES)
    left_out = [f"--ignore={folder}" for folder in TESTS_OF_THE_WINDOW]
    wanted = ["-m", "not slow", *ON_EVERY_CORE, *left_out]
    return _call([python, "-m", "pytest", "-q", *wanted, *arguments])


def test_gui(arguments: Sequence[str]) -> int:
    """Drive the real window on a private X screen."""
    python = _environment(WITH_QT, DEV_LOCK)
    _provide_screen()
    return _in_screen([python, "-m", "pytest", "-q", "-m", "gui", "tests/gui", *arguments])


def screenshots(arguments: Sequence[str]) -> int:
    """Make the pictures of the README from the running program."""
    python = _environment(WITH_QT, DEV_LOCK)
    _provide_screen()
    return _in_screen([python, "packaging/screenshots.py", *arguments])


def _in_screen(command: Sequence[str]) -> int:
    return _call(["bash", "tests/gui_session.sh", *command])


def check(arguments: Sequence[str]) -> int:
    """Look at style, types, the rooms' imports and unsafe calls; all of them, then the verdict."""
    _refuse(arguments)
    python = _environment(WITH_QT, DEV_LOCK)
    tools = Path(python).parent
    commands = (
        [python, "-m", "ruff", "check", "."],
        [python, "-m", "ruff", "format", "--check", "."],
        [python, "-m", "mypy", "--strict", "app", "packaging/dev.py", "packaging/check_libs.py"],
        [str(tools / "lint-imports")],
        [python, "-m", "bandit", "-q", "-c", "pyproject.toml", "-r", "app"],
    )
    failed = [shlex.join(command) for command in commands if _call(command)]
    for command in failed:
        say(f"Not clean: {command}")
    return 1 if failed else 0


def clean(arguments: Sequence[str]) -> int:
    """Remove the virtual environments and every cache."""
    _refuse(arguments)
    for name in (WITH_QT.name, WITHOUT_QT.name, *CACHES):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for folder in ("app", "tests", "packaging", "benchmarks"):
        for cache in list((ROOT / folder).rglob("__pycache__")):
            shutil.rmtree(cache, ignore_errors=True)
    return 0


def _refuse(arguments: Sequence[str]) -> None:
    if arguments:
        raise SystemExit(f"This verb takes no arguments, and nothing was done: {arguments[0]}")


VERBS: Mapping[str, Callable[[Sequence[str]], int]] = {
    verb.__name__.replace("_", "-"): verb
    for verb in (run, demo, test, check, test_engine, test_gui, test_slow, screenshots, clean)
}


def _has_display() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _environment(folder: Path, lock: Path, *, leave_out: Sequence[str] = ()) -> str:
    """Return the Python of a virtual environment that holds what the lock says, and Sheaf."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = _fingerprint(lock)
    stamp = folder / f"set-up-by-{lock.stem}"
    if python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return str(python)
    stamp.unlink(missing_ok=True)
    _provide_venv(folder, python)
    _install(python, _without(lock, leave_out, folder) if leave_out else lock)
    # The larger lock holds all of the smaller one, so its set-up serves `run` as well.
    for done in {lock, RUN_LOCK}:
        stamp.with_name(f"set-up-by-{done.stem}").write_text(_fingerprint(done), encoding="utf-8")
    return str(python)


def _fingerprint(lock: Path) -> str:
    content = lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + os.fsencode(ROOT)
    return hashlib.sha256(content).hexdigest()


def _provide_venv(folder: Path, python: Path) -> None:
    if python.exists() and not _call([str(python), "-m", "pip", "--version"], quiet=True):
        return
    _provide_ensurepip()
    say(f"Making the virtual environment {folder.name} …")
    if _call([sys.executable, "-m", "venv", "--clear", str(folder)]):
        raise SystemExit(f"The virtual environment {folder} could not be made; see above.")


def _provide_ensurepip() -> None:
    """Debian ships the parts that a virtual environment needs in a package of their own."""
    if _has_ensurepip():
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if check_libs.may_install():
        check_libs.install_packages([package])
    if not _has_ensurepip():
        check_libs.refuse(
            "This Python cannot make virtual environments: it lacks ensurepip and venv.",
            f"{check_libs.DEBIAN} {package}",
        )


def _has_ensurepip() -> bool:
    importlib.invalidate_caches()
    return all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip"))


def _install(python: Path, lock: Path) -> None:
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    say(f"Installing what {lock.name} lists …")
    if _call([*pip, "--require-hashes", "-r", str(lock)]):
        raise SystemExit("The dependencies could not be installed; see above.")
    if _call([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)]):
        raise SystemExit("Sheaf itself could not be installed; see above.")


def _without(lock: Path, names: Sequence[str], folder: Path) -> Path:
    """Write a copy of the lock that lacks these packages; each begins at the line's start."""
    entries = re.split(r"^(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
    kept = [entry for entry in entries if entry.split("==")[0] not in names]
    smaller = folder / lock.name
    smaller.write_text("".join(kept), encoding="utf-8")
    return smaller


def _provide_screen() -> None:
    """Make sure that a private X screen and what drives it are here."""
    if sys.platform != "linux":
        raise SystemExit("The window is driven on Linux only; the other tests run everywhere.")
    if _missing_for_screen() and check_libs.may_install():
        check_libs.install_packages(GUI_PACKAGES.split())
    missing = _missing_for_screen()
    if missing:
        check_libs.refuse(
            "The window cannot be driven here yet: this computer lacks " + ", ".join(missing) + ".",
            f"{check_libs.DEBIAN} {GUI_PACKAGES}",
        )
    check_libs.provide_libraries("xcb")


def _missing_for_screen() -> list[str]:
    missing = [tool for tool in GUI_TOOLS if shutil.which(tool) is None]
    reader = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
    if not Path("/usr/bin/python3").exists() or _call(
        ["/usr/bin/python3", "-W", "ignore", "-c", reader], quiet=True
    ):
        missing.append("AT-SPI for Python")
    return missing


def _call(command: Sequence[str], *, quiet: bool = False, **environment: str) -> int:
    """Run a command in the project's folder and return its exit code, as a shell would."""
    output = subprocess.DEVNULL if quiet else None
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=output
    ) as process:
        while True:
            try:
                code = process.wait()
            except KeyboardInterrupt:
                continue  # Ctrl-C reaches the command too, and it decides how to end
            return 128 - code if code < 0 else code


def main(arguments: Sequence[str]) -> int:
    """Run the verb that the first argument names."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python gets this far, and a sentence
        raise SystemExit(
            f"Sheaf needs Python 3.11 or newer, and this is {sys.version.split()[0]}. "
            "Use a newer one, for example: make PYTHON=python3.11 run"
        )
    verb = VERBS.get(arguments[0]) if arguments else None
    if verb is None:
        say("Usage: python packaging/dev.py " + " | ".join(VERBS) + " [arguments]")
        return 2
    return verb(arguments[1:])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
