"""Files of ready-made requests: told by content, checked line by line, nothing of them changed."""

from __future__ import annotations

import codecs
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import SheafError
from app.core.table import Action, Notice
from app.engine.bench import bundled_catalog
from app.files import requests_file
from app.files.formats import find_format, open_source
from app.files.requests_file import RequestsSource
from tests.requests_maker import HAIKU, OLD_HAIKU, SONNET, WEATHER, asking, line_of, write_requests

CATALOG = bundled_catalog()
GOOD = line_of("a1", asking())


def opened(path: Path) -> RequestsSource:
    """Open a file that must be one of requests."""
    source = open_source(path, catalog=CATALOG)
    assert isinstance(source, RequestsSource)
    return source


def read(path: Path) -> tuple[list[dict[str, str]], dict[str, Notice]]:
    """Return the rows by column, and the notices by code."""
    source = opened(path)
    rows = [dict(zip(source.header, row, strict=True)) for row in source.rows()]
    return rows, {notice.code: notice for notice in source.notices()}


def noticed(tmp_path: Path, *lines: bytes) -> dict[str, Notice]:
    """Return what is noticed in a file of these lines after a good one."""
    return read(write_requests(tmp_path / "requests.jsonl", [GOOD, *lines]))[1]


def test_a_request_becomes_a_row_with_its_params_as_they_stand(tmp_path: Path) -> None:
    """Id, model, longest answer and question are columns; the params stay byte for byte."""
    odd = (
        '{"custom_id" :"é-1",  "params": { "max_tokens":7 ,"model":"' + HAIKU + '",'
        '"messages":[{"role":"user","content":"Straße\\u0020 \\n zwei"}], "metadata":{"n":1.50}} }'
    ).encode()
    rows, _ = read(write_requests(tmp_path / "a.jsonl", [odd]))
    written = odd.split(b'"params": ')[1].removesuffix(b" }").decode()
    assert rows == [
        {
            "custom_id": "é-1",
            "model": HAIKU,
            "max_tokens": "7",
            "text": "Straße zwei",
            "request": written,
            "problem": "",
        }
    ]


def test_an_ordinary_file_is_nothing_to_speak_of(tmp_path: Path) -> None:
    """Where every request is fine, nothing is noticed."""
    lines = [line_of(f"a{number}", asking()) for number in range(3)]
    rows, notices = read(write_requests(tmp_path / "a.jsonl", lines))
    assert (len(rows), notices) == (3, {})


@pytest.mark.parametrize("name", ["a.jsonl", "a.txt", "a.csv", "a"])
def test_the_content_decides_what_a_file_is(tmp_path: Path, name: str) -> None:
    """Whatever its name, a file whose first object is a request is one of requests."""
    path = write_requests(tmp_path / name, [b"", b"{broken", GOOD])
    assert find_format(path) == "requests"
    assert opened(path).notices() == ()


def test_a_first_line_that_is_no_json_hides_nothing(tmp_path: Path) -> None:
    """In a file whose name says JSON Lines, a broken first line is one broken line."""
    path = write_requests(tmp_path / "a.jsonl", [b"broken", GOOD])
    assert [row["problem"][:14] for row in read(path)[0]] == ["This line is n", ""]


@pytest.mark.parametrize(
    "first",
    [
        b'{"custom_id": "a", "text": "b"}',
        b'{"custom_id": "a", "params": {}, "more": 1}',
        b'{"custom_id": "a", "params": "b"}',
        b'[{"custom_id": "a", "params": {}}]',
    ],
)
def test_other_json_is_not_taken_for_requests(tmp_path: Path, first: bytes) -> None:
    """Objects with other keys are somebody's data."""
    path = write_requests(tmp_path / "a.jsonl", [first, GOOD])
    assert requests_file.holds_requests(path) is False


