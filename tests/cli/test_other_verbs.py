"""estimate, status, export, resume, cancel, and when a job may not be started."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from app import clock
from app.core.errors import SheafError
from app.core.job import JobState
from app.engine.view import JobView
from app.practice.models import KNOWN_MODELS, PracticeModel
from app.store.database import connect
from app.store.migrations import migrate
from tests.cli.conftest import Sheaf
from tests.cli.running import QUICK
from tests.cli.test_run import ESTIMATE_KEYS, JOB_KEYS
from tests.echo import ECHO, INSTRUCTIONS, check_export, made_rows, read_table, write_table
from tests.practice_service import PracticeService

Rows = list[tuple[str, str, str]]


def only_job(home: Path) -> Path:
    """Return the one job of the library."""
    (found,) = home.glob("jobs/*.sheaf")
    return found


def state_of(job: Path) -> JobState:
    """Return what a job is doing."""
    view = JobView(job)
    try:
        return view.head().state
    finally:
        view.close()


def run_of(data: Path, out: Path, *more: object) -> tuple[object, ...]:
    """Return the arguments of a run that echoes."""
    asked = ("run", data, "--instructions", INSTRUCTIONS, "--answer", "echo: short text")
    return (*asked, "--export", out, "--overwrite", *QUICK, *more)


@pytest.fixture
def stopped_by_limit(sheaf: Sheaf, data: Path, tmp_path: Path, sheaf_home: Path) -> Path:
    """Leave a job that its spend limit has stopped before anything was sent."""
    ran = sheaf(*run_of(data, tmp_path / "first.csv", "--yes", "--max-cost", "0.0001"))
    assert ran.code == 3, ran.err
    return only_job(sheaf_home)


def test_a_command_clears_away_what_the_dead_left(sheaf: Sheaf, sheaf_home: Path) -> None:
    """Who never opens the window has no cache that grows; what is new may be in use."""
    (sheaf_home / "cache").mkdir(parents=True)
    left, used = (sheaf_home / "cache" / f"estimate-{n}.sheaf" for n in (1, 2))
    left.touch()
    used.touch()
    os.utime(left, (1, 1))
    sheaf("status", sheaf_home / "none.sheaf")
    assert not left.exists()
    assert used.exists()


def test_an_estimate_costs_and_leaves_nothing(
    sheaf: Sheaf, data: Path, sheaf_home: Path, service: PracticeService
) -> None:
    """The same keys as a run; no job, no create."""
    ran = sheaf("estimate", data, "--instructions", INSTRUCTIONS, "--json")
    assert ran.code == 0
    assert ran.json.keys() >= JOB_KEYS
    assert ran.json["estimate"].keys() >= ESTIMATE_KEYS
    assert (ran.json["rows"], ran.json["batches"], ran.json["job"]) == (25, [], None)
    assert service.creates() == []
    assert [path.name for path in sheaf_home.rglob("*.sheaf*")] == []


def test_an_estimate_in_words_names_the_sums(sheaf: Sheaf, data: Path) -> None:
    """A person reads expected, most, and the standard price; never "about under"."""
    asked = ("estimate", data, "--instructions", INSTRUCTIONS)
    small, large = sheaf(*asked).out, sheaf(*asked, "--max-tokens", "20000").out
    assert small.startswith("25 rows, under $0.01, never more than $0.0")
    assert "never more than $" in large


def test_an_estimate_of_fewer_rows_is_smaller(sheaf: Sheaf, data: Path) -> None:
    """--limit counts."""
    sums = [
        sheaf("estimate", data, "--instructions", INSTRUCTIONS, "--json", *limit).json["estimate"]
        for limit in ((), ("--limit", "5"))
    ]
    assert sums[1]["input_tokens"] * 5 == pytest.approx(sums[0]["input_tokens"], rel=0.02)


def test_status_tells_batches_and_rows(
    sheaf: Sheaf, data: Path, tmp_path: Path, sheaf_home: Path
) -> None:
    """The same object as the run printed, and a table for people."""
    done = sheaf(*run_of(data, tmp_path / "o.csv", "--yes", "--json"))
    job = only_job(sheaf_home)
    assert sheaf("status", job, "--json").json == done.json
    assert "25 answered" in sheaf("status", job).out


def test_export_writes_what_is_there(
    sheaf: Sheaf, data: Path, tmp_path: Path, sheaf_home: Path, rows: Rows
) -> None:
    """At any time, any number of times, in the form by the name's ending."""
    sheaf(*run_of(data, tmp_path / "o.csv", "--yes"))
    again = tmp_path / "again.csv"
    assert sheaf("export", only_job(sheaf_home), again).code == 0
    check_export(again, rows)
    assert sheaf("export", only_job(sheaf_home), tmp_path / "again.docx").code == 2
    assert sheaf("export", only_job(sheaf_home), data).code == 2
    check_export(again, rows)


