"""Several rows per request: each is bought once, gets its own answer, and nothing is guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.core.causes import Cause
from app.core.errors import SheafError
from app.core.job import BatchState, JobState, Mode, RowState
from app.core.limit import Unit, worst
from app.engine.audit import Audit
from app.engine.estimator import Estimator
from app.engine.export import Choices, export
from app.engine.run import Run
from app.practice import audit
from app.practice.wire import Endpoint
from app.store.job_file import JobFile
from app.store.reader import JobReader
from tests.chorus import Answers, Chorus, sold_by_row
from tests.echo import INSTRUCTIONS, check_export, made_rows, read_table
from tests.engine.conftest import Clock
from tests.engine.scene import Scene, make_slow
from tests.faulty_claude import Script, lagging, lines_changed, refusal, reset, too_large
from tests.practice_service import PracticeService


@pytest.fixture
def chorus() -> Chorus:
    """Return the voice of the service."""
    return Chorus()


@pytest.fixture
def service(
    tmp_path: Path, script: Script, clock: Clock, chorus: Chorus
) -> Iterator[PracticeService]:
    """Give a service that answers rows together, with those faults and that clock."""
    with PracticeService(
        tmp_path / "service",
        voice=chorus.voice,
        finish_seconds=0,
        faults=script,
        clock=clock.seconds,
    ) as running:
        yield running


def run(scene: Scene, rows: int = 12, together: int = 3, batch: int = 6, **more: Any) -> None:
    """Make a job of so many rows, and work until it ends."""
    with scene.load(made_rows(rows), rows_per_request=together, **more) as job_file:
        scene.place.work(job_file, scene.hurrying(), batch_rows=batch)


def check(scene: Scene, bought: dict[int, int] | None = None) -> None:
    """Assert that every row has its own answer, was bought as often as intended, and adds up."""
    rows = range(1, len(scene.place.rows) + 1)
    with scene.place.open() as job_file:
        sold = sold_by_row(scene.service, job_file)
        assert job_file.head().state is JobState.FINISHED
        assert all(b.state is BatchState.FINISHED for b in job_file.journal.batches())
    intended = dict.fromkeys(rows, 1) | (bought or {})
    assert {row: sold[row].bought for row in rows} == intended
    assert {row: sold[row].billed for row in rows} == intended
    check_export(scene.place.export(), scene.place.rows)
    check_books(scene)


def check_books(scene: Scene) -> None:
    """Assert that the audit adds up, and to the very tokens that the service has billed."""
    with closing(Audit(scene.place.path)) as found:
        assert len(list(found.rows())) == len(scene.place.rows)
        assert found.wrong() == []
        used = found.total.usage
        told = _billed(scene.service)
        assert (used["input"], used["output"]) == told


def _billed(service: PracticeService) -> tuple[int, int]:
    totals = audit.summary(service.home)["totals"]
    return totals["input_tokens"], totals["output_tokens"]


def test_a_thousand_rows_are_bought_once_seven_at_a_time(scene: Scene, chorus: Chorus) -> None:
    """The requests are a seventh, each row is in just one, and the export is in order."""
    run(scene, 1000, 7, 100)
    check(scene)
    assert len(scene.service.bought()) == 143
    assert set(chorus.together.values()) == {1}
    assert len(chorus.together) + chorus.singly == 1000
    with scene.place.open() as job_file:
        assert job_file.doubts.history() == []


def test_the_plan_says_who_shares_a_request_before_anything_leaves(scene: Scene) -> None:
    """Rows and requests are counted apart, and a request stays in one batch."""
    with scene.load(made_rows(10), rows_per_request=4) as job_file:
        with closing(scene.place.connect()) as way:
            scene.place.start(job_file, way, 8)
        batches = job_file.journal.batches()
        assert [(b.rows, b.requests) for b in batches] == [(8, 2), (2, 1)]
        assert job_file.journal.together(1) == {1: (1, 2, 3, 4), 5: (5, 6, 7, 8)}
        assert job_file.journal.together() == {
            1: (1, 2, 3, 4),
            5: (5, 6, 7, 8),
            9: (9, 10),
        }
        assert scene.service.creates() == []


def _without(*numbers: int) -> Any:
    return lambda answers: [one for one in answers if one["row"] not in numbers]


def test_a_row_that_is_missing_is_asked_again_alone_once(scene: Scene, chorus: Chorus) -> None:
    """Row 2 of each request is bought a second time, and by itself."""
    chorus.meddle = _without(2)
    run(scene)
    check(scene, {2: 2, 5: 2, 8: 2, 11: 2})
    assert chorus.singly == 4
    with scene.place.open() as job_file:
        again = [b for b in job_file.journal.batches() if b.is_retry]
        assert sum(b.rows for b in again) == 4
        assert {b.shared for b in again} == {0}
        assert "asked again alone" in " ".join(one.what for one in job_file.doubts.history())


def test_a_row_that_fails_alone_as_well_is_not_asked_a_third_time(
    scene: Scene, chorus: Chorus
) -> None:
    """It then has its own cause, like any row."""
    chorus.meddle = _without(1)
    chorus.alone = lambda _reply: "no JSON"
    run(scene, 6, 3)
    assert {r.state for row, r in scene.results.items() if row in (1, 4)} == {RowState.DOES_NOT_FIT}
    with scene.place.open() as job_file:
        sold = sold_by_row(scene.service, job_file)
        assert {row: sold[row].bought for row in sold} == {1: 2, 2: 1, 3: 1, 4: 2, 5: 1, 6: 1}
        assert job_file.journal.rows_because([Cause.MISFIT]) == [1, 4]
    check_books(scene)


def test_the_costs_in_an_export_add_up_to_the_bill(scene: Scene, chorus: Chorus) -> None:
    """A row that was asked twice costs what both cost; the tokens are those of the answer shown."""
    chorus.meddle = _without(2)
    run(scene, 6, 3)
    with scene.place.open() as job_file:
        (alone,) = (b for b in job_file.journal.batches() if b.is_retry)
        bill = sum(Decimal(b.cost_usd or 0) for b in job_file.journal.batches())
        shown = [usage.prompt for usage in job_file.journal.usages(alone.number)]
    target = scene.place.folder / "usage.csv"
    export(scene.place.path, target, Choices(with_usage=True), scene.place.bench.publish)
    table = read_table(target)
    costs = [Decimal(row["sheaf_cost_usd"]) for row in table]
    assert sum(costs) == bill > 0
    assert [int(row["sheaf_read_tokens"]) for row in (table[1], table[4])] == shown


def _twice(answers: Answers) -> Answers:
    return [*answers, answers[-1]]


def _shifted(answers: Answers) -> Answers:
    return [{**one, "row": one["row"] - 1} for one in answers]


def _worded(answers: Answers) -> Answers:
    return [{**answers[0], "row": "1"}, *answers[1:]]


def _not_a_text(answers: Answers) -> Answers:
    return [*answers[:2], {**answers[2], "echo": 7}]


@pytest.mark.parametrize(
    ("meddle", "again"),
    [
        (_twice, (3, 6)),
        (_shifted, (1, 2, 3, 4, 5, 6)),
        (_worded, (1, 2, 3, 4, 5, 6)),
        (_not_a_text, (3, 6)),
        (lambda _answers: [], (1, 2, 3, 4, 5, 6)),
        (lambda answers: list(reversed(answers)), ()),
    ],
    ids=["twice", "shifted", "in words", "unfit", "none", "turned round"],
)
def test_nothing_is_guessed_from_a_reply(
    scene: Scene, chorus: Chorus, meddle: Any, again: tuple[int, ...]
) -> None:
    """What a reply says twice, of a stranger or not at all is asked again alone, and only that."""
    chorus.meddle = meddle
    run(scene, 6, 3)
    check(scene, dict.fromkeys(again, 2))


@pytest.mark.parametrize("reply", ["no JSON", '{"answers": {"row": 1}}', '["answers"]'])
def test_a_reply_of_another_shape_is_no_answer_for_any_row(
    scene: Scene, chorus: Chorus, reply: str
) -> None:
    """Its rows do not fit, with the reason, and are asked again only when somebody wants that."""
    chorus.meddle = lambda _answers: reply
    run(scene, 6, 3)
    assert {r.state for r in scene.results.values()} == {RowState.DOES_NOT_FIT}
    assert all(result.reason for result in scene.results.values())
    with scene.place.open() as job_file:
        assert len(scene.service.bought()) == 2
        scene.retry(job_file, RowState.DOES_NOT_FIT)
    check(scene, dict.fromkeys(range(1, 7), 2))
    assert chorus.singly == 6


def test_a_reply_that_is_cut_off_is_cut_off_for_all_its_rows(scene: Scene, chorus: Chorus) -> None:
    """A retry asks each of them alone."""
    chorus.meddle = lambda answers: [{**one, "echo": "and so on " * 900} for one in answers]
    run(scene, 6, 3, max_tokens=100)
    assert {r.state for r in scene.results.values()} == {RowState.CUT_OFF}
    with scene.place.open() as job_file:
        scene.retry(job_file, RowState.CUT_OFF)
    check(scene, dict.fromkeys(range(1, 7), 2))


def test_requests_that_run_out_of_time_take_all_their_rows_along(scene: Scene) -> None:
    """They cost nothing, and a retry asks the rows alone."""
    make_slow(scene, 10_000 * 3600.0)
    run(scene, 6, 3)
    assert {r.state for r in scene.results.values()} == {RowState.EXPIRED}
    make_slow(scene, 0)
    with scene.place.open() as job_file:
        scene.retry(job_file, RowState.EXPIRED)
        sold = sold_by_row(scene.service, job_file)
    assert {(one.bought, one.billed) for one in sold.values()} == {(2, 1)}
    check_export(scene.place.export(), scene.place.rows)
    check_books(scene)


def test_a_lost_reply_is_found_by_the_number_of_requests(scene: Scene, script: Script) -> None:
    """The service counts requests, so a batch of twelve rows in four is looked for as four."""
    script.at_end(Endpoint.CREATE, reset)
    run(scene, 12, 3, 12)
    check(scene)
    assert len(scene.service.creates()) == 1


def test_a_lost_create_is_sent_again_as_the_same_requests(scene: Scene, script: Script) -> None:
    """What never arrived leaves with the same rows in the same requests."""
    script.at_start(Endpoint.CREATE, reset)
    run(scene, 12, 3, 12)
    check(scene)
    assert sorted(name.rsplit("-", 1)[1] for name in scene.service.bought()) == [
        "s1", "s10", "s4", "s7",
    ]  # fmt: skip


def test_too_large_a_batch_is_cut_between_requests(scene: Scene, script: Script) -> None:
    """Halves hold whole requests, down to one; that one's rows are then asked alone."""
    script.at_start(Endpoint.CREATE, *[too_large(bare=False)] * 3)
    run(scene, 12, 3, 12)
    check(scene)
    with scene.place.open() as job_file:
        batches = job_file.journal.batches()
        given_up = [b for b in batches if b.state is BatchState.FINISHED and not b.remote_id]
        assert [(b.rows, b.requests) for b in given_up] == [(3, 1)]
        assert "asked alone" in given_up[0].reason


