"""Several rows in one request: when that can be, what is asked, and whose answer is whose.

The instructions stand there once, with their placeholders; each row follows as a JSON object on a
line of its own, so that no cell can pass for the next row. A reply is divided by the rows' numbers
in the request, and what it does not say for certain is not guessed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from app.core.answers import AnswerColumn, key_lines, keys, schema
from app.core.catalog import Model
from app.core.cost import bytes_sent
from app.core.errors import SheafError
from app.core.fitting import fit_object, read_object
from app.core.instructions import as_placeholder, check, parse
from app.core.job import JobSettings
from app.core.table import Row

MOST_TOGETHER = 20
USUAL_TOGETHER = 5
LONGEST = 1_000_000
"""Bytes of a request with several rows, which are meant to be short ones."""
_ADDED = 5_000
"""Tokens that are kept free for whatever the service adds: several times what it was seen to."""
_ID = "row"
_LIST = "answers"
_INTRO = """Below are rows of a table. Follow the instructions for each row by itself, as if it \
were the only one: no row says anything about another. Where the instructions name a column \
in double braces, they mean that row's own text. Give exactly one answer for each row.

Instructions:
{instructions}

Rows, one JSON object on each line; "{key}" is the row's number:"""
_NUMBER = "The number of the row that this answer is for."
_MISSING = "Not in Claude's reply to several rows."
_TWICE = "Twice in Claude's reply to several rows."
_FOREIGN = "Claude's reply to several rows names one that was not asked."
_MISFIT = "Its part of Claude's reply to several rows does not fit. {}"


def check_together(settings: JobSettings, *, files: bool) -> None:
    """Refuse to ask several rows in one request where that cannot be.

    `files` says that the instructions name files.

    Raises:
        SheafError: why not, and what to do.
    """
    if settings.rows_per_request == 1:
        return
    if not 1 <= settings.rows_per_request <= MOST_TOGETHER:
        raise SheafError(
            f"{settings.rows_per_request} rows cannot be asked in one request.",
            fix=f"Choose 1 to {MOST_TOGETHER} rows per request.",
        )
    if why := why_alone(settings, files=files):
        raise SheafError(
            "Several rows cannot be asked in one request here.", why, "Set rows per request to 1."
        )


def why_alone(settings: JobSettings, *, files: bool) -> str:
    """Say why each row needs a request of its own; blank where it does not."""
    if not settings.answers:
        return "Without answer columns a reply to several rows could not be told apart."
    if files:
        return "Rows that bring files are asked one at a time."
    parsed = parse(settings.instructions)
    meant = {name for words in parsed.literals for name in parse(words).columns}
    if meant & set(parsed.columns):
        return "The instructions write a column's name in double braces, and do not mean its text."
    return ""


def rows_together(settings: JobSettings, model: Model) -> int:
    """Return how many rows a request asks: fewer than wished where they would not fit.

    The model may not answer so much; or there is no room beside what they share.
    """
    room = model.max_output_tokens // max(settings.max_tokens, 1)
    return _beside_what_is_shared(min(settings.rows_per_request, room), settings, model, 0)


