"""Saved requests are those that were sent, with ids that the service takes, and open again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.core.errors import SheafError
from app.core.job import Changes, JobSettings, Mode, Rows, RowState
from app.engine.begin import Again, retry
from app.engine.export import Choices
from app.engine.load import Draft, Wanted, new_job
from app.engine.replies import Exported
from app.engine.save_requests import save_requests, usual_requests_name
from app.files.formats import open_source
from app.practice.batches import Batches
from app.practice.ledger import StoredBatch
from app.store.exports import ExportBook
from tests.engine.conftest import Workplace
from tests.requests_maker import OLD_HAIKU, asking, line_of, write_requests

Save = Callable[..., Exported]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> dict[int, bytes]:
    """Return, by row, the params that reached the service last, as they stood in the body."""
    found: dict[int, bytes] = {}
    create = Batches.create

    def keep(self: Batches, items: list[tuple[str, msgspec.Raw]], call: int) -> StoredBatch:
        found.update((int(name.rsplit("-r", 1)[1]), bytes(params)) for name, params in items)
        return create(self, items, call)

    monkeypatch.setattr(Batches, "create", keep)
    return found


@pytest.fixture
def save(place: Workplace) -> Save:
    """Return what saves the requests of the place's job."""

    def write(*states: RowState, name: str = "saved.jsonl") -> Exported:
        target = place.folder / name
        bench = place.bench
        book, chosen = ExportBook(bench.places.jobs), Choices(frozenset(states))
        return save_requests(place.path, target, chosen, bench.catalog, bench.publish, book)

    return write


def saved(place: Workplace, name: str = "saved.jsonl") -> list[tuple[str, bytes]]:
    """Return ids and params as they stand in the file."""
    lines = (place.folder / name).read_bytes().splitlines()
    found = [msgspec.json.decode(line, type=dict[str, msgspec.Raw]) for line in lines]
    assert all(list(each) == ["custom_id", "params"] for each in found)
    return [(json.loads(bytes(each["custom_id"])), bytes(each["params"])) for each in found]


def open_requests(place: Workplace, lines: list[bytes], **settings: Any) -> None:
    """Make a job of ready-made requests."""
    path = write_requests(place.folder / "requests.jsonl", lines)
    draft = Draft(JobSettings(**settings), Mode.REAL)
    place.path = new_job(place.bench, Wanted(path), draft)


def test_what_is_saved_is_what_was_sent(
    place: Workplace, save: Save, sent: dict[int, bytes]
) -> None:
    """The params of a table's rows are the very bytes that left."""
    with place.load() as job_file:
        place.work(job_file)
    assert save() == Exported(str(place.folder / "saved.jsonl"), 12, 0)
    assert [params for _, params in saved(place)] == [sent[row] for row in range(1, 13)]
    assert [name for name, _ in saved(place)] == [f"row-{row}" for row in range(1, 13)]


def test_a_draft_saves_what_would_be_sent(
    place: Workplace, save: Save, sent: dict[int, bytes]
) -> None:
    """Blank and unchosen rows have no request; they are left out and counted."""
    place.rows[2] = (place.rows[2][0], "", "")
    with place.load(place.rows, rows=Rows(first=10)):
        pass
    assert save().left_out == 3
    before = saved(place)
    with place.open() as job_file:
        place.work(job_file)
    save()
    assert before == saved(place)
    assert [params for _, params in before] == [sent[row] for row in sorted(sent)]
    assert [name for name, _ in before][1:3] == ["row-2", "row-4"]


def test_ids_come_from_the_row_id_as_far_as_they_fit(place: Workplace, save: Save) -> None:
    """What the service would refuse is made to fit, and no id stands there twice."""
    names = ["a.b", "a_b", "", "ok-1", "ok-1", "ü", "x" * 80, "x" * 64, "A/1"]
    table = [(name, f"m{place_}", "text") for place_, name in enumerate(names)]
    with place.load(table, id_column="no"):
        pass
    save()
    assert [name for name, _ in saved(place)] == [
        "a_b",
        "a_b-r2",
        "row-3",
        "ok-1",
        "ok-1-r5",
        "row-6",
        "x" * 64,
        "x" * 61 + "-r8",
        "A_1",
    ]


