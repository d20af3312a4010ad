"""`sheaf run` from the file to the export."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.conftest import Sheaf
from tests.cli.running import QUICK, run_program
from tests.echo import INSTRUCTIONS, check_export, read_table, write_table
from tests.practice_service import PracticeService

JOB_KEYS = {"job", "rows", "states", "batches", "cost_usd", "estimate"}
ESTIMATE_KEYS = {
    "expected_usd",
    "low_usd",
    "high_usd",
    "max_usd",
    "standard_usd",
    "input_tokens",
    "output_tokens",
    "basis",
}
Rows = list[tuple[str, str, str]]


def _header(sign: str) -> bytes:
    names = ("no", "mark", "text", "answer", "sheaf_status", "sheaf_reason")
    return (sign.join(names) + "\r\n").encode("utf-8-sig")


def test_a_program_run_answers_every_row_on_its_own_line(
    tmp_path: Path, sheaf_home: Path, service: PracticeService, data: Path, rows: Rows
) -> None:
    """The real program: all rows in source order, cells as they were, each with its own answer."""
    out = tmp_path / "out.csv"
    ran = run_program(
        sheaf_home, service, "run", data, "--instructions", INSTRUCTIONS, "--answer",
        "echo: short text", "--export", out, "--batch-rows", 10, "--yes", "--json", *QUICK,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    check_export(out, rows)
    assert {row["sheaf_status"] for row in read_table(out)} == {"answered"}
    assert set(service.bought().values()) == {1}
    assert len(service.bought()) == len(rows)
    said = ran.json
    assert said.keys() >= JOB_KEYS
    assert said["rows"] == 25
    assert said["states"] == {"answered": 25}
    assert [batch["rows"] for batch in said["batches"]] == [10, 10, 5]
    assert Path(said["job"]).is_file()


def test_the_json_object_has_the_promised_keys_and_money_as_text(
    tmp_path: Path, sheaf: Sheaf, data: Path
) -> None:
    """The promised keys of job and estimate are there; every sum is a decimal string."""
    ran = sheaf(
        "run", data, "--instructions", INSTRUCTIONS, "--export", tmp_path / "o.csv", "--yes",
        "--json", *QUICK,
    )  # fmt: skip
    said = ran.json
    assert said.keys() >= JOB_KEYS
    assert said["estimate"].keys() >= ESTIMATE_KEYS
    sums = [said["cost_usd"], *(said["estimate"][k] for k in ESTIMATE_KEYS if k.endswith("_usd"))]
    assert all(isinstance(amount, str) for amount in sums)
    assert Decimal(said["cost_usd"]) > 0
    expected = [Decimal(said["estimate"][k + "_usd"]) for k in ("low", "expected", "high", "max")]
    assert expected == sorted(expected)
    assert Decimal(said["cost_usd"]) <= expected[-1]
    assert isinstance(said["estimate"]["input_tokens"], int)


def test_all_kinds_of_answer_columns_come_back(
    tmp_path: Path, sheaf: Sheaf, data: Path, rows: Rows
) -> None:
    """Category, yes/no, number and text in one job; a label is one of those that were offered."""
    out = tmp_path / "out.csv"
    ran = sheaf(
        "run", data, "--instructions", INSTRUCTIONS, "--export", out, "--yes", *QUICK,
        "--answer", "topic: category = Delivery | Quality | Other",
        "--answer", "urgent: yes/no", "--answer", "echo: short text",
        "--answer", "How many?: number ? -- count the letters",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    check_export(out, rows)
    for row in read_table(out):
        assert row["topic"] in {"Delivery", "Quality", "Other"}
        assert row["urgent"] in {"Yes", "No"}
        assert row["How many?"] == str(sum(row["mark"].encode()))


def test_without_answer_columns_the_reply_is_the_answer(
    tmp_path: Path, sheaf: Sheaf, data: Path, rows: Rows
) -> None:
    """One column takes the reply's text."""
    out = tmp_path / "out.csv"
    assert sheaf(
        "run", data, "--instructions", INSTRUCTIONS, "--export", out, "--yes", *QUICK
    ).code == 0  # fmt: skip
    check_export(out, rows, column="answer")


