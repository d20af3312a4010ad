"""Ready-made requests are estimated, cut by model, sent as they stand, and answered row by row."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.core.catalog import Catalog, Model
from app.core.causes import Cause
from app.core.cost import Usage, price_of
from app.core.errors import SheafError
from app.core.job import Changes, Job, JobSettings, JobState, Mode, Rows, RowState
from app.core.limit import worst
from app.engine import ready_made, request_estimates
from app.engine import verbs as ask
from app.engine.as_written import AsWritten
from app.engine.begin import Again, retry
from app.engine.bench import Control
from app.engine.estimator import Estimator
from app.engine.events import Noticed
from app.engine.groups import groups
from app.engine.load import Draft, Wanted, load_again, new_job, wanted_again
from app.engine.replies import CauseGroup
from app.engine.request_review import estimate_requests
from app.engine.review import review
from app.engine.run import Run
from app.engine.view import JobView
from app.practice.batches import Batches
from app.practice.ledger import StoredBatch
from app.store.job_file import JobFile
from app.store.reader import JobReader
from tests.echo import read_table
from tests.engine.conftest import Workplace
from tests.engine.test_host import Window, home, settings, window
from tests.requests_maker import (
    HAIKU,
    OLD_HAIKU,
    SONNET,
    WEATHER,
    asking,
    line_of,
    write_requests,
)

__all__ = ["home", "window"]

Lines = Sequence[bytes]
Load = Callable[..., JobFile]
Begin = Callable[..., Workplace]
EPHEMERAL = {"type": "ephemeral", "ttl": "1h"}
PICTURE = {
    "type": "image",
    "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"},
}
LINKED = {"type": "document", "source": {"type": "url", "url": "https://example.com/a.pdf"}}


def marked(mark: str, **params: Any) -> dict[str, Any]:
    """Return params to which the echoing service replies with the mark."""
    return asking(f"Repeat <{mark}>", **params)


@pytest.fixture
def load(place: Workplace, tmp_path: Path) -> Load:
    """Return what makes a job of lines and opens it for work."""

    def make(lines: Lines, **settings: Any) -> JobFile:
        path = write_requests(tmp_path / "requests.jsonl", lines)
        draft = Draft(JobSettings(**settings), Mode.REAL)
        place.path = new_job(place.bench, Wanted(path), draft)
        return place.open()

    return make


@pytest.fixture
def begun(place: Workplace, load: Load) -> Begin:
    """Return what makes a job of lines and plans it, without sending anything."""

    def begin(lines: Lines, batch_rows: int = 100, **settings: Any) -> Workplace:
        way = place.connect()
        with load(lines, **settings) as job_file:
            place.start(job_file, way, batch_rows)
        way.close()
        return place

    return begin


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> dict[int, list[bytes]]:
    """Return, by row, the params that reach the service, as they stand in the body."""
    found: dict[int, list[bytes]] = {}
    create = Batches.create

    def keep(self: Batches, items: list[tuple[str, msgspec.Raw]], call: int) -> StoredBatch:
        for name, params in items:
            found.setdefault(int(name.rsplit("-r", 1)[1]), []).append(bytes(params))
        return create(self, items, call)

    monkeypatch.setattr(Batches, "create", keep)
    return found


def params_in(line: bytes) -> bytes:
    """Return the params as they stand in a line."""
    return line.split(b'"params": ', 1)[1].strip()[:-1]


MIXED = [
    line_of("first", marked("m1")),
    line_of("photo_0002.jpg", marked("m2", model=SONNET, max_tokens=5_000)),
    line_of("third", marked("m3", max_tokens=200, system="Be brief.")),
    line_of("third", marked("m4", model="claude-haiku-4-5-20251001", max_tokens=64)),
    line_of("fifth", marked("m5", model=SONNET, max_tokens=3_000)),
]


def test_mixed_requests_are_answered_each_by_its_own_model(place: Workplace, load: Load) -> None:
    """Every request has its answer beside its own id, whatever the id and the model."""
    with load(MIXED) as job_file:
        place.work(job_file)
    table = read_table(place.export())
    assert [(row["custom_id"], row["answer"]) for row in table] == [
        ("first", "m1"),
        ("photo_0002.jpg", "m2"),
        ("third", "m3"),
        ("third", "m4"),
        ("fifth", "m5"),
    ]
    assert list(table[0]) == [
        *("custom_id", "model", "max_tokens", "text", "answer", "sheaf_status", "sheaf_reason")
    ]
    assert place.job.state is JobState.FINISHED


def test_what_leaves_is_what_stands_in_the_file(
    place: Workplace, load: Load, sent: dict[int, list[bytes]]
) -> None:
    """The params of every request reach the service byte for byte, under Sheaf's own ids."""
    spaced = MIXED[0].replace(b'"params": {', b'"params":  { "metadata" : {"user_id":"\\u00e9"},')
    with load([spaced, *MIXED[1:]]) as job_file:
        place.work(job_file)
    for row, line in enumerate([spaced, *MIXED[1:]], 1):
        assert sent[row] == [params_in(line)]
    tag = place.job.tag
    assert set(place.service.bought()) == {
        f"{tag}-b{batch.number}-r{row}"
        for batch, rows in zip(place.batches, [(1, 3), (2, 5), (4,)], strict=True)
        for row in rows
    }