@pytest.mark.parametrize(
    "line",
    [
        b'{"custom_id": "x" "params": {}}',
        b'{"custom_id": "x", "params": {"model": "' + HAIKU.encode(),
        b"not json at all",
        b'{"custom_id": "\xff", "params": {"a": "\xff"}}',
        b'{"custom_id": "x", "params": {"a": NaN}}',
        b'{"custom_id": "x", "params": {"a": "\\ud800"}}',
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"custom_id": "x", "params": "text"}',
        b'{"custom_id": "x", "body": {}}',
        b'"custom_id"',
        b"[1, 2]",
        b"null",
    ],
)
def test_a_line_that_is_no_request_is_a_row_that_says_so(tmp_path: Path, line: bytes) -> None:
    """It stands in the table at its place, is counted, and its neighbours are untouched."""
    lines = [GOOD, line, line_of("a3", asking("Three"))]
    rows, notices = read(write_requests(tmp_path / "a.jsonl", lines))
    shown = line.decode("utf-8", "replace")
    assert [rows[0]["text"], rows[2]["text"]] == ["What is 2 + 2?", "Three"]
    assert rows[1]["text"] == shown if len(shown) <= 300 else shown[:299] + "…"
    assert [bool(row["problem"]) for row in rows] == [False, True, False]
    assert rows[1]["request"] == ""
    found = notices["bad_lines"]
    assert found.text == "1 line is no request and is not sent (line 2)."
    assert (found.count, found.rows, found.action) == (1, (2,), Action.SHOW_ROWS)


def test_a_file_without_any_request_is_refused(tmp_path: Path) -> None:
    """A file that only begins like requests cannot be run."""
    path = tmp_path / "a.jsonl"
    with pytest.raises(SheafError, match="No line"):
        list(RequestsSource(write_requests(path, [b"{", b"[]"]), CATALOG).rows())


def test_marks_blank_lines_and_line_ends_change_nothing(tmp_path: Path) -> None:
    """A byte-order mark, CRLF, blank lines and a missing last line end are all survived."""
    lines = [GOOD, b"", b"   ", line_of("a2", asking("Zwei\u2028Ende")), b""]
    path = tmp_path / "a.jsonl"
    path.write_bytes(codecs.BOM_UTF8 + b"\r\n".join(lines).rstrip())
    rows, notices = read(path)
    assert [row["custom_id"] for row in rows] == ["a1", "a2"]
    assert json.loads(rows[1]["request"])["messages"][0]["content"] == "Zwei\u2028Ende"
    assert notices["empty_rows"].count == 2
    assert notices.keys() == {"empty_rows"}


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_a_file_in_utf_16_is_read_too(tmp_path: Path, mark: bytes) -> None:
    """What some programs of Windows write is taken for what it says."""
    codec = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    lines = [GOOD, line_of("a2", asking("Zwölf 😀"))]
    path = tmp_path / "a.jsonl"
    path.write_bytes(mark + b"\r\n".join(lines).decode().encode(codec))
    rows, notices = read(path)
    assert [row["text"] for row in rows] == ["What is 2 + 2?", "Zwölf 😀"]
    assert json.loads(rows[1]["request"]) == asking("Zwölf 😀")
    assert notices == {}


def test_a_long_line_is_read_whole(tmp_path: Path) -> None:
    """A request of 5 MB, as with a picture in it, comes through byte for byte."""
    image = {"type": "base64", "media_type": "image/png", "data": "A" * 5_000_000}
    content = [{"type": "image", "source": image}, {"type": "text", "text": "What is this?"}]
    long = line_of("big", asking(messages=[{"role": "user", "content": content}]))
    rows, notices = read(write_requests(tmp_path / "a.jsonl", [GOOD, long]))
    assert rows[1]["request"].encode() == long.split(b'"params": ')[1][:-1]
    assert rows[1]["text"] == "What is this? (picture)"
    assert notices == {}


