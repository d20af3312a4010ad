"""How much a ready-made request reads: its words, its pictures, and what cannot be seen of it.

A token is at least one byte of the words; pictures, PDFs, links and tools of the service can make
more tokens than they have bytes, so that they are bounded apart (claude-batch-api section 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from app.core.amounts import OVERHEAD_TOKENS
from app.core.catalog import Model, Thinking
from app.core.cost import TextSize
from app.core.request_size import MOST_OVERHEAD_TOKENS

MOST_PICTURE_TOKENS = 4_784
USUAL_PICTURE_TOKENS = 1_600
_PAGE_TOKENS, _PAGE_BYTES = 3_000, 60_000
"""What a page of a PDF reads as, and how many bytes of base64 it is likely to have: guesses."""
_LINKED_PAGES = 5
_SHORT_ANSWER, _USUAL_ANSWER, _LONG_ANSWER = 40, 250, 900
_THOUGHT = 600
_OWN_TOOLS = ("custom", "bash", "text_editor", "computer", "memory")
"""Beginnings of the types of tools that the service does not run itself."""


@dataclass(slots=True)
class Weight:
    """What one request reads; `pages` are guessed of documents whose pages nobody has counted."""

    texts: TextSize = field(default_factory=TextSize)
    pictures: int = 0
    documents: int = 0
    pages: int = 0
    runs_tools: bool = False
    caches: bool = False

    def tokens(self, model: Model, *, most: bool = False) -> int:
        """Return the tokens that it is likely to read, or the most that is likely."""
        words = self.texts.tokens(most=most) * model.token_factor + OVERHEAD_TOKENS
        pictures = self.pictures * (MOST_PICTURE_TOKENS if most else USUAL_PICTURE_TOKENS)
        return round(words) + pictures + self.pages * _PAGE_TOKENS * (2 if most else 1)

    def unseen(self, model: Model, size: int) -> int | None:
        """Return how many tokens beyond its `size` in bytes it is billed for at the very most.

        None: the service runs tools for it, and what they bring back has no bound here. Keeping
        a prompt in the cache for an hour costs twice the price of reading it.
        """
        if self.runs_tools:
            return None
        unseen = model.max_input_tokens if self.documents else self.pictures * MOST_PICTURE_TOKENS
        return 2 * unseen + size + MOST_OVERHEAD_TOKENS if self.caches else unseen


def weigh(params: Mapping[str, Any]) -> Weight:
    """Weigh a request's params, whatever is in them."""
    weight = Weight(caches=b'"cache_control"' in msgspec.json.encode(params))
    for name in ("system", "messages"):
        _add(weight, params.get(name))
    for name in ("tools", "tool_choice", "output_config"):
        if params.get(name):
            weight.texts.add(msgspec.json.encode(params[name]).decode())
    tools = params.get("tools")
    kinds = [str(t.get("type", "custom")) for t in tools or () if isinstance(t, dict)]
    weight.runs_tools = bool(params.get("container")) or any(map(_is_run_there, kinds))
    return weight


def _is_run_there(kind: str) -> bool:
    return not kind.startswith(_OWN_TOOLS)


def _add(weight: Weight, value: object) -> None:
    """Add a value's texts; pictures and documents are counted in place of their bytes."""
    if isinstance(value, str):
        weight.texts.add(value)
    elif isinstance(value, list):
        for item in value:
            _add(weight, item)
    elif isinstance(value, dict) and not _add_source(weight, value):
        for name, item in value.items():
            if name not in ("type", "role", "cache_control"):
                _add(weight, item)


def _add_source(weight: Weight, block: Mapping[str, Any]) -> bool:
    """Count a picture or a document that has no words of its own; False where it is neither."""
    kind, source = block.get("type"), block.get("source")
    if kind not in ("image", "document") or not isinstance(source, dict):
        return False
    if source.get("type") in ("text", "content"):
        return False
    if kind == "image":
        weight.pictures += 1
        return True
    data = source.get("data")
    weight.documents += 1
    weight.pages += -(-len(data) // _PAGE_BYTES) if isinstance(data, str) else _LINKED_PAGES
    return True


@dataclass(frozen=True, slots=True)
class AnswerGuess:
    """How long an answer to a request of which nothing is known may be, in tokens."""

    short: int
    usual: int
    long: int


def guess_answer(params: Mapping[str, Any], model: Model) -> AnswerGuess:
    """Guess the length of an answer from what the request allows; thinking counts too."""
    most = params.get("max_tokens")
    room = most if isinstance(most, int) and most > 0 else _USUAL_ANSWER
    thought = _THOUGHT if _thinks(params.get("thinking"), model) else 0
    return AnswerGuess(
        min(room, _SHORT_ANSWER),
        min(room, _USUAL_ANSWER + thought),
        min(room, _LONG_ANSWER + 3 * thought),
    )


def _thinks(said: object, model: Model) -> bool:
    if isinstance(said, dict):
        return said.get("type") not in ("disabled", "between_tools")
    return model.thinking is not Thinking.OFF
