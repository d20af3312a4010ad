"""Several rows per request on the command line: the saving is said, and it is the real one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.conftest import Sheaf
from tests.cli.running import QUICK
from tests.echo import write_table
from tests.practice_service import PracticeService

WORDS = "Say which topic the text is about. " + "Read all of it before you decide. " * 60
ROWS = [(str(n), f"m{n}", "late parcel") for n in range(1, 41)]
TWO = "topic: category = Delivery | Quality"


def _asked(tmp_path: Path, words: str = WORDS) -> Sequence[object]:
    data = write_table(tmp_path / "data.csv", ROWS)
    text = f"{words} {{{{mark}}}} {{{{text}}}}"
    return (data, "--practice", "--instructions", text, "--answer", TWO)


def test_an_estimate_says_what_several_rows_at_a_time_would_save(
    tmp_path: Path, sheaf: Sheaf
) -> None:
    """The saving is the difference of the two estimates, to the micro-dollar."""
    asked = (*_asked(tmp_path), "--model", "claude-opus-5-5")
    singly = sheaf("estimate", *asked, "--json")
    several = sheaf("estimate", *asked, "--rows-per-request", 5, "--json").json["estimate"]
    one = singly.json["estimate"]
    assert (one["requests"], several["requests"]) == (40, 8)
    assert one["together"] == several["together"] == 5
    saving = Decimal(one["expected_usd"]) - Decimal(several["expected_usd"])
    assert abs(Decimal(one["together_usd"]) - saving) <= Decimal("0.000002")
    assert one["together_usd"] == several["together_usd"]
    assert "Asking 5 rows at a time would cost" in singly.err
    assert Decimal(several["max_usd"]) > Decimal(one["max_usd"])


def test_the_bill_is_within_what_was_said_and_every_row_has_its_answer(
    tmp_path: Path, sheaf: Sheaf
) -> None:
    """A run with several rows per request says the quality's risk, and costs what was forecast."""
    out = tmp_path / "out.csv"
    ran = sheaf(
        "run",
        *_asked(tmp_path),
        "--rows-per-request",
        7,
        "--export",
        out,
        "--yes",
        "--json",
        *QUICK,
    )
    assert ran.code == 0
    assert "one answer can influence another" in ran.err
    found = ran.json
    assert found["states"] == {"answered": 40}
    cost, said = Decimal(found["cost_usd"]), found["estimate"]
    assert Decimal(said["low_usd"]) / 2 < cost <= Decimal(said["max_usd"])
    assert cost <= 2 * Decimal(said["high_usd"])


@pytest.mark.parametrize(
    ("wish", "said"),
    [("0", "--rows-per-request is 0"), ("21", "the most is 20")],
)
def test_a_number_that_cannot_be_is_refused(
    tmp_path: Path, sheaf: Sheaf, wish: str, said: str
) -> None:
    """Before anything is read."""
    ran = sheaf("estimate", *_asked(tmp_path), "--rows-per-request", wish)
    assert ran.code == 2
    assert said in ran.err


def test_short_instructions_are_said_to_cost_more_together(tmp_path: Path, sheaf: Sheaf) -> None:
    """Where the words around the rows are longer than what they share, it is said plainly."""
    ran = sheaf("estimate", *_asked(tmp_path, "Topic?"), "--rows-per-request", 2)
    assert "more here: the instructions are short" in ran.err


def test_without_answer_columns_it_is_said_why_not(
    tmp_path: Path, sheaf: Sheaf, service: PracticeService
) -> None:
    """Nothing is sent."""
    data = write_table(tmp_path / "data.csv", ROWS)
    ran = sheaf(
        "run", data, "--instructions", "Sum up {{text}}", "--rows-per-request", 5, "--export",
        tmp_path / "o.csv", "--yes", *QUICK,
    )  # fmt: skip
    assert ran.code != 0
    assert "Without answer columns" in ran.err
    assert service.creates() == []
