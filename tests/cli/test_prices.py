"""The command line's price is of the very rows that would be sent."""

from __future__ import annotations

import json
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from app.cli import report
from app.core.job import Mode
from app.engine.key_case import KeyCase
from app.engine.money_errands import MoneyErrands
from app.engine.money_verbs import CountRows
from app.engine.replies import EstimateReply
from app.engine.verbs import EstimateJob
from app.engine.view import JobView
from app.paths import places as places_of
from tests.cli.conftest import Sheaf
from tests.cli.running import QUICK, run_program
from tests.echo import INSTRUCTIONS, write_table
from tests.practice_service import PracticeService


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
    assert said["basis"] == "Counted on 2 rows"
    assert ran.json["estimate"] == said


def test_rows_that_are_blank_in_every_column_are_counted(tmp_path: Path, sheaf: Sheaf) -> None:
    """Two half-filled columns that never meet in a row: all rows are priced, as they are sent."""
    rows = [(str(n), "" if n % 2 else f"m{n}", f"t{n}" if n % 2 else "") for n in range(1, 61)]
    data = write_table(tmp_path / "data.csv", rows)
    ran = sheaf("run", data, "--instructions", INSTRUCTIONS, "--export", tmp_path / "o.csv",
                "--yes", "--json", *QUICK)  # fmt: skip
    assert "60 rows" in ran.err
    assert sum(batch["rows"] for batch in ran.json["batches"]) == 60


ROWS = [(str(n), f"m{n}", "late parcel " * (1 + n % 40)) for n in range(1, 301)]


@pytest.mark.parametrize("mode", [Mode.REAL, Mode.PRACTICE])
def test_the_window_says_the_same(
    tmp_path: Path, sheaf: Sheaf, service: PracticeService, sheaf_home: Path, mode: Mode
) -> None:
    """Same rows, same settings: what the window shows is what the command line prints."""
    data = write_table(tmp_path / "data.csv", ROWS)
    practice = ["--practice"] if mode is Mode.PRACTICE else []
    asked = ("--instructions", INSTRUCTIONS, "--answer", "echo: short text", *practice)
    printed = sheaf("estimate", data, *asked, "--json").json["estimate"]
    sheaf("run", data, *asked, "--export", tmp_path / "o.csv", "--job", tmp_path / "j.sheaf")
    shown = _window(sheaf_home, service, tmp_path / "j.sheaf", mode)
    assert report.estimate_json(shown.estimate) == printed
    assert printed["counted_rows"] == (40 if mode is Mode.REAL else 0)


def _window(home: Path, service: PracticeService, job: Path, mode: Mode) -> EstimateReply:
    """Ask the engine as the window does: with a key a sample is counted, else all are measured."""
    settings_file = home / "settings" / "settings.json"
    settings_file.parent.mkdir(parents=True, exist_ok=True)
    settings_file.write_text(json.dumps({"address": service.address}), encoding="utf-8")
    places = places_of({"SHEAF_HOME": str(home)})
    keys = KeyCase(places)
    if mode is Mode.REAL:
        assert keys.use_once(service.token).tested
    errands = MoneyErrands(places, keys)
    with closing(JobView(job)) as view:
        settings = view.head().settings
    quick = errands.run(EstimateJob(str(job), settings))
    if mode is Mode.REAL:
        found = errands.run(CountRows(str(job), settings))
    else:
        found = errands.run(EstimateJob(str(job), settings, every_row=True))
    assert isinstance(found, EstimateReply)
    assert quick.estimate.rows == found.estimate.rows
    return found


def test_without_a_key_the_price_is_from_the_text_alone(
    tmp_path: Path, data: Path, sheaf_home: Path
) -> None:
    """Nothing is asked of anybody; the basis says so, and why."""
    ran = run_program(sheaf_home, None, "estimate", data, "--instructions", INSTRUCTIONS, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["estimate"]["basis"] == "Estimated from the text of each row to send"
    assert "from the text alone" in ran.err


def test_what_memory_brought_is_measured_and_said_beside_the_price(
    tmp_path: Path, sheaf: Sheaf, service: PracticeService
) -> None:
    """After a first job the figures say what it measured; with the switch off nothing is marked."""
    service.service._batches.memory._luck = 1.0
    data = write_table(tmp_path / "data.csv", ROWS[:60])
    shared = "Do as you are told with every text, and do nothing else at all. " * 60
    asked = ("--instructions", shared + INSTRUCTIONS, "--answer", "echo: short text")
    before = sheaf("estimate", data, *asked, "--json").json["estimate"]
    assert before["shared_tokens"] > 512
    assert (before["memory_share"], before["memory_usd"]) == (None, None)
    ran = sheaf("run", data, *asked, "--export", tmp_path / "o.csv", "--batch-rows", 30,
                "--yes", "--json", *QUICK)  # fmt: skip
    assert Decimal(ran.json["cost_usd"]) < Decimal(before["max_usd"])
    bill = sheaf("bill", ran.json["job"])
    assert "Instructions that Claude remembered saved $" in bill.out
    saved = Decimal(sheaf("bill", ran.json["job"], "--json").json["savings"]["cache_usd"])
    assert saved > 0
    again = sheaf("estimate", data, *asked, "--json")
    after = again.json["estimate"]
    assert Decimal(after["memory_usd"]) >= saved
    assert Decimal(after["max_usd"]) == Decimal(before["max_usd"])
    said = f"{after['memory_share']:.0%} of the shared instructions was read from memory"
    assert said in sheaf("estimate", data, *asked).err
    off = sheaf("estimate", data, *asked, "--no-remember", "--json").json["estimate"]
    assert (off["shared_tokens"], off["memory_usd"]) == (0, None)
    assert Decimal(off["max_usd"]) < Decimal(after["max_usd"])
