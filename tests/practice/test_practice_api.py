"""The practice service speaks the API: every call, through the real SDK."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import anthropic
import httpx2
import pytest

from tests.practice.asking import (
    MODEL,
    asked,
    client_for,
    item,
    items,
    lines_of,
    text_of,
    until_ended,
)
from tests.practice_service import PracticeService


def test_a_batch_goes_from_create_to_results(client: anthropic.Anthropic) -> None:
    """A batch is created, counted as processing, ends, and every request has one line."""
    batch = client.messages.batches.create(requests=items(30))

    assert re.fullmatch(r"msgbatch_\w+", batch.id)
    assert batch.processing_status == "in_progress"
    assert batch.request_counts.processing == 30
    assert batch.results_url is None
    assert batch.ended_at is None
    assert batch.expires_at - batch.created_at == timedelta(hours=24)
    ended = until_ended(client, batch.id)
    assert ended.request_counts.processing == 0
    assert ended.request_counts.succeeded == 30
    assert ended.ended_at is not None
    assert set(lines_of(client, batch.id)) == {f"row-{number}" for number in range(30)}


def test_counts_stay_zero_until_the_whole_batch_has_ended(tmp_path: Path) -> None:
    """Half-way through a batch everything still counts as processing."""
    now = [1_000.0]
    with (
        PracticeService(tmp_path, finish_seconds=100, clock=lambda: now[0]) as service,
        client_for(service) as client,
    ):
        batch_id = client.messages.batches.create(requests=items(10)).id
        now[0] += 60
        counts = client.messages.batches.retrieve(batch_id).request_counts
        assert (counts.processing, counts.succeeded) == (10, 0)
        now[0] += 60
        counts = client.messages.batches.retrieve(batch_id).request_counts
        assert (counts.processing, counts.succeeded) == (0, 10)


def test_results_are_shuffled_json_lines_on_its_own_host(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    """Lines come in another order than the requests, cut at plain newlines only."""
    text = "Line one\u2028line two\u0085and three, \U0001f4e6"
    requests = [item(f"row-{n}", f"{text} number {n}") for n in range(50)]
    batch = until_ended(client, client.messages.batches.create(requests=requests).id)

    assert batch.results_url == f"{service.address}/v1/messages/batches/{batch.id}/results"
    with client.messages.batches.with_streaming_response.results(batch.id) as response:
        content = response.read()
        assert response.headers["content-type"] == "application/x-jsonl"
    lines = content.split(b"\n")
    assert lines.pop() == b""
    ids = [json.loads(line)["custom_id"] for line in lines]
    assert sorted(ids) == sorted(request["custom_id"] for request in requests)
    assert ids != [request["custom_id"] for request in requests]


def test_an_answer_has_usage_as_a_batch_has_it(client: anthropic.Anthropic) -> None:
    """Tokens are counted, the tier is batch, nothing is cached, no thinking is claimed."""
    batch = client.messages.batches.create(requests=items(1))
    (line,) = lines_of(client, batch.id).values()

    assert line.result.type == "succeeded"
    message = line.result.message
    assert message.model == MODEL
    assert message.stop_reason == "end_turn"
    assert message.usage.service_tier == "batch"
    assert message.usage.input_tokens > 5
    assert message.usage.output_tokens > 3
    assert message.usage.cache_read_input_tokens == 0
    assert message.usage.output_tokens_details is None


def test_a_model_that_thinks_shows_an_empty_thinking_block_first(
    client: anthropic.Anthropic,
) -> None:
    """Thinking comes before the text, unread but signed, and is billed inside the output."""
    message = client.messages.create(**asked(model="claude-haiku-5-5", max_tokens=4000))

    assert [block.type for block in message.content] == ["thinking", "text"]
    assert message.content[0].type == "thinking"
    assert message.content[0].thinking == ""
    assert message.content[0].signature
    details = message.usage.output_tokens_details
    assert details is not None
    assert 0 < details.thinking_tokens < message.usage.output_tokens


@pytest.mark.parametrize(
    ("model", "off"),
    [("claude-haiku-5-5", "disabled"), ("claude-sonnet-5-5", "between_tools")],
)
def test_thinking_can_be_switched_off_where_the_model_allows(
    client: anthropic.Anthropic, model: str, off: Any
) -> None:
    """With the model's own off-switch there is text alone."""
    params = asked(model=model, thinking={"type": off}, output_config={"effort": "low"})
    message = client.messages.create(**params)
    assert [block.type for block in message.content] == ["text"]


