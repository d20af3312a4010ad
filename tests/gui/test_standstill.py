"""A job that stands still or needs somebody, in the real window: mouse, keyboard, and the bill."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest

from app.paths import Places, places
from app.practice.faults import Hangup
from app.practice.wire import Call, Endpoint, Reply
from app.store.reader import JobReader
from app.store.settings import save_settings
from tests.faulty_claude import (
    End,
    Script,
    add_stranger,
    lines_changed,
    pass_in,
    pass_on,
    refusal,
    row_of,
)
from tests.gui.person import ROOT, Person, xdotool
from tests.practice_service import PracticeService

pytestmark = [pytest.mark.gui, pytest.mark.timeout(300)]

ROWS, PER_BATCH = 15, 5
WHOLE_RUN = 120.0
CREDIT = "Your credit balance is too low to access the Anthropic API."
BROWSER = """#!/bin/sh
printf '%s' "$1" > "{record}"
exec "{python}" "{source}" page
"""
STATUS, ANSWERED, COST = 2, 5, 9
"""Columns of the batches table."""


@pytest.fixture
def script() -> Script:
    """Faults that do nothing yet."""
    return Script()


@pytest.fixture
def service(
    sheaf_home: Path, script: Script, request: pytest.FixtureRequest
) -> Iterator[PracticeService]:
    """A service with faults, which Sheaf takes for the real one: its key is in the keyring.

    A parameter says how many seconds its batches take.
    """
    home: Places = places({"SHEAF_HOME": str(sheaf_home)})
    home.create()
    lasting = getattr(request, "param", 0.05)
    home_of_service = sheaf_home / "elsewhere"
    with PracticeService(home_of_service, finish_seconds=lasting, faults=script) as service:
        wanted = {"address": service.address, "rows_per_batch": PER_BATCH}
        save_settings(home.settings, wanted)
        keyring.set_password("Sheaf", "anthropic-api-key", service.token)
        yield service
        keyring.delete_password("Sheaf", "anthropic-api-key")


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A browser that comes to the front and notes which page it was asked for."""
    record, program = tmp_path / "page.txt", tmp_path / "browser.sh"
    source = ROOT / "tests" / "gui" / "drag_source.py"
    program.write_text(BROWSER.format(record=record, python=sys.executable, source=source))
    program.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(program))
    return record


@pytest.fixture
def person(sheaf_home: Path, service: PracticeService) -> Iterator[Person]:
    """Give somebody whose Sheaf is connected."""
    someone = Person(sheaf_home)
    yield someone
    someone.go()


def _begin(person: Person, tmp_path: Path) -> None:
    """Open a spreadsheet and submit it as it comes, for real."""
    source = tmp_path / "Store reviews.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["review_id", "review_text"])
        writer.writerows([f"R-{n}", f"Lid number {n} does not sit flush."] for n in range(1, 16))
    person.start()
    person.wait(lambda: "Connected" in person.words(), "the key is found")
    person.key("ctrl+o")
    person.see("fileNameEdit")
    person.type(f"{source}\n")
    person.see("preview-table")
    person.click("forward")
    person.click("recipe-classify")
    person.click("forward")
    person.see("cost-panel")
    person.click("forward")
    submit = f"Submit {ROWS} rows"
    person.wait(lambda: person.see("forward").name.startswith(submit), "the price is there")
    person.click("forward")
    person.see("batches-table")


def _has_ended(person: Person) -> bool:
    state = person.sees("job-state")
    return state is not None and state.name.startswith("Finished")


def _banner_button(person: Person) -> str:
    button = person.sees("banner-button")
    return button.name if button is not None else ""


def _bought_once(service: PracticeService) -> bool:
    bought = service.bought()
    return len(bought) == ROWS and set(bought.values()) == {1}


