"""From which rows those of a trial are drawn: all of them, or an even sample of a large table.

A large table is not read through only to say what a trial costs: the price must come at once. The
sample is always the same for the same table, so that what was priced is what is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from app.core.catalog import Model
from app.core.job import JobSettings, Rows
from app.core.row_sizes import Population
from app.core.table import Row
from app.core.volume import reach
from app.engine.estimate import is_near
from app.engine.estimator import Estimator
from app.engine.prepare import chosen_test
from app.engine.sizing import Sizing, Table
from app.engine.trial_rows import Chosen, Wish, choose
from app.store.reader import JobReader

SAMPLED = 2_000
"""So many rows of a large table are looked at."""
_PAGE = 200


def draw(
    estimator: Estimator,
    reader: JobReader,
    table: Table,
    settings: JobSettings,
    model: Model,
    wish: Wish,
) -> list[Chosen]:
    """Return the rows to try, with how many of all rows each of them speaks for.

    Raises:
        SheafError: the instructions cannot be filled in, or there is no such row to try.
    """
    if is_near(table.job, settings):
        population = estimator.population(table, settings, model)
        return choose(population, population.rows, wish)
    eligible = _eligible(table, settings)
    wanted = sorted({*eligible[:: max(1, len(eligible) // SAMPLED)][:SAMPLED], *wish.rows})
    is_chosen = chosen_test(settings.rows)
    found = [pair for pair in reader.source_rows_of(wanted) if is_chosen(pair[0])]
    population = _measured(table, [cells for _, cells in found], settings, model)
    numbers = [found[place - 1][0] for place in population.rows]
    share = len(eligible) / max(len(found), 1)
    return [replace(one, weight=one.weight * share) for one in choose(population, numbers, wish)]


def _measured(table: Table, rows: Sequence[Row], settings: JobSettings, model: Model) -> Population:
    """Measure a few rows as if they were the whole table."""
    few = Table(replace(table.job, rows=len(rows)), partial(_pages, rows), table.files)
    return Sizing().population(few, replace(settings, rows=Rows()), model)


def _pages(rows: Sequence[Row], after: int) -> list[tuple[int, Row]]:
    return list(enumerate(rows[after : after + _PAGE], after + 1))


def _eligible(table: Table, settings: JobSettings) -> Sequence[int]:
    """Return the rows that are chosen to run, as far as that can be said without reading them."""
    last = reach(settings.rows, table.job.rows)
    if settings.rows.picked:
        return [row for row in settings.rows.picked if row <= last]
    return range(1, last + 1)
