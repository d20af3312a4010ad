"""Only the rows that a rule means are sent; the others are told apart."""

from __future__ import annotations

import csv
import json

import msgspec
import pytest

from app.cli import row_options
from app.cli.arguments import parser
from app.core.errors import SheafError
from app.core.job import JobSettings, Mode, Rows, RowState
from app.core.row_choice import Holds, RowRule, Where
from app.engine.choosing import find_rows
from app.engine.load import Draft, Wanted, load_again, new_job, unfinished_like, wanted_again
from tests.echo import read_table
from tests.engine.conftest import ECHOED, Workplace

ROWS = [("1", "m1", " Red "), ("2", "m2", "blue"), ("3", "m3", "  "), ("4", "m4", "RED wine")]


def found(place: Workplace, test: Holds, value: str = "", column: str = "text") -> tuple[int, ...]:
    """Find the rows of the table."""
    rule = RowRule(Where(column, test, value))
    return find_rows(place.path, Rows(rule=rule)).rows.picked


@pytest.mark.parametrize(
    ("test", "value", "rows"),
    [
        (Holds.EQUALS, "red", (1,)),
        (Holds.DIFFERS, "RED", (2, 3, 4)),
        (Holds.CONTAINS, "ed", (1, 4)),
        (Holds.CONTAINS, "wine", (4,)),
        (Holds.EMPTY, "", (3,)),
        (Holds.FILLED, "", (1, 2, 4)),
        (Holds.EQUALS, "' or 1=1 --", (0,)),
        (Holds.CONTAINS, "%", (0,)),
    ],
)
def test_conditions_find_their_rows(
    place: Workplace, test: Holds, value: str, rows: tuple[int, ...]
) -> None:
    """Capitals and outer blanks do not matter; signs of SQL mean nothing."""
    with place.load(ROWS):
        assert found(place, test, value) == rows


def test_a_column_that_is_not_there_is_named(place: Workplace) -> None:
    """The refusal says which columns there are."""
    with place.load(ROWS), pytest.raises(SheafError, match=r'no column "colour".*no, mark, text'):
        found(place, Holds.EMPTY, column="colour")


def test_how_many_rows_a_rule_means_is_told(place: Workplace) -> None:
    """The window shows the count, and keeps the numbers with the rule."""
    with place.load(ROWS):
        reply = find_rows(place.path, Rows(rule=RowRule(sample=3, seed=5)))
        none = find_rows(place.path, Rows(rule=RowRule(Where("mark", Holds.EMPTY))))
    assert (reply.count, len(reply.rows.picked), none.count) == (3, 3, 0)
    assert msgspec.json.decode(msgspec.json.encode(reply), type=type(reply)) == reply


def test_only_those_rows_are_bought(place: Workplace) -> None:
    """A rule in the settings of a new job counts from the first row on."""
    rule = RowRule(Where("text", Holds.CONTAINS, "red"))
    with place.load(ROWS, rows=Rows(rule=rule)) as job_file:
        assert place.job.settings.rows == Rows(picked=(1, 4), rule=rule)
        place.work(job_file)
    assert place.rows_bought() == {1: 1, 4: 1}
    written = read_table(place.export())
    assert [row["sheaf_status"] for row in written] == [
        "answered",
        "skipped",
        "skipped",
        "answered",
    ]
    assert "Not among the rows" in written[1]["sheaf_reason"]


def test_nothing_is_sent_where_no_row_is_meant(place: Workplace) -> None:
    """A rule that no row follows must not become all rows."""
    rule = RowRule(Where("text", Holds.EQUALS, "green"))
    with place.load(ROWS, rows=Rows(rule=rule)) as job_file, pytest.raises(SheafError):
        place.work(job_file)
    assert place.rows_bought() == {}
    assert RowState.SENT not in place.counts


def test_data_that_is_read_again_is_chosen_again(place: Workplace) -> None:
    """The numbers follow the rows when the file has changed."""
    rule = RowRule(Where("text", Holds.CONTAINS, "red"))
    with place.load(ROWS, rows=Rows(rule=rule)) as job_file:
        data = place.folder / "data.csv"
        with data.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow(("5", "m5", "infrared"))
        load_again(place.bench, job_file, wanted_again(place.job))
        assert place.job.settings.rows.picked == (1, 4, 5)


def test_the_same_rule_is_the_same_job(place: Workplace) -> None:
    """An unfinished job with the same rule is found before its rows are paid for again."""
    settings = JobSettings(
        instructions="<{{mark}}>",
        answers=ECHOED,
        model="claude-haiku-5-5",
        max_tokens=300,
        rows=Rows(rule=RowRule(sample=2)),
    )
    with place.load(ROWS):
        wanted = Wanted(place.folder / "data.csv")
    path = new_job(place.bench, wanted, Draft(settings, Mode.REAL))
    twins = unfinished_like(place.bench, wanted, settings, Mode.REAL)
    assert [twin.path for twin in twins] == [path]


def test_a_job_of_before_has_no_rule(place: Workplace) -> None:
    """Settings that were saved without one are read as they were meant."""
    with place.load(ROWS, rows=Rows(first=2)) as job_file:
        raw = json.loads(msgspec.json.encode(job_file.head().settings))
    del raw["rows"]["rule"]
    assert msgspec.json.decode(json.dumps(raw), type=JobSettings).rows == Rows(first=2)


@pytest.mark.parametrize(
    ("said", "rows"),
    [
        ((), Rows()),
        (("--limit", "5"), Rows(first=5)),
        (("--where", "country=DE"), Rows(rule=RowRule(Where("country", Holds.EQUALS, "DE")))),
        (("--where", "a=b=c"), Rows(rule=RowRule(Where("a", Holds.EQUALS, "b=c")))),
        (("--where-not", "a="), Rows(rule=RowRule(Where("a", Holds.DIFFERS)))),
        (("--where-contains", "a=x y"), Rows(rule=RowRule(Where("a", Holds.CONTAINS, "x y")))),
        (("--where-empty", "a=b"), Rows(rule=RowRule(Where("a=b", Holds.EMPTY)))),
        (
            ("--where-filled", "a", "--limit", "9", "--sample", "3", "--seed", "4"),
            Rows(rule=RowRule(Where("a", Holds.FILLED), 9, 3, 4)),
        ),
    ],
)
def test_the_command_line_says_rules(said: tuple[str, ...], rows: Rows) -> None:
    """Conditions and samples are options; without them nothing changes."""
    chosen = parser().parse_args(["estimate", "d.csv", "--instructions", "x", *said])
    assert row_options.chosen_rows(chosen) == rows


@pytest.mark.parametrize("said", [("--where", "country"), ("--where", "=x"), ("--sample", "0")])
def test_rules_that_say_nothing_are_refused(said: tuple[str, ...]) -> None:
    """A condition without column or value is corrected before anything is read."""
    chosen = parser().parse_args(["estimate", "d.csv", "--instructions", "x", *said])
    with pytest.raises(SheafError):
        row_options.chosen_rows(chosen)


def test_one_condition_at_a_time() -> None:
    """Two conditions would leave open how they belong together."""
    with pytest.raises(SystemExit):
        parser().parse_args(
            ["estimate", "d.csv", "--instructions", "x", "--where", "a=b", "--where-empty", "a"]
        )