def test_a_size_is_shared_with_no_other_batch_on_its_way(scene: Scene, script: Script) -> None:
    """Two batches of the same number of requests are never in doubt together."""
    script.at_end(Endpoint.CREATE, reset, reset)
    run(scene, 12, 3, 6)
    check(scene)


@pytest.mark.parametrize("limit", ["0.0040", "0.0060", "0.02"])
def test_the_spend_limit_is_never_passed_with_several_rows_per_request(
    scene: Scene, chorus: Chorus, limit: str
) -> None:
    """What is spent and the worst case of all that is open stay within it, whatever is left out."""
    chorus.meddle = _without(1)
    most = Decimal(0)
    with scene.load(made_rows(30), rows_per_request=5, max_cost_usd=limit) as job_file:
        run_, way = scene.begun(job_file, 10)
        with closing(way):
            most = _steps(scene, job_file, run_, Decimal(limit))
    assert most <= Decimal(limit)
    check_books(scene)


def _steps(scene: Scene, job_file: JobFile, run_: Run, limit: Decimal) -> Decimal:
    """Work until the end or the halt; return the most that was held at any time."""
    most = Decimal(0)
    for _ in range(400):
        try:
            ended = run_.step()
        except SheafError:
            return most
        job = job_file.head()
        held = Decimal(0)
        for batch in job_file.journal.batches():
            held += Decimal(batch.cost_usd or 0)
            if batch.state in (BatchState.SENDING, BatchState.WORKING, BatchState.UNSURE):
                held += worst(job, batch, Unit.DOLLARS) or Decimal(0)
        most = max(most, held)
        assert held <= limit
        if ended:
            return most
        run_.rest()
    pytest.fail("the run goes round in circles")


