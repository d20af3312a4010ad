"""Results that lie, break off, repeat themselves or say what nobody knows: every row explained."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.core.job import BatchState, JobState, RowState
from app.engine.begin import Again, retry
from app.engine.run import Ended, Run
from app.practice.wire import Call, Endpoint, Reply
from tests.echo import made_rows
from tests.engine.conftest import patient
from tests.engine.scene import Scene, make_slow
from tests.faulty_claude import (
    Line,
    Stall,
    changed,
    close,
    cut,
    dripping,
    ended_early,
    lines_changed,
    page,
    pass_on,
    refusal,
    reset,
    row_changed,
    row_of,
    says,
    zipped,
)

JSON_LINES = "application/x-jsonl"
HOURS = 3600.0


def both(first: Callable[..., Reply], second: Callable[..., Reply]) -> Callable[..., Reply]:
    """Return a fault that does one thing to a reply and then another."""
    return lambda call, reply: second(call, first(call, reply))


# --- the stream -------------------------------------------------------------------------------


def _other_answer(line: bytes) -> bytes:
    content = json.loads(line)
    content["result"]["message"]["content"] = [{"type": "text", "text": '{"echo": "wrong"}'}]
    return json.dumps(content).encode() + b"\n"


def _foreign(line: bytes) -> bytes:
    content = json.loads(line)
    return json.dumps({**content, "custom_id": "somebody-elses"}).encode() + b"\n"


def _of_another_batch(line: bytes) -> bytes:
    return line.replace(b"-b1-", b"-b7-").replace(b"-b2-", b"-b7-").replace(b"-b3-", b"-b7-")


def _of_a_row_never_sent(line: bytes) -> bytes:
    return line.replace(b"-r%d" % row_of(line), b"-r999")


STREAMS: dict[str, list[Any]] = {
    "reset at once": [cut(0)],
    "reset in a line": [cut(0.3), cut(0.7), cut(0.99)],
    "closed in a line": [cut(0.3, hard=False), cut(0.7, hard=False)],
    "ended in a line": [ended_early(700), ended_early(1500)],
    "ended between lines": [lines_changed(lambda lines: lines[:2])] * 3,
    "ended before the first line": [ended_early(0)] * 3,
    "byte by byte": [dripping] * 3,
    "compressed": [zipped] * 3,
    "compressed and cut": [both(zipped, cut(0.5)), both(zipped, ended_early(300))],
    "a page": [page(200)] * 4,
    "a page as lines": [says(b"<html>\n<body>\nSign in</body>\n", 200, JSON_LINES)] * 3,
    "a page with 502": [page(502)] * 4,
    "a page with 403": [page(403)] * 4,
    "404 and back": [refusal(404, "not_found_error"), pass_on, refusal(404, "not_found_error")],
    "404 for a while": [refusal(404, "not_found_error")] * 5,
    "500": [refusal(500, "api_error")] * 4,
    "529": [refusal(529, "overloaded_error")] * 4,
    "408": [refusal(408, "timeout_error")] * 4,
    "409": [refusal(409, "conflict_error")] * 4,
    "429": [refusal(429, "rate_limit_error", retry_after="30")] * 4,
    "a way elsewhere": [says(b"", 302, location="http://127.0.0.1:9/sign-in")] * 3,
    "nothing with 204": [says(b"", 204, JSON_LINES)] * 3,
    "an error with 200": [says(b'{"type": "error"}\n', 200, JSON_LINES)] * 3,
    "noise": [says(bytes(range(256)) * 9, 200, JSON_LINES)] * 3,
    "lines between noise": [lines_changed(lambda lines: [b"\xff\xfe\n", b"{\n", *lines, b"]\n"])],
    "blank lines": [lines_changed(lambda lines: [b"\n", *(ln + b"\n" for ln in lines), b"\n"])],
    "other line ends": [lines_changed(lambda lines: [ln[:-1] + b"\r\n" for ln in lines])],
    "no last line end": [lines_changed(lambda lines: [*lines[:-1], lines[-1][:-1]])],
    "another order": [lines_changed(lambda lines: lines[::-1])],
    "each line twice": [lines_changed(lambda lines: [*lines, *lines])],
    "each line twice at once": [lines_changed(lambda lines: [ln for ln in lines for _ in "12"])],
    "contradictions": [lines_changed(lambda lines: [*lines, *map(_other_answer, lines)])],
    "foreign lines": [lines_changed(lambda lines: [*map(_foreign, lines), *lines])],
    "another batch's lines": [
        lines_changed(lambda lines: [*lines, *map(_of_another_batch, lines)])
    ],
    "rows never sent": [lines_changed(lambda lines: [*lines, *map(_of_a_row_never_sent, lines)])],
    "only foreign lines": [lines_changed(lambda lines: [_foreign(ln) for ln in lines])] * 2,
    "missing rows": [lines_changed(lambda lines: lines[1:])] * 3,
}
"""What the first calls for results bring; after that they are as they should be."""


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_that_lies_is_read_again(scene: Scene, name: str) -> None:
    """What came is kept, what is missing is fetched again, and nothing else is believed."""
    scene.script.at_end(Endpoint.RESULTS, *STREAMS[name])
    assert scene.run() is Ended.FINISHED
    scene.check_finished()
    assert scene.script.count(Endpoint.CREATE) == 3


@pytest.mark.parametrize("size", [0, 700])
def test_a_stream_that_stalls_is_given_up_and_read_again(
    scene: Scene, stall: Stall, short_of_time: None, size: int
) -> None:
    """Nothing more comes, and the line stays open: that is no reason to wait for ever."""
    scene.script.at_end(Endpoint.RESULTS, stall.after(size))
    scene.run()
    scene.check_finished()
    assert scene.script.count(Endpoint.RESULTS) == 4


@pytest.mark.parametrize("whole", [False, True], ids=["broken", "as if whole"])
def test_a_stream_cut_at_any_byte_loses_nothing(scene: Scene, whole: bool) -> None:
    """At every position of a small stream: what came in whole lines is kept, and no more."""
    scene.place.rows = scene.place.rows[:2]
    with scene.load(scene.place.rows) as job_file:
        run, way = scene.begun(job_file)
        while scene.place.batches[0].state is not BatchState.WORKING:
            run.step()
        content = _results_of(scene)
        for size in range(len(content) - whole):
            _forget_outcomes(job_file)
            fault = ended_early(size) if whole else cut(size)
            scene.script.at_end(Endpoint.RESULTS, both(_small, fault))
            run = Run(scene.place.bench, job_file, way, scene.hurrying())
            before = scene.script.count(Endpoint.RESULTS)
            while scene.script.count(Endpoint.RESULTS) == before:
                run.step()
                run.rest()
            lines = content[:size].split(b"\n")
            # A line that lacks nothing but its end is whole, if nothing broke.
            complete = lines if whole and content[size : size + 1] == b"\n" else lines[:-1]
            assert job_file.journal.received(1) == {row_of(line) for line in complete if line}
            assert scene.place.batches[0].state is BatchState.WORKING
        assert Run(scene.place.bench, job_file, way, scene.hurrying()).go() is Ended.FINISHED
        way.close()
    scene.check_finished()


def _small(_call: Call, reply: Reply) -> Reply:
    """Leave out what no answer needs, so that every byte can be tried in a moment."""

    def pared(line: bytes) -> bytes:
        found = json.loads(line)
        message = found["result"]["message"]
        kept = {name: message[name] for name in ("content", "stop_reason")}
        result = {"type": "succeeded", "message": kept}
        return json.dumps({"custom_id": found["custom_id"], "result": result}).encode() + b"\n"

    lines = b"".join(reply.body).splitlines(keepends=True)
    return replace(reply, body=(b"".join(map(pared, lines)),))


def _results_of(scene: Scene) -> bytes:
    service = scene.service.service
    name = scene.place.batches[0].remote_id or ""
    reply = Reply(200, service._batches.results(name))
    return b"".join(_small(scene.script.calls[0], reply).body)


def _forget_outcomes(job_file: Any) -> None:
    """Make it so that nothing of the batch has come yet."""
    job_file._database.execute("delete from outcome")
    job_file._database.execute("update status set state = 'sent', reason = '', shown = null")


# --- polling ----------------------------------------------------------------------------------

JSON = "application/json"
POLLS: dict[str, Any] = {
    "reset": reset,
    "closed": close,
    "404": refusal(404, "not_found_error"),
    "408": refusal(408, "timeout_error"),
    "429": refusal(429, "rate_limit_error", retry_after="30"),
    "500": refusal(500, "api_error"),
    "529": refusal(529, "overloaded_error"),
    "page with 200": page(200),
    "page with 502": page(502),
    "nothing": says(b"", 200, JSON),
    "null": says(b"null", 200, JSON),
    "noise": says(b"\xff\xfe", 200, JSON),
    "empty object": says(b"{}", 200, JSON),
    "unknown state": changed(lambda batch: batch.update(processing_status="thinking")),
    "no state": changed(lambda batch: batch.update(processing_status=None)),
    "no counts": changed(lambda batch: batch.update(request_counts=None)),
    "odd times": changed(lambda batch: batch.update(ended_at="soon", expires_at=7)),
    "unknown fields": changed(lambda batch: batch.update(mood={"good": [1]}, results_url=5)),
}


@pytest.mark.parametrize("name", POLLS)
def test_a_poll_that_fails_is_repeated(scene: Scene, name: str) -> None:
    """Four odd answers in a row, and every other one after that: it goes on asking."""
    odd = POLLS[name]
    scene.script.at_end(Endpoint.RETRIEVE, *[odd] * 4, pass_on, odd, pass_on, odd)
    scene.run()
    scene.check_finished()


@pytest.mark.parametrize("hours", [1, 23])
@pytest.mark.parametrize("endpoint", [Endpoint.RETRIEVE, Endpoint.RESULTS])
def test_a_batch_that_is_not_found_for_minutes_is_asked_for_again(
    scene: Scene, hours: int, endpoint: Endpoint
) -> None:
    """404 and back long after the create, when a batch has just ended: nobody need act."""
    make_slow(scene, hours * HOURS)

    def missing(call: Call) -> Reply | None:
        created = min(create.seen_at for create in scene.service.creates())
        age = scene.clock.seconds() - created - hours * HOURS
        return refusal(404, "not_found_error")() if 0 <= age < 300 else None

    scene.script.always_at_start(endpoint, missing)
    scene.run()
    scene.check_finished()


# --- lines ------------------------------------------------------------------------------------

ANSWERED, FAILED = RowState.ANSWERED, RowState.FAILED
MISFIT, CUT_OFF, DECLINED = RowState.DOES_NOT_FIT, RowState.CUT_OFF, RowState.DECLINED


def in_result(**values: Any) -> Callable[[Line], None]:
    """Return a change of a line's result."""
    return lambda line: line.update(result=values)