def test_each_batch_asks_one_model_with_its_most_tokens(begun: Begin) -> None:
    """So prices and the worst case of a batch are those of its one model."""
    place = begun(MIXED)
    found = [(b.changes.model, b.changes.max_tokens, b.rows) for b in place.batches]
    assert found == [(HAIKU, 400, 2), (SONNET, 5_000, 2), (OLD_HAIKU, 64, 1)]
    for batch in place.batches:
        model = place.bench.catalog.need(batch.changes.model or "")
        assert batch.changes.prices == model.prices
        assert batch.changes.replaced == ()


def test_batches_are_cut_by_rows_within_each_model(begun: Begin) -> None:
    """The rows of one model are cut as those of a table are, in their order."""
    lines = [line_of(f"a{n}", marked(f"m{n}", model=SONNET if n % 3 else HAIKU)) for n in range(12)]
    place = begun(lines, batch_rows=3)
    with place.open() as job_file:
        rows = [job_file.journal.rows_of(batch.number) for batch in place.batches]
    assert rows == [[1, 4, 7], [10], [2, 3, 5], [6, 8, 9], [11, 12]]


def test_requests_that_would_be_refused_stay_here(place: Workplace, load: Load) -> None:
    """They fail with the reason and cost nothing; all others are answered."""
    lines = [
        line_of("a", marked("m1")),
        line_of("b", marked("m2", temperature=0)),
        b"{broken",
        line_of("d", marked("m4", model="claude-opus-4-1")),
        line_of("e", marked("m5", max_tokens=None)),
        line_of("f", marked("m6")),
    ]
    with load(lines) as job_file:
        place.work(job_file)
    table = read_table(place.export())
    assert [row["answer"] for row in table] == ["m1", "", "", "", "", "m6"]
    assert [row["sheaf_status"] for row in table] == ["answered", *["failed"] * 4, "answered"]
    assert [row["sheaf_reason"] for row in table] == [
        "",
        "The service does not take temperature any more.",
        "This line is not JSON in UTF-8.",
        "Claude Opus 4.1 has been retired and answers nothing any more; use claude-opus-5-5.",
        "The request has no max_tokens as a whole number.",
        "",
    ]
    assert set(place.rows_bought()) == {1, 6}
    [group] = _groups(place).values()
    assert (group.cause, group.rows, group.cost_usd) == (Cause.NOT_SENT, 4, 0)