def test_spent_credit_is_said_mended_and_gone_on_from(
    person: Person, service: PracticeService, script: Script, browser: Path, tmp_path: Path
) -> None:
    """One banner, one button: to the Console and back, then on; every row is bought once."""
    spent = refusal(400, "invalid_request_error", CREDIT)
    script.at_start(Endpoint.CREATE, pass_in, spent)
    _begin(person, tmp_path)
    person.wait(lambda: person.words("Paused: your Anthropic credit ran out"), "the banner")
    person.wait(lambda: person.words("Batches 2 and 3 have not been sent and cost nothing."), "it")
    assert person.words("Nothing is lost.")
    assert person.see("job-state").name == "Paused · needs you"
    assert _states(person) == ["Finished", "Waiting", "Waiting"]
    person.click("banner-button")
    page = person.wait(lambda: browser.exists() and browser.read_text(), "the browser has opened")
    assert page == "https://platform.claude.com/settings/billing"
    window = person.wait(lambda: _window("^Drag source$"), "the browser is in front")
    person.wait(lambda: person.front_window() == window, "the browser is in front")
    xdotool("windowclose", window)
    person.wait(lambda: _banner_button(person) == "Continue job", "the same button goes on")
    person.tab_to("banner-button")
    person.key("Return")
    person.wait(lambda: _has_ended(person), "the job has finished")
    assert person.see("job-state").name == "Finished"
    assert _banner_button(person) == ""
    assert person.row_count("results-table") == ROWS
    assert _bought_once(service)
    assert len(service.creates()) == 4


def _window(title: str) -> str:
    return xdotool("search", "--onlyvisible", "--name", title)


def test_cut_off_rows_are_asked_again_with_a_longer_answer(
    person: Person, service: PracticeService, script: Script, sheaf_home: Path, tmp_path: Path
) -> None:
    """The group says what it cost and what again costs; the length set there is what is asked."""
    script.always_at_end(Endpoint.RESULTS, lines_changed(_cut_off))
    _begin(person, tmp_path)
    person.wait(lambda: _has_ended(person), "the job has finished")
    assert person.see("job-state").name == "Finished · 2 need you"
    script.heal()
    person.click(name="Needs you 2", role="check box")
    group = person.see("group-cut_off")
    assert group.name == "Cut off, 2 rows"
    assert "tokens before it was complete." in group.description
    assert "$0.0" in group.description
    price = person.see("fix-cut_off").name
    assert price.startswith("Retry · ")
    assert "$0.0" in price
    person.wait(lambda: _replies(person), "what Claude wrote is shown")
    person.write("longer-answer", "900")
    person.tab_to("fix-cut_off")
    person.key("space")
    person.wait(lambda: person.see("job-state").name == "Finished", "both have their answers")
    assert len(service.creates()) == 4
    batches = _batches(sheaf_home)
    assert [batch.changes.max_tokens for batch in batches] == [None, None, None, 900]
    assert (batches[-1].rows, batches[-1].answered) == (2, 2)
    person.click(name="Batches", role="check box")
    cells = person.cells("batches-table")
    assert [line[STATUS] for line in cells] == ["2 failed", "Finished", "Finished", "Finished"]
    assert cells[-1][ANSWERED] == "2"
    assert cells[-1][COST].endswith("$0.01")


def test_finished_batches_are_deleted_at_the_service_by_keyboard(
    person: Person, service: PracticeService, script: Script, tmp_path: Path
) -> None:
    """From the list's menu, after a question whose harmless answer has the focus."""
    _begin(person, tmp_path)
    person.wait(lambda: _has_ended(person), "the job has finished")
    person.click("job-list", role="list item")
    _delete_at_the_service(person)
    person.key("Return")
    person.wait(lambda: not person.words("Delete the finished batches"), "it has closed")
    assert script.count(Endpoint.DELETE) == 0
    _delete_at_the_service(person)
    person.click(name="Delete from the servers", role="push button")
    person.wait(lambda: person.words("3 batches deleted from Anthropic’s servers"), "it is said")
    assert script.count(Endpoint.DELETE) == 3
    assert person.row_count("results-table") == ROWS


def _delete_at_the_service(person: Person) -> None:
    person.key("shift+F10")
    person.key("Up", "Up", "Return")  # from below: Delete job, then this one
    person.wait(lambda: person.words("Delete the finished batches"), "the question")


