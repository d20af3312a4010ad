"""Before anything is sent: rows sorted, batches cut, one request checked."""

from __future__ import annotations

import json
from contextlib import closing

import pytest

from app.claude.service import RemoteBatch, Service
from app.claude.spool import Spool
from app.core import plan
from app.core.errors import SheafError, Standing
from app.core.job import BatchState, JobState, Rows, RowState
from app.engine.events import Noticed
from app.engine.review import review
from app.practice.wire import Call, Endpoint, Reply, error_body
from app.store.job_file import JobFile
from app.store.reader import JobReader
from tests.echo import check_export, made_rows, read_table
from tests.engine.conftest import Script, Workplace


def states(job_file: JobFile) -> list[str]:
    """Return the state of each row in order."""
    with JobReader(job_file.path) as reader:
        found = reader.standing(1, reader.head().rows)
    return [found[row][0].value for row in sorted(found)]


def test_batches_are_cut_by_rows(place: Workplace) -> None:
    """As many rows as asked for, in order, the rest in the last."""
    with place.load() as job_file, closing(place.connect()) as way:
        place.start(job_file, way)
        assert [batch.rows for batch in place.batches] == [5, 5, 2]
        assert job_file.journal.rows_of(2) == [6, 7, 8, 9, 10]
        assert {batch.state for batch in place.batches} == {BatchState.PLANNED}


def test_a_job_s_own_batch_size_wins(place: Workplace) -> None:
    """What the job says goes before what is usual."""
    with place.load(batch_rows=8) as job_file, closing(place.connect()) as way:
        place.start(job_file, way)
        assert [batch.rows for batch in place.batches] == [8, 4]


