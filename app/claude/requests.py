"""A row and a job's settings become the params of one request that this model accepts.

No temperature, top_p, top_k and no prefill (API version 2026-10-21); thinking and effort as the
wanted quality means them for the model (core.quality); answer columns as `output_config.format`
(section 7).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from secrets import token_hex
from typing import Any

import msgspec

from app.core.answers import in_words, schema
from app.core.catalog import Model
from app.core.errors import SheafError
from app.core.job import JobSettings
from app.core.parts import DocumentPart, ImagePart, Part, TextPart
from app.core.plan import custom_id
from app.core.quality import approach
from app.core.together import schema_of_several, several_in_words

_encode = msgspec.json.Encoder().encode


Content = str | list[dict[str, Any]]
"""What a message says: its words, or blocks of words, pictures and documents in their order."""


def content_of(parts: Sequence[str | Part]) -> Content:
    """Return the words and files of one row as the content of a message.

    Words beside each other become one block; a block of blanks would be refused, so it is left
    out (section 4.1).
    """
    blocks: list[dict[str, Any]] = []
    words = ""
    for part in parts:
        if isinstance(part, str | TextPart):
            words += part if isinstance(part, str) else part.text
            continue
        blocks += [*_words(words), _source(part)]
        words = ""
    return [*blocks, *_words(words)] if blocks else words


def _words(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text}] if text.strip() else []


def _source(part: ImagePart | DocumentPart) -> dict[str, Any]:
    kind = "image" if isinstance(part, ImagePart) else "document"
    data = b64encode(part.data).decode()
    return {
        "type": kind,
        "source": {"type": "base64", "media_type": part.media_type, "data": data},
    }


def params(settings: JobSettings, model: Model, text: Content, rows: int = 1) -> dict[str, Any]:
    """Return the params of the request for one row's filled instructions, or for several rows."""
    longest = settings.max_tokens * rows
    request: dict[str, Any] = {
        "model": model.id,
        "max_tokens": longest,
        "messages": [{"role": "user", "content": text}],
    }
    if system := system_text(settings, model, rows):
        request["system"] = system
    asked = approach(model, settings.quality, longest)
    if asked.thinking:
        request["thinking"] = dict(asked.thinking)
    if output := _output_config(settings, model, asked.effort, rows):
        request["output_config"] = output
    return request


def system_text(settings: JobSettings, model: Model, rows: int = 1) -> str:
    """Return the background, and the wanted reply in words for a model that takes no schema."""
    parts = [settings.background.strip()]
    if settings.answers and not model.structured_outputs:
        parts.append(in_words(settings.answers) if rows == 1 else several_in_words(settings))
    return "\n\n".join(part for part in parts if part)


def _output_config(settings: JobSettings, model: Model, effort: str, rows: int) -> dict[str, Any]:
    """Ask for an effort, where one is wanted, and for the answer's shape."""
    output: dict[str, Any] = {"effort": effort} if effort else {}
    if settings.answers and model.structured_outputs:
        shape = schema(settings.answers) if rows == 1 else schema_of_several(settings)
        output["format"] = {"type": "json_schema", "schema": shape}
    return output


def check_longest_answer(tokens: int, model: Model) -> None:
    """Refuse a longest answer that the model cannot give.

    Raises:
        SheafError: it is under 1 or over the model's limit.
    """
    if tokens < 1:
        raise SheafError(
            f"The longest answer is {tokens} tokens, so nothing could be answered.",
            fix="Allow at least 1 token; 300 tokens are about 225 words.",
        )
    if tokens > model.max_output_tokens:
        raise SheafError(
            f"The longest answer is {tokens:,} tokens, and {model.name} writes "
            f"{model.max_output_tokens:,} at most.",
            fix=f"Allow {model.max_output_tokens:,} tokens or fewer.",
        )


class RequestWriter:
    """Writes a job's requests as JSON; all but the row's own text is encoded once.

    Each of them asks so many `rows`, as their text says.
    """

    def __init__(self, tag: str, settings: JobSettings, model: Model, rows: int = 1) -> None:
        self._tag = tag
        self._several = rows > 1
        hole = token_hex(16)  # in no text of a person's
        encoded = _encode(params(settings, model, hole, rows))
        self._head, self._tail = encoded.split(_encode(hole))

    def line(self, batch: int, row: int, text: Content) -> bytes:
        """Return one request of the batch's `requests` list, named after its first row."""
        name = custom_id(self._tag, batch, row, several=self._several).encode()
        return b'{"custom_id":"%b","params":%b%b%b}' % (
            name,
            self._head,
            _encode(text),
            self._tail,
        )

    def size(self, text: str) -> int:
        """Return how many bytes a request takes at most, its id and comma included."""
        return len(self._head) + len(_encode(text)) + len(self._tail) + 100
