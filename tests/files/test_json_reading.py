"""Tables in JSON are read object by object, with every digit, key and nested value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import SheafError
from app.core.table import Action
from app.files.formats import open_source
from app.files.json_values import Number, compact, json_values
from app.files.source import Source


def opened(path: Path, content: str | bytes) -> Source:
    """Write the file and open it."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return open_source(path)


def table(source: Source) -> list[tuple[str, ...]]:
    """Return the header and the rows."""
    return [source.header, *source.rows()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A place for a JSON file."""
    return tmp_path / "rows.jsonl"


@pytest.mark.parametrize(
    "text",
    [
        '{"id":1,"text":"a"}\n{"id":2,"text":"b"}\n',
        '{"id":1,"text":"a"}\r\n\r\n{"id":2,"text":"b"}',
        '[{"id":1,"text":"a"},{"id":2,"text":"b"}]',
        '  [\n  {\n    "id": 1,\n    "text": "a"\n  },\n  {"id": 2, "text": "b"},\n]\n',
        '{\n  "id": 1,\n  "text": "a"\n}\n{\n  "id": 2,\n  "text": "b"\n}\n',
        '{"id":1,"text":"a"},\n{"id":2,"text":"b"},\n',
    ],
)
def test_lines_and_arrays_are_tables(file: Path, text: str) -> None:
    """Objects on lines, in an array, pretty or not, with stray commas: one row each."""
    source = opened(file, text)
    assert table(source) == [("id", "text"), ("1", "a"), ("2", "b")]
    assert (source.format, source.notices()) == ("json", ())


def test_the_columns_are_all_keys_in_order_of_first_sight(file: Path) -> None:
    """A key that comes late is a column; an object without it has a blank there."""
    source = opened(file, '{"b":"1","a":"2"}\n{"c":"3"}\n{"a":"4","b":null}\n')
    assert table(source) == [("b", "a", "c"), ("1", "2", ""), ("", "", "3"), ("", "4", "")]


@pytest.mark.parametrize(
    "number",
    ["12345678901234567890", "1.10", "-0.0", "1e400", "0.1", "1E5", "100000000000000000000.5"],
)
def test_numbers_keep_all_digits(file: Path, number: str) -> None:
    """What is a number in the file is that very text in the cell, nested ones too."""
    source = opened(file, f'[{{"n": {number}, "deep": {{"list": [{number}]}}}}, {{"n": {number}}}]')
    assert next(source.rows()) == (number, f'{{"list":[{number}]}}')


def test_values_of_every_kind(file: Path) -> None:
    """Texts stay, true and false are words, nothing is blank, nested values are compact JSON."""
    text = (
        '{"t":" a\\n\\"b\\"\\u00e9 ","y":true,"n":false,"none":null,"list":[1, "ü", null],'
        '"object":{"k" : {"x":[]}},"empty":"","odd":NaN}\n{"t":"x"}'
    )
    assert next(opened(file, text).rows()) == (
        ' a\n"b"é ',
        "true",
        "false",
        "",
        '[1,"ü",null]',
        '{"k":{"x":[]}}',
        "",
        "NaN",
    )


def test_a_key_that_comes_twice_is_told(file: Path) -> None:
    """The last value is taken, as everywhere, and the rows are named."""
    source = opened(file, '{"a":1,"a":2}\n{"a":3}\n')
    assert table(source) == [("a",), ("2",), ("3",)]
    notice = source.notices()[0]
    assert (notice.code, notice.count, notice.action) == ("repeated_keys", 1, Action.SHOW_ROWS)
    assert notice.rows == (1,)


def test_odd_keys_get_names(file: Path) -> None:
    """Blank keys, and keys that look alike, become columns with names of their own."""
    source = opened(file, '{"":1," a":2,"a":3,"a\\nb":4}\n')
    assert table(source) == [("Column 1", "a", "a (2)", "a b"), ("1", "2", "3", "4")]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ['{"a":"žluť 柔 😀"}\n{"a":"b"}\n', '[{"a":"žluť 柔 😀"}]\n'])
def test_marks_and_wide_encodings(file: Path, codec: str, text: str) -> None:
    """A byte-order mark is no part of the text; UTF-16 is read, marked or not."""
    source = opened(file, text.encode(codec))
    assert next(source.rows()) == ("žluť 柔 😀",)
    assert source.header == ("a",)


def test_elements_that_are_no_objects(file: Path) -> None:
    """They get a column of their own; nothing is left out."""
    source = opened(file, '[{"a":1},"text",5,[1,2],null]')
    assert table(source) == [("a", "value"), ("1", ""), ("", "text"), ("", "5"), ("", "[1,2]")]


def test_broken_bytes_are_shown_and_counted(file: Path) -> None:
    """A byte that is no Unicode becomes a visible mark, with its row."""
    good = '{"a":"größer, schöner, später"}\n' * 5
    source = opened(file, good.encode() + b'{"a":"x\xffy"}\n')
    *_, last = source.rows()
    assert last == ("x\ufffdy",)
    assert {notice.code: notice.count for notice in source.notices()} == {"broken_bytes": 1}


def test_halves_of_characters_are_shown_and_counted(file: Path) -> None:
    """JSON may name a half by itself, in keys, texts and values within: it becomes a mark."""
    source = opened(
        file, r'{"a":"x\ud800y","b\udc00":"\ud83d\ude00"}' + "\n" + r'{"a":["\ud800",{"\udfff":1}]}'
    )
    assert table(source) == [
        ("a", "b\ufffd"),
        ("x\ufffdy", "\U0001f600"),
        ('["\ufffd",{"\ufffd":1}]', ""),
    ]
    notices = {notice.code: notice for notice in source.notices()}
    assert notices["half_characters"].count == 3
    assert notices["half_characters"].rows == (1, 2)
    for cells in source.rows():
        "".join(cells).encode()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"a":1}\n{"a":2\n', 2),
        ('{"a":1}\n{"a":\n\nnope}\n{"a":3}\n' + '{"a":4}\n' * 100, 4),
        ('[{"a":1},\n{"a":2}', 2),
        ('[{"a":1}]\n{"a":2}', 2),
        ('{"a":1}\n{"a":"never closed\n', 2),
        ("[{'a':1}]", 1),
        ('{"a":1}\nplain text\n', 2),
        ('{"a":' + "[" * 100_000 + "\n", 1),
    ],
)
def test_what_is_no_json_names_its_line(file: Path, text: str, line: int) -> None:
    """A broken or cut-off file is refused in one sentence that says where."""
    with pytest.raises(SheafError, match=rf"rows.jsonl.*\(line {line}\)"):
        list(opened(file, text).rows())


def test_one_object_with_the_rows_inside(file: Path) -> None:
    """The list that seems to be meant is named, instead of one row with a giant cell."""
    with pytest.raises(SheafError, match='under "data"'):
        opened(file, '{"count": 2, "data": [{"a": 1}, {"a": 2}]}')


@pytest.mark.parametrize("text", ["[ {} ]", "{}\n{}\n"])
def test_objects_without_keys(file: Path, text: str) -> None:
    """A list of nothing is an empty file."""
    with pytest.raises(SheafError, match="is empty"):
        opened(file, text)


def test_too_many_different_keys(file: Path) -> None:
    """Objects that have nothing in common make no table, and no memory is filled with names."""
    lines = "".join(f'{{"key{n}":1}}\n' for n in range(20_002))
    with pytest.raises(SheafError, match="more than 20,000 different keys"):
        opened(file, lines)


def test_a_long_array_streams_with_progress(file: Path) -> None:
    """Rows pass one by one, the position grows, and stopping raises."""
    with file.open("w", encoding="utf-8") as out:
        out.write("[")
        out.write(",\n".join(f'{{"n":{n},"text":"text {n} é"}}' for n in range(30_000)))
        out.write("]")
    source = open_source(file)
    positions = []
    for number, row in enumerate(source.rows()):
        assert row == (str(number), f"text {number} é")
        positions.append(source.position())
    assert positions == sorted(positions)
    assert 0.3 < positions[15_000] < 0.9
    with pytest.raises(SheafError, match="was stopped"):
        list(source.rows(lambda: True))
    with pytest.raises(SheafError, match="was stopped"):
        open_source(file, cancelled=lambda: True)


def test_a_value_without_an_end_is_not_gathered() -> None:
    """A text that is never closed is refused before it fills the memory."""
    read = 0

    def endless() -> Iterator[str]:
        nonlocal read
        yield '{"a":"'
        while True:
            read += 1 << 22
            yield "x" * (1 << 22)

    with pytest.raises(Exception, match="longer than 64 MB"):
        list(json_values(endless()))
    assert read < 300 * (1 << 20)


def test_a_cell_of_a_megabyte(file: Path) -> None:
    """Long values are read whole, wherever the pieces of the file end."""
    long = "word é " * 150_000
    assert next(opened(file, json.dumps({"a": long}) + '\n{"a":1}\n').rows()) == (long,)


def test_a_file_that_changed_meanwhile_is_not_cut(file: Path) -> None:
    """When another program adds a key between opening and reading, the reading stops."""
    source = opened(file, '{"a":1}\n')
    file.write_text('{"b":1}\n')
    with pytest.raises(SheafError, match="changed while it was being read"):
        list(source.rows())


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.lists(VALUE, max_size=6), st.integers(1, 7), st.sampled_from([None, 1]))
def test_any_values_in_any_pieces(values: list[object], size: int, indent: int | None) -> None:
    """However the text is cut into pieces, the values are those that were written."""
    whole = json.dumps(values, indent=indent, ensure_ascii=False)
    lines = "\n".join(json.dumps(value, indent=indent) for value in values)
    for text in (whole, lines) if values and not isinstance(values[0], list) else (whole,):
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        read = [
            json.loads(compact(value))
            if not isinstance(value, str) or isinstance(value, Number)
            else value
            for _, value in json_values(pieces)
        ]
        assert read == values