def test_a_wrong_setting_is_found_before_anything_is_bought(scene: Scene, script: Script) -> None:
    """The service looks at a request of several rows, and refuses it while nothing is sent."""
    script.at_start(
        Endpoint.COUNT, lambda _call: None, refusal(400, "invalid_request_error", "Too complex.")
    )
    with (
        scene.load(made_rows(6), rows_per_request=3) as job_file,
        closing(scene.place.connect()) as way,
        pytest.raises(SheafError, match="does not take these settings"),
    ):
        scene.place.start(job_file, way, 6)
    assert scene.service.creates() == []


def test_without_answer_columns_each_row_needs_a_request(scene: Scene) -> None:
    """It is said plainly, before anything is sent."""
    with (
        scene.load(made_rows(6), rows_per_request=3, answers=()) as job_file,
        closing(scene.place.connect()) as way,
        pytest.raises(SheafError, match="Without answer columns"),
    ):
        scene.place.start(job_file, way, 6)
    assert scene.service.creates() == []


def test_twins_and_blank_rows_are_set_aside_before_rows_share_requests(
    scene: Scene, chorus: Chorus
) -> None:
    """Distinct rows are asked together; a twin gets a copy, a blank row nothing."""
    rows = made_rows(6)
    table = [*rows[:3], ("x", *rows[0][1:]), ("y", "", ""), *rows[3:]]
    with scene.load(table, rows_per_request=3) as job_file:
        scene.place.work(job_file, scene.hurrying(), batch_rows=6)
        assert job_file.journal.together() == {1: (1, 2, 3), 6: (6, 7, 8)}
    states = {row: result.state for row, result in scene.results.items()}
    assert states[4] is RowState.COPIED
    assert states[5] is RowState.SKIPPED
    assert set(chorus.together.values()) == {1}


