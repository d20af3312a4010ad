"""Whatever a person writes as instructions: read the same way as by hand, filled in, never lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.errors import SheafError
from app.core.instructions import (
    FileCell,
    Instructions,
    as_placeholder,
    blank_test,
    check,
    columns_to_read,
    cutter,
    filler,
    parse,
    unknown_columns,
)
from app.core.recipes import RECIPES
from app.core.table import Column, Kind
from tests.fuzzing import ODD_TEXTS, searched

_PIECES = st.sampled_from(
    ["{{", "}}", "{{{{", "}}}}", "{", "}", " ", "\n", "\t", "\x85", "\u2028", "%", "%s", "a", "b c"]
)
TEXTS = st.lists(_PIECES | ODD_TEXTS, max_size=25).map("".join)
COLUMNS = st.lists(st.sampled_from(["a", "b c", "a}b", "%s"]) | ODD_TEXTS, max_size=4, unique=True)
_BY_HAND = re.compile(r"\{\{\{\{|\{\{\s*((?![\s{])(?:(?!\{\{|\}\})[^\n])+?)\s*\}\}")
"""Placeholders in the plainest words; too slow for long texts."""


@searched(400)
@given(TEXTS)
@example("{{ a \n }}{{{{{{a}}}}}}{{a}b}}{{a{b}}{{}}{{ }}")
def test_placeholders_are_found_as_by_hand(text: str) -> None:
    """The same columns at the same places; every other sign is literal."""
    found = parse(text)
    by_hand = [match for match in _BY_HAND.finditer(text) if match[1] is not None]
    assert [(p.column, p.start, p.end) for p in found.placeholders] == [
        (match[1], *match.span()) for match in by_hand
    ]
    assert len(found.literals) == len(found.placeholders) + 1
    assert found.literals == tuple(_literals(text))


def _literals(text: str) -> list[str]:
    found, last = [""], 0
    for match in _BY_HAND.finditer(text):
        found[-1] += text[last : match.start()]
        last = match.end()
        if match[1] is None:
            found[-1] += "{{"
        else:
            found.append("")
    found[-1] += text[last:]
    return found


def _allowed(instructions: Instructions, columns: list[str]) -> bool:
    """Check instructions; say whether they may be used."""
    try:
        check(instructions, columns)
    except SheafError:
        return False
    return True


@searched(400)
@given(TEXTS, COLUMNS, st.data())
def test_filling_in_puts_cells_between_literals(
    text: str, columns: list[str], data: st.DataObject
) -> None:
    """What is sent is literals and cells in turn, whatever signs they hold; refusals say why."""
    parsed = parse(text)
    cells = tuple(data.draw(ODD_TEXTS) for _ in columns)
    if not _allowed(parsed, columns):
        assert not text.strip() or unknown_columns(parsed, columns)
        with pytest.raises(SheafError):
            filler(parsed, columns)
        return
    named = [cells[columns.index(place.column)] for place in parsed.placeholders]
    woven = [part for pair in zip(parsed.literals, [*named, ""], strict=True) for part in pair]
    assert filler(parsed, columns)(cells) == "".join(woven)


@searched(300)
@given(TEXTS, COLUMNS, st.data())
def test_cutting_out_files_loses_nothing(
    text: str, columns: list[str], data: st.DataObject
) -> None:
    """With the cells of files put back, the pieces are what filling in gives."""
    parsed = parse(text)
    if not _allowed(parsed, columns):
        return
    cells = tuple(data.draw(ODD_TEXTS) for _ in columns)
    files = {name for name in columns if data.draw(st.booleans())}
    pieces = cutter(parsed, columns, files)(cells)
    assert "".join(p.cell if isinstance(p, FileCell) else p for p in pieces) == filler(
        parsed, columns
    )(cells)
    of_files = [place for place in parsed.placeholders if place.column in files]
    assert sum(isinstance(piece, FileCell) for piece in pieces) == len(of_files)


@searched(300)
@given(TEXTS, COLUMNS, st.data())
def test_only_rows_without_anything_to_read_are_blank(
    text: str, columns: list[str], data: st.DataObject
) -> None:
    """A row is blank when all cells that are read are, and only where a column is named."""
    kinds = [Column(name, data.draw(st.sampled_from(Kind))) for name in columns]
    cells = tuple(data.draw(st.sampled_from(["", " ", "\u2003\n", "x", "\x00"])) for _ in columns)
    parsed = parse(text)
    read = columns_to_read(parsed, kinds)
    assert set(read) <= set(parsed.columns)
    is_blank = blank_test(parsed, kinds)(cells)
    assert is_blank == (bool(read) and not any(cells[columns.index(name)].strip() for name in read))


@searched(200)
@given(st.lists(ODD_TEXTS, min_size=1, max_size=4, unique=True))
def test_every_recipe_reads_the_main_column(columns: list[str]) -> None:
    """A starting point names the table's first text, wherever its name can be written at all."""
    if parse(as_placeholder(columns[0])).columns != (columns[0],):
        return
    table = [Column(name, Kind.TEXT) for name in columns]
    for recipe in RECIPES:
        assert parse(recipe.written_for(table)).columns == (columns[0],)


@pytest.mark.parametrize(
    "piece", ["{{a", "{{a ", "{{a}", "{{a\n", "{{ ", "{{{{", "{{a}}", " ", "{", "}", "{{a{"]
)
def test_long_texts_are_read_at_once(piece: str) -> None:
    """A pasted text of half a million signs is read in one pass, whatever braces it holds.

    Going back over it at every brace would take longer than the test may.
    """
    found = parse("{{a" + piece * (500_000 // len(piece)))
    assert len(found.literals) == len(found.placeholders) + 1