def requests_for(settings: JobSettings, model: Model, rows: int, row_bytes: float) -> int:
    """Return how many requests so many rows make, with cells of so many bytes on the average."""
    wished = rows_together(settings, model)
    return -(-rows // _beside_what_is_shared(wished, settings, model, row_bytes))


def _beside_what_is_shared(
    wished: int, settings: JobSettings, model: Model, row_bytes: float
) -> int:
    """Return how many of the rows have room in a request."""
    if wished <= 1:
        return 1
    left = _most_bytes(wished, settings, model) - bytes_sent(intro(settings) + settings.background)
    return max(1, min(wished, int(left / (bytes_sent(frame(settings)) + row_bytes))))


def alone(settings: JobSettings) -> JobSettings:
    """Return the settings with a request for each row."""
    return replace(settings, rows_per_request=1)


def most_bytes(settings: JobSettings, model: Model) -> int:
    """Return how large a request with several rows may be.

    The model can read it all, with room for the answers. It never comes into a dearer price tier:
    its usage is divided among its rows, and so each of them must be priced as the whole is.
    """
    return _most_bytes(rows_together(settings, model), settings, model)


def _most_bytes(rows: int, settings: JobSettings, model: Model) -> int:
    tier = model.prices.tiers[0].up_to if model.prices is not None else None
    writes = rows * settings.max_tokens
    room = min(model.max_input_tokens - writes, tier or LONGEST)
    return min(LONGEST, room - _ADDED)


# --- what is asked ------------------------------------------------------------------------------


def id_key(settings: JobSettings) -> str:
    """Return the key of a row's number, which no column and no answer column has."""
    taken = {*parse(settings.instructions).columns, *keys(settings.answers)}
    key = _ID
    while key in taken:
        key += "_"
    return key


@dataclass(frozen=True, slots=True)
class Asking:
    """Writes the text that asks several rows: what they share, then a line for each."""

    intro: str
    line: Callable[[int, Row], str]

    def text(self, rows: Sequence[Row]) -> str:
        """Return the whole text; the first row has number 1."""
        lines = (self.line(number, cells) for number, cells in enumerate(rows, 1))
        return "\n".join((self.intro, *lines))


def intro(settings: JobSettings) -> str:
    """Return what stands above the rows of a request: what they share."""
    return _INTRO.format(instructions=with_names(settings), key=id_key(settings))


def frame(settings: JobSettings) -> str:
    """Return what stands around a row's cells on its line."""
    empty = dict.fromkeys(parse(settings.instructions).columns, "")
    values = {id_key(settings): settings.rows_per_request, **empty}
    return msgspec.json.encode(values).decode() + "\n"


def asking(settings: JobSettings, columns: Sequence[str]) -> Asking:
    """Return what writes the text for these instructions and the table's columns.

    Raises:
        SheafError: there are no instructions, or they name an unknown column.
    """
    parsed, key = parse(settings.instructions), id_key(settings)
    check(parsed, columns)
    places = [(name, columns.index(name)) for name in parsed.columns]

    def line(number: int, cells: Row) -> str:
        values = {key: number, **{name: cells[place] for name, place in places}}
        return msgspec.json.encode(values).decode()

    return Asking(intro(settings), line)


def with_names(settings: JobSettings) -> str:
    """Return the instructions as they are shared: with their placeholders."""
    parsed = parse(settings.instructions)
    first, *rest = parsed.literals
    named = zip(parsed.placeholders, rest, strict=True)
    return first + "".join(as_placeholder(place.column) + words for place, words in named)


def schema_of_several(settings: JobSettings) -> dict[str, Any]:
    """Return the JSON schema of a reply: a list with one object per row, told by its number."""
    one, key = schema(settings.answers), id_key(settings)
    numbers = list(range(1, settings.rows_per_request + 1))
    number = {"type": "integer", "enum": numbers, "description": _NUMBER}
    each = {
        **one,
        "properties": {key: number, **one["properties"]},
        "required": [key, *one["required"]],
    }
    return {
        "type": "object",
        "properties": {_LIST: {"type": "array", "items": each}},
        "required": [_LIST],
        "additionalProperties": False,
    }


def several_in_words(settings: JobSettings) -> str:
    """Describe the wanted reply for a model that takes no schema."""
    head = (
        f'Reply with one JSON object and nothing else. Its one key "{_LIST}" holds a list with '
        "one object for each row. The keys of each of them:"
    )
    number = f'- "{id_key(settings)}": a number. {_NUMBER}'
    return "\n".join((head, number, *key_lines(settings.answers)))


# --- whose answer is whose ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RowReply:
    """What a reply says about one of its rows; `doubt` why it is not taken for its answer."""

    reply: str = ""
    cells: tuple[str, ...] = ()
    doubt: str = ""


def take_apart(
    columns: Sequence[AnswerColumn], key: str, reply: str, rows: int
) -> tuple[RowReply, ...] | None:
    """Divide a reply among its rows by their numbers; None where it is no list of answers.

    Where it names a row that was not asked, its numbers say nothing for certain about any.
    """
    found = read_object(reply)
    listed = found.get(_LIST) if found else None
    if not isinstance(listed, list):
        return None
    answers: dict[int, list[dict[str, Any]]] = {number: [] for number in range(1, rows + 1)}
    for one in listed:
        number = one.get(key) if isinstance(one, dict) else None
        if type(number) is not int or number not in answers:
            return (RowReply(doubt=_FOREIGN),) * rows
        answers[number].append(one)
    return tuple(_row_reply(columns, key, found) for found in answers.values())


def _row_reply(
    columns: Sequence[AnswerColumn], key: str, answers: Sequence[dict[str, Any]]
) -> RowReply:
    if len(answers) != 1:
        return RowReply(doubt=_TWICE if answers else _MISSING)
    own = {name: value for name, value in answers[0].items() if name != key}
    fitting = fit_object(columns, own)
    try:
        text = json.dumps(own, ensure_ascii=False)
    except RecursionError:  # nested just so deep that it could be read, and not be written
        text = ""
    return RowReply(text, fitting.cells, _MISFIT.format(fitting.misfit) if fitting.misfit else "")