def in_message(**values: Any) -> Callable[[Line], None]:
    """Return a change of a line's message."""
    return lambda line: line["result"]["message"].update(values)


def errored(kind: Any, message: str = "No.") -> Callable[[Line], None]:
    """Return a line that says that its row was not answered."""
    error = {"type": "error", "error": {"type": kind, "message": message}, "request_id": None}
    return in_result(type="errored", error=error)


def says_text(text: str) -> Callable[[Line], None]:
    """Return a line whose answer is this text."""
    return in_message(content=[{"type": "text", "text": text}])


def around(*before: Any, after: Any = ()) -> Callable[[Line], None]:
    """Return a line with other blocks around its answer."""

    def change(line: Line) -> None:
        message = line["result"]["message"]
        message["content"] = [*before, *message["content"], *after]

    return change


def in_two_blocks(line: Line) -> None:
    """Cut the answer in two text blocks."""
    message = line["result"]["message"]
    text = message["content"][0]["text"]
    blocks = [{"type": "text", "text": part} for part in (text[:5], text[5:])]
    message["content"] = [blocks[0], {"type": "thinking", "thinking": ""}, blocks[1]]


def fenced(line: Line) -> None:
    """Put the answer into a code block, as models like to."""
    block = line["result"]["message"]["content"][0]
    block["text"] = f"```json\n{block['text']}\n```"


