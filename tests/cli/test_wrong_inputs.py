"""Every wrong input gives one clear sentence and exit code 2, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Sheaf
from tests.cli.running import QUICK, Ran, run_program
from tests.echo import INSTRUCTIONS
from tests.files.makers import make_compound
from tests.practice_service import PracticeService


def jobs_of(home: Path) -> list[Path]:
    """Return what lies in the library of jobs."""
    return sorted(home.glob("jobs/*.sheaf"))


@pytest.fixture
def refused(
    sheaf: Sheaf, service: PracticeService, tmp_path: Path, sheaf_home: Path
) -> Callable[..., str]:
    """Run what must be refused; return the sentence after checking all that holds for each."""

    def run(*arguments: object, export: Path | None = None) -> str:
        before = jobs_of(sheaf_home)
        out = export or tmp_path / "out.csv"
        ran = sheaf("run", *QUICK, *arguments, "--export", out, "--yes")
        assert ran.code == 2, ran
        assert ran.out == ""
        sentences = [line for line in ran.err.splitlines() if line.startswith("sheaf: ")]
        assert len(sentences) == 1, ran.err
        assert sentences[0].endswith((".", "?", '."'))
        assert "Traceback" not in ran.err
        assert "Error" not in ran.err
        assert service.creates() == []
        assert jobs_of(sheaf_home) == before
        assert not (tmp_path / "out.csv").exists()
        return sentences[0]

    return run


def _asked(data: Path, *more: object) -> tuple[object, ...]:
    return (data, "--instructions", INSTRUCTIONS, *more)


def test_a_missing_file(refused: Callable[..., str], tmp_path: Path) -> None:
    """The sentence names the file."""
    assert "nowhere.csv" in refused(*_asked(tmp_path / "nowhere.csv"))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file(refused: Callable[..., str], tmp_path: Path, content: bytes) -> None:
    """A file without a cell is empty, whatever its bytes are."""
    data = tmp_path / "empty.csv"
    data.write_bytes(content)
    assert "empty.csv" in refused(*_asked(data))


def test_a_table_that_is_only_a_header(refused: Callable[..., str], tmp_path: Path) -> None:
    """Without a row there is nothing to send."""
    data = tmp_path / "header.csv"
    data.write_text("no,mark,text\n", encoding="utf-8")
    refused(*_asked(data))


def test_a_folder(refused: Callable[..., str], tmp_path: Path) -> None:
    """A folder is not a table."""
    refused(*_asked(tmp_path))


def test_a_workbook_with_a_password(refused: Callable[..., str], tmp_path: Path) -> None:
    """The sentence says that it is the password."""
    data = tmp_path / "secret.xlsx"
    make_compound(data, ["EncryptionInfo", "EncryptedPackage"])
    assert "password" in refused(*_asked(data))


@pytest.mark.parametrize("name", ["broken.xlsx", "broken.xls", "broken.ods", "broken.xlsb"])
def test_a_corrupt_workbook(refused: Callable[..., str], tmp_path: Path, name: str) -> None:
    """A cut-off workbook is refused by name."""
    data = tmp_path / name
    data.write_bytes(b"PK\x03\x04" + bytes(200))
    assert name in refused(*_asked(data))


def test_an_unknown_column(refused: Callable[..., str], data: Path) -> None:
    """The column is named, and the nearest one that exists."""
    sentence = refused(data, "--instructions", "Sort {{ txet }}")
    assert '"txet"' in sentence
    assert '"text"' in sentence


def test_empty_instructions(refused: Callable[..., str], data: Path) -> None:
    """Nothing to do is no job."""
    refused(data, "--instructions", "  ")


def test_an_instruction_file_that_is_missing(refused: Callable[..., str], data: Path) -> None:
    """The sentence names the file after the @."""
    assert "nowhere.txt" in refused(data, "--instructions", "@nowhere.txt")


def test_an_unknown_model(refused: Callable[..., str], data: Path) -> None:
    """A model that neither the catalogue nor the service knows."""
    assert '"claude-nonesuch-9"' in refused(*_asked(data, "--model", "claude-nonesuch-9"))


@pytest.mark.parametrize("longest", ["0", "-5", "128001"])
def test_a_longest_answer_that_cannot_be(
    refused: Callable[..., str], data: Path, longest: str
) -> None:
    """Zero, negative, and over the model's limit."""
    refused(*_asked(data, "--model", "claude-haiku-5-5", "--max-tokens", longest))


@pytest.mark.parametrize(
    "definition",
    [
        "no colon",
        "topic: kategory = A | B",
        "topic: category",
        "topic: category = A",
        "topic: category = A | a",
        "topic: number = 1 | 2",
        ": short text",
        "",
    ],
)
def test_a_bad_answer_definition(refused: Callable[..., str], data: Path, definition: str) -> None:
    """The definition is named, with what is wrong."""
    refused(*_asked(data, "--answer", definition))


