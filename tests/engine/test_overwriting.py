"""What an export takes the place of: its own earlier self, what was agreed to, never a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import Halt, SheafError
from app.core.job import FolderWish
from app.engine.bill_file import save_bill
from app.engine.export import Choices, check_export_of, export
from app.engine.save_requests import write_wished
from app.engine.verbs import Export
from app.files.writers import Form
from app.store.exports import ExportBook
from tests.engine.conftest import Workplace
from tests.engine.test_folders import load

AGREED = Choices(form=Form.CSV, overwrite=True)


def write(place: Workplace, target: Path, choices: Choices | None = None) -> None:
    """Export the job, as both surfaces do."""
    book = ExportBook(place.bench.places.jobs)
    export(place.path, target, choices or Choices(), place.bench.publish, book)


def refused(place: Workplace, target: Path, choices: Choices | None = None) -> SheafError:
    """Return why an export there is refused, before and while it is written; the file stays."""
    before = target.read_bytes()
    book = ExportBook(place.bench.places.jobs)
    with pytest.raises(SheafError) as early:
        check_export_of(place.path, target, choices or Choices(), book)
    with pytest.raises(SheafError) as late:
        write(place, target, choices)
    assert target.read_bytes() == before
    assert early.value.sentence == late.value.sentence
    return late.value


def test_a_foreign_file_is_replaced_only_when_somebody_agreed(place: Workplace) -> None:
    """The refusal says that it may be agreed to; then the file is replaced."""
    place.load().close()
    target = place.folder / "mine.csv"
    target.write_text("precious", encoding="utf-8")
    error = refused(place, target)
    assert error.halt is Halt.EXISTS
    assert "mine.csv" in error.what
    write(place, target, AGREED)
    assert target.read_bytes() != b"precious"


def test_an_earlier_export_of_the_same_job_is_replaced_by_itself(place: Workplace) -> None:
    """As often as wanted, unless somebody has changed it since; another job's is foreign."""
    place.load().close()
    target = place.folder / "mine.csv"
    write(place, target)
    write(place, target)
    first = place.path
    place.load().close()
    assert refused(place, target).halt is Halt.EXISTS
    place.path = first
    target.write_text("my own notes in it", encoding="utf-8")
    assert refused(place, target).halt is Halt.EXISTS


def test_a_file_of_the_folder_is_never_replaced(place: Workplace, tmp_path: Path) -> None:
    """Whoever agreed to it, and by whichever name: its rows are read from there."""
    papers = tmp_path / "papers"
    (papers / "below").mkdir(parents=True)
    (papers / "a.csv").write_text("one,two\n1,2\n", encoding="utf-8")
    (papers / "below" / "b.csv").write_text("", encoding="utf-8")
    load(place, papers, FolderWish()).close()
    linked = tmp_path / "other-name.csv"
    linked.hardlink_to(papers / "a.csv")
    for target in (papers / "a.csv", papers / "below" / "b.csv", linked):
        error = refused(place, target, AGREED)
        assert error.halt is Halt.NONE
        assert "reads from" in error.what


def test_an_attached_file_is_never_replaced(place: Workplace, tmp_path: Path) -> None:
    """A file that a cell names is a source as well."""
    (tmp_path / "note.csv").write_text("one,two\n1,2\n", encoding="utf-8")
    table = tmp_path / "table.csv"
    table.write_text("file_name,file\na,note.csv\nb,gone\n", encoding="utf-8")
    load(place, table, attached=("file",)).close()
    assert "reads from" in refused(place, tmp_path / "note.csv", AGREED).what


def test_bills_and_requests_ask_as_well(place: Workplace) -> None:
    """Each file that Sheaf writes for a person is held to the same rule."""
    place.load().close()
    book = ExportBook(place.bench.places.jobs)
    for name in ("bill.csv", "requests.jsonl"):
        (place.folder / name).write_text("precious", encoding="utf-8")
    bill, requests = place.folder / "bill.csv", place.folder / "requests.jsonl"
    with pytest.raises(SheafError, match="already"):
        save_bill(place.path, bill, book)
    save_bill(place.path, bill, book, overwrite=True)
    save_bill(place.path, bill, book)
    verb = Export(str(place.path), str(requests), form="requests")
    agreed = Export(str(place.path), str(requests), form="requests", overwrite=True)
    with pytest.raises(SheafError, match="already"):
        write_wished(verb, place.bench.catalog, place.bench.publish, book)
    write_wished(agreed, place.bench.catalog, place.bench.publish, book)
    write_wished(verb, place.bench.catalog, place.bench.publish, book)


def test_the_book_of_exports_stays_small_and_survives_damage(tmp_path: Path) -> None:
    """A line that is cut short is none; of very many the older ones are forgotten."""
    book, file = ExportBook(tmp_path), tmp_path / "out.csv"
    file.write_text("one", encoding="utf-8")
    book.announcing(file, "tag")(file)
    with (tmp_path / ".exports.jsonl").open("ab") as lines:
        lines.write(b'{"path":"/cut\n')
    assert book.is_own(file, "tag")
    assert not book.is_own(file, "other")
    line = b'{"path":"/x/%d","job":"t","size":1,"at":1}\n'
    (tmp_path / ".exports.jsonl").write_bytes(b"".join(line % n for n in range(3000)))
    book.announcing(file, "tag")(file)
    assert book.is_own(file, "tag")
    assert len((tmp_path / ".exports.jsonl").read_bytes().splitlines()) < 2100
