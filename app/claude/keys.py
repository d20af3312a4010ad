"""Reading, keeping and forgetting the API key: in the OS keyring or in memory, nowhere else.

A keyring may block for ever behind an unlock window, or fail in a backend's own way; so every
call runs beside us with a deadline, and ends in one of a few outcomes that a person can act on.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "Sheaf"
ACCOUNT = "anthropic-api-key"
DEADLINE_SECONDS = 10.0


class KeyOutcome(StrEnum):
    """What came of asking the keyring."""

    STORED = "stored"
    SESSION = "session"
    NONE = "none"
    LOCKED = "locked"
    NO_BACKEND = "no_backend"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class KeyFound:
    """An outcome, its sentence, where the key is kept, and the key itself, kept out of repr."""

    outcome: KeyOutcome
    place: str = ""
    key: str | None = None

    @property
    def sentence(self) -> str:
        """Say the outcome in plain words."""
        return _SENTENCES[self.outcome].format(place=self.place or "your password manager")

    def __repr__(self) -> str:
        return f"KeyFound({self.outcome}, {self.place!r})"


_SENTENCES = {
    KeyOutcome.STORED: "Your key is kept in {place}.",
    KeyOutcome.SESSION: "Your key is kept in memory until you close Sheaf.",
    KeyOutcome.NONE: "Sheaf needs your Anthropic API key. It stays on this computer.",
    KeyOutcome.LOCKED: "{place} is locked, so Sheaf cannot use it. Unlock it and try again.",
    KeyOutcome.NO_BACKEND: "This computer has no password manager that Sheaf can use. "
    "Sheaf can keep the key until you close it.",
    KeyOutcome.SILENT: "Your password manager is not answering. "
    "You can use the key for this session only.",
}


def read_key(deadline: float = DEADLINE_SECONDS) -> KeyFound:
    """Look for the stored key."""
    return _ask(_read, deadline)


def store_key(key: str, deadline: float = DEADLINE_SECONDS) -> KeyFound:
    """Keep a key; it counts as stored only when it can be read back."""
    return _ask(lambda: _store(key), deadline)


def forget_key(deadline: float = DEADLINE_SECONDS) -> KeyFound:
    """Remove the stored key; none is there afterwards."""
    return _ask(_forget, deadline)


def place(deadline: float = DEADLINE_SECONDS) -> KeyFound:
    """Say where a key would be kept, without reading it."""
    return _ask(lambda: KeyFound(KeyOutcome.NONE, _name_of(type(_backend()).__module__)), deadline)


def _read() -> KeyFound:
    backend = _backend()
    where = _name_of(type(backend).__module__)
    key = backend.get_password(SERVICE, ACCOUNT)
    return KeyFound(KeyOutcome.STORED, where, key) if key else KeyFound(KeyOutcome.NONE, where)


def _store(key: str) -> KeyFound:
    backend = _backend()
    backend.set_password(SERVICE, ACCOUNT, key)
    if backend.get_password(SERVICE, ACCOUNT) != key:
        return KeyFound(KeyOutcome.NO_BACKEND)
    return KeyFound(KeyOutcome.STORED, _name_of(type(backend).__module__), key)


def _forget() -> KeyFound:
    from keyring.errors import PasswordDeleteError

    backend = _backend()
    where = _name_of(type(backend).__module__)
    if backend.get_password(SERVICE, ACCOUNT) is not None:
        try:
            backend.delete_password(SERVICE, ACCOUNT)
        except PasswordDeleteError:
            return KeyFound(KeyOutcome.LOCKED, where)
    return KeyFound(KeyOutcome.NONE, where)


def _backend() -> KeyringBackend:
    """Return the first keyring of this computer that keeps secrets out of plain files.

    A chain of keyrings asks each of its members, so a good one in it is asked alone.

    Raises:
        NoKeyringError: there is none.
    """
    import keyring
    from keyring.backends.chainer import ChainerBackend
    from keyring.errors import NoKeyringError

    found = keyring.get_keyring()
    members = list(found.backends) if isinstance(found, ChainerBackend) else [found]
    safe = next((backend for backend in members if _keeps_secrets(backend)), None)
    if safe is None:
        raise NoKeyringError
    return safe


def _keeps_secrets(backend: KeyringBackend) -> bool:
    """Say whether a keyring hides what it keeps; below 1 it advises against itself."""
    try:
        advised = float(backend.priority) >= 1
    except (RuntimeError, NotImplementedError):
        return False
    return advised and not type(backend).__module__.startswith("keyrings.alt")


def _name_of(module: str) -> str:
    if sys.platform == "darwin":
        return "macOS Keychain"
    if sys.platform == "win32":
        return "Windows Credential Manager"
    if "kwallet" in module or "KDE" in os.environ.get("XDG_CURRENT_DESKTOP", ""):
        return "KWallet"
    if "SecretService" in module or "libsecret" in module:
        return "GNOME Keyring"
    return "your password manager"


def _ask(question: Callable[[], KeyFound], deadline: float) -> KeyFound:
    """Ask on a thread of its own; an answer after the deadline is dropped."""
    answers: list[KeyFound] = []
    asking = threading.Thread(
        target=lambda: answers.append(_outcome_of(question)), name="keyring", daemon=True
    )
    asking.start()
    asking.join(deadline)
    return answers[0] if answers else KeyFound(KeyOutcome.SILENT)


def _outcome_of(question: Callable[[], KeyFound]) -> KeyFound:
    """Turn whatever a backend raises into an outcome; some raise errors of their own libraries."""
    try:
        from keyring.errors import NoKeyringError

        try:
            return question()
        except NoKeyringError:
            return KeyFound(KeyOutcome.NO_BACKEND)
    except Exception as error:  # noqa: BLE001 backends leak errors of their own libraries
        return KeyFound(_kind_of(error))


def _kind_of(error: Exception) -> KeyOutcome:
    name = type(error).__name__
    locked = ("KeyringLocked", "LockedException", "PromptDismissedException", "PasswordSetError")
    return KeyOutcome.LOCKED if name in locked else KeyOutcome.NO_BACKEND
