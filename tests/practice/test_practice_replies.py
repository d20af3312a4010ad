"""Practice answers: plausible, the same every time, within the schema, and honest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.answers import in_words, parse_definition, schema
from app.core.fitting import check_reply
from app.practice.checks import check_params
from app.practice.models import KNOWN_MODELS, PracticeModel, by_name
from app.practice.replies import Ask, reply
from app.practice.tokens import count_prompt, count_text, cut_text
from app.practice.wire import Refused

REVIEW = "Sort this review.\n\nReview: "
TOPICS = {"type": "string", "enum": ["Delivery", "Quality", "Price", "Other"]}
MOODS = {"type": "string", "enum": ["positive", "neutral", "negative"]}


def answered(text: str, **properties: Any) -> dict[str, Any]:
    """Return the practice answer to a text for these properties."""
    asked = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    found = json.loads(reply(Ask(text, schema=asked)))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("The parcel arrived two weeks late.", "Delivery"),
        ("Ripped at the seam, poor quality.", "Quality"),
        ("Far too expensive for what it is.", "Price"),
        ("Die Lieferung kam nie an.", "Delivery"),
    ],
)
def test_a_label_is_chosen_by_what_the_text_says(text: str, topic: str) -> None:
    """A label's own words and words of its topic speak for it."""
    assert answered(REVIEW + text, topic=TOPICS)["topic"] == topic


def test_a_label_s_definition_speaks_for_it() -> None:
    """Words that stand only in the definition decide."""
    about = '"Red": anything on bicycles. "Blue": anything on violins.'
    labels = {"type": "string", "enum": ["Red", "Blue"], "description": about}
    assert answered("My violins sound flat.", colour=labels)["colour"] == "Blue"
    assert answered("Two bicycles for sale.", colour=labels)["colour"] == "Red"


def test_labels_that_only_the_instructions_name_do_not_win() -> None:
    """Instructions that list all labels leave the choice to the row."""
    text = "Is it Delivery, Quality, Price or Other?\n\nReview: The courier was late."
    assert answered(text, topic=TOPICS)["topic"] == "Delivery"


@pytest.mark.parametrize("lead", ["Review: ", ""])
def test_words_of_the_instructions_are_not_the_row_s(lead: str) -> None:
    """What the person writes to Claude decides nothing about the rows."""
    labels = {"type": "string", "enum": ["Delivery", "Customer service"]}
    text = f"Sort what the customer wrote to our customer service.\n\n{lead}The courier was late."
    assert answered(text, topic=labels)["topic"] == "Delivery"


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("I love it, thank you!", "positive"),
        ("Terrible, never again.", "negative"),
        ("It is a chair.", "neutral"),
    ],
)
def test_a_mood_is_heard(text: str, mood: str) -> None:
    """Happy, angry and matter-of-fact texts are told apart."""
    assert answered(REVIEW + text, mood=MOODS)["mood"] == mood


def test_rows_that_say_nothing_are_spread_over_the_labels() -> None:
    """Not every such row gets the first label, and the spread is the same each time."""
    texts = [f"{REVIEW}Case {number}" for number in range(60)]
    chosen = [answered(text, topic=TOPICS)["topic"] for text in texts]
    assert set(chosen) == set(TOPICS["enum"])
    assert chosen == [answered(text, topic=TOPICS)["topic"] for text in texts]


def test_yes_and_no() -> None:
    """A question is answered from the text, as a word or as a truth value."""
    words = {"type": "string", "enum": ["Yes", "No", "Cannot tell"]}
    pressing = answered(
        "I need this today, it is urgent!", urgent=words, is_urgent={"type": "boolean"}
    )
    assert pressing == {"urgent": "Yes", "is_urgent": True}
    calm = answered("A quiet remark.", urgent=words, is_urgent={"type": "boolean"})
    assert calm == {"urgent": "No", "is_urgent": False}


def test_numbers_come_from_the_text() -> None:
    """A number that stands there is used; without one, null is said where it may be."""
    number = {"type": "number"}
    perhaps = {"anyOf": [number, {"type": "null"}]}
    assert answered("Review: I paid 49.90 for it", price=number) == {"price": 49.9}
    assert answered("Review: It weighs 12 kilos", weight={"type": "integer"}) == {"weight": 12}
    assert answered("Review: 12 kilos", weight=perhaps) == {"weight": 12}
    assert answered("Review: heavy", weight=perhaps) == {"weight": None}


