"""A person's first job in the real window: mouse, keyboard, and what a screen reader reads."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest

from tests.gui.paced_practice import PacedPractice
from tests.gui.person import PATIENCE, ROOT, Node, Person, xdotool

pytestmark = [pytest.mark.gui, pytest.mark.timeout(300)]

MANY_ROWS = 20_000
INSTRUCTIONS = "What is this review about?\n\n{{review_text}}"
WHOLE_RUN = 180.0
FIRST_START = 90.0
"""The engine's first start ever compiles what it imports."""
STATUS, ROWS, ANSWERED, COST = 2, 4, 5, 9
"""Columns of the batches table."""


@pytest.fixture
def person(sheaf_home: Path) -> Iterator[Person]:
    """Give somebody who sits down before an empty Sheaf."""
    someone = Person(sheaf_home)
    yield someone
    someone.go()


def _reviews(path: Path, rows: int) -> Path:
    maker = [sys.executable, "benchmarks/make_rows.py", str(rows), str(path)]
    subprocess.run(maker, cwd=ROOT, check=True)
    return path


def _read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _is_ended(person: Person) -> bool:
    export = person.sees("export-job")
    return export is not None and export.name == "Export"


def _save_as(person: Person, path: Path) -> None:
    """Answer the system's dialog for saving, and wait until the file is there."""
    person.see("fileNameEdit")
    person.key("ctrl+a")
    person.type(f"{path}\n")
    person.wait(lambda: not person.sees("fileNameEdit"), "the dialog has closed")
    person.wait(path.exists, f"{path.name} is written")


def _open_with_keys(person: Person, path: Path) -> None:
    person.key("ctrl+o")
    person.see("fileNameEdit")
    person.type(f"{path}\n")
    person.see("preview-table")


def _begin_sample(person: Person) -> None:
    """Run the bundled sample from the first screen, until its batches are at work."""
    person.click("sample-1")
    person.see("preview-table")
    for step in ("instructions", "cost-panel", "checks"):
        person.click("forward")
        person.see(step)
    person.click("forward")
    person.see("batches-table")


def test_a_spreadsheet_becomes_answers(person: Person, tmp_path: Path) -> None:
    """Dropped, described, priced, practised and exported: every row is there, on its own line."""
    source = _reviews(tmp_path / "Store reviews.csv", MANY_ROWS)
    person.start()
    _drop(person, source)
    _write_instructions(person)
    _add_category(person)
    _add_short_text(person)
    person.click("forward")
    _read_the_price(person)
    person.click("forward")
    person.see("checks")
    person.wait(_submit_button(person), "the rows and the price stand on the button")
    person.click("forward")
    _watch_the_batches(person)
    _look_at_the_answers(person)
    person.key("ctrl+e")
    exported = tmp_path / "answers.csv"
    _save_as(person, exported)
    _compare(source, exported)


def _drop(person: Person, source: Path) -> None:
    assert person.drag_in(source, "first-run") == "CopyAction"
    person.see("preview-table", patience=FIRST_START)
    assert person.row_count("preview-table") == MANY_ROWS
    assert "review_text, Long text" in person.headings("preview-table")
    assert person.cells("preview-table", 0, 1)[0][0] == "R-0000001"


def _write_instructions(person: Person) -> None:
    person.click("forward")
    person.click("instructions")
    person.type(INSTRUCTIONS)
    assert person.see("instructions").text == INSTRUCTIONS
    sent = person.wait(
        lambda: person.see(name="Sent for this row", role="text").text, "a real row is shown"
    )
    assert sent.startswith("What is this review about?\n\nHmm. The parcel held somebody else's")


def _add_category(person: Person) -> None:
    person.click("add-column")
    person.see("column-name")
    person.type("topic")
    for number, label in enumerate(("Delivery", "Quality"), 1):
        person.write("label-name", label, name=f"Label {number}")
    person.key("Tab")
    person.type("The thing itself: material, fit, finish")
    person.click("add-label", role="push button")
    person.write("label-name", "Other", name="Label 3")
    person.click("done")
    person.wait(lambda: not person.sees("column-name"), "the editor has closed")


