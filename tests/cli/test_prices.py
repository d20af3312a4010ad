"""The command line's price is of the very rows that would be sent."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.cli.conftest import Sheaf
from tests.cli.running import QUICK
from tests.echo import INSTRUCTIONS, write_table


def test_the_first_rows_are_priced_by_their_own_text(tmp_path: Path, sheaf: Sheaf) -> None:
    """The first rows are a thousand times the others: the price said before holds for them."""
    rows = [(str(n), f"m{n}", "late parcel " * (1000 if n < 3 else 1)) for n in range(1, 301)]
    data = write_table(tmp_path / "data.csv", rows)
    asked = ("--instructions", INSTRUCTIONS, "--answer", "echo: short text", "--limit", 2)
    said = sheaf("estimate", data, *asked, "--json").json["estimate"]
    ran = sheaf("run", data, *asked, "--export", tmp_path / "o.csv", "--yes", "--json", *QUICK)
    cost = Decimal(ran.json["cost_usd"])
    assert Decimal(said["expected_usd"]) / 2 < cost < Decimal(said["expected_usd"]) * 2
    assert cost <= Decimal(said["max_usd"])
    assert said["basis"] == "Estimated from the text of each row to send"
    assert ran.json["estimate"] == said


def test_rows_that_are_blank_in_every_column_are_counted(tmp_path: Path, sheaf: Sheaf) -> None:
    """Two half-filled columns that never meet in a row: all rows are priced, as they are sent."""
    rows = [(str(n), "" if n % 2 else f"m{n}", f"t{n}" if n % 2 else "") for n in range(1, 61)]
    data = write_table(tmp_path / "data.csv", rows)
    ran = sheaf("run", data, "--instructions", INSTRUCTIONS, "--export", tmp_path / "o.csv",
                "--yes", "--json", *QUICK)  # fmt: skip
    assert "60 rows" in ran.err
    assert sum(batch["rows"] for batch in ran.json["batches"]) == 60
