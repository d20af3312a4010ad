"""A table in a person's file, opened for reading: what it is, and its rows as they stream."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path

from app.core.errors import SheafError
from app.core.table import Action, Notice, Row, Sheet
from app.files import refusals
from app.files.head import Head, Record, used
from app.files.tally import Tally

Cancelled = Callable[[], bool]
"""Asked now and then while reading; True stops it."""

_ROWS_BETWEEN_LOOKS = 256


class Watcher:
    """May be asked instead of a function, and then is told how far an opening is, from 0 to 1."""

    share = 0.0

    def __call__(self) -> bool:
        """Say whether to stop."""
        return False


def tell(cancelled: Cancelled, share: float) -> None:
    """Tell whoever watches how far it is."""
    if isinstance(cancelled, Watcher):
        cancelled.share = min(1.0, share)


def never() -> bool:
    """Never cancel."""
    return False


class Source(ABC):
    """A table that is read row by row, as often as wanted; each row is as wide as the header.

    Rows without any text are left out and counted. Row numbers in notices and errors count
    from 1 with the header included, as a spreadsheet program shows them.
    """

    format: str
    """"csv", "tsv", "json", "xlsx", "xlsm", "xls", "xlsb" or "ods", as the bytes have it."""
    sheets: tuple[Sheet, ...] = ()
    """All sheets of a workbook; empty for text."""
    sheet: str | None = None
    encoding: str | None = None
    encoding_certain: bool = True
    delimiter: str | None = None
    """What separates the cells of a text; "" when each line is one cell."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        self._head = Head((), 0, 0)
        self._noticed: list[Notice] = []
        self._tally = Tally()
        self._position = 0.0

    @property
    def header(self) -> tuple[str, ...]:
        """The columns' names, each of its own."""
        return self._head.names

    def position(self) -> float:
        """Return how far the reading is, from 0 to 1."""
        return self._position

    def rows(self, cancelled: Cancelled = never) -> Iterator[Row]:
        """Yield every row below the header as exactly `len(header)` cells.

        Raises:
            SheafError: the file cannot be read on, changed meanwhile, or `cancelled` said so.
        """
        self._tally = Tally()
        self._position = 0.0
        width, named = len(self._head.names), self._head.named
        for number, cells in self._records():
            if not number % _ROWS_BETWEEN_LOOKS:
                self._look_up(cancelled)
            if number <= self._head.last_row:
                continue
            text = "".join(cells)
            if not text.strip():
                self._tally.add("empty_rows", number)
                continue
            self._inspect(number, text)
            fits = len(cells) == named == width
            yield tuple(cells if fits else self._fitted(number, cells))
            self._tally.coming += 1
        self._position = 1.0

    def add_notice(self, notice: Notice) -> None:
        """Note something that was seen before the rows."""
        self._noticed.append(notice)

    def notices(self) -> tuple[Notice, ...]:
        """Return what a person should know about the file; complete once the rows have passed."""
        found = self._tally.notice
        return (
            *self._noticed,
            *self._head.notices,
            *found("empty_rows", "{n} empty row was left out.", "{n} empty rows were left out."),
            *found(
                "long_rows",
                f"{{n}} row has more cells than the header ({{where}}); {self._extra()}.",
                f"{{n}} rows have more cells than the header ({{where}}); {self._extra()}.",
                Action.SHOW_ROWS,
            ),
            *found(
                "short_rows",
                "{n} row has fewer cells than the header ({where}); the rest is blank.",
                "{n} rows have fewer cells than the header ({where}); the rest is blank.",
                Action.SHOW_ROWS,
            ),
            *self._own_notices(self._tally),
        )

    def _extra(self) -> str:
        """Say under which names the cells beyond the header are kept."""
        extra = self._head.names[self._head.named :]
        if len(extra) == 1:
            return f'the rest is kept as "{extra[0]}"'
        return (
            f'the rest is kept as "{extra[0]}" to "{extra[-1]}"' if extra else "the rest is blank"
        )

    @abstractmethod
    def _records(self) -> Iterator[Record]:
        """Yield every row of the file, numbered, from its first."""

    @abstractmethod
    def _progress(self) -> float:
        """Return how far `_records` is, from 0 to 1."""

    @abstractmethod
    def _inspect(self, number: int, text: str) -> None:
        """Look at all the text of a row for oddities."""

    def _own_notices(self, tally: Tally) -> tuple[Notice, ...]:  # noqa: ARG002 for others to use
        """Word the oddities that only this kind of file has; most have none."""
        return ()

    def _look_up(self, cancelled: Cancelled) -> None:
        self._position = min(1.0, self._progress())
        tell(cancelled, self._position)
        if cancelled():
            raise refusals.stopped(self.path)

    def _fitted(self, number: int, cells: list[str]) -> list[str]:
        """Fill short rows and trim cells that hold nothing; everything else has its column."""
        width, named = len(self._head.names), self._head.named
        filled = used(cells)
        if filled > width:
            raise SheafError(
                f'"{self.path.name}" changed while it was being read: row {number:,} grew.',
                fix="Close it in other programs, then open it again.",
            )
        if filled > named:
            self._tally.add("long_rows", number)
        elif len(cells) < named:
            self._tally.add("short_rows", number)
        return cells[:width] + [""] * (width - len(cells))
