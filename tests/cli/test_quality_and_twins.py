"""What a job asks besides its instructions can be said on the command line as in the window."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from app.core.quality import Quality
from tests.cli.conftest import Sheaf
from tests.cli.running import QUICK
from tests.echo import INSTRUCTIONS, write_table

ASKED = ("--instructions", INSTRUCTIONS, "--answer", "echo: short text")
REQUEST = (
    '{"custom_id": "a", "params": {"model": "claude-haiku-5-5", "max_tokens": 9, "messages": []}}'
)


def _price(sheaf: Sheaf, data: Path, *more: str) -> tuple[Decimal, str]:
    ran = sheaf("estimate", data, *ASKED, *more, "--json")
    assert ran.code == 0, ran.err
    return Decimal(ran.json["estimate"]["expected_usd"]), ran.err


def test_a_better_quality_has_its_price_and_says_what_it_means(sheaf: Sheaf, data: Path) -> None:
    """Thinking is forecast as writing, and said in a line; the usual quality is the quick one."""
    usual, said = _price(sheaf, data)
    assert "thinks" not in said
    assert _price(sheaf, data, "--quality", "quick")[0] == usual
    careful, said = _price(sheaf, data, "--quality", "careful")
    assert "Claude Haiku 5.5 thinks first, about 300 words a row" in said
    thorough, _ = _price(sheaf, data, "--quality", "thorough")
    assert usual < careful < thorough


def test_a_longest_answer_that_thinking_would_eat_is_warned_about(sheaf: Sheaf, data: Path) -> None:
    """Before an estimate, a trial and a run, with the number that is enough."""
    small = ("--quality", "careful", "--max-tokens", "100")
    assert "that counts too: allow 1," in _price(sheaf, data, *small)[1]
    tried = sheaf("try", data, *ASKED, *small, "--new", "--json")
    assert "that counts too: allow 1," in tried.err


@pytest.mark.parametrize("verb", ["run", "estimate", "try"])
def test_the_quality_is_in_the_help(sheaf: Sheaf, verb: str) -> None:
    """Each verb that sets a job up names the three words, and how to ask every row."""
    said = sheaf(verb, "--help").out
    assert "{quick,careful,thorough}" in said
    assert "--each-row" in said


def test_the_run_sends_what_the_quality_means(sheaf: Sheaf, data: Path, tmp_path: Path) -> None:
    """The answers of a thorough run hold thinking: it costs more than a quick one."""
    cost = {}
    for quality in (Quality.QUICK, Quality.THOROUGH):
        ran = sheaf("run", data, *ASKED, "--quality", quality, "--new", "--yes", "--json",
                    "--export", tmp_path / f"{quality}.csv", *QUICK)  # fmt: skip
        assert ran.code == 0, ran.err
        cost[quality] = Decimal(ran.json["cost_usd"])
    assert cost[Quality.QUICK] < cost[Quality.THOROUGH]


def test_rows_that_ask_the_same_are_each_asked_on_demand(sheaf: Sheaf, tmp_path: Path) -> None:
    """Two pairs of twins: two rows are priced, or with --each-row all four."""
    data = write_table(tmp_path / "twins.csv", [(str(n), "m", f"t{n % 2}") for n in range(4)])
    once = sheaf("estimate", data, *ASKED, "--json").json["estimate"]
    each = sheaf("estimate", data, *ASKED, "--each-row", "--json").json["estimate"]
    assert (once["rows"], each["rows"]) == (2, 4)


@pytest.mark.parametrize("option", [("--quality", "careful"), ("--each-row",)])
def test_ready_made_requests_bring_their_own(
    sheaf: Sheaf, tmp_path: Path, option: tuple[str, ...]
) -> None:
    """They are sent as they are: what could not hold for them is refused, not dropped."""
    data = tmp_path / "requests.jsonl"
    data.write_text(f"{REQUEST}\n")
    ran = sheaf("estimate", data, *option)
    assert ran.code == 2
    assert f"they do not take {option[0]}" in ran.err
