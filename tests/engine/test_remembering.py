"""Promises about the service's memory: used where it was measured to pay, and the limit holds."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.claude.remembered import most_remembered
from app.claude.spool import Spool, write_spool
from app.core.bill import Verdict
from app.core.cost import Usage, price_of
from app.core.errors import SheafError
from app.core.job import OPEN, BatchState, Changes, JobState, Mode, RowState
from app.core.limit import worst
from app.engine import submit
from app.engine.begin import Again, retry
from app.engine.bench import Control
from app.engine.bill import bill_of
from app.engine.books import keep_books
from app.engine.connection import Connection
from app.engine.estimator import Estimator
from app.engine.promise import forecast_for
from app.engine.replies import EstimateReply
from app.engine.run import Run
from app.engine.view import job_line
from app.practice.ledger import FILE_NAME
from app.practice.message import Voice
from app.practice.wire import Endpoint
from app.store.bills import Bills
from app.store.job_file import JobFile
from app.store.migrations import MIGRATIONS
from app.store.reader import JobReader
from tests.echo import INSTRUCTIONS, check_export, made_rows
from tests.engine.conftest import Workplace
from tests.engine.scene import Scene, make_slow
from tests.faulty_claude import Script, refusal, reset, too_large

SHARED = "Do exactly as you are told, for every text alike, and do nothing else. " * 60
LONG = SHARED + INSTRUCTIONS


def with_luck(place: Workplace, luck: float) -> None:
    """Let so many requests find what the service remembers."""
    place.service.service._batches.memory._luck = luck


@pytest.fixture
def bodies(monkeypatch: pytest.MonkeyPatch) -> dict[int, list[bytes]]:
    """Keep every body that was made ready to leave, by the number of its batch."""
    found: dict[int, list[bytes]] = {}

    def keep(path: Path, lines: Iterable[bytes]) -> Spool:
        kept = list(lines)
        if kept:
            number = int(json.loads(kept[0])["custom_id"].split("-b")[1].split("-r")[0])
            found.setdefault(number, []).append(b"\n".join(kept))
        return write_spool(path, kept)

    monkeypatch.setattr(submit, "write_spool", keep)
    return found


def marks(place: Workplace) -> list[bool | None]:
    """Return of each batch whether it was to be remembered; None where that is not decided."""
    said = [batch.changes.remembered for batch in place.batches]
    return [None if one is None else bool(one) for one in said]


def one_at_a_time(place: Workplace, job_file: JobFile) -> Connection:
    """Plan the job under a limit that lets one batch go, also a marked one, but never two."""
    way = place.connect()
    place.start(job_file, way, 20)
    job, batch = job_file.head(), job_file.journal.batch(1)
    most = most_remembered(job.settings, place.bench.catalog.need(job.settings.model))
    wanted = replace(batch, changes=Changes(remembered=most))
    plain, kept = worst(job, batch), worst(job, wanted)
    assert plain is not None
    assert kept is not None
    limit = kept + plain * Decimal("0.9")
    job_file.save_settings(replace(job.settings, max_cost_usd=format(limit, "f")))
    return way


def work_one_by_one(place: Workplace, rows: int = 80, **settings: Any) -> None:
    """Buy a job of several batches, each sent when the one before has ended."""
    with place.load(made_rows(rows), instructions=LONG, **settings) as job_file:
        way = one_at_a_time(place, job_file)
        Run(place.bench, job_file, way, Control()).go()
        way.close()


def books(place: Workplace) -> list[Usage]:
    """Return what the service billed, request by request."""
    sql = """select input_tokens, output_tokens, cache_write_5m, cache_write_1h, cache_read
        from items where outcome = ?"""
    with closing(sqlite3.connect(place.service.home / FILE_NAME)) as database:
        return [Usage(*one) for one in database.execute(sql, ("succeeded",))]


def bill(place: Workplace) -> Decimal:
    """Return what the service billed in dollars."""
    prices = place.bench.catalog.need("claude-haiku-5-5").prices
    assert prices is not None
    return sum((price_of(usage, prices) for usage in books(place)), Decimal(0))


def saved(place: Workplace) -> Decimal:
    """Return what remembering brought, by the service's books."""
    prices = place.bench.catalog.need("claude-haiku-5-5").prices
    assert prices is not None
    plain = (price_of(Usage(used.prompt, used.output), prices) for used in books(place))
    return sum(plain, Decimal(0)) - bill(place)


# --- the probe ------------------------------------------------------------------------------------


