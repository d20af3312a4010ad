"""Wherever the outputs lead: no sentence stops the work, and no text commands a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.job import JobState
from app.practice.models import KNOWN_MODELS, PracticeModel
from app.store.job_file import JobFile
from tests.cli.conftest import Sheaf
from tests.cli.running import PATIENCE_SECONDS, ROOT, Ran, environment
from tests.cli.test_other_verbs import only_job, run_of, state_of
from tests.echo import ECHO, INSTRUCTIONS, check_export
from tests.practice_service import PracticeService

Rows = list[tuple[str, str, str]]
NEXT = "claude-next-9"


def gone() -> int:
    """Return a descriptor of a pipe that nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def run_into(
    home: Path,
    service: PracticeService,
    *arguments: object,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
    **more: str,
) -> Ran:
    """Run the program with these outputs."""
    ran = subprocess.run(
        [sys.executable, "-m", "app", *map(str, arguments)],
        check=False,
        cwd=ROOT,
        env=environment(home, service) | more,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        timeout=PATIENCE_SECONDS,
    )
    return Ran(ran.returncode, (ran.stdout or b"").decode(), (ran.stderr or b"").decode())


def log_of(home: Path) -> str:
    """Return what the command has logged."""
    file = home / "logs" / "sheaf-command.log"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def test_a_run_to_whose_words_nobody_listens_goes_on(
    tmp_path: Path, sheaf_home: Path, service: PracticeService, data: Path, rows: Rows
) -> None:
    """The reader of stderr has gone: paid work is not stopped by a sentence."""
    out = tmp_path / "o.csv"
    ran = run_into(sheaf_home, service, *run_of(data, out, "--yes"), stderr=gone())
    assert ran.code == 0
    check_export(out, rows)


def test_a_result_that_nobody_takes_ends_quietly(
    tmp_path: Path, sheaf_home: Path, service: PracticeService, data: Path, sheaf: Sheaf
) -> None:
    """The reader of stdout has gone, as `head` does: no report, and nothing of the work is lost."""
    out = tmp_path / "o.csv"
    ran = run_into(sheaf_home, service, *run_of(data, out, "--yes"), stdout=gone())
    assert ran.code == 141
    assert not [line for line in ran.err.splitlines() if line.startswith("sheaf: ")]
    assert "report it" not in ran.err
    assert "Traceback" not in ran.err
    assert "Exception ignored" not in ran.err
    assert "BrokenPipeError" not in log_of(sheaf_home)
    job = only_job(sheaf_home)
    assert state_of(job) is JobState.FINISHED
    assert out.exists()
    for verb in (("bill", job), ("bill", job, "--json"), ("status", job)):
        shown = run_into(sheaf_home, service, *verb, stdout=gone())
        assert (shown.code, shown.err) == (141, "")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of the other kind")
@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_an_output_that_is_closed_is_no_obstacle(
    tmp_path: Path, sheaf_home: Path, service: PracticeService, data: Path, rows: Rows, closed: str
) -> None:
    """As a job of cron or of a service may be started."""
    out = tmp_path / "o.csv"
    command = [sys.executable, "-m", "app", *map(str, run_of(data, out, "--yes"))]
    ran = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", *command],
        check=False,
        cwd=ROOT,
        env=environment(sheaf_home, service),
        capture_output=True,
        timeout=PATIENCE_SECONDS,
    )
    assert ran.returncode == 0, ran.stderr
    assert b"Traceback" not in ran.stderr
    check_export(out, rows)


def test_an_output_without_our_letters_gets_question_marks(
    tmp_path: Path, sheaf_home: Path, service: PracticeService, data: Path, sheaf: Sheaf
) -> None:
    """An ASCII terminal has no dash and no middle dot; the JSON object is ASCII everywhere."""
    narrow = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii:strict"}
    job = tmp_path / "Zürich.sheaf"
    asked = run_of(data, tmp_path / "o.csv", "--yes", "--job", job, "--max-cost", "0.0001")
    ran = run_into(sheaf_home, service, *asked, **narrow)
    assert ran.code == 3, ran.err
    assert "rows finished ? batches" in ran.err
    shown = run_into(sheaf_home, service, "status", job, **narrow)
    assert shown.code == 0, shown.err
    assert "Z?rich" in shown.out
    assert run_into(sheaf_home, service, "status", job, "--json", **narrow).json["job"] == str(job)
    assert run_into(sheaf_home, service, "--help", **narrow).code == 0