def test_a_rating_stays_on_its_scale_and_follows_the_mood() -> None:
    """From 1 to 5: high for a happy text, low for an angry one."""
    stars = {"type": "number", "description": "How satisfied, from 1 to 5."}
    happy = answered("Wonderful, lovely, perfect, thanks", stars=stars)["stars"]
    angry = answered("Awful, broken, useless, never again", stars=stars)["stars"]
    assert (happy, angry) == (5, 1)


def test_several_labels_are_those_that_the_text_names() -> None:
    """None, one or more, all from the list."""
    labels = {"type": "array", "items": TOPICS}
    assert answered("The parcel was late and the price too high.", topics=labels)["topics"] == [
        "Delivery",
        "Price",
    ]
    assert answered("Hm.", topics=labels)["topics"] == []


def test_texts_are_drawn_from_the_row() -> None:
    """Short texts are words of the row; longer ones say that they are practice."""
    found = answered(
        "Review: The blue kettle leaks everywhere",
        thing={"type": "string", "description": "A few words."},
        summary={"type": "string"},
    )
    assert set(found["thing"].split()) <= {"blue", "kettle", "leaks", "everywhere"}
    assert found["summary"].startswith("Practice text about ")


def test_without_a_schema_the_answer_says_that_it_is_practice() -> None:
    """It is one sentence, and never speaks as Claude."""
    said = reply(Ask("Review: The blue kettle leaks"))
    assert said.startswith("Practice answer: ")
    assert "kettle" in said
    assert "Claude" not in said


DEFINITIONS = (
    "topic: category = Delivery | Quality | Other ?",
    "themes: labels = Price | Colour",
    "urgent: yes/no",
    "amount: number ?",
    "reason: short text",
    "What they want: long text",
)


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_sheaf_s_own_answer_columns_are_filled(definition: str) -> None:
    """Every kind of answer column fits, with a schema and with the schema in words."""
    columns = (parse_definition(definition),)
    for number in range(20):
        text = f"{REVIEW}Parcel {number} was late, the colour is wrong."
        assert not check_reply(columns, reply(Ask(text, schema=schema(columns)))).misfit
        asked_in_words = Ask(text, system=in_words(columns))
        assert not check_reply(columns, reply(asked_in_words)).misfit


@given(st.text(), st.text(max_size=40))
def test_any_text_gets_an_answer_that_fits(text: str, label: str) -> None:
    """No row can make the service stumble or leave the schema."""
    columns = tuple(parse_definition(definition) for definition in DEFINITIONS)
    assert not check_reply(columns, reply(Ask(text, schema=schema(columns)))).misfit
    assert reply(Ask(text, system=text))
    assert answered(text, it={"enum": [label, "no", 3, None]})["it"] in [label, "no", 3, None]


def test_scripts_have_their_own_tokens() -> None:
    """Latin takes about 3.6 characters a token, Chinese about 1.3."""
    assert count_text("a" * 360) == 100
    assert count_text("é" * 360) == 100
    assert count_text("字" * 130) == 100
    assert count_text("ж" * 220) == 100
    assert count_text("") == 0


def test_an_older_model_counts_fewer_tokens() -> None:
    """Its factor applies to the whole prompt."""
    params = {"messages": [{"role": "user", "content": "word " * 1000}]}
    assert count_prompt(params, count_text, 0.5) < 0.51 * count_prompt(params, count_text)


@given(st.text(max_size=300), st.integers(0, 60))
def test_a_cut_text_is_the_longest_that_fits(text: str, tokens: int) -> None:
    """It is a beginning of the text, within the tokens, and one character more would not be."""
    cut = cut_text(text, tokens, count_text)
    assert text.startswith(cut)
    assert count_text(cut) <= tokens
    assert cut == text or count_text(text[: len(cut) + 1]) > tokens


@pytest.mark.parametrize("model", KNOWN_MODELS, ids=lambda model: model.id)
def test_a_plain_request_is_right_for_every_model(model: PracticeModel) -> None:
    """At its limits, with each effort and each thinking type that it names."""
    models = by_name(KNOWN_MODELS)
    plain: dict[str, Any] = {
        "model": model.id,
        "max_tokens": model.max_output_tokens,
        "messages": [{"role": "user", "content": "Hello"}],
    }
    assert check_params(plain, models) is model
    for effort in model.efforts:
        check_params(plain | {"output_config": {"effort": effort}}, models)
    for kind in model.thinking_types:
        thinking = {"type": kind} | ({"budget_tokens": 1024} if kind == "enabled" else {})
        check_params(plain | {"thinking": thinking}, models)
    with pytest.raises(Refused):
        check_params(plain | {"max_tokens": model.max_output_tokens + 1}, models)