def test_a_line_over_the_limit_is_named_and_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line larger than a request may be is passed over in pieces."""
    monkeypatch.setattr(requests_file, "MOST_REQUEST_BYTES", 100_000)
    huge = line_of("huge", asking("x" * 20_000_000))
    path = write_requests(tmp_path / "a.jsonl", [GOOD, huge, line_of("a3", asking("Three"))])
    del huge
    tracemalloc.start()
    try:
        rows, notices = read(path)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [row["text"] for row in rows] == ["What is 2 + 2?", "", "Three"]
    assert "32 MB" in rows[1]["problem"]
    assert notices["bad_lines"].rows == (2,)
    assert most < 8_000_000


@pytest.mark.parametrize(
    "name",
    ["photo_0001.jpg", "a" * 65, "with space", "ü", "", "a/b", "a@b", None, ["a"], "a\nb", "{n}"],
)
def test_an_id_that_the_service_would_refuse_is_kept_and_noticed(
    tmp_path: Path, name: object
) -> None:
    """Sheaf sends ids of its own, so that any id of the person's may stay what it is."""
    rows, notices = read(write_requests(tmp_path / "a.jsonl", [GOOD, line_of(name, asking())]))
    shown = name if isinstance(name, str) else "" if name is None else json.dumps(name)
    assert (rows[1]["custom_id"], rows[1]["problem"]) == (shown, "")
    assert (notices["odd_ids"].count, notices["odd_ids"].rows) == (1, (2,))
    assert "gives yours back" in notices["odd_ids"].text


def test_an_id_that_is_a_number_is_taken_as_text(tmp_path: Path) -> None:
    """A number counts as the id that its digits are."""
    rows, notices = read(write_requests(tmp_path / "a.jsonl", [GOOD, line_of(5, asking())]))
    assert (rows[1]["custom_id"], notices) == ("5", {})


def test_ids_of_64_characters_are_fine(tmp_path: Path) -> None:
    """The longest id that the service takes is nothing odd."""
    assert noticed(tmp_path, line_of("a-_Z" * 16, asking())) == {}


def test_repeated_ids_are_counted(tmp_path: Path) -> None:
    """Every line whose id stood on an earlier one is counted and named."""
    again = [line_of("a1", asking("Again")), line_of("b", asking()), line_of("a1", asking())]
    found = noticed(tmp_path, *again)["repeated_ids"]
    assert (found.count, found.rows) == (2, (2, 4))
    assert found.text.startswith("2 custom_ids stand on earlier lines too (lines 2 and 4).")


def test_a_hundred_thousand_ids_take_little_memory(tmp_path: Path) -> None:
    """Uniqueness is checked for all lines of a large file, in bounded memory."""
    line = b'{"custom_id":"request-with-a-rather-long-name-%06d","params":{"max_tokens":1}}'
    lines = [line % (number % 99_999) for number in range(100_000)]
    path = write_requests(tmp_path / "a.jsonl", lines)
    del lines
    source = RequestsSource(path)
    tracemalloc.start()
    try:
        count = sum(1 for _ in source.rows())
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    found = {notice.code: notice for notice in source.notices()}
    assert (count, found["repeated_ids"].count) == (100_000, 1)
    assert most < 25_000_000


def test_foreign_keys_are_named_and_not_sent(tmp_path: Path) -> None:
    """What stands beside custom_id and params is said to stay here."""
    line = json.dumps({"custom_id": "b", "method": "POST", "params": asking(), "{url}": "/v1"})
    rows, notices = read(write_requests(tmp_path / "a.jsonl", [GOOD, line.encode()]))
    assert json.loads(rows[1]["request"]) == asking()
    assert "method, {url} (line 2). That is not sent." in notices["extra_keys"].text


BEGUN = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "{"}]