@pytest.mark.parametrize("verb", ["status", "resume", "cancel", "export"])
def test_what_is_no_job_is_refused(sheaf: Sheaf, tmp_path: Path, verb: str) -> None:
    """A missing file, another file, a folder: one sentence, exit 2, the file stays as it is."""
    other = tmp_path / "other.sheaf"
    other.write_text("not a job", encoding="utf-8")
    for job in (tmp_path / "missing.sheaf", other, tmp_path):
        more = (tmp_path / "o.csv",) if verb == "export" else ()
        ran = sheaf(verb, job, *more)
        assert ran.code == 2, ran
        assert ran.err.count("sheaf: ") == 1
    assert other.read_text(encoding="utf-8") == "not a job"
    assert not (tmp_path / "missing.sheaf").exists()


def test_a_job_file_that_exists_is_not_written_over(
    sheaf: Sheaf, data: Path, tmp_path: Path, service: PracticeService
) -> None:
    """--job names an existing one: refused, resume is named, nothing more is bought."""
    job = tmp_path / "kept.sheaf"
    assert sheaf(*run_of(data, tmp_path / "o.csv", "--yes", "--job", job)).code == 0
    content = job.read_bytes()
    ran = sheaf(*run_of(data, tmp_path / "p.csv", "--yes", "--job", job))
    assert ran.code == 2
    assert f'sheaf resume "{job}"' in ran.err
    assert job.read_bytes() == content
    assert len(service.creates()) == 1


def test_a_spend_limit_that_is_too_low_stops_resumably(
    sheaf: Sheaf, stopped_by_limit: Path, service: PracticeService, tmp_path: Path, rows: Rows
) -> None:
    """Exit 3, nothing bought, the job is there; a higher limit lets it finish."""
    assert service.creates() == []
    assert state_of(stopped_by_limit) is JobState.PAUSED
    assert "limit" in sheaf("status", stopped_by_limit).out
    out = tmp_path / "o.csv"
    ran = sheaf("resume", stopped_by_limit, "--max-cost", "5", "--export", out, *QUICK)
    assert ran.code == 0, ran.err
    check_export(out, rows)


@pytest.mark.parametrize("more", [(), ("--max-cost", "5"), ("--batch-rows", "10")])
def test_an_unfinished_twin_is_named(
    sheaf: Sheaf,
    stopped_by_limit: Path,
    data: Path,
    tmp_path: Path,
    service: PracticeService,
    more: tuple[str, ...],
) -> None:
    """The same data and questions again would pay twice, whatever limit or batch size is given."""
    ran = sheaf(*run_of(data, tmp_path / "o.csv", "--yes", "--max-cost", "0.0001", *more))
    assert ran.code == 2
    assert f'sheaf resume "{stopped_by_limit}"' in ran.err
    assert "--new" in ran.err
    assert service.creates() == []


def test_new_starts_another_job_beside_the_twin(
    sheaf: Sheaf, stopped_by_limit: Path, data: Path, tmp_path: Path, sheaf_home: Path, rows: Rows
) -> None:
    """--new is the person's word."""
    out = tmp_path / "o.csv"
    assert sheaf(*run_of(data, out, "--yes", "--new")).code == 0
    check_export(out, rows)
    assert len(list(sheaf_home.glob("jobs/*.sheaf"))) == 2


def test_other_questions_and_other_data_are_no_twin(
    sheaf: Sheaf, stopped_by_limit: Path, data: Path, tmp_path: Path, rows: Rows
) -> None:
    """Other instructions, other first rows, or a changed file make another job."""
    out = tmp_path / "o.csv"
    assert sheaf(*run_of(data, out, "--yes", "--limit", "3")).code == 0
    asked = ("run", data, "--instructions", f"Do. {INSTRUCTIONS}", "--export", out, "--yes", *QUICK)
    assert sheaf(*asked, "--overwrite").code == 0
    write_table(data, made_rows(30, seed=8))
    assert sheaf(*run_of(data, out, "--yes")).code == 0
    check_export(out, made_rows(30, seed=8))


def test_a_finished_job_is_no_twin(
    sheaf: Sheaf, data: Path, tmp_path: Path, service: PracticeService
) -> None:
    """What is finished may be run again."""
    for name in ("a.csv", "b.csv"):
        assert sheaf(*run_of(data, tmp_path / name, "--yes")).code == 0
    assert set(service.bought().values()) == {1}
    assert len(service.bought()) == 50