def test_an_answer_longer_than_allowed_is_cut(client: anthropic.Anthropic) -> None:
    """The text stops at max_tokens, and the stop reason says so."""
    whole = client.messages.create(**asked())
    cut = client.messages.create(**asked(max_tokens=6))

    assert cut.stop_reason == "max_tokens"
    assert cut.usage.output_tokens == 6
    assert whole.content[0].type == cut.content[0].type == "text"
    assert whole.content[0].text.startswith(cut.content[0].text)
    assert whole.content[0].text != cut.content[0].text


def test_thinking_can_eat_the_whole_answer(client: anthropic.Anthropic) -> None:
    """With few tokens a thinking model ends without any text."""
    message = client.messages.create(**asked(model="claude-opus-5-5", max_tokens=20))
    assert message.stop_reason == "max_tokens"
    assert [block.type for block in message.content] == ["thinking"]
    assert message.usage.output_tokens == 20


def test_a_stop_sequence_ends_the_answer(client: anthropic.Anthropic) -> None:
    """What comes from the sequence on is left away, and it is named."""
    message = client.messages.create(**asked(stop_sequences=[" text "]))
    assert (message.stop_reason, message.stop_sequence) == ("stop_sequence", " text ")


def test_the_list_is_paged_newest_first(client: anthropic.Anthropic) -> None:
    """Paging by after_id and by before_id sees every batch once."""
    made = [client.messages.batches.create(requests=items(1)).id for _ in range(7)]
    newest_first = made[::-1]

    assert [batch.id for batch in client.messages.batches.list(limit=3)] == newest_first
    page = client.messages.batches.list(limit=2, after_id=newest_first[1])
    assert [batch.id for batch in page.data] == newest_first[2:4]
    assert page.has_more
    assert (page.first_id, page.last_id) == (newest_first[2], newest_first[3])
    page = client.messages.batches.list(limit=2, before_id=newest_first[4])
    assert [batch.id for batch in page.data] == newest_first[2:4]
    assert page.has_more
    assert not client.messages.batches.list(limit=2, before_id=newest_first[2]).has_more


def test_a_cancelled_batch_keeps_what_is_done(tmp_path: Path) -> None:
    """Cancelling half-way keeps the answers so far; the rest is canceled, and nothing is lost."""
    now = [1_000.0]
    with (
        PracticeService(tmp_path, finish_seconds=100, clock=lambda: now[0]) as service,
        client_for(service) as client,
    ):
        batch_id = client.messages.batches.create(requests=items(10)).id
        now[0] += 51
        batch = client.messages.batches.cancel(batch_id)
        assert batch.processing_status == "canceling"
        assert batch.cancel_initiated_at is not None
        assert batch.request_counts.processing == 10
        now[0] += 40
        batch = client.messages.batches.retrieve(batch_id)
        assert batch.processing_status == "ended"
        assert batch.request_counts.succeeded == 5
        assert batch.request_counts.canceled == 5
        kinds = [line.result.type for line in lines_of(client, batch_id).values()]
        assert sorted(kinds) == ["canceled"] * 5 + ["succeeded"] * 5
        assert sum(service.billed().values()) == 5


def test_unfinished_requests_expire_after_a_day(tmp_path: Path) -> None:
    """What is not answered within 24 hours is expired, and the batch ends."""
    now = [1_000.0]
    with (
        PracticeService(tmp_path, finish_seconds=100_000, clock=lambda: now[0]) as service,
        client_for(service) as client,
    ):
        batch_id = client.messages.batches.create(requests=items(10)).id
        now[0] += 86_400
        batch = client.messages.batches.retrieve(batch_id)
        assert batch.processing_status == "ended"
        assert batch.ended_at == batch.expires_at
        assert batch.request_counts.expired == 2
        assert batch.request_counts.succeeded == 8