@pytest.mark.parametrize(
    ("params", "code", "words"),
    [
        (asking(model=None), "model_missing", "names no model"),
        (asking(model=5), "model_missing", "names no model"),
        (asking(model="claude-9"), "model_unknown", "does not know, claude-9"),
        (asking(model="claude-opus-4-1"), "model_retired", "a retired model, Claude Opus 4.1"),
        (
            asking(model="claude-3-opus-20240229"),
            "model_retired",
            "a retired model, claude-3-opus-20240229 (now claude-opus-5-5)",
        ),
        (
            asking(model="claude-sonnet-4-5"),
            "model_retiring",
            "asks a model that ends soon, Claude Sonnet 4.5 (2026-11-30)",
        ),
        (asking(max_tokens=None), "max_tokens", "no max_tokens"),
        (asking(max_tokens=0), "max_tokens", "no max_tokens"),
        (asking(max_tokens=True), "max_tokens", "no max_tokens"),
        (asking(max_tokens="100"), "max_tokens", "no max_tokens"),
        (asking(max_tokens=128_001), "max_tokens", "no max_tokens"),
        (asking(messages=None), "messages", "no messages"),
        (asking(messages=[]), "messages", "no messages"),
        (asking(messages=[{"role": "user", "content": ""}]), "messages", "no messages"),
        (asking(messages=[{"role": ["user"], "content": "x"}]), "messages", "no messages"),
        (asking(messages=BEGUN[::-1]), "messages", "no messages"),
        (asking(messages=BEGUN), "prefill", "begins Claude's answer"),
        (asking(messages=[{"role": "user", "content": " \n"}]), "messages", "no messages"),
        (
            asking(model=SONNET, tools=[WEATHER], tool_choice={"type": "any"}),
            "forced_tool",
            "forces a tool, which Claude Sonnet 5.5 does not allow",
        ),
        (asking(temperature=1.0), "parameter", "sets temperature, which the service refuses"),
        (asking(top_p=0.9, top_k=5), "parameter", "sets top_p, top_k"),
        (asking(stream=True), "parameter", "sets stream"),
        (asking(speed="fast", store=True), "parameter", "sets speed, store"),
        (asking(mcp_servers=[]), "unknown_parameters", "mcp_servers"),
    ],
)
def test_what_the_service_would_refuse_is_known_before(
    tmp_path: Path, params: dict[str, Any], code: str, words: str
) -> None:
    """Each refusal is found while reading, counted, and its line named."""
    notices = noticed(tmp_path, line_of("b", params))
    assert notices.keys() == {code}
    assert (notices[code].count, notices[code].rows) == (1, (2,))
    assert words in notices[code].text
    assert "(line 2)" in notices[code].text


@pytest.mark.parametrize(
    "params",
    [
        asking(stream=False),
        asking(model=OLD_HAIKU, messages=BEGUN),
        asking(model="claude-haiku-4-5-20251001"),
        asking(max_tokens=128_000),
        asking(tools=[WEATHER], tool_choice={"type": "tool", "name": "get_weather"}),
        asking(model=SONNET, tools=[WEATHER], tool_choice={"type": "auto"}),
        asking(system="Be brief.", stop_sequences=["END"], thinking={"type": "disabled"}),
    ],
)
def test_what_the_service_takes_is_not_complained_of(
    tmp_path: Path, params: dict[str, Any]
) -> None:
    """No request is called wrong that the service would answer."""
    assert noticed(tmp_path, line_of("b", params)) == {}


def test_refused_parameters_can_be_left_out(tmp_path: Path) -> None:
    """The notice of what can be mended by leaving it out offers that."""
    lines = [line_of(f"b{number}", asking(temperature=0)) for number in range(7)]
    found = noticed(tmp_path, *lines)["parameter"]
    assert found.action is Action.LEAVE_OUT
    assert found.text == (
        "7 requests set temperature, which the service refuses (lines 2, 3, 4, 5, 6 …). Not sent."
    )


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    """A long file is not read to its end when nobody wants it any more."""
    lines = [line_of(f"a{number}", asking()) for number in range(2000)]
    source = opened(write_requests(tmp_path / "a.jsonl", lines))
    with pytest.raises(SheafError, match="stopped"):
        list(source.rows(lambda: True))
    assert 0 < source.position() < 1