def test_refused_parameters_are_left_out_when_that_is_wanted(
    place: Workplace, load: Load, sent: dict[int, list[bytes]]
) -> None:
    """What stands around them stays byte for byte."""
    line = line_of("a", marked("m1", temperature=0.0, top_p=1, stream=True, store=False))
    with load([line, MIXED[0]], leave_out_refused=True) as job_file:
        place.work(job_file)
    assert place.counts == {RowState.ANSWERED: 2}
    assert json.loads(sent[1][0]) == marked("m1")
    assert sent[2] == [params_in(MIXED[0])]


def test_only_the_chosen_rows_are_sent(place: Workplace, load: Load) -> None:
    """The others are skipped, as in any table."""
    with load(MIXED, rows=Rows(first=4, picked=(1, 4, 5))) as job_file:
        place.work(job_file)
    assert set(place.rows_bought()) == {1, 4}
    assert place.counts == {RowState.ANSWERED: 2, RowState.SKIPPED: 3}


def test_nothing_is_begun_when_no_request_could_be_sent(place: Workplace, load: Load) -> None:
    """A file in which every request would be refused is said to be so."""
    with (
        load([line_of("a", marked("m1", temperature=0))]) as job_file,
        pytest.raises(SheafError, match=r"no request to send.*temperature"),
    ):
        place.work(job_file)
    assert (place.job.state, place.batches) == (JobState.DRAFT, ())
    assert place.service.bought() == {}


def test_what_only_the_service_finds_is_left_out_by_its_row(place: Workplace, load: Load) -> None:
    """The largest request to each model is counted for nothing; a refused one holds no other up."""
    odd = marked("m3", model=SONNET, max_tokens=9_000, thinking={"type": "disabled"})
    long = marked("m4", model=OLD_HAIKU, max_tokens=60_000, system="word " * 140_000)
    lines = [*MIXED[:2], line_of("c", odd | {"system": "x" * 500}), line_of("d", long)]
    with load(lines) as job_file:
        place.work(job_file)
    assert set(place.rows_bought()) == {1, 2}
    assert place.counts == {RowState.ANSWERED: 2, RowState.FAILED: 2}
    said = " ".join(place.reasons)
    assert "does not take this request" in said
    assert "too many for Claude Haiku 4.5" in said
    (notice,) = [event.text for event in place.events if isinstance(event, Noticed)]
    assert notice.startswith("2 rows are not sent; the others are.")


def test_requests_that_are_all_refused_alike_stop_the_job(place: Workplace, load: Load) -> None:
    """What the smallest request shares with the largest is no matter of one line."""
    odd = marked("m3", model=SONNET, max_tokens=9_000, thinking={"type": "disabled"})
    lines = [MIXED[0], line_of("c", odd), line_of("d", odd | {"system": "x" * 500})]
    with load(lines) as job_file, pytest.raises(SheafError, match="as in row 3"):
        place.work(job_file)
    assert place.service.bought() == {}


def test_a_reply_that_calls_a_tool_is_exported_as_json(place: Workplace, load: Load) -> None:
    """The call stands in the answer column, with its input."""
    lines = [
        line_of("a", asking("How is the weather in Hamburg?", tools=[WEATHER])),
        line_of("b", marked("m2")),
    ]
    with load(lines) as job_file:
        place.work(job_file)
    table = read_table(place.export())
    assert place.counts == {RowState.ANSWERED: 2}
    [call] = json.loads(table[0]["answer"])
    assert (call["type"], call["name"]) == ("tool_use", "get_weather")
    assert call["input"].keys() == {"place"}
    assert table[1]["answer"] == "m2"


def test_a_killed_job_goes_on_where_it_stood(
    place: Workplace, load: Load, sent: dict[int, list[bytes]]
) -> None:
    """Opened again, the rest is sent as it stands in the file, and nothing is bought twice."""
    with load(MIXED) as job_file:
        way = place.connect()
        place.start(job_file, way)
        run = Run(place.bench, job_file, way, Control())
        run.begin()
        run.step()
        way.close()
    assert len(sent) == 2
    with place.open() as job_file:
        place.work(job_file)
    assert place.rows_bought() == dict.fromkeys(range(1, 6), 1)
    assert sent == {row: [params_in(line)] for row, line in enumerate(MIXED, 1)}


