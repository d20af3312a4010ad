"""What the Data step says of a folder's files before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from app.core.job import FolderWish, JobSettings
from app.core.table import Action, Notice
from app.engine.verbs import Load
from app.files import describe
from app.files.pdf import PdfContent
from app.ui.dialogs.left_out import LeftOutFiles
from app.ui.steps.data import DataStep
from app.ui.widgets.button import Button
from app.ui.widgets.label import Label
from tests.files.pdf_maker import make_pdf
from tests.ui.test_folder_step import FILE, column_of, shown, words
from tests.ui.test_reading_cards import Reader, head


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder with a text in it."""
    folder = tmp_path / "Papers"
    folder.mkdir()
    (folder / "a.txt").write_text("An invoice of March.")
    return folder


def link(step: DataStep, name: str) -> Button:
    """Return the newest button of that name among the notices."""
    found: Button = step._noticed.findChildren(Button, name)[-1]
    return found


def says(qtbot: QtBot, step: DataStep, sentence: str) -> None:
    """Wait until a sentence stands on the screen."""
    qtbot.waitUntil(lambda: sentence in words(step))


def test_a_picture_of_several_pages_says_that_one_is_sent(
    qtbot: QtBot, tmp_path: Path, papers: Path
) -> None:
    """Neither a scan of many pages in one TIFF nor an animation loses pages silently."""
    pages = [Image.new("RGB", (60, 40), shade) for shade in ("navy", "red", "green")]
    pages[0].save(papers / "b.tif", save_all=True, append_images=pages[1:])
    pages[0].save(papers / "c.png", save_all=True, append_images=pages[1:])
    step, _ = shown(qtbot, tmp_path, papers)
    says(qtbot, step, "2 picture files hold several pictures; only the first is sent")
    assert "only the first is sent" in column_of(step, FILE)[1]
    assert "only the first of its 3 pictures is sent" in column_of(step, FILE)[2]