def test_a_mistake_of_our_own_has_its_own_code_and_is_logged(
    sheaf: Sheaf,
    data: Path,
    tmp_path: Path,
    sheaf_home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """1 would say that an export was written; the trace goes to the log, without cells."""
    cell = "secret cell"

    def stumble(*_: object, **__: object) -> None:
        raise ValueError(cell)

    monkeypatch.setattr("app.cli.command.start", stumble)
    ran = sheaf(*run_of(data, tmp_path / "o.csv", "--yes"))
    assert ran.code == 70
    assert ran.err.count("sheaf: ") == 1
    assert "mistake of its own" in ran.err
    assert cell not in ran.err
    assert "Traceback" not in ran.err
    assert "in stumble" in log_of(sheaf_home)
    assert cell not in log_of(sheaf_home)


def test_names_from_a_file_do_not_command_the_terminal(sheaf: Sheaf, tmp_path: Path) -> None:
    """A header that would clear the screen, ring, forge a line or turn the writing round."""
    data = tmp_path / "d.csv"
    header = '"\x1b[2Jred\x07","a\rb\nsheaf: All is well.","\x9b31m\u202etxt"'
    data.write_text(f"{header}\n1,2,3\n", encoding="utf-8")
    ran = sheaf("estimate", data, "--instructions", "{{none}}")
    assert ran.code == 2
    assert "[2Jred" in ran.err
    assert not set("\x1b\x07\x9b\r\u202e") & set(ran.err + ran.out)
    assert len([line for line in ran.err.splitlines() if line.startswith("sheaf: ")]) == 1


def test_what_a_job_file_says_does_not_command_the_terminal(
    sheaf: Sheaf, tmp_path: Path, data: Path
) -> None:
    """Its trouble and its own path are somebody's text; the JSON object keeps them whole."""
    job = tmp_path / "\x1b[1mjob.sheaf"
    asked = run_of(data, tmp_path / "o.csv", "--yes", "--max-cost", "0.0001", "--job", job)
    assert sheaf(*asked).code == 3
    with JobFile.open(job) as job_file:
        job_file.set_state(JobState.PAUSED, "Bad\x1b]0;title\x07 news\nRows: 25 answered.")
    ran = sheaf("status", job)
    assert "\x1b" not in ran.out + ran.err
    assert "Stopped: Bad]0;title news Rows" in ran.out
    shown = sheaf("status", job, "--json")
    assert "\x1b" not in shown.out
    assert shown.json["job"] == str(job)


def test_a_price_that_is_not_known_is_never_a_zero(
    tmp_path: Path, sheaf: Sheaf, service: PracticeService, data: Path, sheaf_home: Path
) -> None:
    """A model of the live list only: the table, the progress and the JSON object say so."""
    asked = run_of(data, tmp_path / "o.csv", "--model", NEXT, "--yes")
    with PracticeService(
        tmp_path / "newer",
        voice=ECHO,
        finish_seconds=0.01,
        models=(*KNOWN_MODELS, PracticeModel(NEXT, "Claude Next 9")),
    ) as newer:
        service.address, service.token = newer.address, newer.token
        ran = sheaf(*asked)
    assert ran.code == 0, ran.err
    assert "$0" not in ran.out + ran.err
    assert "price not known" in ran.out
    assert "finished · price not known" in ran.err
    shown = sheaf("status", only_job(sheaf_home), "--json").json
    assert shown["cost_usd"] is None
    assert [batch["cost_usd"] for batch in shown["batches"]] == [None]


def test_before_it_begins_a_job_has_cost_nothing(sheaf: Sheaf, data: Path) -> None:
    """Nothing was bought: that is a sum, and it is known."""
    said = sheaf("estimate", data, "--instructions", INSTRUCTIONS, "--json")
    assert said.json["cost_usd"] == "0.000000"
