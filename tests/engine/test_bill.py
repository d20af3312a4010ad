"""Promises of the bill: what was sold, part by part, beside what was forecast before the start."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from app.core.bill import PaidFor, Verdict
from app.core.cost import Estimate, Usage, price_of
from app.core.history import Forecast
from app.core.job import Account, Changes, JobState, Mode, Outcome, RowState
from app.engine.begin import start
from app.engine.bench import Control, bundled_catalog
from app.engine.bill import bill_of
from app.engine.bill_errands import BillErrands, spending
from app.engine.bill_replies import BillReply, PastForecast, SpendingReply
from app.engine.bill_verbs import Bill, PastForecasts, SaveBill, Spending
from app.engine.books import keep_books
from app.engine.estimator import Estimator
from app.engine.key_case import KeyCase
from app.engine.load import never
from app.engine.money_errands import MoneyErrands
from app.engine.promise import forecast_for
from app.engine.protocol import REPLIES
from app.engine.replies import EstimateReply
from app.engine.run import Run
from app.engine.trial_rows import Wish
from app.engine.try_rows import try_rows
from app.engine.verbs import EstimateJob
from app.engine.view import job_line
from app.paths import Places
from app.practice.wire import Endpoint
from app.store.bills import FILE, Bills, Payment
from app.store.job_file import JobFile
from app.store.library import delete
from app.store.reader import JobReader
from tests.echo import made_rows
from tests.engine.conftest import Workplace
from tests.faulty_claude import Script, row_changed
from tests.ui.made_jobs import PRICES, MadeJob

CATALOG = bundled_catalog()
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ANSWER = price_of(Usage(184, 33), PRICES)
"""What a row of the made jobs costs."""
CUT = price_of(Usage(184, 160), PRICES)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[MadeJob]:
    """A job of 60 rows in six batches, all sent."""
    job = MadeJob(tmp_path / "reviews.sheaf").send(6)
    yield job
    job.close()


def bill(made: MadeJob) -> BillReply:
    """Return the bill of a made job."""
    with JobReader(made.path) as reader:
        return bill_of(reader, CATALOG)


def promise(made: MadeJob, expected: str, low: str, high: str, **named: object) -> None:
    """Let a made job have been forecast like this."""
    found = Estimate(
        rows=60, input_tokens=60 * 184, output_tokens=60 * 33, basis="Counted on 40 rows",
        expected_usd=Decimal(expected), low_usd=Decimal(low), high_usd=Decimal(high),
        max_usd=Decimal(9), per_thousand_usd=Decimal(expected) * 1000 / 60,
    )  # fmt: skip
    found = replace(found, **named)  # type: ignore[arg-type]
    made.file.forecasts.keep(Forecast(found, "custom quick", NOW, 60 * 184, 60 * 33))


def end(made: MadeJob, **ends: int) -> MadeJob:
    """End all six batches, the first one like this."""
    made.finish(1, **ends)
    for number in range(2, 7):
        made.finish(number)
    return made.set_state(JobState.FINISHED)


# --- what was paid for -------------------------------------------------------------------------


def test_lines_batches_and_states_add_up_to_the_bill(made: MadeJob) -> None:
    """Exactly, and to what the batches say of themselves."""
    end(made, cut_off=2, does_not_fit=1, expired=1, service_fault=1)
    found = bill(made)
    assert found.cost_usd == 56 * ANSWER + 2 * CUT
    assert found.cost_usd == job_line(made.path).cost_usd
    assert sum(line.cost_usd for line in found.lines) == found.cost_usd
    assert sum(batch.cost_usd or 0 for batch in found.batches) == found.cost_usd
    assert sum(state.cost_usd for state in found.states) == found.cost_usd
    assert {line.what: line.rows for line in found.lines} == {
        PaidFor.READING: 58,
        PaidFor.WRITING: 58,
    }


def test_what_failed_expired_or_was_cancelled_cost_nothing(made: MadeJob) -> None:
    """They are counted, at $0."""
    end(made, service_fault=2, expired=3, cancelled=4)
    by_state = {state.state: state for state in bill(made).states}
    for state, rows in ((RowState.FAILED, 2), (RowState.EXPIRED, 3), (RowState.CANCELLED, 4)):
        assert (by_state[state].attempts, by_state[state].billed) == (rows, 0)
        assert by_state[state].cost_usd == 0


def test_declined_rows_are_counted_as_billed(made: MadeJob) -> None:
    """The documentation says both: what may be free is told apart."""
    rows = made.file.journal.rows_of(1)
    usage = Usage(184, 4)
    declined = [Outcome(row, RowState.DECLINED, usage=usage) for row in rows]
    made.file.journal.take(1, declined)
    made.file.journal.finish(1, NOW, price_of(usage, PRICES) * len(rows))
    found = {state.state: state for state in bill(made).states}
    assert found[RowState.DECLINED].billed == len(rows)
    assert found[RowState.DECLINED].cost_usd == price_of(usage, PRICES) * len(rows)


def test_thinking_kept_instructions_and_long_rows_have_lines_of_their_own(
    tmp_path: Path,
) -> None:
    """Each kind of token at its own price, each tier apart."""
    haiku = CATALOG.need("claude-haiku-5-5")
    assert haiku.prices is not None
    job = MadeJob(tmp_path / "j.sheaf", rows=3, batch_rows=3, prices=haiku.prices).send(1)
    used = (
        Usage(200, 50, thinking=40),
        Usage(20, 10, cache_write_1h=900, cache_read=5_000),
        Usage(150_000, 10),
    )
    outcomes = [Outcome(n, RowState.ANSWERED, usage=usage) for n, usage in enumerate(used, 1)]
    job.file.journal.take(1, outcomes)
    cost = sum((price_of(usage, haiku.prices) for usage in used), Decimal(0))
    job.file.journal.finish(1, NOW, cost)
    job.close()
    found = bill(job)
    tokens = {(line.what, line.long): line.tokens for line in found.lines}
    assert tokens == {
        (PaidFor.READING, False): 220,
        (PaidFor.READING, True): 150_000,
        (PaidFor.WRITING, False): 20,
        (PaidFor.WRITING, True): 10,
        (PaidFor.THINKING, False): 40,
        (PaidFor.CACHE_WRITE_1H, False): 900,
        (PaidFor.CACHE_READ, False): 5_000,
    }
    assert sum(line.cost_usd for line in found.lines) == found.cost_usd == cost
    assert found.savings is not None
    assert found.savings.cache_usd > 0


def test_another_model_has_lines_of_its_own(made: MadeJob) -> None:
    """Rows that were asked again of another model are billed at its prices, and say so."""
    end(made, declined=3)
    opus = CATALOG.need("claude-opus-5-5").prices
    rows = made.file.journal.rows_of(1)[-3:]
    number = made.ask_again(rows, Changes("claude-opus-5-5", prices=opus))
    made.finish(number)
    found = bill(made)
    own = [line for line in found.lines if line.model == "claude-opus-5-5"]
    assert {line.what for line in own} == {PaidFor.READING, PaidFor.WRITING}
    assert [batch.is_retry for batch in found.batches] == [False] * 6 + [True]
    assert found.batches[-1].expected_usd is None


def test_an_unknown_price_is_said_and_never_zero(made: MadeJob) -> None:
    """Rows billed at a price that nobody knows are counted apart."""
    end(made)
    number = made.ask_again([1, 2], Changes("claude-nobody-knows"))
    made.finish(number)
    made.file.journal.reopen(number)
    made.file.journal.finish(number, NOW, None)
    found = bill(made)
    assert (found.unknown, found.savings) == (2, None)
    assert found.batches[-1].cost_usd is None
    assert found.verdict is Verdict.NOT_COMPARED


def unpriced(made: MadeJob) -> MadeJob:
    """End a job at whose prices nobody knows anything."""
    made.file.begin(Mode.REAL, Account(), None, (900, 0), NOW)
    end(made, cut_off=2, expired=1)
    for number in range(1, 7):
        made.file.journal.reopen(number)
        made.file.journal.finish(number, NOW, None)
    return made.set_state(JobState.FINISHED)


def test_a_bill_without_any_price_has_tokens_and_no_sum(made: MadeJob) -> None:
    """Nothing reads as $0: every line, batch, state and the whole are without a figure."""
    unpriced(made)
    found = bill(made)
    assert (found.cost_usd, found.known_usd, found.compared_usd) == (None, None, None)
    assert found.unknown == 59
    reading, writing = found.lines
    assert (reading.tokens, reading.rows, reading.cost_usd) == (59 * 184, 59, None)
    assert (writing.tokens, writing.per_million_usd) == (57 * 33 + 2 * 160, None)
    assert {batch.cost_usd for batch in found.batches} == {None}
    costs = {state.state: state.cost_usd for state in found.states}
    assert costs == {RowState.ANSWERED: None, RowState.CUT_OFF: None, RowState.EXPIRED: 0}


def test_where_no_price_is_known_tokens_are_compared(made: MadeJob) -> None:
    """The forecast was of tokens, and so is what came of it."""
    tokens = {"input_tokens": 60 * 184, "output_tokens": 60 * 66}
    nothing = dict.fromkeys(("expected_usd", "low_usd", "high_usd", "max_usd"))
    promise(made, "1", "1", "1", **tokens, **nothing, per_thousand_usd=None)
    unpriced(made)
    found = bill(made)
    used = 59 * 184 + 57 * 33 + 2 * 160
    assert (found.read_tokens + found.written_tokens, found.deviation) == (used, None)
    assert found.tokens_deviation == round((60 * 250 - used) / used * 100)


def test_what_is_known_of_a_bill_stands_beside_the_unknown(made: MadeJob) -> None:
    """A part without a price leaves no sum, but the known part is not lost."""
    end(made)
    number = made.ask_again([1, 2], Changes("claude-nobody-knows"))
    made.finish(number)
    made.file.journal.reopen(number)
    made.file.journal.finish(number, NOW, None)
    found = bill(made)
    assert (found.cost_usd, found.known_usd) == (None, 60 * ANSWER)
    of_nobody = [line for line in found.lines if line.model == "claude-nobody-knows"]
    assert [(line.tokens, line.cost_usd) for line in of_nobody] == [(368, None), (66, None)]


# --- beside the forecast -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [("0.01", "0.02", Verdict.WITHIN), ("0.02", "0.03", Verdict.BELOW),
     ("0.001", "0.002", Verdict.ABOVE)],
)  # fmt: skip
def test_the_bill_is_compared_with_the_range(
    made: MadeJob, low: str, high: str, verdict: Verdict
) -> None:
    """Within, below or above; each batch has what was expected of its rows."""
    promise(made, low, low, high)
    end(made)
    found = bill(made)
    assert found.verdict is verdict
    assert found.deviation is not None
    assert found.batches[0].expected_usd == pytest.approx(Decimal(low) / 6)


def test_a_job_that_was_cancelled_or_runs_is_not_compared(made: MadeJob) -> None:
    """Not all of what was forecast was bought."""
    promise(made, "0.01", "0.005", "0.02")
    made.finish(1)
    assert bill(made).verdict is Verdict.NOT_COMPARED
    made.set_state(JobState.CANCELLED)
    assert (bill(made).verdict, bill(made).deviation) == (Verdict.NOT_COMPARED, None)


@pytest.mark.parametrize(
    ("named", "bounds", "cause"),
    [
        ({"output_tokens": 60 * 22}, ("0.001", "0.002"), "Answers were 50% longer than expected."),
        ({"input_tokens": 60 * 92}, ("0.001", "0.002"), "Rows were 100% longer than expected."),
        ({"output_tokens": 60 * 66}, ("0.02", "0.03"), "Answers were 50% shorter than expected."),
        ({"rows": 120, "input_tokens": 120 * 184, "output_tokens": 120 * 33}, ("0.02", "0.03"),
         "60 rows were not answered, and cost nothing."),
        ({"output_tokens": 60}, ("0.001", "0.002"), "Answers were 33 times as long as expected."),
        ({}, ("0.02", "0.03"), ""),
    ],
)  # fmt: skip
def test_outside_the_range_the_measured_cause_is_said(
    made: MadeJob, named: dict[str, int], bounds: tuple[str, str], cause: str
) -> None:
    """What was otherwise than expected, by how much; nothing where nothing was."""
    promise(made, bounds[0], *bounds, **named)
    end(made)
    assert bill(made).cause == cause


def test_rows_asked_again_are_a_cause(made: MadeJob) -> None:
    """Retries were not forecast."""
    promise(made, "0.001", "0.001", "0.002")
    end(made, cut_off=1)
    made.finish(made.ask_again(list(range(1, 41)))).set_state(JobState.FINISHED)
    assert "asked again made" in bill(made).cause


# --- through the engine --------------------------------------------------------------------------


def buy(place: Workplace, job_file: JobFile, estimator: Estimator, rows: int = 5) -> None:
    """Forecast a job, start it and work until it ends."""
    with closing(place.connect()) as way:
        with JobReader(place.path) as reader:
            forecast = forecast_for(estimator, reader, CATALOG, Mode.REAL)
        start(place.bench, job_file, way, rows_per_batch=rows, forecast=forecast)
        Run(place.bench, job_file, way, Control()).go()


@pytest.fixture
def errands(place: Workplace) -> BillErrands:
    """Return the errands about bills of that workplace."""
    return BillErrands(place.bench.places, KeyCase(place.bench.places))


@pytest.fixture
def books(place: Workplace) -> Bills:
    """Return the books of that computer."""
    return Bills(place.bench.places.jobs)


def test_the_forecast_is_kept_as_it_was_said(place: Workplace, errands: BillErrands) -> None:
    """What the person saw before the start is what stands beside the bill."""
    estimator = Estimator()
    with place.load() as job_file:
        with JobReader(place.path) as reader:
            job = reader.head()
            said = estimator.estimate(
                reader, job.settings, CATALOG, Mode.REAL, every_row=True
            ).estimate
        buy(place, job_file, estimator)
    found: BillReply = errands.run(Bill(str(place.path)))
    assert found.forecast is not None
    shown = (found.forecast.expected_usd, found.forecast.low_usd, found.forecast.high_usd)
    assert shown == (said.expected_usd, said.low_usd, said.high_usd)
    assert found.forecast.max_usd == said.max_usd
    assert found.cost_usd <= (said.max_usd or 0)
    with JobReader(place.path) as reader:
        kept = reader.forecasts.read()
    assert kept is not None
    assert kept.estimate == said


def test_once_begun_the_kept_forecast_is_what_is_expected(place: Workplace) -> None:
    """A page opened later, with nothing counted any more, shows the sum that was agreed to."""
    with place.load() as job_file:
        settings = job_file.head().settings
        keys = KeyCase(place.bench.places)
        verb = EstimateJob(str(place.path), settings)
        said = Estimate(12, 900, 300, "Counted on 12 rows", *map(Decimal, ("0.23", "0.2", "0.3")))
        job_file.forecasts.keep(Forecast(said, "custom quick", NOW))
        draft: EstimateReply = MoneyErrands(place.bench.places, keys).run(verb)
        with closing(place.connect()) as way:
            start(place.bench, job_file, way)
    begun: EstimateReply = MoneyErrands(place.bench.places, keys).run(verb)
    assert draft.estimate.expected_usd != said.expected_usd
    assert begun.estimate == said


def test_the_next_job_of_the_kind_is_forecast_better(place: Workplace, books: Bills) -> None:
    """An echo writes far less than a short text is guessed to: after three jobs that is known."""
    off, bases = [], []
    for number in range(4):
        estimator = Estimator(books)
        with place.load([(str(n), f"m{number}", f"text {n}") for n in range(20)]) as job_file:
            buy(place, job_file, estimator, rows=20)
        past = books.past(1)[0]
        expected = past.forecast.estimate.expected_usd
        assert expected is not None
        off.append(abs(expected / past.cost_usd - 1))
        bases.append(past.forecast.estimate.basis)
    assert off[3] < off[2] < off[1] < off[0]
    assert bases[0].endswith("each row to send")
    assert bases[1].endswith("an earlier job like it")
    assert bases[3].endswith("3 earlier jobs like it")
    guesses = {past.forecast.guessed_written for past in books.past()}
    assert len(guesses) == 1, "what was guessed must not learn from itself"


def test_practice_neither_enters_the_books_nor_learns_from_them(
    place: Workplace, books: Bills
) -> None:
    """Made-up answers say nothing of real ones, nor real ones of them."""
    with place.load() as job_file:
        buy(place, job_file, Estimator(books))
    assert len(books.past()) == 1
    with place.load() as job_file, JobReader(place.path) as reader:
        settings = job_file.head().settings
        practised, real = (
            Estimator(books).estimate(reader, settings, CATALOG, mode).estimate
            for mode in (Mode.PRACTICE, Mode.REAL)
        )
    assert "earlier" not in practised.basis
    assert real.basis.endswith("an earlier job like it")


def test_the_books_outlive_the_job(place: Workplace, errands: BillErrands) -> None:
    """Deleting a job deletes neither its line in the history nor what was paid."""
    with place.load() as job_file:
        buy(place, job_file, Estimator())
    cost = job_line(place.path).cost_usd
    delete(place.path)
    past: tuple[PastForecast, ...] = errands.run(PastForecasts())
    assert [line.cost_usd for line in past] == [cost]
    spent: SpendingReply = errands.run(Spending())
    assert (spent.now.cost_usd, spent.now.jobs) == (cost, 1)


def test_every_ended_batch_is_in_the_books_before_the_job_ends(
    place: Workplace, books: Bills, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A month's total does not wait for a job's last batch."""
    noted: list[tuple[JobState, int]] = []

    def keep(places: Places, path: Path) -> None:
        keep_books(places, path)
        noted.append((job_line(path).state, len(books.payments())))

    monkeypatch.setattr("app.engine.run.keep_books", keep)
    with place.load() as job_file:
        buy(place, job_file, Estimator())
    state, payments = noted[0]
    assert state is JobState.RUNNING
    assert payments > 0
    assert noted[-1] == (JobState.FINISHED, 3)


