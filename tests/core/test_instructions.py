"""Promises of the placeholders: found, checked, filled, and nothing else touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import SheafError
from app.core.instructions import (
    as_placeholder,
    blank_test,
    check,
    filler,
    parse,
    unknown_columns,
)
from app.core.table import Column, Kind

COLUMNS = ("product", "review text", "stars")
NAMES = st.text(
    st.characters(exclude_characters="{}\n", exclude_categories=["Cs", "Cc"]), min_size=1
).filter(lambda name: name.strip() == name and name != "")


def test_spaces_inside_the_braces_are_allowed() -> None:
    """`{{ review text }}` names the column "review text"."""
    assert parse("Read {{ review text }}!").columns == ("review text",)


def test_four_braces_are_two_literal_ones() -> None:
    """`{{{{` writes two braces and names no column."""
    fill = filler(parse("Keep {{{{name}} of {{product}}"), COLUMNS)
    assert fill(("Kettle", "", "")) == "Keep {{name}} of Kettle"


def test_an_unknown_column_is_named_with_the_nearest_one() -> None:
    """A misspelt column stops the job, and the error says which and what was meant."""
    with pytest.raises(SheafError) as caught:
        check(parse("{{prodct}}"), COLUMNS)
    assert "prodct" in caught.value.what
    assert "product" in caught.value.fix


def test_empty_instructions_are_refused() -> None:
    """Blank instructions are not sent."""
    with pytest.raises(SheafError, match="no instructions"):
        check(parse("  \n"), COLUMNS)


def test_instructions_without_a_column_are_allowed() -> None:
    """No column is a warning elsewhere, never a refusal."""
    assert filler(parse("Say 100 % hello"), COLUMNS)(("a", "b", "c")) == "Say 100 % hello"


@pytest.mark.parametrize("text", ["{{}}", "{{ }}", "{{\n}}", "{{a", "a}}", "{ {a} }"])
def test_what_is_no_placeholder_stays_as_it_is(text: str) -> None:
    """Odd braces are text."""
    assert filler(parse(text), COLUMNS)(("a", "b", "c")) == text


def test_a_column_named_twice_is_filled_twice_and_listed_once() -> None:
    """Repeats are filled each time."""
    parsed = parse("{{stars}} of {{stars}} for {{product}}")
    assert parsed.columns == ("stars", "product")
    assert filler(parsed, COLUMNS)(("Kettle", "", "5")) == "5 of 5 for Kettle"


@given(st.lists(NAMES, min_size=1, max_size=5, unique=True), st.data())
def test_filling_puts_every_cell_in_its_place(names: list[str], data: st.DataObject) -> None:
    """Any column name and any cell come out as written, percent signs and braces included."""
    cells = tuple(data.draw(st.text(max_size=20)) for _ in names)
    text = " % ".join(as_placeholder(name) for name in names)
    parsed = parse(text)
    assert not unknown_columns(parsed, names)
    assert filler(parsed, names)(cells) == " % ".join(cells)


@given(st.text())
def test_any_text_can_be_parsed(text: str) -> None:
    """Parsing never fails, and placeholders stand where it says."""
    for place in parse(text).placeholders:
        assert text[place.start : place.start + 2] == "{{"
        assert place.column in text[place.start : place.end]


KINDS = tuple(
    Column(name, kind)
    for name, kind in zip(COLUMNS, (Kind.TEXT, Kind.LONG_TEXT, Kind.NUMBER), strict=True)
)


def test_a_row_without_its_long_text_is_blank() -> None:
    """A product's name and its stars are nothing to read where the review is missing."""
    blank = blank_test(parse("{{product}}, {{stars}}: {{review text}}"), KINDS)
    assert blank(("Kettle", " \t", "5"))
    assert not blank(("", "Fine.", ""))


def test_one_of_several_long_texts_is_enough() -> None:
    """A row is blank only when all of the long texts that are named are."""
    columns = (*KINDS, Column("reply", Kind.LONG_TEXT))
    blank = blank_test(parse("{{product}} {{review text}} {{reply}}"), columns)
    assert blank(("Kettle", "", "5", " "))
    assert not blank(("", "", "", "Sorry."))


def test_a_question_without_a_file_is_no_blank_row() -> None:
    """A short text beside a file stands for itself; beside a long text it does not."""
    columns = (Column("q"), Column("file", Kind.FILE), Column("essay", Kind.LONG_TEXT))
    blank = blank_test(parse("{{q}} {{file}}"), columns)
    assert not blank(("Which animal?", " ", ""))
    assert blank((" ", "", "something"))
    assert blank_test(parse("{{q}} {{file}} {{essay}}"), columns)(("Which animal?", "", ""))


def test_without_long_text_a_row_is_blank_when_every_named_cell_is() -> None:
    """Cells of columns that are not named do not count, however long they are."""
    blank = blank_test(parse("{{product}} {{stars}}"), KINDS)
    assert blank((" ", "something", ""))
    assert not blank((" ", "", "5"))


def test_rows_without_named_columns_are_never_blank() -> None:
    """Instructions without a column send every row."""
    assert not blank_test(parse("hello"), KINDS)(("", "", ""))