def test_a_twin_of_a_row_that_was_left_out_gets_the_answer_it_got_alone(
    scene: Scene, chorus: Chorus
) -> None:
    """The twin follows through both attempts."""
    chorus.meddle = _without(1)
    rows = made_rows(3)
    table = [*rows, ("x", *rows[0][1:])]
    with scene.load(table, rows_per_request=3) as job_file:
        scene.place.work(job_file, scene.hurrying(), batch_rows=6)
    assert scene.results[4].state is RowState.COPIED
    check_export(scene.place.export(), scene.place.rows)


def test_a_line_that_nobody_asked_for_takes_no_row_its_answer(scene: Scene, script: Script) -> None:
    """Results with lines of single rows, which were asked together, bring what was asked only."""

    def before(found: list[bytes]) -> list[bytes]:
        return [line.replace(b"-s", b"-r") for line in found] + found

    script.at_end(Endpoint.RESULTS, lines_changed(before))
    run(scene, 6, 3, 6)
    check(scene)


def test_a_second_copy_that_turns_up_late_is_divided_and_counted(
    scene: Scene, script: Script
) -> None:
    """The list lags longer than anybody waits: both copies stand in the books, row by row."""
    script.at_end(Endpoint.CREATE, reset)
    script.always_at_end(Endpoint.LIST, lagging(scene.clock.seconds, 1000))
    make_slow(scene, 1200)
    run(scene, 12, 3, 12)
    with scene.place.open() as job_file:
        sold = sold_by_row(scene.service, job_file)
        batches = job_file.journal.batches()
    assert {one.bought for one in sold.values()} == {2}
    assert [(b.rows, b.requests) for b in batches] == [(12, 4), (12, 4)]
    check_export(scene.place.export(), scene.place.rows)
    check_books(scene)