def test_nothing_is_counted_twice(place: Workplace, books: Bills) -> None:
    """However often a job is looked at, its payments are those of its batches."""
    with place.load() as job_file:
        buy(place, job_file, Estimator())
        payments = books.payments()
        keep_books(place.bench.places, place.path)
        assert books.payments() == payments
    assert [payment.part for payment in payments] == ["batch 1", "batch 2", "batch 3"]
    assert sum(p.cost_usd or 0 for p in payments) == job_line(place.path).cost_usd


def test_what_a_kill_kept_out_of_the_books_is_noted_at_the_next_look(
    place: Workplace, errands: BillErrands, books: Bills
) -> None:
    """The sums are of the jobs themselves."""
    with place.load() as job_file:
        buy(place, job_file, Estimator())
    (place.bench.places.jobs / FILE).unlink()
    spent: SpendingReply = errands.run(Spending())
    assert spent.now.cost_usd == job_line(place.path).cost_usd
    assert len(books.past()) == 1


def test_a_job_of_another_computer_is_not_in_these_books(place: Workplace, books: Bills) -> None:
    """Somebody else paid for it."""
    with place.load() as job_file:
        buy(place, job_file, Estimator())
        (place.bench.places.jobs / FILE).unlink()
        job_file.set_home("another:/jobs/reviews.sheaf")
    keep_books(place.bench.places, place.path)
    assert (books.past(), books.payments()) == ([], [])


