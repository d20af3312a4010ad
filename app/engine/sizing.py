"""The sizes of a job's rows: measured by reading them once, then kept while they stay the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from app.core import plan
from app.core.catalog import Model
from app.core.instructions import as_placeholder, parse
from app.core.job import Job, JobSettings
from app.core.part_volume import PartVolume, limits_of
from app.core.row_sizes import (
    Holds,
    Population,
    RowSize,
    RowSizes,
    Selection,
    of_text,
    select,
)
from app.core.table import Row
from app.core.volume import reach
from app.engine.filled import Filled, filled_for
from app.engine.prepare import Pages, chosen_test, each_row
from app.engine.twins import cells_of
from app.store.named_files import NamedFiles

_KEPT = 4


@dataclass(frozen=True, slots=True)
class Table:
    """A job's rows, as they can be read now."""

    job: Job
    pages: Pages
    files: NamedFiles | None = None

    def row(self, number: int) -> Row:
        """Return the cells of one row."""
        return self.pages(number - 1)[0][1]


class Sizing:
    """Keeps the sizes of the rows that were asked for last; any thread may ask."""

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._sizes: OrderedDict[object, RowSizes] = OrderedDict()
        self._populations: OrderedDict[object, Population] = OrderedDict()

    def population(
        self,
        table: Table,
        settings: JobSettings,
        model: Model,
        kept: frozenset[int] = frozenset(),
    ) -> Population:
        """Return the rows to send but those `kept`, reading them where that was not done yet.

        Raises:
            SheafError: the instructions cannot be filled in.
        """
        found = self.known(table.job, settings, model, kept)
        if found is not None:
            return found
        sizes = measure(table, settings, model)
        with self._door:
            _keep(self._sizes, sizes_key(table.job, settings, model), sizes)
        return self._select(table.job, settings, model, sizes, kept)

    def known(
        self, job: Job, settings: JobSettings, model: Model, kept: frozenset[int] = frozenset()
    ) -> Population | None:
        """Return the rows to send, where they were read already; else None."""
        key = sizes_key(job, settings, model)
        with self._door:
            population = self._populations.get((key, _choice(settings), kept))
            sizes = self._sizes.get(key)
        if population is not None:
            return population
        if sizes is None or len(sizes) < reach(settings.rows, job.rows):
            return None
        return self._select(job, settings, model, sizes, kept)

    def _select(
        self,
        job: Job,
        settings: JobSettings,
        model: Model,
        sizes: RowSizes,
        kept: frozenset[int],
    ) -> Population:
        selection = Selection(
            chosen_test(settings.rows),
            settings.skip_blank,
            settings.twins,
            _has_words_around(settings),
            kept,
        )
        population = select(sizes, selection)
        with self._door:
            key = (sizes_key(job, settings, model), _choice(settings), kept)
            _keep(self._populations, key, population)
        return population


def _keep(kept: OrderedDict[object, Any], key: object, value: object) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > _KEPT:
        kept.popitem(last=False)


def sizes_key(job: Job, settings: JobSettings, model: Model) -> object:
    """Return what the sizes of a job's rows depend on."""
    columns = tuple((c.name, c.filled, c.longest, c.size.bytes) for c in job.columns)
    named = tuple(place.column for place in parse(settings.instructions).placeholders)
    leads = replace(job, settings=settings).file_columns
    files = (leads, settings.text_only, limits_of(model)) if leads else ()
    return job.tag, job.source, job.rows, columns, named, files


def _choice(settings: JobSettings) -> object:
    around = _has_words_around(settings)
    return settings.rows, settings.skip_blank, settings.twins, around


def _has_words_around(settings: JobSettings) -> bool:
    return bool("".join(parse(settings.instructions).literals).strip())


def measure(table: Table, settings: JobSettings, model: Model) -> RowSizes:
    """Read the rows up to the last chosen one and measure each.

    Raises:
        SheafError: the instructions cannot be filled in.
    """
    named = [as_placeholder(place.column) for place in parse(settings.instructions).placeholders]
    bare = replace(settings, instructions="".join(named) or _NO_COLUMN)
    job = replace(table.job, settings=bare)
    ready = filled_for(job, model, table.files)
    size = _size_of_nothing if not named else _size_of(ready)
    cells = cells_of(job, table.files)
    last = reach(settings.rows, job.rows)
    sizes = RowSizes()
    for _, row in takewhile(lambda pair: pair[0] <= last, each_row(table.pages)):
        sizes.add(size(row), cells(row), _holds(ready, row))
    sizes.close()
    return sizes


_NO_COLUMN = "."
"""Instructions that name no column must still be instructions."""


def _size_of_nothing(_row: Row) -> RowSize:
    return RowSize(0, 0, 0)


def _size_of(ready: Filled) -> Callable[[Row], RowSize]:
    def size(row: Row) -> RowSize:
        words, files = of_text(ready.text(row)), ready.volume(row)
        if files == PartVolume():
            return words
        return RowSize(
            words.bytes + files.bytes,
            words.usual + files.tokens,
            words.most + files.tokens * _MORE_OF_FILES,
            max(0, files.most_tokens - files.bytes),
        )

    return size


_MORE_OF_FILES = 1.4
"""How much more than expected a file is likely to be read as, at most."""


def _holds(ready: Filled, row: Row) -> Holds:
    if ready.problem(row) is not None or ready.size(row) > plan.MOST_REQUEST_BYTES:
        return Holds.TROUBLE
    if ready.is_empty(row):
        return Holds.NOTHING
    return Holds.BLANK if ready.blank(row) else Holds.SOMETHING