def test_a_late_copy_does_not_stand_in_for_asking_left_out_rows_alone(
    scene: Scene, script: Script, chorus: Chorus
) -> None:
    """The copy ends while the batch itself still works; what both left out is asked alone."""
    chorus.meddle = _without(2)
    script.at_end(Endpoint.CREATE, reset)
    script.always_at_end(Endpoint.LIST, lagging(scene.clock.seconds, 1000))
    make_slow(scene, 1200)
    run(scene, 12, 3, 12)
    assert {one.state for one in scene.results.values()} == {RowState.ANSWERED}
    with scene.place.open() as job_file:
        sold = sold_by_row(scene.service, job_file)
        alone = [b for b in job_file.journal.batches() if b.is_retry]
    assert [(b.rows, b.requests, b.changes.least_read) for b in alone] == [(4, 4, None)]
    assert Counter(one.bought for one in sold.values()) == {2: 8, 3: 4}


@pytest.mark.parametrize(
    ("together", "words", "rows", "row_words"), [(5, 20_000, 40, 1), (20, 20, 30, 6_000)]
)
def test_rows_that_have_no_room_together_are_forecast_and_sent_as_they_fit(
    scene: Scene, together: int, words: int, rows: int, row_words: int
) -> None:
    """Neither is sharing advised where nothing could be shared, nor is it reckoned with."""
    table = [(*row[:-1], row[-1] + " word" * row_words) for row in made_rows(rows)]
    asked = "Read. " * words + INSTRUCTIONS
    with scene.load(table, instructions=asked, rows_per_request=together) as job_file:
        with JobReader(scene.place.path) as reader:
            settings, catalog = job_file.head().settings, scene.place.bench.catalog
            counts = Estimator()
            found = counts.estimate(reader, settings, catalog, Mode.REAL, every_row=True)
            single = replace(settings, rows_per_request=1)
            plain = counts.estimate(reader, single, catalog, Mode.REAL, every_row=True)
        scene.place.work(job_file, scene.hurrying(), batch_rows=20)
        sent = sum(batch.requests for batch in job_file.journal.batches())
    assert sent <= found.estimate.requests <= sent + 2
    if sent == rows:
        assert found.estimate.expected_usd == plain.estimate.expected_usd
        assert plain.estimate.together_usd is None


@pytest.mark.parametrize("together", [2, 7])
def test_the_bill_never_passes_what_was_said_even_if_all_is_asked_twice(
    scene: Scene, chorus: Chorus, together: int
) -> None:
    """The bound allows for every row that a reply leaves out to be asked again alone."""
    chorus.meddle = lambda answers: [{**one, "row": 99} for one in answers]
    rows = made_rows(40)
    with scene.load(rows, rows_per_request=together, max_tokens=12) as job_file:
        with JobReader(scene.place.path) as reader:
            estimator, catalog = Estimator(), scene.place.bench.catalog
            settings = job_file.head().settings
            reply = estimator.estimate(reader, settings, catalog, Mode.REAL, every_row=True)
        scene.place.work(job_file, scene.hurrying(), batch_rows=20)
        paid = sum(Decimal(b.cost_usd or 0) for b in job_file.journal.batches())
        held = [worst(job_file.head(), b) for b in job_file.journal.batches()]
        sold = sold_by_row(scene.service, job_file)
    most = reply.estimate.max_usd
    assert most is not None
    assert paid <= most
    assert sum(case for case in held if case is not None) <= most
    assert {one.bought for one in sold.values()} == {2}


def test_a_row_is_asked_alone_once_even_when_its_batch_is_fetched_again(
    scene: Scene, script: Script, chorus: Chorus
) -> None:
    """What the second fetch brings anew is asked alone; what was asked alone already is not."""
    chorus.meddle = _without(1)
    chorus.alone = lambda _reply: "no JSON"
    script.always_at_end(
        Endpoint.RESULTS,
        lines_changed(lambda lines: [line for line in lines if b'-s4"' not in line]),
    )
    run(scene, 6, 3)
    states = {row: result.state for row, result in scene.results.items()}
    assert (states[1], states[4]) == (RowState.DOES_NOT_FIT, RowState.FAILED)
    script.heal()
    with scene.place.open() as job_file:
        scene.retry(job_file, RowState.FAILED)
        sold = sold_by_row(scene.service, job_file)
    assert {row: sold[row].bought for row in sold} == {1: 2, 2: 1, 3: 1, 4: 2, 5: 1, 6: 1}
    check_books(scene)
