"""Tables in as Parquet, where its reader is installed; nobody else needs to have it."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.core.table import name_columns
from app.files import refusals
from app.files.cell_text import plain
from app.files.head import Head, Record
from app.files.json_values import Number, compact
from app.files.source import Source

_ROWS_AT_ONCE = 2_000


class ParquetSource(Source):
    """A Parquet file, read some thousand rows at a time."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        if importlib.util.find_spec("pyarrow") is None:
            raise refusals.no_parquet(path)
        self.format = "parquet"
        self._arrow: Any = importlib.import_module("pyarrow")
        self._at_row = 0
        with self._open() as file:
            self._count = int(file.metadata.num_rows)
            names = [str(name) for name in file.schema_arrow.names]
        if not names:
            raise refusals.empty(path)
        if not self._count:
            raise refusals.no_rows(path)
        self._head = Head(name_columns(names), len(names), 0)

    def _open(self) -> Any:
        parquet = importlib.import_module("pyarrow.parquet")
        try:
            return parquet.ParquetFile(self.path)
        except FileNotFoundError as error:
            raise refusals.unreadable(self.path, error) from error
        except (self._arrow.ArrowException, OSError, ValueError) as error:
            raise refusals.damaged_parquet(self.path) from error

    def _records(self) -> Iterator[Record]:
        self._at_row = 0
        with self._open() as file:
            batches = file.iter_batches(batch_size=_ROWS_AT_ONCE)
            while (batch := self._next(batches)) is not None:
                columns = [self._texts(column) for column in batch.columns]
                for cells in zip(*columns, strict=True):
                    self._at_row += 1
                    yield self._at_row, list(cells)

    def _next(self, batches: Iterator[Any]) -> Any:
        try:
            return next(batches, None)
        except (self._arrow.ArrowException, OSError, ValueError) as error:
            raise refusals.damaged_parquet(self.path) from error

    def _texts(self, column: Any) -> list[str]:
        """Return a column's cells; moments keep their last digits, which Python's have not."""
        types = self._arrow.types
        if types.is_timestamp(column.type) or types.is_time(column.type):
            texts = column.cast(self._arrow.string()).to_pylist()
            return ["" if text is None else _trimmed(text) for text in texts]
        return [_text(value) for value in column.to_pylist()]

    def _progress(self) -> float:
        return self._at_row / max(1, self._count)

    def _inspect(self, number: int, text: str) -> None:
        """Nothing in the text itself can be odd: the file says how it is encoded."""


def _trimmed(moment: str) -> str:
    """Leave out digits of a second that say nothing, and a midnight's dot."""
    clock, dot, rest = moment.partition(".")
    digits = rest.rstrip("Z").rstrip("0")
    zone = "Z" if rest.endswith("Z") else ""
    return f"{clock}.{digits}{zone}" if dot and digits else f"{clock}{zone}"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list | dict | tuple):
        return compact(_as_json(value))
    return plain(value)


def _as_json(value: Any) -> Any:
    """Return a nested value as JSON has it: numbers with all digits, moments as texts."""
    if isinstance(value, dict):
        return {str(key): _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(inner) for inner in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        return Number(_text(value))
    if isinstance(value, bytes | date | time | timedelta):
        return _text(value)
    return value