def test_instructions_and_background_may_be_files(
    tmp_path: Path, sheaf: Sheaf, data: Path, rows: Rows
) -> None:
    """@FILE is read as UTF-8, with or without a byte-order mark."""
    text, system, out = tmp_path / "do.txt", tmp_path / "about.txt", tmp_path / "out.csv"
    text.write_text(INSTRUCTIONS + "\n", encoding="utf-8-sig")
    system.write_text("Zürich is a city.", encoding="utf-8")
    ran = sheaf(
        "run", data, "--instructions", f"@{text}", "--system", f"@{system}",
        "--answer", "echo: short text", "--export", out, "--yes", *QUICK,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    check_export(out, rows)


def test_a_limit_sends_only_the_first_rows(
    tmp_path: Path, sheaf: Sheaf, service: PracticeService, data: Path, rows: Rows
) -> None:
    """The other rows are skipped and in the export; that is fine, so the exit code is 0."""
    out = tmp_path / "out.csv"
    ran = sheaf(
        "run", data, "--instructions", INSTRUCTIONS, "--limit", 7, "--export", out, "--yes",
        "--json", *QUICK,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert ran.json["states"] == {"answered": 7, "skipped": 18}
    written = read_table(out)
    assert [row["answer"] for row in written] == [mark for _, mark, _ in rows[:7]] + [""] * 18
    assert {row["sheaf_status"] for row in written[7:]} == {"skipped"}
    assert {name.rsplit("-r", 1)[1] for name in service.bought()} == {str(n) for n in range(1, 8)}


def test_blank_rows_are_skipped_and_cost_nothing(
    tmp_path: Path, sheaf: Sheaf, service: PracticeService
) -> None:
    """A row that is blank in every named column is not sent, and its reason is said."""
    rows = [("1", "m1", "a"), ("2", "", "  "), ("3", "m3", "")]
    data, out = write_table(tmp_path / "d.csv", rows), tmp_path / "out.csv"
    ran = sheaf("run", data, "--instructions", INSTRUCTIONS, "--export", out, "--yes", *QUICK)
    assert ran.code == 0, ran.err
    assert [row["sheaf_status"] for row in read_table(out)] == ["answered", "skipped", "answered"]
    assert read_table(out)[1]["sheaf_reason"]
    assert len(service.bought()) == 2


def test_a_semicolon_file_in_another_encoding_is_read_as_asked(
    tmp_path: Path, sheaf: Sheaf
) -> None:
    """--encoding and --delimiter decide where the bytes alone would not."""
    data, out = tmp_path / "d.csv", tmp_path / "out.csv"
    data.write_bytes("mark;wörd\nm1;süß, sauer\nm2;é\n".encode("cp1252"))
    ran = sheaf(
        "run", data, "--instructions", "<{{mark}}> {{wörd}}", "--encoding", "cp1252",
        "--delimiter", ";", "--export", out, "--yes", *QUICK,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert [(row["wörd"], row["answer"]) for row in read_table(out)] == [
        ("süß, sauer", "m1"),
        ("é", "m2"),
    ]


def test_the_sheet_that_is_named_is_read(tmp_path: Path, sheaf: Sheaf) -> None:
    """--sheet chooses; an unknown one is refused and the sheets are named."""
    import openpyxl

    book = openpyxl.Workbook()
    for name, mark in (("First", "m1"), ("Second", "m2")):
        sheet = book.create_sheet(name)
        sheet.append(["mark"])
        sheet.append([mark])
    del book["Sheet"]
    data, out = tmp_path / "d.xlsx", tmp_path / "out.csv"
    book.save(data)
    asked = (
        "run",
        data,
        "--instructions",
        "<{{mark}}>",
        "--export",
        out,
        "--overwrite",
        "--yes",
        *QUICK,
    )
    assert sheaf(*asked, "--sheet", "Second").code == 0
    assert [row["answer"] for row in read_table(out)] == ["m2"]
    refused = sheaf(*asked, "--sheet", "Third")
    assert refused.code == 2
    assert "Second" in refused.err


def test_rows_without_an_answer_give_exit_code_1_and_are_named(
    tmp_path: Path, sheaf: Sheaf, data: Path
) -> None:
    """An answer that was cut off is not fine: the export is written and says which."""
    out = tmp_path / "out.csv"
    ran = sheaf(
        "run", data, "--instructions", INSTRUCTIONS, "--max-tokens", 1, "--export", out, "--yes",
        *QUICK,
    )  # fmt: skip
    assert ran.code == 1
    written = read_table(out)
    assert {row["sheaf_status"] for row in written} == {"cut_off"}
    assert all(row["sheaf_reason"] for row in written)
    assert re.search(r"25 cut_off", ran.out)


def test_the_table_of_batches_is_printed(tmp_path: Path, sheaf: Sheaf, data: Path) -> None:
    """Without --json a person reads the batches, the rows' states and where the job is."""
    ran = sheaf(
        "run", data, "--instructions", INSTRUCTIONS, "--batch-rows", 20, "--export",
        tmp_path / "o.csv", "--yes", *QUICK,
    )  # fmt: skip
    assert len(re.findall(r"msgbatch_\w+ +Finished +(20|5) +(20|5) +0", ran.out)) == 2
    assert "25 answered" in ran.out
    assert str(tmp_path / "o.csv") in ran.err


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (("--newline", "lf", "--no-bom"), b"no,mark,text,answer,sheaf_status,sheaf_reason\n"),
        *(
            (("--separator", said), _header(sign))
            for said, sign in {
                ",": ",",
                ";": ";",
                "|": "|",
                "tab": "\t",
                "TAB": "\t",
                "\\t": "\t",
                "\t": "\t",
                "~": "~",
                "§": "§",
            }.items()
        ),
    ],
)
def test_the_form_of_the_export_can_be_chosen(
    tmp_path: Path, sheaf: Sheaf, data: Path, choice: tuple[str, ...], expected: bytes
) -> None:
    """Separator, line ends and byte-order mark are as asked for."""
    out = tmp_path / "out.csv"
    sheaf(
        "run", data, "--instructions", INSTRUCTIONS, "--limit", 2, "--export", out, "--yes",
        *QUICK, *choice,
    )  # fmt: skip
    assert out.read_bytes().startswith(expected)


def test_the_ending_says_what_separates_the_cells(tmp_path: Path, sheaf: Sheaf, data: Path) -> None:
    """A .tsv has tabs unless something else was asked for."""
    job = tmp_path / "reviews.sheaf"
    sheaf(
        "run", data, "--instructions", INSTRUCTIONS, "--limit", 2, "--job", job, "--export",
        tmp_path / "out.TSV", "--yes", *QUICK,
    )  # fmt: skip
    assert (tmp_path / "out.TSV").read_bytes().startswith(_header("\t"))
    sheaf("export", job, tmp_path / "out.tsv", "--separator", ",")
    assert (tmp_path / "out.tsv").read_bytes().startswith(_header(","))


def test_tokens_and_cost_of_each_row_on_request(tmp_path: Path, sheaf: Sheaf, data: Path) -> None:
    """The costs of the rows add up to the cost of the job."""
    out = tmp_path / "out.csv"
    ran = sheaf(
        "run", data, "--instructions", INSTRUCTIONS, "--usage", "--export", out, "--yes", "--json",
        *QUICK,
    )  # fmt: skip
    written = read_table(out)
    total = sum(Decimal(row["sheaf_cost_usd"]) for row in written)
    assert total.quantize(Decimal("0.000001")) == Decimal(ran.json["cost_usd"])
    assert all(int(row["sheaf_read_tokens"]) > 0 for row in written)
