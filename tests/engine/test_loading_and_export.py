"""A table goes in once and whole; what comes out is complete or not written at all."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import SheafError
from app.core.job import JobState, Mode, RowState
from app.core.table import Row
from app.engine.events import Progress
from app.engine.export import Choices, export, usual_name
from app.engine.load import OPENING, Draft, Wanted, load_again, new_job, wanted_again
from app.files.csv_file import CsvStyle
from app.files.outgoing import OutColumn
from app.files.writers import Manner, form_of, write_table
from app.practice.wire import Endpoint, Reply
from app.store.job_file import JobFile
from tests.echo import made_rows, read_table
from tests.echo import write_table as write_rows
from tests.engine.conftest import Script, Workplace


def _draft(place: Workplace) -> Draft:
    with place.load() as job_file:
        return Draft(job_file.head().settings, Mode.REAL)


def test_a_table_is_read_whole_and_measured(place: Workplace) -> None:
    """Rows, columns, kinds and where it came from are known; progress was told."""
    with place.load(made_rows(4_321)) as job_file:
        job = job_file.head()
        assert (job.state, job.rows) == (JobState.DRAFT, 4_321)
        assert job.column_names == ("no", "mark", "text")
        assert [facts.filled for facts in job.columns] == [4_321] * 3
        assert job.source.path == str(place.folder / "data.csv")
        assert [cells for _, cells in job_file.source_rows(after=4_319)] == place.rows[-2:]
        assert place.counts == {RowState.WAITING: 4_321}
    shares = [e.done / e.total for e in place.events if isinstance(e, Progress)]
    assert len(shares) >= 3
    assert shares == sorted(shares)


def test_a_load_that_was_cut_short_is_loaded_again(place: Workplace) -> None:
    """Half of the rows are there and the job says so; afterwards each is there once."""
    with place.load(made_rows(5_000)) as job_file:
        job = job_file.head()
        job_file.begin_loading(job.source)
        job_file.add_rows(1, place.rows[:2_000])
        assert place.job.state is JobState.LOADING
        load_again(place.bench, job_file, wanted_again(job))
        assert place.job.state is JobState.DRAFT
        assert place.counts == {RowState.WAITING: 5_000}
        assert [cells for _, cells in job_file.source_rows(4_999)] == place.rows[-1:]


def test_a_stopped_load_leaves_no_job(place: Workplace) -> None:
    """Neither the file nor what stands beside it."""
    draft = _draft(place)
    before = sorted(place.bench.places.jobs.iterdir())
    data = write_rows(place.folder / "other.csv", made_rows(5_000))
    with pytest.raises(SheafError):
        new_job(place.bench, Wanted(data), draft, stopped=lambda: True)
    assert sorted(place.bench.places.jobs.iterdir()) == before


def test_the_first_look_at_a_large_file_can_be_stopped(place: Workplace) -> None:
    """While its columns are learnt it is already said that it is being read."""
    draft = _draft(place)
    data = write_rows(place.folder / "other.csv", made_rows(5_000))
    place.events.clear()
    with pytest.raises(SheafError, match="was stopped"):
        new_job(place.bench, Wanted(data), draft, stopped=lambda: True)
    (said,) = [event for event in place.events if isinstance(event, Progress)]
    assert (said.stage, said.total) == ("loading", data.stat().st_size)
    assert said.done < said.total / 20


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.jsonl"])
def test_the_progress_of_a_loading_goes_up_once(place: Workplace, name: str) -> None:
    """The first look and the reading are one way from nothing to all, told on both parts of it."""
    data = place.folder / name
    columns = [OutColumn("id"), OutColumn("text")]
    rows = [(str(number), f"text {number} " * 5) for number in range(9_000)]
    manner = Manner(form_of(data), CsvStyle())
    write_table(data, columns, lambda: [rows], manner)
    draft = _draft(place)
    place.events.clear()
    new_job(place.bench, Wanted(data), draft)
    told = [event for event in place.events if isinstance(event, Progress)]
    steps = [event.done / event.total for event in told]
    assert steps == sorted(steps)
    assert steps[0] < OPENING / 2
    assert len([step for step in steps if step < OPENING]) > 1
    assert len([step for step in steps if step > OPENING]) > 1
    assert steps[-1] == 1.0


def test_long_cells_are_staged_in_small_blocks(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the cells are, only so much of them is in memory at a time."""
    staged: list[int] = []
    add_rows = JobFile.add_rows

    def watched(self: JobFile, first: int, rows: Sequence[Row]) -> None:
        staged.append(sum(len(cell) for row in rows for cell in row))
        add_rows(self, first, rows)

    monkeypatch.setattr(JobFile, "add_rows", watched)
    long = [(str(number), f"m{number}", "x" * 300_000) for number in range(1, 51)]
    with place.load(long):
        assert place.counts == {RowState.WAITING: 50}
    assert max(staged) < 5_000_000
    assert sum(staged) > 15_000_000


