"""The way to the service that a job uses: Anthropic with a key, or the stand-in for practice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.core.errors import Halt, SheafError, Standing
from app.core.job import Account, Mode
from app.engine.practice_link import find_or_start
from app.paths import Places

if TYPE_CHECKING:
    from app.claude.service import Service

PRACTICE = "practice"
"""The address that a practice job records: its port changes, its ledger stays."""


class Connection:
    """Holds the Service of one job; for practice it follows the stand-in to a new port."""

    def __init__(self, mode: Mode, make: Callable[[], Service]) -> None:
        self.mode = mode
        self._make = make
        self._service: Service | None = None

    @property
    def service(self) -> Service:
        """Return the service, connecting when that has not been done."""
        if self._service is None:
            self._service = self._make()
        return self._service

    def renew(self) -> None:
        """Connect anew before the next call: the stand-in may have been started again."""
        if self._service is not None and self.mode is Mode.PRACTICE:
            self.close()

    def close(self) -> None:
        """Close the connection."""
        if self._service is not None:
            self._service.close()
            self._service = None

    @property
    def account(self) -> Account:
        """Return where this connection buys."""
        account = self.service.account
        return Account(PRACTICE) if self.mode is Mode.PRACTICE else account


def practice(places: Places) -> Connection:
    """Return a connection to the stand-in on this computer."""

    def make() -> Service:
        from app.claude.service import Service

        found = find_or_start(places)
        return Service(found.address, found.token)

    return Connection(Mode.PRACTICE, make)


def real(address: str, key: str | None) -> Connection:
    """Return a connection to Anthropic, or to another address, with the person's key.

    Raises:
        SheafError: there is no key.
    """
    if not key:
        raise SheafError(
            "Sheaf needs your Anthropic API key for this.",
            "Nothing was sent or charged.",
            "Store a key in Settings, set ANTHROPIC_API_KEY, or practise with --practice.",
            standing=Standing.NEEDS_PERSON,
        )
    held = key

    def make() -> Service:
        from app.claude.service import Service

        return Service(address, held)

    return Connection(Mode.REAL, make)


def check_same_account(recorded: Account, present: Account) -> None:
    """Refuse to go on with a job somewhere else than where it was begun.

    Raises:
        SheafError: address, organisation or workspace differ; with another key a batch that is
            "not listed" would prove nothing.
    """
    are_named = bool(recorded.organization and present.organization)
    pairs = (
        ("address", recorded.address, present.address, bool(recorded.address and present.address)),
        ("organisation", recorded.organization, present.organization, are_named),
        # Where the organisation is named, a workspace that is not named is the default one.
        ("workspace", recorded.workspace, present.workspace, are_named),
    )
    for what, old, new, is_known in pairs:
        if is_known and old != new:
            was, now = old or "not named", new or "not named"
            raise SheafError(
                f"This job was begun with another {what} ({was}) than the present one ({now}).",
                "With another key Sheaf could not see what is already paid for.",
                "Use the key and address with which the job was begun.",
                standing=Standing.NEEDS_PERSON,
                halt=Halt.ACCOUNT,
            )