# --- money -------------------------------------------------------------------------------------


def test_the_bill_is_that_of_each_request_s_own_model(place: Workplace, load: Load) -> None:
    """Rows of different models are billed at different prices, and add up."""
    with load(MIXED) as job_file:
        place.work(job_file)
    catalog = place.bench.catalog
    bill = Decimal(0)
    with closing(JobView(place.path)) as view:
        for result in view.results_page(0):
            prices = catalog.need(result.cells[1]).prices
            assert prices is not None
            assert result.outcome is not None
            assert result.outcome.usage is not None
            bill += price_of(result.outcome.usage, prices)
        assert view.line().cost_usd == bill > 0


@pytest.mark.parametrize(
    "heavy",
    [
        {"max_tokens": 60_000},
        {"system": [{"type": "text", "text": "x" * 9_000, "cache_control": EPHEMERAL}]},
        {"messages": [{"role": "user", "content": [PICTURE, PICTURE]}]},
        {"messages": [{"role": "user", "content": [LINKED]}]},
        {"model": OLD_HAIKU, "messages": [{"role": "user", "content": [LINKED]}]},
    ],
)
def test_the_bound_holds_for_every_request(begun: Begin, heavy: dict[str, Any]) -> None:
    """No reading or writing that a batch allows costs more than the worst case reckoned for it."""
    lines = [line_of("a", asking("a", max_tokens=10)), line_of("b", asking("b") | heavy)]
    place = begun(lines)
    job = place.job
    with closing(JobView(place.path)) as view:
        promised = estimate_requests(job, job.settings, place.bench.catalog, view.requests)
    worst_cases = [worst(job, batch) or Decimal(0) for batch in place.batches]
    assert promised.estimate.max_usd == sum(worst_cases)
    for line in lines:
        said = json.loads(params_in(line))
        model = place.bench.catalog.need(said["model"])
        assert model.prices is not None
        most = Usage(
            # Whatever is read may have been kept in the cache for an hour at twice the price.
            cache_write_1h=_most_read(line, said, model) if b"cache_control" in line else 0,
            input=0 if b"cache_control" in line else _most_read(line, said, model),
            output=said["max_tokens"],
            us_only=True,
        )
        assert price_of(most, model.prices) <= sum(worst_cases)


def _most_read(line: bytes, said: dict[str, Any], model: Model) -> int:
    """Return the tokens that a request may read at most."""
    if b'"document"' in line:
        return model.max_input_tokens
    return len(line) + 4_784 * line.count(b'"image"')


def test_a_limit_cannot_hold_where_the_service_runs_tools(place: Workplace, load: Load) -> None:
    """What a search brings back is billed and has no bound: a limit is not pretended to hold."""
    search = {"type": "web_search_20250305", "name": "web_search"}
    lines = [line_of("a", marked("m1", tools=[search]))]
    with load(lines, max_cost_usd="100") as job_file:
        found = review(place.path, place.bench.catalog, None)
        assert [c.text for c in found.checks if c.tone == "stop"] == [
            "Your spend limit cannot hold"
        ]
        with pytest.raises(SheafError, match="no limit can hold"):
            place.work(job_file)
    assert place.service.bought() == {}
    with load(lines) as job_file:
        place.work(job_file)
    assert place.counts == {RowState.ANSWERED: 1}


def test_a_limit_holds_back_what_could_pass_it(place: Workplace, load: Load) -> None:
    """Batches go while their worst case fits; the dear one waits for the person."""
    lines = [*(line_of(f"a{n}", marked(f"m{n}")) for n in range(3))]
    lines.append(line_of("dear", marked("m9", model=SONNET, max_tokens=100_000)))
    with (
        load(lines, max_cost_usd="0.30") as job_file,
        pytest.raises(SheafError, match=r"spend limit of \$0\.30"),
    ):
        place.work(job_file)
    assert set(place.rows_bought()) == {1, 2, 3}
    assert place.job.state is JobState.PAUSED