def deep(_line: Line) -> bytes:
    """Nest more deeply than any reader follows."""
    return b'{"custom_id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"


def deep_inside(line: Line) -> bytes:
    """Hide a deep nesting in a field that nobody asked for."""
    return json.dumps(line).encode()[:-1] + b', "x": ' + b"[" * 9_000 + b"]" * 9_000 + b"}\n"


LINES: dict[str, tuple[Callable[[Line], bytes | None], RowState]] = {
    "unknown result type": (in_result(type="paused", since=3), FAILED),
    "no result type": (in_result(), FAILED),
    "result is text": (lambda line: line.update(result="fine"), FAILED),
    "result is null": (lambda line: line.update(result=None), FAILED),
    "no result": (lambda line: line.pop("result") and None, FAILED),
    "succeeded without a message": (in_result(type="succeeded"), FAILED),
    "message is text": (in_result(type="succeeded", message="hello"), FAILED),
    "canceled": (in_result(type="canceled"), RowState.CANCELLED),
    "expired": (in_result(type="expired"), RowState.EXPIRED),
    "errored: invalid": (errored("invalid_request_error"), FAILED),
    "errored: key": (errored("authentication_error"), FAILED),
    "errored: rights": (errored("permission_error"), FAILED),
    "errored: not found": (errored("not_found_error"), FAILED),
    "errored: too fast": (errored("rate_limit_error"), FAILED),
    "errored: time-out": (errored("timeout_error"), FAILED),
    "errored: fault": (errored("api_error"), FAILED),
    "errored: overload": (errored("overloaded_error"), FAILED),
    "errored: unknown": (errored("weather_error"), FAILED),
    "errored: odd": (errored(["x"], message="\ud800\0"), FAILED),
    "errored: one level up": (
        in_result(type="errored", error={"type": "overloaded_error"}), FAILED,
    ),
    "errored: nothing said": (in_result(type="errored"), FAILED),
    "errored: null": (in_result(type="errored", error=None), FAILED),
    "errored: text": (in_result(type="errored", error="no"), FAILED),
    "unknown block": (around({"type": "hologram", "text": "no"}), ANSWERED),
    "unknown blocks only": (in_message(content=[{"type": "hologram"}]), MISFIT),
    "thinking first": (around({"type": "thinking", "thinking": "", "signature": "x"}), ANSWERED),
    "thinking hidden": (around({"type": "redacted_thinking", "data": "x"}), ANSWERED),
    "thinking only": (in_message(content=[{"type": "thinking", "thinking": "hm"}]), MISFIT),
    "several blocks": (in_two_blocks, ANSWERED),
    "block without text": (around({"type": "text"}, after=[{"type": "text"}]), ANSWERED),
    "block with odd text": (around({"type": "text", "text": 5}), ANSWERED),
    "empty content": (in_message(content=[]), MISFIT),
    "empty text": (says_text(""), MISFIT),
    "no content": (in_message(content=None), FAILED),
    "content is text": (in_message(content="fine"), FAILED),
    "blocks are text": (in_message(content=["fine"]), FAILED),
    "stopped by a word": (in_message(stop_reason="stop_sequence", stop_sequence="x"), ANSWERED),
    "unknown stop": (in_message(stop_reason="bored"), MISFIT),
    "no stop": (in_message(stop_reason=None), MISFIT),
    "odd stop": (in_message(stop_reason=7), FAILED),
    "tool use": (in_message(stop_reason="tool_use"), MISFIT),
    "pause": (in_message(stop_reason="pause_turn"), MISFIT),
    "cut off": (in_message(stop_reason="max_tokens"), CUT_OFF),
    "cut off while thinking": (in_message(stop_reason="max_tokens", content=[]), CUT_OFF),
    "window full": (in_message(stop_reason="model_context_window_exceeded"), CUT_OFF),
    "refusal": (in_message(stop_reason="refusal", content=[]), DECLINED),
    "refusal with reason": (
        in_message(stop_reason="refusal", stop_details={"type": "refusal", "category": "bio"}),
        DECLINED,
    ),
    "refusal, details odd": (
        in_message(stop_reason="refusal", stop_details={"category": 5}), DECLINED,
    ),
    "bad JSON": (says_text('{"echo": "m1'), MISFIT),
    "words": (says_text("The mark is not there."), MISFIT),
    "words around": (says_text('Here it is: {"echo": "x"}'), MISFIT),
    "a list": (says_text('["x"]'), MISFIT),
    "another key": (says_text('{"answer": "x"}'), MISFIT),
    "another kind": (says_text('{"echo": {"x": 1}}'), MISFIT),
    "not a number": (says_text('{"echo": NaN}'), MISFIT),
    "fenced JSON": (fenced, ANSWERED),
    "unknown fields": (
        lambda line: line.update(mood=1) or line["result"].update(x=[{}]) or None, ANSWERED,
    ),
    "no usage": (in_message(usage=None), ANSWERED),
    "odd usage": (in_message(usage={"input_tokens": "many", "output_tokens": []}), FAILED),
    "usage of floats": (in_message(usage={"input_tokens": 1.5, "output_tokens": 2.0}), FAILED),
    "boundless usage": (in_message(usage={"input_tokens": 10**400}), ANSWERED),
    "unreadably deep": (deep, FAILED),
    "deep where nobody looks": (deep_inside, FAILED),
    "no line": (lambda _line: b"\n", FAILED),
}  # fmt: skip
"""How a line can be odd, each time it is fetched, and what its row then is."""


