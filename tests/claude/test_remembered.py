"""Requests whose beginning is to be remembered: exactly marked, and otherwise word for word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.claude.remembered import (
    RememberingWriter,
    beginning,
    marked,
    most_remembered,
    shared_words,
)
from app.claude.requests import RequestWriter, params
from app.claude.service import Service
from app.core.answers import parse_definition
from app.core.catalog import Model
from app.core.job import JobSettings
from app.engine.bench import bundled_catalog
from tests.practice_service import PracticeService

MODELS = bundled_catalog().offered()
HAIKU = bundled_catalog().need("claude-haiku-5-5")
TAG = "shabcdefghij"
SHARED = "Sort the review below by its topic. " * 40
HOUR = {"type": "ephemeral", "ttl": "1h"}
IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "eA=="}}


def asked(instructions: str = SHARED + "{{text}}", **changes: Any) -> JobSettings:
    """Return settings with long shared instructions."""
    answers = (parse_definition("topic: category = Delivery | Quality"),)
    said = {"model": HAIKU.id, "max_tokens": 100, "answers": answers} | changes
    return JobSettings(instructions=instructions, **said)


def sent(said: JobSettings, text: Any, model: Model = HAIKU) -> dict[str, Any]:
    """Return one request as it leaves, marked."""
    line = json.loads(RememberingWriter(TAG, said, model).line(2, 7, text))
    assert line.pop("custom_id") == f"{TAG}-b2-r7"
    found = line.pop("params")
    assert isinstance(found, dict)
    assert not line
    return found


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Give a connection to a practice service, which checks params as the real one does."""
    with PracticeService(tmp_path_factory.mktemp("practice")) as running:
        made = Service(running.address, running.token)
        yield made
        made.close()


def test_the_words_before_the_first_column_are_a_block_of_their_own() -> None:
    """Everything else of the request is as it is without."""
    said = asked(SHARED + "{{text}} Be brief.")
    found = sent(said, SHARED + "Too late! Be brief.")
    plain = params(said, HAIKU, SHARED + "Too late! Be brief.")
    assert found["messages"] == [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": SHARED, "cache_control": HOUR},
                {"type": "text", "text": "Too late! Be brief."},
            ],
        }
    ]
    assert {**found, "messages": plain["messages"]} == plain


def test_with_a_background_the_block_takes_it_along() -> None:
    """The mark stands at the end of what is shared, and only there."""
    found = sent(asked(background="We sell soup."), SHARED + "Late")
    assert found["system"] == "We sell soup."
    assert json.dumps(found).count("cache_control") == 1


@pytest.mark.parametrize("instructions", ["{{text}} Sort it.", " \n{{text}}", "Sort everything."])
def test_where_only_the_background_is_shared_it_is_marked(instructions: str) -> None:
    """The instructions begin with a column, or name none: the message is as without."""
    background = 'We sell "soup", \\ 寿司 and:"system":"x". ' * 30
    said = asked(instructions, background=background)
    found = sent(said, "Late Sort it.")
    plain = params(said, HAIKU, "Late Sort it.")
    block = {"type": "text", "text": background.strip(), "cache_control": HOUR}
    assert found == {**plain, "system": [block]}


def test_files_follow_the_shared_words() -> None:
    """A file right behind them, or words of the row and then a file."""
    text = [{"type": "text", "text": SHARED}, IMAGE, {"type": "text", "text": "Late"}]
    block = {"type": "text", "text": SHARED, "cache_control": HOUR}
    assert sent(asked(), text)["messages"][0]["content"] == [block, *text[1:]]
    text[0]["text"] = SHARED + "No 1: "
    own = {"type": "text", "text": "No 1: "}
    assert sent(asked(), text)["messages"][0]["content"] == [block, own, *text[1:]]


@pytest.mark.parametrize(
    "content",
    [
        "Something else",
        SHARED,
        SHARED + " \n",
        [{"type": "text", "text": SHARED}],
        [{"type": "text", "text": SHARED + " "}, IMAGE],
        [IMAGE, {"type": "text", "text": SHARED}],
    ],
    ids=[
        "other words",
        "nothing left",
        "blanks left",
        "no file",
        "blanks and a file",
        "file first",
    ],
)
def test_what_cannot_be_cut_is_sent_as_it_is(content: Any) -> None:
    """A block of blanks would be refused, and not a blank of a person's words may get lost."""
    plain = RequestWriter(TAG, asked(), HAIKU).line(2, 7, content)
    assert RememberingWriter(TAG, asked(), HAIKU).line(2, 7, content) == plain


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_every_model_takes_a_marked_request(service: Service, model: Model) -> None:
    """In the message and in the background; it counts as many tokens as it does without."""
    for said in (asked(model=model.id), asked("{{text}}", model=model.id, background=SHARED)):
        text = shared_words(said) + "Late"
        count = service.count(sent(said, text, model))
        assert abs(count - service.count(params(said, model, text))) <= 1
        assert service.count(beginning(said, model)) < count


@settings(deadline=None)
@given(
    first=st.text(st.characters(exclude_categories=["Cs"])),
    rest=st.lists(st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.just(IMAGE))),
)
def test_no_letter_and_no_file_is_lost_or_moved(first: str, rest: list[Any]) -> None:
    """Put together again, the blocks say what they said."""
    blocks = [{"type": "text", "text": one} if isinstance(one, str) else one for one in rest if one]
    content = [{"type": "text", "text": first + "x"}, *blocks]
    assert _together(marked(content, first)) == _together(content)


def _together(content: Any) -> list[Any]:
    found: list[Any] = []
    for block in content:
        text = block.get("text")
        if text is not None and found and isinstance(found[-1], str):
            found[-1] += text
        else:
            found.append(block if text is None else text)
    return found


@pytest.mark.parametrize("minimum", [512, 1_024, 2_048, 4_096])
def test_a_beginning_with_fewer_bytes_than_the_minimum_has_tokens_is_never_marked(
    minimum: int,
) -> None:
    """One letter less and nobody even counts; the switch and the lack of columns say no as well."""
    model = Model("m", "M", cache_minimum=minimum)
    for words, background in ((minimum, 0), (1, minimum - 1), (0, minimum)):
        said = asked("x" * words + "{{text}}", background="y" * background, answers=())
        assert most_remembered(said, model) == minimum
        fewer = asked("x" * words + "{{text}}", background="y" * background, answers=())
        assert most_remembered(fewer, Model("m", "M", cache_minimum=minimum + 1)) == 0
    assert most_remembered(asked("x" * minimum, answers=()), model) == 0
    for other in ({"remember": False}, {"rows_per_request": 2}):
        assert most_remembered(asked("x" * minimum + "{{a}}", **other), model) == 0


def test_what_may_be_remembered_is_bounded_by_all_that_is_shared() -> None:
    """Background, words and wanted shape, in bytes as they are sent."""
    said = asked("ö" * 300 + "{{text}}", background="ß" * 300)
    shape = json.dumps(params(said, HAIKU, "")["output_config"]["format"]["schema"])
    assert most_remembered(said, HAIKU) >= 1_200 + len(shape.replace(": ", ":").replace(", ", ","))
