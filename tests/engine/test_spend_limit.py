"""Promises of the spend limit in real runs: by the service's own books it is never passed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.core.cost import Usage, price_of
from app.core.errors import Halt, SheafError, Standing
from app.core.job import BatchState, JobSettings, JobState, Mode, RowState
from app.core.limit import Unit, worst
from app.core.plan import Parcel
from app.engine import verbs as ask
from app.engine.begin import Again, retry, start
from app.engine.dividing import keep_first
from app.engine.estimator import Estimator
from app.engine.load import Draft, Wanted, never, new_job
from app.engine.prepare import filled
from app.engine.promise import forecast_for
from app.engine.review import review
from app.engine.view import JobView, job_line
from app.practice.ledger import FILE_NAME
from app.practice.message import Voice
from app.practice.models import KNOWN_MODELS, PracticeModel
from app.store.job_file import JobFile
from app.store.migrations import MIGRATIONS
from app.store.reader import JobReader
from app.store.size_registry import SizeRegistry
from tests.echo import made_rows
from tests.engine.conftest import Clock, Workplace
from tests.engine.test_host import Window, home, window
from tests.engine.test_host import load as load_into
from tests.faulty_claude import Script
from tests.practice_service import PracticeService
from tests.requests_maker import asking, line_of, write_requests

__all__ = ["home", "window"]

WORST = Voice(reply=lambda _ask: "endless " * 3_000, count=lambda text: len(text.encode()))
"""A token for every byte, and every answer cut off where it may be no longer."""
BLIND = "claude-next-9"


@pytest.fixture
def service(tmp_path: Path, script: Script, clock: Clock) -> Iterator[PracticeService]:
    """Give a service that bills as much as it ever can, with a model of no known price."""
    with PracticeService(
        tmp_path / "service",
        voice=WORST,
        finish_seconds=0,
        faults=script,
        clock=clock.seconds,
        models=(*KNOWN_MODELS, PracticeModel(BLIND, "Claude Next 9")),
    ) as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, service: PracticeService, clock: Clock) -> Workplace:
    """Return a workplace that knows the model without a price."""
    made = Workplace(tmp_path, service, clock)
    haiku = made.bench.catalog.need("claude-haiku-5-5")
    unpriced = replace(haiku, id=BLIND, name="Claude Next 9", aliases=(), prices=None)
    models = (*made.bench.catalog.models, unpriced)
    made.bench = replace(made.bench, catalog=replace(made.bench.catalog, models=models))
    return made


def books(place: Workplace) -> list[Usage]:
    """Return what the service would bill, request by request."""
    sql = "select input_tokens, output_tokens from items where outcome = 'succeeded'"
    with closing(sqlite3.connect(place.service.home / FILE_NAME)) as database:
        return [Usage(read, written) for read, written in database.execute(sql)]


def bill(place: Workplace) -> Decimal:
    """Return what the service would bill in dollars."""
    prices = place.bench.catalog.need("claude-haiku-5-5").prices
    assert prices is not None
    return sum((price_of(usage, prices) for usage in books(place)), Decimal(0))


def run_out(place: Workplace, job_file: JobFile, batch_rows: int) -> SheafError:
    """Work until the limit lets nothing more go; return what is said."""
    with pytest.raises(SheafError) as error:
        place.work(job_file, batch_rows=batch_rows)
    assert (error.value.standing, error.value.halt) == (Standing.NEEDS_PERSON, Halt.SPEND_LIMIT)
    assert place.job.state is JobState.PAUSED
    return error.value


@pytest.mark.parametrize("batch_rows", [2, 5, 40])
@pytest.mark.parametrize("limit", ["0.0004", "0.00131", "0.002"])
def test_the_books_never_pass_the_limit_by_a_cent(
    place: Workplace, limit: str, batch_rows: int
) -> None:
    """Whatever fits is bought, in batches made smaller; then the sum is named that is needed."""
    with place.load(made_rows(40), max_cost_usd=limit) as job_file:
        error = run_out(place, job_file, batch_rows)
        spent = bill(place)
        line = job_line(place.path)
    assert spent <= Decimal(limit)
    assert spent == line.cost_usd
    assert line.limit is not None
    assert line.limit.is_one_row
    one_row = line.limit.next - spent
    assert spent + one_row > Decimal(limit), "another row would have fitted"
    assert Unit.DOLLARS.say(line.limit.next) in error.sentence
    assert line.counts[RowState.WAITING] + len(books(place)) == 40
    assert set(place.rows_bought().values()) == {1}


def test_a_limit_holds_where_the_service_adds_more_than_usual_to_each_request(
    tmp_path: Path, clock: Clock
) -> None:
    """What counting has shown is kept with the job, and reckoned with before each send."""
    hidden = replace(WORST, count=lambda text: 2_500 + len(text.encode()))
    limit = Decimal("0.01")
    with PracticeService(
        tmp_path / "service", voice=hidden, finish_seconds=0, clock=clock.seconds
    ) as service:
        place = Workplace(tmp_path, service, clock)
        catalog, counts = place.bench.catalog, Estimator()
        with (
            place.load(made_rows(40), max_cost_usd=str(limit)) as job_file,
            closing(place.connect()) as way,
        ):
            with JobReader(place.path) as reader:
                counts.count(reader, place.job.settings, catalog, way, never)
                forecast = forecast_for(counts, reader, catalog, Mode.REAL)
            start(place.bench, job_file, way, rows_per_batch=5, forecast=forecast)
            assert place.job.overhead > 2_000
            run_out(place, job_file, 5)
            assert 0 < bill(place) <= limit
            assert forecast is not None
            assert forecast.estimate.max_usd is not None
            assert forecast.estimate.max_usd * len(books(place)) / 40 >= bill(place)


def test_the_sum_that_is_named_lets_just_one_more_row_go(place: Workplace) -> None:
    """It is enough, and no more than that; in the end all rows are answered."""
    with place.load(made_rows(9), max_cost_usd="0.0004") as job_file:
        run_out(place, job_file, 9)
        before = len(books(place))
        named = job_line(place.path).limit
        assert named is not None
        job_file.save_settings(replace(place.job.settings, max_cost_usd=str(named.next)))
        run_out(place, job_file, 9)
        assert len(books(place)) == before + 1
        assert bill(place) <= named.next
        job_file.save_settings(replace(place.job.settings, max_cost_usd="5"))
        place.work(job_file)
    assert len(books(place)) == 9
    assert place.job.state is JobState.FINISHED


def test_a_row_that_is_too_dear_lets_smaller_ones_go_before_it(place: Workplace) -> None:
    """It waits, and what is named is what it needs."""
    rows = made_rows(5)
    rows[1] = (*rows[1][:2], "long " * 20_000)
    with place.load(rows, max_cost_usd="0.003") as job_file:
        run_out(place, job_file, 5)
        assert set(place.rows_bought()) == {1, 3, 4, 5}
        assert place.counts[RowState.WAITING] == 1


def test_limits_in_tokens_hold_where_no_price_is_known(place: Workplace) -> None:
    """Read and written together; by the books they are never passed."""
    limit = 4_000
    with place.load(made_rows(20), model=BLIND, max_tokens_total=limit) as job_file:
        error = run_out(place, job_file, 4)
        used = sum(usage.prompt + usage.output for usage in books(place))
        line = job_line(place.path)
    assert 0 < used <= limit
    assert sum(batch.tokens for batch in place.batches) == used
    assert line.limit is not None
    assert (line.limit.unit, line.limit.spent) == (Unit.TOKENS, Decimal(used))
    assert "spend limit of 4,000 tokens" in error.what
    assert f"{used:,} tokens were used" in error.why


def test_of_two_limits_both_hold(place: Workplace) -> None:
    """Dollars and tokens together: the tighter one is named."""
    with place.load(made_rows(20), max_cost_usd="5", max_tokens_total=4_000) as job_file:
        assert "tokens" in run_out(place, job_file, 4).what
        job_file.save_settings(
            replace(place.job.settings, max_cost_usd="0.0007", max_tokens_total=10**9)
        )
        assert "$0.0007" in run_out(place, job_file, 4).what
    assert bill(place) <= Decimal("0.0007")


def test_dollars_without_a_price_are_refused_before_anything_is_sent(place: Workplace) -> None:
    """The review says so, with the way out, and so does the submission."""
    with place.load(model=BLIND, max_cost_usd="5") as job_file:
        checks = review(place.path, place.bench.catalog, None).checks
        stops = [(check.text, check.action) for check in checks if check.tone == "stop"]
        assert stops == [("A limit in dollars cannot hold", "change_limit")]
        with pytest.raises(SheafError, match="a limit in dollars cannot hold"):
            place.work(job_file)
        assert place.job.started_at is None
        assert place.service.creates() == []
        job_file.save_settings(
            replace(place.job.settings, max_cost_usd=None, max_tokens_total=10**7)
        )
        checks = review(place.path, place.bench.catalog, None).checks
        assert {check.tone for check in checks} == {"ok", "warn"}
        place.work(job_file)
    assert place.job.state is JobState.FINISHED


def test_a_retry_with_a_model_of_no_known_price_is_refused(place: Workplace) -> None:
    """It could never go under a limit in dollars, so that it is not even planned."""
    with place.load(max_cost_usd="5") as job_file:
        place.work(job_file)
        changes = replace(place.batches[0].changes, model=BLIND)
        before = place.batches
        with pytest.raises(SheafError, match="a limit in dollars cannot hold"):
            retry(place.bench, job_file, Again(rows=(1,), changes=changes))
    assert place.batches == before


def test_ready_made_requests_go_one_by_one_under_a_limit(place: Workplace, tmp_path: Path) -> None:
    """Each brings its own longest answer: the batch is as dear as its rows, not as its dearest."""
    said = [line_of(f"a{n}", asking(f"say {n}", max_tokens=60)) for n in range(6)]
    said.insert(2, line_of("dear", asking("say much", max_tokens=60_000)))
    path = write_requests(tmp_path / "r.jsonl", said)
    settings = JobSettings(max_cost_usd="0.01")
    place.path = new_job(place.bench, Wanted(path), Draft(settings, Mode.REAL))
    with place.open() as job_file:
        run_out(place, job_file, 50)
    assert set(place.rows_bought()) == {1, 2, 4, 5, 6, 7}
    assert bill(place) <= Decimal("0.01")
    (waiting,) = (batch for batch in place.batches if batch.state is BatchState.PLANNED)
    assert (waiting.rows, waiting.changes.max_tokens) == (1, 60_000)


def test_a_batch_that_gives_up_a_row_for_its_size_still_counts_it_whole(place: Workplace) -> None:
    """The row that leaves may be the largest one: each part has the bytes of its own rows."""
    rows = made_rows(4)
    rows[3] = (*rows[3][:2], "long " * 20_000)
    with place.load(rows) as job_file, closing(place.connect()) as way:
        place.start(job_file, way, batch_rows=4)
        whole = place.batches[0].bytes
        ready = filled(place.job, place.bench.catalog, job_file.files)
        keep_first(job_file, ready, 1, 3)
        small, large = place.batches
        assert (small.rows, large.rows) == (3, 1)
        assert large.bytes > 100_000
        assert small.bytes < 10_000
        assert small.bytes + large.bytes == whole


def test_another_jobs_size_does_not_make_the_limit_leak(place: Workplace) -> None:
    """A batch whose size is taken sends a row less, and the limit holds all the same."""
    with place.load(made_rows(12), max_cost_usd="0.0009") as job_file:
        other = place.folder / "other.sheaf"
        other.touch()
        assert SizeRegistry(place.bench.places.jobs).claim(other, 1, 4)
        run_out(place, job_file, 4)
    assert bill(place) <= Decimal("0.0009")
    assert 4 not in {batch.rows for batch in place.batches if batch.remote_id}


@pytest.mark.parametrize("text", ["all of it", "", "-1", "0", "NaN", "1e999999999", "Infinity"])
def test_nonsense_is_no_limit(window: Window, tmp_path: Path, text: str) -> None:
    """The job keeps the limit that it had, and can still be read."""
    job = load_into(window, tmp_path, max_cost_usd="0.00001")
    for unit in Unit:
        with pytest.raises(SheafError, match=r"is not a (sum of dollars|number of tokens)"):
            window.ask(ask.RaiseLimit(job, text, unit))
    with closing(JobView(job)) as view:
        assert view.head().settings.max_cost_usd == "0.00001"


def test_raising_the_limit_goes_on(window: Window, tmp_path: Path) -> None:
    """From where it stood; another kind of limit stays as it was."""
    job = load_into(window, tmp_path, max_cost_usd="0.00001", max_tokens_total=10**8)
    window.ask(ask.Submit(job, Mode.REAL))
    paused = window.wait_for(job, JobState.PAUSED)
    assert paused.limit is not None
    window.ask(ask.RaiseLimit(job, "2"))
    window.wait_for(job, JobState.FINISHED)
    with closing(JobView(job)) as view:
        settings = view.head().settings
    assert (settings.max_cost_usd, settings.max_tokens_total) == ("2", 10**8)


@pytest.mark.parametrize("changes", [{"max_cost_usd": "lots"}, {"max_tokens_total": -5}])
def test_settings_with_a_limit_that_is_none_are_not_saved(
    window: Window, tmp_path: Path, changes: dict[str, Any]
) -> None:
    """A job file that nobody could open again is never written."""
    job = load_into(window, tmp_path)
    with closing(JobView(job)) as view:
        settings = view.head().settings
    with pytest.raises(SheafError, match="is not a"):
        window.ask(ask.Save(job, replace(settings, **changes)))
    with closing(JobView(job)) as view:
        assert view.head().settings == settings


def test_older_jobs_are_told_what_their_batches_used(place: Workplace) -> None:
    """The sums that a limit in tokens needs are made when a file is brought up to date."""
    with place.load() as job_file:
        place.work(job_file)
    used = [batch.tokens for batch in place.batches]
    with closing(sqlite3.connect(place.path)) as database:
        database.execute("alter table batch drop column tokens")
        step = next(m for m in MIGRATIONS if m.__name__ == "_tokens_of_batches")
        step(database)
        found = database.execute("select tokens from batch order by number").fetchall()
    assert [tokens for (tokens,) in found] == used
    assert all(used)


def test_worst_in_tokens_counts_reading_writing_and_what_is_added(place: Workplace) -> None:
    """By hand: the bytes, 600 hidden tokens a row, and the longest answer of each."""
    with place.load() as job_file:
        job_file.journal.plan([Parcel((1, 2), 1_000)])
        batch = job_file.journal.batch(1)
        assert worst(place.job, batch, Unit.TOKENS) == 1_000 + 2 * 600 + 2 * 300
