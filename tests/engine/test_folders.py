"""Files as rows, of a folder or named in cells: the good are answered, the broken are named."""

from __future__ import annotations

import base64
import csv
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.core.causes import Cause
from app.core.cost import Usage, price_of
from app.core.errors import SheafError
from app.core.job import FolderWish, JobSettings, Mode, RowState
from app.core.limit import worst
from app.core.parts import Cause as FileCause
from app.core.parts import Family
from app.core.table import Action, Kind
from app.engine.filled import Filled
from app.engine.load import Draft, Wanted, load_again, new_job, wanted_again
from app.engine.prepare import filled
from app.engine.run import Ended
from app.engine.view import JobView
from app.store.job_file import JobFile
from tests.engine.conftest import ECHOED, Workplace
from tests.files.corpus import CORPUS, Made, make_corpus
from tests.files.pdf_maker import make_pdf

ASKED = {
    "instructions": "Repeat the mark <{{file_name}}>.\n{{file}}",
    "answers": ECHOED,
    "model": "claude-haiku-5-5",
    "max_tokens": 300,
}
WORDS = "The invoice of 3 March is late."


def load(
    place: Workplace, source: Path, wish: FolderWish | None = None, **settings: Any
) -> JobFile:
    """Make a job of a folder or a spreadsheet and open it for work."""
    chosen = JobSettings(**{**ASKED, **settings})
    place.path = new_job(place.bench, Wanted(source, folder=wish), Draft(chosen, Mode.REAL))
    return place.open()


def rows_of(place: Workplace) -> dict[str, Any]:
    """Return each row by the file that it leads to."""
    with closing(JobView(place.path)) as view:
        names = view.head().column_names
        found = view.results_page(0, 200)
        return {result.cells[names.index("file")]: result for result in found}


def content(place: Workplace, job_file: JobFile, name: str) -> Any:
    """Return what the request of one file says."""
    ready = ready_of(place, job_file)
    cells = next(c for _, c in job_file.source_rows(0) if c[-1] == name)
    return ready.params(cells)["messages"][0]["content"]


def ready_of(place: Workplace, job_file: JobFile) -> Filled:
    """Return what turns rows into requests."""
    return filled(job_file.head(), place.bench.catalog, job_file.files)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A small folder: two texts, a PDF and a picture, one of them below a sub-folder."""
    folder = tmp_path / "papers"
    (folder / "more").mkdir(parents=True)
    (folder / "a.txt").write_text(f"First. {WORDS}", encoding="utf-8")
    (folder / "b.txt").write_text(f"Second. {WORDS}", encoding="utf-8")
    make_pdf(folder / "c.pdf", [WORDS])
    Image.new("RGB", (60, 40), "navy").save(folder / "more" / "d.png")
    return folder


def test_a_folder_of_every_kind_is_answered_file_by_file(place: Workplace, tmp_path: Path) -> None:
    """At least 40 files, broken ones among them: each good one answered, each broken one named."""
    folder = tmp_path / "Ablage, März"
    wanted = [made for made in make_corpus(folder) if made.cause is not FileCause.WRONG_KIND]
    assert len(CORPUS) >= 40
    with load(place, folder) as job_file:
        assert place.work(job_file) is Ended.FINISHED
    rows = rows_of(place)
    assert set(rows) == {made.path for made in wanted}
    for made in wanted:
        _check_row(made, rows[made.path])
    good = sum(made.cause is None for made in wanted)
    assert sum(place.service.billed().values()) == good
    with closing(JobView(place.path)) as view:
        texts = " ".join(notice.text for notice in view.head().notices)
    assert f"{len(wanted) - good} files cannot be sent" in texts
    assert "left out" in texts


def _check_row(made: Made, row: Any) -> None:
    if made.cause is None:
        assert row.state is RowState.ANSWERED, (made.path, row.reason)
        return
    assert (row.state, made.path) == (RowState.FAILED, made.path)
    assert made.path.rpartition("/")[2] in row.reason


def test_words_pdfs_and_pictures_go_out_in_their_own_blocks(place: Workplace, papers: Path) -> None:
    """Text is filled in, a PDF is its own bytes, a picture says what it is, words stay in order."""
    with load(place, papers) as job_file:
        assert content(place, job_file, "a.txt") == f"Repeat the mark <a.txt>.\nFirst. {WORDS}"
        words, document = content(place, job_file, "c.pdf")
        assert words == {"type": "text", "text": "Repeat the mark <c.pdf>.\n"}
        assert document["type"] == "document"
        sent = base64.b64decode(document["source"]["data"])
        assert sent == (papers / "c.pdf").read_bytes()
        picture = content(place, job_file, "more/d.png")[1]
        assert (picture["type"], picture["source"]["media_type"]) == ("image", "image/png")


def test_a_size_that_is_planned_is_never_passed(place: Workplace, papers: Path) -> None:
    """Batches are cut by sizes that are known before a file is read."""
    Image.new("RGB", (4000, 3000), "red").save(papers / "large.bmp")
    with load(place, papers) as job_file:
        ready = ready_of(place, job_file)
        for row, cells in job_file.source_rows(0):
            assert len(ready.line(1, row, cells)) <= ready.size(cells)


def test_many_large_photos_go_out_in_one_request(place: Workplace, tmp_path: Path) -> None:
    """What is planned is what they are sent as: photos are not refused by their files' sizes."""
    photos = tmp_path / "photos"
    photos.mkdir()
    noise = Image.effect_noise((2600, 1900), 90).convert("RGB")
    noise.save(photos / "p.jpg", quality=95)
    table = tmp_path / "rows.csv"
    for n in range(12):
        (photos / f"{n}.jpg").hardlink_to(photos / "p.jpg")
    cells = "; ".join(f"photos/{n}.jpg" for n in range(12))
    table.write_text(f'file_name,file\na,"{cells}"\n', encoding="utf-8")
    with load(place, table, attached=("file",), model="claude-sonnet-5-5") as job_file:
        ready = ready_of(place, job_file)
        ((_, cells_of_row),) = job_file.source_rows(0)
        assert ready.problem(cells_of_row) is None
        assert len(ready.line(1, 1, cells_of_row)) <= ready.size(cells_of_row) <= 32_000_000