def test_results_are_kept_for_29_days(tmp_path: Path) -> None:
    """Then the batch is archived: still listed, its results gone."""
    now = [1_000.0]
    with (
        PracticeService(tmp_path, clock=lambda: now[0]) as service,
        client_for(service) as client,
    ):
        batch_id = client.messages.batches.create(requests=items(2)).id
        now[0] += 29 * 86_400 - 1
        assert client.messages.batches.retrieve(batch_id).results_url is not None
        now[0] += 1
        batch = client.messages.batches.retrieve(batch_id)
        assert batch.archived_at is not None
        assert batch.results_url is None
        assert [one.id for one in client.messages.batches.list()] == [batch_id]
        path = f"/v1/messages/batches/{batch_id}/results"
        with pytest.raises(anthropic.NotFoundError):
            client.get(path, cast_to=httpx2.Response)


def test_an_ended_batch_can_be_deleted_and_stays_in_the_books(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    """It is no longer found nor listed; what was bought is not forgotten."""
    batch_id = client.messages.batches.create(requests=items(2)).id
    until_ended(client, batch_id)
    client.messages.batches.delete(batch_id)

    with pytest.raises(anthropic.NotFoundError):
        client.messages.batches.retrieve(batch_id)
    assert not client.messages.batches.list().data
    assert service.bought() == {"row-0": 1, "row-1": 1}
    assert service.billed() == {"row-0": 1, "row-1": 1}


def test_delete_while_running_and_cancel_after_the_end_are_refused(tmp_path: Path) -> None:
    """Neither changes anything."""
    now = [1_000.0]
    with (
        PracticeService(tmp_path, finish_seconds=100, clock=lambda: now[0]) as service,
        client_for(service) as client,
    ):
        batch_id = client.messages.batches.create(requests=items(1)).id
        with pytest.raises(anthropic.BadRequestError):
            client.messages.batches.delete(batch_id)
        now[0] += 200
        with pytest.raises(anthropic.BadRequestError):
            client.messages.batches.cancel(batch_id)
        batch = client.messages.batches.retrieve(batch_id)
        assert batch.cancel_initiated_at is None
        assert batch.request_counts.succeeded == 1


def test_the_books_count_every_purchase(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    """A row in two batches was bought twice; every create call is noted with its repeat count."""
    client.messages.batches.create(requests=items(2))
    client.messages.batches.create(requests=items(1))
    with pytest.raises(anthropic.BadRequestError):
        client.messages.batches.create(requests=[])

    assert service.bought() == {"row-0": 2, "row-1": 1}
    assert [create.retry_count for create in service.creates()] == [0, 0, 0]
    assert [create.batch is None for create in service.creates()] == [False, False, True]
    books = client.get("/practice/ledger", cast_to=httpx2.Response).json()
    assert books["totals"]["requests"] == 3
    assert len(books["batches"]) == 2


def test_tokens_are_counted_for_free(service: PracticeService, client: anthropic.Anthropic) -> None:
    """A longer text counts more, a schema adds, and nothing is bought."""
    message: Any = {"role": "user", "content": "Hello there."}
    schema = {"type": "object", "properties": {}, "additionalProperties": False}
    shape: Any = {"format": {"type": "json_schema", "schema": schema}}
    count = client.messages.count_tokens
    plain = count(model=MODEL, messages=[message]).input_tokens
    longer = count(model=MODEL, messages=[message, message]).input_tokens
    shaped = count(model=MODEL, messages=[message], output_config=shape).input_tokens

    assert plain < longer < shaped
    assert service.bought() == {}


def test_the_count_is_what_the_bill_says(client: anthropic.Anthropic) -> None:
    """count_tokens and the usage of the same request agree."""
    params = asked(system="Be brief.")
    wanted = {name: value for name, value in params.items() if name != "max_tokens"}
    counted = client.messages.count_tokens(**wanted).input_tokens
    assert client.messages.create(**params).usage.input_tokens == counted


def test_models_are_listed_with_limits_and_abilities(client: anthropic.Anthropic) -> None:
    """The list is paged; one model is found by its id or its alias."""
    names = [model.id for model in client.models.list()]
    assert [model.id for model in client.models.list(limit=5)] == names
    backwards = client.models.list(before_id=names[4], limit=2)
    assert [model.id for model in backwards.data] == names[2:4]
    model = client.models.retrieve("claude-haiku-5-5")
    assert model.display_name == "Claude Haiku 5.5"
    assert (model.max_input_tokens, model.max_tokens) == (1_000_000, 128_000)
    assert model.capabilities is not None
    assert model.capabilities.thinking.types.disabled.supported
    assert not model.capabilities.thinking.types.enabled.supported
    old = client.models.retrieve("claude-sonnet-4-5")
    assert (old.id, old.lifecycle) == ("claude-sonnet-4-5-20250929", "deprecated")
    with pytest.raises(anthropic.NotFoundError):
        client.models.retrieve("claude-2")


def test_every_reply_names_request_organisation_and_workspace(
    client: anthropic.Anthropic,
) -> None:
    """The headers are there on good and on bad answers, and the names stay the same."""
    good = client.messages.batches.with_raw_response.list().headers
    with pytest.raises(anthropic.NotFoundError) as bad:
        client.messages.batches.retrieve("msgbatch_none")
    assert bad.value.request_id
    assert bad.value.request_id != good["request-id"]
    for headers in (good, bad.value.response.headers):
        assert headers["request-id"].startswith("req_")
        assert headers["date"]
    for name in ("anthropic-organization-id", "anthropic-workspace-id"):
        assert good[name] == bad.value.response.headers[name]


def test_both_ways_of_giving_the_key_work(service: PracticeService) -> None:
    """Bearer and x-api-key are taken, each on its own."""
    for header in (
        {"Authorization": f"Bearer {service.token}"},
        {"x-api-key": service.token},
    ):
        headers = {"anthropic-version": "2026-10-21", **header}
        assert httpx2.get(f"{service.address}/v1/models", headers=headers).status_code == 200


def test_a_wrong_key_is_refused(service: PracticeService) -> None:
    """Whatever is asked for, the answer is 401 authentication_error."""
    with client_for(service, api_key="sk-ant-wrong") as client:
        with pytest.raises(anthropic.AuthenticationError) as refusal:
            client.messages.batches.create(requests=items(1))
        assert refusal.value.type == "authentication_error"
        with pytest.raises(anthropic.AuthenticationError):
            client.models.list()
    assert service.bought() == {}


@pytest.mark.parametrize("version", [[], ["2020-01-01"], ["2026-10-21", "2026-10-21"]])
def test_the_version_header_is_required(service: PracticeService, version: list[str]) -> None:
    """No version, an unknown one, or one said twice gives 400."""
    headers = [("x-api-key", service.token), *(("anthropic-version", v) for v in version)]
    reply = httpx2.get(f"{service.address}/v1/models", headers=headers)
    assert reply.status_code == 400
    assert reply.json()["error"]["type"] == "invalid_request_error"


def test_an_unknown_path_is_404(client: anthropic.Anthropic) -> None:
    """The API has no other calls."""
    with pytest.raises(anthropic.NotFoundError):
        client.post("/v1/batches", cast_to=httpx2.Response, body={})


def test_the_same_request_gets_the_same_answer(client: anthropic.Anthropic) -> None:
    """Two batches with the same requests are answered with the same words."""
    answers = []
    for _ in range(2):
        batch_id = client.messages.batches.create(requests=items(5)).id
        lines = lines_of(client, batch_id)
        answers.append({name: text_of(line) for name, line in lines.items()})
    assert answers[0] == answers[1]
