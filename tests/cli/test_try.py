"""`sheaf try`: the price first, then a few answers, and what they say of the whole job."""

from __future__ import annotations

import os
import signal
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from app.practice.wire import Endpoint
from tests.cli.conftest import Sheaf
from tests.cli.running import QUICK, run_program
from tests.echo import ECHO, INSTRUCTIONS, check_export
from tests.faulty_claude import Script, changed, pass_in, refusal, reset
from tests.practice_service import PracticeService

ASKED = ("--instructions", INSTRUCTIONS, "--answer", "echo: short text")
HAIKU, SONNET = "claude-haiku-5-5", "claude-sonnet-5-5"


@pytest.fixture
def script() -> Script:
    """Return faults that do nothing yet."""
    return Script()


@pytest.fixture
def service(tmp_path: Path, script: Script) -> PracticeService:
    """Give a service that echoes, with those faults."""
    with PracticeService(
        tmp_path / "service", voice=ECHO, finish_seconds=0.01, faults=script
    ) as running:
        yield running


def test_a_trial_says_its_price_answers_and_recalibrates(
    sheaf: Sheaf, data: Path, service: PracticeService
) -> None:
    """Five rows are bought at once, each once; the forecast is based on them."""
    tried = sheaf("try", data, *ASKED, "--yes", "--json")
    assert tried.code == 0
    assert "5 answers at once, at the standard price" in tried.err
    assert "never more than $0.0" in tried.err
    found = tried.json
    assert [answer["state"] for answer in found["answers"]] == ["answered"] * 5
    assert found["estimate"]["basis"] == "Based on 5 real answers"
    assert found["estimate"]["kept"] == 5
    assert sorted(service.messages().values()) == [1] * 5
    assert Decimal(found["cost_usd"]) > 0


def test_the_answers_of_a_trial_are_used_by_the_run_after_it(
    sheaf: Sheaf, data: Path, tmp_path: Path, rows: list[tuple[str, str, str]],
    service: PracticeService,
) -> None:  # fmt: skip
    """The same data with the same settings: the other rows are bought, and the bill has both."""
    tried = sheaf("try", data, *ASKED, "--yes", "--json").json
    ran = sheaf("run", data, *ASKED, "--yes", "--json", "--export", tmp_path / "o.csv", *QUICK)
    assert ran.code == 0
    assert ran.json["job"] == tried["job"]
    bought = {int(name.rsplit("-r", 1)[1]) for name in service.bought()}
    assert bought == set(range(1, 26)) - set(tried["rows"])
    check_export(tmp_path / "o.csv", rows)
    costs = [Decimal(batch["cost_usd"]) for batch in ran.json["batches"]]
    assert Decimal(tried["cost_usd"]) in costs
    assert sum(costs) == Decimal(ran.json["cost_usd"])


def test_with_no_keep_the_rows_are_bought_again(
    sheaf: Sheaf, data: Path, tmp_path: Path, service: PracticeService
) -> None:
    """The trial's money counts all the same."""
    tried = sheaf("try", data, *ASKED, "--yes", "--json").json
    ran = sheaf("run", data, *ASKED, "--no-keep", "--yes", "--json", "--export",
                tmp_path / "o.csv", *QUICK)  # fmt: skip
    assert len(service.bought()) == 25
    costs = [Decimal(batch["cost_usd"]) for batch in ran.json["batches"]]
    assert Decimal(tried["cost_usd"]) in costs
    assert ran.json["states"] == {"answered": 25}


def test_who_agrees_to_a_trial_has_not_agreed_to_the_job(
    sheaf: Sheaf, data: Path, service: PracticeService
) -> None:
    """Without a yes nothing is tried; and the yes to a trial submits nothing."""
    refused = sheaf("try", data, *ASKED)
    assert refused.code == 2
    assert "nobody is here to agree" in refused.err
    tried = sheaf("try", data, *ASKED, "--yes", "--json").json
    assert sheaf("resume", tried["job"]).code == 2
    assert service.bought() == {}
    assert len(service.messages()) == 5