def test_resuming_a_finished_job_buys_nothing(
    sheaf: Sheaf,
    data: Path,
    tmp_path: Path,
    sheaf_home: Path,
    rows: Rows,
    service: PracticeService,
) -> None:
    """It only exports."""
    sheaf(*run_of(data, tmp_path / "o.csv", "--yes"))
    again = tmp_path / "again.csv"
    assert sheaf("resume", only_job(sheaf_home), "--export", again, *QUICK).code == 0
    check_export(again, rows)
    assert len(service.creates()) == 1


def test_failed_rows_are_asked_again_on_request(
    sheaf: Sheaf, data: Path, tmp_path: Path, sheaf_home: Path, service: PracticeService
) -> None:
    """With --retry resume makes a new batch of only those rows in the same job."""
    sheaf(*run_of(data, tmp_path / "o.csv", "--yes", "--max-tokens", 1))
    job = only_job(sheaf_home)
    ran = sheaf("resume", job, "--retry", "--export", tmp_path / "p.csv", "--json", *QUICK)
    assert ran.code == 1
    assert [(b["rows"], b["is_retry"]) for b in ran.json["batches"]] == [(25, False), (25, True)]
    assert len(service.creates()) == 2


def test_a_job_cancelled_before_it_began_sends_nothing(
    sheaf: Sheaf, stopped_by_limit: Path, service: PracticeService
) -> None:
    """Its rows are cancelled and cost nothing."""
    ran = sheaf("cancel", stopped_by_limit, "--json", *QUICK)
    assert ran.json["states"] == {"cancelled": 25}
    assert state_of(stopped_by_limit) is JobState.CANCELLED
    assert service.creates() == []


def test_a_model_of_the_live_list_only_can_be_run_and_resumed(
    sheaf: Sheaf, service: PracticeService, tmp_path: Path, data: Path, sheaf_home: Path, rows: Rows
) -> None:
    """The catalogue does not know it: its price is not known, and that is said, never $0."""
    asked = run_of(data, tmp_path / "o.csv", "--model", "claude-next-9")
    with PracticeService(
        tmp_path / "newer",
        voice=ECHO,
        finish_seconds=0.01,
        models=(*KNOWN_MODELS, PracticeModel("claude-next-9", "Claude Next 9")),
    ) as newer:
        service.address, service.token = newer.address, newer.token
        refused = sheaf(*asked, "--yes", "--max-cost", "1")
        assert (refused.code, list(sheaf_home.glob("jobs/*.sheaf"))) == (2, [])
        assert "a limit in dollars cannot hold" in refused.err
        assert "limit in tokens" in refused.err
        stopped = sheaf(*asked, "--yes", "--max-tokens-total", "500")
        assert stopped.code == 3
        assert "spend limit of 500 tokens does not let one more row go" in stopped.err
        assert "--max-tokens-total" in stopped.err
        job = only_job(sheaf_home)
        assert newer.creates() == []
        said = sheaf("status", job, "--json").json["estimate"]
        assert (said["expected_usd"], said["max_usd"]) == (None, None)
        raised = sheaf("resume", job, "--max-tokens-total", "10000000", *QUICK)
        assert raised.code == 0, raised.err
        ran = sheaf(*asked, "--yes", "--new")
        assert ran.code == 0, ran.err
        assert "tokens read and written, never more than " in ran.err
        assert "; the price of this model is not known." in ran.err
        check_export(tmp_path / "o.csv", rows)
        newest = max(sheaf_home.glob("jobs/*.sheaf"), key=lambda path: path.stat().st_mtime)
        again = sheaf("resume", newest, "--retry", "--export", tmp_path / "p.csv", *QUICK)
        assert again.code == 0, again.err


def test_a_job_file_of_which_only_the_shell_exists_hinders_nothing(
    sheaf: Sheaf, data: Path, tmp_path: Path, sheaf_home: Path, rows: Rows
) -> None:
    """Killed at the very moment of its making: other runs work, and its name is free again."""
    shell = sheaf_home / "jobs" / "data.sheaf"
    shell.parent.mkdir(parents=True)
    database = connect(shell, create=True)
    migrate(database, shell.name)
    database.close()
    out = tmp_path / "o.csv"
    assert sheaf(*run_of(data, out, "--yes")).code == 0
    check_export(out, rows)
    assert sheaf("resume", shell).code == 2
    assert sheaf(*run_of(data, out, "--yes", "--new", "--job", shell)).code == 0


