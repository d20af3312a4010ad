"""A key that was accepted is used, wherever it could be kept."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from app.claude.keys import KeyFound, KeyOutcome
from app.core.job import Mode
from app.engine import key_case
from app.engine.key_case import KeyCase
from app.paths import Places, places

SECRET = "sk-ant-0123456789-Q4fA"


@pytest.fixture
def home() -> Places:
    """Return the folders of this test, made."""
    made = places(os.environ)
    made.create()
    return made


@pytest.fixture(autouse=True)
def _accepting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the service accept every key."""
    service = SimpleNamespace(models=list)
    way = SimpleNamespace(service=service, close=lambda: None)
    monkeypatch.setattr(key_case.connection, "real", lambda _address, _key: way)
    monkeypatch.setattr(key_case, "read_key", lambda: KeyFound(KeyOutcome.NO_BACKEND))


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (KeyOutcome.NO_BACKEND, "no password manager"),
        (KeyOutcome.LOCKED, "is locked"),
        (KeyOutcome.SILENT, "is not answering"),
    ],
)
def test_key_that_cannot_be_kept_is_used_all_the_same(
    home: Places, monkeypatch: pytest.MonkeyPatch, outcome: KeyOutcome, why: str
) -> None:
    """Without a keyring an accepted key is good until Sheaf closes, and the reason is said."""
    monkeypatch.setattr(key_case, "store_key", lambda _key: KeyFound(outcome))
    keys = KeyCase(home)
    assert keys.usual_mode is Mode.PRACTICE
    for reply in (keys.save(f" {SECRET}\n"), keys.state()):
        assert reply.outcome == "session"
        assert reply.ending == "Q4fA"
        assert why in reply.sentence
    assert keys.usual_mode is Mode.REAL


def test_key_moves_into_the_keyring_when_there_is_one(
    home: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entered once more after unlocking, it is stored, and nothing speaks of memory any more."""
    outcomes = [KeyFound(KeyOutcome.LOCKED), KeyFound(KeyOutcome.STORED, "KWallet", SECRET)]
    monkeypatch.setattr(key_case, "store_key", lambda _key: outcomes.pop(0))
    keys = KeyCase(home)
    keys.save(SECRET)
    keys.save(SECRET)
    assert keys.state().sentence == "Your key is kept in KWallet."