def test_of_a_pdf_only_its_text_can_be_sent(place: Workplace, papers: Path) -> None:
    """Where it has text: its pages stay here, which costs less."""
    with load(place, papers, text_only=True) as job_file:
        assert WORDS in content(place, job_file, "c.pdf")


def test_the_kinds_and_sub_folders_can_be_chosen(place: Workplace, papers: Path) -> None:
    """What is left out is counted, and reading again keeps the choice."""
    wish = FolderWish(recursive=False, families=(Family.PDF,))
    with load(place, papers, wish) as job_file:
        assert [cells[-1] for _, cells in job_file.source_rows(0)] == ["c.pdf"]
        load_again(place.bench, job_file, wanted_again(job_file.head()))
        assert [cells[-1] for _, cells in job_file.source_rows(0)] == ["c.pdf"]
        assert job_file.head().columns[-1].kind is Kind.FILE


@pytest.mark.parametrize("harm", ["changed", "gone", "other bytes of the same size"])
def test_a_file_that_changed_fails_its_own_row_only(
    place: Workplace, papers: Path, harm: str
) -> None:
    """It was estimated as it was: another one is not sent in its place, and the rest goes on."""
    with load(place, papers) as job_file:
        way = place.connect()
        place.start(job_file, way, batch_rows=2)
        way.close()
        victim = papers / "b.txt"
        if harm == "gone":
            victim.unlink()
        else:
            before = victim.read_text(encoding="utf-8")
            victim.write_text("x" * len(before) if "other" in harm else "Else.", encoding="utf-8")
        assert place.work(job_file) is Ended.FINISHED
    rows = rows_of(place)
    assert rows["b.txt"].state is RowState.FAILED
    assert "b.txt" in rows["b.txt"].reason
    assert [rows[name].state for name in ("a.txt", "c.pdf", "more/d.png")] == (
        [RowState.ANSWERED] * 3
    )
    assert sum(place.service.bought().values()) == 3
    with place.open() as job_file:
        assert job_file.journal.rows_because([Cause.FILE]) == [2]


def test_the_longest_row_s_file_may_change_as_well(place: Workplace, papers: Path) -> None:
    """The row that the service looks at first is no other: its row fails, and the rest goes."""
    (papers / "big.txt").write_text("word " * 20_000)
    (papers / "gone.txt").write_text("word " * 30_000)
    with load(place, papers) as job_file:
        (papers / "big.txt").write_text("other " * 20_000)
        (papers / "gone.txt").unlink()
        assert place.work(job_file) is Ended.FINISHED
    rows = rows_of(place)
    assert {name for name, row in rows.items() if row.state is RowState.FAILED} == {
        "big.txt",
        "gone.txt",
    }
    assert "is not the file" in rows["big.txt"].reason
    assert sum(row.state is RowState.ANSWERED for row in rows.values()) == 4


def test_a_job_without_a_row_to_send_says_why(place: Workplace, tmp_path: Path) -> None:
    """The reason of the first row that fails, not one that is not true."""
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(b"%PDF-1.7 nothing")
    with load(place, folder) as job_file, pytest.raises(SheafError, match=r"a\.pdf") as error:
        place.work(job_file)
    assert "no row to send" in error.value.what
    assert "blank" not in error.value.sentence


