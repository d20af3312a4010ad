"""What Sheaf needs from the operating system beyond Python, and how to get what is missing.

`python packaging/check_libs.py` says which shared libraries of Qt this computer lacks. As root on
a Debian-like system, as in a container, the missing packages are installed; nobody else's
computer is changed, the line to type is printed instead.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple


class Library(NamedTuple):
    """A shared library that Qt opens, and the package that carries it in three families."""

    soname: str
    debian: str
    fedora: str
    arch: str


COMMON = (
    Library("libGL.so.1", "libgl1", "libglvnd-glx", "libglvnd"),
    Library("libEGL.so.1", "libegl1", "libglvnd-egl", "libglvnd"),
    Library("libglib-2.0.so.0", "libglib2.0-0", "glib2", "glib2"),
    Library("libdbus-1.so.3", "libdbus-1-3", "dbus-libs", "dbus"),
    Library("libfontconfig.so.1", "libfontconfig1", "fontconfig", "fontconfig"),
    Library("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon", "libxkbcommon"),
)
X11 = (
    Library("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    Library("libxcb-image.so.0", "libxcb-image0", "xcb-util-image", "xcb-util-image"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    Library(
        "libxcb-render-util.so.0",
        "libxcb-render-util0",
        "xcb-util-renderutil",
        "xcb-util-renderutil",
    ),
    Library("libxcb-shape.so.0", "libxcb-shape0", "libxcb", "libxcb"),
    Library("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb", "libxcb"),
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
)
WAYLAND = (
    Library("libwayland-client.so.0", "libwayland-client0", "libwayland-client", "wayland"),
    Library("libwayland-cursor.so.0", "libwayland-cursor0", "libwayland-cursor", "wayland"),
    Library("libwayland-egl.so.1", "libwayland-egl1", "libwayland-egl", "wayland"),
)
FURTHER = {"offscreen": (), "minimal": (), "wayland": WAYLAND}
"""What a platform of Qt needs beyond the common libraries; all others are taken for X11."""

DEBIAN = "apt-get install -y --no-install-recommends"
INSTALLERS = (("apt-get", DEBIAN), ("dnf", "dnf install"), ("pacman", "pacman -S"))


def missing_libraries(platform: str) -> list[Library]:
    """Return the libraries that Qt would not find for this QPA platform (Linux only)."""
    if sys.platform != "linux":
        return []
    needed = COMMON + FURTHER.get(platform.split(":", maxsplit=1)[0], X11)
    return [library for library in needed if not _opens(library.soname)]


def platform_here() -> str:
    """Return the platform that Qt would choose: what is set, else Wayland where that is all."""
    only_wayland = os.environ.get("WAYLAND_DISPLAY") and not os.environ.get("DISPLAY")
    return os.environ.get("QT_QPA_PLATFORM") or ("wayland" if only_wayland else "xcb")


def _opens(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def provide_libraries(platform: str) -> None:
    """Make sure that Qt can start, or end the program saying what to install."""
    missing = missing_libraries(platform)
    if not missing:
        return
    if may_install():
        install_packages([library.debian for library in missing])
        missing = missing_libraries(platform)
    if missing:
        names = ", ".join(library.soname for library in missing)
        refuse(f"Sheaf cannot open a window yet: this computer lacks {names}.", _line(missing))


def _line(missing: Sequence[Library]) -> str:
    column, command = next(
        (
            (column, command)
            for column, (tool, command) in enumerate(INSTALLERS, 1)
            if shutil.which(tool)
        ),
        (1, DEBIAN),
    )
    return command + " " + " ".join(sorted({library[column] for library in missing}))


def may_install() -> bool:
    """Tell whether packages may be installed without asking: root on a Debian-like system."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_packages(packages: Sequence[str]) -> None:
    """Install Debian packages as root; what stays missing is found by whoever asked."""
    say("Installing from Debian: " + " ".join(packages))
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wait = ["-o", "DPkg::Lock::Timeout=300"]
    for command in (
        ["apt-get", *wait, "update", "-qq"],
        ["apt-get", *wait, *DEBIAN.split()[1:], "-qq", *packages],
    ):
        done = subprocess.run(  # noqa: PLW1510 - a failed update may still leave a usable index
            command, env=environment, stdout=subprocess.DEVNULL
        )
        if done.returncode:
            say(f"{shlex.join(command)} ended with {done.returncode}.")


def refuse(what: str, line: str) -> None:
    """End the program with what is missing and the line that brings it."""
    raise SystemExit(
        f"{what}\nInstall it with:\n    sudo {line}\n"
        "(or ask whoever administers this computer), then run this again."
    )


def say(text: str) -> None:
    """Tell what is being done, without mixing it into a command's own output."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    provide_libraries(platform_here())
