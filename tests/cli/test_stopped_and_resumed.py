"""Stopped by key, credit, spend limit or rights: exit 3 with a sentence, and resume finishes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.practice.wire import Endpoint
from tests.cli.conftest import Sheaf
from tests.cli.running import QUICK
from tests.echo import ECHO, INSTRUCTIONS, check_export
from tests.faulty_claude import Script, pass_in, refusal
from tests.practice_service import PracticeService

Rows = list[tuple[str, str, str]]
CREDIT_WORDS = "Your credit balance is too low to access the Anthropic API."
LIMIT_WORDS = "You have reached your specified API usage limits. You will regain access later."


@dataclass(frozen=True)
class Cause:
    """What the service says, and what the person reads."""

    name: str
    reply: Any
    sentence: str
    fix: str
    still_fetches: bool = True
    """Whether what was sent before can still be asked for."""


CAUSES = (
    Cause(
        "key",
        refusal(401, "authentication_error", "invalid x-api-key"),
        "This key was not accepted.",
        "Paste a working key",
        still_fetches=False,
    ),
    Cause(
        "credit, 402",
        refusal(402, "billing_error"),
        "Your Anthropic credit has run out.",
        "Add credit",
    ),
    Cause(
        "credit, 400",
        refusal(400, "invalid_request_error", CREDIT_WORDS),
        "Your Anthropic credit has run out.",
        "Add credit",
    ),
    Cause(
        "spend limit, 400",
        refusal(400, "invalid_request_error", LIMIT_WORDS),
        "The spend limit set in the Anthropic Console is reached.",
        "Raise the limit",
    ),
    Cause(
        "spend limit, 429",
        refusal(429, "rate_limit_error", code="enforced_spend_limit_reached"),
        "The spend limit set in the Anthropic Console is reached.",
        "Raise the limit",
    ),
    Cause(
        "contract, 403",
        refusal(403, "permission_error", code="contract_spend_limit_reached"),
        "The spend limit set in the Anthropic Console is reached.",
        "Raise the limit",
    ),
    Cause(
        "rights",
        refusal(403, "permission_error"),
        "This key may not do that.",
        "Ask whoever gave you the key",
        still_fetches=False,
    ),
    Cause(
        "on hold",
        refusal(403, "permission_error", code="organization_on_hold"),
        "Anthropic has put your organisation on hold.",
        "Write to Anthropic's support",
        still_fetches=False,
    ),
)


@pytest.fixture
def script() -> Script:
    """Return faults that do nothing yet."""
    return Script()


@pytest.fixture
def service(tmp_path: Path, script: Script) -> Iterator[PracticeService]:
    """Give an echoing service with those faults."""
    with PracticeService(
        tmp_path / "service", voice=ECHO, finish_seconds=0.01, faults=script
    ) as running:
        yield running


def run_of(data: Path, job: Path, out: Path) -> tuple[object, ...]:
    """Return the arguments of a run in three batches."""
    asked = ("run", data, "--instructions", INSTRUCTIONS, "--answer", "echo: short text")
    return (*asked, "--export", out, "--job", job, "--batch-rows", 10, "--yes", *QUICK)


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.name)
@pytest.mark.parametrize("batches", [0, 1, 2])
def test_a_refused_create_stops_the_run_and_resume_finishes_it(
    sheaf: Sheaf,
    data: Path,
    tmp_path: Path,
    rows: Rows,
    service: PracticeService,
    script: Script,
    cause: Cause,
    batches: int,
) -> None:
    """At whichever batch; what was sent before is fetched, and nothing is bought twice."""
    job, out = tmp_path / "job.sheaf", tmp_path / "out.csv"
    script.at_start(Endpoint.CREATE, *[pass_in] * batches)
    script.always_at_start(Endpoint.CREATE, cause.reply)
    ran = sheaf(*run_of(data, job, out))
    check_stopped(ran.code, ran.err, job, cause)
    assert len(service.bought()) == 10 * batches
    assert not out.exists()
    said = sheaf("status", job).out
    assert cause.sentence in said
    if batches and cause.still_fetches:
        assert f"{10 * batches} answered" in said
    again = sheaf("resume", job, "--export", out, *QUICK)
    check_stopped(again.code, again.err, job, cause)
    assert len(service.bought()) == 10 * batches
    script.heal()
    check_resumed(sheaf, service, job, out, rows)


def check_stopped(code: int, said: str, job: Path, cause: Cause) -> None:
    """Assert exit 3, the sentence with its fix, and the command that goes on."""
    assert code == 3, said
    assert cause.sentence in said
    assert cause.fix in said
    assert f'sheaf resume "{job}"' in said


def check_resumed(sheaf: Sheaf, service: PracticeService, job: Path, out: Path, rows: Rows) -> None:
    """Assert that resuming finishes the job, each row bought once, and no create repeated."""
    done = sheaf("resume", job, "--export", out, *QUICK)
    assert done.code == 0, done.err
    check_export(out, rows)
    assert set(service.bought().values()) == {1}
    assert len(service.bought()) == len(rows)
    assert {create.retry_count for create in service.creates()} == {0}


@pytest.mark.parametrize("endpoint", [Endpoint.RETRIEVE, Endpoint.RESULTS, Endpoint.COUNT])
def test_a_key_that_is_refused_elsewhere_stops_the_run_too(
    sheaf: Sheaf,
    data: Path,
    tmp_path: Path,
    rows: Rows,
    service: PracticeService,
    script: Script,
    endpoint: Endpoint,
) -> None:
    """Before anything is sent, or when everything is: the same sentence and the same way on."""
    job, out = tmp_path / "job.sheaf", tmp_path / "out.csv"
    script.always_at_start(endpoint, CAUSES[0].reply)
    ran = sheaf(*run_of(data, job, out))
    check_stopped(ran.code, ran.err, job, CAUSES[0])
    script.heal()
    check_resumed(sheaf, service, job, out, rows)


def test_the_persons_own_limit_stops_the_run_and_a_higher_one_lets_it_go_on(
    sheaf: Sheaf, data: Path, tmp_path: Path, rows: Rows, service: PracticeService
) -> None:
    """Exit 3, what it needs, and the same command with --max-cost."""
    job, out = tmp_path / "job.sheaf", tmp_path / "out.csv"
    ran = sheaf(*run_of(data, job, out), "--max-cost", "0.0001")
    assert ran.code == 3
    assert "The spend limit of" in ran.err
    assert f'sheaf resume "{job}"' in ran.err
    assert sheaf("resume", job, "--max-cost", "9", *QUICK).code == 0
    check_resumed(sheaf, service, job, out, rows)


def test_without_a_key_nothing_is_asked(
    sheaf: Sheaf, data: Path, tmp_path: Path, service: PracticeService
) -> None:
    """The job is kept, exit is 3 too, and it goes on with a key."""
    job, out = tmp_path / "job.sheaf", tmp_path / "out.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "token", "")
        ran = sheaf(*run_of(data, job, out))
    assert ran.code == 3, ran.err
    assert "API key" in ran.err
    assert f'sheaf resume "{job}"' in ran.err
    assert service.creates() == []
