"""A folder of papers, dropped on the real window: every file a row, the broken ones named."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.parts import Cause
from tests.files.corpus import make_corpus
from tests.gui.person import Person

pytestmark = [pytest.mark.gui, pytest.mark.timeout(300)]

WHOLE_RUN = 120.0


@pytest.fixture
def person(sheaf_home: Path) -> Iterator[Person]:
    """Give somebody who sits down before an empty Sheaf."""
    someone = Person(sheaf_home)
    yield someone
    someone.go()


def test_a_dropped_folder_is_answered_file_by_file(person: Person, tmp_path: Path) -> None:
    """Dropped, described, practised: each good file has its answer, each broken one its reason."""
    folder = tmp_path / "Ablage"
    made = [each for each in make_corpus(folder) if each.cause is not Cause.WRONG_KIND]
    broken = [each for each in made if each.cause is not None]
    person.start()
    person.drag_in(folder, "first-run")
    person.see("preview-table")
    assert person.row_count("preview-table") == len(made) >= 40
    assert "file, File" in person.headings("preview-table")
    assert person.words(f"{len(broken)} files cannot be sent")
    person.click("forward")
    person.click("instructions")
    person.type("What kind of paper is this?\n\n{{file}}")
    person.click("forward")
    person.see("cost-panel")
    person.click("forward")
    person.see("checks")
    person.wait(lambda: person.words(f"{len(broken)} rows have files that cannot be sent"), "said")
    person.click("forward")
    person.wait(lambda: person.sees("results-table"), "the answers are there", WHOLE_RUN)
    exported = _exported(person, folder)
    by_path = {line["file"]: line for line in exported}
    assert set(by_path) == {each.path for each in made}
    for each in made:
        state = by_path[each.path]["sheaf_status"]
        # A file that says the same as another is not asked twice.
        wanted = ("failed",) if each.cause else ("answered", "copied")
        assert state.removeprefix("practice: ") in wanted, each.path
        assert (each.cause is None) == bool(by_path[each.path]["answer"])


def _exported(person: Person, folder: Path) -> list[dict[str, str]]:
    """Export from the command line, which looks at the same job."""
    jobs = list((person.home / "jobs").glob("*.sheaf"))
    assert len(jobs) == 1
    out = folder.parent / "out.csv"
    assert person.begin("export", str(jobs[0]), str(out)).wait(60) == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
