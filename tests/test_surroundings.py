"""What conftest.py promises to every test holds."""

from __future__ import annotations

import asyncio
import os
import socket
import warnings
from pathlib import Path

import pytest

OUTSIDE = "192.0.2.1"  # kept free for documentation: nobody ever has it


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_no_connection_leaves_the_computer(method: str, attempts_to_leave: list[str]) -> None:
    """A connection to another computer is refused at once, and would fail the test."""
    with (
        socket.socket() as outward,
        pytest.raises(AssertionError, match="stay on this computer"),
    ):
        getattr(outward, method)((OUTSIDE, 443))
    assert len(attempts_to_leave) == 1
    attempts_to_leave.clear()


def test_no_name_is_looked_up(attempts_to_leave: list[str]) -> None:
    """Looking up another computer's name is refused as well."""
    with pytest.raises(AssertionError):
        socket.create_connection(("example.invalid", 443))
    attempts_to_leave.clear()


def test_this_computer_can_be_reached() -> None:
    """The practice service and the tests' own servers are reached as usual."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            assert client.getpeername() == ("127.0.0.1", port)


def test_a_loop_of_asyncio_can_be_made() -> None:
    """The pair of sockets inside an event loop is not mistaken for a way out."""
    asyncio.run(asyncio.sleep(0))


def test_each_test_has_folders_of_its_own(sheaf_home: Path) -> None:
    """Sheaf's folders are empty at the start of a test, and not the person's."""
    assert os.environ["SHEAF_HOME"] == str(sheaf_home)
    assert not sheaf_home.exists()


def test_no_key_of_the_developer_is_seen() -> None:
    """A key or address in the developer's environment never reaches a test."""
    assert [name for name in os.environ if name.startswith("ANTHROPIC_")] == []


def test_a_warning_is_an_error() -> None:
    """A warning that nobody expected fails the test in which it comes up."""
    with pytest.raises(UserWarning, match="noticed"):
        warnings.warn("noticed", UserWarning, stacklevel=1)