def test_batches_are_cut_by_bytes(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """No body is larger than agreed, and every row is in exactly one."""
    monkeypatch.setattr(plan, "USUAL_BYTES", 2_000)
    sizes: list[int] = []
    with place.load() as job_file:
        place.work(job_file, batch_rows=100)
        sizes = [batch.bytes for batch in place.batches]
    assert len(sizes) > 2
    assert max(sizes) <= 2_000 + len('{"requests":[]}')
    assert place.rows_bought() == dict.fromkeys(range(1, 13), 1)
    check_export(place.export(), place.rows)


def test_a_row_that_is_too_large_fails_by_name_and_alone(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are sent; it says why, and nothing was charged for it."""
    monkeypatch.setattr(plan, "MOST_REQUEST_BYTES", 3_000)
    rows = made_rows(3)
    rows[1] = (rows[1][0], rows[1][1], "long " * 1_000)
    with place.load(rows) as job_file:
        place.work(job_file)
        assert states(job_file) == ["answered", "failed", "answered"]
    assert any("larger than the service takes" in reason for reason in place.reasons)
    assert place.rows_bought() == {1: 1, 3: 1}


def test_a_row_without_its_long_text_is_never_paid_for(place: Workplace) -> None:
    """Its other cells are no reason to send it; the review says so before, its state after."""
    long = "The parcel came two days late, and the box was wet and torn open."
    rows = [("1", "m1", long), ("2", "m2", " "), ("3", "", long)]
    with place.load(rows) as job_file:
        found = review(place.path, place.bench.catalog, None)
        assert found.batches == (2,)
        assert ("ok", "1 blank row is left out") in {(c.tone, c.text) for c in found.checks}
        place.work(job_file)
        assert states(job_file) == ["answered", "skipped", "answered"]
    assert place.rows_bought() == {1: 1, 3: 1}
    assert "Blank: there is nothing to read in this row." in place.reasons


def test_blank_rows_are_skipped_unless_wanted(place: Workplace) -> None:
    """Without long text, blank means blank in all columns that the instructions name."""
    rows = [("1", "m1", "a"), ("2", " ", "\t"), ("3", "", "b"), ("4", "m4", "")]
    with place.load(rows) as job_file:
        place.work(job_file)
        assert states(job_file) == ["answered", "skipped", "answered", "answered"]
    with place.load(rows, skip_blank=False) as job_file:
        place.work(job_file)
        assert states(job_file) == ["answered"] * 4


@pytest.mark.parametrize(
    ("rows", "sent"), [(Rows(first=3), {1, 2, 3}), (Rows(picked=(2, 9)), {2, 9})]
)
def test_only_chosen_rows_are_sent(place: Workplace, rows: Rows, sent: set[int]) -> None:
    """The first ones, or those picked by number."""
    with place.load(rows=rows) as job_file:
        place.work(job_file)
    assert set(place.rows_bought()) == sent
    assert place.counts[RowState.SKIPPED] == 12 - len(sent)
    answered = [row["sheaf_status"] == "answered" for row in read_table(place.export())]
    assert {number for number, is_so in enumerate(answered, 1) if is_so} == sent


def test_nothing_to_send_is_said(place: Workplace) -> None:
    """A table that is blank where it matters is refused; the job stays a draft."""
    rows = [("1", "", ""), ("2", "", " ")]
    with place.load(rows) as job_file, pytest.raises(SheafError, match="no row to send"):
        place.work(job_file)
    assert place.job.state is JobState.DRAFT


def test_a_refused_setting_stops_before_anything_is_bought(
    place: Workplace, script: Script
) -> None:
    """The free check asks with the longest row, and its refusal is told in its own words."""
    refusal = error_body("invalid_request_error", "schema is too complex", "req_1")
    script.always_at_start(Endpoint.COUNT, lambda _: Reply.of_json(refusal, 400))
    with place.load() as job_file:
        with pytest.raises(SheafError, match="schema is too complex") as error:
            place.work(job_file)
        script.heal()
        assert error.value.standing is Standing.BAD_INPUT
        assert place.job.started_at is None
        assert place.service.creates() == []
        place.work(job_file)
    assert place.rows_bought() == dict.fromkeys(range(1, 13), 1)


def is_long(counted: Reply) -> bool:
    """Say whether the request that the service counted was that of a long row."""
    return int(json.loads(b"".join(counted.body))["input_tokens"]) > 900


def test_a_row_that_is_too_long_for_the_model_is_left_out(place: Workplace, script: Script) -> None:
    """The largest rows are asked about; one that does not fit is named, and the others go."""

    def count(_call: Call, reply: Reply) -> Reply:
        return Reply.of_json({"input_tokens": 999_900}) if is_long(reply) else reply

    script.always_at_end(Endpoint.COUNT, count)
    rows = made_rows(5)
    for n in (1, 3):
        rows[n] = (rows[n][0], rows[n][1], f"{n} " + "long " * 1_000)
    with place.load(rows) as job_file:
        place.work(job_file)
        assert states(job_file) == ["answered", "failed", "answered", "failed", "answered"]
    assert any("999,900 tokens" in reason for reason in place.reasons)
    assert place.rows_bought() == {1: 1, 3: 1, 5: 1}
    (said,) = [event.text for event in place.events if isinstance(event, Noticed)]
    assert "2 rows are not sent" in said


def test_a_row_that_the_service_refuses_is_left_out(place: Workplace, script: Script) -> None:
    """As a prompt that is longer than the service counts: only what small rows share stops all."""

    def count(_call: Call, reply: Reply) -> Reply:
        if is_long(reply):
            body = error_body("invalid_request_error", "prompt is too long", "req_1")
            return Reply.of_json(body, 400)
        return reply

    script.always_at_end(Endpoint.COUNT, count)
    rows = made_rows(3)
    rows[1] = (rows[1][0], rows[1][1], "long " * 1_000)
    with place.load(rows) as job_file:
        place.work(job_file)
        assert states(job_file) == ["answered", "failed", "answered"]
    assert any("prompt is too long" in reason for reason in place.reasons)


def test_when_every_row_is_too_long_nothing_is_bought(place: Workplace, script: Script) -> None:
    """If the smallest row does not fit either, the instructions or the model are to be changed."""
    long = Reply.of_json({"input_tokens": 999_900})
    script.always_at_end(Endpoint.COUNT, lambda _call, _reply: long)
    with place.load() as job_file, pytest.raises(SheafError, match="999,900 tokens"):
        place.work(job_file)
    assert place.service.creates() == []


def test_a_plan_that_a_kill_cut_short_is_made_anew(place: Workplace) -> None:
    """Planned and not begun: starting again plans every row once."""
    with place.load() as job_file:
        with closing(place.connect()) as way:
            place.start(job_file, way)
        job_file._change("update job set started_at = null, state = 'draft'", ())
        place.work(job_file, batch_rows=4)
    assert [batch.rows for batch in place.batches] == [4, 4, 4]
    assert place.rows_bought() == dict.fromkeys(range(1, 13), 1)


def test_only_named_columns_leave_the_computer(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number column is in the table, and not in any request."""
    bodies: list[bytes] = []
    create = Service.create

    def watched(self: Service, spool: Spool) -> RemoteBatch:
        bodies.append(spool.path.read_bytes())
        return create(self, spool)

    monkeypatch.setattr(Service, "create", watched)
    with place.load([("confidential", "m1", "a")]) as job_file:
        place.work(job_file)
    (body,) = bodies
    assert b"m1" in body
    assert b"confidential" not in body
