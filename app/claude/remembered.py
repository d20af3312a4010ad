"""The words that every request of a job begins with, and requests that have them remembered.

A block that is to be remembered takes all that stands before it along (claude-batch-api section 8):
background, wanted shape and the instructions' words before the first column. A person's words are
never put in another order for it, and what Claude reads is the same with or without the mark.
"""

from __future__ import annotations

from typing import Any

import msgspec

from app.claude.requests import Content, RequestWriter, system_text
from app.core.answers import schema
from app.core.catalog import Model
from app.core.cost import bytes_sent
from app.core.instructions import parse
from app.core.job import JobSettings
from app.core.together import rows_together

_encode = msgspec.json.Encoder().encode
_NO_WORDS = "."
FOR_AN_HOUR = {"type": "ephemeral", "ttl": "1h"}
"""Five minutes would often be over before a batch is."""


def shared_words(settings: JobSettings) -> str:
    """Return the words before the first column; none where no column is named."""
    parsed = parse(settings.instructions)
    return parsed.literals[0] if parsed.placeholders else ""


def most_remembered(settings: JobSettings, model: Model) -> int:
    """Return how many tokens of each request may be remembered at most; 0 where none ever are.

    A token is at least one byte, so that a beginning with fewer bytes than the model's minimum of
    tokens is never remembered. Requests of several rows save the repeated words themselves.
    """
    words = bytes_sent(system_text(settings, model)) + bytes_sent(shared_words(settings))
    is_wanted = settings.remember and rows_together(settings, model) == 1
    if not is_wanted or words < model.cache_minimum:
        return 0
    shape = len(_encode(schema(settings.answers))) if settings.answers else 0
    return words + shape


def beginning(settings: JobSettings, model: Model) -> dict[str, Any]:
    """Return a request of nothing but what all requests begin with, to be counted."""
    words = shared_words(settings)
    message = {"role": "user", "content": words if words.strip() else _NO_WORDS}
    request: dict[str, Any] = {"model": model.id, "messages": [message]}
    if system := system_text(settings, model):
        request["system"] = system
    return request


def marked(content: Content, words: str) -> Content:
    """Return what a message says with its first words in a block to be remembered.

    Unchanged where it does not begin with them, or where nothing would be left for a block of its
    own: one of blanks would be refused.
    """
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
    first, *others = blocks
    text = first.get("text")
    if not isinstance(text, str) or not text.startswith(words):
        return content
    rest = text[len(words) :]
    if rest.strip():
        others = [{"type": "text", "text": rest}, *others]
    elif rest or not others:
        return content
    return [_block(words), *others]


def _block(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text, "cache_control": FOR_AN_HOUR}


class RememberingWriter(RequestWriter):
    """Writes requests whose shared beginning is to be remembered."""

    def __init__(self, tag: str, settings: JobSettings, model: Model) -> None:
        super().__init__(tag, settings, model)
        self._words = shared_words(settings)
        if not self._words.strip():
            self._mark_system(system_text(settings, model))

    def _mark_system(self, text: str) -> None:
        """Let the background be remembered, where the instructions begin with a column."""
        name = b'"system":'
        self._tail = self._tail.replace(name + _encode(text), name + _encode([_block(text)]), 1)

    def line(self, batch: int, row: int, text: Content) -> bytes:
        """Return one request of the batch's `requests` list."""
        asked = marked(text, self._words) if self._words.strip() else text
        return super().line(batch, row, asked)
