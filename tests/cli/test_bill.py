"""`sheaf bill`: what a job has cost, beside what was forecast, for people and for programs."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest

from app.core.money_words import in_fine_dollars
from app.practice import audit as books
from app.store.bills import Bills
from tests.cli.conftest import Sheaf
from tests.cli.running import QUICK, ROOT
from tests.echo import INSTRUCTIONS, write_table
from tests.practice_service import PracticeService


@pytest.fixture
def job(sheaf: Sheaf, tmp_path: Path, rows: list[tuple[str, str, str]]) -> Path:
    """Run 25 rows, of which one is blank and one asks the same as another, in batches of ten."""
    texts = [(no, mark, "" if no == "00004" else f"<{mark}>") for no, mark, _ in rows]
    texts[8] = (texts[8][0], texts[8][1], texts[7][2])
    data, path = write_table(tmp_path / "data.csv", texts), tmp_path / "kept.sheaf"
    ran = sheaf(
        "run", data, "--instructions", "Repeat: {{text}}", "--yes",
        "--batch-rows", 10, "--job", path, "--export", tmp_path / "out.csv", *QUICK,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    return path


def test_the_bill_is_what_the_service_sold(
    sheaf: Sheaf, job: Path, service: PracticeService
) -> None:
    """Tokens, rows and money are the service's own; the lines and the batches add up exactly."""
    ran = sheaf("bill", job, "--json")
    assert ran.code == 0, ran.err
    assert ran.out.isascii()
    said = ran.json
    sold = books.summary(service.home)["batches"]
    tokens = {line["what"]: line["tokens"] for line in said["lines"]}
    assert tokens["reading"] == sum(one["input_tokens"] for one in sold)
    assert tokens["writing"] == sum(one["output_tokens"] for one in sold)
    cost = Decimal(said["cost_usd"])
    assert sum(Decimal(line["cost_usd"]) for line in said["lines"]) == cost
    assert sum(Decimal(batch["cost_usd"]) for batch in said["batches"]) == cost
    assert [batch["rows"] for batch in said["batches"]] == [10, 10, 3]
    assert said["states"] == [
        {"state": "answered", "attempts": 23, "billed": 23, "cost_usd": said["cost_usd"],
         "may_be_free": False},
    ]  # fmt: skip


def test_the_forecast_beside_it_is_the_one_that_was_said(
    sheaf: Sheaf, tmp_path: Path, job: Path
) -> None:
    """The same figures as `sheaf estimate` says of the same rows, kept with the job."""
    estimated = sheaf(
        "estimate", tmp_path / "data.csv", "--instructions", "Repeat: {{text}}", "--json",
        "--batch-rows", 10,
    ).json["estimate"]  # fmt: skip
    said = sheaf("bill", job, "--json").json["forecast"]
    status = sheaf("status", job, "--json").json["estimate"]
    for name in ("low_usd", "high_usd", "max_usd", "input_tokens", "rows"):
        assert said[name] == status[name]
    # What the first job came to has made the second forecast of the same job better.
    assert estimated["basis"] == f"{said['basis']} and on an earlier job like it"
    assert (estimated["rows"], estimated["input_tokens"]) == (said["rows"], said["input_tokens"])


def test_people_read_it(sheaf: Sheaf, job: Path) -> None:
    """A sum, a comparison, a table by kind and one by batch."""
    ran = sheaf("bill", job)
    assert ran.code == 0, ran.err
    print(ran.out)
    assert ran.out.startswith("Bill: $")
    assert "Forecast: " in ran.out
    assert "The bill is " in ran.out
    assert "Reading your rows" in ran.out
    assert "never more than" in ran.out


def unpriced(sheaf: Sheaf, tmp_path: Path, data: Path) -> Path:
    """Run a job with a model whose price nobody knows."""
    path = tmp_path / "unpriced.sheaf"
    ran = sheaf("run", data, "--instructions", INSTRUCTIONS, "--yes", "--job", path,
                "--model", "claude-mythos-5-2", "--export", tmp_path / "u.csv", *QUICK)  # fmt: skip
    assert ran.code == 0, ran.err
    return path


def test_an_unknown_price_is_never_zero(sheaf: Sheaf, tmp_path: Path, data: Path) -> None:
    """Tokens stand there without a sum, the forecast is compared in tokens, JSON has nulls."""
    path = unpriced(sheaf, tmp_path, data)
    shown = sheaf("bill", path).out
    assert shown.startswith("Bill: price not known.\n")
    assert "Nothing was forecast" not in shown
    assert "tokens were read and" in shown
    assert "The forecast was" in shown
    assert "$" not in shown
    said = sheaf("bill", path, "--json").json
    assert said["lines"] != []
    sums = [*said["lines"], *said["states"], *said["batches"], said]
    assert {one["cost_usd"] for one in sums} == {None}
    assert {line["per_million_usd"] for line in said["lines"]} == {None}
    assert (said["known_usd"], said["job_usd"], said["savings"]) == (None, None, None)
    used = sum(line["tokens"] for line in said["lines"])
    assert said["read_tokens"] + said["written_tokens"] == used