def test_two_answer_columns_of_one_name(refused: Callable[..., str], data: Path) -> None:
    """Names that differ only in capitals are one name."""
    refused(*_asked(data, "--answer", "a: number", "--answer", "A: short text"))


def test_an_export_that_cannot_be_written(
    refused: Callable[..., str], data: Path, tmp_path: Path
) -> None:
    """A missing folder, a file in place of a folder, a folder, the input, and another format."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "folder.csv").mkdir()
    before = data.read_bytes()
    for export in ("no/such/o.csv", "file/o.csv", "folder.csv", "data.csv", "out.docx", "out"):
        refused(*_asked(data), export=tmp_path / export)
    assert data.read_bytes() == before


@pytest.mark.parametrize("place", ["--instructions", "--system"])
def test_an_export_over_what_was_read(
    refused: Callable[..., str], data: Path, tmp_path: Path, place: str
) -> None:
    """A file that an @ names is input too, by whatever path it is named."""
    read = tmp_path / "folder" / "words.txt"
    read.parent.mkdir()
    read.write_text(INSTRUCTIONS, encoding="utf-8")
    given = [place, f"@{read}"]
    if place == "--system":
        given += ["--instructions", INSTRUCTIONS]
    for export in (read, read.parent / ".." / "folder" / "words.txt"):
        assert '"words.txt"' in refused(data, *given, export=export)
    assert read.read_text(encoding="utf-8") == INSTRUCTIONS


def test_an_export_over_the_job(refused: Callable[..., str], data: Path, tmp_path: Path) -> None:
    """The job would be lost, and it is seen before the job is made."""
    job = tmp_path / "job.csv"
    refused(*_asked(data, "--job", job), export=job)
    assert not job.exists()


@pytest.mark.parametrize(
    "sign", ['"', "'", "", "\n", "\r", "\r\n", "a", "7", "ab", ";;", "\x1b", "é"]
)
def test_a_separator_that_would_break_the_table(
    refused: Callable[..., str], data: Path, sign: str
) -> None:
    """Cells would run into each other: refused before anything is bought."""
    refused(*_asked(data, "--separator", sign))


@pytest.mark.parametrize(
    "numbers",
    [
        ("--limit", "0"),
        ("--batch-rows", "-1"),
        ("--max-cost", "lots"),
        ("--max-cost", "0"),
        ("--max-cost", "NaN"),
        ("--max-cost", "1e999999"),
        ("--poll-seconds", "nan"),
        ("--poll-seconds", "-1"),
        ("--reconcile-seconds", "inf"),
        ("--system", "half \udcff a character"),
        ("--delimiter", "ab"),
        ("--encoding", "klingon"),
        ("--id-column", "nope"),
    ],
)
def test_options_that_make_no_sense(
    refused: Callable[..., str], data: Path, numbers: tuple[str, str]
) -> None:
    """Each option is checked before anything is sent."""
    refused(*_asked(data, *numbers))


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",),
        ("fly",),
        ("run", "d.csv", "--instructions", "x", "--export", "o.csv", "--limit", "many"),
        ("run", "d.csv", "--instr", "x", "--export", "o.csv"),
        ("export", "job.sheaf"),
    ],
)
def test_wrong_usage_is_exit_code_2_too(sheaf: Sheaf, arguments: tuple[str, ...]) -> None:
    """What cannot be understood does nothing."""
    assert sheaf(*arguments).code == 2


def test_without_a_key_nothing_starts(
    tmp_path: Path, sheaf_home: Path, data: Path, service: PracticeService
) -> None:
    """No key, no practice: exit 3, with what to do, and nothing sent anywhere."""
    asked = ("run", *_asked(data), "--export", tmp_path / "o.csv", "--yes")
    ran = run_program(sheaf_home, None, *asked)
    assert ran.code == 3
    assert "ANTHROPIC_API_KEY" in ran.err
    assert "Traceback" not in ran.err
    assert service.creates() == []


def test_nobody_to_ask_means_no(
    tmp_path: Path, sheaf_home: Path, data: Path, service: PracticeService
) -> None:
    """Without --yes and without a terminal the price cannot be agreed: exit 2, nothing sent."""
    ran: Ran = run_program(
        sheaf_home, service, "run", *_asked(data), "--export", tmp_path / "o.csv", *QUICK
    )
    assert ran.code == 2
    assert "--yes" in ran.err
    assert service.creates() == []


@pytest.mark.parametrize("address", ["http://example.com", "ftp://127.0.0.1", "nonsense"])
def test_an_address_that_is_not_safe_is_not_used(
    sheaf: Sheaf, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    service: PracticeService, address: str,
) -> None:  # fmt: skip
    """Only https, or this computer; the key goes nowhere else."""
    monkeypatch.setattr(service, "address", address)
    ran = sheaf("run", *_asked(data), "--export", tmp_path / "o.csv", "--yes")
    assert ran.code == 2
    assert service.token not in ran.err
    assert service.creates() == []