def test_books_that_cannot_be_kept_stop_no_job(place: Workplace, errands: BillErrands) -> None:
    """Answers are what was paid for: a damaged history is no reason to lose any."""
    (place.bench.places.jobs / FILE).write_bytes(b"nonsense" * 500)
    with place.load() as job_file:
        buy(place, job_file, Estimator(Bills(place.bench.places.jobs)))
    assert place.counts == {RowState.ANSWERED: 12}
    assert errands.run(Bill(str(place.path))).cost_usd == job_line(place.path).cost_usd


def test_a_retry_changes_the_bill_of_the_job_and_adds_none(
    place: Workplace, books: Bills, script: Script
) -> None:
    """One line per job, the newest bill."""
    script.always_at_end(Endpoint.RESULTS, row_changed(2, _overloaded))
    with place.load() as job_file:
        buy(place, job_file, Estimator())
        before = books.past()
        script.heal()
        place.work_again(job_file, RowState.FAILED)
    (after,) = books.past()
    assert len(before) == 1
    assert before[0].rows < after.rows == 12
    assert after.cost_usd == job_line(place.path).cost_usd


def _overloaded(line: dict[str, object]) -> bytes:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "later"}}
    line["result"] = {"type": "errored", "error": error}
    return msgspec.json.encode(line)


