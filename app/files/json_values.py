"""Values of a JSON text one by one: of an array, of lines, or simply one after the other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

LONGEST = 64 * 1024 * 1024
"""No honest value is longer; one that never ends would fill the memory."""

_SPACE = " \t\r\n"
_NEAR_END = 16
"""An error so close to the end of what is known may only be a value that goes on."""


class NotJsonError(Exception):
    """The text is not JSON from this line on."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(line, why)
        self.line = line
        self.why = why


class Number(str):
    """A number with every digit just as it was written."""

    __slots__ = ()


class Object(dict[str, Any]):
    """An object; `repeated` counts keys that it has more than once, of which the last one holds."""

    __slots__ = ("repeated",)

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.repeated = len(pairs) - len(self)


_DECODER = json.JSONDecoder(
    object_pairs_hook=Object, parse_int=Number, parse_float=Number, parse_constant=Number
)


@dataclass(slots=True)
class _Buffer:
    """The part of the text that is being looked at."""

    pieces: Iterator[str]
    text: str = ""
    at: int = 0
    line: int = 1
    ended: bool = False

    def more(self) -> None:
        """Read on, twice as far each time, and forget what has been looked at."""
        self.text = self.text[self.at :]
        self.at = 0
        wanted = max(1, len(self.text))
        parts = [self.text]
        for piece in self.pieces:
            parts.append(piece)
            wanted -= len(piece)
            if wanted <= 0:
                break
        else:
            self.ended = True
        self.text = "".join(parts)

    def go_to(self, at: int) -> None:
        """Pass over what stands before this place."""
        self.line += self.text.count("\n", self.at, at)
        self.at = at

    def sign(self) -> str:
        """Return the next character that is no white space; "" at the end."""
        while True:
            at = self.at
            while at < len(self.text) and self.text[at] in _SPACE:
                at += 1
            self.go_to(at)
            if at < len(self.text) or self.ended:
                return self.text[at : at + 1]
            self.more()


def json_values(pieces: Iterable[str]) -> Iterator[tuple[int, Any]]:
    """Yield each value with the line on which it begins; numbers keep their digits.

    Of a text that is one array these are its elements, otherwise the values themselves, whether
    they stand on lines of their own or not. Only one value is held at a time.

    Raises:
        NotJsonError: the text is not JSON, ends too early, or a value is too long.
    """
    buffer = _Buffer(iter(pieces))
    is_array = buffer.sign() == "["
    if is_array:
        buffer.go_to(buffer.at + 1)
    while sign := buffer.sign():
        if is_array and sign == "]":
            buffer.go_to(buffer.at + 1)
            if buffer.sign():
                raise NotJsonError(buffer.line, "something follows after the end of the list")
            return
        if sign == ",":
            buffer.go_to(buffer.at + 1)
            continue
        yield buffer.line, _next_value(buffer)
    if is_array:
        raise NotJsonError(buffer.line, "the file ends in the middle of its list")


def _next_value(buffer: _Buffer) -> Any:
    while True:
        try:
            value, end = _DECODER.raw_decode(buffer.text, buffer.at)
        except json.JSONDecodeError as error:
            _check_may_go_on(buffer, error)
        except RecursionError as error:
            raise NotJsonError(buffer.line, "a value is nested too deeply") from error
        else:
            # A number at the very end may have more digits to come.
            if end < len(buffer.text) or buffer.ended or not isinstance(value, Number):
                buffer.go_to(end)
                return value
        buffer.more()


def _check_may_go_on(buffer: _Buffer, error: json.JSONDecodeError) -> None:
    """Let a value that is not whole yet go on; refuse everything else."""
    place = min(error.pos, len(buffer.text.rstrip()))
    line = buffer.line + buffer.text.count("\n", buffer.at, place)
    if buffer.ended:
        raise NotJsonError(line, "the file ends in the middle, or is no JSON there") from error
    is_cut = error.msg.startswith("Unterminated string") or (
        error.pos >= len(buffer.text) - _NEAR_END
    )
    if not is_cut:
        raise NotJsonError(line, "it is no JSON there") from error
    if len(buffer.text) - buffer.at > LONGEST:
        raise NotJsonError(buffer.line, "a value is longer than 64 MB") from error


def as_text(value: Any) -> str:
    """Return a value as a cell: texts and numbers as they are, nothing as blank, else as JSON."""
    if isinstance(value, str):
        return str(value)  # also of a number, which then is nothing but a text
    if value is None:
        return ""
    return compact(value)


def compact(value: Any) -> str:
    """Write a value as JSON without blanks, numbers just as they were."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        members = (f"{compact(key)}:{compact(inner)}" for key, inner in value.items())
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
