"""Estimates of jobs, from all that one engine has learnt of them so far."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import msgspec

from app.clock import now
from app.core.amounts import fixed_tokens
from app.core.answered import Answered, learn
from app.core.catalog import Catalog, Model
from app.core.cost import PriceList
from app.core.errors import SheafError
from app.core.history import PastBill, history_of, kind_of
from app.core.job import JobSettings, Mode
from app.core.measured import Measured
from app.core.ready_made import is_ready_made
from app.core.row_cost import row_cost
from app.core.row_sizes import Population
from app.core.together import alone
from app.core.trial import Tried, telling, to_keep
from app.core.volume import Volume
from app.engine.connection import Connection
from app.engine.counting import Counted, Pause, count_again, count_rows, repeated
from app.engine.estimate import MeasuredFor, model_of, price, volume_of
from app.engine.memory import with_memory
from app.engine.prepare import chosen_test, pages_of
from app.engine.replies import EstimateReply
from app.engine.request_estimates import RequestEstimates
from app.engine.sizing import Sizing, Table, sizes_key
from app.engine.trial_rows import tried_alike
from app.store.bills import Bills
from app.store.reader import JobReader

_COUNTS_KEPT = 16
_Key = tuple[object, str, Mode]
"""The rows, the model, and whose count it is: the stand-in's is not Anthropic's."""

RowCosts = Callable[[Model, float, PriceList], Decimal]
"""Says what a row is likely to cost with a model at these prices, by its size."""


class Estimator:
    """Knows the sizes of rows that were measured, and what was counted; any thread may ask."""

    def __init__(self, bills: Bills | None = None) -> None:
        self._bills = bills
        self._door = threading.Lock()
        self._sizing = Sizing()
        self._requests = RequestEstimates()
        self._counts: OrderedDict[_Key, Counted] = OrderedDict()

    def estimate(
        self,
        reader: JobReader,
        settings: JobSettings,
        catalog: Catalog,
        mode: Mode,
        *,
        every_row: bool = False,
    ) -> EstimateReply:
        """Forecast the cost of a job with these settings, bought in this mode.

        With `every_row` all rows are measured, however long that takes.
        """
        table = table_of(reader)
        if is_ready_made(table.job):
            return self._requests.estimate(table.job, settings, catalog, reader.requests)
        tried = tried_alike(reader, settings, catalog, mode)
        kept = frozenset(to_keep(tried, settings, chosen_test(settings.rows)))
        read = volume_of(
            table.job, settings, catalog, self._sizing, table, kept, every_row=every_row
        )
        measured_for = self._measured(table, settings, mode, read, tried)
        reply = price(table.job, settings, catalog, read, measured_for)
        found = replace(reply.estimate, kept=len(kept))
        measuring = read.population is None and not every_row
        reply = msgspec.structs.replace(reply, estimate=found, measuring=measuring)
        past = self._past() if mode is Mode.REAL else []
        return with_memory(reply, settings, model_of(settings, catalog), past, now())

    def row_costs(
        self,
        table: Table,
        settings: JobSettings,
        catalog: Catalog,
        mode: Mode,
        tried: Sequence[Tried],
    ) -> RowCosts:
        """Return what tells the likely cost of one row by its size, from what was `tried`.

        It is that of a row asked alone, as trials do.
        """
        settings = alone(settings)
        read = volume_of(table.job, settings, catalog, self._sizing, table)
        known = self._measured(table, settings, mode, read, tried)
        return lambda model, size, prices: row_cost(
            settings, model, read, known(model), size, prices
        )

    def population(self, table: Table, settings: JobSettings, model: Model) -> Population:
        """Return the rows that a job would send, kept answers or not.

        Raises:
            SheafError: the instructions cannot be filled in.
        """
        return self._sizing.population(table, settings, model)

    def guess(self, reader: JobReader, settings: JobSettings, catalog: Catalog) -> EstimateReply:
        """Return what would be forecast if nothing had been counted, tried or learnt."""
        table = table_of(reader)
        read = volume_of(table.job, settings, catalog, self._sizing, table, every_row=True)
        return price(table.job, settings, catalog, read)

    def _past(self) -> list[PastBill]:
        """Return how earlier forecasts came out; a history that cannot be read helps nobody."""
        with suppress(SheafError):
            return self._bills.past() if self._bills else []
        return []

    def count(
        self,
        reader: JobReader,
        settings: JobSettings,
        catalog: Catalog,
        way: Connection,
        pause: Pause,
    ) -> EstimateReply:
        """Let the service count a sample of rows, as far as that was not done, then estimate.

        Raises:
            SheafError: the service does not count, for a reason that it gives.
        """
        table = table_of(reader)
        if not is_ready_made(table.job):
            self._count(table, settings, model_of(settings, catalog), way, pause)
        return self.estimate(reader, settings, catalog, way.mode, every_row=True)

    def _count(
        self, table: Table, settings: JobSettings, model: Model, way: Connection, pause: Pause
    ) -> None:
        settings = alone(settings)
        key = (sizes_key(table.job, settings, model), model.id, way.mode)
        with self._door:
            known = self._counts.get(key)
        if known is not None:
            self._keep(key, count_again(way.service, known, settings, model))
            return
        population = self._sizing.population(table, settings, model)
        if len(population):
            counted = count_rows(way.service, table, settings, model, population, pause)
            if counted is not None:
                self._keep(key, counted)

    def _keep(self, key: _Key, counted: Counted) -> None:
        with self._door:
            self._counts[key] = counted
            self._counts.move_to_end(key)
            while len(self._counts) > _COUNTS_KEPT:
                self._counts.popitem(last=False)

    def _measured(
        self,
        table: Table,
        settings: JobSettings,
        mode: Mode,
        read: Volume,
        tried: Sequence[Tried],
    ) -> MeasuredFor:
        """Return what was measured for each model: counts, its own or another's, and answers.

        Rows are counted and tried one at a time, whatever they are to be asked with.
        """
        settings = alone(settings)
        with self._door:
            counts = dict(self._counts)
        # What was practised says nothing of what Anthropic's models do, nor the other way round.
        past, kind = self._past() if mode is Mode.REAL else [], kind_of(settings)

        def measured_for(model: Model) -> Measured:
            key = sizes_key(table.job, settings, model)
            own = counts.get((key, model.id, mode))
            others = [c for (rows, _, whose), c in counts.items() if (rows, whose) == (key, mode)]
            counted = own or next(iter(others), None)
            words = repeated(settings, model)
            earlier = history_of(past, model.id, kind)
            known = Measured(counted.reading(words) if counted else None, history=earlier)
            answers = _answered([one for one in tried if one.model == model.id])
            fixed = fixed_tokens(settings, model, read, known)
            return learn(known, answers, read.rows, fixed, settings, model)

        return measured_for


def _answered(tried: Sequence[Tried]) -> list[Answered]:
    """Return the answers of all trials of a model, the shortest rows first.

    Each trial speaks for all rows; several of them share that.
    """
    rounds = len({one.round for one in tried})
    found = [
        Answered(one.size, one.weight / rounds, one.outcome.usage, one.counted, one.is_cut_off)
        for one in telling(tried)
        if one.outcome is not None and one.outcome.usage is not None
    ]
    return sorted(found, key=lambda answered: answered.size)


def table_of(reader: JobReader) -> Table:
    """Return a job's rows as they can be read now."""
    return Table(reader.head(), pages_of(reader.source_rows), reader.files)
