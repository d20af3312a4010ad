"""The key: five outcomes of a keyring, with a deadline, and never in any text."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import keyring
import keyring.backend
import keyring.errors
import pytest
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend

from app.claude.keys import KeyOutcome, forget_key, place, read_key, store_key

KEY = "sk-ant-secret-1234"


class Remembering(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise keyring.errors.PasswordDeleteError
        del self.kept[service, username]


class Raising(Remembering):
    """A keyring that answers everything with one error."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error


class Blocking(Remembering):
    """A keyring that waits for somebody who never comes."""

    def __init__(self) -> None:
        super().__init__()
        self.somebody = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.somebody.wait(60)
        return KEY

    def set_password(self, service: str, username: str, password: str) -> None:
        self.somebody.wait(60)


class Forgetful(Remembering):
    """A keyring that says yes and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Do nothing."""


class Plain(Remembering):
    """A keyring that keeps secrets as they are, in a file, and says so by its low priority."""

    priority = 0.5


class Alternative(Remembering):
    """A keyring of the package of file keyrings, however highly it thinks of itself."""

    priority = 9


Alternative.__module__ = "keyrings.alt.file"


class LockedException(Exception):  # noqa: N818 - the name that a backend's own library uses
    """What the Secret Service library raises without keyring's translation."""


@pytest.fixture(autouse=True)
def usual_keyring() -> Iterator[None]:
    """Put the test's own keyring back afterwards."""
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def use(backend: keyring.backend.KeyringBackend) -> keyring.backend.KeyringBackend:
    """Let Sheaf find this keyring."""
    keyring.set_keyring(backend)
    return backend


def test_a_key_is_stored_read_back_and_forgotten() -> None:
    """The whole life of a key; reading before and after finds none."""
    use(Remembering())
    assert read_key().outcome is KeyOutcome.NONE
    stored = store_key(KEY)
    assert (stored.outcome, stored.key) == (KeyOutcome.STORED, KEY)
    found = read_key()
    assert (found.outcome, found.key) == (KeyOutcome.STORED, KEY)
    assert forget_key().outcome is KeyOutcome.NONE
    assert read_key().key is None
    assert forget_key().outcome is KeyOutcome.NONE


def test_a_key_that_cannot_be_read_back_is_not_stored() -> None:
    """A keyring's yes is not believed."""
    use(Forgetful())
    assert store_key(KEY).outcome is KeyOutcome.NO_BACKEND


@pytest.mark.parametrize("backend", [null.Keyring, fail.Keyring])
def test_without_a_keyring_it_is_said(backend: type[keyring.backend.KeyringBackend]) -> None:
    """No place to keep a key: for this session only."""
    use(backend())
    for found in (read_key(), store_key(KEY), forget_key(), place()):
        assert found.outcome is KeyOutcome.NO_BACKEND
        assert found.key is None


def chain(
    monkeypatch: pytest.MonkeyPatch, *members: keyring.backend.KeyringBackend
) -> keyring.backend.KeyringBackend:
    """Let Sheaf find a chain of these keyrings."""
    monkeypatch.setattr(ChainerBackend, "backends", members)
    return use(ChainerBackend())


@pytest.mark.parametrize("backend", [Plain, Alternative])
def test_a_keyring_that_is_a_plain_file_is_as_good_as_none(
    backend: type[Remembering], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No key is put there, alone or in a chain, nor read from there."""
    plain = backend()
    plain.kept["Sheaf", "anthropic-api-key"] = "sk-ant-of-somebody"
    for find in (use, partial(chain, monkeypatch)):
        find(plain)
        assert read_key().outcome is KeyOutcome.NO_BACKEND
        assert store_key(KEY).outcome is KeyOutcome.NO_BACKEND
        assert place().outcome is KeyOutcome.NO_BACKEND
    assert KEY not in plain.kept.values()


def test_of_a_chain_only_a_keyring_that_keeps_secrets_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where a good one stands beside a plain file, the key goes to the good one alone."""
    plain, good = Alternative(), Remembering()
    chain(monkeypatch, plain, good)
    assert store_key(KEY).outcome is KeyOutcome.STORED
    assert (list(good.kept.values()), plain.kept) == ([KEY], {})
    assert read_key().key == KEY
    forget_key()
    assert good.kept == {}


@pytest.mark.parametrize(
    "error", [keyring.errors.KeyringLocked("no"), LockedException(KEY)], ids=["keyring", "library"]
)
def test_a_locked_keyring_is_said(error: Exception) -> None:
    """Whoever raised it."""
    use(Raising(error))
    assert read_key().outcome is KeyOutcome.LOCKED
    assert store_key(KEY).outcome is KeyOutcome.LOCKED


@pytest.mark.parametrize(
    "error", [keyring.errors.InitError("x"), OSError(KEY), RuntimeError(), KeyError(1)]
)
def test_a_broken_keyring_is_as_good_as_none(error: Exception) -> None:
    """Whatever a backend raises becomes an outcome, and its text is not shown."""
    use(Raising(error))
    found = read_key()
    assert found.outcome is KeyOutcome.NO_BACKEND
    assert KEY not in found.sentence


def test_a_keyring_that_does_not_answer_is_left_after_the_deadline() -> None:
    """The caller goes on; an answer that comes later changes nothing."""
    backend = use(Blocking())
    assert isinstance(backend, Blocking)
    for found in (read_key(0.05), store_key(KEY, 0.05)):
        assert (found.outcome, found.key) == (KeyOutcome.SILENT, None)
    backend.somebody.set()


def test_every_outcome_has_its_sentence_and_none_shows_the_key() -> None:
    """Neither in the sentence nor where values are printed for programmers."""
    use(Remembering())
    found = store_key(KEY)
    assert KEY not in found.sentence + repr(found) + str(found)
    assert len({outcome.value for outcome in KeyOutcome}) == 6