def test_a_probe_that_pays_lets_the_others_follow(
    place: Workplace, bodies: dict[int, list[bytes]]
) -> None:
    """The first batch is measured, and all that leave after its end are marked as well."""
    with_luck(place, 1.0)
    work_one_by_one(place)
    assert marks(place) == [True, True, True, True]
    assert all(b"cache_control" in one for sent in bodies.values() for one in sent)
    check_export(place.export(), place.rows)
    assert set(place.rows_bought().values()) == {1}
    assert sum(bool(used.cache_write_1h) for used in books(place)) == 1
    assert saved(place) > 0
    told = [text for text in place.noticed if text.startswith("Measured")]
    assert told[0].startswith("Measured: 95% of the shared instructions was read from memory.")
    assert "The following batches are sent so too and cost " in told[0]
    assert sum(Decimal(batch.cost_usd or 0) for batch in place.batches) == bill(place)


def test_a_probe_that_does_not_pay_is_the_last(
    place: Workplace, bodies: dict[int, list[bytes]]
) -> None:
    """Nothing was ever found: the others ask as they always have."""
    with_luck(place, 0.0)
    work_one_by_one(place)
    assert marks(place) == [True, False, False, False]
    assert b"cache_control" not in b"".join(b"".join(bodies[n]) for n in (2, 3, 4))
    assert saved(place) < 0
    (told,) = (text for text in place.noticed if text.startswith("Measured"))
    assert told.endswith("The following batches go without, because that does not pay.")


def test_luck_that_turns_is_followed(place: Workplace) -> None:
    """The newest batch decides: once it did not pay, the next goes without."""
    with_luck(place, 1.0)
    with place.load(made_rows(80), instructions=LONG) as job_file:
        way = one_at_a_time(place, job_file)
        run = Run(place.bench, job_file, way, Control())
        run.begin()
        while not run.step():
            ended = sum(batch.state is BatchState.FINISHED for batch in place.batches)
            if ended:
                with_luck(place, 0.0)
            run.rest()
        way.close()
    assert marks(place) == [True, True, False, False]


def test_nobody_waits_for_the_probe(scene: Scene) -> None:
    """Batches that leave before its figures are there go without; the job is no slower."""
    make_slow(scene, 600)
    place = scene.place
    with_luck(place, 1.0)
    with place.load(made_rows(60), instructions=LONG) as job_file:
        run, way = scene.begun(job_file, 20)
        for _ in range(3):
            run.step()
        assert {batch.state for batch in place.batches} <= OPEN
        assert marks(place) == [True, False, False]
        while not run.step():
            run.rest()
        way.close()
    scene.check_finished()


def test_a_job_of_one_batch_goes_without(place: Workplace, bodies: dict[int, list[bytes]]) -> None:
    """Nothing was measured, and there would be nothing left to use it for."""
    with place.load(made_rows(20), instructions=LONG) as job_file:
        place.work(job_file, batch_rows=20)
    assert marks(place) == [False]
    assert b"cache_control" not in bodies[1][0]


@pytest.mark.parametrize(
    "settings",
    [
        {"remember": False},
        {"instructions": INSTRUCTIONS},
        {"instructions": "Text {{text}}, mark <{{mark}}>. " + SHARED},
        {"instructions": "x" * 513 + INSTRUCTIONS},
    ],
    ids=["not wanted", "short", "a column first", "many bytes, few tokens"],
)
def test_what_is_never_marked_is_asked_byte_for_byte_as_always(
    place: Workplace, bodies: dict[int, list[bytes]], settings: dict[str, Any]
) -> None:
    """The switch, a beginning under the minimum, or none that is shared."""
    with_luck(place, 1.0)
    with place.load(made_rows(40), **{"instructions": LONG, **settings}) as job_file:
        place.work(job_file, batch_rows=20)
        assert not any(marks(place))
    sent = b"".join(b"".join(one) for one in bodies.values())
    assert b"cache_control" not in sent
    assert b'"content":"' in sent


def test_small_batches_are_no_probe(place: Workplace) -> None:
    """Under ten rows nothing could be told."""
    with place.load(made_rows(27), instructions=LONG) as job_file:
        place.work(job_file, batch_rows=9)
    assert marks(place) == [False, False, False]


def test_a_beginning_that_nobody_counts_is_not_marked(place: Workplace, script: Script) -> None:
    """A guess might be too good; and a service that does not count holds nothing up."""
    with place.load(made_rows(40), instructions=LONG) as job_file:
        way = place.connect()
        place.start(job_file, way, 20)
        script.always_at_start(Endpoint.COUNT, refusal(404, "not_found_error"))
        Run(place.bench, job_file, way, Control()).go()
        way.close()
    assert marks(place) == [False, False]
    assert place.job.state is JobState.FINISHED