@pytest.mark.parametrize("name", LINES)
def test_an_odd_line_explains_its_row_and_spares_the_others(scene: Scene, name: str) -> None:
    """The row's state has a reason, the raw line is kept, every other row is answered."""
    change, state = LINES[name]
    scene.script.always_at_end(Endpoint.RESULTS, row_changed(2, change))
    assert scene.run() is Ended.FINISHED
    scene.check({} if state is ANSWERED else {2: state})
    assert scene.place.job.state is JobState.FINISHED
    outcome = scene.results[2].outcome
    assert outcome is not None
    if state in (MISFIT, CUT_OFF, DECLINED):
        assert outcome.raw


TEXTS: dict[str, tuple[str, str]] = {
    "line separators": ("a\u2028b\u2029c\x85d\x0b\x0c", "a\u2028b\u2029c\x85d\x0b\x0c"),
    "line ends": ("a\rb\nc\r\nd", "a\rb\nc\r\nd"),
    "zero": ("a\0b", "a\ufffdb"),
    "control": ("a\x01\x1bb", "a\x01\x1bb"),
    "half a character": ("a\ud800b\udfff", "a?b?"),
    "right to left": ("שלום עולם \u202eabc", "שלום עולם \u202eabc"),
    "emoji": ("👩‍👩‍👧‍👦🏳️‍🌈", "👩‍👩‍👧‍👦🏳️‍🌈"),
    "other planes": ("𝕏𠀀\U0010ffff", "𝕏𠀀\U0010ffff"),
    "quotes": ('"a","b";\t\'c\'', '"a","b";\t\'c\''),
    "a formula": ("=1+1", "'=1+1"),
    "markup": ("<b>&amp;</b>", "<b>&amp;</b>"),
    "2 MB": ("Zürich " * 290_000, "Zürich " * 290_000),
}
"""What an answer may hold, and what stands in the export."""


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("how", ["escaped", "as bytes", "escaped twice"])
def test_an_answer_comes_through_as_it_is(scene: Scene, name: str, how: str) -> None:
    """Whatever characters it has, it is in its own cell and harms no other row."""
    text, expected = TEXTS[name]

    def put(line: Line) -> bytes:
        reply = json.dumps({"echo": text}, ensure_ascii=how == "escaped twice")
        line["result"]["message"]["content"] = [{"type": "text", "text": reply}]
        line["result"]["message"]["usage"] = None
        whole = json.dumps(line, ensure_ascii=how == "escaped")
        return whole.encode("utf-8", "surrogatepass") + b"\n"

    scene.script.always_at_end(Endpoint.RESULTS, row_changed(2, put))
    scene.run()
    row = scene.results[2]
    assert row.state is ANSWERED
    written = scene.written()
    if name != "half a character" or how != "as bytes":
        assert written[2]["echo"].strip() == expected.strip()
    assert [written[n]["echo"] for n in written if n != 2] == [
        mark for n, (_, mark, _) in enumerate(scene.place.rows, 1) if n != 2
    ]