def _add_short_text(person: Person) -> None:
    person.click("add-column")
    person.see("column-name")
    person.type("reason")
    person.click("column-kind")
    person.type("Short")
    person.key("Return")
    person.write("column-description", "Why, in a few words")
    person.click("done")
    person.wait(lambda: not person.sees("column-name"), "the editor has closed")


def _read_the_price(person: Person) -> None:
    person.see("cost-panel")
    person.wait(lambda: person.words("Most likely between $"), "the range of the price")
    assert person.words("Practice: nothing is charged")
    assert person.see("model-claude-haiku-5-5").chosen


def _submit_button(person: Person) -> Callable[[], Node | None]:
    def there() -> Node | None:
        button = person.see("forward")
        return button if button.usable and button.name.endswith("rows · free") else None

    return there


def _watch_the_batches(person: Person) -> None:
    person.see("batches-table")
    seen: dict[str, list[str]] = {}

    def ended() -> bool:
        table = person.sees("batches-table")
        for cells in person.cells_of(table) if table is not None else ():
            known = seen.setdefault(cells[0], [])
            if cells[STATUS] not in known:
                known.append(cells[STATUS])
        return _is_ended(person)

    person.wait(ended, "every batch has finished", WHOLE_RUN)
    # Reviews that say the same are asked once: there are fewer batches than rows would fill.
    assert 5 < len(seen) < 10
    # A look at the whole table takes seconds on a busy computer: a short batch may end meanwhile.
    working = [number for number, states in seen.items() if "Working" in states]
    assert len(working) > len(seen) / 2, str(seen)
    person.click(name="Batches", role="check box")
    cells = person.cells("batches-table")
    assert {line[STATUS] for line in cells} == {"Finished"}
    assert {line[COST] for line in cells} == {"free"}
    assert [line[ANSWERED] for line in cells] == [line[ROWS] for line in cells]
    person.click(name="Answers", role="check box")


def _look_at_the_answers(person: Person) -> None:
    person.see("results-table")
    assert person.row_count("results-table") == MANY_ROWS
    person.wait(
        lambda: person.cells("results-table", 0, 1)[0][-1] == "Answered (practice)",
        "the first page is read",
    )
    assert person.see("job-state").name == "Practice · Finished"


def _compare(source: Path, exported: Path) -> None:
    given, got = _read(source), _read(exported)
    width = len(given[0])
    assert got[0] == [*given[0], "topic", "reason", "sheaf_status", "sheaf_reason"]
    assert len(got) == MANY_ROWS + 1
    # Text that a spreadsheet program would run has an apostrophe in front.
    assert [[cell.removeprefix("'") for cell in line[:width]] for line in got] == given
    at = got[0].index("sheaf_status")
    states = {"practice: answered", "practice: copied", "practice: skipped"}
    assert {line[at] for line in got[1:]} == states
    labels = {"Delivery", "Quality", "Other", "Cannot tell"}
    answered = [line for line in got[1:] if line[at] != "practice: skipped"]
    assert {line[width] for line in answered} == labels
    assert all(line[width + 1] for line in answered)


def test_a_closed_window_goes_on_where_it_was(person: Person, sheaf_home: Path) -> None:
    """Closed while a job runs and started again: the same batches are fetched, nothing twice."""
    with PacedPractice(sheaf_home) as practice:
        person.start()
        _begin_sample(person)
        person.wait(
            lambda: person.cells("batches-table")[0][STATUS] == "Working", "the batch is sent"
        )
        person.close()
        practice.let_finish(1)
        person.start()
        person.click("job-list", role="list item")
        person.wait(lambda: _is_ended(person), "the job has finished", WHOLE_RUN)
        assert person.row_count("results-table") == 500
        assert practice.creates == 1


