"""`sheaf prices`: the same prices, marks and own figures as in the window's settings."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from app.core.cost import Price
from app.engine.models import KnownModels
from app.paths import places
from tests.cli.conftest import Sheaf
from tests.echo import INSTRUCTIONS

SONNET, HAIKU, BLIND = "claude-sonnet-5-5", "claude-haiku-5-5", "claude-mythos-5-2"


def _json(sheaf: Sheaf, *arguments: object) -> dict[str, dict[str, object]]:
    ran = sheaf("prices", *arguments, "--json")
    assert ran.code == 0, ran.err
    return {model["model"]: model for model in ran.json["models"]}


def test_every_model_is_listed_with_its_price_in_batches(sheaf: Sheaf) -> None:
    """Half the standard one, with its day; unknown ones are said; both lengths of a request."""
    ran = sheaf("prices")
    lines = {line.split()[0]: line for line in ran.out.splitlines()}
    assert "$1.00" in lines[SONNET]
    assert "$5.00" in lines[SONNET]
    assert "10 November 2026" in lines[SONNET]
    assert "price not known" in lines[BLIND]
    assert "$0" not in lines[BLIND]
    haiku = [line for line in ran.out.splitlines() if line.startswith(f"{HAIKU} ")]
    assert ["up to 100,000 tokens" in haiku[0], "longer requests" in haiku[1]] == [True, True]
    assert "in batches: half of the standard price" in ran.err


def test_what_speaks_against_a_model_is_marked(sheaf: Sheaf) -> None:
    """Retired and limited models say so, for people and for programs."""
    assert "Retired 5 August 2026" in sheaf("prices", "claude-opus-4-1").out
    found = _json(sheaf)
    assert found["claude-opus-4-1"]["mark"] == "retired"
    assert found["claude-opus-4-1"]["retires"] == "2026-08-05"
    assert found[BLIND]["prices"] is None
    assert found[SONNET]["prices"] == [
        {
            "up_to_tokens": None,
            "standard_usd": {"input": "2.000000", "output": "10.000000",
                             "cache_write_5m": "2.500000", "cache_write_1h": "4.000000",
                             "cache_read": "0.100000"},
            "batch_usd": {"input": "1.000000", "output": "5.000000",
                          "cache_write_5m": "1.250000", "cache_write_1h": "2.000000",
                          "cache_read": "0.050000"},
        }
    ]  # fmt: skip


def test_own_prices_are_set_marked_used_and_reset(sheaf: Sheaf, data: Path) -> None:
    """What is written here counts for the window and for the next estimate, until it is reset."""
    asked = ("estimate", data, "--instructions", INSTRUCTIONS, "--model", SONNET, "--json")
    usual = Decimal(sheaf(*asked).json["estimate"]["expected_usd"])
    line = sheaf("prices", SONNET, "--input", "20", "--output", "1,000").out.splitlines()[1]
    assert "yours" in line
    assert "$500.00" in line
    kept = KnownModels(places(os.environ)).catalog.need(SONNET).prices
    assert kept is not None
    assert kept.tiers == (Price(*map(Decimal, ("20", "1000", "25", "40", "2"))),)
    assert _json(sheaf)[SONNET]["own"] is True
    assert Decimal(sheaf(*asked).json["estimate"]["expected_usd"]) > 5 * usual
    assert "yours" not in sheaf("prices", SONNET, "--reset").out
    assert Decimal(sheaf(*asked).json["estimate"]["expected_usd"]) == usual


def test_a_model_with_two_lengths_gets_two_prices(sheaf: Sheaf) -> None:
    """One price for both would hide what long requests cost."""
    refused = sheaf("prices", HAIKU, "--input", "1", "--output", "5")
    assert refused.code == 2
    assert "--input takes 2 prices for Claude Haiku 5.5" in refused.err
    found = _json(sheaf, HAIKU, "--input", "1", "2", "--output", "5", "10")[HAIKU]["prices"]
    assert [tier["up_to_tokens"] for tier in found] == [100_000, None]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--input", "1", "--output", "5"), "No model is named"),
        ((SONNET, "--input", "1"), "reading and writing are both needed"),
        ((SONNET, "--input", "0", "--output", "5"), "more than 0"),
        ((SONNET, "--input", "1,5", "--output", "5"), "is no sum in dollars"),
        ((SONNET, "--input", "1", "--output", "5", "--reset"), "--reset goes back"),
        (("claude-nix",), "There is no model called"),
        (("claude-3-opus-20240229",), "has been retired"),
        (("claude-opus-4-1", "--input", "1", "--output", "5"), "has been retired"),
    ],
)
def test_what_cannot_be_a_price_changes_nothing(
    sheaf: Sheaf, arguments: tuple[str, ...], said: str
) -> None:
    """It is refused in words, and the prices stay as they were."""
    before = _json(sheaf)
    refused = sheaf("prices", *arguments)
    assert refused.code == 2
    assert said in refused.err
    assert _json(sheaf) == before
