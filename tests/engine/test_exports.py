"""One job leaves as CSV, Excel or JSON Lines, with the columns and rows that were chosen."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from app.core.answers import AnswerColumn, parse_definition
from app.core.cost import Estimate, TextSize
from app.core.errors import SheafError
from app.core.fitting import check_reply
from app.core.history import Forecast
from app.core.job import Changes, ColumnFacts, Job, JobSettings, JobState, Mode, RowState
from app.core.merge import lay_out
from app.core.table import Kind
from app.engine.events import Progress
from app.engine.export import Choices, check_export, export, named_form
from app.engine.export_columns import Shape, shape
from app.engine.job_facts import job_facts
from app.files.regional import separator_of, usual_separator
from app.files.writers import Form
from tests.echo import read_table
from tests.engine.conftest import Workplace
from tests.ui.made_jobs import MadeJob

ANSWERS = (
    parse_definition("topic: category? = Delivery | Quality | Other"),
    parse_definition("fits: yes/no ?"),
    parse_definition("tags: labels = Red | Green | Blue"),
    parse_definition("score: number"),
    parse_definition("why: short text"),
)


def job_of(answers: tuple[AnswerColumn, ...] = ANSWERS) -> Job:
    """A job with a text and a number column, and these answer columns."""
    facts = [
        ColumnFacts(name, kind, 1, 5, TextSize())
        for name, kind in (("text", Kind.LONG_TEXT), ("stars", Kind.NUMBER))
    ]
    return Job(
        tag="t",
        name="Reviews",
        state=JobState.FINISHED,
        mode=Mode.REAL,
        rows=1,
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
        settings=JobSettings(answers=answers, model="claude-haiku-5-5", max_tokens=300),
        columns=tuple(facts),
    )


def shaped(**choices: object) -> Shape:
    """Plan the columns of that job."""
    job = job_of()
    layout = lay_out(job.column_names, job.settings.answers, job.mode, with_usage=True)
    return shape(job, layout, **choices)  # type: ignore[arg-type]


ROW = ("good", "5", "quality", "Yes", "Red; Blue", "7", "soft", "answered", "", "10", "20", "0.01")


def named(plan: Shape, row: tuple[str, ...] = ROW) -> dict[str, str]:
    """Return a row of the export by its columns' names."""
    return dict(zip([column.name for column in plan.columns], plan.row(row), strict=True))


def test_without_choices_everything_is_there() -> None:
    """The columns know what they are: numbers, answers, lists."""
    plan = shaped()
    assert plan.row(ROW) is ROW
    by_name = {column.name: column for column in plan.columns}
    assert [name for name, column in by_name.items() if column.is_number] == [
        "stars",
        "score",
        "sheaf_read_tokens",
        "sheaf_written_tokens",
        "sheaf_cost_usd",
    ]
    assert [name for name, column in by_name.items() if column.is_answer] == [
        column.name for column in ANSWERS
    ]
    assert shaped(lists=True).columns[4].is_list


def test_labels_as_codes() -> None:
    """Labels become their numbers, "Cannot tell" 99, yes 1 and no 0; what is none stays."""
    plan = shaped(codes=True)
    assert [named(plan)[name] for name in ("topic", "fits", "tags", "score", "why")] == [
        "2",
        "1",
        "1; 3",
        "7",
        "soft",
    ]
    odd = (*ROW[:2], "Cannot tell", "No", "", "", "", *ROW[7:])
    assert [named(plan, odd)[name] for name in ("topic", "fits", "tags")] == ["99", "0", ""]
    misfit = (*ROW[:2], "Something", "Perhaps", "Red; Pink", *ROW[5:])
    assert [named(plan, misfit)[name] for name in ("topic", "fits", "tags")] == [
        "Something",
        "Perhaps",
        "1; Pink",
    ]


def test_one_column_per_label() -> None:
    """Several labels become columns of 0 and 1; a row without an answer has blanks there."""
    plan = shaped(one_per_label=True)
    flags = ["tags: Red", "tags: Green", "tags: Blue"]
    assert [named(plan)[name] for name in flags] == ["1", "0", "1"]
    assert "tags" not in named(plan)
    blank = (*ROW[:4], "", *ROW[5:7], "failed", *ROW[8:])
    assert [named(plan, blank)[name] for name in flags] == ["", "", ""]
    assert named(plan)["topic"] == "quality"


