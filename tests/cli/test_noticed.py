"""The command line says what reading brought to light, in short and in its JSON object."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Sheaf

ASKED = ("--instructions", "Read {{text}}", "--answer", "topic: label = A | B", "--practice")


def test_oddities_of_a_table_are_said_and_listed(sheaf: Sheaf, tmp_path: Path) -> None:
    """Guessed encoding, ragged rows, lines above the header: on stderr and in the JSON."""
    data = tmp_path / "odd.csv"
    rows = "".join(f"{number},café,x\n" for number in range(3, 30))
    data.write_bytes(f"Report\n\nid,text,c\n1,a,b\n2,b,y,more\n{rows}".encode("cp1252"))
    ran = sheaf("estimate", data, *ASKED, "--json")
    assert ran.code == 0
    for said in (
        "1 line above the header was left out",
        "more cells than the header",
        "looks like",
    ):
        assert said in ran.err
    codes = {notice["code"]: notice for notice in ran.json["noticed"]}
    assert {"title_rows", "long_rows", "encoding_guessed"} <= set(codes)
    assert codes["long_rows"]["rows"] == [2]
    assert ran.json["files_not_sent"] == []


def test_files_that_cannot_be_sent_are_named_before_anything_is(
    sheaf: Sheaf, tmp_path: Path
) -> None:
    """The first by name on stderr, all of them in the JSON; what was left out too."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "a.txt").write_text("An invoice.")
    for number in range(7):
        (folder / f"empty-{number}.txt").touch()
    (folder / "tool.exe").write_bytes(bytes(range(256)) * 20)
    asked = ("--instructions", "Read {{file}}", "--answer", "topic: label = A | B", "--practice")
    ran = sheaf("estimate", folder, *asked, "--json")
    assert "Not sent: row 2, empty-0.txt:" in ran.err
    assert "empty-6.txt" not in ran.err
    assert "More files cannot be sent" in ran.err
    assert "1 file was left out" in ran.err
    assert [each["file"] for each in ran.json["files_not_sent"]] == [
        f"empty-{number}.txt" for number in range(7)
    ]
    assert ran.json["noticed"][-1]["names"] == ["tool.exe"]


def test_an_estimate_of_ready_made_requests_says_what_was_noticed(
    sheaf: Sheaf, tmp_path: Path
) -> None:
    """A retired model is told before anybody runs anything."""
    file = tmp_path / "r.jsonl"
    line = (
        '{"custom_id": "%s", "params": {"model": "%s", "max_tokens": 10, '
        '"messages": [{"role": "user", "content": "Hi"}]}}\n'
    )
    file.write_text(line % ("a", "claude-haiku-5-5") + line % ("b.jpg", "claude-opus-4-1-20250805"))
    ran = sheaf("estimate", file, "--practice")
    assert ran.code == 0
    assert "a retired model, Claude Opus 4.1 (now claude-opus-5-5)" in ran.err
    assert ran.err.count("is not as the service wants it") == 1


@pytest.mark.parametrize(("rows", "said"), [(1, "1 row to practise on"), (2, "2 rows to")])
def test_one_row_is_one_row(sheaf: Sheaf, tmp_path: Path, rows: int, said: str) -> None:
    """Counts go with their nouns."""
    data = tmp_path / "few.csv"
    data.write_text("id,text\n" + "".join(f"1,Late {row}\n" for row in range(rows)))
    assert said in sheaf("estimate", data, *ASKED).out