@pytest.mark.parametrize("service", [60.0], indirect=True)
def test_cancelling_says_what_it_means_and_keeps_running_on_enter(
    person: Person, service: PracticeService, tmp_path: Path
) -> None:
    """The focus is on the harmless answer; cancelled, the job says what was kept and paid."""
    _begin(person, tmp_path)
    person.wait(lambda: _states(person) == ["Working"] * 3, "all batches are at work")
    person.click("cancel-job")
    person.wait(lambda: "focused" in person.see("keep-running").states, "the harmless answer")
    assert person.words(f"{ROWS} rows are being worked on")
    assert person.words("under $0.01").count("under $0.01") == 2
    person.key("Return")
    person.wait(lambda: not person.sees("cancel-dialog"), "the dialog has closed")
    assert person.see("job-state").name == "Working"
    person.click("cancel-job")
    person.click("cancel-the-job")
    person.wait(lambda: person.sees("job-state", name="Cancelled"), "it is cancelled", WHOLE_RUN)
    assert person.words("This job was cancelled")
    kept = len(service.billed())
    assert person.words(f"{ROWS - kept} rows were not run and cost nothing.")
    person.click(name="Batches", role="check box")
    assert all(state.endswith(" cancelled") for state in _states(person))
    answered = [int(line[ANSWERED]) for line in person.cells("batches-table")]
    assert sum(answered) == kept


@pytest.mark.parametrize("service", [3600.0], indirect=True)
def test_a_lost_reply_with_two_candidates_is_asked_about(
    person: Person, service: PracticeService, script: Script, tmp_path: Path
) -> None:
    """Facts, waiting first; sending again has its price on the button and sends once."""
    script.at_end(Endpoint.CREATE, pass_on, _lost_beside_a_stranger(service))
    _begin(person, tmp_path)
    heading = "Did batch 2 arrive? Sheaf cannot tell yet"
    person.wait(lambda: person.words(heading), "the question", WHOLE_RUN)
    assert person.see("question-wait").chosen
    assert person.see("question-decide").name == "Keep waiting"
    assert person.words("Two batches of 5 rows from that time, both still working")
    person.click("question-decide")
    person.wait(lambda: person.words("Waiting until it is known whether batch 2 arrived"), "it")
    person.click("banner-button")
    person.wait(lambda: person.words(heading), "the question is back")
    # Later batches go on meanwhile, in sizes of their own: 5 rows become 4 and 1.
    person.wait(lambda: len(service.creates()) == 4, "the other rows are sent")
    person.tab_to("question-wait")
    person.key("Down")
    person.wait(
        lambda: person.see("question-decide").name.startswith("Send again · under $0.01"), "it"
    )
    person.click("question-decide")
    person.wait(lambda: len(service.creates()) == 5, "it is sent again")
    person.wait(lambda: not person.words(heading), "the question has gone")
    happened = "Batch 2 is sent again because the person said so; it may be paid for twice."
    person.wait(lambda: person.words(happened), "what happened is said")


def _lost_beside_a_stranger(service: PracticeService) -> End:
    """Return a fault that loses the reply of a create; another program sends as many rows."""

    def act(_call: Call, _reply: Reply) -> Reply:
        add_stranger(service, PER_BATCH, seconds=3600.0)
        raise Hangup

    return act


def _states(person: Person) -> list[str]:
    return [line[STATUS] for line in person.cells("batches-table")]


def _replies(person: Person) -> bool:
    table = person.sees("needs-you-results-table", role="table")
    cells = person.cells_of(table) if table is not None else []
    return [line[-1] for line in cells] == ['{"topic": "Deliv', '{"topic": "Deliv']


def _cut_off(lines: list[bytes]) -> list[bytes]:
    """Let the answers of the rows 2 and 3 reach the longest answer."""
    return [_shortened(line) if row_of(line) in (2, 3) else line for line in lines]


def _shortened(line: bytes) -> bytes:
    content: dict[str, Any] = json.loads(line)
    message = content["result"]["message"]
    message["stop_reason"] = "max_tokens"
    message["content"] = [{"type": "text", "text": '{"topic": "Deliv'}]
    return json.dumps(content).encode() + b"\n"


def _batches(sheaf_home: Path) -> list[Any]:
    (path,) = (sheaf_home / "jobs").glob("*.sheaf")
    with JobReader(path) as reader:
        return reader.batches()
