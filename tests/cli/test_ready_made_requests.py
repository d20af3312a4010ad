"""Ready-made requests on the command line: estimated, run, retried, and refused where they must."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.practice.models import KNOWN_MODELS, PracticeModel
from tests.cli.conftest import Sheaf
from tests.cli.running import QUICK
from tests.echo import ECHO, read_table
from tests.practice_service import PracticeService
from tests.requests_maker import OLD_HAIKU, SONNET, asking, line_of, write_requests

LINES = [
    line_of("photo_0001.jpg", asking("Repeat <m1>")),
    line_of("b", asking("Repeat <m2>", model=SONNET, max_tokens=4_000)),
    line_of("b", asking("Repeat <m3>", temperature=0)),
    b'{"custom_id": "c", "params"',
]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    """Give an echoing service that has one model more than the bundled table."""
    models = (*KNOWN_MODELS, PracticeModel("claude-new-1", "Claude New 1"))
    home = tmp_path / "service"
    with PracticeService(home, voice=ECHO, finish_seconds=0.01, models=models) as running:
        yield running


@pytest.fixture
def requests(tmp_path: Path) -> Path:
    """Write a file of requests, two of which cannot be sent."""
    return write_requests(tmp_path / "requests.jsonl", LINES)


def test_a_file_of_requests_is_run(sheaf: Sheaf, requests: Path, tmp_path: Path) -> None:
    """No instructions are needed; ids come back as they were, and what is not sent is said."""
    out = tmp_path / "out.csv"
    ran = sheaf("run", requests, "--export", out, "--yes", *QUICK)
    assert ran.code == 1
    assert [(row["custom_id"], row["answer"], row["sheaf_status"]) for row in read_table(out)] == [
        ("photo_0001.jpg", "m1", "answered"),
        ("b", "m2", "answered"),
        ("b", "", "failed"),
        ("", "", "failed"),
    ]
    assert "Note: 1 line is no request and is not sent (line 4)." in ran.err
    refused = "Note: 2 requests are not sent, and marked as failed. Row 3: The service does not"
    assert refused in ran.err
    assert "Claude Haiku 5.5: 1 request" in ran.err
    assert "Claude Sonnet 5.5: 1 request" in ran.err
    assert "2 rows, about" in ran.err or "2 rows, under" in ran.err


def test_what_is_refused_can_be_left_out(sheaf: Sheaf, requests: Path, tmp_path: Path) -> None:
    """One option sends the requests without the parameters that are gone."""
    out = tmp_path / "out.csv"
    sheaf("run", requests, "--leave-out-refused", "--export", out, "--yes", *QUICK)
    assert [row["answer"] for row in read_table(out)] == ["m1", "m2", "m3", ""]


def test_the_first_rows_alone(sheaf: Sheaf, requests: Path, tmp_path: Path) -> None:
    """The usual limits on rows and batches hold; all rows answered or left out is a success."""
    out = tmp_path / "out.csv"
    ran = sheaf(
        *("run", requests, "--export", out, "--yes", "--limit", "2", "--batch-rows", "1"), *QUICK
    )
    assert ran.code == 0
    assert "2" in ran.out.splitlines()[2].split()[0]


def test_what_it_would_cost(sheaf: Sheaf, requests: Path, service: PracticeService) -> None:
    """The estimate needs no instructions either, and sends nothing."""
    ran = sheaf("estimate", requests, "--json")
    assert ran.code == 0
    found = ran.json["estimate"]
    assert float(found["expected_usd"]) < float(found["max_usd"])
    assert service.bought() == {}


def test_practice_with_requests(sheaf: Sheaf, tmp_path: Path) -> None:
    """Practice mode answers them too, and says what is wrong with one when its batch ends."""
    bad = asking("Hi", output_config={"effort": "much"})
    lines = [line_of("a", asking("Hello there, how are you?")), line_of("b", bad)]
    path = write_requests(tmp_path / "requests.jsonl", [lines[0] + b" " * 300, lines[1]])
    out = tmp_path / "out.csv"
    long = line_of("long", asking("A much longer question, so that it is the one looked at."))
    write_requests(path, [*lines, long])
    ran = sheaf("run", path, "--practice", "--export", out, *QUICK, "--yes")
    table = read_table(out)
    assert ran.code == 1
    assert [row["sheaf_status"] for row in table] == [
        "practice: answered",
        "practice: failed",
        "practice: answered",
    ]
    assert "effort" in table[1]["sheaf_reason"]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--instructions", "Sort {{text}}"),
        ("--system", "Be brief."),
        ("--answer", "topic: short text"),
        ("--model", OLD_HAIKU),
        ("--max-tokens", "100"),
    ],
)
def test_what_requests_bring_themselves_cannot_be_set(
    sheaf: Sheaf, requests: Path, service: PracticeService, option: str, value: str
) -> None:
    """An option that would have no effect is refused, and nothing is sent."""
    ran = sheaf("run", requests, option, value, "--export", requests.with_suffix(".csv"), "--yes")
    assert ran.code == 2
    assert f"do not take {option}" in ran.err
    assert service.bought() == {}


def test_a_table_still_needs_instructions(sheaf: Sheaf, data: Path, tmp_path: Path) -> None:
    """Only ready-made requests bring their own."""
    ran = sheaf("run", data, "--export", tmp_path / "out.csv", "--yes")
    assert ran.code == 2
    assert "no instructions yet" in ran.err


def test_the_export_never_takes_the_place_of_the_requests(sheaf: Sheaf, tmp_path: Path) -> None:
    """The person's file stays, whatever its name."""
    path = write_requests(tmp_path / "requests.csv", LINES)
    before = path.read_bytes()
    assert sheaf("run", path, "--export", path, "--yes").code == 2
    assert path.read_bytes() == before