def test_none_of_several_labels_is_an_answer() -> None:
    """An answered row without any label has zeros and an empty list; a failed one has neither."""
    none, failed = (*ROW[:4], "", *ROW[5:]), (*ROW[:4], "", *ROW[5:7], "failed", *ROW[8:])
    copied = (*none[:7], "copied", *none[8:])
    apart, lists = shaped(one_per_label=True), shaped(lists=True)
    for row in (none, copied):
        assert [named(apart, row)[f"tags: {name}"] for name in ("Red", "Blue")] == ["0", "0"]
        assert named(lists, row)["tags"] == "[]"
    assert named(apart, failed)["tags: Red"] == ""
    assert named(lists, failed)["tags"] == ""


def test_labels_that_hold_the_separator_stay_whole() -> None:
    """A label with a semicolon in it is one label; those that could not be told are refused."""
    column = parse_definition("tags: labels = salt; pepper | sugar | a")
    job = replace(job_of(), settings=JobSettings(answers=(column,)))
    layout = lay_out(job.column_names, job.settings.answers, job.mode, with_usage=False)
    cells = check_reply((column,), '{"tags": ["salt; pepper", "sugar"]}').cells
    row = ("good", "5", *cells, "answered", "")
    assert named(shape(job, layout, one_per_label=True), row)["tags: salt; pepper"] == "1"
    assert named(shape(job, layout, lists=True), row)["tags"] == '["salt; pepper", "sugar"]'
    assert named(shape(job, layout, codes=True), row)["tags"] == "1; 2"
    with pytest.raises(SheafError, match="cannot be told"):
        parse_definition("tags: labels = salt; pepper | salt | pepper")


def test_chosen_columns_in_the_tables_order() -> None:
    """Only what was named is written; a name that is not there is refused."""
    assert named(shaped(chosen=("topic", "text"))) == {"text": "good", "topic": "quality"}
    with pytest.raises(SheafError, match='no column "price"'):
        shaped(chosen=("price",))


