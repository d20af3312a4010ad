"""Two ways to read a text file of which nobody knows how it was saved, side by side."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from app.core.job import Job
from app.core.table import Row
from app.engine.replies import Example, Reading, Readings
from app.files.encoding import other_reading
from app.files.formats import open_source

MOST_SHOWN = 200
"""How many of the rows that differ are told by number."""
MOST_COMPARED = 200_000
EXAMPLES = 3
_WORDS_SHOWN = 9
_WORD = re.compile(r"\S+")


def compare_readings(
    job: Job, codecs: Sequence[str], stopped: Callable[[], bool]
) -> Readings | None:
    """Compare two readings of a job's file; None where only one makes sense.

    Without `codecs` they are the present one and the next likely.

    Raises:
        SheafError: the file cannot be read any more, or `stopped` said so.
    """
    source = job.source
    if source.encoding is None:
        return None
    now, other = codecs or (source.encoding, other_reading(Path(source.path), source.encoding))
    if other is None:
        return None
    rows: list[int] = []
    examples: list[tuple[Example, Example]] = []
    count = 0
    for row, pair in _differing(job, (now, other), stopped):
        count += 1
        if len(rows) < MOST_SHOWN:
            rows.append(row)
        if len(examples) < EXAMPLES and (shown := _example(*pair)):
            examples.append(shown)
    return Readings(
        Reading(now, tuple(first for first, _ in examples)),
        Reading(other, tuple(second for _, second in examples)),
        tuple(rows),
        count,
        whole=job.rows <= MOST_COMPARED,
    )


def _differing(
    job: Job, codecs: tuple[str, str], stopped: Callable[[], bool]
) -> Iterator[tuple[int, tuple[Row, Row]]]:
    """Yield the rows that read differently, numbered from 1, in both readings."""
    now, other = (
        open_source(
            Path(job.source.path),
            encoding=codec,
            delimiter=job.source.delimiter,
            header=job.source.header,
            cancelled=stopped,
        ).rows(stopped)
        for codec in codecs
    )
    pairs = zip(now, other, strict=False)
    for number, pair in enumerate(islice(pairs, MOST_COMPARED), 1):
        if pair[0] != pair[1]:
            yield number, pair


def _example(now: Row, other: Row) -> tuple[Example, Example] | None:
    """Return the first words of a cell that differs, with the places of those that do."""
    cells = next(pair for pair in zip(now, other, strict=False) if pair[0] != pair[1])
    words = [_WORD.findall(cell) for cell in cells]
    if len(words[0]) != len(words[1]):
        return None
    differ = [place for place, pair in enumerate(zip(*words, strict=True)) if pair[0] != pair[1]]
    if not differ:
        return None
    begin = max(0, differ[0] - 1)
    marked = tuple(place - begin for place in differ if place < begin + _WORDS_SHOWN)
    shown = [" ".join(each[begin : begin + _WORDS_SHOWN]) for each in words]
    return Example(shown[0], marked), Example(shown[1], marked)
