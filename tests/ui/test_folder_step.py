"""A folder in the Data step, and a spreadsheet whose cells name files."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from app.core.job import JobSettings
from app.core.parts import Family
from app.engine.look_into import look_into_files
from app.engine.replies import IdCheck, JobLine
from app.engine.verbs import CheckId, Load, Save
from app.engine.view import job_line
from app.store.job_file import JobFile
from app.ui.steps.data import DataStep
from app.ui.widgets.button import Button
from app.ui.widgets.label import Label
from tests.files.pdf_maker import make_pdf
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_reading_cards import Reader, head

NAME, SIZE, FILE = 0, 4, 6


class Engine(Reader):
    """Reads, and saves what the step wants saved."""

    def save(self, verb: Save) -> JobLine:
        """Keep settings, and look into the files that cells name."""
        with JobFile.open(Path(verb.job)) as job_file:
            job_file.save_settings(verb.settings)
            look_into_files(self.bench, job_file, lambda: False)
        return job_line(verb.job)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A text, a PDF, a scan, a picture below, and an empty file."""
    folder = tmp_path / "Papers 2025"
    (folder / "more").mkdir(parents=True)
    (folder / "a.txt").write_text("An invoice of March.")
    make_pdf(folder / "b.pdf", ["A contract that was signed in April, with all its pages."])
    (folder / "c.txt").touch()
    Image.new("RGB", (640, 480), "navy").save(folder / "more" / "d.png")
    return folder


def shown(qtbot: QtBot, tmp_path: Path, source: Path) -> tuple[DataStep, FakeDesk]:
    """Return the step on a job of this source, with an engine that really reads."""
    engine = Engine()
    job = str(engine.load(source))
    answers = {
        CheckId: lambda verb: IdCheck(verb.column, 0, 0),
        Load: engine.again,
        Save: engine.save,
    }
    desk = FakeDesk(tmp_path, answers)
    step = DataStep(desk)
    qtbot.addWidget(step)
    step.resize(1040, 670)
    step.read_anew.connect(lambda line: step.show_job(line, head(line.path)))
    step.show()
    step.show_job(job_line(job), head(job))
    return step, desk


def column_of(step: DataStep, column: int) -> list[str]:
    """Return what a column shows."""
    model = step._table.model
    return [model.index(row, column).data() for row in range(model.rowCount())]


def words(step: DataStep) -> str:
    """Return all words on the screen."""
    return " | ".join(label.text() for label in step.findChildren(Label) if label.isVisible())


def test_files_show_their_words_or_what_is_odd(qtbot: QtBot, tmp_path: Path, papers: Path) -> None:
    """A text shows its beginning, a picture its size, a broken file why it cannot be sent."""
    step, _ = shown(qtbot, tmp_path, papers)
    assert column_of(step, NAME) == ["a.txt", "b.pdf", "c.txt", "d.png"]
    first, second, third, fourth = column_of(step, FILE)
    assert first == "An invoice of March."
    assert "A contract that was signed" in second
    assert third == '"c.txt" is empty.'
    assert fourth == "640 × 480 pixels"
    assert column_of(step, SIZE)[0] == "20 bytes"
    said = words(step)
    assert "4 files · " in said
    assert "1 sub-folder included" in said
    assert "Each file becomes one row" in said
    assert "Files to run" in said
    assert step.apply(JobSettings()).id_column == "file_name"


def test_kinds_and_sub_folders_are_chosen_above_the_table(
    qtbot: QtBot, tmp_path: Path, papers: Path
) -> None:
    """A choice reads the folder anew, and can be taken back."""
    step, desk = shown(qtbot, tmp_path, papers)
    step._file._include.setCurrentIndex(2)
    step._file._on_chosen()
    assert column_of(step, NAME) == ["b.pdf"]
    wish = desk.verbs_of(Load)[-1].folder
    assert (wish.recursive, wish.families) == (True, (Family.PDF,))
    step._file._include.setCurrentIndex(0)
    step._file._below.setCurrentIndex(1)
    step._file._on_chosen()
    assert column_of(step, NAME) == ["a.txt", "b.pdf", "c.txt"]
    assert step._file._below_part.isVisible()


def test_of_pdfs_only_their_text_can_be_sent(qtbot: QtBot, tmp_path: Path, papers: Path) -> None:
    """The link turns the choice round and back."""
    step, _ = shown(qtbot, tmp_path, papers)
    step._noticed.findChild(Button, "do-pdf_text").click()
    assert step.apply(JobSettings()).text_only
    link = step._noticed.findChildren(Button, "do-pdf_text")[-1]
    assert link.text() == "Send their pages too"
    link.click()
    assert not step.apply(JobSettings()).text_only


def test_files_that_cells_name_are_sent_on_a_click(
    qtbot: QtBot, tmp_path: Path, papers: Path
) -> None:
    """The column turns into files at once, the wrong names are marked, and back it goes."""
    table = papers / "list.csv"
    table.write_text("no,scan\n1,a.txt\n2,more/d.png\n3,nowhere.pdf\n", encoding="utf-8")
    step, _ = shown(qtbot, tmp_path, table)
    assert column_of(step, 1) == ["a.txt", "more/d.png", "nowhere.pdf"]
    step._noticed.findChild(Button, "do-names_files").click()
    first, second, third = column_of(step, 1)
    assert (first, second) == ("An invoice of March.", "640 × 480 pixels")
    assert "nowhere.pdf" in third
    qtbot.waitUntil(lambda: "are sent with their rows" in words(step))
    step._noticed.findChildren(Button, "do-names_files")[-1].click()
    assert column_of(step, 1) == ["a.txt", "more/d.png", "nowhere.pdf"]
