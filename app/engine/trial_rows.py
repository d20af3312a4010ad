"""Which rows a trial asks, of which models, and what that can cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from app.core.catalog import Catalog, Model
from app.core.cost import BATCH_FACTOR, PriceList
from app.core.errors import SheafError
from app.core.job import JobSettings
from app.core.most import worst_case
from app.core.request_size import MOST_OVERHEAD_TOKENS
from app.core.row_sizes import Population, fingerprint
from app.core.sampling import spread
from app.core.states import Mode
from app.core.table import Row
from app.core.trial import MOST_ROWS, USUAL_ROWS, Tried, asked_key, in_doubt, newest, to_keep
from app.engine.filled import Filled, filled_for
from app.engine.prepare import check_settings, chosen_test
from app.engine.sizing import Table
from app.engine.twins import cells_of
from app.store.reader import JobReader


@dataclass(frozen=True, slots=True)
class Wish:
    """Which rows to try: these, or so many spread over the file by length, others each turn.

    `models` are those to compare; none is the job's own. `in_batch` waits for half the price.
    `again` asks rows that are chosen by number also where an answer was lost, and paid perhaps.
    """

    rows: tuple[int, ...] = ()
    count: int = USUAL_ROWS
    turn: int = 0
    models: tuple[str, ...] = ()
    in_batch: bool = False
    again: bool = False

    @property
    def asks_lost(self) -> bool:
        """Whether rows that are perhaps charged are asked once more: only those that are named."""
        return self.again and bool(self.rows)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A row to try: its size, and for how many rows it speaks."""

    row: int
    size: float
    weight: float


def choose(population: Population, rows: Sequence[int], wish: Wish) -> list[Chosen]:
    """Return the rows to try; `rows` are the numbers of those in the population.

    Rows that a person picked speak for all alike: nobody knows how they were found.

    Raises:
        SheafError: there is none, there are too many, or one of them is not sent at all.
    """
    if not wish.rows:
        count = min(max(wish.count, 1), MOST_ROWS)
        drawn = spread(population.usual, count, wish.turn)
        found = [Chosen(rows[one.place], population.usual[one.place], one.weight) for one in drawn]
    else:
        sizes = dict(zip(rows, population.usual, strict=True))
        found = _picked(sizes, sorted(set(wish.rows)))
    if not found:
        raise SheafError(
            "There is no row to try.",
            "Blank rows, twins of other rows and rows that are left out are not asked.",
            "Name a column that holds text, or choose other rows.",
        )
    return found


def _picked(sizes: Mapping[int, float], rows: Sequence[int]) -> list[Chosen]:
    missing = [row for row in rows if row not in sizes]
    if missing:
        raise SheafError(
            f"Row {missing[0]:,} cannot be tried.",
            "It is not in the table, is blank or left out, or asks the same as an earlier row.",
            "Choose other rows.",
        )
    if len(rows) > MOST_ROWS:
        raise SheafError(
            f"A trial takes {MOST_ROWS} rows at most.", fix="Choose fewer rows, or run the job."
        )
    return [Chosen(row, sizes[row], len(sizes) / len(rows)) for row in rows]


@dataclass(frozen=True, slots=True)
class Asking:
    """One model of a trial: what fills its requests in, and the prices at which it is asked."""

    ready: Filled
    prices: PriceList | None
    asked: str

    @property
    def model(self) -> Model:
        """The model that is asked."""
        return self.ready.model


@dataclass(frozen=True, slots=True)
class Errand:
    """One row to be asked of one model, and the most that it can come to."""

    asking: Asking
    chosen: Chosen
    cells: Row
    content: str
    most_usd: Decimal | None
    most_tokens: int

    def params(self) -> dict[str, Any]:
        """Return the params of the request.

        Raises:
            SheafError: a file of the row cannot be read, or has changed.
        """
        return self.asking.ready.params(self.cells)


def askings(table: Table, settings: JobSettings, catalog: Catalog, wish: Wish) -> list[Asking]:
    """Return what is needed to ask each model.

    Raises:
        SheafError: the settings could not be run with one of them.
    """
    found = []
    for name in dict.fromkeys(wish.models or (settings.model,)):
        chosen = replace(settings, model=name)
        model = check_settings(chosen, table.job.column_names, catalog)
        ready = filled_for(replace(table.job, settings=chosen), model, table.files)
        share = BATCH_FACTOR if wish.in_batch else Decimal(1)
        prices = model.prices and replace(model.prices, share=share)
        found.append(Asking(ready, prices, asked_key(chosen, model)))
    return found