def test_rows_are_chosen_by_number_and_a_second_model_is_compared(
    sheaf: Sheaf, data: Path, service: PracticeService
) -> None:
    """What the first model has answered is not bought again."""
    job = sheaf("try", data, *ASKED, "--numbers", "2,4,7", "--yes", "--json").json["job"]
    both = sheaf("try", job, "--numbers", "2 4 7", "--compare", SONNET, "--yes", "--json")
    found = both.json
    assert "3 answers at once" in both.err
    assert found["rows"] == [2, 4, 7]
    assert [(m["model"], m["answered"]) for m in found["models"]] == [(HAIKU, 3), (SONNET, 3)]
    assert found["differ"] == 0
    assert sorted(service.messages().values()) == [1] * 6
    shown = sheaf("try", job, "--numbers", "2,4,7", "--compare", SONNET)
    assert shown.code == 0
    assert "The models differ in 0 of 3 rows." in shown.out
    assert shown.out.count(SONNET) == 4


def test_a_lost_row_is_asked_again_only_with_a_word(
    sheaf: Sheaf, data: Path, script: Script
) -> None:
    """Its number alone does not pay for it twice, nor does --yes; what may be charged is said."""
    script.at_end(Endpoint.MESSAGE, lambda call, _reply: reset(call))
    first = sheaf("try", data, *ASKED, "--numbers", "2", "--yes", "--json")
    job = first.json["job"]
    second = sheaf("try", job, "--numbers", "2", "--yes")
    assert script.count(Endpoint.MESSAGE) == 1
    assert second.code == first.code != 0
    assert "Row 2 was asked in a trial before" in second.err
    assert "--again" in second.err
    third = sheaf("try", job, "--numbers", "2", "--again", "--yes", "--json")
    assert (third.code, third.json["answers"][0]["state"]) == (0, "answered")
    assert "paid for twice" in third.err
    assert script.count(Endpoint.MESSAGE) == 2
    refused = sheaf("try", job, "--again", "--yes")
    assert "--numbers" in refused.err
    assert script.count(Endpoint.MESSAGE) == 2


def test_a_run_says_that_lost_rows_are_sent_again(
    sheaf: Sheaf, data: Path, script: Script, tmp_path: Path
) -> None:
    """Before anybody agrees to the price."""
    script.at_end(Endpoint.MESSAGE, lambda call, _reply: reset(call))
    job = sheaf("try", data, *ASKED, "--numbers", "2", "--yes", "--json").json["job"]
    assert job
    ran = sheaf("run", data, *ASKED, "--yes", "--export", tmp_path / "o.csv", *QUICK)
    assert "Note: 1 row was perhaps charged in a trial and is sent again" in ran.err


def test_a_trial_in_a_batch_waits_and_costs_half(
    sheaf: Sheaf, data: Path, service: PracticeService
) -> None:
    """It goes through a journal of its own, and its answers are the job's."""
    tried = sheaf("try", data, *ASKED, "--batch", "--yes", "--json", *QUICK)
    found = tried.json
    assert tried.code == 0
    assert "in a batch, at half the price" in tried.err
    assert service.messages() == {}
    assert sorted(service.bought().values()) == [1] * 5
    assert (len(found["rows"]), found["waiting"]) == (5, [])
    assert found["models"][0]["answered"] == 5
    assert found["estimate"]["basis"] == "Based on 5 real answers"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--rows", "31"), "1 to 30"),
        (("--rows", "0"), "1 to 30"),
        (("--numbers", "one"), "names no rows"),
        (("--numbers", "0"), "names no rows"),
        (("--numbers", "99"), "Row 99 cannot be tried"),
        (("--compare", "gpt"), "gpt"),
        (("--max-cost", "0.000001"), "does not let this trial go"),
    ],
)
def test_what_cannot_be_tried_is_said(
    sheaf: Sheaf, data: Path, service: PracticeService, options: tuple[str, ...], said: str
) -> None:
    """Nothing is sent or charged."""
    ran = sheaf("try", data, *ASKED, *options, "--yes")
    assert ran.code in (2, 3)
    assert said in ran.err
    assert service.messages() == {}


