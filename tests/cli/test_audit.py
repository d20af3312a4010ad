"""`sheaf status --audit`: the evidence of a job, for people and for programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tracemalloc
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.cli import audit, report
from app.core.cost import Usage
from app.core.job import Job, JobState, Mode, Outcome, RowState, SourceFile
from app.core.plan import Parcel, new_tag
from app.practice import audit as books
from app.store.job_file import JobFile
from tests.cli.conftest import Sheaf
from tests.cli.running import QUICK, ROOT, environment
from tests.echo import INSTRUCTIONS, write_table
from tests.practice_service import PracticeService

MANY = 100_000
PAGE_BYTES = 8_000_000
"""Far more than a page of rows takes, and far less than all of them."""


@pytest.fixture
def job(sheaf: Sheaf, tmp_path: Path, rows: list[tuple[str, str, str]]) -> Path:
    """Run 25 rows, of which one is blank, in batches of ten."""
    texts = [(no, mark, "" if no == "00004" else f"<{mark}>") for no, mark, _ in rows]
    data, path = write_table(tmp_path / "data.csv", texts), tmp_path / "kept.sheaf"
    ran = sheaf(
        "run", data, "--instructions", "Repeat: {{text}}", "--yes",
        "--batch-rows", 10, "--job", path, "--export", tmp_path / "out.csv", *QUICK,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    return path


def lines(text: str) -> list[dict[str, Any]]:
    """Read JSON lines."""
    return [json.loads(line) for line in text.splitlines()]


def test_json_lines_tell_every_attempt_and_add_up(
    sheaf: Sheaf, job: Path, service: PracticeService
) -> None:
    """One object a line; the rows' money is the batches' money, and the service's own figures."""
    ran = sheaf("status", job, "--audit", "--json")
    assert ran.code == 0
    assert ran.out.isascii()
    said = lines(ran.out)
    kinds = [one["kind"] for one in said]
    assert kinds == ["job", *["row"] * 25, *["batch"] * 3, "total"]
    rows = [one for one in said if one["kind"] == "row"]
    assert [row["row"] for row in rows] == list(range(1, 26))
    assert (rows[3]["state"], rows[3]["attempts"]) == ("skipped", [])
    money: dict[str, Decimal] = {}
    for row in rows:
        for attempt in row["attempts"]:
            cost = Decimal(attempt["cost_usd"])
            money[attempt["id"]] = money.get(attempt["id"], Decimal(0)) + cost
    batches = [one for one in said if one["kind"] == "batch"]
    assert {b["id"]: Decimal(b["cost_usd"]) for b in batches} == money
    assert {b["id"]: Decimal(b["noted_cost_usd"]) for b in batches} == money
    theirs = {one["id"]: one for one in books.summary(service.home)["batches"]}
    for one in batches:
        sold = theirs.pop(one["id"])
        assert (one["attempts"], one["billed"]) == (sold["requests"], sold["billed"])
        assert one["usage"]["input"] == sold["input_tokens"]
        assert one["usage"]["output"] == sold["output_tokens"]
    assert theirs == {}
    total = said[-1]
    assert total["rows"] == {"answered": 24, "skipped": 1}
    assert (total["attempts"], total["billed"], total["unknown"]) == (24, 24, 0)
    assert Decimal(total["cost_usd"]) == sum(money.values())
    assert total["does_not_add_up"] == []


def test_people_read_a_table_with_totals(sheaf: Sheaf, job: Path, service: PracticeService) -> None:
    """A line for each attempt with its batch's id, a line for each batch, and a conclusion."""
    ran = sheaf("status", job, "--audit")
    assert ran.code == 0
    for name in {create.batch for create in service.creates()}:
        found = [line for line in ran.out.splitlines() if str(name) in line]
        assert len(found) in (11, 5), "its rows and its own line"
    blank = next(line for line in ran.out.splitlines() if line.lstrip().startswith("4 "))
    assert "skipped" in blank
    assert "Blank" in blank
    assert "24 attempts; 24 of them billed." in ran.out
    assert "add up to what the batch cost" in ran.out
    assert "Rows: 24 answered, 1 skipped." in ran.out


def test_a_draft_has_no_attempts(sheaf: Sheaf, tmp_path: Path, data: Path) -> None:
    """Nothing was sent: every row is there, and nothing was paid."""
    path = tmp_path / "draft.sheaf"
    sheaf("run", data, "--instructions", INSTRUCTIONS, "--export", tmp_path / "o.csv",
          "--job", path)  # fmt: skip
    ran = sheaf("status", path, "--audit", "--json")
    total = lines(ran.out)[-1]
    assert (total["rows"], total["attempts"], total["cost_usd"]) == ({"waiting": 25}, 0, "0")


def test_the_help_and_the_readme_name_it(sheaf: Sheaf) -> None:
    """Nobody has to guess."""
    assert "--audit" in sheaf("status", "--help").out
    assert "sheaf status --audit" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_reader_that_stops_early_is_no_error(job: Path, sheaf_home: Path) -> None:
    """Piped into a pager that was closed: no complaint, and no exit code of a mistake."""
    end, start = os.pipe()
    os.close(end)
    ran = subprocess.run(
        [sys.executable, "-m", "app", "status", str(job), "--audit"],
        cwd=ROOT, env=environment(sheaf_home, None), stdout=start, stderr=subprocess.PIPE,
        check=False,
    )  # fmt: skip
    os.close(start)
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.slow
def test_a_large_job_is_never_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """100,000 rows are read and printed in blocks: the memory is that of a block."""
    path = large_job(tmp_path / "large.sheaf")
    printed = 0

    def count(text: str) -> None:
        nonlocal printed
        printed += text.count("\n") + 1

    monkeypatch.setattr(report, "out", count)
    tracemalloc.start()
    try:
        audit.show(path, as_json=True)
        assert tracemalloc.get_traced_memory()[1] < PAGE_BYTES
    finally:
        tracemalloc.stop()
    assert printed == 1 + MANY + MANY // 1000 + 1


def large_job(path: Path) -> Path:
    """Write a finished job of many rows without running it."""
    now = datetime.now(UTC)
    job = Job(
        new_tag(), "large", JobState.FINISHED, Mode.PRACTICE, MANY, now, source=SourceFile("x")
    )
    with JobFile.create(path, job) as job_file, job_file.at_once():
        job_file.add_rows(1, [("a",)] * MANY)
        for number in range(1, MANY // 1000 + 1):
            rows = range(1000 * (number - 1) + 1, 1000 * number + 1)
            job_file.journal.plan([Parcel(tuple(rows), 1)])
            job_file.journal.mark_sending(number, now, 1)
            job_file.journal.mark_sent(number, f"msgbatch_{number}", now, now)
            outcomes = [Outcome(row, RowState.ANSWERED, usage=Usage(10, 5)) for row in rows]
            job_file.journal.take(number, outcomes)
            job_file.journal.finish(number, now, None)
    return path
