"""Promises of the engine's models: known offline too, own prices kept until they are reset."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from app.core.cost import Price
from app.core.errors import SheafError
from app.core.live_models import LiveModel
from app.core.model_marks import MarkKind
from app.engine.key_case import KeyCase
from app.engine.models import KnownModels
from app.engine.money_errands import MoneyErrands
from app.engine.money_verbs import Prices, SetPrices
from app.engine.verbs import Models
from app.paths import Places, places
from app.store.known_models import FILE

LISTED = (
    LiveModel("claude-haiku-5-5", "Claude Haiku 5.5", max_output_tokens=999),
    LiveModel("claude-nova-6", "Claude Nova 6"),
)
OWN = Price(Decimal(3), Decimal(9), Decimal(4), Decimal(6), Decimal(1))


@pytest.fixture
def here() -> Places:
    """Return the folders of this test."""
    found = places(os.environ)
    found.create()
    return found


def _on(day: int) -> datetime:
    return datetime(2026, 11, day, 12, tzinfo=UTC)


def test_the_last_list_is_known_offline(here: Places) -> None:
    """The next session has no network: limits and marks are as the service last said."""
    KnownModels(here, lambda: _on(21)).take(LISTED)
    later = KnownModels(here, lambda: _on(25))
    assert later.catalog.need("claude-haiku-5-5").max_output_tokens == 999
    listed = later.listed()
    assert (listed.live, listed.known_on) == (False, "2026-11-21")
    assert listed.marks["claude-opus-5-5"].kind is MarkKind.UNLISTED
    assert "claude-nova-6" in {model.id for model in listed.models}


def test_a_list_just_read_is_live(here: Places) -> None:
    """In the session that read it there is no older day to speak of."""
    known = KnownModels(here)
    known.take(LISTED)
    assert (known.listed().live, known.listed().known_on) == (True, "")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"on": "x", "models": 3}'])
def test_a_damaged_list_is_as_good_as_none(here: Places, content: bytes) -> None:
    """What cannot be read does not stop Sheaf."""
    (here.cache / FILE).write_bytes(content)
    assert KnownModels(here).catalog.need("claude-haiku-5-5").max_output_tokens == 128_000


def test_the_list_goes_with_the_key(here: Places) -> None:
    """Another person's key may use other models."""
    known = KnownModels(here)
    known.take(LISTED)
    known.forget()
    assert known.catalog.find("claude-nova-6") is None
    assert KnownModels(here).catalog.find("claude-nova-6") is None


def test_a_list_from_practice_is_not_kept(here: Places) -> None:
    """What the stand-in lists is not what Anthropic has."""
    KnownModels(here).take(LISTED, keep=False)
    assert KnownModels(here).catalog.find("claude-nova-6") is None


def test_what_cannot_be_used_is_listed_apart(here: Places) -> None:
    """Retired models are there to be explained, and cannot be chosen."""
    listed = KnownModels(here, lambda: _on(21)).listed()
    assert {model.id for model in listed.others} >= {"claude-opus-4-1", "claude-3-haiku-20240307"}
    assert all(listed.marks[model.id].kind is MarkKind.RETIRED for model in listed.others)


def test_old_prices_are_said(here: Places) -> None:
    """Sixty-one days after their date, and not on the day itself."""
    young = KnownModels(here, lambda: _on(21))
    old = KnownModels(here, lambda: datetime(2027, 1, 10, tzinfo=UTC))
    assert (young.listed().prices_are_old, old.listed().prices_are_old) == (False, True)
    assert (young.prices().old, old.prices().old) == (False, True)


def test_own_prices_are_kept_and_taken_back(here: Places) -> None:
    """Set in one session, they count in the next, until they are reset."""
    errands = MoneyErrands(here, KeyCase(here))
    changed = errands.run(SetPrices("claude-opus-5-5", (OWN,)))
    line = {line.model: line for line in changed.lines}["claude-opus-5-5"]
    assert line.own
    assert line.prices is not None
    assert line.bundled is not None
    assert (line.prices.tiers, line.bundled.tiers[0].input) == ((OWN,), 4)
    again = KnownModels(here).catalog.need("claude-opus-5-5").prices
    assert again is not None
    assert again.tiers == (OWN,)
    reset = errands.run(SetPrices("claude-opus-5-5"))
    assert not any(line.own for line in reset.lines)
    assert KnownModels(here).catalog.need("claude-opus-5-5").prices == line.bundled


def test_a_price_of_nothing_is_refused_and_changes_nothing(here: Places) -> None:
    """Never $0."""
    errands = MoneyErrands(here, KeyCase(here))
    free = Price(*[Decimal(0)] * 5)
    with pytest.raises(SheafError, match="more than"):
        errands.run(SetPrices("claude-opus-5-5", (free,)))
    assert not any(line.own for line in errands.run(Prices()).lines)


def test_the_replies_travel_on_the_pipe(here: Places) -> None:
    """Dates, decimals and marks survive the way to the window."""
    errands = MoneyErrands(here, KeyCase(here))
    for verb in (Prices(), Models()):
        reply = errands.run(verb)
        assert msgspec.json.decode(msgspec.json.encode(reply), type=type(reply)) == reply


def test_own_prices_of_a_file_changed_by_hand_are_checked(here: Places) -> None:
    """A price of nothing in the settings file is not believed."""
    KnownModels(here).set_prices("claude-opus-5-5", (OWN,))
    file = Path(here.settings / "settings.json")
    file.write_text(file.read_text().replace('"9"', '"0"'))
    prices = KnownModels(here).catalog.need("claude-opus-5-5").prices
    assert prices is not None
    assert not prices.own