def test_a_draft_keeps_its_own_settings(sheaf: Sheaf, data: Path) -> None:
    """What belongs to the data is not silently passed over."""
    job = sheaf("try", data, *ASKED, "--yes", "--json").json["job"]
    ran = sheaf("try", job, "--model", SONNET, "--yes")
    assert ran.code == 2
    assert "--model" in ran.err


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (refusal(401, "authentication_error"), 3, "key was not accepted"),
        (refusal(402, "billing_error", "Your credit balance is too low."), 3, "credit"),
        (refusal(429, "rate_limit_error", retry_after="9"), 1, "slow down"),
        (reset, 1, "perhaps charged"),
    ],
    ids=["key", "credit", "too fast", "lost"],
)
def test_a_trial_that_stops_says_why_in_words_and_code(
    sheaf: Sheaf, data: Path, script: Script, fault: object, code: int, said: str
) -> None:
    """What came is shown; nothing is asked twice."""
    script.at_start(Endpoint.MESSAGE, pass_in, fault)
    ran = sheaf("try", data, *ASKED, "--yes")
    assert ran.code == code
    assert said in ran.out
    calls = [call for call in script.calls if call.endpoint is Endpoint.MESSAGE]
    assert len(calls) <= 5
    assert {call.retry_count for call in calls} == {0}


def test_trouble_is_said_with_what_helps(sheaf: Sheaf, data: Path, script: Script) -> None:
    """Cut-off answers make the exit code 1, with the longest answer that would do."""
    script.at_end(Endpoint.MESSAGE, changed(lambda message: message.update(_CUT)))
    ran = sheaf("try", data, *ASKED, "--max-tokens", "100", "--yes")
    assert ran.code == 1
    assert "1 of 5 was cut off. Raise the longest answer to 400." in ran.out
    assert "(cut off)" in ran.out


_CUT = {"stop_reason": "max_tokens"}


def test_practice_tries_free_and_keeps_practice_to_itself(
    data: Path, tmp_path: Path, sheaf: Sheaf
) -> None:
    """The stand-in answers; nothing of it is real money."""
    home = tmp_path / "home"
    ran = run_program(home, None, "try", data, *ASKED, "--practice", "--yes", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["models"][0]["answered"] == 5
    assert "free" in ran.err
    status = run_program(home, None, "status", ran.json["job"], "--json")
    assert Decimal(status.json["cost_usd"]) == 0


def test_ctrl_c_lets_no_more_row_leave(
    sheaf: Sheaf, data: Path, script: Script, service: PracticeService
) -> None:
    """What was asked is kept and shown; the exit code is that of an interrupt."""

    def interrupt(_call: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        stopped.wait(0.5)

    stopped = threading.Event()
    script.at_start(Endpoint.MESSAGE, interrupt)
    ran = sheaf("try", data, *ASKED, "--rows", "25", "--yes")
    assert ran.code == 130
    assert "Not every row was asked. Stopped." in ran.out
    assert 1 <= len(service.messages()) < 25
    again = sheaf("try", data, *ASKED, "--rows", "25", "--yes", "--json")
    assert again.json["models"][0]["answered"] == 25
    assert set(service.messages().values()) == {1}


def test_a_submitted_job_is_not_tried(sheaf: Sheaf, data: Path, tmp_path: Path) -> None:
    """It is said before any price."""
    asked = (*ASKED, "--yes", "--json")
    job = sheaf("run", data, *asked, "--export", tmp_path / "o.csv", *QUICK).json["job"]
    ran = sheaf("try", job, "--yes")
    assert ran.code == 2
    assert "has been submitted" in ran.err
    assert "standard price" not in ran.err
