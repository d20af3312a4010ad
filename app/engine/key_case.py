"""The engine's key: where it comes from, whether it is good, and the models that it may use.

The key itself never leaves this object except to a Service; replies carry four letters of it.
"""

from __future__ import annotations

from app import logs
from app.claude.keys import KeyFound, KeyOutcome, forget_key, read_key, store_key
from app.core.catalog import Catalog
from app.core.errors import SheafError
from app.core.job import Job, JobSettings, Mode
from app.engine import connection
from app.engine.connection import Connection
from app.engine.estimator import Estimator
from app.engine.models import KnownModels
from app.engine.replies import KeyReply, ModelList
from app.paths import Places
from app.store.bills import Bills
from app.store.settings import read_settings

_SHORTEST = 16
_UNDECIDED = (KeyOutcome.LOCKED, KeyOutcome.SILENT)
"""What a keyring may stop to be at any moment, so that it is asked again."""
_KEEPER = "Your password manager"
_WHY_MEMORY = {
    KeyOutcome.NO_BACKEND: "This computer has no password manager that Sheaf can use. "
    "To keep the key for longer, install GNOME Keyring or KWallet.",
    KeyOutcome.LOCKED: "{place} is locked. To keep the key for longer, unlock it and enter the "
    "key once more.",
    KeyOutcome.SILENT: "{place} is not answering. To keep the key for longer, enter it once more "
    "when it does.",
}


class KeyCase:
    """Holds the key for the life of one engine."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._found: KeyFound | None = None
        self._why_memory = ""
        self.known = KnownModels(places)
        self.estimator = Estimator(Bills(places.jobs))
        """What was measured, counted and tried with this key."""

    @property
    def catalog(self) -> Catalog:
        """The models with their prices, as far as they are known now."""
        return self.known.catalog

    # --- what the verbs ask -----------------------------------------------------------------

    def state(self) -> KeyReply:
        """Say whether there is a key, and where it is kept; a locked keyring is asked anew."""
        if self._found is None or self._found.key is None:
            self._found = _stored()
        in_memory = self._found.outcome is KeyOutcome.SESSION
        return _reply(self._found, why=self._why_memory if in_memory else "")

    def test(self, key: str | None) -> KeyReply:
        """Ask the service whether a key is good; nothing is stored."""
        if key:
            logs.hide(key.strip())
        found = KeyFound(KeyOutcome.SESSION, key=key.strip()) if key else self._present()
        if not found.key:
            return _reply(found)
        return self._checked(found)

    def save(self, key: str) -> KeyReply:
        """Test a key, and keep it in the keyring when it is good, or else in memory.

        A key that was accepted is used: nobody looks for a second button after "Connected".
        """
        checked = self.test(key)
        if not checked.tested:
            return checked
        kept = store_key(key.strip())
        if kept.outcome is not KeyOutcome.STORED:
            self._why_memory = _WHY_MEMORY[kept.outcome].format(place=kept.place or _KEEPER)
            kept = KeyFound(KeyOutcome.SESSION, key=key.strip())
        self._found = kept
        why = "" if kept.outcome is KeyOutcome.STORED else self._why_memory
        return _reply(kept, why=why, models=checked.models, tested=True)

    def use_once(self, key: str) -> KeyReply:
        """Test a key, and keep it in memory when it is good."""
        checked = self.test(key)
        if checked.tested:
            self._found = KeyFound(KeyOutcome.SESSION, key=key.strip())
        return checked

    def forget(self) -> KeyReply:
        """Remove the key from the keyring and from memory."""
        self._found = forget_key()
        self.known.forget()
        return _reply(self._found)

    def models(self) -> ModelList:
        """Return the models to choose from; the live list where a key is there and answers."""
        found = self._present()
        if found.key and not self.catalog.live:
            self._checked(found)
        return self.known.listed()

    # --- what the jobs ask ------------------------------------------------------------------

    @property
    def usual_mode(self) -> Mode:
        """Practice until a key is there."""
        return Mode.REAL if self._present().key else Mode.PRACTICE

    def mode_of(self, job: Job, settings: JobSettings) -> Mode:
        """Return where a job with these settings would be bought, or was."""
        if job.started_at is not None:
            return job.mode
        return Mode.PRACTICE if settings.practice_only else self.usual_mode

    def connect(self, mode: Mode) -> Connection:
        """Return the way to the service for a job.

        Raises:
            SheafError: a real job without a key.
        """
        if mode is Mode.PRACTICE:
            return connection.practice(self._places)
        return connection.real(self._address(), self._present().key)

    def _present(self) -> KeyFound:
        if self._found is None or self._found.outcome in _UNDECIDED:
            self._found = _stored()
        return self._found

    def _address(self) -> str:
        return read_settings(self._places.settings).address

    def _checked(self, found: KeyFound) -> KeyReply:
        """List the models with a key: free, and it proves the key."""
        way = connection.real(self._address(), found.key)
        try:
            live = way.service.models()
        except SheafError as error:
            rejected = getattr(error, "status", None) in (401, 403)
            outcome = "rejected" if rejected else "unreachable"
            return KeyReply(outcome, error.sentence, ending=_ending(found.key))
        finally:
            way.close()
        self.known.take(live)
        return _reply(found, models=len(live), tested=True)


def _stored() -> KeyFound:
    """Look for the stored key, and keep it out of the log from then on."""
    found = read_key()
    logs.hide(found.key or "")
    return found


def _reply(found: KeyFound, *, why: str = "", models: int = 0, tested: bool = False) -> KeyReply:
    return KeyReply(
        found.outcome.value,
        why or found.sentence,
        found.place,
        _ending(found.key),
        models,
        tested,
    )


def _ending(key: str | None) -> str:
    """Return the last four characters, or none of a key too short to hide the rest."""
    return key[-4:] if key and len(key) >= _SHORTEST else ""
