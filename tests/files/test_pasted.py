"""Cells from the clipboard become a table, just as they were copied."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.core.errors import SheafError
from app.files import pasted
from app.files.formats import open_source
from app.files.pasted import keep_pasted


def read(path: Path) -> list[tuple[str, ...]]:
    """Read a kept table."""
    source = open_source(path)
    return [source.header, *source.rows()]


@pytest.mark.parametrize(
    "text",
    [
        'id\ttext\n1\t"two\nlines"\n2\t"say ""hi"""\n',
        'id\ttext\r\n1\t"two\nlines"\r\n2\t"say ""hi"""\r\n',
        'id\ttext\r1\t"two\nlines"\r2\t"say ""hi"""',
    ],
)
def test_cells_of_spreadsheet_programs(tmp_path: Path, text: str) -> None:
    """Tabs, lines and quotation marks are read as those programs write them."""
    path = keep_pasted(text, tmp_path / "pasted", "Pasted now")
    assert path.name == "Pasted now.tsv"
    assert read(path) == [("id", "text"), ("1", "two\nlines"), ("2", 'say "hi"')]


def test_other_texts_are_tables_too(tmp_path: Path) -> None:
    """Lines without tabs are one column, or what separates them evenly."""
    lines = keep_pasted("answer\nYes, always\nno\n", tmp_path, "a")
    assert read(lines) == [("answer",), ("Yes, always",), ("no",)]
    commas = keep_pasted("id,text\n1,a\n2,b\n", tmp_path, "b")
    assert read(commas) == [("id", "text"), ("1", "a"), ("2", "b")]


def test_every_character_is_kept(tmp_path: Path) -> None:
    """All scripts, and cells that would run in a spreadsheet, come through; half a pair shows."""
    path = keep_pasted("a\tb\n柔 😀\t=1+1\n\ud83d\tx\n", tmp_path, "a")
    assert read(path)[1:] == [("柔 😀", "=1+1"), ("\ufffd", "x")]


def test_nothing_is_overwritten_and_nobody_else_reads_it(tmp_path: Path) -> None:
    """Two pastes of one moment are two files; both are the person's alone."""
    first, second = (keep_pasted("a\n1\n", tmp_path / "new", "Pasted") for _ in range(2))
    assert (first.name, second.name) == ("Pasted.tsv", "Pasted (2).tsv")
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in (first, second)} == {0o600}
        assert first.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("text", ["", " \n\t\n"])
def test_an_empty_clipboard(tmp_path: Path, text: str) -> None:
    """It is said what to do; no file is made."""
    with pytest.raises(SheafError, match="holds no text"):
        keep_pasted(text, tmp_path, "a")
    assert list(tmp_path.iterdir()) == []


def test_too_much_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no clipboard should hold is to be opened as a file."""
    monkeypatch.setattr(pasted, "MOST_CHARACTERS", 10)
    with pytest.raises(SheafError, match="too large"):
        keep_pasted("x" * 11, tmp_path, "a")