def test_rows_that_never_come_fail_by_name_and_are_fetched_before_they_are_bought(
    scene: Scene,
) -> None:
    """A retry looks for the lost answers first; only when they are lost again it buys the rows."""
    gone = {2, 8}

    def lose(lines: list[bytes]) -> list[bytes]:
        return [line for line in lines if row_of(line) not in gone]

    scene.script.always_at_end(Endpoint.RESULTS, lines_changed(lose))
    scene.run()
    scene.check(dict.fromkeys(gone, FAILED))
    assert scene.place.job.state is JobState.FINISHED
    gone.remove(2)
    with scene.place.open() as job_file:
        scene.retry(job_file, FAILED)
    scene.check({8: FAILED})
    gone.clear()
    with scene.place.open() as job_file:
        scene.retry(job_file, FAILED)
    scene.check(bought={8: 2})


# --- too late ---------------------------------------------------------------------------------


def test_rows_that_ran_out_of_time_are_retried_once(scene: Scene) -> None:
    """A batch ends after 24 hours with some rows answered: the others say so, and cost nothing."""
    make_slow(scene, 40 * HOURS)
    scene.run()
    expired = {row for row, result in scene.results.items() if result.state is RowState.EXPIRED}
    assert 0 < len(expired) < 12
    scene.check(dict.fromkeys(expired, RowState.EXPIRED))
    assert all(sold.billed == (row not in expired) for row, sold in scene.bill.items())
    make_slow(scene, 0.0)
    with scene.place.open() as job_file:
        scene.retry(job_file, RowState.EXPIRED)
    scene.check(bought=dict.fromkeys(expired, 2))
    assert all(sold.billed == 1 for sold in scene.bill.values())