def test_instructions_that_name_no_column_warn_only(
    sheaf: Sheaf, data: Path, tmp_path: Path
) -> None:
    """It may be meant; the person hears of it, and the run goes on."""
    out = tmp_path / "o.csv"
    asked = ("run", data, "--instructions", "Say something.", "--export", out, "--yes", *QUICK)
    ran = sheaf(*asked)
    assert "no column" in ran.err
    assert len(read_table(out)) == 25


def test_a_longest_answer_that_is_tight_is_said(sheaf: Sheaf, data: Path, tmp_path: Path) -> None:
    """Under what the columns need: a plain warning, no refusal."""
    asked = run_of(data, tmp_path / "o.csv", "--yes", "--max-tokens", "20")
    assert "cut off" in sheaf(*asked).err


def test_an_export_that_fails_at_the_end_says_that_all_is_safe(
    sheaf: Sheaf,
    data: Path,
    tmp_path: Path,
    sheaf_home: Path,
    rows: Rows,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The folder went away while the job ran: exit 1, and how to get the answers."""

    def gone(*_: object, **__: object) -> None:
        raise SheafError("The folder is gone.")

    with monkeypatch.context() as patch:
        patch.setattr("app.engine.export.export", gone)
        ran = sheaf(*run_of(data, tmp_path / "o.csv", "--yes"))
    job = only_job(sheaf_home)
    assert ran.code == 1
    assert "The folder is gone." in ran.err
    assert "All answers are safe" in ran.err
    assert f'sheaf export "{job}"' in ran.err
    assert "25 answered" in ran.out
    assert sheaf("export", job, tmp_path / "p.csv").code == 0
    check_export(tmp_path / "p.csv", rows)


def test_once_begun_no_error_says_that_nothing_was_sent(
    sheaf: Sheaf, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 2 is for what is wrong before; afterwards it is 3, and resume is named."""
    job = tmp_path / "job.sheaf"
    asked = run_of(data, tmp_path / "o.csv", "--yes", "--job", job, "--max-tokens", 1)

    def odd(*_: object, **__: object) -> None:
        raise SheafError("The job file has become odd.")

    with monkeypatch.context() as patch:
        patch.setattr("app.engine.run.Run.begin", odd)
        assert sheaf(*asked).code == 3
    assert sheaf("resume", job, *QUICK).code == 1
    with monkeypatch.context() as patch:
        patch.setattr("app.cli.command.retry", odd)
        ran = sheaf("resume", job, "--retry", *QUICK)
    assert ran.code == 3
    assert f'sheaf resume "{job}"' in ran.err
    assert sheaf("resume", job, "--max-cost", "lots", *QUICK).code == 2


@pytest.mark.parametrize(
    ("days", "said"),
    [(19, None), (21, "can be fetched for 7 more days"), (30, "Too late: ")],
)
def test_status_says_until_when_answers_can_be_fetched(
    sheaf: Sheaf,
    data: Path,
    tmp_path: Path,
    sheaf_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    days: int,
    said: str | None,
) -> None:
    """From day 20 on, in words and in the JSON; after day 29 plainly that it is too late."""
    job = tmp_path / "job.sheaf"
    sheaf(*run_of(data, tmp_path / "o.csv", "--yes", "--job", job))
    database = connect(job)
    database.execute("update batch set state = 'working', ended_at = null")
    database.close()
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=days))
    told = sheaf("status", job).out
    assert said in told if said else "fetched" not in told
    assert bool(sheaf("status", job, "--json").json["fetch_by"]) is bool(said)


def test_an_export_does_not_take_a_foreign_files_place(
    sheaf: Sheaf, data: Path, rows: Rows, tmp_path: Path, sheaf_home: Path
) -> None:
    """Refused with 2 and untouched, by run before anything is read; --overwrite replaces it."""
    mine = tmp_path / "mine.csv"
    mine.write_text("precious", encoding="utf-8")
    asked = ("run", data, "--instructions", INSTRUCTIONS, "--answer", "echo: short text")
    refused = sheaf(*asked, "--export", mine, "--yes", *QUICK)
    assert refused.code == 2
    assert "--overwrite" in refused.err
    assert not list((sheaf_home / "jobs").glob("*.sheaf"))
    assert sheaf(*asked, "--export", tmp_path / "o.csv", "--yes", *QUICK).code == 0
    job = only_job(sheaf_home)
    for verb in (("export", job, mine), ("bill", job, "--csv", mine)):
        assert sheaf(*verb).code == 2
        assert mine.read_text(encoding="utf-8") == "precious"
    again = sheaf("export", job, tmp_path / "o.csv")
    assert again.code == 0, "it is this job's own export"
    assert sheaf("export", job, mine, "--overwrite").code == 0
    check_export(mine, rows)