def test_reading_other_rows_that_is_stopped_keeps_the_former_ones(place: Workplace) -> None:
    """Rows and settings are exchanged together or not at all; readers see the old ones so long."""
    rows_seen: list[int] = []

    def stopped() -> bool:
        rows_seen.append(place.job.rows)
        return len(rows_seen) > 25

    with place.load(made_rows(3_000)) as job_file:
        before = place.job
        data = write_rows(place.folder / "other.csv", made_rows(5_000))
        other = replace(before.settings, instructions="Other {{text}}")
        with pytest.raises(SheafError, match="was stopped"):
            load_again(place.bench, job_file, Wanted(data), stopped, other)
        assert set(rows_seen) == {3_000}
        assert (place.job, place.counts) == (before, {RowState.WAITING: 3_000})
        load_again(place.bench, job_file, Wanted(data), settings=other)
        assert (place.job.rows, place.job.settings) == (5_000, other)


def test_a_submitted_job_keeps_its_settings(place: Workplace) -> None:
    """A refused reading has changed nothing."""
    with place.load() as job_file:
        place.work(job_file)
        before = place.job
        other = replace(before.settings, instructions="Other {{text}}")
        with pytest.raises(SheafError, match="stay as they are"):
            load_again(place.bench, job_file, wanted_again(before), settings=other)
    assert place.job == before


def test_columns_are_checked_before_a_row_is_read(place: Workplace) -> None:
    """A refusal leaves nothing behind."""
    draft = _draft(place)
    before = sorted(place.bench.places.jobs.iterdir())

    def refuse(columns: tuple[str, ...]) -> None:
        raise SheafError(f"not these: {columns}")

    with pytest.raises(SheafError, match="not these"):
        new_job(place.bench, Wanted(place.folder / "data.csv"), draft, check=refuse)
    assert sorted(place.bench.places.jobs.iterdir()) == before


def test_a_submitted_job_keeps_its_rows(place: Workplace) -> None:
    """What was paid for cannot be exchanged."""
    with place.load() as job_file:
        place.work(job_file)
        with pytest.raises(SheafError, match="stay as they are"):
            load_again(place.bench, job_file, wanted_again(place.job))
    assert place.counts == {RowState.ANSWERED: 12}


def test_two_jobs_of_one_file_have_names_of_their_own(place: Workplace) -> None:
    """The second does not touch the first."""
    draft = _draft(place)
    second = new_job(place.bench, Wanted(place.folder / "data.csv"), draft)
    assert second != place.path
    assert len(list(place.bench.places.jobs.glob("*.sheaf"))) == 2


# --- export -----------------------------------------------------------------------------------


def test_an_export_in_the_middle_has_every_row(place: Workplace) -> None:
    """Rows that wait are there too, with their state; the order is the source's."""
    with place.load(made_rows(2_100)):
        written = read_table(place.export())
    assert [row["mark"] for row in written] == [mark for _, mark, _ in place.rows]
    assert {row["sheaf_status"] for row in written} == {"waiting"}
    assert {row["echo"] for row in written} == {""}


