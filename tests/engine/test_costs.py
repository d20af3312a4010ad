"""Promises of the price: never more than is never passed, and what is not known is never $0."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.answers import parse_definition, schema
from app.core.cost import Estimate, Usage, price_of
from app.core.errors import SheafError
from app.core.instructions import filler, parse
from app.core.job import BatchState, Changes, Job, JobSettings, JobState, Mode, Rows, RowState
from app.core.table import Kind, Row
from app.core.volume import AVERAGE, COUNTED, MEASURED, chosen_rows, judge
from app.engine.begin import Again, retry
from app.engine.bench import bundled_catalog
from app.engine.errands import Errands
from app.engine.estimate import NEAR_ROWS, estimate
from app.engine.key_case import KeyCase
from app.engine.measuring import Meter, measure
from app.engine.prepare import Pages, filled, longest_request
from app.engine.review import review
from app.engine.spend_limit import check_limit
from app.engine.verbs import EstimateJob
from app.engine.view import JobView
from tests.engine.conftest import Workplace

CATALOG = bundled_catalog()
NAMES = ("one", "two", "three")
TOPIC = parse_definition('topic: category = Delivery | Quality? | "Other" -- What it is about')
PRICED = tuple(model.id for model in CATALOG.offered() if model.prices is not None)
MOST_ADDED = 600
"""Tokens that the service of these tests may add to a request by itself."""


def _job(table: Sequence[Row], settings: JobSettings) -> Job:
    """Return the head of a job with this table, measured as when a file is read."""
    meters = [Meter() for _ in NAMES]
    measure(meters, list(table))
    columns = tuple(meter.facts(name) for meter, name in zip(meters, NAMES, strict=True))
    moment = datetime.now(UTC)
    return Job(
        "tag", "job", JobState.DRAFT, Mode.REAL, len(table), moment, settings, columns=columns
    )


def _pages(table: Sequence[Row]) -> Pages:
    numbered = list(enumerate(table, 1))
    return lambda after: numbered[after : after + 2000]


def _sent(table: Sequence[Row], settings: JobSettings) -> list[str]:
    """Fill in the rows that are to be sent, by the words of the promise and not by the engine."""
    named = [NAMES.index(name) for name in parse(settings.instructions).columns]
    kinds = [facts.kind for facts in _job(table, settings).columns]
    read = [place for place in named if kinds[place] is Kind.LONG_TEXT] or named
    fill = filler(parse(settings.instructions), NAMES)
    rows = [(number, cells) for number, cells in enumerate(table, 1)]
    if settings.rows.first is not None:
        rows = rows[: settings.rows.first]
    if settings.rows.picked:
        rows = [pair for pair in rows if pair[0] in settings.rows.picked]
    sent = [
        cells
        for _, cells in rows
        if fill(cells).strip()
        and not (settings.skip_blank and read and not any(cells[place].strip() for place in read))
    ]
    asked = {tuple(cells[place] for place in named): cells for cells in sent}
    return [fill(cells) for cells in (asked.values() if settings.twins else sent)]


def _bill(texts: Sequence[str], settings: JobSettings, tokens_of: float, added: int) -> Decimal:
    """Price each row by itself: so many tokens for each byte, every answer as long as allowed."""
    prices = CATALOG.need(settings.model).prices
    assert prices is not None
    repeated = settings.background + (
        json.dumps(schema(settings.answers)) if settings.answers else ""
    )
    cost = Decimal(0)
    for text in texts:
        said = len((text + repeated).encode())
        usage = Usage(int(said * tokens_of) + added, settings.max_tokens, us_only=True)
        cost += price_of(usage, prices)
    return cost


def _estimates(table: Sequence[Row], settings: JobSettings) -> tuple[Estimate, Estimate]:
    """Return the estimate with the rows at hand, and the one from the columns alone."""
    job = _job(table, settings)
    return (
        estimate(job, settings, CATALOG, _pages(table)).estimate,
        estimate(job, settings, CATALOG).estimate,
    )


CELLS = st.one_of(
    st.sampled_from(("", " ", "\t\n")),
    st.sampled_from(("fine", 'She said "no"\\', "\x01\x02", "雨が降る", "ε" * 40)),
    st.text(max_size=30),
    st.builds(
        lambda text, times: text * times, st.text(min_size=1, max_size=3), st.integers(1, 400)
    ),
)
SHORT = st.sampled_from(("", " ", "7", "Wool throw", "2026-03-01"))
TABLES = st.one_of(
    *(
        st.lists(st.tuples(*columns), min_size=1, max_size=25)
        for columns in ((CELLS, CELLS, CELLS), (SHORT, CELLS, SHORT), (CELLS, SHORT, CELLS))
    )
)
CHOICES = st.one_of(
    st.just(Rows()),
    st.builds(Rows, first=st.integers(1, 30)),
    st.builds(Rows, picked=st.lists(st.integers(1, 30), min_size=1, max_size=9).map(tuple)),
    st.builds(Rows, st.integers(1, 30), st.lists(st.integers(1, 30), min_size=1).map(tuple)),
)
INSTRUCTIONS = st.sampled_from(
    (
        "{{one}}",
        "Read: {{one}} and {{two}}",
        "{{one}}{{one}} {{three}}",
        "Say hello.",
        "\n{{two}} {{one}}",
    )
)
SETTINGS = st.builds(
    JobSettings,
    instructions=INSTRUCTIONS,
    background=st.text(max_size=60),
    answers=st.sampled_from(((), (TOPIC,))),
    model=st.sampled_from(PRICED),
    max_tokens=st.integers(1, 5_000),
    rows=CHOICES,
    skip_blank=st.booleans(),
    twins=st.booleans(),
)


@given(TABLES, SETTINGS, st.floats(0.05, 1), st.integers(0, MOST_ADDED))
def test_no_bill_passes_never_more_than(
    table: list[Row], settings: JobSettings, tokens_of: float, added: int
) -> None:
    """Whatever rows are chosen, whatever the tokenizer: row by row the bill stays within it."""
    texts = _sent(table, settings)
    bill = _bill(texts, settings, tokens_of, added)
    for found in _estimates(table, settings):
        assert found.max_usd is not None
        assert bill <= found.max_usd
        assert found.low_usd <= found.expected_usd <= found.high_usd <= found.max_usd
        assert found.rows <= chosen_rows(settings.rows, len(table))
    counted = _estimates(table, settings)[0]
    assert (counted.rows, counted.basis) == (len(texts), COUNTED)


@given(TABLES, SETTINGS)
def test_the_rows_to_send_are_within_their_bounds(table: list[Row], settings: JobSettings) -> None:
    """Judged from the columns alone: never fewer rows, never more, and never more bytes.

    Which rows are twins of others is in no column's facts.
    """
    settings = replace(settings, twins=False)
    texts = _sent(table, settings)
    judged = judge(settings, _job(table, settings).columns, len(table))
    assert judged.least_rows <= len(texts) <= judged.most_rows
    assert judged.least_rows <= judged.rows <= judged.most_rows
    assert sum(len(text.encode()) for text in texts) <= judged.most_bytes
    assert max((len(text.encode()) for text in texts), default=0) <= judged.longest_bytes


@given(st.integers(60_000, 140_000), st.integers(0, 3), st.integers(1, 9))
def test_the_long_prompts_price_is_in_the_bound(length: int, long: int, short: int) -> None:
    """A few rows above 100,000 tokens among short ones: their dearer tier is allowed for."""
    table = [("x" * length, "", "")] * long + [("short", "", "")] * short
    settings = JobSettings("{{one}}", model="claude-haiku-5-5", max_tokens=4_000, twins=False)
    bill = _bill(_sent(table, settings), settings, 1, MOST_ADDED)
    assert all(bill <= (found.max_usd or 0) for found in _estimates(table, settings))


@pytest.mark.parametrize("choice", [Rows(first=2), Rows(picked=(7, 1)), Rows(first=1)])
@pytest.mark.parametrize("letter", ["x", " ", '"', "\x01", "雨"])
def test_chosen_rows_may_be_the_longest_ones(choice: Rows, letter: str) -> None:
    """The first rows are thousands of times the average one: their bill stays within the bound."""
    table = [(letter * 30_000, letter * 9_000, "end")] + [("a", "b", "c")] * 59
    settings = JobSettings(
        "{{one}} {{two}} {{three}}", model="claude-sonnet-5-5", max_tokens=20, rows=choice
    )
    bill = _bill(_sent(table, settings), settings, 1, MOST_ADDED)
    assert all(bill <= (found.max_usd or 0) for found in _estimates(table, settings))


def test_blank_rows_among_those_not_chosen_leave_no_chosen_one_out() -> None:
    """Half of a column is blank: of the first half of the rows all may be sent, or none."""
    table = [("", "", "")] * 20 + [("hello", "", "")] * 20
    for choice, sent in ((Rows(first=20), 0), (Rows(picked=tuple(range(21, 41))), 20)):
        settings = JobSettings(
            "{{one}}", model="claude-haiku-5-5", max_tokens=20, rows=choice, twins=False
        )
        counted, judged = _estimates(table, settings)
        assert counted.rows == sent
        assert (judged.rows, judged.basis) == (10, AVERAGE)
        assert judged.low_usd <= (counted.expected_usd or 0)
        assert judged.high_usd >= (counted.expected_usd or 0)


ENGLISH = "The parcel came two days late and the box was open, but the throw itself is lovely. "


@pytest.mark.parametrize(
    ("choice", "texts"), [(Rows(), 60), (Rows(first=5), 5), (Rows(picked=(1, 59, 60)), 3)]
)
def test_the_expected_price_of_plain_english_is_near(choice: Rows, texts: int) -> None:
    """Four characters a token and answers of their usual length: within a third of the bill."""
    # Rows that shrink: the first ones are far longer than the average one.
    table = [(ENGLISH * (120 // number + 1), "", "") for number in range(1, 61)]
    settings = JobSettings(
        "Classify: {{one}}",
        answers=(TOPIC,),
        model="claude-haiku-5-5",
        max_tokens=300,
        rows=choice,
        twins=False,
    )
    sent = _sent(table, settings)
    assert len(sent) == texts
    prices = CATALOG.need(settings.model).prices
    assert prices is not None
    bill = sum((price_of(Usage(len(text) // 4 + 120, 14), prices) for text in sent), Decimal(0))
    found = _estimates(table, settings)[0]
    assert found.expected_usd is not None
    assert bill * Decimal("0.75") < found.expected_usd < bill * Decimal("1.34")


def test_rows_far_down_a_long_table_are_judged_not_read() -> None:
    """Each change of the settings is answered at once: only near rows are read for it."""
    settings = JobSettings("{{one}} {{two}}", model="claude-haiku-5-5", max_tokens=300, twins=False)
    table = [("hello", "", ""), ("", "there", "")] * (NEAR_ROWS // 2 + 1)
    asked: list[int] = []

    def pages(after: int) -> list[tuple[int, Row]]:
        asked.append(after)
        return _pages(table)(after)

    job = _job(table, settings)
    far = estimate(job, settings, CATALOG, pages).estimate
    assert (far.basis, asked) == (AVERAGE, [])
    near = estimate(job, replace(settings, rows=Rows(first=5)), CATALOG, pages).estimate
    assert (near.rows, near.basis, asked) == (5, COUNTED, [0])
    long = [("x" * 1_000_000, "", "")] * 20
    for choice, basis in ((Rows(first=2), COUNTED), (Rows(first=20), MEASURED)):
        chosen = replace(settings, instructions="{{one}}", rows=choice)
        assert _estimates(long, chosen)[0].basis == basis
    every = estimate(job, settings, CATALOG, pages, every_row=True).estimate
    assert (every.rows, every.basis) == (len(table), COUNTED)
    assert every.max_usd <= far.max_usd


def test_instructions_that_cannot_be_filled_in_are_judged_all_the_same() -> None:
    """While a person types there is a price, whatever stands between the braces."""
    table = [("hello", "", "")]
    for words in ("", "Read {{nothing}}"):
        settings = JobSettings(words, model="claude-haiku-5-5", max_tokens=300)
        assert _estimates(table, settings)[0].rows == 1


def test_a_limit_of_the_highest_price_never_stops_a_job(place: Workplace) -> None:
    """What the review calls the most is what the spend limit asks for, all batches together."""
    with place.load(batch_rows=4) as job_file, closing(place.connect()) as way:
        found = review(place.path, CATALOG, None).estimate
        assert found is not None
        assert found.max_usd is not None
        limit = str(found.max_usd)
        job_file.save_settings(replace(place.job.settings, max_cost_usd=limit))
        place.start(job_file, way)
        ready = filled(place.job, CATALOG, job_file.files)
        for batch in place.batches:
            assert check_limit(job_file, ready, batch) == ""
            job_file.journal.mark_sending(batch.number, datetime.now(UTC), batch.bytes)
        assert all(b.bytes / b.rows <= longest_request(ready) for b in place.batches)


def test_the_limit_reckons_a_retry_at_its_own_price(place: Workplace) -> None:
    """A dearer model and a longer answer count as such, also while another batch is next."""
    with place.load() as job_file:
        place.work(job_file)
        job_file.save_settings(replace(place.job.settings, max_cost_usd="0.02"))
        dear = Changes(model="claude-opus-5-5", max_tokens=4_000)
        assert retry(place.bench, job_file, Again(rows=(1, 2), changes=dear)) == 2
        assert retry(place.bench, job_file, Again(rows=(3,))) == 1
        dear_batch, cheap_batch = place.batches[-2:]
        ready = filled(place.job, CATALOG, job_file.files)
        with pytest.raises(SheafError, match="does not let one more row go"):
            check_limit(job_file, ready, dear_batch)
        assert check_limit(job_file, ready, cheap_batch) == ""
        job_file.journal.mark_sending(dear_batch.number, datetime.now(UTC), dear_batch.bytes)
        assert "Waiting so that your limit" in check_limit(job_file, ready, cheap_batch)


def test_the_window_is_told_the_price_of_the_rows_themselves(place: Workplace) -> None:
    """The engine's answer to EstimateJob has counted what is near."""
    with place.load():
        errands = Errands(place.bench, KeyCase(place.bench.places))
        reply = errands.run(EstimateJob(str(place.path), place.job.settings))
    assert reply.estimate.basis == COUNTED


