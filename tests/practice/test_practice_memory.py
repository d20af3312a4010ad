"""Promises of the practice service about prompts that it remembers: as the service does it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import anthropic
import pytest

from app.practice import audit
from app.practice.ledger import FILE_NAME, Ledger
from tests.practice.asking import asked, client_for, items, lines_of
from tests.practice_service import PracticeService

SHARED = "Sort by what is complained of, and by nothing else. " * 80
HOUR = {"type": "ephemeral", "ttl": "1h"}


class _Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    """Return a clock that stands still."""
    return _Clock()


@pytest.fixture
def service(tmp_path: Path, clock: _Clock) -> Iterator[PracticeService]:
    """Give a service that finishes at once and finds what it remembers for 3 of 4 requests."""
    options: dict[str, Any] = {"clock": clock, "cache_luck": 0.75}
    with PracticeService(tmp_path / "practice", finish_seconds=0, **options) as running:
        yield running


@pytest.fixture
def client(service: PracticeService) -> Iterator[anthropic.Anthropic]:
    """Give the SDK's client for it."""
    with client_for(service) as made:
        yield made


def content(row: str, shared: str = SHARED, ttl: str = "1h") -> list[Any]:
    """Return what a message says: shared words that are to be remembered, and a row."""
    mark = {"type": "ephemeral", "ttl": ttl}
    return [
        {"type": "text", "text": shared, "cache_control": mark},
        {"type": "text", "text": row},
    ]


def params(row: str = "late", **said: Any) -> dict[str, Any]:
    """Return a request for a model that remembers from 1,024 tokens on."""
    return asked("x") | {"messages": [{"role": "user", "content": content(row, **said)}]}


def usage(client: anthropic.Anthropic, **said: Any) -> tuple[int, int, int, int]:
    """Ask at once; return plain, written for 5 minutes, written for an hour, read."""
    used = client.messages.create(**params(**said)).usage
    assert used.cache_creation is not None
    short, long = (
        used.cache_creation.ephemeral_5m_input_tokens,
        used.cache_creation.ephemeral_1h_input_tokens,
    )
    assert used.cache_creation_input_tokens == short + long
    return used.input_tokens, short, long, used.cache_read_input_tokens or 0


def test_what_was_written_is_read_for_its_time(client: anthropic.Anthropic, clock: _Clock) -> None:
    """An hour from the last use on; the rest of the prompt is plain, and nothing is lost."""
    plain, short, long, read = usage(client)
    assert (short, read) == (0, 0)
    assert long > 1_024
    clock.now += 3_500
    assert usage(client) == (plain, 0, 0, long)
    clock.now += 3_500
    assert usage(client) == (plain, 0, 0, long)
    clock.now += 3_700
    assert usage(client) == (plain, 0, long, 0)
    assert usage(client, ttl="5m", shared=SHARED + "!")[1] > 1_024


def test_other_words_or_another_model_are_not_found(client: anthropic.Anthropic) -> None:
    """What is remembered is the very beginning of the prompt, for one model."""
    usage(client)
    assert usage(client, shared="So: " + SHARED)[3] == 0
    other = client.messages.create(**params() | {"model": "claude-opus-5"})
    assert other.usage.cache_read_input_tokens == 0
    assert usage(client)[3] > 0


def test_a_beginning_under_the_minimum_is_silently_read_like_any_other(
    client: anthropic.Anthropic,
) -> None:
    """No error, no tokens of the cache's kinds, time and again."""
    for _ in range(2):
        assert usage(client, shared=SHARED[:2_000])[1:] == (0, 0, 0)


def test_counting_does_not_change(client: anthropic.Anthropic) -> None:
    """A marked request counts as many tokens as the same one without its mark."""
    marked = params()
    bare = params()
    del bare["messages"][0]["content"][0]["cache_control"]
    for one in (marked, bare):
        del one["max_tokens"]
    assert (
        client.messages.count_tokens(**marked).input_tokens
        == client.messages.count_tokens(**bare).input_tokens
        == sum(usage(client))
    )


def test_in_a_batch_it_is_found_by_luck_and_stands_in_the_books(
    client: anthropic.Anthropic, service: PracticeService
) -> None:
    """About three of four requests find it; every token is in the ledger under its own kind."""
    wanted = [one | {"params": params(row=one["custom_id"])} for one in items(200)]
    batch = client.messages.batches.create(requests=wanted)
    found = [line.result.message.usage for line in lines_of(client, batch.id).values()]  # type: ignore[union-attr]
    read = [used.cache_read_input_tokens or 0 for used in found]
    written = [used.cache_creation_input_tokens or 0 for used in found]
    hits = sum(map(bool, read))
    assert 120 < hits < 175
    assert sum(map(bool, written)) == 200 - hits
    assert {r + w for r, w in zip(read, written, strict=True)} == {max(read)}
    totals = audit.summary(service.home)["totals"]
    assert totals["cache_read"] == sum(read)
    assert totals["cache_write_1h"] == sum(written)
    assert totals["cache_write_5m"] == 0
    assert totals["input_tokens"] == sum(used.input_tokens for used in found)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ({"type": "forever"}, "ephemeral"),
        ({"type": "ephemeral", "ttl": "2h"}, "5m"),
        ({"type": "ephemeral", "ttl": "1h", "scope": "all"}, "ephemeral"),
    ],
)
def test_marks_that_the_service_refuses(client: anthropic.Anthropic, mark: Any, said: str) -> None:
    """A mark has a kind and a time, and no others."""
    wrong = params()
    wrong["messages"][0]["content"][0]["cache_control"] = mark
    with pytest.raises(anthropic.BadRequestError, match=said):
        client.messages.create(**wrong)


def test_five_marks_are_too_many_and_an_hour_comes_before_five_minutes(
    client: anthropic.Anthropic,
) -> None:
    """As the service says it: at most 4 blocks, the longer-lived first."""
    block: dict[str, Any] = {"type": "text", "text": "word", "cache_control": HOUR}
    short = block | {"cache_control": {"type": "ephemeral"}}
    for blocks, said in (([block] * 5, "maximum of 4"), ([short, block], "must not come after")):
        wrong = asked("x") | {"messages": [{"role": "user", "content": blocks}]}
        with pytest.raises(anthropic.BadRequestError, match=said):
            client.messages.create(**wrong)


def test_a_home_of_an_older_sheaf_is_brought_up_to_date(tmp_path: Path) -> None:
    """Its books go on; what it sold before was never remembered."""
    Ledger(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as database:
        for name in ("cache_write_5m", "cache_write_1h", "cache_read"):
            database.execute(f"alter table items drop column {name}")
        database.execute("insert into items (batch, custom_id) values (1, 'row-1')")
        database.commit()
    Ledger(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as database:
        sums = "select cache_write_5m, cache_write_1h, cache_read from items"
        assert database.execute(sums).fetchall() == [(0, 0, 0)]
