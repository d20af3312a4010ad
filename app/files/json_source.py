"""Tables in as JSON: lines or an array of objects, a column for every key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import Any

from app.core.errors import SheafError
from app.core.table import Action, Notice, name_columns
from app.files import refusals
from app.files.encoding import REPLACEMENT, Encoding
from app.files.head import Head, Record
from app.files.json_values import NotJsonError, Object, as_text, json_values
from app.files.source import Cancelled, Source, never
from app.files.tally import Tally

MOST_COLUMNS = 20_000
OTHER = "value"
"""The column of elements that are no objects."""

_PIECE = 1 << 18
_HALVES = re.compile("[\ud800-\udfff]")
"""Halves of characters, which JSON can name by themselves and nothing can store."""
_ROWS_BETWEEN_LOOKS = 256


class JsonSource(Source):
    """A table of objects. Opening it reads it once to know its columns; `rows` reads it again."""

    def __init__(self, path: Path, encoding: Encoding, *, cancelled: Cancelled = never) -> None:
        super().__init__(path)
        self.format = "json"
        self.encoding = encoding.codec
        self.encoding_certain = True
        self._broken = encoding.broken
        self._raw: BufferedReader | None = None
        keys = self._find_keys(cancelled)
        self._places = {key: place for place, key in enumerate(keys)}
        named = [_HALVES.sub(REPLACEMENT, key) for key in keys]
        self._head = Head(name_columns(named), len(keys), 0)

    def _find_keys(self, cancelled: Cancelled) -> list[str]:
        keys: dict[str, None] = {}
        rows = 0
        only: Any = None
        for rows, (_, value) in enumerate(self._values(), 1):
            if not rows % _ROWS_BETWEEN_LOOKS:
                self._look_up(cancelled)
            only = value if rows == 1 else None
            keys.update(dict.fromkeys(_members(value)))
            if len(keys) > MOST_COLUMNS:
                raise refusals.too_many_keys(self.path, MOST_COLUMNS)
        if isinstance(only, Object) and (inside := _list_inside(only)):
            raise refusals.list_inside(self.path, inside)
        if not rows or not keys:
            raise refusals.empty(self.path)
        return list(keys)

    def _values(self) -> Iterator[tuple[int, Any]]:
        try:
            yield from json_values(self._pieces())
        except NotJsonError as error:
            raise refusals.not_json(self.path, error.line, error.why) from error

    def _pieces(self) -> Iterator[str]:
        try:
            with (
                self.path.open("rb") as raw,
                TextIOWrapper(raw, encoding=self.encoding, errors="replace", newline="") as text,
            ):
                self._raw = raw
                while piece := text.read(_PIECE):
                    yield piece
        except OSError as error:
            raise refusals.unreadable(self.path, error) from error

    def _records(self) -> Iterator[Record]:
        places = self._places
        for number, (line, value) in enumerate(self._values(), 1):
            cells = [""] * len(places)
            for key, inner in _members(value).items():
                if key not in places:
                    raise self._changed(number)
                try:
                    cells[places[key]] = as_text(inner)
                except RecursionError as error:
                    raise refusals.not_json(self.path, line, "it is nested too deeply") from error
            if isinstance(value, Object) and value.repeated:
                self._tally.add("repeated_keys", number)
            yield number, self._whole(number, cells)

    def _whole(self, number: int, cells: list[str]) -> list[str]:
        """Return cells in which halves of characters are visible marks, and count those."""
        halves = len(_HALVES.findall("".join(cells)))
        if not halves:
            return cells
        self._tally.add("half_characters", number, halves)
        return [_HALVES.sub(REPLACEMENT, cell) for cell in cells]

    def _changed(self, number: int) -> SheafError:
        return SheafError(
            f'"{self.path.name}" changed while it was being read: row {number:,} is another one.',
            fix="Close it in other programs, then open it again.",
        )

    def _progress(self) -> float:
        raw = self._raw
        return raw.tell() / self.size if raw and not raw.closed and self.size else 1.0

    def _inspect(self, number: int, text: str) -> None:
        if self._broken and REPLACEMENT in text:
            self._tally.add("broken_bytes", number, text.count(REPLACEMENT))

    def _own_notices(self, tally: Tally) -> tuple[Notice, ...]:
        return (
            *tally.notice(
                "broken_bytes",
                f"{{n}} place is no Unicode and is shown as {REPLACEMENT} ({{where}}).",
                f"{{n}} places are no Unicode and are shown as {REPLACEMENT} ({{where}}).",
                Action.CHOOSE_ENCODING,
            ),
            *tally.notice(
                "half_characters",
                f"{{n}} place holds half a character and is shown as {REPLACEMENT} ({{where}}).",
                f"{{n}} places hold half a character and are shown as {REPLACEMENT} ({{where}}).",
                Action.SHOW_ROWS,
            ),
            *tally.notice(
                "repeated_keys",
                "{n} row has a key more than once ({where}); the last value is taken.",
                "{n} rows have a key more than once ({where}); the last value is taken.",
                Action.SHOW_ROWS,
            ),
        )


def _members(value: Any) -> dict[str, Any]:
    return value if isinstance(value, Object) else {OTHER: value}


def _list_inside(only: Object) -> str:
    """Return the key under which the only object of a file has what seem to be its rows."""
    return next((key for key, inner in only.items() if _is_table(inner)), "")


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 1 and isinstance(value[0], Object)