# --- sent again -----------------------------------------------------------------------------------


def test_a_batch_that_is_sent_again_asks_the_same(
    scene: Scene, script: Script, bodies: dict[int, list[bytes]]
) -> None:
    """Its reply was lost and it never arrived: what was decided for it stands."""
    with_luck(scene.place, 1.0)
    script.at_start(Endpoint.CREATE, reset)
    with scene.place.load(made_rows(40), instructions=LONG) as job_file:
        scene.place.work(job_file, scene.hurrying(), batch_rows=20)
    assert marks(scene.place)[0] is True
    first, again = bodies[1]
    assert first == again
    scene.check_finished()


def test_a_kill_after_the_decision_changes_nothing(
    place: Workplace, bodies: dict[int, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written down but not sent: the next run sends the probe, though history says otherwise."""

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with place.load(made_rows(40), instructions=LONG) as job_file:
        with monkeypatch.context() as patch:
            patch.setattr("app.engine.sender.send", die)
            with pytest.raises(KeyboardInterrupt):
                place.work(job_file, batch_rows=20)
        assert marks(place) == [True, None]
    with place.open() as job_file:
        place.work(job_file)
    assert marks(place)[0] is True
    assert b"cache_control" in bodies[1][0]
    assert set(place.rows_bought().values()) == {1}


def refused_after_marking(place: Workplace, job_file: JobFile, script: Script) -> None:
    """Let the first batch be marked, and be refused by an account without credit."""
    script.at_start(Endpoint.CREATE, refusal(402, "billing_error"))
    with pytest.raises(SheafError):
        place.work(job_file, batch_rows=20)
    assert marks(place) == [True, None]


def test_a_refused_batch_heeds_what_was_switched_off(
    place: Workplace, script: Script, bodies: dict[int, list[bytes]]
) -> None:
    """It never left, so nothing of it is remembered once nobody wants that any more."""
    with place.load(made_rows(40), instructions=LONG) as job_file:
        refused_after_marking(place, job_file, script)
        job_file.save_settings(replace(job_file.head().settings, remember=False))
        place.work(job_file)
    assert not any(marks(place))
    assert [b"cache_control" in body for body in bodies[1]] == [True, False]
    assert set(place.rows_bought().values()) == {1}


def test_a_refused_batch_heeds_a_lower_limit(place: Workplace, script: Script) -> None:
    """It goes whole without its mark, and is not made smaller to keep it."""
    with place.load(made_rows(40), instructions=LONG) as job_file:
        refused_after_marking(place, job_file, script)
        job, batch = job_file.head(), job_file.journal.batch(1)
        plain = worst(job, replace(batch, changes=replace(batch.changes, remembered=0)))
        assert plain is not None
        job_file.save_settings(replace(job.settings, max_cost_usd=format(plain, "f")))
        place.work(job_file)
    assert place.batches[0].rows == 20
    assert marks(place)[0] is False
    assert bill(place) <= plain


def test_a_batch_that_perhaps_left_keeps_its_mark(
    scene: Scene, script: Script, bodies: dict[int, list[bytes]]
) -> None:
    """A late twin of it may turn up, so that it asks the same whatever is wanted since."""
    script.at_start(Endpoint.CREATE, reset, refusal(402, "billing_error"))
    with scene.place.load(made_rows(40), instructions=LONG) as job_file:
        with pytest.raises(SheafError):
            scene.place.work(job_file, scene.hurrying(), batch_rows=20)
        job_file.save_settings(replace(job_file.head().settings, remember=False))
        scene.place.work(job_file, scene.hurrying())
    assert [b"cache_control" in body for body in bodies[1]] == [True, True, True]
    assert b"cache_control" not in bodies[2][0]
    scene.check_finished()


def test_of_a_batch_that_is_cut_in_two_each_part_has_its_own_choice(
    place: Workplace, script: Script, bodies: dict[int, list[bytes]]
) -> None:
    """The first half stays the probe; the second is decided when it leaves."""
    with_luck(place, 1.0)
    script.at_start(Endpoint.CREATE, too_large(bare=True))
    with place.load(made_rows(40), instructions=LONG) as job_file:
        place.work(job_file, batch_rows=40)
    first, second = place.batches
    assert (first.rows, second.rows) == (20, 20)
    assert marks(place)[0] is False, "it was the job's only batch when it was to leave"
    assert all(one is not None for one in marks(place))
    check_export(place.export(), place.rows)
    assert set(place.rows_bought().values()) == {1}


def test_a_probe_that_is_cut_in_two_stays_one_probe(place: Workplace, script: Script) -> None:
    """Too large: half of it is measured, the other half waits for its own choice."""
    with_luck(place, 0.0)
    script.at_start(Endpoint.CREATE, too_large(bare=True))
    with place.load(made_rows(80), instructions=LONG) as job_file:
        place.work(job_file, batch_rows=40)
    assert [batch.rows for batch in place.batches] == [20, 40, 20]
    assert marks(place)[0] is True
    assert marks(place).count(True) == 1
    assert set(place.rows_bought().values()) == {1}


def test_rows_that_are_asked_again_follow_what_was_measured(place: Workplace) -> None:
    """With the same model; with another one nothing is known yet."""
    with_luck(place, 1.0)
    work_one_by_one(place, 40)
    with place.open() as job_file:
        rows = tuple(range(1, 31))
        job_file.save_settings(replace(place.job.settings, max_cost_usd=None))
        retry(place.bench, job_file, Again(rows=rows))
        place.work(job_file)
        retry(place.bench, job_file, Again(rows=rows, changes=Changes(model="claude-opus-5-5")))
        place.work(job_file)
    again, other = place.batches[2:]
    assert again.changes.remembered
    assert (other.changes.model, other.changes.remembered) == ("claude-opus-5-5", 0)


# --- money ----------------------------------------------------------------------------------------

WORST = Voice(reply=lambda _ask: "endless " * 3_000, count=lambda text: len(text.encode()))


@pytest.mark.parametrize("luck", [0.0, 0.3, 0.6, 0.98, 1.0])
@pytest.mark.parametrize("limit", ["0.006", "0.012", "0.02"])
def test_the_books_never_pass_the_limit_whatever_is_remembered(
    place: Workplace, luck: float, limit: str
) -> None:
    """A token for every byte, answers cut off at their limit; batches in several sizes."""
    batches = place.service.service._batches
    batches._conduct = replace(batches._conduct, voice=WORST)
    with_luck(place, luck)
    with place.load(made_rows(150), instructions=LONG, max_cost_usd=limit) as job_file:
        with pytest.raises(SheafError, match="spend limit"):
            place.work(job_file, batch_rows=15)
        assert bill(place) <= Decimal(limit)
        assert bill(place) == job_line(place.path).cost_usd
        spent = bill(place)
        job_file.save_settings(replace(place.job.settings, max_cost_usd="5"))
        place.work(job_file)
    assert spent > Decimal(limit) / 3, "most of the limit was of use"
    assert place.counts == {RowState.CUT_OFF: 150}


def test_under_a_tight_limit_a_batch_goes_without(place: Workplace) -> None:
    """What fits without is not held up, nor made smaller, by what writing may add."""
    with place.load(made_rows(40), instructions=LONG) as job_file:
        way = place.connect()
        place.start(job_file, way, 20)
        job, batch = job_file.head(), job_file.journal.batch(1)
        plain = worst(job, batch)
        assert plain is not None
        limit = format(plain * Decimal("1.3"), "f")
        job_file.save_settings(replace(job.settings, max_cost_usd=limit))
        Run(place.bench, job_file, way, Control()).go()
        way.close()
    assert [batch.rows for batch in place.batches] == [20, 20]
    assert marks(place) == [False, False]


@pytest.mark.parametrize("luck", [0.0, 0.5, 1.0])
def test_the_bill_says_what_remembering_brought(place: Workplace, luck: float) -> None:
    """Also where it cost more than it saved; lines add up, and a promise is kept."""
    with_luck(place, luck)
    with place.load(made_rows(60), instructions=LONG) as job_file:
        with JobReader(place.path) as reader:
            said = forecast_for(Estimator(), reader, place.bench.catalog, Mode.REAL)
        assert said is not None
        job_file.forecasts.keep(said)
        place.work(job_file, batch_rows=20)
    with JobReader(place.path) as reader:
        found = bill_of(reader, place.bench.catalog)
    assert found.savings is not None
    assert found.savings.cache_usd == saved(place)
    assert (found.savings.cache_usd > 0) is (luck == 1.0) or luck == 0.5
    assert sum((line.cost_usd for line in found.lines), Decimal(0)) == found.cost_usd == bill(place)
    parts = found.savings
    off = parts.half_usd + parts.cache_usd + parts.twins_usd + parts.blank_usd
    assert parts.standard_usd - off == parts.paid_usd
    assert said.estimate.max_usd is not None
    assert found.cost_usd <= said.estimate.max_usd


def test_a_bill_under_its_range_says_that_memory_made_it_cheaper(place: Workplace) -> None:
    """By how much, against the price without: by the service's books."""
    with_luck(place, 1.0)
    with place.load(made_rows(80), instructions=LONG) as job_file:
        with JobReader(place.path) as reader:
            said = forecast_for(Estimator(), reader, place.bench.catalog, Mode.REAL)
        assert said is not None
        job_file.forecasts.keep(said)
        way = one_at_a_time(place, job_file)
        Run(place.bench, job_file, way, Control()).go()
        way.close()
    with JobReader(place.path) as reader:
        found = bill_of(reader, place.bench.catalog)
    share = saved(place) / (saved(place) + bill(place))
    assert found.verdict is Verdict.BELOW
    assert found.cause == f"Instructions that Claude remembered made it {share:.0%} cheaper."


# --- earlier jobs ---------------------------------------------------------------------------------


def buy(place: Workplace, rows: int, batch_rows: int, **settings: Any) -> list[bool | None]:
    """Buy a job with a forecast, keep the books, and return what was remembered."""
    with place.load(made_rows(rows), instructions=LONG, **settings) as job_file:
        with JobReader(place.path) as reader:
            said = forecast_for(Estimator(), reader, place.bench.catalog, Mode.REAL)
        assert said is not None
        job_file.forecasts.keep(said)
        place.work(job_file, batch_rows=batch_rows)
    keep_books(place.bench.places, place.path)
    return marks(place)


@pytest.mark.parametrize(("luck", "pays"), [(1.0, True), (0.0, False)])
def test_an_earlier_job_decides_from_the_first_batch_on(
    place: Workplace, luck: float, pays: bool
) -> None:
    """The same instructions and model: a job of one batch is marked, or several are not."""
    with_luck(place, luck)
    assert buy(place, 40, 20)[0] is True
    past = Bills(place.bench.places.jobs).past()[0]
    assert past.hits is not None
    assert past.hits.pays is pays
    assert past.hits.saved_usd == saved(place)
    with_luck(place, 1.0)
    assert buy(place, 15, 15) == [pays]
    assert set(buy(place, 60, 20, recipe="classify")) == {pays}


@pytest.mark.parametrize(("luck", "word"), [(1.0, "That pays: "), (0.0, "does not pay")])
def test_an_estimate_says_what_was_measured_and_promises_nothing(
    place: Workplace, luck: float, word: str
) -> None:
    """Beside the price without it: no sum changes, whatever an earlier job has saved."""
    with_luck(place, luck)

    def price(**settings: Any) -> EstimateReply:
        with (
            place.load(made_rows(50), instructions=LONG, **settings),
            JobReader(place.path) as read,
        ):
            own = place.job.settings
            estimator = Estimator(Bills(place.bench.places.jobs))
            return estimator.estimate(read, own, place.bench.catalog, Mode.REAL, every_row=True)

    before = price().estimate
    assert before.shared_tokens > 512
    assert (before.memory_share, before.memory_usd) == (None, None)
    buy(place, 40, 20)
    brought = saved(place) / sum(batch.rows for batch in place.batches if batch.changes.remembered)
    after = price()
    found = after.estimate
    assert found.memory_usd == brought * 50
    assert (found.memory_usd > 0) is (luck == 1.0)
    (note,) = (note.text for note in after.notes if note.code == "cache")
    assert word in note
    assert f"{found.memory_share:.0%} of the shared instructions" in note
    assert replace(found, memory_share=None, memory_usd=None).max_usd == before.max_usd
    off = price(remember=False)
    assert (off.estimate.shared_tokens, off.estimate.memory_usd) == (0, None)
    assert off.estimate.expected_usd == found.expected_usd
    assert off.estimate.max_usd is not None
    assert found.max_usd is not None
    assert off.estimate.max_usd < found.max_usd


def test_other_instructions_or_models_learn_for_themselves(place: Workplace) -> None:
    """What was measured of one beginning says nothing of another."""
    with_luck(place, 0.0)
    assert buy(place, 40, 20)[0] is True
    assert buy(place, 40, 20)[0] is False
    with place.load(made_rows(40), instructions="Well. " + LONG) as job_file:
        place.work(job_file, batch_rows=20)
    assert marks(place)[0] is True


def test_a_job_that_was_begun_before_goes_on_without(place: Workplace) -> None:
    """It was promised a price in which nothing is remembered; a draft may have it."""
    step = next(m for m in MIGRATIONS if m.__name__ == "_remembered")
    for is_begun in (False, True):
        with place.load(made_rows(40), instructions=LONG) as job_file:
            if is_begun:
                way = place.connect()
                place.start(job_file, way, 20)
                way.close()
        with closing(sqlite3.connect(place.path)) as database, database:
            database.execute("update job set settings = json_remove(settings, '$.remember')")
            step(database)
        assert place.job.settings.remember is not is_begun