def test_the_evidence_of_an_unknown_price_has_no_sum(
    sheaf: Sheaf, tmp_path: Path, data: Path
) -> None:
    """A batch and the whole have a dash for people, and null for programs."""
    path = unpriced(sheaf, tmp_path, data)
    assert "$" not in sheaf("status", path, "--audit").out
    told = [json.loads(line) for line in sheaf("status", path, "--audit", "--json").out.split("\n")
            if line]  # fmt: skip
    assert {one["cost_usd"] for one in told if one["kind"] in {"batch", "total"}} == {None}


def test_what_was_tried_is_told_apart_from_the_job(
    sheaf: Sheaf, tmp_path: Path, data: Path
) -> None:
    """The trial is in the sum, and neither in the comparison nor under the bound."""
    path = tmp_path / "tried.sheaf"
    asked = (data, "--instructions", INSTRUCTIONS, "--yes", "--job", path)
    tried = sheaf("try", *asked, "--rows", "5")
    assert tried.code == 0, tried.err
    ran = sheaf("resume", path, "--yes", "--export", tmp_path / "t.csv", *QUICK)
    assert ran.code == 0, ran.err
    said, shown = sheaf("bill", path, "--json").json, sheaf("bill", path).out
    apart = Decimal(said["job_usd"]) + Decimal(said["trial"]["cost_usd"])
    assert apart == Decimal(said["cost_usd"])
    first = shown.splitlines()[0]
    assert "for trying rows before and" in first
    assert first.endswith("for the job itself.")
    assert "The job itself is " in shown


def test_status_names_the_batches_of_trials(sheaf: Sheaf, tmp_path: Path, data: Path) -> None:
    """Those whose answers are not used have no rows, so that the rows add up to the job's."""
    path = tmp_path / "tried.sheaf"
    asked = (data, "--instructions", INSTRUCTIONS, "--yes", "--job", path)
    tried = sheaf("try", *asked, "--rows", "5", "--compare", "claude-sonnet-5-5")
    assert tried.code == 0, tried.err
    ran = sheaf("resume", path, "--yes", "--export", tmp_path / "t.csv", *QUICK)
    assert ran.code == 0, ran.err
    table = [line for line in sheaf("status", path).out.splitlines() if " trial " in line]
    assert sorted("not used" in line for line in table) == [False, True]
    said = sheaf("status", path, "--json").json["batches"]
    assert sorted(str(one["trial"]) for one in said) == ["None", "not used", "used"]
    assert sum(one["rows"] for one in said if one["trial"] != "not used") == 25


@pytest.mark.parametrize(
    ("amount", "words"),
    [("1.203896", "$1.20"), ("1.205", "$1.21"), ("0.00421", "$0.0042"), ("0", "$0.00")],
)
def test_facts_are_rounded_to_the_cent(amount: str, words: str) -> None:
    """What was paid is rounded as sums are; only bounds are rounded up."""
    assert in_fine_dollars(Decimal(amount)) == words


def test_every_row_with_its_cost(sheaf: Sheaf, job: Path, tmp_path: Path) -> None:
    """The CSV has all rows; their costs add up to the bill."""
    target = tmp_path / "bill.csv"
    ran = sheaf("bill", job, "--csv", target)
    assert ran.code == 0, ran.err
    with target.open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    assert [int(row["row"]) for row in written] == list(range(1, 26))
    together = sum(Decimal(row["cost_usd"]) for row in written)
    assert together == Decimal(sheaf("bill", job, "--json").json["cost_usd"])
    assert [row["state"] for row in written if row["batch"] == ""] == ["skipped", "copied"]


def test_practice_is_marked_and_kept_out_of_the_books(
    sheaf: Sheaf, tmp_path: Path, data: Path, sheaf_home: Path
) -> None:
    """What was practised is shown as such, and never mixes into what was paid."""
    path = tmp_path / "practised.sheaf"
    ran = sheaf("run", data, "--instructions", INSTRUCTIONS, "--practice", "--yes", "--job", path,
                "--export", tmp_path / "o.csv", *QUICK)  # fmt: skip
    assert ran.code == 0, ran.err
    shown = sheaf("bill", path)
    assert shown.out.startswith("PRACTICE")
    assert sheaf("bill", path, "--json").json["mode"] == "practice"
    kept = Bills(sheaf_home / "jobs")
    assert (kept.past(), kept.payments()) == ([], [])


def test_a_draft_has_cost_nothing(sheaf: Sheaf, tmp_path: Path, data: Path) -> None:
    """Nothing was sent: a bill of nothing, and no verdict."""
    path = tmp_path / "draft.sheaf"
    sheaf("run", data, "--instructions", INSTRUCTIONS, "--export", tmp_path / "o.csv",
          "--job", path)  # fmt: skip
    said = sheaf("bill", path, "--json").json
    assert (said["cost_usd"], said["lines"], said["verdict"]) == ("0", [], "not_compared")


def test_the_help_and_the_readme_name_it(sheaf: Sheaf) -> None:
    """Nobody has to guess."""
    assert "bill" in sheaf("--help").out
    assert "sheaf bill" in (ROOT / "README.md").read_text(encoding="utf-8")