def test_files_over_the_limit_are_named_before_a_model_is_chosen(
    qtbot: QtBot, tmp_path: Path, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many pages for every model, and too many for some, are two things."""
    for name in ("long.pdf", "longer.pdf"):
        make_pdf(papers / name, ["A contract."])
    pages = {"long.pdf": 101, "longer.pdf": 601}

    def read(path: Path, _cancelled: Any) -> PdfContent:
        return PdfContent(pages[path.name], "A contract.", pages[path.name])

    monkeypatch.setattr(describe, "read_pdf", read)
    step, _ = shown(qtbot, tmp_path, papers)
    says(qtbot, step, '1 file is larger than a request may be (32 MB, 600 pages): "longer.pdf".')
    says(qtbot, step, 'which the smaller models do not take: "long.pdf".')
    assert column_of(step, FILE)[2].startswith('"longer.pdf" has 601 pages.')
    assert column_of(step, FILE)[1] == "A contract."


def test_what_is_saved_by_sending_text_only_is_said(
    qtbot: QtBot, tmp_path: Path, papers: Path
) -> None:
    """Before and after the choice; after it nobody reads that pages are sent too."""
    make_pdf(papers / "b.pdf", ["A contract that was signed in April, with all its pages."])
    step, _ = shown(qtbot, tmp_path, papers)
    says(qtbot, step, "1 PDF has text in it. The pages are sent too")
    says(qtbot, step, "% less to read")
    link(step, "do-pdf_text").click()
    assert step.apply(JobSettings()).text_only
    says(qtbot, step, "1 PDF has text in it. Only that is sent. The text alone is about")
    qtbot.waitUntil(lambda: "pages are sent too" not in words(step))


def test_files_that_were_left_out_are_named(qtbot: QtBot, tmp_path: Path, papers: Path) -> None:
    """Their number has a way to their names."""
    (papers / ".hidden").touch()
    (papers / "sub").mkdir()
    (papers / "sub" / "tool.exe").write_bytes(bytes(range(256)) * 20)
    step, _ = shown(qtbot, tmp_path, papers)
    job = head(step._line.path)  # type: ignore[union-attr]
    named = {notice.code: notice for notice in job.notices}
    assert named["passed_not_chosen"].names == ("sub/tool.exe",)
    assert named["passed_hidden"].names == (".hidden",)
    assert named["passed_hidden"].action is Action.SHOW_NAMES
    assert link(step, "do-passed_hidden").text() == "Show them"


def test_the_names_stand_in_a_dialog(qtbot: QtBot) -> None:
    """The first ones by name, the others by their number."""
    names = ("a.exe", "<b>.exe")
    notice = Notice("passed_x", "9 files were left out.", 9, Action.SHOW_NAMES, names=names)
    dialog = LeftOutFiles(None, notice)
    qtbot.addWidget(dialog)
    said = [label.text() for label in dialog.findChildren(Label)]
    assert "a.exe\n<b>.exe" in said
    assert "and 7 more." in said


def test_a_text_that_was_guessed_says_so_in_its_row(
    qtbot: QtBot, tmp_path: Path, papers: Path
) -> None:
    """A note from looking into a file is seen where the file is."""
    (papers / "b.txt").write_bytes("配送も早かった。カタカナ".encode("cp932"))
    step, _ = shown(qtbot, tmp_path, papers)
    assert column_of(step, FILE)[1].startswith("Its encoding was judged from its letters: Japanese")


def test_blank_texts_are_noticed_also_where_texts_are_short(qtbot: QtBot, tmp_path: Path) -> None:
    """The column with the longest text is the one that will be read, not the first one."""
    table = tmp_path / "short.csv"
    rows = "".join(f"R-{row},{'' if row % 4 else 'It came too late'}\n" for row in range(8))
    table.write_text(f"review_id,review_text\n{rows}")
    step, _ = shown(qtbot, tmp_path, table)
    says(qtbot, step, "6 rows have nothing in review_text.")
    assert link(step, "toggle-blank").text() == "Send them too"


def test_title_lines_can_be_read_as_rows(qtbot: QtBot, tmp_path: Path) -> None:
    """What was left out above the header can be taken back."""
    table = tmp_path / "titled.csv"
    table.write_text("Report\nMade 2024\n\nid,text,c\n1,a,x\n2,b,y\n3,c,z\n")
    step, _ = shown(qtbot, tmp_path, table)
    assert link(step, "do-title_rows").text() == "Read them as rows too"
    link(step, "do-title_rows").click()
    assert step._job is not None
    assert step._job.rows == 6


def test_the_extra_column_is_named(qtbot: QtBot, tmp_path: Path) -> None:
    """Whoever reads of cells beyond the header can find them."""
    table = tmp_path / "ragged.csv"
    table.write_text("id,text\n1,a\n2,b,more\n")
    step, _ = shown(qtbot, tmp_path, table)
    says(qtbot, step, 'the rest is kept as "extra_1"')


def test_patterns_are_offered_as_files(qtbot: QtBot, tmp_path: Path, papers: Path) -> None:
    """A column of patterns, and one with a few odd cells among names, are offered; sums are not."""
    table = papers / "list.csv"
    for name, cells in (
        ("photo", ("img/a*", "img/p1*", "*.txt")),
        ("photo", ("img/*", "b.pdf", "x/c.png", "d.jpg", "nothing")),
    ):
        table.write_text(f"no,{name}\n" + "".join(f"{n},{c}\n" for n, c in enumerate(cells)))
        step, _ = shown(qtbot, tmp_path, table)
        assert step._noticed.findChildren(Button, "do-names_files")
    table.write_text("no,sum\n1,2*3\n2,4 * 5\n3,a*b\n")
    step, _ = shown(qtbot, tmp_path, table)
    assert not step._noticed.findChildren(Button, "do-names_files")


def test_any_column_can_be_chosen_for_files(qtbot: QtBot, tmp_path: Path, papers: Path) -> None:
    """Also where its cells do not look like names of files, and back again."""
    table = papers / "list.csv"
    table.write_text("no,scan,words\n1,a,x\n2,b,y\n")
    step, _ = shown(qtbot, tmp_path, table)
    field = step._files._column
    assert not step._files.isHidden()
    field.setCurrentIndex(2)
    field.activated.emit(2)
    assert step._job is not None
    assert "scan" in step._job.settings.attached
    assert field.currentText() == "scan"
    field.setCurrentIndex(3)
    field.activated.emit(3)
    assert "words" in step._job.settings.attached
    assert "scan" not in step._job.settings.attached
    field.setCurrentIndex(0)
    field.activated.emit(0)
    assert not step._job.settings.attached


def test_a_folder_offers_no_column_of_files(qtbot: QtBot, tmp_path: Path, papers: Path) -> None:
    """Its files are its rows; the column of empty folders is not shown, the reasons are."""
    step, _ = shown(qtbot, tmp_path, papers)
    assert step._files.isHidden()
    view = step._table.view
    assert view.isColumnHidden(1)
    step.resize(960, 640)
    right = view.columnViewportPosition(FILE) + view.columnWidth(FILE)
    assert view.columnWidth(FILE) >= 160
    assert right <= view.viewport().width()


def test_ready_made_requests_are_told_nothing_of_file_names(tmp_path: Path) -> None:
    """Their ids are not sent at all."""
    file = tmp_path / "r.jsonl"
    line = (
        '{"custom_id": "a.jpg", "params": {"model": "claude-haiku-5-5", "max_tokens": 10, '
        '"messages": [{"role": "user", "content": "Hi"}]}}\n'
    )
    file.write_text(line)
    job = head(str(Reader().load(file)))
    assert "names_files" not in {notice.code for notice in job.notices}


def test_names_narrow_a_folder_down(qtbot: QtBot, tmp_path: Path, papers: Path) -> None:
    """Patterns such as the command line takes; leaving the field as it is reads nothing."""
    (papers / "b.md").write_text("# A note")
    step, desk = shown(qtbot, tmp_path, papers)
    step._file._patterns.editingFinished.emit()
    assert not desk.verbs_of(Load)
    step._file._patterns.setText("*.md; x*")
    step._file._patterns.editingFinished.emit()
    assert desk.verbs_of(Load)[-1].folder == FolderWish(patterns=("*.md", "x*"))
    assert column_of(step, 0) == ["b.md"]
    assert step._file._patterns.text() == "*.md; x*"