def errands(reader: JobReader, asked: Sequence[Asking], rows: Sequence[Chosen]) -> list[Errand]:
    """Return every row with every model."""
    cells = dict(reader.source_rows_of([chosen.row for chosen in rows]))
    content = contents(reader, asked[0].ready.job.settings, cells)
    return [
        _errand(one, chosen, cells[chosen.row], content[chosen.row])
        for one in asked
        for chosen in rows
    ]


def _errand(asking: Asking, chosen: Chosen, cells: Row, content: str) -> Errand:
    ready, longest = asking.ready, asking.ready.job.settings.max_tokens
    read = ready.most_read(cells) or ready.size(cells)
    most = None
    if asking.prices is not None:
        worst = worst_case(asking.prices, 1, read, longest)
        most = worst * asking.prices.share / BATCH_FACTOR  # it is reckoned as for a batch
    tokens = read + MOST_OVERHEAD_TOKENS + longest
    return Errand(asking, chosen, cells, content, most, tokens)


def contents(reader: JobReader, settings: JobSettings, rows: dict[int, Row]) -> dict[int, str]:
    """Return the fingerprint of what the instructions name in each row."""
    tell = cells_of(replace(reader.head(), settings=settings), reader.files)
    return {row: fingerprint(tell(cells)).hex() for row, cells in rows.items()}


def tried_alike(
    reader: JobReader, settings: JobSettings, catalog: Catalog, mode: Mode
) -> list[Tried]:
    """Return what was tried of rows that are as they were then, with this very recipe.

    It may have been asked of any model, but each in the way in which it would be asked now.
    """
    found = [one for one in reader.trials.all() if one.mode is mode]
    keys = {name: _key(settings, catalog, name) for name in {one.model for one in found}}
    found = [one for one in found if one.asked == keys[one.model]]
    rows = dict(reader.source_rows_of(sorted({one.row for one in found})))
    now = contents(reader, settings, rows)
    return [one for one in found if now.get(one.row) == one.content]


def kept_rows(
    reader: JobReader, settings: JobSettings, catalog: Catalog, mode: Mode
) -> dict[int, Tried]:
    """Return the rows that a trial has answered or is answering, so that none is bought again."""
    alike = tried_alike(reader, settings, catalog, mode)
    return to_keep(alike, settings, chosen_test(settings.rows))


def rows_in_doubt(
    reader: JobReader, settings: JobSettings, catalog: Catalog, mode: Mode
) -> dict[int, Tried]:
    """Return the rows that a trial has perhaps been charged for, and that have no answer."""
    alike = tried_alike(reader, settings, catalog, mode)
    return in_doubt(alike, settings, chosen_test(settings.rows))


def _key(settings: JobSettings, catalog: Catalog, name: str) -> str:
    model = catalog.find(name)
    return asked_key(replace(settings, model=name), model) if model is not None else ""


def sent_again_words(unsure: int) -> str:
    """Say that rows which are perhaps charged are bought with the job."""
    which = "1 row was" if unsure == 1 else f"{unsure} rows were"
    return f"{which} perhaps charged in a trial and {'is' if unsure == 1 else 'are'} sent again"


def to_buy(wanted: Sequence[Errand], alike: Sequence[Tried]) -> list[Errand]:
    """Return what is not answered yet, and is not on its way: nothing is bought a second time.

    Among it may be what is `lost`.
    """
    known = newest(alike)
    found = []
    for errand in wanted:
        before = known.get((errand.chosen.row, errand.asking.model.id))
        if before is None or not (before.is_answered or before.is_on_its_way):
            found.append(errand)
    return found


def lost(wanted: Sequence[Errand], alike: Sequence[Tried]) -> list[Errand]:
    """Return what was asked before without an answer: perhaps charged, so not asked by itself."""
    unsure = {key for key, one in newest(alike).items() if one.unsure}
    return [one for one in wanted if (one.chosen.row, one.asking.model.id) in unsure]
