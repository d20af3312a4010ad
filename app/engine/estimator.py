"""Estimates of jobs, from all that one engine has learnt of them so far."""

from __future__ import annotations

import threading
from collections import OrderedDict

from app.core.catalog import Catalog, Model
from app.core.job import JobSettings, Mode
from app.core.measured import Measured
from app.core.ready_made import is_ready_made
from app.engine.connection import Connection
from app.engine.counting import Counted, Pause, count_again, count_rows, repeated
from app.engine.estimate import MeasuredFor, model_of, price, volume_of
from app.engine.prepare import pages_of
from app.engine.replies import EstimateReply
from app.engine.request_review import estimate_requests
from app.engine.sizing import Sizing, Table, sizes_key
from app.store.reader import JobReader

_COUNTS_KEPT = 16
_Key = tuple[object, str, Mode]
"""The rows, the model, and whose count it is: the stand-in's is not Anthropic's."""


class Estimator:
    """Knows the sizes of rows that were measured, and what was counted; any thread may ask."""

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._sizing = Sizing()
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
            return estimate_requests(table.job, settings, catalog, reader.requests)
        read = volume_of(table.job, settings, catalog, self._sizing, table, every_row=every_row)
        return price(table.job, settings, catalog, read, self._measured(table, settings, mode))

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

    def _measured(self, table: Table, settings: JobSettings, mode: Mode) -> MeasuredFor:
        """Return what was measured for each model: its own counts, or another's of these rows."""
        with self._door:
            counts = dict(self._counts)

        def measured_for(model: Model) -> Measured:
            key = sizes_key(table.job, settings, model)
            own = counts.get((key, model.id, mode))
            others = [c for (rows, _, whose), c in counts.items() if (rows, whose) == (key, mode)]
            counted = own or next(iter(others), None)
            asked = repeated(settings, model)
            return Measured(counted.reading(asked) if counted else None)

        return measured_for


def table_of(reader: JobReader) -> Table:
    """Return a job's rows as they can be read now."""
    return Table(reader.head(), pages_of(reader.source_rows), reader.files)
