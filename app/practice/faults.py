"""The seam where tests make the service misbehave: one point before it acts, one after."""

from __future__ import annotations

from typing import Protocol

from app.practice.wire import Call, Reply


class Hangup(Exception):  # noqa: N818 - it is an instruction to the server, not an error
    """Break the connection now; `reset` sends a TCP reset, otherwise it closes as if finished."""

    def __init__(self, *, reset: bool = True) -> None:
        self.reset = reset
        super().__init__("reset" if reset else "closed")


class Faults(Protocol):
    """Both hooks may wait, raise Hangup, or give another reply.

    A reply's body may be wrapped: whatever its iterator yields is sent at once, and a Hangup
    raised inside it breaks the connection at that byte.
    """

    def before(self, call: Call) -> Reply | None:
        """See a call whose body is still unread; a reply keeps it from the service."""

    def after(self, call: Call, reply: Reply) -> Reply:
        """See what the service did with a call; what this returns is sent."""


class NoFaults:
    """The service as it is when nothing goes wrong."""

    def before(self, call: Call) -> Reply | None:  # noqa: ARG002 - the seam's shape
        """Let every call through."""
        return None

    def after(self, call: Call, reply: Reply) -> Reply:  # noqa: ARG002 - the seam's shape
        """Send every reply as it is."""
        return reply
