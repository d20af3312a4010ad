"""What a person mistypes is answered in one sentence, before anything is made or sent."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.job import JobState
from app.core.plan import MOST_ROWS
from tests.cli.conftest import Sheaf
from tests.cli.running import QUICK, ROOT
from tests.cli.test_other_verbs import run_of, state_of
from tests.echo import INSTRUCTIONS, check_export, read_table, write_table
from tests.practice_service import PracticeService

Rows = list[tuple[str, str, str]]


def one_sentence(said: str) -> str:
    """Return what was said, which is one line and not the parser's or Python's own words."""
    (line,) = said.strip().splitlines()
    assert line.startswith("sheaf: ")
    assert "usage:" not in line
    assert "invalid choice" not in line
    return line


@pytest.mark.parametrize("word", ["data.csv", "."])
def test_a_file_alone_is_told_how_to_be_run(sheaf: Sheaf, data: Path, word: str) -> None:
    """Not with a list of what the parser knows."""
    there = data if word == "data.csv" else data.parent
    ran = sheaf(there)
    assert ran.code == 2
    assert f'sheaf run "{there}"' in one_sentence(ran.err)


def test_an_unknown_verb_is_answered_with_those_there_are(sheaf: Sheaf) -> None:
    """By name, in a sentence."""
    ran = sheaf("runn", "data.csv")
    assert ran.code == 2
    assert all(f"{verb}," in one_sentence(ran.err) for verb in ("run", "estimate", "resume"))


def test_a_placeholder_that_is_not_closed_is_refused(
    sheaf: Sheaf, data: Path, tmp_path: Path, service: PracticeService, sheaf_home: Path
) -> None:
    """It would have been sent with its braces to every row; four braces mean two."""
    asked = ("run", data, "--export", tmp_path / "o.csv", "--yes", *QUICK)
    ran = sheaf(*asked, "--instructions", "Read {{text")
    assert ran.code == 2
    assert '"{{text"' in one_sentence(ran.err)
    assert service.creates() == []
    assert not list(sheaf_home.glob("jobs/*.sheaf"))
    assert sheaf(*asked, "--instructions", INSTRUCTIONS + " {{{{x").code == 0


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (("--batch-rows", MOST_ROWS + 1), "--batch-rows is 100,001; the most is 100,000"),
        (("--sheet", "nix"), 'is one table without sheets, so it has no sheet "nix"'),
    ],
)
def test_options_that_cannot_be_followed_are_refused(
    sheaf: Sheaf, data: Path, tmp_path: Path, option: tuple[object, ...], words: str
) -> None:
    """Not passed over in silence."""
    ran = sheaf(*run_of(data, tmp_path / "o.csv", "--yes", *option))
    assert ran.code == 2
    assert words in one_sentence(ran.err)


def test_the_first_row_can_be_data(sheaf: Sheaf, tmp_path: Path, rows: Rows) -> None:
    """Columns are numbered then, and every row is answered."""
    data = write_table(tmp_path / "bare.csv", rows)
    data.write_text(data.read_text(encoding="utf-8").split("\n", 1)[1], encoding="utf-8")
    out = tmp_path / "o.csv"
    asked = INSTRUCTIONS.replace("mark", "Column 2").replace("{{text}}", "{{Column 3}}")
    ran = sheaf("run", data, "--no-header", "--instructions", asked, "--export", out, "--yes",
                *QUICK)  # fmt: skip
    assert ran.code == 0, ran.err
    written = read_table(out)
    assert [row["Column 2"] for row in written] == [mark for _, mark, _ in rows]


def test_a_table_that_is_only_a_header_names_the_way_out(sheaf: Sheaf, tmp_path: Path) -> None:
    """The option that is named is there."""
    data = tmp_path / "bare.csv"
    data.write_text("a,b,c\n", encoding="utf-8")
    asked = (data, "--instructions", "Read {{a}}")
    assert "--no-header" in one_sentence(sheaf("estimate", *asked).err)
    named = ("estimate", data, "--no-header", "--instructions", "Read {{Column 1}}")
    assert sheaf(*named).code == 0


def test_bytes_that_are_no_text_are_called_that(sheaf: Sheaf, tmp_path: Path) -> None:
    """In English."""
    data = tmp_path / "bin.csv"
    data.write_bytes(bytes(range(256)) * 20)
    said = one_sentence(sheaf("estimate", data, "--instructions", "Read {{a}}").err)
    assert '"bin.csv" holds neither text nor a workbook.' in said


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux has such a folder")
def test_a_folder_of_the_system_is_not_called_missing(sheaf: Sheaf, data: Path) -> None:
    """It exists, and takes no files."""
    said = one_sentence(sheaf(*run_of(data, Path("/proc/o.csv"), "--yes")).err)
    assert "that folder takes no new files" in said


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
@pytest.mark.parametrize("arguments", [(), ("some.sheaf",)])
def test_without_a_screen_the_window_says_so(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """One sentence and an exit code instead of Qt's words and an abort."""
    pytest.importorskip("PySide6")
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    seen = {name: value for name, value in os.environ.items() if name not in hidden}
    ran = subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env=seen | {"SHEAF_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 2
    assert "There is no screen for the window here" in one_sentence(ran.stderr)


def test_a_job_kept_elsewhere_is_known_when_it_is_asked_again(
    sheaf: Sheaf, data: Path, tmp_path: Path, service: PracticeService, rows: Rows
) -> None:
    """It was begun under a name of the person's own: the same again would pay twice."""
    job, out = tmp_path / "mine" / "own.sheaf", tmp_path / "o.csv"
    stopped = sheaf(*run_of(data, out, "--yes", "--job", job, "--max-cost", "0.000001"))
    assert stopped.code == 3
    assert state_of(job) is JobState.PAUSED
    for again in ((), ("--job", tmp_path / "other.sheaf"), ("--max-tokens-total", "900000000")):
        ran = sheaf(*run_of(data, out, "--yes", *again))
        assert ran.code == 2
        assert f'sheaf resume "{job}"' in ran.err
    assert service.creates() == []
    assert sheaf("resume", job, "--max-cost", "5", "--export", out, *QUICK).code == 0
    check_export(out, rows)
    assert sheaf(*run_of(data, out, "--yes")).code == 0, "what is finished may be run again"


def test_small_sums_are_never_between_nothing_and_nothing(sheaf: Sheaf, data: Path) -> None:
    """Under a cent there is no range of two equal ends."""
    said = sheaf("estimate", data, "--instructions", INSTRUCTIONS, "--max-tokens", "20000").out
    assert "between under" not in said
    assert "than under" not in said


def test_a_limit_under_a_cent_is_named_with_its_figures(
    sheaf: Sheaf, data: Path, tmp_path: Path
) -> None:
    """How much it is, how much is needed, and the option that raises it."""
    ran = sheaf(*run_of(data, tmp_path / "o.csv", "--yes", "--max-cost", "0.00004"))
    assert ran.code == 3
    assert "The spend limit of $0.00004 does not let one more row go." in ran.err
    assert "it could come to $0.000" in ran.err
    hint = next(line for line in ran.err.splitlines() if line.startswith("Go on with: "))
    assert hint.endswith(" --max-cost USD")
    assert "under $0.01" not in ran.err.split("The spend limit")[1]


def test_a_limit_in_tokens_is_raised_in_tokens(sheaf: Sheaf, data: Path, tmp_path: Path) -> None:
    """Of two limits only the one that stopped the job is named."""
    limits = ("--max-cost", "50", "--max-tokens-total", "20")
    ran = sheaf(*run_of(data, tmp_path / "o.csv", "--yes", *limits))
    hint = next(line for line in ran.err.splitlines() if line.startswith("Go on with: "))
    assert hint.endswith(" --max-tokens-total N")
    assert "--max-cost" not in hint