def test_a_model_that_only_the_service_knows(sheaf: Sheaf, tmp_path: Path) -> None:
    """The live list is asked where a file names a model that is not in the bundled table."""
    new = asking("Repeat <m1>", model="claude-new-1")
    path = write_requests(tmp_path / "requests.jsonl", [line_of("a", new)])
    out = tmp_path / "out.csv"
    ran = sheaf("run", path, "--export", out, "--yes", *QUICK)
    assert ran.code == 0
    assert [row["answer"] for row in read_table(out)] == ["m1"]
    assert "price of this model is not known" in ran.err
    assert "not sent" not in ran.err


def test_a_model_that_nobody_knows(sheaf: Sheaf, service: PracticeService, tmp_path: Path) -> None:
    """A file that names nothing else is not begun."""
    lines = [line_of("a", asking("Repeat <m1>", model="claude-9"))]
    path = write_requests(tmp_path / "requests.jsonl", lines)
    ran = sheaf("run", path, "--export", tmp_path / "out.csv", "--yes", *QUICK)
    assert ran.code == 2
    assert 'There is no request to send. No model called "claude-9" is known.' in ran.err
    assert service.creates() == []


def test_the_requests_of_a_job_are_saved(sheaf: Sheaf, requests: Path, tmp_path: Path) -> None:
    """What was sent can be written down, all of it or only what failed; the rest is counted."""
    job, out = tmp_path / "job.sheaf", tmp_path / "out.jsonl"
    sheaf("run", requests, "--export", tmp_path / "out.csv", "--yes", "--job", job, *QUICK)
    ran = sheaf("export", job, out, "--format", "requests")
    assert ran.code == 0
    assert f"Wrote 2 requests to {out}. Nothing is sent for 2 others." in ran.err
    saved = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [each["custom_id"] for each in saved] == ["photo_0001_jpg", "b"]
    assert [each["params"] for each in saved] == [json.loads(line)["params"] for line in LINES[:2]]
    again = tmp_path / "again.jsonl"
    ran = sheaf("export", job, again, "--format", "requests", "--only", "failed")
    assert "Wrote 0 requests" in ran.err


def test_requests_are_not_saved_as_a_spreadsheet(sheaf: Sheaf, data: Path, tmp_path: Path) -> None:
    """A wrong ending is refused, and nothing is written."""
    job = tmp_path / "job.sheaf"
    run = ("run", data, "--instructions", "Say {{mark}}", "--practice", "--yes", *QUICK)
    assert sheaf(*run, "--job", job, "--export", tmp_path / "out.csv").code == 0
    ran = sheaf("export", job, tmp_path / "requests.csv", "--format", "requests")
    assert ran.code == 2
    assert not (tmp_path / "requests.csv").exists()
