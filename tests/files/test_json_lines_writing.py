"""JSON Lines are written one object a row, with every digit and character."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.core.errors import SheafError
from app.core.table import Row
from app.files.json_lines_file import write_json_lines
from app.files.outgoing import OutColumn, Written

COLUMNS = (
    OutColumn("id", is_number=True),
    OutColumn("text"),
    OutColumn("labels", is_answer=True, is_list=True),
    OutColumn("score", is_number=True, is_answer=True),
)


def lines(path: Path, *rows: Row) -> list[str]:
    """Write the rows and return the file's lines."""
    assert write_json_lines(path, COLUMNS, lambda: [rows]) == Written(len(rows))
    text = path.read_bytes().decode()
    assert text.endswith("\n")
    return text.split("\n")[:-1]


def test_values_have_their_types(tmp_path: Path) -> None:
    """Numbers are numbers, several labels a list, blank answers null, all else text."""
    made = lines(
        tmp_path / "a.jsonl",
        ("7", "0012", '["a; b", "c"]', "2.5"),
        ("x", "", "[]", ""),
        ("x", "", "", ""),
    )
    assert made == [
        '{"id": 7, "text": "0012", "labels": ["a; b", "c"], "score": 2.5}',
        '{"id": "x", "text": "", "labels": [], "score": null}',
        '{"id": "x", "text": "", "labels": null, "score": null}',
    ]


@pytest.mark.parametrize("text", ["12345678901234567890", "007", "1e5", "-0", "1,5"])
def test_no_digit_is_lost(tmp_path: Path, text: str) -> None:
    """A whole number that readers of JSON would change stays a text."""
    assert json.loads(lines(tmp_path / "a.jsonl", (text, "", "", ""))[0])["id"] == text


@pytest.mark.parametrize("text", ['a "b" \\ c', "x\r\ny\u2028z\0", "😀 柔", "\ud83d half", "=1+1"])
def test_every_character_survives(tmp_path: Path, text: str) -> None:
    """Quotes, line ends, odd and half characters come back, and never break a line in two."""
    made = lines(tmp_path / "a.jsonl", ("1", text, "", ""))
    assert len(made) == 1
    assert json.loads(made[0])["text"] == text


def test_the_source_is_never_overwritten(tmp_path: Path) -> None:
    """The promises of a target hold here too."""
    path = tmp_path / "a.jsonl"
    path.write_text("{}")
    with pytest.raises(SheafError, match="would overwrite"):
        write_json_lines(path, COLUMNS, list, never_over=[path])
    assert path.read_text() == "{}"