@pytest.mark.parametrize("days", [28, 30])
def test_answers_are_kept_for_29_days(scene: Scene, days: int) -> None:
    """A job that is opened in time gets its answers; after that its rows say it is too late."""
    with scene.load() as job_file:
        run, way = scene.begun(job_file)
        while any(batch.state is BatchState.PLANNED for batch in scene.place.batches):
            run._sender.go_on(way.service)
        way.close()
    scene.clock.turned += timedelta(days=days)
    scene.go_on()
    if days < 29:
        scene.check_finished()
    else:
        scene.check(dict.fromkeys(range(1, 13), FAILED))
        assert {"29 days" in result.reason for result in scene.results.values()} == {True}


@pytest.mark.parametrize(
    ("rows", "sent", "halves"),
    [(700, 600, (300, 150, 100)), (450, 150, (100, 100, 100)), (60, 30, (100, 100, 100))],
)
def test_rows_that_ran_out_of_time_are_asked_in_smaller_batches(
    scene: Scene, rows: int, sent: int, halves: tuple[int, ...]
) -> None:
    """Half as large each time, but a hundred rows at least, or all that there are."""
    make_slow(scene, 4000 * HOURS)
    patient(scene.place, poll_first=6 * HOURS, poll_longest=6 * HOURS)
    with scene.load(made_rows(rows)) as job_file:
        scene.place.work(job_file, scene.hurrying(), batch_rows=sent)
        for half in halves:
            left, before = scene.place.counts[RowState.EXPIRED], len(scene.place.batches)
            assert left > 0
            retry(scene.place.bench, job_file, Again(frozenset({RowState.EXPIRED})))
            planned = [batch.rows for batch in scene.place.batches[before:]]
            assert sum(planned) == left
            assert set(planned[:-1]) <= {half}
            assert planned[-1] <= half
            scene.place.work(job_file, scene.hurrying())


def test_only_rows_that_ran_out_of_time_make_batches_smaller(scene: Scene) -> None:
    """Rows that failed for another reason are asked again as usual."""
    with scene.load(made_rows(300), max_tokens=1) as job_file:
        scene.place.work(job_file, scene.hurrying(), batch_rows=150)
        retry(scene.place.bench, job_file, Again(frozenset({RowState.CUT_OFF})))
        assert [batch.rows for batch in scene.place.batches[2:]] == [300]


def _two_answers(lines: list[bytes]) -> list[bytes]:
    """Let row 2 come a second time, with another text."""
    again = next((line for line in lines if row_of(line) == 2), None)
    if again is None:
        return lines
    found = json.loads(again)
    found["result"]["message"]["content"][-1]["text"] = '{"echo": "another"}'
    place = lines.index(again) + 1
    return [*lines[:place], json.dumps(found).encode() + b"\n", *lines[place:]]


@pytest.mark.parametrize("times", [1, 2])
def test_of_two_answers_to_one_row_both_are_known(scene: Scene, times: int) -> None:
    """The first is kept and exported; the other stands in the history, once."""
    if times == 2:
        # The stream breaks after both have come: they come again, and are one contradiction still.
        scene.script.at_end(Endpoint.RESULTS, both(lines_changed(_two_answers), cut(0.99)))
    scene.script.always_at_end(Endpoint.RESULTS, lines_changed(_two_answers))
    scene.run()
    scene.check_finished()
    with scene.place.open() as job_file:
        said = [line.what for line in job_file.doubts.history() if "second time" in line.what]
    assert len(said) == 1
    assert said[0].startswith("Row 2 came a second time with another answer; the first is kept.")
    assert "another" in said[0]
