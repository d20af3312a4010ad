"""What a command reaches the service with: the models it knows, the key, the address."""

from __future__ import annotations

import os
from contextlib import closing, suppress

from app import logs
from app.cli import report
from app.clock import now
from app.core.catalog import Catalog
from app.core.errors import SheafError
from app.core.job import Mode
from app.engine import connection
from app.engine.connection import Connection
from app.engine.models import KnownModels
from app.paths import Places
from app.store.settings import read_settings


class Reach:
    """The models, the key and the address of one command."""

    def __init__(self, places: Places) -> None:
        self.known = KnownModels(places)
        self._places = places
        # Read now: the service room empties the environment of all that the SDK would read.
        self._key = os.environ.get("ANTHROPIC_API_KEY") or None
        logs.hide(self._key or "")
        saved = read_settings(places.settings).address
        self._said = False
        self._address = os.environ.get("ANTHROPIC_BASE_URL") or saved
        self._today = now().date().isoformat()

    @property
    def catalog(self) -> Catalog:
        """The models with their prices, as far as they are known now."""
        return self.known.catalog

    def catalog_for(self, mode: Mode, model: str) -> Catalog:
        """Return the models; an unknown id is looked up in the live list, where a key is there."""
        if model and self.catalog.find(model) is None:
            with suppress(SheafError), closing(self.connect(mode)) as way:
                self.known.take(way.service.models(), keep=mode is Mode.REAL)
        return self.catalog

    def look(self, way: Connection) -> None:
        """Take the service's list of models, free, unless it was taken today: some may end."""
        catalog = self.catalog
        if way.mode is not Mode.REAL or catalog.live or catalog.known_on == self._today:
            return
        with suppress(SheafError):
            self.known.take(way.service.models())

    def connect(self, mode: Mode) -> Connection:
        """Return the way to the service.

        Raises:
            SheafError: there is no key.
        """
        if mode is Mode.PRACTICE:
            return connection.practice(self._places)
        if self._address and not self._said:
            self._said = True
            report.say(f"Service address: {self._address} (not Anthropic's own).")
        self._key = self._key or _stored_key()
        return connection.real(self._address, self._key)


def _stored_key() -> str | None:
    from app.claude.keys import KeyOutcome, read_key

    found = read_key()
    if found.outcome in (KeyOutcome.LOCKED, KeyOutcome.SILENT):
        report.say(found.sentence)
    return found.key