def test_the_review_offers_to_leave_blank_rows_out(place: Workplace) -> None:
    """Blank rows that would be sent are named with a button; left out, they are fine."""
    rows = [("1", "a", "hello"), ("2", "", " "), ("3", "", "")]
    with place.load(rows, instructions="About {{text}}", skip_blank=False) as job_file:
        asked = {c.action: c for c in review(place.path, CATALOG, None).checks}
        assert asked["skip_blank"].tone == "warn"
        assert asked["skip_blank"].text == "2 rows are blank and would be sent anyway"
        job_file.save_settings(replace(place.job.settings, skip_blank=True))
        found = review(place.path, CATALOG, None)
    assert "skip_blank" not in {check.action for check in found.checks}
    assert ("ok", "2 blank rows are left out") in {(c.tone, c.text) for c in found.checks}
    assert found.estimate is not None
    assert found.estimate.rows == sum(found.batches) == 1


def test_a_price_that_is_not_known_is_never_zero(place: Workplace) -> None:
    """Job, batch and row say that they do not know, once something was billed."""
    models = tuple(replace(m, prices=None) if m.prices else m for m in CATALOG.models)
    with place.load() as job_file:
        place.bench = replace(place.bench, catalog=replace(place.bench.catalog, models=models))
        assert _line_cost(place) == 0
        place.work(job_file)
    assert {batch.cost_usd for batch in place.batches} == {None}
    assert _line_cost(place) is None
    view = JobView(place.path)
    try:
        assert view.story(1).cost_usd is None
    finally:
        view.close()


def test_a_batch_of_which_nothing_was_billed_cost_nothing(place: Workplace) -> None:
    """Zero is said where it is known: rows that never reached the service."""
    with place.load() as job_file, closing(place.connect()) as way:
        place.start(job_file, way)
        job_file.journal.drop_unsent(1, "Given up.")
    batch = place.batches[0]
    assert (batch.state, batch.cost_usd) == (BatchState.FINISHED, "0")
    assert place.counts[RowState.WAITING] == 7


def _line_cost(place: Workplace) -> Decimal | None:
    view = JobView(place.path)
    try:
        return view.line().cost_usd
    finally:
        view.close()


@pytest.mark.parametrize(("longest", "warned"), [(40, True), (4000, False)])
def test_the_review_repeats_that_answers_may_be_cut_off(
    place: Workplace, longest: int, warned: bool
) -> None:
    """Whoever sends all the same has read it once more, with the way back beside it."""
    with place.load(max_tokens=longest):
        checks = {check.action: check for check in review(place.path, CATALOG, None).checks}
    assert ("edit_longest" in checks) is warned
    if warned:
        assert checks["edit_longest"].tone == "warn"
        assert "Some answers may be cut off." in checks["edit_longest"].detail
