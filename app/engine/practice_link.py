"""Finding the practice service on this computer, or starting it as a process of its own.

The service is started as a program, not imported: it lives on when Sheaf is closed or killed,
as the real one does.
"""

from __future__ import annotations

import os
import subprocess  # nosec B404
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import msgspec

from app.core.errors import SheafError
from app.paths import Places

PORT_FILE = "port.json"
_START_SECONDS = 30.0
_LOOK_SECONDS = 0.05


class _Port(msgspec.Struct, frozen=True):
    port: int
    token: str
    pid: int = 0


@dataclass(frozen=True, slots=True)
class PracticeService:
    """Where the practice service listens, and the token that is its key."""

    address: str
    token: str


def program() -> list[str]:
    """Return the command that starts this program, from source or frozen.

    With -P Python imports nothing from the folder in which Sheaf was started.
    """
    frozen = getattr(sys, "frozen", False)
    return [sys.executable] if frozen else [sys.executable, "-P", "-m", "app"]


def find_or_start(places: Places) -> PracticeService:
    """Return the running practice service, starting it when there is none.

    Raises:
        SheafError: it does not come up.
    """
    port_file = places.practice / PORT_FILE
    if found := _running(port_file):
        return found
    places.practice.mkdir(parents=True, exist_ok=True, mode=0o700)
    _start(places.practice, port_file)
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if found := _running(port_file):
            return found
        time.sleep(_LOOK_SECONDS)
    raise SheafError(
        "The practice service did not start on this computer.",
        "Nothing was sent anywhere.",
        "Close other copies of Sheaf and try again; a security program may have stopped it.",
    )


def _running(port_file: Path) -> PracticeService | None:
    try:
        port = msgspec.json.decode(port_file.read_bytes(), type=_Port)
    except (OSError, msgspec.DecodeError):
        return None
    found = PracticeService(f"http://127.0.0.1:{port.port}", port.token)
    return found if _answers(found) else None


def _answers(service: PracticeService) -> bool:
    request = urllib.request.Request(  # noqa: S310 always this computer
        f"{service.address}/v1/models?limit=1",
        headers={"Authorization": f"Bearer {service.token}", "anthropic-version": "2026-10-21"},
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=5) as reply:
            return bool(reply.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _start(home: Path, port_file: Path) -> None:
    """Start the service so that neither Ctrl-C nor our end reaches it."""
    command = [
        *program(), "practice-server",
        "--port", "0", "--port-file", str(port_file), "--home", str(home),
    ]  # fmt: skip
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ANTHROPIC_")}
    options: dict[str, object] = {"start_new_session": True}
    if sys.platform == "win32":
        options = {"creationflags": 0x00000008 | 0x00000200 | 0x08000000}
    subprocess.Popen(  # type: ignore[call-overload]  # nosec B603
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=home,
        close_fds=True,
        **options,
    )
