"""Text tables in: CSV, TSV and their relatives, streamed and kept cell for cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BufferedReader, TextIOWrapper
from pathlib import Path

from app.core.encodings import encoding_words
from app.core.errors import Halt, SheafError
from app.core.table import Action, Notice
from app.files import refusals, separators
from app.files.encoding import REPLACEMENT, Encoding, unsuited
from app.files.head import LOOKED_AT, Record, is_blank, make_head, used
from app.files.records import Dialect, UnclosedQuoteError, read_records
from app.files.source import Cancelled, Source, never
from app.files.tally import Tally, say_count

_SAMPLE_LINES = 400
_SAMPLE_CHARACTERS = 1 << 18
_ROWS_BETWEEN_LOOKS = 256
MOST_COLUMNS = 16_384
"""As many as a spreadsheet program has; a stray line of separators must not fill the memory."""


class CsvSource(Source):
    """A text table. Opening it reads it once to know its columns; `rows` reads it again."""

    def __init__(
        self,
        path: Path,
        encoding: Encoding,
        *,
        delimiter: str | None = None,
        header: bool = True,
        cancelled: Cancelled = never,
    ) -> None:
        super().__init__(path)
        self._encoding = encoding
        self._raw: BufferedReader | None = None
        self._dialect = self._find_dialect(delimiter)
        self._learn_columns(header, cancelled)
        separator = self._dialect.separator
        self.format = "tsv" if separator == "\t" else "csv"
        self.delimiter = "" if separator == separators.ONE_COLUMN else separator
        self.encoding = encoding.codec
        self.encoding_certain = encoding.certain

    def _find_dialect(self, delimiter: str | None) -> Dialect:
        lines = self._first_lines()
        declared = separators.declared_separator(lines[0]) if lines else None
        if delimiter is not None:
            found = separators.named_separator(delimiter)
        else:
            found = declared or separators.find_separator(lines)
        if delimiter is None and declared is None:
            self._note_other_separator(lines, found)
        spaced = separators.are_quotes_spaced(lines, found)
        return Dialect(found, declared is not None, spaced=spaced)

    def _note_other_separator(self, lines: list[str], found: str) -> None:
        other = separators.other_separator(lines, found)
        if other is not None:
            words, others = separators.separator_words(found), separators.separator_words(other)
            text = f"The columns may be separated by {words} or by {others}; {words} were taken."
            self.add_notice(Notice("separator_guessed", text, action=Action.CHOOSE_SEPARATOR))

    def _first_lines(self) -> list[str]:
        lines: list[str] = []
        size = 0
        for line in self._lines():
            lines.append(line)
            size += len(line)
            if len(lines) == _SAMPLE_LINES or size > _SAMPLE_CHARACTERS:
                break
        return lines

    def _learn_columns(self, header: bool, cancelled: Cancelled) -> None:
        try:
            self._measure(header, cancelled)
        except UnclosedQuoteError as unclosed:
            # Tab-separated text often knows no quoting: a quotation mark is then just that.
            if self._dialect.separator not in {"\t", separators.ONE_COLUMN}:
                raise refusals.unclosed_quote(self.path, unclosed.row, unclosed.line) from unclosed
            self._dialect = replace(self._dialect, quoting=False)
            self._measure(header, cancelled)

    def _measure(self, header: bool, cancelled: Cancelled) -> None:
        first: list[Record] = []
        width = last_filled = 0
        for number, cells in self._plain_records():
            if not number % _ROWS_BETWEEN_LOOKS:
                self._look_up(cancelled)
            if len(cells) > width:
                width = max(width, used(cells))
            if len(first) < LOOKED_AT and not is_blank(cells):
                first.append((number, cells))
                last_filled = number
        if not first:
            raise refusals.empty(self.path)
        if width > MOST_COLUMNS:
            raise _too_wide(self.path, width)
        self._head = make_head(first, width, header=header)
        if last_filled <= self._head.last_row:
            raise refusals.no_rows(self.path)

    def _records(self) -> Iterator[Record]:
        try:
            yield from self._plain_records()
        except UnclosedQuoteError as unclosed:
            raise refusals.unclosed_quote(self.path, unclosed.row, unclosed.line) from unclosed

    def _plain_records(self) -> Iterator[Record]:
        lines = self._lines()
        if self._dialect.has_declaration:
            next(lines, None)
        return read_records(lines, self._dialect, self._tally)

    def _lines(self) -> Iterator[str]:
        # newline="" splits at every kind of line end and keeps it as it is inside quotes.
        codec = self._encoding.codec
        try:
            with (
                self.path.open("rb") as raw,
                TextIOWrapper(raw, encoding=codec, errors="replace", newline="") as text,
            ):
                self._raw = raw
                yield from text
        except OSError as error:
            raise refusals.unreadable(self.path, error) from error
        except UnicodeError as error:
            raise unsuited(self.path, codec) from error

    def _progress(self) -> float:
        raw = self._raw
        return raw.tell() / self.size if raw and not raw.closed and self.size else 1.0

    def _inspect(self, number: int, text: str) -> None:
        if "\0" in text:
            self._tally.add("nul", number, text.count("\0"))
        if self._encoding.broken and REPLACEMENT in text:
            self._tally.add("broken_bytes", number, text.count(REPLACEMENT))

    def _own_notices(self, tally: Tally) -> tuple[Notice, ...]:
        return (
            *self._about_encoding(tally),
            *tally.notice(
                "stray_quotes",
                "{n} row has a quotation mark where none belongs ({where}); look at its cells.",
                "{n} rows have a quotation mark where none belongs ({where}); look at their cells.",
                Action.SHOW_ROWS,
            ),
            *tally.notice(
                "nul",
                "{n} invisible zero character was found ({where}) and kept.",
                "{n} invisible zero characters were found ({where}) and kept.",
                Action.SHOW_ROWS,
            ),
        )

    def _about_encoding(self, tally: Tally) -> tuple[Notice, ...]:
        words = encoding_words(self._encoding.codec)
        notices = tally.notice(
            "broken_bytes",
            f"{{n}} place does not read as {words} and is shown as {REPLACEMENT} ({{where}}).",
            f"{{n}} places do not read as {words} and are shown as {REPLACEMENT} ({{where}}).",
            Action.CHOOSE_ENCODING,
        )
        missed = self._encoding.broken - tally.count("broken_bytes")
        if not notices and missed > 0:
            what = say_count(missed, "place does", "places do")
            text = f"{what} not read as {words}; look for {REPLACEMENT}."
            notices = (Notice("broken_bytes", text, missed, Action.CHOOSE_ENCODING),)
        if self._encoding.certain:
            return notices
        text = f"The file does not say how its text was saved; it looks like {words}."
        return (*notices, Notice("encoding_guessed", text, action=Action.CHOOSE_ENCODING))


def _too_wide(path: Path, width: int) -> SheafError:
    return SheafError(
        f'"{path.name}" has {width:,} columns; Sheaf reads up to {MOST_COLUMNS:,}.',
        "Spreadsheet programs have no more either; the separator may be another one.",
        "Choose the separator, or save the table with fewer columns.",
        halt=Halt.READING,
    )