def test_only_chosen_states_are_exported(place: Workplace) -> None:
    """The others are left out, and the order stays."""
    rows = [("1", "m1", "a"), ("2", "", ""), ("3", "m3", "c")]
    with place.load(rows) as job_file:
        place.work(job_file)
    out = place.folder / "some.csv"
    done = export(
        place.path, out, Choices(states=frozenset({RowState.ANSWERED})), place.bench.publish
    )
    assert (done.rows, [row["no"] for row in read_table(out)]) == (2, ["1", "3"])


def test_an_answer_cannot_become_a_formula(place: Workplace, script: Script) -> None:
    """A reply is a stranger's text: what a spreadsheet would run is guarded, in the source too."""

    def spoil(_call: object, reply: Reply) -> Reply:
        content = b"".join(reply.body).replace(b'\\"m', b'\\"=cmd|m')
        return replace(reply, body=(content,))

    script.at_end(Endpoint.RESULTS, *[spoil] * 3)
    with place.load([("=1+1", "m1", "a")]) as job_file:
        place.work(job_file)
    (row,) = read_table(place.export())
    assert row["no"] == "'=1+1"
    assert not row["echo"].startswith("=")
    assert row["echo"].endswith("=cmd|m1")


def test_column_names_of_the_table_are_never_lost(place: Workplace) -> None:
    """A table that has an `echo` and a `sheaf_status` of its own keeps them."""
    data = place.folder / "own.csv"
    data.write_text("mark,echo,sheaf_status\nm1,mine,mine too\n", encoding="utf-8")
    settings = replace(_draft(place).settings, instructions="<{{mark}}>")
    path = new_job(place.bench, Wanted(data), Draft(settings, Mode.REAL))
    place.path = path
    with JobFile.open(path) as job_file:
        place.work(job_file)
    with place.export().open(encoding="utf-8-sig", newline="") as file:
        header, cells = list(csv.reader(file))
    assert header[:3] == ["mark", "echo", "sheaf_status"]
    assert len(set(header)) == len(header)
    assert cells[:4] == ["m1", "mine", "mine too", "m1"]


def test_a_failing_export_leaves_the_old_one(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Complete or not at all: nothing half is left, and the former file stays."""
    with place.load():
        out = place.export()
        before = out.read_bytes()

        def stumble(*_: object) -> None:
            raise SheafError("the disk went away")

        monkeypatch.setattr("app.engine.export.merge_row", stumble)
        with pytest.raises(SheafError, match="the disk went away"):
            place.export()
    assert out.read_bytes() == before
    assert [path.name for path in place.folder.glob(".sheaf*")] == []


@pytest.mark.parametrize("target", ["data.csv", "job"])
def test_an_export_is_never_over_what_sheaf_reads(place: Workplace, target: str) -> None:
    """Neither the input nor the job, by whatever name they are called."""
    with place.load():
        real = place.path if target == "job" else place.folder / target
        link = place.folder / "link.csv"
        link.symlink_to(real)
        for name in (real if target != "job" else link, link):
            with pytest.raises(SheafError):
                export(place.path, Path(name), Choices(), place.bench.publish)
    assert place.job.rows == 12


@pytest.mark.parametrize(
    ("name", "mode", "expected"),
    [
        ("Store reviews", Mode.REAL, "Store reviews-answers.csv"),
        ("Store reviews", Mode.PRACTICE, "Store reviews-practice-answers.csv"),
        ("a/b\\c: \x00*?", Mode.REAL, "a b c-answers.csv"),
        ("...", Mode.REAL, "Sheaf-answers.csv"),
    ],
)
def test_the_usual_name_is_safe_and_marks_practice(name: str, mode: Mode, expected: str) -> None:
    """No job name leads the export into another folder; made-up answers are told apart."""
    assert usual_name(name, mode) == expected