def test_a_batch_without_a_file_left_is_not_sent(place: Workplace, papers: Path) -> None:
    """No empty batch goes out, and the job comes to its end."""
    with load(place, papers) as job_file:
        way = place.connect()
        place.start(job_file, way)
        way.close()
        for path in papers.rglob("*.*"):
            path.unlink()
        assert place.work(job_file) is Ended.FINISHED
    assert {row.state for row in rows_of(place).values()} == {RowState.FAILED}
    assert not place.service.creates()


def test_a_file_that_is_back_can_be_asked_again(place: Workplace, papers: Path) -> None:
    """A missing file is no verdict: once it is there again, its row is answered."""
    with load(place, papers) as job_file:
        way = place.connect()
        place.start(job_file, way)
        way.close()
        away = (papers / "b.txt").rename(papers.parent / "b.txt")
        place.work(job_file)
        away.rename(papers / "b.txt")
        place.work_again(job_file, RowState.FAILED)
    assert {row.state for row in rows_of(place).values()} == {RowState.ANSWERED}
    assert sum(place.service.billed().values()) == 4


def test_an_empty_folder_says_so(place: Workplace, tmp_path: Path) -> None:
    """Nothing to send is said at once, with what was left out."""
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / ".hidden").write_text("x")
    with pytest.raises(Exception, match="no file that could be sent"):
        load(place, folder)


@pytest.fixture
def listed(papers: Path) -> Iterator[Path]:
    """A spreadsheet beside the papers that names them, one of them wrongly, two in one cell."""
    path = papers / "list.csv"
    cells = ("a.txt", "a.txt; more/d.png", "", "nowhere.pdf", "../secret.txt", "*.pdf")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file_name", "file"))
        writer.writerows((f"row{place}", cell) for place, cell in enumerate(cells, 1))
    (papers.parent / "secret.txt").write_text("never sent")
    return path


def test_files_that_cells_name_are_sent_with_their_rows(place: Workplace, listed: Path) -> None:
    """Relative to the spreadsheet, several in a cell, by pattern; never from elsewhere.

    A row that names no file still has its words to be answered.
    """
    with load(place, listed, attached=("file",)) as job_file:
        assert WORDS in content(place, job_file, "a.txt")
        words, picture = content(place, job_file, "a.txt; more/d.png")
        assert WORDS in words["text"]
        assert picture["type"] == "image"
        assert content(place, job_file, "*.pdf")[1]["type"] == "document"
        place.work(job_file)
    with closing(JobView(place.path)) as view:
        states = [result.state for result in view.results_page(0)]
        reasons = [result.reason for result in view.results_page(0)]
    answered, failed = RowState.ANSWERED, RowState.FAILED
    assert states == [answered, answered, answered, failed, failed, answered]
    assert "nowhere.pdf" in reasons[3]
    assert "outside" in reasons[4]
    assert sum(place.service.billed().values()) == 4


def test_a_column_that_is_not_attached_is_only_words(place: Workplace, listed: Path) -> None:
    """Nothing is read because a cell happens to look like a path."""
    with load(place, listed) as job_file:
        assert content(place, job_file, "a.txt") == "Repeat the mark <row1>.\na.txt"
        assert job_file.files.of("a.txt") is None


def test_a_column_of_file_names_offers_to_send_the_files(place: Workplace, tmp_path: Path) -> None:
    """Only where every cell looks like one: addresses and sentences are none."""
    table = tmp_path / "scans.csv"
    table.write_text(
        "file_name,scan,link,file\n"
        "1,a/b 1.PDF,https://example.org/a.pdf,see a.pdf\n"
        "2,,https://example.org/b.pdf,no file\n"
        "3,c.jpeg,https://example.org/c.pdf,1.50\n",
        encoding="utf-8",
    )
    with load(place, table) as job_file:
        notices = [n for n in job_file.head().notices if n.action is Action.ATTACH]
    assert [(n.column, n.count) for n in notices] == [("scan", 2)]


def test_the_spend_limit_counts_a_file_as_it_is_read(place: Workplace, papers: Path) -> None:
    """A PDF of many pages may read more than its bytes, a picture far less: both are bounded."""
    make_pdf(papers / "c.pdf", [WORDS] * 200)
    Image.effect_noise((1500, 1500), 90).save(papers / "noise.png")
    with load(place, papers, max_cost_usd="100") as job_file:
        way = place.connect()
        place.start(job_file, way, batch_rows=1)
        ready = ready_of(place, job_file)
        for batch in place.batches:
            (row,) = job_file.journal.rows_of(batch.number)
            cells = next(c for n, c in job_file.source_rows(0) if n == row)
            counted = way.service.count(ready.params(cells))
            most = worst(job_file.head(), batch)
            prices = batch.prices(job_file.head())
            assert prices is not None
            assert most is not None
            bill = price_of(Usage(input=counted, output=300), prices)
            assert bill <= most, cells
            if cells[-1] == "noise.png":
                assert most < 20 * bill
        way.close()