def test_every_attempt_is_written_with_its_cost(
    place: Workplace, errands: BillErrands, tmp_path: Path
) -> None:
    """The CSV adds up to the bill."""
    with place.load() as job_file:
        buy(place, job_file, Estimator())
    target = tmp_path / "bill.csv"
    written = errands.run(SaveBill(str(place.path), str(target)))
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert written.rows == len(rows) == 12
    assert sum(Decimal(row["cost_usd"]) for row in rows) == job_line(place.path).cost_usd
    assert {row["model"] for row in rows} == {"claude-haiku-5-5"}


def test_months_are_those_of_this_computer() -> None:
    """Each month has its sum and its jobs; a part without a price is counted, not guessed."""
    paid = [
        Payment("a", "batch 1", NOW - timedelta(days=40), Decimal("1.5")),
        Payment("a", "batch 2", NOW, Decimal("0.25")),
        Payment("b", "batch 1", NOW, None),
        Payment("b", "trial 1", NOW, Decimal("0.25")),
    ]
    found = spending(paid, NOW)
    assert (found.now.month, found.now.cost_usd) == ("2026-11", Decimal("0.50"))
    assert (found.now.jobs, found.now.unknown) == (2, 1)
    assert [month.month for month in found.months] == ["2026-11", "2026-10"]
    assert spending([], NOW).now.cost_usd == 0