def test_requests_are_looked_at_once_for_their_price(
    place: Workplace, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit that is typed looks at none again; other rows, other models or another file do."""
    asked: list[JobSettings] = []

    def counted(job: Job, settings: JobSettings, *more: Any) -> Any:
        asked.append(settings)
        return estimate_requests(job, settings, *more)

    monkeypatch.setattr(request_estimates, "estimate_requests", counted)
    estimator = Estimator()
    catalog = place.bench.catalog

    def estimated(catalog: Catalog = catalog, **changes: Any) -> int:
        with JobReader(place.path) as reader:
            wanted = replace(reader.head().settings, **changes)
            return estimator.estimate(reader, wanted, catalog, Mode.REAL).estimate.rows

    lines = [line_of(f"a{n}", marked(f"m{n}")) for n in range(4)]
    load(lines).close()
    assert [estimated(max_cost_usd=limit) for limit in (None, "1", "10")] == [4, 4, 4]
    assert len(asked) == 1
    assert estimated(rows=Rows(first=2)) == 2
    dearer = replace(catalog, models=tuple(replace(m, prices=None) for m in catalog.models))
    assert estimated(dearer) == 4
    assert len(asked) == 3
    with place.open() as job_file:
        source = Path(job_file.head().source.path)
        write_requests(source, [*lines[:3], lines[3].replace(b"m3", b"m9")])
        load_again(place.bench, job_file, wanted_again(job_file.head()))
    assert estimated(dearer) == 4
    assert len(asked) == 4


def test_the_estimate_names_the_models_with_their_rows(begun: Begin) -> None:
    """Those with most rows come first; what they cost adds up to the whole."""
    place = begun(MIXED)
    job = place.job
    with closing(JobView(place.path)) as view:
        found = estimate_requests(job, job.settings, place.bench.catalog, view.requests)
    assert [(s.model, s.name, s.rows) for s in found.shares] == [
        (HAIKU, "Claude Haiku 5.5", 2),
        (SONNET, "Claude Sonnet 5.5", 2),
        (OLD_HAIKU, "Claude Haiku 4.5", 1),
    ]
    costs = [share.expected_usd or Decimal(0) for share in found.shares]
    assert sum(costs) == found.estimate.expected_usd
    low, high, most = (getattr(found.estimate, name) for name in ("low_usd", "high_usd", "max_usd"))
    assert 0 < low < sum(costs) < high <= most


def test_the_review_cuts_and_counts_as_the_submission_does(begun: Begin) -> None:
    """The rows of each batch, those left out, and what is refused stand there beforehand."""
    lines = [*MIXED, line_of("x", marked("m6", temperature=0)), b"broken"]
    place = begun(lines, batch_rows=1, rows=Rows(picked=(1, 2, 3, 5, 6, 7)))
    found = review(place.path, place.bench.catalog, 1)
    assert found.batches == tuple(batch.rows for batch in place.batches) == (1, 1, 1, 1)
    assert found.skipped == 1
    refused = next(check for check in found.checks if "not sent" in check.text)
    assert refused.text == "2 requests are not sent, and marked as failed"
    assert refused.detail == "Row 6: The service does not take temperature any more."
    assert refused.action == "leave_out"


# --- asking again --------------------------------------------------------------------------------


LONG = "m1234567890"
SHORT_LINES = [
    line_of("a", marked(LONG, max_tokens=2, thinking={"type": "disabled"})),
    line_of("b", marked("m2")),
    line_of("c", marked(LONG, model="claude-haiku-4-5-20251001", max_tokens=3)),
]


@pytest.fixture
def cut_off(place: Workplace, load: Load) -> Workplace:
    """Give a finished job of which two answers were cut off, one for each of two models."""
    with load(SHORT_LINES) as job_file:
        place.work(job_file)
    assert place.counts == {RowState.CUT_OFF: 2, RowState.ANSWERED: 1}
    return place


def _groups(place: Workplace) -> dict[Cause, CauseGroup]:
    with JobReader(place.path) as reader:
        return {group.cause: group for group in groups(reader, place.bench.catalog)}


def _ask_again(place: Workplace, again: Again) -> None:
    with place.open() as job_file:
        retry(place.bench, job_file, again)
        place.work(job_file)


def test_answers_that_were_cut_off_are_asked_for_longer_ones(
    cut_off: Workplace, sent: dict[int, list[bytes]]
) -> None:
    """Only max_tokens is another, and the fix names it and its price."""
    group = _groups(cut_off)[Cause.CUT_OFF]
    assert (group.rows, group.longer_answer) == (2, 6)
    assert group.retry_usd is not None
    assert group.retry_usd > 0
    sent.clear()
    changes = Changes(max_tokens=2 * group.longer_answer)
    _ask_again(cut_off, Again(causes=frozenset({Cause.CUT_OFF}), changes=changes))
    assert cut_off.counts == {RowState.ANSWERED: 3}
    assert sent.keys() == {1, 3}
    for row, [params] in sent.items():
        before = json.loads(params_in(SHORT_LINES[row - 1]))
        assert json.loads(params) == before | {"max_tokens": 12}
    last = cut_off.batches[-2:]
    assert [(b.changes.model, b.changes.max_tokens) for b in last] == [(HAIKU, 12), (OLD_HAIKU, 12)]


def test_rows_asked_again_as_they_are_leave_as_they_stand(
    cut_off: Workplace, sent: dict[int, list[bytes]]
) -> None:
    """A plain retry changes nothing of the request."""
    sent.clear()
    _ask_again(cut_off, Again(rows=(3,)))
    assert sent == {3: [params_in(SHORT_LINES[2])]}
    assert cut_off.rows_bought() == {1: 1, 2: 1, 3: 2}


def test_another_model_keeps_each_request_s_own_longest_answer(
    cut_off: Workplace, sent: dict[int, list[bytes]]
) -> None:
    """Only the model is another; the bill is at its price."""
    sent.clear()
    _ask_again(cut_off, Again(rows=(2, 3), changes=Changes(model="claude-opus-4-8")))
    assert {row: json.loads(params)["max_tokens"] for row, [params] in sent.items()} == {
        2: 400,
        3: 3,
    }
    assert {json.loads(params)["model"] for [params] in sent.values()} == {"claude-opus-4-8"}
    [last] = cut_off.batches[-1:]
    assert last.changes.prices == cut_off.bench.catalog.need("claude-opus-4-8").prices


def test_a_request_that_would_be_refused_is_not_asked_again(place: Workplace, load: Load) -> None:
    """Who asks for that very row is told why nothing happens; all failed rows together may be."""
    with load([line_of("a", marked("m1", temperature=0)), MIXED[0]]) as job_file:
        place.work(job_file)
        with pytest.raises(SheafError, match="refuse this request again"):
            retry(place.bench, job_file, Again(rows=(1,)))
        assert retry(place.bench, job_file, Again()) == 0
    assert place.rows_bought() == {2: 1}


def test_a_retired_model_can_be_replaced(place: Workplace, load: Load) -> None:
    """Requests to a model that is gone are answered by another one when that is wanted."""
    lines = [line_of("a", marked("m1", model="claude-opus-4-1")), MIXED[0]]
    with load(lines) as job_file:
        place.work(job_file)
    assert place.counts == {RowState.FAILED: 1, RowState.ANSWERED: 1}
    _ask_again(place, Again(rows=(1,), changes=Changes(model=OLD_HAIKU)))
    assert place.counts == {RowState.ANSWERED: 2}


# --- the job file --------------------------------------------------------------------------------


def test_large_requests_are_never_all_in_memory(place: Workplace, load: Load) -> None:
    """Forty requests of 3 MB are read, planned, written and sent with a few of them in memory."""
    picture = {"type": "base64", "media_type": "image/png", "data": "A" * 3_000_000}
    content = [{"type": "image", "source": picture}, {"type": "text", "text": "What is this?"}]
    big = asking(messages=[{"role": "user", "content": content}])
    lines = (line_of(f"a{n}", big) for n in range(40))
    job_file = load(lines)
    tracemalloc.start()
    try:
        selection = ready_made.select(job_file, place.bench.catalog)
        ready_made.make_batches(job_file, selection, 40)
        job = job_file.head()
        writer = AsWritten(job, place.bench.catalog, job_file.requests, Changes())
        size = sum(len(writer.line(1, row, ())) for row in range(1, 41))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        job_file.close()
    assert size > 120_000_000
    assert most < 40_000_000


def test_a_row_tells_what_was_sent(place: Workplace, load: Load) -> None:
    """Whoever opens a row sees its request."""
    with load(MIXED):
        pass
    with closing(JobView(place.path)) as view:
        assert view.story(2).sent.encode() == params_in(MIXED[1])


def test_a_copy_of_the_job_has_the_same_requests(window: Window, tmp_path: Path) -> None:
    """A duplicate sends what the job would have sent, lines that are no requests included."""
    path = write_requests(tmp_path / "requests.jsonl", [*MIXED, b"broken"])
    job = window.ask(ask.Load(str(path))).path
    copy = window.ask(ask.Duplicate(job)).path
    found = []
    for one in (job, copy):
        with JobReader(Path(one)) as reader:
            found.append([each for page in reader.requests.pages() for each in page])
    assert found[0] == found[1]
    assert [each.params for each in found[1]] == [*map(params_in, MIXED), b""]


def test_another_file_takes_the_place_of_the_first(window: Window, tmp_path: Path) -> None:
    """Of a file that was read before nothing is left, whichever kind the next one is."""
    first = write_requests(tmp_path / "first.jsonl", MIXED)
    other = write_requests(tmp_path / "other.jsonl", MIXED[:2])
    table = tmp_path / "table.csv"
    table.write_text("a,b,c\n1,2,3\n", encoding="utf-8")
    job = window.ask(ask.Load(str(first))).path
    for source, requests, columns in ((other, 2, 4), (table, 0, 3), (first, 5, 4)):
        window.ask(ask.Load(str(source), job=job))
        with JobReader(Path(job)) as reader:
            assert sum(len(page) for page in reader.requests.pages()) == requests
            assert len(reader.head().columns) == columns


def test_a_table_s_settings_do_not_linger(window: Window, tmp_path: Path) -> None:
    """Requests that replace a table take nothing of its instructions and answer columns."""
    table = tmp_path / "table.csv"
    table.write_text("a,b,c\n1,2,3\n", encoding="utf-8")
    job = window.ask(ask.Load(str(table), settings=settings(id_column="a"))).path
    path = write_requests(tmp_path / "requests.jsonl", MIXED)
    window.ask(ask.Load(str(path), job=job))
    with JobReader(Path(job)) as reader:
        assert reader.head().settings == JobSettings(id_column="custom_id", batch_rows=5)


def test_the_window_is_told_models_prices_and_checks(window: Window, tmp_path: Path) -> None:
    """Estimate and review of ready-made requests travel to the window."""
    path = write_requests(tmp_path / "requests.jsonl", MIXED)
    line = window.ask(ask.Load(str(path)))
    found = window.ask(ask.EstimateJob(line.path, JobSettings()))
    assert [share.rows for share in found.shares] == [2, 2, 1]
    checks = window.ask(ask.ReviewJob(line.path)).checks
    assert "The service takes every request" in [check.text for check in checks]
