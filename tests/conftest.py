"""What holds for every test: no window on a screen, no key, no keyring, no network, own folders."""

from __future__ import annotations

import importlib.util
import ipaddress
import itertools
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# Both are read when PySide6 and keyring are first imported, which a test module may do at once.
# tests/gui_session.sh brings a screen and a keyring of its own.
if not os.environ.get("SHEAF_GUI_SESSION"):
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

_homes = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Know pytest-qt's setting where pytest-qt is left out, since unknown settings are errors."""
    if importlib.util.find_spec("pytestqt") is None:
        parser.addini("qt_api", "the Qt that pytest-qt would use")


@pytest.fixture(scope="session", autouse=True)
def _clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the session's fixtures, and programs that they start, off the person's folders."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("ANTHROPIC_")]:
            patch.delenv(name)
        homes = tmp_path_factory.mktemp("sheaf")
        patch.setenv("SHEAF_HOME", str(homes / "session"))
        # What is usual where the tests run must not decide how tables are written in them.
        patch.setenv("LC_ALL", "C.UTF-8")
        yield homes


@pytest.fixture(autouse=True)
def sheaf_home(_clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test folders of its own, which Sheaf makes when it needs them."""
    home = _clean_environment / str(next(_homes))
    monkeypatch.setenv("SHEAF_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def attempts_to_leave(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Refuse every connection that would leave this computer, and fail the test that tried."""
    attempts: list[str] = []

    def refuse(host: object) -> None:
        if not _is_loopback(host):
            attempts.append(str(host))
            raise AssertionError(f"A test tried to reach {host}; tests stay on this computer.")

    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    lookup = socket.getaddrinfo

    def checked_connect(self: socket.socket, address: Any) -> None:
        refuse(address)
        connect(self, address)

    def checked_connect_ex(self: socket.socket, address: Any) -> int:
        refuse(address)
        return connect_ex(self, address)

    def checked_lookup(host: Any, *arguments: Any, **named: Any) -> Any:
        refuse((host,))
        return lookup(host, *arguments, **named)

    monkeypatch.setattr(socket.socket, "connect", checked_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", checked_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", checked_lookup)
    yield attempts
    assert not attempts, f"This test tried to leave the computer: {', '.join(attempts)}"


def _is_loopback(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # the path of a local socket
    host = address[0].decode("ascii", "replace") if isinstance(address[0], bytes) else address[0]
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