def test_the_replies_travel_on_the_pipe(place: Workplace, errands: BillErrands) -> None:
    """Sums, verdicts and dates survive the way to the window."""
    with place.load() as job_file:
        buy(place, job_file, Estimator())
    for verb in (Bill(str(place.path)), PastForecasts(), Spending()):
        reply = errands.run(verb)
        encoded = msgspec.json.encode(reply)
        assert msgspec.json.decode(encoded, type=REPLIES[type(verb)]) == reply


# --- trials --------------------------------------------------------------------------------------


def try_some(place: Workplace, job_file: JobFile, estimator: Estimator, **wish: object) -> None:
    """Try rows of a draft at once, at the standard price."""
    with closing(place.connect()) as way:
        settings = job_file.head().settings
        found = Wish(**wish)  # type: ignore[arg-type]
        try_rows(place.bench, job_file, way, estimator, settings, found, never)


def test_a_trial_is_a_line_of_the_bill_and_no_part_of_the_comparison(
    place: Workplace, errands: BillErrands, books: Bills
) -> None:
    """Its rows at their standard price, both models; the sum is that of the job everywhere."""
    estimator = Estimator()
    with place.load(made_rows(40)) as job_file:
        models = ("claude-haiku-5-5", "claude-sonnet-5-5")
        try_some(place, job_file, estimator, models=models)
        buy(place, job_file, estimator, rows=20)
    found: BillReply = errands.run(Bill(str(place.path)))
    assert found.trial is not None
    assert (found.trial.rows, found.trial.models, found.trial.unsure) == (10, 2, 0)
    assert found.trial.cost_usd is not None
    assert found.compared_usd is not None
    assert found.cost_usd == found.compared_usd + found.trial.cost_usd
    assert found.cost_usd == job_line(place.path).cost_usd
    assert sum(batch.billed for batch in found.batches) == 35, "five rows have their answers"
    assert sum(line.cost_usd for line in found.lines) == found.compared_usd
    assert sum(p.cost_usd or 0 for p in books.payments()) == found.cost_usd
    assert books.past()[0].cost_usd == found.compared_usd
    assert books.past()[0].rows == 35


def test_a_trial_of_a_draft_is_in_the_month_and_in_no_history(
    place: Workplace, errands: BillErrands, books: Bills
) -> None:
    """What was tried was paid, whether or not the job is ever bought."""
    with place.load(made_rows(40)) as job_file:
        try_some(place, job_file, Estimator())
    spent: SpendingReply = errands.run(Spending())
    assert spent.now.cost_usd == job_line(place.path).cost_usd
    assert spent.now.cost_usd > 0
    assert books.past() == []