def test_a_second_start_raises_the_first_window(person: Person) -> None:
    """Starting Sheaf twice brings the open window to the front, and opens what was asked for."""
    person.start()
    first = person.sheaf_window()
    xdotool("windowminimize", "--sync", first)
    person.wait(lambda: person.front_window() != first, "the window is out of the way")
    assert person.begin("open-sample").wait(PATIENCE) == 0
    person.wait(lambda: person.front_window() == first, "the first window is in front")
    person.see("preview-table")
    assert person.see("window").name == "Product reviews — Sheaf"


def test_the_keyboard_alone_is_enough(person: Person, tmp_path: Path) -> None:
    """From the file to the export without touching the mouse."""
    source = _reviews(tmp_path / "few.csv", 40)
    person.start()
    _open_with_keys(person, source)
    person.key("ctrl+Return")
    person.see("instructions")
    person.tab_to("instructions")
    person.type("Is this customer happy?\n{{rev")
    person.wait(lambda: person.see("instructions").text.endswith("{{rev"), "the text is in")
    person.key("Down", "Return")  # the second of the columns that are offered
    person.wait(
        lambda: person.see("instructions").text.endswith("{{review_text}}"), "the column is in"
    )
    person.key("ctrl+Return")
    person.see("cost-panel")
    person.key("ctrl+Return")
    person.wait(_submit_button(person), "the job can be sent")
    person.key("ctrl+Return")
    person.wait(lambda: _is_ended(person), "the job has finished", WHOLE_RUN)
    person.key("ctrl+e")
    exported = tmp_path / "out.csv"
    _save_as(person, exported)
    assert [line[:6] for line in _read(exported)] == _read(source)


def test_a_key_is_checked_kept_used_and_removed(
    person: Person, sheaf_home: Path, tmp_path: Path
) -> None:
    """With a key in the keyring the same buttons do it for real; removed, practice is back."""
    source = _reviews(tmp_path / "few.csv", 40)
    with PacedPractice(sheaf_home / "elsewhere") as service:
        person.start()
        _connect(person, service)
        _open_with_keys(person, source)
        person.click("forward")
        person.click("recipe-classify")
        person.click("forward")
        person.see("cost-panel")
        person.click("forward")
        person.wait(lambda: person.see("forward").name.startswith("Submit 40 rows"), "the price")
        person.click("forward")
        person.see("batches-table")
        service.let_finish(1)
        person.wait(lambda: _is_ended(person), "the job has finished", WHOLE_RUN)
        assert person.see("job-state").name == "Finished"
        person.click(name=_said(person, "Bill under $0.01"))
        person.see("bill-card")
        person.see("bill-by-batch")
        assert service.creates == 1
        _disconnect(person)


def _said(person: Person, beginning: str) -> str:
    """Wait for something that begins with these words; return all that it says."""

    def said() -> list[str]:
        return [node.name for node in person.find() if node.name.startswith(beginning)]

    return str(person.wait(said, beginning)[0])


def _connect(person: Person, service: PacedPractice) -> None:
    person.click("settings")
    person.write("service-address", service.address)
    person.key("Tab")
    person.wait(lambda: person.words(f"your key and your rows go to {service.address}"), "said")
    person.write("api-key", "sk-ant-wrong")
    person.click("check-key")
    person.wait(lambda: person.words("This key was not accepted"), "the refusal")
    assert keyring.get_password("Sheaf", "anthropic-api-key") is None
    person.write("api-key", service.token)
    person.click("check-key")
    person.wait(lambda: person.words("Connected. Key ending in"), "the key is accepted")
    assert keyring.get_password("Sheaf", "anthropic-api-key") == service.token
    person.click("settings-done")
    person.wait(lambda: "Connected" in person.words(), "the sidebar says so")


def _disconnect(person: Person) -> None:
    person.click("settings")
    person.click("remove-key")
    person.click(name="Remove the key", role="push button")
    person.wait(lambda: "Practice mode" in person.words(), "practice is back")
    assert keyring.get_password("Sheaf", "anthropic-api-key") is None
