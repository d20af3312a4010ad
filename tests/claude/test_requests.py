"""What is asked of each model: params that it accepts, bytes that are those params."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.claude.requests import RequestWriter, check_longest_answer, params
from app.claude.service import Service
from app.claude.spool import Spool, spool_path, sweep, write_spool
from app.core.answers import parse_definition
from app.core.catalog import Model, Thinking
from app.core.errors import SheafError
from app.core.job import JobSettings
from app.core.quality import Quality
from app.engine.bench import bundled_catalog
from tests.practice_service import PracticeService

MODELS = bundled_catalog().offered()
ANSWERS = tuple(
    parse_definition(text)
    for text in (
        "topic: category = Delivery | Quality | Other ?",
        "all that apply: labels = Slow | Broken",
        "urgent: yes/no",
        "stars: number ?",
        "Warum nicht?: short text -- in German",
        "story: long text",
    )
)
TAG = "shabcdefghij"


def named(model_id: str) -> Model:
    """Return a model of the catalogue."""
    return bundled_catalog().need(model_id)


def request_for(model: Model, **changes: Any) -> dict[str, Any]:
    """Return the params of one row."""
    asked = {"instructions": "Do {{a}}", "model": model.id, "max_tokens": 300, "answers": ANSWERS}
    return params(JobSettings(**{**asked, **changes}), model, "Do something.")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Give a connection to a practice service, which checks params as the real one does."""
    with PracticeService(tmp_path_factory.mktemp("practice")) as running:
        made = Service(running.address, running.token)
        yield made
        made.close()


@pytest.mark.parametrize("longest", [50, 9_000])
@pytest.mark.parametrize("quality", Quality)
@pytest.mark.parametrize("answers", [(), ANSWERS], ids=["free", "columns"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_every_model_of_the_catalogue_takes_its_params(
    service: Service, model: Model, answers: Any, quality: Quality, longest: int
) -> None:
    """The free check accepts them: the service would fail every row of a batch otherwise."""
    asked = request_for(
        model, answers=answers, background="We sell soup.", quality=quality, max_tokens=longest
    )
    assert service.count(asked) > 0


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_no_request_holds_what_the_api_refuses(model: Model) -> None:
    """No sampling parameters, no prefill, no stream."""
    asked = request_for(model)
    assert asked.keys() <= {
        "model", "max_tokens", "messages", "system", "thinking", "output_config"
    }  # fmt: skip
    assert [message["role"] for message in asked["messages"]] == ["user"]


@pytest.mark.parametrize(
    ("model", "thinking", "effort"),
    [
        ("claude-haiku-5-5", {"type": "disabled"}, None),
        ("claude-sonnet-5", {"type": "disabled"}, None),
        ("claude-sonnet-5-5", {"type": "between_tools"}, "low"),
        ("claude-opus-5-5", None, "low"),
        ("claude-fable-5-2", None, "low"),
        ("claude-opus-4-8", None, None),
        ("claude-haiku-4-5", None, None),
    ],
)
def test_thinking_is_off_where_it_can_be_and_low_where_not(
    model: str, thinking: Any, effort: str | None
) -> None:
    """Short answers need no thinking, and thinking is billed."""
    asked = request_for(named(model))
    assert asked.get("thinking") == thinking
    assert asked["output_config"].get("effort") == effort


def test_the_default_model_is_the_cheapest_able_one_without_thinking() -> None:
    """Of all active models that take a schema none is cheaper."""
    suggested = bundled_catalog().suggested()
    assert suggested.id == "claude-haiku-5-5"
    assert not suggested.thinks_in_short_answers


def test_a_model_without_structured_outputs_is_told_in_words() -> None:
    """The schema is described in the background; every label stands in it."""
    plain = Model("plain", "Plain", structured_outputs=False)
    asked = request_for(plain, background="We sell soup.")
    assert "output_config" not in asked
    assert asked["system"].startswith("We sell soup.\n\n")
    for word in ("Delivery", "Quality", "Other", "Slow", "Broken", "Yes", "No", "JSON"):
        assert word in asked["system"]


def test_without_background_there_is_no_system_text() -> None:
    """An empty one is not sent."""
    assert "system" not in request_for(named("claude-haiku-5-5"), background="  \n")


def test_a_thinking_model_without_a_switch_is_left_alone() -> None:
    """Nothing is sent that nobody says the model takes."""
    odd = Model("odd", "Odd", thinking=Thinking.ALWAYS)
    assert request_for(odd, answers=()).keys() == {"model", "max_tokens", "messages"}


@pytest.mark.parametrize("tokens", [0, -1, 64_001])
def test_a_longest_answer_outside_the_model_is_refused(tokens: int) -> None:
    """One and the limit itself are fine."""
    model = named("claude-haiku-4-5")
    with pytest.raises(SheafError):
        check_longest_answer(tokens, model)
    check_longest_answer(1, model)
    check_longest_answer(64_000, model)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"])), background=st.text())
def test_the_bytes_are_the_params(text: str, background: str) -> None:
    """The writer that encodes all but the text once writes what the slow way would."""
    model = named("claude-sonnet-5-5")
    background = background.encode("utf-8", "ignore").decode()
    asked = JobSettings("x", background, ANSWERS, model.id, 77)
    writer = RequestWriter(TAG, asked, model)
    line = writer.line(3, 41, text)
    assert json.loads(line) == {
        "custom_id": f"{TAG}-b3-r41",
        "params": params(asked, model, text),
    }
    assert len(line) + 1 <= writer.size(text)


def test_a_spool_is_a_body_that_can_be_read_again(tmp_path: Path) -> None:
    """It is valid JSON, knows its size, begins anew each time, and only we may read it."""
    path = spool_path(tmp_path / "job.sheaf", 7)
    lines = [json.dumps({"n": number}).encode() for number in range(40_000)]
    spool = write_spool(path, lines)
    assert not spool.begun
    bodies = [b"".join(spool) for _ in range(2)]
    assert spool.begun
    assert bodies[0] == bodies[1]
    assert len(bodies[0]) == spool.size
    assert json.loads(bodies[0]) == {"requests": [{"n": number} for number in range(40_000)]}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    spool.delete()
    spool.delete()
    assert not path.exists()


def test_a_spool_that_cannot_be_written_is_no_traceback(tmp_path: Path) -> None:
    """A missing folder, like a full disk, says that nothing was sent."""
    with pytest.raises(SheafError, match="Nothing of it was sent"):
        write_spool(tmp_path / "missing" / "spool", [b"{}"])


def test_sweeping_takes_only_this_jobs_bodies(tmp_path: Path) -> None:
    """What a kill left is deleted; another job's body and other files stay."""
    mine, other = tmp_path / "a.sheaf", tmp_path / "b.sheaf"
    for job in (mine, other):
        write_spool(spool_path(job, 1), [b"{}"])
    (tmp_path / "notes.spool").write_text("x", encoding="utf-8")
    sweep(mine)
    assert {path.name for path in tmp_path.iterdir()} == {
        spool_path(other, 1).name,
        "notes.spool",
    }


def test_a_spool_counts_as_begun_only_once_it_is_read(tmp_path: Path) -> None:
    """A connection that could not be made has sent nothing: that must be told apart."""
    write_spool(tmp_path / "s", [b"{}"])
    assert Spool(tmp_path / "s").begun is False