def test_the_ending_decides_the_form(place: Workplace) -> None:
    """A name says what is written; a chosen form wins over it."""
    with place.load() as job_file:
        place.work(job_file)
    book = openpyxl.load_workbook(place.export("out.xlsx"))
    assert book.sheetnames == ["Answers", "Job"]
    table = [list(row) for row in book["Answers"].iter_rows(values_only=True)]
    assert table[0][:4] == ["no", "mark", "text", "echo"]
    assert [(row[0], row[1], row[2], row[3]) for row in table[1:]] == [
        (number, mark, text, mark) for number, mark, text in place.rows
    ]
    lines = place.export("out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["echo"] for line in lines] == [mark for _, mark, _ in place.rows]
    out = place.folder / "answers.dat"
    export(place.path, out, Choices(form=Form.CSV), place.bench.publish)
    assert [row["echo"] for row in read_table(out)] == [mark for _, mark, _ in place.rows]


def test_every_form_can_be_repeated_byte_for_byte(place: Workplace) -> None:
    """The same job gives the same files."""
    with place.load() as job_file:
        place.work(job_file)
    for name in ("out.csv", "out.xlsx", "out.jsonl"):
        first = place.export(name).read_bytes()
        assert place.export(name).read_bytes() == first


def test_the_progress_of_a_workbook_goes_up_once(place: Workplace) -> None:
    """A workbook is gone through twice; the person sees one way from nothing to all."""
    with place.load():
        place.events.clear()
        place.export("out.xlsx")
    steps = [event.done for event in place.events if isinstance(event, Progress)]
    assert steps == sorted(steps)
    assert steps[-1] == 12
    assert steps[0] < 12


def test_the_sheet_about_the_job(place: Workplace) -> None:
    """Settings, model, dates, prices, totals and counts by state stand there, as text."""
    with place.load() as job_file:
        place.work(job_file)
    sheet = openpyxl.load_workbook(place.export("out.xlsx"))["Job"]
    facts = dict(sheet.iter_rows(values_only=True))
    assert facts["Instructions"] == place.job.settings.instructions
    assert facts["Model"] == "claude-haiku-5-5"
    assert facts["Rows"] == "12"
    assert facts["Answered"] == "12"
    assert str(facts["Cost"]).startswith("$0.")
    assert "per million tokens in batches" in str(facts["Prices"])
    assert {"Submitted", "Last batch ended", "Answer column echo", "Batches"} <= facts.keys()


def test_the_sheet_about_the_job_has_its_forecast(place: Workplace) -> None:
    """Whoever checks the cost finds beside it what was expected, and from what."""
    said = Estimate(
        12, 900, 300, "based on 5 real answers", *map(Decimal, ("4.1", "3.6", "4.8", "9.201"))
    )
    with place.load() as job_file:
        job_file.forecasts.keep(Forecast(said, "recipe", datetime(2026, 11, 21, tzinfo=UTC)))
        place.work(job_file)
    sheet = openpyxl.load_workbook(place.export("out.xlsx"))["Job"]
    facts = dict(sheet.iter_rows(values_only=True))
    assert [facts[name] for name in ("Forecast", "Forecast range", "Never more than")] == [
        "$4.10",
        "$3.60 to $4.80",
        "$9.21",
    ]
    assert facts["Forecast from"] == "based on 5 real answers"


def test_a_forecast_without_a_price_is_no_sum() -> None:
    """Nothing is said to cost $0 because nobody knew its price; practice has no forecast."""
    unknown = Estimate(12, 900, 300, "guessed")
    facts = dict(job_facts(replace(job_of(), mode=Mode.REAL), (), {}, unknown))
    assert "no price" in facts["Forecast"]
    practised = dict(job_facts(replace(job_of(), mode=Mode.PRACTICE), (), {}, unknown))
    assert "Forecast" not in practised


def test_a_cost_that_nobody_knows_is_no_sum(tmp_path: Path) -> None:
    """Neither $0 nor "at least $0"; what was tried before is named beside what is known."""
    made = MadeJob(tmp_path / "made.sheaf", rows=20).send(2)
    made.finish(1).finish(2)
    batches = made.file.journal.batches()
    free = [replace(batch, cost_usd=None) for batch in batches]
    assert dict(job_facts(made.file.head(), free, {}))["Cost"] == "The price is not known."
    some = dict(job_facts(made.file.head(), [*free, *batches], {}))["Cost"]
    assert some.startswith("At least $0.00")
    tried = [replace(batches[0], changes=Changes(tried="now")), batches[1]]
    assert dict(job_facts(made.file.head(), tried, {}))["Cost"].endswith("for trying rows before")
    made.close()


def test_practice_is_marked_and_costs_nothing() -> None:
    """No price stands beside made-up answers."""
    facts = dict(job_facts(replace(job_of(), mode=Mode.PRACTICE), (), {RowState.ANSWERED: 1}))
    assert "made up" in facts["Practice"]
    assert not {"Cost", "Prices"} & facts.keys()


def test_labels_stand_with_their_codes() -> None:
    """Somebody who gets codes finds what they mean."""
    facts = dict(job_facts(job_of(), (), {}))
    assert facts["Answer column topic"].splitlines() == [
        "category",
        "1 Delivery",
        "2 Quality",
        "3 Other",
        "99 Cannot tell",
    ]


def test_an_export_is_of_one_moment(place: Workplace) -> None:
    """What is finished while a workbook is written is in none of it, not in a part of it."""
    with place.load() as job_file:
        out = place.folder / "out.xlsx"
        seen: list[Progress] = []

        def publish(event: object) -> None:
            if isinstance(event, Progress) and not seen:
                seen.append(event)
                place.work(job_file)

        export(place.path, out, Choices(), publish)
    states = [row[-2] for row in openpyxl.load_workbook(out)["Answers"].iter_rows(values_only=True)]
    assert states == ["sheaf_status"] + ["waiting"] * 12
    assert place.counts == {RowState.ANSWERED: 12}


@pytest.mark.parametrize("name", ["out.docx", "out", "out.xls"])
def test_a_name_that_says_nothing_is_refused(tmp_path: Path, name: str) -> None:
    """Before anything is sent; a form that was chosen makes any name good."""
    with pytest.raises(SheafError, match="does not end in"):
        check_export(tmp_path / name)
    check_export(tmp_path / name, form=Form.EXCEL)


def test_forms_are_named_by_their_endings() -> None:
    """The window and the command line name forms in words."""
    assert (named_form(""), named_form("XLSX")) == (None, Form.EXCEL)
    with pytest.raises(SheafError, match="does not write"):
        named_form("pdf")


@pytest.mark.parametrize(
    ("locale", "sign"),
    [
        ("de_DE.UTF-8", ";"),
        ("fr-CA", ";"),
        ("pt_BR", ";"),
        ("en_US.UTF-8", ","),
        ("es_ES@euro", ";"),
        ("es_MX.UTF-8", ","),
        ("ja_JP", ","),
        ("C", ","),
        ("", ","),
    ],
)
def test_the_usual_separator_goes_by_the_place(locale: str, sign: str) -> None:
    """Where decimals are written with a comma, lists are separated by semicolons."""
    assert separator_of(locale) == sign


@pytest.mark.skipif("sys.platform == 'win32'", reason="Windows has a setting of its own")
def test_the_first_locale_that_is_set_counts() -> None:
    """As everywhere on Linux, LC_ALL goes before LC_NUMERIC before LANG."""
    assert usual_separator({"LANG": "en_US.UTF-8", "LC_NUMERIC": "de_DE.UTF-8"}) == ";"
    assert usual_separator({"LC_ALL": "C", "LC_NUMERIC": "de_DE.UTF-8"}) == ","
    assert usual_separator({}) == ","