def test_saved_requests_open_again_with_the_same_params(place: Workplace, save: Save) -> None:
    """What is saved of a job of requests is the file that it was read from, but for odd ids."""
    lines = [
        line_of("first", asking("Repeat <m1>")),
        line_of("photo.jpg", asking("Repeat <m2>", model=OLD_HAIKU, metadata={"user_id": "é"})),
        b'{"params":  {"max_tokens" :5, "model":"claude-haiku-5-5","messages":'
        b'[{"role":"user","content":"\\u00e9 1.50"}]}, "custom_id": "third"}',
    ]
    open_requests(place, lines)
    save()
    again = open_source(place.folder / "saved.jsonl", catalog=place.bench.catalog)
    first = open_source(place.folder / "requests.jsonl", catalog=place.bench.catalog)
    assert [row[1:] for row in again.rows()] == [row[1:] for row in first.rows()]
    assert [row[0] for row in again.rows()] == ["first", "photo_jpg", "third"]
    assert again.notices() == ()


def test_lines_that_are_not_sent_are_left_out(place: Workplace, save: Save) -> None:
    """What the service would refuse is not saved, before the job is sent and after."""
    lines = [b"broken", line_of("a", asking("<m1>")), line_of("b", asking("<m2>", top_k=1))]
    open_requests(place, lines)
    assert (save().rows, save().left_out) == (1, 2)
    with place.open() as job_file:
        place.work(job_file)
    assert (save().rows, save().left_out) == (1, 2)


def test_a_retry_saves_what_it_asked_differently(
    place: Workplace, save: Save, sent: dict[int, bytes]
) -> None:
    """The last request of a row is the one that is saved."""
    open_requests(place, [line_of("a", asking("<m1>")), line_of("b", asking("<m2>"))])
    with place.open() as job_file:
        place.work(job_file)
        retry(place.bench, job_file, Again(rows=(2,), changes=Changes(max_tokens=777)))
        place.work(job_file)
    save()
    assert [json.loads(params)["max_tokens"] for _, params in saved(place)] == [400, 777]
    assert [params for _, params in saved(place)] == [sent[1], sent[2]]


def test_only_rows_in_the_wanted_states(place: Workplace, save: Save) -> None:
    """Failed rows alone can be saved, to be mended and run again."""
    bad = asking("<m1>", thinking={"type": "enabled", "budget_tokens": 5000})
    long = asking("<m3> and so much more that this one is looked at beforehand, not the odd one")
    open_requests(place, [line_of("a", bad), line_of("b", asking("<m2>")), line_of("c", long)])
    with place.open() as job_file:
        place.work(job_file)
    assert place.counts == {RowState.FAILED: 1, RowState.ANSWERED: 2}
    assert save(RowState.FAILED).rows == 1
    assert [json.loads(params) for _, params in saved(place)] == [bad]


def test_neither_source_nor_job_is_overwritten(place: Workplace, save: Save) -> None:
    """The file that the requests were read from stays."""
    open_requests(place, [line_of("a", asking("<m1>"))])
    before = (place.folder / "requests.jsonl").read_bytes()
    with pytest.raises(SheafError, match="overwrite"):
        save(name="requests.jsonl")
    assert (place.folder / "requests.jsonl").read_bytes() == before


def test_nothing_is_left_half_written(
    place: Workplace, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When something goes wrong on the way, the file of before is still there, whole."""
    open_requests(place, [line_of(f"a{n}", asking("<m1>")) for n in range(3)])
    save()
    before = (place.folder / "saved.jsonl").read_bytes()

    def fail(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.engine.as_written.AsWritten.params", fail)
    with pytest.raises(SheafError, match="disk is full"):
        save()
    assert (place.folder / "saved.jsonl").read_bytes() == before
    assert not list(place.folder.glob(".sheaf-*"))


@pytest.mark.parametrize("name", ["saved.csv", "saved.xlsx", "saved"])
def test_a_name_of_another_kind_of_file_is_refused(place: Workplace, save: Save, name: str) -> None:
    """Nobody is to open requests as a spreadsheet."""
    open_requests(place, [line_of("a", asking("<m1>"))])
    with pytest.raises(SheafError, match=r"\.jsonl"):
        save(name=name)
    assert not (place.folder / name).exists()


def test_the_usual_name_tells_requests_from_answers() -> None:
    """It is named after the job, as its answers are."""
    assert usual_requests_name("Reviews-practice-answers.xlsx") == "Reviews-practice-requests.jsonl"


def test_no_key_is_in_the_file(place: Workplace, save: Save) -> None:
    """A key is nowhere in what a job saves."""
    with place.load() as job_file:
        place.work(job_file)
    save()
    assert place.service.token.encode() not in (place.folder / "saved.jsonl").read_bytes()


def test_saving_repeated_is_the_same(place: Workplace, save: Save) -> None:
    """The same job saves the same bytes each time."""
    with place.load():
        pass
    save()
    first = (place.folder / "saved.jsonl").read_bytes()
    save()
    assert (place.folder / "saved.jsonl").read_bytes() == first
    assert Path(place.folder / "saved.jsonl").stat().st_size > 1_000
